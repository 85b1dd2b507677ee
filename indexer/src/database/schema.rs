//! Numbered migrations, forward only.

use std::path::Path;

use rusqlite::Connection as Sqlite;

use super::fault::Fault;
use crate::Error;
use crate::sql::Connection;

/// Each brings the schema from its position to the next number; one that was released is never
/// edited.
const MIGRATIONS: [&str; 23] = [
    include_str!("migrations/0001_record.sql"),
    include_str!("migrations/0002_queue.sql"),
    include_str!("migrations/0003_looks.sql"),
    include_str!("migrations/0004_deliveries.sql"),
    include_str!("migrations/0005_hotline.sql"),
    include_str!("migrations/0006_behind.sql"),
    include_str!("migrations/0007_reasons.sql"),
    include_str!("migrations/0008_editions.sql"),
    include_str!("migrations/0009_hindsight.sql"),
    include_str!("migrations/0010_outbox.sql"),
    include_str!("migrations/0011_scores.sql"),
    include_str!("migrations/0012_indicators.sql"),
    include_str!("migrations/0013_forecasts.sql"),
    include_str!("migrations/0014_comparisons.sql"),
    include_str!("migrations/0015_boundaries.sql"),
    include_str!("migrations/0016_desk.sql"),
    include_str!("migrations/0017_accounts.sql"),
    include_str!("migrations/0018_bounces.sql"),
    include_str!("migrations/0019_requests.sql"),
    include_str!("migrations/0020_alerts.sql"),
    include_str!("migrations/0021_desk_book.sql"),
    include_str!("migrations/0022_drafts.sql"),
    include_str!("migrations/0023_titles.sql"),
];

/// The schema this release writes.
pub(super) const CURRENT: u32 = MIGRATIONS.len() as u32;

/// The schema from which on published digests name their words by number.
const WORDS_BY_NUMBER: u32 = 8;

/// `LNGH`, which marks a SQLite file as ours.
const APPLICATION_ID: i64 = 0x4c4e_4748;

/// Brings the database to the current schema, one transaction a step.
pub(super) fn migrate(connection: &Connection) -> Result<(), Fault> {
    let Some(db) = connection.sqlite() else {
        return Ok(());
    };
    // Looked at without the right to write first: a command beside a busy `serve` need not wait.
    while version(db)? < CURRENT {
        let step = connection.writing()?;
        let found = version(db)?;
        // Another process may have taken the step meanwhile.
        if found >= CURRENT {
            break;
        }
        take(&step, found + 1)?;
        db.pragma_update(None, "user_version", found + 1)?;
        step.commit()?;
        tracing::info!(schema.version = found + 1, "record migrated");
    }
    Ok(())
}

/// Takes the step to a schema.
fn take(step: &Connection, to: u32) -> Result<(), Fault> {
    if let Some(migration) = MIGRATIONS.get(to.saturating_sub(1) as usize) {
        step.execute_batch(migration)?;
    }
    if to == WORDS_BY_NUMBER {
        super::words::convert(step)?;
    }
    Ok(())
}

/// Takes the step to a schema, for records of the past.
#[cfg(test)]
pub(super) fn step(db: &Connection, to: usize) -> crate::sql::Result<()> {
    take(db, to as u32).map_err(|fault| match fault {
        Fault::Sql(error) => error,
        Fault::Ours(error) => crate::sql::Error::Unreadable(error.to_string()),
    })
}

/// The schema on disk, 0 for a new file.
pub(super) fn version(connection: &Sqlite) -> Result<u32, Fault> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// The schema of an open record.
pub(super) fn known(db: &Connection) -> Result<u32, Fault> {
    db.sqlite().map_or(Ok(CURRENT), version)
}

/// Refuses a newer schema, and a database of another program.
pub(super) fn check_ours(path: &Path, connection: &Sqlite) -> Result<(), Fault> {
    let found = version(connection)?;
    // Tables first: one that another process is just making is marked before it can be seen.
    let n_tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let id: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if n_tables > 0 && id != APPLICATION_ID {
        return Err(Fault::Ours(Error::Foreign {
            path: path.to_owned(),
        }));
    }
    if found > CURRENT {
        return Err(Fault::Ours(Error::NewerSchema {
            path: path.to_owned(),
            found,
            known: CURRENT,
        }));
    }
    Ok(())
}
