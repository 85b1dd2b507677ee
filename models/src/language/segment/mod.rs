//! Word segmentation: which syllables form one word.
//!
//! A first-order conditional random field over the gaps between syllables. Each gap is judged by
//! the syllables around it, their shapes, and the dictionary words that lie over or beside it.
//! Weights and dictionary are one file of 0.92 MB.

mod features;
mod lexicon;
mod model;
mod pieces;
mod train;
mod weights;

use self::features::Views;
use self::lexicon::Lexicon;
use self::pieces::{Cutter, Piece};
use self::weights::Weights;

pub use self::model::SegmenterError;
pub(in crate::language) use self::train::exp;
pub use self::train::{Parameters, train};

/// Splits Vietnamese text into words.
pub struct Segmenter {
    cutter: Cutter,
    lexicon: Lexicon,
    weights: Weights,
}

impl Segmenter {
    /// Words of a text, as slices of it: together with the white space between and inside them
    /// they are the text. Text in normal form (`text::normalise`) gives the best words.
    pub fn segment<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let mut pieces = Vec::with_capacity(text.len() / 4);
        self.cutter.cut(text, &mut pieces);
        let joined = self.decide(&pieces);
        let mut words = Vec::with_capacity(pieces.len());
        let mut at = 0;
        while at < pieces.len() {
            let mut last = at;
            while last + 1 < pieces.len() && joined[last + 1] {
                last += 1;
            }
            words.push(&text[pieces[at].start as usize..pieces[last].end as usize]);
            at = last + 1;
        }
        words
    }

    /// The words of a text as one line: the same as [`joined`] gives, made in one go.
    pub fn line(&self, text: &str) -> String {
        let mut pieces = Vec::with_capacity(text.len() / 4);
        self.cutter.cut(text, &mut pieces);
        let joined = self.decide(&pieces);
        let mut line = String::with_capacity(text.len() + text.len() / 8);
        let mut end = 0;
        for (piece, is_joined) in pieces.iter().zip(joined) {
            if !is_joined && end > 0 {
                line.push(' ');
            } else if end > 0 && piece.start > end {
                line.push('_');
            }
            line.push_str(&text[piece.start as usize..piece.end as usize]);
            end = piece.end;
        }
        line
    }

    /// For each piece, whether it goes on the word of the piece before.
    fn decide(&self, pieces: &[Piece]) -> Vec<bool> {
        let mut views = Views::default();
        views.read(pieces, &self.lexicon);
        // Best score of a path that ends in an open or a joined gap, and where it came from.
        let (mut open, mut joined) = (0_i32, i32::MIN / 2);
        let mut came_joined = Vec::with_capacity(pieces.len());
        for at in 0..pieces.len() {
            if at == 0 || views.is_closed(at) {
                came_joined.push([joined > open, false]);
                open = open.max(joined);
                joined = i32::MIN / 2;
                continue;
            }
            let (from_open, from_joined) = self.score(&views, at);
            came_joined.push([joined > open, joined + from_joined > open + from_open]);
            let best_joined = (open + from_open).max(joined + from_joined);
            open = open.max(joined);
            joined = best_joined;
        }
        trace_back(&came_joined, joined > open)
    }

    #[inline]
    fn score(&self, views: &Views, at: usize) -> (i32, i32) {
        let (mut from_open, mut from_joined) = (0, 0);
        for row in views.features(at) {
            let [open, joined] = self.weights.of(row);
            from_open += open;
            from_joined += joined;
        }
        (from_open, from_joined)
    }
}

/// Follows the best path backwards.
fn trace_back(came_joined: &[[bool; 2]], ends_joined: bool) -> Vec<bool> {
    let mut path = vec![false; came_joined.len()];
    let mut is_joined = ends_joined;
    for at in (0..came_joined.len()).rev() {
        path[at] = is_joined;
        is_joined = came_joined[at][usize::from(is_joined)];
    }
    path
}

/// Words as one line: separated by single spaces, the syllables of a word joined by `_`.
///
/// ```
/// assert_eq!(models::language::segment::joined(&["học sinh", "đi", "học"]), "học_sinh đi học");
/// ```
pub fn joined<S: AsRef<str>>(words: &[S]) -> String {
    let mut line = String::new();
    for word in words {
        if !line.is_empty() {
            line.push(' ');
        }
        for (at, syllable) in word.as_ref().split_whitespace().enumerate() {
            if at > 0 {
                line.push('_');
            }
            line.push_str(syllable);
        }
    }
    line
}

#[cfg(test)]
mod tests;
