//! Pages, JSON, exports and alerts.
//!
//! This crate alone knows our JSON: [`lines`] holds the shapes of the line formats, which the
//! commands and `/api/v1` share.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail loudly"))]

pub mod error;
pub mod lines;

pub use error::Error;
