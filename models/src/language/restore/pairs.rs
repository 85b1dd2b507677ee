//! Neighbouring syllables of dictionary words, as a set of 13-bit fingerprints.

use std::collections::BTreeMap;

/// The two syllables are a whole word of the checked lists.
pub(super) const WORD: u16 = 1;

/// The two syllables are a whole word of another list, where phrases stand too.
pub(super) const HEADWORD: u16 = 2;

/// The two syllables stand side by side in a longer word.
pub(super) const INSIDE: u16 = 4;

/// Bits of a slot that hold the flags above; the others are the fingerprint.
pub(super) const FLAGS: u16 = WORD | HEADWORD | INSIDE;

/// Pairs of forms, open addressing.
pub(super) struct Pairs {
    slots: Vec<u16>,
}

impl Pairs {
    /// A set of pairs with their flags, at most two thirds full.
    pub(super) fn build(pairs: &BTreeMap<(u16, u16), u16>) -> Self {
        let size = (pairs.len() * 3 / 2 + 16).next_power_of_two();
        let mut set = Self {
            slots: vec![0; size],
        };
        for (&(one, other), &flags) in pairs {
            let (mut at, print) = set.seat(one, other);
            while set.slots[at] != 0 && set.slots[at] & !FLAGS != print {
                at = (at + 1) & (set.slots.len() - 1);
            }
            set.slots[at] |= print | flags;
        }
        set
    }

    /// What is known of two forms side by side: none or some of the flags.
    #[inline]
    pub(super) fn find(&self, one: u16, other: u16) -> u16 {
        let (mut at, print) = self.seat(one, other);
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
    fn seat(&self, one: u16, other: u16) -> (usize, u16) {
        let mixed = (u64::from(one) << 16 | u64::from(other)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ mixed >> 31).wrapping_mul(0xbf58_476d_1ce4_e5b9);
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
