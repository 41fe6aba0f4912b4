//! What no app would send: straight at the listeners, with curl and openssl.

use std::process::Command;

use crate::{
    provider::Provider,
    world::{PASSWORD, flow},
};

flow! {
    async fn a_body_of_ten_megabytes_is_refused_with_its_code(world: World) {
        let provider = Provider::start(&world).await;
        let body = world.dir.join("body");
        std::fs::write(&body, vec![b'x'; 10_000_000]).unwrap();
        let url = format!("{}/v1/enrolments", provider.url("enrolment_url"));
        let sent = format!("@{}", body.display());
        let answer = curl(&["--data-binary", &sent, &url]).await;
        assert!(answer.contains("\"code\":\"request-too-large\""), "{answer}");
    }

    async fn what_is_no_request_is_refused_without_being_repeated(world: World) {
        let provider = Provider::start(&world).await;
        let url = format!("{}/v1/enrolments", provider.url("enrolment_url"));
        let long = format!("\"{}\"", "ａ".repeat(10_000));
        for body in ["", "null", "{\"password\":\"Canary#4321\"", long.as_str()] {
            let answer = curl(&["--data-binary", body, &url]).await;
            assert!(answer.contains("\"code\":\"invalid-request\""), "{answer}");
            assert!(!answer.contains("Canary"), "{answer}");
        }
        let nowhere = format!("{}/v2/../etc/passwd", provider.url("enrolment_url"));
        assert!(curl(&["--path-as-is", &nowhere]).await.contains("\"code\":\"not-found\""));
    }

    async fn nothing_older_than_tls_1_3_is_spoken_and_nothing_is_resumed(world: World) {
        let provider = Provider::start(&world).await;
        for key in ["enrolment_url", "service_url"] {
            let url = provider.url(key);
            let address = url.strip_prefix("https://").unwrap();
            let old = openssl(&["s_client", "-connect", address, "-tls1_2"]).await;
            assert!(!old.contains("Cipher is ECDHE"), "{old}");
            let new = openssl(&["s_client", "-connect", address, "-tls1_3"]).await;
            assert!(new.contains("TLSv1.3"), "{new}");
            assert!(!new.contains("New Session Ticket arrived"), "{new}");
        }
    }

    async fn openssl_verifies_the_certificate_and_the_revocation_list_strictly(world: World) {
        let provider = Provider::start(&world).await;
        let user = provider.add_customer("kanri01");
        let pc = world.pc("pc");
        let profile = pc.add_profile(provider.profile()).await;
        let issued = pc.issue(profile, &user).await;
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
                "verify", "-x509_strict", "-purpose", "sslclient", "-crl_check", "-CAfile",
                &path("ca.pem"), "-CRLfile", &path("crl.pem"), &path("user.pem"),
            ])
            .await
        };
        let good = verify().await;
        assert!(good.contains("user.pem: OK"), "{good}");

        provider.run(&["certificate", "revoke", "--customer", &user.number, "--user", &user.id]);
        let revoked = verify().await;
        assert!(revoked.contains("certificate revoked"), "{revoked}");
        drop(issued);
        assert!(!revoked.contains(PASSWORD));
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
