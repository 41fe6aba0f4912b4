//! Login and sessions (SPEC B; FAQ 1-1④, 3-2, 4-5).

use std::{net::IpAddr, sync::Arc};

use rusqlite::{Connection, OptionalExtension as _, params};
use warifu_protocol::{
    CertificateSummary, Details, ErrorCode, IdentityAnswer, LoginAnswer, LoginRequest, NextStep,
    SecretText, SessionAnswer, SessionView, Thumbprint, Timestamp, UserSummary,
};

use crate::{
    Backend,
    audit::{self, Act, Entry},
    certificates::{self, Certificate},
    config::Config,
    directory::{self, User},
    error::Error,
    grants::{self, Purpose},
    lifecycle::{self, Change, entry, may_proceed},
    random, renewal,
};

/// Who is at the other end of a connection: taken from the handshake, never from a header.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) address: IpAddr,
    /// None on the enrolment listener.
    pub(crate) certificate: Option<Thumbprint>,
}

const DAY: i64 = 86_400;

/// How often the use of a session is written down, in seconds.
const TOUCH: i64 = 30;

/// The certificate and the user of a connection, if both may be used now. Asked on every request.
///
/// # Errors
///
/// `certificate-…`, `account-suspended`.
pub(crate) async fn identify(
    backend: &Arc<Backend>,
    peer: &Peer,
) -> Result<(Certificate, User), Error> {
    let now = backend.now();
    let thumbprint =
        peer.certificate.clone().ok_or_else(|| Error::refused(ErrorCode::CertificateMissing))?;
    backend
        .store
        .read(move |connection| {
            let certificate = certificates::by_thumbprint(connection, &thumbprint)?
                .ok_or_else(|| Error::refused(ErrorCode::CertificateUnknown))?;
            certificate.check(now)?;
            let user = directory::user(connection, certificate.user)?;
            if user.suspended_at.is_some() {
                return Err(Error::refused(ErrorCode::AccountSuspended));
            }
            Ok((certificate, user))
        })
        .await
}

/// Whom the certificate names, before any password.
pub(crate) async fn identity(backend: &Arc<Backend>, peer: &Peer) -> Result<IdentityAnswer, Error> {
    let (certificate, user) = identify(backend, peer).await?;
    let tries = backend.config.password.tries;
    may_proceed(&user, tries)?;
    Ok(IdentityAnswer {
        tries_left: tries.saturating_sub(user.failed_count),
        user: summary(&user),
        certificate: certificate_summary(&certificate),
    })
}

/// Verifies a password and opens a session, or a grant if the password must be changed first.
pub(crate) async fn log_in(
    backend: &Arc<Backend>,
    peer: &Peer,
    request: LoginRequest,
) -> Result<LoginAnswer, Error> {
    let (certificate, user) = identify(backend, peer).await?;
    let (now, address) = (backend.now(), peer.address);
    let policy = backend.config.password;
    // Counted, durably, before it is verified: parallel guesses get no more than the limit.
    let id = user.id;
    let counted: Option<(u8, String)> = backend
        .store
        .write(move |connection| {
            Ok::<_, Error>(
                connection
                    .prepare_cached(
                        "UPDATE user SET failed_count = failed_count + 1
                         WHERE id = ?1 AND failed_count < ?2
                         RETURNING failed_count, password_hash",
                    )?
                    .query_row(params![id, policy.tries], |row| Ok((row.get(0)?, row.get(1)?)))
                    .optional()?,
            )
        })
        .await?;
    let Some((count, hash)) = counted else {
        return Err(Error::refused(ErrorCode::AccountLocked));
    };
    if !backend.passwords.verify(request.password, Some(hash)).await? {
        let locked = count >= policy.tries;
        backend
            .store
            .write(move |connection| {
                let failed = Entry {
                    certificate: Some(&certificate.thumbprint),
                    ..entry(&user, Act::LoginFailed, now, address)
                };
                audit::record(connection, &failed)?;
                if locked {
                    audit::record(connection, &Entry { act: Act::Locked, ..failed })?;
                }
                Ok::<_, Error>(())
            })
            .await?;
        return Err(if locked {
            Error::refused(ErrorCode::AccountLocked)
        } else {
            let tries_left = Some(policy.tries - count);
            Error::with(
                ErrorCode::AuthenticationFailed,
                Details { tries_left, ..Details::default() },
            )
        });
    }
    let token = random::token()?;
    let config = Arc::clone(backend);
    backend
        .store
        .write(move |connection| {
            connection.execute("UPDATE user SET failed_count = 0 WHERE id = ?1", [id])?;
            let user = directory::user(connection, id)?;
            may_proceed(&user, policy.tries)?;
            if let NextStep::ChangePassword { reason, seconds } =
                grants::next_step(&user, &policy, now)
            {
                let next = NextStep::ChangePassword { reason, seconds };
                let bound = Some(&certificate.thumbprint);
                grants::open(connection, &token, &user, Purpose::Login, bound, next, now)?;
                return Ok(LoginAnswer::PasswordChangeRequired { grant: token, reason, seconds });
            }
            open_session(connection, &config.config, &user, &certificate, token, now, address)
                .map(LoginAnswer::LoggedIn)
        })
        .await
}

/// Changes an expired or initial password and completes the login with it.
pub(crate) async fn change_password_and_log_in(
    backend: &Arc<Backend>,
    peer: &Peer,
    grant: SecretText,
    new_password: SecretText,
) -> Result<SessionAnswer, Error> {
    let (certificate, _) = identify(backend, peer).await?;
    let (now, address) = (backend.now(), peer.address);
    let bound = Some(certificate.thumbprint.clone());
    let change =
        Change { grant: grant.clone(), new_password, thumbprint: bound, wished: None, address };
    let user = lifecycle::change_password(backend, change).await?;
    let token = random::token()?;
    let config = Arc::clone(backend);
    backend
        .store
        .write(move |connection| {
            connection.execute(
                "DELETE FROM enrolment_grant WHERE token_hash = ?1",
                [grants::token_hash(&grant)],
            )?;
            open_session(connection, &config.config, &user, &certificate, token, now, address)
        })
        .await
}

/// Who speaks in a session.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) user: User,
    pub(crate) certificate: Certificate,
}

/// When a session ends, and when its user logged in before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    ends_at: Timestamp,
    previous_login_at: Option<Timestamp>,
}

/// The caller of a token on this connection; counts as use of the session.
///
/// # Errors
///
/// `session-ended`; those of [`identify`].
pub(crate) async fn caller(
    backend: &Arc<Backend>,
    peer: &Peer,
    token: &SecretText,
) -> Result<(Caller, Span), Error> {
    let (certificate, user) = identify(backend, peer).await?;
    let now = backend.now();
    let hash = grants::token_hash(token);
    let idle = i64::from(backend.config.session_idle_seconds);
    let (wanted, thumbprint, id) = (hash.clone(), certificate.thumbprint.clone(), user.id);
    let row: Option<(Timestamp, Timestamp, Option<Timestamp>)> = backend
        .store
        .read(move |connection| {
            Ok::<_, Error>(
                connection
                    .prepare_cached(
                        "SELECT last_used_at, ends_at, previous_login_at FROM session
                         WHERE token_hash = ?1 AND thumbprint = ?2 AND user = ?3",
                    )?
                    .query_row(params![wanted, thumbprint.as_str(), id], |row| {
                        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                    })
                    .optional()?,
            )
        })
        .await?;
    let (last_used_at, ends_at, previous_login_at) = row
        .filter(|(last, ends, _)| now <= last + idle && now <= *ends)
        .ok_or_else(|| Error::refused(ErrorCode::SessionEnded))?;
    if now - last_used_at >= TOUCH {
        backend
            .store
            .write(move |connection| {
                connection.execute(
                    "UPDATE session SET last_used_at = ?2 WHERE token_hash = ?1",
                    params![hash, now],
                )?;
                Ok::<_, Error>(())
            })
            .await?;
    }
    Ok((Caller { user, certificate }, Span { ends_at, previous_login_at }))
}

/// The session of a token on this connection; counts as use.
///
/// # Errors
///
/// Those of [`caller`].
pub(crate) async fn session(
    backend: &Arc<Backend>,
    peer: &Peer,
    token: &SecretText,
) -> Result<SessionView, Error> {
    let (caller, span) = caller(backend, peer, token).await?;
    let (now, shared) = (backend.now(), Arc::clone(backend));
    backend
        .store
        .read(move |connection| {
            let Span { ends_at, previous_login_at: previous } = span;
            let Caller { user, certificate } = &caller;
            view(connection, &shared.config, user, certificate, ends_at, previous, now)
        })
        .await
}

/// Ends a session.
pub(crate) async fn log_out(
    backend: &Arc<Backend>,
    peer: &Peer,
    token: SecretText,
) -> Result<(), Error> {
    let (certificate, user) = identify(backend, peer).await?;
    let (now, address) = (backend.now(), peer.address);
    backend
        .store
        .write(move |connection| {
            let ended = connection.execute(
                "DELETE FROM session WHERE token_hash = ?1 AND thumbprint = ?2",
                params![grants::token_hash(&token), certificate.thumbprint.as_str()],
            )?;
            if ended == 0 {
                return Err(Error::refused(ErrorCode::SessionEnded));
            }
            let logout = Entry {
                certificate: Some(&certificate.thumbprint),
                ..entry(&user, Act::Logout, now, address)
            };
            Ok(audit::record(connection, &logout)?)
        })
        .await
}

fn open_session(
    connection: &Connection,
    config: &Config,
    user: &User,
    certificate: &Certificate,
    token: SecretText,
    now: Timestamp,
    address: IpAddr,
) -> Result<SessionAnswer, Error> {
    // The first login with a certificate that waited is the start of its use (FAQ 2-4, 4-1).
    renewal::activate(connection, user, certificate, now, address)?;
    let certificate = &Certificate { state: certificates::State::Active, ..certificate.clone() };
    let ends_at = now + i64::from(config.session_seconds);
    connection.execute("DELETE FROM session WHERE ends_at < ?1", [now])?;
    connection.execute(
        "INSERT INTO session (token_hash, user, thumbprint, opened_at, last_used_at, ends_at,
                              previous_login_at)
         VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)",
        params![
            grants::token_hash(&token),
            user.id,
            certificate.thumbprint.as_str(),
            now,
            ends_at,
            user.last_login_at
        ],
    )?;
    connection
        .execute("UPDATE user SET last_login_at = ?2 WHERE id = ?1", params![user.id, now])?;
    let login = Entry {
        certificate: Some(&certificate.thumbprint),
        ..entry(user, Act::Login, now, address)
    };
    audit::record(connection, &login)?;
    let session = view(connection, config, user, certificate, ends_at, user.last_login_at, now)?;
    Ok(SessionAnswer { token, session })
}

fn view(
    connection: &Connection,
    config: &Config,
    user: &User,
    certificate: &Certificate,
    ends_at: Timestamp,
    previous_login_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<SessionView, Error> {
    let permissions = directory::held(connection, config, user)?;
    let entries = config
        .entries
        .iter()
        .filter(|entry| entry.permission.as_ref().is_none_or(|p| permissions.contains(p)))
        .cloned()
        .collect();
    let renewable_from = renewable_from(config, certificate);
    let password_expires_at = user.password_set_at + i64::from(config.password.valid_days) * DAY;
    let password_notice_from = password_expires_at - i64::from(config.password.notice_days) * DAY;
    Ok(SessionView {
        user: summary(user),
        certificate: certificate_summary(certificate),
        renewable_from,
        renewable: now >= renewable_from && certificate.state == certificates::State::Active,
        password_expires_at,
        password_notice_from,
        password_notice: now >= password_notice_from,
        previous_login_at,
        primary: user.is_primary,
        entries,
        permissions,
        idle_seconds: config.session_idle_seconds,
        ends_at,
    })
}

fn summary(user: &User) -> UserSummary {
    UserSummary {
        customer_number: user.customer.customer_number.clone(),
        customer_name: user.customer.customer_name.clone(),
        user_id: user.user_id.clone(),
    }
}

/// When a certificate can first be renewed (FAQ 2-3).
pub(crate) fn renewable_from(config: &Config, certificate: &Certificate) -> Timestamp {
    certificate.not_after - i64::from(config.renewal_days) * DAY
}

pub(crate) fn certificate_summary(certificate: &Certificate) -> CertificateSummary {
    CertificateSummary {
        thumbprint: certificate.thumbprint.clone(),
        not_before: certificate.not_before,
        not_after: certificate.not_after,
    }
}
