//! Renewal and start of use (SPEC D; FAQ 2-3, 2-4).

use std::{net::IpAddr, sync::Arc};

use warifu_protocol::{
    CertificateAnswer, CertificateRequest, CertificateSummary, Details, ErrorCode, SecretText,
    Timestamp,
};
use warifu_store::tables::{
    certificate::{self, State},
    session as sessions,
};

use super::{
    authenticate::{self, Credentials, Peer, identify},
    grants, issuance,
    proof::Proved,
    session::{self, Ended, certificate_summary, entry},
};
use crate::{
    Backend,
    audit::{self, Act, Entry},
    error::Error,
    random,
};

/// Issues the certificate that follows the session's, or gives back the one that the same key has.
pub(crate) async fn renew(
    backend: &Arc<Backend>,
    who: Credentials,
    request: CertificateRequest,
) -> Result<CertificateAnswer, Error> {
    let key = issuance::requested_key(&request)?;
    let serial = random::bytes::<16>()?;
    // One change: the certificate and the audit row.
    authenticate::write(backend, who.clone(), move |backend, caller, now| {
        let by = &caller.proved;
        let from = session::renewable_from(&backend.config, by.certificate()?);
        if now < from {
            let details = Details { at: Some(from), ..Details::default() };
            return Err(Error::with(ErrorCode::RenewalTooEarly, details));
        }
        let (tx, user) = (by.tx(), &by.user);
        if let Some(same) = certificate::by_public_key(tx, key.thumbprint())? {
            return match same.state {
                State::Pending if same.account == user.id && same.is_live(now) => {
                    Ok(issuance::answer(backend, &same))
                }
                // A renewal in another window was faster, and this key lost.
                State::Superseded if same.account == user.id => {
                    Err(Error::refused(ErrorCode::RenewalOutdated))
                }
                // Another's key, the current one, or one that was withdrawn.
                State::Active | State::Pending | State::Superseded | State::Revoked => {
                    Err(Error::field("csr"))
                }
            };
        }
        // An earlier one that still waits gives way: its key may be lost.
        certificate::supersede(tx, user.id, State::Pending, now)?;
        let issued = issuance::certify(backend, by, &key, serial, State::Pending, now)?;
        let renewal = Entry {
            certificate: Some(&issued.thumbprint),
            device: Some(&request.device),
            ..entry(user, Act::CertificateRenewed, now, who.peer.address)
        };
        audit::record(tx, &renewal)?;
        Ok(issuance::answer(backend, &issued))
    })
    .await
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
        session::end(tx, Ended::OfCertificate(thumbprint))?;
        let superseded = Entry {
            certificate: Some(thumbprint),
            ..entry(&by.user, Act::CertificateSuperseded, now, address)
        };
        audit::record(tx, &superseded)?;
    }
    Ok(())
}
