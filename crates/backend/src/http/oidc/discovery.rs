//! What services read about this provider (OpenID Connect Discovery 1.0 §3; RFC 8414 §2).

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use jsonwebtoken::jwk::JwkSet;
use serde_json::{Value, json};

use super::{AUTHORIZE, JWKS, LOGOUT, Provider, TOKEN, USERINFO};
use crate::{config::web::Issuer, domain::sso::keys, error::Error};

pub(super) async fn configuration(State(provider): State<Arc<Provider>>) -> Response {
    published(Json(document(provider.issuer())).into_response())
}

pub(super) async fn jwks(State(provider): State<Arc<Provider>>) -> Result<Response, Error> {
    let keys: JwkSet = provider.backend.store.read(keys::published).await?;
    Ok(published(Json(keys).into_response()))
}

/// For everybody, and worth keeping: services learn of a new key a day before it is used.
fn published(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer
}

fn document(issuer: &Issuer) -> Value {
    let acr: Vec<_> =
        ["software", "attested"].map(|level| issuer.at(&format!("/acr/{level}"))).into();
    json!({
        "issuer": issuer.as_str(),
        "authorization_endpoint": issuer.at(AUTHORIZE),
        "token_endpoint": issuer.at(TOKEN),
        "userinfo_endpoint": issuer.at(USERINFO),
        "jwks_uri": issuer.at(JWKS),
        "end_session_endpoint": issuer.at(LOGOUT),
        "scopes_supported": ["openid", "profile"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_basic"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", "RS256"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "prompt_values_supported": ["none", "login"],
        "acr_values_supported": acr,
        "claims_supported": [
            "iss", "sub", "aud", "iat", "exp", "auth_time", "nonce", "sid", "acr", "amr",
            "customer_number", "customer_name", "user_id", "name", "department", "preferred_username", "permissions",
            "groups", "certificate_assurance", "certificate_thumbprint",
        ],
        "ui_locales_supported": ["ja", "en"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_below_the_issuer() {
        let issuer: Issuer = "https://login.example.jp:8445".parse().unwrap();
        let document = document(&issuer);
        assert_eq!(document["issuer"], "https://login.example.jp:8445");
        let object = document.as_object().unwrap();
        for (name, value) in object.iter().filter(|(name, _)| name.ends_with("_endpoint")) {
            assert!(value.as_str().unwrap().starts_with(issuer.as_str()), "{name}");
        }
    }
}
