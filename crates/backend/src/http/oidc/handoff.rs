//! `/handoff`: the app opens this page in the browser, with a token in the fragment of the address, which
//! is not sent. The page takes it out of the address and posts it, and is told how to go on.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, Json,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;
use warifu_protocol::LocalizedText;

use super::{
    Provider,
    asker::{self, Language},
    cookies,
};
use crate::{
    domain::sso::{
        Cookies, Fresh, Operation, Secret, Visitor,
        handoff::{Opened, Question, Redeemed, Redemption, redeem},
        logout,
        refusal::PageCode,
    },
    error::Error,
    network::Peer,
};

/// The most bytes of what the page posts.
const MOST: usize = 1024;

/// Seconds for which the page's cookie is kept: longer than all questions take.
const PAGE_AGE: u32 = 600;

/// How long the next user waits for services to hear that the one before has gone.
const PATIENCE: Duration = Duration::from_secs(3);

/// How often is asked whether they have.
const LOOK: Duration = Duration::from_millis(50);

pub(super) async fn get(State(provider): State<Arc<Provider>>, headers: HeaderMap) -> Response {
    let pages = provider.pages(&headers, None);
    if !asker::opened_by_no_page(&headers) || !asker::is_for_a_window(&headers) {
        return pages.refused(PageCode::NotFromApp);
    }
    // The same one for every page of this browser: two of them may be open at the same time.
    let page = match cookies::read(&headers, cookies::PAGE).map_or_else(Secret::new, Ok) {
        Ok(page) => page,
        Err(error) => return pages.failed(error.into()),
    };
    let mut answer = pages.taking("/handoff");
    cookies::set(answer.headers_mut(), cookies::PAGE, &page, Some(PAGE_AGE));
    answer
}

/// What the page posts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Posted {
    token: String,
    /// The user's answer to the page's question.
    #[serde(default)]
    confirmed: Option<bool>,
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

pub(super) enum Refused {
    Page(PageCode),
    Inside(Error),
}

impl<E: Into<Error>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Inside(error.into())
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
    let Some((token, confirmed)) =
        posted.and_then(|posted| Some((Secret::parse(&posted.token)?, posted.confirmed)))
    else {
        return refuse(PageCode::RequestInvalid);
    };
    let Some(page) = cookies::read(headers, cookies::PAGE) else {
        return refuse(PageCode::NotFromApp);
    };
    let (browser, version) = asker::browser(headers);
    let redemption = Redemption {
        token,
        page,
        cookies: Cookies {
            session: cookies::read(headers, cookies::SESSION),
            browser: cookies::read(headers, cookies::BROWSER),
        },
        new: Fresh::new()?,
        operation: Operation::new()?,
        answer: confirmed,
        // A browser that says where requests come from has said so of the page as well, or it would not
        // have got it.
        visitor: Visitor {
            address: peer.address,
            browser,
            version,
            assured: asker::is_same_origin(headers),
        },
    };
    let (backend, now) = (&provider.backend, provider.backend.now());
    let (shared, by) = (Arc::clone(backend), redemption.clone());
    let redeemed = backend.store.write(move |tx| redeem(tx, &shared.config, &by, now));
    let language = Language::of(None, headers);
    match redeemed.await? {
        Redeemed::Ask(question) => Ok(Json(asked(*question, language)).into_response()),
        Redeemed::AskApp { expires_in } => {
            Ok(Json(json!({ "outcome": "ask-app", "expires_in": expires_in })).into_response())
        }
        Redeemed::Opened(Opened { next, set_session, waiting }) => {
            opened(provider, &redemption.new, (next, set_session, waiting), language).await
        }
        Redeemed::Declined => Err(Refused::Page(PageCode::Declined)),
        Redeemed::Refused(code) => refuse(code),
    }
}

fn asked(question: Question, language: Language) -> Value {
    let Question { customer_name, customer_number, user_id, entry, other, expires_in } = question;
    let other = other.map(
        |(customer_name, user_id)| json!({ "customer_name": customer_name, "user_id": user_id }),
    );
    json!({
        "outcome": "ask",
        "customer_name": customer_name,
        "customer_number": customer_number,
        "user_id": user_id,
        "entry": text(entry, language),
        "other": other,
        "expires_in": expires_in,
    })
}

/// The answer to a page whose browser is logged in: where it goes on, and its cookies.
pub(super) async fn opened(
    provider: &Provider,
    new: &Fresh,
    (next, set_session, waiting): (String, bool, Vec<i64>),
    language: Language,
) -> Result<Response, Refused> {
    let undelivered = delivered(provider, waiting).await?;
    let waiting: Vec<_> = undelivered.into_iter().map(|title| text(title, language)).collect();
    let body = json!({ "outcome": "opened", "next": next, "waiting": waiting });
    let mut answer = (StatusCode::OK, Json(body)).into_response();
    let headers = answer.headers_mut();
    if set_session {
        cookies::set(headers, cookies::SESSION, &new.session, None);
    }
    cookies::set(headers, cookies::BROWSER, &new.browser, Some(cookies::REMEMBERED));
    Ok(answer)
}

/// The services that do not know yet that somebody else has gone: for a while they are waited for, so that
/// the next user does not see what is left of the one before.
async fn delivered(provider: &Provider, ids: Vec<i64>) -> Result<Vec<LocalizedText>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    provider.wake_delivery();
    let (backend, until) = (&provider.backend, Instant::now() + PATIENCE);
    loop {
        let left = backend.store.read(|tx| logout::undelivered(tx, &backend.config, &ids)).await?;
        if left.is_empty() || Instant::now() >= until {
            return Ok(left);
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn text(text: LocalizedText, language: Language) -> String {
    match language {
        Language::Ja => text.ja,
        Language::En => text.en,
    }
}
