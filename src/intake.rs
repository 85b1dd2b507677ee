//! Requests that come in by Open311: the same way into the record as deliveries of a hotline.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, ensure};
use api::open311::{Intake, NewReport, Refused};
use crawler::push::{self, Handed};
use indexer::archive::Repeated;
use models::domain::{MentionId, SourceId};
use sha2::{Digest, Sha256};
use tracing::{error, info};

use crate::clock;
use crate::config::Open311;
use crate::pipeline::Pipeline;

/// Records requests. Who may send them is asked of their keys before (`api/src/open311/submit.rs`).
pub struct ReportDesk {
    pipeline: Arc<Pipeline>,
    source: SourceId,
    n_taken: AtomicU64,
}

impl ReportDesk {
    /// The desk of the configuration; `None` where it names no source.
    pub fn open(pipeline: &Arc<Pipeline>, settings: &Open311) -> Result<Option<Self>> {
        if settings.source.is_empty() {
            return Ok(None);
        }
        let source = SourceId::new(&settings.source);
        let known = pipeline.city.sources.iter().find(|one| one.id == source);
        let known = known.with_context(|| {
            format!(
                "[open311] source: không có nguồn `{source}` trong sources.toml / no source \
                 `{source}` in sources.toml"
            )
        })?;
        ensure!(
            known.kind.is_pushed(),
            "[open311] source: nguồn `{source}` phải có kind = \"webhook\" / the source must be of \
             kind webhook"
        );
        Ok(Some(Self {
            pipeline: Arc::clone(pipeline),
            source,
            n_taken: AtomicU64::new(0),
        }))
    }

    /// The number of a report: of the key and the client's own number, or one nobody had before.
    fn number(&self, key: u64, client_id: Option<&str>) -> String {
        let mut hash = Sha256::new();
        hash.update(key.to_be_bytes());
        if let Some(id) = client_id {
            hash.update(id);
        } else {
            hash.update([0]);
            hash.update(clock::now().as_nanosecond().to_be_bytes());
            hash.update(self.n_taken.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        }
        let hash = hash.finalize();
        hash[..16].iter().fold(String::new(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

impl Intake for ReportDesk {
    fn accept(&self, key: u64, report: &NewReport) -> Result<MentionId, Refused> {
        let sources = &self.pipeline.city.sources;
        let source = sources.iter().find(|source| source.id == self.source);
        let source = source.ok_or(Refused::Unavailable)?;
        let number = self.number(key, report.client_id.as_deref());
        let handed = Handed {
            number: &number,
            field: &report.service_name,
            text: &report.description,
            address: report.address.as_deref(),
        };
        let now = clock::now();
        let pushed = push::report(source, &handed, now);
        let id = pushed.mentions.first().map(|mention| mention.id.clone());
        let id = id.ok_or(Refused::Unavailable)?;
        let recorded = self.pipeline.receive_push(source, pushed, now).map_err(|failure| {
            error!(source.id = %source.id, failure = format!("{failure:#}"), "a request was not recorded");
            Refused::Unavailable
        })?;
        if recorded.repeated == Some(Repeated::Different) {
            return Err(Refused::Conflict);
        }
        info!(source.id = %source.id, n_new = recorded.n_new, "took a request");
        Ok(id)
    }
}
