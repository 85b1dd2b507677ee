//! Values as they go into a database and come out of it, whichever it is.

use super::{Error, Result};

/// A value of a row, or one that is bound to a statement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ValueRef<'a> {
    /// None.
    Null,
    /// A number, moment, count or truth.
    Integer(i64),
    /// A share or rate.
    Real(f64),
    /// Words, codes, days, JSON.
    Text(&'a str),
    /// A hash.
    Blob(&'a [u8]),
}

impl<'a> ValueRef<'a> {
    /// The text it is.
    pub(crate) fn as_str(&self) -> Result<&'a str> {
        match self {
            Self::Text(text) => Ok(text),
            other => Err(Error::wrong(*other, "text")),
        }
    }
}

/// What can be bound to a statement.
pub(crate) trait ToSql {
    fn value(&self) -> ValueRef<'_>;
}

/// What can be read from a column.
pub(crate) trait FromSql: Sized {
    fn read(value: ValueRef<'_>) -> Result<Self>;
}

macro_rules! whole_numbers {
    ($($kind:ty),*) => {$(
        impl ToSql for $kind {
            fn value(&self) -> ValueRef<'_> {
                ValueRef::Integer(i64::from(*self))
            }
        }

        impl FromSql for $kind {
            fn read(value: ValueRef<'_>) -> Result<Self> {
                match value {
                    ValueRef::Integer(n) => {
                        Self::try_from(n).map_err(|_| Error::wrong(value, stringify!($kind)))
                    }
                    other => Err(Error::wrong(other, stringify!($kind))),
                }
            }
        }
    )*};
}

whole_numbers!(i64, i32, u32, u16, u8);

impl ToSql for bool {
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Integer(i64::from(*self))
    }
}

impl FromSql for bool {
    fn read(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Integer(n) => Ok(n != 0),
            other => Err(Error::wrong(other, "bool")),
        }
    }
}

impl ToSql for f64 {
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Real(*self)
    }
}

impl FromSql for f64 {
    fn read(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Real(n) => Ok(n),
            #[expect(clippy::cast_precision_loss, reason = "SQLite keeps 3.0 as 3")]
            ValueRef::Integer(n) => Ok(n as f64),
            other => Err(Error::wrong(other, "f64")),
        }
    }
}

impl ToSql for str {
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Text(self)
    }
}

impl ToSql for String {
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Text(self)
    }
}

impl FromSql for String {
    fn read(value: ValueRef<'_>) -> Result<Self> {
        value.as_str().map(str::to_owned)
    }
}

impl ToSql for Vec<u8> {
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Blob(self)
    }
}

impl FromSql for Vec<u8> {
    fn read(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Blob(bytes) => Ok(bytes.to_vec()),
            other => Err(Error::wrong(other, "bytes")),
        }
    }
}

impl<const N: usize> ToSql for [u8; N] {
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Blob(self)
    }
}

impl<const N: usize> FromSql for [u8; N] {
    fn read(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Blob(bytes) => {
                Self::try_from(bytes).map_err(|_| Error::wrong(value, "bytes of that length"))
            }
            other => Err(Error::wrong(other, "bytes")),
        }
    }
}

impl<T: ToSql> ToSql for Option<T> {
    fn value(&self) -> ValueRef<'_> {
        self.as_ref().map_or(ValueRef::Null, ToSql::value)
    }
}

impl<T: FromSql> FromSql for Option<T> {
    fn read(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Null => Ok(None),
            other => T::read(other).map(Some),
        }
    }
}

impl<T: ToSql + ?Sized> ToSql for &T {
    fn value(&self) -> ValueRef<'_> {
        (**self).value()
    }
}

/// All values of a statement, in the order of their numbers.
pub(crate) trait Params {
    fn values(&self) -> Vec<ValueRef<'_>>;
}

impl Params for &[&dyn ToSql] {
    fn values(&self) -> Vec<ValueRef<'_>> {
        self.iter().map(|one| one.value()).collect()
    }
}

/// No values; a type of its own, so that `[]` is one.
impl Params for [&(dyn ToSql + Sync); 0] {
    fn values(&self) -> Vec<ValueRef<'_>> {
        Vec::new()
    }
}

macro_rules! arrays {
    ($($n:literal),*) => {$(
        impl<T: ToSql> Params for [T; $n] {
            fn values(&self) -> Vec<ValueRef<'_>> {
                self.iter().map(ToSql::value).collect()
            }
        }
    )*};
}

arrays!(1, 2, 3, 4, 5, 6, 7, 8);

impl<P: Params + ?Sized> Params for &P {
    fn values(&self) -> Vec<ValueRef<'_>> {
        (**self).values()
    }
}

/// Values of different types.
macro_rules! params {
    () => {
        &[] as &[&dyn $crate::sql::ToSql]
    };
    ($($value:expr),+ $(,)?) => {
        &[$(&$value as &dyn $crate::sql::ToSql),+] as &[&dyn $crate::sql::ToSql]
    };
}
pub(crate) use params;
