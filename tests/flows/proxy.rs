//! Through a company's proxy (SPEC L): open, with a login, opening what passes, and misbehaving.

use std::time::{Duration, Instant};

use system_tests::proxy::{Kind, OPENER, PASSWORD, ProxyServer, USER};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use warifu_client::{
    Failure,
    view::{CheckName, Outcome, ProxyChoice, Settings},
};
use warifu_protocol::{ErrorCode, SecretText};

use crate::{
    provider::Provider,
    world::{Customer, Pc, World, code, flow},
};

flow! {
    async fn everything_goes_through_an_open_proxy(world: World) {
        let (provider, user) = provider_and_user(&world).await;
        let proxy = ProxyServer::start(Kind::Open).unwrap();
        let pc = world.pc("pc");
        let profile = pc.add_profile(provider.profile()).await;
        take(&pc, &proxy.place()).await;
        let identity = pc.issue(profile, &user).await;
        let port = |name: &str| provider.url(&format!("{name}_url")).rsplit(':').next().unwrap().to_owned();
        let pc = pc.restart(world.clock());
        proxy.see_tunnel_to(&port("enrolment")).unwrap();
        drop(pc.log_in(&identity).await);
        let pc = pc.restart(world.clock());
        proxy.see_tunnel_to(&port("service")).unwrap();
        let failed: Vec<_> = pc.client.diagnose(|_| {}).await.into_iter()
            .filter(|result| result.outcome != Outcome::Passed).collect();
        assert_eq!(failed, []);
    }

    async fn a_proxy_is_told_who_asks_and_remembered(world: World) {
        let (provider, user) = provider_and_user(&world).await;
        let proxy = ProxyServer::start(Kind::Login).unwrap();
        let pc = world.pc("pc");
        let profile = pc.add_profile(provider.profile()).await;
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
    }

    async fn a_wrong_password_is_told_to_the_proxy_once_for_each_try(world: World) {
        let (provider, user) = provider_and_user(&world).await;
        let proxy = ProxyServer::start(Kind::Login).unwrap();
        let pc = world.pc("pc");
        let profile = pc.add_profile(provider.profile()).await;
        take(&pc, &proxy.place()).await;
        tell(&pc, &proxy, "wrong").await;
        let heard = std::fs::read_to_string(proxy.log()).unwrap_or_default().len();
        let refused = code(start(&pc, profile, &user).await);
        assert_eq!(refused, ErrorCode::ProxyCredentialsRefused);
        let log = std::fs::read_to_string(proxy.log()).unwrap();
        // An account that is locked after some wrong passwords is not locked by one try.
        let told = log[heard..].lines().filter(|line| line.contains("shain")).count();
        assert_eq!(told, 1, "{log}");
    }

    async fn who_opens_the_connection_on_the_way_is_named(world: World) {
        let (provider, user) = provider_and_user(&world).await;
        let proxy = ProxyServer::start(Kind::Opening).unwrap();
        let pc = world.pc("pc");
        let profile = pc.add_profile(provider.profile()).await;
        take(&pc, &proxy.place()).await;
        assert_eq!(code(start(&pc, profile, &user).await), ErrorCode::BackendUntrusted);
        let results = pc.client.diagnose(|_| {}).await;
        let found = results.iter().find(|result| result.check == CheckName::TlsInterception);
        let found = found.unwrap();
        let Outcome::Failed { failure } = &found.outcome else { panic!("{found:?}") };
        assert_eq!(failure.code, ErrorCode::TlsIntercepted);
        assert!(format!("{:?}", found.facts).contains(OPENER), "{found:?}");
    }

    async fn a_proxy_that_hangs_is_not_waited_for_for_ever(world: World) {
        let (provider, user) = provider_and_user(&world).await;
        let (place, _listener) = silent().await;
        let pc = world.pc("pc");
        let profile = pc.add_profile(provider.profile()).await;
        take(&pc, &place).await;
        let begun = Instant::now();
        assert_eq!(code(start(&pc, profile, &user).await), ErrorCode::TimedOut);
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    }

    async fn each_misbehaviour_of_a_proxy_has_its_code(world: World) {
        let (provider, user) = provider_and_user(&world).await;
        let pc = world.pc("pc");
        let profile = pc.add_profile(provider.profile()).await;
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
    }

    async fn what_is_no_proxy_is_not_kept(world: World) {
        let pc = world.pc("pc");
        for address in ["", "two words", "socks5://127.0.0.1:1080", "https://127.0.0.1", "a:b@c:1"] {
            let proxy = ProxyChoice::Manual { address: address.to_owned() };
            let saved = pc.client.save_settings(Settings { proxy, ..Settings::default() }).await;
            let failure = saved.unwrap_err();
            assert_eq!(failure.details.field.as_deref(), Some("proxy_address"), "{address}");
        }
        assert_eq!(pc.client.settings().await.unwrap().proxy, ProxyChoice::System);
    }
}

async fn provider_and_user(world: &World) -> (Provider, Customer) {
    let provider = Provider::start(world).await;
    let user = provider.add_customer("kanri01");
    (provider, user)
}

async fn start(pc: &Pc, profile: i64, user: &Customer) -> Result<(), Failure> {
    let password = user.initial_password.clone();
    pc.client.start_enrolment(profile, &user.number, &user.id, password, None).await.map(drop)
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
