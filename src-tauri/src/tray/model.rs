//! What the tray shows, as a pure function of the certificates.

use warifu_client::view::{IdentityView, Language, Overview, RenewalState, Standing, Target};

/// Days before expiry from which the icon calls for haste, until the provider has said its own.
const URGENT_DAYS: u32 = 7;

const LOGIN: &str = "login-";
const FINISH_RENEWAL: &str = "finish-renewal-";

/// The worst state of the certificates, from good to bad.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Level {
    /// Nothing to do.
    Fine,
    /// A certificate should be renewed.
    Soon,
    /// A certificate expires very soon.
    Urgent,
    /// A certificate can no longer be used.
    Expired,
}

/// Icon, tooltip and menu.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct TrayModel {
    pub(crate) level: Level,
    pub(crate) tooltip: String,
    /// `None` is a separating line.
    pub(crate) items: Vec<Option<Item>>,
}

/// A line of the menu.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Item {
    pub(crate) label: String,
    pub(crate) choice: Choice,
}

/// What a line of the menu does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Choice {
    /// Shows the window, with a screen.
    Show(Target),
    /// Ends the app.
    Quit,
}

impl TrayModel {
    /// What to show for these certificates.
    pub(crate) fn of(overview: &Overview, language: Language) -> Self {
        let issued = || overview.identities.iter().filter(|i| i.certificate.is_some());
        let level = issued().map(|i| level_of(i, urgent_days(i, overview))).max();
        let level = level.unwrap_or(Level::Fine);
        let mut items: Vec<_> = issued().map(|identity| Some(line(identity, language))).collect();
        if !items.is_empty() {
            items.push(None);
        }
        let (open, quit) = match language {
            Language::Ja => ("Warifuを開く", "終了"),
            Language::En => ("Open Warifu", "Quit"),
        };
        items.push(Some(Item { label: open.to_owned(), choice: Choice::Show(Target::Start) }));
        items.push(Some(Item { label: quit.to_owned(), choice: Choice::Quit }));
        Self { level, tooltip: tooltip(level, language), items }
    }
}

impl Choice {
    /// The menu's name for the choice.
    pub(crate) fn id(self) -> String {
        match self {
            Self::Show(Target::Start) => String::from("start"),
            Self::Show(Target::Login { identity_id }) => format!("{LOGIN}{identity_id}"),
            Self::Show(Target::FinishRenewal { identity_id }) => {
                format!("{FINISH_RENEWAL}{identity_id}")
            }
            Self::Quit => String::from("quit"),
        }
    }

    /// The choice of that name.
    pub(crate) fn of(id: &str) -> Option<Self> {
        match id {
            "start" => Some(Self::Show(Target::Start)),
            "quit" => Some(Self::Quit),
            _ => {
                if let Some(identity) = id.strip_prefix(LOGIN) {
                    return Some(Self::Show(Target::Login { identity_id: identity.parse().ok()? }));
                }
                let identity_id = id.strip_prefix(FINISH_RENEWAL)?.parse().ok()?;
                Some(Self::Show(Target::FinishRenewal { identity_id }))
            }
        }
    }
}

/// From the policy of the certificate's own provider.
fn urgent_days(identity: &IdentityView, overview: &Overview) -> u32 {
    let profile = overview.profiles.iter().find(|profile| profile.id == identity.profile_id);
    let policy = profile.and_then(|profile| profile.policy.as_ref());
    policy.map_or(URGENT_DAYS, |policy| policy.urgent_days.into())
}

fn level_of(identity: &IdentityView, urgent_days: u32) -> Level {
    match identity.standing {
        Standing::Usable { days_left } | Standing::RenewSoon { days_left }
            if days_left <= urgent_days =>
        {
            Level::Urgent
        }
        Standing::RenewSoon { .. } => Level::Soon,
        // A renewal that was begun is to be finished, however much time there is.
        Standing::Usable { .. } if identity.renewal == Some(RenewalState::Stored) => Level::Soon,
        Standing::Incomplete | Standing::Usable { .. } => Level::Fine,
        Standing::NotYetValid => Level::Urgent,
        Standing::Expired | Standing::Revoked | Standing::Superseded => Level::Expired,
    }
}

fn line(identity: &IdentityView, language: Language) -> Item {
    let state = match (identity.standing, language) {
        (Standing::Usable { days_left } | Standing::RenewSoon { days_left }, Language::Ja) => {
            format!("有効期限まであと{days_left}日")
        }
        (
            Standing::Usable { days_left: 1 } | Standing::RenewSoon { days_left: 1 },
            Language::En,
        ) => String::from("1 day left"),
        (Standing::Usable { days_left } | Standing::RenewSoon { days_left }, Language::En) => {
            format!("{days_left} days left")
        }
        (Standing::Expired, Language::Ja) => String::from("期限切れ"),
        (Standing::Expired, Language::En) => String::from("expired"),
        (Standing::NotYetValid, Language::Ja) => String::from("有効期間前"),
        (Standing::NotYetValid, Language::En) => String::from("not yet valid"),
        (Standing::Revoked, Language::Ja) => String::from("失効"),
        (Standing::Revoked, Language::En) => String::from("revoked"),
        (Standing::Superseded, Language::Ja) => String::from("切り替え済み"),
        (Standing::Superseded, Language::En) => String::from("replaced"),
        (Standing::Incomplete, Language::Ja) => String::from("発行未完了"),
        (Standing::Incomplete, Language::En) => String::from("issuance not finished"),
    };
    let separator = match language {
        Language::Ja => "：",
        Language::En => ": ",
    };
    let target = Target::from(identity);
    let todo = match (target, language) {
        (Target::FinishRenewal { .. }, Language::Ja) => "（更新を完了する）",
        (Target::FinishRenewal { .. }, Language::En) => " (finish the renewal)",
        (Target::Start | Target::Login { .. }, _) => "",
    };
    Item {
        label: format!("{} {}{separator}{state}{todo}", identity.customer_name, identity.user_id),
        choice: Choice::Show(target),
    }
}

fn tooltip(level: Level, language: Language) -> String {
    let text = match (level, language) {
        (Level::Fine, _) => return String::from("Warifu"),
        (Level::Soon, Language::Ja) => "電子証明書を更新してください",
        (Level::Soon, Language::En) => "Please renew your certificate",
        (Level::Urgent, Language::Ja) => "電子証明書の有効期限が迫っています",
        (Level::Urgent, Language::En) => "Your certificate expires very soon",
        (Level::Expired, Language::Ja) => "使用できない電子証明書があります",
        (Level::Expired, Language::En) => "A certificate can no longer be used",
    };
    match language {
        Language::Ja => format!("Warifu：{text}"),
        Language::En => format!("Warifu: {text}"),
    }
}

#[cfg(test)]
mod tests {
    use warifu_client::view::{CertificateView, ProfileView, ProviderView};
    use warifu_protocol::{PasswordPolicy, Policy, Protection, SupportContact};

    use super::*;

    fn identity(id: i64, standing: Standing) -> IdentityView {
        IdentityView {
            id,
            profile_id: 1,
            service_name: String::from("サンプル電子債権サービス"),
            customer_number: "10000001".parse().unwrap(),
            customer_name: String::from("株式会社サンプル商事"),
            user_id: "kanri01".parse().unwrap(),
            holder_name: None,
            protection: Protection::Software,
            certificate: Some(CertificateView {
                thumbprint: "0".repeat(64).parse().unwrap(),
                issuer: String::new(),
                not_before: 0,
                not_after: 0,
            }),
            standing,
            renewal: None,
            last_used: false,
        }
    }

    fn profile(id: i64, urgent_days: Option<u16>) -> ProfileView {
        let policy = urgent_days.map(|urgent_days| Policy {
            service_name: String::new(),
            server_time: 0,
            certificate_valid_days: 365,
            renewal_days: 28,
            warning_days: vec![28, 14, 7, 3, 1],
            urgent_days,
            transfer_seconds: 1800,
            import_max_users: 1000,
            password: PasswordPolicy::default(),
            app: None,
            login_url: None,
            provider: None,
        });
        ProfileView {
            id,
            service_name: String::new(),
            host: String::new(),
            support: SupportContact {
                name: String::new(),
                phone: String::new(),
                email: String::new(),
                hours: String::new(),
            },
            provider: ProviderView::default(),
            policy,
            update: None,
        }
    }

    fn model(standings: &[Standing]) -> TrayModel {
        let identities =
            (1..).zip(standings).map(|(id, standing)| identity(id, *standing)).collect();
        TrayModel::of(&Overview { identities, ..Overview::default() }, Language::Ja)
    }

    #[test]
    fn the_icon_shows_the_worst_certificate() {
        use Standing::{Expired, NotYetValid, RenewSoon, Revoked, Superseded, Usable};
        let table: &[(&[Standing], Level)] = &[
            (&[], Level::Fine),
            (&[Usable { days_left: 300 }], Level::Fine),
            (&[Usable { days_left: 300 }, RenewSoon { days_left: 27 }], Level::Soon),
            (&[RenewSoon { days_left: 8 }], Level::Soon),
            (&[RenewSoon { days_left: 7 }, Usable { days_left: 300 }], Level::Urgent),
            (&[RenewSoon { days_left: 0 }], Level::Urgent),
            (&[NotYetValid], Level::Urgent),
            (&[Expired, RenewSoon { days_left: 3 }], Level::Expired),
            (&[Revoked], Level::Expired),
            (&[Superseded], Level::Expired),
        ];
        for (standings, level) in table {
            assert_eq!(model(standings).level, *level, "{standings:?}");
        }
    }

    #[test]
    fn each_provider_says_from_when_it_is_urgent() {
        let table = [
            // Until it is heard, a week.
            (None, 8, Level::Soon),
            (None, 7, Level::Urgent),
            (Some(3), 4, Level::Soon),
            (Some(3), 3, Level::Urgent),
            (Some(14), 14, Level::Urgent),
        ];
        for (urgent_days, days_left, level) in table {
            let overview = Overview {
                // Another provider's rules do not count.
                profiles: vec![profile(2, Some(28)), profile(1, urgent_days)],
                identities: vec![identity(1, Standing::RenewSoon { days_left })],
                ..Overview::default()
            };
            let found = TrayModel::of(&overview, Language::Ja).level;
            assert_eq!(found, level, "{urgent_days:?} {days_left}");
        }
    }

    #[test]
    fn the_menu_lists_each_certificate_and_leads_to_it() {
        let items = model(&[Standing::RenewSoon { days_left: 12 }]).items;
        let labels: Vec<_> =
            items.iter().map(|item| item.as_ref().map(|item| item.label.as_str())).collect();
        assert_eq!(
            labels,
            [
                Some("株式会社サンプル商事 kanri01：有効期限まであと12日"),
                None,
                Some("Warifuを開く"),
                Some("終了"),
            ]
        );
        for item in items.into_iter().flatten() {
            assert_eq!(Choice::of(&item.choice.id()), Some(item.choice));
        }
    }

    #[test]
    fn each_certificate_leads_where_it_goes_on() {
        let login = Target::Login { identity_id: 7 };
        let finish = Target::FinishRenewal { identity_id: 7 };
        let usable = Standing::Usable { days_left: 200 };
        let soon = Standing::RenewSoon { days_left: 12 };
        let table = [
            (usable, None, login, "kanri01: 200 days left", Level::Fine),
            (soon, None, login, "kanri01: 12 days left", Level::Soon),
            (
                Standing::RenewSoon { days_left: 1 },
                None,
                login,
                "kanri01: 1 day left",
                Level::Urgent,
            ),
            (soon, Some(RenewalState::KeyReady), login, "kanri01: 12 days left", Level::Soon),
            (
                soon,
                Some(RenewalState::Stored),
                finish,
                "kanri01: 12 days left (finish the renewal)",
                Level::Soon,
            ),
            (
                usable,
                Some(RenewalState::Stored),
                finish,
                "kanri01: 200 days left (finish the renewal)",
                Level::Soon,
            ),
            (
                Standing::Expired,
                Some(RenewalState::Stored),
                finish,
                "kanri01: expired (finish the renewal)",
                Level::Expired,
            ),
            (Standing::Expired, None, login, "kanri01: expired", Level::Expired),
        ];
        for (standing, renewal, target, label, level) in table {
            let identities = vec![IdentityView { renewal, ..identity(7, standing) }];
            let overview = Overview { identities, ..Overview::default() };
            let model = TrayModel::of(&overview, Language::En);
            let item = model.items.first().cloned().flatten().unwrap();
            assert_eq!(item.choice, Choice::Show(target), "{standing:?} {renewal:?}");
            assert_eq!(Choice::of(&item.choice.id()), Some(item.choice));
            assert!(item.label.ends_with(label), "{}", item.label);
            assert_eq!(model.level, level, "{standing:?} {renewal:?}");
        }
    }

    #[test]
    fn the_window_is_told_in_its_own_words() {
        let told = serde_json::to_value(Target::FinishRenewal { identity_id: 7 }).unwrap();
        let expected = serde_json::json!({ "screen": "finish-renewal", "identity_id": 7 });
        assert_eq!(told, expected);
        for unknown in ["", "login-", "login-x", "finish-renewal-", "start-1"] {
            assert_eq!(Choice::of(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn the_tooltip_speaks_the_language_of_the_app() {
        let table = [
            (Standing::Usable { days_left: 200 }, "Warifu", "Warifu"),
            (
                Standing::RenewSoon { days_left: 12 },
                "Warifu：電子証明書を更新してください",
                "Warifu: Please renew your certificate",
            ),
            (
                Standing::RenewSoon { days_left: 2 },
                "Warifu：電子証明書の有効期限が迫っています",
                "Warifu: Your certificate expires very soon",
            ),
            (
                Standing::Expired,
                "Warifu：使用できない電子証明書があります",
                "Warifu: A certificate can no longer be used",
            ),
        ];
        for (standing, ja, en) in table {
            let overview =
                Overview { identities: vec![identity(1, standing)], ..Overview::default() };
            assert_eq!(TrayModel::of(&overview, Language::Ja).tooltip, ja);
            assert_eq!(TrayModel::of(&overview, Language::En).tooltip, en);
        }
    }

    #[test]
    fn an_unfinished_issuance_is_not_in_the_tray() {
        let mut unfinished = identity(1, Standing::Incomplete);
        unfinished.certificate = None;
        let overview = Overview { identities: vec![unfinished], ..Overview::default() };
        assert_eq!(TrayModel::of(&overview, Language::En).items.len(), 2);
    }
}
