//! The provider's logo and colour on the pages. Their addresses have in them what they hold, so that a
//! browser never shows an old one.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use super::Provider;

pub(super) const LOGO: &str = "/assets/provider-logo";
pub(super) const COLOUR: &str = "/assets/provider.css";

/// A drawing that somebody opens by its own address runs and loads nothing either.
const ALONE: &str =
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

/// The logo.
pub(super) async fn logo(State(provider): State<Arc<Provider>>) -> Response {
    let Some(logo) = provider.backend.config.provider.logo() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let content = logo.content().to_vec();
    kept(
        [(header::CONTENT_TYPE, logo.media_type()), (header::CONTENT_SECURITY_POLICY, ALONE)],
        content,
    )
}

/// The colour, for the style sheet.
pub(super) async fn colour(State(provider): State<Arc<Provider>>) -> Response {
    let accent = provider.backend.config.provider.accent();
    let sheet =
        accent.map_or_else(String::new, |accent| format!(":root {{ --provider: {accent}; }}\n"));
    kept([(header::CONTENT_TYPE, "text/css; charset=utf-8")], sheet.into_bytes())
}

fn kept<const N: usize>(own: [(HeaderName, &'static str); N], content: Vec<u8>) -> Response {
    let mut answer = content.into_response();
    let kept = [(header::CACHE_CONTROL, "public, max-age=86400")];
    for (name, value) in own.into_iter().chain(kept) {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}
