//! 「接続診断」 against a real backend, a broken way to it, and a wrong clock (SPEC L).

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::net::TcpListener;
use warifu_client::view::{CheckName, DiagnosisResult, FactName, FactValue, Outcome, SkipReason};
use warifu_protocol::ErrorCode;

use crate::world::{DAY, Pc, flow};

#[test]
fn a_healthy_pc_passes_every_check() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        pc.issue(profile, &user).await;
        let heard = std::sync::Mutex::new(0);
        let results = pc.client.diagnose(|_| *heard.lock().unwrap() += 1).await;
        assert_eq!(*heard.lock().unwrap(), results.len());
        let no_login_page = Outcome::Skipped { because: SkipReason::NoLoginPage };
        for result in &results {
            let of_browsers =
                matches!(result.check, CheckName::LoginPage | CheckName::LoginCertificate);
            let expected = if of_browsers { &no_login_page } else { &Outcome::Passed };
            assert_eq!(&result.outcome, expected, "{result:?}");
        }
        for check in [
            CheckName::TlsInterception,
            CheckName::Backend,
            CheckName::Clock,
            CheckName::Key,
            CheckName::CertificateStanding,
            CheckName::Leftovers,
        ] {
            assert!(results.iter().any(|result| result.check == check), "{check:?}");
        }
        // It has changed nothing.
        let store = warifu_keystore::SoftwareKeyStore::new(pc.dir.join("keys"));
        assert_eq!(warifu_keystore::KeyStore::list(&store).unwrap().len(), 1);
    });
}

#[test]
fn without_a_profile_this_pc_is_checked_all_the_same() {
    flow(async |world| {
        let pc = world.pc("pc");
        let results = pc.client.diagnose(|_| {}).await;
        let skipped = Outcome::Skipped { because: SkipReason::NoProfile };
        assert_eq!(results[0].outcome, skipped);
        assert_eq!(one(&results, CheckName::Keystore).outcome, Outcome::Passed);
        assert_eq!(one(&results, CheckName::Folder).outcome, Outcome::Passed);
    });
}

#[test]
fn a_backend_that_is_down_is_named_and_the_rest_is_skipped() {
    flow(async |world| {
        let provider = world.provider().await;
        let pc = world.pc("pc");
        pc.add_profile(provider.profile()).await;
        provider.stop().await;
        let results = pc.client.diagnose(|_| {}).await;
        assert_eq!(failed(&results, CheckName::Reachability), ErrorCode::BackendUnreachable);
        let skipped = Outcome::Skipped { because: SkipReason::EarlierFailure };
        for check in [CheckName::TlsVersion, CheckName::Backend, CheckName::Clock] {
            assert_eq!(one(&results, check).outcome, skipped, "{check:?}");
        }
    });
}

#[test]
fn a_name_that_nobody_knows_is_named() {
    flow(async |world| {
        let provider = world.provider().await;
        let pc = world.pc("pc");
        pc.add_profile(provider.profile().replace("localhost", "nowhere.invalid")).await;
        let results = pc.client.diagnose(|_| {}).await;
        assert_eq!(failed(&results, CheckName::NameResolution), ErrorCode::NameNotResolved);
    });
}

#[test]
fn whoever_opens_the_connection_on_the_way_is_named() {
    flow(async |world| {
        let provider = world.provider().await;
        let pc = world.pc("pc");
        let port = intercept("Sample Inspection CA", "localhost").await;
        let mut profile: serde_json::Value = serde_json::from_str(&provider.profile()).unwrap();
        profile["enrolment_url"] = format!("https://localhost:{port}").into();
        pc.add_profile(profile.to_string()).await;
        let results = pc.client.diagnose(|_| {}).await;
        let result = one(&results, CheckName::TlsInterception);
        assert_eq!(failed(&results, CheckName::TlsInterception), ErrorCode::TlsIntercepted);
        let issuer = result.facts.iter().find(|fact| fact.name == FactName::PresentedIssuer);
        assert_eq!(issuer.unwrap().value, FactValue::Text(String::from("Sample Inspection CA")));
    });
}

#[test]
fn another_server_is_no_interception() {
    flow(async |world| {
        let provider = world.provider().await;
        let pc = world.pc("pc");
        let port = intercept("Sample Public CA", "www.example.jp").await;
        let mut profile: serde_json::Value = serde_json::from_str(&provider.profile()).unwrap();
        profile["enrolment_url"] = format!("https://localhost:{port}").into();
        pc.add_profile(profile.to_string()).await;
        let results = pc.client.diagnose(|_| {}).await;
        let told = failed(&results, CheckName::TlsInterception);
        assert_eq!(told, ErrorCode::BackendUntrusted);
    });
}

#[test]
fn a_wrong_clock_is_measured() {
    flow(async |world| {
        let provider = world.provider().await;
        let pc = Pc::start(world.dir.join("pc"), world.clock_ahead(DAY));
        pc.add_profile(provider.profile()).await;
        let results = pc.client.diagnose(|_| {}).await;
        let Outcome::Failed { failure } = &one(&results, CheckName::Clock).outcome else {
            panic!("{results:?}");
        };
        assert_eq!(failure.code, ErrorCode::ClockWrong);
        let ahead = failure.details.clock_ahead_seconds.unwrap();
        assert!((DAY - 5..=DAY + 5).contains(&ahead), "{ahead}");
    });
}

#[test]
fn a_revoked_certificate_and_a_lost_key_are_told_apart() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        pc.issue(profile, &user).await;
        provider.revoke(&user);
        let results = pc.client.diagnose(|_| {}).await;
        assert_eq!(one(&results, CheckName::Key).outcome, Outcome::Passed);
        assert_eq!(failed(&results, CheckName::CertificateStanding), ErrorCode::CertificateRevoked);
        for entry in std::fs::read_dir(pc.dir.join("keys")).unwrap() {
            std::fs::remove_file(entry.unwrap().path()).unwrap();
        }
        let results = pc.client.diagnose(|_| {}).await;
        assert_eq!(failed(&results, CheckName::Key), ErrorCode::KeyMissing);
    });
}

#[track_caller]
fn one(results: &[DiagnosisResult], check: CheckName) -> &DiagnosisResult {
    results.iter().find(|result| result.check == check).unwrap()
}

#[track_caller]
fn failed(results: &[DiagnosisResult], check: CheckName) -> ErrorCode {
    let of_check = results.iter().filter(|result| result.check == check);
    let mut codes = of_check.filter_map(|result| match &result.outcome {
        Outcome::Failed { failure } => Some(failure.code),
        Outcome::Passed | Outcome::Warning { .. } | Outcome::Skipped { .. } => None,
    });
    codes.next().unwrap_or_else(|| panic!("{check:?} did not fail: {results:?}"))
}

/// A server with a certificate for that name from an authority of its own, as a security product shows it.
async fn intercept(authority: &str, name: &str) -> u16 {
    let authority_key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, authority);
    let issuer = Issuer::new(params, authority_key);
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move { acceptor.accept(stream).await.map(drop) });
        }
    });
    port
}
