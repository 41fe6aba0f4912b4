//! What goes into a statement and what comes out: integers, text and bytes, which every database has.

use rusqlite::types::{ToSqlOutput, Value as Stored, ValueRef};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, private::BytesMut};
use warifu_protocol::{CustomerNumber, Department, Permission, PersonName, Thumbprint, UserId};

use crate::StoreError;

/// One value. Truth is 0 or 1, time is seconds since 1970.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// The values of a statement, each converted.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        [$($crate::value::Value::from($value)),*]
    };
}
pub(crate) use params;

macro_rules! from_integer {
    ($($integer:ty),*) => {
        $(impl From<$integer> for Value {
            fn from(value: $integer) -> Self {
                Self::Int(i64::from(value))
            }
        })*
    };
}
from_integer!(i64, i32, u32, u16, u8, bool);

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Blob(value.to_owned())
    }
}

macro_rules! from_name {
    ($($name:ty),*) => {
        $(impl From<&$name> for Value {
            fn from(value: &$name) -> Self {
                Self::from(value.as_str())
            }
        })*
    };
}
from_name!(CustomerNumber, Department, Permission, PersonName, Thumbprint, UserId, String);

impl<T> From<Option<T>> for Value
where
    Self: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Blob(value) => ValueRef::Blob(value),
        }))
    }
}

type Refusal = Box<dyn std::error::Error + Sync + Send>;

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Refusal> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) if *kind == Type::INT4 => i32::try_from(*value)?.to_sql(kind, out),
            Self::Int(value) if *kind == Type::BOOL => (*value != 0).to_sql(kind, out),
            Self::Int(value) if *kind == Type::INT8 => value.to_sql(kind, out),
            Self::Text(value) if <&str as ToSql>::accepts(kind) => value.to_sql(kind, out),
            Self::Blob(value) if *kind == Type::BYTEA => value.to_sql(kind, out),
            Self::Int(_) | Self::Text(_) | Self::Blob(_) => {
                Err(format!("a value of another kind than {kind}").into())
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Refusal> {
        Ok(match *kind {
            Type::INT8 => Self::Int(i64::from_sql(kind, raw)?),
            Type::INT4 => Self::Int(i32::from_sql(kind, raw)?.into()),
            Type::BOOL => Self::Int(bool::from_sql(kind, raw)?.into()),
            Type::BYTEA => Self::Blob(<&[u8]>::from_sql(kind, raw)?.to_owned()),
            _ => Self::Text(<&str>::from_sql(kind, raw)?.to_owned()),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Refusal> {
        Ok(Self::Null)
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::BOOL, Type::BYTEA].contains(kind)
            || <&str as FromSql<'_>>::accepts(kind)
    }
}

/// One row of an answer.
#[derive(Debug)]
pub(crate) struct Row(Vec<Value>);

impl Row {
    /// A row of these values.
    pub(crate) fn of_values(values: Vec<Value>) -> Self {
        Self(values)
    }

    /// The values of all columns.
    pub(crate) fn into_values(self) -> Vec<Value> {
        self.0
    }

    /// Takes a row out of SQLite.
    pub(crate) fn of_sqlite(row: &rusqlite::Row<'_>, columns: usize) -> rusqlite::Result<Self> {
        (0..columns)
            .map(|column| {
                Ok(match row.get::<_, Stored>(column)? {
                    Stored::Null => Value::Null,
                    Stored::Integer(value) => Value::Int(value),
                    // No column holds such numbers: it is read as what nothing can be made of.
                    Stored::Real(_) => Value::Null,
                    Stored::Text(value) => Value::Text(value),
                    Stored::Blob(value) => Value::Blob(value),
                })
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The value of a column, counted from 0.
    pub(crate) fn get<T: FromValue>(&self, column: usize) -> Result<T, StoreError> {
        let value = self.0.get(column).ok_or(StoreError::Unreadable("row"))?;
        T::from_value(value).ok_or(StoreError::Unreadable("value"))
    }

    /// The text of a column, as what it stands for.
    pub(crate) fn parse<T: std::str::FromStr>(
        &self,
        column: usize,
        what: &'static str,
    ) -> Result<T, StoreError> {
        let value = self.0.get(column).ok_or(StoreError::Unreadable("row"))?;
        let Value::Text(text) = value else { return Err(StoreError::Unreadable("value")) };
        text.parse().map_err(|_| StoreError::Unreadable(what))
    }
}

/// What a column can be read as.
pub(crate) trait FromValue: Sized {
    /// None if the column holds something else.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! integer_from {
    ($($integer:ty),*) => {
        $(impl FromValue for $integer {
            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    Value::Int(value) => Self::try_from(*value).ok(),
                    Value::Null | Value::Text(_) | Value::Blob(_) => None,
                }
            }
        })*
    };
}
integer_from!(i64, u32, u16, u8);

impl FromValue for bool {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(|value| value != 0)
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(value) => Some(value.clone()),
            Value::Null | Value::Int(_) | Value::Blob(_) => None,
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Blob(value) => Some(value.clone()),
            Value::Null | Value::Int(_) | Value::Text(_) => None,
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            Value::Int(_) | Value::Text(_) | Value::Blob(_) => T::from_value(value).map(Some),
        }
    }
}
