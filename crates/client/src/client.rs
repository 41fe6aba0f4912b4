//! The one door to this crate.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use semver::Version;
use tokio::sync::Mutex;
use warifu_keystore::{DeviceKey, KeyReference, KeyStore};
use warifu_managed::Managed;
use warifu_protocol::{Details, ErrorCode, Policy, SecretText, Timestamp};

use crate::{
    Enrolment, Failure, Login,
    flows::{renewal::withdrawal, settings::SETTINGS},
    folder,
    model::{
        identity::{Action, Event, KeyName, State},
        profile::Profile,
        update,
    },
    net::{Connection, Limits, Network},
    store::{Database, StoredIdentity, StoredProfile},
    view::{
        CertificateView, IdentityView, KeyProtection, Overview, ProfileOffer, ProfileView, Settings,
    },
};

/// Tells the time. Everything below asks the caller instead.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// This PC's clock.
#[must_use]
pub fn system_clock() -> Clock {
    Arc::new(|| {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::try_from(since.as_secs()).unwrap_or(Timestamp::MAX)
    })
}

/// How far this PC's clock may be from the backend's, in seconds: certificates are backdated by as
/// much, so within it a new certificate is valid at once.
pub(crate) const CLOCK_TOLERANCE: i64 = 300;

/// Days before expiry from which a certificate should be renewed, until a backend has said its own
/// (FAQ 2-3).
const DEFAULT_RENEWAL_DAYS: u16 = 28;

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
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) dir: PathBuf,
    pub(crate) database: Database,
    pub(crate) keystore: Arc<dyn KeyStore>,
    pub(crate) clock: Clock,
    pub(crate) limits: Limits,
    pub(crate) network: Arc<Network>,
    pub(crate) managed: Managed,
    /// The app's.
    pub(crate) version: Version,
    /// This program's part of [`folder::MakingKey`].
    pub(crate) making_key: Mutex<()>,
    /// Tells other programs that the app is open; none if this is not the app.
    _announced: Option<File>,
}

/// What came of the wish to forget a profile.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProfileRemoval {
    /// It is forgotten.
    Removed,
    /// It is kept, because certificates that it brought are on this PC.
    InUse {
        /// How many users have one, or an unfinished issuance.
        users: usize,
    },
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

impl Client {
    /// Opens the app's data in `dir`, making the folder and the database if there are none. Blocks.
    ///
    /// # Errors
    ///
    /// `database-newer`, `database-damaged`, `disk-full`, `storage-failed` with the folder.
    pub fn open(dir: &Path, keystore: Arc<dyn KeyStore>, clock: Clock) -> Result<Self, Failure> {
        Self::open_with(dir, keystore, clock, Options::default())
    }

    /// The same for a program that works in the app's folder for a moment, whether the app is open or
    /// not; [`Client::app_is_open`] says which.
    ///
    /// # Errors
    ///
    /// Those of [`Client::open`].
    pub fn open_beside_app(
        dir: &Path,
        keystore: Arc<dyn KeyStore>,
        clock: Clock,
    ) -> Result<Self, Failure> {
        let options = Options { beside_app: true, ..Options::default() };
        Self::open_with(dir, keystore, clock, options)
    }

    /// The same with other options.
    ///
    /// # Errors
    ///
    /// Those of [`Client::open`]; `app-failed` if the version is none.
    pub fn open_with(
        dir: &Path,
        keystore: Arc<dyn KeyStore>,
        clock: Clock,
        options: Options,
    ) -> Result<Self, Failure> {
        let Options { connect, request, version, beside_app } = options;
        let version = version
            .parse()
            .map_err(|error: semver::Error| Failure::new(ErrorCode::AppFailed).because(&error))?;
        let opened = make_private_dir(dir).map_err(Failure::from).and_then(|()| {
            let database = Database::open(&dir.join("warifu.sqlite"))?;
            let settings: Settings = database.setting(SETTINGS)?.unwrap_or_default();
            Ok((database, settings))
        });
        let (database, settings) = opened.map_err(|failure| {
            let place = Some(dir.display().to_string());
            failure.with(Details { place, ..Details::default() })
        })?;
        Ok(Self {
            inner: Arc::new(Inner {
                dir: dir.to_owned(),
                database,
                network: Arc::new(Network::new(Arc::clone(&keystore), settings.proxy)),
                keystore,
                clock,
                limits: Limits { connect, request },
                managed: Managed::default(),
                version,
                making_key: Mutex::new(()),
                _announced: if beside_app { None } else { announce(dir) },
            }),
        })
    }

    /// Deletes keys that a crash left in the keystore before any state needed them, or after none did.
    /// Only those that this database had made: what else is there may be needed by another, which is
    /// away for a while.
    ///
    /// # Errors
    ///
    /// The keystore's or the database's; nothing is lost, the next start tries again.
    pub async fn sweep_orphaned_keys(&self) -> Result<(), Failure> {
        let _guard = self.making_key().await?;
        self.blocking(|inner| {
            for name in inner.database.orphaned_keys()? {
                tracing::info!("deleting a key that an interrupted procedure left behind");
                inner.delete_own_key(&name)?;
            }
            Ok(())
        })
        .await
    }

    /// All that the start screen shows.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn overview(&self) -> Result<Overview, Failure> {
        self.blocking(|inner| {
            let profiles = inner.database.profiles()?;
            let identities = inner.database.identities()?;
            let views = identities
                .iter()
                .enumerate()
                .filter_map(|(index, identity)| {
                    let profile = profiles.iter().find(|p| p.id == identity.profile_id)?;
                    let last_used = index == 0 && identity.last_used_at.is_some();
                    Some(identity_view(identity, profile, (inner.clock)(), last_used))
                })
                .collect();
            Ok(Overview {
                profiles: profiles.iter().map(|one| profile_view(one, &inner.version)).collect(),
                identities: views,
                app_version: inner.version.to_string(),
                managed: inner.managed_view(),
            })
        })
        .await
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
        self.blocking(move |inner| {
            inner.check_profiles_are_free()?;
            let profile = Profile::parse(&text)?;
            inner.database.offer(&profile)
        })
        .await
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
        self.take_profile(text, false).await
    }

    /// The same after the user, having seen what [`Client::examine_profile`] says, has agreed that the
    /// provider's authorities are others from now on.
    ///
    /// # Errors
    ///
    /// Those of [`Client::add_profile`] but `profile-differs`.
    pub async fn add_profile_knowingly(&self, text: String) -> Result<ProfileView, Failure> {
        self.take_profile(text, true).await
    }

    /// Keeps the connection profile that an administrator has laid beside the program for everybody.
    ///
    /// # Errors
    ///
    /// `profile-invalid`, `profile-outdated`; the database's.
    pub async fn add_installed_profile(&self, text: String) -> Result<ProfileView, Failure> {
        self.blocking(move |inner| inner.keep_profile(&text, true)).await
    }

    async fn take_profile(&self, text: String, knowingly: bool) -> Result<ProfileView, Failure> {
        self.blocking(move |inner| {
            inner.check_profiles_are_free()?;
            inner.keep_profile(&text, knowingly)
        })
        .await
    }

    /// Forgets a connection profile, unless certificates that it brought are on this PC.
    ///
    /// # Errors
    ///
    /// `profile-missing` if there is none of this id; the database's.
    pub async fn remove_profile(&self, id: i64) -> Result<ProfileRemoval, Failure> {
        self.blocking(move |inner| {
            Ok(match inner.database.remove_profile(id)? {
                0 => ProfileRemoval::Removed,
                users => ProfileRemoval::InUse { users },
            })
        })
        .await
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
        password: impl Into<SecretText>,
        transfer_code: Option<SecretText>,
    ) -> Result<Enrolment, Failure> {
        let (client, password) = (self.clone(), password.into());
        Enrolment::start(client, profile_id, customer_number, user_id, password, transfer_code)
            .await
    }

    /// Connects with a certificate, before any password is asked for (FAQ 1-1④, 4-6).
    ///
    /// # Errors
    ///
    /// `certificate-…` when it cannot be used; `app-too-old`; the keystore's; whatever the backend or
    /// the way to it says.
    pub async fn prove_identity(&self, identity_id: i64) -> Result<Login, Failure> {
        Login::prove(self.clone(), identity_id).await
    }

    /// Asks the provider anew what it demands, above all which versions of the app it still supports:
    /// one that raised the oldest version by mistake takes it back. Needs no certificate.
    ///
    /// # Errors
    ///
    /// `clock-wrong`; whatever the backend or the way to it says.
    pub async fn refresh_policy(&self, profile_id: i64) -> Result<(), Failure> {
        let profile = self.profile(profile_id).await?;
        let connection = Connection::enrolment(self, &profile.profile)?;
        self.current_policy(&profile, &connection).await.map(drop)
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.inner.clock)()
    }

    /// Runs what blocks (database, keystore) off the async threads.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let inner = Arc::clone(&self.inner);
        tokio::task::spawn_blocking(move || work(&inner)).await?
    }

    pub(crate) async fn profile(&self, id: i64) -> Result<StoredProfile, Failure> {
        self.blocking(move |inner| inner.database.profile(id)).await
    }

    /// Asks the backend for its policy, remembers it if it can, and compares the clocks.
    pub(crate) async fn fetch_policy(
        &self,
        profile_id: i64,
        connection: &Connection,
    ) -> Result<Policy, Failure> {
        let policy: Policy = connection.get("/policy", None).await?;
        let compared = self.compare_clocks(&policy);
        let kept = policy.clone();
        let kept = self.blocking(move |inner| inner.database.keep_policy(profile_id, &kept)).await;
        if let Err(error) = kept {
            // It is asked for again at the next contact; a full disk must not bar the door.
            tracing::warn!(%error, "could not remember the policy");
        }
        compared.map(|()| policy)
    }

    /// The policy, as [`Self::fetch_policy`]; when that fails, whether this PC's clock is the reason.
    pub(crate) async fn current_policy(
        &self,
        profile: &StoredProfile,
        connection: &Connection,
    ) -> Result<Policy, Failure> {
        match self.fetch_policy(profile.id, connection).await {
            Ok(policy) => Ok(policy),
            Err(failure) => Err(self.doubt_clock(&profile.profile, failure).await),
        }
    }

    /// If the server's certificate seems to be out of its time, asks the backend itself whether this
    /// PC's clock is the reason; gives back the failure that is told.
    pub(crate) async fn doubt_clock(&self, profile: &Profile, failure: Failure) -> Failure {
        if failure.code != ErrorCode::BackendCertificateOutdated {
            return failure;
        }
        let Ok(connection) = Connection::at_any_time(self, profile) else { return failure };
        let policy: Result<Policy, Failure> = connection.get("/policy", None).await;
        match policy.map(|policy| self.compare_clocks(&policy)) {
            Ok(Err(wrong)) => wrong,
            Ok(Ok(())) | Err(_) => failure,
        }
    }

    /// Whether the provider still lets this version of the app begin anything.
    pub(crate) fn check_version(&self, policy: &Policy) -> Result<(), Failure> {
        update::check(&self.inner.version, policy)
    }

    /// Whether this PC's clock agrees with the backend's.
    pub(crate) fn compare_clocks(&self, policy: &Policy) -> Result<(), Failure> {
        let ahead = self.now() - policy.server_time;
        if ahead.abs() > CLOCK_TOLERANCE {
            return Err(Failure::new(ErrorCode::ClockWrong)
                .with(Details { clock_ahead_seconds: Some(ahead), ..Details::default() }));
        }
        Ok(())
    }

    /// If the backend says that the certificate of a key is withdrawn, remembers it; gives back the
    /// failure that is told.
    pub(crate) async fn note_withdrawal(
        &self,
        identity: &StoredIdentity,
        key: &str,
        failure: Failure,
    ) -> Failure {
        let Some(why) = withdrawal(failure.code) else { return failure };
        let (id, key) = (identity.id, key.to_owned());
        let noted = self
            .blocking(move |inner| {
                let stored = inner.database.identity(id)?;
                let gone = Event::Withdrawn { key, why };
                match inner.apply(&stored.owner(), stored.protection, gone) {
                    // It is not the stored one any more.
                    Err(failure) if failure.code == ErrorCode::RenewalOutdated => Ok(()),
                    noted => noted.map(drop),
                }
            })
            .await;
        if let Err(error) = noted {
            tracing::warn!(%error, "could not remember that a certificate is withdrawn");
            if matches!(identity.state.in_use(), State::Pending { .. }) {
                // The one that waits counts now, and is used once that is remembered.
                return error;
            }
        }
        failure
    }
}

impl Inner {
    fn keep_profile(&self, text: &str, trusted: bool) -> Result<ProfileView, Failure> {
        let profile = Profile::parse(text)?;
        let id = self.database.keep_profile(&profile, trusted, (self.clock)())?;
        Ok(profile_view(&self.database.profile(id)?, &self.version))
    }

    /// Stores what an event leads to, then does what follows from it.
    pub(crate) fn apply(
        &self,
        owner: &crate::store::Owner,
        protection: KeyProtection,
        event: Event,
    ) -> Result<StoredIdentity, Failure> {
        self.database.apply(owner, protection, event, |action| match action {
            Action::DeleteKey(name) => {
                if let Err(error) = self.delete_own_key(&name) {
                    // The sweep at the next start deletes it.
                    tracing::warn!(%error, "could not delete a key that is no longer needed");
                }
            }
        })
    }

    /// Makes a key, which the sweep deletes unless a state comes to need it. To be called while
    /// [`folder::MakingKey`] is held.
    pub(crate) fn make_key(&self) -> Result<(KeyName, Arc<dyn DeviceKey>), Failure> {
        let reference = KeyReference::random()?;
        let name = reference.to_string();
        self.database.claim_key(&name)?;
        let key = self.keystore.create(&reference)?;
        Ok((name, key))
    }

    /// Deletes a key that nothing needs any more, if this database had it made. Another's is left alone.
    pub(crate) fn delete_own_key(&self, name: &str) -> Result<(), Failure> {
        if !self.database.owns_key(name)? {
            tracing::info!("a key that is not this database's own is left alone");
            return Ok(());
        }
        let reference: KeyReference =
            name.parse().map_err(|_| Failure::new(ErrorCode::DatabaseDamaged))?;
        self.keystore.delete(&reference)?;
        self.database.forget_key(name)
    }

    /// Opens the key that a state names.
    pub(crate) fn open_key(&self, name: &str) -> Result<Arc<dyn DeviceKey>, Failure> {
        let reference: KeyReference =
            name.parse().map_err(|_| Failure::new(ErrorCode::DatabaseDamaged))?;
        Ok(self.keystore.open(&reference)?)
    }
}

pub(crate) fn identity_view(
    identity: &StoredIdentity,
    profile: &StoredProfile,
    now: Timestamp,
    last_used: bool,
) -> IdentityView {
    let renewal_days = profile.policy.as_ref().map_or(DEFAULT_RENEWAL_DAYS, |p| p.renewal_days);
    let current = identity.state.credential(now).map(|(_, certificate)| certificate);
    let shown = current.or_else(|| identity.state.certificate());
    IdentityView {
        id: identity.id,
        profile_id: identity.profile_id,
        service_name: profile.profile.content.service_name.clone(),
        customer_number: identity.customer_number.clone(),
        customer_name: identity.customer_name.clone(),
        user_id: identity.user_id.clone(),
        protection: identity.protection,
        certificate: shown.map(|certificate| CertificateView {
            thumbprint: certificate.thumbprint(),
            issuer: certificate.issuer.clone(),
            not_before: certificate.not_before,
            not_after: certificate.not_after,
        }),
        standing: identity.state.standing(now, renewal_days),
        renewal: identity.state.renewal(),
        last_used,
    }
}

fn profile_view(stored: &StoredProfile, own: &Version) -> ProfileView {
    ProfileView {
        id: stored.id,
        service_name: stored.profile.content.service_name.clone(),
        host: stored.profile.host(),
        support: stored.profile.content.support.clone(),
        policy: stored.policy.clone(),
        update: stored.policy.as_ref().and_then(|policy| update::notice(own, policy)),
    }
}

/// Tells other programs that the app is open.
fn announce(dir: &Path) -> Option<File> {
    let announced = folder::announce_app(dir);
    announced
        .inspect_err(|error| {
            tracing::warn!(%error, "other programs will not see that the app is open");
        })
        .ok()
}

fn make_private_dir(dir: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}
