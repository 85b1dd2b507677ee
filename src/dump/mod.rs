//! Daily dumps: the tables of a day as CSV and, where it is built in, Parquet, with their dictionary.

#[cfg(feature = "parquet")]
mod columnar;

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use api::AppState;
use api::dump::{PackedFile, package, tables};
use indexer::DumpStore;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use models::domain::{DigestScope, day_in_vietnam};
use sha2::{Digest, Sha256};
use tracing::info;

use crate::pipeline::Pipeline;
use crate::serve::state_of;

/// Published days that are looked at again whenever something is published: revisions reach no further
/// back, and a month that is new stands in the dumps of the days after it.
const RECENT_DAYS: usize = 8;

/// Files that change without anybody having published anything: how sources were at that hour, and the
/// dictionary, which holds the checksums of those.
const PASSING: [&str; 3] = ["sources.csv", "sources.parquet", "datapackage.json"];

/// Where the dumps of a data folder stand.
pub fn store(pipeline: &Pipeline) -> DumpStore {
    DumpStore::new(&pipeline.folder.join("dumps"))
}

/// Writes dumps after publications, and forgets old ones.
pub struct Keeper {
    state: AppState,
    store: DumpStore,
    /// The last publication that stands in a dump.
    mark: Mutex<Option<u64>>,
}

impl Keeper {
    /// One for this pipeline.
    pub fn new(pipeline: &Arc<Pipeline>) -> Result<Self> {
        Ok(Self {
            state: state_of(pipeline)?,
            store: store(pipeline),
            mark: Mutex::new(None),
        })
    }

    /// Writes what was published since the last time. To be called between publications, never beside one:
    /// a dump holds whole days.
    pub fn keep_up(&self, pipeline: &Pipeline, now: Timestamp) -> Result<()> {
        let last = pipeline.outbox.last_published()?;
        let mut mark = self.mark.lock().unwrap_or_else(PoisonError::into_inner);
        let n_removed = pipeline.archive.n_removed()?;
        self.heed_removals(n_removed)?;
        if *mark == Some(last) {
            return Ok(());
        }
        let published = pipeline.archive.digest_days(&DigestScope::City)?;
        for day in published.into_iter().take(RECENT_DAYS) {
            if let Some(revision) = make(&self.state, &self.store, day)? {
                info!(dump.day = %day, dump.revision = revision, "wrote a dump");
            }
        }
        let kept = i64::from(pipeline.city.config.open_data.dumps_days).days();
        let n_gone = self
            .store
            .forget_before(day_in_vietnam(now).saturating_sub(kept))?;
        if n_gone > 0 {
            info!(n_days = n_gone, "deleted old dumps");
        }
        *mark = Some(last);
        Ok(())
    }
}

impl Keeper {
    /// Writes every dump again whose words were taken down meanwhile, and deletes what it said before:
    /// removed words are gone, also from files.
    fn heed_removals(&self, n_removed: u64) -> Result<()> {
        if self.store.n_heeded()? == n_removed {
            return Ok(());
        }
        for day in self.store.days()? {
            if let Some(revision) = make(&self.state, &self.store, day)? {
                self.store.forget_revisions_before(day, revision)?;
                info!(dump.day = %day, dump.revision = revision, "wrote a dump without removed words");
            }
        }
        self.store.heeded(n_removed)?;
        Ok(())
    }
}

/// Writes the dump of a day and gives the number of its revision; `None` where the latest says the same.
pub fn make(state: &AppState, store: &DumpStore, day: Date) -> Result<Option<u32>> {
    let tables = tables(state, day)?;
    let mut files = Vec::new();
    let mut packed = Vec::new();
    for table in &tables {
        let mut add = |ending: &str, bytes: Vec<u8>| {
            let name = format!("{}.{ending}", table.name);
            packed.push(PackedFile {
                table: table.name,
                name: name.clone(),
                bytes: bytes.len(),
                sha256: sha256(&bytes),
            });
            files.push((name, bytes));
        };
        add("csv", table.csv()?);
        #[cfg(feature = "parquet")]
        add(
            "parquet",
            columnar::parquet(table).with_context(|| format!("table {}", table.name))?,
        );
    }
    let dictionary = package(state, day, &tables, &packed)?;
    files.push(("datapackage.json".to_owned(), dictionary));
    store
        .write(day, &files, &PASSING)
        .with_context(|| format!("không ghi được dữ liệu mở ngày / cannot write the dump of {day}"))
}

fn sha256(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    let digits = hash.iter().map(|byte| format!("{byte:02x}"));
    digits.collect::<Vec<_>>().concat()
}
