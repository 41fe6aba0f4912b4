//! What this PC remembers, under the numbers that its database gave.

use warifu_protocol::{CustomerNumber, PersonName, Policy, Protection, Timestamp, UserId};

use super::{identity::State, profile::Profile, standing::Standing};

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
