//! Phrase lists that point somewhere: the topics' lexicons of the configuration and the cues of feeling.

use rustc_hash::FxHashMap;

use super::hash;
use super::scan::{Token, scan};

/// Longest phrase, in words.
pub(super) const MAX_PHRASE: usize = 5;

/// Phrases of up to 32 classes, found by hash, with and without accents.
#[derive(Clone, Debug, Default)]
pub(super) struct Lexicon {
    accented: FxHashMap<u64, u32>,
    folded: FxHashMap<u64, u32>,
}

impl Lexicon {
    /// Adds a phrase to a class. Phrases of more than [`MAX_PHRASE`] words are not findable and
    /// are left out.
    pub fn add(&mut self, class: usize, phrase: &str) {
        let tokens = scan(phrase).tokens;
        if tokens.is_empty() || tokens.len() > MAX_PHRASE {
            return;
        }
        let bit = 1 << class;
        let accented = tokens.iter().map(|token| token.accented);
        let folded = tokens.iter().map(|token| token.folded);
        *self.accented.entry(chain(accented)).or_default() |= bit;
        *self.folded.entry(chain(folded)).or_default() |= bit;
    }

    /// A lexicon of the given phrases, one list a class; lists are separated by `|`.
    pub fn of_lists(lists: &[&str]) -> Self {
        let mut lexicon = Self::default();
        for (class, list) in lists.iter().enumerate() {
            for phrase in list.split('|') {
                lexicon.add(class, phrase);
            }
        }
        lexicon
    }

    /// Calls `found(position, length, classes)` for each phrase that stands in the tokens.
    pub fn find(
        &self,
        tokens: &[Token],
        is_unaccented: bool,
        mut found: impl FnMut(usize, usize, u32),
    ) {
        for start in 0..tokens.len() {
            let mut accented = None;
            let mut folded = None;
            for (length, token) in tokens[start..].iter().take(MAX_PHRASE).enumerate() {
                accented = extend(accented, token.accented);
                folded = extend(folded, token.folded);
                let classes = match (is_unaccented, accented, folded) {
                    (true, _, Some(hash)) => self.folded.get(&hash),
                    (false, Some(hash), _) => self.accented.get(&hash),
                    _ => None,
                };
                if let Some(&classes) = classes {
                    found(start, length + 1, classes);
                }
            }
        }
    }
}

fn chain(hashes: impl Iterator<Item = u64>) -> u64 {
    hashes.fold(None, extend).unwrap_or_default()
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it is the step of a fold that begins with None"
)]
fn extend(chain: Option<u64>, hash: u64) -> Option<u64> {
    Some(chain.map_or(hash, |chain| hash::join(chain, hash)))
}
