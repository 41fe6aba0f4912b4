//! What the screens are shown. Everything here crosses to the window, so nothing here is secret.

mod administration;
pub(crate) mod diagnosis;
mod target;

use serde::{Deserialize, Serialize};
use warifu_protocol::{
    CustomerNumber, NextStep, PasswordChangeReason, PasswordPolicy, Policy, SessionView,
    SupportContact, Thumbprint, Timestamp, TransferCode, UserId,
};

pub use self::diagnosis::{
    CheckName, DiagnosisResult, Fact, FactName, FactValue, Outcome, SkipReason, WarningReason,
};
pub use crate::flows::warning::{Threshold, Warning};

pub use self::administration::{
    ExportTexts, ImportLineProblem, ImportNote, ImportPreview, ImportRow, NewUserForm,
    UnusedColumn, UserChangeForm, WhyUnused,
};
pub use self::target::Target;

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
    /// The provider's rules, as they were last heard.
    pub policy: Option<Policy>,
    /// That there is a newer version of the app, as it was last heard from this provider.
    pub update: Option<UpdateNotice>,
}

/// A connection profile that somebody is asked about before it is kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProfileOffer {
    /// The service's name.
    pub service_name: String,
    /// The host of the service.
    pub host: String,
    /// SHA-256 of each authority's certificate, in hexadecimal digits.
    pub authorities: Vec<String>,
    /// What keeping it does.
    pub effect: ProfileEffect,
}

/// What keeping a connection profile does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProfileEffect {
    /// A service is added.
    Adds,
    /// A service is added beside another of the same name.
    AddsNamesake,
    /// A service gets a newer profile.
    Replaces,
    /// The same, and none of its authorities is one of those before.
    ReplacesAuthorities,
}

/// There is a newer version of the app. Each provider says which one it hands out, and where.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UpdateNotice {
    /// The newest version.
    pub newest: String,
    /// Whether this one can no longer log in.
    pub required: bool,
    /// Where the newest is found, an `https` address; none if the user's IT department installs it.
    pub download_url: Option<String>,
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
    /// Where the key is held.
    pub protection: KeyProtection,
    /// The certificate; none while an issuance is unfinished.
    pub certificate: Option<CertificateView>,
    /// Whether it can be used, and if not, why.
    pub standing: Standing,
    /// How far a renewal has come that was begun and not finished.
    pub renewal: Option<RenewalState>,
    /// Whether this is the one chosen at the last login.
    pub last_used: bool,
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
    pub seconds: u16,
    /// The password rule.
    pub password_policy: PasswordPolicy,
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
    pub seconds: u32,
}

/// What the certificate-selection dialog shows of a certificate.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CertificateView {
    /// SHA-256 of the certificate.
    pub thumbprint: Thumbprint,
    /// The common name of the authority that issued it.
    pub issuer: String,
    /// Valid from.
    pub not_before: Timestamp,
    /// Valid until.
    pub not_after: Timestamp,
}

/// Where a private key is held.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum KeyProtection {
    /// Encrypted on disk, its password in the operating system's keystore.
    Software,
    /// In a security chip; it cannot be read out at all.
    Hardware,
}

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

/// What follows proved credentials in the issuance wizard.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct EnrolmentView {
    /// The customer's name.
    pub customer_name: String,
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
    pub tries_left: u8,
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
        seconds: u16,
        /// The password rule.
        password_policy: PasswordPolicy,
    },
}

/// How the app looks, speaks and connects on this PC.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The language.
    pub language: Language,
    /// Light or dark.
    pub theme: Theme,
    /// Size of the text in per cent, 100 to 200.
    pub text_percent: u16,
    /// Whether the app starts, in the tray, when the user logs on to the PC (SPEC H).
    #[serde(default = "yes")]
    pub start_at_login: bool,
    /// The way to the outside (SPEC L).
    #[serde(default)]
    pub proxy: ProxyChoice,
}

/// What the IT department has decided on this PC.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ManagedView {
    /// The settings that the user cannot change.
    pub settings: Vec<ManagedSetting>,
    /// What it has decided and cannot be used.
    pub problems: Vec<ManagedProblem>,
}

/// A setting of the app that can be managed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum ManagedSetting {
    /// The language.
    Language,
    /// The start at login.
    StartAtLogin,
    /// The proxy.
    Proxy,
}

/// Something that the IT department has decided and that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ManagedProblem {
    /// The file, or the key of the registry.
    pub place: String,
    /// The setting, as it is written there; none if it is the place itself.
    pub setting: Option<String>,
    /// What is wrong.
    pub why: ManagedTrouble,
}

/// What is wrong with something that the IT department has decided.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum ManagedTrouble {
    /// The place cannot be read.
    Unreadable,
    /// The file is malformed.
    Malformed,
    /// There is no such setting.
    UnknownSetting,
    /// The value is of another type.
    WrongType,
    /// The value is none of those that are possible.
    NotPossible,
    /// The file that it names cannot be used.
    BadFile,
    /// The connection profile is older than the one that is here.
    OutdatedProfile,
}

impl From<&warifu_managed::Problem> for ManagedProblem {
    fn from(problem: &warifu_managed::Problem) -> Self {
        use warifu_managed::Trouble;
        Self {
            place: problem.place.clone(),
            setting: problem.setting.clone(),
            why: match problem.why {
                Trouble::Unreadable => ManagedTrouble::Unreadable,
                Trouble::Malformed => ManagedTrouble::Malformed,
                Trouble::UnknownSetting => ManagedTrouble::UnknownSetting,
                Trouble::WrongType => ManagedTrouble::WrongType,
                Trouble::NotPossible => ManagedTrouble::NotPossible,
                Trouble::BadFile => ManagedTrouble::BadFile,
                Trouble::OutdatedProfile => ManagedTrouble::OutdatedProfile,
            },
        }
    }
}

/// Which proxy is taken.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ProxyChoice {
    /// The one that the operating system, or the environment, names.
    #[default]
    System,
    /// None.
    None,
    /// This one.
    Manual {
        /// Host and port, as people write them; kept with the scheme.
        address: String,
    },
}

/// The proxies on the way to the backends.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Proxies {
    /// Host and port of each.
    pub places: Vec<String>,
    /// What is wrong with them as they are set: one that cannot be understood, or not be spoken to.
    pub problems: Vec<crate::Failure>,
}

const fn yes() -> bool {
    true
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: Language::Ja,
            theme: Theme::System,
            text_percent: 100,
            start_at_login: true,
            proxy: ProxyChoice::System,
        }
    }
}

/// A language of the app.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// Japanese.
    Ja,
    /// English.
    En,
}

/// A colour scheme.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the operating system says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}
