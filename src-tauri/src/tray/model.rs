//! What the tray shows, as a pure function of the certificates.

use serde::Serialize;
use warifu_client::view::{IdentityView, Language, Overview, Standing};

/// Days before expiry from which the icon calls for haste.
const URGENT_DAYS: u32 = 7;

/// The worst state of the certificates, from good to bad.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Level {
    /// Nothing to do.
    Fine,
    /// A certificate should be renewed.
    Soon,
    /// A certificate expires within a week.
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
    pub(crate) target: Target,
}

/// Where a line of the menu leads.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(tag = "screen", rename_all = "kebab-case")]
pub(crate) enum Target {
    /// The start screen.
    Start,
    /// Login with a certificate.
    Login {
        /// The certificate.
        identity_id: i64,
    },
    /// The end of the app.
    Quit,
}

impl TrayModel {
    /// What to show for these certificates.
    pub(crate) fn of(overview: &Overview, language: Language) -> Self {
        let issued = || overview.identities.iter().filter(|i| i.certificate.is_some());
        let level = issued().map(level_of).max().unwrap_or(Level::Fine);
        let mut items: Vec<_> = issued().map(|identity| Some(line(identity, language))).collect();
        if !items.is_empty() {
            items.push(None);
        }
        let (open, quit) = match language {
            Language::Ja => ("Warifu を開く", "終了"),
            Language::En => ("Open Warifu", "Quit"),
        };
        items.push(Some(Item { label: open.to_owned(), target: Target::Start }));
        items.push(Some(Item { label: quit.to_owned(), target: Target::Quit }));
        Self { level, tooltip: tooltip(level, language), items }
    }
}

impl Target {
    /// The menu's name for the target.
    pub(crate) fn id(self) -> String {
        match self {
            Self::Start => String::from("start"),
            Self::Login { identity_id } => format!("login-{identity_id}"),
            Self::Quit => String::from("quit"),
        }
    }

    /// The target of that name.
    pub(crate) fn of(id: &str) -> Option<Self> {
        match id {
            "start" => Some(Self::Start),
            "quit" => Some(Self::Quit),
            _ => {
                let identity_id = id.strip_prefix("login-")?.parse().ok()?;
                Some(Self::Login { identity_id })
            }
        }
    }
}

fn level_of(identity: &IdentityView) -> Level {
    match identity.standing {
        Standing::Incomplete | Standing::Usable { .. } => Level::Fine,
        Standing::RenewSoon { days_left } if days_left > URGENT_DAYS => Level::Soon,
        Standing::RenewSoon { .. } | Standing::NotYetValid => Level::Urgent,
        Standing::Expired | Standing::Revoked | Standing::Superseded => Level::Expired,
    }
}

fn line(identity: &IdentityView, language: Language) -> Item {
    let state = match (identity.standing, language) {
        (Standing::Usable { days_left } | Standing::RenewSoon { days_left }, Language::Ja) => {
            format!("有効期限まで {days_left} 日")
        }
        (
            Standing::Usable { days_left: 1 } | Standing::RenewSoon { days_left: 1 },
            Language::En,
        ) => String::from("1 day left"),
        (Standing::Usable { days_left } | Standing::RenewSoon { days_left }, Language::En) => {
            format!("{days_left} days left")
        }
        (Standing::Expired, Language::Ja) => String::from("有効期限切れ"),
        (Standing::Expired, Language::En) => String::from("expired"),
        (Standing::NotYetValid, Language::Ja) => String::from("有効期間前"),
        (Standing::NotYetValid, Language::En) => String::from("not yet valid"),
        (Standing::Revoked, Language::Ja) => String::from("失効済み"),
        (Standing::Revoked, Language::En) => String::from("revoked"),
        (Standing::Superseded, Language::Ja) => String::from("更新済み"),
        (Standing::Superseded, Language::En) => String::from("replaced"),
        (Standing::Incomplete, Language::Ja) => String::from("発行未完了"),
        (Standing::Incomplete, Language::En) => String::from("issuance not finished"),
    };
    let separator = match language {
        Language::Ja => "：",
        Language::En => ": ",
    };
    Item {
        label: format!("{} {}{separator}{state}", identity.customer_name, identity.user_id),
        target: Target::Login { identity_id: identity.id },
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
    use warifu_client::view::{CertificateView, KeyProtection};

    use super::*;

    fn identity(id: i64, standing: Standing) -> IdentityView {
        IdentityView {
            id,
            profile_id: 1,
            service_name: String::from("サンプル電子債権サービス"),
            customer_number: "10000001".parse().unwrap(),
            customer_name: String::from("株式会社サンプル商事"),
            user_id: "kanri01".parse().unwrap(),
            protection: KeyProtection::Software,
            certificate: Some(CertificateView {
                thumbprint: "0".repeat(64).parse().unwrap(),
                issuer: String::new(),
                not_before: 0,
                not_after: 0,
            }),
            standing,
            last_used: false,
        }
    }

    fn model(standings: &[Standing]) -> TrayModel {
        let identities =
            (1..).zip(standings).map(|(id, standing)| identity(id, *standing)).collect();
        TrayModel::of(&Overview { identities, ..Overview::default() }, Language::Ja)
    }

    #[test]
    fn the_icon_shows_the_worst_certificate() {
        use Standing::{Expired, RenewSoon, Usable};
        let table: &[(&[Standing], Level)] = &[
            (&[], Level::Fine),
            (&[Usable { days_left: 300 }], Level::Fine),
            (&[Usable { days_left: 300 }, RenewSoon { days_left: 27 }], Level::Soon),
            (&[RenewSoon { days_left: 8 }], Level::Soon),
            (&[RenewSoon { days_left: 7 }, Usable { days_left: 300 }], Level::Urgent),
            (&[Expired, RenewSoon { days_left: 3 }], Level::Expired),
            (&[Standing::Revoked], Level::Expired),
        ];
        for (standings, level) in table {
            assert_eq!(model(standings).level, *level, "{standings:?}");
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
                Some("株式会社サンプル商事 kanri01：有効期限まで 12 日"),
                None,
                Some("Warifu を開く"),
                Some("終了"),
            ]
        );
        for item in items.into_iter().flatten() {
            assert_eq!(Target::of(&item.target.id()), Some(item.target));
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
