//! From a mention to its annotation: text, words, places, personal data, topic and sentiment.

pub mod annotator;
pub mod classify;
pub mod fingerprint;
pub mod pii;
pub mod place;
pub mod quote;
pub mod reprint;
pub mod restore;
pub mod second;
pub mod segment;
pub mod text;
