//! Which code a failed request gets. Decided by the errors' types, never by their texts.

use std::{error::Error, io};

use reqwest::Url;
use rustls::{AlertDescription, CertificateError};
use warifu_keystore::KeyError;
use warifu_protocol::{Details, ErrorCode};

use super::names::NotResolved;
use crate::{Failure, device_key};

/// Turns a failed request into a failure that names the host where that helps.
pub(super) fn of_request(error: &reqwest::Error, base: &Url) -> Failure {
    let place = base.host_str().map(str::to_owned);
    classify(error).with(Details { place, ..Details::default() }).because(error)
}

/// What a connection that was opened only to listen ended with, if TLS says why.
pub(super) fn of_handshake(error: &io::Error) -> Option<Failure> {
    let tls = causes(error).find_map(|cause| cause.downcast_ref::<rustls::Error>())?;
    Some(of_rustls(tls).because(error))
}

fn of_rustls(tls: &rustls::Error) -> Failure {
    match device_key::key_error(tls) {
        Some(key_error) => Failure::from(key_error),
        None => Failure::new(of_tls(tls)),
    }
}

fn classify(error: &reqwest::Error) -> Failure {
    let mut broken: Option<io::ErrorKind> = None;
    for cause in causes(error) {
        if let Some(key_error) = cause.downcast_ref::<KeyError>() {
            return Failure::from(key_error);
        }
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return of_rustls(tls);
        }
        if cause.is::<NotResolved>() {
            return Failure::new(ErrorCode::NameNotResolved);
        }
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            broken = Some(io.kind());
        }
    }
    let code = if error.is_timeout() || broken == Some(io::ErrorKind::TimedOut) {
        ErrorCode::TimedOut
    } else if broken.is_some() {
        ErrorCode::BackendUnreachable
    } else if error.is_connect() {
        // Neither the network nor TLS failed: what is left of connecting is the proxy's answer.
        ErrorCode::ProxyRefused
    } else {
        ErrorCode::UnexpectedAnswer
    };
    Failure::new(code)
}

/// An error and what it was caused by, looking inside `io::Error`, whose `source` skips its content.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |cause| {
        let cause: &'a (dyn Error + 'static) = *cause;
        match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => cause.source(),
        }
    })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "rustls adds variants in minor versions")]
fn of_tls(error: &rustls::Error) -> ErrorCode {
    match error {
        rustls::Error::InvalidCertificate(why) => match why {
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                ErrorCode::BackendNameMismatch
            }
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => ErrorCode::BackendCertificateOutdated,
            _ => ErrorCode::BackendUntrusted,
        },
        // In TLS 1.3 the server refuses a client certificate only after the handshake.
        rustls::Error::AlertReceived(alert) => match alert {
            AlertDescription::CertificateRequired => ErrorCode::CertificateMissing,
            AlertDescription::CertificateExpired => ErrorCode::CertificateExpired,
            AlertDescription::CertificateRevoked => ErrorCode::CertificateRevoked,
            AlertDescription::UnknownCA
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::DecryptError
            | AlertDescription::AccessDenied => ErrorCode::CertificateUnknown,
            _ => ErrorCode::ProtocolMismatch,
        },
        _ => ErrorCode::ProtocolMismatch,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_inside_an_io_error() {
        let tls = rustls::Error::AlertReceived(AlertDescription::CertificateExpired);
        let wrapped = io::Error::other(io::Error::other(tls));
        let found = causes(&wrapped).find_map(|cause| cause.downcast_ref::<rustls::Error>());
        assert_eq!(found.map(of_tls), Some(ErrorCode::CertificateExpired));
    }
}
