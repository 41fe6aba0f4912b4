//! Renewal, start of use, the voluntary change of a password, the way to a new PC.

use axum::{Extension, Json, extract::State};
use utoipa_axum::routes;
use warifu_protocol::{
    CertificateAnswer, CertificateSummary, IssuanceRequest, OwnPasswordChange, PasswordTicket,
    SessionView, TransferAnswer,
};

use super::{Answer, Bearer, Routes, Sent, Shared};
use crate::domain::{
    authenticate::{Credentials, Peer},
    credentials::change,
    renewal, transfer,
};

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(renew))
        .routes(routes!(activate_certificate))
        .routes(routes!(start_password_change))
        .routes(routes!(change_own_password))
        .routes(routes!(start_transfer))
}

#[utoipa::path(post, path = "/v1/renewals", request_body = IssuanceRequest,
    responses((status = 200, body = CertificateAnswer)),
    security(("session" = [])))]
pub(super) async fn renew(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(token): Bearer,
    Sent(request): Sent<IssuanceRequest>,
) -> Answer<CertificateAnswer> {
    renewal::renew(&backend, Credentials { peer, token }, request).await.map(Json)
}

#[utoipa::path(post, path = "/v1/certificate/activation",
    responses((status = 200, body = CertificateSummary)),
    security((), ("session" = [])))]
pub(super) async fn activate_certificate(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    token: Option<Bearer>,
) -> Answer<CertificateSummary> {
    renewal::start_use(&backend, peer, token.map(|Bearer(token)| token)).await.map(Json)
}

#[utoipa::path(post, path = "/v1/password-changes",
    responses((status = 200, body = PasswordTicket)),
    security(("session" = [])))]
pub(super) async fn start_password_change(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(token): Bearer,
) -> Answer<PasswordTicket> {
    change::start_wished(&backend, Credentials { peer, token }).await.map(Json)
}

#[utoipa::path(put, path = "/v1/session/password", request_body = OwnPasswordChange,
    responses((status = 200, body = SessionView)),
    security(("session" = [])))]
pub(super) async fn change_own_password(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(token): Bearer,
    Sent(change): Sent<OwnPasswordChange>,
) -> Answer<SessionView> {
    change::wished(&backend, Credentials { peer, token }, change).await.map(Json)
}

#[utoipa::path(post, path = "/v1/transfers",
    responses((status = 200, body = TransferAnswer)),
    security(("session" = [])))]
pub(super) async fn start_transfer(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(token): Bearer,
) -> Answer<TransferAnswer> {
    transfer::start(&backend, Credentials { peer, token }).await.map(Json)
}
