//! A relay before the enrolment listener that can lose answers on the way.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

/// The relay; its profile leads through it.
#[derive(Debug)]
pub(crate) struct Relay {
    profile: String,
    losing: Arc<AtomicBool>,
}

impl Relay {
    /// Listens on loopback for the backend of a profile.
    pub(crate) async fn to(profile: &str) -> Self {
        let mut profile: serde_json::Value = serde_json::from_str(profile).unwrap();
        let (_, port) = profile["enrolment_url"].as_str().unwrap().rsplit_once(':').unwrap();
        let port: u16 = port.parse().unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        profile["enrolment_url"] = format!("https://localhost:{}", address.port()).into();
        let losing = Arc::new(AtomicBool::new(false));
        let switch = Arc::clone(&losing);
        tokio::spawn(async move {
            while let Ok((outside, _)) = listener.accept().await {
                let inside = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                let (from_client, to_client) = outside.into_split();
                let (from_backend, to_backend) = inside.into_split();
                tokio::spawn(pump(from_client, to_backend, Arc::default()));
                tokio::spawn(pump(from_backend, to_client, Arc::clone(&switch)));
            }
        });
        Self { profile: profile.to_string(), losing }
    }

    pub(crate) fn profile(&self) -> String {
        self.profile.clone()
    }

    /// From now on, whether what the backend says is lost.
    pub(crate) fn lose_answers(&self, lose: bool) {
        self.losing.store(lose, Ordering::SeqCst);
    }
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, losing: Arc<AtomicBool>) {
    let mut part = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut part).await {
        let sent = &part[..read];
        if !losing.load(Ordering::SeqCst) && to.write_all(sent).await.is_err() {
            return;
        }
    }
}
