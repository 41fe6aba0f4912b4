//! What a flow may use: the database of this PC, the keystore, the way to the backend, the clock. It has
//! no logic of any one flow.

mod keys;
mod policy;

use std::{
    fmt,
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use semver::Version;
use tokio::sync::Mutex;
use warifu_keystore::{KeyStore, Stores};
use warifu_managed::Managed;
use warifu_protocol::{Details, ErrorCode, Protection, Timestamp};

pub(crate) use self::policy::CLOCK_TOLERANCE;
use crate::{
    Failure,
    clock::Clock,
    folder,
    model::{
        identity::{Action, Event, State, Withdrawal},
        managed,
        settings::Settings,
        stored::{Owner, StoredIdentity, StoredProfile},
    },
    net::{Dialer, Limits, Network, ServerTrust},
    store::Database,
};

/// The name of the database in the app's folder.
const DATABASE: &str = "warifu.sqlite";

/// What a flow may use.
pub(crate) struct Context {
    pub(crate) dir: PathBuf,
    pub(crate) database: Database,
    pub(crate) keystore: Arc<dyn KeyStore>,
    pub(crate) dialer: Dialer,
    /// What the IT department has decided.
    pub(crate) managed: Managed,
    /// The app's.
    pub(crate) version: Version,
    clock: Clock,
    /// This program's part of [`keys::KeyCreationLock`].
    key_creation: Mutex<()>,
    /// Tells other programs that the app is open; none if this is not the app.
    _announced: Option<File>,
}

/// What a [`Context`] is opened with.
pub(crate) struct Opening {
    pub(crate) stores: Stores,
    pub(crate) clock: Clock,
    pub(crate) limits: Limits,
    pub(crate) version: Version,
    /// Not the app itself, but a program that works in its folder for a moment.
    pub(crate) beside_app: bool,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}

impl Context {
    /// Opens the app's data in `dir`, making the folder and the database if there are none. Blocks.
    ///
    /// # Errors
    ///
    /// Those of [`Database::open`], `disk-full` and `storage-failed`, each with the folder.
    pub(crate) fn open(dir: &Path, opening: Opening) -> Result<Self, Failure> {
        let Opening { stores, clock, limits, version, beside_app } = opening;
        let (database, chosen) = open_database(dir).map_err(|failure| {
            let place = Some(dir.display().to_string());
            failure.with(Details { place, ..Details::default() })
        })?;
        let network = Network::new(stores.secrets, chosen.proxy);
        Ok(Self {
            dir: dir.to_owned(),
            database,
            keystore: stores.keys,
            dialer: Dialer::new(network, limits, Arc::clone(&clock), &version),
            managed: Managed::default(),
            version,
            clock,
            key_creation: Mutex::new(()),
            _announced: if beside_app { None } else { announce(dir) },
        })
    }

    /// From now on under the IT department's rules.
    pub(crate) fn manage(&mut self, managed: Managed) {
        if managed.choice(&warifu_managed::SERVER_TRUST) == Some("system") {
            self.dialer.trust = ServerTrust::ThisPc;
        }
        self.managed = managed;
        let chosen = self.database.settings().unwrap_or_default();
        self.dialer.network.choose(self.overrule(chosen).proxy);
    }

    /// The settings that hold: the IT department's, and the user's where it has said nothing.
    pub(crate) fn overrule(&self, chosen: Settings) -> Settings {
        managed::overrule(&self.managed, chosen)
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Runs what blocks (database, keystore) off the async threads.
    pub(crate) async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let context = Arc::clone(self);
        tokio::task::spawn_blocking(move || work(&context)).await?
    }

    /// One profile; `profile-missing` if there is none of this id.
    pub(crate) async fn profile(self: &Arc<Self>, id: i64) -> Result<StoredProfile, Failure> {
        self.blocking(move |context| context.database.profile(id)).await
    }

    /// One identity; `key-missing` if there is none of this id.
    pub(crate) async fn identity(self: &Arc<Self>, id: i64) -> Result<StoredIdentity, Failure> {
        self.blocking(move |context| context.database.identity(id)).await
    }

    /// Stores what an event leads to, then does what follows from it. Blocks.
    pub(crate) fn apply(
        &self,
        owner: &Owner,
        protection: Protection,
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

    /// If the backend says that the certificate of a key is withdrawn, remembers it; gives back the
    /// failure that is told.
    pub(crate) async fn note_withdrawal(
        self: &Arc<Self>,
        identity: &StoredIdentity,
        key: &str,
        failure: Failure,
    ) -> Failure {
        let Some(why) = Withdrawal::of(failure.code) else { return failure };
        let (id, key) = (identity.id, key.to_owned());
        let noted = self
            .blocking(move |context| {
                let stored = context.database.identity(id)?;
                let gone = Event::Withdrawn { key, why };
                match context.apply(&stored.owner(), stored.protection, gone) {
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

fn open_database(dir: &Path) -> Result<(Database, Settings), Failure> {
    folder::make_private(dir)?;
    let database = Database::open(&dir.join(DATABASE))?;
    let settings = database.settings()?;
    Ok((database, settings))
}

/// Tells other programs that the app is open.
fn announce(dir: &Path) -> Option<File> {
    folder::announce_app(dir)
        .inspect_err(|error| {
            tracing::warn!(%error, "other programs will not see that the app is open");
        })
        .ok()
}
