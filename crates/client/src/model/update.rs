//! Whether the provider still supports this version of the app, and whether there is a newer one.
//!
//! The remembered policy is enough for the notice. A refusal asks the backend first, each time: a
//! provider that raised the oldest version by mistake takes it back, and nobody stays locked out.

use std::cmp::Ordering;

use semver::Version;
use serde::Serialize;
use warifu_protocol::{AppVersions, Details, ErrorCode, Policy};

use super::Failure;

/// There is a newer version of the app. Each provider says which one it hands out, and where.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UpdateNotice {
    /// The newest version.
    pub newest: String,
    /// Whether this one can no longer log in.
    pub required: bool,
    /// Where the newest is found, an `https` address; none if the user's IT department installs it.
    pub download_url: Option<String>,
}

/// What the screens say about newer versions; none if there is nothing to say.
pub(crate) fn notice(own: &Version, policy: &Policy) -> Option<UpdateNotice> {
    let supported = SupportedVersions::of(policy)?;
    let required = supported.excludes(own);
    (required || is_older(own, &supported.newest)).then(|| UpdateNotice {
        newest: supported.newest.to_string(),
        required,
        download_url: supported.download_url,
    })
}

/// Where people find the app: an address of the web, and nothing that would start something else.
pub(crate) fn download_url(policy: &Policy) -> Option<&str> {
    let url = policy.app.as_ref()?.download_url.as_deref()?;
    url.starts_with("https://").then_some(url)
}

/// Refuses with `app-too-old`, and the oldest version that would do.
pub(crate) fn check(own: &Version, policy: &Policy) -> Result<(), Failure> {
    match SupportedVersions::of(policy) {
        Some(supported) if supported.excludes(own) => {
            let oldest_version = Some(supported.oldest.to_string());
            let details = Details { oldest_version, ..Details::default() };
            Err(Failure::new(ErrorCode::AppTooOld).with(details))
        }
        Some(_) | None => Ok(()),
    }
}

struct SupportedVersions {
    newest: Version,
    oldest: Version,
    download_url: Option<String>,
}

impl SupportedVersions {
    /// What cannot be read says nothing: a slip of the pen locks nobody out.
    fn of(policy: &Policy) -> Option<Self> {
        let AppVersions { newest, oldest, download_url: _ } = policy.app.as_ref()?;
        match (newest.parse(), oldest.parse()) {
            (Ok(newest), Ok(oldest)) => Some(Self {
                newest,
                oldest,
                // The window offers it as a link, so nothing else may stand there.
                download_url: download_url(policy).map(str::to_owned),
            }),
            (Err(error), _) | (_, Err(error)) => {
                tracing::warn!(%error, newest, oldest, "the policy's versions cannot be read");
                None
            }
        }
    }

    fn excludes(&self, own: &Version) -> bool {
        is_older(own, &self.oldest)
    }
}

/// By precedence (semver.org §11), to which the part behind a plus does not belong.
fn is_older(one: &Version, other: &Version) -> bool {
    one.cmp_precedence(other) == Ordering::Less
}

#[cfg(test)]
mod tests {
    use warifu_protocol::PasswordPolicy;

    use super::*;

    fn policy(app: Option<AppVersions>) -> Policy {
        Policy {
            service_name: String::new(),
            server_time: 0,
            certificate_valid_days: 365,
            renewal_days: 28,
            warning_days: vec![28],
            warning_business_days: vec![3],
            urgent_days: 7,
            transfer_seconds: 1800,
            import_max_users: 1000,
            password: PasswordPolicy::default(),
            app,
            login_url: None,
            provider: None,
        }
    }

    fn naming(newest: &str, oldest: &str, download_url: Option<&str>) -> Policy {
        let (newest, oldest) = (newest.to_owned(), oldest.to_owned());
        policy(Some(AppVersions { newest, oldest, download_url: download_url.map(str::to_owned) }))
    }

    #[test]
    fn versions_are_compared_as_semver_does() {
        const NOTHING: Option<bool> = None;
        const NEWER: Option<bool> = Some(false);
        const REQUIRED: Option<bool> = Some(true);
        let table = [
            // own, newest, oldest
            ("1.4.0", "1.4.0", "1.2.0", NOTHING),
            ("1.3.9", "1.4.0", "1.2.0", NEWER),
            ("1.2.0", "1.4.0", "1.2.0", NEWER),
            ("1.1.9", "1.4.0", "1.2.0", REQUIRED),
            ("1.9.0", "1.10.0", "1.2.0", NEWER),
            ("1.9.0", "1.10.0", "1.10.0", REQUIRED),
            ("2.0.0", "1.4.0", "1.2.0", NOTHING),
            // A pre-release comes before its release, and by its parts after another.
            ("1.4.0-rc.1", "1.4.0", "1.2.0", NEWER),
            ("1.2.0-rc.1", "1.4.0", "1.2.0", REQUIRED),
            ("1.4.0", "1.4.0-rc.1", "1.2.0", NOTHING),
            ("1.4.0-rc.2", "1.4.0-rc.10", "1.2.0", NEWER),
            ("1.5.0-rc.1", "1.4.0", "1.2.0", NOTHING),
            // A build is no version.
            ("1.4.0+1", "1.4.0+2", "1.4.0+2", NOTHING),
            // Nobody is locked out by what cannot be read.
            ("1.0.0", "1.4.0", "1.2", NOTHING),
            ("1.0.0", "soon", "1.2.0", NOTHING),
        ];
        for (own, newest, oldest, expected) in table {
            let (version, policy) = (own.parse().unwrap(), naming(newest, oldest, None));
            let told = notice(&version, &policy);
            let what = format!("{own} where {newest} is the newest and {oldest} the oldest");
            assert_eq!(told.as_ref().map(|notice| notice.required), expected, "{what}");
            if let Some(told) = told {
                assert_eq!(told.newest, newest, "{what}");
            }
            let refused = check(&version, &policy).map_err(|failure| failure.code);
            let too_old = expected == REQUIRED;
            assert_eq!(refused, if too_old { Err(ErrorCode::AppTooOld) } else { Ok(()) }, "{what}");
        }
    }

    #[test]
    fn a_provider_that_names_no_versions_refuses_nobody() {
        let own = Version::new(0, 0, 0);
        assert_eq!(notice(&own, &policy(None)), None);
        check(&own, &policy(None)).unwrap();
    }

    #[test]
    fn a_refusal_names_the_version_that_would_do() {
        let failure = check(&Version::new(1, 0, 0), &naming("1.4.0", "1.2.0", None)).unwrap_err();
        assert_eq!(failure.details.oldest_version.as_deref(), Some("1.2.0"));
    }

    #[test]
    fn nothing_but_an_address_of_the_web_is_offered() {
        let offered = |url| notice(&Version::new(1, 3, 0), &naming("1.4.0", "1.2.0", Some(url)));
        let web = "https://www.example.jp/warifu";
        assert_eq!(offered(web).unwrap().download_url.as_deref(), Some(web));
        for other in ["http://www.example.jp/warifu", "file:///c:/warifu.msi", "warifu.msi", ""] {
            assert_eq!(offered(other).unwrap().download_url, None, "{other}");
        }
    }
}
