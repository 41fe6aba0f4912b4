//! Grants: what a proved password allows for a few minutes. Only a hash of the token is stored.

use sha2::{Digest as _, Sha256};
use warifu_protocol::{
    ErrorCode, NextStep, PasswordChangeReason, PasswordPolicy, SecretText, Thumbprint, Timestamp,
};
use warifu_store::{
    StoreError, Tx,
    tables::{account::User, grant},
};

use super::{proof::Proved, session::AHEAD, transfer::CodeHash};
use crate::error::Error;

pub(crate) use warifu_store::tables::grant::{Grant, Purpose};

/// Seconds for which a grant lives, whatever is done with it.
const LIFE: i64 = 15 * 60;

/// Grants for one purpose that a user may have open at once; the oldest gives way.
const MOST: i64 = 4;

/// What a user with this password has to do next (FAQ 1-1③, 3-1).
pub(crate) fn next_step(user: &User, policy: &PasswordPolicy, now: Timestamp) -> NextStep {
    let expires = user.password_set_at + i64::from(policy.valid_days) * 86_400;
    let reason = if user.password_initial {
        PasswordChangeReason::Initial
    } else if now >= expires {
        PasswordChangeReason::Expired
    } else {
        return NextStep::RequestCertificate;
    };
    NextStep::ChangePassword { reason, expires_in: policy.change_seconds }
}

/// Opens a grant for what was proved; it is bound to the certificate of the proof, if that has one.
pub(super) fn open(
    by: &Proved<'_>,
    token: &SecretText,
    purpose: Purpose,
    code: Option<&CodeHash>,
    next: NextStep,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tx = by.tx();
    grant::delete_ended(tx, now)?;
    grant::delete_all_but_latest(tx, by.user.id, purpose, MOST - 1)?;
    let change_until = match next {
        NextStep::ChangePassword { expires_in, .. } => Some(now + i64::from(expires_in)),
        NextStep::RequestCertificate => None,
    };
    let grant = Grant {
        token_hash: token_hash(token),
        account: by.user.id,
        thumbprint: by.certificate.as_ref().map(|certificate| certificate.thumbprint.clone()),
        password_generation: by.user.password_generation,
        change_until,
        expires_at: now + LIFE,
        purpose,
        code_hash: code.map(|code| code.as_bytes().to_vec()),
    };
    grant::insert(tx, &grant)
}

/// The grant of a token, with the user who opened it, as both are now.
///
/// The grant is good on the listener and with the certificate that it is bound to, and nowhere else. Its
/// password may have been changed since: who changes or issues asks [`Grant::password_generation`].
///
/// # Errors
///
/// `enrolment-expired` if there is none, or its time is over or has not come; `account-suspended`;
/// `certificate-…` if the certificate that it is bound to opens nothing now.
pub(super) fn redeem<'t>(
    tx: &'t Tx,
    token: &SecretText,
    purposes: &[Purpose],
    certificate: Option<&Thumbprint>,
    now: Timestamp,
) -> Result<(Proved<'t>, Grant), Error> {
    let expired = || Error::refused(ErrorCode::EnrolmentExpired);
    let find = || {
        grant::find(tx, &token_hash(token), certificate, (now, now + LIFE + AHEAD))?
            .filter(|grant| purposes.contains(&grant.purpose))
            .ok_or_else(expired)
    };
    let by = Proved::look(tx, find()?.account, certificate, now).map_err(|error| match error {
        Error::Refused(ErrorCode::UserNotFound, _) => expired(),
        other @ (Error::Refused(..) | Error::Internal(_) | Error::Unready(_)) => other,
    })?;
    // Once more: until the look, which locks the user, another backend may have used it.
    Ok((by, find()?))
}

/// SHA-256 of a token: 256 random bits need no slow hash.
pub(crate) fn token_hash(token: &SecretText) -> Vec<u8> {
    Sha256::digest(token.expose().as_bytes()).to_vec()
}
