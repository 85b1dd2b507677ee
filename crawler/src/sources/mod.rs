//! One file per kind of source. A new kind starts from [`feed`]: ask, read, make mentions, say how
//! the source is doing.

pub(crate) mod articles;
pub(crate) mod bluesky;
pub(crate) mod facebook;
pub(crate) mod feed;
pub(crate) mod forum;
pub(crate) mod handle;
pub(crate) mod mastodon;
pub(crate) mod open311;
pub(crate) mod rhythm;
pub(crate) mod secret;
pub(crate) mod sitemap;
pub(crate) mod ticket_words;
pub mod tickets;
pub(crate) mod webhook;
pub(crate) mod youtube;
pub(crate) mod zalo;

use models::domain::{ContentHash, MentionId};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

/// The id of what stands at an address, or of a numbered thing at a server: the same whenever it is
/// seen again, through whichever source.
pub(crate) fn mention_id(parts: &[&str]) -> MentionId {
    const ID_DIGITS: usize = 24;
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    let mut id = ContentHash(hasher.finalize().into()).to_string();
    id.truncate(ID_DIGITS);
    MentionId::new(id)
}

/// Plain text as stored: NFC, no control characters, no trailing or repeated blanks, lines kept.
pub(crate) fn tidy(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let words = line
            .split_whitespace()
            .map(|word| word.chars().filter(|c| !c.is_control()).nfc().collect());
        words
            .filter(|word: &String| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    });
    lines
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

/// The same, or nothing when nothing is left.
pub(crate) fn tidied(text: Option<&str>) -> Option<String> {
    text.map(tidy).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tidies_text() {
        assert_eq!(
            tidy("  Ngâ\u{323}p  nặng\u{0}\r\n\r\n\u{a0}hẻm 12 "),
            "Ngập nặng\nhẻm 12"
        );
        assert_eq!(tidied(Some(" \n ")), None);
    }

    #[test]
    fn ids_keep_parts_apart() {
        assert_ne!(mention_id(&["ab", "c"]), mention_id(&["a", "bc"]));
        assert_eq!(mention_id(&["ab", "c"]).as_str().len(), 24);
    }
}
