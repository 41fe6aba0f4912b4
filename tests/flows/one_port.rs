//! All listeners on one port: the name in the handshake says which is meant, and nothing else is shared.

use std::process::Command;

use system_tests::site::Site;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use warifu_protocol::ErrorCode;

use crate::{
    attacker::Door,
    provider::Provider,
    world::{World, code, flow_with_own_mounts},
};

const ENROLMENT: &str = "enrol.warifu.test";
const SERVICE: &str = "service.warifu.test";
const LOGIN: &str = "login.warifu.test";

#[test]
fn one_port_serves_each_by_its_name_and_nobody_without_one() {
    flow_with_own_mounts(async |world| {
        let hosts = world.dir.join("hosts");
        let names = format!("127.0.0.1 localhost {ENROLMENT} {SERVICE} {LOGIN}\n");
        std::fs::write(&hosts, names).unwrap();
        let mounted = Command::new("mount").arg("--bind").arg(&hosts).arg("/etc/hosts").status();
        assert!(mounted.unwrap().success());

        let provider = on_one_port(&world).await;
        let user = provider.add_customer("kanri01");
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        let identity = pc.issue(profile, &user).await;
        pc.log_in(&identity).await;
        // A certificate counts where one is demanded, and the database is asked as ever.
        provider.revoke(&user);
        assert_eq!(code(pc.prove(&identity).await), ErrorCode::CertificateRevoked);

        let door = |name| Door::named(&provider, "enrolment_url", None, name);
        assert_eq!(status(&door(ENROLMENT), ENROLMENT, "/v1/health").await.unwrap(), 200);
        let login = "/.well-known/openid-configuration";
        // The web listener shows the certificate of its own, which the app's authority did not issue.
        let strange = door(LOGIN).open().await.err().unwrap().to_string();
        assert!(strange.contains("UnknownIssuer"), "{strange}");
        let without = status(&door(SERVICE), SERVICE, "/v1/health").await.unwrap_err().to_string();
        assert!(without.contains("CertificateRequired"), "{without}");
        for name in ["localhost", "127.0.0.1", "warifu.test", "x.enrol.warifu.test"] {
            let refused = door(name).open().await.err().unwrap().to_string();
            assert!(refused.contains("UnrecognisedName"), "{name}: {refused}");
        }
        // What was opened for one is not asked for another.
        for (host, path) in [
            (SERVICE, "/v1/health"),
            (LOGIN, login),
            ("localhost", "/v1/health"),
            ("enrol.warifu.test.", "/v1/health"),
            ("", "/v1/health"),
        ] {
            assert_eq!(status(&door(ENROLMENT), host, path).await.unwrap(), 421, "{host}");
        }
        let port = provider.url("enrolment_url").rsplit_once(':').unwrap().1.to_owned();
        for host in [format!("{ENROLMENT}:{port}"), ENROLMENT.to_uppercase()] {
            assert_eq!(status(&door(ENROLMENT), &host, "/v1/health").await.unwrap(), 200, "{host}");
        }
        // No handshake, or one that is cut.
        for sent in [&b"GET / HTTP/1.1\r\n\r\n"[..], b"\x16\x03\x01\x02\x00\x01", b""] {
            let mut stream = door(ENROLMENT).knock([127, 0, 0, 1]).await.unwrap();
            stream.write_all(sent).await.unwrap();
            stream.shutdown().await.unwrap();
            let mut said = Vec::new();
            let _ = stream.read_to_end(&mut said).await;
            assert!(said.is_empty() || said[0] == 0x15, "{said:?}");
        }
        assert_eq!(status(&door(ENROLMENT), ENROLMENT, "/v1/health").await.unwrap(), 200);
        provider.stop().await;
    });
}

/// Some with a handshake and half a request, some with the beginning of one, some with nothing.
#[test]
fn a_client_with_five_thousand_connections_keeps_nobody_else_out() {
    flow_with_own_mounts(async |world| {
        let provider = on_one_port(&world).await;
        let door = Door::named(&provider, "enrolment_url", None, ENROLMENT);
        let (mut asking, mut beginning) = (Vec::new(), Vec::new());
        for number in 0..5_000_u32 {
            // All of one network, as behind one company's router.
            let from = [127, 0, 5, (number % 250 + 1) as u8];
            match number % 10 {
                0 => {
                    if let Ok(mut raw) = door.open_from(from).await {
                        let _ = raw.stream.write_all(b"GET /v1/health HTTP/1.1\r\nhost: enr").await;
                        asking.push(raw);
                    }
                }
                kind => {
                    let Ok(mut stream) = door.knock(from).await else { continue };
                    if kind < 5 {
                        let _ = stream.write_all(b"\x16\x03\x01\x02\x00\x01").await;
                    }
                    beginning.push(stream);
                }
            }
            if number % 1_000 == 999 {
                for client in 1..4 {
                    let mut raw = door.open_from([127, 0, 20 + client, 1]).await.unwrap();
                    let request = format!("GET /v1/health HTTP/1.1\r\nhost: {ENROLMENT}\r\n\r\n");
                    raw.stream.write_all(request.as_bytes()).await.unwrap();
                    let mut head = [0; 12];
                    raw.stream.read_exact(&mut head).await.unwrap();
                    assert_eq!(&head, b"HTTP/1.1 200", "after {number}");
                }
            }
        }
        assert!(beginning.len() > 4_000, "{}", beginning.len());
        provider.stop().await;
    });
}

/// A provider whose listeners for issuance, login and browsers have one port and three names.
async fn on_one_port(world: &World) -> Provider {
    let site = Site::set_up(&world.dir.join("login"), LOGIN).unwrap();
    let provider = world.provider().await.stopped().await;
    provider.edit(|text| {
        let value = |key: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(&format!("{key} = "))).unwrap();
            line.trim_matches('"').to_owned()
        };
        let (listen, service) = (value("enrolment_listen"), value("service_listen"));
        let (enrolment_url, service_url) = (value("enrolment_url"), value("service_url"));
        let port = listen.rsplit_once(':').unwrap().1;
        let text = text
            .replace(&format!("service_listen = \"{service}\""), &format!("service_listen = \"{listen}\""))
            .replace(&service_url, &format!("https://{SERVICE}:{port}"))
            .replace(&enrolment_url, &format!("https://{ENROLMENT}:{port}"))
            .replace("server_names = [\"localhost\"]", &format!("server_names = [\"{ENROLMENT}\", \"{SERVICE}\"]"));
        format!(
            "{text}\n[web]\nurl = \"https://{LOGIN}:{port}\"\nlisten = \"{listen}\"\ncertificate_file = \
             \"{}\"\nkey_file = \"{}\"\n",
            site.certificate().display(),
            site.key().display()
        )
    });
    provider.restart(world).await
}

/// What a request that names a host is answered with; no name at all if it is empty.
async fn status(door: &Door, host: &str, path: &str) -> std::io::Result<u16> {
    let mut raw = door.open().await?;
    let host = if host.is_empty() { String::new() } else { format!("host: {host}\r\n") };
    let request = format!("GET {path} HTTP/1.1\r\n{host}connection: close\r\n\r\n");
    raw.stream.write_all(request.as_bytes()).await?;
    let mut head = [0; 12];
    raw.stream.read_exact(&mut head).await?;
    Ok(std::str::from_utf8(&head[9..]).unwrap().parse().unwrap())
}
