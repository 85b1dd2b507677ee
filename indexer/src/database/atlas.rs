//! Boundaries of units.

use crate::sql::{Connection, OptionalExtension, Transaction, params};
use jiff::Timestamp;
use models::boundary::UnitBoundary;

use super::fault::{Fault, unreadable};
use super::rows::{moment, number};
use crate::atlas::SavedBoundaries;
use crate::shapes::{BoundaryShape, from_json, to_json};

pub(super) fn save(
    tx: &Transaction<'_>,
    boundaries: &[UnitBoundary],
    attribution: &str,
    at: Timestamp,
) -> Result<u64, Fault> {
    let shapes = boundaries.iter().map(BoundaryShape::from);
    let body = to_json("boundaries", &shapes.collect::<Vec<_>>())?;
    let version = tx
        .prepare_cached(
            "INSERT INTO boundaries (saved_at, attribution, body) VALUES (?1, ?2, ?3) RETURNING pk",
        )?
        .query_row(params![at.as_microsecond(), attribution, body], |row| {
            row.get(0)
        })?;
    Ok(number(version))
}

pub(super) fn latest(db: &Connection) -> Result<Option<SavedBoundaries>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT pk, saved_at, attribution, body FROM boundaries ORDER BY pk DESC LIMIT 1",
    )?;
    let found = statement.query_row([], |row| {
        let shapes = from_json::<Vec<BoundaryShape>>(row.get_ref(3)?.as_str()?);
        let units = shapes.and_then(|shapes| {
            let units = shapes.into_iter().map(UnitBoundary::try_from);
            units.collect::<Result<Vec<_>, _>>()
        });
        Ok(SavedBoundaries {
            version: number(row.get(0)?),
            saved_at: moment(row, 1)?,
            attribution: row.get(2)?,
            units: units.map_err(|why| unreadable(3, why))?,
        })
    });
    Ok(found.optional()?)
}
