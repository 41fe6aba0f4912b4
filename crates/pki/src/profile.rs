//! What certificates say (RFC 5280 §4, SPEC A): each kind is a value that was checked when it was made.

use std::net::IpAddr;

use rcgen::{
    BasicConstraints, CertificateParams, CrlDistributionPoint, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose, SanType, SerialNumber,
};
use time::OffsetDateTime;
use warifu_protocol::{CustomerNumber, Timestamp, UserId};

use crate::{DAY, Error};

/// Days for which the authority's own certificate is valid.
const AUTHORITY_DAYS: i64 = 3650;
/// Days for which a server certificate is valid. Apps do not ask whether it was revoked: a stolen one
/// is of no use for longer.
const SERVER_DAYS: i64 = 30;
/// Seconds by which validity is backdated, for clocks that are a little behind.
pub(crate) const BACKDATED: i64 = 300;
/// Most characters of an organisation's and of a common name (RFC 5280 appendix A.1,
/// `ub-organization-name`, `ub-common-name`).
const MAX_NAME: usize = 64;

/// Why something is no certificate profile.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ProfileError {
    /// The days are not among those that a client certificate may be valid.
    #[error("a client certificate is valid for 1 to {most} days, not {0}", most = ClientProfile::MAX_DAYS)]
    Days(u16),
    /// The revocation list's address is none.
    #[error("{0:?} is no http or https address of a revocation list")]
    CrlUrl(String),
    /// A server needs a name.
    #[error("a server certificate without a name opens nothing")]
    NoName,
    /// A name that no certificate can hold.
    #[error("{0:?} is neither a DNS name in ASCII nor an address")]
    Name(String),
}

/// From when until when a certificate is valid, both included.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Validity {
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
}

impl Validity {
    /// That of what is issued now for some seconds, but not beyond its issuer.
    fn new(now: Timestamp, seconds: i64, end: Timestamp) -> Self {
        Self { from: now - BACKDATED, until: (now + seconds).min(end) }
    }
}

/// The profile of the authority's own certificate.
#[derive(Clone, Debug)]
pub struct AuthorityProfile {
    organisation: String,
    name: String,
}

impl AuthorityProfile {
    /// That of the authority of a service; a long name is cut.
    #[must_use]
    pub fn new(service_name: &str) -> Self {
        const SUFFIX: &str = " 認証局";
        let cut = |most: usize| -> String { service_name.chars().take(most).collect() };
        let name = cut(MAX_NAME - SUFFIX.chars().count());
        Self { organisation: cut(MAX_NAME), name: format!("{}{SUFFIX}", name.trim_end()) }
    }

    pub(crate) fn params(
        &self,
        serial: [u8; 16],
        now: Timestamp,
    ) -> Result<CertificateParams, Error> {
        let validity = Validity::new(now, AUTHORITY_DAYS * DAY, Timestamp::MAX);
        let mut params = params(&SerialNumber::from_slice(&positive(serial)), validity)?;
        params.distinguished_name.push(DnType::OrganizationName, self.organisation.as_str());
        params.distinguished_name.push(DnType::CommonName, self.name.as_str());
        // pathlen 0: it issues to users and servers, never to another authority.
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Ok(params)
    }
}

/// Whom a client certificate names.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The customer.
    pub customer: &'a CustomerNumber,
    /// The user of that customer.
    pub user: &'a UserId,
}

/// The profile of users' certificates.
#[derive(Clone, Debug)]
pub struct ClientProfile {
    days: i64,
    crl_url: String,
}

impl ClientProfile {
    /// The most days for which a client certificate may be valid.
    pub const MAX_DAYS: u16 = 825;

    /// Certificates for so many days, revoked on the list at that address.
    ///
    /// # Errors
    ///
    /// [`ProfileError::Days`], [`ProfileError::CrlUrl`].
    pub fn new(valid_days: u16, crl_url: &str) -> Result<Self, ProfileError> {
        if !(1..=Self::MAX_DAYS).contains(&valid_days) {
            return Err(ProfileError::Days(valid_days));
        }
        Ok(Self { days: valid_days.into(), crl_url: checked_crl_url(crl_url)? })
    }

    /// That of what is issued now (SPEC A6: not beyond the authority).
    pub(crate) fn validity(&self, now: Timestamp, end: Timestamp) -> Validity {
        Validity::new(now, self.days * DAY, end)
    }

    pub(crate) fn params(
        &self,
        subject: Subject<'_>,
        serial: [u8; 16],
        validity: Validity,
    ) -> Result<CertificateParams, Error> {
        let (customer, user) = (subject.customer.as_str(), subject.user.as_str());
        let mut params = end_entity(&SerialNumber::from_slice(&serial), validity, &self.crl_url)?;
        params.distinguished_name.push(DnType::OrganizationName, customer);
        params.distinguished_name.push(DnType::CommonName, user);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let uri = format!("urn:warifu:customer:{customer}:user:{user}");
        params.subject_alt_names = vec![SanType::URI(uri.try_into()?)];
        Ok(params)
    }
}

/// The profile of the backend's own certificates.
#[derive(Clone, Debug)]
pub struct ServerProfile {
    name: String,
    names: Vec<SanType>,
    crl_url: String,
}

impl ServerProfile {
    /// Certificates for DNS names and addresses, revoked on the list at that address.
    ///
    /// # Errors
    ///
    /// [`ProfileError::NoName`], [`ProfileError::Name`], [`ProfileError::CrlUrl`].
    pub fn new(names: &[String], crl_url: &str) -> Result<Self, ProfileError> {
        if names.is_empty() {
            return Err(ProfileError::NoName);
        }
        // Programs look at the alternative names (RFC 9525 §2); this one is for people's eyes.
        let short = names.iter().find(|name| name.len() <= MAX_NAME);
        let alternative = |name: &String| match name.parse::<IpAddr>() {
            Ok(address) => Ok(SanType::IpAddress(address)),
            Err(_) if name.is_empty() => Err(ProfileError::Name(name.clone())),
            Err(_) => match name.as_str().try_into() {
                Ok(text) => Ok(SanType::DnsName(text)),
                Err(_) => Err(ProfileError::Name(name.clone())),
            },
        };
        Ok(Self {
            name: short.map_or("Warifu", String::as_str).to_owned(),
            names: names.iter().map(alternative).collect::<Result<_, _>>()?,
            crl_url: checked_crl_url(crl_url)?,
        })
    }

    /// That of what is issued now, but not beyond the authority.
    pub(crate) fn validity(now: Timestamp, end: Timestamp) -> Validity {
        Validity::new(now, SERVER_DAYS * DAY, end)
    }

    pub(crate) fn params(
        &self,
        serial: &SerialNumber,
        validity: Validity,
    ) -> Result<CertificateParams, Error> {
        let mut params = end_entity(serial, validity, &self.crl_url)?;
        params.distinguished_name.push(DnType::CommonName, self.name.as_str());
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.subject_alt_names.clone_from(&self.names);
        Ok(params)
    }
}

/// RFC 5280 §4.2.1.13 names the protocols; an address is an IA5String there.
fn checked_crl_url(url: &str) -> Result<String, ProfileError> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_graphic()) => {
            Ok(url.to_owned())
        }
        Some(_) | None => Err(ProfileError::CrlUrl(url.to_owned())),
    }
}

/// What the certificates of users and of servers have in common.
fn end_entity(
    serial: &SerialNumber,
    validity: Validity,
    crl_url: &str,
) -> Result<CertificateParams, Error> {
    let mut params = params(serial, validity)?;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.crl_distribution_points = vec![CrlDistributionPoint { uris: vec![crl_url.to_owned()] }];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn params(serial: &SerialNumber, validity: Validity) -> Result<CertificateParams, Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.serial_number = Some(serial.clone());
    params.not_before = instant(validity.from)?;
    params.not_after = instant(validity.until)?;
    Ok(params)
}

pub(crate) fn instant(at: Timestamp) -> Result<OffsetDateTime, Error> {
    OffsetDateTime::from_unix_timestamp(at).map_err(|error| Error::Failed(error.to_string()))
}

/// RFC 5280 §4.1.2.2: positive, and no longer than it says; never zero in its first octet.
pub(crate) fn positive(mut serial: [u8; 16]) -> [u8; 16] {
    serial[0] = serial[0] & 0x7f | 0x40;
    serial
}

#[cfg(test)]
mod tests {
    use super::*;

    const CRL: &str = "https://localhost:8443/v1/crl";

    #[test]
    fn a_client_certificate_lives_for_days_that_somebody_thought_of() {
        for days in [1, 365, 825] {
            ClientProfile::new(days, CRL).unwrap();
        }
        for days in [0, 826, u16::MAX] {
            let refused = ClientProfile::new(days, CRL).unwrap_err();
            assert_eq!(refused, ProfileError::Days(days));
        }
    }

    #[test]
    fn a_revocation_list_has_an_address_that_programs_can_ask() {
        for url in ["https://a.jp/v1/crl", "http://[::1]:80/crl"] {
            ClientProfile::new(1, url).unwrap();
        }
        for url in ["", "a.jp/crl", "file:///crl", "https://", "https://日本.jp/", "http://a b/"]
        {
            let refused = ProfileError::CrlUrl(url.to_owned());
            assert_eq!(ClientProfile::new(1, url).unwrap_err(), refused);
            let names = [String::from("a.jp")];
            assert_eq!(ServerProfile::new(&names, url).unwrap_err(), refused);
        }
    }

    #[test]
    fn a_server_certificate_has_names_that_it_can_hold() {
        assert_eq!(ServerProfile::new(&[], CRL).unwrap_err(), ProfileError::NoName);
        for name in ["", "日本.jp"] {
            let names = [String::from("a.jp"), name.to_owned()];
            let refused = ServerProfile::new(&names, CRL).unwrap_err();
            assert_eq!(refused, ProfileError::Name(name.to_owned()));
        }
    }
}
