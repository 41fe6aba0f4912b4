//! A real SMTP server on loopback (`mail_server.py`), and the section of `warifu.toml` for it.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;
use system_tests::process::{Output, Process};

use crate::world::{World, free_ports};

/// How the connection is protected.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Security {
    None,
    StartTls,
    Tls,
}

impl Security {
    const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::StartTls => "starttls",
            Self::Tls => "tls",
        }
    }
}

/// The user and the password that a protected server demands.
const LOGIN: (&str, &str) = ("warifu", "a password for the mail server");

/// A mail server, and what it has taken.
#[derive(Debug)]
pub(crate) struct MailServer {
    dir: PathBuf,
    port: u16,
    security: Security,
    process: Option<Process>,
}

impl MailServer {
    /// A mail server that takes everything. A protected one demands a login as well.
    pub(crate) fn start(world: &World, security: Security) -> Self {
        let mut server = Self::dead(world, security);
        server.revive();
        server
    }

    /// One that nobody has started yet.
    pub(crate) fn dead(world: &World, security: Security) -> Self {
        let [port, _] = free_ports();
        let dir = world.dir.join(format!("mail-{}", security.as_str()));
        fs::create_dir(&dir).unwrap();
        make_certificate(&dir);
        let password = dir.join("password");
        fs::write(&password, format!("{}\n", LOGIN.1)).unwrap();
        make_private(&password);
        let server = Self { dir, port, security, process: None };
        server.behave("accept");
        server
    }

    /// Starts it (again).
    pub(crate) fn revive(&mut self) {
        let mut command = Command::new("/usr/bin/python3");
        command
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/flows/mail_server.py"))
            .arg("--dir")
            .arg(&self.dir)
            .args(["--port", &self.port.to_string(), "--security", self.security.as_str()])
            .stdin(Stdio::piped());
        if self.security != Security::None {
            command
                .arg("--certificate")
                .arg(self.dir.join("certificate.pem"))
                .arg("--key")
                .arg(self.dir.join("key.pem"))
                .args(["--user", LOGIN.0, "--password", LOGIN.1]);
        }
        self.process = None;
        let mut process =
            Process::spawn("mail-server", &mut command, &self.dir, Output::Piped).unwrap();
        let mut line = String::new();
        BufReader::new(process.child().stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(
            line.trim(),
            "ready",
            "needs the Debian package python3-aiosmtpd:\n{}",
            process.log_tail()
        );
        self.process = Some(process);
    }

    /// How it behaves from now on; see `mail_server.py`.
    pub(crate) fn behave(&self, how: &str) {
        let unfinished = self.dir.join("behaviour.unfinished");
        fs::write(&unfinished, how).unwrap();
        fs::rename(unfinished, self.dir.join("behaviour")).unwrap();
    }

    /// Whether a connection hangs.
    pub(crate) fn hangs(&self) -> bool {
        self.dir.join("hung").exists()
    }

    /// The letters that it has taken.
    pub(crate) fn letters(&self) -> Vec<Value> {
        let mut paths: Vec<_> = fs::read_dir(&self.dir)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .collect();
        paths.sort();
        paths.iter().map(|path| serde_json::from_slice(&fs::read(path).unwrap()).unwrap()).collect()
    }

    /// The section that leads there.
    pub(crate) fn section(&self) -> String {
        let mut section = self.section_without_trust();
        if self.security != Security::None {
            let path = self.dir.join("certificate.pem");
            section.push_str(&format!("trust_anchors_file = '{}'\n", path.display()));
        }
        section
    }

    /// The same for a backend that knows only this machine's authorities.
    pub(crate) fn section_without_trust(&self) -> String {
        let mut section = format!(
            "\n[mail]\nhost = 'localhost'\nport = {}\nsecurity = '{}'\n\
             from = 'no-reply@warifu.example'\ntimeout_seconds = 3\n",
            self.port,
            self.security.as_str(),
        );
        if self.security != Security::None {
            let path = self.dir.join("password");
            section.push_str(&format!(
                "user = '{}'\npassword_file = '{}'\n",
                LOGIN.0,
                path.display()
            ));
        }
        section
    }

    /// Gives the backend another password than the server's.
    pub(crate) fn spoil_password(&self) {
        fs::write(self.dir.join("password"), "another password\n").unwrap();
    }

    /// Lets others read the file with the password.
    pub(crate) fn expose_password(&self) {
        let mut mode = fs::metadata(self.dir.join("password")).unwrap().permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut mode, 0o644);
        fs::set_permissions(self.dir.join("password"), mode).unwrap();
    }
}

fn make_private(path: &Path) {
    let mut mode = fs::metadata(path).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut mode, 0o600);
    fs::set_permissions(path, mode).unwrap();
}

/// A certificate that vouches for itself.
fn make_certificate(dir: &Path) {
    let status = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
        .args(["-days", "365", "-subj", "/CN=localhost"])
        .args(["-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(dir.join("key.pem"))
        .arg("-out")
        .arg(dir.join("certificate.pem"))
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
}
