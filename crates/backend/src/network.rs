//! Who is at the other end of a connection, and the network that an address belongs to: what is counted
//! where addresses are counted.

use std::net::{IpAddr, Ipv6Addr};

use warifu_protocol::Thumbprint;

/// Who is at the other end of a connection: taken from the handshake, never from a header.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) address: IpAddr,
    /// None on the enrolment listener.
    pub(crate) certificate: Option<Thumbprint>,
}

/// An address as it is counted, in two widths. Of IPv4 both are the address, behind which a whole
/// company may sit. A holder of IPv6 has at least a /64 and often a /48 (RFC 6177).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Network {
    /// The IPv4 address, or the IPv6 /64.
    pub(crate) narrow: IpAddr,
    /// The IPv4 address, or the IPv6 /48.
    pub(crate) wide: IpAddr,
}

impl Network {
    /// The network of an address; one that is IPv4 in IPv6's notation is taken for what it is.
    pub(crate) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            address @ IpAddr::V4(_) => Self { narrow: address, wide: address },
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                let first = |d| IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0));
                Self { narrow: first(d), wide: first(0) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> Network {
        Network::of(address.parse().unwrap())
    }

    #[test]
    fn an_ipv4_address_stands_for_itself_in_either_notation() {
        assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.1"));
        assert_ne!(network("192.0.2.1").wide, network("192.0.2.2").wide);
    }

    #[test]
    fn ipv6_is_counted_by_64_bits_and_by_48() {
        let one = network("2001:db8:0:1::1");
        assert_eq!(one, network("2001:db8:0:1:ffff::2"));
        let sibling = network("2001:db8:0:2::1");
        assert_ne!(one.narrow, sibling.narrow);
        assert_eq!(one.wide, sibling.wide);
        assert_ne!(one.wide, network("2001:db8:1:1::1").wide);
    }
}
