//! A backend that runs: its listeners, and what they need around them.

mod certificate;
mod connection;
mod descriptors;
mod forwarded;
mod listener;
pub(crate) mod log;
mod metrics;
mod places;
pub(crate) mod provided;
mod stream;
mod tasks;
mod tls;

use std::{fs::File, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use anyhow::Context as _;
use ipnet::IpNet;
use tokio::{
    net::TcpListener,
    sync::{Notify, watch},
    task::JoinSet,
};
use warifu_store::{Store, StoreError};

use self::{
    certificate::ServerCertificate,
    connection::Standing,
    listener::{Front, Limits, Listener},
    metrics::{Shown, Told},
    provided::{Files, Provided},
    tasks::{Pause, keep_running},
};
use crate::{
    clock::Clock,
    config::{
        Config,
        web::{Transport, WebConfig},
    },
    delivery,
    domain::Backend,
    domain::{authenticate, login, refusals, sso::keys},
    folder,
    http::{self, oidc},
    mail::{self, smtp::Mailer},
    metrics::Door,
};

/// How often the server certificate is looked at.
const CERTIFICATE_CHECK: Duration = Duration::from_secs(60);

/// Open files beside connections: the database with its readers, the log, letters, what the system
/// holds open.
const OTHER_FILES: usize = 128;

/// Connections of monitoring systems at the same time.
const WATCHERS: usize = 16;

/// A running backend. Dropping it ends it at once.
#[derive(Debug)]
pub struct Running {
    /// Where the enrolment listener listens.
    pub enrolment: SocketAddr,
    /// Where the service listener listens.
    pub service: SocketAddr,
    /// Where the listener for browsers and services listens, if there is one.
    pub web: Option<SocketAddr>,
    /// Where a monitoring system asks, if it may.
    pub metrics: Option<SocketAddr>,
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

/// Starts the backend of a folder; its listeners accept connections when this returns.
///
/// # Errors
///
/// A folder, configuration, passphrase or address that cannot be used; more connections than this
/// process may have open files; another backend on the same folder.
pub async fn serve(dir: &Path, clock: Clock) -> anyhow::Result<Running> {
    let config = Config::load(dir)?;
    for note in config.provider.notes() {
        tracing::warn!("{note}");
    }
    let lock = File::create(dir.join("serve.lock")).context("cannot make serve.lock")?;
    lock.try_lock().with_context(|| format!("another backend serves {}", dir.display()))?;
    let limits = Limits::of(config.max_connections);
    let listeners = if config.web.is_some() { 3 } else { 2 };
    let watchers = Limits::of(WATCHERS);
    let others = OTHER_FILES.saturating_add(watchers.all());
    descriptors::allow(limits.all().saturating_mul(listeners).saturating_add(others))?;
    let issuer = folder::open_issuer(dir, &config)?;
    let days = (issuer.not_after() - clock()) / 86_400;
    if days < 400 {
        tracing::warn!(days, "the authority's certificate expires soon: plan its successor");
    }
    // Tried now, so that a mistake is told at the start.
    config.mail.as_ref().map(|mail| Mailer::new(mail, &config.server_names)).transpose()?;
    let mut sockets = Sockets::default();
    let enrolment = sockets.bind(config.enrolment_listen).await?;
    let service = sockets.bind(config.service_listen).await?;
    let (web, web_address) = match &config.web {
        Some(web) => (Some(Web::open(web, &clock)?), Some(sockets.bind(web.listen).await?)),
        None => (None, None),
    };
    let metrics_address = match &config.metrics {
        Some(metrics) => Some(sockets.bind(metrics.address).await?),
        None => None,
    };
    let passphrase =
        web.is_some().then(|| folder::passphrase(config.passphrase_file.as_deref())).transpose()?;

    let store = folder::open_store_to_serve(dir, clock())?;
    // This process alone serves the folder: what another left without a verdict never gets one.
    let forgotten: Result<_, StoreError> = store.write(login::forget_unverified).await;
    if forgotten? > 0 {
        tracing::info!("tries that were never verified do not count");
    }
    let backend = Backend::new(config, store, issuer, clock)?;
    let backend = Arc::new(match passphrase {
        Some(passphrase) => backend.with_web_keys(passphrase),
        None => backend,
    });
    let certificate = ServerCertificate::open(dir, &backend)?;
    let counted = backend.metrics.clone();
    let watched = |router, door| metrics::watched(router, &counted, door);
    let tls = |clients| {
        let server = Arc::<ServerCertificate>::clone(&certificate);
        tls::acceptor(server, clients, Arc::clone(&backend.clock))
    };
    let config = &backend.config;
    let mut listeners = vec![
        (
            config.enrolment_listen,
            Listener {
                name: "enrolment",
                host: config.enrolment_url.host().to_owned(),
                tls: Some(tls(None)?),
                router: watched(http::enrolment(Arc::clone(&backend)), Door::Enrolment),
                limits,
                counts_networks: true,
                standing: None,
                counted: Some((counted.clone(), Door::Enrolment)),
            },
        ),
        (
            config.service_listen,
            Listener {
                name: "service",
                host: config.service_url.host().to_owned(),
                tls: Some(tls(Some(backend.issuer.certificate()))?),
                router: watched(http::service(Arc::clone(&backend)), Door::Service),
                limits,
                counts_networks: true,
                standing: Some(standing(Arc::clone(&backend))),
                counted: Some((counted.clone(), Door::Service)),
            },
        ),
    ];
    let store = backend.store.clone();
    let (stop, stopped) = watch::channel(false);
    let mut shown: Vec<(Door, Shown)> = Vec::new();
    for door in [Door::Enrolment, Door::Service] {
        let certificate = Arc::clone(&certificate);
        shown.push((door, Box::new(move || certificate.current())));
    }
    let mut tasks = JoinSet::new();
    if let (Some(web), Some(config)) = (web, backend.config.web.clone()) {
        // The first key is there before anybody asks.
        keys::tend(&backend).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
        let wake = Arc::<Notify>::default();
        let (host, listen) = (config.url.host().to_owned(), config.listen);
        let provider = oidc::Provider::new(Arc::clone(&backend), config, Arc::clone(&wake))?;
        let Web { certificate, counts_networks, caller } = web;
        let clock = Arc::clone(&backend.clock);
        let tls =
            certificate.as_ref().map(|shown| tls::for_browsers(Arc::clone(shown) as _, clock));
        listeners.push((
            listen,
            Listener {
                name: "web",
                host,
                tls: tls.transpose()?,
                router: watched(oidc::router(provider), Door::Web),
                limits,
                counts_networks,
                standing: None,
                counted: Some((counted.clone(), Door::Web)),
            },
        ));
        let (shared, until) = (Arc::clone(&backend), stopped.clone());
        tasks.spawn(keep_running("delivery", Pause::default(), stopped.clone(), move || {
            let (backend, caller) = (Arc::clone(&shared), Arc::clone(&caller));
            delivery::run(backend, caller, Arc::clone(&wake), until.clone())
        }));
        if let Some(certificate) = &certificate {
            let certificate = Arc::clone(certificate);
            shown.push((Door::Web, Box::new(move || certificate.current())));
        }
        if let Some(shown) = certificate {
            let until = stopped.clone();
            tasks.spawn(keep_running(
                "web-certificate",
                Pause::default(),
                stopped.clone(),
                move || look_for_new(Arc::clone(&shown), until.clone()),
            ));
        }
    }
    if let Some(metrics) = config.metrics {
        let backend = Arc::clone(&backend);
        listeners.push((
            metrics.address,
            Listener {
                name: "metrics",
                host: String::new(),
                tls: None,
                router: metrics::router(Told {
                    backend,
                    certificates: shown,
                    stopped: stopped.clone(),
                }),
                limits: watchers,
                counts_networks: false,
                standing: None,
                counted: None,
            },
        ));
    }
    for front in sockets.in_front_of(listeners, &config.trusted_proxies).into_iter().map(Arc::new) {
        let (name, until) = (front.name(), stopped.clone());
        tasks.spawn(keep_running(name, Pause::default(), stopped.clone(), move || {
            listener::serve(Arc::clone(&front), until.clone())
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
    Ok(Running {
        enrolment,
        service,
        web: web_address,
        metrics: metrics_address,
        stop,
        tasks,
        store,
        _lock: lock,
    })
}

/// The sockets, by the addresses that the configuration names.
#[derive(Default)]
struct Sockets(Vec<(SocketAddr, TcpListener)>);

impl Sockets {
    /// Listens there, unless that is done already; where that is.
    async fn bind(&mut self, address: SocketAddr) -> anyhow::Result<SocketAddr> {
        if let Some((_, socket)) = self.0.iter().find(|(bound, _)| *bound == address) {
            return Ok(socket.local_addr()?);
        }
        let socket = TcpListener::bind(address).await;
        let socket = socket.with_context(|| format!("cannot listen on {address}"))?;
        let local = socket.local_addr()?;
        self.0.push((address, socket));
        Ok(local)
    }

    /// Puts each in front of the listeners that are to be reached there.
    fn in_front_of(
        self,
        mut listeners: Vec<(SocketAddr, Listener)>,
        trusted_proxies: &[IpNet],
    ) -> Vec<Front> {
        let mut front = |(address, socket)| {
            let behind: Vec<_> = listeners
                .extract_if(.., |(listen, _)| *listen == address)
                .map(|(_, one)| one)
                .collect();
            // Without TLS, reverse proxies ask, each request for another client; or a monitoring system.
            let speaks_tls = behind.iter().all(|listener| listener.tls.is_some());
            let trusted_proxies = if speaks_tls { trusted_proxies.to_vec() } else { Vec::new() };
            Front { socket, trusted_proxies, listeners: behind }
        };
        self.0.into_iter().map(&mut front).collect()
    }
}

/// What the listener for browsers and services needs, tried before anything is served.
struct Web {
    certificate: Option<Arc<Provided>>,
    counts_networks: bool,
    caller: Arc<delivery::Caller>,
}

impl Web {
    fn open(web: &WebConfig, clock: &Clock) -> anyhow::Result<Self> {
        let certificate = match web.transport() {
            Transport::Tls { certificate, key } => {
                let files = Files::new(certificate, key, &web.url);
                Some(Provided::open(files, Arc::clone(clock))?)
            }
            Transport::Plain => None,
        };
        let caller = Arc::new(delivery::Caller::new(web.trust_anchors_file.as_deref())?);
        let counts_networks = web.behind_proxy.is_empty();
        Ok(Self { certificate, counts_networks, caller })
    }
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

/// Takes a new certificate for browsers when there is one.
async fn look_for_new(certificate: Arc<Provided>, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(CERTIFICATE_CHECK);
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            _ = ticks.tick() => {}
        }
        let shared = Arc::clone(&certificate);
        // Files are read there; nothing is lost if it fails.
        let _ = tokio::task::spawn_blocking(move || shared.look()).await;
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
