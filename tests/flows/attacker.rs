//! Somebody who is not the app: real certificates, and TLS, HTTP and requests that no app would send.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _},
};
use serde_json::{Value, json};
use system_tests::wait::PATIENCE;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{
    provider::Provider,
    world::{Customer, PASSWORD},
};

/// A certificate with its issuer's and its key.
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
        let profile = serde_json::from_str(&provider.profile()).unwrap();
        Self::at(&profile, listener, holder, name)
    }

    /// The same at what a profile says, as it is written.
    pub(crate) fn of_profile(profile: &str, listener: &str, holder: Option<&Holder>) -> Self {
        Self::at(&serde_json::from_str(profile).unwrap(), listener, holder, "localhost")
    }

    /// The same at what a profile says.
    fn at(profile: &Value, listener: &str, holder: Option<&Holder>, name: &str) -> Self {
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
        let (_, port) = profile[listener].as_str().unwrap().rsplit_once(':').unwrap();
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
        self.open_behind(from, &[]).await
    }

    /// The same with something in front of the handshake.
    pub(crate) async fn open_behind(&self, from: [u8; 4], before: &[u8]) -> io::Result<Raw> {
        let mut stream = self.knock(from).await?;
        stream.write_all(before).await?;
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
        self.ask_with("", method, path, token, body).await
    }

    /// The same with further lines of the head, each ended.
    pub(crate) async fn ask_with(
        &mut self,
        headers: &str,
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
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\n{headers}{token}content-length: {length}\r\n\r\n{body}"
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

/// Whoever sends what they like, and what they attack.
pub(crate) struct Attacker {
    profile: Value,
}

/// What a listener answered; status 0 if the connection came to nothing.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    /// The code of a refusal.
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    fn text(&self, key: &str) -> String {
        self.body[key].as_str().unwrap_or_else(|| panic!("no {key} in {self:?}")).to_owned()
    }

    /// A certificate that was issued, as PEM.
    pub(crate) fn certificate(&self) -> String {
        pem(&self.text("certificate"))
    }

    /// The same with its key, which is PEM.
    pub(crate) fn holder(&self, key: &str) -> Holder {
        let chain = [self.certificate(), pem(&self.text("issuer"))];
        let chain = chain.map(|pem| CertificateDer::from_pem_slice(pem.as_bytes()).unwrap());
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
        Holder { chain: chain.into(), key }
    }
}

/// Which listener is spoken to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum At {
    Enrolment,
    Service,
}

impl Attacker {
    pub(crate) fn new(provider: &Provider) -> Self {
        Self { profile: serde_json::from_str(&provider.profile()).unwrap() }
    }

    /// A request with whatever is given, over a connection of its own.
    pub(crate) async fn request(
        &self,
        at: At,
        what: &str,
        with: Option<&Holder>,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let (method, path) = what.split_once(' ').unwrap();
        let listener = match at {
            At::Enrolment => "enrolment_url",
            At::Service => "service_url",
        };
        let door = Door::at(&self.profile, listener, with, "localhost");
        let answer = door.ask(method, path, token, &body.unwrap_or_default()).await;
        let (status, body) = answer.unwrap_or_default();
        Answer { status, body }
    }

    /// The grant for a proved password.
    pub(crate) async fn start(&self, user: &Customer, password: &str) -> Answer {
        let body = json!({ "customer_number": user.number, "user_id": user.user_id, "password": password });
        self.request(At::Enrolment, "POST /v1/enrolments", None, None, Some(body)).await
    }

    /// The grant of a user who has chosen [`PASSWORD`] and may ask for a certificate.
    pub(crate) async fn granted(&self, user: &Customer) -> String {
        let grant = self.start(user, &user.initial_password).await.text("ticket");
        let body = json!({ "new_password": PASSWORD });
        let what = "POST /v1/enrolments/password";
        let changed = self.request(At::Enrolment, what, None, Some(&grant), Some(body)).await;
        assert!((200..300).contains(&changed.status), "{changed:?}");
        grant
    }

    /// What the backend makes of a request.
    pub(crate) async fn certify(&self, grant: &str, csr: &str) -> Answer {
        let device =
            json!({ "name": "x", "os": "x", "app_version": "1", "key_protection": "software" });
        let body = json!({ "csr": csr, "device": device });
        let what = "POST /v1/enrolments/certificate";
        self.request(At::Enrolment, what, None, Some(grant), Some(body)).await
    }

    /// A certificate for a user, whose password is [`PASSWORD`] from then on.
    pub(crate) async fn enrol(&self, user: &Customer) -> Holder {
        let grant = self.granted(user).await;
        let (key, csr) = request();
        self.certify(&grant, &csr).await.holder(&key)
    }

    pub(crate) async fn log_in(&self, with: &Holder, password: &str) -> Answer {
        let body = json!({ "password": password });
        self.request(At::Service, "POST /v1/sessions", Some(with), None, Some(body)).await
    }

    /// The token of a login that must succeed.
    pub(crate) async fn token(&self, with: &Holder) -> String {
        self.log_in(with, PASSWORD).await.text("token")
    }
}

/// Takes a user from the notice to a certificate.
pub(crate) async fn enrol(provider: &Provider, user: &Customer) -> Holder {
    Attacker::new(provider).enrol(user).await
}

/// Logs in over a connection of its own; the session's token.
pub(crate) async fn log_in(door: &Door) -> io::Result<String> {
    let login = json!({ "password": PASSWORD });
    let (status, answer) = door.ask("POST", "/v1/sessions", None, &login).await?;
    let token = answer["token"].as_str().filter(|_| status == 200);
    token.map(str::to_owned).ok_or_else(|| io::Error::other(format!("{status}: {answer}")))
}

/// A key, as PEM, and a request for a certificate.
pub(crate) fn request() -> (String, String) {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::default();
    let pem = params.serialize_request(&key).unwrap().pem().unwrap();
    let csr = pem.lines().filter(|line| !line.starts_with('-')).collect();
    (key.serialize_pem(), csr)
}

/// The same as openssl makes it, with these sections of its configuration.
pub(crate) async fn request_of_openssl(dir: &Path, sections: &str) -> (String, String) {
    let path = |end: &str| dir.join(format!("request.{end}"));
    std::fs::write(path("conf"), sections).unwrap();
    let mut openssl = Command::new("openssl");
    openssl
        .args(["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
        .args(["-nodes", "-sha256", "-outform", "DER", "-config"])
        .arg(path("conf"))
        .arg("-keyout")
        .arg(path("key"))
        .arg("-out")
        .arg(path("csr"));
    run(openssl).await;
    let mut base64 = Command::new("openssl");
    base64.args(["base64", "-A", "-in"]).arg(path("csr"));
    let csr = run(base64).await.trim().to_owned();
    (std::fs::read_to_string(path("key")).unwrap(), csr)
}

fn pem(base64: &str) -> String {
    format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n")
}

/// A certificate in words.
pub(crate) async fn in_words(certificate: &Path) -> String {
    let mut openssl = Command::new("openssl");
    openssl.args(["x509", "-noout", "-text", "-in"]).arg(certificate);
    run(openssl).await
}

/// Runs a program off this runtime's threads, on which the backend answers; its standard output.
async fn run(mut command: Command) -> String {
    command.stdin(Stdio::null());
    tokio::task::spawn_blocking(move || {
        let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        String::from_utf8_lossy(&output.stdout).into_owned()
    })
    .await
    .unwrap()
}
