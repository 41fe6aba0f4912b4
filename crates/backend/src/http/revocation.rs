//! The revocation list over HTTP: asked for often and by anybody, so that it costs little.

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use super::Shared;
use crate::{domain::crl, error::Error};

/// Whoever keeps the list for longer asks again: a revocation shall be known within minutes, a week
/// before the list itself says that it is due.
const CACHED: &str = "public, max-age=300, must-revalidate";

#[utoipa::path(get, path = "/v1/crl", responses(
    (status = 200, content_type = "application/pkix-crl"),
    (status = 304, description = "The list of that `If-None-Match` is the present one")))]
pub(super) async fn list(State(backend): Shared, asked: HeaderMap) -> Result<Response, Error> {
    let list = crl::current(&backend).await?;
    // No two lists have one number.
    let tag = format!("\"{}\"", list.number);
    let headers = [(header::ETAG, tag.as_str()), (header::CACHE_CONTROL, CACHED)];
    if has(&asked, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let kind = [(header::CONTENT_TYPE, "application/pkix-crl")];
    Ok((headers, kind, Bytes::from_owner(list.der)).into_response())
}

/// Whether the list with that tag is there already (RFC 9110 §13.1.2).
fn has(asked: &HeaderMap, tag: &str) -> bool {
    let values =
        asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_list_is_recognised_among_several() {
        let table = [
            ("\"7\"", true),
            ("W/\"7\"", true),
            ("\"6\", \"7\"", true),
            ("*", true),
            ("\"77\"", false),
            ("7", false),
            ("", false),
        ];
        for (value, known) in table {
            let mut asked = HeaderMap::new();
            asked.insert(header::IF_NONE_MATCH, value.parse().unwrap());
            assert_eq!(has(&asked, "\"7\""), known, "{value}");
        }
        assert!(!has(&HeaderMap::new(), "\"7\""));
    }
}
