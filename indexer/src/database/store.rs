//! Where the record stands: a SQLite file, or a PostgreSQL database.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::care;
use super::connection::Readers;
use super::fault::{Fault, explain};
#[cfg(feature = "postgres")]
use super::postgres_store::PostgresStore;
use crate::Result;
use crate::duty::{Duty, Fence, Term};
use crate::sql::{Connection, Transaction};

/// Where the record stands.
pub(super) enum Store {
    Sqlite(SqliteStore),
    #[cfg(feature = "postgres")]
    Postgres(PostgresStore),
}

impl Store {
    /// Its name in messages: the file, or the address without a password.
    pub(super) fn place(&self) -> &Path {
        match self {
            Self::Sqlite(store) => &store.path,
            #[cfg(feature = "postgres")]
            Self::Postgres(store) => store.place(),
        }
    }

    /// Whether other processes may use it.
    pub(super) fn is_shared(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => true,
        }
    }

    /// See [`SqlArchive::try_lead`](super::SqlArchive::try_lead).
    #[cfg_attr(
        not(feature = "postgres"),
        allow(clippy::unnecessary_wraps, reason = "PostgreSQL can fail")
    )]
    pub(super) fn try_lead(&self, duty: Duty) -> Result<Option<Term>> {
        match self {
            // Its folder has a lock of its own.
            Self::Sqlite(_) => {
                let _ = duty;
                Ok(Some(Term::alone()))
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(store) => store.try_lead(duty),
        }
    }

    /// Refuses a transaction of a process that was taken over.
    #[cfg_attr(
        not(feature = "postgres"),
        allow(clippy::unnecessary_wraps, reason = "PostgreSQL can fail")
    )]
    pub(super) fn refuse_if_over(&self, tx: &Transaction<'_>, fence: &Fence) -> Result<(), Fault> {
        match self {
            Self::Sqlite(_) => {
                let _ = (tx, fence);
                Ok(())
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(store) => store.refuse_if_over(tx, fence),
        }
    }

    /// Reads in a snapshot of its own.
    pub(super) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T> {
        match self {
            Self::Sqlite(store) => store.read(work),
            #[cfg(feature = "postgres")]
            Self::Postgres(store) => store.read(work),
        }
    }

    /// Writes in one transaction, one writer at a time; nothing stays of one that fails.
    pub(super) fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T> {
        match self {
            Self::Sqlite(store) => store.write(work),
            #[cfg(feature = "postgres")]
            Self::Postgres(store) => store.write(work),
        }
    }

    /// The same for work that takes care of others beside it by the rows it locks.
    pub(super) fn write_beside<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T> {
        match self {
            Self::Sqlite(store) => store.write(work),
            #[cfg(feature = "postgres")]
            Self::Postgres(store) => store.write_beside(work),
        }
    }

    /// Writes a consistent copy to a file.
    pub(super) fn back_up_to(&self, path: &Path) -> Result<()> {
        match self {
            Self::Sqlite(store) => care::backup(&store.path, path),
            #[cfg(feature = "postgres")]
            Self::Postgres(store) => store.back_up_to(path),
        }
    }

    /// Sees to it that removed words are gone from disk too. Old versions of rows on PostgreSQL go when
    /// the server vacuums; its operator decides how soon.
    pub(super) fn forget_for_good(&self) -> Result<()> {
        match self {
            Self::Sqlite(store) => store.empty_log(),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Ok(()),
        }
    }

    /// The one connection that writes.
    #[cfg(test)]
    pub(super) fn writer(&self) -> std::sync::MutexGuard<'_, Connection> {
        match self {
            Self::Sqlite(store) => store.writer.lock().unwrap(),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => panic!("PostgreSQL has many"),
        }
    }
}

/// A SQLite file with one writer and a few readers.
pub(super) struct SqliteStore {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Readers,
}

impl SqliteStore {
    pub(super) fn new(path: &Path, writer: Connection) -> Self {
        Self {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            readers: Readers::new(path),
        }
    }
}

impl SqliteStore {
    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T> {
        let snapshot = |db: &Connection| {
            let tx = db.reading()?;
            work(&tx)
        };
        self.readers
            .with(snapshot)
            .map_err(|fault| explain(&self.path, fault))
    }

    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>) -> Result<T> {
        // A panic in the middle rolled its transaction back: the connection is sound.
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = || -> Result<T, Fault> {
            let tx = writer.writing()?;
            let done = work(&tx)?;
            tx.commit()?;
            Ok(done)
        };
        transaction().map_err(|fault| explain(&self.path, fault))
    }

    /// Moves what the log holds into the database and empties it. Readers in the middle of something
    /// delay it to the next time.
    fn empty_log(&self) -> Result<()> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(|error| explain(&self.path, error.into()))
    }
}
