//! The database of one backend: how it is opened, read and changed.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use warifu_protocol::Timestamp;

use crate::{
    StoreError, Tx,
    postgresql::{
        copy::{self, Copied},
        lead::Lead,
        schema as server_schema,
        server::Server,
        session::{Kind, Session},
        workers::Workers,
    },
    sqlite::{
        configure, configure_writer, copy_into, readers::Readers, schema, vacuum_into,
        writer::Writer,
    },
};

/// The database of one backend. Cheap to clone.
///
/// Only `init`, `restore` and `serve` change the schema, `serve` after it has kept a copy. Whatever
/// else opens the database takes it as it is, and what only looks cannot write.
#[derive(Clone, Debug)]
pub struct Store {
    engine: Engine,
}

#[derive(Clone, Debug)]
enum Engine {
    File {
        /// None if it was opened to be looked at.
        writer: Option<Writer>,
        readers: Arc<Readers>,
    },
    Server {
        workers: Workers,
        server: Box<Server>,
        /// Whether it was opened to be looked at.
        only_reads: bool,
    },
}

impl Store {
    /// Makes a new database in a file that is empty or missing. Blocks.
    ///
    /// # Errors
    ///
    /// The database's own; [`StoreError::Newer`] for a file of a newer program.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        let mut connection = Connection::open(path)?;
        configure(&connection)?;
        schema::migrate(&mut connection)?;
        Self::write_on(connection, path)
    }

    /// Opens the database of the backend that serves it, and of nobody else: the caller holds its
    /// lock. An older schema is brought up to date after a copy was kept beside the file, named by
    /// its schema and `now`. Blocks.
    ///
    /// # Errors
    ///
    /// [`StoreError::Newer`] if a newer program wrote it; [`StoreError::Copy`]; the database's own.
    pub fn open_to_serve(path: &Path, now: Timestamp) -> Result<Self, StoreError> {
        let mut connection = Connection::open(path)?;
        configure(&connection)?;
        if let Some(found) = schema::outdated(&connection)? {
            let copy = path.with_file_name(format!("warifu-schema-{found}-{now}.sqlite"));
            copy_into(&connection, &copy)?;
            tracing::warn!(found, copy = %copy.display(), "the database is brought up to date");
            schema::migrate(&mut connection)?;
        }
        Self::write_on(connection, path)
    }

    /// Opens the database for a change, beside a backend that may be serving it. Blocks.
    ///
    /// # Errors
    ///
    /// [`StoreError::Newer`], [`StoreError::Older`] if another program wrote it; the database's own.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = Connection::open(path)?;
        if let Some(found) = schema::outdated(&connection)? {
            return Err(StoreError::Older { found, known: schema::VERSION });
        }
        configure(&connection)?;
        Self::write_on(connection, path)
    }

    /// Opens the database to look at it: nothing is written, neither into the file nor beside it
    /// where that can be helped, and a medium that cannot be written to will do. An older schema is
    /// brought up to date in memory. Blocks.
    ///
    /// # Errors
    ///
    /// [`StoreError::Newer`] if a newer program wrote it; the database's own.
    pub fn open_to_look(path: &Path) -> Result<Self, StoreError> {
        let readers = Arc::new(Readers::to_look(path)?);
        Ok(Self { engine: Engine::File { writer: None, readers } })
    }

    /// Makes the tables of an empty database on a PostgreSQL server. Blocks.
    ///
    /// # Errors
    ///
    /// [`StoreError::Newer`] if a newer program wrote it; [`StoreError::Unavailable`]; the database's
    /// own.
    #[cfg(any(test, feature = "testing"))]
    pub fn create_on(server: &Server) -> Result<Self, StoreError> {
        apart(|| server_schema::migrate(&Session::open(server)?, None))?;
        Self::over(server, false)
    }

    /// Opens the database on a PostgreSQL server for a backend that serves it, beside others that do. An
    /// older schema is brought up to date, once; whoever wants a copy of the older one makes it before
    /// (`pg_dump`). Blocks.
    ///
    /// # Errors
    ///
    /// [`StoreError::Empty`]; [`StoreError::Newer`] if a newer program wrote it;
    /// [`StoreError::Unavailable`]; the database's own.
    pub fn serve_on(server: &Server) -> Result<Self, StoreError> {
        apart(|| {
            let session = Session::open(server)?;
            refuse_empty(&session)?;
            server_schema::migrate(&session, None)
        })?;
        Self::over(server, false)
    }

    /// Copies all of it into an empty database on a PostgreSQL server, and keeps that if `check` finds it
    /// good; what was copied, by table. This database stays as it is. Nobody may be writing to it.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotEmpty`]; [`StoreError::NotOnServer`] if it is on a server itself; those of `check`;
    /// either database's own.
    pub async fn copy_to<E>(
        &self,
        server: Server,
        check: impl Fn(&Tx) -> Result<(), E> + Send + 'static,
    ) -> Result<Vec<Copied>, E>
    where
        E: From<StoreError> + Send + 'static,
    {
        let readers = self.file("use `pg_dump` and `pg_restore`")?;
        readers
            .lend_to_a_thread(move |from| {
                on_one_snapshot(from, &|from: &Tx| {
                    copy::copy(from, Session::open(&server)?, &check)
                })
            })
            .await?
    }

    /// The lead among the backends of this database: who does what only one does.
    #[must_use]
    pub fn lead(&self) -> Lead {
        match &self.engine {
            Engine::File { .. } => Lead::alone(),
            Engine::Server { server, .. } => Lead::among(server),
        }
    }

    /// Whether other backends may be using the same database.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        matches!(self.engine, Engine::Server { .. })
    }

    /// Opens the database on a PostgreSQL server for a change, beside backends that serve it. Blocks.
    ///
    /// # Errors
    ///
    /// [`StoreError::Newer`], [`StoreError::Older`] if another program wrote it;
    /// [`StoreError::Unavailable`]; the database's own.
    pub fn open_on(server: &Server) -> Result<Self, StoreError> {
        take_as_it_is(server)?;
        Self::over(server, false)
    }

    /// Opens the database on a PostgreSQL server to look at it. Blocks.
    ///
    /// # Errors
    ///
    /// Those of [`Self::open_on`].
    pub fn look_on(server: &Server) -> Result<Self, StoreError> {
        take_as_it_is(server)?;
        Self::over(server, true)
    }

    fn over(server: &Server, only_reads: bool) -> Result<Self, StoreError> {
        let (workers, server) = (Workers::start(server)?, Box::new(server.clone()));
        Ok(Self { engine: Engine::Server { workers, server, only_reads } })
    }

    /// The file's readers; `instead` is what to do where there is no file.
    fn file(&self, instead: &'static str) -> Result<&Arc<Readers>, StoreError> {
        match &self.engine {
            Engine::File { readers, .. } => Ok(readers),
            Engine::Server { .. } => Err(StoreError::NotOnServer(instead)),
        }
    }

    fn write_on(connection: Connection, path: &Path) -> Result<Self, StoreError> {
        let readers = Arc::new(Readers::beside_a_writer(path)?);
        configure_writer(&connection)?;
        let writer = Writer::start(Tx::new(connection))?;
        Ok(Self { engine: Engine::File { writer: Some(writer), readers } })
    }

    /// Runs `work` as one durable change: all of it is on disk when this returns `Ok`, none of it
    /// when it returns an error. If the future is dropped before the work has begun, it never is.
    ///
    /// The work may run again, after everything that it did was undone: it reads what it decides on
    /// inside, and touches nothing outside.
    ///
    /// # Errors
    ///
    /// The work's own; [`StoreError`] if the database failed.
    pub async fn write<T, E>(
        &self,
        work: impl Fn(&Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.engine {
            Engine::File { writer: Some(writer), .. } => writer.run(work).await,
            Engine::Server { workers, only_reads: false, .. } => {
                workers.run(Kind::Write, work).await
            }
            Engine::File { writer: None, .. } | Engine::Server { only_reads: true, .. } => {
                Err(StoreError::ReadOnly.into())
            }
        }
    }

    /// Folds the write-ahead log into the file, so that the file alone is the database. Blocks until
    /// what was to be written is written.
    pub fn close(self) {
        if let Engine::File { writer: Some(writer), .. } = self.engine {
            writer.fold();
        }
    }

    /// Runs `work` on one snapshot of the database, whatever is written meanwhile. It runs on the
    /// caller's thread: for what takes microseconds, which is less than a way to another thread.
    ///
    /// # Errors
    ///
    /// The work's own; [`StoreError`] if the database failed.
    pub async fn read<T, E>(&self, work: impl Fn(&Tx) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        match &self.engine {
            Engine::File { readers, .. } => {
                readers.lend(move |tx| on_one_snapshot(tx, &work)).await?
            }
            Engine::Server { workers, .. } => workers.read_here(work).await,
        }
    }

    /// Whether the database answers with the schema of this program.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the database failed.
    pub async fn has_known_schema(&self) -> Result<bool, StoreError> {
        let version = match &self.engine {
            Engine::File { readers, .. } => {
                readers.lend_to_a_thread(|tx| schema::version(tx.connection()?)).await??
            }
            Engine::Server { workers, .. } => {
                let read = |tx: &Tx| tx.session().map_or(Ok(0), server_schema::version);
                workers.run(Kind::Read, read).await?
            }
        };
        Ok(version == schema::VERSION)
    }

    /// The same for work that takes long enough to keep others waiting, on a thread of its own.
    ///
    /// # Errors
    ///
    /// Those of [`Self::read`].
    pub async fn read_at_length<T, E>(
        &self,
        work: impl Fn(&Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.engine {
            Engine::File { readers, .. } => {
                readers.lend_to_a_thread(move |tx| on_one_snapshot(tx, &work)).await?
            }
            Engine::Server { workers, .. } => workers.run(Kind::Read, work).await,
        }
    }

    /// Copies the database, as it is at one moment, into a file that is empty or missing.
    ///
    /// # Errors
    ///
    /// The database's own, for either of the two files.
    pub async fn copy_into(&self, path: &Path) -> Result<(), StoreError> {
        let path = path.to_owned();
        let readers = self.file("use `pg_dump`, or the server's base backup and its archive")?;
        readers.lend_to_a_thread(move |tx| vacuum_into(tx.connection()?, &path)).await?
    }

    /// Examines the whole file.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`]; the database's own.
    pub async fn examine(&self) -> Result<(), StoreError> {
        let readers = self.file("use `pg_amcheck`, and data checksums of the server")?;
        let said = readers.lend_to_a_thread(|tx| {
            tx.query_one("PRAGMA integrity_check(1)", &[])?.get::<String>(0)
        });
        match said.await?? {
            said if said == "ok" => Ok(()),
            said => Err(StoreError::Damaged(said)),
        }
    }
}

/// How long a server may take to say what is in it.
const LOOK: Duration = Duration::from_secs(10);

fn refuse_empty(session: &Session) -> Result<(), StoreError> {
    session.answer_by(Instant::now() + LOOK);
    if server_schema::version(session)? == 0 { Err(StoreError::Empty) } else { Ok(()) }
}

fn take_as_it_is(server: &Server) -> Result<(), StoreError> {
    let outdated = apart(|| {
        let session = Session::open(server)?;
        refuse_empty(&session)?;
        server_schema::outdated(&session)
    })?;
    outdated.map_or(Ok(()), |found| Err(StoreError::Older { found, known: schema::VERSION }))
}

/// Runs what blocks on a thread of its own, which is no asynchronous one whoever calls.
fn apart<T: Send>(work: impl FnOnce() -> Result<T, StoreError> + Send) -> Result<T, StoreError> {
    std::thread::scope(|scope| scope.spawn(work).join().unwrap_or(Err(StoreError::Panicked)))
}

fn on_one_snapshot<T, E: From<StoreError>>(
    tx: &Tx,
    work: &impl Fn(&Tx) -> Result<T, E>,
) -> Result<T, E> {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    if !tx.connection()?.is_autocommit() {
        // An earlier snapshot could not be ended, and what it saw is not what is now.
        tx.execute("ROLLBACK", &[])?;
    }
    tx.execute("BEGIN", &[])?;
    let outcome = catch_unwind(AssertUnwindSafe(|| work(tx)));
    // Nothing was written: either word ends the snapshot.
    let ended = tx.execute("ROLLBACK", &[]);
    let value = outcome.unwrap_or_else(|_panic| Err(E::from(StoreError::Panicked)))?;
    ended?;
    Ok(value)
}

#[cfg(test)]
mod tests;

#[cfg(all(test, unix))]
mod server_tests;
