//! `/token`: a service changes a code, later a refresh token, into tokens (RFC 6749 §4.1.3, §6; OpenID
//! Connect Core 1.0 §3.1.3, §12). First who asks, then what is asked: who is not the service changes
//! nothing.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::json;

use super::{
    Provider,
    client::Unproved,
    parameters::{Parameters, Unreadable},
};
use crate::{
    domain::sso::{
        Operation, Secret, keys,
        token::{self, CodeRedemption, Refresh, TokenGrant, TokenRefusal},
    },
    error::Error,
    network::Peer,
};

/// The most bytes of a request: an assertion may stand in it.
const MOST: usize = 16 * 1024;

/// Why there are no tokens (RFC 6749 §5.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Refusal {
    status: StatusCode,
    error: &'static str,
    why: &'static str,
    /// The service had tried `Basic`, and is told that it may try again.
    basic: bool,
    /// Seconds to wait.
    wait: Option<u32>,
}

impl Refusal {
    const fn new(error: &'static str, why: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error, why, basic: false, wait: None }
    }
}

pub(super) async fn post(
    State(provider): State<Arc<Provider>>,
    Extension(peer): Extension<Peer>,
    request: Request,
) -> Result<Response, Error> {
    let headers = request.headers().clone();
    match answer(&provider, &peer, &headers, request).await? {
        Ok(tokens) => Ok(tokens),
        Err(refusal) => Ok(refuse(refusal)),
    }
}

fn refuse(refusal: Refusal) -> Response {
    let Refusal { status, error, why, basic, wait } = refusal;
    let body = Json(json!({ "error": error, "error_description": why }));
    let mut answer = (status, body).into_response();
    let headers = answer.headers_mut();
    if basic {
        let realm = HeaderValue::from_static("Basic realm=\"token\"");
        headers.insert(header::WWW_AUTHENTICATE, realm);
    }
    if let Some(seconds) = wait {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

type Answer = Result<Response, Refusal>;

async fn answer(
    provider: &Arc<Provider>,
    peer: &Peer,
    headers: &HeaderMap,
    request: Request,
) -> Result<Answer, Error> {
    let busy = |seconds| Refusal {
        status: StatusCode::TOO_MANY_REQUESTS,
        wait: Some(seconds),
        ..Refusal::new("temporarily_unavailable", "too many requests")
    };
    if !provider.attempts.may(peer.address) {
        return Ok(Err(busy(5)));
    }
    let parameters = match Parameters::of_body(request, MOST).await {
        Ok(parameters) => parameters,
        Err(why) => {
            provider.attempts.note_failure(peer.address);
            return Ok(Err(Refusal::new(
                "invalid_request",
                match why {
                    Unreadable::TooLong => "the request is too long",
                    Unreadable::Repeated => "a parameter stands there twice",
                    Unreadable::NoForm => "no application/x-www-form-urlencoded",
                },
            )));
        }
    };
    let backend = &provider.backend;
    let now = backend.now();
    let proved = provider.clients.prove(&backend.config, headers, &parameters, peer.address, now);
    let proved = match proved {
        Ok(proved) => proved,
        Err(why) => {
            provider.attempts.note_failure(peer.address);
            let (refusal, reason) = match why {
                Unproved::TwoWays => {
                    (Refusal::new("invalid_request", "two ways of authentication"), "two ways")
                }
                Unproved::Invalid(reason) => {
                    let basic = headers.contains_key(header::AUTHORIZATION);
                    let refusal = Refusal::new("invalid_client", "client authentication failed");
                    (Refusal { status: StatusCode::UNAUTHORIZED, basic, ..refusal }, reason)
                }
            };
            tracing::info!(reason, address = %peer.address, "a service is not known");
            return Ok(Err(refusal));
        }
    };
    let client = proved.client;
    if let Err(seconds) = provider.attempts.take_of_client(&client) {
        return Ok(Err(busy(seconds)));
    }
    let missing = |why| Ok(Err(Refusal::new("invalid_request", why)));
    let (access, operation) = (Secret::new()?, Operation::new()?);
    let work = match parameters.get("grant_type") {
        Some("authorization_code") => {
            let (Some(code), Some(redirect_uri), Some(verifier)) = (
                parameters.get("code"),
                parameters.get("redirect_uri"),
                parameters.get("code_verifier"),
            ) else {
                return missing("code, redirect_uri and code_verifier are needed");
            };
            let Some(code) = Secret::parse(code) else { return Ok(Err(invalid_grant())) };
            Work::Code(CodeRedemption {
                client: client.clone(),
                code,
                redirect_uri: redirect_uri.to_owned(),
                verifier: verifier.to_owned(),
                access: access.clone(),
                refresh: Secret::new()?,
                operation,
            })
        }
        Some("refresh_token") => {
            let Some(refresh) = parameters.get("refresh_token") else {
                return missing("refresh_token is needed");
            };
            let Some(refresh) = Secret::parse(refresh) else { return Ok(Err(invalid_grant())) };
            Work::Refresh(Refresh { client: client.clone(), refresh, access: access.clone() })
        }
        Some(_) => {
            let why = "grant_type: authorization_code or refresh_token";
            return Ok(Err(Refusal::new("unsupported_grant_type", why)));
        }
        None => return missing("grant_type is needed"),
    };
    // Before the work: what that does is of no use if nothing can be signed.
    let signer = keys::signer(backend).await?;
    let (shared, assertion, done) = (Arc::clone(backend), proved.assertion, work.clone());
    let of_client = client.clone();
    let outcome = backend.store.write(move |tx| {
        if let Some(assertion) = &assertion
            && !token::use_assertion(tx, &of_client, assertion, &operation, now)?
        {
            return Ok(None);
        }
        let config = &shared.config;
        let outcome = match &done {
            Work::Code(by) => token::redeem_code(tx, config, by, now)?,
            Work::Refresh(by) => token::refresh(tx, config, by, now)?,
        };
        Ok::<_, Error>(Some(outcome))
    });
    let granted: Result<TokenGrant, TokenRefusal> = match outcome.await? {
        None => {
            provider.attempts.note_failure(peer.address);
            tracing::info!(%client, "an assertion was used before");
            let refusal = Refusal::new("invalid_client", "client authentication failed");
            return Ok(Err(Refusal { status: StatusCode::UNAUTHORIZED, ..refusal }));
        }
        Some(granted) => granted,
    };
    match granted {
        Ok(TokenGrant { expires_in, claims }) => {
            let id_token = signer.id_token(&claims)?;
            let mut body = json!({
                "access_token": access.expose(),
                "token_type": "Bearer",
                "expires_in": expires_in,
                "id_token": id_token,
            });
            if let Work::Code(by) = &work {
                body["refresh_token"] = by.refresh.expose().into();
            }
            Ok(Ok(Json(body).into_response()))
        }
        Err(refused) => {
            tracing::info!(%client, refusal = refused.as_str(), "no tokens");
            Ok(Err(invalid_grant()))
        }
    }
}

const fn invalid_grant() -> Refusal {
    Refusal::new("invalid_grant", "it is not good, or not any more")
}

/// What a service wants.
#[derive(Clone, Debug)]
enum Work {
    Code(CodeRedemption),
    Refresh(Refresh),
}
