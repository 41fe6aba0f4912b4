//! The key in SoftHSM's tokens. A module is started once in a process and keeps its configuration, so
//! each test runs itself again in a process of its own, with a folder of its own.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier as _};
use warifu_pki::{AuthorityProfile, Issuer, Signer};
use warifu_token::{PinSource, Place, TokenError, TokenKey};
use zeroize::Zeroizing;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const FOLDER: &str = "WARIFU_TOKEN_TEST_FOLDER";
const PIN: &str = "0418-pin";
const MESSAGE: &[u8] = b"a certificate";

/// A folder with SoftHSM's tokens in it.
struct Hsm {
    dir: PathBuf,
}

impl Hsm {
    /// Runs the body of the test of that name where SoftHSM knows a folder of its own, with one token.
    fn alone(name: &str, body: impl FnOnce(&Self)) {
        if let Some(dir) = env::var_os(FOLDER) {
            return body(&Self { dir: dir.into() });
        }
        let dir = tempfile::tempdir().unwrap();
        let hsm = Self { dir: dir.path().to_owned() };
        fs::create_dir(hsm.tokens()).unwrap();
        let text =
            format!("directories.tokendir = {}\nlog.level = ERROR\n", hsm.tokens().display());
        fs::write(hsm.configuration(), text).unwrap();
        hsm.add_token("warifu");
        fs::write(hsm.pin_file(), PIN).unwrap();
        let mut again = Command::new(env::current_exe().unwrap());
        again.args(["--exact", name, "--nocapture", "--test-threads=1"]);
        again.env(FOLDER, &hsm.dir).env("SOFTHSM2_CONF", hsm.configuration());
        let output = again.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("1 passed"), "{said}\n{complained}");
    }

    fn tokens(&self) -> PathBuf {
        self.dir.join("tokens")
    }

    fn configuration(&self) -> PathBuf {
        self.dir.join("softhsm2.conf")
    }

    fn pin_file(&self) -> PathBuf {
        self.dir.join("pin")
    }

    fn run(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(program);
        command.args(arguments).env("SOFTHSM2_CONF", self.configuration());
        let output = command.output().unwrap();
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.status.success(), "{program} {arguments:?}: {said}");
        said
    }

    fn add_token(&self, label: &str) {
        let arguments =
            ["--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "0418-so"];
        self.run("softhsm2-util", &arguments);
    }

    fn tool(&self, arguments: &[&str]) -> String {
        let login = ["--module", MODULE, "--token-label", "warifu", "--login", "--pin", PIN];
        self.run("pkcs11-tool", &[&login[..], arguments].concat())
    }

    /// The PIN's file, read at each login.
    fn pin(&self) -> PinSource {
        let file = self.pin_file();
        Box::new(move || {
            fs::read_to_string(&file).map(Zeroizing::new).map_err(|error| error.to_string())
        })
    }

    fn open(&self, place: &Place) -> Result<TokenKey, TokenError> {
        TokenKey::open(place.clone(), self.pin())
    }

    fn make(&self, place: &Place) -> Result<TokenKey, TokenError> {
        TokenKey::make(place.clone(), self.pin())
    }

    /// Takes every token out, or puts them in again.
    fn carry(&self, from: &Path, to: &Path) {
        for token in fs::read_dir(from).unwrap() {
            let token = token.unwrap();
            fs::rename(token.path(), to.join(token.file_name())).unwrap();
        }
    }

    fn outside(&self) -> PathBuf {
        let outside = self.dir.join("outside");
        fs::create_dir_all(&outside).unwrap();
        outside
    }
}

fn place() -> Place {
    Place {
        module: MODULE.into(),
        token: String::from("warifu"),
        key: String::from("authority"),
        id: None,
    }
}

fn signs(key: &TokenKey) -> Result<(), TokenError> {
    let signature = key.sign(MESSAGE).map_err(|error| {
        let why = std::error::Error::source(&error).unwrap();
        why.downcast_ref::<TokenError>().unwrap().clone()
    })?;
    let verifier = VerifyingKey::from_sec1_bytes(key.public_key().point()).unwrap();
    verifier.verify(MESSAGE, &Signature::from_der(&signature).unwrap()).unwrap();
    Ok(())
}

/// Lets the key sign until it does.
fn signs_soon(key: &TokenKey) {
    let end = Instant::now() + Duration::from_secs(30);
    while let Err(error) = signs(key) {
        assert!(Instant::now() < end, "{error}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_key_that_was_made_is_found_again_and_cannot_leave() {
    Hsm::alone("a_key_that_was_made_is_found_again_and_cannot_leave", |hsm| {
        let absent = TokenError::NoKey { token: "warifu".into(), key: "authority".into() };
        assert_eq!(hsm.open(&place()).unwrap_err(), absent);
        let made = hsm.make(&place()).unwrap();
        signs(&made).unwrap();
        let public_key = made.public_key().clone();
        drop(made);
        let taken = TokenError::Taken { token: "warifu".into(), key: "authority".into() };
        assert_eq!(hsm.make(&place()).unwrap_err(), taken);
        let found = hsm.open(&place()).unwrap();
        assert_eq!(*found.public_key(), public_key);
        signs(&found).unwrap();
        let seen = hsm.tool(&["--list-objects", "--type", "privkey"]);
        assert!(seen.contains("sensitive") && seen.contains("never extractable"), "{seen}");
    });
}

#[test]
fn an_authority_issues_its_certificate_with_it() {
    Hsm::alone("an_authority_issues_its_certificate_with_it", |hsm| {
        let key = Box::new(hsm.make(&place()).unwrap());
        let profile = AuthorityProfile::new("割符");
        let issuer = Issuer::create(&profile, key, [1; 16], 1_795_000_000).unwrap();
        let file = hsm.dir.join("authority.der");
        fs::write(&file, issuer.certificate()).unwrap();
        let file = file.to_str().unwrap();
        let pem = hsm.run("openssl", &["x509", "-inform", "der", "-in", file]);
        let anchor = hsm.dir.join("authority.pem");
        fs::write(&anchor, pem).unwrap();
        let anchor = anchor.to_str().unwrap();
        let said = hsm.run(
            "openssl",
            &["verify", "-check_ss_sig", "-no_check_time", "-CAfile", anchor, anchor],
        );
        assert!(said.contains("OK"), "{said}");
        // The same key, opened again, belongs to the certificate; another one does not.
        let certificate = issuer.certificate().clone();
        drop(issuer);
        Issuer::new(certificate.clone(), Box::new(hsm.open(&place()).unwrap())).unwrap();
        let other = Place { key: String::from("other"), ..place() };
        let other = Box::new(hsm.make(&other).unwrap());
        Issuer::new(certificate, other).unwrap_err();
    });
}

#[test]
fn what_is_not_there_is_named() {
    Hsm::alone("what_is_not_there_is_named", |hsm| {
        for module in
            ["/usr/lib/softhsm/none.so", "/etc/hostname", "/lib/x86_64-linux-gnu/libm.so.6"]
        {
            let refused = hsm.open(&Place { module: module.into(), ..place() }).unwrap_err();
            assert!(
                matches!(&refused, TokenError::Module { path, .. } if *path == Path::new(module)),
                "{refused}"
            );
        }
        let none = hsm.open(&Place { token: String::from("none"), ..place() }).unwrap_err();
        assert_eq!(none, TokenError::NoToken("none".into()));
        hsm.add_token("twice");
        hsm.add_token("twice");
        let twice = hsm.open(&Place { token: String::from("twice"), ..place() }).unwrap_err();
        assert_eq!(twice, TokenError::SeveralTokens("twice".into()));
        fs::remove_file(hsm.pin_file()).unwrap();
        let refused = hsm.open(&place()).unwrap_err();
        assert!(matches!(refused, TokenError::NoPin(_)), "{refused}");
    });
}

#[test]
fn keys_of_one_label_are_told_apart_by_their_id_and_other_curves_are_none() {
    let name = "keys_of_one_label_are_told_apart_by_their_id_and_other_curves_are_none";
    Hsm::alone(name, |hsm| {
        let made = |kind: &str, label: &str, id: &str| {
            let arguments =
                ["--keypairgen", "--key-type", kind, "--label", label, "--id", id, "--usage-sign"];
            hsm.tool(&arguments);
        };
        made("EC:prime256v1", "authority", "01");
        made("EC:prime256v1", "authority", "02");
        made("EC:secp384r1", "wide", "03");
        let several = TokenError::SeveralKeys { token: "warifu".into(), key: "authority".into() };
        assert_eq!(hsm.open(&place()).unwrap_err(), several);
        let of = |id: u8| {
            let key = hsm.open(&Place { id: Some(vec![id]), ..place() }).unwrap();
            signs(&key).unwrap();
            key.public_key().clone()
        };
        assert_ne!(of(1), of(2));
        let wide = hsm.open(&Place { key: String::from("wide"), ..place() }).unwrap_err();
        assert!(matches!(wide, TokenError::NoKey { .. }), "{wide}");
    });
}

#[test]
fn a_wrong_pin_is_not_tried_again_and_the_right_one_helps() {
    Hsm::alone("a_wrong_pin_is_not_tried_again_and_the_right_one_helps", |hsm| {
        let key = hsm.make(&place()).unwrap();
        fs::write(hsm.pin_file(), "wrong-pin").unwrap();
        // Who is logged in stays so.
        signs(&key).unwrap();
        lose_sessions();
        let wrong = TokenError::WrongPin("warifu".into());
        assert_eq!(signs(&key).unwrap_err(), wrong);
        // It is the right one from here on, but nobody tries it.
        hsm.tool(&["--change-pin", "--new-pin", "wrong-pin"]);
        let end = Instant::now() + Duration::from_millis(2500);
        while Instant::now() < end {
            assert_eq!(signs(&key).unwrap_err(), wrong);
            thread::sleep(Duration::from_millis(20));
        }
        let back = ["--module", MODULE, "--token-label", "warifu", "--login", "--pin", "wrong-pin"];
        hsm.run("pkcs11-tool", &[&back[..], &["--change-pin", "--new-pin", PIN]].concat());
        fs::write(hsm.pin_file(), PIN).unwrap();
        signs_soon(&key);
    });
}

/// Ends every session of this process, as a token does that was restarted.
fn lose_sessions() {
    let module = Pkcs11::new(MODULE).unwrap();
    module.clone().finalize().unwrap();
    module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).unwrap();
}

/// Ends the login of this process; its sessions stay.
fn log_out() {
    let module = Pkcs11::new(MODULE).unwrap();
    for slot in module.get_slots_with_initialized_token().unwrap() {
        module.open_ro_session(slot).unwrap().logout().unwrap();
    }
}

#[test]
fn a_session_that_was_lost_is_replaced_before_anybody_notices() {
    Hsm::alone("a_session_that_was_lost_is_replaced_before_anybody_notices", |hsm| {
        let key = hsm.make(&place()).unwrap();
        for _ in 0..5 {
            lose_sessions();
            signs(&key).unwrap();
            log_out();
            signs(&key).unwrap();
        }
        // The module itself was ended.
        Pkcs11::new(MODULE).unwrap().finalize().unwrap();
        signs(&key).unwrap();
    });
}

#[test]
fn more_threads_than_sessions_sign_while_sessions_are_lost() {
    Hsm::alone("more_threads_than_sessions_sign_while_sessions_are_lost", |hsm| {
        let key = hsm.make(&place()).unwrap();
        thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| (0..25).for_each(|_| signs(&key).unwrap()));
            }
        });
        lose_sessions();
        thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| (0..25).for_each(|_| signs(&key).unwrap()));
            }
        });
    });
}

/// As when the configuration is read again: the next one is opened before the last one is dropped.
#[test]
fn a_second_key_comes_and_goes_while_the_first_signs() {
    Hsm::alone("a_second_key_comes_and_goes_while_the_first_signs", |hsm| {
        let key = hsm.make(&place()).unwrap();
        thread::scope(|scope| {
            let signing: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| (0..300).for_each(|_| signs(&key).unwrap())))
                .collect();
            while !signing.iter().all(thread::ScopedJoinHandle::is_finished) {
                signs(&hsm.open(&place()).unwrap()).unwrap();
            }
        });
    });
}

#[test]
fn a_second_key_with_another_pin_is_refused_while_the_first_signs() {
    Hsm::alone("a_second_key_with_another_pin_is_refused_while_the_first_signs", |hsm| {
        let key = hsm.make(&place()).unwrap();
        fs::write(hsm.pin_file(), "wrong-pin").unwrap();
        let other = TokenError::OtherPin("warifu".into());
        assert_eq!(hsm.open(&place()).unwrap_err(), other);
        signs(&key).unwrap();
        fs::write(hsm.pin_file(), PIN).unwrap();
        signs(&hsm.open(&place()).unwrap()).unwrap();
        signs(&key).unwrap();
        // Changed in the token as well: only a login tells, and the open one has to end first.
        hsm.tool(&["--change-pin", "--new-pin", "next-pin"]);
        fs::write(hsm.pin_file(), "next-pin").unwrap();
        assert_eq!(hsm.open(&place()).unwrap_err(), other);
        lose_sessions();
        signs(&key).unwrap();
        signs(&hsm.open(&place()).unwrap()).unwrap();
        drop(key);
        fs::write(hsm.pin_file(), PIN).unwrap();
        assert_eq!(hsm.open(&place()).unwrap_err(), TokenError::WrongPin("warifu".into()));
    });
}

#[test]
fn a_token_that_was_taken_out_is_named_and_signs_when_it_is_back() {
    Hsm::alone("a_token_that_was_taken_out_is_named_and_signs_when_it_is_back", |hsm| {
        let key = hsm.make(&place()).unwrap();
        let outside = hsm.outside();
        hsm.carry(&hsm.tokens(), &outside);
        lose_sessions();
        assert_eq!(signs(&key).unwrap_err(), TokenError::NoToken("warifu".into()));
        hsm.carry(&outside, &hsm.tokens());
        signs_soon(&key);
        // Another token of that label, with another key of that label.
        hsm.carry(&hsm.tokens(), &outside);
        hsm.add_token("warifu");
        lose_sessions();
        hsm.tool(&[
            "--keypairgen",
            "--key-type",
            "EC:prime256v1",
            "--label",
            "authority",
            "--id",
            "07",
            "--usage-sign",
        ]);
        let end = Instant::now() + Duration::from_secs(30);
        while signs(&key).unwrap_err() != TokenError::OtherKey("warifu".into()) {
            assert!(Instant::now() < end);
        }
    });
}
