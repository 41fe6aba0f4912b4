//! The listener for browsers and services: an OpenID Provider (OpenID Connect Core 1.0) with one response
//! type, PKCE always and confidential clients only. What is decided is decided in `domain::sso`; here is
//! what travels over HTTP, and the pages that people see.
//!
//! | file | |
//! |---|---|
//! | `authorize`, `token`, `userinfo`, `logout`, `discovery` | the endpoints of services |
//! | `handoff` | the way from the app into the browser |
//! | `approval` | the way from a service's page to the app and back |
//! | `pages`, `texts` | what people see |
//! | `client` | which service asks |
//! | `asker` | which browser asks, from where and how it came to that |
//! | `attempts` | how much may be tried |
//! | `parameters`, `cookies`, `headers` | what requests and answers are made of |

mod approval;
mod asker;
mod attempts;
mod authorize;
mod client;
mod cookies;
mod discovery;
mod face;
mod handoff;
mod headers;
mod logout;
mod pages;
mod parameters;
mod texts;
mod token;
mod userinfo;

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use tokio::sync::Notify;

pub(crate) use self::client::Clients;
use self::{asker::Language, attempts::Attempts, pages::Pages};
use super::edge::logged;
use crate::{
    config::web::{Issuer, Transport, WebConfig},
    domain::Backend,
    network::Peer,
};

const AUTHORIZE: &str = "/authorize";
const TOKEN: &str = "/token";
const USERINFO: &str = "/userinfo";
const JWKS: &str = "/jwks";
const LOGOUT: &str = "/logout";

/// How long a request may take.
const TIME: Duration = Duration::from_secs(30);

/// What the requests of this listener share.
pub(crate) struct Provider {
    backend: Arc<Backend>,
    web: WebConfig,
    clients: Clients,
    attempts: Attempts,
    delivery: Arc<Notify>,
}

impl Provider {
    /// What the requests share; `delivery` wakes whoever tells services that logins have ended.
    ///
    /// # Errors
    ///
    /// A service whose keys cannot be read.
    pub(crate) fn new(
        backend: Arc<Backend>,
        web: WebConfig,
        delivery: Arc<Notify>,
    ) -> anyhow::Result<Arc<Self>> {
        let clients = Clients::open(&backend.config)?;
        let attempts = Attempts::default();
        Ok(Arc::new(Self { backend, web, clients, attempts, delivery }))
    }

    fn issuer(&self) -> &Issuer {
        &self.web.url
    }

    fn wake_delivery(&self) {
        self.delivery.notify_one();
    }

    fn pages(&self, headers: &HeaderMap, ui_locales: Option<&str>) -> Pages<'_> {
        Pages::new(&self.backend.config, Language::of(ui_locales, headers))
    }

    /// The body of a request that a page of ours has made; none if it was another's.
    async fn own_json(&self, request: Request, most: usize) -> Option<Vec<u8>> {
        let headers = request.headers();
        let is_ours = asker::comes_from_own_page(headers, self.issuer().as_str())
            && parameters::is_of_type(headers, "application/json");
        if !is_ours {
            return None;
        }
        parameters::body(request, most).await.ok()
    }
}

/// The listener's router.
pub(crate) fn router(provider: Arc<Provider>) -> Router {
    let routes = Router::new()
        .route("/.well-known/openid-configuration", get(discovery::configuration))
        .route(JWKS, get(discovery::jwks))
        .route(AUTHORIZE, get(authorize::get).post(authorize::post))
        .route(TOKEN, post(token::post))
        .route(USERINFO, get(userinfo::answer).post(userinfo::answer))
        .route(LOGOUT, get(logout::get).post(logout::post))
        .route("/logout/confirmation", post(logout::confirm))
        .route("/handoff", get(handoff::get).post(handoff::post))
        .route("/wait", get(approval::wait))
        .route("/continue", get(approval::page).post(approval::post))
        .route("/", get(pages::root))
        .route(face::LOGO, get(face::logo))
        .route(face::COLOUR, get(face::colour))
        .route("/assets/{name}", get(pages::asset))
        .fallback(pages::nowhere)
        .method_not_allowed_fallback(pages::nowhere)
        .layer(from_fn(in_time));
    logged(routes).layer(from_fn_with_state(Arc::clone(&provider), received)).with_state(provider)
}

async fn in_time(request: Request, next: Next) -> Response {
    let busy = || StatusCode::SERVICE_UNAVAILABLE.into_response();
    tokio::time::timeout(TIME, next.run(request)).await.unwrap_or_else(|_| busy())
}

/// Says who asks, refuses what is meant for another host, and completes the answer.
async fn received(
    State(provider): State<Arc<Provider>>,
    Extension(peer): Extension<Peer>,
    mut request: Request,
    next: Next,
) -> Response {
    let address = asker::address(peer.address, request.headers(), &provider.web.behind_proxy);
    request.extensions_mut().insert(Peer { address, certificate: None });
    let mut answer = if is_meant(&provider, &request) {
        next.run(request).await
    } else {
        // Whoever asks has reached the wrong server, or a proxy hides what was asked for.
        let text = HeaderValue::from_static("text/plain; charset=utf-8");
        let why = "This server is not the one that was asked for (Host).\n";
        (StatusCode::MISDIRECTED_REQUEST, [(header::CONTENT_TYPE, text)], why).into_response()
    };
    let is_own_tls = matches!(provider.web.transport(), Transport::Tls { .. });
    headers::complete(answer.headers_mut(), is_own_tls);
    answer
}

/// Whether a request names this host, in each place where it names one (RFC 9112 §3.2).
fn is_meant(provider: &Provider, request: &Request) -> bool {
    let named = request.uri().authority().map(axum::http::uri::Authority::as_str);
    let mut hosts = request.headers().get_all(header::HOST).iter().map(HeaderValue::to_str);
    let (Some(Ok(host)), None) = (hosts.next(), hosts.next()) else { return false };
    let is_ours = |host: &str| provider.issuer().is_addressed_by(host);
    is_ours(host) && named.is_none_or(is_ours)
}
