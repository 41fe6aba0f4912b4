//! A time-stamping service (RFC 3161) on loopback: HTTP around OpenSSL's `ts`.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    thread,
};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::said;

const CONFIGURATION: &str = "\
[tsa]
default_tsa = service
[service]
serial = serial
default_policy = 1.2.3.4
digests = sha256
signer_digest = sha256
";

/// A service that answers until the test ends.
pub(crate) struct TimeStamper {
    folder: Arc<TempDir>,
    port: u16,
}

impl TimeStamper {
    pub(crate) fn start() -> Result<Self> {
        let folder = Arc::new(tempfile::tempdir()?);
        fs::write(folder.path().join("tsa.cnf"), CONFIGURATION)?;
        said(
            Command::new("openssl")
                .current_dir(folder.path())
                .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"])
                .args(["-subj", "/CN=Time stamper", "-keyout", "key.pem", "-out", "own.pem"])
                .args(["-addext", "extendedKeyUsage=critical,timeStamping"])
                .args(["-addext", "keyUsage=critical,digitalSignature"]),
        )?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let shared = Arc::clone(&folder);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                // Whoever asked sees that it failed.
                let _ = answer(connection, shared.path());
            }
        });
        Ok(Self { folder, port })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Its own certificate.
    pub(crate) fn pem(&self) -> PathBuf {
        self.folder.path().join("own.pem")
    }
}

/// One request, one answer (RFC 3161 §3.4).
fn answer(connection: TcpStream, folder: &Path) -> Result<()> {
    let mut reader = BufReader::new(connection.try_clone()?);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().context("length")?;
        }
        if line.is_empty() {
            break;
        }
    }
    let mut query = vec![0; length];
    reader.read_exact(&mut query)?;
    fs::write(folder.join("query"), query)?;
    said(
        Command::new("openssl")
            .current_dir(folder)
            .args(["ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query"])
            .args(["-signer", "own.pem", "-inkey", "key.pem", "-out", "reply"]),
    )?;
    let reply = fs::read(folder.join("reply"))?;
    let mut connection = connection;
    let length = reply.len();
    write!(
        connection,
        "HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    connection.write_all(&reply)?;
    Ok(())
}
