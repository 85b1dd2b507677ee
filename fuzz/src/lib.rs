//! The code that reads strangers' bytes, out of the crates it lives in: without their network and pages
//! the targets build in two minutes instead of ten.
#![allow(dead_code, unused_imports, reason = "targets use a part of what is taken along")]

#[path = "../../crawler/src/error.rs"]
pub mod error;
#[path = "../../crawler/src/extract/mod.rs"]
pub mod extract;
pub mod fetch;
pub mod lines;
pub mod sources;

/// What the line formats can say is wrong; those variants of `api::Error` that they use.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("not a JSON object: {0}")]
    NotJson(String),
    #[error("`{0}` is missing")]
    MissingField(&'static str),
    #[error("`{field}` is {found}; {expected}")]
    BadField { field: &'static str, found: String, expected: String },
}
