//! `transfer`: the one-time codes for new PCs (FAQ 4-1), one for each user. Only a hash is stored.

use warifu_protocol::Timestamp;

use crate::{StoreError, Tx, value::params};

/// Keeps the hash of a user's code; an earlier one is not good any more.
///
/// # Errors
///
/// The database's.
pub fn upsert(
    tx: &Tx,
    account: i64,
    code_hash: &[u8],
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO transfer (account, code_hash, failures, expires_at) VALUES (?1, ?2, 0, ?3)
         ON CONFLICT (account) DO UPDATE
         SET code_hash = excluded.code_hash, failures = 0, expires_at = excluded.expires_at",
        &params![account, code_hash, expires_at],
    )
    .map(drop)
}

/// The hash of a user's code, with fewer than `most_failures` wrong ones since, whose end is between two
/// moments.
///
/// # Errors
///
/// The database's.
pub fn find(
    tx: &Tx,
    account: i64,
    most_failures: u32,
    (from, until): (Timestamp, Timestamp),
) -> Result<Option<Vec<u8>>, StoreError> {
    tx.query_opt(
        "SELECT code_hash FROM transfer
         WHERE account = ?1 AND failures < ?2 AND expires_at BETWEEN ?3 AND ?4",
        &params![account, most_failures, from, until],
    )?
    .map(|row| row.get(0))
    .transpose()
}

/// Counts a wrong code.
///
/// # Errors
///
/// The database's.
pub fn count_failure(tx: &Tx, account: i64) -> Result<(), StoreError> {
    tx.execute("UPDATE transfer SET failures = failures + 1 WHERE account = ?1", &params![account])
        .map(drop)
}

/// Uses up a user's code if it is still that one and its time is not over; whether it was.
///
/// # Errors
///
/// The database's.
pub fn take(
    tx: &Tx,
    account: i64,
    code_hash: Option<&[u8]>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let taken = tx.execute(
        "DELETE FROM transfer WHERE account = ?1 AND code_hash = ?2 AND expires_at >= ?3",
        &params![account, code_hash, now],
    )?;
    Ok(taken > 0)
}

/// Ends a user's code.
///
/// # Errors
///
/// The database's.
pub fn delete_of_account(tx: &Tx, account: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM transfer WHERE account = ?1", &params![account]).map(drop)
}

/// Ends every code; how many.
///
/// # Errors
///
/// The database's.
pub fn delete_all(tx: &Tx) -> Result<usize, StoreError> {
    tx.execute("DELETE FROM transfer", &[])
}
