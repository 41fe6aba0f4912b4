//! Which code a broken connection gets. Decided by the errors' types, never by their texts.

use std::{error::Error, io};

use rustls::{AlertDescription, CertificateError};
use url::Url;
use warifu_keystore::KeyError;
use warifu_protocol::{Details, ErrorCode};

use super::device_key;
use crate::Failure;

/// What became of a connection that had been made.
#[derive(Clone, Debug)]
pub(crate) enum Broken {
    /// The key could not sign.
    Key(Failure),
    /// TLS says why, with the error in words.
    Tls(ErrorCode, String),
    /// The other side is gone, or let the request go unanswered.
    Cut(String),
    /// It took too long.
    TooSlow,
    /// What came is no HTTP.
    Strange(String),
}

impl Broken {
    /// What an error of the network, of TLS or of HTTP means.
    pub(crate) fn of(error: &(dyn Error + 'static)) -> Self {
        let words = || in_words(error);
        let mut strange = false;
        for cause in causes(error) {
            if let Some(key_error) = cause.downcast_ref::<KeyError>() {
                return Self::Key(Failure::from(key_error));
            }
            if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
                return match device_key::key_error(tls) {
                    Some(key_error) => Self::Key(Failure::from(key_error)),
                    None => Self::Tls(of_tls(tls), words()),
                };
            }
            if let Some(io) = cause.downcast_ref::<io::Error>()
                && io.kind() == io::ErrorKind::TimedOut
            {
                return Self::TooSlow;
            }
            if let Some(http) = cause.downcast_ref::<hyper::Error>() {
                strange |= http.is_parse();
            }
        }
        if strange { Self::Strange(words()) } else { Self::Cut(words()) }
    }

    /// Whether the reason may still be found elsewhere.
    pub(super) fn is_unexplained(&self) -> bool {
        matches!(self, Self::Cut(_))
    }

    /// This, unless it is the other one that explains it.
    pub(super) fn or(self, other: Self) -> Self {
        if self.is_unexplained() { other } else { self }
    }

    /// What the user is told of a connection to `base`.
    pub(crate) fn failure(&self, base: &Url) -> Failure {
        let (code, words) = match self {
            Self::Key(failure) => return failure.clone(),
            Self::Tls(code, words) => (*code, Some(words)),
            Self::Cut(words) => (ErrorCode::BackendUnreachable, Some(words)),
            Self::TooSlow => (ErrorCode::TimedOut, None),
            Self::Strange(words) => (ErrorCode::UnexpectedAnswer, Some(words)),
        };
        let place = base.host_str().map(str::to_owned);
        let failure = Failure::new(code).with(Details { place, ..Details::default() });
        Failure { cause: words.cloned(), ..failure }
    }
}

fn in_words(error: &(dyn Error + 'static)) -> String {
    let words: Vec<_> = causes(error).map(ToString::to_string).collect();
    words.join(": ")
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

    fn code(error: &(dyn Error + 'static)) -> ErrorCode {
        Broken::of(error).failure(&Url::parse("https://service.example.jp").unwrap()).code
    }

    #[test]
    fn looks_inside_an_io_error() {
        let tls = rustls::Error::AlertReceived(AlertDescription::CertificateExpired);
        let wrapped = io::Error::other(io::Error::other(tls));
        assert_eq!(code(&wrapped), ErrorCode::CertificateExpired);
    }

    #[test]
    fn a_handshake_that_is_cut_is_told_from_one_that_fails() {
        for (error, expected) in [
            (io::ErrorKind::UnexpectedEof.into(), ErrorCode::BackendUnreachable),
            (io::ErrorKind::ConnectionReset.into(), ErrorCode::BackendUnreachable),
            (io::ErrorKind::TimedOut.into(), ErrorCode::TimedOut),
            (
                io::Error::other(rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)),
                ErrorCode::ProtocolMismatch,
            ),
            (
                io::Error::other(rustls::Error::InvalidMessage(
                    rustls::InvalidMessage::InvalidContentType,
                )),
                ErrorCode::ProtocolMismatch,
            ),
        ] {
            assert_eq!(code(&error), expected, "{error}");
        }
    }
}
