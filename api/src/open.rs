//! What is given to everybody, and by which rules: the least count that is published, and who takes
//! requests from outside.

use std::sync::Arc;

use indexer::DumpStore;

use crate::assist::Assistant;
use crate::disclosure::Disclosure;
use crate::open311::Intake;
use crate::paint::Painter;

/// Under which licence everything public may be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Licence {
    /// Its name: `CC BY 4.0`.
    pub name: String,
    /// Where its text stands.
    pub url: Option<String>,
}

/// Rules and places of open data.
#[derive(Clone, Default)]
pub struct OpenData {
    /// Which counts may be published.
    pub disclosure: Disclosure,
    /// The licence, where the operator named one.
    pub licence: Option<Licence>,
    /// Daily dumps; `None` where none are made.
    pub dumps: Option<Arc<DumpStore>>,
    /// Paints the map; `None` where it is not built in.
    pub painter: Option<Arc<dyn Painter>>,
    /// Answers assistants; `None` where it is not built in.
    pub assistant: Option<Arc<dyn Assistant>>,
    /// Takes Open311 requests; `None` where nobody may send any.
    pub intake: Option<Arc<dyn Intake>>,
}
