//! Counting, checking, backing up and restoring.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags, Result as Sql, params};

use super::connection::{self, BUSY_WAIT};
use super::fault::{Fault, explain, explain_io};
use super::rows::number;
use super::schema;
use crate::archive::Counts;
use crate::{Error, Result};

pub(super) fn counts(db: &Connection) -> Result<Counts, Fault> {
    let count = |sql: &str| -> Sql<u64> { db.query_row(sql, [], |row| row.get(0)).map(number) };
    let page_bytes: i64 = db.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let n_pages: i64 = db.pragma_query_value(None, "page_count", |row| row.get(0))?;
    Ok(Counts {
        n_mentions: count("SELECT count(*) FROM mentions")?,
        n_tickets: count("SELECT count(*) FROM tickets")?,
        n_removed: count("SELECT count(*) FROM removals")?,
        n_captures: count("SELECT count(*) FROM captures")?,
        n_sources: count("SELECT count(*) FROM fetch_states")?,
        n_concerns: count("SELECT count(DISTINCT concern) FROM concern_states")?,
        n_digests: count("SELECT count(*) FROM digests")?,
        n_signals: count("SELECT count(*) FROM signals")?,
        n_corrections: count("SELECT count(*) FROM corrections")?,
        n_open_requests: count("SELECT count(*) FROM fetch_requests WHERE done_at IS NULL")?,
        database_bytes: number(page_bytes * n_pages),
    })
}

/// Everything SQLite and the foreign keys complain about, at most a hundred lines.
pub(super) fn check(db: &Connection) -> Result<Vec<String>, Fault> {
    let mut statement = db.prepare("PRAGMA integrity_check(100)")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut complaints = lines.collect::<Sql<Vec<_>>>()?;
    complaints.retain(|line| line != "ok");
    let mut statement = db.prepare("PRAGMA foreign_key_check")?;
    let orphans = statement.query_map([], |row| {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        Ok(format!(
            "a row of {table} refers to a missing row of {parent}"
        ))
    })?;
    for orphan in orphans.take(100) {
        complaints.push(orphan?);
    }
    Ok(complaints)
}

/// Writes a consistent copy beside readers and the writer. It appears under its name only when it
/// is whole and on disk.
pub(super) fn backup(from: &Path, to: &Path) -> Result<()> {
    refuse_existing(to)?;
    let draft = beside(to, ".part");
    let _ = fs::remove_file(&draft);
    let copied = open_source(from).and_then(|db| {
        let name = draft.to_string_lossy().into_owned();
        db.execute("VACUUM INTO ?1", params![name])
    });
    if let Err(error) = copied {
        let _ = fs::remove_file(&draft);
        // Trouble with room or permission is that of the copy: its source is only read.
        let culprit = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => from,
            _ => to,
        };
        return Err(explain(culprit, Fault::Sql(error)));
    }
    settle(&draft, to)
}

/// Opens the record for copying; connections of the pool may not write, not even a copy.
fn open_source(from: &Path) -> Sql<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(from, flags)?;
    db.busy_timeout(BUSY_WAIT)?;
    Ok(db)
}

/// Puts a backup in the place of a lost record. Refuses a damaged or newer backup, and a place
/// that is taken. Followers of the record notice that its history is another one.
pub fn restore(backup: &Path, to: &Path) -> Result<()> {
    refuse_existing(to)?;
    for leftover in ["-wal", "-shm"] {
        refuse_existing(&beside(to, leftover))?;
    }
    let draft = beside(to, ".part");
    let _ = fs::remove_file(&draft);
    fs::copy(backup, &draft).map_err(|why| explain_io(backup, why))?;
    let said = renew(backup, &draft);
    for leftover in ["-wal", "-shm"] {
        let _ = fs::remove_file(beside(&draft, leftover));
    }
    match said {
        Ok(()) => settle(&draft, to),
        Err(error) => {
            let _ = fs::remove_file(&draft);
            Err(error)
        }
    }
}

/// Checks the copy of a backup, brings it to the current schema and gives it a new history.
fn renew(backup: &Path, draft: &Path) -> Result<()> {
    let work = || -> Result<(), Fault> {
        let mut connection = connection::open(draft)?;
        schema::check_ours(backup, &connection)?;
        if schema::version(&connection)? == 0 {
            return Err(Fault::Ours(Error::Foreign {
                path: backup.to_owned(),
            }));
        }
        connection::into_writer(&connection)?;
        schema::migrate(&mut connection)?;
        if let Some(complaint) = check(&connection)?.into_iter().next() {
            return Err(Fault::Ours(Error::Corrupt {
                path: backup.to_owned(),
                detail: complaint,
            }));
        }
        connection.execute(
            "UPDATE history SET generation = lower(hex(randomblob(16)))",
            [],
        )?;
        // One file again, so that it can be renamed.
        connection.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
        Ok(())
    };
    work().map_err(|fault| explain(backup, fault))
}

fn refuse_existing(path: &Path) -> Result<()> {
    match path.try_exists() {
        Ok(false) => Ok(()),
        Ok(true) => Err(Error::Exists {
            path: path.to_owned(),
        }),
        Err(why) => Err(explain_io(path, why)),
    }
}

/// Brings a finished file to disk and gives it its name.
fn settle(draft: &Path, to: &Path) -> Result<()> {
    let settled = File::open(draft)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::rename(draft, to))
        .and_then(|()| sync_folder(to));
    settled.map_err(|why| explain_io(to, why))
}

/// Brings the name of a file to disk.
pub(crate) fn sync_folder(of: &Path) -> std::io::Result<()> {
    match of.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path.as_os_str());
    name.push(suffix);
    PathBuf::from(name)
}
