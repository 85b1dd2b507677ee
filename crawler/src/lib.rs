//! Fetching, politeness and extraction: from sources to captures and mentions.

pub mod extract;
