//! What no app would send: straight at the listeners.

use std::{path::Path, process::Command};

use serde_json::json;
use system_tests::wait::{PATIENCE, until_async};

use crate::{
    attacker::{At, Attacker, in_words, request, request_of_openssl},
    world::{Customer, DAY, Enrolled, PASSWORD, flow},
};

#[test]
fn a_body_of_ten_megabytes_is_refused_with_its_code() {
    flow(async |world| {
        let provider = world.provider().await;
        let body = world.dir.join("body");
        std::fs::write(&body, vec![b'x'; 10_000_000]).unwrap();
        let url = format!("{}/v1/enrolments", provider.url("enrolment_url"));
        let sent = format!("@{}", body.display());
        let answer = curl(&["--data-binary", &sent, &url]).await;
        assert!(answer.contains("\"code\":\"request-too-large\""), "{answer}");
    });
}

#[test]
fn what_is_no_request_is_refused_without_being_repeated() {
    flow(async |world| {
        let provider = world.provider().await;
        let url = format!("{}/v1/enrolments", provider.url("enrolment_url"));
        let long = format!("\"{}\"", "ａ".repeat(10_000));
        for body in ["", "null", "{\"password\":\"Canary#4321\"", long.as_str()] {
            let answer = curl(&["--data-binary", body, &url]).await;
            assert!(answer.contains("\"code\":\"invalid-request\""), "{answer}");
            assert!(!answer.contains("Canary"), "{answer}");
        }
        let nowhere = format!("{}/v2/../etc/passwd", provider.url("enrolment_url"));
        assert!(curl(&["--path-as-is", &nowhere]).await.contains("\"code\":\"not-found\""));
    });
}

#[test]
fn nothing_older_than_tls_1_3_is_spoken_and_nothing_is_resumed() {
    flow(async |world| {
        let provider = world.provider().await;
        for key in ["enrolment_url", "service_url"] {
            let url = provider.url(key);
            let address = url.strip_prefix("https://").unwrap();
            let old = openssl(&["s_client", "-connect", address, "-tls1_2"]).await;
            assert!(!old.contains("Cipher is ECDHE"), "{old}");
            let new = openssl(&["s_client", "-connect", address, "-tls1_3"]).await;
            assert!(new.contains("TLSv1.3"), "{new}");
            assert!(!new.contains("New Session Ticket arrived"), "{new}");
        }
    });
}

#[test]
fn openssl_verifies_the_certificate_and_the_revocation_list_strictly() {
    flow(async |world| {
        let Enrolled { provider, user, identity: issued, .. } = world.enrolled().await;
        let path = |name: &str| world.dir.join(name).to_str().unwrap().to_owned();
        let anchors: serde_json::Value = serde_json::from_str(&provider.profile()).unwrap();
        std::fs::write(path("ca.pem"), anchors["trust_anchors"][0].as_str().unwrap()).unwrap();
        // The user's certificate, as the app stored it.
        let database = world.dir.join("pc/warifu.sqlite");
        let connection = rusqlite::Connection::open(database).unwrap();
        let state: String =
            connection.query_row("SELECT state FROM identity", [], |row| row.get(0)).unwrap();
        let state: serde_json::Value = serde_json::from_str(&state).unwrap();
        let der = state["certificate"]["der"].as_str().unwrap();
        let pem = format!("-----BEGIN CERTIFICATE-----\n{der}\n-----END CERTIFICATE-----\n");
        std::fs::write(path("user.pem"), pem).unwrap();
        let verify = || async {
            let crl = format!("{}/v1/crl", provider.url("enrolment_url"));
            curl(&["-o", &path("crl.der"), &crl]).await;
            openssl(&["crl", "-inform", "DER", "-in", &path("crl.der"), "-out", &path("crl.pem")])
                .await;
            openssl(&[
                "verify",
                "-x509_strict",
                "-purpose",
                "sslclient",
                "-crl_check",
                "-CAfile",
                &path("ca.pem"),
                "-CRLfile",
                &path("crl.pem"),
                &path("user.pem"),
            ])
            .await
        };
        let good = verify().await;
        assert!(good.contains("user.pem: OK"), "{good}");

        provider.revoke(&user);
        let revoked = verify().await;
        assert!(revoked.contains("certificate revoked"), "{revoked}");
        drop(issued);
        assert!(!revoked.contains(PASSWORD));
    });
}

#[test]
fn a_stolen_token_is_worth_nothing_with_another_certificate() {
    flow(async |world| {
        let provider = world.provider().await;
        let attacker = Attacker::new(&provider);
        let owner = attacker.enrol(&provider.add_customer("kanri01")).await;
        let thief = attacker.enrol(&provider.add_customer("tanaka")).await;
        let token = attacker.token(&owner).await;
        let own = attacker.token(&thief).await;
        for what in ["GET /v1/session", "DELETE /v1/session", "GET /v1/users", "GET /v1/audit"] {
            let answer =
                attacker.request(At::Service, what, Some(&thief), Some(&token), None).await;
            assert_eq!(
                (answer.status, answer.code()),
                (401, "session-ended"),
                "{what}: {answer:?}"
            );
            // Without any certificate there is nobody to speak with.
            let answer = attacker.request(At::Service, what, None, Some(&token), None).await;
            assert_eq!(answer.status, 0, "{what}: {answer:?}");
        }
        // Neither session has noticed.
        for (credential, token) in [(&owner, &token), (&thief, &own)] {
            let what = "GET /v1/session";
            let answer =
                attacker.request(At::Service, what, Some(credential), Some(token), None).await;
            assert_eq!(answer.status, 200, "{answer:?}");
        }
    });
}

#[test]
fn a_certificate_opens_with_its_own_users_password_alone() {
    flow(async |world| {
        let provider = world.provider().await;
        let attacker = Attacker::new(&provider);
        let (user, other) = (provider.add_customer("kanri01"), provider.add_customer("tanaka"));
        let mine = attacker.enrol(&user).await;
        let grant = attacker.start(&other, &other.initial_password).await;
        assert_eq!(grant.status, 200, "{grant:?}");
        let answer = attacker.log_in(&mine, &other.initial_password).await;
        assert_eq!((answer.status, answer.code()), (401, "authentication-failed"), "{answer:?}");
        assert_eq!(answer.body["attempts_left"], 4, "{answer:?}");
        assert_eq!((provider.failed_logins(&user), provider.failed_logins(&other)), (1, 0));
        // What the request says of the user is not asked for.
        let body = json!({ "password": PASSWORD, "user_id": other.user_id });
        let answer =
            attacker.request(At::Service, "POST /v1/sessions", Some(&mine), None, Some(body)).await;
        assert_eq!((answer.status, answer.code()), (400, "invalid-request"), "{answer:?}");
    });
}

#[test]
fn what_one_listener_gave_opens_nothing_at_the_other() {
    flow(async |world| {
        let provider = world.provider().await;
        let attacker = Attacker::new(&provider);
        let user = provider.add_customer("kanri01");
        let credential = attacker.enrol(&user).await;
        let token = attacker.token(&credential).await;
        let other = provider.add_customer("tanaka");
        let grant = attacker.granted(&other).await;
        let (_, csr) = request();

        // The token of a session where grants are looked for.
        let certified = attacker.certify(&token, &csr).await;
        assert!((400..500).contains(&certified.status), "{certified:?}");
        let body = || Some(json!({ "new_password": "Another2026#" }));
        let what = "POST /v1/enrolments/password";
        let changed = attacker.request(At::Enrolment, what, None, Some(&token), body()).await;
        assert!((400..500).contains(&changed.status), "{changed:?}");
        // A grant where sessions are looked for.
        for what in ["GET /v1/session", "GET /v1/users", "DELETE /v1/session"] {
            let answer =
                attacker.request(At::Service, what, Some(&credential), Some(&grant), None).await;
            assert_eq!(
                (answer.status, answer.code()),
                (401, "session-ended"),
                "{what}: {answer:?}"
            );
        }
        let what = "POST /v1/password";
        let changed =
            attacker.request(At::Service, what, Some(&credential), Some(&grant), body()).await;
        assert!((400..500).contains(&changed.status), "{changed:?}");
        // And each listener has its own paths alone.
        let table = [
            (At::Enrolment, "GET /v1/session"),
            (At::Enrolment, "POST /v1/sessions"),
            (At::Enrolment, "GET /v1/users"),
            (At::Service, "POST /v1/enrolments"),
            (At::Service, "POST /v1/enrolments/certificate"),
        ];
        for (at, what) in table {
            let answer =
                attacker.request(at, what, Some(&credential), Some(&token), Some(json!({}))).await;
            assert_eq!((answer.status, answer.code()), (404, "not-found"), "{what}: {answer:?}");
        }
        // Both are still worth what they were.
        let what = "GET /v1/session";
        let answer =
            attacker.request(At::Service, what, Some(&credential), Some(&token), None).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let certified = attacker.certify(&grant, &csr).await;
        assert_eq!(certified.status, 200, "{certified:?}");
        // The passwords are those of before.
        assert_eq!(attacker.log_in(&credential, PASSWORD).await.status, 200);
    });
}

#[test]
fn a_hostile_request_yields_a_clean_certificate_over_the_wire() {
    flow(async |world| {
        const HOSTILE: &str = "[req]
distinguished_name = subject
req_extensions = wishes
prompt = no
[subject]
C = JP
O = 99999999
OU = operators
CN = provider
emailAddress = evil@example.com
[wishes]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
extendedKeyUsage = serverAuth, codeSigning, anyExtendedKeyUsage
subjectAltName = DNS:evil.example, email:evil@example.com, URI:urn:warifu:99999999:provider
certificatePolicies = 2.5.29.32.0
nsComment = evil
";
        let provider = world.provider().await;
        let attacker = Attacker::new(&provider);
        let user = provider.add_customer("kanri01");
        let grant = attacker.granted(&user).await;
        let (key, csr) = request_of_openssl(&world.dir, HOSTILE).await;
        let answer = attacker.certify(&grant, &csr).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let credential = answer.holder(&key);
        let file = world.dir.join("hostile.pem");
        std::fs::write(&file, answer.certificate()).unwrap();
        let words = in_words(&file).await;
        for wanted in ["CN = kanri01", "CA:FALSE", "TLS Web Client Authentication", &user.number] {
            assert!(words.contains(wanted), "{wanted} is not in\n{words}");
        }
        for unwanted in [
            "evil",
            "99999999",
            "operators",
            "provider",
            "CA:TRUE",
            "Certificate Sign",
            "CRL Sign",
            "TLS Web Server",
            "Code Signing",
            "Any Extended",
            "Netscape",
            "Policies",
        ] {
            assert!(!words.contains(unwanted), "{unwanted} is in\n{words}");
        }
        // It is whose it says, and nobody else's.
        let session = attacker.log_in(&credential, PASSWORD).await;
        assert_eq!(session.body["session"]["user"]["user_id"], "kanri01", "{session:?}");
    });
}

#[cfg(target_os = "linux")]
#[test]
fn unknown_users_cost_as_much_time_as_wrong_passwords() {
    flow(async |world| {
        // Of each; more would be slowed.
        const TRIES: usize = 4;
        let provider = world.provider().await;
        let attacker = Attacker::new(&provider);
        let known = provider.add_customer("kanri01");
        let nobody = Customer { user_id: String::from("nobody"), ..known.clone() };
        let nowhere = Customer { number: String::from("87654321"), ..known.clone() };
        let provider = provider.stopped().await;
        let mut backend = provider.serve_command().spawn().unwrap();
        until_async("the backend answers", PATIENCE, async || {
            let health = attacker.request(At::Enrolment, "GET /v1/health", None, None, None).await;
            Ok((health.status == 200).then_some(()))
        })
        .await
        .unwrap();
        // The processor's time: how long a clock says depends on what else this machine does.
        let who = [&known, &nobody, &nowhere];
        let mut cost = [0; 3];
        for round in 0..TRIES {
            for turn in 0..who.len() {
                let index = (round + turn) % who.len();
                let before = processor_time(backend.id());
                let answer = attacker.start(who[index], "Wrong#2026").await;
                assert_eq!((answer.status, answer.code()), (401, "authentication-failed"));
                cost[index] += processor_time(backend.id()) - before;
            }
        }
        backend.kill().unwrap();
        backend.wait().unwrap();
        // Without the password's hash an answer costs a small part of this.
        let (least, most) = (cost.iter().min().unwrap(), cost.iter().max().unwrap());
        assert!(most * 2 < least * 3, "{cost:?} ns");
    });
}

#[test]
fn what_begins_in_the_future_is_not_believed() {
    flow(async |world| {
        let provider = world.provider().await;
        let attacker = Attacker::new(&provider);
        let credential = attacker.enrol(&provider.add_customer("kanri01")).await;
        let other = provider.add_customer("tanaka");
        // The backend's clock is ahead for a while.
        world.advance(DAY);
        let token = attacker.token(&credential).await;
        let grant = attacker.start(&other, &other.initial_password).await;
        let grant = grant.body["ticket"].as_str().unwrap().to_owned();
        world.advance(-DAY);
        let what = "GET /v1/session";
        let answer =
            attacker.request(At::Service, what, Some(&credential), Some(&token), None).await;
        assert_eq!((answer.status, answer.code()), (401, "session-ended"), "{answer:?}");
        let body = json!({ "new_password": PASSWORD });
        let what = "POST /v1/enrolments/password";
        let answer = attacker.request(At::Enrolment, what, None, Some(&grant), Some(body)).await;
        assert!((400..500).contains(&answer.status), "{answer:?}");
        // A new login is as good as ever.
        attacker.token(&credential).await;
    });
}

#[test]
fn a_row_that_was_edited_is_found_wherever_it_is_looked_at() {
    flow(async |world| {
        let edits = [
            "UPDATE audit SET actor = 'somebody' WHERE seq = 2",
            "UPDATE audit SET at = at - 1 WHERE seq = 2",
            "UPDATE audit SET subject = 'somebody' WHERE seq = (SELECT max(seq) FROM audit)",
            "DELETE FROM audit WHERE seq = 2",
            "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)",
        ];
        let provider = world.provider().await;
        let attacker = Attacker::new(&provider);
        let credential = attacker.enrol(&provider.add_customer("kanri01")).await;
        attacker.token(&credential).await;
        assert!(provider.run(&["audit", "verify"]).starts_with("whole"));
        for (index, edit) in edits.into_iter().enumerate() {
            let backup = world.dir.join(format!("backup-{index}"));
            provider.run(&["backup", backup.to_str().unwrap()]);
            let edited = rusqlite::Connection::open(backup.join("warifu.sqlite")).unwrap();
            assert_eq!(edited.execute(edit, []).unwrap(), 1, "{edit}");
            drop(edited);
            let restored = world.dir.join(format!("restored-{index}"));
            let refusal = provider.restore_refusal(backup.to_str().unwrap(), &restored);
            assert!(refusal.contains("record"), "{edit}: {refusal}");
        }
    });
}

/// Nanoseconds that all threads of a process have worked.
#[cfg(target_os = "linux")]
fn processor_time(process: u32) -> u64 {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let of_task = |task: std::io::Result<std::fs::DirEntry>| -> u64 {
        // A thread may have ended meanwhile.
        let text = std::fs::read_to_string(task.unwrap().path().join("schedstat"));
        let text = text.unwrap_or_default();
        text.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or_default()
    };
    tasks.map(of_task).sum()
}

/// SECURITY.md promises nothing that is not there.
#[test]
fn every_test_that_is_named_beside_a_threat_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut sources = String::new();
    for dir in ["crates", "tests", "ui/src/test"] {
        read_sources(&root.join(dir), &mut sources);
    }
    let page = std::fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let rows: Vec<_> = page.lines().filter(|line| line.starts_with("| ")).collect();
    let is_threat = |row: &&&str| {
        let named = row[2..].strip_prefix('T').unwrap_or(&row[2..]);
        named.starts_with(|c: char| c.is_ascii_digit() || c == '–')
    };
    let threats = rows.iter().filter(is_threat);
    let threats: Vec<_> = threats.filter(|row| row.matches('|').count() == 4).collect();
    assert_eq!(threats.len(), 42);
    for row in threats {
        let tests: Vec<_> = row.split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty() || row.contains("not yet built"), "{row}");
        for test in tests {
            // Prettier puts a long name on a line of its own.
            let names = [format!("fn {test}("), format!("(\"{test}"), format!("(\n  \"{test}")];
            let is_there = names.iter().any(|name| sources.contains(name));
            assert!(is_there, "{test} is nowhere");
        }
    }
}

fn read_sources(dir: &Path, sources: &mut String) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_sources(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "ts") {
            sources.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

/// Runs curl; its standard output.
async fn curl(arguments: &[&str]) -> String {
    run(
        "curl",
        &[&["--silent", "--insecure", "--noproxy", "*", "--max-time", "20"], arguments].concat(),
    )
    .await
}

async fn openssl(arguments: &[&str]) -> String {
    run("openssl", arguments).await
}

/// Off this runtime's threads, on which the backend answers.
async fn run(program: &'static str, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    command.args(arguments).stdin(std::process::Stdio::null());
    tokio::task::spawn_blocking(move || {
        let output = command.output().unwrap_or_else(|error| panic!("{program}: {error}"));
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        text
    })
    .await
    .unwrap()
}
