//! The way to the backend: TLS 1.3 to one of its two listeners, JSON over it.
//!
//! A [`Connection`] belongs to one listener and, on the service listener, to one certificate. It is
//! never shared between identities: pooled connections carry the certificate that opened them.

mod failure;
mod names;
mod verifier;

use std::{fmt, sync::Arc, time::Duration};

use reqwest::{Method, StatusCode, Url, header};
use rustls::{
    ClientConfig, RootCertStore,
    client::Resumption,
    crypto::aws_lc_rs,
    sign::{CertifiedKey, SingleCertAndKey},
    time_provider::TimeProvider,
    version::TLS13,
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use serde::{Serialize, de::DeserializeOwned};
use tokio::{io::AsyncReadExt as _, net::TcpStream, task::spawn_blocking};
use tokio_rustls::TlsConnector;
use warifu_keystore::DeviceKey;
use warifu_protocol::{API_PREFIX, ErrorCode, PROBLEM_JSON, Problem, SecretText};

pub(crate) use self::verifier::known_authorities;
use self::verifier::{Calendar, Verifier};
use crate::{
    Client, Clock, Failure,
    certificate::Certificate,
    device_key::HandshakeKey,
    network::{Network, Proxy, TunnelError},
    profile::Profile,
};

/// How long each step may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Name resolution, TCP, proxy and TLS together.
    pub(crate) connect: Duration,
    /// A whole request with its answer, connecting included.
    pub(crate) request: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), request: Duration::from_secs(30) }
    }
}

/// The largest answer that is read, in bytes.
const MAX_ANSWER: usize = 1024 * 1024;

/// A connection to one listener.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    http: reqwest::Client,
    tls: Arc<ClientConfig>,
    base: Url,
    limits: Limits,
    network: Arc<Network>,
}

impl Connection {
    /// To the enrolment listener, without a certificate.
    pub(crate) fn enrolment(client: &Client, profile: &Profile) -> Result<Self, Failure> {
        let tls = tls_config(client, profile, Calendar::ThisPc)?.with_no_client_auth();
        Self::new(client, tls, profile.enrolment.clone())
    }

    /// To the enrolment listener, whose certificate may be out of its time: for asking the time.
    pub(crate) fn at_any_time(client: &Client, profile: &Profile) -> Result<Self, Failure> {
        let tls = tls_config(client, profile, Calendar::Any)?.with_no_client_auth();
        Self::new(client, tls, profile.enrolment.clone())
    }

    /// To the service listener, with a certificate and the key that belongs to it.
    pub(crate) fn service(
        client: &Client,
        profile: &Profile,
        certificate: &Certificate,
        key: Arc<dyn DeviceKey>,
    ) -> Result<Self, Failure> {
        let chain = vec![
            CertificateDer::from(certificate.der.clone()),
            CertificateDer::from(certificate.issuer_der.clone()),
        ];
        let certified = CertifiedKey::new(chain, Arc::new(HandshakeKey(key)));
        // Wrong when the key in the keystore is not the one that was certified.
        certified.keys_match().map_err(|e| Failure::new(ErrorCode::KeyDamaged).because(&e))?;
        let tls = tls_config(client, profile, Calendar::ThisPc)?
            .with_client_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        Self::new(client, tls, profile.service.clone())
    }

    fn new(client: &Client, mut tls: ClientConfig, base: Url) -> Result<Self, Failure> {
        let limits = client.inner.limits;
        let network = Arc::clone(&client.inner.network);
        // A resumed session would skip the check of the certificate.
        tls.resumption = Resumption::disabled();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.clone())
            .https_only(true)
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(names::Resolver)
            .proxy(network.for_requests())
            .connect_timeout(limits.connect)
            .timeout(limits.request)
            .user_agent(format!("Warifu/{}", client.inner.version))
            .build()
            .map_err(|error| Failure::new(ErrorCode::AppFailed).because(&error))?;
        Ok(Self { http, tls: Arc::new(tls), base, limits, network })
    }

    /// The same connection for a request that takes longer.
    pub(crate) fn patient(&self, request: Duration) -> Self {
        Self { limits: Limits { request, ..self.limits }, ..self.clone() }
    }

    /// `GET path`.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        bearer: Option<&SecretText>,
    ) -> Result<T, Failure> {
        let answer = self.send(Method::GET, path, &[], bearer, None::<&()>).await?;
        read_json(&answer)
    }

    /// `GET path?query`.
    pub(crate) async fn get_with<Q: Serialize + Sync, T: DeserializeOwned>(
        &self,
        path: &str,
        query: &Q,
        bearer: &SecretText,
    ) -> Result<T, Failure> {
        let query = query_pairs(query)?;
        let answer = self.send(Method::GET, path, &query, Some(bearer), None::<&()>).await?;
        read_json(&answer)
    }

    /// `PUT path` with a JSON body, for a JSON answer.
    pub(crate) async fn put<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        path: &str,
        bearer: Option<&SecretText>,
        body: &B,
    ) -> Result<T, Failure> {
        let answer = self.send(Method::PUT, path, &[], bearer, Some(body)).await?;
        read_json(&answer)
    }

    /// `POST path` with a JSON body, for a JSON answer.
    pub(crate) async fn post<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        path: &str,
        bearer: Option<&SecretText>,
        body: &B,
    ) -> Result<T, Failure> {
        let answer = self.send(Method::POST, path, &[], bearer, Some(body)).await?;
        read_json(&answer)
    }

    /// `POST path` with a JSON body, for an answer without content.
    pub(crate) async fn post_for_nothing<B: Serialize + Sync>(
        &self,
        path: &str,
        bearer: Option<&SecretText>,
        body: &B,
    ) -> Result<(), Failure> {
        self.send(Method::POST, path, &[], bearer, Some(body)).await.map(drop)
    }

    /// `DELETE path`.
    pub(crate) async fn delete(&self, path: &str, bearer: &SecretText) -> Result<(), Failure> {
        self.send(Method::DELETE, path, &[], Some(bearer), None::<&()>).await.map(drop)
    }

    async fn send<B: Serialize + Sync>(
        &self,
        method: Method,
        path: &str,
        query: &[(String, String)],
        bearer: Option<&SecretText>,
        body: Option<&B>,
    ) -> Result<Vec<u8>, Failure> {
        let failed = |error: reqwest::Error| failure::of_request(&error, &self.base);
        let mut url = self.base.clone();
        url.set_path(&format!("{API_PREFIX}{path}"));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut request = self.http.request(method, url).header(header::ACCEPT, "application/json");
        request = request.timeout(self.limits.request);
        if let Some(token) = bearer {
            request = request.bearer_auth(token.expose());
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let request = request.build().map_err(failed)?;
        let mut response = self.execute(request).await?;
        let status = response.status();
        let content_type = response
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let mut answer = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if answer.len() + chunk.len() > MAX_ANSWER {
                return Err(Failure::new(ErrorCode::UnexpectedAnswer));
            }
            answer.extend_from_slice(&chunk);
        }
        if content_type.starts_with(PROBLEM_JSON) {
            return Err(problem(&answer, status));
        }
        let understood = status == StatusCode::NO_CONTENT
            || (status.is_success() && content_type.starts_with("application/json"));
        if understood { Ok(answer) } else { Err(Failure::new(ErrorCode::UnexpectedAnswer)) }
    }
}

impl Connection {
    /// Sends a request; names why that fails, and tells a proxy who asks if it wants to know and this
    /// PC knows it.
    async fn execute(&self, request: reqwest::Request) -> Result<reqwest::Response, Failure> {
        // The app neither streams nor reads bodies from a file, so each request can be sent again.
        let again = request.try_clone();
        let failure = match self.attempt(request).await {
            Ok(response) => return Ok(response),
            Err(failure) => failure,
        };
        let asked = matches!(
            failure.code,
            ErrorCode::ProxyAuthenticationRequired | ErrorCode::ProxyCredentialsRefused
        );
        let (Some(again), Some(proxy)) = (again, self.network.proxy_for(&self.base)) else {
            return Err(failure);
        };
        let network = Arc::clone(&self.network);
        // The proxy refused before anything was sent to the backend: nothing happens twice.
        if asked && spawn_blocking(move || network.recall(&proxy)).await?? {
            return self.attempt(again).await;
        }
        Err(failure)
    }

    async fn attempt(&self, request: reqwest::Request) -> Result<reqwest::Response, Failure> {
        let proxy = self.network.proxy_for(&self.base);
        if let Some(proxy) = proxy.as_ref().filter(|proxy| !proxy.is_understood()) {
            return Err(TunnelError::NotUnderstood.failure(proxy, false));
        }
        let error = match self.http.execute(request).await {
            Ok(response) => return Ok(response),
            Err(error) => error,
        };
        let failure = failure::of_request(&error, &self.base);
        // The HTTP library keeps to itself what a proxy said, and what a server said before its first
        // request.
        let better = match (failure.code, &proxy) {
            (ErrorCode::UnexpectedAnswer, _) => self.refusal().await,
            (ErrorCode::ProxyRefused | ErrorCode::BackendUnreachable, Some(proxy)) => {
                self.ask_without_login(proxy).await
            }
            _ => None,
        };
        Err(better.unwrap_or(failure))
    }

    /// What a proxy says to one who does not say who asks.
    async fn ask_without_login(&self, proxy: &Proxy) -> Option<Failure> {
        let (host, port) = self.target()?;
        let answer = proxy.tunnel(&host, port, self.limits.connect, false).await;
        answer.err().map(|error| error.failure(proxy, proxy.login.is_some()))
    }

    /// The listener's host and port.
    fn target(&self) -> Option<(String, u16)> {
        let host = self.base.host_str()?.trim_matches(['[', ']']).to_owned();
        Some((host, self.base.port_or_known_default()?))
    }

    /// A connection to the listener, over which nothing was said yet.
    async fn connect(&self) -> Option<TcpStream> {
        let (host, port) = self.target()?;
        match self.network.proxy_for(&self.base) {
            Some(proxy) => proxy.tunnel(&host, port, self.limits.connect, true).await.ok(),
            None => TcpStream::connect((host, port)).await.ok(),
        }
    }

    /// Why the server ends a connection right after the handshake, if it says so: in TLS 1.3 that is
    /// where a client certificate is refused (RFC 8446 §4.4.2.4).
    async fn refusal(&self) -> Option<Failure> {
        let (host, _) = self.target()?;
        let name = ServerName::try_from(host).ok()?;
        let connector = TlsConnector::from(Arc::clone(&self.tls));
        let listen = async {
            let stream = self.connect().await.ok_or(std::io::ErrorKind::NotConnected)?;
            let mut stream = connector.connect(name, stream).await?;
            stream.read_u8().await.map(drop)
        };
        let error = tokio::time::timeout(self.limits.connect, listen).await.ok()?.err()?;
        failure::of_handshake(&error)
    }
}

/// The time with which servers' certificates are checked: the app's own clock, as everywhere.
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

fn tls_config(
    client: &Client,
    profile: &Profile,
    calendar: Calendar,
) -> Result<rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert>, Failure> {
    let failed = |error: &dyn std::error::Error| Failure::new(ErrorCode::AppFailed).because(error);
    let known = known_authorities(&client.inner, profile)?;
    let verifier = Verifier::new(roots(client, profile)?, known, calendar);
    let verifier = Arc::new(verifier.map_err(|error| failed(&error))?);
    let time = Arc::new(HandshakeTime(Arc::clone(&client.inner.clock)));
    Ok(ClientConfig::builder_with_details(Arc::new(aws_lc_rs::default_provider()), time)
        .with_protocol_versions(&[&TLS13])
        .map_err(|error| failed(&error))?
        .dangerous()
        .with_custom_certificate_verifier(verifier))
}

fn roots(client: &Client, profile: &Profile) -> Result<RootCertStore, Failure> {
    let mut roots = RootCertStore::empty();
    // A profile's were examined when it was taken in; among this PC's there may be odd ones.
    let (taken, _) = roots.add_parsable_certificates(client.inner.anchors(profile)?);
    if taken == 0 {
        return Err(Failure::new(ErrorCode::BackendUntrusted));
    }
    Ok(roots)
}

/// The fields of a query that are set, as text.
fn query_pairs<Q: Serialize>(query: &Q) -> Result<Vec<(String, String)>, Failure> {
    let json = serde_json::to_value(query)
        .map_err(|error| Failure::new(ErrorCode::AppFailed).because(&error))?;
    let fields = json.as_object().into_iter().flatten();
    let text = |value: &serde_json::Value| match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    };
    Ok(fields.map(|(name, value)| (name.clone(), text(value))).collect())
}

fn read_json<T: DeserializeOwned>(answer: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(answer)
        .map_err(|error| Failure::new(ErrorCode::UnexpectedAnswer).because(&error))
}

fn problem(answer: &[u8], status: StatusCode) -> Failure {
    match serde_json::from_slice::<Problem>(answer) {
        Ok(problem) => Failure::from(problem),
        // A code that this version does not know yet.
        Err(error) if status.is_server_error() => {
            Failure::new(ErrorCode::BackendFailed).because(&error)
        }
        Err(error) => Failure::new(ErrorCode::UnexpectedAnswer).because(&error),
    }
}
