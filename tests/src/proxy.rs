//! A real proxy on loopback: Debian's squid, with or without a login, or opening what passes.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair};
use warifu_platform::port;

use crate::{
    process::{Output, Process},
    wait,
};

/// What the proxy is like.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// It lets everybody through.
    Open,
    /// It wants to be told who asks ([`USER`], [`PASSWORD`]).
    Login,
    /// It opens every encrypted connection, as a security product does.
    Opening,
}

/// Whom the proxy knows.
pub const USER: &str = "shain 01";
/// Their password, with signs that an address would misread.
pub const PASSWORD: &str = "p@ss:%41/word?#";

/// The name in the certificates that an opening proxy shows.
pub const OPENER: &str = "Company Inspection CA";

/// A running squid.
#[derive(Debug)]
pub struct ProxyServer {
    dir: tempfile::TempDir,
    port: u16,
    _process: Process,
}

impl ProxyServer {
    /// Starts one on a port of its own.
    ///
    /// # Errors
    ///
    /// When squid (Debian package squid-openssl) is missing or does not start.
    pub fn start(kind: Kind) -> Result<Self> {
        // squid gives up its rights when it has those of root; its folder must stay usable.
        let dir = tempfile::tempdir()?;
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o777))?;
        let [port] = port::reserve()?;
        let config = dir.path().join("squid.conf");
        fs::write(&config, configuration(kind, dir.path(), port)?)?;
        let mut command = Command::new("/usr/sbin/squid");
        command.args(["-N", "-f"]).arg(&config).stdin(Stdio::null());
        let mut process = Process::spawn("squid", &mut command, dir.path(), Output::Logged)?;
        wait::until("squid listens", || {
            process.check()?;
            Ok(std::net::TcpStream::connect(("127.0.0.1", port)).ok())
        })?;
        Ok(Self { dir, port, _process: process })
    }

    /// Host and port.
    #[must_use]
    pub fn place(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Who asked for what.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.dir.path().join("access.log")
    }

    /// Waits until a tunnel to such a port has been closed: the proxy records it only then.
    ///
    /// # Errors
    ///
    /// When that does not happen in a while.
    pub fn see_tunnel_to(&self, port: &str) -> Result<()> {
        wait::until(&format!("a tunnel to {port} in squid's log"), || {
            let log = fs::read_to_string(self.log()).unwrap_or_default();
            let line = log.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
            let mut calls = line.filter(|words| words.len() > 6);
            let found = calls.any(|words| {
                words[3].ends_with("/200")
                    && words[5] == "CONNECT"
                    && words[6].ends_with(&format!(":{port}"))
            });
            Ok(found.then_some(()))
        })
    }
}

fn configuration(kind: Kind, dir: &Path, port: u16) -> Result<String> {
    let path = |name: &str| dir.join(name).display().to_string();
    let (listen, access) = match kind {
        Kind::Open => (String::new(), String::from("http_access allow all\n")),
        Kind::Login => {
            write_passwords(&dir.join("passwords"))?;
            let access = format!(
                "auth_param basic program /usr/lib/squid/basic_ncsa_auth {}\n\
                 auth_param basic realm proxy\n\
                 acl known proxy_auth REQUIRED\n\
                 http_access allow known\nhttp_access deny all\n",
                path("passwords")
            );
            (String::new(), access)
        }
        Kind::Opening => {
            let authority = write_authority(dir)?;
            let made = Command::new("/usr/lib/squid/security_file_certgen")
                .args(["-c", "-s", &path("made"), "-M", "4MB"])
                .output()?;
            ensure!(made.status.success(), "{made:?}");
            open_to_all(&dir.join("made"))?;
            let listen = format!(
                " ssl-bump cert={} generate-host-certificates=on dynamic_cert_mem_cache_size=4MB",
                authority.display()
            );
            let access = format!(
                "sslcrtd_program /usr/lib/squid/security_file_certgen -s {} -M 4MB\n\
                 ssl_bump bump all\nsslproxy_cert_error allow all\nhttp_access allow all\n",
                path("made")
            );
            (listen, access)
        }
    };
    Ok(format!(
        "http_port 127.0.0.1:{port}{listen}\n{access}\
         pid_filename {}\ncache_log {}\naccess_log stdio:{}\ncoredump_dir {}\n\
         cache deny all\nshutdown_lifetime 1 seconds\nvisible_hostname proxy.example.jp\n",
        path("squid.pid"),
        path("cache.log"),
        path("access.log"),
        path("")
    ))
}

/// As `htpasswd` writes them.
fn write_passwords(file: &Path) -> Result<()> {
    let mut hashing = Command::new("openssl")
        .args(["passwd", "-apr1", "-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    hashing.stdin.take().context("no pipe to openssl")?.write_all(PASSWORD.as_bytes())?;
    let hash = String::from_utf8(hashing.wait_with_output()?.stdout)?;
    Ok(fs::write(file, format!("{USER}:{hash}"))?)
}

fn write_authority(dir: &Path) -> Result<PathBuf> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.distinguished_name.push(DnType::CommonName, OPENER);
    let file = dir.join("authority.pem");
    let certificate = params.self_signed(&key)?.pem();
    fs::write(&file, format!("{certificate}{}", key.serialize_pem()))?;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644))?;
    Ok(file)
}

fn open_to_all(dir: &Path) -> Result<()> {
    fs::set_permissions(dir, fs::Permissions::from_mode(0o777))?;
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            open_to_all(&path)?;
        } else {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o666))?;
        }
    }
    Ok(())
}
