//! Renewal, start of use, the wished change of a password, the way to a new PC.

use std::sync::Arc;

use axum::{
    Extension, Json, Router,
    extract::State,
    routing::{post, put},
};
use warifu_protocol::{
    CertificateAnswer, CertificateRequest, CertificateSummary, OwnPasswordChange, PasswordGrant,
    Problem, SessionView, TransferGrant,
};

use super::{Answer, Bearer, Sent, Shared};
use crate::{
    Backend,
    domain::{
        authenticate::{Credentials, Peer},
        credentials::change,
        renewal, transfer,
    },
};

pub(super) fn routes() -> Router<Arc<Backend>> {
    Router::new()
        .route("/v1/renewals", post(renew))
        .route("/v1/use", post(start_use))
        .route("/v1/password-changes", post(start_password_change))
        .route("/v1/session/password", put(change_own_password))
        .route("/v1/transfers", post(start_transfer))
}

#[utoipa::path(post, path = "/v1/renewals", request_body = CertificateRequest,
    responses((status = 200, body = CertificateAnswer), (status = "4XX", body = Problem)))]
pub(super) async fn renew(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(token): Bearer,
    Sent(request): Sent<CertificateRequest>,
) -> Answer<CertificateAnswer> {
    renewal::renew(&backend, Credentials { peer, token }, request).await.map(Json)
}

#[utoipa::path(post, path = "/v1/use",
    responses((status = 200, body = CertificateSummary), (status = "4XX", body = Problem)))]
pub(super) async fn start_use(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    token: Option<Bearer>,
) -> Answer<CertificateSummary> {
    renewal::start_use(&backend, peer, token.map(|Bearer(token)| token)).await.map(Json)
}

#[utoipa::path(post, path = "/v1/password-changes",
    responses((status = 200, body = PasswordGrant), (status = "4XX", body = Problem)))]
pub(super) async fn start_password_change(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(token): Bearer,
) -> Answer<PasswordGrant> {
    change::start_wished(&backend, Credentials { peer, token }).await.map(Json)
}

#[utoipa::path(put, path = "/v1/session/password", request_body = OwnPasswordChange,
    responses((status = 200, body = SessionView), (status = "4XX", body = Problem)))]
pub(super) async fn change_own_password(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(token): Bearer,
    Sent(change): Sent<OwnPasswordChange>,
) -> Answer<SessionView> {
    change::wished(&backend, Credentials { peer, token }, change).await.map(Json)
}

#[utoipa::path(post, path = "/v1/transfers",
    responses((status = 200, body = TransferGrant), (status = "4XX", body = Problem)))]
pub(super) async fn start_transfer(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(token): Bearer,
) -> Answer<TransferGrant> {
    transfer::start(&backend, Credentials { peer, token }).await.map(Json)
}
