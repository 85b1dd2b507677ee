//! A text as slots, one a token, each with the forms it may have, and what is looked at in them.

use std::collections::BTreeSet;

use super::pairs::{INSIDE, WORD};
use super::vocabulary::{LEVEL_MAX, Vocabulary, key};
use super::weights::TABLE_BITS;
use crate::language::text::{Token, TokenKind, fold_char, normalise, tokens};

/// Features of one form in its place.
pub(super) const N_OWN: usize = 8;

/// Features of two neighbouring forms.
pub(super) const N_PAIR: usize = 2;

/// One token of a text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Slot {
    /// First byte.
    pub(super) start: u32,
    /// Byte after the last.
    pub(super) end: u32,
    /// What the neighbours see of the token: its letters without accents, or its kind.
    symbol: u32,
    first: u16,
    /// Forms it may have; 0 for what is no known syllable.
    pub(super) n_forms: u8,
    is_large: bool,
    /// Whether it carries accents already.
    pub(super) is_given: bool,
}

impl Slot {
    /// Forms the token may have.
    #[inline]
    pub(super) fn forms(&self) -> std::ops::Range<u16> {
        self.first..self.first + u16::from(self.n_forms)
    }
}

/// Symbols of tokens that are no words; those of words are hashes, hardly ever so small.
const NUMBER: u32 = 1;
const MARK: u32 = 2;
const OTHER: u32 = 3;

/// The slots of one text.
pub(super) struct Lattice {
    slots: Vec<Slot>,
}

impl Lattice {
    /// Reads a text as typed: what carries accents keeps them.
    pub(super) fn read(text: &str, vocabulary: &Vocabulary) -> Self {
        let mut slots = Vec::with_capacity(text.len() / 4);
        for token in tokens(text) {
            let mut slot = bare_slot(&token);
            if token.kind == TokenKind::Word {
                if token.text.is_ascii() {
                    slot.choose(key_of(token.text), vocabulary);
                } else {
                    let letters = normalise(token.text).to_lowercase();
                    slot.is_given = true;
                    slot.symbol = symbol(&letters);
                    slot.fix(vocabulary.find(&letters));
                }
            }
            slots.push(slot);
        }
        Self { slots }
    }

    /// Reads an accented text as if it had none, with the form each slot should get.
    pub(super) fn read_stripped(text: &str, vocabulary: &Vocabulary) -> (Self, Vec<Option<u16>>) {
        let (mut slots, mut truth) = (Vec::new(), Vec::new());
        for token in tokens(text) {
            let mut slot = bare_slot(&token);
            let mut form = None;
            if token.kind == TokenKind::Word {
                let letters = token.text.to_lowercase();
                slot.symbol = symbol(&letters);
                form = vocabulary.find(&letters);
                if form.is_some() {
                    slot.choose(key(&letters), vocabulary);
                }
            }
            slots.push(slot);
            truth.push(form);
        }
        (Self { slots }, truth)
    }

    pub(super) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Rows of the features of a form in its place.
    #[inline]
    pub(super) fn rows(&self, at: usize, form: u16, level: u8) -> [u32; N_OWN] {
        let symbol = |offset: isize| {
            at.checked_add_signed(offset)
                .and_then(|at| self.slots.get(at))
                .map_or(0, |slot| slot.symbol)
        };
        let (b, c, d, e) = (symbol(-2), symbol(-1), symbol(1), symbol(2));
        let slot = &self.slots[at];
        let form = u32::from(form);
        let large = u32::from(slot.is_large) << 1 | u32::from(c < 4 && c != NUMBER);
        [
            row(0, form, 0, 0),
            row(1, form, c, 0),
            row(2, form, d, 0),
            row(3, form, c, d),
            row(4, form, b, c),
            row(5, form, d, e),
            row(6, form, large, 0),
            row(
                7,
                u32::from(level),
                u32::from(slot.n_forms).min(N_FORMS_TOLD),
                0,
            ),
        ]
    }
}

/// Rows of the features of two neighbouring forms; `known` is what the dictionary says of them,
/// which weighs the more the rarer they are.
#[inline]
pub(super) fn pair_rows(one: u16, other: u16, known: u16, levels: (u8, u8)) -> [u32; N_PAIR] {
    [
        row(8, u32::from(one), u32::from(other), 0),
        row(
            9,
            u32::from(known),
            u32::from(levels.0),
            u32::from(levels.1),
        ),
    ]
}

/// Rows of features that name no syllable: how common forms are, and what the dictionary says.
pub(super) fn general_rows() -> BTreeSet<u32> {
    let levels = 0..=u32::from(LEVEL_MAX);
    let mut rows = BTreeSet::new();
    for level in levels.clone() {
        rows.extend((0..=N_FORMS_TOLD).map(|n_forms| row(7, level, n_forms, 0)));
        for other in levels.clone() {
            rows.extend((0..=u32::from(WORD | INSIDE)).map(|known| row(9, known, level, other)));
        }
    }
    rows
}

/// Numbers of forms are told apart up to this one.
const N_FORMS_TOLD: u32 = 8;

impl Slot {
    fn choose(&mut self, key: Option<u64>, vocabulary: &Vocabulary) {
        if let Some((first, n_forms)) = key.and_then(|key| vocabulary.range(key)) {
            (self.first, self.n_forms) = (first, n_forms);
        }
    }

    fn fix(&mut self, form: Option<u16>) {
        if let Some(form) = form {
            (self.first, self.n_forms) = (form, 1);
        }
    }
}

/// A slot that knows no forms yet.
fn bare_slot(token: &Token<'_>) -> Slot {
    let symbol = match token.kind {
        TokenKind::Word => symbol_of(token.text),
        TokenKind::Number => NUMBER,
        TokenKind::Punctuation => MARK,
        _ => OTHER,
    };
    Slot {
        start: token.start as u32,
        end: token.end() as u32,
        symbol,
        is_large: token.text.starts_with(char::is_uppercase),
        ..Slot::default()
    }
}

/// The key of an unaccented word.
#[inline]
fn key_of(word: &str) -> Option<u64> {
    if word.len() > 8 || !word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    Some(word.bytes().fold(0, |key, byte| {
        key << 8 | u64::from(byte.to_ascii_lowercase())
    }))
}

/// What neighbours see of an unaccented word.
#[inline]
fn symbol_of(word: &str) -> u32 {
    word.bytes().fold(7, |hash, byte| {
        step(hash, u32::from(byte.to_ascii_lowercase()))
    })
}

/// What neighbours see of any word.
fn symbol(word: &str) -> u32 {
    word.chars()
        .filter_map(fold_char)
        .fold(7, |hash, letter| step(hash, letter as u32))
}

#[inline]
fn step(hash: u32, value: u32) -> u32 {
    (hash.rotate_left(5) ^ value).wrapping_mul(0x9e37_79b1)
}

#[inline]
fn row(template: u32, x: u32, y: u32, z: u32) -> u32 {
    let first = (u64::from(x) << 32 | u64::from(y)) ^ u64::from(template) << 57;
    let second = first.wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ^ u64::from(z).wrapping_mul(0xc2b2_ae3d_27d4_eb4f)
        ^ u64::from(template);
    let mixed = (second ^ second >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed >> (64 - TABLE_BITS)) as u32
}
