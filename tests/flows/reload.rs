//! The configuration is taken up while the backend serves: all of it, or none.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use serde_json::Value;
use system_tests::wait::PATIENCE;
use warifu_platform::port;

use crate::{
    attacker::Door,
    provider::Provider,
    world::{Enrolled, flow},
};

#[test]
fn what_is_right_counts_at_once_and_ends_no_login() {
    flow(async |world| {
        let Enrolled { mut provider, pc, identity, .. } = world.enrolled().await;
        let session = pc.log_in(&identity).await;
        let door = Door::of(&provider, "enrolment_url", None);
        assert_eq!(phone(&policy(&door).await), "0120-000-000");

        provider.edit(|text| text.replace("phone = \"0120-000-000\"", "phone = \"0120-111-111\""));
        assert_eq!(phone(&policy(&door).await), "0120-000-000", "nobody has said so yet");
        // Somebody connects at each moment of it; a connection that is only being made then is made again.
        let asking = tokio::spawn({
            let door = door.clone();
            async move {
                let (mut answered, mut again) = (0, 0);
                loop {
                    match door.ask("GET", "/v1/policy", None, &Value::Null).await {
                        Ok((200, policy)) if phone(&policy) == "0120-111-111" => break,
                        Ok((status, _)) => {
                            assert_eq!(status, 200);
                            answered += 1;
                        }
                        Err(_) => again += 1,
                    }
                }
                (answered, again)
            }
        });
        provider.reload().await.unwrap();
        let (answered, again) = tokio::time::timeout(PATIENCE, asking).await.unwrap().unwrap();
        assert!(answered > 0 && again <= 2, "{answered} answered, {again} begun again");
        assert_eq!(phone(&policy(&door).await), "0120-111-111");
        session.user("kanri01").await.unwrap();
        pc.log_in(&identity).await;

        // Another port, and the one of before is free.
        let [port, metrics] = port::reserve().unwrap();
        let before = value(&provider, "enrolment_listen");
        let after = format!("127.0.0.1:{port}");
        provider.edit(|text| {
            let text = text.replace(
                &format!("enrolment_listen = \"{before}\""),
                &format!("enrolment_listen = \"{after}\""),
            );
            format!("{text}\n[metrics]\naddress = \"127.0.0.1:{metrics}\"\n")
        });
        provider.reload().await.unwrap();
        for open in [after, format!("127.0.0.1:{metrics}")] {
            tokio::net::TcpStream::connect(open).await.unwrap();
        }
        tokio::net::TcpStream::connect(before).await.unwrap_err();
        pc.log_in(&identity).await;
        provider.stop().await;
    });
}

#[test]
fn what_is_wrong_counts_not_in_part_either() {
    flow(async |world| {
        let Enrolled { mut provider, pc, identity, .. } = world.enrolled().await;
        let door = Door::of(&provider, "enrolment_url", None);
        let file = provider.dir().join("warifu.toml");
        let good = std::fs::read_to_string(&file).unwrap();
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let taken = taken.local_addr().unwrap().to_string();
        let own = value(&provider, "enrolment_listen");
        let listen = format!("enrolment_listen = \"{own}\"");
        let (_, port) = own.rsplit_once(':').unwrap();
        let table = [
            ("renewal_days = 28", "renewal_days = 0", "renewal_days"),
            ("renewal_days = 28", "renewal_dais = 28", "renewal_dais"),
            ("renewal_days = 28", "renewal_days = \"soon\"", "renewal_days"),
            ("renewal_days = 28", "renewal_days = 28 28", "warifu.toml"),
            ("max_connections = 1024", "max_connections = 1000000", "max_connections"),
            (&listen, &format!("enrolment_listen = \"{taken}\""), &taken),
            (&listen, "enrolment_listen = \"192.0.2.1:8443\"", "192.0.2.1:8443"),
            ("logo_file = \"logo.svg\"", "logo_file = \"nowhere.svg\"", "nowhere.svg"),
            (
                "[password]",
                "[mail]\nhost = \"h\"\nport = 25\nsecurity = \"tls\"\nfrom = \"a@example.jp\"\ntrust_anchors_file = \"none.pem\"\n[password]",
                "none.pem",
            ),
            (
                "[password]",
                "[web]\nurl = \"https://localhost:1\"\nlisten = \"127.0.0.1:0\"\ncertificate_file = \"none.pem\"\nkey_file = \"none.key\"\n[password]",
                "none.",
            ),
            ("[password]", "[password]\nmax_attempts = 0\n", "max_attempts"),
            // What is found only once all else is put together.
            (
                "[password]",
                "[web]\nurl = \"http://localhost:1\"\nlisten = \"127.0.0.1:0\"\n[[client]]\nid = \"claims\"\n\
                 title = { ja = \"債権照会\", en = \"View claims\" }\nredirect_uris = [\"https://a.example/b\"]\n\
                 accept_undelivered = true\nauthentication = \"private_key_jwt\"\n\
                 jwks_file = \"none.json\"\n[password]",
                "none.json",
            ),
            (&listen, &format!("enrolment_listen = \"0.0.0.0:{port}\""), "needs a restart"),
            (
                "[password]",
                &format!("[metrics]\naddress = \"{own}\"\n[password]"),
                "metrics.address",
            ),
        ];
        for (from, to, named) in table {
            let bad = good.replacen(from, to, 1).replace("0120-000-000", "0120-999-999");
            assert_ne!(bad, good.replace("0120-000-000", "0120-999-999"), "{from}");
            std::fs::write(&file, bad).unwrap();
            let why = provider.reload().await.unwrap_err();
            assert!(why.contains(named), "{to}: {why}");
            assert_eq!(phone(&policy(&door).await), "0120-000-000", "{to}");
            pc.log_in(&identity).await;
        }
        std::fs::remove_file(&file).unwrap();
        provider.reload().await.unwrap_err();
        assert_eq!(phone(&policy(&door).await), "0120-000-000");
        std::fs::write(&file, good.replace("0120-000-000", "0120-222-222")).unwrap();
        provider.reload().await.unwrap();
        assert_eq!(phone(&policy(&door).await), "0120-222-222");
        provider.stop().await;
    });
}

#[test]
fn a_signal_has_the_program_read_anew_and_a_mistake_does_not_end_it() {
    flow(async |world| {
        let provider = world.provider().await.stopped().await;
        let door = Door::of(&provider, "enrolment_url", None);
        let mut serve = provider.serve_command();
        let mut child = serve.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        assert!(said.next().unwrap().unwrap().contains("enrolment"));
        let hang_up = || {
            let sent = Command::new("kill").args(["-HUP", &child.id().to_string()]).status();
            assert!(sent.unwrap().success());
        };
        provider.edit(|text| text.replace("0120-000-000", "0120-333-333"));
        hang_up();
        assert!(said.next().unwrap().unwrap().contains("enrolment"), "where it listens, once more");
        assert_eq!(phone(&policy(&door).await), "0120-333-333");
        provider.edit(|text| text.replace("renewal_days = 28", "renewal_days = 0"));
        hang_up();
        let refused =
            log.find(|line| line.as_ref().unwrap().contains("not taken")).unwrap().unwrap();
        assert!(refused.contains("renewal_days"), "{refused}");
        assert_eq!(phone(&policy(&door).await), "0120-333-333");
        // Twice at once is once after the other.
        provider.edit(|text| text.replace("renewal_days = 0", "renewal_days = 28"));
        hang_up();
        hang_up();
        assert!(said.next().unwrap().unwrap().contains("enrolment"));
        assert_eq!(phone(&policy(&door).await), "0120-333-333");
        let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        assert!(sent.unwrap().success());
        std::thread::spawn(move || log.for_each(drop));
        assert!(child.wait().unwrap().success());
    });
}

async fn policy(door: &Door) -> Value {
    let (status, policy) = door.ask("GET", "/v1/policy", None, &Value::Null).await.unwrap();
    assert_eq!(status, 200);
    policy
}

fn phone(policy: &Value) -> &str {
    policy["provider"]["contact"]["phone"].as_str().unwrap()
}

/// What the configuration has for a key.
fn value(provider: &Provider, key: &str) -> String {
    let text = std::fs::read_to_string(provider.dir().join("warifu.toml")).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{key} = "))).unwrap();
    line.trim_matches('"').to_owned()
}
