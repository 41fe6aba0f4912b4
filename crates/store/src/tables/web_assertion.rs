//! `web_assertion`: with what services have proved themselves, so that each proof is good once (RFC 7523 §3);
//! and since when proofs are counted.

use warifu_protocol::Timestamp;

use crate::{StoreError, Tx, value::params};

/// Writes down that a service proved itself with this; false if it had before, in another piece of work.
///
/// # Errors
///
/// The database's.
pub fn spend(
    tx: &Tx,
    client: &str,
    jti_hash: &[u8],
    operation: &[u8],
    expires_at: Timestamp,
) -> Result<bool, StoreError> {
    tx.execute(
        "INSERT INTO web_assertion (client, jti_hash, expires_at, operation)
         VALUES (?1, ?2, ?3, ?4) ON CONFLICT (client, jti_hash) DO NOTHING",
        &params![client, jti_hash, expires_at, operation],
    )?;
    let by: Vec<u8> = tx
        .query_one(
            "SELECT operation FROM web_assertion WHERE client = ?1 AND jti_hash = ?2",
            &params![client, jti_hash],
        )?
        .get(0)?;
    Ok(by == operation)
}

/// Forgets what is over.
///
/// # Errors
///
/// The database's.
pub fn delete_ended(tx: &Tx, now: Timestamp) -> Result<usize, StoreError> {
    tx.execute("DELETE FROM web_assertion WHERE expires_at < ?1", &params![now])
}

/// Since when it is known which proofs were used.
///
/// # Errors
///
/// The database's.
pub fn epoch(tx: &Tx) -> Result<Timestamp, StoreError> {
    tx.query_one("SELECT began_at FROM web_epoch WHERE id = 1", &[])?.get(0)
}

/// Of proofs that were made before, nobody knows whether they were used.
///
/// # Errors
///
/// The database's.
pub fn begin_epoch(tx: &Tx, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE web_epoch SET began_at = ?1 WHERE id = 1", &params![now]).map(drop)
}
