//! What a service's page asks for, approved in the app.

use axum::{Extension, Json, extract::State, http::StatusCode};
use utoipa_axum::routes;
use warifu_protocol::{
    ApprovalAnswer, ApprovalRequest, AuthorizationRequest, AuthorizationView, ProofAnswer,
    ProofRequest,
};

use super::{Answer, Bearer, Routes, Sent, Shared};
use crate::{
    domain::{
        authenticate::{Credentials, Peer},
        sso::approval,
    },
    error::Error,
};

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(view))
        .routes(routes!(prove))
        .routes(routes!(approve))
        .routes(routes!(decline))
}

#[utoipa::path(post, path = "/v1/authorizations/view", request_body = AuthorizationRequest,
    responses((status = 200, body = AuthorizationView)))]
pub(super) async fn view(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Sent(asked): Sent<AuthorizationRequest>,
) -> Answer<AuthorizationView> {
    approval::view(&backend, peer, asked.request).await.map(Json)
}

#[utoipa::path(post, path = "/v1/authorizations/proof", request_body = ProofRequest,
    responses((status = 200, body = ProofAnswer)),
    security(("session" = [])))]
pub(super) async fn prove(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(token): Bearer,
    Sent(asked): Sent<ProofRequest>,
) -> Answer<ProofAnswer> {
    let who = Credentials { peer, token };
    approval::prove(&backend, who, asked.request, asked.password).await.map(Json)
}

#[utoipa::path(post, path = "/v1/authorizations/approve", request_body = ApprovalRequest,
    responses((status = 200, body = ApprovalAnswer)),
    security(("session" = [])))]
pub(super) async fn approve(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(token): Bearer,
    Sent(asked): Sent<ApprovalRequest>,
) -> Answer<ApprovalAnswer> {
    let who = Credentials { peer, token };
    approval::approve(&backend, who, asked.request, asked.proof).await.map(Json)
}

#[utoipa::path(post, path = "/v1/authorizations/decline", request_body = AuthorizationRequest,
    responses((status = 204)))]
pub(super) async fn decline(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Sent(asked): Sent<AuthorizationRequest>,
) -> Result<StatusCode, Error> {
    approval::decline(&backend, peer, asked.request).await?;
    Ok(StatusCode::NO_CONTENT)
}
