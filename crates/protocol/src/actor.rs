//! Who must act on a failure; the same in every language and on every screen.

use serde::Serialize;

use crate::ErrorCode;

/// Whose turn it is after a failure.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Actor {
    /// Whoever sits in front of the app.
    #[serde(rename = "you")]
    User,
    /// A user administrator of the customer, or its primary administrator (FAQ 1-3).
    #[serde(rename = "administrator")]
    Administrator,
    /// The provider's help desk.
    #[serde(rename = "provider")]
    Provider,
    /// The customer's IT department.
    #[serde(rename = "it")]
    ItDepartment,
}

impl ErrorCode {
    /// Who must act; each code has exactly one.
    #[must_use]
    pub const fn actor(self) -> Actor {
        match self {
            Self::AuthenticationFailed
            | Self::TooManyAttempts
            | Self::SessionEnded
            | Self::EnrolmentExpired
            | Self::PasswordRejected
            | Self::PasswordMalformed
            | Self::NameMalformed
            | Self::PasswordChangeExpired
            | Self::PasswordNotInitial
            | Self::PasswordChangeRequired
            | Self::CertificateNotYetValid
            | Self::CertificateSuperseded
            | Self::CertificateMissing
            | Self::InvalidRequest
            | Self::RequestTooLarge
            | Self::BackendBusy
            | Self::TimedOut
            | Self::BackendCertificateOutdated
            | Self::ProxyAuthenticationRequired
            | Self::ProxyCredentialsRefused
            | Self::ClockWrong
            | Self::KeystoreLocked
            | Self::KeystoreRefused
            | Self::ProfileInvalid
            | Self::ProfileMissing
            | Self::ProfileOutdated
            | Self::DiskFull
            | Self::Cancelled
            | Self::CurrentPasswordWrong
            | Self::RenewalTooEarly
            | Self::RenewalOutdated
            | Self::TransferCodeInvalid
            | Self::TransferSamePc
            | Self::OwnAccount
            | Self::UserExists
            | Self::UserNotFound
            | Self::UserChanged
            | Self::ImportTooLarge
            | Self::FileUnreadable
            | Self::TextUndecodable
            | Self::HeadingMissing
            | Self::QuoteOpen
            | Self::HandoffUnknown
            | Self::RequestExpired
            | Self::RequestMisdirected
            | Self::ProofMissing
            | Self::TooManyRequests => Actor::User,
            Self::AccountLocked
            | Self::AccountSuspended
            | Self::AlreadyIssued
            | Self::CertificateExpired
            | Self::CertificateRevoked
            | Self::CertificateUnknown
            | Self::KeyMissing
            | Self::KeyDamaged
            | Self::PermissionMissing
            | Self::BeyondOwnPermissions
            | Self::ServiceUnknown => Actor::Administrator,
            Self::NotFound
            | Self::BackendFailed
            | Self::BackendNameMismatch
            | Self::AuthorityChanged
            | Self::ProfileDiffers
            | Self::PrimaryAdministrator
            | Self::AppFailed => Actor::Provider,
            Self::NameNotResolved
            | Self::BackendUnreachable
            | Self::BackendUntrusted
            | Self::ProtocolMismatch
            | Self::UnexpectedAnswer
            | Self::ProxyRefused
            | Self::TlsIntercepted
            | Self::ProxyUnsupported
            | Self::ProxyUnreachable
            | Self::ProxyNameNotResolved
            | Self::ProxySettingInvalid
            | Self::AppTooOld
            | Self::KeystoreUnavailable
            | Self::KeystoreFailed
            | Self::ProfileManaged
            | Self::DatabaseNewer
            | Self::DatabaseDamaged
            | Self::StorageFailed
            | Self::BrowserFailed => Actor::ItDepartment,
        }
    }
}
