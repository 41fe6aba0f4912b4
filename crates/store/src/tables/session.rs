//! `session`: the open logins. Only a hash of each token is stored.

use warifu_protocol::{Thumbprint, Timestamp};

use crate::{StoreError, Tx, value::params};

/// An open session.
#[derive(Clone, Debug)]
pub struct Session {
    /// When the login was.
    pub opened_at: Timestamp,
    /// When the last use was written down.
    pub last_used_at: Timestamp,
    /// When it ends whatever is done.
    pub ends_at: Timestamp,
    /// When the user had logged in before.
    pub previous_login_at: Option<Timestamp>,
}

/// The session of a token's hash, bound to a certificate and its user (RFC 8705 §3).
///
/// # Errors
///
/// The database's.
pub fn find(
    tx: &Tx,
    token_hash: &[u8],
    thumbprint: &Thumbprint,
    account: i64,
) -> Result<Option<Session>, StoreError> {
    let row = tx.query_opt(
        "SELECT opened_at, last_used_at, ends_at, previous_login_at FROM session
         WHERE token_hash = ?1 AND thumbprint = ?2 AND account = ?3",
        &params![token_hash, thumbprint, account],
    )?;
    row.map(|row| {
        Ok(Session {
            opened_at: row.get(0)?,
            last_used_at: row.get(1)?,
            ends_at: row.get(2)?,
            previous_login_at: row.get(3)?,
        })
    })
    .transpose()
}

/// The session of a token's hash, with its user and the certificate that it is bound to.
///
/// # Errors
///
/// The database's.
pub fn by_hash(
    tx: &Tx,
    token_hash: &[u8],
) -> Result<Option<(i64, Thumbprint, Session)>, StoreError> {
    let row = tx.query_opt(
        "SELECT account, thumbprint, opened_at, last_used_at, ends_at, previous_login_at
         FROM session WHERE token_hash = ?1",
        &params![token_hash],
    )?;
    row.map(|row| {
        let session = Session {
            opened_at: row.get(2)?,
            last_used_at: row.get(3)?,
            ends_at: row.get(4)?,
            previous_login_at: row.get(5)?,
        };
        Ok((row.get(0)?, row.parse(1, "thumbprint")?, session))
    })
    .transpose()
}

/// Adds a session.
///
/// # Errors
///
/// The database's.
pub fn insert(
    tx: &Tx,
    token_hash: &[u8],
    account: i64,
    thumbprint: &Thumbprint,
    session: &Session,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO session (token_hash, account, thumbprint, opened_at, last_used_at, ends_at,
                              previous_login_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        &params![
            token_hash,
            account,
            thumbprint,
            session.opened_at,
            session.last_used_at,
            session.ends_at,
            session.previous_login_at
        ],
    )
    .map(drop)
}

/// Writes down that a session is used.
///
/// # Errors
///
/// The database's.
pub fn set_last_used(tx: &Tx, token_hash: &[u8], now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE session SET last_used_at = ?2 WHERE token_hash = ?1",
        &params![token_hash, now],
    )
    .map(drop)
}

/// Binds a user's session to another certificate.
///
/// # Errors
///
/// The database's.
pub fn set_certificate(
    tx: &Tx,
    token_hash: &[u8],
    account: i64,
    thumbprint: &Thumbprint,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE session SET thumbprint = ?3 WHERE token_hash = ?1 AND account = ?2",
        &params![token_hash, account, thumbprint],
    )
    .map(drop)
}

/// Forgets the sessions that ended before `now`.
///
/// # Errors
///
/// The database's.
pub fn delete_ended(tx: &Tx, now: Timestamp) -> Result<usize, StoreError> {
    tx.execute("DELETE FROM session WHERE ends_at < ?1", &params![now])
}

/// Leaves a user no more than `most` sessions, those that were used last.
///
/// # Errors
///
/// The database's.
pub fn delete_all_but_latest(tx: &Tx, account: i64, most: i64) -> Result<usize, StoreError> {
    tx.execute(
        "DELETE FROM session WHERE token_hash IN
             (SELECT token_hash FROM session WHERE account = ?1
              ORDER BY last_used_at DESC, token_hash LIMIT ?3 OFFSET ?2)",
        &params![account, most, i64::MAX],
    )
}

/// Ends the session of a token's hash; how many.
///
/// # Errors
///
/// The database's.
pub fn delete(tx: &Tx, token_hash: &[u8]) -> Result<usize, StoreError> {
    tx.execute("DELETE FROM session WHERE token_hash = ?1", &params![token_hash])
}

/// Ends all sessions of a user; how many.
///
/// # Errors
///
/// The database's.
pub fn delete_of_account(tx: &Tx, account: i64) -> Result<usize, StoreError> {
    tx.execute("DELETE FROM session WHERE account = ?1", &params![account])
}

/// Ends all sessions of a user but that of a token's hash; how many.
///
/// # Errors
///
/// The database's.
pub fn delete_of_account_but(
    tx: &Tx,
    account: i64,
    token_hash: &[u8],
) -> Result<usize, StoreError> {
    tx.execute(
        "DELETE FROM session WHERE account = ?1 AND token_hash <> ?2",
        &params![account, token_hash],
    )
}

/// Ends all sessions that a certificate opened; how many.
///
/// # Errors
///
/// The database's.
pub fn delete_of_certificate(tx: &Tx, thumbprint: &Thumbprint) -> Result<usize, StoreError> {
    tx.execute("DELETE FROM session WHERE thumbprint = ?1", &params![thumbprint])
}

/// Ends every session; how many.
///
/// # Errors
///
/// The database's.
pub fn delete_all(tx: &Tx) -> Result<usize, StoreError> {
    tx.execute("DELETE FROM session", &[])
}
