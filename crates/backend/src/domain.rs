//! What may happen to users, sessions, passwords and certificates, and who may make it happen.
//!
//! Whatever is decided is decided in the transaction that acts on it. A proof that took time outside of
//! one (a password that was hashed) is a value that only a transaction redeems, where all of it is looked
//! at again: [`proof`]. So is a certificate that was signed: [`issuance`]. No session, grant, code or
//! certificate comes to be without a [`proof::Proved`].

pub(crate) mod accounts;
pub(crate) mod authenticate;
pub(crate) mod credentials;
pub(crate) mod crl;
pub(crate) mod customers;
pub(crate) mod grants;
pub(crate) mod issuance;
pub(crate) mod login;
pub(crate) mod own;
pub(crate) mod proof;
pub(crate) mod refusals;
pub(crate) mod renewal;
pub(crate) mod restoration;
pub(crate) mod rights;
pub(crate) mod session;
pub(crate) mod sso;
pub(crate) mod standing;
mod state;
pub(crate) mod transfer;

#[cfg(test)]
mod tests;

pub(crate) use self::state::Backend;
use crate::error::Error;

/// Runs work to its end even if nobody waits for it any more: a dropped request decides nothing.
///
/// # Errors
///
/// The work's own.
pub(crate) async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    tokio::spawn(work)
        .await
        .unwrap_or_else(|_| Err(Error::Internal(String::from("a piece of work panicked"))))
}
