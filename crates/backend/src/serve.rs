//! A backend that runs: its listeners, and what they need around them.

mod certificate;
mod connection;
mod descriptors;
mod listener;
pub(crate) mod log;
mod places;
mod stream;
mod tasks;
mod tls;

use std::{fs::File, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use anyhow::Context as _;
use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use warifu_store::{Store, StoreError};

use self::{
    certificate::ServerCertificate,
    connection::Standing,
    listener::{Limits, Listener},
    tasks::{Pause, keep_running},
};
use crate::{
    clock::Clock,
    config::Config,
    domain::Backend,
    domain::{authenticate, login, refusals},
    folder, http,
    mail::{self, smtp::Mailer},
};

/// How often the server certificate is looked at.
const CERTIFICATE_CHECK: Duration = Duration::from_secs(60);

/// Open files beside connections: the database with its readers, the log, letters, what the system
/// holds open.
const OTHER_FILES: usize = 128;

/// A running backend. Dropping it ends it at once.
#[derive(Debug)]
pub struct Running {
    /// Where the enrolment listener listens.
    pub enrolment: SocketAddr,
    /// Where the service listener listens.
    pub service: SocketAddr,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
    store: Store,
    _lock: File,
}

impl Running {
    /// Stops accepting, lets requests finish for ten seconds, and ends.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
        // Fails only if the process is ending anyway.
        let _ = tokio::task::spawn_blocking(move || self.store.close()).await;
    }
}

/// Starts the backend of a folder; both listeners accept connections when this returns.
///
/// # Errors
///
/// A folder, configuration, passphrase or address that cannot be used; more connections than this
/// process may have open files; another backend on the same folder.
pub async fn serve(dir: &Path, clock: Clock) -> anyhow::Result<Running> {
    let config = Config::load(dir)?;
    let lock = File::create(dir.join("serve.lock")).context("cannot make serve.lock")?;
    lock.try_lock().with_context(|| format!("another backend serves {}", dir.display()))?;
    let limits = Limits::of(config.max_connections);
    descriptors::allow(limits.all().saturating_mul(2).saturating_add(OTHER_FILES))?;
    let issuer = folder::open_issuer(dir, &config)?;
    let days = (issuer.not_after() - clock()) / 86_400;
    if days < 400 {
        tracing::warn!(days, "the authority's certificate expires soon: plan its successor");
    }
    // Tried now, so that a mistake is told at the start.
    config.mail.as_ref().map(|mail| Mailer::new(mail, &config.server_names)).transpose()?;
    let bind = async |address: SocketAddr| {
        TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
    };
    let enrolment_socket = bind(config.enrolment_listen).await?;
    let service_socket = bind(config.service_listen).await?;
    let (enrolment, service) = (enrolment_socket.local_addr()?, service_socket.local_addr()?);

    let store = folder::open_store_to_serve(dir, clock())?;
    // This process alone serves the folder: what another left without a verdict never gets one.
    let forgotten: Result<_, StoreError> = store.write(login::forget_unverified).await;
    if forgotten? > 0 {
        tracing::info!("tries that were never verified do not count");
    }
    let backend = Arc::new(Backend::new(config, store, issuer, clock)?);
    let certificate = ServerCertificate::open(dir, &backend)?;
    let tls = |clients| {
        let server = Arc::<ServerCertificate>::clone(&certificate);
        tls::acceptor(server, clients, Arc::clone(&backend.clock))
    };
    let listeners = [
        Listener {
            name: "enrolment",
            socket: enrolment_socket,
            tls: tls(None)?,
            router: http::enrolment(Arc::clone(&backend)),
            limits,
            standing: None,
        },
        Listener {
            name: "service",
            socket: service_socket,
            tls: tls(Some(backend.issuer.certificate()))?,
            router: http::service(Arc::clone(&backend)),
            limits,
            standing: Some(standing(Arc::clone(&backend))),
        },
    ];
    let store = backend.store.clone();
    let (stop, stopped) = watch::channel(false);
    let mut tasks = JoinSet::new();
    for listener in listeners.map(Arc::new) {
        let (name, until) = (listener.name, stopped.clone());
        tasks.spawn(keep_running(name, Pause::default(), stopped.clone(), move || {
            listener::serve(Arc::clone(&listener), until.clone())
        }));
    }
    let (shared, until) = (Arc::clone(&backend), stopped.clone());
    tasks.spawn(keep_running("refusals", Pause::default(), stopped.clone(), move || {
        refusals::run(Arc::clone(&shared), until.clone())
    }));
    if backend.config.mail.is_some() {
        let (shared, until) = (Arc::clone(&backend), stopped.clone());
        tasks.spawn(keep_running("mail", Pause::default(), stopped.clone(), move || {
            send_letters(Arc::clone(&shared), until.clone())
        }));
    }
    let until = stopped.clone();
    tasks.spawn(keep_running("server-certificate", Pause::default(), stopped, move || {
        look_after(Arc::clone(&certificate), until.clone())
    }));
    Ok(Running { enrolment, service, stop, tasks, store, _lock: lock })
}

/// Asks the database about certificates, so that what it refuses gets no place of those it knows.
fn standing(backend: Arc<Backend>) -> Standing {
    Arc::new(move |thumbprint| {
        let backend = Arc::clone(&backend);
        Box::pin(async move {
            authenticate::may_be_used(&backend, &thumbprint).await.unwrap_or_else(|error| {
                tracing::error!(?error, "the database cannot be asked about a certificate");
                false
            })
        })
    })
}

async fn send_letters(backend: Arc<Backend>, stopped: watch::Receiver<bool>) {
    let Some(mail) = &backend.config.mail else { return };
    match Mailer::new(mail, &backend.config.server_names) {
        Ok(mailer) => mail::run(Arc::clone(&backend), mailer, stopped).await,
        Err(error) => tracing::error!(%error, "the mail server cannot be used"),
    }
}

/// Renews the server certificate also while nobody connects.
async fn look_after(certificate: Arc<ServerCertificate>, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(CERTIFICATE_CHECK);
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            _ = ticks.tick() => drop(certificate.current()),
        }
    }
}
