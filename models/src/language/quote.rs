//! Titles and quotes: words that stand in the evidence, chosen, never written.

mod clauses;
mod score;

use crate::domain::{Channel, Mention};

use self::clauses::{Clause, clauses};
use self::score::{Crowd, Pairs, plainness};

/// Longest title in words, counted by white space.
pub const MAX_TITLE_WORDS: usize = 12;

/// Mentions read for one title: a large group says nothing new after these.
const MAX_MENTIONS: usize = 400;

/// Bytes read of each mention: the point of a text is made early.
const MAX_BYTES: usize = 4000;

/// Bytes read of a mention that gives its own title.
const MAX_BYTES_ALONE: usize = 600;

/// The title of a group: at most twelve words that stand contiguous in one mention, and the index
/// of that mention. `None` when no mention has usable words.
///
/// Headlines of the press and subjects of the hotline come first; what most mentions speak of,
/// said plainly and with its place, comes before what one mention shouts. Nothing around a
/// placeholder of cut personal data (`[…]`) is taken.
pub fn title_of(mentions: &[&Mention]) -> Option<(String, usize)> {
    let mentions = &mentions[..mentions.len().min(MAX_MENTIONS)];
    let crowd = Crowd::read(mentions.iter().map(|mention| head(mention)));
    let mut best: Option<(f64, &str, usize)> = None;
    for (index, mention) in mentions.iter().enumerate() {
        for (clause, is_title) in candidates(mention) {
            let share = crowd.share(&Pairs::of(clause.text));
            let score = title_score(&clause, is_title, mention.channel, share);
            if best.is_none_or(|(highest, _, _)| score > highest) {
                best = Some((score, clause.text, index));
            }
        }
    }
    best.map(|(_, text, index)| (text.to_owned(), index))
}

/// The title of one mention: its own when that is short enough, or else the words of its title, or of
/// its text, that best stand alone. At most twelve words that stand contiguous in it, none beside a
/// placeholder of cut personal data; `None` when no such words can be had.
pub fn headline_of(mention: &Mention) -> Option<&str> {
    let whole = mention.title.as_deref();
    let whole = whole.map(|title| title.trim().trim_end_matches('.').trim_end());
    let whole = whole.filter(|title| !title.is_empty() && !clauses::has_placeholder(title));
    if whole.is_some_and(|title| title.split_whitespace().count() <= MAX_TITLE_WORDS) {
        return whole;
    }
    let titles = mention.title.as_deref().map(clauses).unwrap_or_default();
    let (found, is_title) = if titles.is_empty() {
        (clauses(start(mention, MAX_BYTES_ALONE)), false)
    } else {
        (titles, true)
    };
    let score = |clause: &Clause<'_>| title_score(clause, is_title, mention.channel, 1.0);
    let mut best: Option<(f64, &str)> = None;
    for clause in found {
        let score = score(&clause);
        if best.is_none_or(|(highest, _)| score > highest) {
            best = Some((score, clause.text));
        }
    }
    best.map(|(_, text)| text)
}

/// The most telling sentences of a group, at most `n`, each with the index of its mention: close to
/// what the group speaks of, specific, plain, and no two alike.
pub fn telling_sentences<'a>(mentions: &[&'a Mention], n: usize) -> Vec<(&'a str, usize)> {
    let mentions = &mentions[..mentions.len().min(MAX_MENTIONS)];
    let crowd = Crowd::read(mentions.iter().map(|mention| head(mention)));
    let mut pool = Vec::new();
    for (index, mention) in mentions.iter().enumerate() {
        let sentences = clauses::sentences_of(head(mention));
        pool.extend(sentences.map(|text| Sentence::read(text, index, &crowd)));
    }
    let mut chosen: Vec<Sentence<'a>> = Vec::new();
    while chosen.len() < n {
        let worth = |sentence: &Sentence| sentence.score - sentence.repeats(&chosen);
        let scored = pool.iter().enumerate().map(|(at, one)| (worth(one), at));
        let next = scored
            .filter(|(worth, _)| *worth > 0.0)
            .max_by(|one, other| {
                let (first, second) = (&pool[one.1], &pool[other.1]);
                let by_worth = one.0.total_cmp(&other.0);
                by_worth.then(second.mention.cmp(&first.mention))
            });
        let Some((_, at)) = next else {
            break;
        };
        let best = pool.remove(at);
        pool.retain(|sentence| sentence.text != best.text);
        chosen.push(best);
    }
    let told = chosen.into_iter().map(|one| (one.text, one.mention));
    told.collect()
}

/// A sentence that may be quoted, and the index of its mention.
struct Sentence<'a> {
    text: &'a str,
    mention: usize,
    pairs: Pairs,
    score: f64,
}

impl<'a> Sentence<'a> {
    fn read(text: &'a str, mention: usize, crowd: &Crowd) -> Self {
        let pairs = Pairs::of(text);
        let n_words = text.split_whitespace().count() as f64;
        let length = (n_words / 8.0).min(1.0) * (40.0 / n_words.max(40.0));
        let score = 1.0 + length * 2.0 * crowd.share(&pairs) + plainness(text) - (1.0 - length);
        Self {
            text,
            mention,
            pairs,
            score,
        }
    }

    /// How much it repeats the chosen ones.
    fn repeats(&self, chosen: &[Self]) -> f64 {
        let with = |other: &Self| {
            let same_voice = if self.mention == other.mention {
                0.5
            } else {
                0.0
            };
            2.0 * self.pairs.overlap(&other.pairs) + same_voice
        };
        chosen.iter().map(with).fold(0.0, f64::max)
    }
}

/// The part of a mention's text that is read.
fn head(mention: &Mention) -> &str {
    start(mention, MAX_BYTES)
}

/// At most so many bytes of a mention's text.
fn start(mention: &Mention, max_bytes: usize) -> &str {
    let mut end = mention.text.len().min(max_bytes);
    while !mention.text.is_char_boundary(end) {
        end -= 1;
    }
    &mention.text[..end]
}

/// Runs of words that may become a title, and whether each comes from the mention's own title.
fn candidates(mention: &Mention) -> impl Iterator<Item = (Clause<'_>, bool)> {
    let titles = mention.title.as_deref().map(clauses).unwrap_or_default();
    let texts = clauses(head(mention));
    titles
        .into_iter()
        .map(|clause| (clause, true))
        .chain(texts.into_iter().map(|clause| (clause, false)))
}

/// How good a title some words make; `share` is how much of them the group says, 0 to 1.
fn title_score(clause: &Clause<'_>, is_title: bool, channel: Channel, share: f64) -> f64 {
    let origin = match (is_title, channel) {
        (true, Channel::Press) => 1.0,
        (true, Channel::Hotline) => 0.9,
        (true, Channel::Social) => 0.5,
        (false, Channel::Press) => 0.3,
        (false, _) => 0.0,
    };
    let n_words = clause.n_words as f64;
    // Six to twelve words say what and where; shorter ones rarely do.
    let length = (n_words / 6.0).min(1.0);
    let wholeness = if clause.is_whole { 0.4 } else { 0.0 };
    length * (2.0 * share + origin + wholeness) + plainness(clause.text)
        - score::tornness(clause.text)
}

#[cfg(test)]
mod tests;
