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
use crate::meter::Meters;
use crate::pipeline::Pipeline;

/// Takes requests of those who have a key.
pub struct ReportDesk {
    pipeline: Arc<Pipeline>,
    source: SourceId,
    /// SHA-256 of each key.
    keys: Vec<[u8; 32]>,
    meters: Meters<[u8; 32]>,
    n_taken: AtomicU64,
}

impl ReportDesk {
    /// The desk of the configuration; `None` where it names no key.
    pub fn open(pipeline: &Arc<Pipeline>, settings: &Open311) -> Result<Option<Self>> {
        if settings.keys.is_empty() {
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
        let keys = settings.keys.iter().map(|text| hash_of_hex(text));
        Ok(Some(Self {
            pipeline: Arc::clone(pipeline),
            source,
            keys: keys.collect::<Result<_>>()?,
            meters: Meters::default(),
            n_taken: AtomicU64::new(0),
        }))
    }

    /// The number of a report: of the key and the client's own number, or one nobody had before.
    fn number(&self, key: &[u8; 32], client_id: Option<&str>) -> String {
        let mut hash = Sha256::new();
        hash.update(key);
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
    fn accept(&self, key: &str, report: &NewReport) -> Result<MentionId, Refused> {
        let key: [u8; 32] = Sha256::digest(key).into();
        if !self.keys.contains(&key) {
            return Err(Refused::Key);
        }
        self.meters.count(&key).map_err(Refused::TooMany)?;
        let sources = &self.pipeline.city.sources;
        let source = sources.iter().find(|source| source.id == self.source);
        let source = source.ok_or(Refused::Unavailable)?;
        let number = self.number(&key, report.client_id.as_deref());
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

fn hash_of_hex(text: &str) -> Result<[u8; 32]> {
    let wrong = || {
        format!(
            "[open311] keys: `{}` không phải SHA-256 viết bằng 64 chữ số hệ 16 / is no SHA-256 in 64 hex \
             digits: printf %s KEY | sha256sum",
            text.chars().take(8).collect::<String>()
        )
    };
    ensure!(text.len() == 64 && text.is_ascii(), wrong());
    let mut hash = [0; 32];
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).with_context(wrong)?;
    }
    Ok(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_configured_by_their_hash() {
        let hash = hash_of_hex(&"0a".repeat(32)).unwrap();
        assert_eq!(hash, [10; 32]);
        for odd in ["", "secret", &"zz".repeat(32), &"0a".repeat(31)] {
            assert!(hash_of_hex(odd).is_err(), "{odd}");
        }
    }
}
