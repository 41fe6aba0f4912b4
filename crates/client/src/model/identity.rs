//! The life of one user's certificate on this PC.
//!
//! ```text
//! (none) ─KeyMade→ KeyReady ─CertificateReceived→ Active ─Withdrawn→ Retired
//!                     ↑__________________________KeyMade_______________|
//!
//! any other ─KeyMade→ Replacing (it goes on as it was) ─CertificateReceived→ Active
//!                        |____Withdrawn____→ KeyReady
//!
//! Active ─RenewalKeyMade→ Renewing ─RenewalReceived→ Pending ─UseStarted→ Active (the next)
//!    ↑_____RenewalAbandoned__|______Withdrawn (the next)__|
//! ```
//!
//! A transition is pure: `(state, event) → (state, what to do then)`. The new state is on disk before
//! anything is done, so a key is deleted only when no stored state needs it any more: one that is
//! replaced, not before the certificate of its successor is stored. An event names the key that it is
//! about: of two windows that renew at once, the slower one cannot take away the key that won. Whatever is killed in between leaves the last stored state, and from each there is a
//! way on:
//!
//! | killed | stored | after the restart |
//! |---|---|---|
//! | before the key is stored | nothing | the wizard starts anew |
//! | key in the keystore, state not yet stored | nothing | the orphan is swept, the wizard starts anew |
//! | state stored, nothing sent | `KeyReady` | 「発行を再開」 asks with the same key |
//! | request sent, answer lost | `KeyReady` | the same key gets the same certificate |
//! | answer here, not yet stored | `KeyReady` | the same |
//! | certificate stored | `Active` | log in |
//! | issuance in place of a certificate: key stored | `Replacing` | log in as before, if the backend still allows it; the issuance asks with the same key |
//! | … request sent, or its answer lost | `Replacing` | the same key gets the same certificate |
//! | … the old certificate seen withdrawn | `KeyReady` | 「発行を再開」 asks with the same key |
//! | … certificate stored, old keys not deleted | `Active` | the orphans are swept |
//! | renewal: next key stored | `Renewing` | log in as before; renewing goes on with that key |
//! | renewal: request sent, or its answer lost | `Renewing` | the same key gets the same certificate |
//! | renewal: next certificate stored | `Pending` | both work; the start offers to finish |
//! | renewal: start of use sent, answer lost | `Pending` | finishing again is no harm; or the old one is seen superseded, and the next is used |
//! | renewal: next one active, old key not deleted | `Active` | the orphan is swept |

use warifu_protocol::{ErrorCode, Timestamp};

use super::{
    certificate::Certificate,
    standing::{RenewalState, Standing},
};

/// Seconds.
pub(crate) const DAY: i64 = 86_400;

/// Where one user's certificate on this PC stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum State {
    /// The key is in the keystore, the certificate not yet here.
    KeyReady { key: KeyName },
    /// The certificate can be used.
    Active { key: KeyName, certificate: Certificate },
    /// It can still be used; the key that follows it is in the keystore.
    Renewing { key: KeyName, certificate: Certificate, next_key: KeyName },
    /// Both can be used; the next one waits for its first use (ご利用開始).
    Pending {
        key: KeyName,
        certificate: Certificate,
        next_key: KeyName,
        next_certificate: Certificate,
    },
    /// A certificate that takes the place of what is here was granted, its key is in the keystore.
    /// Until it has come, what is here goes on as it was.
    Replacing { before: Box<Self>, next_key: KeyName },
    /// The backend has withdrawn the certificate; it is kept to say so.
    Retired { why: Withdrawal, certificate: Certificate },
}

/// A key reference in its stored form.
pub(crate) type KeyName = String;

/// Why a certificate can never be used again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Withdrawal {
    /// By a reissue or by the provider (SPEC G).
    Revoked,
    /// By a newer certificate of the same user (SPEC D).
    Superseded,
}

impl Withdrawal {
    /// What the backend's refusal says of the certificate that was used.
    pub(crate) fn of(code: ErrorCode) -> Option<Self> {
        if code == ErrorCode::CertificateRevoked {
            Some(Self::Revoked)
        } else if code == ErrorCode::CertificateSuperseded {
            Some(Self::Superseded)
        } else {
            None
        }
    }
}

/// What happens to an identity.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// The backend has granted an issuance and the keystore has made a key for it.
    KeyMade(KeyName),
    /// The backend's certificate for the key has been verified.
    CertificateReceived { key: KeyName, certificate: Certificate },
    /// The keystore has made the key that follows `key`.
    RenewalKeyMade { key: KeyName, next: KeyName },
    /// The backend's certificate for the next key has been verified.
    RenewalReceived { next: KeyName, certificate: Certificate },
    /// The next key is lost, or the backend does not certify it any more.
    RenewalAbandoned { next: KeyName },
    /// The backend has heard from the next certificate: it is the one that counts.
    UseStarted { next: KeyName },
    /// The backend says that the certificate of a key is withdrawn.
    Withdrawn { key: KeyName, why: Withdrawal },
}

/// What to do once the new state is on disk.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Action {
    /// Delete a key that no state needs any more.
    DeleteKey(KeyName),
}

/// Why an event changes nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum Refused {
    /// The event makes no sense in the state: a programming error, never an input's fault.
    #[error("this event cannot happen in this state")]
    Impossible,
    /// Another window has gone on meanwhile, and the event is about a key that is not there.
    #[error("this event is about a key that does not count any more")]
    Outdated,
}

type Transition = Result<(State, Vec<Action>), Refused>;

impl State {
    /// The state that follows, and what to do once it is stored.
    pub(crate) fn apply(current: Option<Self>, event: Event) -> Transition {
        let (state, mut actions) = Self::follow(current, event)?;
        actions.retain(|Action::DeleteKey(key)| !state.keys().any(|needed| needed == key));
        Ok((state, actions))
    }

    fn follow(current: Option<Self>, event: Event) -> Transition {
        let (current, event) = match (current, event) {
            (current, Event::KeyMade(key)) => return Ok(key_made(current, key)),
            (current, Event::CertificateReceived { key, certificate }) => {
                return issued(current, key, certificate);
            }
            (Some(Self::Replacing { before, next_key }), event) => {
                return went_on(*before, next_key, event);
            }
            other => other,
        };
        match event {
            Event::KeyMade(_) | Event::CertificateReceived { .. } => Err(Refused::Impossible),
            Event::RenewalKeyMade { key, next } => match current {
                Some(Self::Active { key: own, certificate }) if own == key => {
                    Ok((Self::Renewing { key, certificate, next_key: next }, Vec::new()))
                }
                Some(_) => Err(Refused::Outdated),
                None => Err(Refused::Impossible),
            },
            Event::RenewalReceived { next, certificate } => received(current, next, certificate),
            Event::RenewalAbandoned { next } => match current {
                Some(Self::Renewing { key, certificate, next_key }) if next_key == next => {
                    Ok((Self::Active { key, certificate }, delete(vec![next_key])))
                }
                Some(_) => Err(Refused::Outdated),
                None => Err(Refused::Impossible),
            },
            Event::UseStarted { next } => match current {
                Some(Self::Pending { key, next_key, next_certificate, .. }) if next_key == next => {
                    let state = Self::Active { key: next_key, certificate: next_certificate };
                    Ok((state, delete(vec![key])))
                }
                // Another window was faster.
                Some(state @ Self::Active { .. }) if state.keys().eq([&next]) => {
                    Ok((state, Vec::new()))
                }
                Some(_) => Err(Refused::Outdated),
                None => Err(Refused::Impossible),
            },
            Event::Withdrawn { key, why } => match current {
                Some(state) => withdrawn(state, &key, why),
                None => Err(Refused::Impossible),
            },
        }
    }

    /// The keys that this state needs in the keystore.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &KeyName> {
        let replacement = match self {
            Self::Replacing { next_key, .. } => Some(next_key),
            Self::KeyReady { .. }
            | Self::Active { .. }
            | Self::Renewing { .. }
            | Self::Pending { .. }
            | Self::Retired { .. } => None,
        };
        let (one, two) = match self.in_use() {
            Self::KeyReady { key } | Self::Active { key, .. } => (Some(key), None),
            Self::Renewing { key, next_key, .. } | Self::Pending { key, next_key, .. } => {
                (Some(key), Some(next_key))
            }
            Self::Replacing { .. } | Self::Retired { .. } => (None, None),
        };
        one.into_iter().chain(two).chain(replacement)
    }

    /// The keys whose certificates are here.
    fn credential_keys(&self) -> impl Iterator<Item = &KeyName> {
        let (one, two) = match self.in_use() {
            Self::Active { key, .. } | Self::Renewing { key, .. } => (Some(key), None),
            Self::Pending { key, next_key, .. } => (Some(key), Some(next_key)),
            Self::KeyReady { .. } | Self::Replacing { .. } | Self::Retired { .. } => (None, None),
        };
        one.into_iter().chain(two)
    }

    fn into_keys(self) -> Vec<KeyName> {
        self.keys().cloned().collect()
    }

    /// What counts for a login now: of a certificate that is being replaced, the state without its
    /// replacement.
    pub(crate) fn in_use(&self) -> &Self {
        match self {
            Self::Replacing { before, .. } => before.in_use(),
            Self::KeyReady { .. }
            | Self::Active { .. }
            | Self::Renewing { .. }
            | Self::Pending { .. }
            | Self::Retired { .. } => self,
        }
    }

    /// The key of an issuance whose certificate is not here yet.
    pub(crate) fn awaiting(&self) -> Option<&KeyName> {
        match self {
            Self::KeyReady { key } | Self::Replacing { next_key: key, .. } => Some(key),
            Self::Active { .. }
            | Self::Renewing { .. }
            | Self::Pending { .. }
            | Self::Retired { .. } => None,
        }
    }

    /// The certificate, if there is one.
    pub(crate) fn certificate(&self) -> Option<&Certificate> {
        match self.in_use() {
            Self::KeyReady { .. } | Self::Replacing { .. } => None,
            Self::Active { certificate, .. }
            | Self::Renewing { certificate, .. }
            | Self::Pending { certificate, .. }
            | Self::Retired { certificate, .. } => Some(certificate),
        }
    }

    /// The key and the certificate to log in with at `now`: once the old certificate has expired,
    /// the one that waits.
    pub(crate) fn credential(&self, now: Timestamp) -> Option<(&KeyName, &Certificate)> {
        match self.in_use() {
            Self::Pending { certificate, next_key, next_certificate, .. }
                if now > certificate.not_after =>
            {
                Some((next_key, next_certificate))
            }
            Self::Active { key, certificate }
            | Self::Renewing { key, certificate, .. }
            | Self::Pending { key, certificate, .. } => Some((key, certificate)),
            Self::KeyReady { .. } | Self::Replacing { .. } | Self::Retired { .. } => None,
        }
    }

    /// How far a renewal has come, if one was begun.
    pub(crate) fn renewal(&self) -> Option<RenewalState> {
        match self.in_use() {
            Self::Renewing { .. } => Some(RenewalState::KeyReady),
            Self::Pending { .. } => Some(RenewalState::Stored),
            Self::KeyReady { .. }
            | Self::Active { .. }
            | Self::Replacing { .. }
            | Self::Retired { .. } => None,
        }
    }

    /// Whether the certificate can be used at `now`; `renewal_days` before its expiry it should be
    /// renewed (FAQ 2-3).
    pub(crate) fn standing(&self, now: Timestamp, renewal_days: u16) -> Standing {
        match self {
            Self::KeyReady { .. } => Standing::Incomplete,
            // Where the old one is of no use any more, only the new one helps.
            Self::Replacing { before, .. } => match before.standing(now, renewal_days) {
                Standing::Expired => Standing::Incomplete,
                standing @ (Standing::Incomplete
                | Standing::Usable { .. }
                | Standing::RenewSoon { .. }
                | Standing::NotYetValid
                | Standing::Revoked
                | Standing::Superseded) => standing,
            },
            Self::Retired { why: Withdrawal::Revoked, .. } => Standing::Revoked,
            Self::Retired { why: Withdrawal::Superseded, .. } => Standing::Superseded,
            Self::Active { .. } | Self::Renewing { .. } | Self::Pending { .. } => {
                let Some((_, certificate)) = self.credential(now) else {
                    return Standing::Incomplete;
                };
                if now < certificate.not_before {
                    Standing::NotYetValid
                } else if now > certificate.not_after {
                    // RFC 5280 §4.1.2.5: notAfter itself is still within the validity.
                    Standing::Expired
                } else {
                    let left = certificate.not_after - now;
                    // The day that has begun counts, as in the backend's letters.
                    let days = (left + DAY - 1) / DAY;
                    let days_left = u32::try_from(days).unwrap_or(u32::MAX);
                    if left <= i64::from(renewal_days) * DAY {
                        Standing::RenewSoon { days_left }
                    } else {
                        Standing::Usable { days_left }
                    }
                }
            }
        }
    }
}

/// Granted anew although something may be here: the backend no longer honours it, or will not once the
/// new certificate is used.
fn key_made(current: Option<State>, key: KeyName) -> (State, Vec<Action>) {
    match current {
        None | Some(State::Retired { .. }) => (State::KeyReady { key }, Vec::new()),
        Some(State::Replacing { before, next_key }) => {
            // The one before it is lost or damaged, or it would have been taken.
            (State::Replacing { before, next_key: key }, delete(vec![next_key]))
        }
        Some(
            before @ (State::KeyReady { .. }
            | State::Active { .. }
            | State::Renewing { .. }
            | State::Pending { .. }),
        ) => (State::Replacing { before: Box::new(before), next_key: key }, Vec::new()),
    }
}

fn issued(current: Option<State>, key: KeyName, certificate: Certificate) -> Transition {
    match current {
        Some(State::KeyReady { key: own }) if own == key => {
            Ok((State::Active { key, certificate }, Vec::new()))
        }
        Some(State::Replacing { before, next_key }) if next_key == key => {
            Ok((State::Active { key, certificate }, delete(before.into_keys())))
        }
        // Another window was faster with the same key, and got the same certificate.
        Some(state) if state.credential_keys().any(|own| *own == key) => Ok((state, Vec::new())),
        Some(_) => Err(Refused::Outdated),
        None => Err(Refused::Impossible),
    }
}

/// What happens to a certificate while another that takes its place is on its way.
fn went_on(before: State, next_key: KeyName, event: Event) -> Transition {
    let (state, actions) = State::follow(Some(before), event)?;
    let state = match state {
        State::Retired { .. } => State::KeyReady { key: next_key },
        before @ (State::KeyReady { .. }
        | State::Active { .. }
        | State::Renewing { .. }
        | State::Pending { .. }
        | State::Replacing { .. }) => State::Replacing { before: Box::new(before), next_key },
    };
    Ok((state, actions))
}

fn received(current: Option<State>, next: KeyName, certificate: Certificate) -> Transition {
    match current {
        Some(State::Renewing { key, certificate: old, next_key }) if next_key == next => {
            let state =
                State::Pending { key, certificate: old, next_key, next_certificate: certificate };
            Ok((state, Vec::new()))
        }
        // Another window was faster with the same key, and got the same certificate.
        Some(state @ State::Pending { .. }) if state.keys().any(|key| *key == next) => {
            Ok((state, Vec::new()))
        }
        Some(_) => Err(Refused::Outdated),
        None => Err(Refused::Impossible),
    }
}

fn withdrawn(current: State, withdrawn: &KeyName, why: Withdrawal) -> Transition {
    let keys = |state: &State| state.keys().cloned().collect();
    match current {
        State::Active { ref key, ref certificate }
        | State::Renewing { ref key, ref certificate, .. }
            if key == withdrawn =>
        {
            let state = State::Retired { why, certificate: certificate.clone() };
            Ok((state, delete(keys(&current))))
        }
        State::Pending { key, next_key, next_certificate, certificate } => {
            if key == *withdrawn && why == Withdrawal::Superseded {
                // By the next one, whose start of use was answered and not heard.
                let state = State::Active { key: next_key, certificate: next_certificate };
                Ok((state, delete(vec![key])))
            } else if key == *withdrawn {
                Ok((State::Retired { why, certificate }, delete(vec![key, next_key])))
            } else if next_key == *withdrawn {
                Ok((State::Active { key, certificate }, delete(vec![next_key])))
            } else {
                Err(Refused::Outdated)
            }
        }
        State::KeyReady { .. }
        | State::Active { .. }
        | State::Renewing { .. }
        | State::Replacing { .. }
        | State::Retired { .. } => Err(Refused::Outdated),
    }
}

fn delete(keys: Vec<KeyName>) -> Vec<Action> {
    keys.into_iter().map(Action::DeleteKey).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(number: u8) -> Certificate {
        Certificate {
            der: vec![number],
            issuer_der: vec![2],
            issuer: String::from("Sample Issuing Authority"),
            not_before: 0,
            not_after: 365 * DAY,
        }
    }

    fn name(text: &str) -> KeyName {
        String::from(text)
    }

    fn key_ready() -> State {
        State::KeyReady { key: name("k1") }
    }

    fn active() -> State {
        State::Active { key: name("k1"), certificate: certificate(1) }
    }

    fn renewing() -> State {
        State::Renewing { key: name("k1"), certificate: certificate(1), next_key: name("k2") }
    }

    fn pending() -> State {
        State::Pending {
            key: name("k1"),
            certificate: certificate(1),
            next_key: name("k2"),
            next_certificate: certificate(2),
        }
    }

    fn replacing(before: State) -> State {
        State::Replacing { before: Box::new(before), next_key: name("k9") }
    }

    fn next() -> State {
        State::Active { key: name("k2"), certificate: certificate(2) }
    }

    fn retired(why: Withdrawal) -> State {
        State::Retired { why, certificate: certificate(1) }
    }

    #[test]
    fn each_state_and_event_leads_where_the_table_says() {
        use Refused::{Impossible, Outdated};
        use Withdrawal::{Revoked, Superseded};
        let made = || Event::KeyMade(name("k9"));
        let of = |key: &str, number: u8| Event::CertificateReceived {
            key: name(key),
            certificate: certificate(number),
        };
        let replaced = || State::Active { key: name("k9"), certificate: certificate(9) };
        let issued = || of("k1", 1);
        let renewal = || Event::RenewalKeyMade { key: name("k1"), next: name("k2") };
        let received = || Event::RenewalReceived { next: name("k2"), certificate: certificate(2) };
        let abandoned = || Event::RenewalAbandoned { next: name("k2") };
        let started = || Event::UseStarted { next: name("k2") };
        let gone = |key: &str, why| Event::Withdrawn { key: name(key), why };
        let again = || Event::KeyMade(name("k8"));
        let anew =
            |before: State| State::Replacing { before: Box::new(before), next_key: name("k8") };
        let ready = || State::KeyReady { key: name("k9") };
        let to = |state: State, deleted: &[&str]| {
            Ok((state, deleted.iter().map(|key| Action::DeleteKey(name(key))).collect()))
        };
        let table: Vec<(Option<State>, Event, Transition)> = vec![
            (None, made(), to(ready(), &[])),
            (None, issued(), Err(Impossible)),
            (None, renewal(), Err(Impossible)),
            (None, received(), Err(Impossible)),
            (None, abandoned(), Err(Impossible)),
            (None, started(), Err(Impossible)),
            (None, gone("k1", Revoked), Err(Impossible)),
            (Some(key_ready()), made(), to(replacing(key_ready()), &[])),
            (Some(key_ready()), issued(), to(active(), &[])),
            (Some(key_ready()), of("k2", 2), Err(Outdated)),
            (Some(key_ready()), renewal(), Err(Outdated)),
            (Some(key_ready()), received(), Err(Outdated)),
            (Some(key_ready()), abandoned(), Err(Outdated)),
            (Some(key_ready()), started(), Err(Outdated)),
            (Some(key_ready()), gone("k1", Revoked), Err(Outdated)),
            (Some(active()), made(), to(replacing(active()), &[])),
            (Some(active()), issued(), to(active(), &[])),
            (Some(active()), of("k2", 2), Err(Outdated)),
            (Some(active()), renewal(), to(renewing(), &[])),
            (Some(active()), received(), Err(Outdated)),
            (Some(active()), abandoned(), Err(Outdated)),
            (Some(active()), started(), Err(Outdated)),
            (Some(active()), gone("k1", Revoked), to(retired(Revoked), &["k1"])),
            (Some(active()), gone("k1", Superseded), to(retired(Superseded), &["k1"])),
            (Some(active()), gone("k2", Superseded), Err(Outdated)),
            (Some(renewing()), made(), to(replacing(renewing()), &[])),
            (Some(renewing()), issued(), to(renewing(), &[])),
            (Some(renewing()), of("k2", 2), Err(Outdated)),
            (Some(renewing()), renewal(), Err(Outdated)),
            (Some(renewing()), received(), to(pending(), &[])),
            (Some(renewing()), abandoned(), to(active(), &["k2"])),
            (Some(renewing()), started(), Err(Outdated)),
            (Some(renewing()), gone("k1", Revoked), to(retired(Revoked), &["k1", "k2"])),
            (Some(renewing()), gone("k2", Revoked), Err(Outdated)),
            (Some(pending()), made(), to(replacing(pending()), &[])),
            (Some(pending()), issued(), to(pending(), &[])),
            (Some(pending()), of("k9", 9), Err(Outdated)),
            (Some(pending()), renewal(), Err(Outdated)),
            (Some(pending()), received(), to(pending(), &[])),
            (Some(pending()), abandoned(), Err(Outdated)),
            (Some(pending()), started(), to(next(), &["k1"])),
            (Some(pending()), gone("k1", Superseded), to(next(), &["k1"])),
            (Some(pending()), gone("k1", Revoked), to(retired(Revoked), &["k1", "k2"])),
            (Some(pending()), gone("k2", Superseded), to(active(), &["k2"])),
            (Some(pending()), gone("k2", Revoked), to(active(), &["k2"])),
            (Some(pending()), gone("k3", Revoked), Err(Outdated)),
            (Some(next()), started(), to(next(), &[])),
            (Some(next()), gone("k1", Superseded), Err(Outdated)),
            (Some(retired(Revoked)), made(), to(ready(), &[])),
            (Some(retired(Revoked)), issued(), Err(Outdated)),
            (Some(retired(Revoked)), renewal(), Err(Outdated)),
            (Some(retired(Revoked)), received(), Err(Outdated)),
            (Some(retired(Revoked)), started(), Err(Outdated)),
            (Some(retired(Revoked)), gone("k1", Revoked), Err(Outdated)),
            // What is being replaced goes on as it was, whatever comes first.
            (Some(replacing(active())), again(), to(anew(active()), &["k9"])),
            (Some(replacing(active())), of("k9", 9), to(replaced(), &["k1"])),
            (Some(replacing(active())), of("k1", 1), to(replacing(active()), &[])),
            (Some(replacing(active())), of("k8", 8), Err(Outdated)),
            (Some(replacing(active())), renewal(), to(replacing(renewing()), &[])),
            (Some(replacing(active())), received(), Err(Outdated)),
            (Some(replacing(active())), abandoned(), Err(Outdated)),
            (Some(replacing(active())), started(), Err(Outdated)),
            (Some(replacing(active())), gone("k1", Revoked), to(ready(), &["k1"])),
            (Some(replacing(active())), gone("k1", Superseded), to(ready(), &["k1"])),
            (Some(replacing(active())), gone("k9", Revoked), Err(Outdated)),
            (Some(replacing(renewing())), of("k9", 9), to(replaced(), &["k1", "k2"])),
            (Some(replacing(renewing())), received(), to(replacing(pending()), &[])),
            (Some(replacing(renewing())), abandoned(), to(replacing(active()), &["k2"])),
            (Some(replacing(renewing())), gone("k1", Revoked), to(ready(), &["k1", "k2"])),
            (Some(replacing(pending())), of("k9", 9), to(replaced(), &["k1", "k2"])),
            (Some(replacing(pending())), started(), to(replacing(next()), &["k1"])),
            (Some(replacing(pending())), gone("k1", Superseded), to(replacing(next()), &["k1"])),
            (Some(replacing(pending())), gone("k1", Revoked), to(ready(), &["k1", "k2"])),
            (Some(replacing(pending())), gone("k2", Revoked), to(replacing(active()), &["k2"])),
            (Some(replacing(key_ready())), of("k9", 9), to(replaced(), &["k1"])),
            (Some(replacing(key_ready())), of("k1", 1), Err(Outdated)),
            (Some(replacing(key_ready())), renewal(), Err(Outdated)),
        ];
        for (state, event, expected) in table {
            let row = format!("{state:?} + {event:?}");
            assert_eq!(State::apply(state, event), expected, "{row}");
        }
    }

    #[test]
    fn a_slower_window_cannot_take_away_the_key_that_won() {
        let slower = Event::RenewalReceived { next: name("k3"), certificate: certificate(3) };
        for state in [renewing(), pending(), next()] {
            let keys: Vec<_> = state.keys().cloned().collect();
            assert_eq!(
                State::apply(Some(state), slower.clone()),
                Err(Refused::Outdated),
                "{keys:?}"
            );
        }
    }

    /// Whatever comes in whatever order: a key goes only when no certificate that is here, and none
    /// that may still come, belongs to it; and what is not deleted is still known.
    #[test]
    fn no_order_of_events_loses_a_key_whose_successor_has_no_certificate() {
        let events: Vec<Event> = ["k1", "k2", "k3"]
            .iter()
            .zip(1_u8..)
            .flat_map(|(key, number)| {
                [
                    Event::KeyMade(name(key)),
                    Event::CertificateReceived { key: name(key), certificate: certificate(number) },
                    Event::RenewalReceived { next: name(key), certificate: certificate(number) },
                    Event::RenewalAbandoned { next: name(key) },
                    Event::UseStarted { next: name(key) },
                ]
            })
            .chain([
                Event::RenewalKeyMade { key: name("k1"), next: name("k2") },
                Event::RenewalKeyMade { key: name("k2"), next: name("k3") },
            ])
            .collect();
        let mut reached = vec![None];
        for _ in 0..5 {
            let mut next = Vec::new();
            for state in &reached {
                for event in &events {
                    let before: Option<State> = state.clone();
                    let Ok((after, actions)) = State::apply(before.clone(), event.clone()) else {
                        continue;
                    };
                    let kept: Vec<_> = after.keys().cloned().collect();
                    let deleted: Vec<_> =
                        actions.iter().map(|Action::DeleteKey(key)| key.clone()).collect();
                    for key in before.iter().flat_map(State::keys) {
                        assert!(
                            kept.contains(key) != deleted.contains(key),
                            "{before:?} + {event:?}: {key} must be kept or deleted"
                        );
                    }
                    let had_one = before.as_ref().is_some_and(|b| b.credential(0).is_some());
                    assert!(
                        !had_one || after.credential(0).is_some(),
                        "{before:?} + {event:?}: no certificate is left"
                    );
                    if !next.contains(&Some(after.clone())) {
                        next.push(Some(after));
                    }
                }
            }
            reached = next;
        }
        assert!(reached.len() > 10, "{}", reached.len());
    }

    #[test]
    fn standing_follows_the_calendar() {
        let end = 365 * DAY;
        let table = [
            (-1, Standing::NotYetValid),
            (0, Standing::Usable { days_left: 365 }),
            (end - 28 * DAY - 1, Standing::Usable { days_left: 29 }),
            (end - 28 * DAY, Standing::RenewSoon { days_left: 28 }),
            (end - 27 * DAY, Standing::RenewSoon { days_left: 27 }),
            (end - 1, Standing::RenewSoon { days_left: 1 }),
            (end, Standing::RenewSoon { days_left: 0 }),
            (end + 1, Standing::Expired),
        ];
        for (now, standing) in table {
            assert_eq!(active().standing(now, 28), standing, "{now}");
            assert_eq!(renewing().standing(now, 28), standing, "{now}");
        }
        assert_eq!(key_ready().standing(0, 28), Standing::Incomplete);
        assert_eq!(replacing(active()).standing(0, 28), Standing::Usable { days_left: 365 });
        assert_eq!(replacing(active()).standing(end + 1, 28), Standing::Incomplete);
        assert_eq!(retired(Withdrawal::Revoked).standing(0, 28), Standing::Revoked);
    }

    #[test]
    fn once_the_old_certificate_has_expired_the_one_that_waits_is_used() {
        let mut state = pending();
        if let State::Pending { next_certificate, .. } = &mut state {
            next_certificate.not_after = 700 * DAY;
        }
        assert_eq!(state.credential(365 * DAY).unwrap().0, "k1");
        assert_eq!(state.credential(365 * DAY + 1).unwrap().0, "k2");
        assert_eq!(state.standing(400 * DAY, 28), Standing::Usable { days_left: 300 });
    }
}
