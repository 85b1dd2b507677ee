//! Derived state: which concern a mention belongs to, and how concerns stood each day.

use std::collections::{BTreeMap, HashMap};

use crate::sql::{Connection, Dialect, OptionalExtension, Result as Sql, Transaction, params};
use jiff::ToSpan;
use jiff::civil::Date;
use models::domain::{Channel, Concern, ConcernId};
use sha2::{Digest as _, Sha256};

use super::fault::{Fault, unreadable};
use super::past;
use super::rows::{day as day_of, span};
use crate::archive::{ConcernState, Grouped, Grouping, KnownStates};
use crate::shapes::{Complaint, ConcernShape, from_json, to_json};

/// See [`Archive::save_grouping`](crate::Archive::save_grouping). Only what differs is written, under
/// the next number of a grouping; what an edition has read is kept.
pub(super) fn save_grouping(tx: &Transaction<'_>, grouping: &Grouping) -> Result<Grouped, Fault> {
    let day = grouping.day.to_string();
    let known: i64 = tx.query_row("SELECT grouping FROM history", [], |row| row.get(0))?;
    let writing = Writing {
        number: known + 1,
        read_up_to: past::groupings_read(tx, &day)?,
        day,
    };
    let (mut grouped, n_moved) = writing.save_assignments(tx, grouping)?;
    let n_states = writing.save_states(tx, grouping)?;
    let is_changed = n_moved + n_states > 0;
    if is_changed {
        tx.execute("UPDATE history SET grouping = ?1", [writing.number])?;
    }
    grouped.number = super::rows::number(if is_changed { writing.number } else { known });
    tx.execute(
        "INSERT INTO grouped_days (day, correction) VALUES (?1, ?2)
         ON CONFLICT (day) DO UPDATE SET correction = ?2",
        params![writing.day, grouping.correction.cast_signed()],
    )?;
    Ok(grouped)
}

/// A grouping that is being written.
struct Writing {
    day: String,
    number: i64,
    /// Rows up to this number were read by an edition.
    read_up_to: Option<i64>,
}

impl Writing {
    fn was_read(&self, since: i64) -> bool {
        self.read_up_to.is_some_and(|up_to| since <= up_to)
    }

    /// Gives with what was done the number of mentions whose concern is another now.
    fn save_assignments(
        &self,
        tx: &Transaction<'_>,
        grouping: &Grouping,
    ) -> Result<(Grouped, usize), Fault> {
        let (start, end) = span(grouping.day, grouping.day);
        let assignments = grouping.assignments.iter();
        let mut wanted: HashMap<&str, &str> = assignments
            .map(|(mention, concern)| (mention.as_str(), concern.as_str()))
            .collect();
        let mut of_day = tx.prepare_cached(
            "SELECT m.pk, m.id, c.concern, c.since FROM mentions m
             LEFT JOIN mention_concerns c ON c.mention = m.pk
             WHERE m.moment >= ?1 AND m.moment < ?2",
        )?;
        let rows = of_day.query_map([start, end], |row| {
            let (pk, id): (i64, String) = (row.get(0)?, row.get(1)?);
            let (concern, since): (Option<String>, Option<i64>) = (row.get(2)?, row.get(3)?);
            Ok((pk, id, concern.zip(since)))
        })?;
        let mut grouped = Grouped::default();
        let mut n_moved = 0;
        for row in rows.collect::<Sql<Vec<_>>>()? {
            let (pk, id, known) = row;
            let concern = wanted.remove(id.as_str());
            grouped.n_assigned += usize::from(concern.is_some());
            if known.as_ref().map(|(concern, _)| concern.as_str()) != concern {
                self.move_mention(tx, pk, known, concern)?;
                n_moved += 1;
            }
        }
        grouped.n_skipped = wanted.len();
        Ok((grouped, n_moved))
    }

    fn move_mention(
        &self,
        tx: &Transaction<'_>,
        pk: i64,
        known: Option<(String, i64)>,
        concern: Option<&str>,
    ) -> Result<(), Fault> {
        if let Some((known, since)) = known.filter(|(_, since)| self.was_read(*since)) {
            tx.prepare_cached(
                "INSERT INTO past_mention_concerns (mention, concern, since, until)
                 VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            )?
            .execute(params![pk, known, since, self.number])?;
        }
        match concern {
            Some(concern) => tx
                .prepare_cached(
                    "INSERT INTO mention_concerns (mention, concern, since) VALUES (?1, ?2, ?3)
                     ON CONFLICT (mention) DO UPDATE
                     SET concern = excluded.concern, since = excluded.since",
                )?
                .execute(params![pk, concern, self.number])?,
            None => tx
                .prepare_cached("DELETE FROM mention_concerns WHERE mention = ?1")?
                .execute([pk])?,
        };
        Ok(())
    }

    /// Writes what differs from the state of the day before: changed concerns, and a row without a
    /// body for those that are followed no longer. Gives the number of rows that are other now.
    fn save_states(&self, tx: &Transaction<'_>, grouping: &Grouping) -> Result<usize, Fault> {
        let mut of_day = tx
            .prepare_cached("SELECT pk, concern, hash, since FROM concern_states WHERE day = ?1")?;
        let rows = of_day.query_map([&self.day], |row| {
            let (pk, since): (i64, i64) = (row.get(0)?, row.get(3)?);
            Ok((row.get::<_, String>(1)?, (pk, row.get(2)?, since)))
        })?;
        let mut known: HashMap<String, (i64, Option<[u8; 32]>, i64)> = rows.collect::<Sql<_>>()?;
        let mut before = hashes_at(tx, &grouping.day.saturating_sub(1.day()).to_string())?;
        let mut n_changed = 0;
        for concern in &grouping.concerns {
            let body = to_json("concern", &ConcernShape::from(concern))?;
            let hash: [u8; 32] = Sha256::digest(body.as_bytes()).into();
            if before.remove(concern.id.as_str()) != Some(hash) {
                let stands = known.remove(concern.id.as_str());
                n_changed +=
                    self.write_state(tx, concern.id.as_str(), stands, Some((body, hash)))?;
            }
        }
        for dropped in before.keys() {
            let stands = known.remove(dropped);
            n_changed += self.write_state(tx, dropped, stands, None)?;
        }
        for (pk, _, since) in known.into_values() {
            self.keep_state(tx, pk, since)?;
            tx.prepare_cached("DELETE FROM concern_states WHERE pk = ?1")?
                .execute([pk])?;
            n_changed += 1;
        }
        Ok(n_changed)
    }

    /// Puts a state in the place of the one that stands (its key, hash and grouping), unless it is the
    /// same; gives 1 when it is another.
    fn write_state(
        &self,
        tx: &Transaction<'_>,
        concern: &str,
        stands: Option<(i64, Option<[u8; 32]>, i64)>,
        state: Option<(String, [u8; 32])>,
    ) -> Result<usize, Fault> {
        let (body, hash) = state.unzip();
        if let Some((pk, known, since)) = stands {
            if known == hash {
                return Ok(0);
            }
            self.keep_state(tx, pk, since)?;
        }
        tx.prepare_cached(
            "INSERT INTO concern_states (concern, day, body, hash, since)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (concern, day) DO UPDATE
             SET body = excluded.body, hash = excluded.hash, since = excluded.since",
        )?
        .execute(params![concern, self.day, body, hash, self.number])?;
        Ok(1)
    }

    fn keep_state(&self, tx: &Transaction<'_>, pk: i64, since: i64) -> Result<(), Fault> {
        if self.was_read(since) {
            tx.prepare_cached(
                "INSERT INTO past_concern_states (concern, day, body, since, until)
                 SELECT concern, day, body, since, CAST(?2 AS BIGINT) FROM concern_states WHERE pk = ?1",
            )?
            .execute([pk, self.number])?;
        }
        Ok(())
    }
}

/// The day of the latest row of each concern up to a day.
const LATEST_UP_TO: &str = "SELECT concern, max(day) AS day FROM concern_states WHERE day <= ?1
                            GROUP BY concern";

fn hashes_at(db: &Connection, day: &str) -> Result<HashMap<String, [u8; 32]>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT s.concern, s.hash FROM ({LATEST_UP_TO}) latest
         JOIN concern_states s ON s.concern = latest.concern AND s.day = latest.day
         WHERE s.body IS NOT NULL"
    ))?;
    let found = statement.query_map([day], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn concerns_at(db: &Connection, day: Date) -> Result<Vec<Concern>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT s.body FROM ({LATEST_UP_TO}) latest
         JOIN concern_states s ON s.concern = latest.concern AND s.day = latest.day
         WHERE s.body IS NOT NULL ORDER BY s.concern"
    ))?;
    let found = statement.query_map([day.to_string()], |row| body(row, 0))?;
    Ok(found.collect::<Sql<_>>()?)
}

/// See [`Archive::states_at`](crate::Archive::states_at).
pub(super) fn states_at(
    db: &Connection,
    day: Date,
    known: &KnownStates,
) -> Result<Vec<ConcernState>, Fault> {
    let mut standing = db.prepare_cached(&format!(
        "SELECT s.concern, s.hash, s.pk FROM ({LATEST_UP_TO}) latest
         JOIN concern_states s ON s.concern = latest.concern AND s.day = latest.day
         WHERE s.body IS NOT NULL ORDER BY s.concern"
    ))?;
    let standing = standing.query_map([day.to_string()], |row| {
        let id = ConcernId::new(row.get::<_, String>(0)?);
        Ok((id, row.get(1)?, row.get::<_, i64>(2)?))
    })?;
    let mut state =
        db.prepare_cached("SELECT body FROM concern_states WHERE pk = ?1 AND body IS NOT NULL")?;
    let mut states = Vec::new();
    for (id, digest, pk) in standing.collect::<Sql<Vec<_>>>()? {
        let is_known = known.get(&id) == Some(&digest);
        let concern = if is_known {
            None
        } else {
            state.query_row([pk], |row| body(row, 0)).optional()?
        };
        // A grouping may have dropped it meanwhile.
        if is_known || concern.is_some() {
            states.push(ConcernState {
                id,
                digest,
                concern,
            });
        }
    }
    Ok(states)
}

/// See [`Archive::heeded`](crate::Archive::heeded).
pub(super) fn heeded(db: &Connection) -> Result<u64, Fault> {
    let heeded = db.query_row("SELECT heeded FROM history", [], |row| row.get(0))?;
    Ok(super::rows::number(heeded))
}

pub(super) fn set_heeded(tx: &Transaction<'_>, seq: u64) -> Result<(), Fault> {
    tx.execute("UPDATE history SET heeded = ?1", [seq.cast_signed()])?;
    Ok(())
}

/// See [`Archive::grouped_days`](crate::Archive::grouped_days).
pub(super) fn grouped_days(db: &Connection) -> Result<Vec<(Date, u64)>, Fault> {
    let mut statement =
        db.prepare_cached("SELECT day, correction FROM grouped_days ORDER BY day")?;
    let found = statement.query_map([], |row| {
        Ok((day_of(row, 0)?, super::rows::number(row.get(1)?)))
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

/// See [`Archive::latest_grouping`](crate::Archive::latest_grouping).
pub(super) fn latest_grouping(db: &Connection) -> Result<u64, Fault> {
    let latest = db.query_row("SELECT grouping FROM history", [], |row| row.get(0))?;
    Ok(super::rows::number(latest))
}

/// See [`Archive::voices_by_channel`](crate::Archive::voices_by_channel).
pub(super) fn voices_by_channel(
    db: &Connection,
    from: Date,
) -> Result<Vec<(ConcernId, Channel, u64)>, Fault> {
    let (start, _) = span(from, from);
    let mut statement = db.prepare_cached(
        "SELECT c.concern, m.channel, count(*) FROM mentions m
         JOIN mention_concerns c ON c.mention = m.pk
         WHERE m.moment >= ?1 GROUP BY c.concern, m.channel ORDER BY 1, 2",
    )?;
    let found = statement.query_map([start], |row| {
        Ok((
            ConcernId::new(row.get::<_, String>(0)?),
            super::rows::code(row, 1, "channel", Channel::from_code)?,
            super::rows::number(row.get(2)?),
        ))
    })?;
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

/// See [`Archive::parts_of`](crate::Archive::parts_of).
pub(super) fn parts_of(db: &Connection, id: &ConcernId) -> Result<Vec<Concern>, Fault> {
    let part_of = match db.dialect() {
        Dialect::Sqlite => "json_extract(body, '$.part_of')",
        #[cfg(feature = "postgres")]
        Dialect::Postgres => "body ->> 'part_of'",
    };
    let mut linked = db.prepare_cached(&format!(
        "SELECT DISTINCT concern FROM concern_states
         WHERE {part_of} = ?1 AND {part_of} IS NOT NULL"
    ))?;
    let mut parts: BTreeMap<String, Concern> = BTreeMap::new();
    let mut wholes = vec![id.to_string()];
    while let Some(whole) = wholes.pop() {
        let found = linked.query_map([&whole], |row| row.get::<_, String>(0))?;
        for part in found.collect::<Sql<Vec<_>>>()? {
            // A grouping may have taken a link back since.
            let state = state_up_to(db, &part, "9999-12-31")?;
            let is_part = |state: &Concern| {
                let now = state.part_of.as_ref();
                now.is_some_and(|now| now.as_str() == whole)
            };
            if let Some(state) = state.filter(|state| is_part(state) && !parts.contains_key(&part))
            {
                wholes.push(part.clone());
                parts.insert(part, state);
            }
        }
    }
    Ok(parts.into_values().collect())
}

/// A concern in a column.
pub(super) fn body(row: &crate::sql::Row<'_>, column: usize) -> Sql<Concern> {
    let read = |json: &str| -> Result<Concern, Complaint> {
        Concern::try_from(from_json::<ConcernShape>(json)?)
    };
    read(row.get_ref(column)?.as_str()?).map_err(|why| unreadable(column, why))
}

/// See [`Archive::concern_states`](crate::Archive::concern_states).
pub(super) fn states(db: &Connection, id: &ConcernId) -> Result<Vec<(Date, Concern)>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT day, body FROM concern_states WHERE concern = ?1 AND body IS NOT NULL ORDER BY day",
    )?;
    let found = statement.query_map([id.as_str()], |row| Ok((day_of(row, 0)?, body(row, 1)?)))?;
    Ok(found.collect::<Sql<_>>()?)
}
