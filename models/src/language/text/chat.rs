//! Teencode and chat spelling: shorthand to full words, drawn-out letters to plain ones.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::letters::{fold, lowercase};
use super::syllable::is_syllable;
use super::tokens::{Token, TokenKind, tokens};
use super::unaccented::is_unaccented;

/// Our list of chat spellings, one `form<TAB>full words` a line.
const LIST: &str = include_str!("../../../data/teencode.tsv");

static FORMS: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
    LIST.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .collect()
});

/// Folded words after which a single letter names a thing: "khu a", "lô b", "hẻm c".
const NAMED_BY_LETTER: &[&str] = &[
    "khu", "lo", "block", "bloc", "toa", "nha", "hem", "duong", "so", "cum", "lop", "loai", "hang",
    "bang", "tuyen", "day", "tang", "cua", "cong", "nhom", "phan", "vitamin", "q", "p", "quan",
];

/// Longest form of the list in bytes, so that long words are not looked up.
const LONGEST: usize = 16;

/// Rewrites chat spelling as full words: "k bít đc j lun" becomes "không biết được gì luôn".
///
/// Only whole words of the list are rewritten, never abbreviations in capitals (TP, HS), numbers
/// with letters (100k, 7h30) or letters that name a block or an alley. Letters drawn out for
/// emphasis ("quáaaa") are shortened. In text without accents a form that may be a word that lost
/// its accents stays as it is. All else, white space included, is kept.
///
/// ```
/// use models::language::text::expand_teencode;
/// assert_eq!(expand_teencode("k ai dọn rác hết z"), "không ai dọn rác hết vậy");
/// assert_eq!(expand_teencode("ngập quáaaaa, TP.HCM"), "ngập quá, TP.HCM");
/// ```
pub fn expand_teencode(text: &str) -> String {
    let is_bare = is_unaccented(text);
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut at = 0;
    let mut before: Option<Token<'_>> = None;
    for token in tokens(text) {
        out.push_str(&text[at..token.start]);
        at = token.end();
        let next = text[at..].chars().next();
        match rewritten(token, before, next, is_bare) {
            Some(words) => out.push_str(&words),
            None => out.push_str(token.text),
        }
        before = Some(token);
    }
    out.push_str(&text[at..]);
    out
}

/// The full words of a token; `None` when it stays as it is.
fn rewritten(
    token: Token<'_>,
    before: Option<Token<'_>>,
    next: Option<char>,
    is_bare: bool,
) -> Option<String> {
    if token.kind != TokenKind::Word {
        return None;
    }
    let plain = shortened(token.text);
    let word = plain.as_deref().unwrap_or(token.text);
    match full_words(word, before, next, is_bare) {
        Some(words) => Some(words.to_owned()),
        None => plain,
    }
}

fn full_words(
    word: &str,
    before: Option<Token<'_>>,
    next: Option<char>,
    is_bare: bool,
) -> Option<&'static str> {
    if word.len() > LONGEST || is_abbreviation(word, next) {
        return None;
    }
    let lower: String = word.chars().map(lowercase).collect();
    let is_letter = lower.chars().nth(1).is_none();
    if is_letter && let Some(before) = before {
        if before.kind == TokenKind::Number {
            return match lower.as_str() {
                "k" => Some("nghìn"),
                "h" => Some("giờ"),
                _ => None,
            };
        }
        if NAMED_BY_LETTER.contains(&fold(before.text).as_str()) || before.text == "." {
            return None;
        }
    }
    if is_bare && !is_letter && lower.is_ascii() && is_syllable(&lower) {
        return None;
    }
    FORMS.get(lower.as_str()).copied()
}

/// Capitals throughout, or a full stop right behind with more to come: P.12, Q.7, TP.
fn is_abbreviation(word: &str, next: Option<char>) -> bool {
    let is_upper = word.chars().all(|letter| !letter.is_lowercase());
    is_upper || (next == Some('.') && word.chars().count() <= 2)
}

/// A word without the letters that were drawn out: runs of three or more become one, and a doubled
/// last letter goes when that makes a syllable. `None` when nothing was drawn out.
fn shortened(word: &str) -> Option<String> {
    if word.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let letters: Vec<char> = word.chars().collect();
    let bases: Vec<char> = letters.iter().map(|&letter| base(letter)).collect();
    let mut kept = String::with_capacity(word.len());
    let mut at = 0;
    let mut was_drawn = false;
    while at < letters.len() {
        let length = bases[at..]
            .iter()
            .take_while(|&&other| other == bases[at])
            .count();
        let ends = at + length == letters.len();
        let is_drawn =
            length >= 3 || (length == 2 && ends && letters.len() > 2 && bases[at].is_alphabetic());
        let take = if is_drawn { 1 } else { length };
        kept.extend(&letters[at..at + take]);
        was_drawn |= is_drawn;
        at += length;
    }
    (was_drawn && is_syllable(&fold(&kept)) && !is_syllable(&fold(word))).then_some(kept)
}

/// A letter without tone and accent, by which drawn-out letters are one ("quáaa").
fn base(letter: char) -> char {
    super::letters::fold_char(letter).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::text::normalise;
    use proptest::prelude::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(expand_teencode(text), expected);
    }

    #[test]
    fn the_list_is_sound() {
        let lines: Vec<&str> = LIST.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(lines.len() >= 400);
        assert_eq!(
            FORMS.len(),
            lines.len(),
            "a form stands twice or lacks its words"
        );
        let unsound: Vec<_> = FORMS
            .iter()
            .filter(|(form, words)| {
                normalise(form) != **form
                    || normalise(words) != **words
                    || form.to_lowercase() != **form
                    || form.len() > LONGEST
                    || words.is_empty()
                    || tokens(form).count() != 1
            })
            .collect();
        assert!(unsound.is_empty(), "{unsound:?}");
    }

    #[test]
    fn chat_becomes_words() {
        check("k bít đc j lun á", "không biết được gì luôn á");
        check("mn ơi, nc ngập wá", "mọi người ơi, nước ngập quá");
        check("Ko ai xử lý r", "không ai xử lý rồi");
        check("đẹppp quá đii", "đẹp quá đi");
    }

    #[test]
    fn what_is_no_chat_stays() {
        for text in [
            "P.12 Q.7 TP.HCM",
            "100k một bao, 7h30",
            "khu a lô b",
            "xoong nồi",
            "goon",
            "duong nay hem 12",
        ] {
            check(text, text);
        }
        check("mất 100 k, lúc 7 h", "mất 100 nghìn, lúc 7 giờ");
    }

    proptest! {
        #[test]
        fn any_text_keeps_its_white_space(text in any::<String>()) {
            let n_spaces = |text: &str| text.chars().filter(|letter| letter.is_whitespace()).count();
            prop_assert!(n_spaces(&expand_teencode(&text)) >= n_spaces(&text));
        }
    }
}
