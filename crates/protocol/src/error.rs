//! Why something failed, in a form that survives the wire and the window.
//!
//! A code exists only if a screen tells people about it. The texts, in Japanese and English, live in
//! the screens alone; the type checker refuses a code without them.

use serde::{Deserialize, Serialize};

use crate::{PasswordRule, Timestamp};

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)+) => {
        /// The stable name of a failure.
        #[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        pub enum ErrorCode {
            $($(#[$doc])* #[serde(rename = $text)] $name,)+
        }

        impl ErrorCode {
            /// Every code, in the order of the catalogue.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The code as it stands in answers, logs and support calls.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

error_codes! {
    // Told by the backend: who you are.

    /// Customer number, user ID or password is wrong; one answer for all three (FAQ 4-5①).
    AuthenticationFailed = "authentication-failed",
    /// Too many wrong passwords (FAQ 3-2, 4-5②).
    AccountLocked = "account-locked",
    /// An administrator or the provider has suspended the user.
    AccountSuspended = "account-suspended",
    /// Wrong passwords come too fast; wait and try again.
    TooManyAttempts = "too-many-attempts",
    /// The session ended by time, logout or an administrator's action.
    SessionEnded = "session-ended",
    /// The ticket of an issuance ended by time; start again.
    EnrolmentExpired = "enrolment-expired",

    // Told by the backend: passwords.

    /// The new password breaks a rule (FAQ 3-3②).
    PasswordRejected = "password-rejected",
    /// The change screen was open for too long (FAQ 3-3③).
    PasswordChangeExpired = "password-change-expired",
    /// The initial password has been changed meanwhile, in another window or on another PC.
    PasswordNotInitial = "password-not-initial",
    /// The current password is wrong, in the main menu's change screen (FAQ 3-3).
    CurrentPasswordWrong = "current-password-wrong",
    /// A certificate cannot be requested before the initial password is changed (FAQ 1-1③).
    PasswordChangeRequired = "password-change-required",

    // Told by the backend, or seen on this PC: the certificate.

    /// The user's certificate is on another PC: 初回認証済みです (FAQ 4-4).
    AlreadyIssued = "already-issued",
    /// The certificate's time is over (FAQ 4-6).
    CertificateExpired = "certificate-expired",
    /// The certificate's time has not begun, most often because this PC's clock is wrong.
    CertificateNotYetValid = "certificate-not-yet-valid",
    /// The certificate was revoked by a reissue or by the provider.
    CertificateRevoked = "certificate-revoked",
    /// A newer certificate of the same user has taken its place (FAQ 2-4).
    CertificateSuperseded = "certificate-superseded",
    /// The backend's authority did not issue the certificate.
    CertificateUnknown = "certificate-unknown",
    /// No certificate was presented (FAQ 4-6).
    CertificateMissing = "certificate-missing",

    /// The certificate is too far from its expiry to be renewed (FAQ 2-3).
    RenewalTooEarly = "renewal-too-early",
    /// Another renewal, in another window, has taken this one's place.
    RenewalOutdated = "renewal-outdated",
    /// The code for a new PC is wrong, used or too old (FAQ 4-1).
    TransferCodeInvalid = "transfer-code-invalid",
    /// The code was entered on a PC that has a working certificate of that user.
    TransferSamePc = "transfer-same-pc",

    // Told by the backend: user administration.

    /// The user is no user administrator, or not any more (FAQ 1-3).
    PermissionMissing = "permission-missing",
    /// Nobody grants, or touches the holder of, a permission that they do not hold (FAQ 1-3).
    BeyondOwnPermissions = "beyond-own-permissions",
    /// Administrators cannot do this to themselves.
    OwnAccount = "own-account",
    /// Only the provider may do this to the primary administrator (FAQ 1-3).
    PrimaryAdministrator = "primary-administrator",
    /// The user ID is taken.
    UserExists = "user-exists",
    /// The customer has no such user, or not any more.
    UserNotFound = "user-not-found",
    /// Another administrator changed the user meanwhile.
    UserChanged = "user-changed",
    /// The file holds more users than one import may.
    ImportTooLarge = "import-too-large",

    // Told by the backend: the provider's services in the browser.

    /// The entry opens no service, or none that this user may use.
    ServiceUnknown = "service-unknown",
    /// The way into the browser is not this user's, or is long over.
    HandoffUnknown = "handoff-unknown",
    /// What a service's page asked for was answered already, or its time is over.
    RequestExpired = "request-expired",
    /// What was approved came out in another browser than the one that had asked.
    RequestMisdirected = "request-misdirected",
    /// The password has to be proved for this request.
    ProofMissing = "proof-missing",
    /// Too much was asked within a short time, apart from passwords.
    TooManyRequests = "too-many-requests",

    // Told by the backend: the request.

    /// The request, or one field of it, is not well formed.
    InvalidRequest = "invalid-request",
    /// The request is larger than any that makes sense.
    RequestTooLarge = "request-too-large",
    /// The backend does not know the address.
    NotFound = "not-found",
    /// The backend is busy or stopping; try again shortly.
    BackendBusy = "backend-busy",
    /// The backend failed inside; its log says why.
    BackendFailed = "backend-failed",

    // Seen on this PC: the way to the backend.

    /// The backend's name cannot be resolved.
    NameNotResolved = "name-not-resolved",
    /// Nothing answers at the backend's address.
    BackendUnreachable = "backend-unreachable",
    /// A step took longer than its limit.
    TimedOut = "timed-out",
    /// The server's certificate does not come from the profile's authority: a wrong address, or a
    /// security product that opens encrypted connections.
    BackendUntrusted = "backend-untrusted",
    /// The server's certificate is for another name.
    BackendNameMismatch = "backend-name-mismatch",
    /// The server's certificate is out of its time, seen with this PC's clock.
    BackendCertificateOutdated = "backend-certificate-outdated",
    /// The two sides have no TLS in common: something on the way speaks for the backend.
    ProtocolMismatch = "protocol-mismatch",
    /// Something other than a Warifu backend answered, such as a proxy's page.
    UnexpectedAnswer = "unexpected-answer",
    /// The server's certificate comes from an authority that is named like the profile's and has another
    /// key: the profile is older than it.
    AuthorityChanged = "authority-changed",
    /// A security product opens encrypted connections on the way.
    TlsIntercepted = "tls-intercepted",
    /// The proxy on the way refuses the connection.
    ProxyRefused = "proxy-refused",
    /// The proxy on the way wants a user name and password.
    ProxyAuthenticationRequired = "proxy-authentication-required",
    /// The proxy on the way does not take the user name and password that it was told.
    ProxyCredentialsRefused = "proxy-credentials-refused",
    /// The proxy on the way is to be spoken to, or to be told who asks, in a way unknown to the app.
    ProxyUnsupported = "proxy-unsupported",
    /// The proxy on the way does not answer.
    ProxyUnreachable = "proxy-unreachable",
    /// The name of the proxy on the way cannot be resolved.
    ProxyNameNotResolved = "proxy-name-not-resolved",
    /// A proxy is set on this PC, in a way that cannot be understood; nothing goes past it.
    ProxySettingInvalid = "proxy-setting-invalid",
    /// This PC's clock differs too much from the backend's.
    ClockWrong = "clock-wrong",
    /// This version of the app is not supported any more: by the provider, or by the backend itself.
    AppTooOld = "app-too-old",

    // Seen on this PC: what was typed, keys, files, settings.

    /// What was typed cannot be anybody's password, and was not sent: it would only cost a try.
    PasswordMalformed = "password-malformed",
    /// What was typed, or stands in a file, cannot be a person's or a department's name.
    NameMalformed = "name-malformed",

    /// The operating system has no keystore that is running.
    KeystoreUnavailable = "keystore-unavailable",
    /// The keystore is locked.
    KeystoreLocked = "keystore-locked",
    /// The keystore's question was refused or dismissed.
    KeystoreRefused = "keystore-refused",
    /// The keystore failed in another way.
    KeystoreFailed = "keystore-failed",
    /// The private key of a certificate is gone.
    KeyMissing = "key-missing",
    /// The private key is there but damaged.
    KeyDamaged = "key-damaged",
    /// The connection profile cannot be read.
    ProfileInvalid = "profile-invalid",
    /// No connection profile has been given yet.
    ProfileMissing = "profile-missing",
    /// A newer profile of the same provider is here already.
    ProfileOutdated = "profile-outdated",
    /// It says that it is the profile of a provider who is here, and names none of its authorities.
    ProfileDiffers = "profile-differs",
    /// The IT department lets no other profile in than its own.
    ProfileManaged = "profile-managed",
    /// Warifu's database was written by a newer version.
    DatabaseNewer = "database-newer",
    /// Warifu's database is damaged.
    DatabaseDamaged = "database-damaged",
    /// Warifu cannot write to its folder.
    StorageFailed = "storage-failed",
    /// The chosen file cannot be read as what it should be.
    FileUnreadable = "file-unreadable",
    /// A line of the chosen file holds bytes that are no character in any encoding that is read.
    TextUndecodable = "text-undecodable",
    /// The chosen list lacks a column that it must have.
    HeadingMissing = "heading-missing",
    /// A quotation mark in the chosen list is opened and never closed.
    QuoteOpen = "quote-open",
    /// The disk is full.
    DiskFull = "disk-full",
    /// No browser could be started.
    BrowserFailed = "browser-failed",
    /// The user cancelled.
    Cancelled = "cancelled",
    /// The app failed inside.
    AppFailed = "app-failed",
}

/// What a failure's text needs to know; each code uses few of them.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(default)]
pub struct Details {
    /// Wrong passwords left before the user is locked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts_left: Option<u8>,
    /// Seconds to wait before trying again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u32>,
    /// The rules that a new password breaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<PasswordRule>>,
    /// The field of the request that is not well formed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// When a certificate expired, begins, or was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Seconds by which this PC's clock is ahead of the backend's; negative if behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_ahead_seconds: Option<i64>,
    /// The host or folder that is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The most that is allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The line of a file that is meant, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// What stands where something else should.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// The oldest version of the app that may log in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_version: Option<String>,
    /// Names the failed request in the backend's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// An error answer of the backend (RFC 9457).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `urn:warifu:problem:` and the code (RFC 9457 §3.1.1).
    #[serde(rename = "type")]
    pub problem_type: String,
    /// The code in words, in English, for developers (RFC 9457 §3.1.3).
    pub title: String,
    /// The HTTP status (RFC 9457 §3.1.2).
    pub status: u16,
    /// The code.
    pub code: ErrorCode,
    /// What the code's text needs to know.
    #[serde(flatten)]
    pub details: Details,
}

impl Problem {
    /// Describes a failure for an answer with the given HTTP status.
    #[must_use]
    pub fn new(code: ErrorCode, status: u16, details: Details) -> Self {
        Self {
            problem_type: format!("urn:warifu:problem:{}", code.as_str()),
            title: code.as_str().replace('-', " "),
            status,
            code,
            details,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_written_and_read_under_its_name() {
        for code in ErrorCode::ALL {
            let json = serde_json::to_string(code).unwrap();
            assert_eq!(json, format!("\"{}\"", code.as_str()));
            assert_eq!(serde_json::from_str::<ErrorCode>(&json).unwrap(), *code);
        }
    }

    #[test]
    fn a_problem_keeps_its_details_beside_the_code() {
        let details = Details { attempts_left: Some(4), ..Details::default() };
        let problem = Problem::new(ErrorCode::AuthenticationFailed, 401, details);
        let json = serde_json::to_value(&problem).unwrap();
        assert_eq!(json["type"], "urn:warifu:problem:authentication-failed");
        assert_eq!(json["attempts_left"], 4);
        assert!(json.get("retry_after_seconds").is_none());
        assert_eq!(serde_json::from_value::<Problem>(json).unwrap(), problem);
    }
}
