//! Deliveries that others push to us: checked and read by the crawler, recorded before they are
//! acknowledged.

use std::sync::Arc;

use api::{Hooks, Receipt, Refusal};
use axum::http::HeaderMap;
use crawler::push::{self, PushError};
use indexer::archive::Repeated;
use models::domain::{Source, SourceId};
use tracing::{error, info, warn};

use crate::clock;
use crate::meter::Meters;
use crate::pipeline::Pipeline;

/// Takes deliveries into the record.
pub struct HookDesk {
    pipeline: Arc<Pipeline>,
    meters: Meters<SourceId>,
}

impl HookDesk {
    /// Takes deliveries for the sources of this city.
    pub fn new(pipeline: Arc<Pipeline>) -> Self {
        Self {
            pipeline,
            meters: Meters::default(),
        }
    }

    fn source(&self, id: &SourceId) -> Result<&Source, Refusal> {
        let mut sources = self.pipeline.city.sources.iter();
        let takes = |source: &&Source| source.kind.is_pushed() && source.disabled.is_none();
        sources
            .find(|source| source.id == *id)
            .filter(takes)
            .ok_or(Refusal::Unknown)
    }
}

impl Hooks for HookDesk {
    fn receive(
        &self,
        source: &SourceId,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Receipt, Refusal> {
        let source = self.source(source)?;
        let now = clock::now();
        let pushed = push::open(source, headers, body, now);
        let pushed = pushed.map_err(|refused| explained(source, refused))?;
        if pushed.message.is_none() {
            return Ok(Receipt::Nothing);
        }
        // Signed deliveries only: nobody else can use up what a source may send.
        self.meters.count(&source.id).map_err(Refusal::TooMany)?;
        let rejected = pushed.rejected.clone();
        let has_words = !pushed.mentions.is_empty();
        let recorded = self.pipeline.receive_push(source, pushed, now).map_err(|failure| {
            error!(source.id = %source.id, failure = format!("{failure:#}"), "a delivery was not recorded");
            Refusal::Unavailable
        })?;
        match recorded.repeated {
            Some(Repeated::Same) => return Ok(Receipt::Repeated),
            Some(Repeated::Different) => return Err(Refusal::Conflict),
            None => {}
        }
        info!(
            source.id = %source.id,
            n_new = recorded.n_new,
            n_updated = recorded.n_updated,
            n_rejected = rejected.len(),
            "took a delivery"
        );
        if !has_words {
            return Ok(Receipt::Nothing);
        }
        Ok(Receipt::Recorded {
            n_new: recorded.n_new,
            n_updated: recorded.n_updated,
            rejected,
        })
    }
}

/// What the sender is told; what only we can mend stays in the log.
fn explained(source: &Source, refused: PushError) -> Refusal {
    warn!(source.id = %source.id, reason = %refused, "a delivery was refused");
    match refused {
        PushError::NotPushed => Refusal::Unknown,
        PushError::Secret(_) => Refusal::Unavailable,
        PushError::Header { .. } | PushError::Signature | PushError::Age { .. } => {
            Refusal::Unsigned(refused.to_string())
        }
        PushError::Unreadable(why) => Refusal::Unreadable(why),
    }
}
