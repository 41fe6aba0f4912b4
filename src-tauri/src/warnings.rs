//! Desktop notifications before a certificate or a password expires (SPEC H1, Q). Which are due, the
//! client knows; it tells each once.

use std::time::{Duration, SystemTime};

use tauri::{AppHandle, Manager as _};
use tauri_plugin_notification::NotificationExt as _;
use warifu_client::{
    Failure,
    view::{Expiring, IdentityView, Language, Left, ProfileView, RenewalState, Target, Warning},
};
use warifu_protocol::{ErrorCode, LocalizedText};

use crate::{
    app::tell_window,
    state::AppState,
    tray::{self, Choice},
};

/// How often the certificates are looked at, by the wall clock.
const INTERVAL: Duration = Duration::from_secs(15 * 60);

/// How often the wall clock is: timers stand still while the PC sleeps, the calendar does not.
const TICK: Duration = Duration::from_secs(60);

/// What a notification carries to the click on it.
const TARGET: &str = "target";

/// Looks now and from then on; goes where a clicked notification leads.
pub(crate) fn watch(app: &AppHandle) {
    let clicked = app.clone();
    let listening = app.notification().on_action(move |action| {
        let extra = action.notification().and_then(|shown| shown.extra().get(TARGET));
        let target = match extra.and_then(|extra| Choice::of(extra.as_str()?)) {
            Some(Choice::Show(target)) => target,
            Some(Choice::Quit) | None => Target::Start,
        };
        tray::follow(&clicked, target);
    });
    if let Err(error) = listening {
        tracing::warn!(%error, "clicks on notifications will not be heard");
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut last = None;
        loop {
            ticks.tick().await;
            let now = SystemTime::now();
            if is_due(last, now) {
                last = Some(now);
                tray::refresh(&app);
                look(&app);
            }
        }
    });
}

/// Shows what has become due.
pub(crate) fn look(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(failure) = show_due(&app).await {
            tracing::warn!(%failure, "could not warn of what expires");
        }
    });
}

async fn show_due(app: &AppHandle) -> Result<(), Failure> {
    let client = app.state::<AppState>().client()?;
    // First, since warnings that were taken count as told.
    let overview = client.overview().await?;
    let warnings = client.take_warnings().await?;
    if warnings.is_empty() {
        return Ok(());
    }
    // An open window lists them at once, whether or not the desktop shows any.
    tell_window(app);
    let language = client.settings().await?.language;
    for warning in warnings {
        let of = warning.identity.profile_id;
        let profile = overview.profiles.iter().find(|profile| profile.id == of);
        let text = Text::of(&warning, profile, language);
        if let Err(error) = show(app, text, Target::from(&warning.identity)) {
            tracing::warn!(%error, "a notification could not be shown; the tray shows the same");
        }
    }
    Ok(())
}

/// Shows a notification that warns of nothing, at the wish of the user.
///
/// # Errors
///
/// `app-failed` if the desktop takes none.
pub(crate) fn show_trial(app: &AppHandle, language: Language) -> Result<(), Failure> {
    show(app, Text::trial(language), Target::Notices)
        .map_err(|error| Failure::new(ErrorCode::AppFailed).because(&error))
}

fn show(app: &AppHandle, text: Text, target: Target) -> tauri_plugin_notification::Result<()> {
    app.notification()
        .builder()
        .title(text.title)
        .body(text.body)
        .extra(TARGET, Choice::Show(target).id())
        .show()
}

/// Whether it is time to look again; a clock that was set back is a reason too.
fn is_due(last: Option<SystemTime>, now: SystemTime) -> bool {
    last.is_none_or(|last| now.duration_since(last).map_or(true, |since| since >= INTERVAL))
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Text {
    title: String,
    body: String,
}

impl Text {
    fn of(warning: &Warning, profile: Option<&ProfileView>, language: Language) -> Self {
        let next = match warning.expiring {
            Expiring::Certificate => {
                let help_desk = profile.and_then(|profile| help_desk(profile, language));
                next(warning, help_desk, language)
            }
            Expiring::Password => change_password(warning.left, language).to_owned(),
        };
        let service = profile.and_then(|profile| said(&profile.provider.service_name, language));
        let service = service.unwrap_or(&warning.identity.service_name);
        let who = who(&warning.identity, service, language);
        let lines = [Some(who), business_days(warning, language), Some(next)];
        let body = lines.into_iter().flatten().collect::<Vec<_>>().join("\n");
        Self { title: title(warning, language), body }
    }

    /// What is shown to see whether notifications come at all.
    fn trial(language: Language) -> Self {
        let (title, body) = match language {
            Language::Ja => (
                "通知の確認",
                "この通知が表示されていれば、有効期限などのお知らせを受け取ることができます。",
            ),
            Language::En => (
                "This is a test",
                "If you can see this, you will be told in time before anything expires.",
            ),
        };
        Self { title: title.to_owned(), body: body.to_owned() }
    }
}

fn title(warning: &Warning, language: Language) -> String {
    let what = match (warning.expiring, language) {
        (Expiring::Certificate, Language::Ja) => "電子証明書の有効期限",
        (Expiring::Certificate, Language::En) => "Your certificate",
        (Expiring::Password, Language::Ja) => "パスワードの有効期限",
        (Expiring::Password, Language::En) => "Your password",
    };
    match (warning.left.map(|left| left.days), language) {
        (None, Language::Ja) => format!("{what}が切れました"),
        (None, Language::En) => format!("{what} has expired"),
        (Some(0), Language::Ja) => format!("{what}まで、残り24時間を切りました"),
        (Some(0), Language::En) => format!("{what} expires in less than a day"),
        (Some(1), Language::En) => format!("{what} expires in 1 day"),
        (Some(days), Language::Ja) => format!("{what}まで、あと{days}日です"),
        (Some(days), Language::En) => format!("{what} expires in {days} days"),
    }
}

/// How many business days are left, where that is not plain from the days.
fn business_days(warning: &Warning, language: Language) -> Option<String> {
    Some(match (warning.left?.business_days_apart()?, language) {
        (0, Language::Ja) => String::from("期限前の営業日は、残っていません。"),
        (0, Language::En) => String::from("No business day is left before it."),
        (1, Language::En) => String::from("1 business day is left before it."),
        (days, Language::Ja) => format!("期限前の営業日は、残り{days}日です。"),
        (days, Language::En) => format!("{days} business days are left before it."),
    })
}

fn change_password(left: Option<Left>, language: Language) -> &'static str {
    match (left, language) {
        (Some(_), Language::Ja) => "ログインして「パスワード変更」を押してください。",
        (Some(_), Language::En) => "Please log in and choose “Change password”.",
        (None, Language::Ja) => "次回のログイン時に、新しいパスワードへの変更が必要です。",
        (None, Language::En) => "The next login asks you for a new one.",
    }
}

fn who(identity: &IdentityView, service_name: &str, language: Language) -> String {
    let IdentityView { customer_name, user_id, holder_name, .. } = identity;
    let person = holder_name.as_ref().map_or_else(String::new, |name| format!(" {name}"));
    match language {
        Language::Ja => {
            format!("{service_name}\n{customer_name}{person} さま（ユーザID：{user_id}）")
        }
        Language::En => format!("{service_name}\n{customer_name}{person} (user ID: {user_id})"),
    }
}

/// What the provider's help desk is called: as the backend says, or else the connection profile.
fn help_desk(profile: &ProfileView, language: Language) -> Option<&str> {
    said(&profile.provider.contact.name, language)
        .or_else(|| Some(profile.support.name.trim()).filter(|name| !name.is_empty()))
}

/// A text in the language of the app; none if it says nothing.
fn said(text: &LocalizedText, language: Language) -> Option<&str> {
    let text = match language {
        Language::Ja => &text.ja,
        Language::En => &text.en,
    };
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn next(warning: &Warning, help_desk: Option<&str>, language: Language) -> String {
    let stored = warning.identity.renewal == Some(RenewalState::Stored);
    let text = match (warning.left, stored, language) {
        (None, true, Language::Ja) => {
            "新しい電子証明書は保存されています。「更新を完了する」を押してください。"
        }
        (None, true, Language::En) => {
            "The new certificate is already stored. Please choose “Finish the renewal”."
        }
        (None, false, Language::Ja) => {
            return format!(
                "ログインできません。再発行のお手続きが必要です。\n\
                 ＜担当者さまの場合＞貴社の管理責任者さま、またはWEB管理担当者さまへご依頼ください。\n\
                 ＜管理責任者さまの場合＞{}へお申し込みください。",
                help_desk.unwrap_or("サービスの窓口")
            );
        }
        (None, false, Language::En) => {
            return format!(
                "You can no longer log in; a reissue is needed. Ask the primary administrator or a user \
                 administrator at your company; as the primary administrator, {}.",
                help_desk.unwrap_or("the service’s help desk")
            );
        }
        (Some(_), true, Language::Ja) => {
            "更新が完了していません。「更新を完了する」を押してください。"
        }
        (Some(_), true, Language::En) => {
            "The renewal is not finished. Please choose “Finish the renewal”."
        }
        (Some(_), false, Language::Ja) => {
            "ログインして「証明書更新」を押してください。期限を過ぎるとログインできなくなります。"
        }
        (Some(_), false, Language::En) => {
            "Please log in and choose “Renew certificate”. After the expiry you cannot log in."
        }
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use warifu_client::view::{ProviderView, Standing};
    use warifu_protocol::{Protection, ProviderContact, SupportContact};

    use super::*;

    fn warning(expiring: Expiring, left: Option<Left>, renewal: Option<RenewalState>) -> Warning {
        let identity = IdentityView {
            id: 7,
            profile_id: 1,
            service_name: String::from("サンプル電子債権サービス"),
            customer_number: "10000001".parse().unwrap(),
            customer_name: String::from("株式会社サンプル商事"),
            user_id: "tanto01".parse().unwrap(),
            holder_name: None,
            protection: Protection::Software,
            certificate: None,
            standing: Standing::RenewSoon { days_left: left.map_or(0, |left| left.days) },
            renewal,
            last_used: false,
            password: None,
        };
        Warning { identity, expiring, left }
    }

    fn left(days: u32, business_days: u32) -> Option<Left> {
        Some(Left { days, business_days })
    }

    #[test]
    fn says_how_long_is_left_in_the_language_of_the_app() {
        use Expiring::{Certificate, Password};
        let table = [
            (Certificate, left(28, 19), "あと28日です", "in 28 days"),
            (Certificate, left(5, 3), "あと5日です", "in 5 days"),
            (Certificate, left(1, 1), "あと1日です", "in 1 day"),
            (Certificate, left(0, 0), "残り24時間を切りました", "less than a day"),
            (Certificate, None, "有効期限が切れました", "has expired"),
            (
                Password,
                left(10, 7),
                "パスワードの有効期限まで、あと10日です",
                "Your password expires in 10 days",
            ),
            (Password, None, "パスワードの有効期限が切れました", "Your password has expired"),
        ];
        for (expiring, left, japanese, english) in table {
            let warning = warning(expiring, left, None);
            let [ja, en] = [Language::Ja, Language::En].map(|l| Text::of(&warning, None, l));
            assert!(ja.title.ends_with(japanese), "{}", ja.title);
            assert!(en.title.ends_with(english), "{}", en.title);
            assert!(
                ja.body.contains("株式会社サンプル商事 さま（ユーザID：tanto01）"),
                "{}",
                ja.body
            );
            assert!(en.body.contains("株式会社サンプル商事 (user ID: tanto01)"), "{}", en.body);
        }
    }

    #[test]
    fn calls_people_by_their_names_where_they_are_known() {
        let mut warning = warning(Expiring::Certificate, left(7, 5), None);
        for name in ["佐藤 花子", "髙🈁が\u{3099}"] {
            warning.identity.holder_name = Some(name.parse().unwrap());
            let [ja, en] = [Language::Ja, Language::En].map(|l| Text::of(&warning, None, l).body);
            let known = warning.identity.holder_name.as_ref().unwrap();
            let whole = format!("株式会社サンプル商事 {known} さま（ユーザID：tanto01）");
            assert!(ja.contains(&whole), "{ja}");
            assert!(en.contains(&format!("{known} (user ID: tanto01)")), "{en}");
        }
    }

    #[test]
    fn counts_in_business_days_too_where_that_says_more() {
        let table = [
            (left(28, 19), None, None),
            (left(3, 3), None, None),
            (left(5, 3), Some("残り3日です"), Some("3 business days are left")),
            (left(6, 1), Some("残り1日です"), Some("1 business day is left")),
            (left(3, 0), Some("残っていません"), Some("No business day is left")),
            (None, None, None),
        ];
        for (left, japanese, english) in table {
            let warning = warning(Expiring::Certificate, left, None);
            for (language, expected) in [(Language::Ja, japanese), (Language::En, english)] {
                let body = Text::of(&warning, None, language).body;
                let said = body.contains("期限前の営業日") || body.contains("business day");
                assert_eq!(said, expected.is_some(), "{body}");
                assert!(expected.is_none_or(|expected| body.contains(expected)), "{body}");
            }
        }
    }

    #[test]
    fn says_what_to_do() {
        use Expiring::{Certificate, Password};
        let week = left(7, 5);
        let table = [
            (Certificate, week, None, "「証明書更新」", "“Renew certificate”"),
            (
                Certificate,
                week,
                Some(RenewalState::KeyReady),
                "「証明書更新」",
                "“Renew certificate”",
            ),
            (
                Certificate,
                week,
                Some(RenewalState::Stored),
                "「更新を完了する」",
                "“Finish the renewal”",
            ),
            (Certificate, None, None, "再発行", "reissue"),
            (
                Certificate,
                None,
                Some(RenewalState::Stored),
                "「更新を完了する」",
                "“Finish the renewal”",
            ),
            (Password, week, None, "「パスワード変更」", "“Change password”"),
            (Password, None, None, "次回のログイン時", "next login"),
        ];
        for (expiring, left, renewal, japanese, english) in table {
            let warning = warning(expiring, left, renewal);
            let [ja, en] = [Language::Ja, Language::En].map(|l| Text::of(&warning, None, l));
            assert!(ja.body.contains(japanese), "{}", ja.body);
            assert!(en.body.contains(english), "{}", en.body);
        }
    }

    fn both(ja: &str, en: &str) -> LocalizedText {
        LocalizedText { ja: ja.to_owned(), en: en.to_owned() }
    }

    fn profile(name: &str, provider: ProviderView) -> ProfileView {
        ProfileView {
            id: 1,
            service_name: String::from("サンプル電子債権サービス"),
            host: String::from("service.sample.example"),
            support: SupportContact { name: name.to_owned(), ..SupportContact::default() },
            provider,
            policy: None,
            app_code: None,
            update: None,
        }
    }

    #[test]
    fn names_the_provider_in_the_language_of_the_app() {
        let (service, desk) = ("サンプル電子債権サービス", "サンプルお問い合わせ窓口");
        let heard = ProviderView {
            service_name: both(service, "Sample Recorded Claims"),
            contact: ProviderContact {
                name: both(desk, "Sample Help Desk"),
                ..ProviderContact::default()
            },
            ..ProviderView::default()
        };
        let silent = ProviderView::default;
        let table = [
            (
                profile("古い窓口", heard),
                [service, "Sample Recorded Claims"],
                [desk, "Sample Help Desk"],
            ),
            // An older backend leaves what the connection profile says, in whatever language.
            (profile(desk, silent()), [service; 2], [desk; 2]),
            (profile(" ", silent()), [service; 2], ["サービスの窓口", "the service’s help desk"]),
        ];
        let warning = warning(Expiring::Certificate, None, None);
        for (profile, services, desks) in table {
            let text = |language| Text::of(&warning, Some(&profile), language).body;
            let [ja, en] = [Language::Ja, Language::En].map(text);
            assert!(ja.starts_with(&format!("{}\n", services[0])), "{ja}");
            assert!(en.starts_with(&format!("{}\n", services[1])), "{en}");
            assert!(ja.ends_with(&format!("＞{}へお申し込みください。", desks[0])), "{ja}");
            assert!(en.ends_with(&format!("administrator, {}.", desks[1])), "{en}");
        }
    }

    #[test]
    fn looks_by_the_calendar_whatever_the_clock_does() {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let minutes = |count: u64| Duration::from_secs(count * 60);
        let table = [
            (None, start, true),
            (Some(start), start, false),
            (Some(start), start + minutes(14), false),
            (Some(start), start + minutes(15), true),
            // Asleep for a weekend, or the clock set ahead.
            (Some(start), start + minutes(3000), true),
            // Set back.
            (Some(start), start - minutes(1), true),
        ];
        for (last, now, due) in table {
            assert_eq!(is_due(last, now), due, "{last:?} {now:?}");
        }
    }
}
