//! From a mention to its annotation: text, words, places, personal data, topic and sentiment.

pub mod text;
