//! What kind of failure a code stands for, and with which HTTP status a backend tells it.

use crate::ErrorCode;

/// The kinds of failure (RFC 9110 §15.5, §15.6).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Something that proves who asks is wrong, used or over: 401.
    Unproved,
    /// Who asks is known and may not: 403.
    Forbidden,
    /// Too much within a short time: 429.
    TooMany,
    /// Well formed, and against a rule: 422.
    AgainstRule,
    /// What is there now does not fit: 409.
    Conflict,
    /// Not well formed: 400.
    Malformed,
    /// Larger than allowed: 413.
    TooLarge,
    /// There is nothing of that name: 404.
    NotThere,
    /// Not now: 503.
    Busy,
    /// A fault of the backend: 500.
    Failed,
    /// Seen on the PC alone; no backend tells it.
    Local,
}

impl Kind {
    /// The HTTP status; for what no backend tells, that of a faulty one.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Unproved => 401,
            Self::Forbidden => 403,
            Self::NotThere => 404,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::AgainstRule => 422,
            Self::TooMany => 429,
            Self::Failed | Self::Local => 500,
            Self::Busy => 503,
        }
    }
}

impl ErrorCode {
    /// The kind of failure; each code has exactly one.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::AuthenticationFailed
            | Self::CurrentPasswordWrong
            | Self::TransferCodeInvalid
            | Self::SessionEnded
            | Self::ProofMissing
            | Self::EnrolmentExpired => Kind::Unproved,
            Self::AccountLocked
            | Self::AccountSuspended
            | Self::CertificateExpired
            | Self::CertificateNotYetValid
            | Self::CertificateRevoked
            | Self::CertificateSuperseded
            | Self::CertificateUnknown
            | Self::CertificateMissing
            | Self::PermissionMissing
            | Self::BeyondOwnPermissions
            | Self::OwnAccount
            | Self::PrimaryAdministrator
            | Self::AppTooOld => Kind::Forbidden,
            Self::TooManyAttempts | Self::TooManyRequests => Kind::TooMany,
            Self::PasswordRejected => Kind::AgainstRule,
            Self::PasswordChangeExpired
            | Self::PasswordNotInitial
            | Self::PasswordChangeRequired
            | Self::AlreadyIssued
            | Self::RenewalTooEarly
            | Self::RenewalOutdated
            | Self::UserExists
            | Self::UserChanged
            | Self::RequestExpired
            | Self::RequestMisdirected => Kind::Conflict,
            Self::InvalidRequest => Kind::Malformed,
            Self::RequestTooLarge | Self::ImportTooLarge => Kind::TooLarge,
            Self::NotFound | Self::UserNotFound | Self::ServiceUnknown | Self::HandoffUnknown => {
                Kind::NotThere
            }
            Self::BackendBusy => Kind::Busy,
            Self::BackendFailed => Kind::Failed,
            Self::NameNotResolved
            | Self::BackendUnreachable
            | Self::TimedOut
            | Self::BackendUntrusted
            | Self::BackendNameMismatch
            | Self::BackendCertificateOutdated
            | Self::ProtocolMismatch
            | Self::UnexpectedAnswer
            | Self::AuthorityChanged
            | Self::TlsIntercepted
            | Self::ProxyRefused
            | Self::ProxyAuthenticationRequired
            | Self::ProxyCredentialsRefused
            | Self::ProxyUnsupported
            | Self::ProxyUnreachable
            | Self::ProxyNameNotResolved
            | Self::ProxySettingInvalid
            | Self::ClockWrong
            | Self::PasswordMalformed
            | Self::NameMalformed
            | Self::KeystoreUnavailable
            | Self::KeystoreLocked
            | Self::KeystoreRefused
            | Self::KeystoreFailed
            | Self::KeyMissing
            | Self::KeyDamaged
            | Self::ProfileInvalid
            | Self::ProfileMissing
            | Self::ProfileOutdated
            | Self::ProfileDiffers
            | Self::ProfileManaged
            | Self::TransferSamePc
            | Self::DatabaseNewer
            | Self::DatabaseDamaged
            | Self::StorageFailed
            | Self::FileUnreadable
            | Self::TextUndecodable
            | Self::HeadingMissing
            | Self::QuoteOpen
            | Self::DiskFull
            | Self::BrowserFailed
            | Self::Cancelled
            | Self::AppFailed => Kind::Local,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_but_the_local_one_has_a_status_of_its_own() {
        let mut kinds: Vec<Kind> = Vec::new();
        for code in ErrorCode::ALL {
            if code.kind() != Kind::Local && !kinds.contains(&code.kind()) {
                kinds.push(code.kind());
            }
        }
        let mut statuses: Vec<u16> = kinds.iter().map(|kind| kind.status()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [400, 401, 403, 404, 409, 413, 422, 429, 500, 503]);
    }
}
