//! Sentences of press prose, posts and tickets.

use std::ops::Range;

use super::letters::lowercase;

/// Folded abbreviations after which a full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "tp", "tt", "tx", "p", "q", "h", "f", "x", "ts", "ths", "gs", "pgs", "bs", "ks", "cn", "lm",
    "st", "mr", "mrs", "ms", "dr", "no", "vs", "nxb", "tr", "sdt", "dt", "đt", "sđt", "ô", "đ",
    "đc", "ls", "cty", "vd", "kp", "kdc", "ub", "ubnd", "t", "m", "s", "n", "k", "c", "b", "l",
];

/// Splits text into sentences: byte ranges without the white space around them.
///
/// A sentence ends at a line end, and at `.`, `!`, `?` or `…` (with closing quotes) when white
/// space follows and the next word does not go on in small letters. Abbreviations (TP., Q., TS.)
/// and single capitals do not end one. What lies between two sentences is white space.
///
/// ```
/// use models::language::text::sentences;
/// let text = "Đường ngập ở Q. 7. Xe chết máy! ai lo?";
/// let found: Vec<&str> = sentences(text).into_iter().map(|range| &text[range]).collect();
/// assert_eq!(found, ["Đường ngập ở Q. 7.", "Xe chết máy!", "ai lo?"]);
/// ```
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let mut end = at + letter.len_utf8();
        let closes = match letter {
            '\n' => true,
            '.' | '!' | '?' | '…' => {
                while let Some(&(next, tail)) = letters.peek() {
                    if !matches!(
                        tail,
                        '.' | '!' | '?' | '…' | '"' | '”' | '’' | ')' | ']' | '»'
                    ) {
                        break;
                    }
                    end = next + tail.len_utf8();
                    letters.next();
                }
                let run = &text[at..end];
                ends_here(&text[start..at], run, &text[end..])
            }
            _ => false,
        };
        if closes {
            push_trimmed(text, start..end, &mut found);
            start = end;
        }
    }
    push_trimmed(text, start..text.len(), &mut found);
    found
}

/// Whether closing marks end the sentence, given what stands before and after them.
fn ends_here(before: &str, marks: &str, after: &str) -> bool {
    if !after.starts_with(char::is_whitespace) {
        return false;
    }
    let next = after
        .trim_start_matches(|c: char| {
            c.is_whitespace() || matches!(c, '"' | '“' | '(' | '\'' | '‘')
        })
        .chars()
        .next();
    // "!" and "?" end a sentence before small letters too: posts do without capitals.
    if marks.contains(['!', '?']) && !marks.ends_with(['"', '”', ')']) {
        return true;
    }
    if marks == "." && (is_abbreviation(before) || is_list_number(before)) {
        return false;
    }
    // Unaccented posts and chat write small letters throughout; a dot and a space still close.
    marks == "." || !next.is_some_and(char::is_lowercase)
}

/// Whether the last word before a full stop is a known abbreviation or a single capital.
fn is_abbreviation(before: &str) -> bool {
    let word = last_word(before);
    let Some(first) = word.chars().next() else {
        return false;
    };
    if word.chars().nth(1).is_none() && first.is_uppercase() {
        return true;
    }
    if word.len() > 6 || !first.is_uppercase() {
        return false;
    }
    let lower: String = word.chars().map(lowercase).collect();
    ABBREVIATIONS.contains(&lower.as_str())
}

/// "1." at the start of a sentence numbers a list.
fn is_list_number(before: &str) -> bool {
    let head = before.trim();
    !head.is_empty() && head.len() <= 2 && head.bytes().all(|byte| byte.is_ascii_digit())
}

fn last_word(before: &str) -> &str {
    before
        .rsplit(|letter: char| !letter.is_alphanumeric())
        .next()
        .unwrap_or_default()
}

fn push_trimmed(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let slice = &text[range.clone()];
    let trimmed = slice.trim();
    if !trimmed.is_empty() {
        let start = range.start + (slice.len() - slice.trim_start().len());
        found.push(start..start + trimmed.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = sentences(text)
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn splits_prose_and_posts() {
        check(
            "Ông nói: “Tôi không biết.” Rồi đi.",
            &["Ông nói: “Tôi không biết.”", "Rồi đi."],
        );
        check(
            "TP. Thủ Đức ngập. Q.7 kẹt xe",
            &["TP. Thủ Đức ngập.", "Q.7 kẹt xe"],
        );
        check(
            "duong hu. di lai kho khan",
            &["duong hu.", "di lai kho khan"],
        );
        check(
            "ngập... mà chờ hoài. TS. Lê nói",
            &["ngập... mà chờ hoài.", "TS. Lê nói"],
        );
        check(
            "1. Rác\n2. Nước 3.000 đồng",
            &["1. Rác", "2. Nước 3.000 đồng"],
        );
        check("", &[]);
    }

    proptest! {
        #[test]
        fn sentences_and_gaps_rejoin(text in any::<String>()) {
            let mut at = 0;
            for range in sentences(&text) {
                prop_assert!(text[at..range.start].chars().all(char::is_whitespace));
                prop_assert!(range.start < range.end);
                at = range.end;
            }
            prop_assert!(text[at..].chars().all(char::is_whitespace));
        }
    }
}
