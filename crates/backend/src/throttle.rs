//! Slows wrong passwords on the enrolment listener, per user and address, without ever locking: a
//! lock that an outsider can reach is a lock that an outsider can set (SPEC B3, E3).

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use warifu_protocol::{CustomerNumber, Timestamp, UserId};

/// Wrong passwords in a row that cost no waiting.
const FREE: u32 = 5;
/// The longest wait, in seconds.
const LONGEST: i64 = 60;
/// Seconds after which a row of failures is forgotten.
const FORGET: i64 = 15 * 60;
/// How many more failures one address, or one user from everywhere, has before it waits.
const WIDER: u32 = 20;
/// Most rows that are kept; past it the ones that may be forgotten go, then all.
const MOST: usize = 100_000;

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Key {
    Pair(CustomerNumber, UserId, IpAddr),
    User(CustomerNumber, UserId),
    Address(IpAddr),
}

#[derive(Clone, Copy, Debug)]
struct Row {
    failures: u32,
    last: Timestamp,
}

/// The failures of the last minutes.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    rows: Mutex<HashMap<Key, Row>>,
}

impl Throttle {
    /// Counts an attempt, before it is verified, so that parallel guesses do not get more.
    ///
    /// # Errors
    ///
    /// The seconds to wait.
    pub(crate) fn attempt(
        &self,
        customer: &CustomerNumber,
        user: &UserId,
        address: IpAddr,
        now: Timestamp,
    ) -> Result<(), u32> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = keys(customer, user, address);
        let wait = keys.iter().filter_map(|(key, free)| wait(rows.get(key)?, *free, now)).max();
        if let Some(seconds) = wait {
            return Err(seconds);
        }
        if rows.len() >= MOST {
            rows.retain(|_, row| now - row.last < FORGET);
            if rows.len() >= MOST {
                rows.clear();
            }
        }
        for (key, _) in keys {
            let row = rows.entry(key).or_insert(Row { failures: 0, last: now });
            if now - row.last >= FORGET {
                row.failures = 0;
            }
            row.failures = row.failures.saturating_add(1);
            row.last = now;
        }
        Ok(())
    }

    /// Forgets the attempts of a user from an address: the password was right.
    pub(crate) fn succeeded(&self, customer: &CustomerNumber, user: &UserId, address: IpAddr) {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, _) in keys(customer, user, address) {
            rows.remove(&key);
        }
    }
}

fn keys(customer: &CustomerNumber, user: &UserId, address: IpAddr) -> [(Key, u32); 3] {
    let address = network(address);
    [
        (Key::Pair(customer.clone(), user.clone(), address), FREE),
        (Key::User(customer.clone(), user.clone()), FREE + WIDER),
        (Key::Address(address), FREE + WIDER),
    ]
}

/// An IPv6 customer holds at least a /64, so that is what is counted.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6([a, b, c, d, 0, 0, 0, 0].into())
        }
    }
}

fn wait(row: &Row, free: u32, now: Timestamp) -> Option<u32> {
    if row.failures < free || now - row.last >= FORGET {
        return None;
    }
    let pause = 2_i64.checked_pow(row.failures - free + 1).unwrap_or(LONGEST).min(LONGEST);
    u32::try_from(row.last + pause - now).ok().filter(|seconds| *seconds > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_minute_and_are_forgotten() {
        let throttle = Throttle::default();
        let (customer, user) = ("10000001".parse().unwrap(), "kanri01".parse().unwrap());
        let address = "192.0.2.1".parse().unwrap();
        let mut now = 1_000_000;
        for _ in 0..FREE {
            throttle.attempt(&customer, &user, address, now).unwrap();
        }
        for expected in [2, 4, 8, 16, 32, 60, 60] {
            assert_eq!(throttle.attempt(&customer, &user, address, now), Err(expected));
            now += i64::from(expected);
            throttle.attempt(&customer, &user, address, now).unwrap();
        }
        // Another address is not kept out by it.
        throttle.attempt(&customer, &user, "198.51.100.1".parse().unwrap(), now).unwrap();
        throttle.attempt(&customer, &user, address, now + FORGET).unwrap();
        throttle.succeeded(&customer, &user, address);
        throttle.attempt(&customer, &user, address, now + FORGET).unwrap();
    }

    #[test]
    fn addresses_of_one_ipv6_network_count_as_one() {
        let a: IpAddr = "2001:db8:0:1::1".parse().unwrap();
        let b: IpAddr = "2001:db8:0:1:ffff::2".parse().unwrap();
        let c: IpAddr = "2001:db8:0:2::1".parse().unwrap();
        assert_eq!(network(a), network(b));
        assert_ne!(network(a), network(c));
    }
}
