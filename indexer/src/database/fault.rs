//! What SQLite says, in words that name the file and the fix.

use std::io::ErrorKind;
use std::path::Path;

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHMSIZE;

use crate::{Error, sql};

/// What a piece of work on a connection can meet: SQLite's words, or an error of ours.
pub(super) enum Fault {
    Sql(sql::Error),
    Ours(Error),
}

impl From<sql::Error> for Fault {
    fn from(error: sql::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error.into())
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

/// Says what happened to the database at `path` and what to do about it.
pub(super) fn explain(path: &Path, fault: Fault) -> Error {
    let path_owned = path.to_owned();
    let source = match fault {
        Fault::Ours(error) => return error,
        Fault::Sql(sql::Error::Sqlite(error)) => error,
        Fault::Sql(sql::Error::Unreadable(detail)) => {
            return Error::Unreadable {
                path: path_owned,
                what: "value",
                detail,
            };
        }
        Fault::Sql(source) => {
            return Error::Database {
                path: path_owned,
                source: Box::new(source),
            };
        }
    };
    match source.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::Locked { path: path_owned }
        }
        Some(ErrorCode::ReadOnly) => Error::ReadOnly { path: path_owned },
        Some(ErrorCode::DiskFull) => Error::Full { path: path_owned },
        // A disk without room for the index of the write-ahead log: SQLite calls that an I/O error.
        _ if extended_code(&source) == Some(SQLITE_IOERR_SHMSIZE) => {
            Error::Full { path: path_owned }
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Error::Corrupt {
            path: path_owned,
            detail: source.to_string(),
        },
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => why_not_open(path, source),
        _ => Error::Database {
            path: path_owned,
            source: Box::new(source),
        },
    }
}

fn extended_code(source: &rusqlite::Error) -> Option<i32> {
    source.sqlite_error().map(|error| error.extended_code)
}

/// SQLite only says "unable to open"; the operating system says why.
fn why_not_open(path: &Path, source: rusqlite::Error) -> Error {
    let path_owned = path.to_owned();
    match std::fs::OpenOptions::new().append(true).open(path) {
        Err(why) => explain_io(path, why),
        Ok(_) => Error::Database {
            path: path_owned,
            source: Box::new(source),
        },
    }
}

/// Says what happened to a file or folder.
pub(crate) fn explain_io(path: &Path, source: std::io::Error) -> Error {
    let path = path.to_owned();
    match source.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Error::ReadOnly { path },
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::Full { path },
        _ => Error::Io { path, source },
    }
}

/// A stored value that this release cannot read.
pub(super) fn unreadable(column: usize, detail: impl Into<String>) -> sql::Error {
    sql::Error::Unreadable(format!("column {column}: {}", detail.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    fn check(code: i32, expected: &str) {
        let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        let said = explain(Path::new("/data/record.db"), error.into()).to_string();
        assert!(said.contains("/data/record.db"), "{said}");
        assert!(said.contains(expected), "{said}");
    }

    #[test]
    fn every_trouble_names_the_file_and_the_fix() {
        check(ffi::SQLITE_BUSY, "stop the other");
        check(ffi::SQLITE_READONLY, "write permission");
        check(ffi::SQLITE_FULL, "free space");
        check(ffi::SQLITE_CORRUPT, "langnghe restore");
        check(ffi::SQLITE_NOTADB, "langnghe restore");
        check(ffi::SQLITE_CANTOPEN, "No such file");
    }
}
