//! Statements that are put together from fixed pieces, where there are too many to write each of them.

use std::fmt::Write as _;

use crate::value::Value;

/// A statement and its values. Only pieces that stand in the program become SQL; what comes from outside
/// is a value, always.
#[derive(Clone, Debug, Default)]
pub(crate) struct Composed {
    sql: String,
    values: Vec<Value>,
}

impl Composed {
    /// Adds a piece of SQL.
    #[must_use]
    pub(crate) fn sql(mut self, piece: &'static str) -> Self {
        self.sql.push_str(piece);
        self
    }

    /// Adds a value, and its number where it stands.
    #[must_use]
    pub(crate) fn value(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        // Writing to a String cannot fail.
        let _ = write!(self.sql, "?{}", self.values.len());
        self
    }

    /// The statement.
    pub(crate) fn statement(&self) -> &str {
        &self.sql
    }

    /// Its values, by their numbers.
    pub(crate) fn values(&self) -> &[Value] {
        &self.values
    }
}
