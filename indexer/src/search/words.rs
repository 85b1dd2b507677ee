//! Words as the index knows them.
//!
//! Each word is indexed twice at its position: as written (lower case, one tone placement) and
//! folded, marked with `~`. So `hoa binh` finds `Hòa Bình` through the folded form, `Hòa Bình`
//! finds only that and mentions written without accents, and phrases work for both.

use std::ops::Range;

use models::language::text::{TokenKind, fold, lowercase, normalise, tokens};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Name under which the tokenizer is registered, and part of the index version: change it when the
/// words it makes change.
pub(super) const NAME: &str = "vi-syllables-1";

/// Longer words are no words; the index would only carry them.
const MAX_WORD_BYTES: usize = 64;

/// What marks the folded form; no word has it.
const FOLDED_MARK: char = '~';

/// One word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// As written, in lower case.
    pub written: String,
    /// Without accents.
    pub folded: String,
}

impl Word {
    /// Whether it was written with accents.
    pub fn is_accented(&self) -> bool {
        self.written != self.folded
    }

    /// The folded form as the index holds it.
    pub fn folded_term(&self) -> String {
        format!("{FOLDED_MARK}{}", self.folded)
    }
}

/// The words of a text and where they stand in it.
pub(super) fn words(text: &str) -> impl Iterator<Item = (Range<usize>, Word)> {
    tokens(text).filter_map(|token| {
        let kept = match token.kind {
            TokenKind::Word | TokenKind::Number => token.text,
            TokenKind::Hashtag => token.text.trim_start_matches('#'),
            TokenKind::Address | TokenKind::Punctuation | TokenKind::Symbol => return None,
        };
        let written: String = normalise(kept).chars().map(lowercase).collect();
        if written.is_empty() || written.len() > MAX_WORD_BYTES {
            return None;
        }
        let folded = fold(&written);
        let start = token.end() - kept.len();
        Some((start..token.end(), Word { written, folded }))
    })
}

/// Cuts text into words for the index.
#[derive(Clone)]
pub(super) struct Syllables;

/// The words of one text.
pub(super) struct SyllableStream {
    tokens: std::vec::IntoIter<Token>,
    current: Token,
}

impl Tokenizer for Syllables {
    type TokenStream<'a> = SyllableStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> SyllableStream {
        let mut made = Vec::new();
        for (position, (range, word)) in words(text).enumerate() {
            let token = |text: String| Token {
                offset_from: range.start,
                offset_to: range.end,
                position,
                text,
                position_length: 1,
            };
            made.push(token(word.folded_term()));
            made.push(token(word.written));
        }
        SyllableStream {
            tokens: made.into_iter(),
            current: Token::default(),
        }
    }
}

impl TokenStream for SyllableStream {
    fn advance(&mut self) -> bool {
        match self.tokens.next() {
            Some(token) => {
                self.current = token;
                true
            }
            None => false,
        }
    }

    fn token(&self) -> &Token {
        &self.current
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.current
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let found: Vec<_> = words(text).map(|(_, word)| word).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(written, folded)| Word {
                written: (*written).to_owned(),
                folded: (*folded).to_owned(),
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn both_tone_placements_are_one_word() {
        check("Hoà Bình", &[("hòa", "hoa"), ("bình", "binh")]);
        check("HÒA BÌNH", &[("hòa", "hoa"), ("bình", "binh")]);
        check("đường 3/2", &[("đường", "duong"), ("3/2", "3/2")]);
    }

    #[test]
    fn hashtags_are_words_and_addresses_are_not() {
        check("#ngapnuoc https://vi.du/a", &[("ngapnuoc", "ngapnuoc")]);
    }

    proptest! {
        #[test]
        fn ranges_lie_on_letters_in_order(text in any::<String>()) {
            let mut end = 0;
            for (range, _) in words(&text) {
                prop_assert!(range.start >= end && text.get(range.clone()).is_some());
                end = range.end;
            }
        }
    }
}
