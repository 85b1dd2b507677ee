//! Titles and quotes: words that stand in the evidence, chosen, never written.

mod clauses;
mod score;

use crate::domain::{Channel, Mention};

use self::clauses::{Clause, clauses};
use self::score::{Crowd, plainness};

/// Longest title in words, counted by white space.
pub const MAX_TITLE_WORDS: usize = 12;

/// Mentions read for one title: a large group says nothing new after these.
const MAX_MENTIONS: usize = 400;

/// Bytes read of each mention: the point of a text is made early.
const MAX_BYTES: usize = 4000;

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
            let score = title_score(&clause, is_title, mention.channel, &crowd);
            if best.is_none_or(|(highest, _, _)| score > highest) {
                best = Some((score, clause.text, index));
            }
        }
    }
    best.map(|(_, text, index)| (text.to_owned(), index))
}

/// The most telling sentences of a group, at most `n`, each with the index of its mention: close to
/// what the group speaks of, specific, plain, and no two alike.
pub fn telling_sentences<'a>(mentions: &[&'a Mention], n: usize) -> Vec<(&'a str, usize)> {
    let mentions = &mentions[..mentions.len().min(MAX_MENTIONS)];
    let crowd = Crowd::read(mentions.iter().map(|mention| head(mention)));
    let mut pool: Vec<(f64, &'a str, usize)> = Vec::new();
    for (index, mention) in mentions.iter().enumerate() {
        for sentence in clauses::sentences_of(head(mention)) {
            pool.push((sentence_score(sentence, &crowd), sentence, index));
        }
    }
    let mut chosen: Vec<(&'a str, usize)> = Vec::new();
    while chosen.len() < n {
        let next = pool
            .iter()
            .map(|&(score, sentence, index)| {
                (score - repeats(sentence, index, &chosen), sentence, index)
            })
            .filter(|(score, _, _)| *score > 0.0)
            .max_by(|one, other| one.0.total_cmp(&other.0).then(other.2.cmp(&one.2)));
        let Some((_, sentence, index)) = next else {
            break;
        };
        chosen.push((sentence, index));
        pool.retain(|entry| entry.1 != sentence);
    }
    chosen
}

/// The part of a mention's text that is read.
fn head(mention: &Mention) -> &str {
    let mut end = mention.text.len().min(MAX_BYTES);
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

fn title_score(clause: &Clause<'_>, is_title: bool, channel: Channel, crowd: &Crowd) -> f64 {
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
    length * (2.0 * crowd.share(clause.text) + origin + wholeness) + plainness(clause.text)
        - score::tornness(clause.text)
}

fn sentence_score(sentence: &str, crowd: &Crowd) -> f64 {
    let n_words = sentence.split_whitespace().count() as f64;
    let length = (n_words / 8.0).min(1.0) * (40.0 / n_words.max(40.0));
    1.0 + length * 2.0 * crowd.share(sentence) + plainness(sentence) - (1.0 - length)
}

/// How much a sentence repeats the chosen ones.
fn repeats(sentence: &str, index: usize, chosen: &[(&str, usize)]) -> f64 {
    chosen
        .iter()
        .map(|&(other, other_index)| {
            let same_voice = if index == other_index { 0.5 } else { 0.0 };
            2.0 * score::overlap(sentence, other) + same_voice
        })
        .fold(0.0, f64::max)
}

#[cfg(test)]
mod tests;
