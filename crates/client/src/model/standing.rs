//! Whether a certificate can be used now, and how far a renewal of it has come.

use serde::Serialize;
use warifu_protocol::{Details, ErrorCode};

use super::{Failure, certificate::Certificate};

/// Whether a certificate can be used now (FAQ 2-3, 4-6).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Standing {
    /// The key is made, the certificate not yet here: the issuance can be continued.
    Incomplete,
    /// It can be used.
    Usable {
        /// Days until it expires, the one that has begun included.
        days_left: u32,
    },
    /// It can be used and should be renewed.
    RenewSoon {
        /// Days until it expires, the one that has begun included.
        days_left: u32,
    },
    /// Its time is over; only a reissue helps.
    Expired,
    /// Its time has not begun: this PC's clock is wrong.
    NotYetValid,
    /// It was revoked.
    Revoked,
    /// A newer one has taken its place.
    Superseded,
}

/// How far an unfinished renewal has come (SPEC D2).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum RenewalState {
    /// The next key is made; renewing goes on with it.
    KeyReady,
    /// The next certificate is stored; only the start of its use is missing.
    Stored,
}

impl Standing {
    /// Why a certificate that stands so cannot be used now, seen from this PC alone.
    pub(crate) fn refusal(self, certificate: Option<&Certificate>) -> Option<Failure> {
        let (code, at) = match self {
            Self::Usable { .. } | Self::RenewSoon { .. } => return None,
            Self::Incomplete => (ErrorCode::CertificateMissing, None),
            Self::Expired => (ErrorCode::CertificateExpired, certificate.map(|c| c.not_after)),
            Self::NotYetValid => {
                (ErrorCode::CertificateNotYetValid, certificate.map(|c| c.not_before))
            }
            Self::Revoked => (ErrorCode::CertificateRevoked, None),
            Self::Superseded => (ErrorCode::CertificateSuperseded, None),
        };
        Some(Failure::new(code).with(Details { at, ..Details::default() }))
    }
}
