//! Reprints: which articles tell one story in one outlet's words.
//!
//! A fingerprint of 64 bits ([`super::fingerprint`]) finds texts that are nearly the same. A reprint
//! often is not: it has a new lead, or half of the text. So what counts here is how much of the
//! *shorter* text stands in the longer. Two daily reports from one form share their sentences too, but
//! not their facts: the figures and names of one are missing in the other.

use super::fingerprint::shingles;
use super::text::{TokenKind, fold, tokens};

/// Share of the shorter text's word 3-grams that must stand in the longer.
///
/// Chosen with [`REPRINT_CONFLICT`] on one half of the pairs of `tests/fixtures/stories`; the other
/// half is reported in `tests/eval/SCORES.md`.
pub const REPRINT_CONTAINMENT: f64 = 0.45;

/// Share of the figures and names between the same words that may differ: an update changes a few.
pub const REPRINT_CONFLICT: f64 = 0.35;

/// A text with fewer word 3-grams is too short to be told from a coincidence.
const MIN_SHINGLES: usize = 12;

/// Texts with more word 3-grams are sampled: every second, fourth, … one is kept.
const MAX_SHINGLES: usize = 256;

/// What comparing needs to know of a text, in about a kilobyte.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoryPrint {
    /// Only word 3-grams whose lowest bits, so many of them, are zero.
    level: u32,
    /// Sorted.
    shingles: Vec<u32>,
    /// Figures and names: what stands around each, and what it is. Sorted.
    facts: Vec<(u32, u32)>,
}

/// How much two texts have in common, each from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likeness {
    /// Share of common word 3-grams among all.
    pub jaccard: f64,
    /// Share of the shorter text's word 3-grams that stand in the longer.
    pub containment: f64,
    /// Of the figures and names that stand between the same words in both, the share that differs.
    pub conflict: f64,
}

impl StoryPrint {
    /// Reads a text.
    ///
    /// ```
    /// use models::language::reprint::StoryPrint;
    /// let story = "Chiều 12-11, triều cường khiến đường Trần Xuân Soạn ngập nửa mét, hàng trăm xe \
    ///     chết máy. Bà chủ tiệm tạp hóa gần cầu Tân Thuận cho biết nước tràn vào nhà từ 17 giờ.";
    /// let shortened = "Nước lên, dân khổ. Chiều 12-11, triều cường khiến đường Trần Xuân Soạn ngập \
    ///     nửa mét, hàng trăm xe chết máy.";
    /// assert!(StoryPrint::of(story).likeness(&StoryPrint::of(shortened)).is_reprint());
    /// ```
    pub fn of(text: &str) -> Self {
        let mut shingles = shingles(text)
            .into_iter()
            .map(|hash| hash as u32)
            .collect::<Vec<_>>();
        let mut level = 0;
        while shingles.len() > MAX_SHINGLES {
            level += 1;
            shingles.retain(|hash| hash.trailing_zeros() >= level);
        }
        shingles.sort_unstable();
        shingles.dedup();
        Self {
            level,
            shingles,
            facts: facts(text),
        }
    }

    /// Whether the text is long enough to be compared.
    pub fn is_long_enough(&self) -> bool {
        self.shingles.len() << self.level >= MIN_SHINGLES
    }

    /// A few of the word 3-grams, by which texts that share half of them find each other.
    pub fn anchors(&self) -> impl Iterator<Item = u32> + '_ {
        let few = |hash: &u32| self.shingles.len() <= 32 || hash.trailing_zeros() >= 2;
        self.shingles.iter().copied().filter(few)
    }

    /// Compares two texts; the order does not matter.
    pub fn likeness(&self, other: &Self) -> Likeness {
        let level = self.level.max(other.level);
        let sampled = |print: &Self| {
            let kept = print.shingles.iter().copied();
            kept.filter(|hash| hash.trailing_zeros() >= level)
                .collect::<Vec<_>>()
        };
        let (mine, theirs) = (sampled(self), sampled(other));
        let n_common = n_common(&mine, &theirs);
        let n_all = mine.len() + theirs.len() - n_common;
        // Of two equally long ones, either, but always the same.
        let is_mine = (mine.len(), &self.facts) <= (theirs.len(), &other.facts);
        let (shorter, longer) = if is_mine {
            (self, other)
        } else {
            (other, self)
        };
        Likeness {
            jaccard: share(n_common, n_all),
            containment: share(n_common, mine.len().min(theirs.len())),
            conflict: conflict(shorter, longer),
        }
    }

    /// Whether both are long enough and one is a reprint of the other.
    pub fn is_reprint_of(&self, other: &Self) -> bool {
        self.is_long_enough() && other.is_long_enough() && self.likeness(other).is_reprint()
    }
}

impl Likeness {
    /// Whether the texts are one story in one outlet's words.
    pub fn is_reprint(self) -> bool {
        self.containment >= REPRINT_CONTAINMENT && self.conflict <= REPRINT_CONFLICT
    }
}

/// Of the facts of the shorter text that stand between the same words in the longer, the share that
/// is another fact there. A lead of its own has facts between words of its own: they say nothing.
fn conflict(shorter: &StoryPrint, longer: &StoryPrint) -> f64 {
    let (mut n_same, mut n_other) = (0, 0);
    for fact in &shorter.facts {
        let there = longer.facts.partition_point(|other| other.0 < fact.0);
        let mut there = longer.facts[there..]
            .iter()
            .take_while(|other| other.0 == fact.0)
            .peekable();
        if there.peek().is_none() {
            continue;
        }
        if there.any(|other| other == fact) {
            n_same += 1;
        } else {
            n_other += 1;
        }
    }
    share(n_other, n_same + n_other)
}

/// Runs of figures and of words with a capital that no sentence begins with, each with the word
/// before and the word behind it.
fn facts(text: &str) -> Vec<(u32, u32)> {
    let mut facts = Vec::new();
    let mut begins_sentence = true;
    let mut before = 0;
    let mut run: Option<u32> = None;
    for token in tokens(text) {
        let is_word = matches!(token.kind, TokenKind::Word | TokenKind::Number);
        if is_word {
            let word = hash(&fold(token.text));
            let is_figure = token.text.starts_with(|c: char| c.is_ascii_digit());
            let is_name = token.text.starts_with(char::is_uppercase) && !begins_sentence;
            if is_figure || is_name {
                run = Some(run.unwrap_or(0).rotate_left(5) ^ word);
            } else {
                if let Some(value) = run.take() {
                    facts.push((before ^ word.rotate_left(7), value));
                }
                before = word;
            }
        }
        let is_quote = matches!(token.text, "\"" | "“" | "”" | "(" | ")");
        if !is_quote {
            begins_sentence =
                !is_word && token.text.starts_with(['.', '!', '?', ':', '-', '–', '…']);
        }
    }
    facts.extend(run.map(|value| (before, value)));
    facts.sort_unstable();
    facts.dedup();
    facts
}

/// FNV-1a, as in the fingerprint.
fn hash(word: &str) -> u32 {
    word.bytes().fold(0x811c_9dc5, |sum: u32, byte| {
        (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

fn n_common(one: &[u32], other: &[u32]) -> usize {
    one.iter()
        .filter(|item| other.binary_search(item).is_ok())
        .count()
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STORY: &str = "Từ đầu tuần, rác trong hẻm 512 đường Đoàn Văn Bơ, phường Khánh Hội không có \
        người thu gom. Các bao rác chất cao hơn một mét trước cửa nhà dân, chuột và ruồi kéo tới. Cả \
        hẻm có 64 hộ, mỗi tháng đóng 61.000 đồng tiền rác nhưng chưa biết gọi ai.";

    fn is_reprint(one: &str, other: &str) -> bool {
        StoryPrint::of(one).is_reprint_of(&StoryPrint::of(other))
    }

    #[test]
    fn a_new_lead_and_a_cut_end_leave_a_reprint() {
        let reprint = "Mùi hôi bốc lên giữa trưa là điều bà con phải chịu. Từ đầu tuần, rác trong hẻm \
            512 đường Đoàn Văn Bơ, phường Khánh Hội không có người thu gom. Các bao rác chất cao hơn \
            một mét trước cửa nhà dân, chuột và ruồi kéo tới.";
        assert!(is_reprint(STORY, reprint));
        assert!(is_reprint(reprint, STORY));
    }

    #[test]
    fn one_form_filled_in_twice_is_two_reports() {
        let forms = [("12", "24", "33", "Tân Hưng"), ("13", "25", "31", "Phú Thuận")].map(
            |(day, low, high, ward)| {
                format!(
                    "Dự báo thời tiết ngày {day} tháng 11 tại phường {ward}: nhiều mây, có mưa rào và \
                     dông vài nơi, nhiệt độ thấp nhất {low} độ, cao nhất {high} độ, người dân hạn chế \
                     ra đường khi có dông."
                )
            },
        );
        let likeness = StoryPrint::of(&forms[0]).likeness(&StoryPrint::of(&forms[1]));
        assert!(likeness.containment > 0.4, "{likeness:?}");
        assert!(!is_reprint(&forms[0], &forms[1]), "{likeness:?}");
    }

    #[test]
    fn long_texts_are_sampled_and_still_compare() {
        let words = (0..2000).map(|i| format!("chữ{}", i * 7919 % 9973));
        let long = words.collect::<Vec<_>>().join(" ");
        let print = StoryPrint::of(&long);
        assert!(print.level > 0 && print.shingles.len() <= MAX_SHINGLES);
        let half = &long[..long.len() / 2];
        let containment = print.likeness(&StoryPrint::of(half)).containment;
        assert!(containment > 0.9, "{containment}");
    }

    #[test]
    fn short_texts_are_no_reprints() {
        assert!(!is_reprint("Ngập rồi bà con ơi", "Ngập rồi bà con ơi"));
    }

    proptest! {
        #[test]
        fn comparing_never_panics_and_ignores_order(one in any::<String>(), other in any::<String>()) {
            let (one, other) = (StoryPrint::of(&one), StoryPrint::of(&other));
            let (there, back) = (one.likeness(&other), other.likeness(&one));
            prop_assert!((there.containment - back.containment).abs() < 1e-12);
            prop_assert!((there.conflict - back.conflict).abs() < 1e-12);
            prop_assert!((0.0..=1.0).contains(&there.containment) && (0.0..=1.0).contains(&there.conflict));
        }
    }
}
