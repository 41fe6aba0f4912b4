//! When an expiry is warned of: on each day of the plan once (SPEC H1, Q).

use serde::{Deserialize, Serialize};
use warifu_calendar::{Schedule, business_days_left, day_in_japan};
use warifu_protocol::{Policy, Timestamp};

use super::{
    certificate::Certificate,
    identity::{DAY, State},
};

/// The days until a backend has said its own (SPEC H).
const DEFAULT_DAYS: [u16; 5] = [28, 14, 7, 3, 1];

/// The business days until then (SPEC Q1).
const DEFAULT_BUSINESS_DAYS: [u16; 1] = [3];

/// From when a certificate can be renewed, until then (FAQ 2-3).
const DEFAULT_RENEWAL_DAYS: u16 = 28;

/// From when the main menu asks for another password, until then (FAQ 3-1).
const DEFAULT_NOTICE_DAYS: u16 = 10;

/// What expires.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Expiring {
    /// A certificate (FAQ 2-3).
    Certificate,
    /// A password (FAQ 3-1).
    Password,
}

/// What is left until an expiry.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Left {
    /// Days, the one that has begun included.
    pub days: u32,
    /// Business days of Japan before the day of the expiry, today included.
    pub business_days: u32,
}

impl Left {
    /// What is left at `now`; none after the expiry.
    #[must_use]
    pub fn until(end: Timestamp, now: Timestamp) -> Option<Self> {
        if now > end {
            return None;
        }
        let days = end.saturating_sub(now).saturating_add(DAY - 1) / DAY;
        Some(Self {
            days: u32::try_from(days).unwrap_or(u32::MAX),
            business_days: business_days_left(day_in_japan(now), day_in_japan(end)),
        })
    }

    /// The business days, where they say more than the days: near the expiry, and of another number.
    #[must_use]
    pub fn business_days_apart(self) -> Option<u32> {
        (self.business_days != self.days && self.days <= NEAR_DAYS).then_some(self.business_days)
    }
}

/// Days before an expiry from which business days are said beside them, as the list of notices does.
pub const NEAR_DAYS: u32 = 14;

/// The number under which a warning is remembered that an expiry has come.
const EXPIRED: u16 = 0;

/// How near an expiry has come, as the number under which the warning is remembered: the days from that
/// warning to the expiry. None if it is not near.
pub(crate) fn reached(
    expiring: Expiring,
    end: Timestamp,
    policy: Option<&Policy>,
    now: Timestamp,
) -> Option<u16> {
    if now > end {
        return Some(EXPIRED);
    }
    let days = policy.map_or(&DEFAULT_DAYS[..], |policy| &policy.warning_days);
    let business_days =
        policy.map_or(&DEFAULT_BUSINESS_DAYS[..], |policy| &policy.warning_business_days);
    match expiring {
        Expiring::Certificate => {
            let lead = policy.map_or(DEFAULT_RENEWAL_DAYS, |policy| policy.renewal_days);
            Schedule { days, business_days, lead }.crossed(end, now)
        }
        Expiring::Password => {
            let lead = notice_days(policy);
            let days = Schedule::from_lead(days, lead);
            Schedule { days: &days, business_days, lead }.crossed(end, now)
        }
    }
}

/// Days before a password's expiry from which its user is told.
pub(crate) fn notice_days(policy: Option<&Policy>) -> u16 {
    policy.map_or(DEFAULT_NOTICE_DAYS, |policy| policy.password.notice_days)
}

/// The certificate whose expiry is to be warned of; none if there is none, or the next one is here.
pub(crate) fn warned_of(state: &State) -> Option<&Certificate> {
    match state.in_use() {
        State::Active { certificate, .. } | State::Renewing { certificate, .. } => {
            Some(certificate)
        }
        State::Pending { .. }
        | State::KeyReady { .. }
        | State::Replacing { .. }
        | State::Retired { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use warifu_protocol::PasswordPolicy;

    use super::*;

    /// Wednesday, 17 June 2026, 10:30 in Japan.
    const END: Timestamp = 1_781_659_800;

    #[test]
    fn a_certificate_is_warned_of_on_business_days_until_it_expires() {
        let table = [
            (END - 28 * DAY - 1, None),
            (END - 28 * DAY, Some(28)),
            (END - 15 * DAY, Some(28)),
            (END - 14 * DAY, Some(14)),
            // Three days before is a Sunday, three business days before the Friday.
            (END - 3 * DAY, Some(5)),
            (END - DAY, Some(1)),
            (END, Some(1)),
            (END + 1, Some(EXPIRED)),
        ];
        for (now, expected) in table {
            assert_eq!(reached(Expiring::Certificate, END, None, now), expected, "{now}");
        }
    }

    #[test]
    fn a_password_is_warned_of_from_the_day_on_which_the_menu_says_so() {
        let table = [
            (END - 10 * DAY - 1, None),
            // Ten days before is a Sunday; earlier, the menu would not ask for it.
            (END - 10 * DAY, Some(12)),
            (END - 7 * DAY, Some(7)),
            (END - DAY, Some(1)),
            (END + 1, Some(EXPIRED)),
        ];
        for (now, expected) in table {
            assert_eq!(reached(Expiring::Password, END, None, now), expected, "{now}");
        }
    }

    #[test]
    fn the_provider_says_when_and_an_older_backend_only_in_calendar_days() {
        let policy = Policy {
            service_name: String::new(),
            server_time: 0,
            certificate_valid_days: 365,
            renewal_days: 20,
            warning_days: vec![20, 2],
            warning_business_days: Vec::new(),
            urgent_days: 2,
            transfer_seconds: 0,
            import_max_users: 0,
            password: PasswordPolicy { notice_days: 5, ..PasswordPolicy::default() },
            app: None,
            login_url: None,
            provider: None,
        };
        let reached = |expiring, now| reached(expiring, END, Some(&policy), now);
        assert_eq!(reached(Expiring::Certificate, END - 20 * DAY - 1), None);
        assert_eq!(reached(Expiring::Certificate, END - 3 * DAY), Some(20));
        assert_eq!(reached(Expiring::Certificate, END - 2 * DAY), Some(2));
        assert_eq!(reached(Expiring::Password, END - 5 * DAY - 1), None);
        assert_eq!(reached(Expiring::Password, END - 5 * DAY), Some(5));
    }

    #[test]
    fn what_is_left_is_counted_both_ways() {
        let left = |days, business_days| Some(Left { days, business_days });
        let table = [
            (END - 5 * DAY, left(5, 3)),
            (END - 3 * DAY, left(3, 2)),
            (END - DAY, left(1, 1)),
            (END - 1, left(1, 0)),
            (END, left(0, 0)),
            (END + 1, None),
        ];
        for (now, expected) in table {
            assert_eq!(Left::until(END, now), expected, "{now}");
        }
    }
}
