//! When a certificate's expiry is warned of: each threshold once per certificate (SPEC H1).

use warifu_protocol::Timestamp;

use super::{
    certificate::Certificate,
    identity::{DAY, State},
};

/// The thresholds until a backend has said its own (SPEC H).
pub(crate) const DEFAULT_DAYS: [u16; 5] = [28, 14, 7, 3, 1];

/// How near an expiry is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Threshold {
    /// At most so many days.
    Days(u16),
    /// It has come.
    Expired,
}

impl Threshold {
    /// The number under which it is remembered.
    pub(crate) fn days(self) -> u16 {
        match self {
            Self::Days(days) => days,
            Self::Expired => 0,
        }
    }
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

/// The nearest threshold that has been crossed, and those before it.
pub(crate) fn crossed(
    not_after: Timestamp,
    days: &[u16],
    now: Timestamp,
) -> Option<(Threshold, Vec<u16>)> {
    let mut passed: Vec<u16> =
        days.iter().copied().filter(|days| not_after - now <= i64::from(*days) * DAY).collect();
    if now > not_after {
        return Some((Threshold::Expired, passed));
    }
    passed.sort_unstable();
    let nearest = *passed.first()?;
    passed.remove(0);
    Some((Threshold::Days(nearest), passed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_nearest_threshold_is_told() {
        let end = 365 * DAY;
        let table = [
            (end - 28 * DAY - 1, None),
            (end - 28 * DAY, Some(Threshold::Days(28))),
            (end - 15 * DAY, Some(Threshold::Days(28))),
            (end - 14 * DAY, Some(Threshold::Days(14))),
            (end - 2 * DAY, Some(Threshold::Days(3))),
            (end, Some(Threshold::Days(1))),
            (end + 1, Some(Threshold::Expired)),
        ];
        for (now, expected) in table {
            let found = crossed(end, &DEFAULT_DAYS, now).map(|(threshold, _)| threshold);
            assert_eq!(found, expected, "{now}");
        }
        assert_eq!(crossed(end, &DEFAULT_DAYS, end - 2 * DAY).unwrap().1, [7, 14, 28]);
    }
}
