//! How fast somebody may ask for changes: a bucket of calls for each certificate, and on the
//! listener without certificates for each network.
//!
//! Every change is written to the disk and most are recorded for years, so nobody may cause them
//! without end, whatever the call is and whether it succeeds.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use warifu_protocol::Thumbprint;

use crate::network::{Network, Peer};

/// Most buckets that are kept; past it the one that was used the longest ago goes.
const MOST: usize = 32_768;

/// How many calls come at once and how many each second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    pub(crate) burst: f64,
    pub(crate) per_second: f64,
}

/// One person at work, or a program that works for one.
const CERTIFICATE: Rate = Rate { burst: 120.0, per_second: 1.0 };
/// A company behind one address, on the morning on which everybody gets a certificate.
const NETWORK: Rate = Rate { burst: 600.0, per_second: 10.0 };
/// All that somebody with a whole IPv6 /48 gets.
const WIDE_NETWORK: Rate = Rate { burst: 2400.0, per_second: 40.0 };

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Who {
    Certificate(Thumbprint),
    Network(IpAddr),
    Wide(IpAddr),
}

/// The buckets of everybody who asked lately.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    buckets: Buckets<Who>,
}

impl Pace {
    /// Takes `cost` calls from the buckets of whoever is at the other end, or none from any.
    ///
    /// # Errors
    ///
    /// The seconds to wait.
    pub(crate) fn take(&self, peer: &Peer, cost: u32, now: Instant) -> Result<(), u32> {
        self.buckets.take(&who(peer), cost, now)
    }
}

/// Buckets of calls that fill with time.
#[derive(Debug)]
pub(crate) struct Buckets<K>(Mutex<Recent<K, Bucket>>);

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    calls: f64,
    at: Instant,
}

impl<K: Clone + Eq + Hash> Buckets<K> {
    /// Takes `cost` calls from each of the buckets, or none from any.
    ///
    /// # Errors
    ///
    /// The seconds to wait.
    pub(crate) fn take(&self, of: &[(K, Rate)], cost: u32, now: Instant) -> Result<(), u32> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, bucket) in filled(&buckets, of, cost, now)? {
            buckets.put(key, Bucket { calls: bucket.calls - f64::from(cost), ..bucket });
        }
        Ok(())
    }

    /// Whether so many could be taken.
    ///
    /// # Errors
    ///
    /// The seconds to wait.
    pub(crate) fn wait(&self, of: &[(K, Rate)], cost: u32, now: Instant) -> Result<(), u32> {
        let buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        filled(&buckets, of, cost, now).map(drop)
    }
}

/// The buckets as they are now, if each has so many calls.
fn filled<K: Clone + Eq + Hash>(
    buckets: &Recent<K, Bucket>,
    of: &[(K, Rate)],
    cost: u32,
    now: Instant,
) -> Result<Vec<(K, Bucket)>, u32> {
    of.iter()
        .map(|(key, rate)| {
            let bucket = buckets
                .get(key)
                .map_or(Bucket { calls: rate.burst, at: now }, |bucket| bucket.filled(*rate, now));
            let missing = (f64::from(cost) - bucket.calls) / rate.per_second;
            if missing > 0.0 { Err(missing) } else { Ok((key.clone(), bucket)) }
        })
        .collect::<Result<_, f64>>()
        .map_err(|seconds| Duration::from_secs_f64(seconds.ceil()))
        .map_err(|wait| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).max(1))
}

impl Bucket {
    fn filled(self, rate: Rate, now: Instant) -> Self {
        let since = now.saturating_duration_since(self.at).as_secs_f64();
        Self { calls: (self.calls + since * rate.per_second).min(rate.burst), at: now.max(self.at) }
    }
}

fn who(peer: &Peer) -> Vec<(Who, Rate)> {
    if let Some(certificate) = &peer.certificate {
        return vec![(Who::Certificate(certificate.clone()), CERTIFICATE)];
    }
    let Network { narrow, wide } = Network::of(peer.address);
    vec![(Who::Network(narrow), NETWORK), (Who::Wide(wide), WIDE_NETWORK)]
}

/// A map that forgets what was put the longest ago.
#[derive(Debug)]
struct Recent<K, V> {
    values: HashMap<K, (u64, V)>,
    order: BTreeMap<u64, K>,
    next: u64,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self { values: HashMap::new(), order: BTreeMap::new(), next: 0 }
    }
}

impl<K: Clone + Eq + Hash, V> Recent<K, V> {
    fn get(&self, key: &K) -> Option<&V> {
        self.values.get(key).map(|(_, value)| value)
    }

    fn put(&mut self, key: K, value: V) {
        self.next += 1;
        self.order.insert(self.next, key.clone());
        if let Some((earlier, _)) = self.values.insert(key, (self.next, value)) {
            self.order.remove(&earlier);
        }
        if self.values.len() > MOST
            && let Some((_, oldest)) = self.order.pop_first()
        {
            self.values.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(number: u8) -> Peer {
        Peer {
            address: "192.0.2.1".parse().unwrap(),
            certificate: Some(Thumbprint::from([number; 32])),
        }
    }

    fn at(address: &str) -> Peer {
        Peer { address: address.parse().unwrap(), certificate: None }
    }

    /// How many calls somebody gets in so many seconds of asking without a pause.
    fn calls(pace: &Pace, peer: &Peer, begun: Instant, seconds: u64) -> usize {
        (0..seconds * 1000)
            .filter(|turn| pace.take(peer, 1, begun + Duration::from_millis(*turn)).is_ok())
            .count()
    }

    #[test]
    fn one_certificate_gets_a_burst_and_then_one_call_a_second() {
        let (pace, begun) = (Pace::default(), Instant::now());
        assert_eq!(calls(&pace, &holder(1), begun, 10), 129);
        // Another one behind the same address has its own.
        assert_eq!(calls(&pace, &holder(2), begun, 1), 120);
        let later = begun + Duration::from_secs(600);
        assert_eq!(calls(&pace, &holder(1), later, 1), 120);
    }

    #[test]
    fn the_wait_that_is_told_is_long_enough_and_costs_nothing() {
        let (pace, begun) = (Pace::default(), Instant::now());
        pace.take(&holder(1), 115, begun).unwrap();
        for _ in 0..1000 {
            assert_eq!(pace.take(&holder(1), 10, begun), Err(5));
        }
        pace.take(&holder(1), 10, begun + Duration::from_secs(5)).unwrap();
    }

    #[test]
    fn without_certificates_networks_are_counted_and_ipv6_in_two_widths() {
        let (pace, begun) = (Pace::default(), Instant::now());
        assert_eq!(calls(&pace, &at("198.51.100.7"), begun, 1), 609);
        assert_eq!(calls(&pace, &at("198.51.100.8"), begun, 1), 609);
        let all: usize = (0..100)
            .map(|net| calls(&pace, &at(&format!("2001:db8:0:{net:x}::1")), begun, 1))
            .sum();
        assert!((2400..2450).contains(&all), "{all}");
    }

    #[test]
    fn the_buckets_that_were_not_used_for_longest_go_first() {
        let (pace, begun) = (Pace::default(), Instant::now());
        pace.take(&at("192.0.2.1"), 600, begun).unwrap();
        for number in 0..MOST {
            let [.., a, b, c] = number.to_be_bytes();
            let _ = pace.take(&at(&format!("10.{a}.{b}.{c}")), 1, begun);
            if number % 100 == 0 {
                // Whoever goes on asking is not forgotten: the refusals hold.
                let later = begun + Duration::from_secs_f64(number as f64 / 1e6);
                let _ = pace.take(&at("192.0.2.2"), 6, later);
            }
        }
        let buckets = pace.buckets.0.lock().unwrap();
        assert_eq!(buckets.values.len(), MOST);
        assert_eq!(buckets.order.len(), MOST);
        assert!(buckets.get(&Who::Network("192.0.2.1".parse().unwrap())).is_none());
        assert!(buckets.get(&Who::Network("192.0.2.2".parse().unwrap())).is_some());
    }
}
