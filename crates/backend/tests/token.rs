//! The authority's key in a token of SoftHSM, from `init` to a restored backup.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "0418-pin";
const FOLDER: &str = "provider";

/// A backend's folder beside the folder of SoftHSM's tokens.
struct Hsm {
    dir: tempfile::TempDir,
}

impl Hsm {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let hsm = Self { dir };
        fs::create_dir(hsm.path("tokens")).unwrap();
        let text = format!("directories.tokendir = {}\n", hsm.path("tokens").display());
        fs::write(hsm.path("softhsm2.conf"), text).unwrap();
        let arguments =
            ["--init-token", "--free", "--label", "warifu", "--pin", PIN, "--so-pin", "0418-so"];
        said(&hsm.run("softhsm2-util", &arguments));
        hsm.write_pin(PIN);
        hsm
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write_pin(&self, pin: &str) {
        fs::write(self.path("pin"), pin).unwrap();
        fs::set_permissions(self.path("pin"), fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.dir.path()).stdin(Stdio::null());
        command.env("SOFTHSM2_CONF", self.path("softhsm2.conf"));
        // A key in a token wants none.
        command.env_remove("WARIFU_AUTHORITY_PASSPHRASE");
        command
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        self.command(program, arguments).output().unwrap()
    }

    fn backend(&self, arguments: &[&str]) -> Output {
        self.run(env!("CARGO_BIN_EXE_warifu-backend"), arguments)
    }

    fn init(&self, folder: &str, more: &[&str]) -> Output {
        let all = [
            "init",
            "--dir",
            folder,
            "--pkcs11-module",
            MODULE,
            "--pkcs11-token",
            "warifu",
            "--pin-file",
            "pin",
        ];
        self.backend(&[&all[..], more].concat())
    }

    fn check(&self) -> Output {
        self.backend(&["check", "--dir", FOLDER])
    }

    /// Has the authority sign a revocation list, and OpenSSL verify it.
    fn signs(&self, folder: &str) {
        said(&self.backend(&["crl", "--dir", folder, "--output", "list.crl"]));
        let anchor = format!("{folder}/authority.pem");
        let arguments = ["crl", "-inform", "der", "-in", "list.crl", "-CAfile", &anchor, "-noout"];
        let output = self.run("openssl", &arguments);
        assert!(String::from_utf8_lossy(&output.stderr).contains("verify OK"), "{output:?}");
    }
}

/// What a command that did its work said.
fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What a command that failed complained of; `check` does so in its list.
fn complaint(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8([&*output.stdout, &*output.stderr].concat()).unwrap();
    assert!(!text.contains(PIN), "{text}");
    text
}

fn changed(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(file, text.replace(from, to)).unwrap();
}

#[test]
fn init_makes_the_key_in_the_token_and_nothing_of_it_is_in_the_folder() {
    let hsm = Hsm::new();
    said(&hsm.init(FOLDER, &[]));
    assert!(!hsm.path(FOLDER).join("authority.key").exists());
    let checked = said(&hsm.check());
    assert!(checked.contains("its key in the token signs"), "{checked}");
    hsm.signs(FOLDER);
}

#[test]
fn a_second_authority_takes_a_key_only_if_it_is_told_to() {
    let hsm = Hsm::new();
    let absent = complaint(&hsm.init(FOLDER, &["--take-key"]));
    assert!(absent.contains("token warifu has no key warifu-authority"), "{absent}");
    said(&hsm.init(FOLDER, &[]));
    let refused = complaint(&hsm.init("second", &[]));
    assert!(refused.contains("--take-key"), "{refused}");
    assert!(!hsm.path("second").exists());
    said(&hsm.init("second", &["--take-key"]));
    hsm.signs("second");
    said(&hsm.init("third", &["--pkcs11-key", "third", "--pkcs11-key-id", "0a0B"]));
    hsm.signs("third");
    // The certificate belongs to another key.
    let file = hsm.path(FOLDER).join("warifu.toml");
    changed(&file, "key = \"warifu-authority\"", "key = \"third\"");
    let refused = complaint(&hsm.check());
    assert!(refused.contains("do not belong together"), "{refused}");
    // As written by `openssl` or a hand that slipped: wrong usage, and nothing is made.
    let refused = hsm.init("fourth", &["--pkcs11-key-id", "0"]);
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
}

#[test]
fn what_is_missing_is_named_by_check_and_serve() {
    let hsm = Hsm::new();
    said(&hsm.init(FOLDER, &[]));
    let file = hsm.path(FOLDER).join("warifu.toml");
    let both = |expected: &str| {
        for command in ["check", "serve"] {
            let refused = complaint(&hsm.backend(&[command, "--dir", FOLDER]));
            assert!(refused.contains(expected), "{command}: {refused}");
        }
    };
    hsm.write_pin("wrong-pin");
    both("the PIN of token warifu is wrong");
    hsm.write_pin(PIN);
    said(&hsm.check());
    fs::set_permissions(hsm.path("pin"), fs::Permissions::from_mode(0o644)).unwrap();
    both("others can read or change");
    fs::remove_file(hsm.path("pin")).unwrap();
    both("the token's PIN cannot be read");
    hsm.write_pin(PIN);
    fs::rename(hsm.path("tokens"), hsm.path("outside")).unwrap();
    fs::create_dir(hsm.path("tokens")).unwrap();
    both("there is no token warifu");
    fs::remove_dir(hsm.path("tokens")).unwrap();
    fs::rename(hsm.path("outside"), hsm.path("tokens")).unwrap();
    changed(&file, MODULE, "/usr/lib/softhsm/none.so");
    both("/usr/lib/softhsm/none.so cannot be loaded");
    changed(&file, "/usr/lib/softhsm/none.so", "none.so");
    both("authority.pkcs11.module");
}

#[test]
fn a_backup_has_no_key_and_is_restored_beside_the_token() {
    let hsm = Hsm::new();
    said(&hsm.init(FOLDER, &[]));
    said(&hsm.backend(&["backup", "--dir", FOLDER, "copy"]));
    assert!(!hsm.path("copy").join("authority.key").exists());
    said(&hsm.backend(&["restore", "copy", "--dir", "restored"]));
    hsm.signs("restored");
}

/// A backend that serves until it is dropped.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_backend_that_serves_signs_in_the_token_and_apps_trust_it() {
    let hsm = Hsm::new();
    said(&hsm.init(FOLDER, &[]));
    let file = hsm.path(FOLDER).join("warifu.toml");
    changed(&file, "enrolment_listen = \"127.0.0.1:8443\"", "enrolment_listen = \"127.0.0.1:0\"");
    changed(&file, "service_listen = \"127.0.0.1:8444\"", "service_listen = \"127.0.0.2:0\"");
    let mut command =
        hsm.command(env!("CARGO_BIN_EXE_warifu-backend"), &["serve", "--dir", FOLDER]);
    let mut serving = Serving(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(serving.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let addresses: Value = serde_json::from_str(&line).unwrap();
    let url = format!("{}/v1/crl", addresses["enrolment"].as_str().unwrap());
    let anchor = format!("{FOLDER}/authority.pem");
    said(&hsm.run("curl", &["-sSf", "--cacert", &anchor, "-o", "served.crl", &url]));
    let arguments = ["crl", "-inform", "der", "-in", "served.crl", "-CAfile", &anchor, "-noout"];
    let output = hsm.run("openssl", &arguments);
    assert!(String::from_utf8_lossy(&output.stderr).contains("verify OK"), "{output:?}");
}
