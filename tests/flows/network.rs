//! Bad luck on the way to the backend: each cause has its own code.

use system_tests::wait::PATIENCE;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use warifu_protocol::ErrorCode;

use crate::{
    provider::Provider,
    world::{PASSWORD, World, code, flow},
};

#[test]
fn a_backend_that_is_down() {
    flow(async |world| {
        let provider = world.provider().await;
        let profile = provider.profile();
        drop(provider);
        assert_eq!(start_with(&world, profile).await, ErrorCode::BackendUnreachable);
    });
}

#[test]
fn a_wrong_address() {
    flow(async |world| {
        let provider = world.provider().await;
        let profile = edit(&provider.profile(), |profile| {
            profile["enrolment_url"] = "https://no-such-host.invalid".into();
        });
        assert_eq!(start_with(&world, profile).await, ErrorCode::NameNotResolved);
    });
}

#[test]
fn a_wrong_certificate_authority() {
    flow(async |world| {
        let provider = world.provider().await;
        let other = Provider::start_in(&world, "other").await;
        let anchors: serde_json::Value = serde_json::from_str(&other.profile()).unwrap();
        let profile = edit(&provider.profile(), |profile| {
            profile["trust_anchors"] = anchors["trust_anchors"].clone();
        });
        assert_eq!(start_with(&world, profile).await, ErrorCode::BackendUntrusted);
    });
}

#[test]
fn a_server_that_has_another_name() {
    flow(async |world| {
        let provider = world.provider().await;
        let text = provider.profile();
        let port = enrolment_port(&text);
        // The same backend behind an address that its certificate does not name.
        let relay = TcpListener::bind(("127.0.0.2", 0)).await.unwrap();
        let url = format!("https://{}", relay.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut outside, _)) = relay.accept().await {
                let mut inside = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                tokio::spawn(async move {
                    let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
                });
            }
        });
        let profile = edit(&text, |profile| profile["enrolment_url"] = url.into());
        assert_eq!(start_with(&world, profile).await, ErrorCode::BackendNameMismatch);
    });
}

#[test]
fn something_that_answers_in_plain_text() {
    flow(async |world| {
        let provider = world.provider().await;
        let url = peer(|mut stream| async move {
            let page = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 7\r\n\r\nBlocked";
            stream.write_all(page).await.unwrap();
            // Until the other side has read it and left.
            while stream.read(&mut [0; 512]).await.unwrap_or(0) > 0 {}
        })
        .await;
        let profile = edit(&provider.profile(), |profile| profile["enrolment_url"] = url.into());
        assert_eq!(start_with(&world, profile).await, ErrorCode::ProtocolMismatch);
    });
}

#[test]
fn a_backend_that_accepts_and_says_nothing() {
    flow(async |world| {
        let provider = world.provider().await;
        let url = peer(|stream| async move {
            let _held_open = stream;
            std::future::pending::<()>().await;
        })
        .await;
        let profile = edit(&provider.profile(), |profile| profile["enrolment_url"] = url.into());
        let begun = tokio::time::Instant::now();
        assert_eq!(start_with(&world, profile).await, ErrorCode::TimedOut);
        assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    });
}

#[test]
fn a_connection_that_breaks_in_the_middle() {
    flow(async |world| {
        let provider = world.provider().await;
        let url = peer(|mut stream| async move {
            let _ = stream.read(&mut [0; 16]).await;
        })
        .await;
        let profile = edit(&provider.profile(), |profile| profile["enrolment_url"] = url.into());
        assert_eq!(start_with(&world, profile).await, ErrorCode::BackendUnreachable);
    });
}

#[test]
fn the_service_listener_instead_of_the_enrolment_listener() {
    flow(async |world| {
        let provider = world.provider().await;
        let profile = edit(&provider.profile(), |profile| {
            profile["enrolment_url"] = profile["service_url"].clone();
        });
        assert_eq!(start_with(&world, profile).await, ErrorCode::CertificateMissing);
    });
}

#[test]
fn a_login_that_may_have_been_heard_is_not_sent_again() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let pc = world.pc("pc");
        let (profile, cutter) = cutting(&provider.profile()).await;
        let profile = pc.add_profile(profile).await;
        let identity = pc.issue(profile, &user).await;

        // The answer is lost, and with it the connection that the proof had opened.
        let login = pc.prove(&identity).await.unwrap();
        cutter.send(Cut::AtAnswer).unwrap();
        let lost = login.submit(String::from("Wrong#1234").into()).await;
        assert_eq!(code(lost), ErrorCode::BackendUnreachable);
        cutter.send(Cut::Never).unwrap();
        assert_eq!(provider.failed_logins(&user), 1);

        // A connection that was ended while nobody used it is replaced.
        let login = pc.prove(&identity).await.unwrap();
        cutter.send(Cut::Now).unwrap();
        cutter.closed_all().await;
        cutter.send(Cut::Never).unwrap();
        login.submit(PASSWORD.to_owned().into()).await.unwrap();
    });
}

#[test]
fn a_certificate_of_another_backend() {
    flow(async |world| {
        let provider = world.provider().await;
        let other = Provider::start_in(&world, "other").await;
        let user = other.add_customer("kanri01");
        let pc = world.pc("pc");
        // Trusts both, but was certified by the other one.
        let theirs: serde_json::Value = serde_json::from_str(&other.profile()).unwrap();
        let profile = edit(&provider.profile(), |profile| {
            profile["enrolment_url"] = theirs["enrolment_url"].clone();
            let anchors = profile["trust_anchors"].as_array_mut().unwrap();
            anchors.extend(theirs["trust_anchors"].as_array().unwrap().iter().cloned());
        });
        let profile = pc.add_profile(profile).await;
        let identity = pc.issue(profile, &user).await;
        assert_eq!(code(pc.prove(&identity).await), ErrorCode::CertificateUnknown);
    });
}

/// What an issuance with this profile fails with.
async fn start_with(world: &World, profile: String) -> ErrorCode {
    let pc = world.pc("pc");
    let profile = pc.add_profile(profile).await;
    let start = pc
        .client
        .start_enrolment(profile, "10000001", "kanri01", String::from("x").into(), None)
        .await;
    let failure = start.unwrap_err();
    // Shown only if the flow fails.
    eprintln!("{failure}");
    failure.code
}

fn enrolment_port(profile: &str) -> u16 {
    let profile: serde_json::Value = serde_json::from_str(profile).unwrap();
    let (_, port) = profile["enrolment_url"].as_str().unwrap().rsplit_once(':').unwrap();
    port.parse().unwrap()
}

fn edit(profile: &str, change: impl FnOnce(&mut serde_json::Value)) -> String {
    let mut profile: serde_json::Value = serde_json::from_str(profile).unwrap();
    change(&mut profile);
    profile.to_string()
}

/// When a relay ends the connections that go through it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Cut {
    Never,
    AtAnswer,
    Now,
}

/// Ends the connections of a relay.
struct Cutter {
    cut: watch::Sender<Cut>,
    open: watch::Receiver<usize>,
}

impl Cutter {
    fn send(&self, cut: Cut) -> Result<(), watch::error::SendError<Cut>> {
        self.cut.send(cut)
    }

    async fn closed_all(&self) {
        self.open.clone().wait_for(|open| *open == 0).await.unwrap();
    }
}

/// The profile with a relay before its service listener.
async fn cutting(profile: &str) -> (String, Cutter) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let here = listener.local_addr().unwrap().port();
    let mut there = 0;
    let profile = edit(profile, |profile| {
        let url = profile["service_url"].as_str().unwrap().to_owned();
        there = url.rsplit_once(':').unwrap().1.parse::<u16>().unwrap();
        profile["service_url"] = format!("https://localhost:{here}").into();
    });
    let (cut, told) = watch::channel(Cut::Never);
    let (count, open) = watch::channel(0_usize);
    tokio::spawn(async move {
        while let Ok((outside, _)) = listener.accept().await {
            let inside = TcpStream::connect(("127.0.0.1", there)).await.unwrap();
            let (told, count) = (told.clone(), count.clone());
            count.send_modify(|open| *open += 1);
            tokio::spawn(async move {
                relay(outside, inside, told).await;
                count.send_modify(|open| *open -= 1);
            });
        }
    });
    (profile, Cutter { cut, open })
}

async fn relay(mut outside: TcpStream, mut inside: TcpStream, told: watch::Receiver<Cut>) {
    let (mut asked, mut answered) = ([0; 4096], [0; 4096]);
    loop {
        tokio::select! {
            read = outside.read(&mut asked) => match read {
                Ok(read @ 1..) => inside.write_all(&asked[..read]).await.unwrap(),
                Ok(0) | Err(_) => return,
            },
            read = inside.read(&mut answered) => {
                let cut = *told.borrow();
                match read {
                    Ok(read @ 1..) if cut == Cut::Never => {
                        outside.write_all(&answered[..read]).await.unwrap();
                    }
                    Ok(_) | Err(_) => return,
                }
            }
            () = now(told.clone()) => return,
        }
    }
}

async fn now(mut told: watch::Receiver<Cut>) {
    let _ = told.wait_for(|cut| *cut == Cut::Now).await.map(drop);
}

/// Something on loopback that is no Warifu backend; its address.
async fn peer<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> String
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    format!("https://localhost:{}", address.port())
}
