//! Clean text and its pieces: normal form, folding, tokens, syllables and sentences.
//!
//! Everything here is total: any string goes in, nothing panics, and the work is linear in the
//! length of the input.

mod letters;
mod normalise;
mod sentences;
mod syllable;
mod tokens;
mod unaccented;

pub use letters::{fold, fold_char, is_vowel, lowercase};
pub use normalise::normalise;
pub use sentences::sentences;
pub use syllable::{is_syllable, split_syllable};
pub use tokens::{Token, TokenKind, Tokens, syllables, tokens};
pub use unaccented::is_unaccented;
