//! Hashing of passwords by Argon2id, in lanes: whoever logs in with a certificate goes first, whoever has
//! none comes after, what an administrator creates comes last. Nobody's flood fills another's lane, and
//! within a lane nobody's fills another's share.
//!
//! There are as many threads as cores, each with a block of memory of its own, so that a flood costs time
//! and never memory.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use argon2::{
    Algorithm, Argon2, Block, Params, PasswordHasher as _, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use prometheus_client::metrics::histogram::Histogram;
use subtle::ConstantTimeEq as _;
use tokio::sync::oneshot;
use warifu_protocol::{ErrorCode, SecretText};

use crate::{
    domain::proof::{Candidate, PasswordProof},
    error::Error,
    network::Network,
};

/// A password could not be hashed or verified.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum HashError {
    #[error("too many passwords are waiting to be verified")]
    Busy,
    #[error("a password could not be hashed")]
    Failed,
}

impl From<HashError> for Error {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy => Self::refused(ErrorCode::BackendBusy),
            HashError::Failed => Self::Internal(error.to_string()),
        }
    }
}

/// Memory in KiB, passes, lanes: the first recommendation of OWASP's password storage sheet.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// Longer than any password that the rule allows; refused before any work is done.
const MAX_BYTES: usize = 1024;

/// Every so many turns the last lane goes first, so that none ever stands still.
const FAIRNESS: u64 = 8;

/// How often somebody who waits for the threads to move looks at them.
const LOOK: Duration = Duration::from_millis(20);

/// Who goes before whom.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Lane {
    /// Somebody with a certificate: a login, a change of the own password.
    Login,
    /// Somebody without one, who may be anybody.
    Enrolment,
    /// Initial passwords that administrators make.
    Administration,
}

impl Lane {
    const ALL: [Self; 3] = [Self::Login, Self::Enrolment, Self::Administration];

    /// Places of the whole lane, and of one share.
    const fn places(self) -> (usize, usize) {
        match self {
            Self::Login => (256, 128),
            Self::Enrolment => (128, 16),
            Self::Administration => (64, 4),
        }
    }
}

/// Among whom the places of a lane are shared out.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Share {
    /// A customer, by its row.
    Customer(i64),
    /// A network of the enrolment listener's clients.
    Network(Network),
    /// What only proves that the threads move.
    Nobody,
}

/// Hashes and verifies. Cheap to clone; the threads end with the last one.
#[derive(Clone)]
pub(crate) struct Passwords {
    lanes: Arc<Lanes>,
    _threads: Arc<Threads>,
    /// The hash of a password that nobody has, for users who do not exist.
    nobody: Arc<str>,
    waited: Histogram,
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passwords")
    }
}

impl Passwords {
    /// Starts the threads; the histogram learns how many seconds passwords waited for one.
    ///
    /// # Errors
    ///
    /// [`HashError::Failed`] if there is no memory or no thread to be had.
    pub(crate) fn new(waited: Histogram) -> Result<Self, HashError> {
        let cores = thread::available_parallelism().map_or(2, usize::from);
        let lanes = Arc::new(Lanes::default());
        for number in 0..cores {
            let (lanes, mut memory) = (Arc::clone(&lanes), Memory::new()?);
            thread::Builder::new()
                .name(format!("password-{number}"))
                .spawn(move || {
                    while let Some(job) = lanes.next() {
                        job(&mut memory);
                        lanes.ended.fetch_add(1, Ordering::Relaxed);
                    }
                })
                .map_err(|_| HashError::Failed)?;
        }
        let threads = Arc::new(Threads(Arc::clone(&lanes)));
        let nobody = hash_now("nobody has this password")?.into();
        Ok(Self { lanes, _threads: threads, nobody, waited })
    }

    /// Waits until a thread has ended one more piece of work: of somebody's if there is any, else one that
    /// does nothing.
    pub(crate) async fn have_moved(&self) {
        let before = self.lanes.ended.load(Ordering::Relaxed);
        self.lanes.add(Lane::Login, Share::Nobody, Box::new(|_| {}));
        while self.lanes.ended.load(Ordering::Relaxed) == before {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// A place in a lane, before anything is counted or read for it.
    ///
    /// # Errors
    ///
    /// [`HashError::Busy`] if the lane, or the share's part of it, is full.
    pub(crate) fn reserve(&self, lane: Lane, share: Share) -> Result<Place, HashError> {
        let (most, of_share) = lane.places();
        let mut state = self.lanes.lock();
        let row = &mut state.rows[lane as usize];
        let taken = row.taken.get(&share).copied().unwrap_or_default();
        if row.taken.values().sum::<usize>() >= most || taken >= of_share {
            return Err(HashError::Busy);
        }
        row.taken.insert(share, taken + 1);
        drop(state);
        Ok(Place { passwords: self.clone(), lane, share })
    }
}

#[cfg(test)]
impl Passwords {
    /// Keeps every thread busy until the answer is dropped: whatever comes waits.
    pub(crate) fn hold(&self) -> Vec<std::sync::mpsc::Sender<()>> {
        let cores = thread::available_parallelism().map_or(2, usize::from);
        let held = (0..cores).map(|_| {
            let (hold, held) = std::sync::mpsc::channel::<()>();
            let (begun, begins) = std::sync::mpsc::channel();
            let job: Job = Box::new(move |_| {
                begun.send(()).unwrap();
                let _ = held.recv();
            });
            self.lanes.add(Lane::Login, Share::Customer(0), job);
            begins.recv().unwrap();
            hold
        });
        held.collect()
    }

    /// Whether anything waits for a thread.
    pub(crate) fn has_waiting(&self) -> bool {
        self.lanes.lock().rows.iter().any(|row| !row.order.is_empty())
    }
}

/// A place in a lane. One password at a time is worked on for it; it is given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    passwords: Passwords,
    lane: Lane,
    share: Share,
}

impl Place {
    /// The PHC string of a password.
    pub(crate) async fn hash(&self, password: SecretText) -> Result<String, HashError> {
        self.work(move |memory| memory.hash(password.expose())).await
    }

    /// Whether a password is the one that was hashed.
    pub(crate) async fn verify(
        &self,
        password: SecretText,
        hash: String,
    ) -> Result<bool, HashError> {
        self.work(move |memory| Ok(memory.verify(password.expose(), &hash))).await
    }

    /// The proof that a password is the candidate's, if it is. `None` stands for a user who does not
    /// exist: it costs the same time and is never right.
    pub(crate) async fn prove(
        &self,
        password: SecretText,
        candidate: Option<Candidate>,
    ) -> Result<Option<PasswordProof>, HashError> {
        let hash = match &candidate {
            Some(candidate) => candidate.hash.clone(),
            None => self.passwords.nobody.to_string(),
        };
        let right = self.verify(password, hash).await?;
        Ok(candidate.filter(|_| right).map(Candidate::proved))
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let (done, answered) = oneshot::channel();
        let (waited, since) = (self.passwords.waited.clone(), Instant::now());
        let job: Job = Box::new(move |memory| {
            waited.observe(since.elapsed().as_secs_f64());
            // Nobody waits any more: the time is somebody else's.
            if !done.is_closed() {
                let _ = done.send(work(memory));
            }
        });
        self.passwords.lanes.add(self.lane, self.share, job);
        answered.await.map_err(|_| HashError::Failed)?
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.passwords.lanes.lock();
        let row = &mut state.rows[self.lane as usize];
        if let Some(taken) = row.taken.get_mut(&self.share) {
            *taken -= 1;
            if *taken == 0 {
                row.taken.remove(&self.share);
            }
        }
    }
}

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

#[derive(Default)]
struct Lanes {
    state: Mutex<State>,
    work: Condvar,
    /// Pieces of work that threads have ended.
    ended: AtomicU64,
}

#[derive(Default)]
struct State {
    rows: [Row; 3],
    turns: u64,
    closed: bool,
}

/// What waits in one lane.
#[derive(Default)]
struct Row {
    taken: HashMap<Share, usize>,
    waiting: HashMap<Share, VecDeque<Job>>,
    /// The shares that wait for something, the next one first.
    order: VecDeque<Share>,
}

impl Lanes {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, lane: Lane, share: Share, job: Job) {
        let mut state = self.lock();
        let row = &mut state.rows[lane as usize];
        let waiting = row.waiting.entry(share).or_default();
        if waiting.is_empty() {
            row.order.push_back(share);
        }
        waiting.push_back(job);
        drop(state);
        self.work.notify_one();
    }

    /// The next piece of work; none when the backend ends.
    fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.next() {
                return Some(job);
            }
            if state.closed {
                return None;
            }
            state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl State {
    fn next(&mut self) -> Option<Job> {
        self.turns = self.turns.wrapping_add(1);
        let mut lanes = Lane::ALL;
        if self.turns.is_multiple_of(FAIRNESS) {
            lanes.reverse();
        }
        lanes.into_iter().find_map(|lane| self.rows[lane as usize].next())
    }
}

impl Row {
    /// One of the share whose turn it is, which goes to the end of the order.
    fn next(&mut self) -> Option<Job> {
        let share = self.order.pop_front()?;
        let waiting = self.waiting.get_mut(&share)?;
        let job = waiting.pop_front();
        if waiting.is_empty() {
            self.waiting.remove(&share);
        } else {
            self.order.push_back(share);
        }
        job
    }
}

/// Ends the threads when it is dropped.
struct Threads(Arc<Lanes>);

impl Drop for Threads {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.work.notify_all();
    }
}

/// The memory that Argon2 fills, of one thread.
struct Memory {
    argon2: Argon2<'static>,
    blocks: Vec<Block>,
}

impl Memory {
    fn new() -> Result<Self, HashError> {
        let argon2 = argon2()?;
        let blocks = vec![Block::default(); argon2.params().block_count()];
        Ok(Self { argon2, blocks })
    }

    fn hash(&mut self, password: &str) -> Result<String, HashError> {
        let salt = Salt::generate();
        let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
        self.argon2
            .hash_password_into_with_memory(
                password.as_bytes(),
                &salt,
                &mut output,
                &mut self.blocks,
            )
            .map_err(|_| HashError::Failed)?;
        let phc = |_| HashError::Failed;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(self.argon2.params()).map_err(|_| HashError::Failed)?,
            salt: Some(salt),
            hash: Some(Output::new(&output).map_err(phc)?),
        };
        Ok(hash.to_string())
    }

    fn verify(&mut self, password: &str, hash: &str) -> bool {
        // One that is too long costs the same and is never right.
        let shortened = if password.len() > MAX_BYTES { "" } else { password };
        let right = self.verified(shortened, hash).unwrap_or(false);
        right && password.len() <= MAX_BYTES
    }

    fn verified(&mut self, password: &str, hash: &str) -> Option<bool> {
        let hash = PasswordHash::new(hash).ok()?;
        let (salt, expected) = (hash.salt?, hash.hash?);
        let params = Params::try_from(&hash).ok()?;
        let argon2 = Argon2::new(
            Algorithm::try_from(hash.algorithm.as_str()).ok()?,
            Version::try_from(hash.version?).ok()?,
            params,
        );
        let needed = argon2.params().block_count();
        if self.blocks.len() < needed {
            self.blocks.resize(needed, Block::default());
        }
        let mut output = vec![0; expected.len()];
        argon2
            .hash_password_into_with_memory(
                password.as_bytes(),
                &salt,
                &mut output,
                &mut self.blocks,
            )
            .ok()?;
        Some(bool::from(output.as_slice().ct_eq(expected.as_bytes())))
    }
}

/// Hashes at once, for the command line.
pub(crate) fn hash_now(password: &str) -> Result<String, HashError> {
    argon2()?
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|_| HashError::Failed)
}

fn argon2() -> Result<Argon2<'static>, HashError> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|_| HashError::Failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const SOMEBODY: Share = Share::Customer(1);

    fn text(text: &str) -> SecretText {
        SecretText::from(text.to_owned())
    }

    #[tokio::test]
    async fn only_the_right_password_of_a_user_who_exists_is_right() {
        let passwords = Passwords::new(Histogram::new([1.0])).unwrap();
        let place = passwords.reserve(Lane::Login, SOMEBODY).unwrap();
        let hash = place.hash(text("Sakura2026#")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        // What the command line hashed is verified alike.
        let hashes = [hash, hash_now("Sakura2026#").unwrap()];
        for hash in hashes {
            assert!(place.verify(text("Sakura2026#"), hash.clone()).await.unwrap());
            assert!(!place.verify(text("sakura2026#"), hash.clone()).await.unwrap());
            assert!(!place.verify(text(&"x".repeat(10_000)), hash).await.unwrap());
        }
        for hash in ["", "$argon2id$", "plain", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA"] {
            assert!(!place.verify(text("Sakura2026#"), hash.to_owned()).await.unwrap(), "{hash}");
        }
        assert!(place.prove(text("nobody has this password"), None).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn threads_have_moved_when_one_of_them_ends_something_and_not_before() {
        let passwords = Passwords::new(Histogram::new([1.0])).unwrap();
        passwords.have_moved().await;
        let held = passwords.hold();
        let stuck = tokio::time::timeout(LOOK * 8, passwords.have_moved());
        assert!(stuck.await.is_err());
        drop(held);
        passwords.have_moved().await;
    }

    #[test]
    fn a_share_never_takes_a_whole_lane_and_a_lane_never_another() {
        let passwords = Passwords::new(Histogram::new([1.0])).unwrap();
        for lane in Lane::ALL {
            let (most, of_share) = lane.places();
            let mut places = Vec::new();
            for number in 0.. {
                let before = places.len();
                for _ in 0..of_share {
                    places.extend(passwords.reserve(lane, Share::Customer(number)));
                }
                let full = passwords.reserve(lane, Share::Customer(number)).unwrap_err();
                assert_eq!(full, HashError::Busy);
                if places.len() == before {
                    break;
                }
            }
            assert_eq!(places.len(), most);
            for other in Lane::ALL.into_iter().filter(|other| *other != lane) {
                passwords.reserve(other, SOMEBODY).unwrap();
            }
            drop(places);
            passwords.reserve(lane, SOMEBODY).unwrap();
        }
    }

    #[test]
    fn logins_go_first_shares_take_turns_and_no_lane_stands_still() {
        let lanes = Lanes::default();
        let (said, heard) = mpsc::channel();
        let add = |lane, share, name: &'static str| {
            let said = said.clone();
            lanes.add(lane, share, Box::new(move |_| said.send(name).unwrap()));
        };
        for _ in 0..9 {
            add(Lane::Administration, Share::Customer(1), "import");
        }
        for _ in 0..3 {
            add(Lane::Enrolment, Share::Customer(2), "flood");
        }
        add(Lane::Enrolment, Share::Customer(3), "somebody");
        add(Lane::Login, Share::Customer(4), "login");
        let mut memory = Memory::new().unwrap();
        for _ in 0..14 {
            let job = lanes.lock().next().unwrap();
            job(&mut memory);
        }
        let order: Vec<_> = heard.try_iter().collect();
        assert_eq!(order[..5], ["login", "flood", "somebody", "flood", "flood"]);
        // With logins without end, the last lane still has its turn.
        for _ in 0..20 {
            add(Lane::Login, Share::Customer(4), "login");
        }
        add(Lane::Administration, Share::Customer(1), "import");
        for _ in 0..FAIRNESS {
            let job = lanes.lock().next().unwrap();
            job(&mut memory);
        }
        assert!(heard.try_iter().any(|name| name == "import"));
    }
}
