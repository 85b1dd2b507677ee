//! Tokens: syllables, numbers, addresses and punctuation, as slices of the text.

use super::letters::is_mark;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Letters, possibly with digits among them: a syllable, a foreign word, an abbreviation.
    Word,
    /// Digits with their separators: `40`, `3.000`, `1,5`, `20/11`, `7h30` is a word.
    Number,
    /// A web or mail address.
    Address,
    /// A hashtag with its sign.
    Hashtag,
    /// A run of one punctuation mark (`...`), or a single mark.
    Punctuation,
    /// Anything else: emoji, currency signs, arrows.
    Symbol,
}

/// One token of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// The token as written.
    pub text: &'a str,
    /// Byte offset at which it starts.
    pub start: usize,
    /// What it is.
    pub kind: TokenKind,
}

impl Token<'_> {
    /// Byte offset at which it ends.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Tokens of a text from left to right; made by [`tokens`].
#[derive(Clone, Debug)]
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

/// Cuts text into tokens. What lies between two tokens is white space, so that tokens and gaps
/// rejoin to the text.
///
/// ```
/// use models::language::text::tokens;
/// let words: Vec<&str> = tokens("Ngập 1,5 m, ở P.12!").map(|token| token.text).collect();
/// assert_eq!(words, ["Ngập", "1,5", "m", ",", "ở", "P", ".", "12", "!"]);
/// ```
pub fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0 }
}

/// The words and numbers of a text: its tokens without punctuation, symbols and addresses.
///
/// ```
/// use models::language::text::syllables;
/// assert_eq!(syllables("Kẹt xe, 2 giờ…").collect::<Vec<_>>(), ["Kẹt", "xe", "2", "giờ"]);
/// ```
pub fn syllables(text: &str) -> impl Iterator<Item = &str> {
    tokens(text)
        .filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Number))
        .map(|token| token.text)
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let rest = &self.text[self.at..];
        let start = self.at + rest.find(|letter: char| !letter.is_whitespace())?;
        let rest = &self.text[start..];
        let (length, kind) = measure(rest)?;
        self.at = start + length;
        Some(Token {
            text: &rest[..length],
            start,
            kind,
        })
    }
}

/// Length in bytes and kind of the token at the head of a text that starts with no space.
fn measure(rest: &str) -> Option<(usize, TokenKind)> {
    let first = rest.chars().next()?;
    if let Some(length) = address(rest, first) {
        return Some((length, TokenKind::Address));
    }
    if first == '#' {
        let tag = run(&rest[1..], |letter| is_word_letter(letter) || letter == '_');
        if rest[1..=tag].contains(char::is_alphabetic) {
            return Some((1 + tag, TokenKind::Hashtag));
        }
    }
    if first.is_ascii_digit() {
        return Some(number(rest));
    }
    if is_word_letter(first) {
        return Some((run(rest, is_word_letter), TokenKind::Word));
    }
    if is_punctuation(first) {
        let length = run(rest, |letter| letter == first);
        let repeats = matches!(first, '.' | '!' | '?' | '…' | '-' | '_' | '*' | '=' | '~');
        return Some((
            if repeats { length } else { first.len_utf8() },
            TokenKind::Punctuation,
        ));
    }
    // A symbol keeps its variation selectors, skin tones and joined symbols.
    let tail = rest[first.len_utf8()..].char_indices();
    let mut joined = false;
    let length = tail
        .take_while(|&(_, letter)| {
            let goes_on = joined && !letter.is_whitespace() && !is_word_letter(letter);
            joined = letter == '\u{200d}';
            goes_on
                || joined
                || matches!(letter, '\u{fe0e}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
        })
        .last()
        .map_or(0, |(at, letter)| at + letter.len_utf8());
    Some((first.len_utf8() + length, TokenKind::Symbol))
}

/// Digits with separators inside: a separator counts when a digit follows it.
fn number(rest: &str) -> (usize, TokenKind) {
    let bytes = rest.as_bytes();
    let mut end = 1;
    while let Some(byte) = bytes.get(end) {
        let separates = matches!(byte, b'.' | b',' | b'/' | b'-' | b':')
            && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !byte.is_ascii_digit() && !separates {
            break;
        }
        end += 1;
    }
    let letters = run(&rest[end..], is_word_letter);
    if letters > 0 {
        (end + letters, TokenKind::Word)
    } else {
        (end, TokenKind::Number)
    }
}

/// Length of a web or mail address at the head of the text.
fn address(rest: &str, first: char) -> Option<usize> {
    if !first.is_ascii_alphanumeric() {
        return None;
    }
    let end = run(rest, |letter| {
        letter.is_ascii_graphic() && !matches!(letter, '"' | '<' | '>')
    });
    let candidate =
        rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '\'']);
    let is_web = ["http://", "https://", "www."]
        .iter()
        .any(|prefix| candidate.len() > prefix.len() && starts_ignoring_case(candidate, prefix));
    (is_web || is_mail(candidate) || is_domain(candidate)).then_some(candidate.len())
}

fn starts_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// `name@host.tld`.
fn is_mail(candidate: &str) -> bool {
    let Some((name, host)) = candidate.split_once('@') else {
        return false;
    };
    let in_name =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+');
    name.bytes().all(in_name) && is_host(host)
}

/// A bare address such as `tuoitre.vn/bai-1.htm`, under an end that no sentence would make.
fn is_domain(candidate: &str) -> bool {
    let host = candidate.split(['/', '?']).next().unwrap_or_default();
    let end = host.rsplit('.').next().unwrap_or_default();
    let known = ["vn", "com", "net", "org", "info", "gov", "edu", "ly", "me"];
    is_host(host) && known.contains(&end)
}

fn is_host(host: &str) -> bool {
    host.contains('.')
        && host.split('.').all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
}

/// Length in bytes of the leading letters that satisfy a condition.
fn run(text: &str, condition: impl Fn(char) -> bool) -> usize {
    text.find(|letter: char| !condition(letter))
        .unwrap_or(text.len())
}

fn is_word_letter(letter: char) -> bool {
    match letter {
        '\0'..='\u{7f}' => letter.is_ascii_alphanumeric(),
        // The letters of Vietnamese beyond Latin-1, told at once.
        '\u{1ea0}'..='\u{1ef9}' => true,
        _ => letter.is_alphanumeric() || is_mark(letter),
    }
}

fn is_punctuation(letter: char) -> bool {
    letter.is_ascii_punctuation()
        || matches!(letter, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{3001}'..='\u{3003}'
            | '\u{3008}'..='\u{3011}' | '«' | '»' | '¡' | '¿' | '·' | '§' | '¶')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(
            tokens(text).map(|token| token.text).collect::<Vec<_>>(),
            expected
        );
    }

    #[test]
    fn cuts_words_numbers_and_marks() {
        check(
            "nước ngập 40cm!!! Quá tệ...",
            &["nước", "ngập", "40cm", "!!!", "Quá", "tệ", "..."],
        );
        check("3.000 đồng, 20/11.", &["3.000", "đồng", ",", "20/11", "."]);
        check("(\"a\")", &["(", "\"", "a", "\"", ")"]);
        check("👍🏽👨\u{200d}👩 ok ❤️", &["👍🏽", "👨\u{200d}👩", "ok", "❤️"]);
    }

    #[test]
    fn keeps_addresses_and_hashtags_whole() {
        check(
            "xem https://a.vn/x?y=1, nhé",
            &["xem", "https://a.vn/x?y=1", ",", "nhé"],
        );
        check(
            "mail ubnd.q1@hcm.gov.vn.",
            &["mail", "ubnd.q1@hcm.gov.vn", "."],
        );
        check("báo tuoitre.vn đăng", &["báo", "tuoitre.vn", "đăng"]);
        check("#kẹt_xe #1", &["#kẹt_xe", "#", "1"]);
        check("TP.HCM", &["TP", ".", "HCM"]);
    }

    proptest! {
        #[test]
        fn tokens_and_gaps_rejoin(text in any::<String>()) {
            let mut at = 0;
            for token in tokens(&text) {
                prop_assert!(!token.text.is_empty());
                prop_assert!(text[at..token.start].chars().all(char::is_whitespace));
                prop_assert_eq!(&text[token.start..token.end()], token.text);
                at = token.end();
            }
            prop_assert!(text[at..].chars().all(char::is_whitespace));
        }
    }
}
