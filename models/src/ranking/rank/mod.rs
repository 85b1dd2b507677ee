//! Ranking: orders the concerns of a scope and a day by the score of the method, with every factor
//! open, and says where the evidence is thin.
//!
//! [`RankContext`] reads the 28 days before a day once; each of the 1 + 168 digests is then made from
//! its tables.

mod comparison;
pub(in crate::ranking) mod context;
mod difference;
mod entry;
pub(in crate::ranking) mod guard;
mod line;
mod method;
mod rate;
mod receipt;
pub(in crate::ranking) mod series;

pub use comparison::COMPARISON_VERSION;
pub use context::RankContext;
pub use method::RankMethod;
pub use series::{Alert, SeriesModel, weekday_factors};

use super::SourceTable;
use crate::domain::{Digest, Unit, Window};

/// The digest of one window. For many scopes of a day make one [`RankContext`] and ask it for each.
pub fn rank(window: &Window, method: &RankMethod, units: &[Unit], sources: &SourceTable) -> Digest {
    RankContext::new(
        method,
        window.day,
        window.mentions,
        window.concerns,
        units,
        sources,
    )
    .digest(&window.scope, window.coverage)
}
