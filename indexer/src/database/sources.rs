//! What is remembered of sources: fetch states, health, visited addresses, requests.

use crate::sql::{Connection, OptionalExtension, Result as Sql, Row, params};
use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{FetchState, HealthStatus, SourceDay, SourceHealth, SourceId, day_in_vietnam};
use sha2::{Digest as _, Sha256};

use super::fault::Fault;
use super::rows::{at_most, code, day, micros, moment, number, optional_moment, span};
use crate::archive::{FetchRequest, MOMENTS_MAX};

const STATE_COLUMNS: &str = "source, etag, last_modified, cursor, fetched_at, changed_at, next_at,
                             n_failures, entries_per_day, behind_since";

pub(super) fn save_fetch_state(
    tx: &Connection,
    source: &SourceId,
    state: &FetchState,
) -> Result<(), Fault> {
    tx.prepare_cached(&format!(
        "INSERT INTO fetch_states ({STATE_COLUMNS})
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (source) DO UPDATE SET etag = excluded.etag,
             last_modified = excluded.last_modified, cursor = excluded.cursor,
             fetched_at = excluded.fetched_at, changed_at = excluded.changed_at,
             next_at = excluded.next_at, n_failures = excluded.n_failures,
             entries_per_day = excluded.entries_per_day, behind_since = excluded.behind_since"
    ))?
    .execute(params![
        source.as_str(),
        state.etag,
        state.last_modified,
        state.cursor,
        micros(state.fetched_at),
        micros(state.changed_at),
        micros(state.next_at),
        state.n_failures,
        state
            .entries_per_day
            .filter(|rate| rate.is_finite())
            .map(f64::from),
        micros(state.behind_since),
    ])?;
    Ok(())
}

pub(super) fn fetch_state(db: &Connection, source: &SourceId) -> Result<FetchState, Fault> {
    let found = db
        .prepare_cached(&format!(
            "SELECT {STATE_COLUMNS} FROM fetch_states WHERE source = ?1"
        ))?
        .query_row([source.as_str()], state)
        .optional()?;
    Ok(found.map(|(_, state)| state).unwrap_or_default())
}

pub(super) fn fetch_states(db: &Connection) -> Result<Vec<(SourceId, FetchState)>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {STATE_COLUMNS} FROM fetch_states ORDER BY source"
    ))?;
    let found = statement.query_map([], state)?;
    Ok(found.collect::<Sql<_>>()?)
}

fn state(row: &Row<'_>) -> Sql<(SourceId, FetchState)> {
    let state = FetchState {
        etag: row.get(1)?,
        last_modified: row.get(2)?,
        cursor: row.get(3)?,
        fetched_at: optional_moment(row, 4)?,
        changed_at: optional_moment(row, 5)?,
        next_at: optional_moment(row, 6)?,
        n_failures: row.get(7)?,
        entries_per_day: row.get::<_, Option<f64>>(8)?.map(|rate| rate as f32),
        behind_since: optional_moment(row, 9)?,
    };
    Ok((SourceId::new(row.get::<_, String>(0)?), state))
}

const HEALTH_COLUMNS: &str = "source, observed_at, status, detail, newest_entry_at, n_new";

pub(super) fn insert_health(tx: &Connection, health: &SourceHealth) -> Result<(), Fault> {
    tx.prepare_cached(&format!(
        "INSERT INTO source_health ({HEALTH_COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (source, observed_at) DO UPDATE SET status = excluded.status,
             detail = excluded.detail, newest_entry_at = excluded.newest_entry_at,
             n_new = excluded.n_new"
    ))?
    .execute(params![
        health.source.as_str(),
        health.observed_at.as_microsecond(),
        health.status.code(),
        health.detail,
        micros(health.newest_entry_at),
        health.n_new,
    ])?;
    sum_day(tx, &health.source, day_in_vietnam(health.observed_at))
}

/// Makes the row of one source and day again from its observations.
fn sum_day(tx: &Connection, source: &SourceId, day: Date) -> Result<(), Fault> {
    let (start, end) = span(day, day);
    tx.prepare_cached(
        "INSERT INTO source_days (source, day, n_visits, n_well, n_new, status, detail,
                                  newest_entry_at)
         SELECT CAST(?1 AS TEXT), CAST(?2 AS TEXT), d.n_visits, d.n_well, d.n_new, l.status, l.detail, d.newest_entry_at
         FROM (SELECT count(*) AS n_visits, sum(CASE WHEN status IN ('fresh', 'stale', 'empty') THEN 1 ELSE 0 END) AS n_well,
                      sum(n_new) AS n_new, max(observed_at) AS last,
                      max(newest_entry_at) AS newest_entry_at
               FROM source_health WHERE source = ?1 AND observed_at >= ?3 AND observed_at < ?4) d
         JOIN source_health l ON l.source = ?1 AND l.observed_at = d.last WHERE true
         ON CONFLICT (source, day) DO UPDATE SET n_visits = excluded.n_visits,
             n_well = excluded.n_well, n_new = excluded.n_new, status = excluded.status,
             detail = excluded.detail, newest_entry_at = excluded.newest_entry_at",
    )?
    .execute(params![source.as_str(), day.to_string(), start, end])?;
    Ok(())
}

/// See [`Archive::source_days`](crate::Archive::source_days).
pub(super) fn source_days(db: &Connection, from: Date, to: Date) -> Result<Vec<SourceDay>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT source, day, n_visits, n_well, n_new, status, detail, newest_entry_at
         FROM source_days WHERE day >= ?1 AND day <= ?2 ORDER BY source, day",
    )?;
    let found = statement.query_map([from.to_string(), to.to_string()], |row| {
        Ok(SourceDay {
            source: SourceId::new(row.get::<_, String>(0)?),
            day: day(row, 1)?,
            n_visits: row.get(2)?,
            n_well: row.get(3)?,
            n_new: number(row.get(4)?),
            status: code(row, 5, "health status", HealthStatus::from_code)?,
            detail: row.get(6)?,
            newest_entry_at: optional_moment(row, 7)?,
        })
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

/// See [`Archive::moments_of_source`](crate::Archive::moments_of_source).
pub(super) fn moments(
    db: &Connection,
    source: &SourceId,
    since: Timestamp,
) -> Result<Vec<Timestamp>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT moment FROM mentions WHERE source = ?1 AND moment >= ?2 AND published_at IS NOT NULL
         UNION
         SELECT newest_entry_at FROM source_health
         WHERE source = ?1 AND observed_at >= ?2 AND newest_entry_at >= ?2
         ORDER BY 1 DESC LIMIT ?3",
    )?;
    let found = statement.query_map(
        params![
            source.as_str(),
            since.as_microsecond(),
            at_most(MOMENTS_MAX)
        ],
        |row| moment(row, 0),
    )?;
    let mut moments = found.collect::<Sql<Vec<_>>>()?;
    moments.reverse();
    Ok(moments)
}

/// See [`Archive::forget_health`](crate::Archive::forget_health).
pub(super) fn forget_health(tx: &Connection, before: Timestamp) -> Result<usize, Fault> {
    Ok(tx.execute(
        "DELETE FROM source_health AS old WHERE observed_at < ?1 AND observed_at <
             (SELECT max(h.observed_at) FROM source_health h WHERE h.source = old.source)",
        [before.as_microsecond()],
    )?)
}

/// The newest observation of every source made before a moment, all of them for `None`.
pub(super) fn health_before(
    db: &Connection,
    before: Option<Timestamp>,
) -> Result<Vec<SourceHealth>, Fault> {
    // For each source one step through the key, not a walk through all observations.
    let mut statement = db.prepare_cached(
        "WITH RECURSIVE known (source) AS (
             SELECT min(source) FROM source_health
             UNION ALL
             SELECT (SELECT min(h.source) FROM source_health h WHERE h.source > known.source)
             FROM known WHERE known.source IS NOT NULL)
         SELECT h.source, h.observed_at, h.status, h.detail, h.newest_entry_at, h.n_new
         FROM known JOIN source_health h ON h.source = known.source AND h.observed_at =
             (SELECT max(o.observed_at) FROM source_health o
              WHERE o.source = known.source AND o.observed_at < ?1)
         ORDER BY h.source",
    )?;
    let before = micros(before).unwrap_or(i64::MAX);
    let found = statement.query_map([before], health)?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn health_history(
    db: &Connection,
    source: &SourceId,
    limit: usize,
) -> Result<Vec<SourceHealth>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {HEALTH_COLUMNS} FROM source_health WHERE source = ?1
         ORDER BY observed_at DESC LIMIT ?2"
    ))?;
    let found = statement.query_map(params![source.as_str(), at_most(limit)], health)?;
    Ok(found.collect::<Sql<_>>()?)
}

fn health(row: &Row<'_>) -> Sql<SourceHealth> {
    Ok(SourceHealth {
        source: SourceId::new(row.get::<_, String>(0)?),
        observed_at: moment(row, 1)?,
        status: code(row, 2, "health status", HealthStatus::from_code)?,
        detail: row.get(3)?,
        newest_entry_at: optional_moment(row, 4)?,
        n_new: row.get(5)?,
    })
}

pub(super) fn mark_visited(tx: &Connection, url: &str, at: Timestamp) -> Result<(), Fault> {
    tx.prepare_cached("INSERT INTO visited (url_hash, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![url_hash(url), at.as_microsecond()])?;
    Ok(())
}

pub(super) fn is_visited(db: &Connection, url: &str) -> Result<bool, Fault> {
    Ok(db
        .prepare_cached("SELECT 1 FROM visited WHERE url_hash = ?1")?
        .exists([url_hash(url)])?)
}

/// Sixteen bytes are enough to tell a billion addresses apart, and keep handles in them unread.
pub(super) fn url_hash(url: &str) -> [u8; 16] {
    let hash: [u8; 32] = Sha256::digest(url.as_bytes()).into();
    let mut short = [0; 16];
    short.copy_from_slice(&hash[..16]);
    short
}

pub(super) fn request_fetch(
    tx: &Connection,
    source: &SourceId,
    at: Timestamp,
) -> Result<u64, Fault> {
    tx.execute(
        "INSERT INTO fetch_requests (source, asked_at) VALUES (?1, ?2)
         ON CONFLICT (source) WHERE done_at IS NULL DO NOTHING",
        params![source.as_str(), at.as_microsecond()],
    )?;
    let pk = tx.query_row(
        "SELECT pk FROM fetch_requests WHERE source = ?1 AND done_at IS NULL",
        [source.as_str()],
        |row| row.get(0),
    )?;
    Ok(number(pk))
}

pub(super) fn open_requests(db: &Connection) -> Result<Vec<FetchRequest>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT pk, source, asked_at FROM fetch_requests WHERE done_at IS NULL ORDER BY pk",
    )?;
    let found = statement.query_map([], |row| {
        Ok(FetchRequest {
            id: number(row.get(0)?),
            source: SourceId::new(row.get::<_, String>(1)?),
            asked_at: moment(row, 2)?,
        })
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn finish_request(tx: &Connection, id: u64, at: Timestamp) -> Result<(), Fault> {
    tx.execute(
        "UPDATE fetch_requests SET done_at = ?2 WHERE pk = ?1 AND done_at IS NULL",
        params![id.cast_signed(), at.as_microsecond()],
    )?;
    Ok(())
}
