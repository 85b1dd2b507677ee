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
    /// Per syllable, how many dictionary words it starts (low half) and ends, on a log scale.
    fertility: Vec<u8>,
}

/// Rows of the fertility table, as a power of two.
const FERTILITY_BITS: u32 = 16;

/// Rows of the fertility table.
pub(super) const FERTILITY_ROWS: usize = 1 << FERTILITY_BITS;

impl Lexicon {
    /// Slots for a dictionary of this many entries: a power of two, at most two thirds full.
    fn with_room(n_entries: usize) -> Self {
        let size = (n_entries * 3 / 2 + 16).next_power_of_two();
        Self {
            slots: vec![0; size],
            fertility: vec![0; FERTILITY_ROWS],
        }
    }

    /// The words of two to four syllables of a word list, with and without accents.
    pub(super) fn build<'a>(words: impl IntoIterator<Item = &'a str>, cutter: &Cutter) -> Self {
        let mut hashes = Vec::new();
        let mut counts = vec![[0_u32; 2]; FERTILITY_ROWS];
        let mut pieces = Vec::new();
        for word in words {
            cutter.cut(word, &mut pieces);
            if (2..=MAX_WORD).contains(&pieces.len()) {
                for is_bare in [false, true] {
                    let (first, last) = (&pieces[0], &pieces[pieces.len() - 1]);
                    counts[fertility_row(key(first, is_bare))][0] += 1;
                    counts[fertility_row(key(last, is_bare))][1] += 1;
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
        let level = |count: u32| (count + 1).ilog2().min(7) as u8;
        lexicon.fertility = counts
            .iter()
            .map(|&[starts, ends]| level(starts) | level(ends) << 4)
            .collect();
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

    /// How many words a syllable starts, and how many it ends, each from 0 to 7 on a log scale.
    #[inline]
    pub(super) fn fertility(&self, key: u32) -> (u32, u32) {
        let levels = u32::from(self.fertility[fertility_row(key)]);
        (levels & 15, levels >> 4)
    }

    pub(super) fn levels(&self) -> &[u8] {
        &self.fertility
    }

    pub(super) fn slots(&self) -> &[u16] {
        &self.slots
    }

    /// A set read from a model file; `None` when its size or filling cannot be right, since a full
    /// table would make a look-up endless.
    pub(super) fn from_tables(slots: Vec<u16>, fertility: Vec<u8>) -> Option<Self> {
        (slots.len().is_power_of_two() && slots.contains(&0) && fertility.len() == FERTILITY_ROWS)
            .then_some(Self { slots, fertility })
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

#[inline]
fn fertility_row(key: u32) -> usize {
    (key.wrapping_mul(0x9e37_79b1) >> (32 - FERTILITY_BITS)) as usize
}
