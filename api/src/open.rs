//! What is given to everybody, and by which rules: the least count that is published, the licence, and
//! who takes requests from outside.

use std::path::PathBuf;
use std::sync::Arc;

use crate::disclosure::Disclosure;
use crate::open311::Intake;

/// Rules and places of open data.
#[derive(Clone, Default)]
pub struct OpenData {
    /// Which counts may be published.
    pub disclosure: Disclosure,
    /// Under which licence, as a name or an address; empty while the operator has not said.
    pub licence: String,
    /// Folder of the daily dumps, one folder a day; `None` where none are made.
    pub folder: Option<PathBuf>,
    /// Takes Open311 requests; `None` where nobody may send any.
    pub intake: Option<Arc<dyn Intake>>,
}
