//! The issuing authority: its key, its certificate profile, its revocation list.
//!
//! Pure: times, serial numbers and keys come in as arguments. What a certificate says is decided
//! here alone; of a request, only the public key is taken (RFC 5280 §4.2, SPEC A).

use std::net::IpAddr;

use pkcs8::{EncryptedPrivateKeyInfoRef, LineEnding, PrivateKeyInfoRef, SecretDocument, pkcs5};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CrlDistributionPoint,
    DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    RevocationReason, RevokedCertParams, SanType, SerialNumber, SubjectPublicKeyInfo,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use warifu_protocol::{CustomerNumber, Thumbprint, Timestamp, UserId};
use x509_parser::prelude::{FromDer as _, X509Certificate, X509CertificationRequest};

use warifu_protocol::RevocationReason as Reason;
/// A revoked certificate.
#[derive(Clone, Debug)]
pub(crate) struct Revoked {
    pub(crate) serial: Vec<u8>,
    pub(crate) at: Timestamp,
    pub(crate) reason: Reason,
}

/// Something about a key or a certificate cannot be done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthorityError {
    /// The key file does not open with this passphrase.
    #[error("the authority's key does not open: the passphrase is wrong or the file is damaged")]
    Locked,
    /// The certificate and the key are not a pair, or one is unreadable.
    #[error("the authority's certificate and key do not belong together")]
    Mismatch,
    /// The library refused.
    #[error("the authority failed: {0}")]
    Failed(String),
}

impl From<rcgen::Error> for AuthorityError {
    fn from(error: rcgen::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Days for which the authority's own certificate is valid.
const AUTHORITY_DAYS: i64 = 3650;
/// Days for which a server certificate is valid. Apps do not ask whether it was revoked: a stolen one
/// is of no use for longer.
const SERVER_DAYS: i64 = 30;
/// Seconds by which validity is backdated, for clocks that are a little behind.
const BACKDATED: i64 = 300;
/// Days until the next revocation list is due.
pub(crate) const CRL_DAYS: i64 = 7;

const DAY: i64 = 86_400;

/// An open authority.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    not_after: Timestamp,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").field("not_after", &self.not_after).finish_non_exhaustive()
    }
}

/// A fresh authority, as it is written to disk.
pub(crate) struct NewAuthority {
    pub(crate) authority: Authority,
    pub(crate) certificate_pem: String,
    /// PKCS#8, encrypted with PBES2 (scrypt, AES-256-CBC).
    pub(crate) key_pem: SecretText,
}

pub(crate) type SecretText = zeroize::Zeroizing<String>;

/// Whom and what a client certificate certifies.
#[derive(Clone, Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) customer: &'a CustomerNumber,
    pub(crate) user: &'a UserId,
    pub(crate) public_key: &'a RequestedKey,
}

/// An issued certificate.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    pub(crate) der: Vec<u8>,
    pub(crate) serial: [u8; 16],
    pub(crate) thumbprint: Thumbprint,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
}

/// The public key of a certificate request whose signature proves possession.
#[derive(Clone, Debug)]
pub(crate) struct RequestedKey {
    spki: Vec<u8>,
}

/// A server certificate and its key.
pub(crate) struct ServerIdentity {
    pub(crate) certificate_pem: String,
    pub(crate) key_pem: SecretText,
}

/// From when until when something is in use; the end is not part of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Window {
    from: Timestamp,
    until: Timestamp,
}

impl Window {
    /// Whether a moment is part of it.
    pub(crate) fn holds(self, now: Timestamp) -> bool {
        (self.from..self.until).contains(&now)
    }
}

impl Authority {
    /// Makes a new authority for a service.
    pub(crate) fn create(
        service_name: &str,
        passphrase: &str,
        serial: [u8; 16],
        now: Timestamp,
    ) -> Result<NewAuthority, AuthorityError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        let (organisation, name) = names(service_name);
        params.distinguished_name.push(DnType::OrganizationName, organisation);
        params.distinguished_name.push(DnType::CommonName, name);
        // pathlen 0: it issues to users and servers, never to another authority.
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.serial_number = Some(serial_number(serial));
        params.not_before = instant(now - BACKDATED)?;
        params.not_after = instant(now + AUTHORITY_DAYS * DAY)?;
        let certificate = params.self_signed(&key)?;
        let key_pem = encrypt_key(&key.serialize_der().into(), passphrase)?;
        let authority = Self::of(certificate.der().clone(), key)?;
        Ok(NewAuthority { certificate_pem: certificate.pem(), key_pem, authority })
    }

    /// Opens an authority from its two files.
    pub(crate) fn open(
        certificate: CertificateDer<'static>,
        key_pem: &str,
        passphrase: &str,
    ) -> Result<Self, AuthorityError> {
        Self::of(certificate, signing_key(&decrypt_key(key_pem, passphrase)?)?)
    }

    fn of(certificate: CertificateDer<'static>, key: KeyPair) -> Result<Self, AuthorityError> {
        let (_, parsed) =
            X509Certificate::from_der(&certificate).map_err(|_| AuthorityError::Mismatch)?;
        if parsed.public_key().raw != rcgen::PublicKeyData::subject_public_key_info(&key) {
            return Err(AuthorityError::Mismatch);
        }
        let not_after = parsed.validity().not_after.timestamp();
        let issuer = Issuer::from_ca_cert_der(&certificate, key)?;
        Ok(Self { issuer, certificate, not_after })
    }

    /// The authority's certificate.
    pub(crate) fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// When the authority's certificate expires.
    pub(crate) fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Issues a client certificate (SPEC A6: valid for `valid_days`, but not beyond the authority).
    pub(crate) fn issue(
        &self,
        subject: &Subject<'_>,
        crl_url: &str,
        valid_days: u16,
        serial: [u8; 16],
        now: Timestamp,
    ) -> Result<Issued, AuthorityError> {
        let (customer, user) = (subject.customer.as_str(), subject.user.as_str());
        let serial = positive(serial);
        let not_before = now - BACKDATED;
        let not_after = (now + i64::from(valid_days) * DAY).min(self.not_after);
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, customer);
        params.distinguished_name.push(DnType::CommonName, user);
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let uri = format!("urn:warifu:customer:{customer}:user:{user}");
        params.subject_alt_names =
            vec![SanType::URI(uri.try_into().map_err(AuthorityError::from)?)];
        params.crl_distribution_points =
            vec![CrlDistributionPoint { uris: vec![crl_url.to_owned()] }];
        params.use_authority_key_identifier_extension = true;
        params.serial_number = Some(serial_number(serial));
        params.not_before = instant(not_before)?;
        params.not_after = instant(not_after)?;
        let key = SubjectPublicKeyInfo::from_der(&subject.public_key.spki)?;
        let der = params.signed_by(&key, &self.issuer)?.der().to_vec();
        Ok(Issued { thumbprint: thumbprint(&der), der, serial, not_before, not_after })
    }

    /// Issues a certificate for the backend's own listeners, with a fresh key.
    pub(crate) fn issue_server(
        &self,
        names: &[String],
        crl_url: &str,
        serial: [u8; 16],
        now: Timestamp,
    ) -> Result<ServerIdentity, AuthorityError> {
        let key = KeyPair::generate()?;
        let not_after = (now + SERVER_DAYS * DAY).min(self.not_after);
        let validity = (now - BACKDATED, not_after);
        let params = server_params(names, crl_url, serial_number(serial), validity)?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(ServerIdentity {
            certificate_pem: certificate.pem(),
            key_pem: SecretText::new(key.serialize_pem()),
        })
    }

    /// Whether a server certificate is, but for its serial number and the moment of its issue, what
    /// would be issued now for this key (PEM): every name, every extension, the issuer, the time.
    pub(crate) fn would_issue_server(
        &self,
        certificate: &[u8],
        key: &str,
        names: &[String],
        crl_url: &str,
        now: Timestamp,
    ) -> bool {
        let (Some(window), Some(key)) = (self.server_window(certificate), server_key(key)) else {
            return false;
        };
        let Ok((_, parsed)) = X509Certificate::from_der(certificate) else { return false };
        let Ok((_, own)) = X509Certificate::from_der(&self.certificate) else { return false };
        let (from, until) = times(&parsed);
        let serial = SerialNumber::from_slice(parsed.raw_serial());
        let same = server_params(names, crl_url, serial, (from, until))
            .and_then(|params| Ok(params.signed_by(&key, &self.issuer)?));
        let is_same = same.is_ok_and(|same| {
            // All but the signature, which differs each time.
            X509Certificate::from_der(same.der()).is_ok_and(|(_, same)| {
                same.tbs_certificate.as_ref() == parsed.tbs_certificate.as_ref()
            })
        });
        is_same
            && until <= (from + BACKDATED + SERVER_DAYS * DAY).min(self.not_after)
            && window.holds(now)
            && parsed.verify_signature(Some(own.public_key())).is_ok()
    }

    /// When a server certificate is in use: from its beginning until two thirds of its life are over.
    /// One that ends with the authority is kept, since no other would last longer.
    pub(crate) fn server_window(&self, certificate: &[u8]) -> Option<Window> {
        let (from, until) = validity(certificate)?;
        let renewal = if until == self.not_after { until } else { from + (until - from) / 3 * 2 };
        Some(Window { from, until: renewal })
    }

    /// Signs the revocation list (RFC 5280 §5).
    pub(crate) fn revocation_list(
        &self,
        revoked: &[Revoked],
        number: u64,
        now: Timestamp,
    ) -> Result<Vec<u8>, AuthorityError> {
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
                .collect::<Result<_, AuthorityError>>()?,
            key_identifier_method: rcgen::KeyIdMethod::Sha256,
        };
        Ok(params.signed_by(&self.issuer)?.der().to_vec())
    }
}

/// The reason as the list has it; `unspecified` is left out (RFC 5280 §5.3.1).
fn reason_code(reason: Reason) -> Option<RevocationReason> {
    match reason {
        Reason::Unspecified => None,
        Reason::KeyCompromise => Some(RevocationReason::KeyCompromise),
        Reason::AffiliationChanged => Some(RevocationReason::AffiliationChanged),
        Reason::Superseded => Some(RevocationReason::Superseded),
        Reason::CessationOfOperation => Some(RevocationReason::CessationOfOperation),
    }
}

impl RequestedKey {
    /// The most bytes that a request for a P-256 key sensibly has.
    pub(crate) const MAX_REQUEST: usize = 8 * 1024;

    /// Takes the public key out of a PKCS#10 request (RFC 2986), if it is a P-256 key and the
    /// request is signed with it. Whatever else the request asks for is not looked at.
    pub(crate) fn of_request(der: &[u8]) -> Option<Self> {
        if der.len() > Self::MAX_REQUEST {
            return None;
        }
        let (rest, request) = X509CertificationRequest::from_der(der).ok()?;
        if !rest.is_empty() {
            return None;
        }
        let spki = request.certification_request_info.subject_pki.raw;
        let key = SubjectPublicKeyInfo::from_der(spki).ok()?;
        let p256 = rcgen::PublicKeyData::algorithm(&key) == &rcgen::PKCS_ECDSA_P256_SHA256;
        // 26 bytes of algorithm and lengths before an uncompressed point (RFC 5480 §2.2).
        let uncompressed = spki.len() == 91 && spki.get(26) == Some(&0x04);
        if !p256 || !uncompressed {
            return None;
        }
        request.verify_signature().ok()?;
        Some(Self { spki: spki.to_vec() })
    }

    /// The key as a SubjectPublicKeyInfo, in DER.
    #[cfg(feature = "fuzzing")]
    pub(crate) fn into_spki(self) -> Vec<u8> {
        self.spki
    }

    /// SHA-256 of the SubjectPublicKeyInfo.
    pub(crate) fn thumbprint(&self) -> Thumbprint {
        thumbprint(&self.spki)
    }
}

/// SHA-256 of a DER structure.
pub(crate) fn thumbprint(der: &[u8]) -> Thumbprint {
    let digest: [u8; 32] = Sha256::digest(der).into();
    Thumbprint::from(digest)
}

/// From when until when a certificate is valid.
pub(crate) fn validity(der: &[u8]) -> Option<(Timestamp, Timestamp)> {
    X509Certificate::from_der(der).ok().map(|(_, parsed)| times(&parsed))
}

fn times(parsed: &X509Certificate<'_>) -> (Timestamp, Timestamp) {
    let validity = parsed.validity();
    (validity.not_before.timestamp(), validity.not_after.timestamp())
}

fn server_params(
    names: &[String],
    crl_url: &str,
    serial: SerialNumber,
    (not_before, not_after): (Timestamp, Timestamp),
) -> Result<CertificateParams, AuthorityError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    // Programs look at the alternative names (RFC 9525 §2); this one is for people's eyes.
    let short = names.iter().find(|name| name.len() <= MAX_NAME);
    params.distinguished_name.push(DnType::CommonName, short.map_or("Warifu", String::as_str));
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.subject_alt_names = names
        .iter()
        .map(|name| match name.parse::<IpAddr>() {
            Ok(address) => Ok(SanType::IpAddress(address)),
            Err(_) => Ok(SanType::DnsName(name.as_str().try_into()?)),
        })
        .collect::<Result<_, rcgen::Error>>()?;
    params.crl_distribution_points = vec![CrlDistributionPoint { uris: vec![crl_url.to_owned()] }];
    params.use_authority_key_identifier_extension = true;
    params.serial_number = Some(serial);
    params.not_before = instant(not_before)?;
    params.not_after = instant(not_after)?;
    Ok(params)
}

fn server_key(pem: &str) -> Option<KeyPair> {
    use rustls_pki_types::pem::PemObject as _;
    let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).ok()?;
    KeyPair::from_pkcs8_der_and_sign_algo(&der, &rcgen::PKCS_ECDSA_P256_SHA256).ok()
}

/// An unencrypted PKCS#8 key in PEM, as rustls wants it.
pub(crate) fn private_key(pem: &str) -> Option<PrivateKeyDer<'static>> {
    use rustls_pki_types::pem::PemObject as _;
    PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).ok().map(PrivateKeyDer::from)
}

/// The authority's key under another passphrase.
///
/// # Errors
///
/// [`AuthorityError::Locked`] if the present passphrase is another one.
pub(crate) fn change_passphrase(
    key_pem: &str,
    present: &str,
    next: &str,
) -> Result<SecretText, AuthorityError> {
    encrypt_key(&decrypt_key(key_pem, present)?, next)
}

/// Most characters of an organisation's and of a common name (RFC 5280 appendix A.1,
/// `ub-organization-name`, `ub-common-name`).
const MAX_NAME: usize = 64;

/// The authority's organisation and common name; a long service name is cut.
fn names(service_name: &str) -> (String, String) {
    const SUFFIX: &str = " 認証局";
    let cut = |most: usize| -> String { service_name.chars().take(most).collect() };
    let name = cut(MAX_NAME - SUFFIX.chars().count());
    (cut(MAX_NAME), format!("{}{SUFFIX}", name.trim_end()))
}

/// PKCS#8 in DER.
type PrivateKey = zeroize::Zeroizing<Vec<u8>>;

/// PBES2 with scrypt and AES-256-CBC (RFC 8018 §6.2, RFC 7914 §7). N = 2^17, r = 8, p = 1 take 128 MiB
/// and a third of a second for each guess.
fn encrypt_key(key: &PrivateKey, passphrase: &str) -> Result<SecretText, AuthorityError> {
    let failed = |error: String| AuthorityError::Failed(error);
    let info = PrivateKeyInfoRef::try_from(key.as_slice()).map_err(|e| failed(e.to_string()))?;
    let random = |error: getrandom::Error| failed(format!("no randomness: {error}"));
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    getrandom::fill(&mut salt).and_then(|()| getrandom::fill(&mut iv)).map_err(random)?;
    let cost = pkcs5::scrypt::Params::new(17, 8, 1).map_err(|e| failed(e.to_string()))?;
    let scheme = pkcs5::pbes2::Parameters::generate_scrypt_aes256cbc(cost, &salt, iv)
        .map_err(|e| failed(e.to_string()))?;
    info.encrypt_with_params(scheme, passphrase)
        .map_err(|e| failed(e.to_string()))?
        .to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF)
        .map_err(|e| failed(e.to_string()))
}

fn decrypt_key(pem: &str, passphrase: &str) -> Result<PrivateKey, AuthorityError> {
    let (_, encrypted) = SecretDocument::from_pem(pem).map_err(|_| AuthorityError::Locked)?;
    let info = EncryptedPrivateKeyInfoRef::try_from(encrypted.as_bytes())
        .map_err(|_| AuthorityError::Locked)?;
    let opened = info.decrypt(passphrase).map_err(|_| AuthorityError::Locked)?;
    Ok(PrivateKey::new(opened.as_bytes().to_vec()))
}

fn signing_key(key: &PrivateKey) -> Result<KeyPair, AuthorityError> {
    let der = PrivatePkcs8KeyDer::from(key.as_slice());
    KeyPair::from_pkcs8_der_and_sign_algo(&der, &rcgen::PKCS_ECDSA_P256_SHA256)
        .map_err(|_| AuthorityError::Locked)
}

fn instant(at: Timestamp) -> Result<OffsetDateTime, AuthorityError> {
    OffsetDateTime::from_unix_timestamp(at)
        .map_err(|error| AuthorityError::Failed(error.to_string()))
}

/// RFC 5280 §4.1.2.2: positive, and no longer than it says; never zero in its first octet.
fn positive(mut serial: [u8; 16]) -> [u8; 16] {
    serial[0] = serial[0] & 0x7f | 0x40;
    serial
}

fn serial_number(serial: [u8; 16]) -> SerialNumber {
    SerialNumber::from_slice(&positive(serial))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rustls_pki_types::pem::PemObject as _;

    use super::*;

    const NOW: Timestamp = 1_795_000_000;
    const CRL: &str = "https://localhost:8443/v1/crl";

    fn made(service_name: &str) -> NewAuthority {
        Authority::create(service_name, "passphrase", [1; 16], NOW).unwrap()
    }

    fn authority() -> Authority {
        made("サンプル電子債権サービス").authority
    }

    #[test]
    fn the_key_opens_with_its_passphrase_alone_also_after_a_change() {
        let made = made("サンプル電子債権サービス");
        let der = CertificateDer::from_pem_slice(made.certificate_pem.as_bytes()).unwrap();
        let opens =
            |pem: &str, passphrase: &str| match Authority::open(der.clone(), pem, passphrase) {
                Ok(_) => true,
                Err(AuthorityError::Locked) => false,
                Err(error) => panic!("{error}"),
            };
        assert!(made.key_pem.contains("ENCRYPTED PRIVATE KEY"));
        assert!(opens(&made.key_pem, "passphrase") && !opens(&made.key_pem, "another"));
        change_passphrase(&made.key_pem, "wrong", "another").unwrap_err();
        let changed = change_passphrase(&made.key_pem, "passphrase", "another").unwrap();
        assert!(opens(&changed, "another") && !opens(&changed, "passphrase"));
    }

    /// As 0.1.0 wrote it: scrypt with N = 2^14, `passphrase`.
    #[test]
    fn a_key_with_an_earlier_cost_still_opens() {
        let key = KeyPair::generate().unwrap().serialize_der();
        let info = PrivateKeyInfoRef::try_from(key.as_slice()).unwrap();
        let earlier = info.encrypt("passphrase").unwrap();
        let pem = earlier.to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF).unwrap();
        assert_eq!(decrypt_key(&pem, "passphrase").unwrap().as_slice(), key);
        // The new one says what it costs: N is an INTEGER of 131072.
        let (_, new) =
            SecretDocument::from_pem(&encrypt_key(&key.into(), "passphrase").unwrap()).unwrap();
        let cost = [0x02, 0x03, 0x02, 0x00, 0x00, 0x02, 0x01, 0x08];
        assert!(new.as_bytes().windows(cost.len()).any(|bytes| bytes == cost));
    }

    #[test]
    fn no_name_is_longer_than_certificates_allow() {
        for name in ["割", "サンプル電子債権サービス", &"割".repeat(64), &"割 ".repeat(50)]
        {
            let made = made(name);
            let (_, parsed) = X509Certificate::from_der(made.authority.certificate()).unwrap();
            let text = |mut names: Box<dyn Iterator<Item = &str>>| names.next().unwrap().to_owned();
            let all = [
                text(Box::new(parsed.subject().iter_organization().map(|o| o.as_str().unwrap()))),
                text(Box::new(parsed.subject().iter_common_name().map(|n| n.as_str().unwrap()))),
            ];
            assert!(all.iter().all(|name| name.chars().count() <= 64), "{all:?}");
            assert!(all[1].ends_with(" 認証局"), "{all:?}");
        }
        let long = format!("{}.{}.jp", "a".repeat(60), "b".repeat(10));
        for (names, name) in [
            (vec![long.clone(), String::from("a.jp")], "a.jp"),
            (vec![long], "Warifu"),
            (vec![String::from("::1")], "::1"),
        ] {
            let server = authority().issue_server(&names, CRL, [2; 16], NOW).unwrap();
            let der = CertificateDer::from_pem_slice(server.certificate_pem.as_bytes()).unwrap();
            let (_, parsed) = X509Certificate::from_der(&der).unwrap();
            assert_eq!(parsed.subject().to_string(), format!("CN={name}"));
        }
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

    #[test]
    fn a_hostile_request_yields_a_clean_certificate() {
        let authority = authority();
        let key = RequestedKey::of_request(&hostile_request()).unwrap();
        let subject = Subject {
            customer: &"10000001".parse().unwrap(),
            user: &"kanri01".parse().unwrap(),
            public_key: &key,
        };
        let issued = authority.issue(&subject, CRL, 365, [0xff; 16], NOW).unwrap();
        let (_, parsed) = X509Certificate::from_der(&issued.der).unwrap();
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
        assert_eq!(parsed.validity().not_before.timestamp(), NOW - 300);
        assert_eq!(parsed.validity().not_after.timestamp(), NOW + 365 * DAY);
        assert!(parsed.raw_serial().len() == 16 && parsed.raw_serial()[0] & 0x80 == 0);
        parsed
            .verify_signature(Some(
                X509Certificate::from_der(authority.certificate()).unwrap().1.public_key(),
            ))
            .unwrap();
    }

    #[test]
    fn a_request_for_another_kind_of_key_or_without_its_proof_is_refused() {
        let p384 = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
        let params = CertificateParams::default();
        let request = params.serialize_request(&p384).unwrap();
        assert!(RequestedKey::of_request(request.der()).is_none());

        let mut forged = hostile_request();
        let last = forged.len() - 1;
        forged[last] ^= 1;
        assert!(RequestedKey::of_request(&forged).is_none());
        assert!(RequestedKey::of_request(&vec![0x30; RequestedKey::MAX_REQUEST + 1]).is_none());
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// A server certificate and its key.
    fn server(authority: &Authority, at: Timestamp) -> (CertificateDer<'static>, SecretText) {
        let names = names(&["warifu.example.jp", "192.0.2.1"]);
        let issued = authority.issue_server(&names, CRL, [0xff; 16], at).unwrap();
        let der = CertificateDer::from_pem_slice(issued.certificate_pem.as_bytes()).unwrap();
        (der, issued.key_pem)
    }

    #[test]
    fn a_server_certificate_is_kept_for_two_thirds_of_its_life_and_only_while_nothing_changes() {
        let authority = authority();
        let (der, key) = server(&authority, NOW);
        let would = |named: &[&str], crl: &str, now| {
            authority.would_issue_server(&der, &key, &names(named), crl, now)
        };
        let same = ["warifu.example.jp", "192.0.2.1"];
        assert!(would(&same, CRL, NOW));
        assert!(would(&same, CRL, NOW + 19 * DAY));
        assert!(!would(&same, CRL, NOW + 21 * DAY), "two thirds are over");
        assert!(!would(&same, CRL, NOW - DAY), "a clock that was ahead when it was issued");
        assert!(!would(&same, "https://other.example.jp/v1/crl", NOW));
        for other in [
            &["warifu.example.jp"][..],
            &["192.0.2.1", "warifu.example.jp"],
            &["warifu.example.jp", "192.0.2.2"],
            &["warifu.example.jp", "192.0.2.1", "localhost"],
            &[],
        ] {
            assert!(!would(other, CRL, NOW), "{other:?}");
        }
        let (_, another) = server(&authority, NOW);
        assert!(!authority.would_issue_server(&der, &another, &names(&same), CRL, NOW));
        assert!(!authority.would_issue_server(&der, "no key", &names(&same), CRL, NOW));
        assert!(!authority.would_issue_server(&der[1..], &key, &names(&same), CRL, NOW));
        let stranger = self::authority();
        assert!(!stranger.would_issue_server(&der, &key, &names(&same), CRL, NOW));
        let mut forged = der.to_vec();
        *forged.last_mut().unwrap() ^= 1;
        assert!(!authority.would_issue_server(&forged, &key, &names(&same), CRL, NOW));
    }

    #[test]
    fn within_the_authoritys_last_weeks_one_server_certificate_lasts_to_its_end() {
        let authority = authority();
        let end = authority.not_after();
        for days in [25, 10, 1] {
            let at = end - days * DAY;
            let (der, key) = server(&authority, at);
            let names = names(&["warifu.example.jp", "192.0.2.1"]);
            for now in [at, at + 60, end - 60] {
                assert!(authority.would_issue_server(&der, &key, &names, CRL, now));
            }
        }
    }

    #[test]
    fn the_revocation_list_names_what_was_revoked() {
        let revoked =
            Revoked { serial: vec![0x42; 16], at: NOW - DAY, reason: Reason::KeyCompromise };
        let der = authority().revocation_list(&[revoked], 7, NOW).unwrap();
        let (_, list) =
            x509_parser::revocation_list::CertificateRevocationList::from_der(&der).unwrap();
        assert_eq!(list.crl_number().map(ToString::to_string).as_deref(), Some("7"));
        let serials: Vec<_> =
            list.iter_revoked_certificates().map(|entry| entry.raw_serial().to_vec()).collect();
        assert_eq!(serials, [vec![0x42; 16]]);
        assert_eq!(list.next_update().unwrap().timestamp(), NOW + CRL_DAYS * DAY);
    }

    proptest! {
        #[test]
        fn no_request_makes_the_reader_panic(der in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(RequestedKey::of_request(&der).is_none());
        }
    }
}
