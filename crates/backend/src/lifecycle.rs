//! Issuance: from a proved password to a certificate (SPEC A, E; FAQ 1-1③, 2-2, 4-4).

use std::{net::IpAddr, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rusqlite::{Connection, params};
use warifu_protocol::{
    CertificateAnswer, CertificateRequest, Details, EnrolmentAnswer, EnrolmentRequest, ErrorCode,
    PasswordRule, SecretText, Thumbprint, Timestamp, check_password,
};

use crate::{
    Backend,
    audit::{self, Act, Entry},
    authority::{Issued, RequestedKey, Subject},
    certificates::{self, Certificate, State},
    directory::{self, User},
    error::Error,
    grants::{self, Grant, Purpose},
    random, transfer,
};

/// Proves a password on the enrolment listener and opens a grant.
pub(crate) async fn start(
    backend: &Arc<Backend>,
    request: EnrolmentRequest,
    address: IpAddr,
) -> Result<EnrolmentAnswer, Error> {
    let now = backend.now();
    let EnrolmentRequest { customer_number, user_id, password, public_key, transfer_code } =
        request;
    backend.throttle.attempt(&customer_number, &user_id, address, now).map_err(too_many)?;
    let (customer, id) = (customer_number.clone(), user_id.clone());
    let found = backend
        .store
        .read(move |connection| Ok::<_, Error>(directory::find_user(connection, &customer, &id)?))
        .await?;
    let hash = found.as_ref().map(|user| user.password_hash.clone());
    let right = backend.passwords.verify(password, hash).await?;
    let Some(user) = found.filter(|_| right) else {
        // Recorded whether or not the user exists, so that the answer takes equally long.
        backend
            .store
            .write(move |connection| {
                let entry = Entry {
                    at: now,
                    actor: user_id.as_str(),
                    act: Act::EnrolmentFailed,
                    customer: Some(customer_number.as_str()),
                    subject: Some(user_id.as_str()),
                    certificate: None,
                    device: None,
                    address: Some(address.to_string()),
                };
                Ok::<_, Error>(audit::record(connection, &entry)?)
            })
            .await?;
        return Err(Error::refused(ErrorCode::AuthenticationFailed));
    };
    backend.throttle.succeeded(&customer_number, &user_id, address);

    let token = random::token()?;
    let grant = token.clone();
    let policy = backend.config.password;
    backend
        .store
        .write(move |connection| {
            // As it is now: another request may have been faster.
            let user = directory::user(connection, user.id)?;
            may_proceed(&user, policy.tries)?;
            let purpose = match &transfer_code {
                // The failed try has to stay counted, so it is no error of this piece of work.
                Some(code) if !transfer::prove(connection, &user, code, now)? => {
                    audit::record(connection, &entry(&user, Act::TransferFailed, now, address))?;
                    return Ok::<_, Error>(Err(Error::refused(ErrorCode::TransferCodeInvalid)));
                }
                Some(_) => Purpose::Transfer,
                None => {
                    obtainable(connection, &user, public_key.as_ref(), now)?;
                    Purpose::Issuance
                }
            };
            let next = grants::next_step(&user, &policy, now);
            grants::open(connection, &token, &user, purpose, None, next, now)?;
            audit::record(connection, &entry(&user, Act::EnrolmentStarted, now, address))?;
            Ok(Ok(EnrolmentAnswer { grant, customer_name: user.customer.customer_name, next }))
        })
        .await?
}

/// A change of the password that a grant allows.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) grant: SecretText,
    pub(crate) new_password: SecretText,
    /// Of the certificate that the grant is bound to.
    pub(crate) thumbprint: Option<Thumbprint>,
    /// The change that the user wishes: the current password, and the session that stays.
    pub(crate) wished: Option<(SecretText, Vec<u8>)>,
    pub(crate) address: IpAddr,
}

/// Changes the password that opened a grant; the same rules on both listeners.
///
/// Gives back the user as it is after the change.
pub(crate) async fn change_password(backend: &Arc<Backend>, change: Change) -> Result<User, Error> {
    let Change { grant: token, new_password, thumbprint, wished, address } = change;
    let now = backend.now();
    let (wanted, bound) = (token, thumbprint.clone());
    let purposes: &'static [Purpose] = if wished.is_some() {
        &[Purpose::WishedChange]
    } else {
        &[Purpose::Issuance, Purpose::Transfer, Purpose::Login]
    };
    let generations = i64::from(backend.config.password.generations);
    let (grant, user, recent) = backend
        .store
        .read(move |connection| {
            let grant = grants::find(connection, &wanted, purposes, bound.as_ref(), now)?;
            let user = directory::user(connection, grant.user)?;
            let mut statement = connection.prepare(
                "SELECT hash FROM password_history WHERE user = ?1
                 ORDER BY generation DESC LIMIT ?2",
            )?;
            let recent = statement
                .query_map(params![user.id, generations], |row| row.get(0))?
                .collect::<Result<Vec<String>, _>>()?;
            drop(statement);
            Ok::<_, Error>((grant, user, recent))
        })
        .await?;
    change_is_open(&grant, &user, now)?;
    let kept = match wished {
        Some((current, session)) => {
            prove_current(backend, &user, current, address, now).await?;
            Some(session)
        }
        None => None,
    };
    let mut broken: Vec<_> = check_password(new_password.expose(), &backend.config.password)
        .into_iter()
        .filter(|check| !check.met)
        .map(|check| check.rule)
        .collect();
    if broken.is_empty() {
        for hash in std::iter::once(user.password_hash.clone()).chain(recent) {
            if backend.passwords.verify(new_password.clone(), Some(hash)).await? {
                broken.push(PasswordRule::NotRecent);
                break;
            }
        }
    }
    if !broken.is_empty() {
        return Err(Error::with(
            ErrorCode::PasswordRejected,
            Details { rules: Some(broken), ..Details::default() },
        ));
    }
    let hash = backend.passwords.hash(new_password).await?;
    let tries = backend.config.password.tries;
    backend
        .store
        .write(move |connection| {
            let user = directory::user(connection, grant.user)?;
            change_is_open(&grant, &user, now)?;
            may_proceed(&user, tries)?;
            connection.execute(
                "INSERT INTO password_history (user, generation, hash) VALUES (?1, ?2, ?3)",
                params![user.id, user.password_generation, user.password_hash],
            )?;
            connection.execute(
                "DELETE FROM password_history WHERE user = ?1 AND generation <= ?2",
                params![user.id, user.password_generation - generations.max(1)],
            )?;
            connection.execute(
                "UPDATE user SET password_hash = ?2, password_initial = 0, password_set_at = ?3,
                                 password_generation = password_generation + 1 WHERE id = ?1",
                params![user.id, hash, now],
            )?;
            connection.execute(
                "UPDATE enrolment_grant SET change_until = NULL,
                                            password_generation = password_generation + 1
                 WHERE token_hash = ?1",
                [&grant.token_hash],
            )?;
            // Whoever else is logged in with the old password is not any more.
            connection.execute(
                "DELETE FROM session WHERE user = ?1 AND token_hash IS NOT ?2",
                params![user.id, kept],
            )?;
            let changed = Entry {
                certificate: thumbprint.as_ref(),
                ..entry(&user, Act::PasswordChanged, now, address)
            };
            audit::record(connection, &changed)?;
            Ok(directory::user(connection, user.id)?)
        })
        .await
}

/// Issues the certificate, or gives back the one that the same key already has.
pub(crate) async fn issue(
    backend: &Arc<Backend>,
    token: SecretText,
    request: CertificateRequest,
    address: IpAddr,
) -> Result<CertificateAnswer, Error> {
    let now = backend.now();
    let key = requested_key(&request)?;
    let serial = random::bytes::<16>()?;
    let shared = Arc::clone(backend);
    // One change: the certificate, the right that it uses up, and the audit row.
    let certificate = backend
        .store
        .write(move |connection| {
            let purposes = [Purpose::Issuance, Purpose::Transfer];
            let grant = grants::find(connection, &token, &purposes, None, now)?;
            let user = directory::user(connection, grant.user)?;
            may_proceed(&user, shared.config.password.tries)?;
            if user.password_generation != grant.password_generation {
                return Err(Error::refused(ErrorCode::EnrolmentExpired));
            }
            if grant.change_until.is_some() {
                return Err(Error::refused(ErrorCode::PasswordChangeRequired));
            }
            let public_key = key.thumbprint();
            if let Some(same) = certificates::by_public_key(connection, &public_key)? {
                // Another's key, or one whose certificate is withdrawn, is not certified again.
                if same.user != user.id || !same.is_live(now) {
                    return Err(Error::field("csr"));
                }
                return Ok(same.der);
            }
            let state = if grant.purpose == Purpose::Transfer {
                transfer::use_up(connection, &user, now)?;
                certificates::supersede_pending(connection, user.id, now)?;
                State::Pending
            } else {
                obtainable(connection, &user, Some(&public_key), now)?;
                State::Active
            };
            let issued = certify(&shared, &user, &key, serial, now)?;
            certificates::add(connection, user.id, &public_key, &issued, state, now)?;
            connection
                .prepare_cached("UPDATE user SET may_issue = 0 WHERE id = ?1")?
                .execute([user.id])?;
            let issuance = Entry {
                certificate: Some(&issued.thumbprint),
                device: Some(&request.device),
                ..entry(&user, Act::CertificateIssued, now, address)
            };
            audit::record(connection, &issuance)?;
            Ok(issued.der)
        })
        .await?;
    Ok(answer(backend, &certificate, now))
}

/// The key of a request that is well formed.
pub(crate) fn requested_key(request: &CertificateRequest) -> Result<RequestedKey, Error> {
    let device = &request.device;
    let device_too_long = [&device.name, &device.os, &device.app_version, &device.key_protection]
        .into_iter()
        .any(|text| text.chars().count() > 100 || text.contains(char::is_control));
    if device_too_long {
        return Err(Error::field("device"));
    }
    STANDARD
        .decode(&request.csr)
        .ok()
        .and_then(|der| RequestedKey::of_request(&der))
        .ok_or_else(|| Error::field("csr"))
}

/// Signs a certificate for a user's key.
pub(crate) fn certify(
    backend: &Backend,
    user: &User,
    key: &RequestedKey,
    serial: [u8; 16],
    now: Timestamp,
) -> Result<Issued, Error> {
    let subject =
        Subject { customer: &user.customer.customer_number, user: &user.user_id, public_key: key };
    let config = &backend.config;
    let days = config.certificate_valid_days;
    Ok(backend.authority.issue(&subject, &config.crl_url(), days, serial, now)?)
}

/// A certificate as the app gets it.
pub(crate) fn answer(backend: &Backend, certificate: &[u8], now: Timestamp) -> CertificateAnswer {
    CertificateAnswer {
        certificate: STANDARD.encode(certificate),
        issuer: STANDARD.encode(backend.authority.certificate()),
        not_after: crate::authority::expiry(certificate).unwrap_or(now),
    }
}

/// Verifies the current password of a user who wishes another. Wrong ones are slowed and never lock
/// (FAQ 3-3③).
async fn prove_current(
    backend: &Arc<Backend>,
    user: &User,
    current: SecretText,
    address: IpAddr,
    now: Timestamp,
) -> Result<(), Error> {
    let (customer, id) = (&user.customer.customer_number, &user.user_id);
    backend.change_throttle.attempt(customer, id, address, now).map_err(too_many)?;
    if !backend.passwords.verify(current, Some(user.password_hash.clone())).await? {
        return Err(Error::refused(ErrorCode::CurrentPasswordWrong));
    }
    backend.change_throttle.succeeded(customer, id, address);
    Ok(())
}

fn too_many(seconds: u32) -> Error {
    let retry_after_seconds = Some(seconds);
    Error::with(ErrorCode::TooManyAttempts, Details { retry_after_seconds, ..Details::default() })
}

/// Refuses a locked or suspended user, once the password has been proved.
pub(crate) fn may_proceed(user: &User, tries: u8) -> Result<(), Error> {
    if user.suspended_at.is_some() {
        return Err(Error::refused(ErrorCode::AccountSuspended));
    }
    if user.failed_count >= tries {
        return Err(Error::refused(ErrorCode::AccountLocked));
    }
    Ok(())
}

/// An entry about what a user does to the own account.
pub(crate) fn entry(user: &User, act: Act, now: Timestamp, address: IpAddr) -> Entry<'_> {
    Entry {
        at: now,
        actor: user.user_id.as_str(),
        act,
        customer: Some(user.customer.customer_number.as_str()),
        subject: Some(user.user_id.as_str()),
        certificate: None,
        device: None,
        address: Some(address.to_string()),
    }
}

/// Whether the user may obtain a certificate for this key (FAQ 2-1, 2-3, 4-4).
fn obtainable(
    connection: &Connection,
    user: &User,
    public_key: Option<&Thumbprint>,
    now: Timestamp,
) -> Result<(), Error> {
    let held = certificates::of_user(connection, user.id)?;
    let same = |certificate: &Certificate| {
        public_key.is_some_and(|key| key.as_str() == certificate.public_key)
    };
    let mut live = held.iter().filter(|certificate| certificate.is_live(now));
    match live.next() {
        Some(newest) if same(newest) || live.any(same) => Ok(()),
        Some(_) => Err(Error::refused(ErrorCode::AlreadyIssued)),
        None if user.may_issue => Ok(()),
        // Expired, or revoked without a reissue: only a reissue gives the right again.
        None => match held.first() {
            Some(last) => last.check(now).and(Err(Error::refused(ErrorCode::AlreadyIssued))),
            None => Err(Error::refused(ErrorCode::AlreadyIssued)),
        },
    }
}

fn change_is_open(grant: &Grant, user: &User, now: Timestamp) -> Result<(), Error> {
    if user.password_generation != grant.password_generation {
        return Err(Error::refused(ErrorCode::PasswordNotInitial));
    }
    match grant.change_until {
        Some(until) if now <= until => Ok(()),
        Some(_) => Err(Error::refused(ErrorCode::PasswordChangeExpired)),
        None => Err(Error::refused(ErrorCode::PasswordNotInitial)),
    }
}
