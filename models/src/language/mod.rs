//! From a mention to its annotation: text, words, places, personal data, topic and sentiment.

pub mod pii;
pub mod place;
pub mod segment;
pub mod text;
