//! Warnings before a certificate expires: each threshold once per certificate (SPEC H1).

use warifu_protocol::Timestamp;

use crate::{
    Client, Failure,
    client::identity_view,
    model::identity::{DAY, State},
    view::IdentityView,
};

/// The thresholds until a backend has said its own (SPEC H).
const DEFAULT_DAYS: [u16; 5] = [28, 14, 7, 3, 1];

/// A threshold that a certificate has crossed, to be told now.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// The certificate.
    pub identity: IdentityView,
    /// The threshold.
    pub threshold: Threshold,
}

/// How near an expiry is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Threshold {
    /// At most so many days.
    Days(u16),
    /// It has come.
    Expired,
}

impl Client {
    /// The warnings that nobody has been told yet; from now on they count as told. If several
    /// thresholds were crossed at once, by a sleep or a moved clock, only the nearest is among them.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn take_warnings(&self) -> Result<Vec<Warning>, Failure> {
        let now = self.now();
        self.blocking(move |inner| {
            let profiles = inner.database.profiles()?;
            let mut warnings = Vec::new();
            for (index, stored) in inner.database.identities()?.iter().enumerate() {
                let certificate = match stored.state.in_use() {
                    State::Active { certificate, .. } | State::Renewing { certificate, .. } => {
                        certificate
                    }
                    // The next one is here already.
                    State::Pending { .. }
                    | State::KeyReady { .. }
                    | State::Replacing { .. }
                    | State::Retired { .. } => continue,
                };
                let Some(profile) = profiles.iter().find(|p| p.id == stored.profile_id) else {
                    continue;
                };
                let policy = profile.policy.as_ref();
                let days = policy.map_or(&DEFAULT_DAYS[..], |policy| &policy.warning_days);
                let Some((threshold, passed)) = crossed(certificate.not_after, days, now) else {
                    continue;
                };
                let number = match threshold {
                    Threshold::Days(days) => days,
                    Threshold::Expired => 0,
                };
                if inner.database.keep_warning(&certificate.thumbprint(), number, &passed)? {
                    let last_used = index == 0 && stored.last_used_at.is_some();
                    let identity = identity_view(stored, profile, now, last_used);
                    warnings.push(Warning { identity, threshold });
                }
            }
            Ok(warnings)
        })
        .await
    }
}

/// The nearest threshold that has been crossed, and those before it.
fn crossed(not_after: Timestamp, days: &[u16], now: Timestamp) -> Option<(Threshold, Vec<u16>)> {
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
