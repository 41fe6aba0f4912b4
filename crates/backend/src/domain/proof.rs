//! What was proved, as a value. Outside of a transaction it opens nothing; a transaction redeems it by
//! looking at all of it again.
//!
//! Hashing a password takes tens of milliseconds, in which the password may be reset, the user suspended
//! or the certificate revoked. Whatever is decided on what was read before that time is decided again.

use warifu_protocol::{ErrorCode, Thumbprint, Timestamp};
use warifu_store::{
    Tx,
    tables::{
        account::{self, User},
        certificate::{self, Certificate},
    },
};

use super::standing;
use crate::error::Error;

/// A user who may act, in the transaction `'t` that looked at them. Whatever opens a door takes one.
#[derive(Debug)]
pub(crate) struct Proved<'t> {
    pub(crate) user: User,
    /// The certificate of the connection; none on the enrolment listener.
    pub(crate) certificate: Option<Certificate>,
    tx: &'t Tx,
}

impl<'t> Proved<'t> {
    /// The user, with the certificate of that thumbprint if there is to be one, as both are now.
    ///
    /// # Errors
    ///
    /// `certificate-…` if it opens nothing now, `account-suspended`; `user-not-found` if the user was
    /// deleted.
    pub(super) fn look(
        tx: &'t Tx,
        user: i64,
        certificate: Option<&Thumbprint>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        account::lock(tx, user)?;
        let certificate = certificate
            .map(|thumbprint| {
                let found = certificate::by_thumbprint(tx, thumbprint)?
                    .filter(|found| found.account == user)
                    .ok_or_else(|| Error::refused(ErrorCode::CertificateUnknown))?;
                standing::check(&found, now)?;
                Ok::<_, Error>(found)
            })
            .transpose()?;
        Ok(Self { user: acting(tx, user)?, certificate, tx })
    }

    /// The user of the certificate of that thumbprint, as both are now.
    ///
    /// # Errors
    ///
    /// Those of [`Self::look`].
    pub(super) fn of_certificate(
        tx: &'t Tx,
        thumbprint: &Thumbprint,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let unknown = || Error::refused(ErrorCode::CertificateUnknown);
        let found = certificate::by_thumbprint(tx, thumbprint)?.ok_or_else(unknown)?;
        account::lock(tx, found.account)?;
        let certificate = certificate::by_thumbprint(tx, thumbprint)?.ok_or_else(unknown)?;
        // First what is wrong with the certificate: that is what the person at the PC can see to.
        standing::check(&certificate, now)?;
        let user = acting(tx, certificate.account)?;
        Ok(Self { user, certificate: Some(certificate), tx })
    }

    /// The same user after a change in the same transaction.
    ///
    /// # Errors
    ///
    /// Those of [`Self::look`].
    pub(super) fn again(&self, now: Timestamp) -> Result<Self, Error> {
        let certificate = self.certificate.as_ref().map(|certificate| &certificate.thumbprint);
        Self::look(self.tx, self.user.id, certificate, now)
    }

    /// The transaction in which this was proved: the one in which it may be acted on.
    pub(crate) fn tx(&self) -> &'t Tx {
        self.tx
    }

    /// The certificate of the connection.
    ///
    /// # Errors
    ///
    /// `certificate-missing` on the enrolment listener.
    pub(crate) fn certificate(&self) -> Result<&Certificate, Error> {
        self.certificate.as_ref().ok_or_else(|| Error::refused(ErrorCode::CertificateMissing))
    }

    /// Refuses a user whose wrong passwords have locked the account (FAQ 3-2).
    ///
    /// # Errors
    ///
    /// `account-locked`.
    pub(crate) fn unless_locked(&self, tries: u8) -> Result<(), Error> {
        if self.user.wrong_passwords() >= tries {
            return Err(Error::refused(ErrorCode::AccountLocked));
        }
        Ok(())
    }
}

/// A user who may act now.
fn acting(tx: &Tx, user: i64) -> Result<User, Error> {
    let user = account::get(tx, user)?;
    if user.deleted_at.is_some() {
        return Err(Error::refused(ErrorCode::UserNotFound));
    }
    if user.suspended_at.is_some() {
        return Err(Error::refused(ErrorCode::AccountSuspended));
    }
    Ok(user)
}

/// The password hash of a user at one moment, to be verified.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    user: i64,
    generation: i64,
    pub(super) hash: String,
}

impl Candidate {
    pub(super) fn of(user: &User) -> Self {
        Self {
            user: user.id,
            generation: user.password_generation,
            hash: user.password_hash.clone(),
        }
    }

    /// To be called where the password has been found right, and nowhere else.
    pub(super) fn proved(self) -> PasswordProof {
        PasswordProof { user: self.user, generation: self.generation }
    }
}

/// That a password was right at the moment at which its hash was read.
#[derive(Clone, Debug)]
#[must_use = "a proof opens nothing until a transaction redeems it"]
pub(crate) struct PasswordProof {
    user: i64,
    generation: i64,
}

impl PasswordProof {
    /// Whether the password is still the one that was verified, and all else allows it.
    ///
    /// # Errors
    ///
    /// `authentication-failed` if the password was changed or reset meanwhile, or the user deleted: the
    /// one that was proved is wrong now; those of [`Proved::look`].
    pub(crate) fn redeem<'t>(
        self,
        tx: &'t Tx,
        certificate: Option<&Thumbprint>,
        now: Timestamp,
    ) -> Result<Proved<'t>, Error> {
        let outdated = || Error::refused(ErrorCode::AuthenticationFailed);
        account::lock(tx, self.user)?;
        let user = account::get(tx, self.user)?;
        if user.deleted_at.is_some() || user.password_generation != self.generation {
            return Err(outdated());
        }
        Proved::look(tx, self.user, certificate, now)
    }
}
