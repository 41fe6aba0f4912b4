//! The connections that reads use: opened at the start, as many as help, and queued for.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, OpenFlags, backup::Backup};
use tokio::sync::Semaphore;

use super::{BUSY, schema};
use crate::{StoreError, Tx};

/// A fixed number of read-only connections.
pub(crate) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Tx>>,
    /// One permit for each connection.
    free: Arc<Semaphore>,
    /// A file that appears as soon as somebody writes; set where SQLite was told that nobody does.
    watched: Option<PathBuf>,
}

impl std::fmt::Debug for Readers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Readers").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Readers {
    /// Opens all of them on the file of an open writer, so that a process that runs out of file
    /// descriptors later can still read.
    pub(crate) fn beside_a_writer(path: &Path) -> Result<Self, StoreError> {
        let connections = (0..count()).map(|_| open(path)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self::of(path, connections, None))
    }

    /// Opens one for looking at a file that may lie on a medium that cannot be written to.
    pub(crate) fn to_look(path: &Path) -> Result<Self, StoreError> {
        let beside = |suffix: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            PathBuf::from(name)
        };
        let (log, index) = (beside("-wal"), beside("-shm"));
        // Without them nobody has it open: SQLite need neither lock it nor make files beside it.
        let (connection, watched) = if !log.exists() && !index.exists() {
            (open_unchanging(path)?, Some(log))
        } else {
            match open(path) {
                Ok(connection) => (connection, None),
                // They lie on a medium on which nothing can be opened for writing, and say nothing.
                Err(_) if is_empty(&log) => (open_unchanging(path)?, Some(log)),
                Err(error) => return Err(error),
            }
        };
        let connection = match schema::outdated(&connection)? {
            None => connection,
            Some(_) => up_to_date_in_memory(&connection)?,
        };
        Ok(Self::of(path, vec![connection], watched))
    }

    fn of(path: &Path, connections: Vec<Connection>, watched: Option<PathBuf>) -> Self {
        let free = Arc::new(Semaphore::new(connections.len()));
        let connections = connections.into_iter().map(Tx::new).collect();
        Self { path: path.to_owned(), idle: Mutex::new(connections), free, watched }
    }

    /// Lends a connection to `work`, on the caller's thread, as soon as one is free.
    pub(crate) async fn lend<T>(&self, work: impl FnOnce(&Tx) -> T) -> Result<T, StoreError> {
        let _permit = self.free.acquire().await.map_err(|_| StoreError::Stopped)?;
        self.lend_now(work)
    }

    /// Lends a connection to `work` on a thread where it may take its time.
    pub(crate) async fn lend_to_a_thread<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Tx) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = Arc::clone(&self.free).acquire_owned().await;
        let permit = permit.map_err(|_| StoreError::Stopped)?;
        let readers = Arc::clone(self);
        let worked = tokio::task::spawn_blocking(move || {
            let done = readers.lend_now(work);
            drop(permit);
            done
        });
        worked.await.map_err(|_| StoreError::Panicked)?
    }

    /// To be called with a permit.
    fn lend_now<T>(&self, work: impl FnOnce(&Tx) -> T) -> Result<T, StoreError> {
        let lent = Lent::take(self)?;
        let done = work(lent.tx()?);
        self.check_undisturbed()?;
        Ok(done)
    }

    fn check_undisturbed(&self) -> Result<(), StoreError> {
        match &self.watched {
            Some(log) if !is_empty(log) => Err(StoreError::Disturbed),
            Some(_) | None => Ok(()),
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Tx>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that goes back to the others however its use ends.
struct Lent<'a> {
    readers: &'a Readers,
    tx: Option<Tx>,
}

impl<'a> Lent<'a> {
    fn take(readers: &'a Readers) -> Result<Self, StoreError> {
        let tx = readers.idle().pop().ok_or(StoreError::Stopped)?;
        Ok(Self { readers, tx: Some(tx) })
    }

    fn tx(&self) -> Result<&Tx, StoreError> {
        self.tx.as_ref().ok_or(StoreError::Stopped)
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(tx) = self.tx.take() {
            self.readers.idle().push(tx);
        }
    }
}

/// Whether a write-ahead log is missing or holds nothing.
fn is_empty(log: &Path) -> bool {
    std::fs::metadata(log).map_or(true, |found| found.len() == 0)
}

/// As many as can work at once, and some that wait for the disk.
pub(crate) fn count() -> usize {
    std::thread::available_parallelism().map_or(4, |cores| cores.get() * 2).clamp(4, 16)
}

fn open(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    // SQLite opens the file at the first question, not before.
    schema::version(&connection)?;
    Ok(connection)
}

/// Opens a file that nobody writes to (<https://www.sqlite.org/uri.html>, `immutable`).
fn open_unchanging(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    Ok(Connection::open_with_flags(uri(path), flags)?)
}

fn uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' | b'~' => {
                uri.push(char::from(*byte));
            }
            b'\\' if cfg!(windows) => uri.push('/'),
            b':' if cfg!(windows) => uri.push(':'),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    if cfg!(windows) && path.is_absolute() {
        uri.insert_str("file:".len(), "///");
    }
    uri.push_str("?immutable=1");
    uri
}

fn up_to_date_in_memory(older: &Connection) -> Result<Connection, StoreError> {
    const PAGES: std::ffi::c_int = 4096;
    let mut copy = Connection::open_in_memory()?;
    Backup::new(older, &mut copy)?.run_to_completion(PAGES, std::time::Duration::ZERO, None)?;
    schema::migrate(&mut copy)?;
    copy.pragma_update(None, "query_only", true)?;
    Ok(copy)
}
