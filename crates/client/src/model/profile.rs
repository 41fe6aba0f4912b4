//! The connection profile, checked once when it is given.

use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use url::Url;
use warifu_protocol::{
    ConnectionProfile, Details, ErrorCode, ListenerUrl, ProfileError, ServiceName,
};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::{Failure, certificate::thumbprint};

/// A connection profile whose addresses and trust anchors are known to be usable.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) content: ConnectionProfile,
    pub(crate) enrolment: Url,
    pub(crate) service: Url,
    pub(crate) anchors: Vec<CertificateDer<'static>>,
}

/// A connection profile that somebody is asked about before it is kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProfileOffer {
    /// The service's name.
    pub service_name: String,
    /// The host of the service.
    pub host: String,
    /// SHA-256 of each authority's certificate, in hexadecimal digits.
    pub authorities: Vec<String>,
    /// What keeping it does.
    pub effect: ProfileEffect,
}

/// What keeping a connection profile does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProfileEffect {
    /// A service is added.
    Adds,
    /// A service is added beside another of the same name.
    AddsNamesake,
    /// The service has exactly this profile.
    ChangesNothing,
    /// A service gets a newer profile.
    Replaces,
    /// The same, and none of its authorities is one of those before.
    ReplacesAuthorities,
}

impl Profile {
    /// Reads a profile from the text of a file or of the clipboard.
    ///
    /// A byte-order mark and surrounding white space are ignored: editors and mail programs add them.
    pub(crate) fn parse(text: &str) -> Result<Self, ProfileError> {
        if text.len() > ConnectionProfile::MAX_BYTES {
            return Err(ProfileError::TooLarge);
        }
        let text = text.trim_start_matches('\u{feff}').trim();
        // The format's number first: a newer profile may have fields that this version refuses.
        #[derive(serde::Deserialize)]
        struct Format {
            warifu_profile: u32,
        }
        let malformed = |error: serde_json::Error| ProfileError::Malformed(error.to_string());
        let format: Format = serde_json::from_str(text).map_err(malformed)?;
        if format.warifu_profile != ConnectionProfile::FORMAT {
            return Err(ProfileError::UnsupportedFormat(format.warifu_profile));
        }
        let content: ConnectionProfile = serde_json::from_str(text).map_err(malformed)?;

        content
            .service_name
            .parse::<ServiceName>()
            .map_err(|_| ProfileError::Field("service_name"))?;
        if !content.id.as_deref().is_none_or(is_identity) {
            return Err(ProfileError::Field("id"));
        }
        let enrolment = listener(&content.enrolment_url, "enrolment_url")?;
        let service = listener(&content.service_url, "service_url")?;
        let anchors = content
            .trust_anchors
            .iter()
            .map(|pem| {
                let der = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
                webpki::anchor_from_trusted_cert(&der).ok()?;
                Some(der)
            })
            .collect::<Option<Vec<_>>>()
            .filter(|anchors| !anchors.is_empty())
            .ok_or(ProfileError::Field("trust_anchors"))?;
        Ok(Self { content, enrolment, service, anchors })
    }

    /// Reads the bytes of a file: UTF-8, or UTF-16 with its mark. No encoding is guessed, because a
    /// profile says whom the app trusts.
    pub(crate) fn text(bytes: &[u8]) -> Result<String, Failure> {
        // UTF-16 takes two bytes for most of what UTF-8 takes one for.
        if bytes.len() > 2 * ConnectionProfile::MAX_BYTES {
            return Err(ProfileError::TooLarge.into());
        }
        warifu_platform::text::decode(bytes).map_err(|error| {
            let (line, found) = first_that_is_no_text(bytes);
            let details = Details { line: Some(line), found: Some(found), ..Details::default() };
            Failure::new(ErrorCode::TextUndecodable).with(details).because(&error)
        })
    }

    /// How often it was issued anew; 0 for one of version 0.1.0.
    pub(crate) fn serial(&self) -> u64 {
        self.content.serial.unwrap_or(0)
    }

    /// Whether both are profiles of the same service. Who says who they are is known by that; a profile
    /// of version 0.1.0, which does not, by the key of its first authority and the service's name.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (&self.content.id, &other.content.id) {
            (Some(own), Some(others)) => own == others,
            (None, _) | (_, None) => {
                let name = |profile: &Self| profile.content.service_name.trim().to_owned();
                let key = |profile: &Self| profile.anchors.first().and_then(public_key);
                name(self) == name(other) && key(self).is_some() && key(self) == key(other)
            }
        }
    }

    /// Whether at least one authority is trusted by both.
    pub(crate) fn shares_authority(&self, other: &Self) -> bool {
        let keys: Vec<_> = other.anchors.iter().filter_map(public_key).collect();
        self.anchors.iter().filter_map(public_key).any(|key| keys.contains(&key))
    }

    /// What keeping it does where these are kept.
    ///
    /// # Errors
    ///
    /// `profile-outdated` if a newer one is here.
    pub(crate) fn offer(&self, known: &[Self]) -> Result<ProfileOffer, Failure> {
        let same: Vec<_> = known.iter().filter(|known| known.is_same(self)).collect();
        if same.iter().any(|known| known.serial() > self.serial()) {
            return Err(Failure::new(ErrorCode::ProfileOutdated));
        }
        let name = |profile: &Self| profile.content.service_name.trim().to_owned();
        let effect = if same.is_empty() {
            if known.iter().any(|known| name(known) == name(self)) {
                ProfileEffect::AddsNamesake
            } else {
                ProfileEffect::Adds
            }
        } else if same.iter().all(|known| known.content == self.content) {
            ProfileEffect::ChangesNothing
        } else if same.iter().all(|known| known.shares_authority(self)) {
            ProfileEffect::Replaces
        } else {
            ProfileEffect::ReplacesAuthorities
        };
        let authorities = self.anchors.iter().map(|one| thumbprint(one).to_string()).collect();
        Ok(ProfileOffer { service_name: name(self), host: self.host(), authorities, effect })
    }

    /// Reads back a profile that was checked before it was stored.
    pub(crate) fn stored(text: &str) -> Result<Self, Failure> {
        Self::parse(text).map_err(|error| Failure::new(ErrorCode::DatabaseDamaged).because(&error))
    }

    /// The host of the service listener, for support calls.
    pub(crate) fn host(&self) -> String {
        self.service.host_str().unwrap_or_default().to_owned()
    }
}

impl From<ProfileError> for Failure {
    fn from(error: ProfileError) -> Self {
        let field = match &error {
            ProfileError::Field(name) => Some((*name).to_owned()),
            ProfileError::TooLarge
            | ProfileError::Malformed(_)
            | ProfileError::UnsupportedFormat(_) => None,
        };
        Self::new(ErrorCode::ProfileInvalid)
            .with(Details { field, ..Details::default() })
            .because(&error)
    }
}

fn is_identity(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    (1..=100).contains(&text.len()) && text.bytes().all(plain)
}

/// The SubjectPublicKeyInfo of an authority, in DER: it stays when its certificate is made anew.
fn public_key(anchor: &CertificateDer<'_>) -> Option<Vec<u8>> {
    let (_, parsed) = X509Certificate::from_der(anchor).ok()?;
    Some(parsed.public_key().raw.to_vec())
}

/// Where the bytes begin that are no text, and what they are.
fn first_that_is_no_text(bytes: &[u8]) -> (u32, String) {
    let at = match std::str::from_utf8(bytes) {
        Err(error) => error.valid_up_to(),
        Ok(text) => text.find('\0').unwrap_or(0),
    };
    let (before, rest) = bytes.split_at(at.min(bytes.len()));
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    let found: Vec<_> = rest.iter().take(2).map(|byte| format!("{byte:02X}")).collect();
    (u32::try_from(line).unwrap_or(u32::MAX), found.join(" "))
}

fn listener(text: &str, field: &'static str) -> Result<Url, ProfileError> {
    match text.parse::<ListenerUrl>() {
        Ok(listener) => Ok(listener.url().clone()),
        Err(_) => Err(ProfileError::Field(field)),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn sample() -> ConnectionProfile {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Constrained(0));
        ConnectionProfile {
            warifu_profile: 1,
            id: None,
            serial: None,
            service_name: String::from("サンプル電子債権サービス"),
            enrolment_url: String::from("https://enrol.example.jp:8443"),
            service_url: String::from("https://service.example.jp"),
            trust_anchors: vec![params.self_signed(&key).unwrap().pem()],
            support: Default::default(),
        }
    }

    fn parse(profile: &ConnectionProfile) -> Result<Profile, ProfileError> {
        Profile::parse(&serde_json::to_string(profile).unwrap())
    }

    #[test]
    fn reads_a_profile_with_a_byte_order_mark_and_white_space() {
        let text = format!("\u{feff}\r\n{}\r\n", serde_json::to_string(&sample()).unwrap());
        assert_eq!(Profile::parse(&text).unwrap().host(), "service.example.jp");
    }

    #[test]
    fn names_the_field_that_cannot_be_used() {
        type Spoil = fn(&mut ConnectionProfile);
        let table: &[(&str, Spoil)] = &[
            ("service_name", |p| p.service_name = String::from("  ")),
            ("service_name", |p| p.service_name = "a".repeat(10_000)),
            ("enrolment_url", |p| p.enrolment_url = String::from("http://plain.example.jp")),
            ("enrolment_url", |p| p.enrolment_url = String::from("https://u:p@example.jp")),
            ("service_url", |p| p.service_url = String::from("https://example.jp/path")),
            ("id", |p| p.id = Some(String::new())),
            ("id", |p| p.id = Some(String::from("a b"))),
            ("id", |p| p.id = Some("a".repeat(101))),
            ("service_url", |p| p.service_url = String::from("javascript:alert(1)")),
            ("trust_anchors", |p| p.trust_anchors.clear()),
            ("trust_anchors", |p| p.trust_anchors = vec![String::from("not a certificate")]),
        ];
        for (field, spoil) in table {
            let mut profile = sample();
            spoil(&mut profile);
            assert_eq!(parse(&profile).unwrap_err(), ProfileError::Field(field), "{field}");
        }
    }

    #[test]
    fn tells_a_newer_format_from_a_malformed_text() {
        let newer = r#"{"warifu_profile": 2, "something": "new"}"#;
        assert_eq!(Profile::parse(newer).unwrap_err(), ProfileError::UnsupportedFormat(2));
        for text in ["", "hello", "[]", "{}", "\0", "<html></html>"] {
            let error = Profile::parse(text).unwrap_err();
            assert!(matches!(error, ProfileError::Malformed(_)), "{text:?}: {error}");
        }
        let huge = " ".repeat(ConnectionProfile::MAX_BYTES + 1);
        assert_eq!(Profile::parse(&huge).unwrap_err(), ProfileError::TooLarge);
    }

    #[test]
    fn a_file_is_read_from_every_encoding_that_says_which_it_is_and_from_no_other() {
        let text = serde_json::to_string_pretty(&sample()).unwrap().replace('\n', "\r\n");
        let wide = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
            std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(unit).collect()
        };
        let files = [
            text.clone().into_bytes(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            wide(u16::to_le_bytes),
            wide(u16::to_be_bytes),
        ];
        for bytes in files {
            let read = Profile::text(&bytes).unwrap();
            assert_eq!(Profile::parse(&read).unwrap().host(), "service.example.jp");
        }
        let (shift_jis, _, _) = encoding_rs::SHIFT_JIS.encode(&text);
        let unmarked: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [&shift_jis[..], &unmarked, b"\xff\xfe\0\0{\0\0\0", b"\xef\xbb\xbf{\n\xff"] {
            let failure = Profile::text(bytes).unwrap_err();
            assert_eq!(failure.code, ErrorCode::TextUndecodable);
            assert!(failure.details.line.is_some() && failure.details.found.is_some());
        }
        let huge = vec![b' '; 2 * ConnectionProfile::MAX_BYTES + 1];
        assert_eq!(Profile::text(&huge).unwrap_err().code, ErrorCode::ProfileInvalid);
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,300}") {
            let _ = Profile::parse(&text);
        }
    }
}
