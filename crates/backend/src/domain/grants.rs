//! Grants: what a proved password allows for a few minutes. Only a hash of the token is stored.

use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};
use warifu_protocol::{
    ErrorCode, NextStep, PasswordChangeReason, PasswordPolicy, SecretText, Thumbprint, Timestamp,
};

use super::{proof::Proved, session::AHEAD, transfer::CodeHash};
use crate::{directory::User, error::Error, store::StoreError};

/// Seconds for which a grant lives, whatever is done with it.
const LIFE: i64 = 15 * 60;

/// Grants for one purpose that a user may have open at once; the oldest gives way.
const MOST: i64 = 4;

/// A grant in the database, of a user who may use it in this transaction.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    token_hash: Vec<u8>,
    pub(crate) password_generation: i64,
    pub(crate) change_until: Option<Timestamp>,
    pub(crate) purpose: Purpose,
    /// Of the code for a new PC that was proved with it.
    pub(crate) code: Option<CodeHash>,
}

/// What a grant is for. One for one thing is worth nothing for another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Purpose {
    /// A certificate, on the enrolment listener.
    Issuance,
    /// The same for a new PC, whose certificate waits for its first login (FAQ 4-1).
    Transfer,
    /// The change of a password that a login demands.
    Login,
    /// The change that the user wishes; it asks for the current password too (FAQ 3-1).
    WishedChange,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Issuance => "issuance",
            Self::Transfer => "transfer",
            Self::Login => "login",
            Self::WishedChange => "wished-change",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Issuance, Self::Transfer, Self::Login, Self::WishedChange]
            .into_iter()
            .find(|purpose| purpose.as_str() == text)
    }
}

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
    NextStep::ChangePassword { reason, seconds: policy.change_seconds }
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
    let transaction = by.transaction();
    transaction.execute("DELETE FROM enrolment_grant WHERE expires_at < ?1", [now])?;
    transaction.execute(
        "DELETE FROM enrolment_grant WHERE token_hash IN
             (SELECT token_hash FROM enrolment_grant WHERE user = ?1 AND purpose = ?2
              ORDER BY expires_at DESC, token_hash LIMIT -1 OFFSET ?3)",
        params![by.user.id, purpose.as_str(), MOST - 1],
    )?;
    let change_until = match next {
        NextStep::ChangePassword { seconds, .. } => Some(now + i64::from(seconds)),
        NextStep::RequestCertificate => None,
    };
    transaction.execute(
        "INSERT INTO enrolment_grant (token_hash, user, thumbprint, password_generation,
                                      change_until, expires_at, purpose, code_hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            token_hash(token),
            by.user.id,
            by.certificate.as_ref().map(|certificate| certificate.thumbprint.as_str()),
            by.user.password_generation,
            change_until,
            now + LIFE,
            purpose.as_str(),
            code.map(CodeHash::as_bytes)
        ],
    )?;
    Ok(())
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
    transaction: &'t Connection,
    token: &SecretText,
    purposes: &[Purpose],
    certificate: Option<&Thumbprint>,
    now: Timestamp,
) -> Result<(Proved<'t>, Grant), Error> {
    let expired = || Error::refused(ErrorCode::EnrolmentExpired);
    let (user, grant) = transaction
        .prepare_cached(
            "SELECT token_hash, user, password_generation, change_until, purpose, code_hash
             FROM enrolment_grant
             WHERE token_hash = ?1 AND thumbprint IS ?2 AND expires_at BETWEEN ?3 AND ?4",
        )?
        .query_row(
            params![
                token_hash(token),
                certificate.map(Thumbprint::as_str),
                now,
                now + LIFE + AHEAD
            ],
            |row| {
                let purpose = Purpose::parse(&row.get::<_, String>(4)?);
                Ok(purpose.map(|purpose| {
                    let grant = Grant {
                        token_hash: row.get(0)?,
                        password_generation: row.get(2)?,
                        change_until: row.get(3)?,
                        purpose,
                        code: row.get::<_, Option<Vec<u8>>>(5)?.map(CodeHash::from_stored),
                    };
                    Ok::<_, rusqlite::Error>((row.get(1)?, grant))
                }))
            },
        )
        .optional()?
        .flatten()
        .transpose()?
        .filter(|(_, grant)| purposes.contains(&grant.purpose))
        .ok_or_else(expired)?;
    let by = Proved::look(transaction, user, certificate, now).map_err(|error| match error {
        Error::Refused(ErrorCode::UserNotFound, _) => expired(),
        other @ (Error::Refused(..) | Error::Internal(_)) => other,
    })?;
    Ok((by, grant))
}

impl Grant {
    /// Notes that the password was changed with this grant, which goes on with the new one.
    pub(super) fn password_changed(&self, transaction: &Connection) -> Result<(), StoreError> {
        transaction.execute(
            "UPDATE enrolment_grant SET change_until = NULL,
                                        password_generation = password_generation + 1
             WHERE token_hash = ?1",
            [&self.token_hash],
        )?;
        Ok(())
    }

    /// Uses the grant up.
    pub(super) fn end(&self, transaction: &Connection) -> Result<(), StoreError> {
        transaction
            .execute("DELETE FROM enrolment_grant WHERE token_hash = ?1", [&self.token_hash])?;
        Ok(())
    }
}

/// Ends all grants of a user.
pub(super) fn end_of_user(transaction: &Connection, user: i64) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM enrolment_grant WHERE user = ?1", [user])?;
    Ok(())
}

/// Ends the grants that a code for a new PC opened.
pub(super) fn end_transfers(transaction: &Connection, user: i64) -> Result<(), StoreError> {
    transaction
        .execute("DELETE FROM enrolment_grant WHERE user = ?1 AND purpose = 'transfer'", [user])?;
    Ok(())
}

/// SHA-256 of a token: 256 random bits need no slow hash.
pub(crate) fn token_hash(token: &SecretText) -> Vec<u8> {
    Sha256::digest(token.expose().as_bytes()).to_vec()
}
