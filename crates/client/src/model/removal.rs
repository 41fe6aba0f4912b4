//! Taking a certificate off this PC: what is lost with it, and that the user knows.

use serde::{Deserialize, Serialize};
use warifu_protocol::{Timestamp, UserId};

use super::{identity::State, stored::StoredIdentity};

/// What is lost with a certificate that is taken off this PC.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Nothing: the backend has withdrawn it, and its key is gone already.
    Nothing,
    /// The key of a certificate that has expired by this PC's calendar. If that is right, it opened
    /// nothing any more.
    Expired,
    /// An issuance that was interrupted: the certificate that was granted comes for this key alone.
    Issuance,
    /// The login from this PC, until the certificate is reissued (FAQ 2-5).
    Login,
}

/// That the user knows whose certificate is taken off this PC, and what is lost with it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RemovalConsent {
    /// Whose it is.
    pub user_id: UserId,
    /// What is lost.
    pub loss: Loss,
}

/// What came of the wish to take a certificate off this PC.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum IdentityRemoval {
    /// It is not here any more.
    Removed,
    /// It is kept: the user has not agreed to lose this with it.
    Unconfirmed {
        /// What is lost.
        loss: Loss,
    },
    /// It is kept, because somebody is logged in with it.
    LoggedIn,
}

impl Loss {
    /// What is lost with a certificate that stands so at `now`.
    pub(crate) fn of(state: &State, now: Timestamp) -> Self {
        let credential = state.credential(now);
        if credential.is_some_and(|(_, certificate)| now <= certificate.not_after) {
            Self::Login
        } else if state.awaiting().is_some() {
            Self::Issuance
        } else if credential.is_some() {
            Self::Expired
        } else {
            Self::Nothing
        }
    }
}

impl RemovalConsent {
    /// Whether it is about this certificate as it stands now.
    pub(crate) fn covers(&self, identity: &StoredIdentity, loss: Loss) -> bool {
        self.user_id == identity.user_id && self.loss == loss
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        certificate::Certificate,
        identity::{DAY, Withdrawal},
    };

    fn certificate(not_after: Timestamp) -> Certificate {
        Certificate {
            der: Vec::new(),
            issuer_der: Vec::new(),
            issuer: String::from("Warifu CA"),
            not_before: 0,
            not_after,
        }
    }

    /// Whatever else is going on: who can log in, or could on the day that is right, is told so.
    #[test]
    fn nothing_that_opens_a_door_is_lost_as_if_it_did_not() {
        let key = || String::from("k1");
        let next_key = || String::from("k2");
        let old = || certificate(365 * DAY);
        let active = || State::Active { key: key(), certificate: old() };
        let pending = || State::Pending {
            key: key(),
            certificate: old(),
            next_key: next_key(),
            next_certificate: certificate(700 * DAY),
        };
        let replacing =
            |before: State| State::Replacing { before: Box::new(before), next_key: next_key() };
        let retired = |why| State::Retired { why, certificate: old() };
        let renewing = || State::Renewing { key: key(), certificate: old(), next_key: next_key() };
        let (during, last, after) = (300 * DAY, 365 * DAY, 365 * DAY + 1);
        for (state, now, loss) in [
            (active(), -DAY, Loss::Login),
            (active(), during, Loss::Login),
            (active(), last, Loss::Login),
            (active(), after, Loss::Expired),
            (renewing(), during, Loss::Login),
            (renewing(), after, Loss::Expired),
            (pending(), during, Loss::Login),
            (pending(), after, Loss::Login),
            (pending(), 700 * DAY + 1, Loss::Expired),
            (State::KeyReady { key: key() }, during, Loss::Issuance),
            (replacing(active()), during, Loss::Login),
            (replacing(active()), after, Loss::Issuance),
            (replacing(retired(Withdrawal::Revoked)), during, Loss::Issuance),
            (replacing(State::KeyReady { key: key() }), during, Loss::Issuance),
            (retired(Withdrawal::Revoked), during, Loss::Nothing),
            (retired(Withdrawal::Superseded), after, Loss::Nothing),
        ] {
            assert_eq!(Loss::of(&state, now), loss, "{state:?} at {now}");
        }
    }
}
