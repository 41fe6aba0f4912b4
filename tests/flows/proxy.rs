//! Through a company's proxy (SPEC L): open, with a login, opening what passes, and misbehaving.

use std::time::Instant;

use system_tests::{
    proxy::{Kind, OPENER, PASSWORD, ProxyServer, USER},
    wait::PATIENCE,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use warifu_client::{
    Failure,
    view::{CheckName, Outcome, ProxyChoice, Settings, SkipReason},
};
use warifu_protocol::{ErrorCode, SecretText};

use crate::{
    provider::Provider,
    world::{Customer, Pc, World, code, flow},
};

#[test]
fn everything_goes_through_an_open_proxy() {
    flow(async |world| {
        let (provider, user) = provider_and_user(&world).await;
        let proxy = ProxyServer::start(Kind::Open).unwrap();
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        take(&pc, &proxy.place()).await;
        let identity = pc.issue(profile, &user).await;
        let port = |name: &str| {
            provider.url(&format!("{name}_url")).rsplit(':').next().unwrap().to_owned()
        };
        let pc = pc.restart(world.clock());
        proxy.see_tunnel_to(&port("enrolment")).unwrap();
        drop(pc.log_in(&identity).await);
        let pc = pc.restart(world.clock());
        proxy.see_tunnel_to(&port("service")).unwrap();
        // This provider has no login page, so there is no way to one.
        let no_login_page = Outcome::Skipped { because: SkipReason::NoLoginPage };
        let failed: Vec<_> = pc
            .client
            .diagnose(|_| {})
            .await
            .into_iter()
            .filter(|result| ![&Outcome::Passed, &no_login_page].contains(&&result.outcome))
            .collect();
        assert_eq!(failed, []);
    });
}

#[test]
fn a_proxy_is_told_who_asks_and_remembered() {
    flow(async |world| {
        let (provider, user) = provider_and_user(&world).await;
        let proxy = ProxyServer::start(Kind::Login).unwrap();
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        take(&pc, &proxy.place()).await;

        let failure = start(&pc, profile, &user).await.unwrap_err();
        assert_eq!(failure.code, ErrorCode::ProxyAuthenticationRequired);
        assert_eq!(failure.details.place, Some(proxy.place()));

        tell(&pc, &proxy, "wrong").await;
        let refused = code(start(&pc, profile, &user).await);
        assert_eq!(refused, ErrorCode::ProxyCredentialsRefused);

        tell(&pc, &proxy, PASSWORD).await;
        let identity = pc.issue(profile, &user).await;

        // Another start finds it in the keystore; nobody is asked again.
        let pc = pc.restart(world.clock());
        pc.log_in(&identity).await;
        for file in files(&pc.dir) {
            let content = std::fs::read(&file).unwrap();
            let found = content.windows(PASSWORD.len()).any(|part| part == PASSWORD.as_bytes());
            assert!(!found, "{}", file.display());
        }

        pc.client.forget_proxy_logins().await.unwrap();
        let asked = code(pc.prove(&identity).await);
        assert_eq!(asked, ErrorCode::ProxyAuthenticationRequired);
        let pc = pc.restart(world.clock());
        assert_eq!(code(pc.prove(&identity).await), ErrorCode::ProxyAuthenticationRequired);
    });
}

#[test]
fn a_wrong_password_is_told_to_the_proxy_once_for_each_try() {
    flow(async |world| {
        let (provider, user) = provider_and_user(&world).await;
        let proxy = ProxyServer::start(Kind::Login).unwrap();
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        take(&pc, &proxy.place()).await;
        tell(&pc, &proxy, "wrong").await;
        let heard = std::fs::read_to_string(proxy.log()).unwrap_or_default().len();
        let refused = code(start(&pc, profile, &user).await);
        assert_eq!(refused, ErrorCode::ProxyCredentialsRefused);
        let log = std::fs::read_to_string(proxy.log()).unwrap();
        // An account that is locked after some wrong passwords is not locked by one try.
        let told = log[heard..].lines().filter(|line| line.contains("shain")).count();
        assert_eq!(told, 1, "{log}");
    });
}

#[test]
fn who_opens_the_connection_on_the_way_is_named() {
    flow(async |world| {
        let (provider, user) = provider_and_user(&world).await;
        let proxy = ProxyServer::start(Kind::Opening).unwrap();
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        take(&pc, &proxy.place()).await;
        assert_eq!(code(start(&pc, profile, &user).await), ErrorCode::BackendUntrusted);
        let results = pc.client.diagnose(|_| {}).await;
        let found = results.iter().find(|result| result.check == CheckName::TlsInterception);
        let found = found.unwrap();
        let Outcome::Failed { failure } = &found.outcome else { panic!("{found:?}") };
        assert_eq!(failure.code, ErrorCode::TlsIntercepted);
        assert!(format!("{:?}", found.facts).contains(OPENER), "{found:?}");
    });
}

#[test]
fn a_proxy_that_hangs_is_not_waited_for_for_ever() {
    flow(async |world| {
        let (provider, user) = provider_and_user(&world).await;
        let (place, _listener) = silent().await;
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        take(&pc, &place).await;
        let begun = Instant::now();
        assert_eq!(code(start(&pc, profile, &user).await), ErrorCode::TimedOut);
        assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    });
}

#[test]
fn each_misbehaviour_of_a_proxy_has_its_code() {
    flow(async |world| {
        let (provider, user) = provider_and_user(&world).await;
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        let integrated = "HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\n\
            Proxy-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n";
        for (answer, expected) in [
            ("", ErrorCode::ProxyRefused),
            ("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", ErrorCode::ProxyRefused),
            (integrated, ErrorCode::ProxyUnsupported),
        ] {
            take(&pc, &answering(answer).await).await;
            assert_eq!(code(start(&pc, profile, &user).await), expected, "{answer}");
        }
        let (place, listener) = silent().await;
        drop(listener);
        take(&pc, &place).await;
        assert_eq!(code(start(&pc, profile, &user).await), ErrorCode::ProxyUnreachable);
        // Without it everything is well.
        let direct = Settings { proxy: ProxyChoice::None, ..Settings::default() };
        pc.client.save_settings(direct).await.unwrap();
        start(&pc, profile, &user).await.unwrap();
    });
}

#[test]
fn whatever_opens_a_tunnel_is_gone_through_by_requests_and_diagnosis() {
    flow(async |world| {
        let (provider, user) = provider_and_user(&world).await;
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        let large = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(12_000));
        for answer in [
            "HTTP/1.1 201 Tunnel\r\n\r\n",
            "HTTP/1.1 204\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
            &large,
        ] {
            take(&pc, &tunnelling(answer.to_owned()).await).await;
            start(&pc, profile, &user).await.unwrap();
            assert_eq!(problems(&pc).await, []);
        }
    });
}

#[test]
fn the_diagnosis_tells_a_proxy_what_is_kept_for_it() {
    flow(async |world| {
        let (provider, user) = provider_and_user(&world).await;
        let proxy = ProxyServer::start(Kind::Login).unwrap();
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        take(&pc, &proxy.place()).await;
        tell(&pc, &proxy, PASSWORD).await;
        // What was told before is forgotten with the app; the diagnosis is the first to ask.
        let pc = pc.restart(world.clock());
        assert_eq!(problems(&pc).await, []);
        start(&pc, profile, &user).await.unwrap();

        pc.client.forget_proxy_logins().await.unwrap();
        let found = problems(&pc).await;
        let asked = (CheckName::Proxy, ErrorCode::ProxyAuthenticationRequired, Some(proxy.place()));
        assert_eq!(found, [asked.clone(), asked]);
    });
}

#[test]
fn the_proxy_is_named_and_not_the_service_behind_it() {
    flow(async |world| {
        let (provider, user) = provider_and_user(&world).await;
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        let (gone, listener) = silent().await;
        drop(listener);
        let (silent_one, _listener) = silent().await;
        let unknown = String::from("no-such-proxy.invalid:8080");
        let refusing = answering("HTTP/1.1 503 No\r\n\r\n").await;
        for (place, code) in [
            (gone, ErrorCode::ProxyUnreachable),
            (unknown, ErrorCode::ProxyNameNotResolved),
            (refusing, ErrorCode::ProxyRefused),
            (silent_one, ErrorCode::TimedOut),
        ] {
            take(&pc, &place).await;
            let failure = start(&pc, profile, &user).await.unwrap_err();
            let named = (failure.code, failure.details.place);
            assert_eq!(named, (code, Some(place.clone())));
            // One for each listener, and nothing that contradicts it.
            let found = (CheckName::Proxy, code, Some(place));
            assert_eq!(problems(&pc).await, [found.clone(), found]);
        }
    });
}

#[test]
fn what_is_no_proxy_is_not_kept() {
    flow(async |world| {
        let pc = world.pc("pc");
        for address in ["", "two words", "socks5://127.0.0.1:1080", "https://127.0.0.1", "a:b@c:1"]
        {
            let proxy = ProxyChoice::Manual { address: address.to_owned() };
            let saved = pc.client.save_settings(Settings { proxy, ..Settings::default() }).await;
            let failure = saved.unwrap_err();
            assert_eq!(failure.details.field.as_deref(), Some("proxy_address"), "{address}");
        }
        assert_eq!(pc.client.settings().await.unwrap().proxy, ProxyChoice::System);
    });
}

/// What the diagnosis has found wrong: the check, the code, and what it names.
async fn problems(pc: &Pc) -> Vec<(CheckName, ErrorCode, Option<String>)> {
    let results = pc.client.diagnose(|_| {}).await;
    let failed = results.into_iter().filter_map(|result| match result.outcome {
        Outcome::Failed { failure } => Some((result.check, failure.code, failure.details.place)),
        Outcome::Passed | Outcome::Warning { .. } | Outcome::Skipped { .. } => None,
    });
    failed.collect()
}

/// A proxy that says this to everybody, and then connects them.
async fn tunnelling(answer: String) -> String {
    let (place, listener) = silent().await;
    tokio::spawn(async move {
        while let Ok((mut outside, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut heard = [0; 4096];
                let read = outside.read(&mut heard).await.unwrap();
                let heard = String::from_utf8_lossy(&heard[..read]).into_owned();
                let target = heard.split(' ').nth(1).unwrap_or_default();
                let mut inside = TcpStream::connect(target).await.unwrap();
                outside.write_all(answer.as_bytes()).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
            });
        }
    });
    place
}

async fn provider_and_user(world: &World) -> (Provider, Customer) {
    let provider = world.provider().await;
    let user = provider.add_customer("kanri01");
    (provider, user)
}

async fn start(pc: &Pc, profile: i64, user: &Customer) -> Result<(), Failure> {
    let password = user.initial_password.clone();
    pc.start_enrolment(profile, user, password).await.map(drop)
}

async fn tell(pc: &Pc, proxy: &ProxyServer, password: &str) {
    let password = SecretText::from(password.to_owned());
    pc.client.keep_proxy_login(proxy.place(), USER.to_owned(), password).await.unwrap();
}

/// Tells a PC to take the proxy at `place`.
async fn take(pc: &Pc, place: &str) {
    let proxy = ProxyChoice::Manual { address: place.to_owned() };
    pc.client.save_settings(Settings { proxy, ..Settings::default() }).await.unwrap();
}

/// A proxy that takes connections and says nothing.
async fn silent() -> (String, TcpListener) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    (listener.local_addr().unwrap().to_string(), listener)
}

/// A proxy that says this to everybody, and hangs up.
async fn answering(answer: &'static str) -> String {
    let (place, listener) = silent().await;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut heard = [0; 4096];
            let _ = stream.read(&mut heard).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    place
}

fn files(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
