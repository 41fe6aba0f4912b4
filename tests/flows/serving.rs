//! The backend's edge against who means it no good: silence, unread answers, floods of connections,
//! changes without end; and what fails around it: the log, the number of open files, the server
//! certificate, a medium that cannot be written.

use std::{
    io,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use crate::{
    attacker::{Door, Raw, enrol, log_in},
    disk::Disk,
    provider::Provider,
    world::{DAY, World, flow, flow_with_own_mounts},
};

/// Where the floods come from.
const ATTACKER: [u8; 4] = [127, 66, 0, 1];

/// Longer than the backend waits for anybody who reads nothing.
const UNREAD: Duration = Duration::from_secs(60);

#[test]
fn answers_that_nobody_reads_hold_no_place() {
    flow(async |world| {
        let provider = few_places(&world, 24).await;
        let door = Door::of(&provider, "enrolment_url", None);
        let mut unread = Vec::new();
        for last in 1..=3 {
            for _ in 0..8 {
                unread.push(pipeline(door.open_from([127, 66, 0, last]).await.unwrap()).await);
            }
        }
        // Whoever holds the most gives a place up, however full it is.
        assert_eq!(health(&door).await, 200);
        let begun = Instant::now();
        for stream in &unread {
            while !is_broken(stream) {
                assert!(begun.elapsed() < UNREAD, "a connection lives though nobody reads");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    });
}

#[test]
fn silence_takes_no_place_from_others_nor_from_the_same_address() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let holder = enrol(&provider, &user).await;
        for (listener, holder) in [("enrolment_url", None), ("service_url", Some(&holder))] {
            let door = Door::of(&provider, listener, holder);
            let mut silent = Vec::new();
            for _ in 0..400 {
                silent.push(door.knock(ATTACKER).await.unwrap());
            }
            assert_eq!(health(&door).await, 200, "{listener}");
            let same = door.open_from(ATTACKER).await.unwrap();
            assert_eq!(asked(same, "/v1/health").await, 200, "{listener}");
        }
    });
}

#[test]
fn one_address_cannot_take_all_places() {
    flow(async |world| {
        let provider = few_places(&world, 32).await;
        let door = Door::of(&provider, "enrolment_url", None);
        let mut held = Vec::new();
        for _ in 0..48 {
            held.push(half_a_request(door.open_from(ATTACKER).await).await);
        }
        for last in 1..=8 {
            let other = door.open_from([127, 77, 0, last]).await.unwrap();
            assert_eq!(asked(other, "/v1/health").await, 200);
        }
    });
}

#[test]
fn a_refused_certificate_takes_no_place_of_those_that_are_known() {
    flow(async |world| {
        let provider = few_places(&world, 16).await;
        let [known, revoked] = ["kanri01", "kanri02"].map(|id| provider.add_customer(id));
        let good = Door::of(&provider, "service_url", Some(&enrol(&provider, &known).await));
        let bad = Door::of(&provider, "service_url", Some(&enrol(&provider, &revoked).await));
        let mut open = bad.open().await.unwrap();
        assert_eq!(get(&mut open, "/v1/identity").await, 200);
        provider.revoke(&revoked);
        // Told why once, then ended: the open connection as well as every new one.
        assert_eq!(get(&mut open, "/v1/identity").await, 403);
        assert!(open.is_ended().await);
        let mut again = bad.open().await.unwrap();
        assert_eq!(get(&mut again, "/v1/policy").await, 200);
        assert!(again.is_ended().await);

        let mut held = Vec::new();
        for _ in 0..64 {
            held.push(half_a_request(bad.open_from(ATTACKER).await).await);
        }
        for _ in 0..4 {
            log_in(&good).await.unwrap();
        }
    });
}

#[test]
fn a_user_without_rights_cannot_write_without_end() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let door = Door::of(&provider, "service_url", Some(&enrol(&provider, &user).await));
        let token = log_in(&door).await.unwrap();
        let mut raw = door.open().await.unwrap();
        let before = rows(&provider);
        let begun = Instant::now();
        let mut written = 0;
        for turn in 0..600 {
            let path = ["/v1/transfers", "/v1/password-changes"][turn % 2];
            let (status, answer) = raw.ask("POST", path, Some(&token), &Value::Null).await.unwrap();
            if status == 200 {
                written += 1;
            } else {
                assert_eq!((status, &answer["code"]), (503, &json!("backend-busy")), "{answer}");
                assert!(answer["retry_after_seconds"].as_u64().is_some_and(|wait| wait > 0));
            }
        }
        let allowed = 120 + begun.elapsed().as_secs() + 1;
        assert!(written <= allowed, "{written} changes of {allowed}");
        assert!(rows(&provider) - before <= usize::try_from(allowed).unwrap() + 8);
        // Reading is free.
        let (status, _) = raw.ask("GET", "/v1/session", Some(&token), &Value::Null).await.unwrap();
        assert_eq!(status, 200);
    });
}

#[test]
fn a_new_name_of_the_server_is_in_its_certificate_after_a_restart() {
    flow(async |world| {
        let provider = world.provider().await;
        let named =
            |provider: &Provider, name: &str| Door::named(provider, "enrolment_url", None, name);
        assert!(named(&provider, "warifu.example.jp").open().await.is_err());
        let provider = provider.stopped().await;
        let file = provider.dir().join("warifu.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        let renamed =
            text.replacen("server_names = [", "server_names = [\"warifu.example.jp\", ", 1);
        assert_ne!(text, renamed);
        std::fs::write(&file, renamed).unwrap();
        let provider = provider.restart(&world).await;
        assert_eq!(health(&named(&provider, "warifu.example.jp")).await, 200);
        assert_eq!(health(&named(&provider, "localhost")).await, 200);
    });
}

#[test]
fn a_server_certificate_that_is_missing_damaged_or_of_another_time_is_issued_anew() {
    flow(async |world| {
        let provider = world.provider().await;
        let file = provider.dir().join("server.pem");
        let first = std::fs::read_to_string(&file).unwrap();
        let mut provider = provider.stopped().await;
        for content in [None, Some(""), Some("no certificate"), Some(first.get(..300).unwrap())] {
            match content {
                None => std::fs::remove_file(&file).unwrap(),
                Some(content) => std::fs::write(&file, content).unwrap(),
            }
            provider = provider.restart(&world).await;
            assert_eq!(health(&Door::of(&provider, "enrolment_url", None)).await, 200);
            provider = provider.stopped().await;
        }
        // A start with a clock that is more than a year ahead, and the clock set right while it runs.
        world.advance(400 * DAY);
        provider = provider.restart(&world).await;
        let ahead = std::fs::read_to_string(&file).unwrap();
        world.advance(-400 * DAY);
        let door = Door::of(&provider, "enrolment_url", None);
        assert_eq!(health(&door).await, 200);
        let right = std::fs::read_to_string(&file).unwrap();
        assert_ne!(ahead, right);
        // And nothing is issued without need.
        provider = provider.restart(&world).await;
        assert_eq!(health(&door).await, 200);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), right);

        // As version 0.1 kept it: the certificate in one file, its key in another.
        let provider = provider.stopped().await;
        let key = right.find("-----BEGIN PRIVATE KEY").unwrap();
        std::fs::write(&file, &right[..key]).unwrap();
        std::fs::write(provider.dir().join("server.key"), &right[key..]).unwrap();
        let provider = provider.restart(&world).await;
        assert_eq!(health(&door).await, 200);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), right[..key]);
        drop(provider);
    });
}

#[test]
fn a_log_that_takes_nothing_stops_nothing() {
    flow(async |world| {
        let mut provider = world.provider().await.stopped().await;
        let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        // A full device, a closed one, and a pipe that nobody reads.
        for stderr in ["full", "closed", "unread"] {
            let mut command = provider.serve_command();
            match stderr {
                "full" => command.stdout(full()).stderr(full()),
                "closed" => {
                    let (reader, writer) = io::pipe().unwrap();
                    drop(reader);
                    command.stderr(writer)
                }
                _ => command.stderr(Stdio::piped()),
            };
            let mut child = command.spawn().unwrap();
            let door = Door::of(&provider, "enrolment_url", None);
            let begun = Instant::now();
            let mut raw = loop {
                match door.open().await {
                    Ok(raw) => break raw,
                    Err(error) => assert!(begun.elapsed() < UNREAD, "{stderr}: {error}"),
                }
                assert!(child.try_wait().unwrap().is_none(), "{stderr}: it ended");
                tokio::time::sleep(Duration::from_millis(50)).await;
            };
            for _ in 0..600 {
                assert_eq!(get(&mut raw, "/v1/health").await, 200, "{stderr}");
            }
            drop(raw);
            terminate(&child);
            let status = tokio::task::spawn_blocking(move || child.wait()).await.unwrap().unwrap();
            assert!(status.success(), "{stderr}: {status}");
            provider = provider.stopped().await;
        }
    });
}

#[test]
fn connections_beyond_the_limit_of_open_files_are_refused_at_the_start() {
    flow(async |world| {
        let provider = world.provider().await.stopped().await;
        let limited = |limit: &str| {
            let serve = provider.serve_command();
            let mut command = Command::new("sh");
            command.args(["-c", &format!("ulimit {limit}; exec \"$0\" \"$@\"")]);
            command.arg(serve.get_program()).args(serve.get_args());
            command
        };
        let refused = limited("-n 512").output().unwrap();
        assert!(!refused.status.success());
        let why = String::from_utf8(refused.stderr).unwrap();
        assert!(why.contains("max_connections"), "{why}");

        // The soft limit is this process's own business.
        let mut child =
            limited("-Sn 256").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let door = Door::of(&provider, "enrolment_url", None);
        let mut line = String::new();
        io::BufRead::read_line(&mut io::BufReader::new(child.stdout.take().unwrap()), &mut line)
            .unwrap();
        assert!(line.contains("enrolment"), "{line}");
        let mut held = Vec::new();
        for turn in 0..300_u32 {
            let [.., a, b] = turn.to_be_bytes();
            held.push(half_a_request(door.open_from([127, 50, a + 1, b]).await).await);
        }
        assert_eq!(asked(door.open().await.unwrap(), "/v1/policy").await, 200);
        terminate(&child);
        assert!(child.wait().unwrap().success());
    });
}

#[test]
fn an_archived_backup_is_examined_on_a_medium_that_cannot_be_written() {
    flow_with_own_mounts(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let disk = Disk::mount(&world.dir.join("archive"), "8m");
        let backup = world.dir.join("archive/backup");
        provider.run(&["backup", backup.to_str().unwrap()]);
        // The folder of a backend that was killed keeps its write-ahead log.
        let archived = provider.stopped().await.moved_to(&backup);
        disk.set_writable(false);
        assert!(archived.run(&["audit", "verify"]).starts_with("whole"));
        let customers = archived.run(&["customer", "list"]);
        assert!(customers.contains(&user.number), "{customers}");
        archived.run(&["customer", "show", &user.number]);
        archived.run(&["user", "list", "--customer", &user.number]);
        let refused = archived.refusal(&["customer", "add", "--name", "X", "--user-id", "kanri02"]);
        assert!(refused.contains("readonly") || refused.contains("read-only"), "{refused}");
        disk.set_writable(true);
        let left: Vec<_> =
            std::fs::read_dir(&backup).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| !name.to_str().unwrap().contains("-wal")), "{left:?}");
    });
}

/// A provider whose listeners have so many places.
async fn few_places(world: &World, places: usize) -> Provider {
    let provider = world.provider().await.stopped().await;
    let file = provider.dir().join("warifu.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let fewer = text.replacen("max_connections = 1024", &format!("max_connections = {places}"), 1);
    assert_ne!(text, fewer);
    std::fs::write(&file, fewer).unwrap();
    provider.restart(world).await
}

async fn health(door: &Door) -> u16 {
    asked(door.open().await.unwrap(), "/v1/health").await
}

async fn asked(mut raw: Raw, path: &str) -> u16 {
    get(&mut raw, path).await
}

async fn get(raw: &mut Raw, path: &str) -> u16 {
    raw.ask("GET", path, None, &Value::Null).await.unwrap().0
}

fn rows(provider: &Provider) -> usize {
    provider.json(&["audit", "list", "--json"]).as_array().unwrap().len()
}

/// Begins a request and says no more; a connection that is refused is left as it is.
async fn half_a_request(opened: io::Result<Raw>) -> io::Result<Raw> {
    let mut raw = opened?;
    raw.stream.write_all(b"GET /v1/health HTTP/1.1\r\nhost: loc").await?;
    Ok(raw)
}

/// Asks and asks, reads nothing, until nothing more is taken.
async fn pipeline(mut raw: Raw) -> TcpStream {
    let requests = b"GET /v1/policy HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(100);
    for _ in 0..2000 {
        let sent =
            tokio::time::timeout(Duration::from_millis(500), raw.stream.write_all(&requests));
        match sent.await {
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) => break,
        }
    }
    raw.stream.into_inner().0
}

/// Whether the other side has ended a connection from which nothing is read.
fn is_broken(stream: &TcpStream) -> bool {
    match stream.try_write(&[0]) {
        Ok(_) => false,
        Err(error) => error.kind() != io::ErrorKind::WouldBlock,
    }
}

#[cfg(unix)]
fn terminate(child: &std::process::Child) {
    use rustix::process::{Pid, Signal, kill_process};
    kill_process(Pid::from_child(child), Signal::TERM).unwrap();
}
