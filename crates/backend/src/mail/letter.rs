//! What the letters say: Japanese first, then English. No link, no secret, and to customers no customer
//! number.

mod changed;
mod list;
mod own;
mod test;

use jiff::{Zoned, civil::Date, tz};
use warifu_calendar::{Source, business_days_left, day_in_japan, source};
use warifu_protocol::{LocalizedText, Provider, Timestamp};

pub(crate) use self::{
    changed::Changed,
    list::{List, Reader},
    own::{Own, What},
    test::test_letter,
};

const DAY: i64 = 86_400;

/// What every letter knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paper<'a> {
    /// Who writes.
    pub(crate) face: &'a Provider,
    pub(crate) now: Timestamp,
}

/// A subject and a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Words {
    pub(crate) subject: String,
    pub(crate) text: String,
}

impl Paper<'_> {
    /// Both languages in one text.
    fn words(&self, subject: &str, ja: &str, en: &str) -> Words {
        let subject = format!("【{}】{subject}", self.face.service_name.ja);
        let line = "-".repeat(40);
        Words { subject, text: format!("{ja}\n{line}\n\n{en}") }
    }

    /// What is left until an expiry.
    fn left(&self, end: Timestamp) -> Left {
        let (today, day) = (day_in_japan(self.now), day_in_japan(end));
        Left {
            days: (end - self.now + DAY - 1).div_euclid(DAY),
            business_days: business_days_left(today, day),
            end: day,
        }
    }

    /// Whom to ask: the provider, and its help desk if that has a name of its own.
    fn support(
        &self,
        language: fn(&LocalizedText) -> &str,
        (phone, email): (&str, &str),
        brackets: (&str, &str),
    ) -> String {
        let Provider { name, contact, .. } = self.face;
        let (provider, desk) = (language(name), language(&contact.name));
        let (open, close) = brackets;
        let hours = match language(&contact.hours) {
            "" => String::new(),
            hours => format!("{open}{hours}{close}"),
        };
        [
            ("", provider, ""),
            ("", if desk == provider { "" } else { desk }, ""),
            (phone, contact.phone.as_str(), hours.as_str()),
            (email, contact.email.as_str(), ""),
        ]
        .into_iter()
        .filter(|(_, value, _)| !value.is_empty())
        .map(|(label, value, more)| match label {
            "" => format!("  {value}\n"),
            label => format!("  {label} {value}{more}\n"),
        })
        .collect()
    }

    /// The last lines of a letter to a customer.
    fn end_ja(&self) -> String {
        format!(
            "【お問い合わせ】\n{}\n\
             本メールは自動でお送りしております。ご返信いただいてもお答えできませんので、ご了承ください。\n\
             本メールにリンクはございません。パスワードをメールでお尋ねすることもございません。\n",
            self.support(|text| &text.ja, ("電話", "メール"), ("（", "）"))
        )
    }

    fn end_en(&self) -> String {
        format!(
            "Support\n{}\n\
             This message was sent automatically; replies are not read. It contains no link, and we \
             never ask for\npasswords by e-mail.\n",
            self.support(|text| &text.en, ("Telephone", "E-mail"), (" (", ")"))
        )
    }
}

/// What is left until an expiry.
#[derive(Clone, Copy, Debug)]
struct Left {
    /// The one that has begun included: at 28 times 24 hours it is 28.
    days: i64,
    /// Before the day of the expiry, today included.
    business_days: u32,
    end: Date,
}

impl Left {
    /// 「28日」, and the business days where they say more.
    fn ja(self) -> String {
        match self.business_days {
            same if i64::from(same) == self.days => format!("{}日", self.days),
            0 => format!("{}日（期限前の営業日はありません）", self.days),
            business => format!("{}日（期限前の営業日は{business}日）", self.days),
        }
    }

    fn en(self) -> String {
        let days =
            if self.days == 1 { String::from("1 day") } else { format!("{} days", self.days) };
        match self.business_days {
            same if i64::from(same) == self.days => days,
            0 => format!("{days} (no business day before it)"),
            1 => format!("{days} (1 business day before it)"),
            business => format!("{days} ({business} business days before it)"),
        }
    }

    /// What is to be said where the holidays of a year are not known; empty where they are.
    fn note_ja(self) -> String {
        let year = self.end.year();
        match source(year) {
            Source::Announced => String::new(),
            Source::Act => format!(
                "※{year}年の祝日は公表されていないため、営業日は現行の法律による見込みです。\n"
            ),
            Source::Nothing => {
                format!("※{year}年の祝日が不明なため、営業日の計算に祝日は含まれていません。\n")
            }
        }
    }

    fn note_en(self) -> String {
        let year = self.end.year();
        match source(year) {
            Source::Announced => String::new(),
            Source::Act => format!(
                "The holidays of {year} are not announced yet; the business days follow the present law.\n"
            ),
            Source::Nothing => {
                format!("The holidays of {year} are not known and count as business days here.\n")
            }
        }
    }
}

/// In Japan, which has no daylight saving time.
fn in_japan(at: Timestamp) -> Zoned {
    let tokyo = tz::TimeZone::fixed(tz::offset(9));
    jiff::Timestamp::from_second(at).unwrap_or_default().to_zoned(tokyo)
}

/// 2026年11月23日 10:05
fn minute_ja(at: Timestamp) -> String {
    in_japan(at).strftime("%Y年%-m月%-d日 %H:%M").to_string()
}

/// 23 November 2026, 10:05
fn minute_en(at: Timestamp) -> String {
    in_japan(at).strftime("%-d %B %Y, %H:%M").to_string()
}

#[cfg(test)]
mod tests;
