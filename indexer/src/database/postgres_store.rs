//! The record on PostgreSQL, for several processes.
//!
//! Writers take turns by an advisory lock, as on SQLite: numbers of changes are then given in the order
//! in which they are committed, and whoever follows the record by them misses none. Leases of pages are
//! the exception; they step over the rows of others (`SKIP LOCKED`).

use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use postgres::Config;
use postgres::error::SqlState;

use super::fault::Fault;
use crate::duty::{Duty, Fence, Held, Term};
use crate::sql::tls::{self, Encryption};
use crate::sql::{self, Connection, Intent, PostgresConnection, Transaction};
use crate::{Error, Result};

/// Connections of one process at most; more work waits for one.
const MAX_CONNECTIONS: usize = 8;

/// How long the server may take to answer a connection.
const CONNECT_WAIT: Duration = Duration::from_secs(5);

/// A server that is gone without a word is noticed after about so long, on either side.
const SILENCE: Duration = Duration::from_secs(10);
const SILENCE_AGAIN: Duration = Duration::from_secs(5);
const SILENCES: u32 = 3;

/// Pauses before a server that could not be reached is tried again: the first, doubled each time, and the
/// longest. Whoever asks meanwhile is told at once.
const PAUSE_FIRST: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// The same silences, for the server to notice a leader that is gone.
const LEADER: &str = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; \
                      SET tcp_keepalives_count = 3";

/// How long a writer waits for its turn.
const LOCK_WAIT: &str = "SET lock_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'; \
                         SET client_min_messages = warning";

/// The lock that writers take, and the one of migrations: `LNGH` and a number.
const WRITERS: i64 = 0x4c4e_4748_0001;
const MIGRATION: i64 = 0x4c4e_4748_0002;

/// Each brings the schema to the next number; one that was released is never edited.
pub(super) const MIGRATIONS: [&str; 3] = [
    include_str!("postgres/0001_record.sql"),
    include_str!("postgres/0002_titles.sql"),
    include_str!("postgres/0003_days.sql"),
];

/// A PostgreSQL database.
pub(super) struct PostgresStore {
    config: Config,
    encryption: Encryption,
    place: PathBuf,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    n_lent: usize,
    /// How often in a row the server could not be reached, and when it is tried again.
    n_refused: u32,
    try_at: Option<Instant>,
}

impl PostgresStore {
    /// See [`SqlArchive::open_postgres`](super::SqlArchive::open_postgres).
    pub(super) fn open(address: &str) -> Result<Self> {
        let place = PathBuf::from(without_password(address));
        let (mut config, encryption) = tls::parse(address).map_err(|source| Error::Database {
            path: place.clone(),
            source,
        })?;
        config
            .connect_timeout(CONNECT_WAIT)
            .application_name("langnghe")
            .tcp_user_timeout(SILENCE + SILENCE_AGAIN * SILENCES)
            .keepalives_idle(SILENCE)
            .keepalives_interval(SILENCE_AGAIN)
            .keepalives_retries(SILENCES);
        let store = Self {
            config,
            encryption,
            place,
            state: Mutex::default(),
            returned: Condvar::new(),
        };
        store.migrate()?;
        Ok(store)
    }
}

/// An address as it may stand in messages.
fn without_password(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        // The other form: words like `host=… password=…`.
        let words = address.split_whitespace();
        let words = words.filter(|word| !word.starts_with("password="));
        return words.collect::<Vec<_>>().join(" ");
    };
    match rest.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{host}")
        }
        None => address.to_owned(),
    }
}

impl PostgresStore {
    fn migrate(&self) -> Result<()> {
        let step = |db: &Connection| -> Result<(), Fault> {
            let tx = db.begun();
            tx.execute("SELECT pg_advisory_xact_lock(?1)", [MIGRATION])?;
            tx.execute_batch(
                "CREATE TABLE IF NOT EXISTS langnghe_schema (one BIGINT PRIMARY KEY CHECK (one = 1),
                                                             version BIGINT NOT NULL)",
            )?;
            let found: i64 = tx.query_row(
                "SELECT coalesce(max(version), 0) FROM langnghe_schema",
                [],
                |row| row.get(0),
            )?;
            let known = MIGRATIONS.len() as i64;
            if found > known {
                return Err(Fault::Ours(Error::NewerSchema {
                    path: self.place.clone(),
                    found: u32::try_from(found).unwrap_or(u32::MAX),
                    known: MIGRATIONS.len() as u32,
                }));
            }
            let done = usize::try_from(found).unwrap_or_default();
            for migration in &MIGRATIONS[done..] {
                tx.execute_batch(migration)?;
            }
            tx.execute(
                "INSERT INTO langnghe_schema (one, version) VALUES (1, ?1)
                 ON CONFLICT (one) DO UPDATE SET version = excluded.version",
                [known],
            )?;
            tx.commit()?;
            if found < known {
                tracing::info!(schema.version = known, "record migrated");
            }
            Ok(())
        };
        self.with(Intent::Write, step)
    }

    /// A new connection; while the server cannot be reached it is not asked over and over.
    fn connect(&self) -> Result<Connection, Fault> {
        if let Some(at) = self.lock().try_at
            && let Some(wait) = at.checked_duration_since(Instant::now())
        {
            return Err(Fault::Ours(Error::Unreachable {
                path: self.place.clone(),
                detail: format!("tried again in {:.1} s", wait.as_secs_f64()),
            }));
        }
        let made = sql::outside(|| tls::connect(&self.config, &self.encryption));
        let mut state = self.lock();
        match made {
            Ok(client) => {
                if state.n_refused > 0 {
                    tracing::info!(
                        attempts = state.n_refused,
                        "the database can be reached again"
                    );
                }
                (state.n_refused, state.try_at) = (0, None);
                drop(state);
                let connection = Connection::Postgres(Box::new(PostgresConnection::new(client)));
                connection.execute_batch(LOCK_WAIT)?;
                Ok(connection)
            }
            Err(why) => {
                let doubled = PAUSE_FIRST.saturating_mul(1 << state.n_refused.min(10));
                let pause = doubled.min(PAUSE_MAX);
                state.n_refused = state.n_refused.saturating_add(1);
                state.try_at = Instant::now().checked_add(pause);
                let why = sql::Error::Postgres(why);
                tracing::warn!(
                    reason = %why,
                    attempts = state.n_refused,
                    "the database cannot be reached"
                );
                Err(Fault::Sql(why))
            }
        }
    }

    /// Runs a closure in a transaction that has begun, waiting for a connection when all are lent. The
    /// closure must not ask for another. A connection that broke is not lent again.
    fn with<T>(
        &self,
        intent: Intent,
        work: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T> {
        let done = self
            .lend_begun(intent)
            .and_then(|lent| match &lent.connection {
                Some(connection) => work(connection),
                None => Err(Fault::Sql(sql::Error::NoRows)),
            });
        done.map_err(|fault| explain(&self.place, fault))
    }

    /// A connection in a transaction. One that broke while it was idle is no trouble of whoever asks:
    /// nothing was done over it yet, so the next one is taken.
    fn lend_begun(&self, intent: Intent) -> Result<Lent<'_>, Fault> {
        loop {
            let lent = self.lend()?;
            let Some(connection) = &lent.connection else {
                return Err(Fault::Sql(sql::Error::NoRows));
            };
            match connection.begin(intent) {
                Ok(()) => return Ok(lent),
                Err(_) if connection.is_closed() && !lent.is_new => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// See [`SqlArchive::try_lead`](super::SqlArchive::try_lead).
    pub(super) fn try_lead(&self, duty: Duty) -> Result<Option<Term>> {
        let take = || -> Result<Option<Term>, Fault> {
            let session = self.connect()?;
            session.execute_batch(LEADER)?;
            let (is_ours, number): (bool, i64) = session.query_row(
                "SELECT pg_try_advisory_lock(?1), CAST(pg_backend_pid() AS BIGINT)",
                [duty.lock()],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            let fence = Fence {
                duty,
                session: number,
            };
            let held = Held {
                session: Mutex::new(session),
                fence,
            };
            Ok(is_ours.then_some(Term { held: Some(held) }))
        };
        take().map_err(|fault| explain(&self.place, fault))
    }

    /// See [`Store::refuse_if_over`](super::store::Store::refuse_if_over). The lock of writers is held
    /// by now, so nothing that a successor writes can come before this transaction's end.
    pub(super) fn refuse_if_over(&self, tx: &Transaction<'_>, fence: &Fence) -> Result<(), Fault> {
        let lock = fence.duty.lock();
        let holds = tx
            .prepare_cached(
                "SELECT 1 FROM pg_locks
                 WHERE locktype = 'advisory' AND granted AND CAST(pid AS BIGINT) = ?1
                     AND CAST(classid AS BIGINT) = ?2 AND CAST(objid AS BIGINT) = ?3 AND objsubid = 1",
            )?
            .exists([fence.session, lock >> 32, lock & 0xffff_ffff])?;
        if holds {
            return Ok(());
        }
        Err(Fault::Ours(Error::TakenOver {
            path: self.place.clone(),
            what: fence.duty.what(),
        }))
    }

    fn lend(&self) -> Result<Lent<'_>, Fault> {
        let mut state = self
            .returned
            .wait_while(self.lock(), |state| state.n_lent >= MAX_CONNECTIONS)
            .unwrap_or_else(PoisonError::into_inner);
        state.n_lent += 1;
        let mut idle = state.idle.pop();
        while idle.as_ref().is_some_and(Connection::is_closed) {
            idle = state.idle.pop();
        }
        drop(state);
        // Made before connecting, so that a failure gives the place back.
        let mut lent = Lent {
            store: self,
            is_new: idle.is_none(),
            connection: idle,
        };
        if lent.is_new {
            lent.connection = Some(self.connect()?);
        }
        Ok(lent)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Lent<'a> {
    store: &'a PostgresStore,
    is_new: bool,
    connection: Option<Connection>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let kept = self.connection.take().filter(|one| !one.is_closed());
        let mut state = self.store.lock();
        state.n_lent -= 1;
        state.idle.extend(kept);
        self.store.returned.notify_one();
    }
}

impl PostgresStore {
    pub(super) fn place(&self) -> &Path {
        &self.place
    }

    pub(super) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T> {
        self.with(Intent::Read, |db| work(&db.begun()))
    }

    pub(super) fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T> {
        self.write_beside(|tx| {
            tx.execute("SELECT pg_advisory_xact_lock(?1)", [WRITERS])?;
            work(tx)
        })
    }

    pub(super) fn write_beside<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T> {
        self.with(Intent::Write, |db| {
            let tx = db.begun();
            let done = work(&tx)?;
            tx.commit()?;
            Ok(done)
        })
    }

    pub(super) fn back_up_to(&self, path: &Path) -> Result<()> {
        Err(Error::Unstorable {
            what: "a copy of a PostgreSQL database",
            detail: format!(
                "dump it with `pg_dump --format=custom --file={} {}` instead",
                path.display(),
                self.place.display()
            ),
        })
    }
}

/// Says what happened to the database and what to do about it.
fn explain(place: &Path, fault: Fault) -> Error {
    let path = place.to_owned();
    let source = match fault {
        Fault::Ours(error) => return error,
        Fault::Sql(error) => error,
    };
    let code = match &source {
        sql::Error::Postgres(said) => said.code().cloned(),
        _ => None,
    };
    if is_unreachable(&source, code.as_ref()) {
        return Error::Unreachable {
            path,
            detail: source.to_string(),
        };
    }
    match code {
        Some(SqlState::LOCK_NOT_AVAILABLE | SqlState::T_R_DEADLOCK_DETECTED) => {
            Error::Locked { path }
        }
        Some(SqlState::READ_ONLY_SQL_TRANSACTION | SqlState::INSUFFICIENT_PRIVILEGE) => {
            Error::ReadOnly { path }
        }
        Some(SqlState::DISK_FULL) => Error::Full { path },
        Some(SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED) => Error::Corrupt {
            path,
            detail: source.to_string(),
        },
        _ => match source {
            sql::Error::Unreadable(detail) => Error::Unreadable {
                path,
                what: "value",
                detail,
            },
            source => Error::Database {
                path,
                source: Box::new(source),
            },
        },
    }
}

/// Whether the server is gone, going or coming, rather than of another mind.
fn is_unreachable(source: &sql::Error, code: Option<&SqlState>) -> bool {
    const CONNECTION_CLASS: &str = "08";
    let passing = [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::TOO_MANY_CONNECTIONS,
    ];
    match (source, code) {
        (_, Some(code)) => passing.contains(code) || code.code().starts_with(CONNECTION_CLASS),
        (sql::Error::Postgres(said), None) => {
            let mut why = std::error::Error::source(said);
            while let Some(deeper) = why {
                if deeper.is::<std::io::Error>() {
                    return true;
                }
                why = deeper.source();
            }
            said.is_closed()
        }
        (_, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn passwords_reach_no_message() {
        for (address, shown) in [
            (
                "postgres://an:mat%20khau@db:5432/langnghe",
                "postgres://an@db:5432/langnghe",
            ),
            ("postgres://an:a@b@db/x", "postgres://an@db/x"),
            ("postgres://db/x", "postgres://db/x"),
            (
                "host=/run user=an password=x dbname=y",
                "host=/run user=an dbname=y",
            ),
        ] {
            assert_eq!(without_password(address), shown);
        }
    }
}
