//! The way to a new PC while the old one works: a one-time code (SPEC G2; FAQ 4-1).
//!
//! The old PC shows the code; the new PC makes a key of its own and obtains a certificate with the code
//! and the password. That certificate waits; the first login with it supersedes the old one. No key is
//! ever copied. A new code ends the one before, and whatever was begun with it.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use warifu_protocol::{ErrorCode, Timestamp, TransferCode, TransferGrant};

use super::{
    authenticate::{self, Credentials},
    grants,
    proof::Proved,
    session::{AHEAD, entry},
};
use crate::{
    Backend,
    audit::{self, Act, Entry},
    certificates::{self, State},
    error::Error,
    random,
    store::StoreError,
};

/// Wrong codes that end the right one.
const MOST_FAILURES: u32 = 5;

/// What the database keeps of a code: which user's it is, hashed with it.
///
/// A code has 59 bits, lives for minutes and dies after a few wrong ones: it needs no slow hash.
#[derive(Clone, Debug)]
pub(crate) struct CodeHash(Vec<u8>);

impl CodeHash {
    fn new(user: i64, code: &TransferCode) -> Self {
        let mut hash = Sha256::new();
        hash.update(user.to_be_bytes());
        hash.update(code.as_str().as_bytes());
        Self(hash.finalize().to_vec())
    }

    pub(super) fn from_stored(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Makes a code for the session's user; an earlier one is not good any more.
pub(crate) async fn start(
    backend: &Arc<Backend>,
    who: Credentials,
) -> Result<TransferGrant, Error> {
    let code = random::transfer_code()?;
    authenticate::write(backend, who.clone(), move |backend, caller, now| {
        let by = &caller.proved;
        let certificate = by.certificate()?;
        if certificate.state != State::Active {
            return Err(Error::refused(ErrorCode::CertificateSuperseded));
        }
        let seconds = backend.config.transfer_seconds;
        let expires_at = now + i64::from(seconds);
        open(by, &CodeHash::new(by.user.id, &code), expires_at)?;
        let started = Entry {
            certificate: Some(&certificate.thumbprint),
            ..entry(&by.user, Act::TransferStarted, now, who.peer.address)
        };
        audit::record(by.transaction(), &started)?;
        Ok(TransferGrant { code, expires_at, seconds })
    })
    .await
}

fn open(by: &Proved<'_>, code: &CodeHash, expires_at: Timestamp) -> Result<(), StoreError> {
    let transaction = by.transaction();
    transaction.execute(
        "INSERT INTO transfer (user, code_hash, failures, expires_at) VALUES (?1, ?2, 0, ?3)
         ON CONFLICT (user) DO UPDATE
         SET code_hash = excluded.code_hash, failures = 0, expires_at = excluded.expires_at",
        params![by.user.id, code.as_bytes(), expires_at],
    )?;
    grants::end_transfers(transaction, by.user.id)
}

/// The hash of the code if it is the user's and still good. A wrong one is counted.
pub(super) fn prove(
    by: &Proved<'_>,
    code: &TransferCode,
    longest: u32,
    now: Timestamp,
) -> Result<Option<CodeHash>, StoreError> {
    let (transaction, user) = (by.transaction(), by.user.id);
    let stored: Option<Vec<u8>> = transaction
        .query_row(
            "SELECT code_hash FROM transfer
             WHERE user = ?1 AND failures < ?2 AND expires_at BETWEEN ?3 AND ?4",
            params![user, MOST_FAILURES, now, now + i64::from(longest) + AHEAD],
            |row| row.get(0),
        )
        .optional()?;
    let given = CodeHash::new(user, code);
    let right = stored.is_some_and(|stored| bool::from(stored.ct_eq(given.as_bytes())));
    if !right {
        transaction
            .execute("UPDATE transfer SET failures = failures + 1 WHERE user = ?1", [user])?;
    }
    Ok(right.then_some(given))
}

/// Uses up the code with which a grant was opened.
///
/// # Errors
///
/// `transfer-code-invalid` if another code took its place, another PC was faster, the time is over, or
/// the certificate of the old PC is in use no more.
pub(super) fn use_up(
    by: &Proved<'_>,
    code: Option<&CodeHash>,
    now: Timestamp,
) -> Result<(), Error> {
    let transaction = by.transaction();
    let old = certificates::of_user(transaction, by.user.id)?
        .iter()
        .any(|certificate| certificate.state == State::Active && certificate.check(now).is_ok());
    let used = transaction.execute(
        "DELETE FROM transfer WHERE user = ?1 AND code_hash = ?2 AND expires_at >= ?3",
        params![by.user.id, code.map(CodeHash::as_bytes), now],
    )?;
    if used == 0 || !old {
        return Err(Error::refused(ErrorCode::TransferCodeInvalid));
    }
    Ok(())
}

/// Ends the code of a user.
pub(super) fn end_of_user(transaction: &Connection, user: i64) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM transfer WHERE user = ?1", [user])?;
    Ok(())
}
