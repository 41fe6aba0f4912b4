//! A client that is not the app: TLS and HTTP by hand, for what no app would do.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{
    provider::Provider,
    world::{Customer, PASSWORD},
};

/// How long an answer may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A certificate with its key.
pub(crate) struct Holder {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

/// One listener of a provider, with whatever certificate is shown to it.
#[derive(Clone)]
pub(crate) struct Door {
    address: SocketAddr,
    name: ServerName<'static>,
    config: Arc<ClientConfig>,
}

impl Door {
    /// The listener that a profile names.
    pub(crate) fn of(provider: &Provider, listener: &str, holder: Option<&Holder>) -> Self {
        Self::named(provider, listener, holder, "localhost")
    }

    /// The same under another of the server's names.
    pub(crate) fn named(
        provider: &Provider,
        listener: &str,
        holder: Option<&Holder>,
        name: &str,
    ) -> Self {
        let profile: Value = serde_json::from_str(&provider.profile()).unwrap();
        let mut roots = RootCertStore::empty();
        let anchor = profile["trust_anchors"][0].as_str().unwrap();
        roots.add(CertificateDer::from_pem_slice(anchor.as_bytes()).unwrap()).unwrap();
        let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(crypto)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .unwrap()
            .with_root_certificates(roots);
        let config = match holder {
            Some(Holder { chain, key }) => {
                builder.with_client_auth_cert(chain.clone(), key.clone_key()).unwrap()
            }
            None => builder.with_no_client_auth(),
        };
        let (_, port) = provider
            .url(listener)
            .rsplit_once(':')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port.parse().unwrap()));
        let name = ServerName::try_from(name.to_owned()).unwrap();
        Self { address, name, config: Arc::new(config) }
    }

    /// A TCP connection from one of this machine's addresses, which are all of 127.0.0.0/8.
    pub(crate) async fn knock(&self, from: [u8; 4]) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((IpAddr::from(from), 0)))?;
        socket.connect(self.address).await
    }

    /// A connection from 127.0.0.1.
    pub(crate) async fn open(&self) -> io::Result<Raw> {
        self.open_from([127, 0, 0, 1]).await
    }

    /// A connection from another address of this machine.
    pub(crate) async fn open_from(&self, from: [u8; 4]) -> io::Result<Raw> {
        let stream = self.knock(from).await?;
        let connector = TlsConnector::from(Arc::clone(&self.config));
        let handshake = connector.connect(self.name.clone(), stream);
        let stream = tokio::time::timeout(PATIENCE, handshake).await??;
        Ok(Raw { stream })
    }

    /// One question over a connection of its own.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: &Value,
    ) -> io::Result<(u16, Value)> {
        self.open().await?.ask(method, path, token, body).await
    }
}

/// An open connection.
pub(crate) struct Raw {
    pub(crate) stream: TlsStream<TcpStream>,
}

impl Raw {
    /// Asks and waits for the answer: the status and the JSON.
    pub(crate) async fn ask(
        &mut self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: &Value,
    ) -> io::Result<(u16, Value)> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let token =
            token.map_or_else(String::new, |token| format!("authorization: Bearer {token}\r\n"));
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\n{token}content-length: {length}\r\n\r\n{body}"
        );
        self.stream.write_all(request.as_bytes()).await?;
        tokio::time::timeout(PATIENCE, self.answer()).await?
    }

    async fn answer(&mut self) -> io::Result<(u16, Value)> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.stream.read_u8().await?);
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        Ok((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
    }

    /// Whether the other side has ended the connection, once it does.
    pub(crate) async fn is_ended(&mut self) -> bool {
        let mut rest = [0; 1024];
        let read = tokio::time::timeout(PATIENCE, self.stream.read(&mut rest)).await;
        matches!(read, Ok(Ok(0) | Err(_)))
    }
}

/// Takes a user from the notice to a certificate.
pub(crate) async fn enrol(provider: &Provider, user: &Customer) -> Holder {
    let mut raw = Door::of(provider, "enrolment_url", None).open().await.unwrap();
    let proof = json!({
        "customer_number": user.number,
        "user_id": user.id,
        "password": user.initial_password,
    });
    let (status, answer) = raw.ask("POST", "/v1/enrolments", None, &proof).await.unwrap();
    assert_eq!(status, 200, "{answer}");
    let grant = answer["grant"].as_str();
    let change = json!({ "new_password": PASSWORD });
    let (status, answer) =
        raw.ask("POST", "/v1/enrolments/password", grant, &change).await.unwrap();
    assert_eq!(status, 204, "{answer}");
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::default();
    let pem = params.serialize_request(&key).unwrap().pem().unwrap();
    let csr: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let device =
        json!({ "name": "pc", "os": "test", "app_version": "1", "key_protection": "test" });
    let request = json!({ "csr": csr, "device": device });
    let (status, answer) =
        raw.ask("POST", "/v1/enrolments/certificate", grant, &request).await.unwrap();
    assert_eq!(status, 200, "{answer}");
    let chain = ["certificate", "issuer"].map(|part| {
        let pem = format!(
            "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
            answer[part].as_str().unwrap()
        );
        CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
    });
    let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap();
    Holder { chain: chain.into(), key }
}

/// Logs in over a connection of its own; the session's token.
pub(crate) async fn log_in(door: &Door) -> io::Result<String> {
    let login = json!({ "password": PASSWORD });
    let (status, answer) = door.ask("POST", "/v1/sessions", None, &login).await?;
    let token = answer["token"].as_str().filter(|_| status == 200);
    token.map(str::to_owned).ok_or_else(|| io::Error::other(format!("{status}: {answer}")))
}
