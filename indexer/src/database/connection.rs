//! Opening the database, and a small bounded pool of readers.

use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::OpenFlags;

use super::fault::Fault;
use crate::Result;
use crate::sql::Connection;

/// How long a connection waits for another process before it gives up.
pub(super) const BUSY_WAIT: Duration = Duration::from_secs(5);

/// Connections that only read, at most; further readers wait for one.
const MAX_READERS: usize = 8;

/// Statements kept ready per connection; there are about ninety.
const STATEMENTS_KEPT: usize = 128;

/// Opens the file and changes nothing in it.
pub(super) fn open(path: &Path) -> Result<rusqlite::Connection, Fault> {
    let connection = rusqlite::Connection::open_with_flags(path, flags())?;
    connection.busy_timeout(BUSY_WAIT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(connection)
}

/// Makes of an open file the one connection that writes.
pub(super) fn into_writer(connection: rusqlite::Connection) -> Result<Connection, Fault> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    // FULL costs nothing measurable in batches of 500 and keeps what was acknowledged through a
    // power cut; secure_delete overwrites what a person had erased. Pages are kept in kB: little
    // here and less in readers, for the system keeps the file's pages too, once for all of them.
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;
         PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY;
         PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF;",
    )?;
    Ok(Connection::Sqlite(connection))
}

fn open_reader(path: &Path) -> Result<Connection, Fault> {
    let connection =
        rusqlite::Connection::open_with_flags(path, flags() & !OpenFlags::SQLITE_OPEN_CREATE)?;
    connection.busy_timeout(BUSY_WAIT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    connection.execute_batch(
        "PRAGMA query_only = ON; PRAGMA cache_size = -2000; PRAGMA temp_store = MEMORY;
         PRAGMA trusted_schema = OFF;",
    )?;
    Ok(Connection::Sqlite(connection))
}

fn flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// Readers, opened when first needed and kept.
pub(super) struct Readers {
    path: PathBuf,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    n_lent: usize,
}

impl Readers {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            state: Mutex::default(),
            returned: Condvar::new(),
        }
    }

    /// Runs a closure with a reader, waiting for one when all are lent. The closure must not ask
    /// for another.
    pub(super) fn with<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let lent = self.lend()?;
        match &lent.connection {
            Some(connection) => work(connection),
            None => Err(rusqlite::Error::InvalidQuery.into()),
        }
    }

    fn lend(&self) -> Result<Lent<'_>, Fault> {
        let mut state = self
            .returned
            .wait_while(self.lock(), |state| state.n_lent >= MAX_READERS)
            .unwrap_or_else(PoisonError::into_inner);
        state.n_lent += 1;
        let idle = state.idle.pop();
        drop(state);
        // Made before opening, so that a failure to open gives the place back.
        let mut lent = Lent {
            readers: self,
            connection: idle,
        };
        if lent.connection.is_none() {
            lent.connection = Some(open_reader(&self.path)?);
        }
        Ok(lent)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Lent<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut state = self.readers.lock();
        state.n_lent -= 1;
        state.idle.extend(self.connection.take());
        self.readers.returned.notify_one();
    }
}
