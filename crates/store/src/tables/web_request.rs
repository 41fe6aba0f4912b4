//! `web_request`: what services' pages ask for, until somebody approves it in the app. Only hashes of what was
//! given out are stored.

use warifu_protocol::Timestamp;

use super::web_handoff::Visitor;
use crate::{
    StoreError, Tx,
    value::{Row, params},
};

/// How far a request is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    /// The page is open.
    Waiting,
    /// An app has looked at it.
    Viewed,
    /// A user has approved it.
    Approved,
    /// The browser that asked is logged in.
    Continued,
    /// A user has not.
    Declined,
    /// The approval came out in another browser.
    Misdirected,
}

impl Step {
    const ALL: [Self; 6] = [
        Self::Waiting,
        Self::Viewed,
        Self::Approved,
        Self::Continued,
        Self::Declined,
        Self::Misdirected,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Viewed => "viewed",
            Self::Approved => "approved",
            Self::Continued => "continued",
            Self::Declined => "declined",
            Self::Misdirected => "misdirected",
        }
    }
}

impl std::str::FromStr for Step {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let same = |step: &Self| step.as_str() == text;
        Self::ALL.into_iter().find(same).ok_or(StoreError::Unreadable("request step"))
    }
}

/// A request to be kept.
#[derive(Clone, Debug)]
pub struct NewRequest<'a> {
    /// SHA-256 of what stands in the link.
    pub link_hash: &'a [u8],
    /// SHA-256 of the browser's cookie for this request.
    pub flow_hash: &'a [u8],
    /// Which service.
    pub client: &'a str,
    /// Where the answer goes.
    pub redirect_uri: &'a str,
    /// The service's own, which goes back with it.
    pub state: Option<&'a str>,
    /// What comes back in the ID token.
    pub nonce: Option<&'a str>,
    /// RFC 7636 §4.2.
    pub challenge: &'a str,
    /// Whether the password is to be proved for this.
    pub wants_password: bool,
    /// When the browser asked.
    pub now: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The network that the browser is counted by.
    pub network: &'a str,
    /// The browser.
    pub visitor: &'a Visitor,
}

/// That a password was proved for a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Proof {
    /// SHA-256 of it.
    pub hash: Vec<u8>,
    /// In which session of the app.
    pub session_hash: Vec<u8>,
    /// When.
    pub proved_at: Timestamp,
}

/// Who approved a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Approved {
    /// The user.
    pub account: i64,
    /// The app's session.
    pub session_hash: Vec<u8>,
    /// When the password was proved.
    pub auth_time: Timestamp,
    /// Where the app is.
    pub address: String,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// The row.
    pub id: i64,
    /// SHA-256 of the browser's cookie for it.
    pub flow_hash: Vec<u8>,
    /// SHA-256 of what brings the approval back.
    pub confirm_hash: Option<Vec<u8>>,
    /// Which service.
    pub client: String,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// The service's own.
    pub state: Option<String>,
    /// What comes back in the ID token.
    pub nonce: Option<String>,
    /// RFC 7636 §4.2.
    pub challenge: String,
    /// Whether the password is to be proved for this.
    pub wants_password: bool,
    /// When the browser asked.
    pub requested_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// How far it is.
    pub step: Step,
    /// Since when.
    pub step_at: Timestamp,
    /// The browser.
    pub visitor: Visitor,
    /// That the password was proved for it.
    pub proof: Option<Proof>,
    /// Who approved it.
    pub approved: Option<Approved>,
    /// The piece of work that went on with it.
    pub operation: Option<Vec<u8>>,
    /// The browser's login that it opened.
    pub opened: Option<i64>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, flow_hash, confirm_hash, client, redirect_uri, state, nonce, challenge,
                    wants_password, requested_at, expires_at, step, step_at, address, browser,
                    version, proof_hash, proof_session, proved_at, account, session_hash,
                    auth_time, approved_address, operation, opened
             FROM web_request ",
            $rest
        )
    };
}

fn read(row: &Row) -> Result<Request, StoreError> {
    let proof = match (row.get(16)?, row.get(17)?, row.get(18)?) {
        (Some(hash), Some(session_hash), Some(proved_at)) => {
            Some(Proof { hash, session_hash, proved_at })
        }
        (_, _, _) => None,
    };
    let approved = match (row.get(19)?, row.get(20)?, row.get(21)?, row.get(22)?) {
        (Some(account), Some(session_hash), Some(auth_time), Some(address)) => {
            Some(Approved { account, session_hash, auth_time, address })
        }
        (_, _, _, _) => None,
    };
    Ok(Request {
        id: row.get(0)?,
        flow_hash: row.get(1)?,
        confirm_hash: row.get(2)?,
        client: row.get(3)?,
        redirect_uri: row.get(4)?,
        state: row.get(5)?,
        nonce: row.get(6)?,
        challenge: row.get(7)?,
        wants_password: row.get(8)?,
        requested_at: row.get(9)?,
        expires_at: row.get(10)?,
        step: row.parse(11, "request step")?,
        step_at: row.get(12)?,
        visitor: Visitor { address: row.get(13)?, browser: row.get(14)?, version: row.get(15)? },
        proof,
        approved,
        operation: row.get(23)?,
        opened: row.get(24)?,
    })
}

/// Adds a request; nothing if it is there already.
///
/// # Errors
///
/// The database's.
pub fn insert(tx: &Tx, new: &NewRequest<'_>) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO web_request (link_hash, flow_hash, client, redirect_uri, state, nonce,
                                  challenge, wants_password, requested_at, expires_at, step,
                                  step_at, network, address, browser, version)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'waiting', ?9, ?11, ?12, ?13, ?14)
         ON CONFLICT DO NOTHING",
        &params![
            new.link_hash,
            new.flow_hash,
            new.client,
            new.redirect_uri,
            new.state,
            new.nonce,
            new.challenge,
            new.wants_password,
            new.now,
            new.expires_at,
            new.network,
            &new.visitor.address,
            &new.visitor.browser,
            new.visitor.version
        ],
    )
    .map(drop)
}

/// How many requests are kept.
///
/// # Errors
///
/// The database's.
pub fn count(tx: &Tx) -> Result<i64, StoreError> {
    tx.query_one("SELECT count(*) FROM web_request", &[])?.get(0)
}

/// Forgets the oldest request that nobody has looked at, of the network with the most of them; how many.
///
/// # Errors
///
/// The database's.
pub fn evict(tx: &Tx) -> Result<usize, StoreError> {
    tx.execute(
        "DELETE FROM web_request WHERE id = (
             SELECT min(id) FROM web_request WHERE step = 'waiting' AND network = (
                 SELECT network FROM web_request WHERE step = 'waiting'
                 GROUP BY network ORDER BY count(*) DESC, network LIMIT 1))",
        &[],
    )
}

/// The request of a link.
///
/// # Errors
///
/// The database's.
pub fn by_link(tx: &Tx, link_hash: &[u8]) -> Result<Option<Request>, StoreError> {
    tx.query_opt(select!("WHERE link_hash = ?1"), &params![link_hash])?
        .map(|row| read(&row))
        .transpose()
}

/// The request of a browser's cookie.
///
/// # Errors
///
/// The database's.
pub fn by_flow(tx: &Tx, flow_hash: &[u8]) -> Result<Option<Request>, StoreError> {
    tx.query_opt(select!("WHERE flow_hash = ?1"), &params![flow_hash])?
        .map(|row| read(&row))
        .transpose()
}

/// The request of what brings an approval back.
///
/// # Errors
///
/// The database's.
pub fn by_confirmation(tx: &Tx, confirm_hash: &[u8]) -> Result<Option<Request>, StoreError> {
    tx.query_opt(select!("WHERE confirm_hash = ?1 /*lock*/"), &params![confirm_hash])?
        .map(|row| read(&row))
        .transpose()
}

/// Sets how far a request is.
///
/// # Errors
///
/// The database's.
pub fn set_step(tx: &Tx, id: i64, step: Step, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE web_request SET step = ?2, step_at = ?3 WHERE id = ?1",
        &params![id, step.as_str(), now],
    )
    .map(drop)
}

/// Writes down that the password was proved for a request; an earlier proof is worth nothing any more.
///
/// # Errors
///
/// The database's.
pub fn set_proof(tx: &Tx, id: i64, proof: &Proof) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE web_request SET proof_hash = ?2, proof_session = ?3, proved_at = ?4 WHERE id = ?1",
        &params![id, proof.hash.as_slice(), proof.session_hash.as_slice(), proof.proved_at],
    )
    .map(drop)
}

/// Writes down who approved a request, until when that brings the browser back in, and by what. The proof is
/// used up.
///
/// # Errors
///
/// The database's.
pub fn approve(
    tx: &Tx,
    id: i64,
    approved: &Approved,
    confirm_hash: &[u8],
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE web_request
         SET step = 'approved', step_at = ?7, account = ?2, session_hash = ?3, auth_time = ?4,
             approved_address = ?5, confirm_hash = ?6, expires_at = ?8, proof_hash = NULL
         WHERE id = ?1",
        &params![
            id,
            approved.account,
            approved.session_hash.as_slice(),
            approved.auth_time,
            &approved.address,
            confirm_hash,
            now,
            expires_at
        ],
    )
    .map(drop)
}

/// Writes down which piece of work went on with a request, and which login it opened.
///
/// # Errors
///
/// The database's.
pub fn set_opened(tx: &Tx, id: i64, operation: &[u8], opened: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE web_request SET operation = ?2, opened = ?3 WHERE id = ?1",
        &params![id, operation, opened],
    )
    .map(drop)
}

/// Forgets the requests that ended before a moment.
///
/// # Errors
///
/// The database's.
pub fn delete_ended(tx: &Tx, before: Timestamp) -> Result<usize, StoreError> {
    tx.execute("DELETE FROM web_request WHERE expires_at < ?1", &params![before])
}

/// Forgets every request; how many.
///
/// # Errors
///
/// The database's.
pub fn delete_all(tx: &Tx) -> Result<usize, StoreError> {
    tx.execute("DELETE FROM web_request", &[])
}
