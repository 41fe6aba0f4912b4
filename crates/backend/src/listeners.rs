//! The two listeners: TLS 1.3, nothing shared, nothing resumed, every step with its limit.

use std::{
    convert::Infallible,
    fmt,
    net::SocketAddr,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use axum::{Router, body::Body, extract::Request, response::IntoResponse as _};
use hyper::service::service_fn;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use rustls::{
    RootCertStore, ServerConfig,
    crypto::aws_lc_rs,
    server::{ClientHello, NoServerSessionStorage, ResolvesServerCert, WebPkiClientVerifier},
    sign::CertifiedKey,
    time_provider::TimeProvider,
    version::TLS13,
};
use rustls_pki_types::{CertificateDer, UnixTime};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;
use warifu_protocol::ErrorCode;

use crate::{Clock, access::Peer, authority::thumbprint, error::Error};

const HANDSHAKE: Duration = Duration::from_secs(10);
const HEADERS: Duration = Duration::from_secs(15);
const REQUEST: Duration = Duration::from_secs(30);
/// A whole file of users, each with a password to be hashed.
const IMPORT: Duration = Duration::from_secs(180);
const DRAIN: Duration = Duration::from_secs(10);

/// The server certificate in use; replaced without a restart before it expires.
#[derive(Debug)]
pub(crate) struct ServerCertificate(RwLock<Arc<CertifiedKey>>);

impl ServerCertificate {
    pub(crate) fn new(certified: CertifiedKey) -> Arc<Self> {
        Arc::new(Self(RwLock::new(Arc::new(certified))))
    }

    pub(crate) fn replace(&self, certified: CertifiedKey) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(certified);
    }
}

impl ResolvesServerCert for ServerCertificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// TLS for one listener; with `clients`, it demands a certificate that this authority issued.
pub(crate) fn tls(
    server: Arc<ServerCertificate>,
    clients: Option<&CertificateDer<'static>>,
    clock: Clock,
) -> anyhow::Result<TlsAcceptor> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let time = Arc::new(HandshakeTime(clock));
    let builder = ServerConfig::builder_with_details(Arc::clone(&provider), time)
        .with_protocol_versions(&[&TLS13])?;
    let builder = match clients {
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.clone())?;
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
            builder.with_client_cert_verifier(verifier)
        }
        None => builder.with_no_client_auth(),
    };
    let mut config = builder.with_cert_resolver(server);
    // A resumed handshake skips the verifier, so nothing can be resumed.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.max_early_data_size = 0;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// The time with which clients' certificates are checked: the backend's own clock, as everywhere.
struct HandshakeTime(Clock);

impl fmt::Debug for HandshakeTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandshakeTime")
    }
}

impl TimeProvider for HandshakeTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from((self.0)()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

/// Serves until `stop` says so, then lets requests finish for ten seconds.
pub(crate) async fn serve(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    router: Router,
    max_connections: usize,
    mut stop: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(max_connections));
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "could not accept a connection");
                // Most often there are no file descriptors left; others must finish first.
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            tracing::warn!(%address, "too many connections");
            continue;
        };
        let (acceptor, router) = (acceptor.clone(), router.clone());
        let watcher = graceful.watcher();
        tokio::spawn(async move {
            let _place = place;
            if let Err(why) = connection(stream, address, acceptor, router, watcher).await {
                tracing::debug!(%address, why, "a connection ended");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

async fn connection(
    stream: TcpStream,
    address: SocketAddr,
    acceptor: TlsAcceptor,
    router: Router,
    watcher: hyper_util::server::graceful::Watcher,
) -> Result<(), String> {
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let handshake = acceptor.accept(stream).into_fallible();
    let stream = match tokio::time::timeout(HANDSHAKE, handshake).await {
        Err(_) => return Err(String::from("the handshake took too long")),
        Ok(Err((error, stream))) => {
            linger(stream).await;
            return Err(format!("the handshake failed: {error}"));
        }
        Ok(Ok(stream)) => stream,
    };
    let certificate = stream
        .get_ref()
        .1
        .peer_certificates()
        .and_then(|chain| chain.first())
        .map(|der| thumbprint(der));
    let peer = Peer { address: address.ip().to_canonical(), certificate };
    let service = service_fn(move |request: Request<hyper::body::Incoming>| {
        let router = router.clone();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer.clone());
        async move {
            let begun = std::time::Instant::now();
            let (method, path) = (request.method().clone(), request.uri().path().to_owned());
            let limit = if path == "/v1/imports" { IMPORT } else { REQUEST };
            let response = match tokio::time::timeout(limit, router.oneshot(request)).await {
                Ok(Ok(response)) => response,
                Ok(Err(never)) => match never {},
                Err(_) => Error::refused(ErrorCode::BackendBusy).into_response(),
            };
            let (status, took) = (response.status().as_u16(), begun.elapsed().as_millis());
            tracing::info!(%method, path, status, took_ms = took, "request");
            Ok::<_, Infallible>(response)
        }
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADERS);
    let serving = http.serve_connection(TokioIo::new(stream), service);
    watcher.watch(serving).await.map_err(|error| error.to_string())
}

/// Lets a client whose certificate was refused read the alert that says why: closing while its
/// request is unread would reset the connection and lose it.
async fn linger(mut stream: TcpStream) {
    let drain = async {
        let mut rest = [0; 1024];
        let _ = stream.shutdown().await;
        while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
    };
    let _ = tokio::time::timeout(Duration::from_secs(2), drain).await;
}
