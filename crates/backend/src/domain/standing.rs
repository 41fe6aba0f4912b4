//! Whether a certificate opens anything now.

use warifu_protocol::{Details, ErrorCode, Timestamp};
use warifu_store::tables::certificate::{Certificate, State};

use crate::error::Error;

/// Refuses a certificate that cannot be used at `now`.
///
/// # Errors
///
/// The code that says why not.
pub(crate) fn check(certificate: &Certificate, now: Timestamp) -> Result<(), Error> {
    let refuse = |code, at| Err(Error::with(code, Details { at: Some(at), ..Details::default() }));
    match certificate.state {
        State::Revoked => refuse(ErrorCode::CertificateRevoked, certificate.state_at),
        State::Superseded => refuse(ErrorCode::CertificateSuperseded, certificate.state_at),
        State::Active | State::Pending if now < certificate.not_before => {
            refuse(ErrorCode::CertificateNotYetValid, certificate.not_before)
        }
        State::Active | State::Pending if now > certificate.not_after => {
            refuse(ErrorCode::CertificateExpired, certificate.not_after)
        }
        State::Active | State::Pending => Ok(()),
    }
}
