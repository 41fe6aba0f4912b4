//! The database: one writer, many readers, every acknowledged change durable.
//!
//! Writes go through one thread. It takes what is waiting, runs each piece of work in a savepoint of
//! its own, commits once for all of them, and only then answers; a piece that fails or panics rolls
//! back alone. Reads run on connections of their own and never wait for the writer.

mod schema;

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, mpsc},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::oneshot;

/// The database failed, or refuses to serve this program.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// A newer program wrote the database.
    #[error("the database has schema {found}, this program knows {known}: run the newer program")]
    Newer {
        /// The schema in the file.
        found: u32,
        /// The newest schema that this program knows.
        known: u32,
    },
    /// SQLite failed.
    #[error("the database failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A stored value is not what this program writes.
    #[error("the database holds an unreadable {0}")]
    Unreadable(&'static str),
    /// The commit failed, so nothing of the work is stored.
    #[error("the database could not commit: {0}")]
    Commit(String),
    /// The work panicked; the log says where.
    #[error("a piece of database work panicked")]
    Panicked,
    /// The writer has stopped.
    #[error("the database's writer has stopped")]
    Stopped,
}

/// A piece of work, and what it says once its fate is known.
type Job = Box<dyn FnOnce(&Connection) -> Reply + Send>;
type Reply = Box<dyn FnOnce(Result<(), String>) + Send>;

/// Most pieces of work that share one commit.
const BATCH: usize = 64;

/// The database of one backend. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Store {
    jobs: mpsc::Sender<Job>,
    readers: Arc<Readers>,
}

struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("path", &self.readers.path).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the database, upgrading its schema if it is older. Blocks.
    ///
    /// # Errors
    ///
    /// [`StoreError::Newer`] if a newer program wrote it; SQLite's own.
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        let mut connection = Connection::open(path)?;
        configure(&connection)?;
        schema::migrate(&mut connection)?;
        let (jobs, waiting) = mpsc::channel();
        std::thread::Builder::new()
            .name(String::from("database-writer"))
            .spawn(move || write_until_closed(&connection, &waiting))
            .map_err(|_| StoreError::Stopped)?;
        let readers = Readers { path: path.to_owned(), idle: Mutex::new(Vec::new()) };
        Ok(Self { jobs, readers: Arc::new(readers) })
    }

    /// Runs `work` as one durable change: all of it is on disk when this returns `Ok`, none of it
    /// when it returns an error.
    ///
    /// # Errors
    ///
    /// The work's own; [`StoreError`] if the database failed.
    pub(crate) async fn write<T, E>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let outcome = in_savepoint(connection, work);
            Box::new(move |committed| {
                let result = match committed {
                    Ok(()) => outcome,
                    Err(why) => outcome.and(Err(E::from(StoreError::Commit(why)))),
                };
                // Nobody waits any more if the request was dropped; the change stands.
                let _ = answer.send(result);
            })
        });
        self.jobs.send(job).map_err(|_| StoreError::Stopped)?;
        answered.await.map_err(|_| StoreError::Stopped)?
    }

    /// Ends the database's use by this clone and folds the write-ahead log into the file.
    pub(crate) fn close(self) {
        let (done, waited) = mpsc::sync_channel(1);
        let checkpoint: Job = Box::new(move |_| {
            Box::new(move |_| {
                // Fails only if nobody waits.
                let _ = done.send(());
            })
        });
        if self.jobs.send(checkpoint).is_ok() {
            let _ = waited.recv();
        }
    }

    /// Runs `work` on a snapshot of the database.
    ///
    /// # Errors
    ///
    /// The work's own; [`StoreError`] if the database failed.
    pub(crate) async fn read<T, E>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let readers = Arc::clone(&self.readers);
        tokio::task::spawn_blocking(move || {
            let connection = readers.take()?;
            let result = work(&connection);
            readers.give_back(connection);
            result
        })
        .await
        .map_err(|_| StoreError::Panicked)?
    }
}

impl Readers {
    fn take(&self) -> Result<Connection, StoreError> {
        if let Some(connection) = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop() {
            return Ok(connection);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(BUSY)?;
        Ok(connection)
    }

    fn give_back(&self, connection: Connection) {
        const MOST_IDLE: usize = 8;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST_IDLE {
            idle.push(connection);
        }
    }
}

/// How long to wait for another process (the command line) that is writing.
const BUSY: Duration = Duration::from_secs(10);

fn configure(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // With NORMAL, acknowledged writes are lost when the power fails.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(())
}

fn write_until_closed(connection: &Connection, waiting: &mpsc::Receiver<Job>) {
    while let Ok(first) = waiting.recv() {
        // IMMEDIATE: the command line may be writing too, and waiting comes before working.
        if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
            let refuse = first(connection);
            refuse(Err(error.to_string()));
            continue;
        }
        let mut replies = vec![first(connection)];
        while replies.len() < BATCH
            && let Ok(job) = waiting.try_recv()
        {
            replies.push(job(connection));
        }
        let committed = connection.execute_batch("COMMIT").map_err(|error| error.to_string());
        if committed.is_err() && !connection.is_autocommit() {
            // A full disk can leave the transaction open.
            let _ = connection.execute_batch("ROLLBACK");
        }
        for reply in replies {
            reply(committed.clone());
        }
    }
}

fn in_savepoint<T, E: From<StoreError>>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    let run = |sql: &str| connection.execute_batch(sql).map_err(StoreError::from);
    if connection.is_autocommit() {
        // The transaction could not begin; its error is what the caller hears.
        return Err(E::from(StoreError::Stopped));
    }
    run("SAVEPOINT work")?;
    let outcome: Result<Result<T, E>, Box<dyn Any + Send>> =
        catch_unwind(AssertUnwindSafe(|| work(connection)));
    match outcome {
        Ok(Ok(value)) => {
            run("RELEASE work")?;
            Ok(value)
        }
        Ok(Err(error)) => {
            run("ROLLBACK TO work; RELEASE work")?;
            Err(error)
        }
        Err(_panic) => {
            run("ROLLBACK TO work; RELEASE work")?;
            Err(E::from(StoreError::Panicked))
        }
    }
}

/// An empty database in memory, with today's schema.
#[cfg(test)]
pub(crate) fn memory() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    schema::migrate(&mut connection).unwrap();
    connection
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(connection: &Connection) -> i64 {
        connection.query_row("SELECT number FROM crl", [], |row| row.get(0)).unwrap()
    }

    fn increment(connection: &Connection) -> Result<i64, StoreError> {
        connection.execute("UPDATE crl SET number = number + 1", [])?;
        Ok(number(connection))
    }

    #[tokio::test]
    async fn work_that_fails_or_panics_leaves_nothing_and_harms_nobody() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("warifu.sqlite")).unwrap();
        let mut work = tokio::task::JoinSet::new();
        for turn in 0..60 {
            let store = store.clone();
            work.spawn(async move {
                store
                    .write(move |connection| {
                        increment(connection)?;
                        match turn % 3 {
                            0 => Ok(()),
                            1 => Err(StoreError::Unreadable("test")),
                            _ => panic!("this work panics on purpose"),
                        }
                    })
                    .await
                    .is_ok()
            });
        }
        let done = work.join_all().await.into_iter().filter(|ok| *ok).count();
        assert_eq!(done, 20);
        let kept = store.read(|connection| Ok::<_, StoreError>(number(connection))).await;
        assert_eq!(kept.unwrap(), 20);
    }

    #[test]
    fn many_open_and_close_it_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("warifu.sqlite");
        Store::open(&path).unwrap().close();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..25 {
                        Store::open(&path).unwrap().close();
                    }
                });
            }
        });
    }

    #[test]
    fn refuses_a_database_of_a_newer_program() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("warifu.sqlite");
        Store::open(&path).unwrap().close();
        let raw = Connection::open(&path).unwrap();
        raw.pragma_update(None, "user_version", schema::VERSION + 1).unwrap();
        assert!(matches!(Store::open(&path), Err(StoreError::Newer { .. })));
    }
}
