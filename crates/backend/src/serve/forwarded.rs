//! The header with which a load balancer says whose connection it hands on: the PROXY protocol, versions
//! 1 and 2 (HAProxy's proxy-protocol.txt). Exactly the header is read; what follows is the client's.

use std::net::SocketAddr;

use ppp::{v1, v2};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    time::Instant,
};

/// The signature of version 2. The shortest line of version 1 is longer.
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
/// The signature, version and command, family, and the length of the rest.
const HEAD: usize = 16;
/// The longest rest that is read: addresses of every family, and room for what balancers add.
const LONGEST_REST: usize = 520;
/// How the line of version 1 begins.
const LINE: &[u8] = b"PROXY ";
/// The longest line of version 1, with its end (§2.1).
const LONGEST_LINE: usize = 107;

/// Whose connection it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Source {
    Client(SocketAddr),
    /// The load balancer's own (`LOCAL`, `UNKNOWN`), which looks whether anybody is here.
    Balancer,
}

/// Reads the header, which has to be there by then.
///
/// # Errors
///
/// No header, one that is cut, too long or not understood, and one that takes too long.
pub(super) async fn read_until(
    stream: &mut (impl AsyncRead + Unpin),
    until: Instant,
) -> Result<Source, String> {
    tokio::time::timeout_at(until, read(stream))
        .await
        .unwrap_or_else(|_| Err(String::from("the balancer's header took too long")))
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Result<Source, String> {
    let cut = |error: std::io::Error| format!("no whole header of a balancer: {error}");
    let mut header = vec![0; SIGNATURE.len()];
    stream.read_exact(&mut header).await.map_err(cut)?;
    if header == SIGNATURE {
        header.resize(HEAD, 0);
        let (_, rest) = header.split_at_mut(SIGNATURE.len());
        stream.read_exact(rest).await.map_err(cut)?;
        let length = match *rest {
            [_, _, high, low] => usize::from(u16::from_be_bytes([high, low])),
            _ => return Err(String::from("a balancer's header without a length")),
        };
        if length > LONGEST_REST {
            return Err(format!("a balancer's header of {length} bytes"));
        }
        header.resize(HEAD + length, 0);
        let (_, rest) = header.split_at_mut(HEAD);
        stream.read_exact(rest).await.map_err(cut)?;
        second(&header)
    } else if header.starts_with(LINE) {
        while !header.ends_with(b"\r\n") {
            if header.len() == LONGEST_LINE {
                return Err(String::from("a balancer's line without an end"));
            }
            header.push(stream.read_u8().await.map_err(cut)?);
        }
        first(&header)
    } else {
        Err(String::from("no header of a balancer"))
    }
}

fn first(line: &[u8]) -> Result<Source, String> {
    let header =
        v1::Header::try_from(line).map_err(|error| format!("a balancer's line: {error}"))?;
    Ok(match header.addresses {
        v1::Addresses::Tcp4(of) => client(of.source_address, of.source_port),
        v1::Addresses::Tcp6(of) => client(of.source_address, of.source_port),
        v1::Addresses::Unknown => Source::Balancer,
    })
}

fn second(bytes: &[u8]) -> Result<Source, String> {
    let header =
        v2::Header::try_from(bytes).map_err(|error| format!("a balancer's header: {error}"))?;
    Ok(match (header.command, header.addresses) {
        (v2::Command::Proxy, v2::Addresses::IPv4(of)) => client(of.source_address, of.source_port),
        (v2::Command::Proxy, v2::Addresses::IPv6(of)) => client(of.source_address, of.source_port),
        // Who has no address that could be counted may ask for nothing.
        (v2::Command::Local, _) | (_, v2::Addresses::Unspecified | v2::Addresses::Unix(_)) => {
            Source::Balancer
        }
    })
}

fn client(address: impl Into<std::net::IpAddr>, port: u16) -> Source {
    Source::Client(SocketAddr::new(address.into().to_canonical(), port))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::AsyncWriteExt as _;

    use super::*;

    /// What is read from a connection that brings these bytes and then closes, and what is left of them.
    async fn taken(bytes: &[u8]) -> (Result<Source, String>, Vec<u8>) {
        let (mut near, mut far) = tokio::io::duplex(64 * 1024);
        far.write_all(bytes).await.unwrap();
        drop(far);
        let source = read_until(&mut near, Instant::now() + Duration::from_secs(10)).await;
        let mut rest = Vec::new();
        near.read_to_end(&mut rest).await.unwrap();
        (source, rest)
    }

    fn version_2(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
        [&SIGNATURE[..], &[0x20 | command, family], &length, rest].concat()
    }

    fn is(address: &str) -> Source {
        Source::Client(address.parse().unwrap())
    }

    #[tokio::test]
    async fn each_version_names_the_client_and_leaves_what_is_the_clients() {
        let four = [192, 0, 2, 1, 192, 0, 2, 2, 0x30, 0x39, 0x20, 0xfb];
        let mut six = vec![0; 36];
        (six[0], six[1], six[15], six[32], six[33]) = (0x20, 0x01, 7, 0x30, 0x39);
        let mut long = four.to_vec();
        // A TLV of the rest (§2.2.7, PP2_TYPE_NOOP).
        let noop = LONGEST_REST - four.len() - 3;
        long.extend([4, (noop / 256) as u8, (noop % 256) as u8]);
        long.resize(LONGEST_REST, 0);
        let table = [
            (b"PROXY TCP4 192.0.2.1 192.0.2.2 12345 8443\r\n".to_vec(), is("192.0.2.1:12345")),
            (b"PROXY TCP6 2001::7 2001::8 12345 8443\r\n".to_vec(), is("[2001::7]:12345")),
            (b"PROXY UNKNOWN\r\n".to_vec(), Source::Balancer),
            (version_2(1, 0x11, &four), is("192.0.2.1:12345")),
            (version_2(1, 0x11, &long), is("192.0.2.1:12345")),
            (version_2(1, 0x21, &six), is("[2001::7]:12345")),
            (version_2(0, 0x00, &[]), Source::Balancer),
            (version_2(0, 0x11, &four), Source::Balancer),
            (version_2(1, 0x00, &[]), Source::Balancer),
        ];
        for (header, source) in table {
            for rest in [&b""[..], b"PROXY TCP4 192.0.2.9 192.0.2.2 1 2\r\n", b"\x16\x03\x01"] {
                let (read, left) = taken(&[&header, rest].concat()).await;
                assert_eq!((read.as_ref(), &left[..]), (Ok(&source), rest), "{header:?}");
            }
            for end in 0..header.len() {
                assert!(taken(&header[..end]).await.0.is_err(), "{end} of {header:?}");
            }
        }
    }

    #[tokio::test]
    async fn what_is_no_header_is_refused_and_no_more_read_than_that_takes() {
        let line = [&b"PROXY TCP4 "[..], &[b'1'; 200]].concat();
        let long = [&SIGNATURE[..], &[0x21, 0x11, 0x27, 0x10], &[0; 10_000]].concat();
        let hello = [&[0x16, 3, 1, 2, 0][..], &[1; 512]].concat();
        for (bytes, read) in [
            (line.clone(), LONGEST_LINE),
            (long.clone(), HEAD),
            (hello.clone(), SIGNATURE.len()),
            (b"GET / HTTP/1.1\r\n\r\n".to_vec(), SIGNATURE.len()),
        ] {
            let (source, left) = taken(&bytes).await;
            assert!(source.is_err(), "{bytes:?}");
            assert_eq!(left.len(), bytes.len() - read);
        }
        for bad in [
            b"PROXY TCP4 192.0.2.1 192.0.2.2 12345\r\n".to_vec(),
            b"PROXY TCP4 login.example.jp 192.0.2.2 1 2\r\n".to_vec(),
            version_2(1, 0x11, &[192, 0, 2, 1]),
            version_2(2, 0x11, &[0; 12]),
        ] {
            assert!(taken(&bad).await.0.is_err(), "{bad:?}");
        }
    }

    #[tokio::test]
    async fn a_header_that_comes_byte_by_byte_has_its_time_and_no_more() {
        let header = b"PROXY TCP4 192.0.2.1 192.0.2.2 12345 8443\r\n";
        for (millis, patience, arrives) in [(1, 30_000, true), (100, 300, false)] {
            let (mut near, mut far) = tokio::io::duplex(64);
            let until = Instant::now() + Duration::from_millis(patience);
            tokio::spawn(async move {
                for byte in header {
                    tokio::time::sleep(Duration::from_millis(millis)).await;
                    // Nobody reads any more once the time is over.
                    let _ = far.write_all(&[*byte]).await;
                }
            });
            let read = read_until(&mut near, until).await;
            assert_eq!(read.is_ok(), arrives, "{read:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_take_more_than_a_header(
            start in proptest::sample::select(vec![&b""[..], &SIGNATURE[..], LINE, b"PROXY TCP6 "]),
            bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..700),
        ) {
            let all = [start, &bytes].concat();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            let (read, left) = runtime.block_on(taken(&all));
            let used = all.len() - left.len();
            proptest::prop_assert!(used <= HEAD + LONGEST_REST, "{used}");
            proptest::prop_assert!(all.ends_with(&left));
            if read.is_ok() {
                proptest::prop_assert!(all.starts_with(LINE) || all.starts_with(&SIGNATURE));
            }
        }
    }
}
