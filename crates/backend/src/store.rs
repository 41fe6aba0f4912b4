//! The database: one writer, many readers, every acknowledged change durable.
//!
//! Writes go through one thread. It takes what is waiting, runs each piece of work in a savepoint of
//! its own, commits once for all of them, and only then answers; a piece that fails or panics rolls
//! back alone. Reads run on connections of their own, each on one snapshot, and never wait for the
//! writer.
//!
//! Only `init`, `restore` and `serve` change the schema, `serve` after it has kept a copy. Whatever
//! else opens the database takes it as it is, and what only looks cannot write.

mod readers;
mod schema;

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tokio::sync::{Semaphore, oneshot};
use warifu_protocol::Timestamp;

use self::readers::Readers;

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
    /// An older program wrote the database, and this is not the moment to change that.
    #[error(
        "the database has schema {found}, this program works with {known}: start `serve` of this \
         program once, which keeps a copy and brings the database up to date, or use the program \
         that wrote it"
    )]
    Older {
        /// The schema in the file.
        found: u32,
        /// The schema that this program works with.
        known: u32,
    },
    /// SQLite failed.
    #[error("the database failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A stored value is not what this program writes.
    #[error("the database holds an unreadable {0}")]
    Unreadable(&'static str),
    /// No transaction could begin, so the work was not tried.
    #[error("the database could not begin a change: {0}")]
    Begin(String),
    /// Every customer number has a customer.
    #[error("no customer number up to 99999999 is free")]
    NoNumberLeft,
    /// The commit failed, so nothing of the work is stored.
    #[error("the database could not commit: {0}")]
    Commit(String),
    /// The work panicked; the log says where.
    #[error("a piece of database work panicked")]
    Panicked,
    /// Nobody waits for the work any more.
    #[error("nobody waits for a piece of database work any more")]
    Abandoned,
    /// The writer has stopped.
    #[error("the database's writer has stopped")]
    Stopped,
    /// The database was opened to be looked at.
    #[error("the database was opened for looking at it only")]
    ReadOnly,
    /// Somebody began to write to a file that was read as one that nobody writes to.
    #[error("somebody began to write to the database while it was read: try again")]
    Disturbed,
    /// A copy of the database could not be kept before it is changed.
    #[error("no copy of the older database can be kept at {place}: {why}")]
    Copy {
        /// Where the copy was to be.
        place: String,
        /// What the system or SQLite says.
        why: String,
    },
}

/// A piece of work, run inside a transaction or told why none began, and what it says once its fate
/// is known.
type Job = Box<dyn FnOnce(Result<&Connection, String>) -> Reply + Send>;
type Reply = Box<dyn FnOnce(Result<(), String>) + Send>;

/// What the writer is told.
enum Order {
    Work(Job),
    /// Fold the write-ahead log into the file, and say so.
    Fold(mpsc::SyncSender<()>),
}

/// Most pieces of work that share one commit.
const BATCH: usize = 64;

/// Most pieces of work that wait for the writer; who comes then waits for a place.
const QUEUE: usize = 4096;

/// The database of one backend. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Store {
    /// None if it was opened to be looked at.
    writer: Option<Writer>,
    readers: Arc<Readers>,
}

#[derive(Clone)]
struct Writer {
    orders: mpsc::Sender<Order>,
    places: Arc<Semaphore>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("readers", &self.readers).finish_non_exhaustive()
    }
}

impl Store {
    /// Makes a new database in a file that is empty or missing. Blocks.
    ///
    /// # Errors
    ///
    /// SQLite's own; [`StoreError::Newer`] for a file of a newer program.
    pub(crate) fn create(path: &Path) -> Result<Self, StoreError> {
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
    /// [`StoreError::Newer`] if a newer program wrote it; [`StoreError::Copy`]; SQLite's own.
    pub(crate) fn open_to_serve(path: &Path, now: Timestamp) -> Result<Self, StoreError> {
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
    /// [`StoreError::Newer`], [`StoreError::Older`] if another program wrote it; SQLite's own.
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
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
    /// [`StoreError::Newer`] if a newer program wrote it; SQLite's own.
    pub(crate) fn open_to_look(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { writer: None, readers: Arc::new(Readers::to_look(path)?) })
    }

    fn write_on(connection: Connection, path: &Path) -> Result<Self, StoreError> {
        let readers = Arc::new(Readers::beside_a_writer(path)?);
        let (orders, waiting) = mpsc::channel();
        std::thread::Builder::new()
            .name(String::from("database-writer"))
            .spawn(move || write_until_closed(&connection, &waiting))
            .map_err(|_| StoreError::Stopped)?;
        let writer = Writer { orders, places: Arc::new(Semaphore::new(QUEUE)) };
        Ok(Self { writer: Some(writer), readers })
    }

    /// Runs `work` as one durable change: all of it is on disk when this returns `Ok`, none of it
    /// when it returns an error. If the future is dropped before the work has begun, it never is.
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
        let writer = self.writer.as_ref().ok_or(StoreError::ReadOnly)?;
        let place = Arc::clone(&writer.places).acquire_owned().await;
        let place = place.map_err(|_| StoreError::Stopped)?;
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |begun| {
            let outcome = match begun {
                // Whoever asked is gone: what nobody would hear of is not begun.
                Ok(_) if answer.is_closed() => Err(E::from(StoreError::Abandoned)),
                Ok(connection) => in_savepoint(connection, work),
                Err(why) => Err(E::from(StoreError::Begin(why))),
            };
            Box::new(move |committed| {
                let result = match committed {
                    Ok(()) => outcome,
                    Err(why) => outcome.and(Err(E::from(StoreError::Commit(why)))),
                };
                drop(place);
                // Nobody waits any more if the request was dropped meanwhile; the change stands.
                let _ = answer.send(result);
            })
        });
        writer.orders.send(Order::Work(job)).map_err(|_| StoreError::Stopped)?;
        answered.await.map_err(|_| StoreError::Stopped)?
    }

    /// Folds the write-ahead log into the file, so that the file alone is the database. Blocks until
    /// what was to be written is written.
    pub(crate) fn close(self) {
        let Some(writer) = self.writer else { return };
        let (done, waited) = mpsc::sync_channel(1);
        if writer.orders.send(Order::Fold(done)).is_ok() {
            // An error means that the writer has ended.
            let _ = waited.recv();
        }
    }

    /// Runs `work` on one snapshot of the database, whatever is written meanwhile.
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
        self.readers.lend(move |connection| on_one_snapshot(connection, work)).await?
    }

    /// Copies the database, as it is at one moment, into a file that is empty or missing.
    ///
    /// # Errors
    ///
    /// SQLite's own, for either of the two files.
    pub(crate) async fn copy_into(&self, path: &Path) -> Result<(), StoreError> {
        let path = path.to_owned();
        self.readers.lend(move |connection| vacuum_into(connection, &path)).await?
    }
}

/// How long to wait for another process (the command line) that is writing.
const BUSY: Duration = Duration::from_secs(10);

fn configure(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY)?;
    use_write_ahead_log(connection)?;
    // With NORMAL, acknowledged writes are lost when the power fails.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(())
}

/// SQLite waits for no other process here: of several that open a new file, all but one are told at
/// once that it is locked.
fn use_write_ahead_log(connection: &Connection) -> rusqlite::Result<()> {
    let since = Instant::now();
    loop {
        let done = connection.pragma_update(None, "journal_mode", "WAL");
        let busy = done.as_ref().err().and_then(rusqlite::Error::sqlite_error_code)
            == Some(rusqlite::ffi::ErrorCode::DatabaseBusy);
        if !busy || since.elapsed() >= BUSY {
            return done;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Copies the database into a new file that only its owner reads.
fn copy_into(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let failed = |why: String| StoreError::Copy { place: path.display().to_string(), why };
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|error| failed(error.to_string()))?;
    let copied = vacuum_into(connection, path)
        .map_err(|error| error.to_string())
        .and_then(|()| file.sync_all().map_err(|error| error.to_string()));
    copied.map_err(|why| {
        // Half a copy would be taken for one.
        let _ = std::fs::remove_file(path);
        failed(why)
    })
}

fn vacuum_into(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    connection.execute("VACUUM INTO ?1", [path.display().to_string()])?;
    Ok(())
}

fn write_until_closed(connection: &Connection, waiting: &mpsc::Receiver<Order>) {
    // Work that panics is caught one by one; whatever else panics must not end all writing.
    while catch_unwind(AssertUnwindSafe(|| write_batches(connection, waiting))).is_err() {
        tracing::error!("the database's writer panicked and goes on");
        roll_back(connection);
    }
}

fn write_batches(connection: &Connection, waiting: &mpsc::Receiver<Order>) {
    while let Ok(order) = waiting.recv() {
        let first = match order {
            Order::Work(first) => first,
            Order::Fold(done) => {
                fold(connection, &done);
                continue;
            }
        };
        // IMMEDIATE: the command line may be writing too, and waiting comes before working.
        if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
            first(Err(error.to_string()))(Ok(()));
            continue;
        }
        let (mut replies, mut folds) = (vec![first(Ok(connection))], Vec::new());
        while replies.len() < BATCH
            && let Ok(order) = waiting.try_recv()
        {
            match order {
                Order::Work(job) => replies.push(job(Ok(connection))),
                Order::Fold(done) => folds.push(done),
            }
        }
        let committed = connection.execute_batch("COMMIT").map_err(|error| error.to_string());
        if committed.is_err() {
            // A full disk can leave the transaction open.
            roll_back(connection);
        }
        for reply in replies {
            reply(committed.clone());
        }
        for done in folds {
            fold(connection, &done);
        }
    }
}

fn fold(connection: &Connection, done: &mpsc::SyncSender<()>) {
    // The log is read again by whoever opens the file next: a reader that is in the way, or a full
    // disk, costs nothing.
    let folded = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    if let Err(error) = folded {
        tracing::warn!(%error, "the write-ahead log stays beside the database");
    }
    // Fails only if nobody waits.
    let _ = done.send(());
}

fn roll_back(connection: &Connection) {
    if !connection.is_autocommit() {
        // What fails here fails again, with its reason, when the next transaction begins.
        let _ = connection.execute_batch("ROLLBACK");
    }
}

fn in_savepoint<T, E: From<StoreError>>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    let run = |sql: &str| connection.execute_batch(sql).map_err(StoreError::from);
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

fn on_one_snapshot<T, E: From<StoreError>>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    let run = |sql: &str| {
        connection.prepare_cached(sql).and_then(|mut sql| sql.execute([])).map_err(StoreError::from)
    };
    run("BEGIN")?;
    let outcome = catch_unwind(AssertUnwindSafe(|| work(connection)));
    // Nothing was written: either word ends the snapshot.
    let ended = run("ROLLBACK");
    let value = outcome.unwrap_or_else(|_panic| Err(E::from(StoreError::Panicked)))?;
    ended?;
    Ok(value)
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
        let store = Store::create(&dir.path().join("warifu.sqlite")).unwrap();
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

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_not_begun() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open_to_serve(&dir.path().join("warifu.sqlite"), 0).unwrap();
        let (go, going) = mpsc::channel::<()>();
        let held = tokio::spawn({
            let store = store.clone();
            async move {
                let hold = move |_: &Connection| {
                    let _ = going.recv();
                    Ok::<_, StoreError>(())
                };
                store.write(hold).await
            }
        });
        tokio::task::yield_now().await;
        {
            let abandoned = std::pin::pin!(store.write(increment));
            let waited = tokio::time::timeout(Duration::from_millis(1), abandoned).await;
            waited.unwrap_err();
        }
        go.send(()).unwrap();
        held.await.unwrap().unwrap();
        assert_eq!(store.write(increment).await.unwrap(), 1, "what was abandoned was done");
    }

    #[test]
    fn many_open_and_close_it_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("warifu.sqlite");
        Store::create(&path).unwrap().close();
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
    fn many_make_it_at_once() {
        let dir = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for turn in 0..32 {
                let path = dir.path().join(format!("{}.sqlite", turn / 8));
                scope.spawn(move || Store::create(&path).unwrap().close());
            }
        });
    }

    fn with_schema(path: &Path, version: u32) {
        Store::create(path).unwrap().close();
        let raw = Connection::open(path).unwrap();
        raw.pragma_update(None, "user_version", version).unwrap();
    }

    #[test]
    fn refuses_a_database_of_a_newer_program_however_it_is_opened() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("warifu.sqlite");
        with_schema(&path, schema::VERSION + 1);
        let newer = |opened| matches!(opened, Err(StoreError::Newer { .. }));
        assert!(newer(Store::open(&path)));
        assert!(newer(Store::open_to_look(&path)));
        assert!(newer(Store::open_to_serve(&path, 0)));
    }

    /// A database as the first schema had it.
    fn of_the_first_schema(path: &Path) {
        let raw = Connection::open(path).unwrap();
        schema::first(&raw);
        raw.execute("UPDATE crl SET number = 41", []).unwrap();
    }

    fn version(path: &Path) -> u32 {
        schema::version(&Connection::open(path).unwrap()).unwrap()
    }

    #[tokio::test]
    async fn looking_at_an_older_database_leaves_it_as_it_is_and_beside_it_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("warifu.sqlite");
        of_the_first_schema(&path);
        let before = std::fs::read(&path).unwrap();
        let looking = Store::open_to_look(&path).unwrap();
        let read = looking.read(|connection| {
            // A column of today's schema.
            connection.prepare("SELECT searched FROM user")?;
            Ok::<_, StoreError>(number(connection))
        });
        assert_eq!(read.await.unwrap(), 41);
        let written = looking.write(|_| Ok::<_, StoreError>(())).await;
        assert!(matches!(written, Err(StoreError::ReadOnly)));
        drop(looking);
        assert_eq!(std::fs::read(&path).unwrap(), before);
        assert_eq!(dir.path().read_dir().unwrap().count(), 1);
        assert!(matches!(Store::open(&path), Err(StoreError::Older { found: 1, .. })));
        assert_eq!(version(&path), 1);
    }

    #[tokio::test]
    async fn serving_an_older_database_keeps_a_copy_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("warifu.sqlite");
        of_the_first_schema(&path);
        let store = Store::open_to_serve(&path, 1_800_000_000).unwrap();
        store.write(increment).await.unwrap();
        store.close();
        assert_eq!(version(&path), schema::VERSION);
        let copy = dir.path().join("warifu-schema-1-1800000000.sqlite");
        assert_eq!(version(&copy), 1);
        assert_eq!(number(&Connection::open(&copy).unwrap()), 41);
        // The next start has nothing to keep.
        Store::open_to_serve(&path, 1_800_000_001).unwrap().close();
        assert!(!dir.path().join("warifu-schema-1-1800000001.sqlite").exists());
    }

    #[test]
    fn an_older_database_stays_as_it_is_when_no_copy_can_be_kept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("warifu.sqlite");
        of_the_first_schema(&path);
        std::fs::write(dir.path().join("warifu-schema-1-7.sqlite"), "somebody's").unwrap();
        assert!(matches!(Store::open_to_serve(&path, 7), Err(StoreError::Copy { .. })));
        assert_eq!(version(&path), 1);
    }

    #[tokio::test]
    async fn a_read_sees_one_snapshot_whatever_is_written_meanwhile() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::create(&dir.path().join("warifu.sqlite")).unwrap();
        let (begun, wait_begun) = mpsc::channel();
        let (written, wait_written) = mpsc::channel();
        let reading = store.clone();
        let read = tokio::spawn(async move {
            let read = reading.read(move |connection| {
                let before = number(connection);
                begun.send(()).unwrap();
                wait_written.recv().unwrap();
                Ok::<_, StoreError>((before, number(connection)))
            });
            read.await.unwrap()
        });
        tokio::task::spawn_blocking(move || wait_begun.recv().unwrap()).await.unwrap();
        store.write(increment).await.unwrap();
        written.send(()).unwrap();
        assert_eq!(read.await.unwrap(), (0, 0));
        let after = store.read(|connection| Ok::<_, StoreError>(number(connection))).await;
        assert_eq!(after.unwrap(), 1);
    }

    #[tokio::test]
    async fn more_readers_than_connections_wait_and_none_is_lost_by_a_panic() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::create(&dir.path().join("warifu.sqlite")).unwrap();
        let mut work = tokio::task::JoinSet::new();
        for turn in 0..readers::count() * 8 {
            let store = store.clone();
            work.spawn(async move {
                let read = store.read(move |connection| {
                    assert!(turn % 2 == 0, "this work panics on purpose");
                    Ok::<_, StoreError>(number(connection))
                });
                read.await
            });
        }
        let read = work.join_all().await.into_iter().filter(Result::is_ok).count();
        assert_eq!(read, readers::count() * 4);
    }

    #[tokio::test]
    async fn a_change_that_cannot_begin_is_told_why_and_is_not_tried() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("warifu.sqlite");
        Store::create(&path).unwrap().close();
        let connection = Connection::open(&path).unwrap();
        configure(&connection).unwrap();
        connection.busy_timeout(Duration::ZERO).unwrap();
        let store = Store::write_on(connection, &path).unwrap();
        let other = Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let refused = store.write(increment).await;
        assert!(
            matches!(&refused, Err(StoreError::Begin(why)) if why.contains("locked")),
            "{refused:?}"
        );
        other.execute_batch("ROLLBACK").unwrap();
        assert_eq!(store.write(increment).await.unwrap(), 1);
    }
}
