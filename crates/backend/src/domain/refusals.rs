//! What is refused, in the record, without a flood of refusals becoming a flood of rows.
//!
//! The first few of a kind from a network are recorded as they are; what follows within a minute is
//! counted, and becomes one row that says how often (SPEC J).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::watch;
use warifu_protocol::{ErrorCode, Thumbprint, Timestamp, UserId};
use warifu_store::tables::{account, certificate};

use super::authenticate::Peer;
use crate::{
    audit::{self, Act, Actor, Entry},
    domain::Backend,
    error::Error,
    network::Network,
};

/// Seconds of one window.
const WINDOW: i64 = 60;
/// Refusals of a kind from a network that are recorded one by one in a window.
const ONE_BY_ONE: u32 = 5;
/// Networks and kinds that are kept apart; what goes beyond is counted together.
const MOST: usize = 10_000;
/// How often the counts of windows that are over are recorded.
const FLUSH: Duration = Duration::from_secs(15);

/// Counts refusals.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    windows: Mutex<HashMap<Kind, Window>>,
}

/// What is counted together. No network stands for all that there was no place for.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
struct Kind {
    act: Act,
    network: Option<Network>,
}

#[derive(Debug)]
struct Window {
    since: Timestamp,
    seen: u32,
    /// What was not recorded one by one: the last of them, and how many.
    rest: Option<(Refusal, u32)>,
}

/// A refusal as it will be recorded.
#[derive(Clone, Debug)]
struct Refusal {
    act: Act,
    at: Timestamp,
    actor: Option<UserId>,
    customer: Option<String>,
    subject: Option<String>,
    certificate: Option<Thumbprint>,
    address: Option<String>,
    reason: Option<ErrorCode>,
    times: Option<u32>,
}

impl Refusal {
    fn of(entry: &Entry<'_>) -> Self {
        let actor = match entry.actor {
            Actor::User(id) | Actor::Administrator(id) | Actor::Unproved(id) => Some(id.clone()),
            Actor::Provider(_) | Actor::System => None,
        };
        Self {
            act: entry.act,
            at: entry.at,
            actor,
            customer: entry.customer.map(str::to_owned),
            subject: entry.subject.map(str::to_owned),
            certificate: entry.certificate.cloned(),
            address: entry.address.clone(),
            reason: entry.reason,
            times: entry.times,
        }
    }

    fn entry(&self) -> Entry<'_> {
        // Nothing was proved, or it would not have been refused.
        let actor = self.actor.as_ref().map_or(Actor::System, Actor::Unproved);
        Entry {
            customer: self.customer.as_deref(),
            subject: self.subject.as_deref(),
            certificate: self.certificate.as_ref(),
            address: self.address.clone(),
            reason: self.reason,
            times: self.times,
            ..Entry::new(self.act, actor, self.at)
        }
    }

    /// The row that stands for several: what they have in common.
    fn many(self, times: u32) -> Self {
        if times == 1 {
            return self;
        }
        Self { times: Some(times), ..self }
    }
}

impl Refusals {
    /// Records a refusal, or counts it.
    ///
    /// # Errors
    ///
    /// The database's.
    pub(crate) async fn note(
        &self,
        backend: &Arc<Backend>,
        entry: &Entry<'_>,
    ) -> Result<(), Error> {
        let due = self.count(Refusal::of(entry));
        write(backend, due).await
    }

    /// What is to be recorded now.
    fn count(&self, refusal: Refusal) -> Vec<Refusal> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let address = refusal.address.as_ref().and_then(|address| address.parse().ok());
        let mut kind = Kind { act: refusal.act, network: address.map(Network::of) };
        if windows.len() >= MOST && !windows.contains_key(&kind) {
            kind.network = None;
        }
        let mut due = Vec::new();
        let now = refusal.at;
        let window = windows.entry(kind).or_insert(Window { since: now, seen: 0, rest: None });
        if window.is_over(now) {
            due.extend(window.rest.take().map(|(last, times)| last.many(times)));
            *window = Window { since: now, seen: 0, rest: None };
        }
        window.seen = window.seen.saturating_add(1);
        if window.seen <= ONE_BY_ONE && kind.network.is_some() {
            due.push(refusal);
        } else {
            let times = window.rest.as_ref().map_or(0, |(_, times)| *times);
            window.rest = Some((refusal, times.saturating_add(1)));
        }
        due
    }

    /// The counts of windows that are over at `now`; of all of them if there is no `now`.
    fn over(&self, now: Option<Timestamp>) -> Vec<Refusal> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let mut due = Vec::new();
        windows.retain(|_, window| {
            let over = now.is_none_or(|now| window.is_over(now));
            if over {
                due.extend(window.rest.take().map(|(last, times)| last.many(times)));
            }
            !over
        });
        due
    }
}

impl Window {
    /// Also if the clock was set back.
    fn is_over(&self, now: Timestamp) -> bool {
        !(self.since..self.since + WINDOW).contains(&now)
    }
}

/// Records a request that the service listener refused for what its certificate or its user is.
///
/// # Errors
///
/// The database's.
pub(crate) async fn note_request(
    backend: &Arc<Backend>,
    peer: &Peer,
    code: ErrorCode,
) -> Result<(), Error> {
    let refused = matches!(
        code,
        ErrorCode::CertificateRevoked
            | ErrorCode::CertificateSuperseded
            | ErrorCode::CertificateExpired
            | ErrorCode::CertificateNotYetValid
            | ErrorCode::CertificateUnknown
            | ErrorCode::AccountSuspended
    );
    if !refused {
        return Ok(());
    }
    let thumbprint = peer.certificate.clone();
    let user = backend
        .store
        .read(move |tx| {
            let Some(thumbprint) = &thumbprint else { return Ok(None) };
            let certificate = certificate::by_thumbprint(tx, thumbprint)?;
            let user = certificate.map(|found| account::get(tx, found.account));
            Ok::<_, Error>(user.transpose()?)
        })
        .await?;
    let refused = Refusal {
        act: Act::AccessRefused,
        at: backend.now(),
        actor: user.as_ref().map(|user| user.user_id.clone()),
        customer: user.as_ref().map(|user| user.customer.customer_number.as_str().to_owned()),
        subject: user.as_ref().map(|user| user.user_id.as_str().to_owned()),
        certificate: peer.certificate.clone(),
        address: Some(peer.address.to_string()),
        reason: Some(code),
        times: None,
    };
    write(backend, backend.refusals.count(refused)).await
}

/// Records the counts of windows that are over, until `stop` says so; then what is left.
pub(crate) async fn run(backend: Arc<Backend>, mut stop: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(FLUSH);
    loop {
        let stopping = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => true,
            _ = ticks.tick() => false,
        };
        let now = (!stopping).then(|| backend.now());
        if let Err(error) = write(&backend, backend.refusals.over(now)).await {
            tracing::error!(?error, "refusals could not be recorded");
        }
        if stopping {
            return;
        }
    }
}

async fn write(backend: &Arc<Backend>, due: Vec<Refusal>) -> Result<(), Error> {
    if due.is_empty() {
        return Ok(());
    }
    backend
        .store
        .write(move |tx| {
            let entries: Vec<_> = due.iter().map(Refusal::entry).collect();
            Ok::<_, Error>(audit::record_all(tx, entries)?)
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(at: Timestamp, address: &str) -> Refusal {
        let id: UserId = "tanaka".parse().unwrap();
        let entry = Entry {
            customer: Some("10000001"),
            address: Some(address.to_owned()),
            ..Entry::new(Act::EnrolmentFailed, Actor::Unproved(&id), at)
        };
        Refusal::of(&entry)
    }

    #[test]
    fn a_flood_becomes_a_few_rows_and_a_count() {
        let refusals = Refusals::default();
        let recorded: Vec<_> =
            (0..1_000).flat_map(|_| refusals.count(refusal(100, "192.0.2.1"))).collect();
        assert_eq!(recorded.len(), ONE_BY_ONE as usize);
        assert!(refusals.over(Some(100 + WINDOW - 1)).is_empty());
        let rest = refusals.over(Some(100 + WINDOW));
        assert_eq!(rest.len(), 1);
        assert_eq!(rest[0].times, Some(1_000 - ONE_BY_ONE));
        assert!(refusals.over(None).is_empty());
    }

    #[test]
    fn nothing_is_left_out_and_another_network_is_counted_apart() {
        let refusals = Refusals::default();
        let mut rows = Vec::new();
        for number in 0..70 {
            for address in ["192.0.2.1", "2001:db8::1", "2001:db8::2"] {
                rows.extend(refusals.count(refusal(100 + number * 3, address)));
            }
        }
        rows.extend(refusals.over(None));
        let all: u32 = rows.iter().map(|row| row.times.unwrap_or(1)).sum();
        assert_eq!(all, 3 * 70);
    }

    #[test]
    fn the_table_is_bounded_and_what_does_not_fit_is_still_counted() {
        let refusals = Refusals::default();
        let mut all = 0;
        for number in 0..u32::try_from(MOST).unwrap() + 500 {
            let address = std::net::Ipv4Addr::from(0x0a00_0000 + number).to_string();
            all += refusals.count(refusal(100, &address)).len();
        }
        assert!(refusals.windows.lock().unwrap().len() <= MOST + 1);
        let rest = refusals.over(None);
        let counted: u32 = rest.iter().map(|row| row.times.unwrap_or(1)).sum();
        assert_eq!(all + counted as usize, MOST + 500);
    }
}
