//! The change of a password (SPEC E; FAQ 3-1, 3-3): before the first certificate, at a login that demands
//! it, or as the user wishes. The same rules, and one function that writes.

use std::{net::IpAddr, sync::Arc};

use warifu_protocol::{
    Details, ErrorCode, NextStep, OwnPasswordChange, PasswordChangeReason, PasswordRule,
    PasswordTicket, SecretText, SessionAnswer, SessionView, Thumbprint, Timestamp, check_password,
};
use warifu_store::{
    StoreError, Tx,
    tables::{
        account::{self, User},
        grant, password_history,
    },
};

use super::{
    guessable::is_guessable,
    lanes::{Lane, Place, Share},
};
use crate::{
    audit::{self, Act, Entry},
    domain::Backend,
    domain::{
        authenticate::{self, Credentials, Peer},
        grants::{self, Grant, Purpose},
        proof::{Candidate, PasswordProof, Proved},
        session::{self, Ended, entry},
        to_the_end,
    },
    error::Error,
    network::Network,
    random,
};

/// Changes the password that opened a grant on the enrolment listener.
pub(crate) async fn before_issuance(
    backend: &Arc<Backend>,
    address: IpAddr,
    grant: SecretText,
    new_password: SecretText,
) -> Result<(), Error> {
    let share = Share::Network(Network::of(address));
    let place = backend.passwords.reserve(Lane::Enrolment, share)?;
    let backend = Arc::clone(backend);
    to_the_end(async move {
        let allowed = Allowed {
            grant,
            purposes: &[Purpose::Issuance, Purpose::Transfer],
            certificate: None,
            address,
        };
        let open = allowed.look(&backend).await?;
        let hash = open.hash_of_new(&backend, &place, &new_password).await?;
        let (now, tries) = (backend.now(), backend.config.password.max_attempts);
        backend
            .store
            .write(move |tx| {
                let (by, grant) = allowed.redeem(tx, now)?;
                by.unless_locked(tries)?;
                change(&by, &grant, &open, &hash, Kept::Nothing, now, allowed.address)
            })
            .await
    })
    .await
}

/// Changes an expired or initial password and completes the login with it: one change.
pub(crate) async fn at_login(
    backend: &Arc<Backend>,
    peer: Peer,
    grant: SecretText,
    new_password: SecretText,
) -> Result<SessionAnswer, Error> {
    let certificate =
        peer.certificate.clone().ok_or_else(|| Error::refused(ErrorCode::CertificateMissing))?;
    let allowed = Allowed {
        grant,
        purposes: &[Purpose::Login],
        certificate: Some(certificate),
        address: peer.address,
    };
    let backend = Arc::clone(backend);
    to_the_end(async move {
        identified(&backend, &peer).await?;
        let open = allowed.look(&backend).await?;
        let place = open.place(&backend)?;
        let hash = open.hash_of_new(&backend, &place, &new_password).await?;
        let token = random::token()?;
        let (now, shared) = (backend.now(), Arc::clone(&backend));
        backend
            .store
            .write(move |tx| {
                let (by, grant) = allowed.redeem(tx, now)?;
                by.unless_locked(shared.config.password.max_attempts)?;
                change(&by, &grant, &open, &hash, Kept::Nothing, now, allowed.address)?;
                grant::delete(tx, &grant.token_hash)?;
                // As the user is with the new password.
                let by = by.again(now)?;
                session::open(&by, &shared.config, &token, now, allowed.address)
            })
            .await
    })
    .await
}

/// Opens the change screen of the main menu.
pub(crate) async fn start_wished(
    backend: &Arc<Backend>,
    who: Credentials,
) -> Result<PasswordTicket, Error> {
    let grant = random::token()?;
    authenticate::write(backend, who, move |backend, caller, now| {
        let expires_in = backend.config.password.change_seconds;
        let next = NextStep::ChangePassword { reason: PasswordChangeReason::Expired, expires_in };
        grants::open(&caller.proved, &grant, Purpose::VoluntaryChange, None, next, now)?;
        Ok(PasswordTicket { ticket: grant.clone(), expires_in })
    })
    .await
}

/// Changes the password of the session's user, who stays logged in.
pub(crate) async fn wished(
    backend: &Arc<Backend>,
    who: Credentials,
    request: OwnPasswordChange,
) -> Result<SessionView, Error> {
    let OwnPasswordChange { ticket: grant, current_password, new_password } = request;
    let allowed = Allowed {
        grant,
        purposes: &[Purpose::VoluntaryChange],
        certificate: who.peer.certificate.clone(),
        address: who.peer.address,
    };
    let backend = Arc::clone(backend);
    to_the_end(async move {
        let open = authenticate::read(&backend, who.clone(), {
            let allowed = allowed.clone();
            move |backend, caller, now| allowed.open(caller.proved.tx(), backend, now)
        })
        .await
        .map_err(expired)?;
        let place = open.place(&backend)?;
        let current = prove_current(&backend, &place, &open, current_password, &who.peer).await?;
        let hash = open.hash_of_new(&backend, &place, &new_password).await?;
        authenticate::write(&backend, who, move |backend, caller, now| {
            let tx = caller.proved.tx();
            let (by, grant) = allowed.redeem(tx, now)?;
            // The grant is bound to the certificate, not to the session: both have to be of one user.
            if by.user.id != caller.proved.user.id {
                return Err(Error::refused(ErrorCode::SessionEnded));
            }
            let by = current.clone().redeem(tx, allowed.certificate.as_ref(), now)?;
            by.unless_locked(backend.config.password.max_attempts)?;
            let kept = Kept::Session(caller.session.token_hash());
            change(&by, &grant, &open, &hash, kept, now, allowed.address)?;
            let by = by.again(now)?;
            let certificate = by.certificate()?;
            session::view(tx, &backend.config, &by.user, certificate, &caller.session, now)
        })
        .await
        .map_err(expired)
    })
    .await
}

/// The grant is gone by time: the same to the user as an open screen whose time is over.
fn expired(error: Error) -> Error {
    match error {
        Error::Refused(ErrorCode::EnrolmentExpired, details) => {
            Error::Refused(ErrorCode::PasswordChangeExpired, details)
        }
        other @ (Error::Refused(..) | Error::Internal(_) | Error::Unready(_)) => other,
    }
}

async fn identified(backend: &Arc<Backend>, peer: &Peer) -> Result<(), Error> {
    let (now, peer) = (backend.now(), peer.clone());
    backend.store.read(move |tx| authenticate::identify(tx, &peer, now).map(drop)).await
}

/// What a request says it may do.
#[derive(Clone, Debug)]
struct Allowed {
    grant: SecretText,
    purposes: &'static [Purpose],
    /// The certificate that the grant is bound to.
    certificate: Option<Thumbprint>,
    address: IpAddr,
}

/// What was read for the hashing, outside of the transaction that writes.
#[derive(Clone, Debug)]
struct Open {
    candidate: Candidate,
    user: User,
    /// The hashes that the new password must not match, the current one first.
    recent: Vec<String>,
    /// How many passwords before the current one may not come again.
    generations: i64,
}

impl Allowed {
    async fn look(&self, backend: &Arc<Backend>) -> Result<Open, Error> {
        let (allowed, shared, now) = (self.clone(), Arc::clone(backend), backend.now());
        backend.store.read(move |tx| allowed.open(tx, &shared, now)).await
    }

    fn open(&self, tx: &Tx, backend: &Backend, now: Timestamp) -> Result<Open, Error> {
        let (by, _) = self.redeem(tx, now)?;
        let generations = i64::from(backend.config.password.history);
        let mut recent = vec![by.user.password_hash.clone()];
        recent.extend(password_history::latest(tx, by.user.id, generations)?);
        Ok(Open { candidate: Candidate::of(&by.user), user: by.user, recent, generations })
    }

    /// The grant, if it still opens the change screen.
    ///
    /// # Errors
    ///
    /// `password-not-initial` if the password was changed meanwhile; `password-change-expired`; those of
    /// [`grants::redeem`].
    fn redeem<'t>(&self, tx: &'t Tx, now: Timestamp) -> Result<(Proved<'t>, Grant), Error> {
        let certificate = self.certificate.as_ref();
        let (by, grant) = grants::redeem(tx, &self.grant, self.purposes, certificate, now)?;
        if by.user.password_generation != grant.password_generation {
            return Err(Error::refused(ErrorCode::PasswordNotInitial));
        }
        match grant.change_until {
            Some(until) if now <= until => Ok((by, grant)),
            Some(_) => Err(Error::refused(ErrorCode::PasswordChangeExpired)),
            None => Err(Error::refused(ErrorCode::PasswordNotInitial)),
        }
    }
}

impl Open {
    fn place(&self, backend: &Backend) -> Result<Place, Error> {
        let share = Share::Customer(self.user.customer.id);
        Ok(backend.passwords.reserve(Lane::Login, share)?)
    }

    /// The hash of a new password that meets every rule.
    ///
    /// # Errors
    ///
    /// `password-rejected` with the rules that it breaks.
    async fn hash_of_new(
        &self,
        backend: &Backend,
        place: &Place,
        new: &SecretText,
    ) -> Result<String, Error> {
        let mut broken: Vec<_> = check_password(new.expose(), &backend.config.password)
            .into_iter()
            .filter(|check| !check.met)
            .map(|check| check.rule)
            .collect();
        let (customer, user) = (&self.user.customer.customer_number, &self.user.user_id);
        // Whoever has to change the characters anyway is told of nothing else yet.
        if broken.is_empty() && is_guessable(new.expose(), customer, user) {
            broken.push(PasswordRule::NotGuessable);
        }
        if broken.is_empty() {
            for hash in &self.recent {
                if place.verify(new.clone(), hash.clone()).await? {
                    broken.push(PasswordRule::NotRecent);
                    break;
                }
            }
        }
        if !broken.is_empty() {
            let details = Details { rules: Some(broken), ..Details::default() };
            return Err(Error::with(ErrorCode::PasswordRejected, details));
        }
        Ok(place.hash(new.clone()).await?)
    }
}

/// What stays open when the password is another one.
#[derive(Clone, Copy, Debug)]
enum Kept<'a> {
    Nothing,
    /// The session of this token's hash, in which the change was made.
    Session(&'a [u8]),
}

fn change(
    by: &Proved<'_>,
    grant: &Grant,
    open: &Open,
    hash: &str,
    kept: Kept<'_>,
    now: Timestamp,
    address: IpAddr,
) -> Result<(), Error> {
    let (tx, user) = (by.tx(), &by.user);
    // The rule about recent passwords was checked with these.
    if user.password_hash != open.user.password_hash {
        return Err(Error::refused(ErrorCode::PasswordNotInitial));
    }
    replace(tx, user, hash, Initial(false), now)?;
    let outdated = user.password_generation - open.generations.max(1);
    password_history::delete_up_to(tx, user.id, outdated)?;
    grant::set_password_changed(tx, &grant.token_hash)?;
    // Whoever else is logged in with the old password is not any more.
    session::end(
        tx,
        user.id,
        match kept {
            Kept::Nothing => Ended::All,
            Kept::Session(token_hash) => Ended::AllBut(token_hash),
        },
        now,
    )?;
    let changed = Entry {
        certificate: by.certificate.as_ref().map(|certificate| &certificate.thumbprint),
        ..entry(user, Act::PasswordChanged, now, address)
    };
    Ok(audit::record(tx, &changed)?)
}

/// Whether a password is an initial one, to be changed before anything else (FAQ 4-5).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Initial(pub(crate) bool);

/// Puts another password in the place of a user's, which stays among those that may not come again.
///
/// Verifications that are under way are of the old one, and count no more.
pub(crate) fn replace(
    tx: &Tx,
    user: &User,
    hash: &str,
    Initial(initial): Initial,
    now: Timestamp,
) -> Result<(), StoreError> {
    password_history::insert(tx, user.id, user.password_generation, &user.password_hash)?;
    account::set_password(tx, user.id, hash, initial, now)
}

/// Verifies the current password of a user who wishes another. Wrong ones are slowed and never lock
/// (FAQ 3-3③).
async fn prove_current(
    backend: &Arc<Backend>,
    place: &Place,
    open: &Open,
    current: SecretText,
    peer: &Peer,
) -> Result<PasswordProof, Error> {
    let (user, now) = (&open.user, backend.now());
    let (customer, id) = (&user.customer.customer_number, &user.user_id);
    let attempt =
        backend.change_throttle.attempt(customer, id, peer.address, now).map_err(too_many)?;
    if let Some(proof) = place.prove(current, Some(open.candidate.clone())).await? {
        attempt.right();
        return Ok(proof);
    }
    attempt.wrong();
    let failed = Entry {
        certificate: peer.certificate.as_ref(),
        ..entry(user, Act::PasswordChangeFailed, now, peer.address)
    };
    backend.refusals.note(backend, &failed).await?;
    Err(Error::refused(ErrorCode::CurrentPasswordWrong))
}

/// What whoever has to wait is told.
pub(crate) fn too_many(seconds: u32) -> Error {
    let retry_after_seconds = Some(seconds);
    Error::with(ErrorCode::TooManyAttempts, Details { retry_after_seconds, ..Details::default() })
}
