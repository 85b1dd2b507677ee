//! Text nodes: what they hold, and putting them together into a line.

/// What a run of text holds, found in one look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Measured {
    /// Characters that can be seen.
    pub n_chars: u32,
    /// Whether Chinese, Japanese or Korean letters are among them.
    pub is_wide: bool,
}

impl Measured {
    pub fn of(text: &str) -> Self {
        let mut found = Self::default();
        // Only characters behind these bytes may be spaces or wide.
        let mut is_plain = true;
        for byte in text.bytes() {
            let starts_char = byte & 0xc0 != 0x80;
            found.n_chars += u32::from(starts_char && byte > b' ' && byte != 0x7f);
            is_plain &= !matches!(byte, 0xc2 | 0xe2..=0xed);
        }
        if is_plain {
            return found;
        }
        found.n_chars = 0;
        for c in text.chars() {
            found.n_chars += u32::from(!is_gap(c));
            found.is_wide |= is_wide(c);
        }
        found
    }
}

fn is_gap(c: char) -> bool {
    c <= ' ' || c == '\u{7f}' || c == '\u{200b}' || (c > '\u{7f}' && c.is_whitespace())
}

pub(super) fn is_wide(c: char) -> bool {
    ('\u{3040}'..='\u{d7ff}').contains(&c)
}

/// A line in the making: white space collapsed, breaks kept.
#[derive(Default)]
pub(super) struct Line(String);

impl Line {
    pub fn push(&mut self, text: &str) {
        let mut gap = self.0.is_empty() || self.0.ends_with([' ', '\n']);
        let mut from = None;
        for (at, c) in text.char_indices() {
            if is_gap(c) {
                if let Some(from) = from.take() {
                    self.0.push_str(&text[from..at]);
                }
                if !gap {
                    self.0.push(' ');
                }
                gap = true;
            } else {
                from.get_or_insert(at);
                gap = false;
            }
        }
        if let Some(from) = from {
            self.0.push_str(&text[from..]);
        }
    }

    pub fn break_here(&mut self) {
        self.0.push('\n');
    }

    pub fn finish(mut self) -> String {
        let end = self.0.trim_end().len();
        self.0.truncate(end);
        let start = self.0.len() - self.0.trim_start().len();
        if start > 0 {
            self.0.drain(..start);
        }
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_can_be_seen() {
        let n = |text: &str| Measured::of(text).n_chars;
        assert_eq!(n(" a b\n"), 2);
        assert_eq!(n("ngập nước"), 8);
        assert_eq!(n("a\u{a0}\u{200b}“b”"), 4);
        assert!(Measured::of("ニュース").is_wide);
        assert!(!Measured::of("Đường “ngập”").is_wide);
    }

    #[test]
    fn collapses_gaps_across_nodes() {
        let mut line = Line::default();
        for part in ["  Nước ", " dâng\u{a0}", "\u{200b}cao"] {
            line.push(part);
        }
        line.break_here();
        line.push("  ngang ngực ");
        assert_eq!(line.finish(), "Nước dâng cao\nngang ngực");
    }
}
