//! The holidays of Japan, by the Act on National Holidays (国民の祝日に関する法律, Act No. 178 of 1948) as
//! it has been since 2007, and by the special acts for 2019 to 2021.
//!
//! They are computed and not listed, because a certificate that is issued today expires after the last
//! year for which the Cabinet Office has published its list (国民の祝日について, each February for the
//! year after). `holidays/tests.rs` holds the rules against that list, day by day.

use jiff::civil::{Date, Weekday, date};

/// The first year of the rules as they are here: since then 4 May has a name, and a substitute passes
/// over the holidays that follow.
const FIRST: i16 = 2007;

/// The last year for which the days of the equinoxes are reckoned as they are here.
const LAST: i16 = 2099;

/// The last year for which the Cabinet Office's list is known here.
pub const ANNOUNCED_UNTIL: i16 = 2027;

/// The first year for which it is not.
const EXPECTED: i16 = ANNOUNCED_UNTIL + 1;

/// Where what is known of a year's holidays is from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Source {
    /// The Cabinet Office has published them.
    Announced,
    /// They are what the Act says today. The two equinoxes are fixed, and a special act may come, in
    /// the year before.
    Act,
    /// Nothing is known: only Saturdays, Sundays and the turn of the year are no business days.
    Nothing,
}

/// Where what is known of a year's holidays is from.
#[must_use]
pub fn source(year: i16) -> Source {
    match year {
        FIRST..=ANNOUNCED_UNTIL => Source::Announced,
        EXPECTED..=LAST => Source::Act,
        _ => Source::Nothing,
    }
}

/// What a holiday is called; none if the day is none, or nothing is known of its year.
#[must_use]
pub fn holiday(day: Date) -> Option<&'static str> {
    if source(day.year()) == Source::Nothing {
        return None;
    }
    // Article 2, then article 3 (2) and (3).
    named(day).or_else(|| (is_substitute(day) || is_between(day)).then_some(REST))
}

/// What the Cabinet Office calls both kinds of days of article 3.
const REST: &str = "休日";

/// Article 3 (2): after a holiday on a Sunday, the next day that is none.
fn is_substitute(day: Date) -> bool {
    let mut before = day.yesterday();
    while let Ok(holiday) = before
        && named(holiday).is_some()
    {
        if holiday.weekday() == Weekday::Sunday {
            return true;
        }
        before = holiday.yesterday();
    }
    false
}

/// Article 3 (3): a day between two holidays.
fn is_between(day: Date) -> bool {
    let is_holiday = |day: Result<Date, _>| day.is_ok_and(|day| named(day).is_some());
    is_holiday(day.yesterday()) && is_holiday(day.tomorrow())
}

/// Article 2, and the special acts for single years.
fn named(day: Date) -> Option<&'static str> {
    let (year, month) = (day.year(), day.month());
    if let Some(special) = special(day) {
        return Some(special);
    }
    // The special acts took these away where they moved them to another day.
    let stays = !matches!(year, 2020 | 2021);
    let monday = |nth: i8| day.weekday() == Weekday::Monday && (day.day() - 1) / 7 + 1 == nth;
    Some(match (month, day.day()) {
        (1, 1) => "元日",
        (1, _) if monday(2) => "成人の日",
        (2, 11) => "建国記念の日",
        (2, 23) if year >= 2020 => "天皇誕生日",
        (3, it) if it == equinox(year, 20_843_100) => "春分の日",
        (4, 29) => "昭和の日",
        (5, 3) => "憲法記念日",
        (5, 4) => "みどりの日",
        (5, 5) => "こどもの日",
        (7, _) if monday(3) && stays => "海の日",
        (8, 11) if year >= 2016 && stays => "山の日",
        (9, _) if monday(3) => "敬老の日",
        (9, it) if it == equinox(year, 23_248_800) => "秋分の日",
        (10, _) if monday(2) && stays => sports_day(year),
        (11, 3) => "文化の日",
        (11, 23) => "勤労感謝の日",
        (12, 23) if year <= 2018 => "天皇誕生日",
        _ => return None,
    })
}

/// The days of one year alone: the accession in 2019 (Act No. 99 of 2018), the Games of 2020 (Act No. 55
/// of 2018) and of 2021, a year late (Act No. 68 of 2020).
fn special(day: Date) -> Option<&'static str> {
    const DAYS: [(Date, &str); 8] = [
        (date(2019, 5, 1), "即位の日"),
        (date(2019, 10, 22), "即位礼正殿の儀"),
        (date(2020, 7, 23), "海の日"),
        (date(2020, 7, 24), "スポーツの日"),
        (date(2020, 8, 10), "山の日"),
        (date(2021, 7, 22), "海の日"),
        (date(2021, 7, 23), "スポーツの日"),
        (date(2021, 8, 8), "山の日"),
    ];
    DAYS.iter().find(|(special, _)| *special == day).map(|(_, name)| *name)
}

fn sports_day(year: i16) -> &'static str {
    if year < 2020 { "体育の日" } else { "スポーツの日" }
}

/// The day of an equinox in Japan, from the one of 1980 in millionths of a day: the sun comes back after
/// 365.242194 days. Good from 1980 to 2099; the observatory's own reckoning decides the year before.
fn equinox(year: i16, of_1980: i32) -> i8 {
    let years = i32::from(year) - 1980;
    let day = (of_1980 + 242_194 * years) / 1_000_000 - years / 4;
    i8::try_from(day).unwrap_or_default()
}

#[cfg(test)]
mod tests;
