//! `/userinfo`: who an access token is about (OpenID Connect Core 1.0 §5.3, RFC 6750).

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use super::Provider;
use crate::{
    domain::sso::{Secret, userinfo},
    error::Error,
    network::Peer,
};

pub(super) async fn answer(
    State(provider): State<Arc<Provider>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    if !provider.attempts.may(peer.address) {
        return Ok(StatusCode::TOO_MANY_REQUESTS.into_response());
    }
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(unauthorized("Bearer"));
    };
    let token = value.to_str().ok().and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        Some(token.trim()).filter(|_| scheme.eq_ignore_ascii_case("bearer"))
    });
    let claims = match token.and_then(Secret::parse) {
        Some(access) => {
            let (backend, now) = (&provider.backend, provider.backend.now());
            let read = backend.store.read(|tx| userinfo::claims(tx, &backend.config, &access, now));
            read.await?
        }
        None => None,
    };
    Ok(match claims {
        Some(claims) => Json(claims).into_response(),
        None => {
            provider.attempts.note_failure(peer.address);
            unauthorized("Bearer error=\"invalid_token\"")
        }
    })
}

fn unauthorized(challenge: &'static str) -> Response {
    let challenge = [(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))];
    (StatusCode::UNAUTHORIZED, challenge).into_response()
}
