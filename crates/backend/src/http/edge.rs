//! What stands before every route: how long it may take, how often it may be called, the log.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Extension, Router,
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
};
use warifu_protocol::{Details, ErrorCode};

use super::{Shared, request_id};
use crate::{
    domain::{Backend, authenticate::Peer},
    error::Error,
};

/// The most characters of anything that a client chose in one line of the log.
const CUT: usize = 200;
/// Characters of a thumbprint that tell certificates apart for a reader of the log.
const SHORT: usize = 16;

/// What one call of some routes may cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Until it is refused as busy.
    pub(super) time: Duration,
    /// How many calls a change counts for (see [`crate::pace`]).
    pub(super) weight: u32,
}

/// Keeps the routes that are there so far within their bounds.
pub(super) fn bounded(
    router: Router<Arc<Backend>>,
    backend: &Arc<Backend>,
    bounds: Bounds,
) -> Router<Arc<Backend>> {
    let Bounds { time, weight } = bounds;
    router
        .route_layer(from_fn(move |request, next| in_time(time, request, next)))
        .route_layer(from_fn_with_state(
            Arc::clone(backend),
            move |State(backend): Shared, Extension(peer): Extension<Peer>, request, next| {
                async move { at_pace(&backend, &peer, weight, request, next).await }
            },
        ))
}

async fn in_time(time: Duration, request: Request, next: Next) -> Response {
    tokio::time::timeout(time, next.run(request))
        .await
        .unwrap_or_else(|_| Error::refused(ErrorCode::BackendBusy).into_response())
}

async fn at_pace(
    backend: &Backend,
    peer: &Peer,
    weight: u32,
    request: Request,
    next: Next,
) -> Response {
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    if !reads && let Err(seconds) = backend.pace.take(peer, weight, Instant::now()) {
        let retry_after_seconds = Some(seconds);
        let details = Details { retry_after_seconds, ..Details::default() };
        return Error::with(ErrorCode::BackendBusy, details).into_response();
    }
    next.run(request).await
}

/// Names each request and writes a line about it: what was asked for, never for whom.
pub(super) fn logged<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router.layer(from_fn(log)).layer(from_fn(request_id::named))
}

async fn log(Extension(peer): Extension<Peer>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = cut(request.method().as_str()).to_owned();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let certificate = peer.certificate.as_ref().and_then(|whole| whole.as_str().get(..SHORT));
    tracing::info!(
        method,
        route = route.as_ref().map_or("none", |route| cut(route.as_str())),
        status = response.status().as_u16(),
        took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        address = %peer.address,
        certificate,
        "request"
    );
    response
}

fn cut(text: &str) -> &str {
    text.char_indices().nth(CUT).map_or(text, |(end, _)| text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_chose_is_cut() {
        assert_eq!(cut("GET"), "GET");
        assert_eq!(cut(&"割".repeat(CUT)), "割".repeat(CUT));
        assert_eq!(cut(&"割".repeat(CUT * 3)), "割".repeat(CUT));
    }
}
