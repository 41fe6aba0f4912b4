//! Grants: what a proved password allows for a few minutes. Only a hash of the token is stored.

use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};
use warifu_protocol::{
    ErrorCode, NextStep, PasswordChangeReason, PasswordPolicy, SecretText, Thumbprint, Timestamp,
};

use crate::{directory::User, error::Error, store::StoreError};

/// Seconds for which a grant lives, whatever is done with it.
const LIFE: i64 = 15 * 60;

/// A grant in the database.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) token_hash: Vec<u8>,
    pub(crate) user: i64,
    pub(crate) password_generation: i64,
    pub(crate) change_until: Option<Timestamp>,
    pub(crate) purpose: Purpose,
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

pub(crate) fn open(
    connection: &Connection,
    token: &SecretText,
    user: &User,
    purpose: Purpose,
    thumbprint: Option<&Thumbprint>,
    next: NextStep,
    now: Timestamp,
) -> Result<(), StoreError> {
    connection.execute("DELETE FROM enrolment_grant WHERE expires_at < ?1", [now])?;
    let change_until = match next {
        NextStep::ChangePassword { seconds, .. } => Some(now + i64::from(seconds)),
        NextStep::RequestCertificate => None,
    };
    connection.execute(
        "INSERT INTO enrolment_grant
             (token_hash, user, thumbprint, password_generation, change_until, expires_at, purpose)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            token_hash(token),
            user.id,
            thumbprint.map(Thumbprint::as_str),
            user.password_generation,
            change_until,
            now + LIFE,
            purpose.as_str()
        ],
    )?;
    Ok(())
}

/// The grant of a token, on the listener and with the certificate that it is bound to.
///
/// # Errors
///
/// `enrolment-expired` if there is none or its time is over.
pub(crate) fn find(
    connection: &Connection,
    token: &SecretText,
    purposes: &[Purpose],
    thumbprint: Option<&Thumbprint>,
    now: Timestamp,
) -> Result<Grant, Error> {
    let found = connection
        .query_row(
            "SELECT token_hash, user, password_generation, change_until, purpose
             FROM enrolment_grant
             WHERE token_hash = ?1 AND thumbprint IS ?2 AND expires_at >= ?3",
            params![token_hash(token), thumbprint.map(Thumbprint::as_str), now],
            |row| {
                let purpose = Purpose::parse(&row.get::<_, String>(4)?);
                Ok(purpose.map(|purpose| {
                    Ok::<_, rusqlite::Error>(Grant {
                        token_hash: row.get(0)?,
                        user: row.get(1)?,
                        password_generation: row.get(2)?,
                        change_until: row.get(3)?,
                        purpose,
                    })
                }))
            },
        )
        .optional()?
        .flatten()
        .transpose()?;
    found
        .filter(|grant| purposes.contains(&grant.purpose))
        .ok_or_else(|| Error::refused(ErrorCode::EnrolmentExpired))
}

/// SHA-256 of a token: 256 random bits need no slow hash.
pub(crate) fn token_hash(token: &SecretText) -> Vec<u8> {
    Sha256::digest(token.expose().as_bytes()).to_vec()
}
