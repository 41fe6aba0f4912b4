//! The issuer: its certificate, and the key that signs.

use rustls_pki_types::CertificateDer;
use warifu_protocol::{Thumbprint, Timestamp};

use crate::{
    AuthorityProfile, ClientProfile, Error, PublicKey, Signer, Subject, certificate,
    profile::positive, signer::Through, thumbprint,
};

/// An issuer of certificates and revocation lists.
pub struct Issuer {
    certificate: CertificateDer<'static>,
    not_after: Timestamp,
    /// The name, the key identifier and the uses of the certificate, with the key.
    inner: rcgen::Issuer<'static, Through>,
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuer").field("not_after", &self.not_after).finish_non_exhaustive()
    }
}

/// An issued certificate.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The certificate.
    pub der: Vec<u8>,
    /// Its serial number, big-endian: that of the argument, made positive (RFC 5280 §4.1.2.2).
    pub serial: [u8; 16],
    /// SHA-256 of `der`.
    pub thumbprint: Thumbprint,
    /// The first second in which it is valid.
    pub not_before: Timestamp,
    /// The last second in which it is valid.
    pub not_after: Timestamp,
}

impl Issuer {
    /// The issuer of a certificate and its key.
    ///
    /// # Errors
    ///
    /// [`Error::Mismatch`] if they are not a pair, or the certificate is unreadable.
    pub fn new(
        certificate: CertificateDer<'static>,
        signer: Box<dyn Signer>,
    ) -> Result<Self, Error> {
        let parsed = certificate::read(&certificate).map_err(|_| Error::Mismatch)?;
        if parsed.public_key().raw != signer.public_key().spki() {
            return Err(Error::Mismatch);
        }
        let (_, not_after) = certificate::validity(&parsed);
        let inner = rcgen::Issuer::from_ca_cert_der(&certificate, Through(signer))?;
        Ok(Self { certificate, not_after, inner })
    }

    /// Makes the certificate of a new authority, which the key signs itself.
    ///
    /// # Errors
    ///
    /// [`Error::Signing`]; [`Error::Failed`] with the library's.
    pub fn create(
        profile: &AuthorityProfile,
        signer: Box<dyn Signer>,
        serial: [u8; 16],
        now: Timestamp,
    ) -> Result<Self, Error> {
        let (params, key) = (profile.params(serial, now)?, Through(signer));
        let made = params.self_signed(&key).map_err(failure)?;
        Self::new(made.der().clone(), key.0)
    }

    /// The issuer's certificate.
    #[must_use]
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// Whether this issuer's key has signed a certificate (RFC 5280 §6.1.3 (a)(1)); not whether it is valid.
    #[must_use]
    pub fn has_issued(&self, der: &[u8]) -> bool {
        let (own, other) = (certificate::read(&self.certificate), certificate::read(der));
        let (Ok(own), Ok(other)) = (own, other) else { return false };
        other.verify_signature(Some(own.public_key())).is_ok()
    }

    /// The last second in which the issuer's certificate is valid.
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Issues a client certificate for a key of a user; the serial number is to be random. As slow as the
    /// [`Signer`].
    ///
    /// # Errors
    ///
    /// [`Error::Signing`]; [`Error::Failed`] with the library's.
    pub fn issue(
        &self,
        profile: &ClientProfile,
        subject: Subject<'_>,
        key: &PublicKey,
        serial: [u8; 16],
        now: Timestamp,
    ) -> Result<Issued, Error> {
        let serial = positive(serial);
        let validity = profile.validity(now, self.not_after);
        let params = profile.params(subject, serial, validity)?;
        let der = self.sign(|issuer| params.signed_by(key, issuer))?.der().to_vec();
        Ok(Issued {
            thumbprint: thumbprint(&der),
            der,
            serial,
            not_before: validity.from,
            not_after: validity.until,
        })
    }

    /// Lets the key sign, and tells why if it did not.
    pub(crate) fn sign<T>(
        &self,
        work: impl FnOnce(&rcgen::Issuer<'static, Through>) -> Result<T, rcgen::Error>,
    ) -> Result<T, Error> {
        work(&self.inner).map_err(failure)
    }
}

fn failure(error: rcgen::Error) -> Error {
    Through::take_failure().map_or_else(|| error.into(), Error::Signing)
}

#[cfg(test)]
pub(crate) mod tests {
    use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};

    use super::*;
    use crate::{DAY, FileKey, SigningError};

    pub(crate) const NOW: Timestamp = 1_795_000_000;
    pub(crate) const CRL: &str = "https://localhost:8443/v1/crl";

    fn made(service_name: &str) -> Issuer {
        let key = Box::new(FileKey::generate().unwrap());
        Issuer::create(&AuthorityProfile::new(service_name), key, [1; 16], NOW).unwrap()
    }

    pub(crate) fn issuer() -> Issuer {
        made("サンプル電子債権サービス")
    }

    /// A request that asks for everything it should not get.
    fn hostile_request() -> Vec<u8> {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![String::from("evil.example")]).unwrap();
        params.distinguished_name.push(DnType::CommonName, "administrator");
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::Any];
        params.serialize_request(&key).unwrap().der().to_vec()
    }

    fn issue(issuer: &Issuer, days: u16, now: Timestamp) -> Result<Issued, Error> {
        let key = PublicKey::of_request(&hostile_request()).unwrap();
        let (customer, user) = ("10000001".parse().unwrap(), "kanri01".parse().unwrap());
        let subject = Subject { customer: &customer, user: &user };
        issuer.issue(&ClientProfile::new(days, CRL).unwrap(), subject, &key, [0xff; 16], now)
    }

    #[test]
    fn a_hostile_request_yields_a_clean_certificate() {
        let issuer = issuer();
        let issued = issue(&issuer, 365, NOW).unwrap();
        let parsed = certificate::read(&issued.der).unwrap();
        assert_eq!(parsed.subject().to_string(), "O=10000001, CN=kanri01");
        assert!(!parsed.is_ca());
        let constraints = parsed.basic_constraints().unwrap().unwrap();
        assert!(constraints.critical && constraints.value.path_len_constraint.is_none());
        let usage = parsed.key_usage().unwrap().unwrap();
        assert!(usage.critical && usage.value.flags == 1, "digitalSignature alone");
        let extended = parsed.extended_key_usage().unwrap().unwrap().value;
        assert!(extended.client_auth && !extended.any && !extended.server_auth);
        let names = &parsed.subject_alternative_name().unwrap().unwrap().value.general_names;
        assert_eq!(format!("{names:?}"), r#"[URI("urn:warifu:customer:10000001:user:kanri01")]"#);
        assert_eq!(certificate::validity(&parsed), (NOW - 300, NOW + 365 * DAY));
        assert_eq!((issued.not_before, issued.not_after), (NOW - 300, NOW + 365 * DAY));
        assert_eq!(parsed.raw_serial(), issued.serial);
        assert!(parsed.raw_serial().len() == 16 && parsed.raw_serial()[0] & 0x80 == 0);
        assert_eq!(crate::serial_number(&issued.der).unwrap(), format!("7f{}", "ff".repeat(15)));
        let own = certificate::read(issuer.certificate()).unwrap();
        parsed.verify_signature(Some(own.public_key())).unwrap();
    }

    #[test]
    fn no_certificate_outlives_its_issuer() {
        let issuer = issuer();
        let issued = issue(&issuer, 365, issuer.not_after() - DAY).unwrap();
        assert_eq!(issued.not_after, issuer.not_after());
    }

    #[test]
    fn no_name_is_longer_than_certificates_allow() {
        for name in ["割", "サンプル電子債権サービス", &"割".repeat(64), &"割 ".repeat(50)]
        {
            let made = made(name);
            let parsed = certificate::read(made.certificate()).unwrap();
            let text = |mut names: Box<dyn Iterator<Item = &str>>| names.next().unwrap().to_owned();
            let all = [
                text(Box::new(parsed.subject().iter_organization().map(|o| o.as_str().unwrap()))),
                text(Box::new(parsed.subject().iter_common_name().map(|n| n.as_str().unwrap()))),
            ];
            assert!(all.iter().all(|name| name.chars().count() <= 64), "{all:?}");
            assert!(all[1].ends_with(" 認証局"), "{all:?}");
        }
    }

    #[test]
    fn what_another_key_signed_was_not_issued_here_whatever_name_it_bears() {
        let (own, other) = (issuer(), issuer());
        let issued = issue(&own, 365, NOW).unwrap().der;
        assert!(own.has_issued(&issued) && !other.has_issued(&issued));
        let mut damaged = issued.clone();
        *damaged.last_mut().unwrap() ^= 1;
        for none in [&damaged[..], &issued[1..], &[]] {
            assert!(!own.has_issued(none));
        }
    }

    #[test]
    fn another_key_or_no_certificate_makes_no_issuer() {
        let certificate = issuer().certificate().clone();
        for der in [certificate.to_vec(), certificate[1..].to_vec(), Vec::new()] {
            let key = Box::new(FileKey::generate().unwrap());
            let refused = Issuer::new(der.into(), key).unwrap_err();
            assert!(matches!(refused, Error::Mismatch), "{refused}");
        }
    }

    /// A device that was taken out: it signs no more often than it is allowed.
    struct Removable {
        key: FileKey,
        left: std::sync::atomic::AtomicU32,
    }

    impl Signer for Removable {
        fn public_key(&self) -> &PublicKey {
            self.key.public_key()
        }

        fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
            use std::sync::atomic::Ordering::Relaxed;
            let left = self.left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1));
            left.map_err(|_| SigningError::new("the device is gone"))?;
            self.key.sign(message)
        }
    }

    #[test]
    fn a_key_that_does_not_sign_says_why_and_nothing_is_issued() {
        // One for the issuer's own certificate.
        let key = Removable { key: FileKey::generate().unwrap(), left: 2.into() };
        let profile = AuthorityProfile::new("割符");
        let issuer = Issuer::create(&profile, Box::new(key), [1; 16], NOW).unwrap();
        issue(&issuer, 365, NOW).unwrap();
        let why = |error: Error| match error {
            Error::Signing(error) => error.to_string(),
            Error::Locked | Error::Mismatch | Error::Unreadable | Error::Failed(_) => {
                panic!("{error}")
            }
        };
        let expected = "the authority's key did not sign: the device is gone";
        assert_eq!(why(issue(&issuer, 365, NOW).unwrap_err()), expected);
        assert_eq!(why(issuer.revocation_list(&[], 1, NOW).unwrap_err()), expected);
        let none = Removable { key: FileKey::generate().unwrap(), left: 0.into() };
        let refused = Issuer::create(&profile, Box::new(none), [1; 16], NOW).unwrap_err();
        assert_eq!(why(refused), expected);
        // What another call failed for is not told of this one.
        assert!(Through::take_failure().is_none());
    }
}
