//! Who is asking: the certificate of the connection, the user of that certificate, the session of the
//! token. Asked on every request, in the transaction that acts on the answer.

use std::sync::Arc;

use warifu_protocol::{ErrorCode, SecretText, Thumbprint, Timestamp};
use warifu_store::{
    Tx,
    tables::{account, certificate},
};

use super::Backend;
use super::{
    proof::Proved,
    session::{self, Session},
    standing,
};
use crate::{config::Config, error::Error};

pub(crate) use crate::network::Peer;

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
pub(crate) fn identify<'t>(tx: &'t Tx, peer: &Peer, now: Timestamp) -> Result<Proved<'t>, Error> {
    let thumbprint =
        peer.certificate.as_ref().ok_or_else(|| Error::refused(ErrorCode::CertificateMissing))?;
    Proved::of_certificate(tx, thumbprint, now)
}

impl Credentials {
    /// The caller of the token on this connection.
    ///
    /// # Errors
    ///
    /// `session-ended`; those of [`identify`].
    pub(crate) fn caller<'t>(
        &self,
        tx: &'t Tx,
        config: &Config,
        now: Timestamp,
    ) -> Result<Caller<'t>, Error> {
        let proved = identify(tx, &self.peer, now)?;
        let session = session::find(&proved, &self.token, config, now)?
            .ok_or_else(|| Error::refused(ErrorCode::SessionEnded))?;
        Ok(Caller { proved, session })
    }
}

/// Whether a certificate and its user may be used now, as far as that is known before a request.
///
/// # Errors
///
/// The database's.
pub(crate) async fn may_be_used(backend: &Backend, thumbprint: &Thumbprint) -> Result<bool, Error> {
    let now = backend.now();
    let read = backend.store.read(|tx| {
        let Some(certificate) = certificate::by_thumbprint(tx, thumbprint)? else {
            return Ok(false);
        };
        let user = account::get(tx, certificate.account)?;
        Ok::<_, Error>(standing::check(&certificate, now).is_ok() && user.suspended_at.is_none())
    });
    read.await
}

/// Runs work for the caller on a snapshot; counts as use of the session.
///
/// # Errors
///
/// The work's own; those of [`Credentials::caller`].
pub(crate) async fn read<T: Send + 'static>(
    backend: &Arc<Backend>,
    who: Credentials,
    work: impl Fn(&Backend, &Caller<'_>, Timestamp) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (now, shared) = (backend.now(), Arc::clone(backend));
    let config = Arc::clone(backend);
    let (done, unwritten) = backend
        .store
        .read(move |tx| {
            let caller = who.caller(tx, &shared.config, now)?;
            let unwritten = caller.session.use_to_write(now);
            Ok::<_, Error>((work(&shared, &caller, now)?, unwritten))
        })
        .await?;
    if let Some(token_hash) = unwritten {
        backend
            .store
            .write(move |tx| Ok::<_, Error>(session::touch(tx, &token_hash, &config.config, now)?))
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
    work: impl Fn(&Backend, &Caller<'_>, Timestamp) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (now, shared) = (backend.now(), Arc::clone(backend));
    backend
        .store
        .write(move |tx| {
            let caller = who.caller(tx, &shared.config, now)?;
            if let Some(token_hash) = caller.session.use_to_write(now) {
                session::touch(tx, &token_hash, &shared.config, now)?;
            }
            work(&shared, &caller, now)
        })
        .await
}
