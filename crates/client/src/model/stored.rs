//! What this PC remembers, under the numbers that its database gave.

use warifu_protocol::{CustomerNumber, PersonName, Policy, Protection, Timestamp, UserId};

use super::{
    identity::State,
    profile::Profile,
    standing::Standing,
    warning::{Expiring, Left},
};

/// Days before expiry from which a certificate should be renewed, until a backend has said its own
/// (FAQ 2-3).
const DEFAULT_RENEWAL_DAYS: u16 = 28;

/// A stored profile.
#[derive(Clone, Debug)]
pub(crate) struct StoredProfile {
    pub(crate) id: i64,
    pub(crate) profile: Profile,
    pub(crate) policy: Option<Policy>,
    pub(crate) logo: Option<StoredLogo>,
}

/// A provider's logo, looked through before it was stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredLogo {
    /// The whole image as an address.
    pub(crate) url: String,
    /// SHA-256 of its file, in hexadecimal digits.
    pub(crate) digest: String,
}

/// A stored identity.
#[derive(Clone, Debug)]
pub(crate) struct StoredIdentity {
    pub(crate) id: i64,
    pub(crate) profile_id: i64,
    pub(crate) customer_number: CustomerNumber,
    pub(crate) customer_name: String,
    pub(crate) user_id: UserId,
    /// The user's name, as it was last heard.
    pub(crate) holder_name: Option<PersonName>,
    pub(crate) protection: Protection,
    pub(crate) state: State,
    pub(crate) last_used_at: Option<Timestamp>,
    /// When the password has to be changed, as it was last heard (FAQ 3-1).
    pub(crate) password_expires_at: Option<Timestamp>,
}

/// What somebody was told about an expiry, as it was then.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Notice {
    pub(crate) identity_id: i64,
    pub(crate) expiring: Expiring,
    pub(crate) service_name: String,
    pub(crate) customer_name: String,
    pub(crate) user_id: String,
    pub(crate) holder_name: Option<PersonName>,
    pub(crate) expires_at: Timestamp,
    /// What was left; none if it had expired.
    pub(crate) left: Option<Left>,
}

/// A line of the list of notices.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct StoredNotice {
    pub(crate) id: i64,
    pub(crate) at: Timestamp,
    pub(crate) is_read: bool,
    pub(crate) notice: Notice,
}

/// Names a user of a profile.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    pub(crate) profile_id: i64,
    pub(crate) customer_number: CustomerNumber,
    pub(crate) customer_name: String,
    pub(crate) user_id: UserId,
    pub(crate) holder_name: Option<PersonName>,
}

impl StoredIdentity {
    /// Whose identity it is.
    pub(crate) fn owner(&self) -> Owner {
        Owner {
            profile_id: self.profile_id,
            customer_number: self.customer_number.clone(),
            customer_name: self.customer_name.clone(),
            user_id: self.user_id.clone(),
            holder_name: self.holder_name.clone(),
        }
    }

    /// Whether it can be used at `now`, by the rules of its profile's provider.
    pub(crate) fn standing(&self, profile: &StoredProfile, now: Timestamp) -> Standing {
        let policy = profile.policy.as_ref();
        self.state.standing(now, policy.map_or(DEFAULT_RENEWAL_DAYS, |policy| policy.renewal_days))
    }
}
