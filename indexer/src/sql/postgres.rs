//! PostgreSQL's side.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::error::Error as StdError;

use postgres::error::Severity;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Row, Statement};

use super::{Error, Result, ValueRef};

/// A connection with the statements it keeps ready.
pub(crate) struct PostgresConnection {
    /// Taken out only when it is closed.
    client: RefCell<Option<Client>>,
    ready: RefCell<HashMap<String, Statement>>,
    is_broken: Cell<bool>,
}

impl PostgresConnection {
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client: RefCell::new(Some(client)),
            ready: RefCell::default(),
            is_broken: Cell::new(false),
        }
    }

    /// Whether nothing more can be said over it.
    pub(crate) fn is_closed(&self) -> bool {
        let client = self.client.borrow();
        self.is_broken.get() || client.as_ref().is_none_or(Client::is_closed)
    }

    pub(super) fn prepare(&self, sql: &str) -> Result<Statement> {
        if let Some(known) = self.ready.borrow().get(sql) {
            return Ok(known.clone());
        }
        let statement = self.ask(|client| client.prepare(&numbered(sql)))?;
        let kept = statement.clone();
        self.ready.borrow_mut().insert(sql.to_owned(), kept);
        Ok(statement)
    }

    pub(super) fn execute(&self, statement: &Statement, values: &[ValueRef<'_>]) -> Result<usize> {
        let bound = values.iter().map(|value| value as &(dyn ToSql + Sync));
        let bound = bound.collect::<Vec<_>>();
        let n_changed = self.ask(|client| client.execute(statement, &bound))?;
        Ok(usize::try_from(n_changed).unwrap_or(usize::MAX))
    }

    pub(super) fn query(&self, statement: &Statement, values: &[ValueRef<'_>]) -> Result<Vec<Row>> {
        let bound = values.iter().map(|value| value as &(dyn ToSql + Sync));
        let bound = bound.collect::<Vec<_>>();
        self.ask(|client| client.query(statement, &bound))
    }

    pub(super) fn execute_batch(&self, sql: &str) -> Result<()> {
        self.ask(|client| client.batch_execute(sql))
    }

    /// Sees every row of an answer, one at a time, however many there are.
    pub(crate) fn each_row(
        &self,
        sql: &str,
        mut see: impl FnMut(&[ValueRef<'_>]) + Send,
    ) -> Result<()> {
        let unread = self.ask(|client| {
            let mut rows = client.query_raw(sql, std::iter::empty::<&(dyn ToSql + Sync)>())?;
            while let Some(row) = rows.next()? {
                let values = (0..row.len()).map(|column| value_of(&row, column));
                match values.collect::<Result<Vec<_>>>() {
                    Ok(values) => see(&values),
                    Err(why) => return Ok(Some(why)),
                }
            }
            Ok(None)
        })?;
        unread.map_or(Ok(()), Err)
    }

    /// Speaks over the connection itself, for what only PostgreSQL has.
    pub(crate) fn ask<T: Send>(
        &self,
        question: impl FnOnce(&mut Client) -> Result<T, postgres::Error> + Send,
    ) -> Result<T> {
        let mut held = self.client.borrow_mut();
        let client = held.as_mut().ok_or(Error::NoRows)?;
        outside(|| question(client)).map_err(|error| {
            if breaks(&error) {
                self.is_broken.set(true);
            }
            Error::Postgres(error)
        })
    }
}

impl Drop for PostgresConnection {
    fn drop(&mut self) {
        // Closing waits too.
        if let Some(client) = self.client.get_mut().take() {
            outside(|| drop(client));
        }
    }
}

/// Whether nothing more comes over a connection that said this: the server ended it, or the wire broke.
fn breaks(error: &postgres::Error) -> bool {
    match error.as_db_error() {
        Some(said) => matches!(
            said.parsed_severity(),
            Some(Severity::Fatal | Severity::Panic)
        ),
        // Not the server's words. A value that cannot be sent is among them; one connection too many made
        // anew is cheaper than one kept that is silent.
        None => true,
    }
}

/// The client waits in a runtime of its own, which a thread of another runtime may not do before it has
/// stepped out of that.
pub(crate) fn outside<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        // A runtime of one thread has no other to go on with.
        Ok(_) => std::thread::scope(|scope| {
            let done = scope.spawn(work).join();
            done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        }),
        Err(_) => work(),
    }
}

/// `?1` becomes `$1`. Our statements have no question mark elsewhere.
fn numbered(sql: &str) -> String {
    sql.replace('?', "$")
}

/// A value in a column.
pub(super) fn value_of(row: &Row, column: usize) -> Result<ValueRef<'_>> {
    row.try_get::<_, Seen<'_>>(column)
        .map(|seen| seen.0)
        .map_err(Error::Postgres)
}

type Complaint = Box<dyn StdError + Sync + Send>;

impl ToSql for ValueRef<'_> {
    fn to_sql(&self, kind: &Type, out: &mut bytes::BytesMut) -> Result<IsNull, Complaint> {
        match (*self, kind) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Integer(n), &Type::INT8) => n.to_sql(kind, out),
            (Self::Integer(n), &Type::INT4) => i32::try_from(n)?.to_sql(kind, out),
            (Self::Integer(n), &Type::INT2) => i16::try_from(n)?.to_sql(kind, out),
            (Self::Integer(n), &Type::BOOL) => (n != 0).to_sql(kind, out),
            #[expect(clippy::cast_precision_loss, reason = "a count where a rate stands")]
            (Self::Integer(n), &Type::FLOAT8) => (n as f64).to_sql(kind, out),
            (Self::Real(n), &Type::FLOAT8) => n.to_sql(kind, out),
            (Self::Text(text), &Type::TEXT | &Type::VARCHAR | &Type::JSON) => {
                out.extend_from_slice(text.as_bytes());
                Ok(IsNull::No)
            }
            (Self::Blob(bytes), &Type::BYTEA) => bytes.to_sql(kind, out),
            (value, kind) => Err(Error::wrong(value, kind.name()).to_string().into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A column as it stands.
struct Seen<'a>(ValueRef<'a>);

impl<'a> FromSql<'a> for Seen<'a> {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Complaint> {
        Ok(Self(match *kind {
            Type::INT8 => ValueRef::Integer(i64::from_sql(kind, raw)?),
            Type::INT4 => ValueRef::Integer(i32::from_sql(kind, raw)?.into()),
            Type::INT2 => ValueRef::Integer(i16::from_sql(kind, raw)?.into()),
            Type::BOOL => ValueRef::Integer(bool::from_sql(kind, raw)?.into()),
            Type::FLOAT8 => ValueRef::Real(f64::from_sql(kind, raw)?),
            Type::TEXT | Type::VARCHAR | Type::JSON | Type::NAME => {
                ValueRef::Text(std::str::from_utf8(raw)?)
            }
            Type::BYTEA => ValueRef::Blob(raw),
            ref other => return Err(format!("a column of type {other} is none of ours").into()),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Complaint> {
        Ok(Self(ValueRef::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
