//! Renewal and start of use (SPEC D; FAQ 2-3, 2-4), and the wished change of a password (SPEC E).

use std::{net::IpAddr, sync::Arc};

use rusqlite::{Connection, params};
use warifu_protocol::{
    CertificateAnswer, CertificateRequest, CertificateSummary, Details, ErrorCode, NextStep,
    OwnPasswordChange, PasswordChangeReason, PasswordGrant, SecretText, SessionView, Timestamp,
};

use crate::{
    Backend,
    access::{self, Peer},
    audit::{self, Act, Entry},
    certificates::{self, Certificate, State},
    directory::User,
    error::Error,
    grants::{self, Purpose},
    lifecycle::{self, Change, entry},
    random,
};

/// Issues the certificate that follows the session's, or gives back the one that the same key has.
/// It waits for its first use.
pub(crate) async fn renew(
    backend: &Arc<Backend>,
    peer: &Peer,
    token: &SecretText,
    request: CertificateRequest,
) -> Result<CertificateAnswer, Error> {
    let (caller, _) = access::caller(backend, peer, token).await?;
    let (now, address) = (backend.now(), peer.address);
    let from = access::renewable_from(&backend.config, &caller.certificate);
    if now < from {
        let details = Details { at: Some(from), ..Details::default() };
        return Err(Error::with(ErrorCode::RenewalTooEarly, details));
    }
    let key = lifecycle::requested_key(&request)?;
    let serial = random::bytes::<16>()?;
    let shared = Arc::clone(backend);
    // One change: the certificate and the audit row.
    let certificate = backend
        .store
        .write(move |connection| {
            let current = certificates::by_thumbprint(connection, &caller.certificate.thumbprint)?
                .ok_or_else(|| Error::refused(ErrorCode::CertificateUnknown))?;
            current.check(now)?;
            let public_key = key.thumbprint();
            if let Some(same) = certificates::by_public_key(connection, &public_key)? {
                return match same.state {
                    State::Pending if same.user == caller.user.id && same.is_live(now) => {
                        Ok(same.der)
                    }
                    // A renewal in another window was faster, and this key lost.
                    State::Superseded if same.user == caller.user.id => {
                        Err(Error::refused(ErrorCode::RenewalOutdated))
                    }
                    // Another's key, the current one, or one that was withdrawn.
                    State::Active | State::Pending | State::Superseded | State::Revoked => {
                        Err(Error::field("csr"))
                    }
                };
            }
            certificates::supersede_pending(connection, caller.user.id, now)?;
            let issued = lifecycle::certify(&shared, &caller.user, &key, serial, now)?;
            let user = caller.user.id;
            certificates::add(connection, user, &public_key, &issued, State::Pending, now)?;
            let renewal = Entry {
                certificate: Some(&issued.thumbprint),
                device: Some(&request.device),
                ..entry(&caller.user, Act::CertificateRenewed, now, address)
            };
            audit::record(connection, &renewal)?;
            Ok(issued.der)
        })
        .await?;
    Ok(lifecycle::answer(backend, &certificate, now))
}

/// Starts the use of the connection's certificate. A session of the same user goes on with it.
pub(crate) async fn start_use(
    backend: &Arc<Backend>,
    peer: &Peer,
    token: Option<SecretText>,
) -> Result<CertificateSummary, Error> {
    let (certificate, user) = access::identify(backend, peer).await?;
    let (now, address) = (backend.now(), peer.address);
    let summary = access::certificate_summary(&certificate);
    backend
        .store
        .write(move |connection| {
            // Before the old certificate's sessions end with it.
            if let Some(token) = token {
                connection.execute(
                    "UPDATE session SET thumbprint = ?3 WHERE token_hash = ?1 AND user = ?2",
                    params![grants::token_hash(&token), user.id, certificate.thumbprint.as_str()],
                )?;
            }
            activate(connection, &user, &certificate, now, address)?;
            Ok(summary)
        })
        .await
}

/// Makes a certificate that waits the one that is used; nothing if it is already.
pub(crate) fn activate(
    connection: &Connection,
    user: &User,
    certificate: &Certificate,
    now: Timestamp,
    address: IpAddr,
) -> Result<(), Error> {
    // As it is now: another window may have been faster.
    let current = certificates::by_thumbprint(connection, &certificate.thumbprint)?
        .ok_or_else(|| Error::refused(ErrorCode::CertificateUnknown))?;
    current.check(now)?;
    let Some(given_way) = certificates::activate(connection, &current, now)? else {
        return Ok(());
    };
    let activated = Entry {
        certificate: Some(&current.thumbprint),
        ..entry(user, Act::CertificateActivated, now, address)
    };
    audit::record(connection, &activated)?;
    for thumbprint in &given_way {
        connection.execute("DELETE FROM session WHERE thumbprint = ?1", [thumbprint.as_str()])?;
        let superseded = Entry {
            certificate: Some(thumbprint),
            ..entry(user, Act::CertificateSuperseded, now, address)
        };
        audit::record(connection, &superseded)?;
    }
    Ok(())
}

/// Opens the change screen of the main menu.
pub(crate) async fn start_password_change(
    backend: &Arc<Backend>,
    peer: &Peer,
    token: &SecretText,
) -> Result<PasswordGrant, Error> {
    let (caller, _) = access::caller(backend, peer, token).await?;
    let now = backend.now();
    let seconds = backend.config.password.change_seconds;
    let grant = random::token()?;
    let opened = grant.clone();
    backend
        .store
        .write(move |connection| {
            let next = NextStep::ChangePassword { reason: PasswordChangeReason::Expired, seconds };
            let bound = Some(&caller.certificate.thumbprint);
            let purpose = Purpose::WishedChange;
            Ok::<_, Error>(grants::open(
                connection,
                &opened,
                &caller.user,
                purpose,
                bound,
                next,
                now,
            )?)
        })
        .await?;
    Ok(PasswordGrant { grant, seconds })
}

/// Changes the password of the session's user, who stays logged in.
pub(crate) async fn change_own_password(
    backend: &Arc<Backend>,
    peer: &Peer,
    token: &SecretText,
    change: OwnPasswordChange,
) -> Result<SessionView, Error> {
    let (caller, _) = access::caller(backend, peer, token).await?;
    let change = Change {
        grant: change.grant,
        new_password: change.new_password,
        thumbprint: Some(caller.certificate.thumbprint),
        wished: Some((change.current_password, grants::token_hash(token))),
        address: peer.address,
    };
    lifecycle::change_password(backend, change).await.map_err(|error| match error {
        // The grant is gone by time: the same to the user as an open screen whose time is over.
        Error::Refused(ErrorCode::EnrolmentExpired, details) => {
            Error::Refused(ErrorCode::PasswordChangeExpired, details)
        }
        other @ (Error::Refused(..) | Error::Internal(_)) => other,
    })?;
    access::session(backend, peer, token).await
}
