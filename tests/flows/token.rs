//! The authority's key in a token: what it signs, and what becomes of it while a backend serves.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread,
};

use serde_json::{Value, json};
use system_tests::{
    backend::Said as _,
    clock::time_travel,
    wait::{PATIENCE, until_async},
};
use warifu_client::{Enrolment, view::IdentityView};
use warifu_protocol::ErrorCode;

use crate::{
    attacker::Door,
    check::seen,
    metrics,
    provider::Provider,
    world::{DAY, PASSWORD, Pc, World, flow},
};

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "0418-pin";

/// SoftHSM with one token, which everything in this session finds.
struct Hsm {
    dir: PathBuf,
}

impl Hsm {
    fn new(world: &World) -> Self {
        let hsm = Self { dir: world.dir.clone() };
        fs::create_dir(hsm.tokens()).unwrap();
        let text = format!("directories.tokendir = {}\n", hsm.tokens().display());
        fs::write(hsm.dir.join("softhsm2.conf"), text).unwrap();
        let mut initialize = Command::new("softhsm2-util");
        initialize.args(["--init-token", "--free", "--label", "warifu"]);
        let made = initialize.args(["--pin", PIN, "--so-pin", "0418-so"]).output().unwrap();
        assert!(made.status.success(), "{made:?}");
        hsm.write_pin(PIN);
        hsm
    }

    fn tokens(&self) -> PathBuf {
        self.dir.join("tokens")
    }

    fn pin(&self) -> PathBuf {
        self.dir.join("pin")
    }

    fn write_pin(&self, pin: &str) {
        fs::write(self.pin(), pin).unwrap();
        fs::set_permissions(self.pin(), fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn take_out(&self) {
        fs::rename(self.tokens(), self.dir.join("outside")).unwrap();
        fs::create_dir(self.tokens()).unwrap();
    }

    fn put_back(&self) {
        fs::remove_dir(self.tokens()).unwrap();
        fs::rename(self.dir.join("outside"), self.tokens()).unwrap();
    }

    /// A provider whose authority's key is made in it.
    fn provider(&self, world: &World) -> Provider {
        self.provider_in(world, "provider", &[])
    }

    fn provider_in(&self, world: &World, name: &str, more: &[&str]) -> Provider {
        let pin = self.pin();
        let token = ["--pkcs11-module", MODULE, "--pkcs11-token", "warifu", "--pin-file"];
        let all = [&token[..], &[pin.to_str().unwrap()], more].concat();
        let provider = Provider::set_up(world, name, &all);
        assert!(!provider.dir().join("authority.key").exists());
        provider
    }
}

/// A backend that runs as a program of its own, until it is dropped.
struct Serving {
    child: Child,
    said: mpsc::Receiver<String>,
    log: mpsc::Receiver<String>,
}

impl Serving {
    fn start(provider: &Provider) -> Self {
        let mut command = provider.command(&["serve"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let said = lines(child.stdout.take().unwrap());
        let log = lines(child.stderr.take().unwrap());
        let serving = Self { child, said, log };
        serving.listens();
        serving
    }

    /// Waits until it says where it listens, once more after a reload.
    fn listens(&self) {
        let line = self.said.recv_timeout(PATIENCE).unwrap();
        assert!(line.contains("enrolment"), "{line}");
    }

    fn hang_up(&self) {
        let sent = Command::new("kill").args(["-HUP", &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// The next line of the log that says so; none says the PIN.
    fn logs(&self, part: &str) -> String {
        loop {
            let line = self.log.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no {part:?}"));
            assert!(!line.contains(PIN), "{line}");
            if line.contains(part) {
                return line;
            }
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(from: impl std::io::Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

fn openssl(arguments: &[&str], files: &[&Path]) -> String {
    let mut command = Command::new("openssl");
    let Output { stdout, stderr, .. } = command.args(arguments).args(files).output().unwrap();
    String::from_utf8([stdout, stderr].concat()).unwrap()
}

/// A new user on a PC of their own, who lacks only the certificate.
async fn ready(world: &World, provider: &Provider, name: &str) -> (Pc, Enrolment) {
    let user = provider.add_customer(name);
    let (pc, profile) = world.pc_with_profile(name, provider).await;
    let initial = user.initial_password.clone();
    let mut enrolment = pc.start_enrolment(profile, &user, initial).await.unwrap();
    enrolment.change_password(PASSWORD.to_owned().into()).await.unwrap();
    (pc, enrolment)
}

/// A new user obtains a certificate and logs in with it.
async fn issues(world: &World, provider: &Provider, name: &str) -> (Pc, IdentityView) {
    let (pc, enrolment) = ready(world, provider, name).await;
    let identity = enrolment.issue(|_| {}).await.unwrap();
    pc.log_in(&identity).await;
    (pc, identity)
}

/// What `check` finds wrong with the authority, and with nothing else.
fn wrong(provider: &Provider) -> String {
    let (told, content) = seen(&mut provider.command(&["check"]));
    let wrong: Vec<_> = told.iter().filter(|[state, ..]| state == "wrong").collect();
    let [[_, about, text]] = wrong[..] else { panic!("{told:#?}") };
    assert!(!content && about == "authority" && !text.contains(PIN), "{told:#?}");
    text.clone()
}

async fn phone(provider: &Provider) -> String {
    let door = Door::of(provider, "enrolment_url", None);
    let (_, policy) = door.ask("GET", "/v1/policy", None, &Value::Null).await.unwrap();
    policy["provider"]["contact"]["phone"].as_str().unwrap().to_owned()
}

#[test]
fn what_the_token_signs_opens_the_door_and_is_revoked() {
    flow(async |world| {
        let hsm = Hsm::new(&world);
        let provider = hsm.provider(&world).restart(&world).await;
        let user = provider.add_customer("kanri01");
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        let identity = pc.issue(profile, &user).await;
        pc.log_in(&identity).await;

        let thumbprint = identity.certificate.as_ref().unwrap().thumbprint.as_str();
        let shown = provider.json(&["certificate", "show", thumbprint, "--json"]);
        let (anchor, issued) = (provider.dir().join("authority.pem"), world.dir.join("issued.pem"));
        fs::write(&issued, shown["pem"].as_str().unwrap()).unwrap();
        let said = openssl(&["verify", "-purpose", "sslclient", "-CAfile"], &[&anchor, &issued]);
        assert!(said.contains("OK"), "{said}");

        provider.revoke(&user);
        let list = world.dir.join("list.pem");
        provider.run(&["crl", "--pem", "--output", list.to_str().unwrap()]);
        let checked = ["verify", "-crl_check", "-CRLfile", list.to_str().unwrap(), "-CAfile"];
        let said = openssl(&checked, &[&anchor, &issued]);
        assert!(said.contains("certificate revoked"), "{said}");
        let refused = pc.prove(&identity).await.map(drop);
        assert_eq!(refused.unwrap_err().code, ErrorCode::CertificateRevoked);
        provider.stop().await;
    });
}

#[test]
fn a_reload_needs_the_token_too_and_a_wrong_pin_changes_nothing() {
    flow(async |world| {
        let hsm = Hsm::new(&world);
        let provider = hsm.provider(&world);
        let serving = Serving::start(&provider);
        issues(&world, &provider, "first").await;

        provider.edit(|text| text.replace("0120-000-000", "0120-111-111"));
        serving.hang_up();
        serving.listens();
        assert_eq!(phone(&provider).await, "0120-111-111");
        issues(&world, &provider, "second").await;

        provider.edit(|text| text.replace("0120-111-111", "0120-222-222"));
        hsm.write_pin("wrong-pin");
        serving.hang_up();
        let refused = serving.logs("is not taken");
        assert!(refused.contains("the PIN is not the one that opened token warifu"), "{refused}");
        assert_eq!(phone(&provider).await, "0120-111-111");
        issues(&world, &provider, "third").await;

        hsm.write_pin(PIN);
        provider.edit(|text| text.replace(MODULE, "/usr/lib/softhsm/none.so"));
        serving.hang_up();
        let refused = serving.logs("is not taken");
        assert!(refused.contains("none.so cannot be loaded"), "{refused}");
        issues(&world, &provider, "fourth").await;

        provider.edit(|text| text.replace("/usr/lib/softhsm/none.so", MODULE));
        serving.hang_up();
        serving.listens();
        assert_eq!(phone(&provider).await, "0120-222-222");
        issues(&world, &provider, "fifth").await;
    });
}

#[test]
fn while_the_token_is_out_users_are_told_to_try_again_and_the_log_says_why() {
    flow(async |world| {
        let hsm = Hsm::new(&world);
        let provider = hsm.provider(&world);
        let (port, section) = metrics::address();
        provider.configure("", &section);
        let serving = Serving::start(&provider);
        let (old_pc, identity) = issues(&world, &provider, "first").await;
        let (pc, enrolment) = ready(&world, &provider, "second").await;

        hsm.take_out();
        let failure = enrolment.issue(|_| {}).await.unwrap_err();
        assert_eq!(failure.code, ErrorCode::BackendBusy);
        let line = serving.logs("there is no token warifu");
        assert!(line.contains(failure.details.request_id.as_deref().unwrap()), "{line}");
        let told = metrics::metrics(port).await;
        // Its own fault, however kindly it is said: what an alarm may look at.
        let failed = metrics::value(&told, "warifu_issuances_total{outcome=\"failed\"}");
        assert!((0.5..1.5).contains(&failed), "{told}");
        let door = Door::of(&provider, "enrolment_url", None);
        let (status, problem) = door.ask("GET", "/v1/crl", None, &Value::Null).await.unwrap();
        assert_eq!((status, problem["code"].as_str()), (503, Some("backend-busy")));
        assert!(!problem.to_string().contains("token"), "{problem}");
        assert!(wrong(&provider).contains("there is no token warifu"));
        // Who has a certificate needs no signature.
        old_pc.log_in(&identity).await;
        serving.hang_up();
        let refused = serving.logs("is not taken");
        assert!(refused.contains("token warifu"), "{refused}");
        old_pc.log_in(&identity).await;

        // It is back, and lets nobody in.
        hsm.write_pin("wrong-pin");
        hsm.put_back();
        let said = until_async("the token is looked for", PATIENCE, async || {
            let failure = enrolment.issue(|_| {}).await.unwrap_err();
            assert_eq!(failure.code, ErrorCode::BackendBusy);
            let line = serving.logs(failure.details.request_id.as_deref().unwrap());
            Ok((!line.contains("there is no token")).then_some(line))
        });
        let said = said.await.unwrap();
        assert!(said.contains("the PIN of token warifu is wrong"), "{said}");
        assert!(wrong(&provider).contains("the PIN of token warifu is wrong"));

        hsm.write_pin(PIN);
        let issued = until_async("the right PIN is read", PATIENCE, async || {
            match enrolment.issue(|_| {}).await {
                Ok(issued) => Ok(Some(issued)),
                Err(failure) if failure.code == ErrorCode::BackendBusy => Ok(None),
                Err(failure) => Err(anyhow::anyhow!("{failure:?}")),
            }
        });
        pc.log_in(&issued.await.unwrap()).await;
        let (status, _) = door.ask("GET", "/v1/crl", None, &Value::Null).await.unwrap();
        assert_eq!(status, 200);
        let (told, content) = seen(&mut provider.command(&["check"]));
        assert!(content, "{told:#?}");
        serving.hang_up();
        serving.listens();
        issues(&world, &provider, "third").await;
    });
}

#[test]
fn status_says_how_long_the_authority_lasts_and_where_its_key_is() {
    flow(async |world| {
        let in_file = world.provider().await.stopped().await;
        let status = in_file.json(&["authority", "status", "--json"]);
        let file = in_file.dir().join("authority.key");
        assert_eq!(status["key"], json!({ "kind": "file", "file": file }));

        let hsm = Hsm::new(&world);
        let provider = hsm.provider_in(&world, "beside", &["--pkcs11-key-id", "0a0B"]);
        // It needs no token.
        hsm.take_out();
        let status = provider.json(&["authority", "status", "--json"]);
        let key = json!({
            "kind": "token", "module": MODULE, "token": "warifu", "key": "warifu-authority", "key_id": "0a0b",
        });
        assert_eq!(status["key"], key);
        assert!((3640..=3660).contains(&status["days_left"].as_i64().unwrap()), "{status}");
        let (until, full) = (&status["not_after"], &status["full_validity_until"]);
        assert_eq!(until.as_i64().unwrap() - full.as_i64().unwrap(), 365 * DAY);
        let anchor = provider.dir().join("authority.pem");
        let said = openssl(&["x509", "-noout", "-fingerprint", "-sha256", "-in"], &[&anchor]);
        let thumbprint = status["thumbprint"].as_str().unwrap().to_uppercase();
        assert!(said.replace(':', "").contains(&thumbprint), "{said}");

        let text = provider.run(&["authority", "status"]);
        let key = format!("Its key: warifu-authority (0a0b) in token warifu, by {MODULE}\n");
        assert!(text.contains(&key) && text.contains(" days left"), "{text}");
        assert!(text.contains("CN=サンプル電子債権サービス 認証局"), "{text}");
        let late = time_travel("+4000d").unwrap();
        let ended = provider.command(&["authority", "status"]).envs(late).said().unwrap();
        assert!(ended.contains("it has ended"), "{ended}");
    });
}

#[test]
fn a_backend_that_was_given_a_wrong_pin_starts_with_the_right_one() {
    flow(async |world| {
        let hsm = Hsm::new(&world);
        let provider = hsm.provider(&world);
        hsm.write_pin("wrong-pin");
        let refused = provider.refusal(&["serve"]);
        assert!(refused.contains("the PIN of token warifu is wrong"), "{refused}");
        assert!(wrong(&provider).contains("the PIN of token warifu is wrong"));
        fs::remove_file(hsm.pin()).unwrap();
        assert!(wrong(&provider).contains("the token's PIN cannot be read"));
        hsm.write_pin(PIN);
        provider.edit(|text| text.replace(MODULE, "/usr/lib/softhsm/none.so"));
        assert!(wrong(&provider).contains("/usr/lib/softhsm/none.so cannot be loaded"));
        provider.edit(|text| text.replace("/usr/lib/softhsm/none.so", MODULE));
        let provider = provider.restart(&world).await;
        issues(&world, &provider, "kanri01").await;
        provider.stop().await;
    });
}
