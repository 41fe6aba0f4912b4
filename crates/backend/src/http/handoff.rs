//! From the app's main menu into a browser.

use axum::{
    Extension, Json,
    extract::{Path, State},
    http::StatusCode,
};
use utoipa_axum::routes;
use warifu_protocol::{HandoffAnswer, HandoffConfirmation, HandoffRequest, HandoffView};

use super::{Answer, Bearer, Routes, Sent, Shared};
use crate::{
    domain::{
        authenticate::{Credentials, Peer},
        sso::handoff,
    },
    error::Error,
};

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(issue)).routes(routes!(view)).routes(routes!(confirm))
}

#[utoipa::path(post, path = "/v1/handoffs", request_body = HandoffRequest,
    responses((status = 200, body = HandoffAnswer)),
    security(("session" = [])))]
pub(super) async fn issue(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(token): Bearer,
    Sent(request): Sent<HandoffRequest>,
) -> Answer<HandoffAnswer> {
    handoff::issue(&backend, Credentials { peer, token }, request.entry).await.map(Json)
}

#[utoipa::path(get, path = "/v1/handoffs/{id}", params(("id" = String, Path)),
    responses((status = 200, body = HandoffView)),
    security(("session" = [])))]
pub(super) async fn view(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(token): Bearer,
    Path(id): Path<String>,
) -> Answer<HandoffView> {
    handoff::view(&backend, Credentials { peer, token }, id).await.map(Json)
}

#[utoipa::path(post, path = "/v1/handoffs/{id}/confirmation", params(("id" = String, Path)),
    request_body = HandoffConfirmation,
    responses((status = 204)),
    security(("session" = [])))]
pub(super) async fn confirm(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(token): Bearer,
    Path(id): Path<String>,
    Sent(answer): Sent<HandoffConfirmation>,
) -> Result<StatusCode, Error> {
    handoff::confirm(&backend, Credentials { peer, token }, id, answer.confirmed).await?;
    Ok(StatusCode::NO_CONTENT)
}
