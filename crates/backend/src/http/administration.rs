//! User administration and the audit record, for user administrators.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{Path, State},
    http::StatusCode,
};
use utoipa_axum::routes;
use warifu_protocol::{
    AdministrationView, AuditPage, AuditQuery, ErrorCode, ImportAnswer, NewUser, UserActionRequest,
    UserAnswer, UserChange, UserId, UserImport, UserPage, UserQuery, UserView,
};

use super::{Answer, Asked, Bearer, Routes, Sent, SentUsers, Shared};
use crate::{
    audit,
    domain::{
        Backend,
        accounts::{self, Administrator},
        authenticate::{Credentials, Peer},
    },
    error::Error,
};

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(administration))
        .routes(routes!(users, create_user))
        .routes(routes!(user, change_user))
        .routes(routes!(perform_action))
        .routes(routes!(announce_export))
        .routes(routes!(audit_page))
}

/// The routes that take a whole file.
pub(super) fn file_routes() -> Routes {
    Routes::new().routes(routes!(import_users))
}

async fn administrator(
    backend: &Arc<Backend>,
    peer: Peer,
    Bearer(token): Bearer,
) -> Result<Administrator, Error> {
    accounts::administrator(backend, Credentials { peer, token }).await
}

/// An ID in a path that no user can have.
fn user_id(text: &str) -> Result<UserId, Error> {
    text.parse().map_err(|_| Error::refused(ErrorCode::UserNotFound))
}

#[utoipa::path(get, path = "/v1/administration",
    responses((status = 200, body = AdministrationView)),
    security(("session" = [])))]
pub(super) async fn administration(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    token: Bearer,
) -> Answer<AdministrationView> {
    let by = administrator(&backend, peer, token).await?;
    Ok(Json(accounts::administration(&backend.config, &by)))
}

#[utoipa::path(get, path = "/v1/users", params(UserQuery),
    responses((status = 200, body = UserPage)),
    security(("session" = [])))]
pub(super) async fn users(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    token: Bearer,
    Asked(query): Asked<UserQuery>,
) -> Answer<UserPage> {
    let by = administrator(&backend, peer, token).await?;
    accounts::users(&backend, by, query).await.map(Json)
}

#[utoipa::path(post, path = "/v1/users", request_body = NewUser,
    responses((status = 200, body = UserAnswer)),
    security(("session" = [])))]
pub(super) async fn create_user(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    token: Bearer,
    Sent(new): Sent<NewUser>,
) -> Answer<UserAnswer> {
    let by = administrator(&backend, peer, token).await?;
    accounts::create(&backend, by, new).await.map(Json)
}

#[utoipa::path(get, path = "/v1/users/{user_id}", params(("user_id" = String, Path)),
    responses((status = 200, body = UserView)),
    security(("session" = [])))]
pub(super) async fn user(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    token: Bearer,
    Path(id): Path<String>,
) -> Answer<UserView> {
    let by = administrator(&backend, peer, token).await?;
    accounts::user(&backend, by, user_id(&id)?).await.map(Json)
}

#[utoipa::path(put, path = "/v1/users/{user_id}", params(("user_id" = String, Path)),
    request_body = UserChange,
    responses((status = 200, body = UserView)),
    security(("session" = [])))]
pub(super) async fn change_user(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    token: Bearer,
    Path(id): Path<String>,
    Sent(change): Sent<UserChange>,
) -> Answer<UserView> {
    let by = administrator(&backend, peer, token).await?;
    accounts::change(&backend, by, user_id(&id)?, change).await.map(Json)
}

#[utoipa::path(post, path = "/v1/users/{user_id}/actions", params(("user_id" = String, Path)),
    request_body = UserActionRequest,
    responses((status = 200, body = UserAnswer)),
    security(("session" = [])))]
pub(super) async fn perform_action(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    token: Bearer,
    Path(id): Path<String>,
    Sent(request): Sent<UserActionRequest>,
) -> Answer<UserAnswer> {
    let by = administrator(&backend, peer, token).await?;
    accounts::act(&backend, by, user_id(&id)?, request).await.map(Json)
}

#[utoipa::path(post, path = "/v1/imports", request_body = UserImport,
    responses((status = 200, body = ImportAnswer)),
    security(("session" = [])))]
pub(super) async fn import_users(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    token: Bearer,
    SentUsers(import): SentUsers,
) -> Answer<ImportAnswer> {
    let by = administrator(&backend, peer, token).await?;
    accounts::import(&backend, by, import).await.map(Json)
}

#[utoipa::path(post, path = "/v1/exports",
    responses((status = 204)),
    security(("session" = [])))]
pub(super) async fn announce_export(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    token: Bearer,
) -> Result<StatusCode, Error> {
    let by = administrator(&backend, peer, token).await?;
    accounts::announce_export(&backend, by).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/v1/audit", params(AuditQuery),
    responses((status = 200, body = AuditPage)),
    security(("session" = [])))]
pub(super) async fn audit_page(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    token: Bearer,
    Asked(query): Asked<AuditQuery>,
) -> Answer<AuditPage> {
    let by = administrator(&backend, peer, token).await?;
    let page = backend
        .store
        .read(move |connection| Ok::<_, Error>(audit::page(connection, by.customer(), &query)?));
    page.await.map(Json)
}
