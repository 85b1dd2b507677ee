//! Numbered migrations, forward only.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::fault::Fault;
use crate::Error;

/// Each brings the schema from its position to the next number; one that was released is never
/// edited.
const MIGRATIONS: [&str; 17] = [
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
];

/// The schema this release writes.
pub(super) const CURRENT: u32 = MIGRATIONS.len() as u32;

/// The schema from which on published digests name their words by number.
const WORDS_BY_NUMBER: u32 = 8;

/// `LNGH`, which marks a SQLite file as ours.
const APPLICATION_ID: i64 = 0x4c4e_4748;

/// Brings the database to the current schema, one transaction a step.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Fault> {
    // Looked at without the right to write first: a command beside a busy `serve` need not wait.
    while version(connection)? < CURRENT {
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found = version(&step)?;
        // Another process may have taken the step meanwhile.
        let Some(migration) = MIGRATIONS.get(found as usize) else {
            break;
        };
        step.execute_batch(migration)?;
        if found + 1 == WORDS_BY_NUMBER {
            super::words::convert(&step)?;
        }
        step.pragma_update(None, "user_version", found + 1)?;
        step.commit()?;
        tracing::info!(schema.version = found + 1, "record migrated");
    }
    Ok(())
}

/// The schema on disk, 0 for a new file.
pub(super) fn version(connection: &Connection) -> Result<u32, Fault> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Refuses a newer schema, and a database of another program.
pub(super) fn check_ours(path: &Path, connection: &Connection) -> Result<(), Fault> {
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
