//! A transaction, as the tables' statements see it.

use rusqlite::Connection;

use crate::{
    StoreError,
    composed::Composed,
    postgresql::session::Session,
    value::{Row, Value},
};

/// The transaction in which a piece of work runs. Only [`crate::tables`] speaks SQL through it; everybody
/// else hands it on.
///
/// Statements are in what SQLite and PostgreSQL have in common, and number their parameters (`?1`).
#[derive(Debug)]
pub struct Tx {
    engine: Engine,
}

#[derive(Debug)]
enum Engine {
    Sqlite(Connection),
    // Larger than the other, and there are few.
    PostgreSql(Box<Session>),
}

/// Statements that a connection keeps prepared: more than there are.
const PREPARED: usize = 160;

impl Tx {
    pub(crate) fn new(connection: Connection) -> Self {
        connection.set_prepared_statement_cache_capacity(PREPARED);
        Self { engine: Engine::Sqlite(connection) }
    }

    /// On a connection to a PostgreSQL server.
    pub(crate) fn on_server(session: Session) -> Self {
        Self { engine: Engine::PostgreSql(Box::new(session)) }
    }

    /// Takes the connection out, if it is one to PostgreSQL.
    pub(crate) fn into_session(self) -> Option<Session> {
        match self.engine {
            Engine::Sqlite(_) => None,
            Engine::PostgreSql(session) => Some(*session),
        }
    }

    /// Whether others may change rows while this transaction is at work, and whoever decides locks first.
    pub(crate) fn takes_locks(&self) -> bool {
        self.session().is_some_and(Session::takes_locks)
    }

    /// The connection to SQLite, if it is one.
    pub(crate) fn connection(&self) -> Result<&Connection, StoreError> {
        match &self.engine {
            Engine::Sqlite(connection) => Ok(connection),
            Engine::PostgreSql(_) => Err(StoreError::NotOnServer("it is SQLite's own")),
        }
    }

    /// The connection to PostgreSQL, if it is one.
    pub(crate) fn session(&self) -> Option<&Session> {
        match &self.engine {
            Engine::Sqlite(_) => None,
            Engine::PostgreSql(session) => Some(session),
        }
    }

    fn query_any(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        match &self.engine {
            Engine::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                let columns = statement.column_count();
                let rows = statement.query_map(rusqlite::params_from_iter(values), |row| {
                    Row::of_sqlite(row, columns)
                })?;
                Ok(rows.collect::<Result<_, _>>()?)
            }
            Engine::PostgreSql(session) => session.query(sql, values),
        }
    }

    /// All rows of an answer.
    pub(crate) fn query(
        &self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        self.query_any(sql, values)
    }

    /// All rows of the answer to a statement that was put together.
    pub(crate) fn query_composed(&self, composed: &Composed) -> Result<Vec<Row>, StoreError> {
        self.query_any(composed.statement(), composed.values())
    }

    /// The first row of an answer, if there is one.
    pub(crate) fn query_opt(
        &self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Option<Row>, StoreError> {
        match &self.engine {
            Engine::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                let columns = statement.column_count();
                let mut rows = statement.query(rusqlite::params_from_iter(values))?;
                Ok(rows.next()?.map(|row| Row::of_sqlite(row, columns)).transpose()?)
            }
            Engine::PostgreSql(session) => Ok(session.query(sql, values)?.into_iter().next()),
        }
    }

    /// The only row of an answer that always has one.
    pub(crate) fn query_one(&self, sql: &'static str, values: &[Value]) -> Result<Row, StoreError> {
        self.query_opt(sql, values)?.ok_or(StoreError::Unreadable("answer: it has no row"))
    }

    /// Changes rows; how many.
    pub(crate) fn execute(&self, sql: &'static str, values: &[Value]) -> Result<usize, StoreError> {
        match &self.engine {
            Engine::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                Ok(statement.execute(rusqlite::params_from_iter(values))?)
            }
            Engine::PostgreSql(session) => session.execute(sql, values),
        }
    }

    /// An empty database with today's schema, for tests of the rules that need one: SQLite's in memory,
    /// or one of a PostgreSQL server if `WARIFU_TEST_DATABASE` says `postgresql`.
    ///
    /// # Panics
    ///
    /// If the database fails.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn in_memory() -> Self {
        match crate::postgresql::testing::wanted() {
            Some(server) => Self::in_new_database(&server),
            None => Self::in_sqlite(),
        }
    }

    /// The same, always SQLite's.
    #[cfg(any(test, feature = "testing"))]
    #[expect(clippy::unwrap_used, reason = "a test that has no database fails")]
    pub(crate) fn in_sqlite() -> Self {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "foreign_keys", true).unwrap();
        crate::sqlite::schema::migrate(&mut connection).unwrap();
        Self::new(connection)
    }

    /// The same, always of a PostgreSQL server.
    #[cfg(any(test, feature = "testing"))]
    #[expect(clippy::unwrap_used, reason = "a test that has no database fails")]
    pub(crate) fn in_new_database(server: &crate::Server) -> Self {
        let session = Session::open(server).unwrap();
        crate::postgresql::schema::migrate(&session, None).unwrap();
        Self::on_server(session)
    }

    /// Runs any statements: what a test tampers with.
    ///
    /// # Errors
    ///
    /// The database's.
    #[cfg(any(test, feature = "testing"))]
    pub fn tamper(&self, sql: &str) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(connection) => Ok(connection.execute_batch(sql)?),
            Engine::PostgreSql(session) => session.batch(&bytes_of_postgresql(sql)),
        }
    }

    /// The one number that a statement answers with, for what a test counts.
    ///
    /// # Errors
    ///
    /// The database's.
    #[cfg(any(test, feature = "testing"))]
    pub fn number(&self, sql: &str) -> Result<i64, StoreError> {
        let rows = match &self.engine {
            Engine::Sqlite(_) => self.query_any(sql, &[])?,
            Engine::PostgreSql(session) => session.query(&bytes_of_postgresql(sql), &[])?,
        };
        rows.first().ok_or(StoreError::Unreadable("answer: it has no row"))?.get(0)
    }

    /// The texts that a statement answers with in its only column, for what a test lists.
    ///
    /// # Errors
    ///
    /// The database's.
    #[cfg(any(test, feature = "testing"))]
    pub fn texts(&self, sql: &str) -> Result<Vec<String>, StoreError> {
        self.query_any(sql, &[])?.iter().map(|row| row.get(0)).collect()
    }

    /// How a statement would be answered, step by step.
    #[cfg(test)]
    pub(crate) fn plan(&self, sql: &str) -> Vec<String> {
        let mut prepared =
            self.connection().unwrap().prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
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

/// Statements of a test with bytes as PostgreSQL writes them.
#[cfg(any(test, feature = "testing"))]
fn bytes_of_postgresql(sql: &str) -> String {
    let mut text =
        sql.replace("randomblob(32)", "decode(md5(random()::text) || md5(random()::text), 'hex')");
    for before in [" ", "(", ","] {
        text = text.replace(&format!("{before}x'"), &format!("{before}bytea '\\x"));
    }
    text
}
