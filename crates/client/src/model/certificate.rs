//! The certificate that the backend sends, and whether it is the one that was asked for.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustls_pki_types::{CertificateDer, UnixTime};
use sha2::{Digest as _, Sha256};
use warifu_protocol::{CertificateAnswer, CustomerNumber, Thumbprint, Timestamp, UserId};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage};
use x509_parser::prelude::{AttributeTypeAndValue, FromDer as _, X509Certificate};

/// A verified certificate with what is read from it often.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Certificate {
    pub(crate) der: Vec<u8>,
    pub(crate) issuer_der: Vec<u8>,
    /// The common name of the issuing authority.
    pub(crate) issuer: String,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
}

/// What the certificate must say to be accepted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected<'a> {
    pub(crate) customer: &'a CustomerNumber,
    pub(crate) user: &'a UserId,
    /// SubjectPublicKeyInfo, DER.
    pub(crate) public_key: &'a [u8],
    pub(crate) anchors: &'a [CertificateDer<'static>],
}

/// Why an answer is not the certificate that was asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum Rejection {
    #[error("the certificate cannot be read")]
    Unreadable,
    #[error("the certificate is for another key")]
    OtherKey,
    #[error("the certificate is for another user")]
    OtherUser,
    #[error("the certificate does not come from the profile's authority")]
    OtherAuthority,
}

impl Certificate {
    /// Reads an answer and accepts it only if it is what was asked for.
    pub(crate) fn verify(
        answer: &CertificateAnswer,
        expected: Expected<'_>,
        now: Timestamp,
    ) -> Result<Self, Rejection> {
        let decode = |text: &str| STANDARD.decode(text).map_err(|_| Rejection::Unreadable);
        let der = decode(&answer.certificate)?;
        let issuer_der = decode(&answer.issuer)?;
        let (rest, parsed) = X509Certificate::from_der(&der).map_err(|_| Rejection::Unreadable)?;
        if !rest.is_empty() {
            return Err(Rejection::Unreadable);
        }
        if parsed.public_key().raw != expected.public_key {
            return Err(Rejection::OtherKey);
        }
        let subject = parsed.subject();
        let user = only(subject.iter_common_name());
        let customer = only(subject.iter_organization());
        if user != Some(expected.user.as_str()) || customer != Some(expected.customer.as_str()) {
            return Err(Rejection::OtherUser);
        }
        verify_chain(&der, expected.anchors, now)?;
        let issuer = parsed
            .issuer()
            .iter_common_name()
            .next()
            .and_then(|name| name.as_str().ok())
            .unwrap_or_default()
            .to_owned();
        let not_before = parsed.validity().not_before.timestamp();
        let not_after = parsed.validity().not_after.timestamp();
        Ok(Self { issuer, not_before, not_after, issuer_der, der })
    }

    /// The serial number in hexadecimal digits (RFC 5280 §4.1.2.2); empty if the certificate cannot be read.
    pub(crate) fn serial(&self) -> String {
        X509Certificate::from_der(&self.der).map_or_else(
            |_| String::new(),
            |(_, parsed)| base16ct::lower::encode_string(parsed.raw_serial()),
        )
    }

    /// SHA-256 of the certificate.
    pub(crate) fn thumbprint(&self) -> Thumbprint {
        thumbprint(&self.der)
    }
}

/// The text of an attribute that occurs exactly once.
fn only<'a>(mut values: impl Iterator<Item = &'a AttributeTypeAndValue<'a>>) -> Option<&'a str> {
    let value = values.next()?;
    if values.next().is_some() { None } else { value.as_str().ok() }
}

/// SHA-256 of a DER structure.
pub(crate) fn thumbprint(der: &[u8]) -> Thumbprint {
    let digest: [u8; 32] = Sha256::digest(der).into();
    Thumbprint::from(digest)
}

fn verify_chain(
    der: &[u8],
    anchors: &[CertificateDer<'static>],
    now: Timestamp,
) -> Result<(), Rejection> {
    let der = CertificateDer::from(der);
    let end_entity = EndEntityCert::try_from(&der).map_err(|_| Rejection::Unreadable)?;
    let anchors = anchors
        .iter()
        .map(webpki::anchor_from_trusted_cert)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| Rejection::OtherAuthority)?;
    let seconds = u64::try_from(now).map_err(|_| Rejection::OtherAuthority)?;
    let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
    end_entity
        .verify_for_usage(
            ALL_VERIFICATION_ALGS,
            &anchors,
            &[],
            time,
            KeyUsage::client_auth(),
            None,
            None,
        )
        .map(|_| ())
        .map_err(|_| Rejection::OtherAuthority)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rcgen::{
        BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
        KeyPair, PublicKeyData as _,
    };

    use super::*;

    struct Authority {
        issuer: Issuer<'static, KeyPair>,
        der: CertificateDer<'static>,
    }

    impl Authority {
        fn new() -> Self {
            let key = KeyPair::generate().unwrap();
            let mut params = CertificateParams::default();
            params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
            params.distinguished_name.push(DnType::CommonName, "Sample Issuing Authority");
            let der = params.self_signed(&key).unwrap().der().clone();
            Self { issuer: Issuer::new(params, key), der }
        }

        fn issue(&self, key: &KeyPair, user: &str) -> CertificateAnswer {
            let mut params = CertificateParams::default();
            params.distinguished_name = rcgen::DistinguishedName::new();
            params.distinguished_name.push(DnType::CommonName, user);
            params.distinguished_name.push(DnType::OrganizationName, "10000001");
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            let certificate = params.signed_by(key, &self.issuer).unwrap();
            CertificateAnswer {
                certificate: STANDARD.encode(certificate.der()),
                issuer: STANDARD.encode(&self.der),
                not_after: 0,
            }
        }
    }

    const NOW: Timestamp = 1_790_000_000;

    fn verify(
        answer: &CertificateAnswer,
        key: &KeyPair,
        anchor: &Authority,
    ) -> Result<Certificate, Rejection> {
        let expected = Expected {
            customer: &"10000001".parse().unwrap(),
            user: &"kanri01".parse().unwrap(),
            public_key: &key.subject_public_key_info(),
            anchors: std::slice::from_ref(&anchor.der),
        };
        Certificate::verify(answer, expected, NOW)
    }

    #[test]
    fn the_serial_number_is_told_in_hexadecimal_digits() {
        let (authority, key) = (Authority::new(), KeyPair::generate().unwrap());
        let accepted = verify(&authority.issue(&key, "kanri01"), &key, &authority).unwrap();
        for (serial, digits) in [
            (vec![0x4c, 0x7f, 0, 0xab], "4c7f00ab"),
            (vec![1], "01"),
            (vec![0x7f; 16], &"7f".repeat(16)),
        ] {
            let mut params = CertificateParams::default();
            params.serial_number = Some(serial.into());
            let der = params.signed_by(&key, &authority.issuer).unwrap().der().to_vec();
            assert_eq!(Certificate { der, ..accepted.clone() }.serial(), digits);
        }
        assert_eq!(Certificate { der: vec![1], ..accepted }.serial(), "");
    }

    #[test]
    fn accepts_its_own_certificate_and_refuses_every_other() {
        let (authority, other_authority) = (Authority::new(), Authority::new());
        let (key, other_key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());

        let good = authority.issue(&key, "kanri01");
        let accepted = verify(&good, &key, &authority).unwrap();
        assert_eq!(accepted.issuer, "Sample Issuing Authority");
        assert_eq!(verify(&good, &other_key, &authority), Err(Rejection::OtherKey));
        assert_eq!(verify(&good, &key, &other_authority), Err(Rejection::OtherAuthority));
        let other_user = authority.issue(&key, "tanaka");
        assert_eq!(verify(&other_user, &key, &authority), Err(Rejection::OtherUser));
    }

    proptest! {
        #[test]
        fn no_answer_makes_the_reader_panic(der in proptest::collection::vec(any::<u8>(), 0..200)) {
            let authority = Authority::new();
            let key = KeyPair::generate().unwrap();
            let answer = CertificateAnswer {
                certificate: STANDARD.encode(der),
                issuer: String::new(),
                not_after: 0,
            };
            prop_assert_eq!(verify(&answer, &key, &authority), Err(Rejection::Unreadable));
        }
    }
}
