//! One connection, used from one thread that is not part of an asynchronous runtime.
//!
//! Each has a small runtime of its own, as the driver's own blocking client has; that client knows no
//! deadline, and a COMMIT can wait for a standby for ever.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    runtime::Runtime,
};
use tokio_postgres::{
    AsyncMessage, Client, Connection, Row as Answer, Socket, Statement,
    binary_copy::BinaryCopyInWriter, error::SqlState, types::ToSql,
};

use super::{server::Server, text::of_postgresql};
use crate::{
    StoreError,
    value::{Row, Value},
};

/// A client and whether the server warned of something since this was looked at.
pub(crate) struct Link {
    client: Client,
    warned: Arc<AtomicBool>,
}

impl Link {
    /// Lets a connection work on the runtime that calls.
    pub(crate) fn drive<T>((client, mut connection): (Client, Connection<Socket, T>)) -> Self
    where
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let warned = Arc::new(AtomicBool::new(false));
        let note = Arc::clone(&warned);
        tokio::spawn(async move {
            while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await
            {
                if let AsyncMessage::Notice(notice) = message
                    && notice.code().code().starts_with("01")
                {
                    note.store(true, Ordering::Relaxed);
                }
            }
        });
        Self { client, warned }
    }
}

/// Why the last transaction cannot go on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Failure {
    /// It met another one; the same work may run again.
    Again,
    /// The connection is of no use any more.
    Lost,
    /// A statement failed, and with it the transaction.
    Statement,
}

/// What a piece of work does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// Reads, all of it on one snapshot.
    Read,
    /// Changes. Each statement sees what is committed before it, so whoever decides locks first.
    Write,
}

impl Kind {
    const fn words(self) -> &'static str {
        match self {
            Self::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Self::Write => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        }
    }
}

/// A connection and the statements that it has prepared.
pub(crate) struct Session {
    link: Link,
    /// None while it is dropped.
    runtime: Option<Runtime>,
    /// With locks and without, since what only reads may take none.
    prepared: [RefCell<HashMap<String, Statement>>; 2],
    takes_locks: Cell<bool>,
    failure: Cell<Option<Failure>>,
    deadline: Cell<Option<Instant>>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("failure", &self.failure).finish_non_exhaustive()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A runtime waits for its end, which an asynchronous thread must not.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// How long a server may take to answer that it is there.
const CONNECT: Duration = Duration::from_secs(5);

impl Session {
    /// Connects. Blocks.
    pub(crate) fn open(server: &Server) -> Result<Self, StoreError> {
        let gone = |why: String| StoreError::Unavailable(why);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| gone(error.to_string()))?;
        let connected = runtime
            .block_on(async { tokio::time::timeout(CONNECT, server.connect()).await })
            .map_err(|_| gone(String::from("it does not answer")))?;
        let link = connected.map_err(|error| gone(told(&error)))?;
        Ok(Self {
            link,
            runtime: Some(runtime),
            prepared: Default::default(),
            takes_locks: Cell::new(true),
            failure: Cell::new(None),
            deadline: Cell::new(None),
        })
    }

    /// Begins a transaction, whose work must end by then.
    pub(crate) fn begin(&self, kind: Kind, deadline: Option<Instant>) -> Result<(), StoreError> {
        self.failure.set(None);
        self.deadline.set(deadline);
        self.takes_locks.set(kind == Kind::Write);
        self.batch(kind.words())
    }

    /// Has what is asked outside of a transaction, which knows its own end, be over by then.
    pub(crate) fn answer_by(&self, deadline: Instant) {
        self.deadline.set(Some(deadline));
    }

    /// Whether the transaction may change rows, and so lock them.
    pub(crate) fn takes_locks(&self) -> bool {
        self.takes_locks.get()
    }

    /// Makes durable what was done; what is not certain to be stored or not is [`StoreError::Uncertain`].
    pub(crate) fn commit(&self) -> Result<(), StoreError> {
        self.link.warned.store(false, Ordering::Relaxed);
        match self.batch("COMMIT") {
            // An administrator ended the wait for the standby: stored here, perhaps nowhere else.
            Ok(()) if self.link.warned.load(Ordering::Relaxed) => {
                self.failure.set(Some(Failure::Lost));
                Err(StoreError::Uncertain)
            }
            Err(_) if self.failure() == Some(Failure::Lost) => Err(StoreError::Uncertain),
            Err(error) => Err(StoreError::Commit(error.to_string())),
            Ok(()) => Ok(()),
        }
    }

    /// Undoes what was done; whether the connection can be used again.
    pub(crate) fn roll_back(&self) -> bool {
        if self.failure() == Some(Failure::Lost) {
            return false;
        }
        self.deadline.set(Some(Instant::now() + CONNECT));
        self.batch("ROLLBACK").is_ok()
    }

    /// What has gone wrong since the transaction began.
    pub(crate) fn failure(&self) -> Option<Failure> {
        self.failure.get()
    }

    /// Any statements, without values.
    pub(crate) fn batch(&self, sql: &str) -> Result<(), StoreError> {
        self.wait(self.link.client.batch_execute(sql))
    }

    /// All rows of an answer.
    pub(crate) fn query(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        let statement = self.prepare(sql)?;
        let values = as_parameters(values);
        let rows = self.wait(self.link.client.query(&statement, &values))?;
        rows.iter().map(row_of).collect()
    }

    /// Changes rows; how many.
    pub(crate) fn execute(&self, sql: &str, values: &[Value]) -> Result<usize, StoreError> {
        let statement = self.prepare(sql)?;
        let values = as_parameters(values);
        let changed = self.wait(self.link.client.execute(&statement, &values))?;
        usize::try_from(changed).map_err(|_| StoreError::Unreadable("count"))
    }

    /// Adds rows to a table, all in one go.
    pub(crate) fn copy_in(
        &self,
        table: &str,
        columns: &str,
        rows: &[Vec<Value>],
    ) -> Result<(), StoreError> {
        let kinds = self.prepare(&format!("SELECT {columns} FROM {table} WHERE false"))?;
        let kinds: Vec<_> = kinds.columns().iter().map(|column| column.type_().clone()).collect();
        let copy = format!("COPY {table} ({columns}) FROM STDIN BINARY");
        self.wait(async {
            let sink = self.link.client.copy_in(&copy).await?;
            let mut writer = pin!(BinaryCopyInWriter::new(sink, &kinds));
            for row in rows {
                writer.as_mut().write(&as_parameters(row)).await?;
            }
            writer.finish().await
        })
        .map(drop)
    }

    fn prepare(&self, sql: &str) -> Result<Statement, StoreError> {
        let takes_locks = self.takes_locks();
        let prepared = &self.prepared[usize::from(takes_locks)];
        if let Some(statement) = prepared.borrow().get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.wait(self.link.client.prepare(&of_postgresql(sql, takes_locks)))?;
        prepared.borrow_mut().insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn wait<T>(
        &self,
        work: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, StoreError> {
        if self.failure() == Some(Failure::Lost) {
            return Err(StoreError::Unavailable(String::from("the connection is lost")));
        }
        let runtime = self.runtime.as_ref().ok_or(StoreError::Stopped)?;
        let done = runtime.block_on(async {
            match self.deadline.get() {
                Some(deadline) => tokio::time::timeout_at(deadline.into(), work).await,
                None => Ok(work.await),
            }
        });
        match done {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(self.failed(&error)),
            Err(_) => {
                self.failure.set(Some(Failure::Lost));
                Err(StoreError::Unavailable(String::from("it does not answer in time")))
            }
        }
    }

    fn failed(&self, error: &tokio_postgres::Error) -> StoreError {
        let said = told(error);
        let code = error.code();
        // The error of a connection that was ended has no code, and does not say so.
        let is_closed = code.is_none() && (error.is_closed() || self.link.client.is_closed());
        let is_leaving = code.is_some_and(|code| {
            [
                SqlState::ADMIN_SHUTDOWN,
                SqlState::CRASH_SHUTDOWN,
                SqlState::CANNOT_CONNECT_NOW,
                SqlState::READ_ONLY_SQL_TRANSACTION,
            ]
            .contains(code)
                || code.code().starts_with("08")
        });
        let (failure, error) = match code {
            _ if is_closed || is_leaving => (Failure::Lost, StoreError::Unavailable(said)),
            Some(
                &(SqlState::T_R_SERIALIZATION_FAILURE
                | SqlState::T_R_DEADLOCK_DETECTED
                | SqlState::LOCK_NOT_AVAILABLE),
            ) => (Failure::Again, StoreError::Contended),
            // Another one stored the same since this one looked, and will see it when it looks again.
            Some(&SqlState::UNIQUE_VIOLATION) => (Failure::Again, StoreError::Database(said)),
            Some(&SqlState::QUERY_CANCELED) => (Failure::Statement, StoreError::Unavailable(said)),
            Some(_) | None => (Failure::Statement, StoreError::Database(said)),
        };
        // The first one is the reason of those that follow.
        if self.failure().is_none() || failure == Failure::Lost {
            self.failure.set(Some(failure));
        }
        error
    }
}

/// What the server says, without the values of a row, which its details repeat.
fn told(error: &tokio_postgres::Error) -> String {
    use std::error::Error as _;
    match error.as_db_error() {
        Some(said) => format!("{} ({})", said.message(), said.code().code()),
        None => match error.source() {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        },
    }
}

fn as_parameters(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn row_of(answer: &Answer) -> Result<Row, StoreError> {
    (0..answer.len())
        .map(|column| answer.try_get(column).map_err(|_| StoreError::Unreadable("value")))
        .collect::<Result<_, _>>()
        .map(Row::of_values)
}
