//! What a monitoring system is told, over plain HTTP on a listener of its own: `/metrics` in Prometheus'
//! text format, and `/ready`. Nothing of it names anybody.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use prometheus_client::{
    encoding::{EncodeLabelSet, prometheus_text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, info::Info},
    registry::Registry,
};
use rustls::sign::CertifiedKey;
use tokio::sync::watch;
use warifu_protocol::{ErrorCode, Timestamp};
use warifu_store::{
    StoreError,
    tables::{audit, outbox},
};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::{
    domain::Backend,
    http::Fault,
    metrics::{Door, Metrics, Outcome, Route},
};

/// How long the database has for its answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// The text format's name.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Says which certificate a listener shows.
pub(super) type Shown = Box<dyn Fn() -> Arc<CertifiedKey> + Send + Sync>;

/// What is told.
pub(super) struct Told {
    pub(super) backend: Arc<Backend>,
    pub(super) certificates: Vec<(Door, Shown)>,
    pub(super) stopped: watch::Receiver<bool>,
}

/// The router of the listener.
pub(super) fn router(told: Told) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/ready", get(ready))
        .with_state(Arc::new(told))
}

/// Counts what a listener is asked, and what became of it.
pub(super) fn watched(router: Router, metrics: &Metrics, door: Door) -> Router {
    router.layer(middleware::from_fn_with_state((metrics.clone(), door), watch))
}

async fn watch(
    State((metrics, door)): State<(Metrics, Door)>,
    request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let route = Route::of(request.extensions().get::<MatchedPath>());
    let posted = request.method() == Method::POST;
    let response = next.run(request).await;
    match (door, route.as_str()) {
        (Door::Service, "/v1/sessions") if posted => metrics.login(outcome(&response)),
        (Door::Enrolment, "/v1/enrolments/certificate") | (Door::Service, "/v1/renewals")
            if posted =>
        {
            metrics.issuance(outcome(&response));
        }
        _ => {}
    }
    metrics.request(door, route, begun.elapsed());
    response
}

fn outcome(response: &Response) -> Outcome {
    let status = response.status();
    match response.extensions().get::<ErrorCode>() {
        _ if status.is_success() => Outcome::Accepted,
        _ if response.extensions().get::<Fault>().is_some() => Outcome::Failed,
        Some(ErrorCode::AuthenticationFailed) => Outcome::WrongPassword,
        Some(ErrorCode::AccountLocked) => Outcome::Locked,
        Some(ErrorCode::TooManyAttempts) => Outcome::TurnedAway,
        _ if status == StatusCode::SERVICE_UNAVAILABLE => Outcome::TurnedAway,
        _ if status.is_server_error() => Outcome::Failed,
        _ => Outcome::Refused,
    }
}

#[derive(Clone, Copy, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct Listener {
    listener: Door,
}

/// What the database says of itself.
#[derive(Clone, Copy, Debug)]
struct Counts {
    audit_rows: i64,
    queued_letters: u32,
}

impl Told {
    async fn counts(&self) -> Option<Counts> {
        let read = self.backend.store.read_at_length(|tx| {
            let audit_rows = audit::count(tx)?;
            let queued_letters = outbox::count(tx, "queued")?;
            Ok::<_, StoreError>(Counts { audit_rows, queued_letters })
        });
        match tokio::time::timeout(PATIENCE, read).await {
            Ok(Ok(counts)) => return Some(counts),
            Ok(Err(error)) => tracing::error!(%error, "the database does not answer"),
            Err(_) => tracing::error!("the database does not answer in time"),
        }
        None
    }

    async fn registry(&self) -> Registry {
        let mut registry = Registry::with_prefix("warifu");
        self.backend.metrics.register(&mut registry);
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        registry.register("build", "The program", Info::new(version.to_vec()));
        let counts = self.counts().await;
        let up = gauge(i64::from(counts.is_some()));
        registry.register("database_up", "Whether the database answers", up);
        if let Some(Counts { audit_rows, queued_letters }) = counts {
            let rows = Counter::<u64>::default();
            rows.inc_by(audit_rows.unsigned_abs());
            registry.register("audit_rows", "Rows of the audit log", rows);
            let queued = gauge(i64::from(queued_letters));
            registry.register("outbox_queued", "Letters that wait for the mail server", queued);
        }
        if let Some(list) = &*self.backend.crl.lock().await {
            registry.register(
                "crl_next_update_timestamp_seconds",
                "Until when the revocation list that was signed last is valid",
                gauge(list.next_update()),
            );
        }
        registry.register(
            "authority_certificate_expiry_timestamp_seconds",
            "Until when the authority's certificate is valid",
            gauge(self.backend.issuer.not_after()),
        );
        let expiries = Family::<Listener, Gauge>::default();
        for (door, shown) in &self.certificates {
            if let Some(not_after) = not_after(&shown()) {
                expiries.get_or_create(&Listener { listener: *door }).set(not_after);
            }
        }
        registry.register(
            "server_certificate_expiry_timestamp_seconds",
            "Until when the certificate that a listener shows is valid",
            expiries,
        );
        registry
    }
}

fn gauge(value: i64) -> Gauge {
    let gauge = Gauge::default();
    gauge.set(value);
    gauge
}

fn not_after(shown: &CertifiedKey) -> Option<Timestamp> {
    let (_, leaf) = X509Certificate::from_der(shown.cert.first()?).ok()?;
    Some(leaf.validity().not_after.timestamp())
}

async fn metrics(State(told): State<Arc<Told>>) -> Response {
    let registry = told.registry().await;
    let mut text = String::new();
    match prometheus_text::encode(&mut text, &registry) {
        Ok(()) => ([(header::CONTENT_TYPE, TEXT)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Whether requests should be sent here: the listeners are bound before this one answers.
async fn ready(State(told): State<Arc<Told>>) -> (StatusCode, &'static str) {
    if *told.stopped.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    let schema = told.backend.store.has_known_schema();
    match tokio::time::timeout(PATIENCE, schema).await {
        Ok(Ok(true)) => (StatusCode::OK, "ready\n"),
        Ok(Ok(false)) => (StatusCode::SERVICE_UNAVAILABLE, "schema\n"),
        Ok(Err(_)) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "database\n"),
    }
}
