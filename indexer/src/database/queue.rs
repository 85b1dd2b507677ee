//! The frontier: taking pages in, leasing them host by host, ending leases.

use crate::sql::{Connection, Dialect, OptionalExtension, Result as Sql, Row, Transaction, params};
use jiff::Timestamp;
use models::domain::{
    ContentHash, FoundPage, HealthStatus, LeasedPage, PageEnd, PageEnded, SourceId, SourcePages,
};

use super::fault::Fault;
use super::rows::{at_most, code, micros, moment, number, optional_moment};
use super::sources::url_hash;
use crate::queue::{GivenUpPage, LEASES_MAX, PAGES_PER_HOST_MAX, QueueCounts};

const WAITING: i64 = 0;
const LEASED: i64 = 1;
const GIVEN_UP: i64 = 2;

const PAGE_COLUMNS: &str = "url, url_key, host, source, published_at, listed_in";

/// Takes a page in unless it is there, is done with, or its host has too many; says whether.
pub(super) fn add(tx: &Transaction<'_>, page: &FoundPage, at: Timestamp) -> Result<bool, Fault> {
    if super::sources::is_visited(tx, &page.key)? || is_full(tx, &page.host)? {
        return Ok(false);
    }
    let at = at.as_microsecond();
    let n_added = tx
        .prepare_cached(&format!(
            "INSERT INTO queue_pages ({PAGE_COLUMNS}, url_hash, moment, found_at, state, due_at,
                                      n_attempts)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, {WAITING}, 0, 0)
             ON CONFLICT DO NOTHING"
        ))?
        .execute(params![
            page.url,
            page.key,
            page.host,
            page.source.as_str(),
            micros(page.published_at),
            page.listed_in.map(|hash| hash.0),
            url_hash(&page.key),
            micros(page.published_at).unwrap_or(at),
            at,
        ])?;
    if n_added == 0 {
        return Ok(false);
    }
    // A host that waits keeps its place; one that pauses, or is being read, stays where it is.
    tx.prepare_cached(
        "INSERT INTO queue_hosts (host, ready_at, is_leased, n_open) VALUES (?1, ?2, 0, 1)
         ON CONFLICT (host) DO UPDATE SET n_open = queue_hosts.n_open + 1, ready_at = CASE
            WHEN queue_hosts.is_leased = 1 OR queue_hosts.ready_at <= excluded.ready_at
                OR queue_hosts.ready_at <= queue_hosts.not_before THEN queue_hosts.ready_at
            WHEN queue_hosts.not_before > excluded.ready_at THEN queue_hosts.not_before
            ELSE excluded.ready_at END",
    )?
    .execute(params![page.host, at])?;
    tx.prepare_cached(
        "INSERT INTO queue_sources (source, n_waiting, n_given_up) VALUES (?1, 1, 0)
         ON CONFLICT (source) DO UPDATE SET n_waiting = queue_sources.n_waiting + 1",
    )?
    .execute([page.source.as_str()])?;
    Ok(true)
}

fn is_full(tx: &Transaction<'_>, host: &str) -> Result<bool, Fault> {
    let n_open: Option<i64> = tx
        .prepare_cached("SELECT n_open FROM queue_hosts WHERE host = ?1")?
        .query_row([host], |row| row.get(0))
        .optional()?;
    Ok(n_open.is_some_and(|n_open| number(n_open) >= PAGES_PER_HOST_MAX))
}

/// Whether an address is in the queue, waiting or given up.
pub(super) fn holds(db: &Connection, url: &str) -> Result<bool, Fault> {
    Ok(db
        .prepare_cached("SELECT 1 FROM queue_pages WHERE url_hash = ?1")?
        .exists([url_hash(url)])?)
}

/// See [`Queue::lease`](crate::Queue::lease).
pub(super) fn lease(
    tx: &Transaction<'_>,
    limit: usize,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Vec<LeasedPage>, Fault> {
    let mut leased = Vec::new();
    // Others that lease at the same time step over these hosts.
    let locked = match tx.dialect() {
        Dialect::Sqlite => "",
        #[cfg(feature = "postgres")]
        Dialect::Postgres => "FOR UPDATE SKIP LOCKED",
    };
    let hosts = tx
        .prepare_cached(&format!(
            "SELECT host, is_leased FROM queue_hosts WHERE ready_at <= ?1
             ORDER BY ready_at LIMIT ?2 {locked}"
        ))?
        .query_map(params![now.as_microsecond(), at_most(limit)], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?))
        })?
        .collect::<Sql<Vec<_>>>()?;
    for (host, is_leased) in hosts {
        if is_leased {
            take_back(tx, &host, now)?;
        }
        tx.prepare_cached(&format!(
            "UPDATE queue_pages SET due_at = 0
             WHERE host = ?1 AND state = {WAITING} AND due_at > 0 AND due_at <= ?2"
        ))?
        .execute(params![host, now.as_microsecond()])?;
        match next_of(tx, &host)? {
            Some(page) => {
                mark_leased(tx, &page, lease_until)?;
                leased.push(page);
            }
            None => settle_host(tx, &host, None, now)?,
        }
    }
    Ok(leased)
}

/// The ready page of a host that was published last.
fn next_of(tx: &Transaction<'_>, host: &str) -> Result<Option<LeasedPage>, Fault> {
    Ok(tx
        .prepare_cached(&format!(
            "SELECT {PAGE_COLUMNS}, pk, found_at, n_attempts FROM queue_pages
             WHERE host = ?1 AND state = {WAITING} AND due_at = 0
             ORDER BY moment DESC LIMIT 1"
        ))?
        .query_row([host], |row| {
            Ok(LeasedPage {
                id: number(row.get(6)?),
                page: page(row)?,
                found_at: moment(row, 7)?,
                n_attempts: row.get::<_, u32>(8)? + 1,
            })
        })
        .optional()?)
}

fn page(row: &Row<'_>) -> Sql<FoundPage> {
    let listed_in: Option<[u8; 32]> = row.get(5)?;
    Ok(FoundPage {
        url: row.get(0)?,
        key: row.get(1)?,
        host: row.get(2)?,
        source: SourceId::new(row.get::<_, String>(3)?),
        published_at: optional_moment(row, 4)?,
        listed_in: listed_in.map(ContentHash),
    })
}

fn mark_leased(tx: &Transaction<'_>, page: &LeasedPage, until: Timestamp) -> Result<(), Fault> {
    tx.prepare_cached(&format!(
        "UPDATE queue_pages SET state = {LEASED}, n_attempts = ?2 WHERE pk = ?1"
    ))?
    .execute(params![page.id.cast_signed(), page.n_attempts])?;
    tx.prepare_cached("UPDATE queue_hosts SET is_leased = 1, ready_at = ?2 WHERE host = ?1")?
        .execute(params![page.page.host, until.as_microsecond()])?;
    Ok(())
}

/// Pages whose lease is over wait again, unless that happened too often.
fn take_back(tx: &Transaction<'_>, host: &str, now: Timestamp) -> Result<usize, Fault> {
    let left = tx
        .prepare_cached(&format!(
            "SELECT pk, n_attempts FROM queue_pages WHERE host = ?1 AND state = {LEASED}"
        ))?
        .query_map([host], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Sql<Vec<(i64, u32)>>>()?;
    let n_left = left.len();
    for (pk, n_attempts) in left {
        if n_attempts >= LEASES_MAX {
            let reason = format!("its reading was cut off {n_attempts} times");
            give_up(tx, pk, HealthStatus::Unreachable, &reason, now)?;
        } else {
            wait_again(tx, pk, 0)?;
        }
    }
    Ok(n_left)
}

/// See [`Queue::end_leases`](crate::Queue::end_leases).
pub(super) fn end_leases(tx: &Transaction<'_>, now: Timestamp) -> Result<usize, Fault> {
    let hosts = tx
        .prepare_cached(&format!(
            "SELECT DISTINCT host FROM queue_pages WHERE state = {LEASED}"
        ))?
        .query_map([], |row| row.get(0))?
        .collect::<Sql<Vec<String>>>()?;
    let mut n_ended = 0;
    for host in hosts {
        n_ended += take_back(tx, &host, now)?;
        settle_host(tx, &host, None, now)?;
    }
    Ok(n_ended)
}

/// Ends one lease, in the transaction that records what was read.
pub(super) fn end(tx: &Transaction<'_>, ended: &PageEnded, at: Timestamp) -> Result<(), Fault> {
    let pk = ended.id.cast_signed();
    let found: Option<(String, i64)> = tx
        .prepare_cached("SELECT host, state FROM queue_pages WHERE pk = ?1")?
        .query_row([pk], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((host, state)) = found else {
        return Ok(());
    };
    // A lease that had run out changes nothing any more, unless the page was read all the same.
    if state != LEASED && ended.end != PageEnd::Done {
        return Ok(());
    }
    match &ended.end {
        PageEnd::Done => done(tx, pk, state)?,
        PageEnd::PutOff { .. } => {
            wait_again(tx, pk, 0)?;
            tx.prepare_cached("UPDATE queue_pages SET n_attempts = n_attempts - 1 WHERE pk = ?1")?
                .execute([pk])?;
        }
        PageEnd::Failed {
            status,
            reason,
            again_at,
        } => {
            wait_again(tx, pk, again_at.as_microsecond())?;
            note_trouble(tx, pk, *status, reason)?;
        }
        PageEnd::GivenUp { status, reason } => give_up(tx, pk, *status, reason, at)?,
    }
    if state == LEASED {
        let put_off = match ended.end {
            PageEnd::PutOff { until } => Some(until),
            _ => None,
        };
        settle_host(tx, &host, ended.host_ready_at.max(put_off), at)?;
    }
    Ok(())
}

fn wait_again(tx: &Transaction<'_>, pk: i64, due_at: i64) -> Result<(), Fault> {
    tx.prepare_cached(&format!(
        "UPDATE queue_pages SET state = {WAITING}, due_at = ?2 WHERE pk = ?1"
    ))?
    .execute([pk, due_at])?;
    Ok(())
}

fn done(tx: &Transaction<'_>, pk: i64, state: i64) -> Result<(), Fault> {
    mark_visited(tx, pk)?;
    let column = if state == GIVEN_UP {
        "n_given_up"
    } else {
        "n_waiting"
    };
    tx.prepare_cached(&format!(
        "UPDATE queue_sources SET {column} = {column} - 1, status = NULL, reason = NULL
         WHERE source = (SELECT source FROM queue_pages WHERE pk = ?1)"
    ))?
    .execute([pk])?;
    if state != GIVEN_UP {
        leave_host(tx, pk)?;
    }
    tx.prepare_cached("DELETE FROM queue_pages WHERE pk = ?1")?
        .execute([pk])?;
    Ok(())
}

fn give_up(
    tx: &Transaction<'_>,
    pk: i64,
    status: HealthStatus,
    reason: &str,
    at: Timestamp,
) -> Result<(), Fault> {
    mark_visited(tx, pk)?;
    note_trouble(tx, pk, status, reason)?;
    tx.prepare_cached(
        "UPDATE queue_sources SET n_waiting = n_waiting - 1, n_given_up = n_given_up + 1
         WHERE source = (SELECT source FROM queue_pages WHERE pk = ?1)",
    )?
    .execute([pk])?;
    leave_host(tx, pk)?;
    tx.prepare_cached(&format!(
        "UPDATE queue_pages SET state = {GIVEN_UP}, due_at = 0, ended_at = ?2 WHERE pk = ?1"
    ))?
    .execute([pk, at.as_microsecond()])?;
    Ok(())
}

/// The address is never asked for again, even when the page is forgotten here.
fn mark_visited(tx: &Transaction<'_>, pk: i64) -> Result<(), Fault> {
    tx.prepare_cached(
        "INSERT INTO visited (url_hash, at)
         SELECT url_hash, found_at FROM queue_pages WHERE pk = ?1 ON CONFLICT DO NOTHING",
    )?
    .execute([pk])?;
    Ok(())
}

fn note_trouble(
    tx: &Transaction<'_>,
    pk: i64,
    status: HealthStatus,
    reason: &str,
) -> Result<(), Fault> {
    tx.prepare_cached("UPDATE queue_pages SET status = ?2, reason = ?3 WHERE pk = ?1")?
        .execute(params![pk, status.code(), reason])?;
    tx.prepare_cached(
        "UPDATE queue_sources SET status = ?2, reason = ?3
         WHERE source = (SELECT source FROM queue_pages WHERE pk = ?1)",
    )?
    .execute(params![pk, status.code(), reason])?;
    Ok(())
}

fn leave_host(tx: &Transaction<'_>, pk: i64) -> Result<(), Fault> {
    tx.prepare_cached(
        "UPDATE queue_hosts SET n_open = n_open - 1
         WHERE host = (SELECT host FROM queue_pages WHERE pk = ?1)",
    )?
    .execute([pk])?;
    Ok(())
}

/// Gives a host that is no longer leased its next place, or lets it go when nothing waits.
fn settle_host(
    tx: &Transaction<'_>,
    host: &str,
    not_before: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Fault> {
    let due_at: Option<i64> = tx
        .prepare_cached(&format!(
            "SELECT due_at FROM queue_pages WHERE host = ?1 AND state = {WAITING}
             ORDER BY due_at LIMIT 1"
        ))?
        .query_row([host], |row| row.get(0))
        .optional()?;
    let Some(due_at) = due_at else {
        tx.prepare_cached("DELETE FROM queue_hosts WHERE host = ?1")?
            .execute([host])?;
        return Ok(());
    };
    let not_before = micros(not_before);
    let ready_at = due_at
        .max(not_before.unwrap_or_default())
        .max(now.as_microsecond());
    tx.prepare_cached(
        "UPDATE queue_hosts SET is_leased = 0, ready_at = ?2, not_before = ?3 WHERE host = ?1",
    )?
    .execute(params![host, ready_at, not_before])?;
    Ok(())
}

pub(super) fn next_ready_at(db: &Connection) -> Result<Option<Timestamp>, Fault> {
    Ok(db
        .prepare_cached("SELECT min(ready_at) FROM queue_hosts")?
        .query_row([], |row| optional_moment(row, 0))?)
}

pub(super) fn is_waiting_for(
    db: &Connection,
    from: Timestamp,
    to: Timestamp,
    found_after: Timestamp,
) -> Result<bool, Fault> {
    Ok(db
        .prepare_cached(
            "SELECT 1 FROM queue_pages
             WHERE state < 2 AND moment >= ?1 AND moment < ?2 AND found_at > ?3 LIMIT 1",
        )?
        .exists([from, to, found_after].map(Timestamp::as_microsecond))?)
}

pub(super) fn counts(db: &Connection) -> Result<QueueCounts, Fault> {
    let (n_waiting, n_given_up) = db
        .prepare_cached(
            "SELECT CAST(coalesce(sum(n_waiting), 0) AS BIGINT),
                    CAST(coalesce(sum(n_given_up), 0) AS BIGINT) FROM queue_sources",
        )?
        .query_row([], |row| Ok((number(row.get(0)?), number(row.get(1)?))))?;
    let n_hosts = db
        .prepare_cached("SELECT count(*) FROM queue_hosts")?
        .query_row([], |row| row.get(0))?;
    Ok(QueueCounts {
        n_waiting,
        n_given_up,
        n_hosts: number(n_hosts),
    })
}

pub(super) fn source_pages(db: &Connection, source: &SourceId) -> Result<SourcePages, Fault> {
    let found = db
        .prepare_cached(
            "SELECT n_waiting, n_given_up, reason, status FROM queue_sources WHERE source = ?1",
        )?
        .query_row([source.as_str()], |row| {
            let reason: Option<String> = row.get(2)?;
            let trouble = match reason {
                Some(reason) => Some((health(row, 3)?, reason)),
                None => None,
            };
            Ok(SourcePages {
                n_waiting: number(row.get(0)?),
                n_given_up: number(row.get(1)?),
                trouble,
            })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

pub(super) fn given_up(db: &Connection, limit: usize) -> Result<Vec<GivenUpPage>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {PAGE_COLUMNS}, ended_at, n_attempts, status, reason FROM queue_pages
         WHERE state = {GIVEN_UP} ORDER BY ended_at DESC LIMIT ?1"
    ))?;
    let found = statement.query_map([at_most(limit)], |row| {
        Ok(GivenUpPage {
            page: page(row)?,
            at: moment(row, 6)?,
            n_attempts: row.get(7)?,
            status: health(row, 8)?,
            reason: row.get(9)?,
        })
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn forget_given_up(tx: &Transaction<'_>, before: Timestamp) -> Result<usize, Fault> {
    let before = before.as_microsecond();
    tx.execute(
        &format!(
            "UPDATE queue_sources SET n_given_up = n_given_up -
                (SELECT count(*) FROM queue_pages p
                 WHERE p.state = {GIVEN_UP} AND p.ended_at < ?1 AND p.source = queue_sources.source)"
        ),
        [before],
    )?;
    let n_forgotten = tx.execute(
        &format!("DELETE FROM queue_pages WHERE state = {GIVEN_UP} AND ended_at < ?1"),
        [before],
    )?;
    Ok(n_forgotten)
}

fn health(row: &Row<'_>, column: usize) -> Sql<HealthStatus> {
    code(row, column, "health status", HealthStatus::from_code)
}
