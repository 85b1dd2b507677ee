//! A count of people's reports, or the text that stands in its place.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::disclosure::Cell;

/// A number; `"<5"` for one that is too small to be published; `"-"` for one that would give such a one
/// away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum CountLine {
    /// As many.
    Exact(u32),
    /// What stands in the place of a count that is not published.
    #[schema(example = "<5")]
    Hidden(String),
}

impl From<Cell> for CountLine {
    fn from(cell: Cell) -> Self {
        match cell {
            Cell::Exact(n) => Self::Exact(n),
            hidden => Self::Hidden(hidden.to_string()),
        }
    }
}

impl From<u32> for CountLine {
    fn from(n: u32) -> Self {
        Self::Exact(n)
    }
}

impl fmt::Display for CountLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(n) => n.fmt(f),
            Self::Hidden(text) => f.write_str(text),
        }
    }
}
