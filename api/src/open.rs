//! What is given to everybody, and by which rules: the least count that is published, and who takes
//! requests from outside.

use std::sync::Arc;

use crate::disclosure::Disclosure;
use crate::open311::Intake;

/// Rules and places of open data.
#[derive(Clone, Default)]
pub struct OpenData {
    /// Which counts may be published.
    pub disclosure: Disclosure,
    /// Takes Open311 requests; `None` where nobody may send any.
    pub intake: Option<Arc<dyn Intake>>,
}
