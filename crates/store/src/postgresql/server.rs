//! Where a PostgreSQL server is, and how it is reached.

use std::{fmt, net::IpAddr, sync::Arc, time::Duration};

use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use tokio_postgres::{
    Config, NoTls,
    config::{Host, SslMode, TargetSessionAttrs},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::session::Link;
use crate::StoreError;

/// Connections of one backend.
const CONNECTIONS: usize = 16;

/// A database of a PostgreSQL server, or of one of several that stand in for each other.
#[derive(Clone)]
pub struct Server {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    connections: usize,
}

impl Server {
    /// Takes `postgresql://user@host[,host]/database?sslmode=require`, the password, and the
    /// certificates in PEM of the authority that the server's certificate must come from.
    ///
    /// # Errors
    ///
    /// [`StoreError::Address`] for a URL that is none, that names no database, that carries the
    /// password, or that goes over a network without TLS.
    pub fn new(url: &str, password: Option<&str>, ca: Option<&[u8]>) -> Result<Self, StoreError> {
        // The parser's words may repeat the URL, and somebody may have written a password into it.
        let mut config: Config =
            url.parse().map_err(|_| StoreError::Address("it is not a PostgreSQL URL"))?;
        if config.get_password().is_some() {
            return Err(StoreError::Address("it carries the password, which belongs in a file"));
        }
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(StoreError::Address("it names no server"));
        }
        if config.get_user().is_none() || config.get_dbname().is_none() {
            return Err(StoreError::Address("it names no user or no database"));
        }
        let requires_tls = config.get_ssl_mode() == SslMode::Require;
        let is_near = config.get_hosts().iter().all(is_on_this_machine)
            && config.get_hostaddrs().iter().all(IpAddr::is_loopback);
        if !requires_tls && !is_near {
            return Err(StoreError::Address("it goes over a network without sslmode=require"));
        }
        let tls = if requires_tls { Some(trusting(ca)?) } else { None };
        if !requires_tls {
            config.ssl_mode(SslMode::Disable);
        }
        if let Some(password) = password {
            config.password(password);
        }
        let own = config.get_options().unwrap_or_default();
        let options = format!(
            "-c statement_timeout=5s -c lock_timeout=2s -c idle_in_transaction_session_timeout=10s \
             {own}"
        );
        config
            .options(options.trim_end())
            .application_name("warifu")
            .target_session_attrs(TargetSessionAttrs::ReadWrite)
            .connect_timeout(Duration::from_secs(2))
            .tcp_user_timeout(Duration::from_secs(5))
            .keepalives_idle(Duration::from_secs(5));
        Ok(Self { config, tls, connections: CONNECTIONS })
    }

    /// The same with another number of connections, at least one.
    #[must_use]
    pub fn with_connections(self, connections: usize) -> Self {
        Self { connections: connections.max(1), ..self }
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections
    }

    pub(crate) async fn connect(&self) -> Result<Link, tokio_postgres::Error> {
        Ok(match &self.tls {
            Some(tls) => Link::drive(self.config.connect(tls.clone()).await?),
            None => Link::drive(self.config.connect(NoTls).await?),
        })
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("hosts", &self.config.get_hosts()).finish_non_exhaustive()
    }
}

fn is_on_this_machine(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

fn trusting(ca: Option<&[u8]>) -> Result<MakeRustlsConnect, StoreError> {
    let ca = ca.ok_or(StoreError::Address("sslmode=require needs the file `ca`"))?;
    let unreadable = StoreError::Address("the file `ca` holds no certificate in PEM");
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(ca) {
        let added = certificate.ok().map(|certificate| roots.add(certificate).is_ok());
        if added != Some(true) {
            return Err(unreadable);
        }
    }
    if roots.is_empty() {
        return Err(unreadable);
    }
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| StoreError::Address("TLS cannot be set up"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_goes_unprotected_over_a_network_or_carries_a_password() {
        for refused in [
            "postgresql://warifu@db.example/warifu",
            "postgresql://warifu@db.example/warifu?sslmode=prefer",
            "postgresql://warifu@127.0.0.1,192.0.2.1/warifu",
            "postgresql://warifu@localhost/warifu?hostaddr=192.0.2.1",
            "postgresql://warifu:secret@127.0.0.1/warifu",
            "postgresql://127.0.0.1/warifu",
            "postgresql://warifu@127.0.0.1",
            "mysql://warifu@127.0.0.1/warifu",
            "postgresql://warifu@db.example/warifu?sslmode=require",
        ] {
            let said = Server::new(refused, None, None).unwrap_err();
            assert!(matches!(said, StoreError::Address(_)), "{refused}: {said}");
            assert!(!said.to_string().contains("secret"));
        }
        for taken in [
            "postgresql://warifu@127.0.0.1/warifu",
            "postgresql://warifu@localhost,127.0.0.2:5433/warifu",
            "postgresql://warifu@%2Frun%2Fpostgresql/warifu",
        ] {
            let server = Server::new(taken, Some("secret"), None).unwrap();
            assert!(!format!("{server:?}").contains("secret"));
        }
    }
}
