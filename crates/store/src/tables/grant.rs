//! `enrolment_grant`: what a proved password allows for a few minutes. Only a hash of each token is stored.

use warifu_protocol::{Thumbprint, Timestamp};

use crate::{
    StoreError, Tx,
    value::{Row, params},
};

/// What a grant is for. One for one thing is worth nothing for another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// A certificate, on the enrolment listener.
    Issuance,
    /// The same for a new PC, whose certificate waits for its first login (FAQ 4-1).
    Transfer,
    /// The change of a password that a login demands.
    Login,
    /// The change that the user wishes; it asks for the current password too (FAQ 3-1).
    VoluntaryChange,
}

impl Purpose {
    const ALL: [Self; 4] = [Self::Issuance, Self::Transfer, Self::Login, Self::VoluntaryChange];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Issuance => "issuance",
            Self::Transfer => "transfer",
            Self::Login => "login",
            Self::VoluntaryChange => "wished-change",
        }
    }
}

impl std::str::FromStr for Purpose {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let same = |purpose: &Self| purpose.as_str() == text;
        Self::ALL.into_iter().find(same).ok_or(StoreError::Unreadable("purpose"))
    }
}

/// A grant.
#[derive(Clone, Debug)]
pub struct Grant {
    /// SHA-256 of its token.
    pub token_hash: Vec<u8>,
    /// Whose it is.
    pub account: i64,
    /// The certificate that it is bound to; none on the enrolment listener.
    pub thumbprint: Option<Thumbprint>,
    /// The password that opened it.
    pub password_generation: i64,
    /// The password must be changed by then; none if it need not be.
    pub change_until: Option<Timestamp>,
    /// When it ends whatever is done.
    pub expires_at: Timestamp,
    /// What it is for.
    pub purpose: Purpose,
    /// Of the code for a new PC that was proved with it.
    pub code_hash: Option<Vec<u8>>,
}

/// Adds a grant.
///
/// # Errors
///
/// The database's.
pub fn insert(tx: &Tx, grant: &Grant) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO enrolment_grant (token_hash, account, thumbprint, password_generation,
                                      change_until, expires_at, purpose, code_hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        &params![
            grant.token_hash.as_slice(),
            grant.account,
            grant.thumbprint.as_ref(),
            grant.password_generation,
            grant.change_until,
            grant.expires_at,
            grant.purpose.as_str(),
            grant.code_hash.as_deref()
        ],
    )
    .map(drop)
}

/// The grant of a token's hash that is bound to that certificate, or to none, and ends between two moments.
///
/// # Errors
///
/// The database's.
pub fn find(
    tx: &Tx,
    token_hash: &[u8],
    thumbprint: Option<&Thumbprint>,
    (from, until): (Timestamp, Timestamp),
) -> Result<Option<Grant>, StoreError> {
    tx.query_opt(
        "SELECT token_hash, account, thumbprint, password_generation, change_until, expires_at,
                purpose, code_hash
         FROM enrolment_grant
         WHERE token_hash = ?1 AND thumbprint IS NOT DISTINCT FROM ?2
           AND expires_at BETWEEN ?3 AND ?4",
        &params![token_hash, thumbprint, from, until],
    )?
    .map(|row| read(&row))
    .transpose()
}

fn read(row: &Row) -> Result<Grant, StoreError> {
    let thumbprint: Option<String> = row.get(2)?;
    Ok(Grant {
        token_hash: row.get(0)?,
        account: row.get(1)?,
        thumbprint: thumbprint
            .map(|text| text.parse().map_err(|_| StoreError::Unreadable("thumbprint")))
            .transpose()?,
        password_generation: row.get(3)?,
        change_until: row.get(4)?,
        expires_at: row.get(5)?,
        purpose: row.parse(6, "purpose")?,
        code_hash: row.get(7)?,
    })
}

/// Notes that the password was changed with a grant, which goes on with the new one.
///
/// # Errors
///
/// The database's.
pub fn set_password_changed(tx: &Tx, token_hash: &[u8]) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE enrolment_grant SET change_until = NULL,
                                    password_generation = password_generation + 1
         WHERE token_hash = ?1",
        &params![token_hash],
    )
    .map(drop)
}

/// Ends the grant of a token's hash.
///
/// # Errors
///
/// The database's.
pub fn delete(tx: &Tx, token_hash: &[u8]) -> Result<(), StoreError> {
    tx.execute("DELETE FROM enrolment_grant WHERE token_hash = ?1", &params![token_hash]).map(drop)
}

/// Forgets the grants that ended before `now`.
///
/// # Errors
///
/// The database's.
pub fn delete_ended(tx: &Tx, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("DELETE FROM enrolment_grant WHERE expires_at < ?1", &params![now]).map(drop)
}

/// Leaves a user no more than `most` grants for one purpose, the latest.
///
/// # Errors
///
/// The database's.
pub fn delete_all_but_latest(
    tx: &Tx,
    account: i64,
    purpose: Purpose,
    most: i64,
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM enrolment_grant WHERE token_hash IN
             (SELECT token_hash FROM enrolment_grant WHERE account = ?1 AND purpose = ?2
              ORDER BY expires_at DESC, token_hash LIMIT ?4 OFFSET ?3)",
        &params![account, purpose.as_str(), most, i64::MAX],
    )
    .map(drop)
}

/// Ends all grants of a user.
///
/// # Errors
///
/// The database's.
pub fn delete_of_account(tx: &Tx, account: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM enrolment_grant WHERE account = ?1", &params![account]).map(drop)
}

/// Ends the grants of a user for one purpose.
///
/// # Errors
///
/// The database's.
pub fn delete_for(tx: &Tx, account: i64, purpose: Purpose) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM enrolment_grant WHERE account = ?1 AND purpose = ?2",
        &params![account, purpose.as_str()],
    )
    .map(drop)
}

/// Ends every grant; how many.
///
/// # Errors
///
/// The database's.
pub fn delete_all(tx: &Tx) -> Result<usize, StoreError> {
    tx.execute("DELETE FROM enrolment_grant", &[])
}
