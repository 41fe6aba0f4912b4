//! The way to a new PC while the old one works: a one-time code (SPEC G2; FAQ 4-1).
//!
//! The old PC shows the code; the new PC makes a key of its own and obtains a certificate with the code
//! and the password. That certificate waits; the first login with it supersedes the old one. No key is
//! ever copied. A new code ends the one before, and whatever was begun with it.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use warifu_protocol::{ErrorCode, Timestamp, TransferAnswer, TransferCode};
use warifu_store::{
    StoreError,
    tables::{
        certificate::{self, State},
        grant, transfer,
    },
};

use super::{
    authenticate::{self, Credentials},
    grants::Purpose,
    proof::Proved,
    session::{AHEAD, entry},
    standing,
};
use crate::{
    audit::{self, Act, Entry},
    domain::Backend,
    error::Error,
    random,
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

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Makes a code for the session's user; an earlier one is not good any more.
pub(crate) async fn start(
    backend: &Arc<Backend>,
    who: Credentials,
) -> Result<TransferAnswer, Error> {
    let code = random::transfer_code()?;
    authenticate::write(backend, who.clone(), move |backend, caller, now| {
        let by = &caller.proved;
        let certificate = by.certificate()?;
        if certificate.state != State::Active {
            return Err(Error::refused(ErrorCode::CertificateSuperseded));
        }
        let expires_in = backend.config.transfer_seconds;
        let expires_at = now + i64::from(expires_in);
        open(by, &CodeHash::new(by.user.id, &code), expires_at)?;
        let started = Entry {
            certificate: Some(&certificate.thumbprint),
            ..entry(&by.user, Act::TransferStarted, now, who.peer.address)
        };
        audit::record(by.tx(), &started)?;
        Ok(TransferAnswer { code: code.clone(), expires_at, expires_in })
    })
    .await
}

fn open(by: &Proved<'_>, code: &CodeHash, expires_at: Timestamp) -> Result<(), StoreError> {
    let tx = by.tx();
    transfer::upsert(tx, by.user.id, code.as_bytes(), expires_at)?;
    grant::delete_for(tx, by.user.id, Purpose::Transfer)
}

/// The hash of the code if it is the user's and still good. A wrong one is counted.
pub(super) fn prove(
    by: &Proved<'_>,
    code: &TransferCode,
    longest: u32,
    now: Timestamp,
) -> Result<Option<CodeHash>, StoreError> {
    let (tx, user) = (by.tx(), by.user.id);
    let until = now + i64::from(longest) + AHEAD;
    let stored = transfer::find(tx, user, MOST_FAILURES, (now, until))?;
    let given = CodeHash::new(user, code);
    let right = stored.is_some_and(|stored| bool::from(stored.ct_eq(given.as_bytes())));
    if !right {
        transfer::count_failure(tx, user)?;
    }
    Ok(right.then_some(given))
}

/// Uses up the code with which a grant was opened.
///
/// # Errors
///
/// `transfer-code-invalid` if another code took its place, another PC was faster, the time is over, or
/// the certificate of the old PC is in use no more.
pub(super) fn use_up(by: &Proved<'_>, code: Option<&[u8]>, now: Timestamp) -> Result<(), Error> {
    let tx = by.tx();
    let old = certificate::of_account(tx, by.user.id)?.iter().any(|certificate| {
        certificate.state == State::Active && standing::check(certificate, now).is_ok()
    });
    if !transfer::take(tx, by.user.id, code, now)? || !old {
        return Err(Error::refused(ErrorCode::TransferCodeInvalid));
    }
    Ok(())
}
