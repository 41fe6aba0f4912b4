//! The certificate of the backend's own listeners, with its key.

use rcgen::{KeyPair, SerialNumber};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject as _};
use warifu_protocol::Timestamp;
use x509_parser::prelude::X509Certificate;
use zeroize::Zeroizing;

use crate::{
    Error, Issuer, SecretPem, ServerProfile, certificate,
    pem::{self, Label},
    profile::{BACKDATED, Validity, positive},
};

/// A server certificate and its key.
pub struct ServerCertificate {
    certificate: CertificateDer<'static>,
    /// PKCS#8.
    key: Zeroizing<Vec<u8>>,
    validity: Validity,
}

impl std::fmt::Debug for ServerCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerCertificate")
            .field("validity", &self.validity)
            .finish_non_exhaustive()
    }
}

/// From when until when something is in use; the end is not part of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Window {
    from: Timestamp,
    until: Timestamp,
}

impl Window {
    /// Whether a moment is part of it.
    #[must_use]
    pub fn holds(self, now: Timestamp) -> bool {
        (self.from..self.until).contains(&now)
    }
}

impl ServerCertificate {
    /// A certificate and its key (PKCS#8), the first of each in one text or in two, in PEM.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`] if there is no certificate, [`Error::Mismatch`] if there is no key. Whether
    /// they are a pair is not looked at.
    pub fn from_pem(certificate: &str, key: &str) -> Result<Self, Error> {
        let certificate = CertificateDer::from_pem_slice(certificate.as_bytes())
            .map_err(|_| Error::Unreadable)?;
        let key =
            PrivatePkcs8KeyDer::from_pem_slice(key.as_bytes()).map_err(|_| Error::Mismatch)?;
        let (from, until) = certificate::validity(&certificate::read(&certificate)?);
        let key = Zeroizing::new(key.secret_pkcs8_der().to_vec());
        Ok(Self { certificate, key, validity: Validity { from, until } })
    }

    /// Both in one text.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`] with the library's.
    pub fn to_pem(&self) -> Result<SecretPem, Error> {
        let certificate = pem::encode(Label::Certificate, &self.certificate)?;
        let key = SecretPem::new(pem::encode(Label::PrivateKey, &self.key)?);
        Ok(SecretPem::new([certificate.as_str(), key.as_str()].concat()))
    }

    /// The certificate.
    #[must_use]
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> PrivateKeyDer<'_> {
        PrivatePkcs8KeyDer::from(self.key.as_slice()).into()
    }

    /// Whether a moment is within the certificate's validity.
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        (self.validity.from..=self.validity.until).contains(&now)
    }
}

impl Issuer {
    /// Issues a certificate for the backend's own listeners, with a fresh key.
    ///
    /// # Errors
    ///
    /// [`Error::Signing`]; [`Error::Failed`] with the library's.
    pub fn issue_server(
        &self,
        profile: &ServerProfile,
        serial: [u8; 16],
        now: Timestamp,
    ) -> Result<ServerCertificate, Error> {
        let key = KeyPair::generate()?;
        let validity = ServerProfile::validity(now, self.not_after());
        let params = profile.params(&SerialNumber::from_slice(&positive(serial)), validity)?;
        let issued = self.sign(|issuer| params.signed_by(&key, issuer))?;
        Ok(ServerCertificate {
            certificate: issued.into(),
            key: Zeroizing::new(key.serialize_der()),
            validity,
        })
    }

    /// Whether a server certificate is, but for its serial number and the moment of its issue, what
    /// would be issued now for this key: every name, every extension, the issuer, the time. As slow as the
    /// [`Signer`](crate::Signer).
    #[must_use]
    pub fn would_issue_server(
        &self,
        found: &ServerCertificate,
        profile: &ServerProfile,
        now: Timestamp,
    ) -> bool {
        let der = PrivatePkcs8KeyDer::from(found.key.as_slice());
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&der, &rcgen::PKCS_ECDSA_P256_SHA256);
        let (Ok(key), Ok(parsed)) = (key, certificate::read(&found.certificate)) else {
            return false;
        };
        let Ok(own) = certificate::read(self.certificate()) else { return false };
        let Validity { from, until } = found.validity;
        let longest = ServerProfile::validity(from + BACKDATED, self.not_after());
        until <= longest.until
            && self.server_window(found).holds(now)
            && parsed.verify_signature(Some(own.public_key())).is_ok()
            && self.would_say_the_same(&parsed, profile, &key, found.validity)
    }

    fn would_say_the_same(
        &self,
        found: &X509Certificate<'_>,
        profile: &ServerProfile,
        key: &KeyPair,
        validity: Validity,
    ) -> bool {
        let serial = SerialNumber::from_slice(found.raw_serial());
        let same = profile
            .params(&serial, validity)
            .and_then(|params| self.sign(|issuer| params.signed_by(key, issuer)));
        same.is_ok_and(|same| {
            // All but the signature, which differs each time.
            certificate::read(same.der())
                .is_ok_and(|same| same.tbs_certificate.as_ref() == found.tbs_certificate.as_ref())
        })
    }

    /// When a server certificate is in use: from its beginning until two thirds of its life are over.
    /// One that ends with the authority is kept, since no other would last longer.
    #[must_use]
    pub fn server_window(&self, found: &ServerCertificate) -> Window {
        let Validity { from, until } = found.validity;
        let renewal = if until == self.not_after() { until } else { from + (until - from) / 3 * 2 };
        Window { from, until: renewal }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        DAY,
        issuer::tests::{CRL, NOW, issuer},
    };

    const SAME: [&str; 2] = ["warifu.example.jp", "192.0.2.1"];

    fn profile(names: &[&str], crl: &str) -> ServerProfile {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        ServerProfile::new(&names, crl).unwrap()
    }

    fn server(issuer: &Issuer, at: Timestamp) -> ServerCertificate {
        issuer.issue_server(&profile(&SAME, CRL), [0xff; 16], at).unwrap()
    }

    #[test]
    fn a_server_certificate_is_named_for_people_by_a_name_that_fits() {
        let long = format!("{}.{}.jp", "a".repeat(60), "b".repeat(10));
        for (names, name) in
            [(vec![&*long, "a.jp"], "a.jp"), (vec![&*long], "Warifu"), (vec!["::1"], "::1")]
        {
            let issued = issuer().issue_server(&profile(&names, CRL), [2; 16], NOW).unwrap();
            let parsed = certificate::read(issued.certificate()).unwrap();
            assert_eq!(parsed.subject().to_string(), format!("CN={name}"));
        }
    }

    #[test]
    fn a_server_certificate_is_read_as_it_was_written() {
        let issued = server(&issuer(), NOW);
        let text = issued.to_pem().unwrap();
        let read = ServerCertificate::from_pem(&text, &text).unwrap();
        assert_eq!((read.certificate(), &read.key), (issued.certificate(), &issued.key));
        assert_eq!(read.validity, issued.validity);
        let (certificate, key) = text.split_at(text.find("-----BEGIN PRIVATE").unwrap());
        ServerCertificate::from_pem(certificate, key).unwrap();
        let without_key = ServerCertificate::from_pem(certificate, certificate).unwrap_err();
        assert!(matches!(without_key, Error::Mismatch), "{without_key}");
        let without = ServerCertificate::from_pem(key, key).unwrap_err();
        assert!(matches!(without, Error::Unreadable), "{without}");
        // Text of the right form around what is no certificate.
        let nonsense = pem::encode(Label::Certificate, &issued.certificate[1..]).unwrap();
        let unreadable = ServerCertificate::from_pem(&nonsense, key).unwrap_err();
        assert!(matches!(unreadable, Error::Unreadable), "{unreadable}");
    }

    #[test]
    fn a_server_certificate_is_kept_for_two_thirds_of_its_life_and_only_while_nothing_changes() {
        let issuer = issuer();
        let found = server(&issuer, NOW);
        let would = |named: &[&str], crl: &str, now| {
            issuer.would_issue_server(&found, &profile(named, crl), now)
        };
        assert!(would(&SAME, CRL, NOW));
        assert!(would(&SAME, CRL, NOW + 19 * DAY));
        assert!(!would(&SAME, CRL, NOW + 21 * DAY), "two thirds are over");
        assert!(!would(&SAME, CRL, NOW - DAY), "a clock that was ahead when it was issued");
        assert!(!would(&SAME, "https://other.example.jp/v1/crl", NOW));
        for other in [
            &["warifu.example.jp"][..],
            &["192.0.2.1", "warifu.example.jp"],
            &["warifu.example.jp", "192.0.2.2"],
            &["warifu.example.jp", "192.0.2.1", "localhost"],
        ] {
            assert!(!would(other, CRL, NOW), "{other:?}");
        }
        let same = profile(&SAME, CRL);
        let with = |certificate: &[u8], key: &[u8]| ServerCertificate {
            certificate: certificate.to_vec().into(),
            key: Zeroizing::new(key.to_vec()),
            validity: found.validity,
        };
        let (der, key) = (found.certificate.as_ref(), found.key.as_slice());
        assert!(issuer.would_issue_server(&with(der, key), &same, NOW));
        let another = server(&issuer, NOW);
        assert!(!issuer.would_issue_server(&with(der, &another.key), &same, NOW));
        assert!(!issuer.would_issue_server(&with(der, b"no key"), &same, NOW));
        assert!(!issuer.would_issue_server(&with(&der[1..], key), &same, NOW));
        let stranger = self::issuer();
        assert!(!stranger.would_issue_server(&found, &same, NOW));
        let mut forged = der.to_vec();
        *forged.last_mut().unwrap() ^= 1;
        assert!(!issuer.would_issue_server(&with(&forged, key), &same, NOW));
    }

    #[test]
    fn within_the_authoritys_last_weeks_one_server_certificate_lasts_to_its_end() {
        let issuer = issuer();
        let end = issuer.not_after();
        for days in [25, 10, 1] {
            let at = end - days * DAY;
            let found = server(&issuer, at);
            for now in [at, at + 60, end - 60] {
                assert!(issuer.would_issue_server(&found, &profile(&SAME, CRL), now));
            }
        }
    }
}
