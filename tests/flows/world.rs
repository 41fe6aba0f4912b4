//! What a flow needs: a provider with a running backend, and PCs with their own folders.
//!
//! Each test runs itself again inside a D-Bus session with an unlocked GNOME Keyring and an empty
//! home, so that keys are kept as on a real desktop and nothing of this machine is touched. Needs
//! the Debian packages dbus and gnome-keyring.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

pub(crate) use system_tests::backend::Customer;
use warifu_client::{
    Client, Clock, Enrolment, Failure, Login, LoginStep, Options, Session, view::IdentityView,
};
use warifu_keystore::Stores;
use warifu_protocol::{ErrorCode, Timestamp};

use crate::provider::Provider;

/// A day in seconds.
pub(crate) const DAY: i64 = 86_400;

/// The password that users of these flows choose.
pub(crate) const PASSWORD: &str = "Sakura2026#";

/// A folder of its own and a clock that the flow moves.
pub(crate) struct World {
    pub(crate) dir: PathBuf,
    offset: Arc<AtomicI64>,
}

impl World {
    /// Moves every clock of this world, the backend's and the PCs'.
    pub(crate) fn advance(&self, seconds: i64) {
        self.offset.fetch_add(seconds, Ordering::SeqCst);
    }

    /// By how many seconds they were moved.
    pub(crate) fn advanced(&self) -> i64 {
        self.offset.load(Ordering::SeqCst)
    }

    /// The same time in a folder of its own.
    pub(crate) fn beside(other: &Self, name: &str) -> Self {
        let dir = other.dir.join(name);
        std::fs::create_dir_all(&dir).unwrap();
        Self { dir, offset: Arc::clone(&other.offset) }
    }

    pub(crate) fn clock(&self) -> Clock {
        self.clock_ahead(0)
    }

    /// A clock that is wrong by so many seconds.
    pub(crate) fn clock_ahead(&self, seconds: i64) -> Clock {
        let offset = Arc::clone(&self.offset);
        Arc::new(move || system_time() + offset.load(Ordering::SeqCst) + seconds)
    }

    /// A provider with a running backend.
    pub(crate) async fn provider(&self) -> Provider {
        Provider::start(self).await
    }

    /// A provider whose user has a certificate on a PC.
    pub(crate) async fn enrolled(&self) -> Enrolled {
        let provider = self.provider().await;
        let user = provider.add_customer("kanri01");
        let (pc, profile) = self.pc_with_profile("pc", &provider).await;
        let identity = pc.issue(profile, &user).await;
        Enrolled { provider, user, pc, profile, identity }
    }

    /// The same with the user logged in.
    pub(crate) async fn logged_in(&self) -> LoggedIn {
        let Enrolled { provider, user, pc, identity, .. } = self.enrolled().await;
        let session = pc.log_in(&identity).await;
        LoggedIn { provider, user, pc, identity, session }
    }

    /// A PC that has never run the app, with the provider's profile and its number there.
    pub(crate) async fn pc_with_profile(&self, name: &str, provider: &Provider) -> (Pc, i64) {
        let pc = self.pc(name);
        let profile = pc.add_profile(provider.profile()).await;
        (pc, profile)
    }

    /// A PC that has never run the app.
    pub(crate) fn pc(&self, name: &str) -> Pc {
        Pc::start(self.dir.join(name), self.clock())
    }
}

/// A provider with a running backend, and its user, the primary administrator `kanri01` of a customer,
/// with a certificate on a PC.
pub(crate) struct Enrolled {
    pub(crate) provider: Provider,
    pub(crate) user: Customer,
    pub(crate) pc: Pc,
    pub(crate) profile: i64,
    pub(crate) identity: IdentityView,
}

/// The same with the user logged in.
pub(crate) struct LoggedIn {
    pub(crate) provider: Provider,
    pub(crate) user: Customer,
    pub(crate) pc: Pc,
    pub(crate) identity: IdentityView,
    pub(crate) session: Session,
}

/// A PC: its folder and the app in it.
#[derive(Debug)]
pub(crate) struct Pc {
    pub(crate) dir: PathBuf,
    pub(crate) client: Client,
}

impl Pc {
    pub(crate) fn start(dir: PathBuf, clock: Clock) -> Self {
        Self::start_as(dir, clock, &Options::default().version)
    }

    /// The same with an app of that version.
    pub(crate) fn start_as(dir: PathBuf, clock: Clock, version: &str) -> Self {
        let stores = Stores::software(dir.join("keys"));
        // Short, so that a backend that hangs is noticed within a test.
        let (connect, request) = (Duration::from_secs(2), Duration::from_secs(5));
        let options =
            Options { connect, request, version: version.to_owned(), ..Options::default() };
        let client = Client::open_with(&dir, stores, clock, options).unwrap();
        Self { dir, client }
    }

    /// The same PC after the app was closed and opened again.
    pub(crate) fn restart(self, clock: Clock) -> Self {
        let Self { dir, client } = self;
        drop(client);
        Self::start(dir, clock)
    }

    /// The same PC after the app was closed and one of that version opened.
    pub(crate) fn updated(self, clock: Clock, version: &str) -> Self {
        let Self { dir, client } = self;
        drop(client);
        Self::start_as(dir, clock, version)
    }

    pub(crate) async fn add_profile(&self, text: String) -> i64 {
        self.client.add_profile(text).await.unwrap().id
    }

    /// The first step of an issuance.
    pub(crate) async fn start_enrolment(
        &self,
        profile: i64,
        user: &Customer,
        password: String,
    ) -> Result<Enrolment, Failure> {
        self.client
            .start_enrolment(profile, &user.number, &user.user_id, password.into(), None)
            .await
    }

    /// The whole issuance for a user with an initial password.
    pub(crate) async fn issue(&self, profile: i64, user: &Customer) -> IdentityView {
        let initial = user.initial_password.clone();
        let mut enrolment = self.start_enrolment(profile, user, initial).await.unwrap();
        enrolment.change_password(PASSWORD.to_owned().into()).await.unwrap();
        enrolment.issue(|_| {}).await.unwrap()
    }

    pub(crate) async fn prove(&self, identity: &IdentityView) -> Result<Login, Failure> {
        self.client.prove_identity(identity.id).await
    }

    /// A login that must succeed.
    pub(crate) async fn log_in(&self, identity: &IdentityView) -> Session {
        match self.prove(identity).await.unwrap().submit(PASSWORD.to_owned().into()).await.unwrap()
        {
            LoginStep::LoggedIn(session) => session,
            LoginStep::PasswordChangeRequired(_) => panic!("the password is neither new nor old"),
        }
    }
}

/// The code of a failure that had to happen.
#[track_caller]
pub(crate) fn code<T>(result: Result<T, Failure>) -> ErrorCode {
    match result {
        Ok(_) => panic!("this had to fail"),
        Err(failure) => failure.code,
    }
}

fn system_time() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    since.as_secs().cast_signed()
}

const INSIDE: &str = "WARIFU_TEST_SESSION";

/// Whether a flow may mount something.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Mounts {
    Shared,
    Own,
}

/// Runs the body of a test inside a session of its own.
#[track_caller]
pub(crate) fn flow(body: impl AsyncFnOnce(World)) {
    in_session(Mounts::Shared, body);
}

/// The same with mounts of its own as well, which [`crate::disk`] needs and which end with it.
#[track_caller]
pub(crate) fn flow_with_own_mounts(body: impl AsyncFnOnce(World)) {
    in_session(Mounts::Own, body);
}

/// Runs `body` inside a session of its own: outside of one, by starting this test there.
#[track_caller]
fn in_session<F: AsyncFnOnce(World)>(mounts: Mounts, body: F) {
    if let Some(dir) = std::env::var_os(INSIDE) {
        let dir = PathBuf::from(dir);
        std::fs::write(dir.join(STARTED), "").unwrap();
        let world = World { dir, offset: Arc::new(AtomicI64::new(0)) };
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(body(world));
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let status =
        session_command(home.path(), name_of::<F>(), mounts).status().unwrap_or_else(|error| {
            panic!("{mounts:?}: dbus-run-session or unshare could not start: {error}")
        });
    assert!(status.success(), "the flow failed inside its session; see above");
    assert!(home.path().join(STARTED).exists(), "{} is not the test's name", name_of::<F>());
}

/// What a flow leaves in its home, so that one which was not found does not pass.
const STARTED: &str = "started";

/// The name of the test that wrote this body.
fn name_of<F>() -> &'static str {
    let body = std::any::type_name::<F>();
    let test = body.strip_suffix("::{{closure}}").unwrap_or(body);
    test.split_once("::").map_or(test, |(_, name)| name)
}

/// The authorities that this machine trusts, which have nothing to do with any provider here.
fn authorities(home: &Path) -> PathBuf {
    let stranger = rcgen::generate_simple_self_signed([String::from("localhost")]).unwrap();
    let file = home.join("authorities.pem");
    std::fs::write(&file, stranger.cert.pem()).unwrap();
    file
}

fn session_command(home: &Path, test: &str, mounts: Mounts) -> Command {
    // The keyring prints its environment on standard output, which is the test's here.
    const SCRIPT: &str = "printf %s warifu | gnome-keyring-daemon --unlock --components=secrets \
                          >/dev/null 2>&1 || exit 97; exec \"$0\" \"$@\"";
    let mut command = match mounts {
        Mounts::Shared => Command::new("dbus-run-session"),
        Mounts::Own => {
            let mut unshare = Command::new("unshare");
            unshare.args(["--map-root-user", "--mount", "dbus-run-session"]);
            unshare
        }
    };
    command
        .args(["--", "sh", "-c", SCRIPT])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(INSIDE, home)
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("SSL_CERT_FILE", authorities(home))
        .env_remove("SSL_CERT_DIR")
        // Only a token that a flow makes is there.
        .env("SOFTHSM2_CONF", home.join("softhsm2.conf"))
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .stdin(Stdio::null());
    command
}
