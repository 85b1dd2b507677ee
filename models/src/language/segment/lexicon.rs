//! The dictionary as a set of 15-bit fingerprints: 60,000 words in half a megabyte.

use super::pieces::{Cutter, Piece};

/// Longest dictionary word in syllables.
pub(super) const MAX_WORD: usize = 4;

/// Salt that keeps words without accents apart from words with.
const BARE: u64 = 0x5851_f42d_4c95_7f2d;

/// A set of words, open addressing over fingerprints: a stranger is taken for a member about once
/// in 16,000 look-ups.
pub(super) struct Lexicon {
    slots: Vec<u16>,
}

impl Lexicon {
    /// Slots for a dictionary of this many entries: a power of two, at most two thirds full.
    fn with_room(n_entries: usize) -> Self {
        let size = (n_entries * 3 / 2 + 16).next_power_of_two();
        Self {
            slots: vec![0; size],
        }
    }

    /// The words of two to four syllables of a word list, with and without accents.
    pub(super) fn build<'a>(words: impl IntoIterator<Item = &'a str>, cutter: &Cutter) -> Self {
        let mut hashes = Vec::new();
        let mut pieces = Vec::new();
        for word in words {
            cutter.cut(word, &mut pieces);
            if (2..=MAX_WORD).contains(&pieces.len()) {
                for is_bare in [false, true] {
                    hashes.push(pieces.iter().fold(seed(is_bare), |hash, piece| {
                        extend(hash, key(piece, is_bare))
                    }));
                }
            }
        }
        hashes.sort_unstable();
        hashes.dedup();
        let mut lexicon = Self::with_room(hashes.len());
        for hash in hashes {
            lexicon.insert(hash);
        }
        lexicon
    }

    fn insert(&mut self, hash: u64) {
        let (mut at, print) = self.seat(hash);
        while self.slots[at] != 0 && self.slots[at] != print {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = print;
    }

    /// Whether a word with this hash is in the set.
    #[inline]
    pub(super) fn contains(&self, hash: u64) -> bool {
        let (mut at, print) = self.seat(hash);
        loop {
            let slot = self.slots[at];
            if slot == print {
                return true;
            }
            if slot == 0 {
                return false;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    #[inline]
    fn seat(&self, hash: u64) -> (usize, u16) {
        let mixed = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (
            (mixed >> 32) as usize & (self.slots.len() - 1),
            mixed as u16 | 1,
        )
    }

    pub(super) fn slots(&self) -> &[u16] {
        &self.slots
    }

    /// A set read from a model file; `None` when its size or filling cannot be right, since a full
    /// table would make a look-up endless.
    pub(super) fn from_slots(slots: Vec<u16>) -> Option<Self> {
        (slots.len().is_power_of_two() && slots.contains(&0)).then_some(Self { slots })
    }
}

/// Hash of the empty word.
#[inline]
pub(super) fn seed(is_bare: bool) -> u64 {
    if is_bare { BARE } else { 0 }
}

/// Hash of a word with one more syllable.
#[inline]
pub(super) fn extend(hash: u64, key: u32) -> u64 {
    (hash.rotate_left(23) ^ u64::from(key)).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

/// The key by which a piece is looked up.
#[inline]
pub(super) fn key(piece: &Piece, is_bare: bool) -> u32 {
    if is_bare { piece.bare_key } else { piece.key }
}
