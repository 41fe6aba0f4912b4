//! A backend that runs: both listeners, and what they need around them.

use std::{fs::File, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use anyhow::Context as _;
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use crate::{
    Backend, Clock,
    config::Config,
    folder, http,
    listeners::{self, ServerCertificate},
    mail::{self, smtp::Mailer},
    password::Passwords,
    throttle::Throttle,
};

/// How often the server certificate's expiry is looked at.
const CERTIFICATE_CHECK: Duration = Duration::from_secs(60);

/// A running backend. Dropping it ends it at once.
#[derive(Debug)]
pub struct Running {
    /// Where the enrolment listener listens.
    pub enrolment: SocketAddr,
    /// Where the service listener listens.
    pub service: SocketAddr,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
    _lock: File,
}

impl Running {
    /// Stops accepting, lets requests finish for ten seconds, and ends.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Starts the backend of a folder; both listeners accept connections when this returns.
///
/// # Errors
///
/// A folder, configuration, passphrase or address that cannot be used; another backend on the same
/// folder.
pub async fn serve(dir: &Path, clock: Clock) -> anyhow::Result<Running> {
    let config = Config::load(dir)?;
    let lock = File::create(dir.join("serve.lock")).context("cannot make serve.lock")?;
    lock.try_lock().with_context(|| format!("another backend serves {}", dir.display()))?;
    let authority = folder::open_authority_of(dir, &config)?;
    let certified = folder::server_certificate(dir, &config, &authority, clock())?;
    let days = (authority.not_after() - clock()) / 86_400;
    if days < 400 {
        tracing::warn!(days, "the authority's certificate expires soon: plan its successor");
    }
    let certificate = ServerCertificate::new(certified);
    let enrolment_tls = listeners::tls(Arc::clone(&certificate), None, Arc::clone(&clock))?;
    let service_tls = listeners::tls(
        Arc::clone(&certificate),
        Some(authority.certificate()),
        Arc::clone(&clock),
    )?;
    let mailer = config.mail.as_ref().map(|mail| Mailer::new(mail, &config.server_names));
    let mailer = mailer.transpose()?;
    let bind = async |address: SocketAddr| {
        TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
    };
    let enrolment = bind(config.enrolment_listen).await?;
    let service = bind(config.service_listen).await?;
    let (enrolment_address, service_address) = (enrolment.local_addr()?, service.local_addr()?);

    let backend = Arc::new(Backend {
        store: folder::open_store(dir)?,
        passwords: Passwords::new()?,
        throttle: Throttle::default(),
        change_throttle: Throttle::default(),
        crl: tokio::sync::Mutex::default(),
        authority,
        config,
        clock,
    });
    let most = backend.config.max_connections;
    let (stop, stopped) = watch::channel(false);
    let mut tasks = JoinSet::new();
    let router = http::enrolment(Arc::clone(&backend));
    tasks.spawn(listeners::serve(enrolment, enrolment_tls, router, most, stopped.clone()));
    let router = http::service(Arc::clone(&backend));
    tasks.spawn(listeners::serve(service, service_tls, router, most, stopped.clone()));
    if let Some(mailer) = mailer {
        tasks.spawn(mail::run(Arc::clone(&backend), mailer, stopped.clone()));
    }
    tasks.spawn(renew_server_certificate(dir.to_owned(), backend, certificate, stopped));
    Ok(Running { enrolment: enrolment_address, service: service_address, stop, tasks, _lock: lock })
}

async fn renew_server_certificate(
    dir: std::path::PathBuf,
    backend: Arc<Backend>,
    certificate: Arc<ServerCertificate>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut ticks = tokio::time::interval(CERTIFICATE_CHECK);
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            _ = ticks.tick() => {}
        }
        let now = backend.now();
        match folder::server_certificate(&dir, &backend.config, &backend.authority, now) {
            Ok(certified) => certificate.replace(certified),
            Err(error) => tracing::error!(%error, "the server certificate cannot be renewed"),
        }
    }
}
