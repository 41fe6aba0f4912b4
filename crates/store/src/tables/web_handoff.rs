//! `web_handoff`: the ways from the app's menu into a browser. Only a hash of each token is stored.

use warifu_protocol::Timestamp;

use crate::{
    StoreError, Tx,
    value::{Row, params},
};

/// How far a handoff is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum State {
    /// No browser has come.
    Issued,
    /// A page asks the user.
    Asked,
    /// The user said yes there, and the app asks.
    AppAsked,
    /// The user said yes in the app too.
    AppConfirmed,
    /// A browser is logged in with it.
    Opened,
    /// Somebody said no.
    Declined,
    /// Another browser came with the same token.
    Replayed,
}

impl State {
    const ALL: [Self; 7] = [
        Self::Issued,
        Self::Asked,
        Self::AppAsked,
        Self::AppConfirmed,
        Self::Opened,
        Self::Declined,
        Self::Replayed,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Asked => "asked",
            Self::AppAsked => "app-asked",
            Self::AppConfirmed => "app-confirmed",
            Self::Opened => "opened",
            Self::Declined => "declined",
            Self::Replayed => "replayed",
        }
    }
}

impl std::str::FromStr for State {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let same = |state: &Self| state.as_str() == text;
        Self::ALL.into_iter().find(same).ok_or(StoreError::Unreadable("handoff state"))
    }
}

/// A handoff to be issued.
#[derive(Clone, Debug)]
pub struct NewHandoff<'a> {
    /// Names it.
    pub id: &'a str,
    /// SHA-256 of its token.
    pub token_hash: &'a [u8],
    /// The app's session.
    pub session_hash: &'a [u8],
    /// Whose it is.
    pub account: i64,
    /// What is to be opened.
    pub entry: &'a str,
    /// Where the app is.
    pub address: &'a str,
    /// When it is issued.
    pub now: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A browser as it was met.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Visitor {
    /// Where it is.
    pub address: String,
    /// What it is.
    pub browser: String,
    /// Which version of it.
    pub version: Option<u16>,
}

/// A handoff.
#[derive(Clone, Debug)]
pub struct Handoff {
    /// Names it.
    pub id: String,
    /// The app's session.
    pub session_hash: Vec<u8>,
    /// Whose it is.
    pub account: i64,
    /// What is to be opened.
    pub entry: String,
    /// Where the app is.
    pub address: String,
    /// How far it is.
    pub state: State,
    /// Since when.
    pub state_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// SHA-256 of the cookie of the page that used it first.
    pub page_hash: Option<Vec<u8>>,
    /// The piece of work that opened it.
    pub operation: Option<Vec<u8>>,
    /// The login that it opened.
    pub browser: Option<i64>,
    /// The browser that used it first.
    pub visitor: Option<Visitor>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, session_hash, account, entry, address, state, state_at, expires_at,
                    page_hash, operation, browser, visitor_address, visitor_browser,
                    visitor_version
             FROM web_handoff ",
            $rest
        )
    };
}

fn read(row: &Row) -> Result<Handoff, StoreError> {
    let (address, browser): (Option<String>, Option<String>) = (row.get(11)?, row.get(12)?);
    let version = row.get(13)?;
    Ok(Handoff {
        id: row.get(0)?,
        session_hash: row.get(1)?,
        account: row.get(2)?,
        entry: row.get(3)?,
        address: row.get(4)?,
        state: row.parse(5, "handoff state")?,
        state_at: row.get(6)?,
        expires_at: row.get(7)?,
        page_hash: row.get(8)?,
        operation: row.get(9)?,
        browser: row.get(10)?,
        visitor: address.zip(browser).map(|(address, browser)| Visitor {
            address,
            browser,
            version,
        }),
    })
}

/// Adds a handoff; nothing if it is there already.
///
/// # Errors
///
/// The database's.
pub fn insert(tx: &Tx, new: &NewHandoff<'_>) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO web_handoff (id, token_hash, session_hash, account, entry, address, state,
                                  state_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'issued', ?7, ?8) ON CONFLICT (id) DO NOTHING",
        &params![
            new.id,
            new.token_hash,
            new.session_hash,
            new.account,
            new.entry,
            new.address,
            new.now,
            new.expires_at
        ],
    )
    .map(drop)
}

/// The handoff of a token's hash.
///
/// # Errors
///
/// The database's.
pub fn by_token(tx: &Tx, token_hash: &[u8]) -> Result<Option<Handoff>, StoreError> {
    tx.query_opt(select!("WHERE token_hash = ?1"), &params![token_hash])?
        .map(|row| read(&row))
        .transpose()
}

/// The handoff of that name that came from a session of the app.
///
/// # Errors
///
/// The database's.
pub fn of_session(tx: &Tx, session_hash: &[u8], id: &str) -> Result<Option<Handoff>, StoreError> {
    tx.query_opt(select!("WHERE id = ?1 AND session_hash = ?2"), &params![id, session_hash])?
        .map(|row| read(&row))
        .transpose()
}

/// Ties a handoff to the page that used it first.
///
/// # Errors
///
/// The database's.
pub fn tie(tx: &Tx, id: &str, page_hash: &[u8], visitor: &Visitor) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE web_handoff SET page_hash = ?2, visitor_address = ?3, visitor_browser = ?4,
                                visitor_version = ?5
         WHERE id = ?1",
        &params![id, page_hash, &visitor.address, &visitor.browser, visitor.version],
    )
    .map(drop)
}

/// Sets how far a handoff is, and when it ends.
///
/// # Errors
///
/// The database's.
pub fn set_state(
    tx: &Tx,
    id: &str,
    state: State,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE web_handoff SET state = ?2, state_at = ?3, expires_at = ?4 WHERE id = ?1",
        &params![id, state.as_str(), now, expires_at],
    )
    .map(drop)
}

/// Writes down which piece of work opened which login.
///
/// # Errors
///
/// The database's.
pub fn set_opened(tx: &Tx, id: &str, browser: i64, operation: &[u8]) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE web_handoff SET browser = ?2, operation = ?3 WHERE id = ?1",
        &params![id, browser, operation],
    )
    .map(drop)
}

/// Leaves a session of the app no more than `most` handoffs that nobody has used, the latest.
///
/// # Errors
///
/// The database's.
pub fn delete_all_but_latest(tx: &Tx, session_hash: &[u8], most: i64) -> Result<usize, StoreError> {
    tx.execute(
        "DELETE FROM web_handoff WHERE id IN
             (SELECT id FROM web_handoff WHERE session_hash = ?1 AND state = 'issued'
              ORDER BY expires_at DESC, id LIMIT ?3 OFFSET ?2)",
        &params![session_hash, most, i64::MAX],
    )
}

/// Forgets the handoffs that ended before a moment.
///
/// # Errors
///
/// The database's.
pub fn delete_ended(tx: &Tx, before: Timestamp) -> Result<usize, StoreError> {
    tx.execute("DELETE FROM web_handoff WHERE expires_at < ?1", &params![before])
}

/// Forgets every handoff; how many.
///
/// # Errors
///
/// The database's.
pub fn delete_all(tx: &Tx) -> Result<usize, StoreError> {
    tx.execute("DELETE FROM web_handoff", &[])
}
