//! One connection, from its handshake to its end, every step with its limit.

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header, uri::Authority},
    response::{IntoResponse as _, Response},
};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::server::Acceptor;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    sync::watch,
    time::Instant,
};
use tokio_rustls::{Accept, LazyConfigAcceptor};
use tower::ServiceExt as _;
use warifu_pki::thumbprint;
use warifu_protocol::{ErrorCode, Thumbprint};

use super::{
    forwarded::{self, Source},
    listener::{Behind, Shared},
    places::Place,
    stream::{Answers, Impatient},
};
use crate::{domain::authenticate::Peer, http, metrics::Handshake, network::Network};

/// For a load balancer's header and the handshake together.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// For the head of a request, from the end of the answer before.
const HEADERS: Duration = Duration::from_secs(15);
/// Without any of an answer getting through.
const UNREAD: Duration = Duration::from_secs(30);
/// After which a connection ends with the answer to what is being asked.
const LIFE: Duration = Duration::from_secs(600);
/// The largest head, with what comes behind it, that is read before it is understood.
const READ_AHEAD: usize = 32 * 1024;

type Future<T> = std::pin::Pin<Box<dyn std::future::Future<Output = T> + Send>>;

/// Whether the database knows a certificate and lets it be used now.
pub(crate) type Standing = Arc<dyn Fn(Thumbprint) -> Future<bool> + Send + Sync>;

/// What is spoken over: TLS, or nothing but TCP.
trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// Serves a connection that holds one of the places for unfinished handshakes.
pub(super) async fn run(
    shared: &Shared,
    stream: TcpStream,
    address: SocketAddr,
    unfinished: Place,
    mut stop: watch::Receiver<bool>,
) -> Result<(), String> {
    let until = Instant::now() + HANDSHAKE;
    let (mut stream, mut address, mut unfinished) = (stream, address, unfinished);
    let mut may_ask = true;
    if shared.is_behind_balancers() {
        let source = tokio::select! {
            source = forwarded::read_until(&mut stream, until) => source?,
            () = unfinished.is_needed() => return Err(String::from("others needed the place")),
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
        };
        match source {
            Source::Client(client) => address = client,
            Source::Balancer => may_ask = false,
        }
        drop(unfinished);
        let network = shared.counts_networks.then(|| Network::of(address.ip()));
        let Some(own) = shared.unfinished.take(network, None) else {
            shared.turn_away(address);
            return Ok(());
        };
        unfinished = own;
    }
    let mut begun = tokio::select! {
        begun = begin(shared, stream, address, until) => begun?,
        () = unfinished.is_needed() => return Err(String::from("others needed the place")),
        _ = stop.wait_for(|stop| *stop) => return Ok(()),
    };
    if !may_ask {
        // A load balancer that looks whether anybody is here: it has seen the handshake.
        let _ = tokio::time::timeout_at(until, begun.stream.shutdown()).await;
        return Ok(());
    }
    let Begun { behind, stream, answers, peer, welcome } = begun;
    let places = if welcome { &behind.served } else { &behind.refused };
    let network = behind.counts_networks.then(|| Network::of(peer.address));
    let Some(place) = places.take(network, peer.certificate.as_ref()) else {
        shared.turn_away(address);
        return Ok(());
    };
    drop(unfinished);
    let place = Arc::new(place);
    let (router, working) = (behind.router.clone(), Arc::clone(&place));
    // Of several on one socket, the name in the handshake has chosen; a request for another has gone astray.
    let chosen = shared.only().is_none().then_some(behind);
    let service = service_fn(move |request: Request<Incoming>| {
        let (router, answers, peer) = (router.clone(), answers.clone(), peer.clone());
        let working = Arc::clone(&working);
        let is_astray = chosen.is_some_and(|behind| !behind.is_meant(host(&request)));
        async move {
            let pipelined = answers.were_not_awaited();
            answers.all_sent().await;
            let _at_work = working.at_work();
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(peer);
            let mut response = if is_astray {
                StatusCode::MISDIRECTED_REQUEST.into_response()
            } else {
                router.oneshot(request).await?
            };
            if !welcome || pipelined || is_unwelcome(&response) {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
            }
            answers.begin();
            Ok::<_, Infallible>(response)
        }
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADERS).max_buf_size(READ_AHEAD);
    let mut serving = pin!(http.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        served = serving.as_mut() => return served.map_err(|error| error.to_string()),
        () = place.is_needed() => return Err(String::from("others needed the place")),
        _ = stop.wait_for(|stop| *stop) => {}
        () = tokio::time::sleep(LIFE) => {}
    }
    serving.as_mut().graceful_shutdown();
    tokio::select! {
        served = serving => served.map_err(|error| error.to_string()),
        () = place.is_needed() => Err(String::from("others needed the place")),
        () = tokio::time::sleep(http::LONGEST) => Err(String::from("its life was over")),
    }
}

/// The host that a request names.
fn host(request: &Request<Incoming>) -> Option<&str> {
    let written = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    request.uri().authority().map(Authority::as_str).or(written)
}

/// A connection whose handshake is done.
struct Begun<'a> {
    /// Whom it is for.
    behind: &'a Behind,
    stream: Box<dyn Wire>,
    answers: Answers,
    peer: Peer,
    /// Whether more than a refusal is to be expected.
    welcome: bool,
}

async fn begin(
    shared: &Shared,
    stream: TcpStream,
    address: SocketAddr,
    until: Instant,
) -> Result<Begun<'_>, String> {
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let stream = Impatient::new(stream, UNREAD);
    let answers = stream.answers();
    let (behind, stream, certificate) = match shared.only() {
        Some(behind @ Behind { tls: None, .. }) => {
            (behind, Box::new(stream) as Box<dyn Wire>, None)
        }
        _ => {
            let (behind, handshake) = choose(shared, stream, until).await?;
            let shaken = shake_hands(handshake, until).await;
            if let Some((metrics, door)) = &behind.counted {
                let done = if shaken.is_ok() { Handshake::Done } else { Handshake::Failed };
                metrics.handshake(*door, done);
            }
            let (stream, certificate) = shaken?;
            (behind, stream, certificate)
        }
    };
    let welcome = match (&behind.standing, &certificate) {
        (Some(standing), Some(certificate)) => standing(certificate.clone()).await,
        (Some(_), None) => false,
        (None, _) => true,
    };
    let peer = Peer { address: address.ip().to_canonical(), certificate };
    Ok(Begun { behind, stream, answers, peer, welcome })
}

type Wired = Impatient<TcpStream>;

/// The fatal alert `unrecognized_name` in a record of its own (RFC 8446 §5.1, §6.2).
const UNRECOGNIZED_NAME: [u8; 7] = [0x15, 0x03, 0x03, 0, 2, 2, 112];

/// Who is asked for in the handshake, and the handshake with them.
async fn choose(
    shared: &Shared,
    stream: Wired,
    until: Instant,
) -> Result<(&Behind, Accept<Wired>), String> {
    if let Some(behind) = shared.only() {
        let tls = behind.tls.as_ref().ok_or("a listener without TLS")?;
        return Ok((behind, tls.accept(stream)));
    }
    let mut hello = pin!(LazyConfigAcceptor::new(Acceptor::default(), stream));
    let mut start = match tokio::time::timeout_at(until, hello.as_mut()).await {
        Err(_) => return Err(String::from("the handshake took too long")),
        Ok(Err(error)) => {
            if let Some(stream) = hello.take_io() {
                linger(stream).await;
            }
            return Err(format!("the handshake failed: {error}"));
        }
        Ok(Ok(start)) => start,
    };
    let name = start.client_hello().server_name().map(str::to_owned);
    let found = name.as_deref().and_then(|name| shared.named(name));
    let Some((behind, tls)) = found.and_then(|behind| Some((behind, behind.tls.as_ref()?))) else {
        let _ = start.io.write_all(&UNRECOGNIZED_NAME).await;
        linger(start.io).await;
        return Err(format!("nobody is here by the name of {name:?}"));
    };
    Ok((behind, start.into_stream(Arc::clone(tls.config()))))
}

/// The TLS of a connection, and whose it is.
async fn shake_hands(
    handshake: Accept<Wired>,
    until: Instant,
) -> Result<(Box<dyn Wire>, Option<Thumbprint>), String> {
    let stream = match tokio::time::timeout_at(until, handshake.into_fallible()).await {
        Err(_) => return Err(String::from("the handshake took too long")),
        Ok(Err((error, stream))) => {
            linger(stream).await;
            return Err(format!("the handshake failed: {error}"));
        }
        Ok(Ok(stream)) => stream,
    };
    let chain = stream.get_ref().1.peer_certificates();
    let certificate = chain.and_then(|chain| chain.first()).map(|der| thumbprint(der));
    Ok((Box::new(stream), certificate))
}

/// Whether an answer refuses the certificate that the connection was made with, and so whatever else
/// it would be used for.
fn is_unwelcome(response: &Response) -> bool {
    response.extensions().get::<ErrorCode>().is_some_and(|code| {
        [
            ErrorCode::CertificateUnknown,
            ErrorCode::CertificateRevoked,
            ErrorCode::CertificateSuperseded,
            ErrorCode::CertificateExpired,
            ErrorCode::CertificateNotYetValid,
            ErrorCode::AccountSuspended,
        ]
        .contains(code)
    })
}

/// Lets a client whose certificate was refused read the alert that says why: closing while its
/// request is unread would reset the connection and lose it.
async fn linger(mut stream: Impatient<TcpStream>) {
    let drain = async {
        let mut rest = [0; 1024];
        let _ = stream.shutdown().await;
        while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
    };
    let _ = tokio::time::timeout(Duration::from_secs(2), drain).await;
}
