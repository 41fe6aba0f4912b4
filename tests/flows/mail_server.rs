//! A mail server on loopback that can misbehave, and the section of `warifu.toml` for it.
//!
//! It speaks SMTP as far as a letter needs it: STARTTLS or TLS with a login (RFC 3207, RFC 4954), or in
//! the clear without one.

use std::{
    collections::BTreeMap,
    fs, io,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    sync::Notify,
    task::{AbortHandle, JoinSet},
};
use tokio_rustls::TlsAcceptor;
use warifu_platform::port;

use crate::world::World;

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
    server: Arc<Server>,
    running: Option<AbortHandle>,
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
        let [port] = port::reserve().unwrap();
        let dir = world.dir.join(format!("mail-{}", security.as_str()));
        fs::create_dir(&dir).unwrap();
        let password = dir.join("password");
        fs::write(&password, format!("{}\n", LOGIN.1)).unwrap();
        make_private(&password);
        let server = Arc::new(Server {
            security,
            tls: acceptor(&dir.join("certificate.pem")),
            state: Mutex::default(),
            died: Notify::new(),
        });
        Self { dir, port, server, running: None }
    }

    /// Starts it (again).
    pub(crate) fn revive(&mut self) {
        self.end();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let serving = tokio::spawn(Arc::clone(&self.server).serve(listener));
        self.running = Some(serving.abort_handle());
    }

    /// How it behaves from now on: `accept`; `refuse` (for good) and `later` (not now) at the recipient;
    /// `hang` (never says a word), `silent` (takes the letter, never says so), `die` (takes the letter
    /// and ends). With an address behind it, it behaves so to that recipient alone: also
    /// `refuse-in-cp932`, `close` (421), `hang-up`, `mute` (no answer to the recipient).
    pub(crate) fn behave(&self, how: &str) {
        how.clone_into(&mut self.server.state.lock().unwrap().behaviour);
    }

    /// Whether a connection hangs, or has hung.
    pub(crate) fn hangs(&self) -> bool {
        self.server.state.lock().unwrap().hung
    }

    /// The letters that it has taken.
    pub(crate) fn letters(&self) -> Vec<Value> {
        self.server.state.lock().unwrap().letters.clone()
    }

    /// The section that leads there.
    pub(crate) fn section(&self) -> String {
        let mut section = self.section_without_trust();
        if self.server.security != Security::None {
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
            self.server.security.as_str(),
        );
        if self.server.security != Security::None {
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

    fn end(&mut self) {
        if let Some(running) = self.running.take() {
            running.abort();
        }
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.end();
    }
}

fn make_private(path: &Path) {
    let mut mode = fs::metadata(path).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut mode, 0o600);
    fs::set_permissions(path, mode).unwrap();
}

/// TLS with a certificate that vouches for itself, which is left in that file.
fn acceptor(file: &Path) -> TlsAcceptor {
    let own = rcgen::generate_simple_self_signed([String::from("localhost")]).unwrap();
    fs::write(file, own.cert.pem()).unwrap();
    let certificate = CertificateDer::from_pem_slice(own.cert.pem().as_bytes()).unwrap();
    let key = own.signing_key.serialize_pem();
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(crypto)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

struct Server {
    security: Security,
    tls: TlsAcceptor,
    state: Mutex<State>,
    died: Notify,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("security", &self.security).finish_non_exhaustive()
    }
}

#[derive(Default)]
struct State {
    behaviour: String,
    hung: bool,
    letters: Vec<Value>,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

type Connection = BufReader<Box<dyn Stream>>;

impl Server {
    /// Takes connections until it dies or is ended; those that are open end with it.
    async fn serve(self: Arc<Self>, listener: TcpListener) {
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        let mut open = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    let (stream, _) = accepted.unwrap();
                    open.spawn(Arc::clone(&self).converse(stream));
                }
                () = self.died.notified() => return,
            }
        }
    }

    /// How it behaves: to everybody, or to a recipient.
    fn behaviour(&self, recipient: Option<&str>) -> String {
        let state = self.state.lock().unwrap();
        match state.behaviour.split_once(' ') {
            Some((how, only)) if recipient == Some(only) => how.to_owned(),
            Some(_) => String::from("accept"),
            None => state.behaviour.clone(),
        }
    }

    /// One connection, to its end. What fails in it is the other side's to tell.
    async fn converse(self: Arc<Self>, stream: TcpStream) -> io::Result<()> {
        let demands = self.security != Security::None;
        let mut encrypted = self.security == Security::Tls;
        let stream: Box<dyn Stream> =
            if encrypted { Box::new(self.tls.accept(stream).await?) } else { Box::new(stream) };
        let mut connection = BufReader::new(stream);
        if self.behaviour(None) == "hang" {
            self.state.lock().unwrap().hung = true;
            return std::future::pending().await;
        }
        reply(&mut connection, "220 mail.test ESMTP").await?;
        let (mut login, mut from, mut to) = (None, String::new(), Vec::new());
        loop {
            let mut line = String::new();
            if connection.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let (command, argument) =
                line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
            let refused = match command {
                "MAIL" | "RCPT" | "DATA" if demands && !encrypted => {
                    Some("530 5.7.0 Must issue a STARTTLS command first")
                }
                "MAIL" | "RCPT" | "DATA" if demands && login.is_none() => {
                    Some("530 5.7.0 Authentication required")
                }
                _ => None,
            };
            if let Some(refused) = refused {
                reply(&mut connection, refused).await?;
                continue;
            }
            let answer = match command {
                "EHLO" if self.security == Security::StartTls && !encrypted => {
                    "250-mail.test\r\n250-8BITMIME\r\n250 STARTTLS"
                }
                "EHLO" if demands => "250-mail.test\r\n250-8BITMIME\r\n250 AUTH PLAIN",
                "EHLO" => "250-mail.test\r\n250 8BITMIME",
                "STARTTLS" if self.security == Security::StartTls && !encrypted => {
                    reply(&mut connection, "220 Ready to start TLS").await?;
                    let stream = self.tls.accept(connection.into_inner()).await?;
                    connection = BufReader::new(Box::new(stream));
                    encrypted = true;
                    continue;
                }
                "AUTH" if argument == plain_login() => {
                    login = Some(LOGIN.0);
                    "235 2.7.0 Authentication successful"
                }
                "AUTH" => "535 5.7.8 Authentication credentials invalid",
                "MAIL" => {
                    from = address(argument);
                    "250 2.1.0 ok"
                }
                "RCPT" => {
                    let recipient = address(argument);
                    match self.behaviour(Some(&recipient)).as_str() {
                        "refuse-in-cp932" => {
                            let (text, _, _) =
                                encoding_rs::SHIFT_JIS.encode("550 宛先が存在しません\r\n");
                            connection.write_all(&text).await?;
                            connection.flush().await?;
                            continue;
                        }
                        "close" => return reply(&mut connection, "421 4.3.0 closing").await,
                        "hang-up" => return Ok(()),
                        "mute" => return std::future::pending().await,
                        "refuse" => "550 5.1.1 nobody of that name",
                        "later" => "451 4.7.1 come back later",
                        _ => {
                            to.push(recipient);
                            "250 2.1.5 ok"
                        }
                    }
                }
                "DATA" => {
                    reply(&mut connection, "354 go on").await?;
                    let letter = letter(&read_message(&mut connection).await?);
                    let how = self.behaviour(None);
                    let letter = json!({
                        "from": from, "to": to, "encrypted": encrypted, "login": login,
                        "headers": letter.0, "text": letter.1,
                    });
                    self.state.lock().unwrap().letters.push(letter);
                    to.clear();
                    match how.as_str() {
                        "die" => {
                            self.died.notify_one();
                            return std::future::pending().await;
                        }
                        "silent" => return std::future::pending().await,
                        _ => "250 2.0.0 taken",
                    }
                }
                "RSET" => {
                    to.clear();
                    "250 2.0.0 ok"
                }
                "NOOP" => "250 2.0.0 ok",
                "QUIT" => return reply(&mut connection, "221 2.0.0 bye").await,
                _ => "500 5.5.2 not understood",
            };
            reply(&mut connection, answer).await?;
        }
    }
}

async fn reply(connection: &mut Connection, text: &str) -> io::Result<()> {
    connection.write_all(format!("{text}\r\n").as_bytes()).await?;
    connection.flush().await
}

/// What follows AUTH when the login is right (RFC 4616).
fn plain_login() -> String {
    let (user, password) = LOGIN;
    let credentials = format!("\0{user}\0{password}");
    format!("PLAIN {}", base64::Engine::encode(&base64::prelude::BASE64_STANDARD, credentials))
}

/// The address in `FROM:<a@b> …`.
fn address(argument: &str) -> String {
    let (_, rest) = argument.split_once('<').unwrap_or_default();
    rest.split_once('>').unwrap_or_default().0.to_owned()
}

/// A message up to its last line, a dot alone; a dot at a line's start stands doubled (RFC 5321 §4.5.2).
async fn read_message(connection: &mut Connection) -> io::Result<Vec<u8>> {
    let mut message = Vec::new();
    loop {
        let mut line = Vec::new();
        if connection.read_until(b'\n', &mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(message);
        }
        message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

/// The headers and the text of a message, decoded.
fn letter(message: &[u8]) -> (BTreeMap<String, String>, String) {
    let parsed = mailparse::parse_mail(message).unwrap();
    let headers = parsed.get_headers().into_iter();
    let headers = headers.map(|header| (header.get_key(), header.get_value())).collect();
    (headers, parsed.get_body().unwrap())
}
