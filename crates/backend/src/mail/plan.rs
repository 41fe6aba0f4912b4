//! Which letters there are to be (SPEC H2, Q).
//!
//! | who | hears | when |
//! |---|---|---|
//! | the user | of the own certificate and password | on each day of the plan |
//! | who looks after the customer's users | of the others' certificates, in one letter with a list | as they can be renewed first; and again, `hand_up_days` before they expire |
//! | the provider's operators | of all customers' certificates, in one letter with a list | `operators_days` before they expire |
//!
//! Lists come on business days, as offices open, at most one a day to each reader; where no business day
//! is left, at once.

use warifu_calendar::{Schedule, day_in_japan, is_business_day, midnight_in_japan, opening};
use warifu_protocol::Timestamp;
use warifu_store::{
    Tx,
    tables::expiry::{self as rows, Audience},
};

use crate::{config::Config, error::Error};

const DAY: i64 = 86_400;

/// Seconds that Japan's days begin before those of UTC.
const OFFSET: i64 = 9 * 3_600;

/// Most certificates, or passwords, that one change to the database takes up.
pub(crate) const BATCH: usize = 200;

/// When people are to be written to.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    days: Vec<u16>,
    business_days: Vec<u16>,
    renewal_days: u16,
    password_days: Vec<u16>,
    password_notice_days: u16,
    password_valid_days: u16,
    hand_up_days: u16,
    operators: Vec<String>,
    operators_days: u16,
}

impl Plan {
    pub(crate) fn of(config: &Config) -> Self {
        let notice = config.password.notice_days;
        let mail = config.mail.as_ref();
        Self {
            days: config.warning_days.clone(),
            business_days: config.warning_business_days.clone(),
            renewal_days: config.renewal_days,
            password_days: Schedule::from_lead(&config.warning_days, notice),
            password_notice_days: notice,
            password_valid_days: config.password.valid_days,
            hand_up_days: mail.map_or(0, |mail| mail.hand_up_days),
            operators: mail.map(|mail| mail.operators()).unwrap_or_default(),
            operators_days: mail.map_or(0, |mail| mail.operators_days),
        }
    }

    /// A plan with the usual days.
    #[cfg(test)]
    pub(crate) fn sample(operators: &[&str]) -> Self {
        let days = vec![28, 14, 7, 3, 1];
        Self {
            password_days: Schedule::from_lead(&days, 10),
            days,
            business_days: vec![3],
            renewal_days: 28,
            password_notice_days: 10,
            password_valid_days: 90,
            hand_up_days: 7,
            operators: operators.iter().map(|address| (*address).to_owned()).collect(),
            operators_days: 3,
        }
    }

    fn certificates(&self) -> Schedule<'_> {
        let Self { days, business_days, renewal_days, .. } = self;
        Schedule { days, business_days, lead: *renewal_days }
    }

    fn passwords(&self) -> Schedule<'_> {
        let Self { password_days, business_days, password_notice_days, .. } = self;
        Schedule { days: password_days, business_days, lead: *password_notice_days }
    }

    /// Seconds after which a password has to be changed.
    fn password_life(&self) -> i64 {
        i64::from(self.password_valid_days) * DAY
    }
}

/// Queues what has become due. How many certificates or passwords were taken up, at most [`BATCH`]: if it
/// is as many, there may be more.
pub(crate) fn fill(tx: &Tx, plan: &Plan, now: Timestamp) -> Result<usize, Error> {
    let mut taken = 0;
    let schedule = plan.certificates();
    for day in schedule.days_in_reach(now) {
        for (days, from, until) in schedule.reached(day, now) {
            for nearing in rows::certificates(tx, (from, until), days, BATCH - taken)? {
                rows::queue_certificate(tx, &nearing, days, now)?;
                taken += 1;
            }
        }
    }
    let (schedule, life) = (plan.passwords(), plan.password_life());
    for day in schedule.days_in_reach(now) {
        for (days, from, until) in schedule.reached(day, now) {
            let set = (from - life, until - life);
            for nearing in rows::passwords(tx, set, days, BATCH - taken)? {
                rows::queue_password(tx, &nearing, days, life, now)?;
                taken += 1;
            }
        }
    }
    Ok(taken)
}

/// Queues the lists to those who look after customers' users, for at most [`BATCH`] customers above `after`:
/// on a morning with thousands of them nobody's login waits for all. The last of those customers, if there
/// may be more.
pub(crate) fn hand_up(
    tx: &Tx,
    plan: &Plan,
    audience: Audience,
    after: i64,
    now: Timestamp,
) -> Result<Option<i64>, Error> {
    let most = plan.days.iter().copied().max().unwrap_or(plan.renewal_days);
    let first = window(now, most.min(plan.renewal_days));
    let again = window(now, plan.hand_up_days);
    let until = if audience == Audience::Administrators { first } else { again };
    let today = Today::of(now);
    let customers = rows::untold(tx, audience, today.range(until), after, BATCH)?;
    for &customer in &customers {
        if rows::queue_lists(tx, customer, (now + 1, first), today.number, now)? {
            // Whoever stands in it stands there for both.
            rows::set_told(tx, Audience::Administrators, Some(customer), (now + 1, first))?;
            rows::set_told(tx, Audience::AdministratorsAgain, Some(customer), (now + 1, again))?;
        }
    }
    Ok(customers.last().copied().filter(|_| customers.len() == BATCH))
}

/// Queues the list to the provider's operators.
pub(crate) fn hand_up_to_operators(tx: &Tx, plan: &Plan, now: Timestamp) -> Result<(), Error> {
    let (until, today) = (window(now, plan.operators_days), Today::of(now));
    if plan.operators.is_empty()
        || rows::untold(tx, Audience::Operators, today.range(until), 0, 1)?.is_empty()
    {
        return Ok(());
    }
    let mut queued = false;
    for address in &plan.operators {
        queued |= rows::queue_operators(tx, address, until, today.number, now)?;
    }
    if queued {
        rows::set_told(tx, Audience::Operators, None, (now + 1, until))?;
    }
    Ok(())
}

/// The day on which lists are queued.
struct Today {
    now: Timestamp,
    /// Counted from 1970.
    number: i64,
    /// Whether offices are open.
    is_open: bool,
}

impl Today {
    fn of(now: Timestamp) -> Self {
        let today = day_in_japan(now);
        let number = (midnight_in_japan(today) + OFFSET) / DAY;
        Self { now, number, is_open: is_business_day(today) && now >= opening(today) }
    }

    /// What is told of, of all that expires until then: outside of office hours only what cannot wait for
    /// them.
    fn range(&self, until: Timestamp) -> (Timestamp, Timestamp) {
        let urgent = until.min(next_opening(self.now));
        (self.now + 1, if self.is_open { until } else { urgent })
    }
}

/// Until when something must expire to be told of so many days before; the whole day counts, so that one
/// list has all that would come in the course of it. What would be told of before the next time that
/// offices open is told of now.
fn window(now: Timestamp, days: u16) -> Timestamp {
    if days == 0 {
        return now;
    }
    let next = day_in_japan(next_opening(now));
    // The day before offices open again is the last that today's list stands for.
    midnight_in_japan(next) + i64::from(days) * DAY - 1
}

/// When offices open next.
fn next_opening(now: Timestamp) -> Timestamp {
    let mut day = day_in_japan(now);
    while opening(day) <= now || !is_business_day(day) {
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    opening(day)
}

#[cfg(test)]
mod tests;
