//! What a monitoring system is told, over real HTTP.

use std::{
    collections::BTreeSet,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use system_tests::wait::{PATIENCE, until_async};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use warifu_platform::port;
use warifu_protocol::ErrorCode;

use crate::{
    attacker::Door,
    world::{Enrolled, PASSWORD, code, flow},
};

/// Where the backend of a test tells it.
pub(crate) fn address() -> (u16, String) {
    let [port, _] = port::reserve().unwrap();
    (port, format!("\n[metrics]\naddress = \"127.0.0.1:{port}\"\n"))
}

async fn asked(port: u16, method: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let request =
        format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
    (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
}

pub(crate) async fn metrics(port: u16) -> String {
    let (status, text) = asked(port, "GET", "/metrics").await;
    assert_eq!(status, 200);
    text
}

/// The names of metrics in a text.
fn names(text: &str) -> BTreeSet<&str> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    words.filter(|word| word.starts_with("warifu_")).collect()
}

/// The value of one series.
#[track_caller]
pub(crate) fn value(text: &str, series: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {series} in\n{text}")).parse().unwrap()
}

#[test]
fn what_happens_is_counted_by_its_outcome() {
    flow(async |world| {
        let (port, section) = address();
        let Enrolled { provider, user, pc, identity, .. } = world.enrolled().await;
        let provider = provider.reconfigure(&world, &section).await;
        let accepted = "warifu_logins_total{outcome=\"accepted\"}";
        let wrong = "warifu_logins_total{outcome=\"wrong_password\"}";
        let before = metrics(port).await;
        assert!(value(&before, accepted).abs() < 0.5);

        let login = pc.prove(&identity).await.unwrap();
        let refused = login.submit(String::from("Wrong#1234").into()).await;
        assert_eq!(code(refused), ErrorCode::AuthenticationFailed);
        let between = metrics(port).await;
        assert!((value(&between, wrong) - 1.0).abs() < 0.5);
        assert!(value(&between, accepted).abs() < 0.5);

        login.submit(PASSWORD.to_owned().into()).await.unwrap();
        let after = metrics(port).await;
        assert!((value(&after, wrong) - 1.0).abs() < 0.5);
        assert!((value(&after, accepted) - 1.0).abs() < 0.5);
        let handshakes = "warifu_handshakes_total{listener=\"service\",outcome=\"done\"}";
        assert!(value(&after, handshakes) > 0.5);
        let route = "{listener=\"service\",route=\"/v1/sessions\"}";
        let asked = format!("warifu_http_request_duration_seconds_count{route}");
        assert!((value(&after, &asked) - 2.0).abs() < 0.5);
        assert!(value(&after, "warifu_password_queue_seconds_count") > 1.5);
        assert!(
            value(&after, "warifu_audit_rows_total") > value(&before, "warifu_audit_rows_total")
        );
        assert!((value(&after, "warifu_database_up") - 1.0).abs() < 0.5);
        assert!(value(&after, "warifu_outbox_queued").abs() < 0.5);
        let authority = value(&after, "warifu_authority_certificate_expiry_timestamp_seconds");
        for listener in ["enrolment", "service"] {
            let series = format!(
                "warifu_server_certificate_expiry_timestamp_seconds{{listener=\"{listener}\"}}"
            );
            let server = value(&after, &series);
            assert!(server > 0.0 && server < authority);
        }
        for secret in [user.number.as_str(), user.user_id.as_str(), "株式会社"] {
            assert!(!after.contains(secret), "{secret}");
        }
        let told = names(&after);
        for (file, minimum) in [
            (include_str!("../../packaging/monitoring/alerts.yml"), 6),
            (include_str!("../../packaging/monitoring/dashboard.json"), 10),
        ] {
            let asked_for = names(file);
            assert!(asked_for.len() >= minimum, "{asked_for:?}");
            let unknown: Vec<_> = asked_for.difference(&told).collect();
            assert!(unknown.is_empty(), "{unknown:?}");
        }
        provider.stop().await;
    });
}

/// Whoever sends requests here learns that it ends, while those of before are still answered.
#[test]
fn a_backend_that_ends_says_so_until_it_has() {
    flow(async |world| {
        let (port, section) = address();
        let provider = world.provider().await.reconfigure(&world, &section).await;
        let door = Door::of(&provider, "enrolment_url", None);
        let mut asking = door.open().await.unwrap();
        let head = "POST /v1/enrolments HTTP/1.1\r\nhost: localhost\r\n\
                    content-type: application/json\r\nexpect: 100-continue\r\ncontent-length: 100\r\n\r\n";
        asking.stream.write_all(head.as_bytes()).await.unwrap();
        // The rest is asked for once somebody is at work on it (RFC 9110 §10.1.1).
        let mut go_on = [0; 25];
        asking.stream.read_exact(&mut go_on).await.unwrap();
        assert_eq!(&go_on[..12], b"HTTP/1.1 100");
        let stopping = tokio::spawn(provider.stop());
        let says_so = async || {
            let (status, text) = asked(port, "GET", "/ready").await;
            Ok((status == 503 && text == "stopping\n").then_some(()))
        };
        until_async("it says that it stops", PATIENCE, says_so).await.unwrap();
        asking.stream.write_all(&[b' '; 100]).await.unwrap();
        let mut answer = [0; 12];
        asking.stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer[..9], b"HTTP/1.1 ");
        drop(asking);
        stopping.await.unwrap();
        assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
    });
}

/// Prometheus' own tool takes what is told, and without a remark.
#[test]
fn another_make_reads_what_is_told() {
    flow(async |world| {
        let (port, section) = address();
        let Enrolled { provider, pc, identity, .. } = world.enrolled().await;
        let provider = provider.reconfigure(&world, &section).await;
        pc.log_in(&identity).await;
        let text = metrics(port).await;
        let mut reader = Command::new("promtool");
        let reader = reader.args(["check", "metrics"]).stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut reader = reader.spawn().unwrap();
        reader.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let read = reader.wait_with_output().unwrap();
        let remarks = String::from_utf8_lossy(&read.stderr);
        assert!(read.status.success() && remarks.is_empty(), "{remarks}\n{text}");
        provider.stop().await;
    });
}

/// The rules say what they are to say, and nothing while all is well.
#[test]
fn the_rules_of_alarm_hold() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/monitoring");
    for arguments in [["check", "rules", "alerts.yml"], ["test", "rules", "alerts.test.yml"]] {
        let said = Command::new("promtool").args(arguments).current_dir(&rules).output().unwrap();
        assert!(said.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&said.stderr));
    }
}

#[test]
fn what_an_outsider_writes_is_no_label() {
    flow(async |world| {
        let (port, section) = address();
        let provider = world.provider().await.reconfigure(&world, &section).await;
        let door = Door::of(&provider, "enrolment_url", None);
        for path in ["/v1/zzoutsider", "/zzoutsider%22%7D", "/v1/health?zzoutsider=1"] {
            let mut raw = door.open().await.unwrap();
            let request = format!("GET {path} HTTP/1.1\r\nhost: zzoutsider\r\n\r\n");
            raw.stream.write_all(request.as_bytes()).await.unwrap();
            assert!(raw.stream.read(&mut [0; 16]).await.unwrap() > 0);
        }
        let text = metrics(port).await;
        assert!(!text.contains("zzoutsider"), "{text}");
        let none =
            "warifu_http_request_duration_seconds_count{listener=\"enrolment\",route=\"none\"}";
        assert!((value(&text, none) - 2.0).abs() < 0.5);
    });
}

#[test]
fn the_listener_serves_nothing_else_and_says_when_it_is_ready() {
    flow(async |world| {
        let (port, section) = address();
        let provider = world.provider().await;
        // Nobody listens unless the configuration says so.
        assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
        let provider = provider.reconfigure(&world, &section).await;
        assert_eq!(asked(port, "GET", "/ready").await, (200, String::from("ready\n")));
        for path in
            ["/", "/v1/health", "/v1/policy", "/metrics/", "/.well-known/openid-configuration"]
        {
            assert_eq!(asked(port, "GET", path).await, (404, String::new()), "{path}");
        }
        for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
            for path in ["/metrics", "/ready"] {
                assert_eq!(asked(port, method, path).await, (405, String::new()), "{method}");
            }
        }
        // A schema that another program has made meanwhile.
        let database = rusqlite::Connection::open(provider.dir().join("warifu.sqlite")).unwrap();
        database.pragma_update(None, "user_version", 9_999).unwrap();
        assert_eq!(asked(port, "GET", "/ready").await, (503, String::from("schema\n")));
        provider.stop().await;
        assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
    });
}
