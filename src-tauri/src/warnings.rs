//! Desktop notifications before a certificate expires (SPEC H1). Which are due, the client knows; it
//! tells each once.

use std::time::{Duration, SystemTime};

use tauri::{AppHandle, Manager as _};
use tauri_plugin_notification::NotificationExt as _;
use warifu_client::{
    Failure,
    view::{IdentityView, Language, Overview, RenewalState, Standing, Target, Threshold, Warning},
};

use crate::{
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
            tracing::warn!(%failure, "could not warn about certificates");
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
    let language = client.settings().await?.language;
    for warning in warnings {
        let text = Text::of(&warning, help_desk(&warning.identity, &overview), language);
        let shown = app
            .notification()
            .builder()
            .title(text.title)
            .body(text.body)
            .extra(TARGET, Choice::Show(Target::from(&warning.identity)).id())
            .show();
        if let Err(error) = shown {
            tracing::warn!(%error, "a notification could not be shown; the tray shows the same");
        }
    }
    Ok(())
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
    fn of(warning: &Warning, help_desk: Option<&str>, language: Language) -> Self {
        let identity = &warning.identity;
        let title = match (left(warning), language) {
            (None, Language::Ja) => String::from("電子証明書の有効期限が切れました"),
            (None, Language::En) => String::from("Your certificate has expired"),
            (Some(0), Language::Ja) => {
                String::from("電子証明書の有効期限まで、残り24時間を切りました")
            }
            (Some(0), Language::En) => String::from("Your certificate expires in less than a day"),
            (Some(1), Language::En) => String::from("Your certificate expires in 1 day"),
            (Some(days), Language::Ja) => format!("電子証明書の有効期限まで、あと{days}日です"),
            (Some(days), Language::En) => format!("Your certificate expires in {days} days"),
        };
        let next = next(warning, help_desk, language);
        Self { title, body: format!("{}\n{next}", who(identity, language)) }
    }
}

/// Whole days left; none after the expiry. After a sleep they are fewer than the threshold's.
fn left(warning: &Warning) -> Option<u32> {
    match (warning.threshold, warning.identity.standing) {
        (Threshold::Expired, _) => None,
        (
            Threshold::Days(_),
            Standing::Usable { days_left } | Standing::RenewSoon { days_left },
        ) => Some(days_left),
        (
            Threshold::Days(days),
            Standing::Incomplete
            | Standing::Expired
            | Standing::NotYetValid
            | Standing::Revoked
            | Standing::Superseded,
        ) => Some(days.into()),
    }
}

fn who(identity: &IdentityView, language: Language) -> String {
    let IdentityView { service_name, customer_name, user_id, .. } = identity;
    match language {
        Language::Ja => {
            format!("{service_name}\n{customer_name} さま（ユーザID：{user_id}）")
        }
        Language::En => format!("{service_name}\n{customer_name} (user ID: {user_id})"),
    }
}

/// What the provider's help desk is called.
fn help_desk<'a>(identity: &IdentityView, overview: &'a Overview) -> Option<&'a str> {
    let profile = overview.profiles.iter().find(|profile| profile.id == identity.profile_id)?;
    Some(profile.support.name.trim()).filter(|name| !name.is_empty())
}

fn next(warning: &Warning, help_desk: Option<&str>, language: Language) -> String {
    let stored = warning.identity.renewal == Some(RenewalState::Stored);
    let text = match (warning.threshold, stored, language) {
        (Threshold::Expired, true, Language::Ja) => {
            "新しい電子証明書は保存されています。「更新を完了する」を押してください。"
        }
        (Threshold::Expired, true, Language::En) => {
            "The new certificate is already stored. Please choose “Finish the renewal”."
        }
        (Threshold::Expired, false, Language::Ja) => {
            return format!(
                "ログインできません。再発行のお手続きが必要です。\n\
                 ＜担当者さまの場合＞貴社の管理責任者さま、またはWEB管理担当者さまへご依頼ください。\n\
                 ＜管理責任者さまの場合＞{}へお申し込みください。",
                help_desk.unwrap_or("サービスの窓口")
            );
        }
        (Threshold::Expired, false, Language::En) => {
            return format!(
                "You can no longer log in; a reissue is needed. Ask the primary administrator or a user \
                 administrator at your company; as the primary administrator, {}.",
                help_desk.unwrap_or("the service’s help desk")
            );
        }
        (Threshold::Days(_), true, Language::Ja) => {
            "更新が完了していません。「更新を完了する」を押してください。"
        }
        (Threshold::Days(_), true, Language::En) => {
            "The renewal is not finished. Please choose “Finish the renewal”."
        }
        (Threshold::Days(_), false, Language::Ja) => {
            "ログインして「証明書更新」を押してください。期限を過ぎるとログインできなくなります。"
        }
        (Threshold::Days(_), false, Language::En) => {
            "Please log in and choose “Renew certificate”. After the expiry you cannot log in."
        }
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use warifu_client::view::{ProfileView, ProviderView};
    use warifu_protocol::{Protection, SupportContact};

    use super::*;

    fn warning(threshold: Threshold, standing: Standing, renewal: Option<RenewalState>) -> Warning {
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
            standing,
            renewal,
            last_used: false,
        };
        Warning { identity, threshold }
    }

    #[test]
    fn says_how_long_is_left_in_the_language_of_the_app() {
        use Standing::{Expired, RenewSoon};
        let table = [
            (Threshold::Days(28), RenewSoon { days_left: 28 }, "あと28日です", "in 28 days"),
            // The PC slept from before the threshold until long after it.
            (Threshold::Days(7), RenewSoon { days_left: 5 }, "あと5日です", "in 5 days"),
            (Threshold::Days(1), RenewSoon { days_left: 1 }, "あと1日です", "in 1 day"),
            (
                Threshold::Days(1),
                RenewSoon { days_left: 0 },
                "残り24時間を切りました",
                "less than a day",
            ),
            (Threshold::Expired, Expired, "有効期限が切れました", "has expired"),
        ];
        for (threshold, standing, japanese, english) in table {
            let warning = warning(threshold, standing, None);
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
    fn says_what_to_do() {
        let table = [
            (Threshold::Days(7), None, "「証明書更新」", "“Renew certificate”"),
            (
                Threshold::Days(7),
                Some(RenewalState::KeyReady),
                "「証明書更新」",
                "“Renew certificate”",
            ),
            (
                Threshold::Days(7),
                Some(RenewalState::Stored),
                "「更新を完了する」",
                "“Finish the renewal”",
            ),
            (Threshold::Expired, None, "再発行", "reissue"),
            (
                Threshold::Expired,
                Some(RenewalState::Stored),
                "「更新を完了する」",
                "“Finish the renewal”",
            ),
        ];
        for (threshold, renewal, japanese, english) in table {
            let warning = warning(threshold, Standing::RenewSoon { days_left: 7 }, renewal);
            let [ja, en] = [Language::Ja, Language::En].map(|l| Text::of(&warning, None, l));
            assert!(ja.body.contains(japanese), "{}", ja.body);
            assert!(en.body.contains(english), "{}", en.body);
        }
    }

    #[test]
    fn names_the_help_desk_of_the_certificates_own_provider() {
        let profile = |id, name: &str| ProfileView {
            id,
            service_name: String::from("サンプル電子債権サービス"),
            host: String::from("service.sample.example"),
            support: SupportContact { name: name.to_owned(), ..SupportContact::default() },
            provider: ProviderView::default(),
            policy: None,
            update: None,
        };
        let warning = warning(Threshold::Expired, Standing::Expired, None);
        let own = warning.identity.profile_id;
        let table = [
            ("サンプルお問い合わせ窓口", "サンプルお問い合わせ窓口へ", "サンプルお問い合わせ窓口."),
            (" ", "サービスの窓口へ", "the service’s help desk."),
        ];
        for (name, japanese, english) in table {
            let profiles = vec![profile(own + 1, "ほかの窓口"), profile(own, name)];
            let overview = Overview { profiles, ..Overview::default() };
            let desk = help_desk(&warning.identity, &overview);
            let [ja, en] = [Language::Ja, Language::En].map(|l| Text::of(&warning, desk, l));
            assert!(ja.body.contains(japanese), "{}", ja.body);
            assert!(en.body.ends_with(english), "{}", en.body);
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
