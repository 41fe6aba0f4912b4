//! Between the look that allows a certificate and the write that keeps it, a key signs that may be slow.
//! Everything may happen meanwhile, and everybody else goes on.

use std::{
    path::Path,
    pin::Pin,
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use warifu_pki::{FileKey, Issuer, PublicKey, Signer, SigningError};
use warifu_protocol::{CertificateAnswer, ErrorCode, IssuanceRequest, SecretText};

use super::{NOW, PASSPHRASE, Person, Withdrawal, World, address, code, request};
use crate::{
    domain::{authenticate::Credentials, issuance, renewal, transfer},
    error::Error,
};

/// In front of a key: while it is shut, whoever wants a signature waits.
#[derive(Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    is_shut: bool,
    waiting: usize,
}

impl Gate {
    fn shut(&self) {
        self.state.lock().unwrap().is_shut = true;
    }

    fn open(&self) {
        self.state.lock().unwrap().is_shut = false;
        self.changed.notify_all();
    }

    fn waiting(&self) -> usize {
        self.state.lock().unwrap().waiting
    }

    fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.waiting += 1;
        while state.is_shut {
            state = self.changed.wait(state).unwrap();
        }
        state.waiting -= 1;
    }
}

/// The key of the folder behind a [`Gate`]: as slow as a device, when a test wants it.
pub(super) struct SlowKey {
    key: FileKey,
    gate: Arc<Gate>,
}

impl SlowKey {
    pub(super) fn issuer(dir: &Path, gate: Arc<Gate>) -> Issuer {
        let pem = std::fs::read_to_string(dir.join("authority.key")).unwrap();
        let key = FileKey::open(&pem, PASSPHRASE).unwrap();
        let certificate = CertificateDer::from_pem_file(dir.join("authority.pem")).unwrap();
        Issuer::new(certificate, Box::new(Self { key, gate })).unwrap()
    }
}

impl Signer for SlowKey {
    fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        self.gate.pass();
        self.key.sign(message)
    }
}

type Answer = Result<CertificateAnswer, Error>;
type Request = Pin<Box<dyn Future<Output = Answer> + Send>>;

const LONG: Duration = Duration::from_secs(30);

impl World {
    /// Lets requests go as far as their signatures, lets something happen, then lets the key sign.
    async fn while_signing<const N: usize>(
        &self,
        requests: [Request; N],
        happen: impl Future<Output = ()>,
    ) -> [Answer; N] {
        self.gate.shut();
        let running = requests.map(tokio::spawn);
        let all_wait = async {
            while self.gate.waiting() < N {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(LONG, all_wait).await.unwrap();
        happen.await;
        assert!(running.iter().all(|running| !running.is_finished()));
        self.gate.open();
        let mut answers = Vec::new();
        for running in running {
            answers.push(running.await.unwrap());
        }
        answers.try_into().unwrap()
    }

    /// What a request gets while nobody signs.
    async fn without_signing(&self, request: Request) -> Answer {
        self.gate.shut();
        let answer = tokio::time::timeout(LONG, request).await;
        self.gate.open();
        answer.expect("it waited for a signature")
    }

    async fn grant(&self, person: &Person) -> SecretText {
        self.enrol(person, None).await.unwrap().ticket
    }

    fn issue(&self, grant: &SecretText, request: &IssuanceRequest) -> Request {
        let (backend, grant, request) = (Arc::clone(&self.backend), grant.clone(), request.clone());
        Box::pin(async move { issuance::issue(&backend, grant, request, address()).await })
    }

    fn renew(&self, who: &Credentials, request: &IssuanceRequest) -> Request {
        let (backend, who, request) = (Arc::clone(&self.backend), who.clone(), request.clone());
        Box::pin(async move { renewal::renew(&backend, who, request).await })
    }

    /// A session whose certificate may be renewed.
    async fn renewable(&self) -> (Person, Credentials) {
        let (person, who) = self.logged_in(&[]).await;
        let (row, soon) = (person.row, NOW + 86_400);
        let sql = format!("UPDATE certificate SET not_after = {soon} WHERE account = {row}");
        self.write(move |tx| tx.tamper(&sql)).await;
        (person, who)
    }

    /// How many certificates there are, and what the record says of them.
    async fn certified(&self) -> [i64; 3] {
        [
            self.count("SELECT count(*) FROM certificate").await,
            self.count("SELECT count(*) FROM audit WHERE act = 'certificate-issued'").await,
            self.count("SELECT count(*) FROM audit WHERE act = 'certificate-renewed'").await,
        ]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_withdrawn_while_the_key_signs_gets_no_certificate_and_leaves_none() {
    let world = World::new().await;
    for between in Withdrawal::ALL {
        let person = world.user(&[]).await;
        let grant = world.grant(&person).await;
        let before = world.certified().await;
        let issued = [world.issue(&grant, &request().0)];
        let [issued] = world.while_signing(issued, world.withdraw(&person, between)).await;
        assert_eq!(code(issued), ErrorCode::EnrolmentExpired, "{between:?}");
        assert_eq!(world.certified().await, before, "{between:?}");

        let (person, who) = world.renewable().await;
        let before = world.certified().await;
        let renewed = [world.renew(&who, &request().0)];
        let [renewed] = world.while_signing(renewed, world.withdraw(&person, between)).await;
        let expected = match between {
            Withdrawal::Suspension => ErrorCode::AccountSuspended,
            Withdrawal::Reset | Withdrawal::PasswordChange => ErrorCode::SessionEnded,
            Withdrawal::Reissue | Withdrawal::Revocation | Withdrawal::Deletion => {
                ErrorCode::CertificateRevoked
            }
        };
        assert_eq!(code(renewed), expected, "{between:?}");
        assert_eq!(world.certified().await, before, "{between:?}");

        let (person, who) = world.logged_in(&[]).await;
        let given = transfer::start(&world.backend, who).await.unwrap().code;
        let grant = world.enrol(&person, Some(given)).await.unwrap().ticket;
        let before = world.certified().await;
        let issued = [world.issue(&grant, &request().0)];
        let [issued] = world.while_signing(issued, world.withdraw(&person, between)).await;
        issued.unwrap_err();
        assert_eq!(world.certified().await, before, "{between:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_replaced_while_the_key_signs_brings_no_certificate() {
    let world = World::new().await;
    let (person, who) = world.logged_in(&[]).await;
    let first = transfer::start(&world.backend, who.clone()).await.unwrap().code;
    let grant = world.enrol(&person, Some(first)).await.unwrap().ticket;
    let before = world.certified().await;
    let issued = [world.issue(&grant, &request().0)];
    let replaced = async { drop(transfer::start(&world.backend, who).await.unwrap()) };
    let [issued] = world.while_signing(issued, replaced).await;
    assert_eq!(code(issued), ErrorCode::EnrolmentExpired);
    assert_eq!(world.certified().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_that_is_signed_for_twice_gets_one_certificate_also_when_its_answer_is_lost() {
    let world = World::new().await;
    let person = world.user(&[]).await;
    let (grant, (first, _)) = (world.grant(&person).await, request());
    let twice = [world.issue(&grant, &first), world.issue(&grant, &first)];
    let [one, other] = world.while_signing(twice, async {}).await;
    let issued = one.unwrap().certificate;
    assert_eq!(other.unwrap().certificate, issued);
    assert_eq!(world.certified().await, [1, 1, 0]);
    let again = world.without_signing(world.issue(&grant, &first)).await;
    assert_eq!(again.unwrap().certificate, issued);

    let (_, who) = world.renewable().await;
    let (next, _) = request();
    let twice = [world.renew(&who, &next), world.renew(&who, &next)];
    let [one, other] = world.while_signing(twice, async {}).await;
    let renewed = one.unwrap().certificate;
    assert_eq!(other.unwrap().certificate, renewed);
    assert_eq!(world.certified().await, [3, 2, 1]);
    let again = world.without_signing(world.renew(&who, &next)).await;
    assert_eq!(again.unwrap().certificate, renewed);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_right_that_two_keys_are_signed_for_brings_one_certificate() {
    let world = World::new().await;
    let person = world.user(&[]).await;
    let grants = [world.grant(&person).await, world.grant(&person).await];
    let two = grants.each_ref().map(|grant| world.issue(grant, &request().0));
    let answers = world.while_signing(two, async {}).await;
    let (issued, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(issued.len(), 1);
    assert_eq!(refused.into_iter().map(code).collect::<Vec<_>>(), [ErrorCode::AlreadyIssued]);
    assert_eq!(world.certified().await, [1, 1, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_of_two_users_is_certified_for_one() {
    let world = World::new().await;
    let (own, others) = (world.user(&[]).await, world.user(&[]).await);
    let grants = [world.grant(&own).await, world.grant(&others).await];
    let (same, _) = request();
    let two = grants.each_ref().map(|grant| world.issue(grant, &same));
    let answers = world.while_signing(two, async {}).await;
    let (issued, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(issued.len(), 1);
    assert_eq!(refused.into_iter().map(code).collect::<Vec<_>>(), [ErrorCode::InvalidRequest]);
    assert_eq!(world.certified().await, [1, 1, 0]);
}

/// On one thread for all: whoever signed on it, or kept a transaction open, would stop the login.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_key_that_takes_long_holds_nobody_else_up() {
    let world = World::new().await;
    let (person, other) = (world.user(&[]).await, world.enrolled(&[]).await);
    let grant = world.grant(&person).await;
    let (_, who) = world.renewable().await;
    let before = world.count("SELECT count(*) FROM session").await;
    let requests = [world.issue(&grant, &request().0), world.renew(&who, &request().0)];
    let log_in = async {
        let login = tokio::time::timeout(LONG, world.log_in(&other));
        drop(login.await.unwrap().unwrap());
        assert_eq!(world.count("SELECT count(*) FROM session").await, before + 1);
    };
    for answer in world.while_signing(requests, log_in).await {
        answer.unwrap();
    }
    assert_eq!(world.certified().await, [4, 3, 1]);
}
