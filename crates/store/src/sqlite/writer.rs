//! The one writer: a thread that takes what is waiting, runs each piece of work in a savepoint of its
//! own, commits once for all of them, and only then answers. A piece that fails or panics rolls back
//! alone.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc},
};

use rusqlite::Connection;
use tokio::sync::{Semaphore, oneshot};

use crate::{StoreError, Tx};

/// A piece of work, run inside a transaction or told why none began, and what it says once its fate
/// is known.
type Job = Box<dyn FnOnce(Result<&Tx, String>) -> Reply + Send>;
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

/// The way to the writing thread. Cheap to clone; the thread ends with the last one.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    orders: mpsc::Sender<Order>,
    places: Arc<Semaphore>,
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(tx: Tx) -> Result<Self, StoreError> {
        let (orders, waiting) = mpsc::channel();
        std::thread::Builder::new()
            .name(String::from("database-writer"))
            .spawn(move || write_until_closed(&tx, &waiting))
            .map_err(|_| StoreError::Stopped)?;
        Ok(Self { orders, places: Arc::new(Semaphore::new(QUEUE)) })
    }

    /// Runs a piece of work; see [`crate::Store::write`].
    pub(crate) async fn run<T, E>(
        &self,
        work: impl Fn(&Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(|_| StoreError::Stopped)?;
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |begun| {
            let outcome = match begun {
                // Whoever asked is gone: what nobody would hear of is not begun.
                Ok(_) if answer.is_closed() => Err(E::from(StoreError::Abandoned)),
                Ok(tx) => in_savepoint(tx, work),
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
        self.orders.send(Order::Work(job)).map_err(|_| StoreError::Stopped)?;
        answered.await.map_err(|_| StoreError::Stopped)?
    }

    /// Folds the write-ahead log into the file, after what waits is written. Blocks.
    pub(crate) fn fold(&self) {
        let (done, waited) = mpsc::sync_channel(1);
        if self.orders.send(Order::Fold(done)).is_ok() {
            // An error means that the writer has ended.
            let _ = waited.recv();
        }
    }
}

fn write_until_closed(tx: &Tx, waiting: &mpsc::Receiver<Order>) {
    let Ok(connection) = tx.connection() else { return };
    // Work that panics is caught one by one; whatever else panics must not end all writing.
    while catch_unwind(AssertUnwindSafe(|| write_batches(tx, connection, waiting))).is_err() {
        tracing::error!("the database's writer panicked and goes on");
        roll_back(connection);
    }
}

fn write_batches(tx: &Tx, connection: &Connection, waiting: &mpsc::Receiver<Order>) {
    while let Ok(order) = waiting.recv() {
        let first = match order {
            Order::Work(first) => first,
            Order::Fold(done) => {
                fold(connection, &done);
                continue;
            }
        };
        // IMMEDIATE: the command line may be writing too, and waiting comes before working.
        if let Err(error) = tx.execute("BEGIN IMMEDIATE", &[]) {
            first(Err(error.to_string()))(Ok(()));
            continue;
        }
        let (mut replies, mut folds) = (vec![first(Ok(tx))], Vec::new());
        while replies.len() < BATCH
            && let Ok(order) = waiting.try_recv()
        {
            match order {
                Order::Work(job) => replies.push(job(Ok(tx))),
                Order::Fold(done) => folds.push(done),
            }
        }
        let committed = tx.execute("COMMIT", &[]).map_err(|error| error.to_string());
        if committed.is_err() {
            // A full disk can leave the transaction open.
            roll_back(connection);
        }
        for reply in replies {
            reply(committed.clone().map(drop));
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
    tx: &Tx,
    work: impl Fn(&Tx) -> Result<T, E>,
) -> Result<T, E> {
    let roll_back = || {
        tx.execute("ROLLBACK TO work", &[])?;
        tx.execute("RELEASE work", &[]).map(drop)
    };
    tx.execute("SAVEPOINT work", &[])?;
    let outcome: Result<Result<T, E>, Box<dyn Any + Send>> =
        catch_unwind(AssertUnwindSafe(|| work(tx)));
    match outcome {
        Ok(Ok(value)) => {
            tx.execute("RELEASE work", &[])?;
            Ok(value)
        }
        Ok(Err(error)) => {
            roll_back()?;
            Err(error)
        }
        Err(_panic) => {
            roll_back()?;
            Err(E::from(StoreError::Panicked))
        }
    }
}
