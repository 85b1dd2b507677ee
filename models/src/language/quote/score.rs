//! What makes words worth showing: many speak of it, and it is said plainly.

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::LazyLock;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use crate::language::text::{TokenKind, fold, fold_char, is_unaccented, tokens};

/// Folded words that carry no matter of their own.
const EMPTY: &[&str] = &[
    "va", "cua", "o", "tai", "tren", "trong", "cho", "la", "bi", "duoc", "do", "vi", "thi", "ma",
    "cac", "nhung", "mot", "khong", "da", "dang", "se", "voi", "tu", "den", "de", "khi", "theo",
    "ve", "hon", "qua", "vao", "ra", "co", "con", "cung", "rat", "nay", "do", "nhu", "roi", "lai",
    "nhieu", "nua", "luon", "chi", "em", "anh", "minh", "toi", "tui", "a", "nha", "nhe", "vay",
];

/// Folded words of chat and of first persons, which make a poor title for an office.
const PERSONAL: &[&str] = &[
    "tui",
    "tao",
    "em",
    "minh",
    "toi",
    "e",
    "mn",
    "moi nguoi",
    "ad",
    "ace",
    "anh em",
    "troi",
    "oi",
    "ai",
    "sao",
    "vay",
    "ha",
    "haha",
    "hihi",
    "alo",
    "cac bac",
    "bac",
    "ko",
    "k",
    "dc",
    "vs",
    "z",
    "j",
    "gi",
    "nha",
    "nhe",
    "a",
    "u",
    "thiet",
    "qua troi",
    "met",
    "chan",
    "dm",
    "vl",
    "vcl",
    "cmn",
];

/// What the mentions of a group speak of: the share of mentions each word pair stands in.
pub(super) struct Crowd {
    shares: FxHashMap<u64, f64>,
}

impl Crowd {
    pub(super) fn read<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut counts: FxHashMap<u64, f64> = FxHashMap::default();
        let mut n_texts = 0.0;
        for text in texts {
            n_texts += 1.0;
            for pair in Pairs::of(text).0 {
                *counts.entry(pair).or_default() += 1.0;
            }
        }
        for count in counts.values_mut() {
            *count /= n_texts;
        }
        Self { shares: counts }
    }

    /// Mean share over the word pairs of a text, 0 to 1. Summed in the order of the pairs, so that
    /// the same group always gives the same title.
    pub(super) fn share(&self, pairs: &Pairs) -> f64 {
        let share = |pair| self.shares.get(pair).copied().unwrap_or(0.0);
        pairs.0.iter().map(share).sum::<f64>() / pairs.0.len().max(1) as f64
    }
}

/// Distinct pairs of neighbouring folded words that carry matter, as hashes in their order.
pub(super) struct Pairs(Vec<u64>);

impl Pairs {
    pub(super) fn of(text: &str) -> Self {
        let mut pairs = Vec::with_capacity(text.len() / 8);
        let mut before = None;
        for token in tokens(text) {
            if !matches!(token.kind, TokenKind::Word | TokenKind::Number) {
                continue;
            }
            let word = hash_of(token.text);
            if EMPTY_HASHES.contains(&word) {
                continue;
            }
            if let Some(before) = before {
                pairs.push(FxBuildHasher.hash_one((before, word)));
            }
            before = Some(word);
        }
        pairs.sort_unstable();
        pairs.dedup();
        Self(pairs)
    }

    /// Share of the pairs of the shorter text that the other has too.
    pub(super) fn overlap(&self, other: &Self) -> f64 {
        let (shorter, longer) = if self.0.len() <= other.0.len() {
            (&self.0, &other.0)
        } else {
            (&other.0, &self.0)
        };
        let is_common = |pair: &&u64| longer.binary_search(pair).is_ok();
        let n_common = shorter.iter().filter(is_common).count();
        n_common as f64 / shorter.len().max(1) as f64
    }
}

static EMPTY_HASHES: LazyLock<FxHashSet<u64>> =
    LazyLock::new(|| EMPTY.iter().map(|word| hash_of(word)).collect());

/// Of a word's folded letters.
fn hash_of(word: &str) -> u64 {
    let mut hasher = FxBuildHasher.build_hasher();
    for letter in word.chars().filter_map(fold_char) {
        letter.hash(&mut hasher);
    }
    hasher.finish()
}

/// How plain and specific words are: names and figures add, shouting, chat, questions and bare
/// accents take away. Between about -2 and 0.4.
pub(super) fn plainness(text: &str) -> f64 {
    let words: Vec<&str> = text.split_whitespace().collect();
    let n_words = words.len().max(1) as f64;
    let n_named = words
        .iter()
        .skip(1)
        .filter(|word| word.starts_with(char::is_uppercase))
        .count();
    let has_figure = text.contains(|letter: char| letter.is_ascii_digit());
    let n_personal = tokens(text)
        .filter(|token| token.kind == TokenKind::Word)
        .filter(|token| PERSONAL.contains(&fold(token.text).as_str()))
        .count();
    let mut score = (n_named as f64 / 4.0).min(1.0) * 0.25 + if has_figure { 0.1 } else { 0.0 };
    score -= 2.0 * n_personal as f64 / n_words;
    score -= if shouts(text) { 1.0 } else { 0.0 };
    score -= if is_unaccented(text) { 0.8 } else { 0.0 };
    score -= if text.contains(['?', '!']) { 0.3 } else { 0.0 };
    score -= if text.chars().any(is_loud) { 0.5 } else { 0.0 };
    score
}

/// Folded words with which only the middle of a sentence starts.
const NEVER_FIRST: &[&str] = &[
    "tren", "o", "tai", "cua", "va", "nhung", "ma", "voi", "cho", "vi", "do", "khi", "de", "den",
    "tu", "ve", "theo", "nhu", "thi", "la", "nen", "roi", "hay", "hoac", "con", "cung", "duoc",
];

/// How much words look torn out of a longer sentence, 0 to 1: they start in small letters or with a
/// word that leans on what went before.
pub(super) fn tornness(text: &str) -> f64 {
    let small = text.starts_with(char::is_lowercase);
    let leans = text
        .split_whitespace()
        .next()
        .is_some_and(|word| NEVER_FIRST.contains(&fold(word).as_str()));
    f64::from(u8::from(small)) * 0.5 + f64::from(u8::from(leans)) * 0.5
}

/// Emoji, addresses and hashtags have no place in a title.
fn is_loud(letter: char) -> bool {
    matches!(letter, '#' | '@' | '_' | '~' | '^' | '=' | '\u{2600}'..='\u{27bf}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}

/// Whether most letters are capitals.
fn shouts(text: &str) -> bool {
    let n_upper = text.chars().filter(|letter| letter.is_uppercase()).count();
    let n_lower = text.chars().filter(|letter| letter.is_lowercase()).count();
    n_upper > n_lower
}
