//! Issuance: from a proved password to a certificate (SPEC A; FAQ 1-1③, 2-2, 4-4).

use std::{
    net::IpAddr,
    ops::ControlFlow::{self, Break, Continue},
    sync::Arc,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::task::spawn_blocking;
use warifu_pki::{Issued, PublicKey, Subject};
use warifu_protocol::{
    CertificateAnswer, CustomerNumber, EnrolmentAnswer, EnrolmentRequest, ErrorCode,
    IssuanceRequest, SecretText, Thumbprint, Timestamp, UserId,
};
use warifu_store::{
    Tx,
    tables::{
        account,
        certificate::{self, Certificate, State},
    },
};

use super::{
    credentials::{
        change::too_many,
        lanes::{Lane, Share},
        throttle::Try,
    },
    grants::{self, Grant, Purpose},
    proof::{Candidate, PasswordProof, Proved},
    session::entry,
    standing, to_the_end, transfer,
};
use crate::{
    audit::{self, Act, Actor, Entry},
    domain::Backend,
    error::Error,
    network::Network,
    random,
};

/// Proves a password on the enrolment listener and opens a grant.
///
/// # Errors
///
/// `authentication-failed`, alike for users who exist and who do not; `too-many-attempts`; with the right
/// password also `account-…`, `already-issued`, `certificate-…`, `transfer-code-invalid`.
pub(crate) async fn start(
    backend: &Arc<Backend>,
    request: EnrolmentRequest,
    address: IpAddr,
) -> Result<EnrolmentAnswer, Error> {
    // Before anything is counted: who finds no place has not tried.
    let share = Share::Network(Network::of(address));
    let place = backend.passwords.reserve(Lane::Enrolment, share)?;
    let now = backend.now();
    let (customer, user) = (&request.customer_number, &request.user_id);
    let attempt = backend.throttle.attempt(customer, user, address, now).map_err(too_many)?;
    let backend = Arc::clone(backend);
    to_the_end(async move {
        let (customer, id) = (request.customer_number.clone(), request.user_id.clone());
        let candidate = backend
            .store
            .read(move |tx| {
                let found = account::find(tx, &customer, &id)?;
                Ok::<_, Error>(found.as_ref().map(Candidate::of))
            })
            .await?;
        match place.prove(request.password.clone(), candidate).await? {
            Some(proof) => open(&backend, proof, attempt, request, address).await,
            None => {
                attempt.wrong();
                failed(&backend, &request, address).await
            }
        }
    })
    .await
}

/// Records a wrong password, whether or not there is such a user: the answer takes equally long.
async fn failed<T>(
    backend: &Arc<Backend>,
    request: &EnrolmentRequest,
    address: IpAddr,
) -> Result<T, Error> {
    let failed = Entry {
        customer: Some(request.customer_number.as_str()),
        subject: Some(request.user_id.as_str()),
        address: Some(address.to_string()),
        ..Entry::new(Act::EnrolmentFailed, Actor::Unproved(&request.user_id), backend.now())
    };
    backend.refusals.note(backend, &failed).await?;
    Err(Error::refused(ErrorCode::AuthenticationFailed))
}

/// Opens the grant that a right password earns, unless something else stands in the way: then that is
/// recorded, since whoever knows the password may not be the user.
async fn open(
    backend: &Arc<Backend>,
    proof: PasswordProof,
    attempt: Try,
    request: EnrolmentRequest,
    address: IpAddr,
) -> Result<EnrolmentAnswer, Error> {
    let token = random::token()?;
    let (now, policy) = (backend.now(), backend.config.password);
    let longest = backend.config.transfer_seconds;
    let EnrolmentRequest { public_key, transfer_code, .. } = request.clone();
    let opened = backend
        .store
        .write(move |tx| {
            let by = proof.clone().redeem(tx, None, now)?;
            by.unless_locked(policy.max_attempts)?;
            let code = match &transfer_code {
                Some(code) => match transfer::prove(&by, code, longest, now)? {
                    Some(hash) => Some(hash),
                    // The failed try has to stay counted, so it is no error of this piece of work.
                    None => {
                        let failed = entry(&by.user, Act::TransferFailed, now, address);
                        audit::record(tx, &failed)?;
                        return Ok(Err(Error::refused(ErrorCode::TransferCodeInvalid)));
                    }
                },
                None => {
                    obtainable(&by, public_key.as_ref(), now)?;
                    None
                }
            };
            let purpose = if code.is_some() { Purpose::Transfer } else { Purpose::Issuance };
            let next = grants::next_step(&by.user, &policy, now);
            grants::open(&by, &token, purpose, code.as_ref(), next, now)?;
            audit::record(tx, &entry(&by.user, Act::EnrolmentStarted, now, address))?;
            let customer_name = by.user.customer.customer_name.clone();
            let ticket = token.clone();
            let name = by.user.name.as_ref().and_then(|name| name.parse().ok());
            Ok::<_, Error>(Ok(EnrolmentAnswer { ticket, customer_name, name, next }))
        })
        .await;
    match opened {
        Ok(answer) => {
            attempt.right();
            answer
        }
        // What was right when it was read is wrong now.
        Err(Error::Refused(ErrorCode::AuthenticationFailed, _)) => {
            attempt.wrong();
            failed(backend, &request, address).await
        }
        Err(Error::Refused(code, details)) => {
            attempt.right();
            let refused = Entry {
                customer: Some(request.customer_number.as_str()),
                subject: Some(request.user_id.as_str()),
                address: Some(address.to_string()),
                reason: Some(code),
                ..Entry::new(Act::EnrolmentRefused, Actor::Unproved(&request.user_id), now)
            };
            backend.refusals.note(backend, &refused).await?;
            Err(Error::Refused(code, details))
        }
        Err(error @ (Error::Internal(_) | Error::Unready(_))) => Err(error),
    }
}

/// Issues the certificate, or gives back the one that the same key already has.
///
/// # Errors
///
/// `enrolment-expired`, `account-…`, `password-change-required`, `already-issued`,
/// `transfer-code-invalid`; `invalid-request` for a request that is none, or a key that is not to be
/// certified. Of what is refused after it was signed, nothing is kept.
pub(crate) async fn issue(
    backend: &Arc<Backend>,
    token: SecretText,
    request: IssuanceRequest,
    address: IpAddr,
) -> Result<CertificateAnswer, Error> {
    let key = requested_key(&request)?;
    let now = backend.now();
    let looked = backend.store.read(|tx| {
        Ok::<_, Error>(match due(backend, tx, &token, &key, now)? {
            Break(same) => Break(answer(backend, &same)),
            Continue((by, _)) => Continue(Named::of(&by)),
        })
    });
    let issued = match looked.await? {
        Break(answer) => return Ok(answer),
        Continue(named) => sign(backend, named, &key).await?,
    };
    let (now, shared) = (backend.now(), Arc::clone(backend));
    // One change: the certificate, the right that it uses up, and the audit row.
    backend
        .store
        .write(move |tx| {
            // While it was signed, everything may have happened.
            let (by, grant) = match due(&shared, tx, &token, &key, now)? {
                Break(same) => return Ok(answer(&shared, &same)),
                Continue(right) => right,
            };
            let user = &by.user;
            let state = match grant.purpose {
                Purpose::Transfer => {
                    transfer::use_up(&by, grant.code_hash.as_deref(), now)?;
                    // An earlier one that still waits gives way: its key may be lost.
                    certificate::supersede(tx, user.id, State::Pending, now)?;
                    State::Pending
                }
                Purpose::Issuance | Purpose::Login | Purpose::VoluntaryChange => State::Active,
            };
            let stored = keep(&by, &key, &issued, state, now)?;
            account::set_may_issue(tx, user.id, false)?;
            let issuance = Entry {
                certificate: Some(&stored.thumbprint),
                device: Some(&request.device),
                ..entry(user, Act::CertificateIssued, now, address)
            };
            audit::record(tx, &issuance)?;
            Ok(answer(&shared, &stored))
        })
        .await
}

/// What a grant gets for a key: the certificate that the key has already, or the right to a new one.
fn due<'t>(
    backend: &Backend,
    tx: &'t Tx,
    token: &SecretText,
    key: &PublicKey,
    now: Timestamp,
) -> Result<ControlFlow<Certificate, (Proved<'t>, Grant)>, Error> {
    let purposes = [Purpose::Issuance, Purpose::Transfer];
    let (by, grant) = grants::redeem(tx, token, &purposes, None, now)?;
    let user = &by.user;
    by.unless_locked(backend.config.password.max_attempts)?;
    if user.password_generation != grant.password_generation {
        return Err(Error::refused(ErrorCode::EnrolmentExpired));
    }
    if grant.change_until.is_some() {
        return Err(Error::refused(ErrorCode::PasswordChangeRequired));
    }
    if let Some(same) = certificate::by_public_key(tx, key.thumbprint())? {
        // Another's key, or one whose certificate is withdrawn, is not certified again.
        if same.account != user.id || !same.is_live(now) {
            return Err(Error::field("csr"));
        }
        return Ok(Break(same));
    }
    if grant.purpose != Purpose::Transfer {
        obtainable(&by, Some(key.thumbprint()), now)?;
    }
    Ok(Continue((by, grant)))
}

/// The key of a request that is well formed.
pub(super) fn requested_key(request: &IssuanceRequest) -> Result<PublicKey, Error> {
    let device = &request.device;
    let device_too_long = [&device.name, &device.os, &device.app_version]
        .into_iter()
        .any(|text| text.chars().count() > 100 || text.contains(char::is_control));
    if device_too_long {
        return Err(Error::field("device"));
    }
    STANDARD
        .decode(&request.csr)
        .ok()
        .and_then(|der| PublicKey::of_request(&der).ok())
        .ok_or_else(|| Error::field("csr"))
}

/// Whom a certificate is to name.
pub(super) struct Named {
    customer: CustomerNumber,
    user: UserId,
}

impl Named {
    pub(super) fn of(by: &Proved<'_>) -> Self {
        let user = &by.user;
        Self { customer: user.customer.customer_number.clone(), user: user.user_id.clone() }
    }
}

/// Signs a certificate, which is worth nothing until [`keep`] has stored it: outside of every transaction
/// and of the async threads, since the key may be slow ([`warifu_pki::Signer`]).
pub(super) async fn sign(
    backend: &Arc<Backend>,
    Named { customer, user }: Named,
    key: &PublicKey,
) -> Result<Issued, Error> {
    let (serial, now) = (random::bytes()?, backend.now());
    let (backend, key) = (Arc::clone(backend), key.clone());
    let signed = spawn_blocking(move || {
        let subject = Subject { customer: &customer, user: &user };
        backend.issuer.issue(&backend.client_profile, subject, &key, serial, now)
    });
    Ok(signed.await.map_err(|error| Error::Internal(error.to_string()))??)
}

/// Stores what was signed for a key of a proved user.
pub(super) fn keep(
    by: &Proved<'_>,
    key: &PublicKey,
    issued: &Issued,
    state: State,
    now: Timestamp,
) -> Result<Certificate, Error> {
    let certificate = Certificate {
        account: by.user.id,
        thumbprint: issued.thumbprint.clone(),
        public_key: key.thumbprint().clone(),
        der: issued.der.clone(),
        not_before: issued.not_before,
        not_after: issued.not_after,
        state,
        state_at: now,
    };
    certificate::insert(by.tx(), &issued.serial, &certificate)?;
    Ok(certificate)
}

/// A certificate as the app gets it.
pub(super) fn answer(backend: &Backend, certificate: &Certificate) -> CertificateAnswer {
    CertificateAnswer {
        certificate: STANDARD.encode(&certificate.der),
        issuer: STANDARD.encode(backend.issuer.certificate()),
        not_after: certificate.not_after,
    }
}

/// Whether the user may obtain a certificate for this key (FAQ 2-1, 2-3, 4-4).
fn obtainable(
    by: &Proved<'_>,
    public_key: Option<&Thumbprint>,
    now: Timestamp,
) -> Result<(), Error> {
    let held = certificate::of_account(by.tx(), by.user.id)?;
    let same =
        |certificate: &Certificate| public_key.is_some_and(|key| *key == certificate.public_key);
    let mut live = held.iter().filter(|certificate| certificate.is_live(now));
    match live.next() {
        Some(newest) if same(newest) || live.any(same) => Ok(()),
        Some(_) => Err(Error::refused(ErrorCode::AlreadyIssued)),
        None if by.user.may_issue => Ok(()),
        // Expired, or revoked without a reissue: only a reissue gives the right again.
        None => match held.first() {
            Some(last) => {
                standing::check(last, now).and(Err(Error::refused(ErrorCode::AlreadyIssued)))
            }
            None => Err(Error::refused(ErrorCode::AlreadyIssued)),
        },
    }
}
