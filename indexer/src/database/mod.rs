//! The record in a SQL database: SQLite in one file, with one writer and a few readers, or PostgreSQL.
//!
//! WAL lets readers go on while the writer writes; `synchronous = FULL` brings every commit to disk
//! before it is acknowledged.

mod accounts;
mod alerts;
mod archive;
mod atlas;
mod audit;
mod captures;
mod care;
mod concerns;
mod connection;
mod corrections;
#[cfg(feature = "postgres")]
mod days;
mod deliveries;
mod desk_book;
mod editions;
mod fault;
mod forecasts;
mod hindsight;
mod hosts;
mod keys;
mod looks;
#[cfg(feature = "postgres")]
mod moving;
mod officers;
mod outbox;
mod past;
mod ports;
#[cfg(feature = "postgres")]
mod postgres_store;
mod press;
mod queue;
mod read;
mod record;
mod requests;
mod rows;
mod schema;
mod scores;
mod sources;
mod store;
mod withheld;
mod words;

use std::fs;
use std::path::Path;
use std::sync::Arc;

pub use care::{Examined, backup, examine, restore};
pub(crate) use care::{beside, refuse_existing, sync_folder};
pub(crate) use fault::explain_io;
#[cfg(feature = "postgres")]
pub use moving::{MovedTable, move_to_postgres};

use self::fault::{Fault, explain};
use self::store::{SqliteStore, Store};
use crate::Result;
use crate::duty::{Duty, Fence, Term};
use crate::sql::{Connection, Transaction};

/// The record in a SQL database: a SQLite file, or PostgreSQL.
pub struct SqlArchive {
    store: Arc<Store>,
    /// What writes only while it is its turn.
    fence: Option<Fence>,
}

/// The record in one SQLite file.
pub type EmbeddedArchive = SqlArchive;

impl SqlArchive {
    /// Opens the record, making it or bringing it to the current schema where needed.
    pub fn open(path: &Path) -> Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|why| explain_io(folder, why))?;
        }
        let open_writer = || -> Result<Connection, Fault> {
            let opened = connection::open(path)?;
            schema::check_ours(path, &opened)?;
            let writer = connection::into_writer(opened)?;
            schema::migrate(&writer)?;
            Ok(writer)
        };
        let writer = open_writer().map_err(|fault| explain(path, fault))?;
        Ok(Self::over(Store::Sqlite(SqliteStore::new(path, writer))))
    }

    /// Opens the record on PostgreSQL at an address (`postgres://user@host/database`), making it or
    /// bringing it to the current schema where needed.
    #[cfg(feature = "postgres")]
    pub fn open_postgres(address: &str) -> Result<Self> {
        let store = postgres_store::PostgresStore::open(address)?;
        Ok(Self::over(Store::Postgres(store)))
    }

    fn over(store: Store) -> Self {
        Self {
            store: Arc::new(store),
            fence: None,
        }
    }

    /// Whether other processes may use the same record.
    pub fn is_shared(&self) -> bool {
        self.store.is_shared()
    }

    /// Takes a piece of work on that one process does at a time; `None` while another does it.
    pub fn try_lead(&self, duty: Duty) -> Result<Option<Term>> {
        self.store.try_lead(duty)
    }

    /// The same record, written only while a term lasts: a transaction of a process that was taken over
    /// is refused.
    #[must_use]
    pub fn in_term(&self, term: &Term) -> Self {
        Self {
            store: Arc::clone(&self.store),
            fence: term.held.as_ref().map(|held| held.fence),
        }
    }

    /// Where the record is.
    pub fn path(&self) -> &Path {
        self.store.place()
    }

    /// Refuses a damaged record before anything is built on it. One of more than a gigabyte is
    /// not looked over, for that would take minutes; [`check`](crate::Archive::check) does.
    pub fn refuse_damage(&self) -> Result<()> {
        self.read(|db| care::refuse_damage(self.store.place(), db))
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T> {
        self.store.read(work)
    }

    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>) -> Result<T> {
        self.store.write(|tx| {
            self.refuse_if_over(tx)?;
            work(tx)
        })
    }

    fn refuse_if_over(&self, tx: &Transaction<'_>) -> Result<(), Fault> {
        match &self.fence {
            Some(fence) => self.store.refuse_if_over(tx, fence),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
