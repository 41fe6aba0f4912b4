//! `web_known`: which users were seen in which browser, and who was the last.

use warifu_protocol::Timestamp;

use crate::{StoreError, Tx, value::params};

/// What is known of a user in a browser.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Known {
    /// Nobody was logged in after them.
    Last,
    /// Somebody was.
    Earlier,
}

/// Whether a user has been seen in a browser since a moment.
///
/// # Errors
///
/// The database's.
pub fn find(
    tx: &Tx,
    browser_hash: &[u8],
    account: i64,
    since: Timestamp,
) -> Result<Option<Known>, StoreError> {
    tx.query_opt(
        "SELECT is_last FROM web_known
         WHERE browser_hash = ?1 AND account = ?2 AND used_at >= ?3",
        &params![browser_hash, account, since],
    )?
    .map(|row| Ok(if row.get(0)? { Known::Last } else { Known::Earlier }))
    .transpose()
}

/// The browser goes by another name from now on.
///
/// # Errors
///
/// The database's.
pub fn rename(tx: &Tx, from: &[u8], to: &[u8]) -> Result<(), StoreError> {
    tx.execute("UPDATE web_known SET browser_hash = ?2 WHERE browser_hash = ?1", &params![from, to])
        .map(drop)
}

/// Writes down that a user is the last in a browser.
///
/// # Errors
///
/// The database's.
pub fn note(tx: &Tx, browser_hash: &[u8], account: i64, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE web_known SET is_last = 0 WHERE browser_hash = ?1 AND account <> ?2",
        &params![browser_hash, account],
    )?;
    tx.execute(
        "INSERT INTO web_known (browser_hash, account, used_at, is_last) VALUES (?1, ?2, ?3, 1)
         ON CONFLICT (browser_hash, account)
         DO UPDATE SET used_at = excluded.used_at, is_last = 1",
        &params![browser_hash, account, now],
    )
    .map(drop)
}

/// Forgets a user everywhere.
///
/// # Errors
///
/// The database's.
pub fn delete_of_account(tx: &Tx, account: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM web_known WHERE account = ?1", &params![account]).map(drop)
}

/// Forgets who has not been seen since a moment.
///
/// # Errors
///
/// The database's.
pub fn delete_unused(tx: &Tx, since: Timestamp) -> Result<usize, StoreError> {
    tx.execute("DELETE FROM web_known WHERE used_at < ?1", &params![since])
}
