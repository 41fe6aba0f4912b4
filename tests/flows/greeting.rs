//! What the app says before anything is encrypted: the first message of each handshake.

use std::sync::{Arc, Mutex};

use rustls::server::Acceptor;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::world::flow;

#[test]
fn every_handshake_names_the_authorities_that_the_app_knows() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let text = provider.profile();
        let mut profile: serde_json::Value = serde_json::from_str(&text).unwrap();
        // Two authorities, as while one follows the other.
        let anchors = profile["trust_anchors"].as_array_mut().unwrap();
        anchors.push(successor().into());
        let expected: Vec<_> = anchors.iter().map(|pem| subject(pem.as_str().unwrap())).collect();
        let mut heard = Vec::new();
        for listener in ["enrolment_url", "service_url"] {
            let eavesdropper = Eavesdropper::before(profile[listener].as_str().unwrap()).await;
            profile[listener] = eavesdropper.url.clone().into();
            heard.push((listener, eavesdropper));
        }

        let pc = world.pc("pc");
        let id = pc.add_profile(profile.to_string()).await;
        let identity = pc.issue(id, &user).await;
        pc.log_in(&identity).await;
        let requests: Vec<_> = heard.iter().map(|(_, one)| one.count()).collect();
        pc.client.diagnose(|_| {}).await;
        for ((listener, eavesdropper), requests) in heard.iter().zip(requests) {
            assert!(requests > 0, "{listener}: nothing was heard");
            assert!(eavesdropper.count() > requests, "{listener}: the diagnosis was not heard");
            for names in eavesdropper.heard.lock().unwrap().iter() {
                assert_eq!(names.as_ref(), Some(&expected), "{listener}");
            }
        }

        // The same when only the time is asked for, because the clock is in doubt.
        let (_, enrolment) = &heard[0];
        let before = enrolment.count();
        let late = crate::world::Pc::start(pc.dir.clone(), world.clock_ahead(20 * 365 * 86_400));
        crate::world::code(late.prove(&identity).await);
        assert!(enrolment.count() > before);
        assert!(
            enrolment.heard.lock().unwrap().iter().all(|names| names.as_ref() == Some(&expected))
        );
    });
}

/// An authority of another name, in PEM.
fn successor() -> String {
    let mut params = rcgen::CertificateParams::default();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Constrained(0));
    params.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign];
    params.distinguished_name.push(rcgen::DnType::CommonName, "the successor");
    params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().pem()
}

/// What each client said, in its order: the authorities' names, if it named any.
type Heard = Arc<Mutex<Vec<Option<Vec<Vec<u8>>>>>>;

/// Listens to the first message of each connection, and passes everything on.
struct Eavesdropper {
    url: String,
    heard: Heard,
}

impl Eavesdropper {
    async fn before(url: &str) -> Self {
        let (_, port) = url.rsplit_once(':').unwrap();
        let port: u16 = port.parse().unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let heard = Heard::default();
        let noted = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((outside, _)) = listener.accept().await {
                tokio::spawn(pass_on(outside, port, Arc::clone(&noted)));
            }
        });
        Self { url, heard }
    }

    fn count(&self) -> usize {
        self.heard.lock().unwrap().len()
    }
}

async fn pass_on(mut outside: TcpStream, port: u16, heard: Heard) {
    let mut inside = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let mut acceptor = Acceptor::default();
    let mut part = [0; 4096];
    let greeting = loop {
        let Ok(read @ 1..) = outside.read(&mut part).await else { return };
        inside.write_all(&part[..read]).await.unwrap();
        acceptor.read_tls(&mut &part[..read]).unwrap();
        if let Some(accepted) = acceptor.accept().map_err(|(error, _)| error).unwrap() {
            break accepted;
        }
    };
    let hello = greeting.client_hello();
    let names = hello.certificate_authorities();
    heard
        .lock()
        .unwrap()
        .push(names.map(|names| names.iter().map(|name| name.as_ref().to_vec()).collect()));
    // Ends when either side leaves.
    let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
}

/// The subject of a certificate, as it is encoded in it.
fn subject(pem: &str) -> Vec<u8> {
    use x509_parser::prelude::{FromDer as _, X509Certificate};
    let (_, pem) = x509_parser::pem::parse_x509_pem(pem.as_bytes()).unwrap();
    let (_, certificate) = X509Certificate::from_der(&pem.contents).unwrap();
    certificate.subject().as_raw().to_vec()
}
