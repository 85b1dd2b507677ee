//! Memory: the record, the capture store and the search index.
//!
//! - [`Archive`] is the record, the single truth: what was heard, what was read in it, what was
//!   published. The embedded one is SQLite in one file.
//! - `CaptureStore` keeps bytes as fetched, addressed by their hash.
//! - [`SearchIndex`] is derived from the record and can be thrown away at any moment.
//!
//! Everything here blocks; callers in async code go through `spawn_blocking`.

pub mod archive;
mod error;
pub mod search;

pub use archive::Archive;
pub use error::{Error, Result};
pub use search::SearchIndex;
