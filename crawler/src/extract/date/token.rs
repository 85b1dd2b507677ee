//! Dates cut into numbers, words and marks.

/// Dates are short; a longer text is searched only this far.
const MAX_CHARS: usize = 120;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// Value and number of digits.
    Number(u32, usize),
    /// Lower-case letters.
    Word(String),
    Mark(char),
    Gap,
}

pub(super) fn tokenise(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = text.trim().chars().take(MAX_CHARS).peekable();
    while let Some(c) = chars.next() {
        if let Some(digit) = c.to_digit(10) {
            let (mut value, mut n_digits) = (digit, 1);
            while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
                value = value.saturating_mul(10).saturating_add(digit);
                n_digits += 1;
                chars.next();
            }
            tokens.push(Token::Number(value, n_digits));
        } else if c.is_alphabetic() {
            let mut word: String = c.to_lowercase().collect();
            while let Some(c) = chars
                .peek()
                .filter(|c| c.is_alphabetic() || is_tone_mark(**c))
            {
                word.extend(c.to_lowercase());
                chars.next();
            }
            // `2003-12-31T10:14` and `19h25` are one run of letters between digits.
            tokens.push(Token::Word(word));
        } else if c.is_whitespace() || c == '\u{a0}' {
            if tokens.last() != Some(&Token::Gap) {
                tokens.push(Token::Gap);
            }
        } else {
            tokens.push(Token::Mark(if matches!(c, '–' | '—' | '−') {
                '-'
            } else {
                c
            }));
        }
    }
    tokens
}

pub(super) fn is_tone_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}
