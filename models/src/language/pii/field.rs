//! A field as letters and as tokens.

use crate::language::place::scan::{Scan, Token};

/// A field read once for all detectors.
pub(super) struct Field {
    /// Its scalar values.
    pub chars: Vec<char>,
    /// Its tokens.
    pub scan: Scan,
    /// Whether it is written without accents.
    pub unaccented: bool,
}

impl Field {
    pub fn new(text: &str) -> Self {
        let scan = Scan::new(text);
        Self {
            chars: text.chars().collect(),
            unaccented: scan.unaccented,
            scan,
        }
    }

    pub fn tokens(&self) -> &[Token] {
        &self.scan.tokens
    }

    /// The folded spelling of a token; empty past the end.
    pub fn fold(&self, token: usize) -> &str {
        self.scan.fold(token)
    }

    /// What stands between a token and the next one.
    pub fn between(&self, token: usize) -> &[char] {
        let tokens = self.tokens();
        match (tokens.get(token), tokens.get(token + 1)) {
            (Some(this), Some(next)) => &self.chars[this.end as usize..next.start as usize],
            (Some(this), None) => &self.chars[this.end as usize..],
            _ => &[],
        }
    }
}
