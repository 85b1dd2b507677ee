//! Derived state: which concern a mention belongs to, and how concerns stood each day.

use std::collections::HashMap;

use jiff::civil::Date;
use models::domain::{Concern, ConcernId};
use rusqlite::{Connection, OptionalExtension, Result as Sql, Transaction, params};
use sha2::{Digest as _, Sha256};

use super::fault::{Fault, unreadable};
use super::rows::{day as day_of, span};
use crate::archive::{Grouped, Grouping};
use crate::shapes::{Complaint, ConcernShape, from_json, to_json};

/// See [`Archive::save_grouping`](crate::Archive::save_grouping).
pub(super) fn save_grouping(tx: &Transaction<'_>, grouping: &Grouping) -> Result<Grouped, Fault> {
    let grouped = save_assignments(tx, grouping)?;
    save_states(tx, grouping)?;
    tx.execute(
        "INSERT OR IGNORE INTO grouped_days (day) VALUES (?1)",
        [grouping.day.to_string()],
    )?;
    Ok(grouped)
}

fn save_assignments(tx: &Transaction<'_>, grouping: &Grouping) -> Result<Grouped, Fault> {
    let (start, end) = span(grouping.day, grouping.day);
    tx.execute(
        "DELETE FROM mention_concerns WHERE mention IN
             (SELECT pk FROM mentions WHERE moment >= ?1 AND moment < ?2)",
        [start, end],
    )?;
    let mut insert = tx.prepare_cached(
        "INSERT OR REPLACE INTO mention_concerns (mention, concern)
         SELECT pk, ?2 FROM mentions WHERE id = ?1 AND moment >= ?3 AND moment < ?4",
    )?;
    let mut grouped = Grouped::default();
    for (mention, concern) in &grouping.assignments {
        match insert.execute(params![mention.as_str(), concern.as_str(), start, end])? {
            0 => grouped.n_skipped += 1,
            _ => grouped.n_assigned += 1,
        }
    }
    Ok(grouped)
}

/// Writes what differs from the state of the day before: changed concerns, and a row without a body
/// for those that are followed no longer.
fn save_states(tx: &Transaction<'_>, grouping: &Grouping) -> Result<(), Fault> {
    let day = grouping.day.to_string();
    tx.execute("DELETE FROM concern_states WHERE day = ?1", [&day])?;
    let mut before = hashes_at(tx, &day)?;
    let mut insert = tx.prepare_cached(
        "INSERT OR REPLACE INTO concern_states (concern, day, body, hash) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for concern in &grouping.concerns {
        let body = to_json("concern", &ConcernShape::from(concern))?;
        let hash: [u8; 32] = Sha256::digest(body.as_bytes()).into();
        if before.remove(concern.id.as_str()) != Some(hash) {
            insert.execute(params![concern.id.as_str(), day, body, hash])?;
        }
    }
    for dropped in before.keys() {
        insert.execute(params![dropped, day, None::<String>, None::<[u8; 32]>])?;
    }
    Ok(())
}

/// The latest row of each concern up to a day. SQLite takes the other columns from the row that has
/// the maximum.
const LATEST_UP_TO: &str = "SELECT max(day), concern, pk FROM concern_states WHERE day <= ?1
                            GROUP BY concern";

fn hashes_at(db: &Connection, day: &str) -> Result<HashMap<String, [u8; 32]>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT s.concern, s.hash FROM ({LATEST_UP_TO}) latest
         JOIN concern_states s ON s.pk = latest.pk WHERE s.body IS NOT NULL"
    ))?;
    let found = statement.query_map([day], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn concerns_at(db: &Connection, day: Date) -> Result<Vec<Concern>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT s.body FROM ({LATEST_UP_TO}) latest
         JOIN concern_states s ON s.pk = latest.pk WHERE s.body IS NOT NULL ORDER BY s.concern"
    ))?;
    let found = statement.query_map([day.to_string()], |row| body(row, 0))?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn last_grouped_day(db: &Connection) -> Result<Option<Date>, Fault> {
    Ok(db
        .query_row(
            "SELECT day FROM grouped_days ORDER BY day DESC LIMIT 1",
            [],
            |row| day_of(row, 0),
        )
        .optional()?)
}

pub(super) fn concern(db: &Connection, id: &ConcernId) -> Result<Option<Concern>, Fault> {
    state_up_to(db, id.as_str(), "9999-12-31")
}

fn state_up_to(db: &Connection, id: &str, day: &str) -> Result<Option<Concern>, Fault> {
    Ok(db
        .prepare_cached(
            "SELECT body FROM concern_states
             WHERE concern = ?1 AND day <= ?2 AND body IS NOT NULL ORDER BY day DESC LIMIT 1",
        )?
        .query_row([id, day], |row| body(row, 0))
        .optional()?)
}

pub(super) fn concerns_active(
    db: &Connection,
    from: Date,
    to: Date,
) -> Result<Vec<Concern>, Fault> {
    let (start, end) = span(from, to);
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT c.concern FROM mentions m JOIN mention_concerns c ON c.mention = m.pk
         WHERE m.moment >= ?1 AND m.moment < ?2 ORDER BY 1",
    )?;
    let ids = statement.query_map([start, end], |row| row.get::<_, String>(0))?;
    let last = to.to_string();
    let mut active = Vec::new();
    for id in ids {
        active.extend(state_up_to(db, &id?, &last)?);
    }
    Ok(active)
}

fn body(row: &rusqlite::Row<'_>, column: usize) -> Sql<Concern> {
    let read = |json: &str| -> Result<Concern, Complaint> {
        Concern::try_from(from_json::<ConcernShape>(json)?)
    };
    read(row.get_ref(column)?.as_str()?).map_err(|why| unreadable(column, why))
}
