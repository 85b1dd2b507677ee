//! Extractive titles: words that stand in the evidence.

use super::profile::Profile;
use super::terms::{TermKind, fold, term_of};
use crate::domain::{AnnotatedMention, Channel, Concern, MentionId};
use crate::language::quote::{MAX_TITLE_WORDS, headline_of};
use crate::language::text::is_unaccented;

const MAX_CHARS: usize = 110;

/// The title that says most of what the concern is about: a headline, a ticket's subject, or words of
/// a post, twelve at most. The title of the day before stays unless a clearly better one came.
pub(super) fn choose(
    old: Option<&Concern>,
    members: &[&AnnotatedMention],
    profile: &Profile,
) -> (String, MentionId) {
    const STAY_BONUS: f32 = 1.25;
    let mut best = old.map(|concern| {
        // One that is longer than titles may be stays only where nothing else says anything.
        let is_long = concern.title.split_whitespace().count() > MAX_TITLE_WORDS;
        let bonus = if is_long { 0.0 } else { STAY_BONUS };
        let worth = worth(&concern.title, profile) * bonus;
        (worth, concern.title.clone(), concern.title_from.clone())
    });
    for mention in members {
        let title = candidate(mention);
        // People read accents; of two titles that say the same they take the one that has them.
        let ease = if is_unaccented(&title) { 0.6 } else { 1.0 };
        let worth = worth(&title, profile) * trust_in(mention) * ease;
        if best.as_ref().is_none_or(|(top, ..)| worth > *top) {
            best = Some((worth, title, mention.mention.id.clone()));
        }
    }
    let (_, title, from) = best.unwrap_or((0.0, String::new(), MentionId::new("")));
    (title, from)
}

fn trust_in(mention: &AnnotatedMention) -> f32 {
    match mention.mention.channel {
        Channel::Press => 1.4,
        Channel::Hotline => 1.0,
        Channel::Social if mention.mention.parent.is_none() => 0.8,
        Channel::Social => 0.5,
    }
}

/// What stands of a mention as the title of a concern: at most [`MAX_TITLE_WORDS`] words of its title
/// or its text, in one piece.
pub fn candidate(mention: &AnnotatedMention) -> String {
    headline_of(&mention.mention)
        .map_or_else(|| first_words(&former_candidate(mention)), str::to_owned)
}

/// As many words as a title may have, where nothing better stands alone.
fn first_words(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() <= MAX_TITLE_WORDS {
        return text.to_owned();
    }
    format!("{}…", words[..MAX_TITLE_WORDS].join(" "))
}

/// The title that a mention gave before titles were bounded by words: its own, or its first sentence,
/// cut at a word when it is long. Records still hold such titles.
pub fn former_candidate(mention: &AnnotatedMention) -> String {
    let text = match &mention.mention.title {
        Some(title) if !title.trim().is_empty() => title.trim(),
        _ => first_sentence(mention.mention.text.trim()),
    };
    cut(text, MAX_CHARS)
}

/// The stretch up to the first end of a sentence that is not an abbreviation or a number.
pub(super) fn first_sentence(text: &str) -> &str {
    const MIN_CHARS: usize = 20;
    let mut n_chars = 0;
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        n_chars += 1;
        let at_end = rest.peek().is_none_or(|(_, next)| next.is_whitespace());
        let ends = matches!(c, '.' | '!' | '?' | '…') && at_end && n_chars >= MIN_CHARS;
        if c == '\n' && n_chars >= MIN_CHARS {
            return text[..at].trim_end();
        }
        if ends {
            return text[..at + c.len_utf8()].trim_end();
        }
    }
    text
}

/// At most `max_chars` characters, ending at a word, with an ellipsis where something is missing.
pub(super) fn cut(text: &str, max_chars: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(max_chars) else {
        return text.to_owned();
    };
    let end = text[..end].rfind(char::is_whitespace).unwrap_or(end);
    format!("{}…", text[..end].trim_end())
}

/// How much of the concern's weight the title's words carry, per root of their number: long titles
/// do not win by length alone.
fn worth(title: &str, profile: &Profile) -> f32 {
    let folded = fold(title);
    let words = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>();
    let pairs = words.windows(2).map(|pair| pair.join(" "));
    let single = words.iter().map(|word| term_of(word, TermKind::Word));
    let terms = single.chain(pairs.map(|pair| term_of(&pair, TermKind::Pair)));
    let weight: f32 = terms.map(|term| profile.weight(term)).sum();
    weight / (words.len() as f32 + 6.0).sqrt()
}
