//! The audit record as user administrators see it (SPEC J).
//!
//! | call on the service listener | request | answer |
//! |---|---|---|
//! | `GET /v1/audit` | [`AuditQuery`] | [`AuditPage`] |

use serde::{Deserialize, Serialize};

use crate::{PersonName, Timestamp, person};

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)+) => {
        /// What was done.
        #[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        pub enum AuditEvent {
            $($(#[$doc])* #[serde(rename = $text)] $name,)+
        }

        impl AuditEvent {
            /// Every event, in the order in which the screens list them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The event as it stands in the record.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

events! {
    /// The authority and the database were made.
    AuthorityCreated = "authority-created",
    /// A customer and its primary administrator were registered.
    CustomerAdded = "customer-added",
    /// Somebody proved a password on the enrolment listener.
    EnrolmentStarted = "enrolment-started",
    /// Somebody gave a wrong password on the enrolment listener.
    EnrolmentFailed = "enrolment-failed",
    /// Somebody proved a password on the enrolment listener and was refused all the same.
    EnrolmentRefused = "enrolment-refused",
    /// A user changed the own password.
    PasswordChanged = "password-changed",
    /// A certificate was issued.
    CertificateIssued = "certificate-issued",
    /// A certificate was issued to follow one that is about to expire.
    CertificateRenewed = "certificate-renewed",
    /// A renewed or transferred certificate was used for the first time (ご利用開始).
    CertificateActivated = "certificate-activated",
    /// A certificate gave way to the one that follows it.
    CertificateSuperseded = "certificate-superseded",
    /// A certificate was revoked.
    CertificateRevoked = "certificate-revoked",
    /// A user asked for a code to move to a new PC.
    TransferStarted = "transfer-started",
    /// Somebody gave a code that is not, or no longer, good.
    TransferFailed = "transfer-failed",
    /// A user logged in.
    Login = "login",
    /// A wrong password at login.
    LoginFailed = "login-failed",
    /// The last wrong password before the lock.
    Locked = "locked",
    /// A login was refused without looking at the password: the user is locked.
    LoginRefused = "login-refused",
    /// A certificate was presented that opens nothing, or whose user may not come in.
    AccessRefused = "access-refused",
    /// A wrong current password in the main menu's change screen.
    PasswordChangeFailed = "password-change-failed",
    /// A user logged out.
    Logout = "logout",
    /// A user was created.
    UserCreated = "user-created",
    /// A user's address or permissions were changed.
    UserChanged = "user-changed",
    /// A user's lock was taken away.
    Unlocked = "unlocked",
    /// A user got a new initial password.
    PasswordReset = "password-reset",
    /// A user may obtain a certificate anew.
    Reissued = "reissued",
    /// A user was suspended.
    Suspended = "suspended",
    /// A user was resumed.
    Resumed = "resumed",
    /// A user was deleted.
    UserDeleted = "user-deleted",
    /// A list of users or of records was saved to a file.
    Exported = "exported",
    /// The mail server took a warning about an expiry.
    ExpiryMailSent = "expiry-mail-sent",
    /// The mail server refused it for good.
    ExpiryMailFailed = "expiry-mail-failed",
    /// Nobody knows whether the mail server took it; it is not sent again.
    ExpiryMailUncertain = "expiry-mail-uncertain",
    /// The mail server took a letter about a change of a user's address.
    AddressMailSent = "address-mail-sent",
    /// The mail server refused it for good.
    AddressMailFailed = "address-mail-failed",
    /// Nobody knows whether the mail server took it; it is not sent again.
    AddressMailUncertain = "address-mail-uncertain",
    /// The app was given the way into a browser for one of the provider's services.
    HandoffIssued = "handoff-issued",
    /// A browser was logged in with it.
    HandoffOpened = "handoff-opened",
    /// Another browser came with it as well; whatever it had opened has ended.
    HandoffReplayed = "handoff-replayed",
    /// Somebody said in the browser or in the app that it was not wanted.
    HandoffDeclined = "handoff-declined",
    /// A user let a browser in that had asked.
    AuthorizationApproved = "authorization-approved",
    /// A user did not let it in.
    AuthorizationDeclined = "authorization-declined",
    /// What a user approved came out in another browser than the one that had asked.
    AuthorizationMisdirected = "authorization-misdirected",
    /// A service logged a user in.
    ServiceOpened = "service-opened",
    /// A user's login at a service ended.
    ServiceClosed = "service-closed",
    /// A service could not be told that a user's login has ended.
    ServiceLogoutUndelivered = "service-logout-undelivered",
    /// A service presented what logs a user in wrongly, or a second time.
    ServiceCodeMisused = "service-code-misused",
    /// A service never came for what logs a user in.
    ServiceCodeUnused = "service-code-unused",
    /// What services are told is signed with another key from now on.
    SigningKeyRotated = "signing-key-rotated",
    /// The provider backed the database up.
    BackedUp = "backed-up",
    /// The provider restored a backup.
    Restored = "restored",
    /// The provider put the authority's key under another passphrase.
    PassphraseChanged = "passphrase-changed",
}

/// Which records to list, newest first. All of it is optional.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams, utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(deny_unknown_fields, default)]
pub struct AuditQuery {
    /// A whole user ID: who did it, or whom it was done to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// What was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<AuditEvent>,
    /// Not before this instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Before this instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// Only records before this one: [`AuditPage::next`] of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
    /// Most records of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Records of one customer, newest first.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AuditPage {
    /// The records.
    pub records: Vec<AuditRecord>,
    /// What the next page's [`AuditQuery::before`] is; none on the last page.
    pub next: Option<i64>,
}

/// One recorded event.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AuditRecord {
    /// Its number in the whole record.
    pub seq: i64,
    /// When, on the backend's clock.
    pub at: Timestamp,
    /// What kind of actor it was; never to be guessed from the name.
    pub actor_kind: ActorKind,
    /// Who did it: a user ID, or the kind's name where no user did it.
    pub actor: String,
    /// The name (氏名) of the user who did it, as it is now; none of one who has none, was deleted, or
    /// did not prove who they are.
    #[serde(default, deserialize_with = "person::tolerant")]
    pub actor_name: Option<PersonName>,
    /// What was done; an [`AuditEvent`], or one that a newer backend knows.
    pub event: String,
    /// Whom it was done to: a user ID.
    pub subject: Option<String>,
    /// The name (氏名) of the user it was done to, as it is now.
    #[serde(default, deserialize_with = "person::tolerant")]
    pub subject_name: Option<PersonName>,
    /// The thumbprint of the certificate that was used or is meant.
    pub certificate: Option<String>,
    /// The PC's name, in its own words; or the provider's service that is meant.
    pub device: Option<String>,
    /// The network address that it came from.
    pub address: Option<String>,
    /// Why it was refused: an [`ErrorCode`](crate::ErrorCode), or one that a newer backend knows.
    pub reason: Option<String>,
    /// How often it happened within about a minute; more than 1 only for what is refused.
    pub times: u32,
}

/// What kind of actor did something.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum ActorKind {
    /// A user, about the own account.
    User,
    /// A user administrator of the customer.
    Administrator,
    /// Somebody who gave a user's name and did not prove it.
    Unproved,
    /// The provider.
    Provider,
    /// The backend by itself.
    System,
}

impl ActorKind {
    /// Every kind.
    pub const ALL: &[Self] =
        &[Self::User, Self::Administrator, Self::Unproved, Self::Provider, Self::System];

    /// The kind as it stands in the record.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Administrator => "administrator",
            Self::Unproved => "unproved",
            Self::Provider => "provider",
            Self::System => "system",
        }
    }
}
