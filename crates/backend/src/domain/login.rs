//! Login with a certificate and a password (SPEC B; FAQ 1-1④, 3-2, 4-5).
//!
//! A try is counted, verified and judged as one piece of work, which a dropped request cannot cut. What
//! is counted and not judged yet is known as such (`account.unverified_count`), so that what was never
//! verified never locks: not when the verification fails, and not when the process dies.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use warifu_protocol::{
    Details, ErrorCode, IdentityAnswer, LoginAnswer, LoginRequest, NextStep, SecretText,
    SessionView, Thumbprint, Timestamp,
};
use warifu_store::{
    StoreError, Tx,
    tables::account::{self, User},
};

use super::{
    authenticate::{self, Credentials, Peer, identify},
    credentials::{
        change::too_many,
        lanes::{Lane, Share},
    },
    grants::{self, Purpose},
    proof::{Candidate, PasswordProof, Proved},
    session::{self, Ended, certificate_summary, entry, summary},
    to_the_end,
};
use crate::{
    audit::{self, Act, Entry},
    domain::Backend,
    error::Error,
    random,
};

/// Seconds to wait where as many tries are being verified as there are left.
const WAIT_FOR_VERDICTS: u32 = 2;

/// Whom the certificate names, before any password.
pub(crate) async fn identity(backend: &Arc<Backend>, peer: &Peer) -> Result<IdentityAnswer, Error> {
    let (now, peer, tries) = (backend.now(), peer.clone(), backend.config.password.max_attempts);
    backend
        .store
        .read(move |tx| {
            let by = identify(tx, &peer, now)?;
            by.unless_locked(tries)?;
            Ok(IdentityAnswer {
                attempts_left: tries.saturating_sub(by.user.wrong_passwords()),
                user: summary(&by.user),
                certificate: certificate_summary(by.certificate()?),
            })
        })
        .await
}

/// Verifies a password and opens a session, or a grant if the password must be changed first.
pub(crate) async fn log_in(
    backend: &Arc<Backend>,
    peer: &Peer,
    request: LoginRequest,
) -> Result<LoginAnswer, Error> {
    let (token, address) = (random::token()?, peer.address);
    with_password(backend, peer, request.password, move |backend, by, now| {
        let policy = &backend.config.password;
        let next = grants::next_step(&by.user, policy, now);
        if let NextStep::ChangePassword { reason, expires_in } = next {
            grants::open(by, &token, Purpose::Login, None, next, now)?;
            let ticket = token.clone();
            return Ok(LoginAnswer::PasswordChangeRequired { ticket, reason, expires_in });
        }
        session::open(by, &backend.config, &token, now, address).map(LoginAnswer::LoggedIn)
    })
    .await
}

/// Verifies the password of the user of a certificate, as at login: a wrong one counts (FAQ 3-2). With the
/// right one it does the work, in the transaction that clears the count.
///
/// # Errors
///
/// Those of a login; the work's own.
pub(super) async fn with_password<T: Send + 'static>(
    backend: &Arc<Backend>,
    peer: &Peer,
    password: SecretText,
    work: impl Fn(&Backend, &Proved<'_>, Timestamp) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (now, asked) = (backend.now(), peer.clone());
    let (user, customer) = backend
        .store
        .read(move |tx| {
            let by = identify(tx, &asked, now)?;
            Ok::<_, Error>((by.user.id, by.user.customer.id))
        })
        .await?;
    // Before anything is counted: who finds no place has not tried.
    let place = backend.passwords.reserve(Lane::Login, Share::Customer(customer))?;
    let (backend, peer) = (Arc::clone(backend), peer.clone());
    to_the_end(async move {
        let _turn = backend.logins.turn_of(user).lock_owned().await;
        let attempt = match Attempt::count(&backend, &peer).await {
            Ok(attempt) => attempt,
            Err(error) => return Err(note_locked(&backend, &peer, user, error).await),
        };
        match place.prove(password, Some(attempt.candidate.clone())).await {
            Ok(Some(proof)) => attempt.right(&backend, proof, work).await,
            Ok(None) => Err(attempt.wrong(&backend).await),
            Err(error) => {
                attempt.take_back(&backend).await?;
                Err(Error::from(error))
            }
        }
    })
    .await
}

/// The session of a token on this connection; counts as use.
pub(crate) async fn session(
    backend: &Arc<Backend>,
    who: Credentials,
) -> Result<SessionView, Error> {
    authenticate::read(backend, who, |backend, caller, now| {
        let by = &caller.proved;
        let (tx, certificate) = (by.tx(), by.certificate()?);
        session::view(tx, &backend.config, &by.user, certificate, &caller.session, now)
    })
    .await
}

/// Ends a session.
pub(crate) async fn log_out(backend: &Arc<Backend>, who: Credentials) -> Result<(), Error> {
    let address = who.peer.address;
    authenticate::write(backend, who, move |_, caller, now| {
        let by = &caller.proved;
        session::end(by.tx(), by.user.id, Ended::One(caller.session.token_hash()), now)?;
        let logout = Entry {
            certificate: Some(&by.certificate()?.thumbprint),
            ..entry(&by.user, Act::Logout, now, address)
        };
        Ok(audit::record(by.tx(), &logout)?)
    })
    .await
}

/// One try of a user's password, counted and not judged yet.
#[derive(Debug)]
struct Attempt {
    user: i64,
    generation: i64,
    certificate: Thumbprint,
    candidate: Candidate,
    address: IpAddr,
}

impl Attempt {
    /// Counts, durably, before anything is verified: parallel guesses get no more than the limit.
    ///
    /// # Errors
    ///
    /// `account-locked`; `too-many-attempts` if the tries that are left are all being verified.
    async fn count(backend: &Arc<Backend>, peer: &Peer) -> Result<Self, Error> {
        let (now, peer, tries) =
            (backend.now(), peer.clone(), backend.config.password.max_attempts);
        backend
            .store
            .write(move |tx| {
                let by = identify(tx, &peer, now)?;
                by.unless_locked(tries)?;
                if !account::count_attempt(tx, by.user.id, tries, now)? {
                    return Err(too_many(WAIT_FOR_VERDICTS));
                }
                Ok(Self {
                    user: by.user.id,
                    generation: by.user.password_generation,
                    certificate: by.certificate()?.thumbprint.clone(),
                    candidate: Candidate::of(&by.user),
                    address: peer.address,
                })
            })
            .await
    }

    /// The password was right: the count clears (FAQ 3-2), unless it was of yesterday's password.
    async fn right<T: Send + 'static>(
        self,
        backend: &Arc<Backend>,
        proof: PasswordProof,
        work: impl Fn(&Backend, &Proved<'_>, Timestamp) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (now, shared) = (backend.now(), Arc::clone(backend));
        backend
            .store
            .write(move |tx| {
                let policy = shared.config.password;
                let judged = self.judge(tx, Verdict::Right, policy.max_attempts)?;
                // Whatever is refused now, the verdict stands, so it is no error of this work.
                let open = || {
                    if judged == Judged::Locked {
                        return Err(Error::refused(ErrorCode::AccountLocked));
                    }
                    let by = proof.clone().redeem(tx, Some(&self.certificate), now)?;
                    work(&shared, &by, now)
                };
                match open() {
                    Err(Error::Refused(code, details)) => {
                        // Right when it was read, wrong now. Other reasons are noted by who answers.
                        if code == ErrorCode::AuthenticationFailed {
                            let user = account::get(tx, self.user)?;
                            self.record(tx, &user, Act::LoginFailed, now)?;
                        }
                        Ok(Err(Error::Refused(code, details)))
                    }
                    Err(inside @ (Error::Internal(_) | Error::Unready(_))) => Err(inside),
                    Ok(answer) => Ok(Ok(answer)),
                }
            })
            .await?
    }

    /// The password was wrong: what its user is told.
    async fn wrong(self, backend: &Arc<Backend>) -> Error {
        let (now, tries) = (backend.now(), backend.config.password.max_attempts);
        let refusal = backend
            .store
            .write(move |tx| {
                let judged = self.judge(tx, Verdict::Wrong, tries)?;
                let user = account::get(tx, self.user)?;
                self.record(tx, &user, Act::LoginFailed, now)?;
                let wrong = user.wrong_passwords();
                if judged == Judged::Counted && wrong == tries {
                    self.record(tx, &user, Act::Locked, now)?;
                }
                Ok::<_, Error>(if wrong >= tries {
                    Error::refused(ErrorCode::AccountLocked)
                } else {
                    let attempts_left = Some(tries - wrong);
                    let details = Details { attempts_left, ..Details::default() };
                    Error::with(ErrorCode::AuthenticationFailed, details)
                })
            })
            .await;
        refusal.unwrap_or_else(|inside| inside)
    }

    /// Nothing was verified, so nothing counts.
    async fn take_back(self, backend: &Arc<Backend>) -> Result<(), Error> {
        backend
            .store
            .write(move |tx| {
                Ok::<_, Error>(account::take_attempt_back(tx, self.user, self.generation)?)
            })
            .await
    }

    /// Turns what was counted into a verdict. Of a password that is another one by now nothing counts.
    fn judge(&self, tx: &Tx, verdict: Verdict, tries: u8) -> Result<Judged, Error> {
        let judged = account::judge_attempt(tx, self.user, self.generation)?;
        let Some((failed, unverified)) = judged else { return Ok(Judged::Outdated) };
        if verdict == Verdict::Wrong {
            return Ok(Judged::Counted);
        }
        // This one was not wrong; those that are still being verified stay counted.
        let locked = failed - unverified > tries;
        let failed = if locked { failed - 1 } else { unverified };
        account::set_failed_count(tx, self.user, failed)?;
        Ok(if locked { Judged::Locked } else { Judged::Counted })
    }

    fn record(&self, tx: &Tx, user: &User, act: Act, now: Timestamp) -> Result<(), Error> {
        let entry =
            Entry { certificate: Some(&self.certificate), ..entry(user, act, now, self.address) };
        Ok(audit::record(tx, &entry)?)
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Verdict {
    Right,
    Wrong,
}

/// What became of a try that had been counted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Judged {
    /// It counts as what it was.
    Counted,
    /// The password is another one by now.
    Outdated,
    /// It was right, and other wrong ones have locked the account meanwhile.
    Locked,
}

/// Notes a try of whoever is locked already: nothing of it was looked at.
async fn note_locked(backend: &Arc<Backend>, peer: &Peer, user: i64, error: Error) -> Error {
    let Error::Refused(ErrorCode::AccountLocked, _) = &error else { return error };
    let found = backend.store.read(move |tx| Ok::<_, Error>(account::get(tx, user)?));
    let noted = match found.await {
        Ok(user) => {
            let refused = Entry {
                certificate: peer.certificate.as_ref(),
                reason: Some(ErrorCode::AccountLocked),
                ..entry(&user, Act::LoginRefused, backend.now(), peer.address)
            };
            backend.refusals.note(backend, &refused).await
        }
        Err(error) => Err(error),
    };
    noted.err().unwrap_or(error)
}

/// Seconds within which a try has its verdict, whatever queue it stands in, and whatever clocks say that
/// are a minute or two apart.
const JUDGED: i64 = 300;

/// Gives back what a process that died had counted and not judged: nobody heard a verdict. All of it, if no
/// other process serves this database; else, at `now`, what was counted so long ago that nobody judges it
/// any more.
///
/// # Errors
///
/// The database's.
pub(crate) fn forget_unverified(tx: &Tx, now: Option<Timestamp>) -> Result<usize, StoreError> {
    account::forget_unverified(tx, now.map_or(i64::MAX, |now| now - JUDGED))
}

/// Lets the logins of one user take turns, so that each is judged before the next is counted.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<HashMap<i64, Weak<tokio::sync::Mutex<()>>>>);

impl Turns {
    /// What to lock for a turn. Of those that nobody waits for nothing is kept.
    fn turn_of(&self, user: i64) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(&user).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::default();
        turns.insert(user, Arc::downgrade(&turn));
        turn
    }
}
