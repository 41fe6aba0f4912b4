//! The connections to one listener: made, used for one request at a time, kept for a moment.
//!
//! A request goes out at most once. What was handed back unsent is sent over a new connection; what may
//! have been heard is asked again only if asking changes nothing (RFC 9110 §9.2.2): a login that was
//! sent twice would count twice.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::{
    io::AsyncReadExt as _,
    net::TcpStream,
    task::JoinHandle,
    time::{Instant, timeout_at},
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use url::Url;
use warifu_protocol::ErrorCode;

use super::{Network, failure::Broken, target};
use crate::Failure;

/// How long a connection is kept after its last answer. The backend ends idle ones after 15 seconds: a
/// request must not meet its farewell.
const MOST_IDLE: Duration = Duration::from_secs(10);

/// How long is listened for what a server says unasked.
const MOST_LISTENING: Duration = Duration::from_secs(3);

/// A request whose body is whole, so that it can be handed back.
pub(super) type Outgoing = Request<Full<Bytes>>;

/// The connections to one listener.
pub(super) struct Pool {
    base: Url,
    tls: Arc<ClientConfig>,
    network: Arc<Network>,
    /// Most time for connecting.
    limit: Duration,
    idle: Mutex<Vec<Idle>>,
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

/// A connection that is not in use.
struct Idle {
    line: Line,
    since: Instant,
    /// The same by the system's clock: the other one stands still while a PC sleeps.
    at: SystemTime,
}

/// A connection over which one request at a time goes.
struct Line {
    sender: SendRequest<Full<Bytes>>,
    /// What the connection ends with.
    end: JoinHandle<hyper::Result<()>>,
}

/// An answer whose body is still to come.
pub(super) struct Answer {
    pub(super) head: Response<()>,
    body: Incoming,
    line: Line,
}

impl Pool {
    pub(super) fn new(
        base: Url,
        tls: Arc<ClientConfig>,
        network: Arc<Network>,
        limit: Duration,
    ) -> Self {
        Self { base, tls, network, limit, idle: Mutex::default() }
    }

    /// Sends a request, which has to name its host, and waits for the head of the answer.
    pub(super) async fn send(&self, request: Outgoing) -> Result<Answer, Failure> {
        let harmless = request.method().is_safe();
        let again = harmless.then(|| request.clone());
        let mut request = request;
        while let Some(line) = self.take() {
            match line.ask(request).await {
                Ok(answer) => return Ok(answer),
                Err(Unanswered { unsent: Some(back), .. }) => request = *back,
                Err(Unanswered { unsent: None, broken }) => match again {
                    Some(again) => {
                        request = again;
                        break;
                    }
                    None => return Err(self.failure(&broken).await),
                },
            }
        }
        let line = self.open().await?;
        match line.ask(request).await {
            Ok(answer) => Ok(answer),
            Err(Unanswered { broken, .. }) => Err(self.failure(&broken).await),
        }
    }

    /// The whole of an answer, if it is no longer than `most` bytes; the connection is then kept.
    pub(super) async fn read(&self, answer: Answer, most: usize) -> Result<Vec<u8>, Failure> {
        let Answer { mut body, line, .. } = answer;
        let mut whole = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = match frame {
                Ok(frame) => frame,
                Err(error) => return Err(self.failure(&line.broken(error).await).await),
            };
            let Ok(part) = frame.into_data() else { continue };
            if whole.len() + part.len() > most {
                return Err(Failure::new(ErrorCode::UnexpectedAnswer));
            }
            whole.extend_from_slice(&part);
        }
        self.keep(line);
        Ok(whole)
    }

    fn take(&self) -> Option<Line> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(Idle::is_fresh);
        idle.pop().map(|kept| kept.line)
    }

    fn keep(&self, line: Line) {
        let kept = Idle { line, since: Instant::now(), at: SystemTime::now() };
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(kept);
    }

    /// A new connection, over which nothing was said yet.
    async fn open(&self) -> Result<Line, Failure> {
        let stream = self.handshake(Instant::now() + self.limit).await?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| Broken::of(&error).failure(&self.base))?;
        Ok(Line { sender, end: tokio::spawn(connection) })
    }

    /// The TLS connection alone.
    pub(super) async fn handshake(
        &self,
        deadline: Instant,
    ) -> Result<TlsStream<TcpStream>, Failure> {
        let Some((host, _)) = target(&self.base) else {
            return Err(Failure::new(ErrorCode::ProfileInvalid));
        };
        let name = ServerName::try_from(host)
            .map_err(|error| Failure::new(ErrorCode::ProfileInvalid).because(&error))?;
        let stream = self.network.connect(&self.base, deadline).await?;
        let connector = TlsConnector::from(Arc::clone(&self.tls));
        match timeout_at(deadline, connector.connect(name, stream)).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(error)) => Err(Broken::of(&error).failure(&self.base)),
            Err(_) => Err(Broken::TooSlow.failure(&self.base)),
        }
    }

    /// Names why a request failed whose connection had been made. What a server says right after the
    /// handshake, as when it refuses a client certificate (RFC 8446 §4.4.2.4), is lost when it hangs up
    /// on a request that it did not read; a connection that only listens hears it.
    async fn failure(&self, broken: &Broken) -> Failure {
        if broken.is_unexplained()
            && let Some(why) = self.listen().await
        {
            return why.failure(&self.base);
        }
        broken.failure(&self.base)
    }

    async fn listen(&self) -> Option<Broken> {
        let deadline = Instant::now() + self.limit.min(MOST_LISTENING);
        let mut stream = self.handshake(deadline).await.ok()?;
        let heard = timeout_at(deadline, stream.read_u8()).await.ok()?;
        Some(Broken::of(&heard.err()?)).filter(|why| !why.is_unexplained())
    }
}

impl Idle {
    fn is_fresh(&self) -> bool {
        // A clock that was set back says nothing.
        let passed = self.at.elapsed().unwrap_or_default();
        self.since.elapsed() < MOST_IDLE && passed < MOST_IDLE && !self.line.sender.is_closed()
    }
}

/// Why there is no answer.
struct Unanswered {
    /// The request, if nothing of it was sent.
    unsent: Option<Box<Outgoing>>,
    broken: Broken,
}

impl Line {
    async fn ask(mut self, request: Outgoing) -> Result<Answer, Unanswered> {
        if let Err(error) = self.sender.ready().await {
            return Err(Unanswered {
                unsent: Some(Box::new(request)),
                broken: self.broken(error).await,
            });
        }
        match self.sender.try_send_request(request).await {
            Ok(response) => {
                let (parts, body) = response.into_parts();
                Ok(Answer { head: Response::from_parts(parts, ()), body, line: self })
            }
            Err(mut error) => {
                let unsent = error.take_message().map(Box::new);
                Err(Unanswered { unsent, broken: self.broken(error.into_error()).await })
            }
        }
    }

    /// What broke: the request's error, or the connection's, which knows more where the request was
    /// only left alone.
    async fn broken(self, error: hyper::Error) -> Broken {
        let Self { sender, end } = self;
        drop(sender);
        let broken = Broken::of(&error);
        if !broken.is_unexplained() {
            return broken;
        }
        match end.await {
            Ok(Err(error)) => Broken::of(&error).or(broken),
            Ok(Ok(())) | Err(_) => broken,
        }
    }
}
