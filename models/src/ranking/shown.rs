//! What the lists of a day and of a longer period show alike: ties, and words that stand in the
//! evidence.

use crate::domain::{AnnotatedMention, Interval, Quote};
use crate::language::quote::telling_sentences;

/// Mentions whose sentences are compared for the quotes of one line.
const QUOTED_FROM: usize = 12;

/// Share of the narrower interval that both have in common, 0 to 1.
pub(super) fn overlap(a: Interval, b: Interval) -> f64 {
    let common = a.high.min(b.high) - a.low.max(b.low);
    let width = |interval: Interval| interval.high - interval.low;
    (common.max(0.0) / width(a).min(width(b)).max(1e-12)).min(1.0)
}

/// The most telling sentences of the mentions that tell most, as they stand, nor is one text twice.
/// Whoever asks leaves out copies and coordinated posts.
pub(super) fn quotes<'a>(
    telling: impl Iterator<Item = &'a AnnotatedMention>,
    max_quotes: usize,
) -> Vec<Quote> {
    let mentions = telling.take(QUOTED_FROM).map(|found| &*found.mention);
    let mentions = mentions.collect::<Vec<_>>();
    // One more than wanted, for those too short or too long to stand alone.
    let sentences = telling_sentences(&mentions, max_quotes + 1);
    let quotes = sentences.into_iter().filter_map(|(sentence, index)| {
        let text = sentence.trim();
        let quote = || Quote {
            mention: mentions[index].id.clone(),
            text: text.to_owned(),
        };
        (15..=300).contains(&text.chars().count()).then(quote)
    });
    quotes.take(max_quotes).collect()
}
