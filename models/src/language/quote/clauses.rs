//! Runs of words that can stand alone: whole sentences, clauses, and the heads of long clauses.

use crate::language::text::{fold, sentences};

use super::MAX_TITLE_WORDS;

/// A run of words of one mention.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Clause<'a> {
    pub(super) text: &'a str,
    pub(super) n_words: usize,
    /// Whether it ends where its sentence or clause does, rather than where the words ran out.
    pub(super) is_whole: bool,
}

/// Fewest words of a clause.
const MIN_WORDS: usize = 3;

/// Folded words that cannot end a title: they wait for the next word.
const NEVER_LAST: &[&str] = &[
    "va", "cua", "o", "tai", "tren", "trong", "cho", "la", "bi", "duoc", "do", "vi", "thi", "ma",
    "cac", "nhung", "mot", "khong", "da", "dang", "se", "voi", "tu", "den", "de", "khi", "theo",
    "ve", "hon", "gan", "qua", "vao", "ra", "co", "chua", "con", "cung", "rat", "moi", "hay",
    "hoac", "nhu", "bang", "giua", "sau", "truoc", "duong", "phuong", "quan", "xa", "hem", "so",
    "khu", "cau", "tram", "nha", "ong", "ba", "anh", "chi", "nguoi", "viec", "su", "ngay", "luc",
];

/// The sentences of a text that hold no cut personal data.
pub(super) fn sentences_of(text: &str) -> impl Iterator<Item = &str> {
    sentences(text)
        .into_iter()
        .map(|range| &text[range])
        .filter(|sentence| {
            !has_placeholder(sentence) && sentence.split_whitespace().count() >= MIN_WORDS
        })
}

/// Whether text holds a placeholder of cut personal data.
pub(super) fn has_placeholder(text: &str) -> bool {
    text.contains(['[', ']'])
}

/// Candidate clauses of a text: each sentence that is short enough, its clauses, and the longest
/// head of a clause that is too long.
pub(super) fn clauses(text: &str) -> Vec<Clause<'_>> {
    let mut found = Vec::new();
    for range in sentences(text) {
        let sentence = &text[range];
        push(sentence, true, &mut found);
        for part in parts(sentence) {
            push(
                part,
                part.len() < sentence.len() || found.is_empty(),
                &mut found,
            );
            push_head(part, &mut found);
        }
    }
    found
}

/// Pieces of a sentence between marks, outside placeholders.
fn parts(sentence: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_u32;
    let separates = move |letter: char| match letter {
        '[' => {
            depth += 1;
            true
        }
        ']' => {
            depth = depth.saturating_sub(1);
            true
        }
        ':' | ';' | ',' | '(' | ')' | '"' | '“' | '”' | '?' | '!' | '…' | '|' | '–' | '—' => {
            true
        }
        _ => depth > 0,
    };
    sentence.split(separates).flat_map(|part| part.split(" - "))
}

fn push<'a>(text: &'a str, is_whole: bool, found: &mut Vec<Clause<'a>>) {
    let text = trimmed(text);
    let n_words = text.split_whitespace().count();
    if (MIN_WORDS..=MAX_TITLE_WORDS).contains(&n_words) && !has_placeholder(text) {
        found.push(Clause {
            text,
            n_words,
            is_whole,
        });
    }
}

/// The head of a clause with more words than a title may have, ending on a word that can end it.
fn push_head<'a>(part: &'a str, found: &mut Vec<Clause<'a>>) {
    let text = trimmed(part);
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() <= MAX_TITLE_WORDS || has_placeholder(text) {
        return;
    }
    let n_words = (MIN_WORDS..=MAX_TITLE_WORDS)
        .rev()
        .find(|&n| can_end(words[n - 1], words[n]))
        .unwrap_or(MAX_TITLE_WORDS);
    let last = words[n_words - 1];
    let end = last.as_ptr() as usize + last.len() - text.as_ptr() as usize;
    found.push(Clause {
        text: &text[..end],
        n_words,
        is_whole: false,
    });
}

/// Whether a title may break between two words: not inside a name, not before a measure.
fn can_end(last: &str, next: &str) -> bool {
    let is_name = |word: &str| word.starts_with(char::is_uppercase);
    let is_number = |word: &str| word.starts_with(|letter: char| letter.is_ascii_digit());
    !NEVER_LAST.contains(&fold(last).as_str())
        && !(is_name(last) && (is_name(next) || is_number(next)))
        && !is_number(last)
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|letter: char| {
        letter.is_whitespace()
            || matches!(
                letter,
                '.' | ',' | ';' | ':' | '-' | '–' | '…' | '!' | '"' | '“' | '”' | '*' | '+' | '\''
            )
    })
}
