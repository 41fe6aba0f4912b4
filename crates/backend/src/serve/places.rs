//! Places for connections, dealt out so that nobody takes them all.
//!
//! Each connection counts for its network, in both widths, and for its certificate if it has one.
//! Each of these has a share, well above what a company or a PC needs. When all places are taken,
//! whoever holds the most gives one up: a flood from few networks pays for itself, and one more
//! network always gets in.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::Notify;
use warifu_protocol::Thumbprint;

use crate::network::Network;

/// Who counts together.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Group {
    Network(IpAddr),
    Wide(IpAddr),
    Certificate(Thumbprint),
}

/// What becomes of a newcomer whose share, or the whole, is taken by connections at work.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Policy {
    /// The oldest gives way, whatever it does.
    OldestOut,
    /// Those at work stay, unless their network holds more than the newcomer's.
    WorkStays,
}

/// A number of places of one kind.
#[derive(Debug)]
pub(crate) struct Places {
    most: usize,
    policy: Policy,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    held: BTreeMap<u64, Held>,
    counts: HashMap<Group, usize>,
}

#[derive(Debug)]
struct Held {
    groups: Vec<Group>,
    sign: Arc<Sign>,
}

/// What a connection and its place tell each other.
#[derive(Debug, Default)]
struct Sign {
    out: Notify,
    works: AtomicBool,
}

/// The place of one connection; given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    id: u64,
    sign: Arc<Sign>,
}

impl Places {
    /// So many places.
    pub(crate) fn new(most: usize, policy: Policy) -> Arc<Self> {
        Arc::new(Self { most, policy, state: Mutex::default() })
    }

    /// A place for a connection from `network`, if networks count, made with `certificate` if with any;
    /// `None` if it must be turned away.
    pub(crate) fn take(
        self: &Arc<Self>,
        network: Option<Network>,
        certificate: Option<&Thumbprint>,
    ) -> Option<Place> {
        let mut state = self.lock();
        let wide = network.map(|network| Group::Wide(network.wide));
        let mut shares = Vec::new();
        if let (Some(network), Some(wide)) = (network, &wide) {
            shares.push((Group::Network(network.narrow), self.share(4)));
            shares.push((wide.clone(), self.share(2)));
        }
        if let Some(certificate) = certificate {
            shares.push((Group::Certificate(certificate.clone()), self.share(16)));
        }
        for (group, share) in &shares {
            if state.count(group) >= *share {
                let victim = state.oldest_of(group, self.policy == Policy::OldestOut)?;
                state.throw_out(victim);
            }
        }
        if state.held.len() >= self.most {
            let own = wide.map_or(0, |wide| state.count(&wide));
            let victim = state.victim(own, self.policy)?;
            state.throw_out(victim);
        }
        let (id, sign) = (state.next, Arc::<Sign>::default());
        state.next += 1;
        let groups: Vec<Group> = shares.into_iter().map(|(group, _)| group).collect();
        for group in &groups {
            *state.counts.entry(group.clone()).or_default() += 1;
        }
        state.held.insert(id, Held { groups, sign: Arc::clone(&sign) });
        Some(Place { places: Arc::clone(self), id, sign })
    }

    /// One part of so many; where there are few places, one network may have them.
    fn share(&self, parts: usize) -> usize {
        (self.most / parts).max(self.most.min(8))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn count(&self, group: &Group) -> usize {
        self.counts.get(group).copied().unwrap_or(0)
    }

    /// The oldest connection of a group that is idle; else, `at_work_too`, the oldest.
    fn oldest_of(&self, group: &Group, at_work_too: bool) -> Option<u64> {
        let mut of_group = self.held.iter().filter(|(_, held)| held.groups.contains(group));
        let idle = of_group.clone().find(|(_, held)| !held.sign.works.load(Ordering::Relaxed));
        idle.or_else(|| of_group.next().filter(|_| at_work_too)).map(|(id, _)| *id)
    }

    /// Who makes room for a newcomer of a network that holds `own` places.
    fn victim(&self, own: usize, policy: Policy) -> Option<u64> {
        let wide = self.counts.iter().filter(|(group, _)| matches!(group, Group::Wide(_)));
        let greediest = wide.max_by_key(|(_, count)| **count);
        match (policy, greediest) {
            (Policy::OldestOut, Some((greediest, most))) if *most > 1 => {
                self.oldest_of(greediest, true)
            }
            (Policy::OldestOut, _) => self.held.keys().next().copied(),
            (Policy::WorkStays, Some((greediest, most))) if *most > own + 1 => {
                self.oldest_of(greediest, true)
            }
            (Policy::WorkStays, _) => {
                let idle = |held: &Held| !held.sign.works.load(Ordering::Relaxed);
                self.held.iter().find(|(_, held)| idle(held)).map(|(id, _)| *id)
            }
        }
    }

    fn throw_out(&mut self, id: u64) {
        if let Some(held) = self.remove(id) {
            held.sign.out.notify_one();
        }
    }

    fn remove(&mut self, id: u64) -> Option<Held> {
        let held = self.held.remove(&id)?;
        for group in &held.groups {
            if let Some(count) = self.counts.get_mut(group) {
                *count -= 1;
                if *count == 0 {
                    self.counts.remove(group);
                }
            }
        }
        Some(held)
    }
}

impl Place {
    /// Returns when somebody else needs the place.
    pub(crate) async fn is_needed(&self) {
        self.sign.out.notified().await;
    }

    /// Says that a request is being answered, until what is returned is dropped.
    pub(crate) fn at_work(&self) -> AtWork {
        self.sign.works.store(true, Ordering::Relaxed);
        AtWork(Arc::clone(&self.sign))
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub(crate) struct AtWork(Arc<Sign>);

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.works.store(false, Ordering::Relaxed);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.lock().remove(self.id);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use super::*;

    fn network(address: &str) -> Option<Network> {
        Some(Network::of(address.parse().unwrap()))
    }

    fn is_out(place: &Place) -> bool {
        let needed = pin!(place.is_needed());
        needed.poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(())
    }

    #[test]
    fn silence_from_one_address_throws_out_its_own_oldest() {
        let places = Places::new(64, Policy::OldestOut);
        let quiet = places.take(network("198.51.100.1"), None).unwrap();
        let flood: Vec<Place> =
            (0..1000).map(|_| places.take(network("192.0.2.1"), None).unwrap()).collect();
        assert!(!is_out(&quiet));
        assert_eq!(flood.iter().filter(|place| !is_out(place)).count(), 16);
        assert!(!is_out(flood.last().unwrap()));
    }

    #[test]
    fn silence_from_everywhere_throws_out_the_oldest() {
        let places = Places::new(64, Policy::OldestOut);
        let flood: Vec<Place> = (0..500_u32)
            .map(|turn| {
                let address = IpAddr::from(turn.to_be_bytes());
                places.take(Some(Network::of(address)), None).unwrap()
            })
            .collect();
        let left: Vec<usize> = (0..500).filter(|turn| !is_out(&flood[*turn])).collect();
        assert_eq!(left, (436..500).collect::<Vec<_>>());
    }

    #[test]
    fn one_network_has_its_share_and_the_idle_give_way_within_it() {
        let places = Places::new(64, Policy::WorkStays);
        let company = || places.take(network("2001:db8:0:1::1"), None);
        let first: Vec<Place> = (0..16).map(|_| company().unwrap()).collect();
        let work: Vec<AtWork> = first.iter().skip(1).map(Place::at_work).collect();
        let next = company().unwrap();
        assert!(is_out(&first[0]));
        let _at_work = next.at_work();
        assert!(company().is_none(), "all of its places are at work");
        assert!(places.take(network("2001:db8:0:2::1"), None).is_some());
        drop(work);
        assert!(company().is_some());
    }

    #[test]
    fn a_wide_network_has_a_wider_share() {
        let places = Places::new(64, Policy::WorkStays);
        let mut held = Vec::new();
        for subnet in 0..16 {
            for _ in 0..16 {
                let network = network(&format!("2001:db8:0:{subnet:x}::1"));
                if let Some(place) = places.take(network, None) {
                    let work = place.at_work();
                    held.push((place, work));
                }
            }
        }
        assert_eq!(held.len(), 32);
    }

    #[test]
    fn when_all_is_taken_the_greediest_gives_one_up_even_at_work() {
        let places = Places::new(32, Policy::WorkStays);
        let mut held = Vec::new();
        for address in ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"] {
            for _ in 0..8 {
                let place = places.take(network(address), None).unwrap();
                let work = place.at_work();
                held.push((place, work));
            }
        }
        let newcomer = places.take(network("198.51.100.1"), None).unwrap();
        assert_eq!(held.iter().filter(|(place, _)| is_out(place)).count(), 1);
        assert!(!is_out(&newcomer));
    }

    #[test]
    fn one_certificate_does_not_take_what_its_network_has() {
        let places = Places::new(1024, Policy::WorkStays);
        let thief = Thumbprint::from([1; 32]);
        let mut held = Vec::new();
        for _ in 0..200 {
            if let Some(place) = places.take(network("192.0.2.1"), Some(&thief)) {
                let work = place.at_work();
                held.push((place, work));
            }
        }
        assert_eq!(held.len(), 64);
        let colleague = Thumbprint::from([2; 32]);
        assert!(places.take(network("192.0.2.1"), Some(&colleague)).is_some());
    }

    #[test]
    fn where_networks_do_not_count_one_may_have_every_place_and_no_more() {
        for policy in [Policy::OldestOut, Policy::WorkStays] {
            let places = Places::new(16, policy);
            let held: Vec<_> = (0..16).map(|_| places.take(None, None).unwrap()).collect();
            let at_work: Vec<_> = held.iter().map(Place::at_work).collect();
            assert_eq!(places.take(None, None).is_some(), policy == Policy::OldestOut);
            drop(at_work);
            assert!(places.take(None, None).is_some());
            assert!(held.iter().any(is_out));
        }
    }

    #[test]
    fn places_that_are_given_back_leave_nothing_behind() {
        let places = Places::new(8, Policy::WorkStays);
        for turn in 0..100_u32 {
            let network = Network::of(IpAddr::from(turn.to_be_bytes()));
            drop(places.take(Some(network), None).unwrap());
        }
        let state = places.lock();
        assert!(state.held.is_empty() && state.counts.is_empty());
    }
}
