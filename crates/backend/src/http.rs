//! The two routers, and the one place where errors become answers.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, Json, Router,
    body::{Body, to_bytes},
    extract::{FromRequest, FromRequestParts, OptionalFromRequestParts, Query, Request, State},
    http::{StatusCode, Uri, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use serde::de::DeserializeOwned;
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};
use warifu_protocol::{
    CertificateAnswer, Details, EnrolmentAnswer, EnrolmentRequest, ErrorCode, Health,
    IdentityAnswer, IssuanceRequest, LoginAnswer, LoginRequest, LogoAnswer, PROBLEM_JSON,
    PasswordChangeRequest, Policy, Problem, SecretText, SessionAnswer, SessionView, UserImport,
};

use crate::{
    config::AppConfig,
    domain::Backend,
    domain::{
        authenticate::{Credentials, Peer},
        credentials::change,
        issuance, login, refusals,
    },
    error::Error,
};

mod administration;
mod authorization;
mod document;
mod edge;
mod handoff;
pub(crate) mod oidc;
mod outdated;
mod own;
mod renewal;
mod request_id;
mod revocation;

use self::edge::{Bounds, bounded, logged};

/// What most calls may cost.
const NORMAL: Bounds = Bounds { time: Duration::from_secs(30), weight: 1 };
/// The same for a whole file of users, each with a password to be hashed.
const FILE: Bounds = Bounds { time: LONGEST, weight: 10 };
/// The longest that any call may take.
pub(crate) const LONGEST: Duration = UserImport::TIME;

/// The largest request body, in bytes.
const MAX_BODY: usize = 64 * 1024;

type Shared = State<Arc<Backend>>;
type Answer<T> = Result<Json<T>, Error>;

/// The enrolment listener's router.
pub(crate) fn enrolment(backend: Arc<Backend>) -> Router {
    let (routes, _) = enrolment_routes().split_for_parts();
    complete(bounded(routes, &backend, NORMAL), backend)
}

/// The service listener's router.
pub(crate) fn service(backend: Arc<Backend>) -> Router {
    let (routes, _) = service_routes().split_for_parts();
    let (file_routes, _) = administration::file_routes().split_for_parts();
    let routes = bounded(routes, &backend, NORMAL)
        .merge(bounded(file_routes, &backend, FILE))
        .layer(middleware::from_fn_with_state(Arc::clone(&backend), note_refusals));
    complete(routes, backend)
}

type Routes = OpenApiRouter<Arc<Backend>>;

fn common_routes() -> Routes {
    Routes::new().routes(routes!(health)).routes(routes!(policy)).routes(routes!(logo))
}

fn enrolment_routes() -> Routes {
    Routes::new()
        .routes(routes!(revocation::list))
        .routes(routes!(enrol))
        .routes(routes!(change_initial_password))
        .routes(routes!(issue))
}

fn service_routes() -> Routes {
    Routes::new()
        .routes(routes!(identity))
        .routes(routes!(log_in))
        .routes(routes!(change_password))
        .routes(routes!(session, log_out))
        .merge(renewal::routes())
        .merge(own::routes())
        .merge(handoff::routes())
        .merge(authorization::routes())
        .merge(administration::routes())
}

/// The OpenAPI document of both listeners.
#[must_use]
pub fn openapi() -> OpenApi {
    let (_, common) = common_routes().split_for_parts();
    let (_, enrolment) = enrolment_routes().split_for_parts();
    let routes = service_routes().merge(administration::file_routes());
    let (_, service) = routes.split_for_parts();
    document::whole(common, enrolment, service)
}

/// Records what was refused for what the certificate or its user is, whoever refused it.
async fn note_refusals(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let response = next.run(request).await;
    let Some(code) = response.extensions().get::<ErrorCode>().copied() else { return response };
    match refusals::note_request(&backend, &peer, code).await {
        Ok(()) => response,
        // What cannot be recorded is not answered as if it had been.
        Err(error) => error.into_response(),
    }
}

/// Adds what every listener has.
fn complete(routes: Router<Arc<Backend>>, backend: Arc<Backend>) -> Router {
    let (common, _) = common_routes().split_for_parts();
    let routes = routes
        .merge(bounded(common, &backend, NORMAL))
        .fallback(|uri: Uri| async move { outdated::nowhere(uri.path()) })
        .method_not_allowed_fallback(|| async { Error::refused(ErrorCode::NotFound) })
        .layer(middleware::from_fn_with_state(Arc::clone(&backend), outdated::turn_away));
    logged(routes).with_state(backend)
}

#[utoipa::path(get, path = "/v1/health", responses((status = 200, body = Health)))]
async fn health() -> Json<Health> {
    Json(Health { version: String::from(env!("CARGO_PKG_VERSION")) })
}

#[utoipa::path(get, path = "/v1/policy", responses((status = 200, body = Policy)))]
async fn policy(State(backend): Shared) -> Json<Policy> {
    Json(current_policy(&backend))
}

/// The provider's rules, with the time.
fn current_policy(backend: &Backend) -> Policy {
    Policy {
        service_name: backend.config.service_name.as_str().to_owned(),
        server_time: backend.now(),
        certificate_valid_days: backend.config.certificate_valid_days,
        renewal_days: backend.config.renewal_days,
        warning_days: backend.config.warning_days.clone(),
        warning_business_days: backend.config.warning_business_days.clone(),
        urgent_days: backend.config.urgent_days,
        transfer_seconds: backend.config.transfer_seconds,
        import_max_users: backend.config.import_max_users,
        password: backend.config.password,
        app: backend.config.app.as_ref().map(AppConfig::versions),
        login_url: backend.config.web.as_ref().map(|web| web.url.to_string()),
        provider: Some(backend.config.face()),
    }
}

#[utoipa::path(get, path = "/v1/provider/logo", responses((status = 200, body = LogoAnswer)))]
async fn logo(State(backend): Shared) -> Answer<LogoAnswer> {
    let logo = backend.config.provider.logo().ok_or_else(|| Error::refused(ErrorCode::NotFound))?;
    Ok(Json(LogoAnswer { content: logo.to_base64() }))
}

#[utoipa::path(post, path = "/v1/enrolments", request_body = EnrolmentRequest,
    responses((status = 200, body = EnrolmentAnswer)))]
async fn enrol(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Sent(request): Sent<EnrolmentRequest>,
) -> Answer<EnrolmentAnswer> {
    issuance::start(&backend, request, peer.address).await.map(Json)
}

#[utoipa::path(post, path = "/v1/enrolments/password", request_body = PasswordChangeRequest,
    responses((status = 204)),
    security(("ticket" = [])))]
async fn change_initial_password(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(ticket): Bearer,
    Sent(request): Sent<PasswordChangeRequest>,
) -> Result<StatusCode, Error> {
    change::before_issuance(&backend, peer.address, ticket, request.new_password).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/v1/enrolments/certificate", request_body = IssuanceRequest,
    responses((status = 200, body = CertificateAnswer)),
    security(("ticket" = [])))]
async fn issue(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(ticket): Bearer,
    Sent(request): Sent<IssuanceRequest>,
) -> Answer<CertificateAnswer> {
    issuance::issue(&backend, ticket, request, peer.address).await.map(Json)
}

#[utoipa::path(get, path = "/v1/identity",
    responses((status = 200, body = IdentityAnswer)))]
async fn identity(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
) -> Answer<IdentityAnswer> {
    login::identity(&backend, &peer).await.map(Json)
}

#[utoipa::path(post, path = "/v1/sessions", request_body = LoginRequest,
    responses((status = 200, body = LoginAnswer)))]
async fn log_in(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Sent(request): Sent<LoginRequest>,
) -> Answer<LoginAnswer> {
    login::log_in(&backend, &peer, request).await.map(Json)
}

#[utoipa::path(post, path = "/v1/password", request_body = PasswordChangeRequest,
    responses((status = 200, body = SessionAnswer)),
    security(("ticket" = [])))]
async fn change_password(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(ticket): Bearer,
    Sent(request): Sent<PasswordChangeRequest>,
) -> Answer<SessionAnswer> {
    change::at_login(&backend, peer, ticket, request.new_password).await.map(Json)
}

#[utoipa::path(get, path = "/v1/session",
    responses((status = 200, body = SessionView)),
    security(("session" = [])))]
async fn session(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(token): Bearer,
) -> Answer<SessionView> {
    login::session(&backend, Credentials { peer, token }).await.map(Json)
}

#[utoipa::path(delete, path = "/v1/session",
    responses((status = 204)),
    security(("session" = [])))]
async fn log_out(
    State(backend): Shared,
    Extension(peer): Extension<Peer>,
    Bearer(token): Bearer,
) -> Result<StatusCode, Error> {
    login::log_out(&backend, Credentials { peer, token }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A JSON body within the limit.
struct Sent<T>(T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Error;

    async fn from_request(request: Request<Body>, _state: &S) -> Result<Self, Error> {
        read(request, MAX_BODY).await.map(Self)
    }
}

/// The same for a list of users, which is as long as the provider lets it be.
struct SentUsers(UserImport);

impl FromRequest<Arc<Backend>> for SentUsers {
    type Rejection = Error;

    async fn from_request(request: Request<Body>, backend: &Arc<Backend>) -> Result<Self, Error> {
        let most = UserImport::max_bytes(backend.config.import_max_users);
        read(request, most).await.map(Self)
    }
}

async fn read<T: DeserializeOwned>(request: Request<Body>, most: usize) -> Result<T, Error> {
    let too_large = || Error::refused(ErrorCode::RequestTooLarge);
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > most) {
        return Err(too_large());
    }
    let body = to_bytes(request.into_body(), most).await.map_err(|_| too_large())?;
    // The parser's words may repeat the input, which may be a password.
    serde_json::from_slice(&body).map_err(|_| Error::refused(ErrorCode::InvalidRequest))
}

/// What an address asks for behind its `?`.
struct Asked<T>(T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        Query::<T>::from_request_parts(parts, state)
            .await
            .map(|Query(asked)| Self(asked))
            .map_err(|_| Error::refused(ErrorCode::InvalidRequest))
    }
}

/// The token of `Authorization: Bearer …` (RFC 6750 §2.1).
struct Bearer(SecretText);

impl<S: Send + Sync> FromRequestParts<S> for Bearer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .map(|token| Self(token.to_owned().into()))
            .ok_or_else(|| Error::refused(ErrorCode::SessionEnded))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Bearer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Error> {
        if !parts.headers.contains_key(header::AUTHORIZATION) {
            return Ok(None);
        }
        <Self as FromRequestParts<S>>::from_request_parts(parts, state).await.map(Some)
    }
}

/// Marks an answer for what is counted: nobody but the backend is at fault.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault;

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (code, why, details) = match self {
            Self::Refused(code, details) => (code, None, *details),
            Self::Internal(why) => (ErrorCode::BackendFailed, Some(why), Details::default()),
            Self::Unready(why) => (ErrorCode::BackendBusy, Some(why), Details::default()),
        };
        let is_fault = why.is_some();
        let details = match why {
            None => details,
            Some(why) => {
                let request_id = request_id::current();
                tracing::error!(request_id, why, "a request failed inside");
                Details { request_id: Some(request_id), ..details }
            }
        };
        let status = status(code);
        let retry = details.retry_after_seconds;
        let mut response =
            (status, Json(Problem::new(code, status.as_u16(), details))).into_response();
        // For the connection, which may end with this.
        response.extensions_mut().insert(code);
        if is_fault {
            response.extensions_mut().insert(Fault);
        }
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(PROBLEM_JSON));
        if let Some(seconds) = retry {
            headers.insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
        }
        response
    }
}

/// The HTTP status of a code.
fn status(code: ErrorCode) -> StatusCode {
    StatusCode::from_u16(code.kind().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
