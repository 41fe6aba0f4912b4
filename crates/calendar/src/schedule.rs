//! When an expiry is warned of (SPEC H, Q).

use jiff::civil::Date;

use crate::{
    DAY, business_day_before, closest_business_day, day_in_japan, days_before, midnight_in_japan,
};

/// When offices open in Japan: a warning that comes before it lies under the night's other mail.
const OPENING: i64 = 9 * 3_600;

/// On which days an expiry is warned of.
///
/// Each warning comes on a business day, as offices open: a number of calendar days that leads to another
/// day leads on to the business day before it. So the last one always finds somebody at work. None comes
/// before what it asks for can be done.
#[derive(Clone, Copy, Debug)]
pub struct Schedule<'a> {
    /// Days before the expiry.
    pub days: &'a [u16],
    /// Business days before the day of the expiry.
    pub business_days: &'a [u16],
    /// Days before the expiry from which something can be done about it.
    pub lead: u16,
}

/// A day on which an expiry is warned of, by what is known of the day of the expiry.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Planned {
    distance: u16,
    /// Not earlier before the expiry than so many days.
    earliest: u16,
}

/// When offices open on a day, in seconds since 1970.
#[must_use]
pub fn opening(day: Date) -> i64 {
    midnight_in_japan(day).saturating_add(OPENING)
}

impl Schedule<'_> {
    /// The first day from which something can be done, and those of `days` that are nearer.
    #[must_use]
    pub fn from_lead(days: &[u16], lead: u16) -> Vec<u16> {
        let nearer = days.iter().copied().filter(|days| *days < lead);
        std::iter::once(lead).chain(nearer).collect()
    }

    /// The nearest warning of an expiry whose time has come, as the whole days from its day to that of the
    /// expiry, which name it among the warnings of one expiry; none if none has, or the expiry itself has.
    #[must_use]
    pub fn crossed(&self, end: i64, now: i64) -> Option<u16> {
        if now > end {
            return None;
        }
        let day = day_in_japan(end);
        let reached = self.plan(day).into_iter().find(|planned| {
            let earliest = end.saturating_sub(i64::from(planned.earliest) * DAY);
            now >= opening(days_before(day, planned.distance.into())).max(earliest)
        })?;
        Some(reached.distance)
    }

    /// The expiries on a day whose nearest warning has come, as moments from which on and until which,
    /// both included, with how near that is; nearest first.
    #[must_use]
    pub fn reached(&self, day: Date, now: i64) -> Vec<(u16, i64, i64)> {
        let (begin, end) = (midnight_in_japan(day), midnight_in_japan(days_before(day, -1)) - 1);
        let mut from = begin.max(now.saturating_add(1));
        let mut found = Vec::new();
        for planned in self.plan(day) {
            if now < opening(days_before(day, planned.distance.into())) {
                continue;
            }
            let until = end.min(now.saturating_add(i64::from(planned.earliest) * DAY));
            if from <= until {
                found.push((planned.distance, from, until));
                from = until.saturating_add(1);
            }
        }
        found
    }

    /// The days of expiry that may be warned of now: no other is near enough.
    pub fn days_in_reach(&self, now: i64) -> impl Iterator<Item = Date> + use<> {
        /// The longest that a business day is before the day it stands for.
        const LONGEST_REST: i64 = 31;
        let business = self.business_days.iter().map(|days| i64::from(*days) * 3);
        let most = self.days.iter().map(|days| i64::from(*days)).chain(business).max();
        let today = day_in_japan(now);
        (0..=most.map_or(0, |most| most + LONGEST_REST))
            .map(move |ahead| days_before(today, -ahead))
    }

    /// The warnings of an expiry on a day, nearest first.
    fn plan(&self, end: Date) -> Vec<Planned> {
        let distance = |day: Date| {
            let days = (midnight_in_japan(end) - midnight_in_japan(day)) / DAY;
            u16::try_from(days).unwrap_or(u16::MAX)
        };
        let calendar = self.days.iter().map(|days| {
            let day = closest_business_day(days_before(end, (*days).into()));
            Planned { distance: distance(day), earliest: self.lead.max(*days) }
        });
        let business = self.business_days.iter().map(|days| {
            let distance = distance(business_day_before(end, *days));
            Planned { distance, earliest: self.lead }
        });
        let mut plan: Vec<_> = calendar.chain(business).collect();
        plan.sort_by_key(|planned| (planned.distance, planned.earliest));
        // The later of two on the same day asks for nothing that cannot be done yet.
        plan.dedup_by_key(|planned| planned.distance);
        plan
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::{business_days_left, is_business_day};

    const USUAL: Schedule<'static> =
        Schedule { days: &[28, 14, 7, 3, 1], business_days: &[3], lead: 28 };

    fn at(day: Date, hour: i64, minute: i64) -> i64 {
        midnight_in_japan(day) + hour * 3_600 + minute * 60
    }

    /// The days on which an expiry at half past ten is warned of, as days before it.
    fn distances(end: Date) -> Vec<u16> {
        USUAL.plan(end).iter().map(|planned| planned.distance).collect()
    }

    #[test]
    fn what_leads_to_a_day_without_work_leads_on_to_the_business_day_before() {
        let table: &[(Date, &[u16])] = &[
            // A Wednesday in a plain month.
            (date(2026, 6, 17), &[1, 5, 7, 14, 28]),
            // A Monday: one day and three days before is the Friday.
            (date(2026, 6, 15), &[3, 5, 7, 14, 28]),
            // The Thursday after Golden Week: the last Friday of April, or the Friday in the middle.
            (date(2026, 5, 7), &[6, 7, 9, 14, 28]),
            // Silver Week with its citizens' holiday.
            (date(2026, 9, 24), &[6, 7, 8, 14, 28]),
            // The first day of work in January.
            (date(2027, 1, 4), &[7, 11, 14, 28]),
        ];
        for (end, expected) in table {
            assert_eq!(&distances(*end), expected, "{end}");
        }
    }

    #[test]
    fn a_warning_comes_as_offices_open_and_never_before_something_can_be_done() {
        let day = date(2026, 6, 17);
        let end = at(day, 10, 30);
        let table = [
            (at(date(2026, 5, 20), 10, 29), None),
            (at(date(2026, 5, 20), 10, 30), Some(28)),
            (at(date(2026, 6, 3), 8, 59), Some(28)),
            (at(date(2026, 6, 3), 9, 0), Some(14)),
            (at(date(2026, 6, 10), 9, 0), Some(7)),
            (at(date(2026, 6, 12), 9, 0), Some(5)),
            // Three days before is a Sunday, and the Friday before it has warned already.
            (at(date(2026, 6, 14), 23, 59), Some(5)),
            (at(date(2026, 6, 16), 9, 0), Some(1)),
            (end, Some(1)),
            (end + 1, None),
        ];
        for (now, expected) in table {
            assert_eq!(USUAL.crossed(end, now), expected, "{now}");
        }
    }

    #[test]
    fn what_was_counted_in_business_days_is_what_is_left() {
        let table = [
            (date(2026, 4, 30), date(2026, 5, 7), 2),
            (date(2026, 5, 1), date(2026, 5, 7), 1),
            (date(2026, 5, 2), date(2026, 5, 7), 0),
            (date(2026, 12, 28), date(2027, 1, 4), 1),
            (date(2026, 12, 28), date(2027, 1, 5), 2),
            (date(2026, 6, 17), date(2026, 6, 17), 0),
            (date(2026, 6, 18), date(2026, 6, 17), 0),
        ];
        for (today, end, left) in table {
            assert_eq!(business_days_left(today, end), left, "{today} {end}");
        }
    }

    #[test]
    fn moments_beyond_every_calendar_are_no_harm() {
        for moment in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX] {
            for other in [i64::MIN, 0, i64::MAX] {
                let _ = USUAL.crossed(moment, other);
            }
            let _ = USUAL.reached(day_in_japan(moment), moment);
            assert!(USUAL.days_in_reach(moment).count() > 28);
        }
    }

    proptest! {
        #[test]
        fn the_last_warning_finds_somebody_at_work(
            end in 1_767_225_600_i64..4_070_908_800,
            days in prop::collection::btree_set(1_u16..60, 1..6),
            business in prop::collection::btree_set(1_u16..10, 0..3),
            lead in 28_u16..60,
        ) {
            let days: Vec<_> = days.into_iter().collect();
            let business: Vec<_> = business.into_iter().collect();
            let schedule = Schedule { days: &days, business_days: &business, lead };
            let day = day_in_japan(end);
            for planned in schedule.plan(day) {
                prop_assert!(planned.distance >= 1);
                prop_assert!(is_business_day(days_before(day, planned.distance.into())));
            }
            let last = schedule.plan(day)[0];
            let moment = opening(days_before(day, last.distance.into()));
            let earliest = end - i64::from(last.earliest) * DAY;
            prop_assert_eq!(schedule.crossed(end, moment.max(earliest)), Some(last.distance));
        }

        /// The database is asked by days of expiry, and the app by single expiries.
        #[test]
        fn both_ways_of_asking_agree(
            end in 1_767_225_600_i64..1_900_000_000, before in -100_i64..70 * DAY, lead in 20_u16..40,
        ) {
            let now = end - before;
            let schedule = Schedule { lead, ..USUAL };
            let found: Vec<_> = schedule
                .days_in_reach(now)
                .flat_map(|day| schedule.reached(day, now))
                .filter(|(_, from, until)| (*from..=*until).contains(&end))
                .map(|(distance, ..)| distance)
                .collect();
            // The very second of the expiry is too late to write to anybody.
            let expected = if now == end { None } else { schedule.crossed(end, now) };
            prop_assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
        }
    }
}
