//! Which parts of a text match the words of a query.

use std::ops::Range;

use super::query::{Clause, clauses};
use super::words::{Word, words};

/// See [`SearchIndex::highlight`](super::SearchIndex::highlight).
pub(super) fn highlight(typed: &str, text: &str) -> Vec<Range<usize>> {
    let clauses: Vec<Clause> = clauses(typed)
        .into_iter()
        .filter(|clause| !clause.excluded)
        .collect();
    if clauses.is_empty() {
        return Vec::new();
    }
    let found: Vec<(Range<usize>, Word)> = words(text).collect();
    let mut marked = vec![false; found.len()];
    for clause in &clauses {
        mark(clause, &found, &mut marked);
    }
    merge(&found, &marked)
}

/// Marks every place where all words of a clause stand side by side.
fn mark(clause: &Clause, found: &[(Range<usize>, Word)], marked: &mut [bool]) {
    let length = clause.words.len();
    for start in 0..(found.len() + 1).saturating_sub(length) {
        let place = &found[start..start + length];
        let is_match = clause
            .words
            .iter()
            .zip(place)
            .all(|(asked, (_, stands))| matches(asked, stands));
        if is_match {
            marked[start..start + length].fill(true);
        }
    }
}

/// A word asked for with accents matches itself and its unaccented spelling; one without accents
/// matches every accent.
fn matches(asked: &Word, stands: &Word) -> bool {
    if asked.is_accented() {
        stands.written == asked.written || stands.written == asked.folded
    } else {
        stands.folded == asked.folded
    }
}

/// Marked words that follow each other become one range.
fn merge(found: &[(Range<usize>, Word)], marked: &[bool]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut follows = false;
    for ((range, _), &is_marked) in found.iter().zip(marked) {
        match ranges.last_mut() {
            Some(last) if is_marked && follows => last.end = range.end,
            _ if is_marked => ranges.push(range.clone()),
            _ => {}
        }
        follows = is_marked;
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, text: &str, expected: &[&str]) {
        let found: Vec<&str> = highlight(typed, text)
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(found, expected, "{typed} in {text}");
    }

    #[test]
    fn accents_match_as_in_search() {
        let text = "Đường Hoà Bình ngập, hoa binh ngap, hòa bính";
        check("hoa binh", text, &["Hoà Bình", "hoa binh", "hòa bính"]);
        check("Hòa Bình", text, &["Hoà Bình", "hoa binh", "hòa"]);
        check("\"Hòa Bình\"", text, &["Hoà Bình", "hoa binh"]);
        check("-ngập", text, &[]);
        check("", text, &[]);
    }

    #[test]
    fn decomposed_text_is_marked_whole() {
        let text = "Ho\u{61}\u{300} Bi\u{300}nh";
        check("hoa binh", text, &[text]);
    }
}
