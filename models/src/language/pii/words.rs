//! Lists of cue words, told apart by accent where the text has accents: `bà` is not `ba`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::field::Field;
use crate::language::place::scan::{Gap, Scan};

/// A phrase: folded spelling and key of each token.
type Phrase = Vec<(String, u64)>;

/// A list of words and phrases.
pub(super) struct Words {
    by_first: FxHashMap<String, Vec<Phrase>>,
    by_last: FxHashMap<String, Vec<Phrase>>,
}

/// A list that is made when first used.
pub(super) type WordList = LazyLock<Words>;

impl Words {
    /// Phrases parted by commas, written with accents.
    pub fn new(list: &str) -> Self {
        let mut words = Self {
            by_first: FxHashMap::default(),
            by_last: FxHashMap::default(),
        };
        for phrase in list.split(',') {
            let scan = Scan::new(phrase);
            let tokens = scan.tokens.iter().enumerate();
            let phrase = tokens
                .map(|(i, token)| (scan.fold(i).to_owned(), token.key))
                .collect::<Phrase>();
            if let (Some(first), Some(last)) = (phrase.first(), phrase.last()) {
                let (opening, closing) = (first.0.clone(), last.0.clone());
                words
                    .by_first
                    .entry(opening)
                    .or_default()
                    .push(phrase.clone());
                words.by_last.entry(closing).or_default().push(phrase);
            }
        }
        words
    }

    /// How many tokens a phrase takes that begins right at a token.
    pub fn at(&self, field: &Field, token: usize) -> Option<usize> {
        let phrases = self.by_first.get(field.fold(token))?;
        let fitting = phrases
            .iter()
            .filter(|phrase| fits(field, token, phrase))
            .map(Vec::len);
        fitting.max()
    }

    /// Whether a phrase stands right before a token, with less than `widest` between them.
    pub fn before(&self, field: &Field, token: usize, widest: Gap) -> bool {
        let Some(last) = token.checked_sub(1) else {
            return false;
        };
        if field.tokens().get(token).is_none_or(|t| t.gap >= widest) {
            return false;
        }
        let Some(phrases) = self.by_last.get(field.fold(last)) else {
            return false;
        };
        phrases.iter().any(|phrase| {
            token
                .checked_sub(phrase.len())
                .is_some_and(|first| fits(field, first, phrase))
        })
    }

    /// Whether a phrase begins among the `reach` tokens before one, in the same sentence.
    pub fn near_before(&self, field: &Field, token: usize, reach: usize) -> bool {
        for back in 1..=reach {
            let Some(first) = token.checked_sub(back) else {
                return false;
            };
            if field.tokens()[first + 1].gap >= Gap::Break {
                return false;
            }
            if self.at(field, first).is_some_and(|length| length <= back) {
                return true;
            }
        }
        false
    }
}

fn fits(field: &Field, first: usize, phrase: &Phrase) -> bool {
    phrase.iter().enumerate().all(|(i, (folded, key))| {
        field.tokens().get(first + i).is_some_and(|token| {
            let exact = token.key == *key;
            let bare = !token.accented && field.unaccented;
            field.fold(first + i) == folded && (exact || bare)
        })
    })
}
