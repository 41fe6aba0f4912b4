//! The way to a new PC while the old one works: a one-time code (SPEC G2; FAQ 4-1).
//!
//! The old PC shows the code; the new PC makes a key of its own and obtains a certificate with the code
//! and the password. That certificate waits; the first login with it supersedes the old one. No key is
//! ever copied.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use warifu_protocol::{ErrorCode, SecretText, Timestamp, TransferCode, TransferGrant};

use crate::{
    Backend,
    access::{self, Peer},
    audit::{self, Act, Entry},
    certificates::State,
    directory::User,
    error::Error,
    lifecycle::entry,
    random,
    store::StoreError,
};

/// Wrong codes that end the right one.
const MOST_FAILURES: u32 = 5;

/// Makes a code for the session's user; an earlier one is not good any more.
pub(crate) async fn start(
    backend: &Arc<Backend>,
    peer: &Peer,
    token: &SecretText,
) -> Result<TransferGrant, Error> {
    let (caller, _) = access::caller(backend, peer, token).await?;
    if caller.certificate.state != State::Active {
        return Err(Error::refused(ErrorCode::CertificateSuperseded));
    }
    let code = random::transfer_code()?;
    let (now, address) = (backend.now(), peer.address);
    let seconds = backend.config.transfer_seconds;
    let expires_at = now + i64::from(seconds);
    let hash = hash(&caller.user, &code);
    backend
        .store
        .write(move |connection| {
            connection.execute(
                "INSERT INTO transfer (user, code_hash, failures, expires_at)
                 VALUES (?1, ?2, 0, ?3)
                 ON CONFLICT (user) DO UPDATE
                 SET code_hash = excluded.code_hash, failures = 0, expires_at = excluded.expires_at",
                params![caller.user.id, hash, expires_at],
            )?;
            let started = Entry {
                certificate: Some(&caller.certificate.thumbprint),
                ..entry(&caller.user, Act::TransferStarted, now, address)
            };
            Ok::<_, Error>(audit::record(connection, &started)?)
        })
        .await?;
    Ok(TransferGrant { code, expires_at, seconds })
}

/// Whether the code is the user's and still good. A wrong one is counted.
pub(crate) fn prove(
    connection: &Connection,
    user: &User,
    code: &TransferCode,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let stored: Option<Vec<u8>> = connection
        .query_row(
            "SELECT code_hash FROM transfer
             WHERE user = ?1 AND failures < ?2 AND expires_at >= ?3",
            params![user.id, MOST_FAILURES, now],
            |row| row.get(0),
        )
        .optional()?;
    let right = stored.is_some_and(|stored| bool::from(stored.ct_eq(&hash(user, code))));
    if !right {
        connection
            .execute("UPDATE transfer SET failures = failures + 1 WHERE user = ?1", [user.id])?;
    }
    Ok(right)
}

/// Uses up the code whose grant asks for a certificate.
///
/// # Errors
///
/// `transfer-code-invalid` if another PC was faster, or the time is over.
pub(crate) fn use_up(connection: &Connection, user: &User, now: Timestamp) -> Result<(), Error> {
    let used = connection.execute(
        "DELETE FROM transfer WHERE user = ?1 AND expires_at >= ?2",
        params![user.id, now],
    )?;
    if used == 0 {
        return Err(Error::refused(ErrorCode::TransferCodeInvalid));
    }
    Ok(())
}

/// A code has 59 bits, lives for minutes and dies after a few wrong ones: it needs no slow hash.
fn hash(user: &User, code: &TransferCode) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(user.id.to_be_bytes());
    hash.update(code.as_str().as_bytes());
    hash.finalize().to_vec()
}
