//! Who provides the service, as the screens show it.

use serde::Serialize;
use warifu_protocol::{Colour, LocalizedText, Provider, ProviderContact, ServiceName};

use crate::model::stored::StoredProfile;

/// The provider's face. A backend that says nothing of it leaves what the connection profile says.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProviderView {
    /// The provider's name, or else its help desk's; empty if nobody has said either.
    pub name: LocalizedText,
    /// The service's name.
    pub service_name: LocalizedText,
    /// A colour that people can read on white, as `#` and six digits; none for the app's own.
    pub accent: Option<String>,
    /// The logo, as a `data:` address of an image; none if there is none.
    pub logo: Option<String>,
    /// Whom users turn to.
    pub contact: ProviderContact,
}

impl ProviderView {
    pub(super) fn of(stored: &StoredProfile) -> Self {
        let content = &stored.profile.content;
        let support = &content.support;
        let profiles = Provider {
            name: alike(if is_name(&support.name) { &support.name } else { "" }),
            service_name: alike(&content.service_name),
            accent: None,
            logo: None,
            contact: ProviderContact {
                name: alike(&support.name),
                phone: support.phone.clone(),
                email: support.email.clone(),
                hours: alike(&support.hours),
            },
        };
        let heard = stored.policy.as_ref().and_then(|policy| policy.provider.clone());
        let Provider { name, service_name, accent, logo, contact } =
            heard.unwrap_or_else(|| profiles.clone());
        let readable = |text: String| text.parse().ok().filter(|read: &Colour| read.is_readable());
        Self {
            name: named(name, &profiles.name),
            service_name: named(service_name, &profiles.service_name),
            accent: accent.and_then(readable).map(|colour| colour.to_string()),
            // An older one of the same provider, until the new one has come.
            logo: logo.and(stored.logo.as_ref()).map(|logo| logo.url.clone()),
            contact: ProviderContact {
                name: contact.name.completed(),
                hours: contact.hours.completed(),
                ..contact
            },
        }
    }
}

/// A text that is known in one language only.
fn alike(text: &str) -> LocalizedText {
    LocalizedText { ja: text.to_owned(), en: text.to_owned() }
}

/// A name in every language: what is none is that of another language, or else the profile's.
fn named(LocalizedText { ja, en }: LocalizedText, profiles: &LocalizedText) -> LocalizedText {
    match (is_name(&ja), is_name(&en)) {
        (true, true) => LocalizedText { ja, en },
        (true, false) => alike(&ja),
        (false, true) => alike(&en),
        (false, false) => profiles.clone(),
    }
}

fn is_name(text: &str) -> bool {
    text.parse::<ServiceName>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::profile::{Profile, tests::sample};
    use crate::model::stored::StoredLogo;
    use warifu_protocol::{PasswordPolicy, Policy, ProviderLogo, SupportContact};

    fn stored(support: SupportContact, provider: Option<Provider>) -> StoredProfile {
        let content = warifu_protocol::ConnectionProfile { support, ..sample() };
        let policy = Policy {
            service_name: String::new(),
            server_time: 0,
            certificate_valid_days: 365,
            renewal_days: 28,
            warning_days: vec![28],
            warning_business_days: Vec::new(),
            urgent_days: 7,
            transfer_seconds: 1800,
            import_max_users: 1000,
            password: PasswordPolicy::default(),
            app: None,
            login_url: None,
            provider,
        };
        let profile = Profile::parse(&serde_json::to_string(&content).unwrap()).unwrap();
        let logo = Some(StoredLogo { url: String::from("data:,"), digest: String::from("ab") });
        StoredProfile { id: 1, profile, policy: Some(policy), logo }
    }

    #[test]
    fn where_the_app_comes_from_is_a_code_as_on_the_providers_letter() {
        let version = semver::Version::new(0, 2, 0);
        let coded = |url: Option<&str>| {
            let mut stored = stored(support(), None);
            let download_url = url.map(str::to_owned);
            let (newest, oldest) = (String::from("0.2.0"), String::from("0.2.0"));
            stored.policy.as_mut().unwrap().app =
                Some(warifu_protocol::AppVersions { newest, oldest, download_url });
            crate::view::ProfileView::of(&stored, &version).app_code
        };
        let url = "https://www.example.jp/warifu";
        let (code, same) = (coded(Some(url)).unwrap(), warifu_qr::QrCode::of(url).unwrap());
        assert_eq!((code.side, code.path), (same.side, same.path));
        let long = format!("https://{}", "x".repeat(3_000));
        for none in
            [None, Some("http://www.example.jp"), Some("file:///c:/warifu.msi"), Some(&*long)]
        {
            assert_eq!(coded(none), None, "{none:?}");
        }
        let unheard = StoredProfile { policy: None, ..stored(support(), None) };
        assert_eq!(crate::view::ProfileView::of(&unheard, &version).app_code, None);
    }

    fn support() -> SupportContact {
        SupportContact {
            name: String::from("見本銀行 お問い合わせ窓口"),
            phone: String::from("0120-000-000"),
            email: String::from("support@example.jp"),
            hours: String::from("平日 9:00～17:00"),
        }
    }

    fn both(ja: &str, en: &str) -> LocalizedText {
        LocalizedText { ja: ja.to_owned(), en: en.to_owned() }
    }

    fn provider() -> Provider {
        Provider {
            name: both("見本銀行", "Sample Bank"),
            service_name: both("見本サービス", "Sample Service"),
            accent: Some(String::from("#1F5FA8")),
            logo: None,
            contact: ProviderContact {
                name: both("見本銀行 窓口", "Sample Bank Help Desk"),
                phone: String::from("0120-111-111"),
                email: String::from("help@example.jp"),
                hours: both("平日 8:00～18:00", "Weekdays 8:00–18:00"),
            },
        }
    }

    #[test]
    fn an_older_backend_leaves_what_the_profile_says() {
        let heard_nothing = stored(support(), None);
        let never_heard = StoredProfile { policy: None, ..heard_nothing.clone() };
        for stored in [heard_nothing, never_heard] {
            let view = ProviderView::of(&stored);
            assert_eq!(view.name, alike("見本銀行 お問い合わせ窓口"));
            assert_eq!(view.service_name, alike("サンプル電子債権サービス"));
            assert_eq!(view.contact.hours, alike("平日 9:00～17:00"));
            assert_eq!((view.accent, view.logo), (None, None));
        }
        let unnamed = stored(SupportContact::default(), None);
        assert_eq!(ProviderView::of(&unnamed).name, alike(""));
    }

    #[test]
    fn what_the_backend_says_comes_before_the_profile() {
        let said = provider();
        let view = ProviderView::of(&stored(support(), Some(said.clone())));
        assert_eq!((view.name, view.service_name), (said.name, said.service_name));
        assert_eq!((view.accent.as_deref(), view.contact), (Some("#1f5fa8"), said.contact));
        assert_eq!(view.logo, None, "the provider has taken its logo away");
        let digest = String::from("cd");
        let said = Provider { logo: Some(ProviderLogo { digest }), ..provider() };
        let view = ProviderView::of(&stored(support(), Some(said)));
        assert_eq!(view.logo.as_deref(), Some("data:,"));
    }

    #[test]
    fn a_help_desk_that_is_named_in_one_language_is_named_on_every_screen() {
        for (ja, en, shown) in [("窓口", "", "窓口"), ("", "Desk", "Desk"), ("", "", "")] {
            let contact =
                ProviderContact { name: both(ja, en), hours: both(ja, en), ..provider().contact };
            let view =
                ProviderView::of(&stored(support(), Some(Provider { contact, ..provider() })));
            assert_eq!((view.contact.name, view.contact.hours), (alike(shown), alike(shown)));
        }
    }

    #[test]
    fn a_name_that_is_none_and_a_colour_that_nobody_reads_are_not_shown() {
        let long = "割".repeat(101);
        for bad in ["", "  ", "a\nb", "\u{202e}銀行", &long] {
            let half = Provider { name: both("見本銀行", bad), ..provider() };
            assert_eq!(ProviderView::of(&stored(support(), Some(half))).name, alike("見本銀行"));
            let none = Provider { service_name: both(bad, bad), ..provider() };
            let view = ProviderView::of(&stored(support(), Some(none)));
            assert_eq!(view.service_name, alike("サンプル電子債権サービス"), "{bad:?}");
        }
        for bad in ["", "#ffff00", "#ffffff", "blue", "#000000;background:red"] {
            let odd = Provider { accent: Some(bad.to_owned()), ..provider() };
            assert_eq!(ProviderView::of(&stored(support(), Some(odd))).accent, None, "{bad}");
        }
    }
}
