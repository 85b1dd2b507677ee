//! What can go wrong in this crate.

use thiserror::Error;

/// An error of the JSON edge, grouped by who can act on it.
#[derive(Debug, Error)]
pub enum Error {
    /// The sender: a line that is not JSON.
    #[error("not a JSON object: {0}")]
    NotJson(String),
    /// The sender: a field that must be there is not.
    #[error("`{0}` is missing; a mention line needs it")]
    MissingField(&'static str),
    /// The sender: a field holds something else than it should.
    #[error("`{field}` is {found}; {expected}")]
    BadField {
        /// Which field, with its path: `ticket.status`.
        field: &'static str,
        /// What stands there.
        found: String,
        /// What should.
        expected: String,
    },
}
