//! How much may be tried. What browsers and services present has 256 random bits, so nothing has to be
//! slowed down but floods: failures count by address, since a whole company may sit behind one, and what
//! succeeds counts for the service that has proved who it is. Nobody else can use up a service's share.

use std::{net::IpAddr, time::Instant};

use crate::{
    config::web::ClientId,
    network::Network,
    pace::{Buckets, Rate},
};

/// A company behind one address, on the morning on which all logins of the day before are over.
const NETWORK: Rate = Rate { burst: 300.0, per_second: 5.0 };
/// All that somebody with a whole IPv6 /48 gets.
const WIDE_NETWORK: Rate = Rate { burst: 1200.0, per_second: 20.0 };
/// Some five thousand users at work, each of whose tokens is refreshed every four minutes.
const CLIENT: Rate = Rate { burst: 1200.0, per_second: 20.0 };

/// What was tried lately.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    failures: Buckets<(bool, IpAddr)>,
    clients: Buckets<ClientId>,
}

impl Attempts {
    /// Whether somebody at that address may try.
    pub(super) fn may(&self, address: IpAddr) -> bool {
        self.failures.wait(&who(address), 1, Instant::now()).is_ok()
    }

    /// Counts what failed.
    pub(super) fn note_failure(&self, address: IpAddr) {
        // Nothing is left to take from somebody who has failed too often already.
        let _ = self.failures.take(&who(address), 1, Instant::now());
    }

    /// Counts a request of a service that has proved who it is.
    ///
    /// # Errors
    ///
    /// The seconds to wait.
    pub(super) fn take_of_client(&self, client: &ClientId) -> Result<(), u32> {
        self.clients.take(&[(client.clone(), CLIENT)], 1, Instant::now())
    }
}

fn who(address: IpAddr) -> [((bool, IpAddr), Rate); 2] {
    let Network { narrow, wide } = Network::of(address);
    [((false, narrow), NETWORK), ((true, wide), WIDE_NETWORK)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_stop_their_address_alone_and_no_service() {
        let attempts = Attempts::default();
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|text| text.parse().unwrap());
        let client: ClientId = "claims".parse().unwrap();
        for _ in 0..310 {
            attempts.note_failure(one);
        }
        assert!(!attempts.may(one));
        assert!(attempts.may(other));
        attempts.take_of_client(&client).unwrap();
        // Those who look are not counted.
        for _ in 0..1000 {
            assert!(attempts.may(other));
        }
    }

    #[test]
    fn a_service_has_a_share_of_its_own() {
        let attempts = Attempts::default();
        let [one, other]: [ClientId; 2] = ["a", "b"].map(|text| text.parse().unwrap());
        let taken = (0..2000).filter(|_| attempts.take_of_client(&one).is_ok()).count();
        assert!((1200..1300).contains(&taken), "{taken}");
        attempts.take_of_client(&other).unwrap();
    }
}
