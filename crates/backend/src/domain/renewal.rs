//! Renewal and start of use (SPEC D; FAQ 2-3, 2-4).

use std::{
    net::IpAddr,
    ops::ControlFlow::{self, Break, Continue},
    sync::Arc,
};

use warifu_pki::PublicKey;
use warifu_protocol::{
    CertificateAnswer, CertificateSummary, Details, ErrorCode, IssuanceRequest, SecretText,
    Timestamp,
};
use warifu_store::tables::{
    certificate::{self, Certificate, State},
    session as sessions,
};

use super::{
    authenticate::{self, Credentials, Peer, identify},
    grants,
    issuance::{self, Named},
    proof::Proved,
    session::{self, Ended, certificate_summary, entry},
};
use crate::{
    audit::{self, Act, Entry},
    domain::Backend,
    error::Error,
};

/// Issues the certificate that follows the session's, or gives back the one that the same key has.
///
/// # Errors
///
/// `renewal-too-early`, `renewal-outdated`; `invalid-request` for a request that is none, or a key that is
/// not to be certified; those of [`Credentials::caller`]. Of what is refused after it was signed, nothing
/// is kept.
pub(crate) async fn renew(
    backend: &Arc<Backend>,
    who: Credentials,
    request: IssuanceRequest,
) -> Result<CertificateAnswer, Error> {
    let key = issuance::requested_key(&request)?;
    let asked = key.clone();
    let looked = authenticate::read(backend, who.clone(), move |backend, caller, now| {
        Ok(match due(backend, &caller.proved, &asked, now)? {
            Break(same) => Break(issuance::answer(backend, &same)),
            Continue(()) => Continue(Named::of(&caller.proved)),
        })
    });
    let issued = match looked.await? {
        Break(answer) => return Ok(answer),
        Continue(named) => issuance::sign(backend, named, &key).await?,
    };
    // One change: the certificate and the audit row.
    authenticate::write(backend, who.clone(), move |backend, caller, now| {
        let by = &caller.proved;
        // While it was signed, everything may have happened.
        if let Break(same) = due(backend, by, &key, now)? {
            return Ok(issuance::answer(backend, &same));
        }
        let (tx, user) = (by.tx(), &by.user);
        // An earlier one that still waits gives way: its key may be lost.
        certificate::supersede(tx, user.id, State::Pending, now)?;
        let stored = issuance::keep(by, &key, &issued, State::Pending, now)?;
        let renewal = Entry {
            certificate: Some(&stored.thumbprint),
            device: Some(&request.device),
            ..entry(user, Act::CertificateRenewed, now, who.peer.address)
        };
        audit::record(tx, &renewal)?;
        Ok(issuance::answer(backend, &stored))
    })
    .await
}

/// What a caller gets for a key: the certificate that the key has already, or the right to a new one.
fn due(
    backend: &Backend,
    by: &Proved<'_>,
    key: &PublicKey,
    now: Timestamp,
) -> Result<ControlFlow<Certificate>, Error> {
    let from = session::renewable_from(&backend.config, by.certificate()?);
    if now < from {
        let details = Details { at: Some(from), ..Details::default() };
        return Err(Error::with(ErrorCode::RenewalTooEarly, details));
    }
    let Some(same) = certificate::by_public_key(by.tx(), key.thumbprint())? else {
        return Ok(Continue(()));
    };
    match same.state {
        State::Pending if same.account == by.user.id && same.is_live(now) => Ok(Break(same)),
        // A renewal in another window was faster, and this key lost.
        State::Superseded if same.account == by.user.id => {
            Err(Error::refused(ErrorCode::RenewalOutdated))
        }
        // Another's key, the current one, or one that was withdrawn.
        State::Active | State::Pending | State::Superseded | State::Revoked => {
            Err(Error::field("csr"))
        }
    }
}

/// Starts the use of the connection's certificate. A session of the same user goes on with it.
pub(crate) async fn start_use(
    backend: &Arc<Backend>,
    peer: Peer,
    token: Option<SecretText>,
) -> Result<CertificateSummary, Error> {
    let now = backend.now();
    backend
        .store
        .write(move |tx| {
            let by = identify(tx, &peer, now)?;
            let certificate = by.certificate()?;
            // Before the old certificate's sessions end with it.
            if let Some(token) = &token {
                let (token_hash, thumbprint) = (grants::token_hash(token), &certificate.thumbprint);
                sessions::set_certificate(tx, &token_hash, by.user.id, thumbprint)?;
            }
            activate(&by, now, peer.address)?;
            Ok(certificate_summary(certificate))
        })
        .await
}

/// Makes the connection's certificate the one that is used, if it waits; nothing if it is already.
pub(super) fn activate(by: &Proved<'_>, now: Timestamp, address: IpAddr) -> Result<(), Error> {
    let (tx, certificate) = (by.tx(), by.certificate()?);
    let Some(given_way) = certificate::activate(tx, certificate, now)? else {
        return Ok(());
    };
    let activated = Entry {
        certificate: Some(&certificate.thumbprint),
        ..entry(&by.user, Act::CertificateActivated, now, address)
    };
    audit::record(tx, &activated)?;
    for thumbprint in &given_way {
        session::end(tx, by.user.id, Ended::OfCertificate(thumbprint), now)?;
        let superseded = Entry {
            certificate: Some(thumbprint),
            ..entry(&by.user, Act::CertificateSuperseded, now, address)
        };
        audit::record(tx, &superseded)?;
    }
    Ok(())
}
