//! The connection profile, checked once when it is given.

use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use url::Url;
use warifu_protocol::{ConnectionProfile, ErrorCode, ListenerUrl, ProfileError, ServiceName};

use crate::Failure;

/// A connection profile whose addresses and trust anchors are known to be usable.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) content: ConnectionProfile,
    pub(crate) enrolment: Url,
    pub(crate) service: Url,
    pub(crate) anchors: Vec<CertificateDer<'static>>,
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
            .with(warifu_protocol::Details { field, ..Default::default() })
            .because(&error)
    }
}

fn listener(text: &str, field: &'static str) -> Result<Url, ProfileError> {
    match text.parse::<ListenerUrl>() {
        Ok(listener) => Ok(listener.url().clone()),
        Err(_) => Err(ProfileError::Field(field)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(super) fn sample() -> ConnectionProfile {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Constrained(0));
        ConnectionProfile {
            warifu_profile: 1,
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

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,300}") {
            let _ = Profile::parse(&text);
        }
    }
}
