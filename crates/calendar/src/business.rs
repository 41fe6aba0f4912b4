//! Business days: those on which a Japanese office works.

use jiff::civil::{Date, Weekday};

use crate::{days_before, holiday};

/// More days than ever follow one another of which none is a business day.
const LONGEST_REST: i64 = 31;

/// Whether offices work: neither on Saturdays, Sundays and holidays nor from 29 December to 3 January
/// (行政機関の休日に関する法律, Act No. 91 of 1988, article 1; banks close two days later).
#[must_use]
pub fn is_business_day(day: Date) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let turn_of_the_year = matches!((day.month(), day.day()), (12, 29..=31) | (1, 1..=3));
    !weekend && !turn_of_the_year && holiday(day).is_none()
}

/// The day itself if it is a business day, or else the last one before it.
#[must_use]
pub fn closest_business_day(day: Date) -> Date {
    (0..LONGEST_REST)
        .map(|back| days_before(day, back))
        .find(|day| is_business_day(*day))
        .unwrap_or(day)
}

/// The business day that is so many business days before a day (「3営業日前」); the day itself for none.
#[must_use]
pub fn business_day_before(day: Date, count: u16) -> Date {
    let mut found = day;
    for _ in 0..count {
        found = closest_business_day(days_before(found, 1));
    }
    found
}

/// How many business days are left for something that has to be done before the day of its end: today
/// counts, the day of the end does not.
#[must_use]
pub fn business_days_left(today: Date, end: Date) -> u32 {
    let mut count = 0;
    let mut day = today;
    while day < end {
        count += u32::from(is_business_day(day));
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    count
}
