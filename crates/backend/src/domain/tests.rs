//! The rules, each on a backend without listeners. The world and its people are here; what is tried on them
//! is in one file for each subject.

mod administration;
mod codes;
mod enrolment;
mod own_account;
mod passwords;
mod sessions;
mod signing;
mod sso;
mod tries;
mod withdrawals;

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rcgen::{CertificateParams, KeyPair, PublicKeyData as _};
use tempfile::TempDir;
use warifu_pki::thumbprint;
use warifu_protocol::{
    CustomerNumber, Device, EnrolmentAnswer, EnrolmentRequest, ErrorCode, ImportedUser,
    IssuanceRequest, LoginAnswer, LoginRequest, NewUser, OwnPasswordChange, Permission, SecretText,
    Thumbprint, TransferCode, UserAction, UserActionRequest, UserId, UserImport,
};
use warifu_store::{
    Store, StoreError, Tx,
    tables::{
        account::{self, User},
        certificate, customer,
    },
};

use self::signing::{Gate, SlowKey};
use super::{
    accounts,
    authenticate::{Credentials, Peer},
    credentials::{change, lanes::hash_now},
    issuance, login, renewal,
    session::{self, Ended},
    transfer,
};
use crate::{
    config::Config,
    domain::Backend,
    error::Error,
    folder::{self, Plan},
};

const PASSWORD: &str = "Sakura2026#";
const PASSPHRASE: &str = "a passphrase for this test";
const NEW_PASSWORD: &str = "Momiji2027#";
const DAY: i64 = 86_400;
const YEAR: i64 = 365 * DAY;
const NOW: i64 = 1_800_000_000;

/// A backend without listeners, one customer, and users who are made as they are needed.
struct World {
    _dir: TempDir,
    backend: Arc<Backend>,
    /// In front of the authority's key.
    gate: Arc<Gate>,
    customer: i64,
    clock: Arc<AtomicI64>,
    users: AtomicU32,
}

/// A user of the world, and what a PC would hold.
#[derive(Clone)]
struct Person {
    id: UserId,
    row: i64,
    peer: Peer,
}

fn text(text: &str) -> SecretText {
    SecretText::from(text.to_owned())
}

fn address() -> IpAddr {
    "192.0.2.1".parse().unwrap()
}

fn number() -> CustomerNumber {
    "10000001".parse().unwrap()
}

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> ErrorCode {
    match result.unwrap_err() {
        Error::Refused(code, _) => code,
        Error::Internal(why) | Error::Unready(why) => panic!("{why}"),
    }
}

fn request() -> (IssuanceRequest, Thumbprint) {
    let key = KeyPair::generate().unwrap();
    let csr = CertificateParams::default().serialize_request(&key).unwrap();
    let request = IssuanceRequest { csr: STANDARD.encode(csr.der()), device: Device::default() };
    (request, thumbprint(&key.subject_public_key_info()))
}

impl World {
    async fn new() -> Self {
        Self::configured("").await
    }

    /// One whose configuration has these sections instead of the permissions and entries of `init`.
    async fn configured(sections: &str) -> Self {
        let parent = tempfile::tempdir().unwrap();
        let passphrase = parent.path().join("passphrase");
        std::fs::write(&passphrase, PASSPHRASE).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let private = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(&passphrase, private).unwrap();
        }
        let dir = parent.path().join("provider");
        let plan = Plan {
            dir: dir.clone(),
            service_name: "test".parse().unwrap(),
            server_names: vec!["localhost".parse().unwrap()],
            enrolment: "127.0.0.1:1".parse().unwrap(),
            service: "127.0.0.1:2".parse().unwrap(),
            passphrase_file: Some(passphrase),
            token: None,
        };
        folder::init(&plan, NOW, |_| Ok(())).await.unwrap();
        let file = dir.join("warifu.toml");
        let written = std::fs::read_to_string(&file).unwrap();
        if !sections.is_empty() {
            let (before, _) = written.split_once("\n[[permission]]").unwrap();
            std::fs::write(&file, format!("{before}\n{sections}")).unwrap();
        }
        let config = Config::load(&dir).unwrap();
        let gate = Arc::new(Gate::default());
        let issuer = SlowKey::issuer(&dir, Arc::clone(&gate));
        let store = match warifu_store::database_for_tests() {
            Some(server) => Store::create_on(&server).unwrap(),
            None => folder::open_store_to_serve(&dir, NOW).unwrap(),
        };
        let clock = Arc::new(AtomicI64::new(NOW));
        let told = Arc::clone(&clock);
        let told = Arc::new(move || told.load(Ordering::SeqCst));
        let backend = Backend::new(config, store, issuer, told).unwrap();
        let backend = Arc::new(backend.with_web_keys(PASSPHRASE.to_owned().into()));
        let add = |tx: &Tx| customer::insert(tx, &number(), "test", NOW);
        let customer = backend.store.write(add).await.unwrap();
        Self { _dir: parent, backend, gate, customer, clock, users: 0.into() }
    }

    /// Moves the backend's clock.
    fn advance(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    /// A user with a password of their own and nothing else; with every permission if asked.
    async fn user(&self, permissions: &'static [&'static str]) -> Person {
        let count = self.users.fetch_add(1, Ordering::Relaxed);
        let id: UserId = format!("user{count:03}").parse().unwrap();
        let (user_id, customer) = (id.clone(), self.customer);
        let row = self
            .write(move |tx| {
                let permissions: Vec<Permission> =
                    permissions.iter().map(|name| name.parse().unwrap()).collect();
                let new = account::NewUser {
                    user_id: &user_id,
                    name: None,
                    department: None,
                    email: None,
                    is_primary: false,
                    password_hash: &hash_now(PASSWORD).unwrap(),
                    permissions: &permissions,
                    subject: &format!("{count:032x}"),
                };
                let row = account::insert(tx, customer, &new, NOW)?;
                tx.tamper(&format!("UPDATE account SET password_initial = 0 WHERE id = {row}"))?;
                Ok(row)
            })
            .await;
        Person { id, row, peer: Peer { address: address(), certificate: None } }
    }

    /// The same, with a certificate.
    async fn enrolled(&self, permissions: &'static [&'static str]) -> Person {
        let person = self.user(permissions).await;
        let grant = self.enrol(&person, None).await.unwrap().ticket;
        let (request, key) = request();
        issuance::issue(&self.backend, grant, request, address()).await.unwrap();
        let find = move |tx: &Tx| certificate::by_public_key(tx, &key);
        let certificate = self.backend.store.read(find).await.unwrap().unwrap();
        let peer = Peer { address: address(), certificate: Some(certificate.thumbprint) };
        Person { peer, ..person }
    }

    /// The same, with an open session.
    async fn logged_in(&self, permissions: &'static [&'static str]) -> (Person, Credentials) {
        let person = self.enrolled(permissions).await;
        let LoginAnswer::LoggedIn(session) = self.log_in(&person).await.unwrap() else {
            panic!("the password must be changed");
        };
        let who = Credentials { peer: person.peer.clone(), token: session.token };
        (person, who)
    }

    async fn enrol(
        &self,
        person: &Person,
        transfer_code: Option<TransferCode>,
    ) -> Result<EnrolmentAnswer, Error> {
        let request = EnrolmentRequest {
            customer_number: number(),
            user_id: person.id.clone(),
            password: text(PASSWORD),
            public_key: None,
            transfer_code,
        };
        issuance::start(&self.backend, request, address()).await
    }

    async fn log_in(&self, person: &Person) -> Result<LoginAnswer, Error> {
        let request = LoginRequest { password: text(PASSWORD) };
        login::log_in(&self.backend, &person.peer, request).await
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&Tx) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.backend.store.write(work).await.unwrap()
    }

    async fn count(&self, sql: &'static str) -> i64 {
        let count = move |tx: &Tx| tx.number(sql);
        self.backend.store.read::<_, StoreError>(count).await.unwrap()
    }

    async fn found(&self, person: &Person) -> User {
        let row = person.row;
        self.backend.store.read(move |tx| account::get(tx, row)).await.unwrap()
    }

    /// Everything that opens a door, of everybody.
    async fn doors(&self) -> [i64; 4] {
        [
            self.count("SELECT count(*) FROM session").await,
            self.count("SELECT count(*) FROM enrolment_grant").await,
            self.count("SELECT count(*) FROM transfer").await,
            self.count("SELECT count(*) FROM certificate").await,
        ]
    }

    /// Runs a writer; between its proof and its write, `between` happens to the person.
    async fn interrupted<T: Send + 'static>(
        &self,
        person: &Person,
        between: Withdrawal,
        writer: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        let held = self.backend.passwords.hold();
        let running = tokio::spawn(writer);
        while !self.backend.passwords.has_waiting() && !running.is_finished() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(!running.is_finished(), "the writer verified nothing");
        self.withdraw(person, between).await;
        drop(held);
        running.await.unwrap()
    }

    /// Runs a writer that needs no password: the writing thread is busy until `between` has happened.
    async fn queued<T: Send + 'static>(
        &self,
        person: &Person,
        between: Withdrawal,
        writer: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        let (begun, mut begins) = tokio::sync::mpsc::unbounded_channel();
        let (go, going) = std::sync::mpsc::channel::<()>();
        let (store, row) = (self.backend.store.clone(), person.row);
        let held = tokio::spawn(async move {
            store
                .write(move |tx| {
                    begun.send(()).unwrap();
                    let _ = going.recv();
                    between.happen(tx, row)
                })
                .await
        });
        begins.recv().await.unwrap();
        let running = tokio::spawn(writer);
        tokio::task::yield_now().await;
        go.send(()).unwrap();
        held.await.unwrap().unwrap();
        running.await.unwrap()
    }

    async fn withdraw(&self, person: &Person, between: Withdrawal) {
        let row = person.row;
        self.write(move |tx| between.happen(tx, row)).await;
    }
}

fn revoke(tx: &Tx, row: i64) -> Result<(), StoreError> {
    certificate::revoke_of_account(tx, row, None, NOW)?;
    session::end_all_access(tx, row, NOW)
}

/// What takes a user's access away.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Withdrawal {
    Suspension,
    Reset,
    Reissue,
    Revocation,
    Deletion,
    PasswordChange,
}

impl Withdrawal {
    const ALL: [Self; 6] = [
        Self::Suspension,
        Self::Reset,
        Self::Reissue,
        Self::Revocation,
        Self::Deletion,
        Self::PasswordChange,
    ];

    fn happen(self, tx: &Tx, row: i64) -> Result<(), StoreError> {
        let user = account::get(tx, row)?;
        match self {
            Self::Suspension => accounts::suspend(tx, &user, NOW),
            Self::Reset => {
                accounts::reset_password(tx, &user, &hash_now("Other2026#").unwrap(), NOW)
            }
            Self::Reissue => {
                revoke(tx, row)?;
                account::set_may_issue(tx, row, true)
            }
            Self::Revocation => revoke(tx, row),
            Self::Deletion => {
                revoke(tx, row)?;
                accounts::delete(tx, &user, NOW)
            }
            // As another window of the user does it.
            Self::PasswordChange => {
                let hash = hash_now("Other2026#").unwrap();
                change::replace(tx, &user, &hash, change::Initial(false), NOW)?;
                session::end(tx, row, Ended::All, NOW).map(drop)
            }
        }
    }
}

/// The same rules over the other database, where this test starts a server.
#[cfg(target_os = "linux")]
#[test]
fn the_rules_hold_on_postgresql_too() {
    warifu_store::again_on_postgresql(&["domain::tests::", "mail::", "audit::"]);
}
