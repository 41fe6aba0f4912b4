//! The client that makes the load: HTTP/1.1 over TLS 1.3, one request at a time on each connection, and
//! every certificate checked as the app does. `TCP_NODELAY` is on: without it, what is measured is how
//! long the kernel waits for more to send.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, client::Resumption,
    crypto::aws_lc_rs, version::TLS13,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use serde::{Serialize, de::DeserializeOwned};
use socket2::{Domain, Socket, Type};

/// Longer than any answer takes here.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server, and how it is spoken to.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) port: u16,
    pub(crate) tls: Arc<ClientConfig>,
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: StreamOwned<ClientConnection, TcpStream>,
    read: Vec<u8>,
}

/// What a client shows of itself.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) key: PrivateKeyDer<'static>,
}

/// TLS 1.3 that trusts one authority, and never resumes: each connection is a whole handshake.
pub(crate) fn tls(
    authority: &CertificateDer<'static>,
    identity: Option<&Identity>,
) -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.clone())?;
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&TLS13])?
        .with_root_certificates(roots);
    let mut config = match identity {
        Some(Identity { certificate, key }) => {
            builder.with_client_auth_cert(vec![certificate.clone()], key.clone_key())?
        }
        None => builder.with_no_client_auth(),
    };
    config.resumption = Resumption::disabled();
    Ok(Arc::new(config))
}

impl Place {
    /// Connects; `from` is the address to come from, of those of this machine.
    pub(crate) fn connect(&self, from: Ipv4Addr) -> Result<Connection> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.bind(&SocketAddr::from((from, 0)).into())?;
        socket.set_tcp_nodelay(true)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        let to = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        socket.connect(&to.into()).with_context(|| format!("cannot connect to {to}"))?;
        let name = ServerName::try_from("localhost")?;
        let connection = ClientConnection::new(Arc::clone(&self.tls), name)?;
        Ok(Connection { stream: StreamOwned::new(connection, socket.into()), read: Vec::new() })
    }
}

impl Connection {
    /// Asks, and gives the body of an answer that says it went well.
    pub(crate) fn ask(
        &mut self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: &[u8],
    ) -> Result<Vec<u8>> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n").into_bytes();
        if let Some(token) = token {
            write!(request, "Authorization: Bearer {token}\r\n")?;
        }
        if !body.is_empty() {
            write!(
                request,
                "Content-Type: application/json\r\nContent-Length: {}\r\n",
                body.len()
            )?;
        }
        request.extend_from_slice(b"\r\n");
        request.extend_from_slice(body);
        self.stream.write_all(&request)?;
        self.stream.flush()?;
        let (status, body) = self.answer()?;
        let words = || String::from_utf8_lossy(&body).into_owned();
        ensure!((200..300).contains(&status), "{method} {path}: {status} {}", words());
        Ok(body)
    }

    /// The same in JSON.
    pub(crate) fn ask_json<A: DeserializeOwned>(
        &mut self,
        method: &str,
        path: &str,
        token: Option<&str>,
        question: &impl Serialize,
    ) -> Result<A> {
        let body = serde_json::to_vec(question)?;
        let answer = self.ask(method, path, token, &body)?;
        serde_json::from_slice(&answer).with_context(|| format!("{method} {path}"))
    }

    fn answer(&mut self) -> Result<(u16, Vec<u8>)> {
        self.read.clear();
        let end = loop {
            if let Some(end) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            self.more()?;
        };
        let head = String::from_utf8_lossy(self.read.get(..end).unwrap_or_default()).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status: u16 = status.with_context(|| format!("no status in {head:?}"))?;
        let length = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map(|(_, value)| value.trim().parse::<usize>());
        let length = match length {
            Some(length) => length?,
            None if status == 204 => 0,
            None => bail!("an answer without its length: {head:?}"),
        };
        while self.read.len() < end + length {
            self.more()?;
        }
        Ok((status, self.read.split_off(end)))
    }

    fn more(&mut self) -> Result<()> {
        let mut piece = [0; 16 * 1024];
        let read = self.stream.read(&mut piece)?;
        ensure!(read > 0, "the server hung up");
        self.read.extend_from_slice(piece.get(..read).unwrap_or_default());
        Ok(())
    }
}
