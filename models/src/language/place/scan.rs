//! One pass over a field: tokens with their folded spelling, accents as a key, case and gaps.
//!
//! The folded text is what the automaton reads; the key tells `Thạnh An` from `Thanh An` without
//! caring for NFC or NFD, for where the tone mark sits (`Hòa`, `Hoà`), or for `Quy` and `Qui`.

use std::hash::Hasher;
use std::sync::LazyLock;

use rustc_hash::FxHasher;
use unicode_normalization::char::decompose_canonical;

use crate::language::text::fold_char;

/// What stands between a token and the one before it, the strongest that occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gap {
    /// Nothing: `Q7` is read as `q` and `7`.
    Glued,
    /// Blanks.
    Space,
    /// A dot without a blank behind it, as in `Q.7` and `TP.HCM`; also a dash or slash.
    Joint,
    /// A comma, quotation mark or the like.
    Comma,
    /// A bracket.
    Bracket,
    /// The end of a sentence or line.
    Break,
}

/// How a token is capitalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// All lower case, or digits.
    Lower,
    /// First letter upper case.
    Title,
    /// Several letters, all upper case.
    Upper,
}

/// A run of letters or a run of digits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    /// First scalar value in the field.
    pub start: u32,
    /// One past the last scalar value.
    pub end: u32,
    /// Where its folded spelling starts in [`Scan::folded`].
    pub fold_start: u32,
    /// One past the end of its folded spelling.
    pub fold_end: u32,
    /// Hash of the spelling with accents.
    pub key: u64,
    /// Whether any letter carries an accent, or is đ.
    pub accented: bool,
    /// Whether it is a run of digits.
    pub number: bool,
    /// Whether a `#` stands right before it.
    pub hashtag: bool,
    /// Its capitals.
    pub case: Case,
    /// What stands before it.
    pub gap: Gap,
}

/// A field, read once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scan {
    /// Folded tokens, one blank before, between and behind them; ASCII only.
    pub folded: String,
    /// The tokens.
    pub tokens: Vec<Token>,
    /// Whether the text is written without accents.
    pub unaccented: bool,
}

/// Letters longer than this are not told apart by accent; no syllable comes near.
const MAX_KEY_LETTERS: usize = 24;

/// Stands for letters outside Latin, so that they match nothing.
const FOREIGN: u8 = b'?';

impl Scan {
    /// Reads a field.
    pub fn new(text: &str) -> Self {
        let mut builder = Builder::with_capacity(text.len());
        for (offset, letter) in text.chars().enumerate() {
            builder.push(offset as u32, letter);
        }
        builder.finish()
    }

    /// The folded spelling of a token.
    pub fn fold(&self, token: usize) -> &str {
        self.tokens.get(token).map_or("", |t| {
            &self.folded[t.fold_start as usize..t.fold_end as usize]
        })
    }

    /// The folded spelling of the token `back` places before `token`, when no comma or sentence
    /// end lies between them.
    pub fn before(&self, token: usize, back: usize) -> &str {
        if back > token {
            return "";
        }
        let first = token - back;
        let joined = (first + 1..=token).all(|i| self.tokens[i].gap < Gap::Comma);
        if joined { self.fold(first) } else { "" }
    }

    /// The token whose folded spelling starts at a byte of the folded text.
    pub fn token_at(&self, fold_start: usize) -> Option<usize> {
        self.tokens
            .binary_search_by_key(&(fold_start as u32), |t| t.fold_start)
            .ok()
    }

    /// Whether a token is this word, spelled with its accents or in a text without any.
    pub fn is_word(&self, token: usize, word: &Word) -> bool {
        self.tokens.get(token).is_some_and(|t| {
            self.fold(token) == word.folded && (t.key == word.key || !t.accented && self.unaccented)
        })
    }

    /// Share of word tokens that carry an accent, 0 to 1.
    fn accented_share(&self) -> f32 {
        let words = self.tokens.iter().filter(|t| !t.number);
        let (all, accented) = words.fold((0_u32, 0_u32), |(all, accented), t| {
            (all + 1, accented + u32::from(t.accented))
        });
        accented as f32 / all.max(1) as f32
    }
}

/// A word to compare tokens with.
pub(crate) struct Word {
    /// Its folded spelling.
    pub folded: String,
    /// Its spelling with accents.
    pub key: u64,
}

impl Word {
    /// The word as it is read in a text.
    pub fn new(word: &str) -> Self {
        let scan = Scan::new(word);
        Self {
            folded: scan.fold(0).to_owned(),
            key: scan.tokens.first().map_or(0, |token| token.key),
        }
    }
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one fact about the letter before"
)]
struct Builder {
    scan: Scan,
    gap: Gap,
    after_dot: bool,
    hash_before: bool,
    letters: Vec<u8>,
    tone: u8,
    open: bool,
    upper: u32,
    length: u32,
    first_upper: bool,
}

impl Builder {
    fn with_capacity(bytes: usize) -> Self {
        let mut folded = String::with_capacity(bytes + 8);
        folded.push(' ');
        Self {
            scan: Scan {
                folded,
                tokens: Vec::with_capacity(bytes / 4),
                unaccented: false,
            },
            gap: Gap::Break,
            after_dot: false,
            hash_before: false,
            letters: Vec::with_capacity(MAX_KEY_LETTERS),
            tone: 0,
            open: false,
            upper: 0,
            length: 0,
            first_upper: false,
        }
    }

    fn push(&mut self, offset: u32, letter: char) {
        let read = read_letter(letter);
        match read.class {
            Class::Mark => self.push_mark(offset, read),
            Class::Letter | Class::Digit => self.push_word(offset, letter, read),
            Class::Other => self.push_gap(letter),
        }
    }

    fn push_mark(&mut self, offset: u32, read: Letter) {
        if !self.open {
            return;
        }
        if read.tone > 0 {
            self.tone = read.tone;
        }
        if read.mark > 0
            && let Some(last) = self.letters.last_mut()
        {
            *last |= read.mark << 5;
        }
        if let Some(token) = self.scan.tokens.last_mut() {
            token.accented |= read.tone > 0 || read.mark > 0;
            token.end = offset + 1;
        }
    }

    fn push_word(&mut self, offset: u32, letter: char, read: Letter) {
        let number = read.class == Class::Digit;
        if self.open
            && self
                .scan
                .tokens
                .last()
                .is_some_and(|last| last.number != number)
        {
            self.close();
            self.gap = Gap::Glued;
        }
        if !self.open {
            self.open_token(offset, number, letter.is_uppercase());
        }
        let upper = letter.is_uppercase();
        self.upper += u32::from(upper);
        self.length += 1;
        if self.letters.len() < MAX_KEY_LETTERS {
            self.letters.push((read.base & 0x1f) | (read.mark << 5));
        }
        if read.tone > 0 {
            self.tone = read.tone;
        }
        self.scan.folded.push(char::from(read.base));
        if let Some(token) = self.scan.tokens.last_mut() {
            token.accented |= read.tone > 0 || read.mark > 0;
            token.end = offset + 1;
        }
    }

    fn open_token(&mut self, offset: u32, number: bool, upper: bool) {
        let fold_start = self.scan.folded.len() as u32;
        self.scan.tokens.push(Token {
            start: offset,
            end: offset,
            fold_start,
            fold_end: fold_start,
            key: 0,
            accented: false,
            number,
            hashtag: self.hash_before,
            case: Case::Lower,
            gap: self.gap,
        });
        self.open = true;
        self.letters.clear();
        self.tone = 0;
        self.upper = 0;
        self.length = 0;
        self.first_upper = upper;
        self.gap = Gap::Glued;
        self.after_dot = false;
        self.hash_before = false;
    }

    fn close(&mut self) {
        if !self.open {
            return;
        }
        self.open = false;
        let Some(token) = self.scan.tokens.last_mut() else {
            return;
        };
        let spelled = &self.scan.folded[token.fold_start as usize..];
        if !token.number && ends_in_i_sound(spelled.as_bytes()) {
            self.scan.folded.pop();
            self.scan.folded.push('i');
            if let Some(last) = self.letters.last_mut() {
                *last = (*last & 0xe0) | (b'i' & 0x1f);
            }
        }
        token.fold_end = self.scan.folded.len() as u32;
        let mut hasher = FxHasher::default();
        hasher.write(&self.letters);
        hasher.write_u8(self.tone);
        token.key = hasher.finish();
        token.case = match (self.first_upper, self.upper == self.length, self.length) {
            (true, true, 2..) => Case::Upper,
            (true, _, _) => Case::Title,
            (false, ..) => Case::Lower,
        };
        self.scan.folded.push(' ');
    }

    fn push_gap(&mut self, letter: char) {
        self.close();
        let gap = match letter {
            '.' => {
                self.after_dot = true;
                Gap::Joint
            }
            '-' | '–' | '/' | '_' | '&' | '\'' | '’' => Gap::Joint,
            ' ' | '\u{a0}' | '\t' if self.after_dot && !self.after_abbreviation() => Gap::Break,
            '\n' | '\r' | '!' | '?' | ';' | '…' => Gap::Break,
            '(' | ')' | '[' | ']' => Gap::Bracket,
            _ if letter.is_whitespace() => Gap::Space,
            _ => Gap::Comma,
        };
        self.gap = self.gap.max(gap);
        self.hash_before = letter == '#';
    }

    /// `Q. Phú Nhuận`, `TP. Thủ Đức`: this dot ends no sentence.
    fn after_abbreviation(&self) -> bool {
        let last = self.scan.tokens.len().wrapping_sub(1);
        matches!(
            self.scan.fold(last),
            "q" | "p" | "f" | "h" | "x" | "tp" | "tt" | "tx" | "d" | "dg" | "kp" | "ph" | "bv"
        )
    }

    fn finish(mut self) -> Scan {
        self.close();
        self.scan.unaccented = self.scan.accented_share() < 0.25;
        self.scan
    }
}

/// Whether a syllable ends in a `y` that is also written `i`: `ky`, `my`, `quy`, but not `tay`.
fn ends_in_i_sound(spelled: &[u8]) -> bool {
    match spelled {
        [.., b'q', b'u', b'y'] => true,
        [.., before, b'y'] => !matches!(before, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'),
        _ => false,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    Mark,
    Other,
}

#[derive(Clone, Copy)]
struct Letter {
    class: Class,
    base: u8,
    /// 1 circumflex, 2 breve, 3 horn, 4 the stroke of đ.
    mark: u8,
    tone: u8,
}

/// Vietnamese letters and all other Latin ones lie below this.
const TABLE_END: u32 = 0x1f00;

static TABLE: LazyLock<Vec<Letter>> = LazyLock::new(|| {
    (0..TABLE_END)
        .map(|code| char::from_u32(code).map_or(OTHER, work_out_letter))
        .collect()
});

const OTHER: Letter = Letter {
    class: Class::Other,
    base: FOREIGN,
    mark: 0,
    tone: 0,
};

fn read_letter(letter: char) -> Letter {
    TABLE
        .get(letter as usize)
        .copied()
        .unwrap_or_else(|| work_out_letter(letter))
}

fn work_out_letter(letter: char) -> Letter {
    let mut mark = 0;
    let mut tone = 0;
    decompose_canonical(letter, |part| match part {
        '\u{302}' => mark = 1,
        '\u{306}' => mark = 2,
        '\u{31b}' => mark = 3,
        '\u{300}' | '\u{340}' => tone = 1,
        '\u{301}' | '\u{341}' => tone = 2,
        '\u{309}' => tone = 3,
        '\u{303}' => tone = 4,
        '\u{323}' => tone = 5,
        'đ' | 'Đ' => mark = 4,
        _ => {}
    });
    let Some(base) = fold_char(letter) else {
        return Letter {
            class: Class::Mark,
            mark,
            tone,
            ..OTHER
        };
    };
    let class = if base.is_ascii_digit() {
        Class::Digit
    } else if base.is_alphanumeric() {
        Class::Letter
    } else {
        Class::Other
    };
    Letter {
        class,
        base: if base.is_ascii() { base as u8 } else { FOREIGN },
        mark,
        tone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys(text: &str) -> Vec<u64> {
        Scan::new(text).tokens.iter().map(|t| t.key).collect()
    }

    #[test]
    fn spellings_of_one_name_share_keys() {
        assert_eq!(keys("Hòa Hưng"), keys("hoà hưng"));
        assert_eq!(keys("Hòa"), keys("Ho\u{300}a"));
        assert_eq!(keys("Tân Quý"), keys("tân quí"));
        assert_ne!(keys("Thạnh An"), keys("Thanh An"));
        assert_ne!(keys("Bình Trưng"), keys("Bình Trung"));
    }

    #[test]
    fn tokens_split_where_letters_meet_digits() {
        let scan = Scan::new("P.12, Q7 TP.HCM");
        assert_eq!(scan.folded, " p 12 q 7 tp hcm ");
        assert_eq!(scan.tokens[1].gap, Gap::Joint);
        assert_eq!(scan.tokens[2].gap, Gap::Comma);
        assert_eq!(scan.tokens[3].gap, Gap::Glued);
        assert_eq!(scan.before(3, 1), "q");
        assert_eq!(scan.before(2, 1), "");
    }

    proptest! {
        #[test]
        fn any_text_is_read_within_its_bounds(text in any::<String>()) {
            let scan = Scan::new(&text);
            let length = text.chars().count() as u32;
            prop_assert!(scan.folded.is_ascii());
            for pair in scan.tokens.windows(2) {
                prop_assert!(pair[0].end <= pair[1].start);
            }
            for token in &scan.tokens {
                prop_assert!(token.start < token.end && token.end <= length);
                prop_assert_eq!(scan.token_at(token.fold_start as usize).is_some(), true);
            }
        }
    }
}
