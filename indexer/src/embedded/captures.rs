//! Metadata of fetches; their bytes are in the capture store.

use jiff::Timestamp;
use models::domain::{ContentHash, SourceId};
use rusqlite::{Connection, Result as Sql, Transaction, params};

use super::fault::Fault;
use super::rows::{moment, number};
use crate::archive::CaptureInfo;

pub(super) fn insert(tx: &Connection, capture: &CaptureInfo) -> Result<(), Fault> {
    tx.prepare_cached(
        "INSERT OR IGNORE INTO captures (source, url, fetched_at, http_status, content_type, hash,
                                         body_bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        capture.source.as_str(),
        capture.url,
        capture.fetched_at.as_microsecond(),
        capture.http_status,
        capture.content_type,
        capture.hash.0,
        capture.body_bytes.cast_signed(),
    ])?;
    Ok(())
}

pub(super) fn captures_of(db: &Connection, hash: &ContentHash) -> Result<Vec<CaptureInfo>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT source, url, fetched_at, http_status, content_type, body_bytes
         FROM captures WHERE hash = ?1 ORDER BY fetched_at DESC, pk DESC",
    )?;
    let found = statement.query_map([hash.0], |row| {
        Ok(CaptureInfo {
            source: SourceId::new(row.get::<_, String>(0)?),
            url: row.get(1)?,
            fetched_at: moment(row, 2)?,
            http_status: row.get(3)?,
            content_type: row.get(4)?,
            hash: *hash,
            body_bytes: number(row.get(5)?),
        })
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

/// See [`Archive::captures_since`](crate::Archive::captures_since).
pub(super) fn since(
    db: &Connection,
    source: &SourceId,
    since: Timestamp,
) -> Result<Vec<CaptureInfo>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT url, fetched_at, http_status, content_type, body_bytes, hash
         FROM captures WHERE source = ?1 AND fetched_at >= ?2 ORDER BY fetched_at, pk",
    )?;
    let found = statement.query_map(params![source.as_str(), since.as_microsecond()], |row| {
        Ok(CaptureInfo {
            source: source.clone(),
            url: row.get(0)?,
            fetched_at: moment(row, 1)?,
            http_status: row.get(2)?,
            content_type: row.get(3)?,
            body_bytes: number(row.get(4)?),
            hash: ContentHash(row.get(5)?),
        })
    })?;
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

pub(super) fn forget(tx: &Transaction<'_>, before: Timestamp) -> Result<Vec<ContentHash>, Fault> {
    let before = before.as_microsecond();
    let mut statement = tx.prepare_cached(
        "SELECT DISTINCT hash FROM captures old WHERE fetched_at < ?1 AND NOT EXISTS
             (SELECT 1 FROM captures c WHERE c.hash = old.hash AND c.fetched_at >= ?1)",
    )?;
    let unused = statement.query_map([before], |row| Ok(ContentHash(row.get(0)?)))?;
    let unused = unused.collect::<Sql<_>>()?;
    tx.execute("DELETE FROM captures WHERE fetched_at < ?1", [before])?;
    Ok(unused)
}
