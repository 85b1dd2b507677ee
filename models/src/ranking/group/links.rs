//! Forward links: concerns that turned out to be part of an older one.

use rustc_hash::FxHashMap;

use crate::domain::{Concern, ConcernId};

/// Where the identifiers of joined concerns lead.
#[derive(Clone, Debug, Default)]
pub struct Links {
    part_of: FxHashMap<ConcernId, ConcernId>,
}

impl Links {
    /// Reads the links of concerns.
    pub fn new(concerns: &[Concern]) -> Self {
        let links = concerns.iter().filter_map(|concern| {
            let whole = concern.part_of.clone()?;
            Some((concern.id.clone(), whole))
        });
        Self {
            part_of: links.collect(),
        }
    }

    /// The concern that one counts for: itself, or the one at the end of its links.
    pub fn whole<'c>(&'c self, id: &'c ConcernId) -> &'c ConcernId {
        let mut at = id;
        // A link leads to an older concern, so it cannot lead back; the bound is for broken data.
        for _ in 0..=self.part_of.len() {
            match self.part_of.get(at) {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.part_of.is_empty()
    }
}
