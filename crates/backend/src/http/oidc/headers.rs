//! What every answer of the listener says beside its content.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};

/// Nothing from elsewhere, nothing inline, never in a frame (Content Security Policy 3).
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// A year: what was once reached over TLS is not asked for without (RFC 6797).
const TRANSPORT: &str = "max-age=31536000";

/// Puts them in, where the answer does not say otherwise itself.
pub(super) fn complete(headers: &mut HeaderMap, is_own_tls: bool) {
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (opener, "same-origin"),
    ];
    let secure = is_own_tls.then_some((header::STRICT_TRANSPORT_SECURITY, TRANSPORT));
    for (name, value) in fixed.into_iter().chain(secure) {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// Sends a browser on; never with what it has posted (RFC 9700 §4.12).
pub(super) fn see_other(address: &str) -> Response {
    match HeaderValue::from_str(address) {
        Ok(mut address) => {
            // A code may stand in it.
            address.set_sensitive(true);
            (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
        }
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}
