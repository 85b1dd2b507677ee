//! Metadata of fetches; their bytes are in the capture store.

use crate::sql::{Connection, Dialect, Result as Sql, Row, Transaction, params};
use jiff::Timestamp;
use models::domain::{ContentHash, SourceId};

use super::fault::{Fault, unreadable};
use super::rows::{micros, moment, number};
use crate::archive::{CaptureInfo, CaptureQuery};
use crate::shapes::{from_json, to_json};

pub(super) fn insert(tx: &Connection, captures: &[CaptureInfo]) -> Result<(), Fault> {
    #[cfg(feature = "postgres")]
    super::days::hold(tx, captures.iter().map(|capture| capture.fetched_at))?;
    for capture in captures {
        tx.prepare_cached(
            "INSERT INTO captures (source, url, fetched_at, http_status, content_type, hash,
                                             body_bytes, headers)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            capture.source.as_str(),
            capture.url,
            capture.fetched_at.as_microsecond(),
            capture.http_status,
            capture.content_type,
            capture.hash.0,
            capture.body_bytes.cast_signed(),
            to_json("headers", &capture.headers)?,
        ])?;
    }
    Ok(())
}

pub(super) fn captures_of(db: &Connection, hash: &ContentHash) -> Result<Vec<CaptureInfo>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM captures WHERE hash = ?1 ORDER BY fetched_at DESC, pk DESC"
    ))?;
    let found = statement.query_map([hash.0], capture)?;
    Ok(found.collect::<Sql<_>>()?)
}

/// See [`Archive::captures_since`](crate::Archive::captures_since).
pub(super) fn since(
    db: &Connection,
    source: &SourceId,
    since: Timestamp,
) -> Result<Vec<CaptureInfo>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM captures
         WHERE source = ?1 AND fetched_at >= ?2 ORDER BY fetched_at, pk"
    ))?;
    let wanted = params![source.as_str(), since.as_microsecond()];
    let found = statement.query_map(wanted, capture)?;
    Ok(found.collect::<Sql<_>>()?)
}

/// See [`Archive::forget_bodies`](crate::Archive::forget_bodies).
pub(super) fn forget_bodies(tx: &Transaction<'_>, hashes: &[ContentHash]) -> Result<(), Fault> {
    let mut delete = tx.prepare_cached("DELETE FROM captures WHERE hash = ?1")?;
    for hash in hashes {
        delete.execute([hash.0])?;
    }
    Ok(())
}

/// See [`Archive::captures`](crate::Archive::captures).
pub(super) fn listed(
    db: &Connection,
    wanted: &CaptureQuery,
    after: Option<u64>,
) -> Result<Vec<(u64, CaptureInfo)>, Fault> {
    const PAGE: i64 = 500;
    let from = micros(wanted.from).unwrap_or(i64::MIN);
    let until = micros(wanted.until).unwrap_or(i64::MAX);
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS}, pk FROM captures
         WHERE pk > ?1 AND fetched_at >= ?2 AND fetched_at < ?3 AND (source = ?4 OR ?4 IS NULL)
         ORDER BY pk LIMIT {PAGE}"
    ))?;
    let source = wanted.source.as_ref().map(SourceId::as_str);
    let found = statement.query_map(
        params![after.unwrap_or(0).cast_signed(), from, until, source],
        |row| Ok((number(row.get(8)?), capture(row)?)),
    )?;
    Ok(found.collect::<Sql<_>>()?)
}

const COLUMNS: &str =
    "source, url, fetched_at, http_status, content_type, hash, body_bytes, headers";

/// A row of [`COLUMNS`].
fn capture(row: &Row<'_>) -> Sql<CaptureInfo> {
    let headers: Option<String> = row.get(7)?;
    let headers = headers.map(|json| from_json(&json)).transpose();
    Ok(CaptureInfo {
        source: SourceId::new(row.get::<_, String>(0)?),
        url: row.get(1)?,
        fetched_at: moment(row, 2)?,
        http_status: row.get(3)?,
        content_type: row.get(4)?,
        hash: ContentHash(row.get(5)?),
        body_bytes: number(row.get(6)?),
        headers: headers
            .map_err(|why| unreadable(7, why))?
            .unwrap_or_default(),
    })
}

/// See [`Archive::forget_captures`](crate::Archive::forget_captures).
pub(super) fn forget(tx: &Transaction<'_>, before: Timestamp) -> Result<(), Fault> {
    match tx.dialect() {
        Dialect::Sqlite => {
            let before = before.as_microsecond();
            tx.execute("DELETE FROM captures WHERE fetched_at < ?1", [before])?;
            Ok(())
        }
        #[cfg(feature = "postgres")]
        Dialect::Postgres => super::days::forget(tx, before),
    }
}
