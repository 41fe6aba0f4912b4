//! `/authorize`: a service sends a browser here to have its user logged in (OpenID Connect Core 1.0 §3.1.2,
//! RFC 6749 §4.1.1, RFC 7636, RFC 9207).

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, Uri},
    response::Response,
};

use super::{
    AUTHORIZE, Provider, approval, asker, cookies, headers,
    pages::Pages,
    parameters::{self, Parameters, Unreadable},
};
use crate::{
    config::{Config, web::ClientId},
    domain::sso::{
        Secret,
        authorize::{AuthorizeRequest, Decision, decide},
        keys,
        refusal::PageCode,
    },
    error::Error,
    network::Peer,
};

/// Where a browser goes back to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Return {
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
}

/// What a service asks for, after a look at the request itself.
#[derive(Clone, Debug)]
struct Checked {
    request: AuthorizeRequest,
    back: Return,
    id_token_hint: Option<String>,
}

/// What is wrong with it.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Fault {
    /// Nobody can be sent anywhere.
    Page(PageCode),
    /// The service is told.
    Told { back: Return, error: &'static str, why: &'static str },
}

/// A form that is posted here comes without the cookies of this host, which are not sent along from other
/// sites: it becomes an address, which the browser asks for with them. Nothing is written before that.
pub(super) async fn post(State(provider): State<Arc<Provider>>, request: Request) -> Response {
    let pages = provider.pages(request.headers(), None);
    match parameters::form(request, parameters::MOST).await {
        Ok(body) => match String::from_utf8(body) {
            // As it was: what is wrong with it is told by what comes next.
            Ok(body) if body.bytes().all(|byte| byte.is_ascii_graphic()) => {
                headers::see_other(&format!("{}?{body}", provider.issuer().at(AUTHORIZE)))
            }
            Ok(_) | Err(_) => pages.refused(PageCode::RequestInvalid),
        },
        Err(_) => pages.refused(PageCode::RequestInvalid),
    }
}

pub(super) async fn get(
    State(provider): State<Arc<Provider>>,
    Extension(peer): Extension<Peer>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let query = uri.query().unwrap_or_default();
    let parameters = match Parameters::read(query.as_bytes(), parameters::MOST) {
        Ok(parameters) => parameters,
        Err(Unreadable::TooLong | Unreadable::NoForm) => {
            return provider.pages(&headers, None).refused(PageCode::RequestInvalid);
        }
        Err(Unreadable::Repeated) => {
            let pages = provider.pages(&headers, None);
            return answer_fault(&provider, &pages, repeated(&provider.backend.config, query));
        }
    };
    let pages = provider.pages(&headers, parameters.get("ui_locales"));
    let checked = match check(&provider.backend.config, &parameters) {
        Ok(checked) => checked,
        Err(fault) => return answer_fault(&provider, &pages, fault),
    };
    // A code goes to a window alone: a script or a frame of a sibling host has the same cookies.
    if !asker::is_for_a_window(&headers) {
        return pages.refused(PageCode::RequestInvalid);
    }
    let back = checked.back.clone();
    let answered = match log_in(&provider, &peer, &headers, checked).await {
        Ok(Outcome::Back(address)) => Ok(headers::see_other(&address)),
        Ok(Outcome::Page(code)) => Ok(pages.refused(code)),
        Ok(Outcome::Ask(request)) => {
            approval::ask(&provider, &peer, &headers, &pages, *request, &back).await
        }
        Err(error) => Err(error),
    };
    answered.unwrap_or_else(|error| pages.failed(error))
}

/// Where the browser goes.
enum Outcome {
    Back(String),
    Page(PageCode),
    /// The app has to be asked.
    Ask(Box<AuthorizeRequest>),
}

async fn log_in(
    provider: &Arc<Provider>,
    peer: &Peer,
    headers: &HeaderMap,
    checked: Checked,
) -> Result<Outcome, Error> {
    let Checked { mut request, back, id_token_hint } = checked;
    let backend = &provider.backend;
    let mut session = cookies::read(headers, cookies::SESSION);
    if session.is_some() && !provider.attempts.may(peer.address) {
        return Ok(Outcome::Page(PageCode::TooManyAttempts));
    }
    if let Some(hint) = id_token_hint {
        let shared = Arc::clone(backend);
        let read = backend.store.read(move |tx| keys::hint(tx, &shared.config, &hint));
        request.hint = read.await?;
        // Whom the service means cannot be told, so it is nobody who is here.
        session = session.filter(|_| request.hint.is_some());
    }
    let code = Secret::new()?;
    let (client, prompt_none) = (request.client.clone(), request.prompt_none);
    let decision = match session {
        None if prompt_none => Decision::LoginRequired,
        None => Decision::Approve,
        Some(session) => {
            let (shared, code, now) = (Arc::clone(backend), code.clone(), backend.now());
            let asked = request.clone();
            let decide =
                move |tx: &_| decide(tx, &shared.config, &asked, Some(&session), &code, now);
            backend.store.write(decide).await?
        }
    };
    if decision != Decision::Code {
        provider.attempts.note_failure(peer.address);
    }
    tracing::info!(%client, ?decision, "an authorization request");
    Ok(match decision {
        Decision::Code => Outcome::Back(back.with(provider, &[("code", code.expose())])),
        Decision::LoginRequired => {
            let error = [("error", "login_required")];
            Outcome::Back(back.with(provider, &error))
        }
        Decision::Approve if !provider.attempts.may(peer.address) => {
            Outcome::Page(PageCode::TooManyAttempts)
        }
        Decision::Approve => Outcome::Ask(Box::new(request)),
        Decision::Denied(code) => Outcome::Page(code),
    })
}

fn answer_fault(provider: &Provider, pages: &Pages<'_>, fault: Fault) -> Response {
    match fault {
        Fault::Page(code) => pages.refused(code),
        Fault::Told { back, error, why } => {
            let told = [("error", error), ("error_description", why)];
            headers::see_other(&back.with(provider, &told))
        }
    }
}

impl Return {
    pub(super) fn with(&self, provider: &Provider, said: &[(&str, &str)]) -> String {
        let mut all = said.to_vec();
        if let Some(state) = &self.state {
            all.push(("state", state));
        }
        all.push(("iss", provider.issuer().as_str()));
        parameters::with(&self.redirect_uri, &all)
    }
}

/// What is wrong with a request in which something stands twice: the service is told, if it is clear which
/// one and where.
fn repeated(config: &Config, query: &str) -> Fault {
    let one = |name: &str| {
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        let mut found = pairs.filter(|(found, value)| found == name && !value.is_empty());
        let (first, second) = (found.next(), found.next());
        first.filter(|_| second.is_none()).map(|(_, value)| value.into_owned())
    };
    match back(config, one("client_id").as_deref(), one("redirect_uri").as_deref()) {
        Some((_, redirect_uri)) => Fault::Told {
            back: Return { redirect_uri, state: one("state").filter(|state| is_state(state)) },
            error: "invalid_request",
            why: "a parameter stands there twice",
        },
        None => Fault::Page(PageCode::ServiceUnknown),
    }
}

/// The service and its address, if it is one of its own: compared as they are written (RFC 9700 §2.1).
fn back(config: &Config, client: Option<&str>, uri: Option<&str>) -> Option<(ClientId, String)> {
    let client = config.client(&client?.parse().ok()?)?;
    let uri = client.redirect_uris.iter().find(|known| Some(known.as_str()) == uri)?;
    Some((client.id.clone(), uri.clone()))
}

fn is_state(text: &str) -> bool {
    text.len() <= 1024
}

/// Looks at a request for itself.
fn check(config: &Config, parameters: &Parameters) -> Result<Checked, Fault> {
    let get = |name| parameters.get(name);
    let found = back(config, get("client_id"), get("redirect_uri"));
    // A service that there is not and an address that is not its own look alike: nobody learns which.
    let (client, redirect_uri) = found.ok_or(Fault::Page(PageCode::ServiceUnknown))?;
    let state = get("state").map(ToOwned::to_owned);
    let is_good = state.as_deref().is_none_or(is_state);
    let back = Return { redirect_uri: redirect_uri.clone(), state: state.filter(|_| is_good) };
    let told = |error, why| Err(Fault::Told { back: back.clone(), error, why });
    if !is_good {
        return told("invalid_request", "state: 1024 bytes at most");
    }
    for (name, error) in [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
        ("registration", "registration_not_supported"),
    ] {
        if get(name).is_some() {
            return told(error, "this provider does not take it");
        }
    }
    match get("response_type") {
        Some("code") => {}
        Some(_) => return told("unsupported_response_type", "response_type: code alone"),
        None => return told("invalid_request", "response_type is missing"),
    }
    if get("response_mode").is_some_and(|mode| mode != "query") {
        return told("invalid_request", "response_mode: query alone");
    }
    if !get("scope").is_some_and(|scope| scope.split(' ').any(|word| word == "openid")) {
        return told("invalid_scope", "scope: openid is missing");
    }
    let nonce = get("nonce").map(ToOwned::to_owned);
    if nonce.as_ref().is_some_and(|nonce| nonce.len() > 512) {
        return told("invalid_request", "nonce: 512 bytes at most");
    }
    let Some(challenge) = get("code_challenge") else {
        return told("invalid_request", "code_challenge is missing (RFC 7636)");
    };
    // Left out, it means `plain` (RFC 7636 §4.3).
    if get("code_challenge_method") != Some("S256") {
        return told("invalid_request", "code_challenge_method: S256 alone");
    }
    let base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if challenge.len() != 43 || !challenge.bytes().all(base64url) {
        return told("invalid_request", "code_challenge: 43 characters of base64url");
    }
    let prompts: Vec<&str> =
        get("prompt").unwrap_or_default().split(' ').filter(|word| !word.is_empty()).collect();
    let known = ["none", "login", "consent", "select_account"];
    if prompts.iter().any(|prompt| !known.contains(prompt)) {
        return told("invalid_request", "prompt: none or login");
    }
    let prompt_none = prompts.contains(&"none");
    if prompt_none && prompts.len() > 1 {
        return told("invalid_request", "prompt: none stands alone");
    }
    let max_age = match get("max_age").map(str::parse::<u32>) {
        None => None,
        Some(Ok(seconds)) => Some(seconds),
        Some(Err(_)) => return told("invalid_request", "max_age: seconds"),
    };
    let request = AuthorizeRequest {
        client,
        redirect_uri,
        nonce,
        challenge: challenge.to_owned(),
        prompt_none,
        prompt_login: prompts.contains(&"login"),
        max_age,
        login_hint: get("login_hint").map(ToOwned::to_owned),
        hint: None,
    };
    Ok(Checked { request, back, id_token_hint: get("id_token_hint").map(ToOwned::to_owned) })
}

#[cfg(test)]
pub(super) mod tests;
