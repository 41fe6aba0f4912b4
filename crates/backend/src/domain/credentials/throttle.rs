//! Slows wrong passwords where an outsider can try them, without ever locking: a lock that an outsider can
//! reach is a lock that an outsider can set (SPEC B3, E3).
//!
//! Three things are counted: wrong passwords of a user from a network, of a network whoever it tries, and
//! of a user from everywhere. The first two make their network wait. The third never keeps anybody out;
//! it only lowers how many tries a network has that is new to the user.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use warifu_protocol::{CustomerNumber, Timestamp, UserId};

use crate::network::Network;

/// Wrong passwords of a user from one network that cost no waiting.
const FREE: u32 = 5;
/// The same once others have tried this user from many networks.
const FREE_WHEN_GUESSED: u32 = 2;
/// Wrong passwords of a user from everywhere after which the user counts as guessed.
const GUESSED: u32 = 25;
/// Wrong passwords of one network, at whomever, that cost no waiting: an IPv4 address or an IPv6 /64.
const NETWORK_FREE: u32 = 25;
/// The same of an IPv6 /48, which is what a provider gives to one site.
const SITE_FREE: u32 = 100;
/// The longest wait, in seconds.
const LONGEST: i64 = 60;
/// Seconds after which a row of failures is forgotten.
const FORGET: i64 = 15 * 60;
/// Most rows of each kind; past it those that were touched longest ago give way.
const MOST: usize = 100_000;

/// The failures of the last minutes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Throttle {
    rows: Arc<Mutex<Rows>>,
}

#[derive(Debug, Default)]
struct Rows {
    pairs: Table<(CustomerNumber, UserId, IpAddr)>,
    users: Table<(CustomerNumber, UserId)>,
    networks: Table<IpAddr>,
    sites: Table<IpAddr>,
}

/// A try that is counted and has no verdict yet. Dropped without one, it is taken back: what was not
/// verified does not count.
#[derive(Debug)]
#[must_use = "a try without a verdict is taken back"]
pub(crate) struct Try {
    rows: Arc<Mutex<Rows>>,
    customer: CustomerNumber,
    user: UserId,
    address: IpAddr,
    verdict: Option<Verdict>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Verdict {
    Right,
    Wrong,
}

impl Throttle {
    /// Counts a try before it is verified, so that parallel guesses do not get more.
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
    ) -> Result<Try, u32> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let Network { narrow: network, wide: site } = Network::of(address);
        let (pair, named) =
            ((customer.clone(), user.clone(), network), (customer.clone(), user.clone()));
        let guessed = rows.users.failures(&named, now) >= GUESSED;
        let free = if guessed { FREE_WHEN_GUESSED } else { FREE };
        let waits = [
            rows.pairs.wait(&pair, free, now),
            rows.networks.wait(&network, NETWORK_FREE, now),
            rows.sites.wait(&site, SITE_FREE, now),
        ];
        if let Some(seconds) = waits.into_iter().flatten().max() {
            return Err(seconds);
        }
        rows.pairs.count(pair, now);
        rows.users.count(named, now);
        rows.networks.count(network, now);
        rows.sites.count(site, now);
        Ok(Try {
            rows: Arc::clone(&self.rows),
            customer: customer.clone(),
            user: user.clone(),
            address,
            verdict: None,
        })
    }
}

impl Try {
    /// The password was right. That forgives this user's failures from this network and nobody else's.
    pub(crate) fn right(mut self) {
        self.verdict = Some(Verdict::Right);
    }

    /// The password was wrong, or right for something that is over.
    pub(crate) fn wrong(mut self) {
        self.verdict = Some(Verdict::Wrong);
    }
}

impl Drop for Try {
    fn drop(&mut self) {
        if self.verdict == Some(Verdict::Wrong) {
            return;
        }
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let Network { narrow: network, wide: site } = Network::of(self.address);
        let pair = (self.customer.clone(), self.user.clone(), network);
        match self.verdict {
            Some(Verdict::Right) => rows.pairs.forget(&pair),
            Some(Verdict::Wrong) | None => rows.pairs.take_back(&pair),
        }
        rows.users.take_back(&(self.customer.clone(), self.user.clone()));
        rows.networks.take_back(&network);
        rows.sites.take_back(&site);
    }
}

/// Rows of failures by key, bounded.
#[derive(Debug)]
struct Table<K>(HashMap<K, Row>);

#[derive(Clone, Copy, Debug)]
struct Row {
    failures: u32,
    last: Timestamp,
}

impl<K> Default for Table<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Clone + Eq + Hash> Table<K> {
    fn failures(&self, key: &K, now: Timestamp) -> u32 {
        self.0.get(key).filter(|row| !row.is_over(now)).map_or(0, |row| row.failures)
    }

    fn wait(&self, key: &K, free: u32, now: Timestamp) -> Option<u32> {
        self.0.get(key)?.wait(free, now)
    }

    fn count(&mut self, key: K, now: Timestamp) {
        if self.0.len() >= MOST && !self.0.contains_key(&key) {
            self.make_room(now);
        }
        let row = self.0.entry(key).or_insert(Row { failures: 0, last: now });
        if row.is_over(now) {
            row.failures = 0;
        }
        row.failures = row.failures.saturating_add(1);
        row.last = now;
    }

    fn take_back(&mut self, key: &K) {
        if let Some(row) = self.0.get_mut(key) {
            row.failures = row.failures.saturating_sub(1);
            if row.failures == 0 {
                self.0.remove(key);
            }
        }
    }

    fn forget(&mut self, key: &K) {
        self.0.remove(key);
    }

    /// Takes away what is over, and if that is not enough the tenth that was touched longest ago.
    fn make_room(&mut self, now: Timestamp) {
        self.0.retain(|_, row| !row.is_over(now));
        if self.0.len() < MOST {
            return;
        }
        let mut times: Vec<_> = self.0.values().map(|row| row.last).collect();
        let (_, oldest, _) = times.select_nth_unstable(MOST / 10);
        let oldest = *oldest;
        let mut most = MOST / 10;
        self.0.retain(|_, row| {
            let goes = row.last <= oldest && most > 0;
            most -= usize::from(goes);
            !goes
        });
    }
}

impl Row {
    /// Forgotten by time, or counted while the clock was ahead.
    fn is_over(&self, now: Timestamp) -> bool {
        now - self.last >= FORGET || self.last - now > LONGEST
    }

    fn wait(&self, free: u32, now: Timestamp) -> Option<u32> {
        if self.failures < free || self.is_over(now) {
            return None;
        }
        let pause = 2_i64.checked_pow(self.failures - free + 1).unwrap_or(LONGEST).min(LONGEST);
        // A clock that was set back a little makes nobody wait longer than that.
        let until = self.last.min(now) + pause;
        u32::try_from(until - now).ok().filter(|seconds| *seconds > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = 1_000_000;

    fn customer() -> CustomerNumber {
        "10000001".parse().unwrap()
    }

    fn user(name: &str) -> UserId {
        name.parse().unwrap()
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// A wrong password; the seconds to wait instead, if so.
    fn guess(throttle: &Throttle, name: &str, from: IpAddr, now: Timestamp) -> Result<(), u32> {
        throttle.attempt(&customer(), &user(name), from, now).map(Try::wrong)
    }

    #[test]
    fn waits_double_up_to_a_minute_and_are_forgotten() {
        let throttle = Throttle::default();
        let from = address("192.0.2.1");
        let mut now = NOW;
        for _ in 0..FREE {
            guess(&throttle, "kanri01", from, now).unwrap();
        }
        for expected in [2, 4, 8, 16, 32, 60, 60] {
            assert_eq!(guess(&throttle, "kanri01", from, now), Err(expected));
            now += i64::from(expected);
            guess(&throttle, "kanri01", from, now).unwrap();
        }
        // A network of its own is not kept out by it.
        guess(&throttle, "kanri01", address("198.51.100.1"), now).unwrap();
        guess(&throttle, "kanri01", from, now + FORGET).unwrap();
    }

    #[test]
    fn a_right_password_forgives_the_pair_and_nobody_else() {
        let throttle = Throttle::default();
        let from = address("192.0.2.1");
        let mut verified = 0;
        for number in 0..300 {
            // Whoever knows one password tries others between, and so washes the own address.
            let own = throttle.attempt(&customer(), &user("own"), from, NOW);
            if let Ok(own) = own {
                own.right();
            }
            verified += u32::from(guess(&throttle, &format!("user{number}"), from, NOW).is_ok());
        }
        assert_eq!(verified, NETWORK_FREE);
        // The pair itself is forgiven.
        let elsewhere = address("198.51.100.1");
        for _ in 0..3 {
            for _ in 0..FREE - 1 {
                guess(&throttle, "kanri01", elsewhere, NOW).unwrap();
            }
            throttle.attempt(&customer(), &user("kanri01"), elsewhere, NOW).unwrap().right();
        }
    }

    #[test]
    fn what_has_no_verdict_does_not_count() {
        let throttle = Throttle::default();
        let from = address("192.0.2.1");
        for _ in 0..1_000 {
            drop(throttle.attempt(&customer(), &user("kanri01"), from, NOW).unwrap());
        }
        let rows = throttle.rows.lock().unwrap();
        let left = (rows.pairs.0.len(), rows.users.0.len(), rows.networks.0.len());
        assert_eq!(left, (0, 0, 0));
    }

    #[test]
    fn parallel_tries_are_counted_before_their_verdicts() {
        let throttle = Throttle::default();
        let from = address("192.0.2.1");
        let tries: Vec<_> = (0..50)
            .filter_map(|_| throttle.attempt(&customer(), &user("kanri01"), from, NOW).ok())
            .collect();
        assert_eq!(tries.len(), FREE as usize);
    }

    #[test]
    fn others_guesses_never_keep_a_user_out_from_a_clean_network() {
        let throttle = Throttle::default();
        for number in 0..2_000_u32 {
            let from = IpAddr::V4((0x0a00_0000 + number).into());
            let _ = guess(&throttle, "kanri01", from, NOW);
            let _ = guess(&throttle, "kanri01", from, NOW);
        }
        for offset in 0..600 {
            let clean = address("198.51.100.1");
            let own = throttle.attempt(&customer(), &user("kanri01"), clean, NOW + offset);
            own.unwrap().right();
        }
        // A network that is new to a guessed user has fewer tries, never none.
        let (new, later) = (address("198.51.100.2"), NOW + 600);
        for _ in 0..FREE_WHEN_GUESSED {
            guess(&throttle, "kanri01", new, later).unwrap();
        }
        guess(&throttle, "kanri01", new, later).unwrap_err();
    }

    #[test]
    fn a_full_table_gives_up_what_is_oldest_and_never_all() {
        let throttle = Throttle::default();
        let victim = address("192.0.2.1");
        for number in 0..u32::try_from(MOST).unwrap() {
            let from = IpAddr::V4((0x0a00_0000 + number).into());
            guess(&throttle, &format!("user{number}"), from, NOW + i64::from(number) / 500)
                .unwrap();
        }
        let now = NOW + 200;
        for _ in 0..FREE {
            guess(&throttle, "kanri01", victim, now).unwrap();
        }
        guess(&throttle, "kanri01", victim, now).unwrap_err();
        for number in 0..u32::try_from(MOST / 2).unwrap() {
            let from = IpAddr::V4((0x0b00_0000 + number).into());
            guess(&throttle, &format!("other{number}"), from, now).unwrap();
        }
        guess(&throttle, "kanri01", victim, now).unwrap_err();
        let rows = throttle.rows.lock().unwrap();
        assert!(rows.pairs.0.len() <= MOST && rows.networks.0.len() <= MOST);
        assert!(rows.pairs.0.len() > MOST / 2);
    }

    #[test]
    fn a_site_of_many_networks_is_slowed_as_one() {
        let throttle = Throttle::default();
        let mut verified = 0;
        for number in 0..10_000 {
            let from = address(&format!("2001:db8:7:{number:x}::1"));
            verified += u32::from(guess(&throttle, &format!("user{number}"), from, NOW).is_ok());
        }
        assert_eq!(verified, SITE_FREE);
        guess(&throttle, "kanri01", address("2001:db8:8::1"), NOW).unwrap();
    }

    #[test]
    fn a_clock_that_moves_makes_nobody_wait_longer_than_the_longest_wait() {
        let throttle = Throttle::default();
        let from = address("192.0.2.1");
        for _ in 0..FREE {
            guess(&throttle, "kanri01", from, NOW + 30).unwrap();
        }
        let seconds = guess(&throttle, "kanri01", from, NOW).unwrap_err();
        assert!(i64::from(seconds) <= LONGEST, "{seconds}");
        // What was counted a day ahead would stand for a day.
        for _ in 0..FREE {
            guess(&throttle, "tanaka", from, NOW + 86_400).unwrap();
        }
        guess(&throttle, "tanaka", from, NOW).unwrap();
    }
}
