//! The threads that own a connection each. Work is one transaction, and runs again if it met another one.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
    time::{Duration, Instant},
};

use tokio::sync::{Semaphore, oneshot};

use super::{
    schema,
    server::Server,
    session::{Failure, Kind, Session},
};
use crate::{StoreError, Tx};

/// How long somebody waits for a piece of work, its place in the queue included.
const LIMIT: Duration = Duration::from_secs(10);

/// How often work runs again that met another one.
const AGAIN: u32 = 8;

type Job = Box<dyn FnOnce(&mut Worker) + Send>;

/// The way to the threads. Cheap to clone; they end with the last one.
#[derive(Clone)]
pub(crate) struct Workers {
    jobs: mpsc::Sender<Job>,
    lent: Arc<Lent>,
}

/// Connections for what is read on the caller's thread.
struct Lent {
    server: Server,
    idle: Mutex<Vec<Worker>>,
    free: Semaphore,
}

impl std::fmt::Debug for Workers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workers").finish_non_exhaustive()
    }
}

impl Workers {
    /// Starts the threads; each connects when it has something to do.
    pub(crate) fn start(server: &Server) -> Result<Self, StoreError> {
        let (jobs, waiting) = mpsc::channel::<Job>();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..server.connections() {
            let (waiting, server) = (Arc::clone(&waiting), server.clone());
            std::thread::Builder::new()
                .name(String::from("database"))
                .spawn(move || {
                    let mut worker = Worker { server, tx: None };
                    while let Ok(job) = next(&waiting) {
                        job(&mut worker);
                    }
                })
                .map_err(|_| StoreError::Stopped)?;
        }
        let free = Semaphore::new(server.connections());
        let lent = Lent { server: server.clone(), idle: Mutex::default(), free };
        Ok(Self { jobs, lent: Arc::new(lent) })
    }

    /// Reads on the caller's thread, whose place another one takes meanwhile. The runtime has several
    /// threads (<https://docs.rs/tokio/latest/tokio/task/fn.block_in_place.html>).
    pub(crate) async fn read_here<T, E: From<StoreError>>(
        &self,
        work: impl Fn(&Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let deadline = Instant::now() + LIMIT;
        let _permit = self.lent.free.acquire().await.map_err(|_| StoreError::Stopped)?;
        tokio::task::block_in_place(|| {
            let taken = self.lent.idle().pop();
            let mut worker =
                taken.unwrap_or_else(|| Worker { server: self.lent.server.clone(), tx: None });
            let read = worker.run(Kind::Read, deadline, &work);
            self.lent.idle().push(worker);
            read
        })
    }

    /// Runs a piece of work as one transaction; see [`crate::Store::write`] and [`crate::Store::read`].
    pub(crate) async fn run<T, E>(
        &self,
        kind: Kind,
        work: impl Fn(&Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let deadline = Instant::now() + LIMIT;
        let job: Job = Box::new(move |worker| {
            // What nobody would hear of is not begun.
            if !answer.is_closed() {
                // Nobody waits any more if the request was dropped meanwhile; the change stands.
                let _ = answer.send(worker.run(kind, deadline, &work));
            }
        });
        self.jobs.send(job).map_err(|_| StoreError::Stopped)?;
        answered.await.map_err(|_| StoreError::Stopped)?
    }
}

impl Lent {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn next(waiting: &Mutex<mpsc::Receiver<Job>>) -> Result<Job, mpsc::RecvError> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv()
}

/// One thread's connection.
struct Worker {
    server: Server,
    tx: Option<Tx>,
}

impl Worker {
    fn run<T, E: From<StoreError>>(
        &mut self,
        kind: Kind,
        deadline: Instant,
        work: &impl Fn(&Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut again = 0;
        loop {
            if Instant::now() >= deadline {
                return Err(StoreError::Unavailable(String::from("it is too busy")).into());
            }
            let tx = self.begin(kind, deadline)?;
            let Some(session) = tx.session() else { return Err(StoreError::Stopped.into()) };
            let outcome = catch_unwind(AssertUnwindSafe(|| work(&tx)))
                .unwrap_or_else(|_panic| Err(StoreError::Panicked.into()));
            // Work may go on after a statement failed; the transaction cannot.
            let outcome = match (outcome, session.failure()) {
                (Ok(value), None) => session.commit().map(|()| value).map_err(E::from),
                (Ok(_), Some(_)) => {
                    Err(StoreError::Database(String::from("a statement failed")).into())
                }
                (Err(error), _) => Err(error),
            };
            let met_another = session.failure() == Some(Failure::Again);
            if outcome.is_ok() || session.roll_back() {
                self.tx = Some(tx);
            }
            if outcome.is_err() && met_another && again < AGAIN {
                again += 1;
                std::thread::sleep(pause(again));
                continue;
            }
            return outcome;
        }
    }

    /// A transaction on the connection of before, or on a new one if that has ended meanwhile.
    fn begin(&mut self, kind: Kind, deadline: Instant) -> Result<Tx, StoreError> {
        if let Some(tx) = self.tx.take()
            && tx.session().is_some_and(|session| session.begin(kind, Some(deadline)).is_ok())
        {
            return Ok(tx);
        }
        let session = Session::open(&self.server)?;
        session.answer_by(deadline);
        // Another program may have brought the database up to date since this one looked.
        if let Some(found) = schema::outdated(&session)? {
            return Err(StoreError::Older { found, known: crate::sqlite::schema::VERSION });
        }
        session
            .begin(kind, Some(deadline))
            .map_err(|error| StoreError::Begin(error.to_string()))?;
        Ok(Tx::on_server(session))
    }
}

/// Longer each time, and not the same for two that met.
fn pause(again: u32) -> Duration {
    let mut random = [0; 2];
    // Without it they wait equally long, and may meet again.
    let _ = getrandom::fill(&mut random);
    let most = 5_000_u64 << again.min(6);
    Duration::from_micros(most * u64::from(u16::from_le_bytes(random)) / u64::from(u16::MAX) + 500)
}
