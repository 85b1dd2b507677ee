//! Counting, checking, backing up and restoring.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use models::domain::ContentHash;
use rusqlite::{Connection as Sqlite, ErrorCode, OpenFlags, params};

use super::connection::{self, BUSY_WAIT};
use super::fault::{Fault, explain, explain_io};
use super::rows::number;
use super::schema;
use crate::archive::Counts;
use crate::sql::{Connection, Dialect, Result as Sql};
use crate::{Error, Result};

pub(super) fn counts(db: &Connection) -> Result<Counts, Fault> {
    let count = |sql: &str| -> Sql<u64> { db.query_row(sql, [], |row| row.get(0)).map(number) };
    let bytes: i64 = match db.dialect() {
        Dialect::Sqlite => db.query_row(
            "SELECT page_size * page_count FROM pragma_page_size, pragma_page_count",
            [],
            |row| row.get(0),
        )?,
        #[cfg(feature = "postgres")]
        Dialect::Postgres => {
            db.query_row("SELECT pg_database_size(current_database())", [], |row| {
                row.get(0)
            })?
        }
    };
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
        database_bytes: number(bytes),
    })
}

/// Everything SQLite and the foreign keys complain about, at most a hundred lines.
pub(super) fn check(db: &Connection) -> Result<Vec<String>, Fault> {
    let Some(db) = db.sqlite() else {
        // PostgreSQL keeps its pages by checksums and its references by itself.
        return Ok(Vec::new());
    };
    let mut statement = db.prepare("PRAGMA integrity_check(100)")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut complaints = lines.collect::<rusqlite::Result<Vec<_>>>()?;
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

/// Up to this size every page is looked at when the program starts: some seconds.
const LOOKED_AT_BYTES: i64 = 1 << 30;

/// See [`EmbeddedArchive::refuse_damage`](super::EmbeddedArchive::refuse_damage).
pub(super) fn refuse_damage(path: &Path, db: &Connection) -> Result<(), Fault> {
    let Some(db) = db.sqlite() else {
        return Ok(());
    };
    let page_bytes: i64 = db.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let n_pages: i64 = db.pragma_query_value(None, "page_count", |row| row.get(0))?;
    if page_bytes * n_pages > LOOKED_AT_BYTES {
        return Ok(());
    }
    let said: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if said == "ok" {
        return Ok(());
    }
    Err(Fault::Ours(Error::Corrupt {
        path: path.to_owned(),
        detail: said,
    }))
}

/// Writes a consistent copy beside readers and the writer. It appears under its name only when it
/// is whole and on disk.
/// A record of another program or of a newer release is refused; none is migrated for it.
pub fn backup(from: &Path, to: &Path) -> Result<()> {
    refuse_existing(to)?;
    File::open(from).map_err(|why| explain_io(from, why))?;
    let draft = beside(to, ".part");
    let _ = fs::remove_file(&draft);
    let source = open_source(from).map_err(Fault::from);
    let source = source.and_then(|db| schema::check_ours(from, &db).map(|()| db));
    let source = source.map_err(|fault| explain(from, fault))?;
    let name = draft.to_string_lossy().into_owned();
    let copied = source.execute("VACUUM INTO ?1", params![name]);
    if let Err(error) = copied {
        let _ = fs::remove_file(&draft);
        // Trouble with room or permission is that of the copy: its source is only read.
        let culprit = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => from,
            _ => to,
        };
        return Err(explain(culprit, error.into()));
    }
    settle(&draft, to)
}

/// What a record says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examined {
    /// Its schema.
    pub schema: u32,
    /// Its history of writes.
    pub generation: String,
    /// The latest write to a mention.
    pub seq: u64,
    /// Mentions in it.
    pub n_mentions: u64,
    /// Bodies of the captures that it knows, in the order of their hashes.
    pub bodies: Vec<ContentHash>,
}

/// Looks at a record that nobody writes, every page of it, and changes nothing: not even files appear
/// beside it. Refuses a damaged, foreign or newer one.
pub fn examine(path: &Path) -> Result<Examined> {
    File::open(path).map_err(|why| explain_io(path, why))?;
    let work = || -> Result<Examined, Fault> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        let db = Sqlite::open_with_flags(immutable(path), flags)?;
        schema::check_ours(path, &db)?;
        let schema = schema::version(&db)?;
        let db = Connection::Sqlite(db);
        if schema == 0 {
            return Err(Fault::Ours(Error::Foreign {
                path: path.to_owned(),
            }));
        }
        if let Some(complaint) = check(&db)?.into_iter().next() {
            return Err(Fault::Ours(Error::Corrupt {
                path: path.to_owned(),
                detail: complaint,
            }));
        }
        let (seq, generation): (i64, String) =
            db.query_row("SELECT seq, generation FROM history", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        let n_mentions = db.query_row("SELECT count(*) FROM mentions", [], |row| row.get(0))?;
        let mut known = db.prepare_cached("SELECT DISTINCT hash FROM captures ORDER BY hash")?;
        let bodies = known.query_map([], |row| Ok(ContentHash(row.get(0)?)))?;
        Ok(Examined {
            schema,
            generation,
            seq: number(seq),
            n_mentions: number(n_mentions),
            bodies: bodies.collect::<Sql<_>>()?,
        })
    };
    work().map_err(|fault| explain(path, fault))
}

/// The address by which SQLite takes a file for one that nobody changes, and makes no files beside it.
fn immutable(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                uri.push(char::from(*byte));
            }
            other => {
                let _ = write!(uri, "%{other:02X}");
            }
        }
    }
    uri + "?immutable=1"
}

/// Opens the record for copying; connections of the pool may not write, not even a copy.
fn open_source(from: &Path) -> rusqlite::Result<Sqlite> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Sqlite::open_with_flags(from, flags)?;
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
        let opened = connection::open(draft)?;
        schema::check_ours(backup, &opened)?;
        if schema::version(&opened)? == 0 {
            return Err(Fault::Ours(Error::Foreign {
                path: backup.to_owned(),
            }));
        }
        let connection = connection::into_writer(opened)?;
        schema::migrate(&connection)?;
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
        connection.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
        Ok(())
    };
    work().map_err(|fault| explain(backup, fault))
}

pub(crate) fn refuse_existing(path: &Path) -> Result<()> {
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

pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path.as_os_str());
    name.push(suffix);
    PathBuf::from(name)
}
