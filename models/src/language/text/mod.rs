//! Clean text and its pieces: normal form, folding, tokens, syllables and sentences.
//!
//! Everything here is total: any string goes in, nothing panics, and the work is linear in the
//! length of the input.

mod chat;
mod detect;
mod emoji;
mod letters;
mod links;
mod normalise;
mod sentences;
mod syllable;
mod tokens;
mod unaccented;

pub use chat::expand_teencode;
pub use detect::{Language, language_of, match_key};
pub use emoji::{Faces, Feeling, faces, feeling_of};
pub use letters::{fold, fold_char, is_vowel, lowercase, vowel_and_tone};
pub use links::{address_words, split_hashtag};
pub use normalise::normalise;
pub use sentences::sentences;
pub use syllable::{is_syllable, split_syllable};
pub use tokens::{Token, TokenKind, Tokens, syllables, tokens};
pub use unaccented::is_unaccented;
