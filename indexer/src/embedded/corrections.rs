//! What officers corrected; numbered, never changed.

use jiff::Timestamp;
use models::domain::{Correction, CorrectionChange};
use rusqlite::{Connection, Result as Sql, params};

use super::fault::{Fault, unreadable};
use super::rows::{moment, number};
use crate::shapes::{CorrectionShape, from_json, to_json};

pub(super) fn add(
    tx: &Connection,
    made_at: Timestamp,
    officer: &str,
    reason: &str,
    change: CorrectionChange,
) -> Result<Correction, Fault> {
    let json = to_json("correction", &CorrectionShape::from(&change))?;
    tx.execute(
        "INSERT INTO corrections (made_at, officer, reason, change) VALUES (?1, ?2, ?3, ?4)",
        params![made_at.as_microsecond(), officer, reason, json],
    )?;
    Ok(Correction {
        seq: number(tx.last_insert_rowid()),
        made_at,
        officer: officer.to_owned(),
        reason: reason.to_owned(),
        change,
    })
}

pub(super) fn all(db: &Connection) -> Result<Vec<Correction>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT seq, made_at, officer, reason, change FROM corrections ORDER BY seq",
    )?;
    let found = statement.query_map([], |row| {
        let change = from_json::<CorrectionShape>(row.get_ref(4)?.as_str()?)
            .and_then(CorrectionChange::try_from)
            .map_err(|why| unreadable(4, why))?;
        Ok(Correction {
            seq: number(row.get(0)?),
            made_at: moment(row, 1)?,
            officer: row.get(2)?,
            reason: row.get(3)?,
            change,
        })
    })?;
    Ok(found.collect::<Sql<_>>()?)
}
