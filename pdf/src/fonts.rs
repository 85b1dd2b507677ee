//! The fonts of the sheet, and what can be set in them.

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};

/// Regular and bold (`pdf/fonts/README.md`).
pub(crate) const FILES: [&[u8]; 2] = [
    include_bytes!("../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../fonts/NotoSans-Bold.ttf"),
];

/// Stands for a letter that the fonts do not have.
const UNKNOWN: char = '\u{FFFD}';

/// Fonts that are shipped.
pub(crate) struct Fonts {
    all: Vec<Font>,
}

impl Fonts {
    pub(crate) fn shipped() -> Self {
        let files = FILES.into_iter().map(Bytes::new);
        Self {
            all: files.flat_map(Font::iter).collect(),
        }
    }

    pub(crate) fn book(&self) -> FontBook {
        FontBook::from_fonts(&self.all)
    }

    pub(crate) fn get(&self, index: usize) -> Option<Font> {
        self.all.get(index).cloned()
    }

    fn has(&self, c: char) -> bool {
        let code = u32::from(c);
        self.all
            .iter()
            .all(|font| font.info().coverage.contains(code))
    }

    /// A text with letters that cannot be set replaced, and other signs that cannot left out.
    pub(crate) fn printable(&self, text: &str) -> String {
        let shown = text.chars().filter_map(|c| match c {
            c if c.is_ascii_control() || self.has(c) => Some(c),
            c if c.is_alphanumeric() => Some(UNKNOWN),
            c if c.is_whitespace() => Some(' '),
            _ => None,
        });
        shown.collect()
    }
}
