//! What an erratum says: why a published digest was made again, and which of its lines changed. It holds
//! no words of citizens, since it is kept for ever.

use indexer::archive::Changes;
use models::domain::{Correction, CorrectionChange, Digest, DigestDesk, DigestEntry, MentionId};

/// More lines are counted, not named.
const NAMED_MAX: usize = 5;

/// More edits are counted, not named.
const EDITS_MAX: usize = 3;

/// Longest part of a reason that is told, in characters.
const REASON_MAX: usize = 160;

/// Why something published is made again: what was heard meanwhile, and what people at the desk did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Why {
    heard: Changes,
    edits: Vec<ToldEdit>,
}

/// An edit as an erratum tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldEdit {
    what: String,
    reason: String,
    /// The mention whose reading was corrected.
    mention: Option<MentionId>,
}

impl ToldEdit {
    /// `root` is what the edit is about in the end, itself when it undoes nothing.
    pub fn new(made: &Correction, root: &Correction) -> Self {
        let verb = match &root.change {
            CorrectionChange::Merge(..) => "gộp vấn đề",
            CorrectionChange::Split(_) => "tách vấn đề",
            CorrectionChange::Rename(..) => "đổi tên vấn đề",
            CorrectionChange::Pin(..) => "ghim vấn đề",
            CorrectionChange::Hide(_) => "ẩn vấn đề",
            CorrectionChange::Topic(..)
            | CorrectionChange::Placement(..)
            | CorrectionChange::Sentiment(..)
            | CorrectionChange::IsConcern(..) => "sửa cách đọc một tin",
            // A root undoes nothing.
            CorrectionChange::Undo(_) => "sửa",
        };
        let what = match made.change {
            CorrectionChange::Undo(undone) if undone == root.seq => format!("thôi {verb}"),
            CorrectionChange::Undo(_) => format!("sửa lại việc {verb}"),
            _ => verb.to_owned(),
        };
        Self {
            what,
            reason: made.reason.chars().take(REASON_MAX).collect(),
            mention: root.change.mention().cloned(),
        }
    }
}

impl Why {
    /// What the desk corrected is told as its work, and not once more as news of the source.
    pub fn new(heard: Changes, edits: Vec<ToldEdit>) -> Self {
        let corrected = edits.iter().filter_map(|edit| edit.mention.as_ref());
        let n_corrected = corrected.collect::<std::collections::BTreeSet<_>>().len() as u64;
        let heard = Changes {
            n_changed: heard.n_changed.saturating_sub(n_corrected),
            ..heard
        };
        Self { heard, edits }
    }

    /// Whether nothing happened.
    pub fn is_empty(&self) -> bool {
        self.heard.is_empty() && self.edits.is_empty()
    }
}

/// Whether two digests of the same scope and period say the same to a reader: the same concerns under
/// the same titles at the same ranks, with the same numbers. Scores that moved by a like more or less
/// are no reason for a revision.
pub fn same_lines(one: &Digest, other: &Digest) -> bool {
    fn line(entry: &DigestEntry) -> impl PartialEq {
        let named = (
            entry.concern.clone(),
            entry.title.clone(),
            entry.desk.clone(),
        );
        (
            named,
            entry.rank,
            entry.tied,
            entry.n_mentions,
            entry.n_sources,
        )
    }
    let same = |one: &[DigestEntry], other: &[DigestEntry]| {
        one.len() == other.len() && one.iter().zip(other).all(|(a, b)| line(a) == line(b))
    };
    same(&one.top, &other.top)
        && same(&one.rising, &other.rising)
        && same_desk(&one.desk, &other.desk)
        && one.n_mentions == other.n_mentions
        && one.thin_evidence == other.thin_evidence
}

fn same_desk(one: &DigestDesk, other: &DigestDesk) -> bool {
    let pinned = |desk: &DigestDesk| {
        let lines = desk.pinned.iter();
        let lines = lines.map(|line| (line.concern.clone(), line.shown_title().to_owned()));
        lines.collect::<Vec<_>>()
    };
    let hidden = |desk: &DigestDesk| {
        let lines = desk.hidden.iter();
        let lines = lines.map(|line| (line.concern.clone(), line.reason.clone()));
        lines.collect::<Vec<_>>()
    };
    pinned(one) == pinned(other) && hidden(one) == hidden(other)
}

/// Why: `Bổ sung 3 phản ánh, tin bài đến muộn.`
pub fn reason(why: &Why) -> String {
    let edited = edited(&why.edits);
    if why.heard.is_empty() && !why.edits.is_empty() {
        return edited;
    }
    let heard = heard(why.heard);
    let gap = if edited.is_empty() { "" } else { " " };
    format!("{heard}{gap}{edited}")
}

/// `Biên tập: gộp vấn đề (lý do: cùng một chỗ ngập).`
fn edited(edits: &[ToldEdit]) -> String {
    if edits.is_empty() {
        return String::new();
    }
    let named = edits.iter().take(EDITS_MAX);
    let named = named.map(|edit| format!("{} (lý do: {})", edit.what, edit.reason));
    let named = named.collect::<Vec<_>>().join("; ");
    match edits.len().saturating_sub(EDITS_MAX) {
        0 => format!("Biên tập: {named}."),
        more => format!("Biên tập: {named}; và {more} chỉnh sửa khác."),
    }
}

fn heard(changes: Changes) -> String {
    let parts = [
        (changes.n_new, "phản ánh, tin bài đến muộn"),
        (
            changes.n_changed,
            "phản ánh, tin bài có nội dung hoặc tình trạng mới",
        ),
    ];
    let added = parts.iter().filter(|(n, _)| *n > 0);
    let added = added.map(|(n, what)| format!("{n} {what}"));
    let added = added.collect::<Vec<_>>().join("; ");
    let mut why = if added.is_empty() {
        String::new()
    } else {
        format!("Bổ sung {added}.")
    };
    if changes.n_removed > 0 {
        let gap = if why.is_empty() { "" } else { " " };
        let gone = format!(
            "{gap}{} phản ánh, tin bài đã gỡ tại nguồn hoặc xóa theo luật: từ ngữ của chúng không \
             còn trong bản nào đã phát hành.",
            changes.n_removed
        );
        why.push_str(&gone);
    }
    if why.is_empty() {
        "Tính lại theo phương pháp hoặc cấu hình hiện hành.".clone_into(&mut why);
    }
    why
}

/// Why and what: ranks before and after, lines that are new or gone.
pub fn erratum(why: &Why, old: &Digest, new: &Digest) -> String {
    let rank = |digest: &Digest, entry: &DigestEntry| {
        let found = digest
            .top
            .iter()
            .find(|other| other.concern == entry.concern);
        found.map(|found| found.rank)
    };
    let moved = new.top.iter().filter_map(|entry| {
        let before = rank(old, entry)?;
        (before != entry.rank).then(|| format!("{before}→{}", entry.rank))
    });
    let added = new.top.iter().filter(|entry| rank(old, entry).is_none());
    let gone = old.top.iter().filter(|entry| rank(new, entry).is_none());
    let ranks = |entries: Vec<u32>| entries.iter().map(u32::to_string).collect::<Vec<_>>();
    let parts = [
        ("đổi hạng", moved.collect()),
        (
            "dòng mới ở hạng",
            ranks(added.map(|entry| entry.rank).collect()),
        ),
        (
            "ra khỏi danh sách: hạng cũ",
            ranks(gone.map(|entry| entry.rank).collect()),
        ),
    ];
    let parts = parts.iter().filter(|(_, ranks)| !ranks.is_empty());
    let parts = parts.map(|(what, ranks)| format!("{what} {}", listed(ranks)));
    let told = parts.collect::<Vec<_>>();
    let why = reason(why);
    if told.is_empty() {
        format!("{why} Thứ hạng giữ nguyên, số liệu thay đổi.")
    } else {
        format!("{why} Thay đổi: {}.", told.join("; "))
    }
}

fn listed(ranks: &[String]) -> String {
    let named = ranks.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>();
    let more = ranks.len().saturating_sub(NAMED_MAX);
    match more {
        0 => named.join(", "),
        more => format!("{} và {more} dòng khác", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use models::domain::{
        ConcernId, Coverage, DigestScope, Factors, Interval, PeriodKind, Quote, Topic,
    };

    use super::*;

    fn line(id: &str, rank: u32) -> DigestEntry {
        DigestEntry {
            rank,
            tied: false,
            concern: ConcernId::new(id),
            title: format!("Ngập đường {id}"),
            topic: Topic::Drainage,
            units: Vec::new(),
            score: 3.0,
            interval: Interval {
                low: 2.0,
                high: 4.0,
            },
            factors: Factors {
                shrunk_count: 3.0,
                burst: 0.0,
                negativity: 0.0,
                breadth: 1.0,
                unresolved_age: 1.0,
            },
            n_mentions: 3,
            n_sources: 1,
            evidence: Vec::new(),
            quotes: vec![Quote {
                mention: MentionId::new("m"),
                text: "Nước lên tới đầu gối.".to_owned(),
            }],
            trend: Vec::new(),
            receipt: None,
            notes: Vec::new(),
            desk: models::domain::EntryDesk::default(),
        }
    }

    fn ranked(ids: &[&str]) -> Digest {
        Digest {
            scope: DigestScope::City,
            period: PeriodKind::Day,
            day: date(2026, 11, 12),
            revision: 1,
            erratum: None,
            method_version: "rank-1".to_owned(),
            coverage: Coverage {
                share: 1.0,
                n_expected: 1,
                n_fresh: 1,
                gaps: Vec::new(),
            },
            top: ids
                .iter()
                .zip(1..)
                .map(|(id, rank)| line(id, rank))
                .collect(),
            rising: Vec::new(),
            thin_evidence: None,
            n_mentions: 9,
            desk: DigestDesk::default(),
        }
    }

    #[test]
    fn an_erratum_says_why_and_what() {
        let (old, new) = (ranked(&["a", "b", "c"]), ranked(&["b", "a", "d"]));
        let changes = Changes {
            n_new: 3,
            n_changed: 0,
            n_removed: 1,
        };
        let why = Why::new(changes, Vec::new());
        let said = erratum(&why, &old, &new);
        for words in [
            "3 phản ánh, tin bài đến muộn",
            "1 phản ánh, tin bài đã gỡ",
            "đổi hạng 2→1, 1→2",
            "dòng mới ở hạng 3",
            "hạng cũ 3",
        ] {
            assert!(said.contains(words), "{said}");
        }
        assert!(!said.contains(&old.top[0].title), "no words of citizens");
    }

    #[test]
    fn scores_alone_are_no_reason() {
        let old = ranked(&["a", "b"]);
        let mut new = old.clone();
        new.top[0].score *= 1.01;
        new.top[0].quotes.clear();
        assert!(same_lines(&old, &new));
        new.top[1].n_mentions += 1;
        assert!(!same_lines(&old, &new));
        assert!(erratum(&Why::default(), &old, &new).contains("Thứ hạng giữ nguyên"));
    }

    #[test]
    fn what_the_desk_did_is_told_with_its_reason() {
        let made = |seq, change: CorrectionChange| Correction {
            seq,
            made_at: jiff::Timestamp::UNIX_EPOCH,
            officer: "an.nguyen".to_owned(),
            role: models::domain::DeskRole::PressOfficer,
            reason: format!("lý do số {seq}"),
            change,
            anchors: Vec::new(),
        };
        let (a, b) = (ConcernId::new("a"), ConcernId::new("b"));
        let merge = made(1, CorrectionChange::Merge(a, b.clone()));
        let undo = made(2, CorrectionChange::Undo(1));
        let noise = made(3, CorrectionChange::IsConcern(MentionId::new("m"), false));
        let hide = made(4, CorrectionChange::Hide(b));
        let told = [
            ToldEdit::new(&merge, &merge),
            ToldEdit::new(&undo, &merge),
            ToldEdit::new(&noise, &noise),
            ToldEdit::new(&hide, &hide),
        ];
        let heard = Changes {
            n_changed: 1,
            ..Changes::default()
        };
        let said = reason(&Why::new(heard, told.to_vec()));
        assert_eq!(
            said,
            "Biên tập: gộp vấn đề (lý do: lý do số 1); thôi gộp vấn đề (lý do: lý do số 2); sửa \
             cách đọc một tin (lý do: lý do số 3); và 1 chỉnh sửa khác."
        );
        assert!(!said.contains("an.nguyen"), "roles and reasons, no names");
        let heard = Changes {
            n_new: 2,
            n_changed: 3,
            ..Changes::default()
        };
        let said = reason(&Why::new(heard, told[2..3].to_vec()));
        assert!(
            said.contains("2 phản ánh, tin bài đến muộn; 2 phản ánh"),
            "{said}"
        );
        assert!(said.ends_with("(lý do: lý do số 3)."), "{said}");
    }

    #[test]
    fn what_the_desk_shows_is_a_reason() {
        let old = ranked(&["a", "b"]);
        let mut new = old.clone();
        new.top[0].desk.title = Some("Tên khác".to_owned());
        assert!(!same_lines(&old, &new));
        let mut new = old.clone();
        new.desk.hidden.push(models::domain::HiddenLine {
            concern: ConcernId::new("c"),
            rank: Some(3),
            n_mentions: 2,
            reason: "tin rao".to_owned(),
        });
        assert!(!same_lines(&old, &new));
    }
}
