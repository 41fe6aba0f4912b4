//! `password_history`: the hashes of passwords that may not come again (FAQ 3-1).

use crate::{StoreError, Tx, value::params};

/// The hashes of a user's last passwords before the current one, the latest first.
///
/// # Errors
///
/// The database's.
pub fn latest(tx: &Tx, account: i64, most: i64) -> Result<Vec<String>, StoreError> {
    let rows = tx.query(
        "SELECT hash FROM password_history WHERE account = ?1 ORDER BY generation DESC LIMIT ?2",
        &params![account, most],
    )?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Keeps the hash of a password that another one follows.
///
/// # Errors
///
/// The database's.
pub fn insert(tx: &Tx, account: i64, generation: i64, hash: &str) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO password_history (account, generation, hash) VALUES (?1, ?2, ?3)",
        &params![account, generation, hash],
    )
    .map(drop)
}

/// Forgets the passwords up to a generation.
///
/// # Errors
///
/// The database's.
pub fn delete_up_to(tx: &Tx, account: i64, generation: i64) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM password_history WHERE account = ?1 AND generation <= ?2",
        &params![account, generation],
    )
    .map(drop)
}

/// Forgets all passwords of a user.
///
/// # Errors
///
/// The database's.
pub fn delete_of_account(tx: &Tx, account: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM password_history WHERE account = ?1", &params![account]).map(drop)
}
