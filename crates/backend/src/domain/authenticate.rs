//! Who is asking: the certificate of the connection, the user of that certificate, the session of the
//! token. Asked on every request, in the transaction that acts on the answer.

use std::{net::IpAddr, sync::Arc};

use rusqlite::Connection;
use warifu_protocol::{ErrorCode, SecretText, Thumbprint, Timestamp};

use super::{
    proof::Proved,
    session::{self, Session},
};
use crate::{Backend, certificates, config::Config, error::Error};

/// Who is at the other end of a connection: taken from the handshake, never from a header.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) address: IpAddr,
    /// None on the enrolment listener.
    pub(crate) certificate: Option<Thumbprint>,
}

/// A session's user at work, in the transaction `'t` that looked at certificate, user and session.
#[derive(Debug)]
pub(crate) struct Caller<'t> {
    pub(crate) proved: Proved<'t>,
    pub(crate) session: Session,
}

/// What a request says of itself; [`Credentials::caller`] believes it.
#[derive(Clone, Debug)]
pub(crate) struct Credentials {
    pub(crate) peer: Peer,
    pub(crate) token: SecretText,
}

/// The certificate and the user of a connection, if both may be used now.
///
/// # Errors
///
/// `certificate-…`, `account-suspended`.
pub(crate) fn identify<'t>(
    transaction: &'t Connection,
    peer: &Peer,
    now: Timestamp,
) -> Result<Proved<'t>, Error> {
    let thumbprint =
        peer.certificate.as_ref().ok_or_else(|| Error::refused(ErrorCode::CertificateMissing))?;
    let certificate = certificates::by_thumbprint(transaction, thumbprint)?
        .ok_or_else(|| Error::refused(ErrorCode::CertificateUnknown))?;
    // First what is wrong with the certificate: that is what the person at the PC can see to.
    certificate.check(now)?;
    Proved::look(transaction, certificate.user, Some(thumbprint), now)
}

impl Credentials {
    /// The caller of the token on this connection.
    ///
    /// # Errors
    ///
    /// `session-ended`; those of [`identify`].
    pub(crate) fn caller<'t>(
        &self,
        transaction: &'t Connection,
        config: &Config,
        now: Timestamp,
    ) -> Result<Caller<'t>, Error> {
        let proved = identify(transaction, &self.peer, now)?;
        let session = session::find(&proved, &self.token, config, now)?
            .ok_or_else(|| Error::refused(ErrorCode::SessionEnded))?;
        Ok(Caller { proved, session })
    }
}

/// Runs work for the caller on a snapshot; counts as use of the session.
///
/// # Errors
///
/// The work's own; those of [`Credentials::caller`].
pub(crate) async fn read<T: Send + 'static>(
    backend: &Arc<Backend>,
    who: Credentials,
    work: impl FnOnce(&Backend, &Caller<'_>, Timestamp) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (now, shared) = (backend.now(), Arc::clone(backend));
    let (done, unwritten) = backend
        .store
        .read(move |transaction| {
            let caller = who.caller(transaction, &shared.config, now)?;
            let unwritten = caller.session.use_to_write(now);
            Ok::<_, Error>((work(&shared, &caller, now)?, unwritten))
        })
        .await?;
    if let Some(token_hash) = unwritten {
        backend
            .store
            .write(move |transaction| {
                Ok::<_, Error>(session::touch(transaction, &token_hash, now)?)
            })
            .await?;
    }
    Ok(done)
}

/// Runs work for the caller as one durable change; counts as use of the session.
///
/// # Errors
///
/// The work's own; those of [`Credentials::caller`].
pub(crate) async fn write<T: Send + 'static>(
    backend: &Arc<Backend>,
    who: Credentials,
    work: impl FnOnce(&Backend, &Caller<'_>, Timestamp) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (now, shared) = (backend.now(), Arc::clone(backend));
    backend
        .store
        .write(move |transaction| {
            let caller = who.caller(transaction, &shared.config, now)?;
            if let Some(token_hash) = caller.session.use_to_write(now) {
                session::touch(transaction, &token_hash, now)?;
            }
            work(&shared, &caller, now)
        })
        .await
}
