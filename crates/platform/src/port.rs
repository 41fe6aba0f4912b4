//! Ports for the servers that tests and measurements start.

use std::{
    io,
    net::{Ipv4Addr, TcpListener, UdpSocket},
    process,
    sync::{Mutex, PoisonError},
};

/// Below what any system of ours gives to outgoing connections (Linux from 32768, Windows and macOS
/// from 49152), so that none of those takes a port between its reservation and its use.
const RANGE: std::ops::Range<u16> = 20_000..32_000;

/// What keeps the ports that this process has reserved.
static RESERVED: Mutex<Vec<UdpSocket>> = Mutex::new(Vec::new());

/// TCP ports of 127.0.0.1 that nobody listens on, kept from every other caller, also in other
/// processes, until this process ends: a server may be started on one, stopped and started again.
///
/// The reservation is a UDP socket on the same number. It is in no TCP server's way, and the system
/// takes it away with the process, however that ends.
///
/// # Errors
///
/// `AddrInUse` if there are not so many.
pub fn reserve<const N: usize>() -> io::Result<[u16; N]> {
    let mut reserved = RESERVED.lock().unwrap_or_else(PoisonError::into_inner);
    // Neighbours begin at different places, so that they seldom meet.
    let length = RANGE.len();
    let first = usize::try_from(process::id()).unwrap_or_default().wrapping_mul(61) % length;
    let mut candidates = RANGE.cycle().skip(first).take(length);
    let mut ports = [0; N];
    for port in &mut ports {
        let (found, keeper) = candidates
            .by_ref()
            .find_map(|port| {
                let keeper = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).ok()?;
                TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()?;
                Some((port, keeper))
            })
            .ok_or(io::ErrorKind::AddrInUse)?;
        reserved.push(keeper);
        *port = found;
    }
    Ok(ports)
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, thread};

    use super::*;

    #[test]
    fn no_port_is_given_twice_and_each_can_be_listened_on_again_and_again() {
        let threads: Vec<_> = (0..8).map(|_| thread::spawn(|| reserve::<25>().unwrap())).collect();
        let ports: Vec<u16> =
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        let different: HashSet<_> = ports.iter().collect();
        assert_eq!((ports.len(), different.len()), (200, 200));
        for port in ports {
            for _ in 0..2 {
                drop(TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap());
            }
        }
    }

    #[test]
    fn what_somebody_listens_on_is_passed_over() {
        let [port] = reserve().unwrap();
        let _server = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        // As after the end of the process that had reserved it.
        RESERVED.lock().unwrap().retain(|one| one.local_addr().unwrap().port() != port);
        for _ in 0..50 {
            assert_ne!(reserve().unwrap(), [port]);
        }
    }
}
