//! What users see and change of their own account.

use axum::{Extension, Json, extract::State};
use utoipa_axum::routes;
use warifu_protocol::{AuditPage, HistoryQuery, OwnEmailChange, SessionView};

use super::{Answer, Asked, Bearer, Routes, Sent, Shared};
use crate::domain::{
    authenticate::{Credentials, Peer},
    own,
};

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(history)).routes(routes!(change_email))
}

#[utoipa::path(get, path = "/v1/session/history", params(HistoryQuery),
    responses((status = 200, body = AuditPage)),
    security(("session" = [])))]
pub(super) async fn history(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(token): Bearer,
    Asked(query): Asked<HistoryQuery>,
) -> Answer<AuditPage> {
    own::history(&backend, Credentials { peer, token }, query).await.map(Json)
}

#[utoipa::path(put, path = "/v1/session/email", request_body = OwnEmailChange,
    responses((status = 200, body = SessionView)),
    security(("session" = [])))]
pub(super) async fn change_email(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(token): Bearer,
    Sent(change): Sent<OwnEmailChange>,
) -> Answer<SessionView> {
    own::change_email(&backend, Credentials { peer, token }, change).await.map(Json)
}
