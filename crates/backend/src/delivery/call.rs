//! One request to a service: within seconds, without following it anywhere, and without believing how long
//! its answer is.

use std::{net::IpAddr, path::Path, sync::Arc, time::Duration};

use anyhow::Context as _;
use axum::http::{HeaderMap, Method, Request, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::{Instant, timeout_at},
};
use tokio_rustls::TlsConnector;
use url::Url;

use crate::trust;

/// How long one request takes at most.
const TIME: Duration = Duration::from_secs(5);

/// The most bytes of an answer, of its head and of its body.
const MOST: usize = 16 * 1024;

/// Where what vouches for services stands in the configuration.
const TRUST: &str = "web.trust_anchors_file";

/// What calls services.
pub(crate) struct Caller {
    tls: Arc<ClientConfig>,
}

/// What came of a request.
#[derive(Clone, Debug)]
pub(crate) enum Heard {
    /// An answer.
    Status { status: u16, headers: Box<HeaderMap>, body: Vec<u8> },
    /// Nobody was there: the service has got nothing.
    Unreached(String),
    /// The request went out, and no answer came.
    Cut(String),
}

/// What is sent.
enum Sent {
    Nothing,
    Form(String),
}

impl Caller {
    /// What calls services, and believes the authorities of this machine and those in the file.
    ///
    /// # Errors
    ///
    /// Those of [`trust::config`].
    pub(crate) fn new(trust_anchors_file: Option<&Path>) -> anyhow::Result<Self> {
        Ok(Self { tls: trust::config(TRUST, trust_anchors_file)? })
    }

    /// Posts a form.
    pub(crate) async fn post(&self, address: &str, form: String) -> Heard {
        self.ask(address, Sent::Form(form)).await
    }

    /// Asks for what is at an address.
    pub(crate) async fn get(&self, address: &str) -> Heard {
        self.ask(address, Sent::Nothing).await
    }

    async fn ask(&self, address: &str, sent: Sent) -> Heard {
        let until = Instant::now() + TIME;
        let connected = async {
            let url = Url::parse(address).context("no address")?;
            let stream = self.connect(&url).await?;
            let mut http = http1::Builder::new();
            let (sender, connection) =
                http.max_buf_size(MOST).handshake(TokioIo::new(stream)).await?;
            tokio::spawn(connection);
            let request = request(&url, sent)?;
            Ok::<_, anyhow::Error>((sender, request))
        };
        let (mut sender, request) = match timeout_at(until, connected).await {
            Ok(Ok(ready)) => ready,
            Ok(Err(error)) => return Heard::Unreached(format!("{error:#}")),
            Err(_) => return Heard::Unreached(String::from("no connection within 5 seconds")),
        };
        match timeout_at(until, sender.send_request(request)).await {
            Ok(Ok(answer)) => {
                let (parts, body) = answer.into_parts();
                // The status says it all; what follows is for whoever looks for a fault.
                let body = timeout_at(until, Limited::new(body, MOST).collect()).await;
                let body = match body {
                    Ok(Ok(body)) => body.to_bytes().into(),
                    Ok(Err(_)) | Err(_) => Vec::new(),
                };
                let status = parts.status.as_u16();
                Heard::Status { status, headers: Box::new(parts.headers), body }
            }
            Ok(Err(error)) => Heard::Cut(format!("the connection broke: {error}")),
            Err(_) => Heard::Cut(String::from("no answer within 5 seconds")),
        }
    }

    async fn connect(&self, url: &Url) -> anyhow::Result<Box<dyn Wire>> {
        let host = url.host_str().context("no host")?.trim_matches(['[', ']']).to_owned();
        let port = url.port_or_known_default().context("no port")?;
        let stream = match host.parse::<IpAddr>() {
            Ok(address) => TcpStream::connect((address, port)).await,
            Err(_) => TcpStream::connect((host.as_str(), port)).await,
        };
        let stream = stream.with_context(|| format!("cannot connect to {host}, port {port}"))?;
        stream.set_nodelay(true)?;
        if url.scheme() != "https" {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(host.clone())?;
        let connected = TlsConnector::from(Arc::clone(&self.tls)).connect(name, stream).await;
        connected
            .map(|stream| Box::new(stream) as Box<dyn Wire>)
            .map_err(|error| anyhow::anyhow!(trust::explain(&host, TRUST, &error)))
    }
}

trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

fn request(url: &Url, sent: Sent) -> anyhow::Result<Request<Full<Bytes>>> {
    let host = url.host_str().context("no host")?;
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let path = url
        .query()
        .map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let (method, body) = match sent {
        Sent::Nothing => (Method::GET, None),
        Sent::Form(form) => (Method::POST, Some(form)),
    };
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, host)
        .header(header::USER_AGENT, concat!("Warifu/", env!("CARGO_PKG_VERSION")))
        .header(header::ACCEPT, "*/*")
        .header(header::CONNECTION, "close");
    if body.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    Ok(request.body(Full::from(body.unwrap_or_default()))?)
}
