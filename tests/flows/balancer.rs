//! Behind a load balancer: whose connection it is, is what the PROXY header says, and nobody comes past.

use system_tests::balancer::{ADDRESS, Balancer, Version};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use warifu_protocol::ErrorCode;

use crate::{
    attacker::{Door, Raw},
    provider::Provider,
    world::{World, code, flow},
};

const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

#[test]
fn through_a_balancer_the_client_is_who_is_counted_and_recorded() {
    flow(async |world| {
        let provider = behind(&world, "").await;
        let balancer = balancer(&world, &provider);
        let profile = through(&provider, &balancer);
        let user = provider.add_customer("kanri01");
        let pc = world.pc("pc");
        let id = pc.add_profile(profile.clone()).await;
        let identity = pc.issue(id, &user).await;
        pc.log_in(&identity).await;
        let refused = pc.start_enrolment(id, &user, String::from("Wrong#1234")).await;
        assert_eq!(code(refused), ErrorCode::AuthenticationFailed);
        let record = provider.json(&["audit", "list", "--json"]);
        let addresses: Vec<_> =
            record.as_array().unwrap().iter().filter_map(|row| row["address"].as_str()).collect();
        assert!(addresses.contains(&"127.0.0.1"), "{record}");
        assert!(!record.to_string().contains("127.9.9.9"), "{record}");

        // Another client is another address.
        let door = Door::of_profile(&profile, "enrolment_url", None);
        let mut raw = door.open_from([127, 0, 0, 5]).await.unwrap();
        let body = serde_json::json!({
            "customer_number": user.number, "user_id": user.user_id, "password": "Wrong#1234",
        });
        let (status, answer) = raw.ask("POST", "/v1/enrolments", None, &body).await.unwrap();
        assert_eq!((status, &answer["code"]), (401, &"authentication-failed".into()), "{answer}");
        let record = provider.json(&["audit", "list", "--json"]);
        assert!(record.to_string().contains("\"127.0.0.5\""), "{record}");
        provider.stop().await;
    });
}

#[test]
fn one_client_behind_a_balancer_leaves_the_others_their_places() {
    flow(async |world| {
        let provider = behind(&world, "max_connections = 16\n").await;
        let balancer = balancer(&world, &provider);
        let door = Door::of_profile(&through(&provider, &balancer), "enrolment_url", None);
        // Some of them shake hands and say nothing, some say nothing at all.
        let mut held = Vec::new();
        for number in 0..120 {
            if number % 2 == 0 {
                held.push((door.open_from([127, 0, 0, 5]).await.ok(), None));
            } else {
                held.push((None, door.knock([127, 0, 0, 5]).await.ok()));
            }
        }
        for client in 6..12 {
            let mut raw = door.open_from([127, 0, client, 1]).await.unwrap();
            assert_eq!(health(&mut raw).await, 200, "{client}");
        }
        drop(held);
        provider.stop().await;
    });
}

#[test]
fn whoever_is_no_balancer_or_brings_no_header_is_closed() {
    flow(async |world| {
        let provider = behind(&world, "").await;
        let line = b"PROXY TCP4 127.0.0.7 127.0.0.1 4000 443\r\n";
        let four = [127, 0, 0, 7, 127, 0, 0, 1, 0x10, 0, 1, 0xbb];
        let binary = [SIGNATURE, &[0x21, 0x11, 0, 12], &four].concat();
        let six = [&[0; 15][..], &[1], &[0; 15], &[1], &[0x10, 0, 1, 0xbb]].concat();
        let six = [SIGNATURE, &[0x21, 0x21, 0, 36], &six].concat();
        // With what balancers add: PP2_TYPE_UNIQUE_ID.
        let more = [SIGNATURE, &[0x21, 0x11, 0, 19], &four, &[5, 0, 4, 1, 2, 3, 4]].concat();
        let door = Door::of(&provider, "enrolment_url", None);
        for header in [&line[..], &binary, &six, &more] {
            let mut raw = door.open_behind(ADDRESS, header).await.unwrap();
            assert_eq!(health(&mut raw).await, 200, "{header:?}");
            // From anywhere else nobody is believed, nor even read.
            for stranger in [[127, 0, 0, 1], [127, 9, 9, 8]] {
                assert!(door.open_behind(stranger, header).await.is_err(), "{header:?}");
            }
            for end in [1, header.len() / 2, header.len() - 1] {
                assert!(is_closed(&door, &header[..end], true).await, "{end} of {header:?}");
            }
        }
        assert!(door.open_from([127, 0, 0, 1]).await.is_err());
        assert!(door.open_from(ADDRESS).await.is_err(), "a handshake without a header");
        let long = [SIGNATURE, &[0x21, 0x11, 0x27, 0x10], &[0; 10_000]].concat();
        let endless = [&b"PROXY TCP4 "[..], &[b'1'; 200]].concat();
        let twice = [&line[..], line].concat();
        for header in
            [&long[..], &endless, b"PROXY TCP4 a b c d\r\n", b"GET / HTTP/1.1\r\n\r\n", &twice]
        {
            assert!(is_closed(&door, header, false).await, "{header:?}");
        }
        // The balancer's own look sees the handshake, and may ask for nothing.
        let local = [SIGNATURE, &[0x20, 0, 0, 0]].concat();
        for header in [&b"PROXY UNKNOWN\r\n"[..], &local] {
            let mut raw = door.open_behind(ADDRESS, header).await.unwrap();
            let _ =
                raw.stream.write_all(b"GET /v1/health HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
            assert!(raw.is_ended().await, "{header:?}");
        }
        // Without the line nobody's header is understood.
        let provider = provider.stopped().await;
        provider.edit(|text| text.replace("trusted_proxies = ", "# trusted_proxies = "));
        let provider = provider.restart(&world).await;
        let door = Door::of(&provider, "enrolment_url", None);
        assert_eq!(health(&mut door.open().await.unwrap()).await, 200);
        assert!(door.open_behind(ADDRESS, line).await.is_err());
        provider.stop().await;
    });
}

/// A provider that only the balancer reaches, with further lines in place of the limit of connections.
async fn behind(world: &World, lines: &str) -> Provider {
    let provider = world.provider().await.stopped().await;
    provider.edit(|text| {
        let rest = if lines.is_empty() { "max_connections = 1024\n" } else { lines };
        let from = std::net::Ipv4Addr::from(ADDRESS);
        let changed = text.replacen(
            "max_connections = 1024\n",
            &format!("{rest}trusted_proxies = [\"{from}\"]\n"),
            1,
        );
        assert_ne!(text, changed);
        changed
    });
    provider.restart(world).await
}

fn balancer(world: &World, provider: &Provider) -> Balancer {
    let port = |url: String| url.rsplit_once(':').unwrap().1.parse().unwrap();
    let behind = [
        (port(provider.url("enrolment_url")), Version::One),
        (port(provider.url("service_url")), Version::Two),
    ];
    Balancer::start(&world.dir, &behind).unwrap()
}

/// The profile that leads through the balancer.
fn through(provider: &Provider, balancer: &Balancer) -> String {
    let mut profile: serde_json::Value = serde_json::from_str(&provider.profile()).unwrap();
    for (listener, port) in ["enrolment_url", "service_url"].into_iter().zip(balancer.ports()) {
        profile[listener] = format!("https://localhost:{port}").into();
    }
    profile.to_string()
}

async fn health(raw: &mut Raw) -> u16 {
    raw.ask("GET", "/v1/health", None, &serde_json::Value::Null).await.unwrap().0
}

/// Whether a connection of the balancer's is closed, without a word but perhaps TLS', once it has sent
/// that; it may end its own side then.
async fn is_closed(door: &Door, sent: &[u8], ends: bool) -> bool {
    let mut stream = door.knock(ADDRESS).await.unwrap();
    // The other side may be gone before all is sent.
    let _ = stream.write_all(sent).await;
    if ends {
        let _ = stream.shutdown().await;
    }
    let mut said = Vec::new();
    let read =
        tokio::time::timeout(system_tests::wait::PATIENCE, stream.read_to_end(&mut said)).await;
    // An alert of TLS is seven bytes (RFC 8446 §6).
    read.is_ok() && (said.is_empty() || (said.len() == 7 && said[0] == 0x15))
}
