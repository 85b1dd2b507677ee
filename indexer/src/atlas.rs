//! The atlas: boundaries of units as the customer brought them.

use jiff::Timestamp;
use models::boundary::UnitBoundary;

use crate::Result;

/// Boundaries of units; each import is a version of its own, the latest is shown.
pub trait Atlas: Send + Sync {
    /// Keeps boundaries with the words that say where they come from. Gives their version.
    fn save_boundaries(
        &self,
        boundaries: &[UnitBoundary],
        attribution: &str,
        at: Timestamp,
    ) -> Result<u64>;

    /// The latest boundaries; `None` before the first import.
    fn boundaries(&self) -> Result<Option<SavedBoundaries>>;
}

/// Boundaries in the record.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedBoundaries {
    /// 1 for the first import.
    pub version: u64,
    /// When they were brought in.
    pub saved_at: Timestamp,
    /// Where they come from, as shown under the map.
    pub attribution: String,
    /// One a unit.
    pub units: Vec<UnitBoundary>,
}
