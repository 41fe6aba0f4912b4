//! `web_code`: authorization codes (RFC 6749 §4.1.2). Only a hash of each is stored.

use warifu_protocol::Timestamp;

use crate::{StoreError, Tx, value::params};

/// A code.
#[derive(Clone, Debug)]
pub struct Code {
    /// SHA-256 of it.
    pub code_hash: Vec<u8>,
    /// The browser's login.
    pub browser: i64,
    /// Whom it is for.
    pub client: String,
    /// Where it was sent.
    pub redirect_uri: String,
    /// What comes back in the ID token (OpenID Connect Core §3.1.2.1).
    pub nonce: Option<String>,
    /// RFC 7636 §4.2.
    pub challenge: String,
    /// When the password was proved.
    pub auth_time: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was presented by its service, rightly or wrongly.
    pub spent_at: Option<Timestamp>,
    /// The piece of work that spent it.
    pub operation: Option<Vec<u8>>,
    /// The login at the service that it opened.
    pub service: Option<i64>,
}

/// Adds a code; nothing if it is there already.
///
/// # Errors
///
/// The database's.
pub fn insert(tx: &Tx, code: &Code) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO web_code (code_hash, browser, client, redirect_uri, nonce, challenge,
                               auth_time, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (code_hash) DO NOTHING",
        &params![
            code.code_hash.as_slice(),
            code.browser,
            &code.client,
            &code.redirect_uri,
            code.nonce.as_ref(),
            &code.challenge,
            code.auth_time,
            code.expires_at
        ],
    )
    .map(drop)
}

/// A code by its hash.
///
/// # Errors
///
/// The database's.
pub fn find(tx: &Tx, code_hash: &[u8]) -> Result<Option<Code>, StoreError> {
    tx.query_opt(
        "SELECT code_hash, browser, client, redirect_uri, nonce, challenge, auth_time, expires_at,
                spent_at, operation, service
         FROM web_code WHERE code_hash = ?1",
        &params![code_hash],
    )?
    .map(|row| {
        Ok(Code {
            code_hash: row.get(0)?,
            browser: row.get(1)?,
            client: row.get(2)?,
            redirect_uri: row.get(3)?,
            nonce: row.get(4)?,
            challenge: row.get(5)?,
            auth_time: row.get(6)?,
            expires_at: row.get(7)?,
            spent_at: row.get(8)?,
            operation: row.get(9)?,
            service: row.get(10)?,
        })
    })
    .transpose()
}

/// Writes down that a code was presented, by which piece of work, and what it opened.
///
/// # Errors
///
/// The database's.
pub fn spend(
    tx: &Tx,
    code_hash: &[u8],
    operation: &[u8],
    service: Option<i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE web_code SET spent_at = ?4, operation = ?2, service = ?3 WHERE code_hash = ?1",
        &params![code_hash, operation, service, now],
    )
    .map(drop)
}

/// A code that its service never came for.
#[derive(Clone, Debug)]
pub struct Unclaimed {
    /// SHA-256 of it.
    pub code_hash: Vec<u8>,
    /// The browser's login.
    pub browser: i64,
    /// Whom it was for.
    pub client: String,
}

/// The codes that ended before a moment and were never presented; at most `limit`.
///
/// # Errors
///
/// The database's.
pub fn unclaimed(tx: &Tx, before: Timestamp, limit: u32) -> Result<Vec<Unclaimed>, StoreError> {
    tx.query(
        "SELECT code_hash, browser, client FROM web_code WHERE expires_at < ?1 AND spent_at IS NULL
         ORDER BY expires_at LIMIT ?2",
        &params![before, limit],
    )?
    .iter()
    .map(|row| Ok(Unclaimed { code_hash: row.get(0)?, browser: row.get(1)?, client: row.get(2)? }))
    .collect()
}

/// Forgets a code.
///
/// # Errors
///
/// The database's.
pub fn delete(tx: &Tx, code_hash: &[u8]) -> Result<(), StoreError> {
    tx.execute("DELETE FROM web_code WHERE code_hash = ?1", &params![code_hash]).map(drop)
}

/// Forgets the presented codes that ended before a moment.
///
/// # Errors
///
/// The database's.
pub fn delete_spent(tx: &Tx, before: Timestamp) -> Result<usize, StoreError> {
    tx.execute(
        "DELETE FROM web_code WHERE expires_at < ?1 AND spent_at IS NOT NULL",
        &params![before],
    )
}

/// Forgets every code; how many.
///
/// # Errors
///
/// The database's.
pub fn delete_all(tx: &Tx) -> Result<usize, StoreError> {
    tx.execute("DELETE FROM web_code", &[])
}
