//! Words, emoji and marks of a field, hashed as they are and folded.

use crate::language::text::{self, expand_teencode, fold, fold_char, lowercase, normalise};

use super::hash;

/// Fields longer than this are read up to here: a bound on time and memory.
const MAX_FIELD_BYTES: usize = 20_000;

/// One word, number or pictograph.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// Hash of the lower-case word with its accents.
    pub accented: u64,
    /// Hash of the word without accents.
    pub folded: u64,
    /// Begins a clause: first of the field or behind a mark.
    pub opens_clause: bool,
    /// What it is.
    pub kind: TokenKind,
}

/// Coarse kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Word,
    Number,
    Phone,
    Link,
    Pictograph,
}

/// One field of a mention, scanned.
#[derive(Clone, Debug, Default)]
pub(super) struct Scan {
    pub tokens: Vec<Token>,
    /// Folded text with single spaces between words, for character n-grams.
    pub folded: String,
    pub marks: Marks,
}

/// Counts of what stands between the words.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    pub questions: u32,
    pub exclamations: u32,
    /// "=))", ":))", "hihi" written with brackets.
    pub smiles: u32,
    /// ":((", "=.=".
    pub frowns: u32,
    pub hashtags: u32,
    pub handles: u32,
    pub quotes: u32,
    /// Letters that carry an accent, and all letters.
    pub accents: u32,
    pub letters: u32,
}

impl Scan {
    /// Whether the writer left accents out: too few of them for Vietnamese.
    pub fn is_unaccented(&self) -> bool {
        is_bare(self.marks.accents as usize, self.marks.letters as usize)
    }
}

/// Whether there are too few accents for Vietnamese.
fn is_bare(n_accents: usize, n_letters: usize) -> bool {
    n_letters > 0 && n_accents * 25 < n_letters
}

/// Scans a field.
pub(super) fn scan(field: &str) -> Scan {
    let clean = written_out(&normalise(cut(field)));
    let mut scan = Scan::default();
    let mut opens_clause = true;
    for token in text::tokens(&clean) {
        match token.kind {
            text::TokenKind::Punctuation | text::TokenKind::Symbol => {
                opens_clause |= token.kind == text::TokenKind::Punctuation;
                scan.push_mark(token.text);
            }
            kind => {
                scan.push_word(token.text, kind, opens_clause);
                opens_clause = false;
            }
        }
    }
    scan
}

/// Chat spelling as full words, without accents where the writer used none.
fn written_out(clean: &str) -> String {
    let full = expand_teencode(clean);
    let n_letters = clean.chars().filter(|letter| letter.is_alphabetic());
    let n_accents = clean
        .chars()
        .filter(|&letter| letter.is_alphabetic() && fold_char(letter) != Some(lowercase(letter)));
    if is_bare(n_accents.count(), n_letters.count()) {
        return fold(&full);
    }
    full
}

fn cut(field: &str) -> &str {
    let mut end = field.len().min(MAX_FIELD_BYTES);
    while !field.is_char_boundary(end) {
        end -= 1;
    }
    &field[..end]
}

impl Scan {
    fn push_word(&mut self, word: &str, kind: text::TokenKind, opens_clause: bool) {
        let kind = kind_of(word, kind);
        let mut lower = String::with_capacity(word.len());
        let folded_from = self.folded.len();
        if kind == TokenKind::Word {
            let tag = word.strip_prefix('#');
            self.marks.hashtags += u32::from(tag.is_some());
            for letter in tag.unwrap_or(word).chars() {
                let small = lowercase(letter);
                let plain = fold_char(letter);
                self.marks.letters += 1;
                self.marks.accents += u32::from(plain != Some(small));
                lower.push(small);
                self.folded.extend(plain);
            }
        } else {
            lower.push_str(&shape(word, kind));
            self.folded.push_str(&lower);
        }
        let folded = hash::of_text(&self.folded[folded_from..]);
        self.folded.push(' ');
        self.tokens.push(Token {
            accented: hash::of_text(&lower),
            folded,
            opens_clause,
            kind,
        });
    }

    fn push_mark(&mut self, mark: &str) {
        let marks = &mut self.marks;
        match mark {
            "@" => marks.handles += 1,
            "\"" | "“" => marks.quotes += 1,
            _ if mark.starts_with("))") => marks.smiles += 1,
            _ if mark.starts_with("((") => marks.frowns += 1,
            _ if mark.starts_with('?') => marks.questions += 1,
            _ if mark.starts_with('!') => marks.exclamations += 1,
            _ => self.push_pictograph(mark),
        }
    }

    fn push_pictograph(&mut self, mark: &str) {
        if mark.starts_with(is_pictograph) {
            let hash = hash::of_text(mark);
            self.tokens.push(Token {
                accented: hash,
                folded: hash,
                opens_clause: false,
                kind: TokenKind::Pictograph,
            });
        }
    }
}

fn kind_of(word: &str, kind: text::TokenKind) -> TokenKind {
    match kind {
        text::TokenKind::Address => TokenKind::Link,
        text::TokenKind::Number => {
            let digits = word.chars().filter(char::is_ascii_digit).count();
            if word.starts_with('0') && (9..=11).contains(&digits) {
                TokenKind::Phone
            } else {
                TokenKind::Number
            }
        }
        _ if word.starts_with(|letter: char| letter.is_ascii_digit()) => TokenKind::Number,
        _ => TokenKind::Word,
    }
}

/// Numbers are read by their shape: digits become `#`, so that 45k and 70k are one word.
fn shape(word: &str, kind: TokenKind) -> String {
    match kind {
        TokenKind::Phone => "#phone".to_owned(),
        TokenKind::Link => "#link".to_owned(),
        _ => {
            let mut shape = String::new();
            for letter in word.chars() {
                let letter = if letter.is_ascii_digit() {
                    '#'
                } else {
                    lowercase(letter)
                };
                if letter != '#' || !shape.ends_with('#') {
                    shape.push(letter);
                }
            }
            shape
        }
    }
}

fn is_pictograph(mark: char) -> bool {
    matches!(u32::from(mark), 0x1f300..=0x1faff | 0x2600..=0x27bf | 0x2b50)
}
