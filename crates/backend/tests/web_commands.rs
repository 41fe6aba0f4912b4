//! The command line of the login that opens services: secrets shown once, keys that take turns, and what
//! `web check` sees of a service that is not set up as it should be.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "all of this program is tests")]

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    process::{Child, Command, Output, Stdio},
    thread,
};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use warifu_platform::port;

const PASSPHRASE: &str = "a passphrase for this test";

fn program(arguments: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_warifu-backend"));
    program
        .args(arguments)
        .env("USER", "tester")
        .env("WARIFU_AUTHORITY_PASSPHRASE", PASSPHRASE)
        .env_remove("WARIFU_OPERATOR")
        .stdin(Stdio::null());
    program
}

/// A backend's folder, and the ports that it serves on.
struct Backend {
    place: tempfile::TempDir,
    web: u16,
}

/// A backend that serves until it is dropped.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Backend {
    fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        let [enrolment, service, web] = port::reserve().unwrap();
        let backend = Self { place, web };
        let listen = [enrolment, service].map(|port| format!("127.0.0.1:{port}"));
        let made = backend
            .command(&["init", "--enrolment-listen", &listen[0], "--service-listen", &listen[1]])
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        backend
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program(arguments);
        command.arg("--dir").arg(self.place.path().join("backend"));
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Adds sections to what `init` wrote, and the section `[web]`.
    fn configure(&self, sections: &str) {
        let path = self.place.path().join("backend/warifu.toml");
        let text = fs::read_to_string(&path).unwrap();
        let text = text.split_once("\n# added\n").map_or(text.as_str(), |(before, _)| before);
        let web = self.web;
        let section =
            format!("[web]\nurl = \"http://localhost:{web}\"\nlisten = \"127.0.0.1:{web}\"");
        fs::write(&path, format!("{text}\n# added\n{section}\n{sections}")).unwrap();
    }

    fn serve(&self) -> Serving {
        let mut child = self.command(&["serve"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let announced: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(announced["web"], format!("127.0.0.1:{}", self.web));
        Serving(child)
    }
}

const HASH: &str = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

fn client(id: &str, lines: &str) -> String {
    format!(
        "[[client]]\nid = '{id}'\ntitle = {{ ja = 'a', en = 'b' }}\nauthentication = \
         'client_secret_basic'\nsecret_hash = '{HASH}'\n{lines}\n"
    )
}

#[test]
fn a_clients_secret_is_shown_once_with_the_line_that_keeps_its_hash() {
    let secret = || {
        let output = program(&["web", "client", "secret", "claims", "--json"]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let (first, second) = (secret(), secret());
    assert_ne!(first["secret"], second["secret"]);
    let text = first["secret"].as_str().unwrap();
    assert_eq!(text.len(), 43);
    let digest = Sha256::digest(text.as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(first["secret_hash"], format!("sha256:{hex}"));
    let output = program(&["web", "client", "secret", "claims"]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("\nsecret_hash = \"sha256:"), "{said}");
    let output = program(&["web", "client", "secret", "No Client"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn keys_take_turns_and_one_in_others_hands_is_gone_at_once() {
    let backend = Backend::new();
    backend.configure("");
    let states = |keys: &Value| -> Vec<String> {
        let keys = keys.as_array().unwrap().iter();
        keys.map(|key| key["state"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(states(&backend.json(&["web", "keys", "list", "--json"])).len(), 0);
    assert_eq!(states(&backend.json(&["web", "keys", "rotate", "--json"])), ["active"]);
    let two = backend.json(&["web", "keys", "rotate", "--json"]);
    let mut found = states(&two);
    found.sort();
    assert_eq!(found, ["active", "next"]);
    // Asked for again, the next one stays.
    assert_eq!(backend.json(&["web", "keys", "rotate", "--json"]), two);
    let one = backend.json(&["web", "keys", "rotate", "--now", "--json"]);
    assert_eq!(states(&one), ["active"]);
    let kids = |keys: &Value| -> Vec<Value> {
        keys.as_array().unwrap().iter().map(|key| key["kid"].clone()).collect()
    };
    assert!(!kids(&two).contains(&kids(&one)[0]));
    let record = backend.json(&["audit", "list", "--json"]);
    let rotated =
        record.as_array().unwrap().iter().filter(|row| row["act"] == "signing-key-rotated");
    assert_eq!(rotated.count(), 2);
}

#[test]
fn nobody_is_logged_in_and_nothing_waits_at_first() {
    let backend = Backend::new();
    for what in ["sessions", "logouts"] {
        assert_eq!(backend.json(&["web", what, "--json"]).as_array().unwrap().len(), 0, "{what}");
    }
    let nobody = ["--customer", "10000001", "--user", "nobody"];
    let output = backend.run(&[&["web", "sessions"][..], &nobody].concat());
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let output = backend.run(&["web", "sessions", "--end"]);
    assert_eq!(output.status.code(), Some(2), "whose?");
}

/// A service that answers as it is told: what comes back, and what a logout gets.
#[derive(Clone, Copy)]
struct Service {
    callback: fn(&str) -> String,
    logout: &'static str,
}

impl Service {
    /// Serves until the test's program ends.
    fn start(self) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) > 0 {
                    head.push(byte[0]);
                }
                let head = String::from_utf8(head).unwrap();
                let mut body = vec![0; length(&head)];
                stream.read_exact(&mut body).unwrap();
                let answer = if head.starts_with("POST /out ") {
                    assert!(body.starts_with(b"logout_token=ey"));
                    format!("HTTP/1.1 {}\r\ncontent-length: 0\r\n\r\n", self.logout)
                } else {
                    (self.callback)(head.split(' ').nth(1).unwrap())
                };
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        port
    }
}

fn length(head: &str) -> usize {
    let lower = head.to_lowercase();
    let found = lower.lines().find_map(|line| line.strip_prefix("content-length: "));
    found.map_or(0, |length| length.parse().unwrap())
}

fn refuses(_: &str) -> String {
    String::from("HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\nno")
}

fn repeats(path: &str) -> String {
    let length = path.len();
    format!("HTTP/1.1 400 Bad Request\r\ncontent-length: {length}\r\n\r\n{path}")
}

fn sends_on(path: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nlocation: {path}\r\ncontent-length: 0\r\n\r\n")
}

fn is_elsewhere(_: &str) -> String {
    String::from("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")
}

fn is_late(_: &str) -> String {
    String::from(
        "HTTP/1.1 400 Bad Request\r\ndate: Thu, 01 Jan 2026 00:00:00 GMT\r\ncontent-length: 0\r\n\r\n",
    )
}

#[test]
fn a_check_tells_a_good_service_from_each_that_is_not() {
    let backend = Backend::new();
    let good = Service { callback: refuses, logout: "200 OK" };
    let services = [
        ("good", good),
        ("strict", Service { logout: "400 Bad Request", ..good }),
        ("repeats", Service { callback: repeats, ..good }),
        ("sends-on", Service { callback: sends_on, ..good }),
        ("elsewhere", Service { callback: is_elsewhere, ..good }),
        ("late", Service { callback: is_late, ..good }),
        ("broken", Service { logout: "500 Internal Server Error", ..good }),
        ("moved", Service { logout: "302 Found", ..good }),
    ];
    let mut sections: String = services
        .iter()
        .map(|(id, service)| {
            let port = service.start();
            client(
                id,
                &format!(
                    "redirect_uris = ['http://127.0.0.1:{port}/r']\n\
                     backchannel_logout_uri = 'http://127.0.0.1:{port}/out'"
                ),
            )
        })
        .collect();
    let [nobody] = port::reserve().unwrap();
    let lines = format!(
        "redirect_uris = ['http://127.0.0.1:{nobody}/r']\n\
         backchannel_logout_uri = 'http://127.0.0.1:{nobody}/out'"
    );
    sections += &client("gone", &lines);
    let lines =
        format!("redirect_uris = ['http://127.0.0.1:{nobody}/r']\naccept_undelivered = true");
    sections += &client("untold", &lines);
    backend.configure(&sections);

    let check = || {
        let output = backend.run(&["web", "check", "--json"]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        serde_json::from_slice::<Value>(&output.stdout).unwrap().as_array().unwrap().clone()
    };
    let issuer = format!("http://localhost:{}", backend.web);
    let state_of = |findings: &[Value], about: &str| {
        let of: Vec<_> = findings.iter().filter(|finding| finding["about"] == about).collect();
        assert!(!of.is_empty(), "{about}: {findings:?}");
        let has = |state: &str| of.iter().any(|finding| finding["state"] == state);
        if has("wrong") {
            "wrong"
        } else if has("note") {
            "note"
        } else {
            "good"
        }
    };
    assert_eq!(state_of(&check(), &issuer), "wrong", "nobody serves yet");
    let _serving = backend.serve();
    let findings = check();
    assert_eq!(state_of(&findings, &issuer), "good");
    let expected = [
        ("good", "good"),
        ("strict", "good"),
        ("repeats", "wrong"),
        ("sends-on", "wrong"),
        ("elsewhere", "wrong"),
        ("late", "wrong"),
        ("broken", "wrong"),
        ("moved", "wrong"),
        ("gone", "wrong"),
        ("untold", "note"),
    ];
    for (id, state) in expected {
        assert_eq!(state_of(&findings, &format!("client {id}")), state, "{id}: {findings:#?}");
    }
}

#[test]
fn a_check_that_finds_nothing_wrong_succeeds() {
    let backend = Backend::new();
    let port = Service { callback: refuses, logout: "204 No Content" }.start();
    backend.configure(&client(
        "claims",
        &format!(
            "redirect_uris = ['http://127.0.0.1:{port}/r']\n\
             backchannel_logout_uri = 'http://127.0.0.1:{port}/out'"
        ),
    ));
    let _serving = backend.serve();
    let output = backend.run(&["web", "check"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && !said.contains("WRONG"), "{output:?}");
    let configured = backend.run(&["web", "configure", "mod_auth_openidc", "claims"]);
    let said = String::from_utf8(configured.stdout).unwrap();
    assert!(said.contains(&format!("OIDCProviderMetadataURL http://localhost:{}", backend.web)));
    assert_eq!(backend.run(&["web", "configure", "spring", "nobody"]).status.code(), Some(2));
}
