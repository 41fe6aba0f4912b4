//! A transaction, as the tables' statements see it.

use rusqlite::Connection;

use crate::{
    StoreError,
    composed::Composed,
    value::{Row, Value},
};

/// The transaction in which a piece of work runs. Only [`crate::tables`] speaks SQL through it; everybody
/// else hands it on.
///
/// Statements are in what SQLite and PostgreSQL have in common, and number their parameters (`?1`).
#[derive(Debug)]
pub struct Tx {
    connection: Connection,
}

/// Statements that a connection keeps prepared: more than there are.
const PREPARED: usize = 160;

impl Tx {
    pub(crate) fn new(connection: Connection) -> Self {
        connection.set_prepared_statement_cache_capacity(PREPARED);
        Self { connection }
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// All rows of an answer.
    pub(crate) fn query(
        &self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let columns = statement.column_count();
        let rows = statement
            .query_map(rusqlite::params_from_iter(values), |row| Row::of_sqlite(row, columns))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// All rows of the answer to a statement that was put together.
    pub(crate) fn query_composed(&self, composed: &Composed) -> Result<Vec<Row>, StoreError> {
        let mut statement = self.connection.prepare_cached(composed.statement())?;
        let columns = statement.column_count();
        let rows = statement.query_map(rusqlite::params_from_iter(composed.values()), |row| {
            Row::of_sqlite(row, columns)
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The first row of an answer, if there is one.
    pub(crate) fn query_opt(
        &self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Option<Row>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query(rusqlite::params_from_iter(values))?;
        Ok(rows.next()?.map(|row| Row::of_sqlite(row, columns)).transpose()?)
    }

    /// The only row of an answer that always has one.
    pub(crate) fn query_one(&self, sql: &'static str, values: &[Value]) -> Result<Row, StoreError> {
        self.query_opt(sql, values)?.ok_or(StoreError::Unreadable("answer: it has no row"))
    }

    /// Changes rows; how many.
    pub(crate) fn execute(&self, sql: &'static str, values: &[Value]) -> Result<usize, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.execute(rusqlite::params_from_iter(values))?)
    }

    /// An empty database in memory, with today's schema; for tests of the rules that need one.
    ///
    /// # Panics
    ///
    /// If SQLite fails.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    #[expect(clippy::unwrap_used, reason = "a test that has no database fails")]
    pub fn in_memory() -> Self {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "foreign_keys", true).unwrap();
        crate::sqlite::schema::migrate(&mut connection).unwrap();
        Self::new(connection)
    }

    /// Runs any statements: what a test tampers with.
    ///
    /// # Errors
    ///
    /// The database's.
    #[cfg(any(test, feature = "testing"))]
    pub fn tamper(&self, sql: &str) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch(sql)?)
    }

    /// The one number that a statement answers with, for what a test counts.
    ///
    /// # Errors
    ///
    /// The database's.
    #[cfg(any(test, feature = "testing"))]
    pub fn number(&self, sql: &str) -> Result<i64, StoreError> {
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// The texts that a statement answers with in its only column, for what a test lists.
    ///
    /// # Errors
    ///
    /// The database's.
    #[cfg(any(test, feature = "testing"))]
    pub fn texts(&self, sql: &str) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How a statement would be answered, step by step.
    #[cfg(test)]
    pub(crate) fn plan(&self, sql: &str) -> Vec<String> {
        let mut prepared = self.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        for index in 1..=prepared.parameter_count() {
            prepared.raw_bind_parameter(index, 1).unwrap();
        }
        let mut rows = prepared.raw_query();
        let mut steps = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            steps.push(row.get(3).unwrap());
        }
        steps
    }
}
