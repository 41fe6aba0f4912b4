//! Between a proof and the write that redeems it, everything may happen: each writer is stopped there,
//! each withdrawal is made, and nothing comes to be.

mod administration;
mod codes;
mod enrolment;
mod passwords;
mod sessions;

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
    StoreError, Tx,
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

mod signing;

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
        Error::Internal(why) => panic!("{why}"),
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
        };
        folder::init(&plan, NOW, |_| Ok(())).await.unwrap();
        let config = Config::load(&dir).unwrap();
        let gate = Arc::new(Gate::default());
        let issuer = SlowKey::issuer(&dir, Arc::clone(&gate));
        let store = folder::open_store_to_serve(&dir, NOW).unwrap();
        let clock = Arc::new(AtomicI64::new(NOW));
        let told = Arc::clone(&clock);
        let told = Arc::new(move || told.load(Ordering::SeqCst));
        let backend = Backend::new(config, store, issuer, told).unwrap();
        let backend = Arc::new(backend);
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
                    email: None,
                    is_primary: false,
                    password_hash: &hash_now(PASSWORD).unwrap(),
                    permissions: &permissions,
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
    session::end_all_access(tx, row)
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
                session::end(tx, Ended::OfUser(row)).map(drop)
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enrolment_is_refused_if_its_password_or_user_is_gone_when_it_is_written() {
    let world = World::new().await;
    for between in Withdrawal::ALL {
        let person = world.user(&[]).await;
        let before = world.doors().await;
        let request = EnrolmentRequest {
            customer_number: number(),
            user_id: person.id.clone(),
            password: text(PASSWORD),
            public_key: None,
            transfer_code: None,
        };
        let backend = Arc::clone(&world.backend);
        let start = async move { issuance::start(&backend, request, address()).await };
        let started = world.interrupted(&person, between, start).await;
        // Without a certificate neither a reissue nor a revocation takes anything away.
        if matches!(between, Withdrawal::Reissue | Withdrawal::Revocation) {
            started.unwrap();
            continue;
        }
        let expected = if between == Withdrawal::Suspension {
            ErrorCode::AccountSuspended
        } else {
            ErrorCode::AuthenticationFailed
        };
        assert_eq!(code(started), expected, "{between:?}");
        assert_eq!(world.doors().await, before, "{between:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_refused_if_what_it_proved_is_gone_when_it_is_written() {
    let world = World::new().await;
    for between in Withdrawal::ALL {
        let person = world.enrolled(&[]).await;
        let before = world.doors().await;
        let (backend, peer) = (Arc::clone(&world.backend), person.peer.clone());
        let request = LoginRequest { password: text(PASSWORD) };
        let log_in = async move { login::log_in(&backend, &peer, request).await };
        let refused = code(world.interrupted(&person, between, log_in).await);
        let expected = match between {
            Withdrawal::Suspension => ErrorCode::AccountSuspended,
            Withdrawal::Reset | Withdrawal::PasswordChange | Withdrawal::Deletion => {
                ErrorCode::AuthenticationFailed
            }
            Withdrawal::Reissue | Withdrawal::Revocation => ErrorCode::CertificateRevoked,
        };
        assert_eq!(refused, expected, "{between:?}");
        let opened = world.doors().await.into_iter().zip(before).any(|(now, then)| now > then);
        assert!(!opened, "{between:?}");
        // A right password never counts as a wrong one, whatever came between.
        let user = world.found(&person).await;
        assert_eq!((user.failed_count, user.unverified_count), (0, 0), "{between:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_password_is_refused_if_its_grant_is_gone_when_it_is_written() {
    let world = World::new().await;
    for between in Withdrawal::ALL {
        // Before the first certificate.
        let person = world.user(&[]).await;
        let row = person.row;
        let initial = move |tx: &Tx| {
            tx.tamper(&format!("UPDATE account SET password_initial = 1 WHERE id = {row}"))
        };
        world.write(initial).await;
        let grant = world.enrol(&person, None).await.unwrap().ticket;
        let backend = Arc::clone(&world.backend);
        let changed = async move {
            change::before_issuance(&backend, address(), grant, text(NEW_PASSWORD)).await
        };
        let hash = world.found(&person).await.password_hash;
        world.interrupted(&person, between, changed).await.unwrap_err();
        let after = world.found(&person).await;
        let untouched = [Withdrawal::Suspension, Withdrawal::Reissue, Withdrawal::Revocation];
        assert_eq!(after.password_hash == hash, untouched.contains(&between), "{between:?}");

        // At a login with an expired password.
        let person = world.enrolled(&[]).await;
        let row = person.row;
        let expired = move |tx: &Tx| {
            tx.tamper(&format!("UPDATE account SET password_set_at = 0 WHERE id = {row}"))
        };
        world.write(expired).await;
        let LoginAnswer::PasswordChangeRequired { ticket: grant, .. } =
            world.log_in(&person).await.unwrap()
        else {
            panic!("an expired password opened a session");
        };
        let before = world.count("SELECT count(*) FROM session").await;
        let (backend, peer) = (Arc::clone(&world.backend), person.peer.clone());
        let changed =
            async move { change::at_login(&backend, peer, grant, text(NEW_PASSWORD)).await };
        world.interrupted(&person, between, changed).await.unwrap_err();
        assert_eq!(world.count("SELECT count(*) FROM session").await, before, "{between:?}");

        // As the user wishes.
        let (person, who) = world.logged_in(&[]).await;
        let grant = change::start_wished(&world.backend, who.clone()).await.unwrap().ticket;
        let backend = Arc::clone(&world.backend);
        let request = OwnPasswordChange {
            ticket: grant,
            current_password: text(PASSWORD),
            new_password: text(NEW_PASSWORD),
        };
        let changed = async move { change::wished(&backend, who, request).await };
        world.interrupted(&person, between, changed).await.unwrap_err();
        let generation = world.found(&person).await.password_generation;
        let others = [Withdrawal::Reset, Withdrawal::PasswordChange].contains(&between);
        assert_eq!(generation, 1 + i64::from(others), "{between:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_certified_renewed_or_handed_on_after_a_withdrawal() {
    let world = World::new().await;
    for between in Withdrawal::ALL {
        let person = world.user(&[]).await;
        let grant = world.enrol(&person, None).await.unwrap().ticket;
        let before = world.count("SELECT count(*) FROM certificate").await;
        let backend = Arc::clone(&world.backend);
        let issued = async move { issuance::issue(&backend, grant, request().0, address()).await };
        world.queued(&person, between, issued).await.unwrap_err();
        assert_eq!(world.count("SELECT count(*) FROM certificate").await, before, "{between:?}");

        let (person, who) = world.logged_in(&[]).await;
        let row = person.row;
        let soon = move |tx: &Tx| {
            let end = NOW + 86_400;
            tx.tamper(&format!("UPDATE certificate SET not_after = {end} WHERE account = {row}"))
        };
        world.write(soon).await;
        let before = world.doors().await;
        let (backend, asked) = (Arc::clone(&world.backend), who.clone());
        let renewed = async move { renewal::renew(&backend, asked, request().0).await };
        world.queued(&person, between, renewed).await.unwrap_err();
        assert_eq!(world.doors().await[3], before[3], "{between:?}");

        let (person, who) = world.logged_in(&[]).await;
        let (backend, asked) = (Arc::clone(&world.backend), who.clone());
        let code = async move { transfer::start(&backend, asked).await };
        world.queued(&person, between, code).await.unwrap_err();
        let (person, who) = world.logged_in(&[]).await;
        let (backend, asked) = (Arc::clone(&world.backend), who.clone());
        let opened = async move { change::start_wished(&backend, asked).await };
        world.queued(&person, between, opened).await.unwrap_err();
        assert_eq!(world.count("SELECT count(*) FROM transfer").await, 0, "{between:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_who_is_none_any_more_changes_nobody() {
    let world = World::new().await;
    let others = world.user(&[]).await;
    for between in Withdrawal::ALL {
        let (person, who) = world.logged_in(&["user-administration"]).await;
        let users = world.count("SELECT count(*) FROM account").await;
        let hash = world.found(&others).await.password_hash;
        let new = |id: &str| NewUser {
            user_id: id.parse().unwrap(),
            email: None,
            permissions: Vec::new(),
            initial_password: None,
        };
        let by = accounts::administrator(&world.backend, who.clone()).await.unwrap();
        let backend = Arc::clone(&world.backend);
        let created = async move { accounts::create(&backend, by, new("late01")).await };
        world.interrupted(&person, between, created).await.unwrap_err();

        let (person, who) = world.logged_in(&["user-administration"]).await;
        let by = accounts::administrator(&world.backend, who.clone()).await.unwrap();
        let backend = Arc::clone(&world.backend);
        let users_of_file = ["late02", "late03"].map(new).map(|user| ImportedUser { row: 2, user });
        let file = UserImport { users: users_of_file.to_vec(), dry_run: false };
        let imported = async move { accounts::import(&backend, by, file).await };
        world.interrupted(&person, between, imported).await.unwrap_err();

        let (person, who) = world.logged_in(&["user-administration"]).await;
        let by = accounts::administrator(&world.backend, who.clone()).await.unwrap();
        let (backend, id) = (Arc::clone(&world.backend), others.id.clone());
        let version = world.found(&others).await.version;
        let request = UserActionRequest {
            action: UserAction::ResetPassword,
            version,
            reset_password: false,
            initial_password: None,
        };
        let reset = async move { accounts::act(&backend, by, id, request).await };
        world.interrupted(&person, between, reset).await.unwrap_err();
        assert_eq!(world.found(&others).await.password_hash, hash, "{between:?}");
        let made = world.count("SELECT count(*) FROM account").await - users;
        assert_eq!(made, 2, "only the two administrators: {between:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_replaced_is_worth_nothing_to_whoever_proved_it() {
    let world = World::new().await;
    let (person, who) = world.logged_in(&[]).await;
    let first = transfer::start(&world.backend, who.clone()).await.unwrap().code;
    let spy = world.enrol(&person, Some(first)).await.unwrap().ticket;
    let second = transfer::start(&world.backend, who).await.unwrap().code;
    let refused = issuance::issue(&world.backend, spy, request().0, address()).await;
    assert_eq!(code(refused), ErrorCode::EnrolmentExpired);
    let own = world.enrol(&person, Some(second)).await.unwrap().ticket;
    issuance::issue(&world.backend, own, request().0, address()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_ended_hands_nothing_on() {
    let world = World::new().await;
    let (person, who) = world.logged_in(&[]).await;
    let given = transfer::start(&world.backend, who).await.unwrap().code;
    let grant = world.enrol(&person, Some(given)).await.unwrap().ticket;
    let row = person.row;
    let ended = move |tx: &Tx| {
        let end = NOW - 1;
        tx.tamper(&format!("UPDATE certificate SET not_after = {end} WHERE account = {row}"))
    };
    world.write(ended).await;
    let refused = issuance::issue(&world.backend, grant, request().0, address()).await;
    assert_eq!(code(refused), ErrorCode::TransferCodeInvalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn right_passwords_never_lock_however_often_the_line_is_cut() {
    let world = World::new().await;
    let person = world.enrolled(&[]).await;
    for _ in 0..12 {
        let held = world.backend.passwords.hold();
        let (backend, peer) = (Arc::clone(&world.backend), person.peer.clone());
        let request = LoginRequest { password: text(PASSWORD) };
        let cut = tokio::spawn(async move { login::log_in(&backend, &peer, request).await });
        while !world.backend.passwords.has_waiting() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        cut.abort();
        drop(held);
    }
    world.log_in(&person).await.unwrap();
    assert_eq!(world.found(&person).await.failed_count, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_counts_though_nobody_waits_for_the_answer_and_the_lock_is_recorded() {
    let world = World::new().await;
    let person = world.enrolled(&[]).await;
    let mut cut = Vec::new();
    let held = world.backend.passwords.hold();
    for number in 0..5 {
        let (backend, peer) = (Arc::clone(&world.backend), person.peer.clone());
        let request = LoginRequest { password: text(&format!("Guess#{number:04}")) };
        let guess = tokio::spawn(async move { login::log_in(&backend, &peer, request).await });
        cut.push(guess);
    }
    while !world.backend.passwords.has_waiting() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // Until each is under way as a piece of work of its own.
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    cut.iter().for_each(tokio::task::JoinHandle::abort);
    drop(held);
    let waited = tokio::time::timeout(Duration::from_secs(30), async {
        while world.found(&person).await.wrong_passwords() < 5 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    waited.await.unwrap();
    assert_eq!(code(world.log_in(&person).await), ErrorCode::AccountLocked);
    assert_eq!(world.count("SELECT count(*) FROM audit WHERE act = 'locked'").await, 1);
    let refused = "SELECT count(*) FROM audit WHERE act = 'login-refused'";
    assert_eq!(world.count(refused).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_finds_no_place_has_not_tried() {
    let world = World::new().await;
    let person = world.enrolled(&[]).await;
    let held = world.backend.passwords.hold();
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..300 {
        let (backend, peer) = (Arc::clone(&world.backend), person.peer.clone());
        let request = LoginRequest { password: text(PASSWORD) };
        tries.spawn(async move { login::log_in(&backend, &peer, request).await });
    }
    let busy = tries.join_next().await.unwrap().unwrap();
    assert_eq!(code(busy), ErrorCode::BackendBusy);
    drop(held);
    while let Some(done) = tries.join_next().await {
        match done.unwrap() {
            Ok(_) | Err(Error::Refused(ErrorCode::BackendBusy, _)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(world.found(&person).await.failed_count, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_process_left_without_a_verdict_is_given_back() {
    let world = World::new().await;
    let person = world.enrolled(&[]).await;
    let row = person.row;
    let died = move |tx: &Tx| {
        let counts = "failed_count = 4, unverified_count = 3";
        tx.tamper(&format!("UPDATE account SET {counts} WHERE id = {row}"))
    };
    world.write(died).await;
    assert_eq!(world.write(login::forget_unverified).await, 1);
    let user = world.found(&person).await;
    assert_eq!((user.failed_count, user.unverified_count), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_began_in_the_future_is_not_believed() {
    let world = World::new().await;
    let (_, who) = world.logged_in(&[]).await;
    for ahead in [YEAR, 2 * 86_400, 600] {
        let moved = move |tx: &Tx| {
            let at = NOW + ahead;
            tx.tamper(&format!(
                "UPDATE session SET opened_at = {at}, last_used_at = {at}, ends_at = {at} + 28800"
            ))
        };
        world.write(moved).await;
        let asked = login::session(&world.backend, who.clone()).await;
        assert_eq!(code(asked), ErrorCode::SessionEnded, "{ahead}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_has_a_bounded_number_of_sessions_and_grants() {
    let world = World::new().await;
    let (person, who) = world.logged_in(&[]).await;
    for _ in 0..20 {
        world.log_in(&person).await.unwrap();
        let opened = change::start_wished(&world.backend, who.clone()).await;
        if let Err(error) = opened {
            let ended = matches!(error, Error::Refused(ErrorCode::SessionEnded, _));
            assert!(ended, "{error:?}");
        }
    }
    let [sessions, grants, ..] = world.doors().await;
    assert!(sessions <= 16 && grants <= 8, "{sessions} sessions, {grants} grants");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_user_keeps_no_secret() {
    let world = World::new().await;
    let person = world.enrolled(&[]).await;
    world.withdraw(&person, Withdrawal::Reset).await;
    world.withdraw(&person, Withdrawal::Deletion).await;
    let user = world.found(&person).await;
    assert_eq!((user.password_hash.as_str(), user.email), ("", None));
    assert_eq!(world.count("SELECT count(*) FROM password_history").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_of_certificates_and_right_passwords_are_recorded_and_bounded() {
    let world = World::new().await;
    let person = world.enrolled(&[]).await;
    // The right password, from a PC that gets nothing for it.
    for _ in 0..15 {
        assert_eq!(code(world.enrol(&person, None).await), ErrorCode::AlreadyIssued);
    }
    let rows = "SELECT count(*) FROM audit WHERE act = 'enrolment-refused'";
    assert_eq!(world.count(rows).await, 5);
    world.withdraw(&person, Withdrawal::Revocation).await;
    for _ in 0..20 {
        let refused = code(login::identity(&world.backend, &person.peer).await);
        super::refusals::note_request(&world.backend, &person.peer, refused).await.unwrap();
    }
    let (stop, stopped) = tokio::sync::watch::channel(true);
    super::refusals::run(Arc::clone(&world.backend), stopped).await;
    drop(stop);
    for (act, total) in [("enrolment-refused", 15), ("access-refused", 20)] {
        let sum = move |tx: &Tx| {
            tx.number(&format!(
                "SELECT sum(coalesce(times, 1)) FROM audit
                 WHERE act = '{act}' AND reason IS NOT NULL"
            ))
        };
        assert_eq!(world.backend.store.read::<_, StoreError>(sum).await.unwrap(), total, "{act}");
    }
}
