//! What the tray shows, as a pure function of the certificates.

use warifu_client::view::{
    Expiring, IdentityView, Language, Left, Overview, PasswordView, RenewalState, Standing, Target,
};
use warifu_protocol::Timestamp;

/// Days before expiry from which the icon calls for haste, until the provider has said its own.
const URGENT_DAYS: u32 = 7;

const LOGIN: &str = "login-";
const FINISH_RENEWAL: &str = "finish-renewal-";
const RENEW: &str = "renew-";

/// Days before expiry from which a certificate can be renewed, until the provider has said its own.
const RENEWAL_DAYS: u16 = 28;

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
    /// What it does; none if it cannot be done now, which the label explains.
    pub(crate) choice: Option<Choice>,
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
    /// What to show for these certificates at `now`.
    pub(crate) fn of(overview: &Overview, language: Language, now: Timestamp) -> Self {
        let issued = || overview.identities.iter().filter(|i| i.certificate.is_some());
        let certificates = issued().map(|identity| {
            (level_of(identity, urgent_days(identity, overview)), Expiring::Certificate)
        });
        let passwords = issued().filter_map(|identity| {
            Some((level_of_password(identity.password?), Expiring::Password))
        });
        // Of two that are alike, the certificate is the greater worry.
        let worst = passwords.chain(certificates).max_by_key(|(level, _)| *level);
        let (level, expiring) = worst.unwrap_or((Level::Fine, Expiring::Certificate));
        let lines = issued().flat_map(|identity| {
            [Some(line(identity, language, now)), password_line(identity, language)]
        });
        let mut items: Vec<_> = lines.flatten().map(Some).collect();
        if !items.is_empty() {
            items.push(None);
            items.push(Some(renewal(overview, language)));
        }
        items.extend(actions(language).into_iter().map(Some));
        items.push(None);
        let (open, quit) = match language {
            Language::Ja => ("Warifuを開く", "終了"),
            Language::En => ("Open Warifu", "Quit"),
        };
        items.push(Some(Item::new(open, Choice::Show(Target::Start))));
        items.push(Some(Item::new(quit, Choice::Quit)));
        Self { level, tooltip: tooltip(level, expiring, language), items }
    }
}

impl Item {
    fn new(label: &str, choice: Choice) -> Self {
        Self { label: label.to_owned(), choice: Some(choice) }
    }
}

/// What can be done besides.
fn actions(language: Language) -> [Item; 4] {
    let [notices, diagnosis, help, settings] = match language {
        Language::Ja => ["お知らせ", "接続診断", "ヘルプ", "設定"],
        Language::En => ["Notices", "Connection diagnosis", "Help", "Settings"],
    };
    [
        Item::new(notices, Choice::Show(Target::Notices)),
        Item::new(diagnosis, Choice::Show(Target::Diagnosis)),
        Item::new(help, Choice::Show(Target::Help)),
        Item::new(settings, Choice::Show(Target::Settings)),
    ]
}

/// 「証明書更新」, for the certificate that needs it most.
fn renewal(overview: &Overview, language: Language) -> Item {
    let unfinished =
        overview.identities.iter().find(|one| one.renewal == Some(RenewalState::Stored));
    let soon = || {
        let due = |one: &&IdentityView| matches!(one.standing, Standing::RenewSoon { .. });
        let end = |one: &&IdentityView| one.certificate.as_ref().map(|held| held.not_after);
        overview.identities.iter().filter(due).min_by_key(end)
    };
    let target = match (unfinished, soon()) {
        (Some(identity), _) => Some(Target::FinishRenewal { identity_id: identity.id }),
        (None, Some(identity)) => Some(Target::Renew { identity_id: identity.id }),
        (None, None) => None,
    };
    let label = match language {
        Language::Ja => "証明書更新",
        Language::En => "Renew certificate",
    };
    if let Some(target) = target {
        return Item::new(label, Choice::Show(target));
    }
    // The longest time of the providers here: nobody is told too late.
    let policies = overview.profiles.iter().filter_map(|profile| profile.policy.as_ref());
    let days = policies.map(|policy| policy.renewal_days).max().unwrap_or(RENEWAL_DAYS);
    let label = match language {
        Language::Ja => format!("{label}（有効期限の{days}日前から）"),
        Language::En => format!("{label} (from {days} days before the expiry)"),
    };
    Item { label, choice: None }
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
            Self::Show(Target::Renew { identity_id }) => format!("{RENEW}{identity_id}"),
            Self::Show(Target::Notices) => String::from("notices"),
            Self::Show(Target::Diagnosis) => String::from("diagnosis"),
            Self::Show(Target::Help) => String::from("help"),
            Self::Show(Target::Settings) => String::from("settings"),
            Self::Quit => String::from("quit"),
        }
    }

    /// The choice of that name.
    pub(crate) fn of(id: &str) -> Option<Self> {
        match id {
            "start" => Some(Self::Show(Target::Start)),
            "notices" => Some(Self::Show(Target::Notices)),
            "diagnosis" => Some(Self::Show(Target::Diagnosis)),
            "help" => Some(Self::Show(Target::Help)),
            "settings" => Some(Self::Show(Target::Settings)),
            "quit" => Some(Self::Quit),
            _ => {
                if let Some(identity) = id.strip_prefix(RENEW) {
                    return Some(Self::Show(Target::Renew { identity_id: identity.parse().ok()? }));
                }
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

/// A password that has expired keeps nobody out: the next login asks for another.
fn level_of_password(password: PasswordView) -> Level {
    match password.left {
        _ if !password.notice => Level::Fine,
        Some(left) if left.business_days > 1 => Level::Soon,
        Some(_) | None => Level::Urgent,
    }
}

fn password_line(identity: &IdentityView, language: Language) -> Option<Item> {
    let password = identity.password.filter(|password| password.notice)?;
    let state = match (password.left, language) {
        (None, Language::Ja) => String::from("期限切れ（次回のログイン時に変更）"),
        (None, Language::En) => String::from("expired (to be changed at the next login)"),
        (Some(left), _) => time_left(left.days, Some(left), language),
    };
    let person = person(identity, language);
    let label = match language {
        Language::Ja => format!("{person}のパスワード：{state}"),
        Language::En => format!("{person}, password: {state}"),
    };
    Some(Item::new(&label, Choice::Show(Target::Login { identity_id: identity.id })))
}

/// Whose certificate it is.
fn person(identity: &IdentityView, language: Language) -> String {
    let IdentityView { customer_name, user_id, holder_name, .. } = identity;
    match (holder_name, language) {
        (None, _) => format!("{customer_name} {user_id}"),
        (Some(name), Language::Ja) => format!("{customer_name} {name}（{user_id}）"),
        (Some(name), Language::En) => format!("{customer_name} {name} ({user_id})"),
    }
}

/// The days that are left, and the business days where they say more; as the list of notices has it.
fn time_left(days: u32, left: Option<Left>, language: Language) -> String {
    let text = match (days, language) {
        (_, Language::Ja) => format!("有効期限まであと{days}日"),
        (1, Language::En) => String::from("1 day left"),
        (_, Language::En) => format!("{days} days left"),
    };
    match (left.and_then(Left::business_days_apart), language) {
        (None, _) => text,
        (Some(business_days), Language::Ja) => format!("{text}（営業日は残り{business_days}日）"),
        (Some(business_days), Language::En) => {
            format!("{text} (business days left: {business_days})")
        }
    }
}

fn line(identity: &IdentityView, language: Language, now: Timestamp) -> Item {
    let left = || Left::until(identity.certificate.as_ref()?.not_after, now);
    let state = match (identity.standing, language) {
        (Standing::Usable { days_left } | Standing::RenewSoon { days_left }, _) => {
            time_left(days_left, left(), language)
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
        (
            Target::Start
            | Target::Login { .. }
            | Target::Renew { .. }
            | Target::Notices
            | Target::Diagnosis
            | Target::Help
            | Target::Settings,
            _,
        ) => "",
    };
    Item {
        label: format!("{}{separator}{state}{todo}", person(identity, language)),
        choice: Some(Choice::Show(target)),
    }
}

fn tooltip(level: Level, expiring: Expiring, language: Language) -> String {
    let text = match (level, language) {
        (Level::Fine, _) => return String::from("Warifu"),
        (Level::Soon | Level::Urgent, Language::Ja) if expiring == Expiring::Password => {
            "パスワードを変更してください"
        }
        (Level::Soon | Level::Urgent, Language::En) if expiring == Expiring::Password => {
            "Please change your password"
        }
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
    use warifu_client::view::{CertificateView, Left, ProfileView, ProviderView};
    use warifu_protocol::{PasswordPolicy, Policy, Protection, SupportContact};

    use super::*;

    const DAY: Timestamp = 86_400;

    /// Wednesday, 17 June 2026, 10:30 in Japan.
    const END: Timestamp = 1_781_659_800;

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
                serial: String::new(),
                issuer: String::new(),
                not_before: 0,
                not_after: END,
            }),
            standing,
            renewal: None,
            last_used: false,
            password: None,
        }
    }

    fn profile(id: i64, urgent_days: Option<u16>) -> ProfileView {
        let policy = urgent_days.map(|urgent_days| Policy {
            service_name: String::new(),
            server_time: 0,
            certificate_valid_days: 365,
            renewal_days: 28,
            warning_days: vec![28, 14, 7, 3, 1],
            warning_business_days: vec![3],
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
            app_code: None,
            update: None,
        }
    }

    fn model(standings: &[Standing]) -> TrayModel {
        let identities =
            (1..).zip(standings).map(|(id, standing)| identity(id, *standing)).collect();
        TrayModel::of(&Overview { identities, ..Overview::default() }, Language::Ja, END)
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
            let found = TrayModel::of(&overview, Language::Ja, END).level;
            assert_eq!(found, level, "{urgent_days:?} {days_left}");
        }
    }

    #[test]
    fn the_menu_lists_each_certificate_and_what_can_be_done() {
        let items = model(&[Standing::RenewSoon { days_left: 12 }]).items;
        let labels: Vec<_> =
            items.iter().map(|item| item.as_ref().map(|item| item.label.as_str())).collect();
        assert_eq!(
            labels,
            [
                Some("株式会社サンプル商事 kanri01：有効期限まであと12日"),
                None,
                Some("証明書更新"),
                Some("お知らせ"),
                Some("接続診断"),
                Some("ヘルプ"),
                Some("設定"),
                None,
                Some("Warifuを開く"),
                Some("終了"),
            ]
        );
        let mut names = Vec::new();
        for item in items.into_iter().flatten() {
            let choice = item.choice.unwrap();
            assert_eq!(Choice::of(&choice.id()), Some(choice));
            names.push(choice.id());
        }
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 8, "{names:?}");
    }

    #[test]
    fn renewing_is_offered_for_the_certificate_that_needs_it_most() {
        let ending = |id, standing, not_after| {
            let mut identity = identity(id, standing);
            identity.certificate.as_mut().unwrap().not_after = not_after;
            identity
        };
        let (soon, usable) =
            (Standing::RenewSoon { days_left: 9 }, Standing::Usable { days_left: 99 });
        let stored = IdentityView { renewal: Some(RenewalState::Stored), ..ending(4, usable, 9) };
        let (one, two, fine) = (ending(1, soon, 20), ending(2, soon, 10), ending(3, usable, 5));
        let table = [
            (vec![one.clone(), two.clone(), fine.clone()], Some("renew-2"), "証明書更新"),
            (vec![one, two, stored], Some("finish-renewal-4"), "証明書更新"),
            (vec![fine], None, "証明書更新（有効期限の28日前から）"),
        ];
        for (identities, id, label) in table {
            let overview = Overview { identities, ..Overview::default() };
            let item = renewal(&overview, Language::Ja);
            assert_eq!(item.choice.map(Choice::id).as_deref(), id);
            assert_eq!(item.label, label);
        }
        // Without a certificate there is nothing to renew.
        let items = model(&[]).items;
        assert!(items.into_iter().flatten().all(|item| item.choice.is_some()));
    }

    #[test]
    fn a_certificate_is_its_holders_where_the_name_is_known() {
        let mut named = identity(7, Standing::RenewSoon { days_left: 12 });
        named.holder_name = Some("佐藤 花子".parse().unwrap());
        let label = |language| line(&named, language, END - 12 * DAY).label;
        assert_eq!(
            label(Language::Ja),
            "株式会社サンプル商事 佐藤 花子（kanri01）：有効期限まであと12日（営業日は残り8日）"
        );
        assert_eq!(
            label(Language::En),
            "株式会社サンプル商事 佐藤 花子 (kanri01): 12 days left (business days left: 8)"
        );
    }

    #[test]
    fn business_days_are_said_where_the_notices_say_them() {
        // Thursday, 7 May 2026, after the holidays, and Thursday, 6 May 2100, a year of which nothing is
        // known: 3 to 5 May are then taken for the weekdays that they are. Both 10:30 in Japan.
        const GOLDEN_WEEK: Timestamp = 1_778_117_400;
        const UNKNOWN: Timestamp = 4_113_250_200;
        let table = [
            (END, 15, None),
            (END, 14, Some(10)),
            // From the Friday, over the weekend, and from the Sunday.
            (END, 5, Some(3)),
            (END, 3, Some(2)),
            (END, 2, None),
            (END, 1, None),
            // The Friday before 2 to 6 May, and a day on which nobody is at work any more.
            (GOLDEN_WEEK, 6, Some(1)),
            (GOLDEN_WEEK, 5, Some(0)),
            (GOLDEN_WEEK, 1, Some(0)),
            (UNKNOWN, 6, Some(4)),
            (UNKNOWN, 3, None),
        ];
        for (end, days_left, business_days) in table {
            let now = end - Timestamp::from(days_left) * DAY;
            let mut identity = identity(7, Standing::RenewSoon { days_left });
            identity.certificate.as_mut().unwrap().not_after = end;
            let left = Left::until(end, now);
            identity.password = Some(PasswordView { expires_at: end, left, notice: true });
            for language in [Language::Ja, Language::En] {
                let days = match (language, days_left) {
                    (Language::Ja, _) => format!("有効期限まであと{days_left}日"),
                    (Language::En, 1) => String::from("1 day left"),
                    (Language::En, _) => format!("{days_left} days left"),
                };
                let said = match (business_days, language) {
                    (None, _) => days,
                    (Some(count), Language::Ja) => format!("{days}（営業日は残り{count}日）"),
                    (Some(count), Language::En) => format!("{days} (business days left: {count})"),
                };
                for line in
                    [line(&identity, language, now), password_line(&identity, language).unwrap()]
                {
                    let ends = [format!("：{said}"), format!(": {said}")];
                    let found = ends.iter().any(|end| line.label.ends_with(end));
                    assert!(found, "{} {said}", line.label);
                }
            }
        }
    }

    #[test]
    fn a_password_is_warned_of_like_a_certificate() {
        let left = |days, business_days| Some(Left { days, business_days });
        let fine = Standing::Usable { days_left: 200 };
        let table = [
            (left(30, 20), false, fine, Level::Fine, None, "Warifu"),
            (
                left(9, 6),
                true,
                fine,
                Level::Soon,
                Some("のパスワード：有効期限まであと9日（営業日は残り6日）"),
                "Warifu：パスワードを変更してください",
            ),
            (
                left(3, 1),
                true,
                fine,
                Level::Urgent,
                Some("のパスワード：有効期限まであと3日（営業日は残り1日）"),
                "Warifu：パスワードを変更してください",
            ),
            (
                None,
                true,
                fine,
                Level::Urgent,
                Some("のパスワード：期限切れ（次回のログイン時に変更）"),
                "Warifu：パスワードを変更してください",
            ),
            // Of two that are alike the certificate is named.
            (
                left(9, 6),
                true,
                Standing::RenewSoon { days_left: 20 },
                Level::Soon,
                Some("のパスワード：有効期限まであと9日（営業日は残り6日）"),
                "Warifu：電子証明書を更新してください",
            ),
        ];
        for (left, notice, standing, level, line, tooltip) in table {
            let password = Some(PasswordView { expires_at: 0, left, notice });
            let identities = vec![IdentityView { password, ..identity(7, standing) }];
            let model =
                TrayModel::of(&Overview { identities, ..Overview::default() }, Language::Ja, END);
            assert_eq!((model.level, model.tooltip.as_str()), (level, tooltip), "{left:?}");
            let second = model.items[1].as_ref();
            match line {
                Some(line) => {
                    let second = second.unwrap();
                    assert!(second.label.ends_with(line), "{}", second.label);
                    let login = Choice::Show(Target::Login { identity_id: 7 });
                    assert_eq!(second.choice, Some(login));
                }
                None => assert_eq!(second, None),
            }
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
            let model = TrayModel::of(&overview, Language::En, END + 1);
            let item = model.items.first().cloned().flatten().unwrap();
            let choice = item.choice.unwrap();
            assert_eq!(choice, Choice::Show(target), "{standing:?} {renewal:?}");
            assert_eq!(Choice::of(&choice.id()), Some(choice));
            assert!(item.label.ends_with(label), "{}", item.label);
            assert_eq!(model.level, level, "{standing:?} {renewal:?}");
        }
    }

    #[test]
    fn the_window_is_told_in_its_own_words() {
        let told = serde_json::to_value(Target::FinishRenewal { identity_id: 7 }).unwrap();
        let expected = serde_json::json!({ "screen": "finish-renewal", "identity_id": 7 });
        assert_eq!(told, expected);
        for unknown in ["", "login-", "login-x", "finish-renewal-", "renew-", "start-1"] {
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
            assert_eq!(TrayModel::of(&overview, Language::Ja, END).tooltip, ja);
            assert_eq!(TrayModel::of(&overview, Language::En, END).tooltip, en);
        }
    }

    #[test]
    fn an_unfinished_issuance_is_not_in_the_tray() {
        let mut unfinished = identity(1, Standing::Incomplete);
        unfinished.certificate = None;
        let overview = Overview { identities: vec![unfinished], ..Overview::default() };
        let model = TrayModel::of(&overview, Language::En, END + 1);
        let labels = model.items.iter().flatten().map(|item| item.label.as_str());
        let expected =
            ["Notices", "Connection diagnosis", "Help", "Settings", "Open Warifu", "Quit"];
        assert_eq!(labels.collect::<Vec<_>>(), expected);
    }
}
