//! What the screens are shown. Everything here crosses to the window, so nothing here is secret.

mod administration;
mod diagnosis;
mod provider;
mod target;

use semver::Version;
use serde::Serialize;
use warifu_protocol::{
    AuthorizationView, CustomerNumber, NextStep, PasswordChangeReason, PasswordPolicy, PersonName,
    Policy, Protection, SessionView, SupportContact, Thumbprint, Timestamp, TransferCode, UserId,
};
use warifu_qr::QrCode;

pub use self::{
    administration::{
        ExportTexts, ImportLineProblem, ImportNote, ImportPreview, ImportRow, NewUserForm,
        UnusedColumn, UserChangeForm, WhyUnused,
    },
    diagnosis::{
        CheckName, DiagnosisResult, Fact, FactName, FactValue, Outcome, SkipReason, WarningReason,
    },
    provider::ProviderView,
    target::Target,
};
use crate::model::{
    certificate::Certificate,
    identity::DAY,
    stored::{Notice, StoredIdentity, StoredNotice, StoredProfile},
    update,
    warning::notice_days,
};
pub use crate::model::{
    managed::{ManagedProblem, ManagedSetting, ManagedTrouble, ManagedView},
    profile::{ProfileEffect, ProfileOffer},
    proxy::Proxies,
    removal::{IdentityRemoval, Loss, RemovalConsent},
    settings::{Language, ProxyChoice, Settings, Theme},
    standing::{RenewalState, Standing},
    update::UpdateNotice,
    warning::{Expiring, Left},
};

/// All that the start screen shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Overview {
    /// The connection profiles on this PC, oldest first.
    pub profiles: Vec<ProfileView>,
    /// The certificates on this PC, and issuances that were interrupted; last used first.
    pub identities: Vec<IdentityView>,
    /// The app's version.
    pub app_version: String,
    /// What the IT department has decided.
    pub managed: ManagedView,
}

/// A connection profile.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProfileView {
    /// Names the profile to the commands.
    pub id: i64,
    /// The service's name.
    pub service_name: String,
    /// The host of the service, for support calls.
    pub host: String,
    /// The provider's help desk.
    pub support: SupportContact,
    /// Who provides the service.
    pub provider: ProviderView,
    /// The provider's rules, as they were last heard.
    pub policy: Option<Policy>,
    /// Where the app comes from, as a telephone reads it from the sheet for a new user.
    pub app_code: Option<CodeView>,
    /// That there is a newer version of the app, as it was last heard from this provider.
    pub update: Option<UpdateNotice>,
}

/// A QR code: a path in a square.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CodeView {
    /// The side of the square.
    pub side: u16,
    /// The path, as SVG has it.
    pub path: String,
}

/// A certificate on this PC, or one on its way.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct IdentityView {
    /// Names the identity to the commands.
    pub id: i64,
    /// The profile it belongs to.
    pub profile_id: i64,
    /// The service's name.
    pub service_name: String,
    /// The customer's number.
    pub customer_number: CustomerNumber,
    /// The customer's name.
    pub customer_name: String,
    /// The user's ID.
    pub user_id: UserId,
    /// The user's name (氏名), as the backend last said it; none before that, or from an older one.
    pub holder_name: Option<PersonName>,
    /// Where the key is held.
    pub protection: Protection,
    /// The certificate; none while an issuance is unfinished.
    pub certificate: Option<CertificateView>,
    /// Whether it can be used, and if not, why.
    pub standing: Standing,
    /// How far a renewal has come that was begun and not finished.
    pub renewal: Option<RenewalState>,
    /// Whether this is the one chosen at the last login.
    pub last_used: bool,
    /// The user's password, as the last login told of it; none before the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub password: Option<PasswordView>,
}

/// How long a password may still be used (FAQ 3-1).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PasswordView {
    /// When it has to be changed.
    pub expires_at: Timestamp,
    /// What is left until then; none if the time has come.
    pub left: Option<Left>,
    /// Whether it should be changed now.
    pub notice: bool,
}

/// What somebody was told about an expiry, as it was then.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NoticeView {
    /// Names the notice to the commands.
    pub id: i64,
    /// When it was shown.
    pub at: Timestamp,
    /// Whether it has been read in the list.
    pub read: bool,
    /// Whose it is, if that certificate is still on this PC.
    pub identity_id: Option<i64>,
    /// What expires.
    pub expiring: Expiring,
    /// The service's name.
    pub service_name: String,
    /// The customer's name.
    pub customer_name: String,
    /// The user's ID.
    pub user_id: String,
    /// The user's name, if it was known.
    pub holder_name: Option<PersonName>,
    /// When it expires.
    pub expires_at: Timestamp,
    /// What was left; none if it had expired.
    pub left: Option<Left>,
}

/// The visible steps of a renewal (FAQ 2-4), in their order.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum RenewalStep {
    /// The next key is made, and its certificate obtained.
    Obtain,
    /// The certificate is stored.
    Store,
    /// The app connects with it, which starts its use (ご利用開始).
    StartUse,
}

/// The change of a password that the user opened from the main menu.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PasswordChangeView {
    /// Seconds left for it (FAQ 3-3③).
    pub expires_in: u16,
    /// The password rule.
    pub password_policy: PasswordPolicy,
}

/// How an entry of the main menu was opened (SPEC M).
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum EntryOpening {
    /// The browser has its address, and nothing more is known of it.
    Address,
    /// The browser has an address that logs it in; what becomes of that can be asked.
    Handoff {
        /// Names the handoff.
        id: String,
        /// Seconds left on the backend's clock for the browser to use it.
        expires_in: u32,
    },
}

/// What a page in the browser asks for, and whom the app would answer as (SPEC M).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ApprovalView {
    /// The provider's profile.
    pub profile_id: i64,
    /// The certificate that would approve: the open login's, or else the one that was used last.
    pub identity_id: i64,
    /// What is asked for.
    pub asked: AuthorizationView,
    /// Whether the password is needed for it.
    pub password: bool,
    /// The open login at that provider.
    pub session: Option<SessionView>,
}

/// What has become of an approval that went back into the browser.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum ApprovalProgress {
    /// Nothing yet.
    Waiting,
    /// The browser took it, or its time is over.
    Over,
    /// It came out in another browser than the one that had asked, and is worth nothing there.
    Misdirected,
}

/// The code that the new PC asks for (FAQ 4-1).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TransferCodeView {
    /// The code, in groups.
    pub code: TransferCode,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// Seconds left on the backend's clock.
    pub expires_in: u32,
}

/// What the certificate-selection dialog shows of a certificate.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CertificateView {
    /// SHA-256 of the certificate.
    pub thumbprint: Thumbprint,
    /// Its serial number in hexadecimal digits, as the authority's own program shows it.
    pub serial: String,
    /// The common name of the authority that issued it.
    pub issuer: String,
    /// Valid from.
    pub not_before: Timestamp,
    /// Valid until.
    pub not_after: Timestamp,
}

/// What follows proved credentials in the issuance wizard.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct EnrolmentView {
    /// The customer's name.
    pub customer_name: String,
    /// The user's name (氏名), if the backend knows it.
    pub holder_name: Option<PersonName>,
    /// What the user has to do next.
    pub next: NextStep,
    /// The password rule, for the change screen.
    pub password_policy: PasswordPolicy,
}

/// The visible steps of an issuance (FAQ 4-3), in their order.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum IssuanceStep {
    /// The key pair is made on this PC and kept in the keystore.
    MakeKey,
    /// The certificate is requested with the public key.
    Request,
    /// The answer is checked: our key, our name, the profile's authority.
    Verify,
    /// The certificate is stored.
    Store,
}

/// A certificate that has been proved to the backend; the password is asked for next.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LoginPrompt {
    /// The certificate.
    pub identity: IdentityView,
    /// Wrong passwords left before the user is locked (FAQ 3-2).
    pub attempts_left: u8,
    /// The most characters that a password has.
    pub password_max_length: u8,
}

/// What a correct password leads to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "outcome", rename_all = "kebab-case")]
#[expect(clippy::large_enum_variant, reason = "one is made per login; a box would save nothing")]
pub enum LoginView {
    /// The main menu can be shown.
    LoggedIn {
        /// What it shows.
        session: SessionView,
    },
    /// The password has to be changed first (FAQ 3-1).
    PasswordChangeRequired {
        /// Why.
        reason: PasswordChangeReason,
        /// Seconds left for it (FAQ 3-3③).
        expires_in: u16,
        /// The password rule.
        password_policy: PasswordPolicy,
    },
}

/// A file for calendar programs, and what it is called until the user says otherwise.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CalendarFile {
    /// Without a folder.
    pub name: String,
    /// iCalendar (RFC 5545).
    pub content: Vec<u8>,
}

/// An expiry that has come near, to be told now.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// The certificate.
    pub identity: IdentityView,
    /// What of its user expires.
    pub expiring: Expiring,
    /// What is left; none if it has expired.
    pub left: Option<Left>,
}

impl ProfileView {
    /// What is shown of a stored profile by the app of version `own`.
    pub(crate) fn of(stored: &StoredProfile, own: &Version) -> Self {
        Self {
            id: stored.id,
            service_name: stored.profile.content.service_name.clone(),
            host: stored.profile.host(),
            support: stored.profile.content.support.clone(),
            provider: ProviderView::of(stored),
            policy: stored.policy.clone(),
            app_code: stored.policy.as_ref().and_then(update::download_url).and_then(CodeView::of),
            update: stored.policy.as_ref().and_then(|policy| update::notice(own, policy)),
        }
    }
}

impl CodeView {
    fn of(text: &str) -> Option<Self> {
        QrCode::of(text).map(|QrCode { side, path }| Self { side, path })
    }
}

impl IdentityView {
    /// What is shown of a stored identity at `now`.
    pub(crate) fn of(
        identity: &StoredIdentity,
        profile: &StoredProfile,
        now: Timestamp,
        last_used: bool,
    ) -> Self {
        let current = identity.state.credential(now).map(|(_, certificate)| certificate);
        let shown = current.or_else(|| identity.state.certificate());
        Self {
            id: identity.id,
            profile_id: identity.profile_id,
            service_name: profile.profile.content.service_name.clone(),
            customer_number: identity.customer_number.clone(),
            customer_name: identity.customer_name.clone(),
            user_id: identity.user_id.clone(),
            holder_name: identity.holder_name.clone(),
            protection: identity.protection,
            certificate: shown.map(CertificateView::of),
            standing: identity.standing(profile, now),
            renewal: identity.state.renewal(),
            last_used,
            password: identity.password_expires_at.map(|expires_at| PasswordView {
                expires_at,
                left: Left::until(expires_at, now),
                notice: now >= expires_at - i64::from(notice_days(profile.policy.as_ref())) * DAY,
            }),
        }
    }
}

impl NoticeView {
    /// What is shown of a stored notice, with the identities that are on this PC.
    pub(crate) fn of(stored: StoredNotice, here: &[StoredIdentity]) -> Self {
        let StoredNotice { id, at, is_read, notice } = stored;
        // A number may have come to somebody else.
        let is_here = here.iter().any(|identity| {
            identity.id == notice.identity_id && identity.user_id.as_str() == notice.user_id
        });
        let Notice {
            identity_id,
            expiring,
            service_name,
            customer_name,
            user_id,
            holder_name,
            expires_at,
            left,
        } = notice;
        Self {
            id,
            at,
            read: is_read,
            identity_id: is_here.then_some(identity_id),
            expiring,
            service_name,
            customer_name,
            user_id,
            holder_name,
            expires_at,
            left,
        }
    }
}

impl CertificateView {
    fn of(certificate: &Certificate) -> Self {
        Self {
            thumbprint: certificate.thumbprint(),
            serial: certificate.serial(),
            issuer: certificate.issuer.clone(),
            not_before: certificate.not_before,
            not_after: certificate.not_after,
        }
    }
}
