//! `web_logout`: the outbox. Which service is to be told that which browser's login has ended, and how far
//! that is.

use warifu_protocol::Timestamp;

use crate::{
    StoreError, Tx,
    value::{Row, params},
};

/// How far a service has been told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum State {
    /// It is to be.
    Queued,
    /// It was.
    Delivered,
    /// It does not take it.
    Refused,
    /// It was not reached in time, or cannot be.
    Undelivered,
}

impl State {
    const ALL: [Self; 4] = [Self::Queued, Self::Delivered, Self::Refused, Self::Undelivered];

    /// The state as it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Delivered => "delivered",
            Self::Refused => "refused",
            Self::Undelivered => "undelivered",
        }
    }
}

impl std::str::FromStr for State {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let same = |state: &Self| state.as_str() == text;
        Self::ALL.into_iter().find(same).ok_or(StoreError::Unreadable("logout state"))
    }
}

/// A notice to a service.
#[derive(Clone, Debug)]
pub struct Logout {
    /// The row.
    pub id: i64,
    /// The browser's login.
    pub browser: i64,
    /// The service.
    pub client: String,
    /// How far it is.
    pub state: State,
    /// Since when it waits.
    pub queued_at: Timestamp,
    /// Not tried before.
    pub next_at: Timestamp,
    /// Nor after.
    pub until: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// How often the service said no.
    pub refusals: u32,
    /// After how many tries nobody knew.
    pub uncertain: u32,
    /// What the last try met.
    pub answer: Option<String>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, browser, client, state, queued_at, next_at, until, attempts, refusals,
                    uncertain, answer
             FROM web_logout ",
            $rest
        )
    };
}

fn read(row: &Row) -> Result<Logout, StoreError> {
    Ok(Logout {
        id: row.get(0)?,
        browser: row.get(1)?,
        client: row.get(2)?,
        state: row.parse(3, "logout state")?,
        queued_at: row.get(4)?,
        next_at: row.get(5)?,
        until: row.get(6)?,
        attempts: row.get(7)?,
        refusals: row.get(8)?,
        uncertain: row.get(9)?,
        answer: row.get(10)?,
    })
}

/// Queues a notice, to be sent between two moments.
///
/// # Errors
///
/// The database's.
pub fn queue(
    tx: &Tx,
    browser: i64,
    client: &str,
    now: Timestamp,
    (next_at, until): (Timestamp, Timestamp),
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO web_logout (browser, client, state, state_at, queued_at, next_at, until)
         VALUES (?1, ?2, 'queued', ?3, ?3, ?4, ?5)",
        &params![browser, client, now, next_at, until],
    )
    .map(drop)
}

/// Whether there is a notice whose turn it is and that nobody is sending, or one whose time is over.
///
/// # Errors
///
/// The database's.
pub fn is_any_due(tx: &Tx, now: Timestamp) -> Result<bool, StoreError> {
    let found = tx.query_opt(
        "SELECT 1 FROM web_logout
         WHERE state = 'queued' AND (next_at <= ?1 OR until < ?1)
           AND (claimed_until IS NULL OR claimed_until <= ?1)
         LIMIT 1",
        &params![now],
    )?;
    Ok(found.is_some())
}

/// The notices of a service that somebody is sending.
///
/// # Errors
///
/// The database's.
pub fn claimed(tx: &Tx, client: &str, now: Timestamp) -> Result<u32, StoreError> {
    tx.query_one(
        "SELECT count(*) FROM web_logout
         WHERE client = ?1 AND state = 'queued' AND claimed_until > ?2",
        &params![client, now],
    )?
    .get(0)
}

/// The notices of a service whose turn it is, and that nobody is sending.
///
/// # Errors
///
/// The database's.
pub fn due(tx: &Tx, client: &str, now: Timestamp, limit: u32) -> Result<Vec<Logout>, StoreError> {
    tx.query(
        select!(
            "WHERE client = ?1 AND state = 'queued' AND next_at <= ?2
               AND (claimed_until IS NULL OR claimed_until <= ?2)
             ORDER BY next_at, id LIMIT ?3 /*skip locked*/"
        ),
        &params![client, now, limit],
    )?
    .iter()
    .map(read)
    .collect()
}

/// The services that have notices waiting.
///
/// # Errors
///
/// The database's.
pub fn waiting_clients(tx: &Tx) -> Result<Vec<String>, StoreError> {
    tx.query("SELECT DISTINCT client FROM web_logout WHERE state = 'queued' ORDER BY client", &[])?
        .iter()
        .map(|row| row.get(0))
        .collect()
}

/// Keeps a notice for whoever sends it now.
///
/// # Errors
///
/// The database's.
pub fn claim(tx: &Tx, id: i64, until: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE web_logout SET claimed_until = ?2, attempts = attempts + 1 WHERE id = ?1",
        &params![id, until],
    )
    .map(drop)
}

/// A notice by its row.
///
/// # Errors
///
/// The database's.
pub fn find(tx: &Tx, id: i64) -> Result<Option<Logout>, StoreError> {
    tx.query_opt(select!("WHERE id = ?1"), &params![id])?.map(|row| read(&row)).transpose()
}

/// Has a notice wait for another try.
///
/// # Errors
///
/// The database's.
pub fn postpone(tx: &Tx, logout: &Logout) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE web_logout SET next_at = ?2, refusals = ?3, uncertain = ?4, answer = ?5,
                               claimed_until = NULL
         WHERE id = ?1",
        &params![
            logout.id,
            logout.next_at,
            logout.refusals,
            logout.uncertain,
            logout.answer.as_ref()
        ],
    )
    .map(drop)
}

/// Has all other notices of a service wait for as long: what keeps one from it keeps all.
///
/// # Errors
///
/// The database's.
pub fn postpone_others(
    tx: &Tx,
    client: &str,
    but: i64,
    next_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE web_logout SET next_at = ?3
         WHERE client = ?1 AND id <> ?2 AND state = 'queued' AND next_at < ?3",
        &params![client, but, next_at],
    )
    .map(drop)
}

/// Says how far a notice has come for good.
///
/// # Errors
///
/// The database's.
pub fn finish(
    tx: &Tx,
    id: i64,
    state: State,
    answer: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE web_logout SET state = ?2, state_at = ?3, answer = ?4, claimed_until = NULL
         WHERE id = ?1",
        &params![id, state.as_str(), now, answer],
    )
    .map(drop)
}

/// The notices that nobody sends any more: their time is over.
///
/// # Errors
///
/// The database's.
pub fn overdue(tx: &Tx, now: Timestamp, limit: u32) -> Result<Vec<Logout>, StoreError> {
    tx.query(
        select!(
            "WHERE state = 'queued' AND until < ?1
               AND (claimed_until IS NULL OR claimed_until <= ?1)
             ORDER BY id LIMIT ?2"
        ),
        &params![now, limit],
    )?
    .iter()
    .map(read)
    .collect()
}

/// The services that do not know yet that others than this user were logged in, in a browser. A notice
/// that is repeated to be sure is not waited for.
///
/// # Errors
///
/// The database's.
pub fn outstanding(
    tx: &Tx,
    known_hash: &[u8],
    but: i64,
    since: Timestamp,
) -> Result<Vec<Logout>, StoreError> {
    tx.query(
        select!(
            "AS waiting WHERE state <> 'delivered' AND queued_at >= ?3
               AND NOT EXISTS (SELECT 1 FROM web_logout AS done
                               WHERE done.browser = waiting.browser
                                 AND done.client = waiting.client AND done.state = 'delivered')
               AND NOT EXISTS (SELECT 1 FROM web_logout AS sooner
                               WHERE sooner.browser = waiting.browser
                                 AND sooner.client = waiting.client
                                 AND sooner.queued_at = waiting.queued_at
                                 AND sooner.id < waiting.id)
               AND browser IN (SELECT web_browser.id FROM web_browser
                               WHERE known_hash = ?1 AND account <> ?2)
             ORDER BY id"
        ),
        &params![known_hash, but, since],
    )?
    .iter()
    .map(read)
    .collect()
}

/// All notices in a state, the latest first.
///
/// # Errors
///
/// The database's.
pub fn in_state(tx: &Tx, state: State, limit: u32) -> Result<Vec<Logout>, StoreError> {
    tx.query(
        select!("WHERE state = ?1 ORDER BY id DESC LIMIT ?2"),
        &params![state.as_str(), limit],
    )?
    .iter()
    .map(read)
    .collect()
}
