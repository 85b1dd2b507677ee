//! Files of tickets, with the little they use of their neighbours.

use models::domain::{ContentHash, MentionId};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

#[path = "../../crawler/src/sources/ticket_words.rs"]
pub(crate) mod ticket_words;
#[path = "../../crawler/src/sources/tickets/mod.rs"]
pub mod tickets;

/// An id as the crawler makes them.
pub(crate) fn mention_id(parts: &[&str]) -> MentionId {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    let mut id = ContentHash(hasher.finalize().into()).to_string();
    id.truncate(24);
    MentionId::new(id)
}

/// Text as the crawler tidies it: NFC, no control characters, lines kept.
pub(crate) fn tidied(text: Option<&str>) -> Option<String> {
    let lines = text?.lines().map(|line| {
        let words = line.split_whitespace();
        let words = words.map(|word| word.chars().filter(|c| !c.is_control()).nfc().collect());
        words.filter(|word: &String| !word.is_empty()).collect::<Vec<_>>().join(" ")
    });
    let text = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    Some(text).filter(|text| !text.is_empty())
}
