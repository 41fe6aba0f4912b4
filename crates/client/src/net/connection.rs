//! The way to the backend: TLS 1.3 to one of its two listeners, JSON over it.
//!
//! A [`Connection`] belongs to one listener and, on the service listener, to one certificate. It is
//! never shared between identities: pooled connections carry the certificate that opened them.

use std::{sync::Arc, time::Duration};

use http_body_util::Full;
use hyper::{Method, Request, StatusCode, body::Bytes, header};
use rustls::ClientConfig;
use serde::{Serialize, de::DeserializeOwned};
use url::Url;
use warifu_protocol::{API_PREFIX, ErrorCode, PROBLEM_JSON, Problem, SecretText};
use zeroize::Zeroizing;

use super::{Network, failure::Broken, place, pool::Pool, target};
use crate::Failure;

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
    pool: Arc<Pool>,
    base: Url,
    /// What the requests call themselves.
    agent: String,
    /// Most time for a whole request.
    limit: Duration,
}

impl Connection {
    /// To the listener at `base`.
    ///
    /// # Errors
    ///
    /// `profile-invalid` if it is not spoken to over TLS.
    pub(super) fn new(
        base: Url,
        tls: ClientConfig,
        network: Arc<Network>,
        limits: Limits,
        agent: String,
    ) -> Result<Self, Failure> {
        if base.scheme() != "https" {
            return Err(Failure::new(ErrorCode::ProfileInvalid));
        }
        let Limits { connect, request } = limits;
        let pool = Arc::new(Pool::new(base.clone(), Arc::new(tls), network, connect));
        Ok(Self { pool, base, agent, limit: request })
    }

    /// The same connection for a request that takes longer.
    pub(crate) fn patient(&self, request: Duration) -> Self {
        Self { limit: request, ..self.clone() }
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
        let request = self.request(method, path, query, bearer, body)?;
        let asked = tokio::time::timeout(self.limit, async {
            let answer = self.pool.send(request).await?;
            let status = answer.head.status();
            let content_type = answer
                .head
                .headers()
                .get(header::CONTENT_TYPE)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
                .to_owned();
            let content = self.pool.read(answer, MAX_ANSWER).await?;
            Ok((status, content_type, content))
        });
        let (status, content_type, answer) =
            asked.await.unwrap_or_else(|_| Err(Broken::TooSlow.failure(&self.base)))?;
        if content_type.starts_with(PROBLEM_JSON) {
            return Err(problem(&answer, status));
        }
        let understood = status == StatusCode::NO_CONTENT
            || (status.is_success() && content_type.starts_with("application/json"));
        if understood { Ok(answer) } else { Err(Failure::new(ErrorCode::UnexpectedAnswer)) }
    }

    fn request<B: Serialize>(
        &self,
        method: Method,
        path: &str,
        query: &[(String, String)],
        bearer: Option<&SecretText>,
        body: Option<&B>,
    ) -> Result<Request<Full<Bytes>>, Failure> {
        let mut url = self.base.clone();
        url.set_path(&format!("{API_PREFIX}{path}"));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut request = Request::builder()
            .method(method)
            .uri(&url[url::Position::BeforePath..])
            .header(header::HOST, self.host())
            .header(header::USER_AGENT, &self.agent)
            .header(header::ACCEPT, "application/json");
        if let Some(token) = bearer {
            let text = Zeroizing::new(format!("Bearer {}", token.expose()));
            let value = header::HeaderValue::from_str(&text);
            let mut value =
                value.map_err(|error| Failure::new(ErrorCode::AppFailed).because(&error))?;
            value.set_sensitive(true);
            request = request.header(header::AUTHORIZATION, value);
        }
        // A password may be in it.
        let mut content = Zeroizing::new(Vec::new());
        if let Some(body) = body {
            request = request.header(header::CONTENT_TYPE, "application/json");
            serde_json::to_writer(&mut *content, body)
                .map_err(|error| Failure::new(ErrorCode::AppFailed).because(&error))?;
        }
        request
            .body(Full::new(Bytes::from_owner(content)))
            .map_err(|error| Failure::new(ErrorCode::AppFailed).because(&error))
    }

    /// The listener as a request names it (RFC 9110 §7.2).
    fn host(&self) -> String {
        match (target(&self.base), self.base.port()) {
            (Some((host, _)), Some(port)) => place(&host, port),
            (Some(_), None) | (None, _) => self.base.host_str().unwrap_or_default().to_owned(),
        }
    }
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
