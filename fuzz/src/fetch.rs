//! robots.txt.

#[path = "../../crawler/src/fetch/robots.rs"]
pub mod robots;
