//! An expiry as a calendar file (RFC 5545), which any calendar program opens.
//!
//! It holds the expiry and, so that the reminder finds its reader at work, the last business day before
//! it. Taken in twice, it stands there once: what names an entry is the certificate.

use std::{fmt::Write as _, sync::Arc};

use jiff::{civil::Date, tz};
use warifu_calendar::{Source, business_day_before, day_in_japan, opening, source};
use warifu_protocol::{ErrorCode, Timestamp};

use crate::{
    Failure,
    context::Context,
    model::{settings::Language, warning::Expiring},
    view::{CalendarFile, IdentityView},
};

/// Most bytes of a line, without its end (RFC 5545 §3.1).
const LINE: usize = 75;

/// Makes it, in the language of the app.
///
/// # Errors
///
/// `key-missing` if there is no such certificate, or nothing is known of the password; the database's.
pub(crate) async fn calendar(
    context: &Arc<Context>,
    identity_id: i64,
    expiring: Expiring,
) -> Result<CalendarFile, Failure> {
    let now = context.now();
    context
        .blocking(move |context| {
            let stored = context.database.identity(identity_id)?;
            let profiles = context.database.profiles()?;
            let profile = profiles.iter().find(|profile| profile.id == stored.profile_id);
            let profile = profile.ok_or_else(|| Failure::new(ErrorCode::ProfileMissing))?;
            let language = context.overrule(context.database.settings()?).language;
            let identity = IdentityView::of(&stored, profile, now, false);
            let entry = Entry::of(&identity, expiring, language, now);
            entry.map(|entry| entry.file()).ok_or_else(|| Failure::new(ErrorCode::KeyMissing))
        })
        .await
}

/// What the file says.
struct Entry<'a> {
    /// Names the expiry among all calendars' entries.
    name: String,
    identity: &'a IdentityView,
    expiring: Expiring,
    end: Timestamp,
    language: Language,
    now: Timestamp,
}

impl<'a> Entry<'a> {
    fn of(
        identity: &'a IdentityView,
        expiring: Expiring,
        language: Language,
        now: Timestamp,
    ) -> Option<Self> {
        let certificate = identity.certificate.as_ref()?;
        let (kind, end) = match expiring {
            Expiring::Certificate => ("certificate", certificate.not_after),
            Expiring::Password => ("password", identity.password?.expires_at),
        };
        let name = format!("{kind}-{}", certificate.thumbprint);
        Some(Self { name, identity, expiring, end, language, now })
    }

    fn file(&self) -> CalendarFile {
        let mut lines = Lines::default();
        lines.add("BEGIN:VCALENDAR");
        lines.add("VERSION:2.0");
        lines.add("PRODID:-//Warifu//Warifu//JA");
        lines.add("CALSCALE:GREGORIAN");
        lines.add("METHOD:PUBLISH");
        let what = self.what();
        self.event(&mut lines, "expiry", self.end, None, &what, "-P7D");
        let last = business_day_before(day_in_japan(self.end), 1);
        if opening(last) > self.now {
            let summary = match self.language {
                Language::Ja => format!("{what}：期限前の最終営業日です"),
                Language::En => format!("{what}: the last business day before it"),
            };
            let at = opening(last);
            self.event(&mut lines, "last-business-day", at, Some("PT30M"), &summary, "PT0S");
        }
        lines.add("END:VCALENDAR");
        let day = day_in_japan(self.end).strftime("%Y%m%d");
        let name = match (self.expiring, self.language) {
            (Expiring::Certificate, Language::Ja) => format!("電子証明書の有効期限_{day}.ics"),
            (Expiring::Certificate, Language::En) => format!("certificate-expiry_{day}.ics"),
            (Expiring::Password, Language::Ja) => format!("パスワードの有効期限_{day}.ics"),
            (Expiring::Password, Language::En) => format!("password-expiry_{day}.ics"),
        };
        CalendarFile { name, content: lines.0.into_bytes() }
    }

    fn event(
        &self,
        lines: &mut Lines,
        kind: &str,
        at: Timestamp,
        duration: Option<&str>,
        summary: &str,
        alarm: &str,
    ) {
        lines.add("BEGIN:VEVENT");
        lines.add(&format!("UID:{}-{kind}@warifu.app", self.name));
        lines.add(&format!("DTSTAMP:{}", utc(self.now)));
        lines.add(&format!("DTSTART:{}", utc(at)));
        if let Some(duration) = duration {
            lines.add(&format!("DURATION:{duration}"));
        }
        lines.add(&format!("SUMMARY:{}", escaped(summary)));
        lines.add(&format!("DESCRIPTION:{}", escaped(&self.description())));
        lines.add("CLASS:PRIVATE");
        lines.add("TRANSP:TRANSPARENT");
        lines.add("BEGIN:VALARM");
        lines.add("ACTION:DISPLAY");
        lines.add(&format!("DESCRIPTION:{}", escaped(summary)));
        lines.add(&format!("TRIGGER:{alarm}"));
        lines.add("END:VALARM");
        lines.add("END:VEVENT");
    }

    fn what(&self) -> String {
        let service = &self.identity.service_name;
        match (self.expiring, self.language) {
            (Expiring::Certificate, Language::Ja) => format!("電子証明書の有効期限（{service}）"),
            (Expiring::Certificate, Language::En) => {
                format!("Expiry of the certificate ({service})")
            }
            (Expiring::Password, Language::Ja) => format!("パスワードの有効期限（{service}）"),
            (Expiring::Password, Language::En) => format!("Expiry of the password ({service})"),
        }
    }

    fn description(&self) -> String {
        let IdentityView { customer_name, user_id, holder_name, .. } = self.identity;
        let person = holder_name.as_ref().map_or_else(String::new, |name| format!(" {name}"));
        let end = tz::Offset::constant(9)
            .to_datetime(jiff::Timestamp::from_second(self.end).unwrap_or_default());
        let mut text = match self.language {
            Language::Ja => format!(
                "{customer_name}{person} さま（ユーザID：{user_id}）\n有効期限：{}（日本時間）\n",
                end.strftime("%Y年%-m月%-d日 %H:%M")
            ),
            Language::En => format!(
                "{customer_name}{person} (user ID: {user_id})\nExpires: {} (Japan time)\n",
                end.strftime("%-d %B %Y, %H:%M")
            ),
        };
        text.push_str(match (self.expiring, self.language) {
            (Expiring::Certificate, Language::Ja) => {
                "Warifuを起動してログインし、メインメニューの「証明書更新」を押してください。\
                 有効期限を過ぎると、電子証明書の再発行が必要です。"
            }
            (Expiring::Certificate, Language::En) => {
                "Start Warifu, log in, and choose “Renew certificate” in the main menu. After the expiry, \
                 the certificate has to be reissued."
            }
            (Expiring::Password, Language::Ja) => {
                "Warifuを起動してログインし、メインメニューの「パスワード変更」を押してください。\
                 有効期限を過ぎると、次回のログイン時に変更が必要です。"
            }
            (Expiring::Password, Language::En) => {
                "Start Warifu, log in, and choose “Change password” in the main menu. After the expiry, \
                 the next login asks for a new one."
            }
        });
        if let Some(note) = uncertain(day_in_japan(self.end), self.language) {
            let _ = write!(text, "\n{note}");
        }
        text
    }
}

/// What is to be said where the holidays of a year are not known.
fn uncertain(end: Date, language: Language) -> Option<String> {
    let year = end.year();
    Some(match (source(year), language) {
        (Source::Announced, _) => return None,
        (Source::Act, Language::Ja) => format!(
            "{year}年の祝日は、このアプリの作成時に公表されていません。営業日は、現行の法律による見込みです。"
        ),
        (Source::Act, Language::En) => format!(
            "The holidays of {year} were not announced when this app was made. The business days are \
             those expected under the present law."
        ),
        (Source::Nothing, Language::Ja) => {
            format!("{year}年の祝日が不明なため、営業日に祝日は含まれていません。")
        }
        (Source::Nothing, Language::En) => {
            format!("The holidays of {year} are not known, and count as business days here.")
        }
    })
}

/// RFC 5545 §3.3.5, form 2.
fn utc(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_second(at).unwrap_or_default();
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// RFC 5545 §3.3.11; without what is no text.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => escaped.extend(['\\', letter]),
            '\n' => escaped.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// Lines that end and are folded as RFC 5545 §3.1 wants it.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn add(&mut self, line: &str) {
        let mut used = 0;
        for letter in line.chars() {
            if used + letter.len_utf8() > LINE {
                self.0.push_str("\r\n ");
                used = 1;
            }
            self.0.push(letter);
            used += letter.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use warifu_protocol::Protection;

    use super::*;
    use crate::{
        model::warning::Left,
        view::{CertificateView, PasswordView, Standing},
    };

    const DAY: i64 = 86_400;

    /// Thursday, 7 May 2026, 10:30 in Japan: after Golden Week.
    const END: Timestamp = 1_778_117_400;

    fn identity(customer_name: &str) -> IdentityView {
        IdentityView {
            id: 7,
            profile_id: 1,
            service_name: String::from("サンプル電子債権サービス"),
            customer_number: "10000001".parse().unwrap(),
            customer_name: customer_name.to_owned(),
            user_id: "tanto01".parse().unwrap(),
            holder_name: None,
            protection: Protection::Software,
            certificate: Some(CertificateView {
                thumbprint: "ab".repeat(32).parse().unwrap(),
                serial: String::new(),
                issuer: String::new(),
                not_before: END - 365 * DAY,
                not_after: END,
            }),
            standing: Standing::Usable { days_left: 20 },
            renewal: None,
            last_used: false,
            password: Some(PasswordView {
                expires_at: END + DAY,
                left: Some(Left { days: 21, business_days: 10 }),
                notice: false,
            }),
        }
    }

    fn file(
        customer: &str,
        expiring: Expiring,
        language: Language,
        now: Timestamp,
    ) -> CalendarFile {
        Entry::of(&identity(customer), expiring, language, now).unwrap().file()
    }

    /// The lines as a calendar program reads them.
    fn unfolded(file: &CalendarFile) -> Vec<String> {
        let text = String::from_utf8(file.content.clone()).unwrap();
        assert!(text.ends_with("\r\n"));
        for line in text.split("\r\n") {
            assert!(line.len() <= LINE, "{line}");
            assert!(!line.contains(['\r', '\n']), "{line:?}");
        }
        text.replace("\r\n ", "").lines().map(str::to_owned).collect()
    }

    fn value<'a>(lines: &'a [String], name: &str) -> Vec<&'a str> {
        lines.iter().filter_map(|line| line.strip_prefix(name)?.strip_prefix(':')).collect()
    }

    #[test]
    fn a_calendar_reads_the_expiry_and_the_last_business_day_before_it() {
        let file =
            file("株式会社サンプル商事", Expiring::Certificate, Language::Ja, END - 20 * DAY);
        assert_eq!(file.name, "電子証明書の有効期限_20260507.ics");
        let lines = unfolded(&file);
        assert_eq!((lines[0].as_str(), lines[1].as_str()), ("BEGIN:VCALENDAR", "VERSION:2.0"));
        assert_eq!(value(&lines, "BEGIN"), ["VCALENDAR", "VEVENT", "VALARM", "VEVENT", "VALARM"]);
        assert_eq!(value(&lines, "END"), ["VALARM", "VEVENT", "VALARM", "VEVENT", "VCALENDAR"]);
        // The Friday before the holidays, as offices open.
        assert_eq!(value(&lines, "DTSTART"), ["20260507T013000Z", "20260501T000000Z"]);
        assert_eq!(value(&lines, "TRIGGER"), ["-P7D", "PT0S"]);
        assert_eq!(
            value(&lines, "SUMMARY"),
            [
                "電子証明書の有効期限（サンプル電子債権サービス）",
                "電子証明書の有効期限（サンプル電子債権サービス）：期限前の最終営業日です"
            ]
        );
        let text = value(&lines, "DESCRIPTION")[0];
        assert!(text.contains("有効期限：2026年5月7日 10:30（日本時間）"), "{text}");
        assert!(text.contains("（ユーザID：tanto01）\\n"), "{text}");
        assert!(!text.contains("10000001") && !text.contains("見込み"), "{text}");
        let names = value(&lines, "UID");
        assert!(names[0] != names[1] && names[0].starts_with("certificate-abab"), "{names:?}");
    }

    #[test]
    fn the_last_business_day_is_left_out_once_it_has_begun() {
        let file = file("A", Expiring::Password, Language::En, END + DAY - 60);
        assert_eq!(file.name, "password-expiry_20260508.ics");
        let lines = unfolded(&file);
        assert_eq!(value(&lines, "DTSTART"), ["20260508T013000Z"]);
        assert_eq!(value(&lines, "SUMMARY"), ["Expiry of the password (サンプル電子債権サービス)"]);
    }

    #[test]
    fn what_is_not_known_has_no_file_and_an_unannounced_year_is_named() {
        let mut unknown = identity("A");
        unknown.password = None;
        let (expiring, language) = (Expiring::Password, Language::Ja);
        assert!(Entry::of(&unknown, expiring, language, END).is_none());
        unknown.certificate = None;
        assert!(Entry::of(&unknown, Expiring::Certificate, language, END).is_none());
        for (year, japanese, english) in [
            (2031, "現行の法律による見込みです", "under the present law"),
            (2100, "祝日が不明なため", "are not known"),
        ] {
            let day = jiff::civil::date(year, 1, 6);
            assert!(uncertain(day, Language::Ja).unwrap().contains(japanese));
            assert!(uncertain(day, Language::En).unwrap().contains(english));
        }
    }

    proptest! {
        /// Whatever stands in a name stays one value of one line, and is read as it was written.
        #[test]
        fn no_name_breaks_the_file(name in "\\PC*|[\\\\;,\n\r\u{202e}\u{0}a-c髙🈁が]{0,120}") {
            let file = file(&name, Expiring::Certificate, Language::Ja, END - DAY);
            let lines = unfolded(&file);
            prop_assert_eq!(value(&lines, "DESCRIPTION").len(), 2);
            let text = value(&lines, "DESCRIPTION")[0];
            let mut read = String::new();
            let mut letters = text.chars();
            while let Some(letter) = letters.next() {
                read.push(match letter {
                    '\\' => match letters.next().unwrap() {
                        'n' => '\n',
                        escaped => escaped,
                    },
                    letter => letter,
                });
            }
            let kept: String =
                name.chars().filter(|letter| *letter == '\n' || !letter.is_control()).collect();
            let whole = format!("{kept} さま（ユーザID：tanto01）\n");
            prop_assert!(read.starts_with(&whole), "{}", read);
        }
    }
}
