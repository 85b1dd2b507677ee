//! The dictionary as a set of 14-bit fingerprints: 30,000 words, with and without accents, in a quarter of a megabyte.

use super::pieces::{Cutter, Piece};

/// Longest dictionary word in syllables.
pub(super) const MAX_WORD: usize = 4;

/// Salt that keeps words without accents apart from words with.
const BARE: u64 = 0x5851_f42d_4c95_7f2d;

/// It is a word.
pub(super) const WORD: u16 = 1;

/// Some longer word begins like this.
pub(super) const CONTINUES: u16 = 2;

/// Bits of a slot that hold the flags above; the others are the fingerprint.
const FLAGS: u16 = 3;

/// A set of words, open addressing over fingerprints: a stranger is taken for a member about once
/// in 8,000 look-ups.
pub(super) struct Lexicon {
    slots: Vec<u16>,
}

impl Lexicon {
    /// The words of two to four syllables of a word list, with and without accents.
    pub(super) fn build<'a>(words: impl IntoIterator<Item = &'a str>, cutter: &Cutter) -> Self {
        let mut entries = Vec::new();
        let mut pieces = Vec::new();
        for word in words {
            cutter.cut(word, &mut pieces);
            if !(2..=MAX_WORD).contains(&pieces.len()) {
                continue;
            }
            for is_bare in [false, true] {
                let mut hash = extend(seed(is_bare), key(&pieces[0], is_bare));
                for (at, piece) in pieces.iter().enumerate().skip(1) {
                    hash = extend(hash, key(piece, is_bare));
                    let is_whole = at + 1 == pieces.len();
                    entries.push((hash, if is_whole { WORD } else { CONTINUES }));
                }
            }
        }
        Self::filled(entries)
    }

    /// A set of these hashes with their flags, at most two thirds full.
    fn filled(mut entries: Vec<(u64, u16)>) -> Self {
        entries.sort_unstable();
        entries.dedup();
        let size = (entries.len() * 3 / 2 + 16).next_power_of_two();
        let mut lexicon = Self {
            slots: vec![0; size],
        };
        for (hash, flag) in entries {
            lexicon.insert(hash, flag);
        }
        lexicon
    }

    fn insert(&mut self, hash: u64, flag: u16) {
        let (mut at, print) = self.seat(hash);
        while self.slots[at] != 0 && self.slots[at] & !FLAGS != print {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] |= print | flag;
    }

    /// What is known of the word with this hash: none or some of [`WORD`] and [`CONTINUES`].
    #[inline]
    pub(super) fn find(&self, hash: u64) -> u16 {
        let (mut at, print) = self.seat(hash);
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return 0;
            }
            if slot & !FLAGS == print {
                return slot & FLAGS;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    #[inline]
    fn seat(&self, hash: u64) -> (usize, u16) {
        let mixed = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (
            (mixed >> 32) as usize & (self.slots.len() - 1),
            mixed as u16 & !FLAGS,
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
