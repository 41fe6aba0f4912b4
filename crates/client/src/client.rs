//! The one door to this crate: it forwards, and decides nothing.

use std::{fmt, path::Path, sync::Arc, time::Duration};

use warifu_keystore::Stores;
use warifu_managed::Managed;
use warifu_protocol::{ErrorCode, SecretText};

use crate::{
    Approval, Enrolment, Failure, Link, Login, ProfileRemoval,
    clock::Clock,
    context::{Context, Opening},
    flows::{
        calendar, overview,
        profiles::{self, AskedBy},
        proxies, removal, renewal, settings, warning,
    },
    folder,
    model::profile::Profile,
    net::Limits,
    support::{bundle, diagnosis},
    view::{
        CalendarFile, DiagnosisResult, Expiring, IdentityRemoval, IdentityView, NoticeView,
        Overview, ProfileOffer, ProfileView, Proxies, RemovalConsent, RenewalStep, Settings,
        Warning,
    },
};

/// What is otherwise than usual when a [`Client`] is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Most time for connecting.
    pub connect: Duration,
    /// Most time for a whole request.
    pub request: Duration,
    /// The version that the app takes itself for, a semantic version.
    pub version: String,
    /// Not the app itself, but a program that works in its folder for a moment.
    pub beside_app: bool,
}

impl Default for Options {
    fn default() -> Self {
        let Limits { connect, request } = Limits::default();
        let version = String::from(env!("CARGO_PKG_VERSION"));
        Self { connect, request, version, beside_app: false }
    }
}

/// The app without its windows. Cheap to clone; the clones share everything.
#[derive(Clone)]
pub struct Client {
    context: Arc<Context>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

impl Client {
    /// Opens the app's data in `dir`, making the folder and the database if there are none. Blocks.
    ///
    /// # Errors
    ///
    /// `database-newer`, `database-damaged`, `disk-full`, `storage-failed` with the folder.
    pub fn open(dir: &Path, stores: Stores, clock: Clock) -> Result<Self, Failure> {
        Self::open_with(dir, stores, clock, Options::default())
    }

    /// The same for a program that works in the app's folder for a moment, whether the app is open or
    /// not; [`Client::app_is_open`] says which.
    ///
    /// # Errors
    ///
    /// Those of [`Client::open`].
    pub fn open_beside_app(dir: &Path, stores: Stores, clock: Clock) -> Result<Self, Failure> {
        let options = Options { beside_app: true, ..Options::default() };
        Self::open_with(dir, stores, clock, options)
    }

    /// The same with other options.
    ///
    /// # Errors
    ///
    /// Those of [`Client::open`]; `app-failed` if the version is none.
    pub fn open_with(
        dir: &Path,
        stores: Stores,
        clock: Clock,
        options: Options,
    ) -> Result<Self, Failure> {
        let Options { connect, request, version, beside_app } = options;
        let version = version
            .parse()
            .map_err(|error: semver::Error| Failure::new(ErrorCode::AppFailed).because(&error))?;
        let limits = Limits { connect, request };
        let opening = Opening { stores, clock, limits, version, beside_app };
        Ok(Self { context: Arc::new(Context::open(dir, opening)?) })
    }

    /// The same client under the IT department's rules. A connection profile among them is taken in;
    /// what of them cannot be used is left out and told by [`Client::overview`]. Blocks; to be called
    /// before the client is used.
    #[must_use]
    pub fn with_managed(mut self, managed: Managed) -> Self {
        if let Some(context) = Arc::get_mut(&mut self.context) {
            settings::manage(context, managed);
        }
        self
    }

    /// Deletes keys that a crash left in the keystore before any state needed them, or after none did.
    /// Only those that this database had made: what else is there may be needed by another, which is
    /// away for a while.
    ///
    /// # Errors
    ///
    /// The keystore's or the database's; nothing is lost, the next start tries again.
    pub async fn sweep_orphaned_keys(&self) -> Result<(), Failure> {
        self.context.sweep_orphaned_keys().await
    }

    /// All that the start screen shows.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn overview(&self) -> Result<Overview, Failure> {
        overview::overview(&self.context).await
    }

    /// The warnings that nobody has been told yet; from now on they count as told. If several
    /// days of warning have come at once, by a sleep or a moved clock, only the nearest is among them.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn take_warnings(&self) -> Result<Vec<Warning>, Failure> {
        warning::take(&self.context).await
    }

    /// The warnings that somebody has been told, newest first: the list of notices (お知らせ).
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn notices(&self) -> Result<Vec<NoticeView>, Failure> {
        warning::notices(&self.context).await
    }

    /// Remembers that the list of notices up to this one has been read.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn read_notices(&self, until: i64) -> Result<(), Failure> {
        warning::read(&self.context, until).await
    }

    /// A calendar file (RFC 5545) with an expiry and the last business day before it.
    ///
    /// # Errors
    ///
    /// `key-missing` if there is no such certificate, or nothing is known of the password; the
    /// database's.
    pub async fn calendar(
        &self,
        identity_id: i64,
        expiring: Expiring,
    ) -> Result<CalendarFile, Failure> {
        calendar::calendar(&self.context, identity_id, expiring).await
    }

    /// How the app looks, speaks and connects; the defaults until something was saved. What the IT
    /// department has decided holds in any case.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn settings(&self) -> Result<Settings, Failure> {
        settings::settings(&self.context).await
    }

    /// Saves how the app looks, speaks and connects.
    ///
    /// # Errors
    ///
    /// `invalid-request` with the field if the text size is not 100 to 200, or the proxy's address is
    /// none; the database's.
    pub async fn save_settings(&self, settings: Settings) -> Result<Settings, Failure> {
        settings::save(&self.context, settings).await
    }

    /// The text of a connection profile's file, whatever editor it was saved with.
    ///
    /// # Errors
    ///
    /// `text-undecodable` with the line; `profile-invalid` if it is longer than any profile.
    pub fn profile_text(bytes: &[u8]) -> Result<String, Failure> {
        Profile::text(bytes)
    }

    /// What [`Client::add_profile`] would do with a connection profile, for asking before.
    ///
    /// # Errors
    ///
    /// `profile-invalid`, with the field where one is at fault; `profile-managed`; `profile-outdated`;
    /// the database's.
    pub async fn examine_profile(&self, text: String) -> Result<ProfileOffer, Failure> {
        profiles::examine(&self.context, text).await
    }

    /// Keeps a connection profile given as text (the content of its file). A newer one of the same
    /// provider takes the place of the one that is here, whose certificates stay.
    ///
    /// # Errors
    ///
    /// `profile-invalid`, with the field where one is at fault; `profile-managed`; `profile-outdated`;
    /// `profile-differs` if it says that it is the profile of a provider who is here and names none of
    /// its authorities; the database's.
    pub async fn add_profile(&self, text: String) -> Result<ProfileView, Failure> {
        profiles::add(&self.context, text, AskedBy::User).await
    }

    /// The same after the user, having seen what [`Client::examine_profile`] says, has agreed that the
    /// provider's authorities are others from now on.
    ///
    /// # Errors
    ///
    /// Those of [`Client::add_profile`] but `profile-differs`.
    pub async fn add_profile_knowingly(&self, text: String) -> Result<ProfileView, Failure> {
        profiles::add(&self.context, text, AskedBy::UserKnowingly).await
    }

    /// Keeps the connection profile that an administrator has laid beside the program for everybody.
    ///
    /// # Errors
    ///
    /// `profile-invalid`, `profile-outdated`; the database's.
    pub async fn add_installed_profile(&self, text: String) -> Result<ProfileView, Failure> {
        profiles::add(&self.context, text, AskedBy::Installer).await
    }

    /// Forgets a connection profile, unless certificates that it brought are on this PC.
    ///
    /// # Errors
    ///
    /// `profile-missing` if there is none of this id; the database's.
    pub async fn remove_profile(&self, id: i64) -> Result<ProfileRemoval, Failure> {
        profiles::remove(&self.context, id).await
    }

    /// Takes a certificate off this PC, keys and all, if the user has agreed to what is lost with it as it
    /// stands now. The backend is not told: a usable one goes on counting there until it is reissued.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn remove_identity(
        &self,
        identity_id: i64,
        consent: Option<RemovalConsent>,
    ) -> Result<IdentityRemoval, Failure> {
        removal::remove(&self.context, identity_id, consent).await
    }

    /// Asks the provider anew what it demands, above all which versions of the app it still supports:
    /// one that raised the oldest version by mistake takes it back. Needs no certificate.
    ///
    /// # Errors
    ///
    /// `clock-wrong`; whatever the backend or the way to it says.
    pub async fn refresh_policy(&self, profile_id: i64) -> Result<(), Failure> {
        profiles::refresh_policy(&self.context, profile_id).await
    }

    /// Proves customer number, user ID and password, and begins an issuance (FAQ 2-2); with the code
    /// that an old PC shows, the one that takes its place (FAQ 4-1).
    ///
    /// # Errors
    ///
    /// `invalid-request` with the field; `transfer-code-invalid`; `password-malformed`; `clock-wrong`; `app-too-old`, unless
    /// an interrupted issuance goes on; whatever the backend or the way to it says.
    pub async fn start_enrolment(
        &self,
        profile_id: i64,
        customer_number: &str,
        user_id: &str,
        password: SecretText,
        transfer_code: Option<SecretText>,
    ) -> Result<Enrolment, Failure> {
        let context = Arc::clone(&self.context);
        Enrolment::start(context, profile_id, customer_number, user_id, password, transfer_code)
            .await
    }

    /// Connects with a certificate, before any password is asked for (FAQ 1-1④, 4-6).
    ///
    /// # Errors
    ///
    /// `certificate-…` when it cannot be used; `app-too-old`; the keystore's; whatever the backend or
    /// the way to it says.
    pub async fn prove_identity(&self, identity_id: i64) -> Result<Login, Failure> {
        Login::prove(Arc::clone(&self.context), identity_id).await
    }

    /// Asks the provider what a page in the browser wants, which has called the app by a link.
    ///
    /// # Errors
    ///
    /// `profile-missing` if the link names nobody who is here; `request-expired`; `certificate-…` if no
    /// certificate of that provider can be used; the keystore's; whatever the backend or the way to it says.
    pub async fn view_authorization(&self, link: Link) -> Result<Approval, Failure> {
        Approval::open(&self.context, link).await
    }

    /// Finishes a renewal whose certificate is stored: starts its use. Needs no password.
    ///
    /// # Errors
    ///
    /// `renewal-outdated` if there is none to finish, or another took its place; the keystore's, the
    /// backend's; whatever the way to it says.
    pub async fn finish_renewal(
        &self,
        identity_id: i64,
        begun: impl Fn(RenewalStep) + Send + Sync,
    ) -> Result<IdentityView, Failure> {
        renewal::finish(&self.context, identity_id, begun).await
    }

    /// The proxies on the way to the backends, and what is wrong with how they are set.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn proxies(&self) -> Result<Proxies, Failure> {
        proxies::proxies(&self.context).await
    }

    /// Keeps, in the operating system's keystore, what the proxy at `place` (host and port, as the
    /// failure named it) is to be told, and uses it from now on.
    ///
    /// # Errors
    ///
    /// `invalid-request` with the field for a name that no proxy can be told (RFC 7617 §2: no colon,
    /// no control characters) or that is empty or too long; the keystore's.
    pub async fn keep_proxy_login(
        &self,
        place: String,
        user: String,
        password: SecretText,
    ) -> Result<(), Failure> {
        proxies::save_login(&self.context, place, user, password).await
    }

    /// Forgets what the proxies on the way to the backends are told.
    ///
    /// # Errors
    ///
    /// The database's; the keystore's.
    pub async fn forget_proxy_logins(&self) -> Result<(), Failure> {
        proxies::forget_logins(&self.context).await
    }

    /// Makes every check of the connection diagnosis; `told` hears of each result as it comes.
    ///
    /// Dropping the future ends it between two checks.
    pub async fn diagnose(
        &self,
        told: impl Fn(&DiagnosisResult) + Send + Sync,
    ) -> Vec<DiagnosisResult> {
        diagnosis::diagnose(&self.context, told).await
    }

    /// The support bundle, a zip file, with the results of a diagnosis and the app's log.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn support_bundle(
        &self,
        results: &[DiagnosisResult],
        log: Vec<u8>,
    ) -> Result<Vec<u8>, Failure> {
        bundle::bundle(&self.context, results, log).await
    }

    /// Whether the app has this folder open now.
    #[must_use]
    pub fn app_is_open(&self) -> bool {
        folder::app_is_open(&self.context.dir)
    }

    /// What the app has logged and is still there, oldest first. Blocks.
    #[must_use]
    pub fn app_log(&self) -> Vec<u8> {
        folder::app_log(&self.context.dir)
    }
}
