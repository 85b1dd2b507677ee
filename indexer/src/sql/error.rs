//! What a database can say against us.

use std::fmt;

use super::ValueRef;

/// What a call of a database gives.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// What a database can say against us.
#[derive(Debug)]
pub(crate) enum Error {
    /// SQLite's words.
    Sqlite(rusqlite::Error),
    /// PostgreSQL's words.
    #[cfg(feature = "postgres")]
    Postgres(postgres::Error),
    /// A row was asked for and there was none.
    NoRows,
    /// A stored value that this release cannot read.
    Unreadable(String),
}

impl Error {
    /// A value of another type than is read.
    pub(super) fn wrong(found: ValueRef<'_>, wanted: &str) -> Self {
        // The kind alone: values may be words of citizens.
        let found = match found {
            ValueRef::Null => "nothing",
            ValueRef::Integer(_) => "a whole number",
            ValueRef::Real(_) => "a number",
            ValueRef::Text(_) => "text",
            ValueRef::Blob(_) => "bytes",
        };
        Self::Unreadable(format!("found {found} where {wanted} is expected"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(error) => error.fmt(f),
            #[cfg(feature = "postgres")]
            Self::Postgres(error) => {
                if let Some(said) = error.as_db_error() {
                    return write!(f, "{} ({})", said.message(), said.code().code());
                }
                error.fmt(f)?;
                // A failed handshake says what failed only further down.
                let mut why = std::error::Error::source(error);
                while let Some(deeper) = why {
                    write!(f, ": {deeper}")?;
                    why = deeper.source();
                }
                Ok(())
            }
            Self::NoRows => write!(f, "a row that must be there is missing"),
            Self::Unreadable(detail) => f.write_str(detail),
        }
    }
}

impl std::error::Error for Error {}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::QueryReturnedNoRows => Self::NoRows,
            other => Self::Sqlite(other),
        }
    }
}

#[cfg(feature = "postgres")]
impl From<postgres::Error> for Error {
    fn from(error: postgres::Error) -> Self {
        Self::Postgres(error)
    }
}

/// `None` where there was no row.
pub(crate) trait OptionalExtension<T> {
    fn optional(self) -> Result<Option<T>>;
}

impl<T> OptionalExtension<T> for Result<T> {
    fn optional(self) -> Result<Option<T>> {
        match self {
            Ok(value) => Ok(Some(value)),
            Err(Error::NoRows) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
