//! What the model looks at in the gap between two pieces.

use super::lexicon::{self, Lexicon};
use super::pieces::{Piece, Shape};

/// Features of one gap.
pub(super) const N_FEATURES: usize = 11;

/// Weights are found in a table of two to this power rows.
pub(super) const TABLE_BITS: u32 = 22;

/// Rows of the features of one gap.
pub(super) type Features = [u32; N_FEATURES];

/// What is known of a piece and its surroundings before any gap is judged.
#[derive(Clone, Copy, Debug, Default)]
struct View {
    key: u32,
    shape: u32,
    /// Dictionary words of two, three and four syllables that start here, one bit each.
    words: u32,
    onset: u16,
    rime: u16,
    tone: u8,
    is_mark: bool,
    starts_line: bool,
}

/// Padding at both ends of a line, so that windows need no checks.
const PAD: usize = 3;

/// The pieces of one text, ready for features.
#[derive(Default)]
pub(super) struct Views {
    list: Vec<View>,
    runs: Vec<u8>,
    is_bare: bool,
}

/// Share of accented pieces up to which a text counts as unaccented.
const BARE_SHARE: f32 = 0.1;

impl Views {
    /// Reads the pieces of a text.
    pub(super) fn read(&mut self, pieces: &[Piece], lexicon: &Lexicon) {
        self.is_bare = is_bare(pieces);
        let shouts = shouts(pieces);
        self.list.clear();
        self.list.resize(PAD, View::default());
        self.list.extend(pieces.iter().map(|piece| View {
            key: lexicon::key(piece, self.is_bare),
            shape: shape_code(piece.shape, shouts),
            words: 0,
            onset: piece.onset,
            rime: piece.rime,
            tone: piece.tone,
            is_mark: piece.shape == Shape::Mark,
            starts_line: piece.starts_line,
        }));
        let end = self.list.len();
        self.list.resize(end + PAD, View::default());
        self.look_up(lexicon, end);
        self.count_runs(end);
    }

    /// Marks the dictionary words that start at each piece.
    fn look_up(&mut self, lexicon: &Lexicon, end: usize) {
        for start in PAD..end {
            let mut hash = lexicon::seed(self.is_bare);
            let mut words = 0;
            for length in 0..lexicon::MAX_WORD {
                let view = self.list[start + length];
                if start + length >= end || view.is_mark || (length > 0 && view.starts_line) {
                    break;
                }
                hash = lexicon::extend(hash, view.key);
                if length == 0 {
                    continue;
                }
                let found = lexicon.find(hash);
                words |= u32::from(found & lexicon::WORD) << (length - 1);
                if found & lexicon::CONTINUES == 0 {
                    break;
                }
            }
            self.list[start].words = words;
        }
    }

    /// Length of the run of capitalised pieces that ends at each piece, at most three.
    fn count_runs(&mut self, end: usize) {
        self.runs.clear();
        self.runs.resize(end + PAD, 0);
        for at in PAD..end {
            if is_large(self.list[at].shape) {
                self.runs[at] = (self.runs[at - 1] + 1).min(3);
            }
        }
    }

    /// Whether no word may reach over the gap before piece `at`.
    pub(super) fn is_closed(&self, at: usize) -> bool {
        let (left, right) = (&self.list[at + PAD - 1], &self.list[at + PAD]);
        left.is_mark || right.is_mark || right.starts_line
    }

    /// Rows of the features of the gap before piece `at`.
    pub(super) fn features(&self, at: usize) -> Features {
        let centre = at + PAD;
        // Three pieces before the gap and the one behind it.
        let &[a, b, c, d] = &self.list[centre - 3..=centre] else {
            return [0; N_FEATURES];
        };
        let salt = u32::from(self.is_bare);
        let (shapes, mask) = (
            self.shapes(centre),
            cover(a.words, b.words, c.words, d.words),
        );
        let near = mask & 0x3f;
        let pair = c.shape << 3 | d.shape;
        let twin = reduplication(&c, &d);
        let run = u32::from(self.runs[centre - 1]) << 2
            | u32::from(is_large(d.shape)) << 1
            | u32::from(c.starts_line);
        let edge = mask & 1 | (mask >> 6 & 3) << 1;
        let row = |template: u32, x, y, z| hash(template * 2 + salt, x, y, z);
        [
            row(0, c.key, d.key, 0),
            row(1, b.key, c.key, 0),
            row(2, b.key, d.key, 0),
            row(3, shapes, 0, 0),
            row(4, pair, run, 0),
            row(5, mask, 0, 0),
            row(6, near, pair, 0),
            row(7, near, c.key, 0),
            row(8, near, d.key, 0),
            row(9, twin, mask & 1, pair),
            row(10, edge, c.key, d.key),
        ]
    }

    fn shapes(&self, centre: usize) -> u32 {
        self.list[centre - 2..centre + 2]
            .iter()
            .fold(0, |code, view| code << 3 | view.shape)
    }
}

/// Which dictionary words lie over the gap (six low bits) and beside it (four high ones).
#[inline]
fn cover(a: u32, b: u32, c: u32, d: u32) -> u32 {
    let over = (c & 7) | (b >> 1 & 3) << 3 | (a >> 2 & 1) << 5;
    let beside = (b & 1) | (d & 1) << 1 | (a >> 1 & 1) << 2 | (d >> 1 & 1) << 3;
    over | beside << 6
}

/// How alike two syllables are: same onset, rime and tone.
#[inline]
fn reduplication(c: &View, d: &View) -> u32 {
    u32::from(c.onset == d.onset && c.onset != 0)
        | u32::from(c.rime == d.rime) << 1
        | u32::from(c.tone == d.tone) << 2
        | u32::from(c.key == d.key) << 3
}

#[inline]
fn hash(template: u32, x: u32, y: u32, z: u32) -> u32 {
    let first = (u64::from(x) << 32 | u64::from(y)) ^ u64::from(template) << 57;
    let second = first.wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ^ u64::from(z).wrapping_mul(0xc2b2_ae3d_27d4_eb4f)
        ^ u64::from(template);
    let mixed = (second ^ second >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed >> (64 - TABLE_BITS)) as u32
}

/// Shape as a number from 1 to 7; 0 is the padding. A text that shouts says nothing with capitals.
fn shape_code(shape: Shape, shouts: bool) -> u32 {
    match shape {
        Shape::Capital | Shape::Upper if shouts => Shape::Small as u32 + 1,
        _ => shape as u32 + 1,
    }
}

#[inline]
fn is_large(code: u32) -> bool {
    (Shape::Capital as u32 + 1..=Shape::Initial as u32 + 1).contains(&code)
}

fn is_bare(pieces: &[Piece]) -> bool {
    let n_accented = pieces.iter().filter(|piece| piece.is_accented).count();
    let n_words = pieces
        .iter()
        .filter(|piece| !matches!(piece.shape, Shape::Mark | Shape::Number))
        .count();
    n_accented as f32 <= BARE_SHARE * n_words as f32
}

/// Whether a text is written in capitals (almost) throughout.
fn shouts(pieces: &[Piece]) -> bool {
    let n_large = pieces
        .iter()
        .filter(|piece| matches!(piece.shape, Shape::Upper | Shape::Capital))
        .count();
    let n_small = pieces
        .iter()
        .filter(|piece| piece.shape == Shape::Small)
        .count();
    n_large >= 6 && n_large > 9 * n_small
}
