//! The tables of single days into which PostgreSQL cuts what was fetched. What has its day in every key can be
//! cut so (`docs/adr/022`): a day that is over goes at once, whatever was in it, and leaves nothing to clean up.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use models::domain::{day_in_vietnam, day_start};
use postgres::error::SqlState;

use super::fault::Fault;
use crate::sql::{Connection, Dialect, Error, Result as Sql, Transaction};

/// What is cut; its numbers come from a sequence, for a table that is cut cannot have a column of identity.
pub(super) const CUT: &str = "captures";

/// How the names of days end: `captures_20261123`.
const NAMED: &str = "%Y%m%d";

/// How long dropping a day waits for those who read: everybody who comes later waits behind it.
const DROP_WAIT: &str = "1s";

/// Makes the tables of the days on which something was fetched. Does nothing on SQLite, which has one table.
pub(super) fn hold(tx: &Connection, moments: impl Iterator<Item = Timestamp>) -> Result<(), Fault> {
    if tx.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let days = moments.map(day_in_vietnam).collect::<BTreeSet<_>>();
    for day in days {
        let name = name(day);
        let is_there: bool = tx
            .prepare_cached("SELECT to_regclass(?1) IS NOT NULL")?
            .query_row([name.as_str()], |row| row.get(0))?;
        if !is_there {
            make(tx, &name, day)?;
        }
    }
    Ok(())
}

/// Beside the whole and then attached: making it within the whole would wait for everybody who reads, a dump
/// among them.
fn make(tx: &Connection, name: &str, day: Date) -> Result<(), Fault> {
    let (from, until) = (start(day), end(day));
    tx.execute_batch(&format!(
        "CREATE TABLE {name} (LIKE {CUT} INCLUDING INDEXES);
         ALTER TABLE {CUT} ATTACH PARTITION {name} FOR VALUES FROM ({from}) TO ({until})"
    ))?;
    tracing::debug!(table = name, "made a table for a day");
    Ok(())
}

/// Deletes what was fetched before a moment: whole days with their table, the hours of the last day row by row.
/// Where somebody is reading, tables are emptied, and go next time.
pub(super) fn forget(tx: &Transaction<'_>, before: Timestamp) -> Result<(), Fault> {
    let first_kept = day_in_vietnam(before);
    // First what nobody has to wait for.
    tx.prepare_cached("DELETE FROM captures WHERE fetched_at >= ?1 AND fetched_at < ?2")?
        .execute([start(first_kept), before.as_microsecond()])?;
    let mut held = tx.prepare_cached(
        "SELECT CAST(relname AS TEXT) FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
         WHERE inhparent = CAST('captures' AS REGCLASS) ORDER BY relname",
    )?;
    let held = held.query_map([], |row| row.get::<_, String>(0))?;
    // Who reads one of them reads the whole: it is waited for once.
    let mut is_free = true;
    for name in held.collect::<Sql<Vec<_>>>()? {
        if name >= self::name(first_kept) {
            break;
        }
        is_free = is_free && drop_table(tx, &name)?;
        if !is_free {
            tracing::info!(
                table = name,
                "the table of a day that is over is being read: emptied, and dropped next time"
            );
            tx.execute_batch(&format!("DELETE FROM {name}"))?;
        }
    }
    Ok(())
}

/// Whether nobody was reading it.
fn drop_table(tx: &Transaction<'_>, name: &str) -> Result<bool, Fault> {
    tx.execute_batch("SAVEPOINT day")?;
    let dropped = tx.execute_batch(&format!(
        "SET LOCAL lock_timeout = '{DROP_WAIT}'; DROP TABLE {name}; RELEASE SAVEPOINT day"
    ));
    match dropped {
        Ok(()) => {
            tracing::debug!(table = name, "dropped the table of a day");
            Ok(true)
        }
        Err(Error::Postgres(said)) if said.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {
            tx.execute_batch("ROLLBACK TO SAVEPOINT day; RELEASE SAVEPOINT day")?;
            Ok(false)
        }
        Err(other) => Err(other.into()),
    }
}

fn name(day: Date) -> String {
    format!("{CUT}_{}", day.strftime(NAMED))
}

/// The first moment of a day.
fn start(day: Date) -> i64 {
    day_start(day).as_microsecond()
}

/// The first moment of the next.
pub(super) fn end(day: Date) -> i64 {
    start(day.saturating_add(1.day()))
}
