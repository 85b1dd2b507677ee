//! One way of speaking to SQLite and to PostgreSQL, so that the record is written once, in SQL that both
//! understand. Values are numbered `?1`, `?2`; where the two differ, [`Connection::dialect`] tells them
//! apart.

mod error;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
pub(crate) mod tls;
mod value;

pub(crate) use error::{Error, OptionalExtension, Result};
#[cfg(feature = "postgres")]
pub(crate) use postgres::{PostgresConnection, outside};
pub(crate) use value::{FromSql, Params, ToSql, ValueRef, params};

use std::cell::Cell;
use std::ops::Deref;

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    #[cfg(feature = "postgres")]
    Postgres,
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    Read,
    Write,
}

/// An open connection.
pub(crate) enum Connection {
    Sqlite(rusqlite::Connection),
    #[cfg(feature = "postgres")]
    Postgres(Box<PostgresConnection>),
}

impl Connection {
    /// Which database it leads to.
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// A statement, kept ready for the next time.
    pub(crate) fn prepare_cached(&self, sql: &str) -> Result<Statement<'_>> {
        Ok(match self {
            Self::Sqlite(db) => Statement::Sqlite(db.prepare_cached(sql)?),
            #[cfg(feature = "postgres")]
            Self::Postgres(db) => Statement::Postgres(db, db.prepare(sql)?),
        })
    }

    /// Runs a statement; gives the number of rows it changed.
    pub(crate) fn execute(&self, sql: &str, params: impl Params) -> Result<usize> {
        self.prepare_cached(sql)?.execute(params)
    }

    /// The first row of an answer.
    pub(crate) fn query_row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.prepare_cached(sql)?.query_row(params, read)
    }

    /// Several statements without values.
    pub(crate) fn execute_batch(&self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(db) => Ok(db.execute_batch(sql)?),
            #[cfg(feature = "postgres")]
            Self::Postgres(db) => db.execute_batch(sql),
        }
    }

    /// A transaction that reads one state of the database.
    pub(crate) fn reading(&self) -> Result<Transaction<'_>> {
        self.begin(Intent::Read)?;
        Ok(self.begun())
    }

    /// A transaction that writes.
    pub(crate) fn writing(&self) -> Result<Transaction<'_>> {
        self.begin(Intent::Write)?;
        Ok(self.begun())
    }

    /// Begins a transaction, which [`begun`](Self::begun) then speaks for.
    pub(crate) fn begin(&self, intent: Intent) -> Result<()> {
        self.execute_batch(match (self, intent) {
            (Self::Sqlite(_), Intent::Read) => "BEGIN",
            (Self::Sqlite(_), Intent::Write) => "BEGIN IMMEDIATE",
            #[cfg(feature = "postgres")]
            (Self::Postgres(_), Intent::Read) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            #[cfg(feature = "postgres")]
            (Self::Postgres(_), Intent::Write) => "BEGIN",
        })
    }

    /// The transaction that was begun.
    pub(crate) fn begun(&self) -> Transaction<'_> {
        Transaction {
            connection: self,
            is_open: Cell::new(true),
        }
    }

    /// Whether nothing more can be said over it.
    #[cfg(feature = "postgres")]
    pub(crate) fn is_closed(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Postgres(db) => db.is_closed(),
        }
    }

    /// PostgreSQL itself, for what only it has.
    #[cfg(feature = "postgres")]
    pub(crate) fn postgres(&self) -> Option<&PostgresConnection> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(db) => Some(db),
        }
    }

    /// SQLite itself, for what only it has.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(clippy::unnecessary_wraps, reason = "the other record is not built")
    )]
    pub(crate) fn sqlite(&self) -> Option<&rusqlite::Connection> {
        match self {
            Self::Sqlite(db) => Some(db),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => None,
        }
    }
}

/// A transaction; what is not committed is undone.
pub(crate) struct Transaction<'a> {
    connection: &'a Connection,
    is_open: Cell<bool>,
}

impl Transaction<'_> {
    /// Makes it last.
    pub(crate) fn commit(self) -> Result<()> {
        self.connection.execute_batch("COMMIT")?;
        self.is_open.set(false);
        Ok(())
    }
}

impl Deref for Transaction<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // SQLite rolls some failures back itself; a connection that is gone has undone everything.
        if self.is_open.get() && self.connection.execute_batch("ROLLBACK").is_err() {
            tracing::debug!("nothing to roll back");
        }
    }
}

/// A statement with places for values.
pub(crate) enum Statement<'a> {
    Sqlite(rusqlite::CachedStatement<'a>),
    #[cfg(feature = "postgres")]
    Postgres(&'a PostgresConnection, ::postgres::Statement),
}

impl Statement<'_> {
    /// Runs it; gives the number of rows it changed.
    pub(crate) fn execute(&mut self, params: impl Params) -> Result<usize> {
        match self {
            Self::Sqlite(statement) => {
                let bound = rusqlite::params_from_iter(params.values());
                Ok(statement.execute(bound)?)
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(db, statement) => db.execute(statement, &params.values()),
        }
    }

    /// The first row of the answer.
    pub(crate) fn query_row<T>(
        &mut self,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        match self {
            Self::Sqlite(statement) => {
                let bound = rusqlite::params_from_iter(params.values());
                let mut rows = statement.query(bound)?;
                match rows.next()? {
                    Some(row) => read(&Row::Sqlite(row)),
                    None => Err(Error::NoRows),
                }
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(db, statement) => {
                let rows = db.query(statement, &params.values())?;
                rows.first()
                    .map_or(Err(Error::NoRows), |row| read(&Row::Postgres(row)))
            }
        }
    }

    /// All rows of the answer.
    pub(crate) fn query_map<T>(
        &mut self,
        params: impl Params,
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<std::vec::IntoIter<Result<T>>> {
        let mut found = Vec::new();
        match self {
            Self::Sqlite(statement) => {
                let bound = rusqlite::params_from_iter(params.values());
                let mut rows = statement.query(bound)?;
                while let Some(row) = rows.next()? {
                    found.push(read(&Row::Sqlite(row)));
                }
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(db, statement) => {
                let rows = db.query(statement, &params.values())?;
                found.extend(rows.iter().map(|row| read(&Row::Postgres(row))));
            }
        }
        Ok(found.into_iter())
    }

    /// Whether there is any row.
    pub(crate) fn exists(&mut self, params: impl Params) -> Result<bool> {
        Ok(self.query_row(params, |_| Ok(())).optional()?.is_some())
    }
}

/// Where a column stands; only this, so that a bare number is one.
pub(crate) trait Place {
    fn place(self) -> usize;
}

impl Place for usize {
    fn place(self) -> usize {
        self
    }
}

/// A row of an answer.
pub(crate) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    #[cfg(feature = "postgres")]
    Postgres(&'a ::postgres::Row),
}

impl Row<'_> {
    /// The value of a column, by its place.
    pub(crate) fn get<I: Place, T: FromSql>(&self, column: I) -> Result<T> {
        let column = column.place();
        T::read(self.get_ref(column)?).map_err(|error| match error {
            Error::Unreadable(detail) => Error::Unreadable(format!("column {column}: {detail}")),
            other => other,
        })
    }

    /// The same as it stands.
    pub(crate) fn get_ref(&self, column: usize) -> Result<ValueRef<'_>> {
        match self {
            Self::Sqlite(row) => {
                use rusqlite::types::ValueRef as Found;
                Ok(match row.get_ref(column)? {
                    Found::Null => ValueRef::Null,
                    Found::Integer(n) => ValueRef::Integer(n),
                    Found::Real(n) => ValueRef::Real(n),
                    Found::Text(bytes) => {
                        ValueRef::Text(std::str::from_utf8(bytes).map_err(|why| {
                            Error::Unreadable(format!("column {column} is not UTF-8: {why}"))
                        })?)
                    }
                    Found::Blob(bytes) => ValueRef::Blob(bytes),
                })
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(row) => postgres::value_of(row, column),
        }
    }
}

impl rusqlite::ToSql for ValueRef<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef as Bound};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => Bound::Null,
            Self::Integer(n) => Bound::Integer(*n),
            Self::Real(n) => Bound::Real(*n),
            Self::Text(text) => Bound::Text(text.as_bytes()),
            Self::Blob(bytes) => Bound::Blob(bytes),
        }))
    }
}
