//! A request that nobody answers silently: the page with the link to the app, what it is told while it waits,
//! and `/continue`, where the app brings the approval back into the browser that asked, and no other.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{Request, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use serde_json::json;
use url::Url;
use warifu_protocol::BrowserName;

use super::{
    Provider,
    asker::{self, Language},
    authorize::Return,
    cookies,
    handoff::{self, Refused},
    pages::{Pages, Waiting},
    parameters::{self, Parameters},
};
use crate::{
    config::{Config, web::ClientId},
    domain::sso::{
        Cookies, Fresh, Operation, Secret, Visitor,
        approval::{self, Asking, Continued, Resumption, Returned},
        authorize::AuthorizeRequest,
        refusal::PageCode,
    },
    error::Error,
    network::Peer,
    random,
};

/// The most bytes of what the page posts.
const MOST: usize = 1024;

/// Seconds for which the browser keeps what ties a request to it.
const FLOW_AGE: u32 = 300;

/// Seconds for which it is kept once the request has ended: a page that nobody looks at asks once a minute.
const LAST_LOOK: u32 = 90;

/// Requests of one browser that wait at the same time.
const MOST_FLOWS: usize = 8;

/// Keeps a request, and answers with the page that has the link to the app.
pub(super) async fn ask(
    provider: &Arc<Provider>,
    peer: &Peer,
    headers: &HeaderMap,
    pages: &Pages<'_>,
    request: AuthorizeRequest,
    back: &Return,
) -> Result<Response, Error> {
    let (browser, version) = asker::browser(headers);
    let (link, flow) = (Secret::new()?, Secret::new()?);
    // Names sort by their time, so that the oldest gives way.
    let name = format!("{:012x}{}", provider.backend.now(), short(&random::name()?));
    let client = request.client.clone();
    let asking = Asking {
        request,
        state: back.state.clone(),
        link: link.clone(),
        flow: flow.clone(),
        visitor: Visitor { address: peer.address, browser, version, assured: false },
    };
    let (shared, now) = (Arc::clone(&provider.backend), provider.backend.now());
    let kept =
        provider.backend.store.write(move |tx| approval::ask(tx, &shared.config, &asking, now));
    let expires_in = kept.await?;
    let browser_name = name_of(browser);
    let issuer = provider.issuer().as_str();
    let query = [("issuer", issuer), ("request", link.expose()), ("browser", browser_name)];
    let link = parameters::with("warifu:authorize", &query);
    let again = again(&provider.backend.config, &client, issuer);
    let client = provider.backend.config.client(&client);
    let mut answer =
        pages.waiting(&Waiting { client, link: &link, flow: &name, again: &again, expires_in });
    let held = cookies::flows(headers);
    let too_many = held.len().saturating_sub(MOST_FLOWS - 1);
    for (oldest, _) in held.iter().take(too_many) {
        cookies::remove(answer.headers_mut(), oldest);
    }
    cookies::set(answer.headers_mut(), &cookies::flow(&name), &flow, Some(FLOW_AGE));
    Ok(answer)
}

fn short(text: &str) -> &str {
    text.get(..8).unwrap_or(text)
}

/// As the app reads it in the link.
const fn name_of(browser: BrowserName) -> &'static str {
    match browser {
        BrowserName::Edge => "edge",
        BrowserName::Chrome => "chrome",
        BrowserName::Firefox => "firefox",
        BrowserName::Safari => "safari",
        BrowserName::Other => "other",
    }
}

/// Where a user begins anew: at the service, which asks again.
fn again(config: &Config, id: &ClientId, issuer: &str) -> String {
    if let Some(entry) = config.entries.iter().find(|entry| entry.client.as_ref() == Some(id)) {
        return entry.url.clone();
    }
    let Some(client) = config.client(id) else { return String::new() };
    if let Some(uri) = &client.initiate_login_uri {
        return parameters::with(uri, &[("iss", issuer)]);
    }
    let uri = client.redirect_uris.first().and_then(|uri| Url::parse(uri).ok());
    uri.map(|uri| uri.origin().ascii_serialization()).unwrap_or_default()
}

/// How far a request is. The page only says it; it has no power to go on.
pub(super) async fn wait(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Error> {
    let query = uri.query().unwrap_or_default();
    let name = Parameters::read(query.as_bytes(), MOST).ok();
    let name = name.as_ref().and_then(|parameters| parameters.get("flow"));
    let flow = name.and_then(|name| cookies::read(&headers, &cookies::flow(name)));
    let step = match flow {
        Some(flow) => {
            let (backend, now) = (&provider.backend, provider.backend.now());
            backend.store.read(|tx| approval::wait(tx, &flow, now)).await?
        }
        None => approval::Waiting::Expired,
    };
    Ok(Json(json!({ "step": step.as_str() })).into_response())
}

/// The page that the app opens, with what brings the approval back in the fragment of its address.
pub(super) async fn page(State(provider): State<Arc<Provider>>, headers: HeaderMap) -> Response {
    let pages = provider.pages(&headers, None);
    if asker::opened_by_no_page(&headers) && asker::is_for_a_window(&headers) {
        pages.taking("/continue")
    } else {
        pages.refused(PageCode::NotFromApp)
    }
}

/// What the page posts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Posted {
    token: String,
}

pub(super) async fn post(
    State(provider): State<Arc<Provider>>,
    Extension(peer): Extension<Peer>,
    request: Request,
) -> Response {
    let headers = request.headers().clone();
    let pages = provider.pages(&headers, None);
    match answer(&provider, &peer, &headers, request).await {
        Ok(answer) => answer,
        Err(Refused::Page(code)) => pages.told_of_refusal(code),
        Err(Refused::Inside(error)) => pages.told_of_failure(error),
    }
}

async fn answer(
    provider: &Arc<Provider>,
    peer: &Peer,
    headers: &HeaderMap,
    request: Request,
) -> Result<Response, Refused> {
    if !provider.attempts.may(peer.address) {
        return Err(Refused::Page(PageCode::TooManyAttempts));
    }
    let refuse = |code| {
        provider.attempts.note_failure(peer.address);
        Err(Refused::Page(code))
    };
    let Some(body) = provider.own_json(request, MOST).await else {
        return refuse(PageCode::NotFromApp);
    };
    let posted = serde_json::from_slice::<Posted>(&body).ok();
    let Some(confirmation) = posted.and_then(|posted| Secret::parse(&posted.token)) else {
        return refuse(PageCode::RequestInvalid);
    };
    let held = cookies::flows(headers);
    let (browser, version) = asker::browser(headers);
    let resumption = Resumption {
        confirmation,
        flows: held.iter().map(|(_, flow)| flow.clone()).collect(),
        cookies: Cookies {
            session: cookies::read(headers, cookies::SESSION),
            browser: cookies::read(headers, cookies::BROWSER),
        },
        new: Fresh::new()?,
        code: Secret::new()?,
        operation: Operation::new()?,
        visitor: Visitor {
            address: peer.address,
            browser,
            version,
            assured: asker::is_same_origin(headers),
        },
    };
    let (backend, now) = (&provider.backend, provider.backend.now());
    let (shared, by) = (Arc::clone(backend), resumption.clone());
    let continued = backend.store.write(move |tx| approval::resume(tx, &shared.config, &by, now));
    let Returned { redirect_uri, state, flow, set_session, waiting } = match continued.await? {
        Continued::Returned(returned) => returned,
        Continued::Refused(code) => return refuse(code),
        Continued::OtherBrowser(client) => {
            provider.attempts.note_failure(peer.address);
            let issuer = provider.issuer().as_str();
            let again = client.parse().map(|id| again(&backend.config, &id, issuer));
            let pages = provider.pages(headers, None);
            return Ok(pages.told_of_another_browser(&again.unwrap_or_default()));
        }
    };
    let back = Return { redirect_uri, state };
    let next = back.with(provider, &[("code", resumption.code.expose())]);
    let language = Language::of(None, headers);
    let mut answer =
        handoff::opened(provider, &resumption.new, (next, set_session, waiting), language).await?;
    // It is spent. The page that waits asks by it once more, to hear that it may be closed.
    for (name, held) in held.iter().filter(|(_, held)| held.hash() == flow.hash()) {
        cookies::set(answer.headers_mut(), name, held, Some(LAST_LOOK));
    }
    Ok(answer)
}
