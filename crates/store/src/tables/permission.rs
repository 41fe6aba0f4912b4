//! `permission`: the rights that were granted to users.

use warifu_protocol::Permission;

use crate::{StoreError, Tx, value::params};

/// The rights that were granted to a user, by name.
///
/// # Errors
///
/// The database's.
pub fn of_account(tx: &Tx, account: i64) -> Result<Vec<Permission>, StoreError> {
    let rows = tx.query(
        "SELECT permission FROM permission WHERE account = ?1 ORDER BY permission",
        &params![account],
    )?;
    rows.iter().map(|row| row.parse(0, "permission")).collect()
}

/// Gives a user rights that they do not hold yet.
///
/// # Errors
///
/// The database's.
pub fn grant(tx: &Tx, account: i64, permissions: &[Permission]) -> Result<(), StoreError> {
    for permission in permissions {
        tx.execute(
            "INSERT INTO permission (account, permission) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            &params![account, permission],
        )?;
    }
    Ok(())
}

/// Takes every right from a user.
///
/// # Errors
///
/// The database's.
pub fn delete_of_account(tx: &Tx, account: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM permission WHERE account = ?1", &params![account]).map(drop)
}
