//! TLS of the listeners, nothing shared, nothing resumed: 1.3 alone for the apps, 1.2 as well for browsers
//! and services, which come with what they have.

use std::{fmt, sync::Arc, time::Duration};

use rustls::{
    RootCertStore, ServerConfig,
    crypto::aws_lc_rs,
    server::{NoServerSessionStorage, ResolvesServerCert, WebPkiClientVerifier},
    time_provider::TimeProvider,
    version::{TLS12, TLS13},
};
use rustls_pki_types::{CertificateDer, UnixTime};
use tokio_rustls::TlsAcceptor;

use crate::clock::Clock;

/// TLS for one listener; with `clients`, it demands a certificate that this authority issued.
pub(crate) fn acceptor(
    server: Arc<dyn ResolvesServerCert>,
    clients: Option<&CertificateDer<'static>>,
    clock: Clock,
) -> anyhow::Result<TlsAcceptor> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let time = Arc::new(HandshakeTime(clock));
    let builder = ServerConfig::builder_with_details(Arc::clone(&provider), time)
        .with_protocol_versions(&[&TLS13])?;
    let builder = match clients {
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.clone())?;
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
            builder.with_client_cert_verifier(verifier)
        }
        None => builder.with_no_client_auth(),
    };
    Ok(finish(builder.with_cert_resolver(server)))
}

/// TLS for browsers and services, who are asked for no certificate.
pub(crate) fn for_browsers(
    server: Arc<dyn ResolvesServerCert>,
    clock: Clock,
) -> anyhow::Result<TlsAcceptor> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_details(provider, Arc::new(HandshakeTime(clock)))
        .with_protocol_versions(&[&TLS13, &TLS12])?;
    Ok(finish(builder.with_no_client_auth().with_cert_resolver(server)))
}

fn finish(mut config: ServerConfig) -> TlsAcceptor {
    // A resumed handshake skips the verifier, so nothing can be resumed.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.max_early_data_size = 0;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

/// The time with which clients' certificates are checked: the backend's own clock, as everywhere.
struct HandshakeTime(Clock);

impl fmt::Debug for HandshakeTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandshakeTime")
    }
}

impl TimeProvider for HandshakeTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from((self.0)()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}
