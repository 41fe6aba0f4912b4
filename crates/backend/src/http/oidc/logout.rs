//! `/logout`: a service sends a browser here to have its login ended (OpenID Connect RP-Initiated Logout 1.0).
//! Any page can do that as well, so without an ID token of the login that is meant the user is asked.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    LOGOUT, Provider, asker, cookies, headers,
    parameters::{self, Parameters},
};
use crate::{
    config::{Config, web::ClientId},
    domain::sso::{
        keys,
        logout::{Asked, LoggedOut, by_browser},
        refusal::PageCode,
    },
    error::Error,
    network::Peer,
};

/// The most bytes of the user's answer.
const MOST: usize = 4 * 1024;

/// What a service wants to happen after it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Wish {
    client: Option<ClientId>,
    /// Where the browser goes on.
    next: Option<String>,
}

/// As for an authorization request: the cookies of this host come with the address that it becomes.
pub(super) async fn post(State(provider): State<Arc<Provider>>, request: Request) -> Response {
    let pages = provider.pages(request.headers(), None);
    match parameters::form(request, parameters::MOST).await.map(String::from_utf8) {
        Ok(Ok(body)) if body.bytes().all(|byte| byte.is_ascii_graphic()) => {
            headers::see_other(&format!("{}?{body}", provider.issuer().at(LOGOUT)))
        }
        Ok(_) | Err(_) => pages.refused(PageCode::RequestInvalid),
    }
}

pub(super) async fn get(
    State(provider): State<Arc<Provider>>,
    Extension(peer): Extension<Peer>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let query = uri.query().unwrap_or_default();
    let Ok(parameters) = Parameters::read(query.as_bytes(), parameters::MOST) else {
        return provider.pages(&headers, None).refused(PageCode::RequestInvalid);
    };
    let pages = provider.pages(&headers, parameters.get("ui_locales"));
    match log_out(&provider, &peer, &headers, &parameters).await {
        Ok(Outcome::Next(address)) => forget(&headers, headers::see_other(&address)),
        Ok(Outcome::Done) => forget(&headers, pages.logged_out()),
        Ok(Outcome::Ask(wish)) => pages.logout(
            wish.client.as_ref().and_then(|id| provider.backend.config.client(id)),
            wish.next.as_deref(),
        ),
        Ok(Outcome::Page(code)) => pages.refused(code),
        Err(error) => pages.failed(error),
    }
}

/// Takes the cookie away that came along, and was good for nothing or is not any more.
fn forget(asked: &HeaderMap, mut answer: Response) -> Response {
    if cookies::read(asked, cookies::SESSION).is_some() {
        cookies::remove(answer.headers_mut(), cookies::SESSION);
    }
    answer
}

enum Outcome {
    Next(String),
    Done,
    Ask(Wish),
    Page(PageCode),
}

async fn log_out(
    provider: &Arc<Provider>,
    peer: &Peer,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Outcome, Error> {
    let backend = &provider.backend;
    if !provider.attempts.may(peer.address) {
        return Ok(Outcome::Page(PageCode::TooManyAttempts));
    }
    let hint = match parameters.get("id_token_hint") {
        Some(token) => {
            let found = backend.store.read(|tx| keys::hint(tx, &backend.config, token)).await?;
            if found.is_none() {
                provider.attempts.note_failure(peer.address);
            }
            found
        }
        None => None,
    };
    let said = hint.as_ref().map(|hint| hint.aud.as_str());
    let Some(wish) = wish(&backend.config, said, parameters) else {
        return Ok(Outcome::Page(PageCode::RequestInvalid));
    };
    // What ends a login is a page that the user looks at, or the service's own; never an image's address.
    let is_window = asker::is_for_a_window(headers);
    let session = cookies::read(headers, cookies::SESSION);
    let (shared, address, now) = (Arc::clone(backend), peer.address, backend.now());
    let ended = backend.store.write(move |tx| {
        let asked = match &hint {
            Some(hint) if is_window => Asked::Hint(hint),
            Some(_) | None => Asked::Nothing,
        };
        by_browser(tx, &shared.config, session.as_ref(), asked, address, now)
    });
    Ok(match ended.await? {
        LoggedOut::Ask => Outcome::Ask(wish),
        LoggedOut::Ended | LoggedOut::Nobody => {
            provider.wake_delivery();
            wish.next.map_or(Outcome::Done, Outcome::Next)
        }
    })
}

/// What is to happen after the logout; none if that is not to be done.
fn wish(config: &Config, hinted: Option<&str>, parameters: &Parameters) -> Option<Wish> {
    let named = parameters.get("client_id");
    if let (Some(named), Some(hinted)) = (named, hinted)
        && named != hinted
    {
        return None;
    }
    let client = match named.or(hinted) {
        Some(id) => Some(config.client(&id.parse().ok()?)?),
        None => None,
    };
    let next =
        match parameters.get("post_logout_redirect_uri") {
            Some(wanted) => {
                let registered = &client?.post_logout_redirect_uris;
                let uri = registered.iter().find(|uri| *uri == wanted)?;
                let state = parameters.get("state").filter(|state| state.len() <= 1024);
                Some(state.map_or_else(
                    || uri.clone(),
                    |state| parameters::with(uri, &[("state", state)]),
                ))
            }
            None => None,
        };
    Some(Wish { client: client.map(|client| client.id.clone()), next })
}

/// The user's yes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    /// Where the page said that it goes on.
    #[serde(default)]
    next: Option<String>,
}

pub(super) async fn confirm(
    State(provider): State<Arc<Provider>>,
    Extension(peer): Extension<Peer>,
    request: Request,
) -> Response {
    let headers = request.headers().clone();
    match confirmed(&provider, &peer, request).await {
        Ok(Some(next)) => {
            let mut answer = Json(json!({ "outcome": "ended", "next": next })).into_response();
            cookies::remove(answer.headers_mut(), cookies::SESSION);
            answer
        }
        Ok(None) => StatusCode::FORBIDDEN.into_response(),
        Err(error) => provider.pages(&headers, None).told_of_failure(error),
    }
}

async fn confirmed(
    provider: &Arc<Provider>,
    peer: &Peer,
    request: Request,
) -> Result<Option<Option<String>>, Error> {
    let headers = request.headers().clone();
    let Some(body) = provider.own_json(request, MOST).await else { return Ok(None) };
    let Ok(Confirmation { next }) = serde_json::from_slice(&body) else { return Ok(None) };
    let backend = &provider.backend;
    let session = cookies::read(&headers, cookies::SESSION);
    let (shared, address, now) = (Arc::clone(backend), peer.address, backend.now());
    let ended = backend.store.write(move |tx| {
        by_browser(tx, &shared.config, session.as_ref(), Asked::Confirmed, address, now)
    });
    let _: LoggedOut = ended.await?;
    provider.wake_delivery();
    // The page had it from us; nevertheless nothing but what a service has registered.
    let is_registered = |next: &str| {
        let all =
            backend.config.clients.iter().flat_map(|client| &client.post_logout_redirect_uris);
        all.into_iter().filter_map(|uri| next.strip_prefix(uri.as_str())).any(|rest| {
            rest.is_empty() || rest.starts_with("?state=") || rest.starts_with("&state=")
        })
    };
    let registered = next.filter(|next| is_registered(next));
    Ok(Some(registered))
}

#[cfg(test)]
mod tests;
