//! The business days of Japan, and on which of them an expiry is warned of.
//!
//! App and backend warn of the same expiry, and must do so on the same days; so both ask here. Nothing
//! here knows a clock, a certificate or a letter.
//!
//! What Japan counts by is Japan's time, which has no daylight saving time.

mod business;
mod holidays;
mod schedule;

pub use self::{
    business::{business_day_before, business_days_left, closest_business_day, is_business_day},
    holidays::{ANNOUNCED_UNTIL, Source, holiday, source},
    schedule::{Schedule, opening},
};

use jiff::{Timestamp, civil::Date, tz};

/// Seconds.
pub const DAY: i64 = 86_400;

/// Japan's offset from UTC, in hours.
const OFFSET: i8 = 9;

/// The day in Japan at a moment, given in seconds since 1970 as elsewhere in Warifu. A moment that no
/// calendar has is the nearest one that it has.
#[must_use]
pub fn day_in_japan(at: i64) -> Date {
    let nearest = if at < 0 { Timestamp::MIN } else { Timestamp::MAX };
    let at = Timestamp::from_second(at).unwrap_or(nearest);
    tz::Offset::constant(OFFSET).to_datetime(at).date()
}

/// When a day begins in Japan, in seconds since 1970.
#[must_use]
pub fn midnight_in_japan(day: Date) -> i64 {
    let midnight = day.at(0, 0, 0, 0);
    let at = tz::Offset::constant(OFFSET).to_timestamp(midnight);
    at.map_or_else(|_| if day.year() < 1970 { i64::MIN } else { i64::MAX }, Timestamp::as_second)
}

/// The day so many days before another; the first or the last there is where there is none.
fn days_before(day: Date, days: i64) -> Date {
    day.saturating_sub(jiff::Span::new().days(days.clamp(-7_304_484, 7_304_484)))
}
