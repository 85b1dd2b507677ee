//! A text as slots, one a token, each with the forms it may have, and what is looked at in them.

use super::pairs::FLAGS;
use super::vocabulary::{LEVEL_MAX, Vocabulary, key};
use super::weights::{Cell, TABLE_BITS};
use crate::language::text::{Token, TokenKind, fold_char, normalise, tokens};

/// Contexts in which a form is judged.
pub(super) const N_CONTEXTS: usize = 7;

/// Features of one form in its place: its contexts, and two general ones.
pub(super) const N_OWN: usize = N_CONTEXTS + 2;

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
    /// The commonest of its forms.
    pub(super) first: u16,
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

    /// What the forms of a slot are judged by: they alone, the syllables around, their case.
    #[inline]
    pub(super) fn contexts(&self, at: usize) -> [Cell; N_CONTEXTS] {
        let symbol = |offset: isize| {
            at.checked_add_signed(offset)
                .and_then(|at| self.slots.get(at))
                .map_or(0, |slot| slot.symbol)
        };
        let (b, c, d, e) = (symbol(-2), symbol(-1), symbol(1), symbol(2));
        let first = self.slots[at].first;
        [
            cell(0, first, 0, 0),
            cell(1, first, c, 0),
            cell(2, first, d, 0),
            cell(3, first, c, d),
            cell(4, first, b, c),
            cell(5, first, d, e),
            cell(6, first, self.case(at), 0),
        ]
    }

    /// Rows of what is said of a form by how common it is.
    #[inline]
    pub(super) fn general_rows(&self, at: usize, level: u8) -> [u32; 2] {
        let n_forms = u32::from(self.slots[at].n_forms).min(N_FORMS_TOLD);
        let level = u32::from(level);
        [
            GENERAL + level * (N_FORMS_TOLD + 1) + n_forms,
            GENERAL + BY_CASE + level * N_CASES + self.case(at),
        ]
    }

    /// Rows of all features of a form in its place.
    pub(super) fn rows(&self, at: usize, form: u16, level: u8) -> [u32; N_OWN] {
        let offset = form - self.slots[at].first;
        let mut rows = [0; N_OWN];
        for (row, cell) in rows.iter_mut().zip(self.contexts(at)) {
            *row = cell.row(offset);
        }
        rows[N_CONTEXTS..].copy_from_slice(&self.general_rows(at, level));
        rows
    }

    /// Whether the word begins large, and whether a word or nothing stands before it.
    #[inline]
    fn case(&self, at: usize) -> u32 {
        let before = at
            .checked_sub(1)
            .map_or(0, |before| self.slots[before].symbol);
        let is_inside = before >= 4 || before == NUMBER;
        u32::from(self.slots[at].is_large) << 1 | u32::from(!is_inside)
    }
}

/// What the forms of a slot are judged by when a form stands before them.
#[inline]
pub(super) fn pair_cell(before: u16, slot: &Slot) -> Cell {
    cell(8, slot.first, u32::from(before), 1)
}

/// Row of what the dictionary says of two neighbouring forms, which weighs the more the rarer they
/// are.
#[inline]
pub(super) fn known_row(known: u16, levels: (u8, u8)) -> u32 {
    let levels = u32::from(levels.0) * N_LEVELS + u32::from(levels.1);
    GENERAL + BY_WORD + u32::from(known) * N_LEVELS * N_LEVELS + levels
}

/// General rows stand behind the hashed ones: by number of forms, by case, by the dictionary.
const GENERAL: u32 = 1 << TABLE_BITS;
const N_LEVELS: u32 = LEVEL_MAX as u32 + 1;
const N_CASES: u32 = 4;
const BY_CASE: u32 = N_LEVELS * (N_FORMS_TOLD + 1);
const BY_WORD: u32 = BY_CASE + N_LEVELS * N_CASES;

/// General rows in all.
pub(super) const N_GENERAL: usize = (BY_WORD + (FLAGS as u32 + 1) * N_LEVELS * N_LEVELS) as usize;

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
fn cell(template: u32, first: u16, x: u32, y: u32) -> Cell {
    let whole = (u64::from(x) << 32 | u64::from(y)) ^ u64::from(template) << 57;
    let mixed = whole.wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ^ u64::from(first).wrapping_mul(0xc2b2_ae3d_27d4_eb4f)
        ^ u64::from(template);
    Cell::new((mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9))
}
