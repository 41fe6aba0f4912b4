//! The revocation list (RFC 5280 §5).

use rcgen::{CertificateRevocationListParams, RevokedCertParams, SerialNumber};
use warifu_protocol::{RevocationReason, Timestamp};

use crate::{DAY, Error, Issuer, profile::instant};

/// Days until the next revocation list is due.
pub const CRL_DAYS: i64 = 7;

/// A revoked certificate, as the revocation list names it (RFC 5280 §5.3).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Revoked {
    /// Its serial number, big-endian.
    pub serial: Vec<u8>,
    /// When it was revoked.
    pub at: Timestamp,
    /// Why.
    pub reason: RevocationReason,
}

impl Issuer {
    /// Signs the revocation list of that number, which no other one may have (RFC 5280 §5.2.3), in DER.
    ///
    /// # Errors
    ///
    /// [`Error::Signing`]; [`Error::Failed`] with the library's.
    pub fn revocation_list(
        &self,
        revoked: &[Revoked],
        number: u64,
        now: Timestamp,
    ) -> Result<Vec<u8>, Error> {
        let params = CertificateRevocationListParams {
            this_update: instant(now)?,
            next_update: instant(now + CRL_DAYS * DAY)?,
            crl_number: SerialNumber::from(number),
            issuing_distribution_point: None,
            revoked_certs: revoked
                .iter()
                .map(|revoked| {
                    Ok(RevokedCertParams {
                        serial_number: SerialNumber::from_slice(&revoked.serial),
                        revocation_time: instant(revoked.at)?,
                        reason_code: reason_code(revoked.reason),
                        invalidity_date: None,
                    })
                })
                .collect::<Result<_, Error>>()?,
            key_identifier_method: rcgen::KeyIdMethod::Sha256,
        };
        let list = self.sign(|issuer| params.signed_by(issuer))?;
        Ok(list.der().to_vec())
    }
}

/// The reason as the list has it; `unspecified` is left out (RFC 5280 §5.3.1).
fn reason_code(reason: RevocationReason) -> Option<rcgen::RevocationReason> {
    match reason {
        RevocationReason::Unspecified => None,
        RevocationReason::KeyCompromise => Some(rcgen::RevocationReason::KeyCompromise),
        RevocationReason::AffiliationChanged => Some(rcgen::RevocationReason::AffiliationChanged),
        RevocationReason::Superseded => Some(rcgen::RevocationReason::Superseded),
        RevocationReason::CessationOfOperation => {
            Some(rcgen::RevocationReason::CessationOfOperation)
        }
    }
}

#[cfg(test)]
mod tests {
    use x509_parser::{prelude::FromDer as _, revocation_list::CertificateRevocationList};

    use super::*;
    use crate::issuer::tests::{NOW, issuer};

    #[test]
    fn the_revocation_list_names_what_was_revoked() {
        let revoked = |first, reason| Revoked { serial: vec![first; 16], at: NOW - DAY, reason };
        let all: Vec<_> =
            (0x42..).zip(RevocationReason::ALL).map(|(n, why)| revoked(n, why)).collect();
        let issuer = issuer();
        let der = issuer.revocation_list(&all, 7, NOW).unwrap();
        let (_, list) = CertificateRevocationList::from_der(&der).unwrap();
        assert_eq!(list.crl_number().map(ToString::to_string).as_deref(), Some("7"));
        let named: Vec<_> = list
            .iter_revoked_certificates()
            .map(|entry| (entry.raw_serial().to_vec(), entry.reason_code().map(|(_, why)| why.0)))
            .collect();
        // The numbers of RFC 5280 §5.3.1; none for `unspecified`.
        let codes = [None, Some(1), Some(3), Some(4), Some(5)];
        let expected: Vec<_> = all.iter().map(|one| one.serial.clone()).zip(codes).collect();
        assert_eq!(named, expected);
        let at = list.iter_revoked_certificates().map(|entry| entry.revocation_date.timestamp());
        assert!(at.into_iter().all(|at| at == NOW - DAY));
        assert_eq!(list.next_update().unwrap().timestamp(), NOW + CRL_DAYS * DAY);
        let own = crate::certificate::read(issuer.certificate()).unwrap();
        list.verify_signature(own.public_key()).unwrap();
    }
}
