//! The life of one user's certificate on this PC.
//!
//! ```text
//! (none) ─KeyMade→ KeyReady ─CertificateReceived→ Active ─Withdrawn→ Retired
//!                     ↑___________KeyMade____________|__________________|
//! ```
//!
//! A transition is pure: `(state, event) → (state, what to do then)`. The new state is on disk before
//! anything is done, so a key is deleted only when no stored state needs it any more. Whatever is
//! killed in between leaves the last stored state, and from each there is a way on:
//!
//! | killed | stored | after the restart |
//! |---|---|---|
//! | before the key is stored | nothing | the wizard starts anew |
//! | key in the keystore, state not yet stored | nothing | the orphan is swept, the wizard starts anew |
//! | state stored, nothing sent | `KeyReady` | 「発行を再開」 asks with the same key |
//! | request sent, answer lost | `KeyReady` | the same key gets the same certificate |
//! | answer here, not yet stored | `KeyReady` | the same |
//! | certificate stored | `Active` | log in |

use serde::{Deserialize, Serialize};
use warifu_protocol::Timestamp;

use crate::{certificate::Certificate, view::Standing};

/// Where one user's certificate on this PC stands. Stored as JSON.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub(crate) enum State {
    /// The key is in the keystore, the certificate not yet here.
    KeyReady { key: KeyName },
    /// The certificate can be used.
    Active { key: KeyName, certificate: Certificate },
    /// The backend has withdrawn the certificate; it is kept to say so.
    Retired { why: Withdrawal, certificate: Certificate },
}

/// A key reference in its stored form.
pub(crate) type KeyName = String;

/// Why a certificate can never be used again.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Withdrawal {
    /// By a reissue or by the provider (SPEC G).
    Revoked,
    /// By a newer certificate of the same user (SPEC D).
    Superseded,
}

/// What happens to an identity.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// The backend has granted an issuance and the keystore has made a key for it.
    KeyMade(KeyName),
    /// The backend's certificate for the key has been verified.
    CertificateReceived(Certificate),
    /// The backend says that the certificate is withdrawn.
    Withdrawn(Withdrawal),
}

/// What to do once the new state is on disk.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Action {
    /// Delete a key that no state needs any more.
    DeleteKey(KeyName),
}

/// The event makes no sense in the state: a programming error, never an input's fault.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("this event cannot happen in this state")]
pub(crate) struct Impossible;

impl State {
    /// The state that follows, and what to do once it is stored.
    pub(crate) fn apply(
        current: Option<Self>,
        event: Event,
    ) -> Result<(Self, Option<Action>), Impossible> {
        match (current, event) {
            (None | Some(Self::Retired { .. }), Event::KeyMade(key)) => {
                Ok((Self::KeyReady { key }, None))
            }
            // Granted anew although a certificate is here: the backend no longer honours it.
            (
                Some(Self::KeyReady { key: old } | Self::Active { key: old, .. }),
                Event::KeyMade(key),
            ) => Ok((Self::KeyReady { key }, Some(Action::DeleteKey(old)))),
            (Some(Self::KeyReady { key }), Event::CertificateReceived(certificate)) => {
                Ok((Self::Active { key, certificate }, None))
            }
            (Some(Self::Active { key, certificate }), Event::Withdrawn(why)) => {
                Ok((Self::Retired { why, certificate }, Some(Action::DeleteKey(key))))
            }
            (None, Event::CertificateReceived(_) | Event::Withdrawn(_))
            | (Some(Self::KeyReady { .. }), Event::Withdrawn(_))
            | (Some(Self::Active { .. }), Event::CertificateReceived(_))
            | (Some(Self::Retired { .. }), Event::CertificateReceived(_) | Event::Withdrawn(_)) => {
                Err(Impossible)
            }
        }
    }

    /// The key that this state needs in the keystore.
    pub(crate) fn key(&self) -> Option<&KeyName> {
        match self {
            Self::KeyReady { key } | Self::Active { key, .. } => Some(key),
            Self::Retired { .. } => None,
        }
    }

    /// The certificate, if there is one.
    pub(crate) fn certificate(&self) -> Option<&Certificate> {
        match self {
            Self::KeyReady { .. } => None,
            Self::Active { certificate, .. } | Self::Retired { certificate, .. } => {
                Some(certificate)
            }
        }
    }

    /// Whether the certificate can be used at `now`; `renewal_days` before its expiry it should be
    /// renewed (FAQ 2-3).
    pub(crate) fn standing(&self, now: Timestamp, renewal_days: u16) -> Standing {
        match self {
            Self::KeyReady { .. } => Standing::Incomplete,
            Self::Retired { why: Withdrawal::Revoked, .. } => Standing::Revoked,
            Self::Retired { why: Withdrawal::Superseded, .. } => Standing::Superseded,
            Self::Active { certificate, .. } => {
                if now < certificate.not_before {
                    Standing::NotYetValid
                } else if now > certificate.not_after {
                    // RFC 5280 §4.1.2.5: notAfter itself is still within the validity.
                    Standing::Expired
                } else {
                    let days = (certificate.not_after - now) / 86_400;
                    let days_left = u32::try_from(days).unwrap_or(u32::MAX);
                    if days < i64::from(renewal_days) {
                        Standing::RenewSoon { days_left }
                    } else {
                        Standing::Usable { days_left }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn certificate() -> Certificate {
        Certificate {
            der: vec![1],
            issuer_der: vec![2],
            issuer: String::from("Sample Issuing Authority"),
            not_before: 0,
            not_after: 365 * DAY,
        }
    }

    fn key_ready() -> State {
        State::KeyReady { key: String::from("k1") }
    }

    fn active() -> State {
        State::Active { key: String::from("k1"), certificate: certificate() }
    }

    fn retired() -> State {
        State::Retired { why: Withdrawal::Revoked, certificate: certificate() }
    }

    #[test]
    fn each_state_and_event_leads_where_the_table_says() {
        let made = || Event::KeyMade(String::from("k2"));
        let received = || Event::CertificateReceived(certificate());
        let revoked = || Event::Withdrawn(Withdrawal::Revoked);
        let ready2 = State::KeyReady { key: String::from("k2") };
        let delete = || Some(Action::DeleteKey(String::from("k1")));
        let table = [
            (None, made(), Ok((ready2.clone(), None))),
            (None, received(), Err(Impossible)),
            (None, revoked(), Err(Impossible)),
            (Some(key_ready()), made(), Ok((ready2.clone(), delete()))),
            (Some(key_ready()), received(), Ok((active(), None))),
            (Some(key_ready()), revoked(), Err(Impossible)),
            (Some(active()), made(), Ok((ready2.clone(), delete()))),
            (Some(active()), received(), Err(Impossible)),
            (Some(active()), revoked(), Ok((retired(), delete()))),
            (Some(retired()), made(), Ok((ready2, None))),
            (Some(retired()), received(), Err(Impossible)),
            (Some(retired()), revoked(), Err(Impossible)),
        ];
        for (state, event, expected) in table {
            let row = format!("{state:?} + {event:?}");
            assert_eq!(State::apply(state, event), expected, "{row}");
        }
    }

    #[test]
    fn a_stored_state_is_read_back_as_it_was() {
        for state in [key_ready(), active(), retired()] {
            let json = serde_json::to_string(&state).unwrap();
            assert_eq!(serde_json::from_str::<State>(&json).unwrap(), state);
        }
    }

    #[test]
    fn standing_follows_the_calendar() {
        let end = 365 * DAY;
        let table = [
            (-1, Standing::NotYetValid),
            (0, Standing::Usable { days_left: 365 }),
            (end - 28 * DAY, Standing::Usable { days_left: 28 }),
            (end - 28 * DAY + 1, Standing::RenewSoon { days_left: 27 }),
            (end - 1, Standing::RenewSoon { days_left: 0 }),
            (end, Standing::RenewSoon { days_left: 0 }),
            (end + 1, Standing::Expired),
        ];
        for (now, standing) in table {
            assert_eq!(active().standing(now, 28), standing, "{now}");
        }
        assert_eq!(key_ready().standing(0, 28), Standing::Incomplete);
        assert_eq!(retired().standing(0, 28), Standing::Revoked);
    }
}
