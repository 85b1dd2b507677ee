//! Cuts a line into pieces (syllables, numbers, marks) and gives each the keys the features read.

use crate::language::text::{fold_char, lowercase, vowel_and_tone};

/// What a piece looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Shape {
    /// Small letters that have the shape of a syllable, or at least of a word.
    Small,
    /// First letter large, the rest small.
    Capital,
    /// All large, two letters or more.
    Upper,
    /// A single large letter.
    Initial,
    /// Digits, possibly with separators.
    Number,
    /// Letters and digits, addresses, inner marks.
    Mixed,
    /// A mark that belongs to no word.
    Mark,
}

/// One piece of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// First byte.
    pub(super) start: u32,
    /// Byte after the last.
    pub(super) end: u32,
    /// Key of the syllable, whatever its case, tone placement and i/y spelling.
    pub(super) key: u32,
    /// Key without accents.
    pub(super) bare_key: u32,
    /// Key of the onset, for reduplication.
    pub(super) onset: u16,
    /// Key of the rime without tone, for reduplication.
    pub(super) rime: u16,
    /// Tone of the syllable, 0 to 5.
    pub(super) tone: u8,
    /// What it looks like.
    pub(super) shape: Shape,
    /// Whether a letter carries a mark (also đ).
    pub(super) is_accented: bool,
    /// Whether the piece starts a line, so that no word may reach over its left edge.
    pub(super) starts_line: bool,
}

/// What the cutter needs to know of a letter.
#[derive(Clone, Copy, Default)]
struct Letter {
    /// Lower-case toneless letter, folded to 16 bits.
    base: u16,
    /// Lower-case letter without any accent.
    bare: u16,
    tone: u8,
    flags: u8,
}

const ALPHABETIC: u8 = 1;
const UPPER: u8 = 2;
const VOWEL: u8 = 4;
const ACCENTED: u8 = 8;
const DIGIT: u8 = 16;
const SPACE: u8 = 32;

/// Letters below this code point are looked up in a table.
const TABLE_SIZE: usize = 0x1f00;

/// Cuts lines; holds the table of letters.
pub(super) struct Cutter {
    table: Vec<Letter>,
}

impl Cutter {
    pub(super) fn new() -> Self {
        let table = (0..TABLE_SIZE as u32)
            .map(|code| char::from_u32(code).map_or(Letter::default(), describe))
            .collect();
        Self { table }
    }

    #[inline]
    fn letter(&self, letter: char) -> Letter {
        self.table
            .get(letter as usize)
            .copied()
            .unwrap_or_else(|| describe(letter))
    }

    /// Replaces `pieces` by those of a text.
    pub(super) fn cut(&self, text: &str, pieces: &mut Vec<Piece>) {
        pieces.clear();
        let mut starts_line = true;
        let mut at = 0;
        while let Some(first) = text[at..].chars().next() {
            if self.letter(first).flags & SPACE != 0 {
                starts_line |= first == '\n';
                at += first.len_utf8();
                continue;
            }
            let (keys, end, is_whole) = self.read_plain(text, at);
            if is_whole {
                pieces.push(keys.finish(&text[at..end], at, starts_line));
                at = end;
            } else {
                let chunk = self.chunk_end(text, end);
                self.cut_chunk(text, at, chunk, starts_line, pieces);
                at = chunk;
            }
            starts_line = false;
        }
    }

    /// Reads letters and digits from `start` on: their keys, where they end, and whether white
    /// space or the end of the text follows, as it mostly does.
    fn read_plain(&self, text: &str, start: usize) -> (Keys, usize, bool) {
        let mut keys = Keys::default();
        for (offset, letter) in text[start..].char_indices() {
            let described = self.letter(letter);
            if described.flags & (ALPHABETIC | DIGIT) == 0 {
                return (keys, start + offset, described.flags & SPACE != 0);
            }
            keys.read(described, letter);
        }
        (keys, text.len(), true)
    }

    /// End of the run of letters that are not white space.
    fn chunk_end(&self, text: &str, start: usize) -> usize {
        text[start..]
            .char_indices()
            .find(|&(_, letter)| self.letter(letter).flags & SPACE != 0)
            .map_or(text.len(), |(offset, _)| start + offset)
    }

    fn cut_chunk(
        &self,
        text: &str,
        start: usize,
        end: usize,
        starts_line: bool,
        pieces: &mut Vec<Piece>,
    ) {
        let mut at = start;
        while at < end {
            let length = self.piece_length(&text[at..end], text[end..].trim_start().is_empty());
            let piece = self.describe_piece(&text[at..at + length], at, starts_line && at == start);
            pieces.push(piece);
            at += length;
        }
    }

    /// Length of the piece at the head of a chunk; `last` says that the chunk ends the text.
    fn piece_length(&self, chunk: &str, last: bool) -> usize {
        let Some(first) = chunk.chars().next() else {
            return 0;
        };
        if !self.is_word(first) {
            return mark_length(chunk, first);
        }
        let plain = chunk
            .char_indices()
            .find(|&(_, letter)| !self.is_word(letter))
            .map_or(chunk.len(), |(offset, _)| offset);
        if plain == chunk.len() {
            return plain;
        }
        let behind = &chunk[plain..];
        let mark = behind.chars().next().unwrap_or_default();
        // A closing mark: only a full stop or a per cent sign can belong to what it closes.
        if behind.len() == mark.len_utf8() && !matches!(mark, '.' | '%') {
            return plain;
        }
        glued_length(chunk, plain, last)
    }

    fn is_word(&self, letter: char) -> bool {
        self.letter(letter).flags & (ALPHABETIC | DIGIT) != 0
    }

    fn describe_piece(&self, text: &str, start: usize, starts_line: bool) -> Piece {
        let mut keys = Keys::default();
        for letter in text.chars() {
            keys.read(self.letter(letter), letter);
        }
        keys.finish(text, start, starts_line)
    }
}

/// How treebanks of the Penn family spell brackets.
const BRACKETS: [&str; 2] = ["LBKT", "RBKT"];

/// Marks that repeat form one piece; other marks stand alone.
fn mark_length(chunk: &str, first: char) -> usize {
    if matches!(first, '.' | '!' | '?' | '-' | '_' | '=' | '*' | '~') {
        return chunk.find(|letter| letter != first).unwrap_or(chunk.len());
    }
    first.len_utf8()
}

/// Length of a piece that goes on over inner marks: numbers (`3.000`, `20/11`, `95%`), names and
/// loans with hyphens (`Wai-kru`, `GD-ĐT`), abbreviations (`TP.HCM`, `q.1`, `Th.`) and addresses.
fn glued_length(chunk: &str, plain: usize, last: bool) -> usize {
    if chunk[plain..].len() > 1
        && let Some(length) = address_length(chunk)
    {
        return length;
    }
    let mut end = plain;
    loop {
        let mut marks = chunk[end..].char_indices();
        let Some((_, mark)) = marks.next() else {
            return end;
        };
        let next_at = end + mark.len_utf8();
        let next = chunk[next_at..].chars().next();
        let head = &chunk[..end];
        if !glues(head, mark, next, &chunk[next_at..], last) {
            return end;
        }
        end = next_at;
        end += chunk[end..]
            .find(|letter: char| !letter.is_alphanumeric())
            .unwrap_or(chunk.len() - end);
    }
}

/// Whether a mark goes on a piece, given the letter behind it.
fn glues(head: &str, mark: char, next: Option<char>, tail: &str, last: bool) -> bool {
    let ends_in_digit = head.ends_with(|letter: char| letter.is_ascii_digit());
    let digit_follows = next.is_some_and(|letter| letter.is_ascii_digit());
    let letter_follows = next.is_some_and(char::is_alphabetic);
    match mark {
        '.' | ',' if ends_in_digit && digit_follows => true,
        '/' | ':' => ends_in_digit && digit_follows,
        '%' => ends_in_digit,
        '-' => letter_follows || digit_follows,
        '.' if letter_follows || digit_follows => {
            is_short(head) && tail_is_short(tail, digit_follows)
        }
        '.' => next.is_none() && !last && is_abbreviation(head),
        '\'' | '’' => letter_follows,
        _ => false,
    }
}

/// Heads of dotted abbreviations: at most three letters with a large one first, or q, p, tp, tt.
fn is_short(head: &str) -> bool {
    let last = head.rsplit('.').next().unwrap_or_default();
    let short = (1..=3).contains(&last.chars().count()) && last.chars().all(char::is_alphabetic);
    let known = ["q", "p", "f", "tp", "tt", "tx", "h"].contains(&last);
    short && (known || last.starts_with(char::is_uppercase))
}

/// The tail of a dotted abbreviation starts with a digit or a large letter.
fn tail_is_short(tail: &str, digit_follows: bool) -> bool {
    digit_follows || tail.starts_with(char::is_uppercase)
}

/// Abbreviations that keep their full stop when another word follows.
fn is_abbreviation(head: &str) -> bool {
    let n_letters = head.chars().count();
    let is_initial = n_letters == 1 && head.starts_with(char::is_uppercase);
    let known = [
        "TP", "Tp", "tp", "TT", "TX", "Th", "TS", "Ts", "ThS", "Ths", "GS", "PGS", "BS", "KS",
        "LS", "q", "p", "h", "f", "Mr", "Ms", "Mrs", "Dr",
    ];
    is_initial || known.contains(&head)
}

/// Length of a web or mail address at the head of a chunk.
fn address_length(chunk: &str) -> Option<usize> {
    crate::language::text::tokens(chunk)
        .next()
        .filter(|token| token.kind == crate::language::text::TokenKind::Address)
        .map(|token| token.text.len())
}

fn describe(letter: char) -> Letter {
    if letter.is_whitespace() || letter.is_control() {
        return Letter {
            flags: SPACE,
            ..Letter::default()
        };
    }
    let lower = lowercase(letter);
    let (vowel, tone) = vowel_and_tone(lower).unwrap_or((lower, 0));
    let bare = fold_char(letter);
    let mut flags = 0;
    for (condition, flag) in [
        (letter.is_alphabetic() || bare.is_none(), ALPHABETIC),
        (letter.is_numeric(), DIGIT),
        (lower != letter, UPPER),
        (vowel_and_tone(lower).is_some(), VOWEL),
        (bare.is_none_or(|bare| bare != lower), ACCENTED),
    ] {
        flags |= if condition { flag } else { 0 };
    }
    Letter {
        base: narrow(vowel),
        bare: bare.map_or(0, narrow),
        tone: tone as u8,
        flags,
    }
}

/// A letter in 16 bits; those beyond the first plane share codes, which costs nothing here.
fn narrow(letter: char) -> u16 {
    (letter as u32 ^ (letter as u32 >> 16)) as u16
}

/// Keys of one piece while its letters are read.
#[derive(Default)]
struct Keys {
    onset: u32,
    rime: u32,
    bare: u32,
    tone: u8,
    n_letters: u32,
    n_rime: u32,
    n_upper: u32,
    n_digits: u32,
    n_marks: u32,
    is_accented: bool,
    starts_upper: bool,
    ends_in_y: bool,
}

impl Keys {
    #[inline]
    fn read(&mut self, described: Letter, letter: char) {
        if described.flags & ALPHABETIC == 0 {
            self.n_digits += u32::from(described.flags & DIGIT != 0);
            self.n_marks += u32::from(described.flags & DIGIT == 0);
        } else {
            let is_upper = described.flags & UPPER != 0;
            self.starts_upper |= is_upper && self.n_letters == 0;
            self.n_upper += u32::from(is_upper);
            self.n_letters += 1;
            self.is_accented |= described.flags & ACCENTED != 0;
        }
        self.bare = step(self.bare, u32::from(described.bare));
        self.tone = self.tone.max(described.tone);
        if self.n_rime > 0 || described.flags & VOWEL != 0 {
            self.n_rime += 1;
            self.ends_in_y = self.n_rime == 1 && described.base == u16::from(b'y');
            self.rime = step(self.rime, u32::from(described.base));
        } else {
            self.onset = step(
                self.onset,
                u32::from(described.base) ^ (letter as u32 & 0xf0_0000),
            );
        }
    }

    fn finish(self, text: &str, start: usize, starts_line: bool) -> Piece {
        // kỹ and kĩ are one syllable.
        let spells_i = self.ends_in_y && self.n_rime == 1 && self.onset != 0;
        let rime = if spells_i {
            step(0, u32::from(b'i'))
        } else {
            self.rime
        };
        let key = step(step(self.onset.rotate_left(13), rime), u32::from(self.tone));
        Piece {
            start: start as u32,
            end: (start + text.len()) as u32,
            key,
            bare_key: if spells_i {
                step(step(self.onset.rotate_left(7), u32::from(b'i')), 77)
            } else {
                self.bare
            },
            onset: self.onset as u16 ^ (self.onset >> 16) as u16,
            rime: rime as u16 ^ (rime >> 16) as u16,
            tone: self.tone,
            shape: if self.n_upper == 4 && BRACKETS.contains(&text) {
                Shape::Mark
            } else {
                self.shape()
            },
            is_accented: self.is_accented,
            starts_line,
        }
    }

    #[inline]
    fn shape(&self) -> Shape {
        if self.n_letters == 0 {
            return if self.n_digits > 0 {
                Shape::Number
            } else {
                Shape::Mark
            };
        }
        if self.n_digits + self.n_marks > 0 {
            return Shape::Mixed;
        }
        match (
            self.starts_upper,
            self.n_upper == self.n_letters,
            self.n_letters,
        ) {
            (true, true, 1) => Shape::Initial,
            (true, true, _) => Shape::Upper,
            (true, false, _) => Shape::Capital,
            _ => Shape::Small,
        }
    }
}

/// One step of a multiplicative hash.
#[inline]
fn step(hash: u32, value: u32) -> u32 {
    (hash.rotate_left(5) ^ value).wrapping_mul(0x9e37_79b1)
}
