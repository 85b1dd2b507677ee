//! Messages that wait to be sent, and their receipts.

use crate::sql::{Connection, OptionalExtension, Result as Sql, Row, Transaction, params};
use jiff::Timestamp;
use models::domain::{Bounce, EventKind, PeriodKind, PublishedDigest};

use super::fault::Fault;
use super::rows::{at_most, code, day, moment, number, text_with};
use crate::outbox::{Attempt, MessageState, NewMessage, OutboxMessage, Verdict};
use crate::shapes::parse_scope;

const COLUMNS: &str = "pk, endpoint, key, event, payload, made_at, due_at, state, n_attempts";

pub(super) fn published_after(
    db: &Connection,
    after: u64,
    limit: usize,
) -> Result<Vec<PublishedDigest>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT pk, scope, period, day, revision, erratum FROM digests WHERE pk > ?1
         ORDER BY pk LIMIT ?2",
    )?;
    let found = statement.query_map(params![after.cast_signed(), at_most(limit)], |row| {
        Ok(PublishedDigest {
            number: number(row.get(0)?),
            scope: text_with(row, 1, parse_scope)?,
            period: code(row, 2, "period", PeriodKind::from_code)?,
            day: day(row, 3)?,
            revision: row.get(4)?,
            erratum: row.get(5)?,
        })
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn last_published(db: &Connection) -> Result<u64, Fault> {
    let last = db
        .prepare_cached("SELECT coalesce(max(pk), 0) FROM digests")?
        .query_row([], |row| row.get(0))?;
    Ok(number(last))
}

pub(super) fn mark(db: &Connection, endpoint: &str) -> Result<Option<u64>, Fault> {
    let found = db
        .prepare_cached("SELECT number FROM outbox_marks WHERE endpoint = ?1")?
        .query_row([endpoint], |row| row.get(0))
        .optional()?;
    Ok(found.map(number))
}

pub(super) fn post(
    tx: &Transaction<'_>,
    endpoint: &str,
    messages: &[NewMessage],
    mark: Option<u64>,
    at: Timestamp,
) -> Result<usize, Fault> {
    let mut n_new = 0;
    for message in messages {
        n_new += insert(tx, endpoint, message, at)?;
    }
    if let Some(number) = mark {
        move_mark(tx, endpoint, number)?;
    }
    Ok(n_new)
}

pub(super) fn post_under(
    tx: &Transaction<'_>,
    (mark, number): (&str, u64),
    messages: &[(String, NewMessage)],
    at: Timestamp,
) -> Result<usize, Fault> {
    let mut n_new = 0;
    for (endpoint, message) in messages {
        n_new += insert(tx, endpoint, message, at)?;
    }
    move_mark(tx, mark, number)?;
    Ok(n_new)
}

fn insert(
    tx: &Transaction<'_>,
    endpoint: &str,
    message: &NewMessage,
    at: Timestamp,
) -> Result<usize, Fault> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO outbox (endpoint, key, event, payload, made_at, due_at, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
    )?;
    let due_at = message.not_before.map_or(at, |wished| wished.max(at));
    Ok(statement.execute(params![
        endpoint,
        message.key,
        message.event.code(),
        message.payload,
        at.as_microsecond(),
        due_at.as_microsecond(),
        MessageState::Waiting.code(),
    ])?)
}

fn move_mark(tx: &Transaction<'_>, name: &str, number: u64) -> Result<(), Fault> {
    tx.prepare_cached(
        "INSERT INTO outbox_marks (endpoint, number) VALUES (?1, ?2)
         ON CONFLICT (endpoint) DO UPDATE SET number = excluded.number
         WHERE outbox_marks.number < excluded.number",
    )?
    .execute(params![name, number.cast_signed()])?;
    Ok(())
}

pub(super) fn note_bounce(tx: &Transaction<'_>, bounce: &Bounce) -> Result<(), Fault> {
    tx.prepare_cached(
        "INSERT INTO bounces (address, message, at, is_final, detail) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (address, message) DO UPDATE
         SET at = excluded.at, is_final = excluded.is_final, detail = excluded.detail",
    )?
    .execute(params![
        bounce.address,
        // Zero is no message: a key cannot be NULL and count once.
        bounce.message.unwrap_or(0).cast_signed(),
        bounce.at.as_microsecond(),
        bounce.is_final,
        bounce.detail,
    ])?;
    Ok(())
}

pub(super) fn bounces(
    db: &Connection,
    address: Option<&str>,
    limit: usize,
) -> Result<Vec<Bounce>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT address, message, at, is_final, detail FROM bounces
         WHERE address = ?1 OR ?1 IS NULL ORDER BY at DESC, address LIMIT ?2",
    )?;
    let found = statement.query_map(params![address, at_most(limit)], |row| {
        Ok(Bounce {
            address: row.get(0)?,
            message: Some(number(row.get(1)?)).filter(|id| *id > 0),
            at: moment(row, 2)?,
            is_final: row.get(3)?,
            detail: row.get(4)?,
        })
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn forget_bounces(tx: &Transaction<'_>, address: &str) -> Result<usize, Fault> {
    Ok(tx
        .prepare_cached("DELETE FROM bounces WHERE address = ?1")?
        .execute([address])?)
}

pub(super) fn due(
    db: &Connection,
    endpoint: &str,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<OutboxMessage>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM outbox WHERE state = 'waiting' AND endpoint = ?1 AND due_at <= ?2
         ORDER BY due_at, pk LIMIT ?3"
    ))?;
    let now = now.as_microsecond();
    let found = statement.query_map(params![endpoint, now, at_most(limit)], message)?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn counts(db: &Connection) -> Result<Vec<(String, MessageState, u64)>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT endpoint, state, count(*) FROM outbox GROUP BY endpoint, state ORDER BY 1, 2",
    )?;
    let found = statement.query_map([], |row| {
        let state = code(row, 1, "state", MessageState::from_code)?;
        Ok((row.get(0)?, state, number(row.get(2)?)))
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn claim(tx: &Transaction<'_>, id: u64) -> Result<bool, Fault> {
    let n_changed = tx
        .prepare_cached("UPDATE outbox SET state = 'in_hand' WHERE pk = ?1 AND state = 'waiting'")?
        .execute([id.cast_signed()])?;
    Ok(n_changed > 0)
}

pub(super) fn give_up_claimed(
    tx: &Transaction<'_>,
    endpoint_prefix: &str,
    at: Timestamp,
    detail: &str,
) -> Result<usize, Fault> {
    let found = tx
        .prepare_cached(
            "SELECT pk FROM outbox WHERE state = 'in_hand'
             AND substr(endpoint, 1, length(?1)) = ?1",
        )?
        .query_map([endpoint_prefix], |row| Ok(number(row.get(0)?)))?
        .collect::<Sql<Vec<_>>>()?;
    let attempt = Attempt {
        at,
        status: None,
        detail: detail.to_owned(),
    };
    for id in &found {
        settle(tx, *id, &attempt, Verdict::Dead)?;
    }
    Ok(found.len())
}

pub(super) fn settle(
    tx: &Transaction<'_>,
    id: u64,
    attempt: &Attempt,
    verdict: Verdict,
) -> Result<(), Fault> {
    let (state, due_at) = match verdict {
        Verdict::Delivered => (MessageState::Delivered, attempt.at),
        Verdict::Again(at) => (MessageState::Waiting, at),
        Verdict::Dead => (MessageState::Dead, attempt.at),
    };
    let n_changed = tx
        .prepare_cached(
            "UPDATE outbox SET state = ?2, due_at = ?3, n_attempts = n_attempts + 1
             WHERE pk = ?1 AND state IN ('waiting', 'in_hand')",
        )?
        .execute(params![
            id.cast_signed(),
            state.code(),
            due_at.as_microsecond()
        ])?;
    if n_changed > 0 {
        tx.prepare_cached(
            "INSERT INTO outbox_attempts (message, at, status, detail) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            id.cast_signed(),
            attempt.at.as_microsecond(),
            attempt.status,
            attempt.detail
        ])?;
    }
    Ok(())
}

pub(super) fn messages(
    db: &Connection,
    endpoint: Option<&str>,
    state: Option<MessageState>,
    limit: usize,
) -> Result<Vec<OutboxMessage>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM outbox
         WHERE (endpoint = ?1 OR ?1 IS NULL) AND (state = ?2 OR ?2 IS NULL)
         ORDER BY pk DESC LIMIT ?3"
    ))?;
    let state = state.map(MessageState::code);
    let found = statement.query_map(params![endpoint, state, at_most(limit)], message)?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn one(db: &Connection, id: u64) -> Result<Option<OutboxMessage>, Fault> {
    Ok(db
        .prepare_cached(&format!("SELECT {COLUMNS} FROM outbox WHERE pk = ?1"))?
        .query_row([id.cast_signed()], message)
        .optional()?)
}

pub(super) fn attempts(db: &Connection, id: u64) -> Result<Vec<Attempt>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT at, status, detail FROM outbox_attempts WHERE message = ?1 ORDER BY pk",
    )?;
    let found = statement.query_map([id.cast_signed()], |row| {
        Ok(Attempt {
            at: moment(row, 0)?,
            status: row.get(1)?,
            detail: row.get(2)?,
        })
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

pub(super) fn revive(tx: &Transaction<'_>, id: u64, at: Timestamp) -> Result<bool, Fault> {
    let n_changed = tx
        .prepare_cached(
            "UPDATE outbox SET state = 'waiting', due_at = ?2, n_attempts = 0
             WHERE pk = ?1 AND state = 'dead'",
        )?
        .execute(params![id.cast_signed(), at.as_microsecond()])?;
    Ok(n_changed > 0)
}

pub(super) fn forget(tx: &Transaction<'_>, before: Timestamp) -> Result<usize, Fault> {
    Ok(tx
        .prepare_cached("DELETE FROM outbox WHERE state IN ('delivered', 'dead') AND due_at < ?1")?
        .execute([before.as_microsecond()])?)
}

fn message(row: &Row<'_>) -> Sql<OutboxMessage> {
    Ok(OutboxMessage {
        id: number(row.get(0)?),
        endpoint: row.get(1)?,
        key: row.get(2)?,
        event: code(row, 3, "event", EventKind::from_code)?,
        payload: row.get(4)?,
        made_at: moment(row, 5)?,
        due_at: moment(row, 6)?,
        state: code(row, 7, "state", MessageState::from_code)?,
        n_attempts: row.get(8)?,
    })
}
