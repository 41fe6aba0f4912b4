//! A backend that runs: its listeners, and what they need around them.

mod certificate;
mod connection;
mod descriptors;
mod forwarded;
mod listener;
pub(crate) mod log;
pub(crate) mod manager;
mod metrics;
mod places;
pub(crate) mod provided;
mod stream;
mod tasks;
mod tls;

use std::{
    fmt,
    fs::File,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use ipnet::IpNet;
use tokio::{
    net::TcpListener,
    sync::{Notify, watch},
    task::JoinSet,
};
use warifu_pki::Issuer;
use warifu_store::{Store, StoreError};
use zeroize::Zeroizing;

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
    domain::{authenticate, credentials::lanes::Passwords, login, refusals, sso::keys},
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
pub struct Running {
    /// Where the enrolment listener listens.
    pub enrolment: SocketAddr,
    /// Where the service listener listens.
    pub service: SocketAddr,
    /// Where the listener for browsers and services listens, if there is one.
    pub web: Option<SocketAddr>,
    /// Where a monitoring system asks, if it may.
    pub metrics: Option<SocketAddr>,
    dir: PathBuf,
    clock: Clock,
    /// They stay open while the configuration is read anew, so that whoever connects then waits.
    sockets: Sockets,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
    passwords: Passwords,
    store: Store,
    lock: File,
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { enrolment, service, web, metrics, .. } = self;
        f.debug_struct("Running")
            .field("enrolment", enrolment)
            .field("service", service)
            .field("web", web)
            .field("metrics", metrics)
            .finish_non_exhaustive()
    }
}

/// What became of a change of the configuration.
#[derive(Debug)]
pub enum Reload {
    /// All of it counts.
    Taken,
    /// None of it counts, for this reason: the backend serves as before.
    Refused(anyhow::Error),
}

impl Running {
    /// What the service manager is shown as a sign of life.
    pub(crate) fn passwords(&self) -> Passwords {
        self.passwords.clone()
    }

    /// Stops accepting, lets requests finish for ten seconds, and ends.
    pub async fn stop(mut self) {
        self.sockets = Sockets::default();
        self.end().await;
    }

    /// Takes up the configuration, the authority's passphrase and the files that it names as they are now:
    /// all of it or nothing. What is being asked is answered first, for ten seconds at most; whoever
    /// connects meanwhile waits, and a connection that is only being made is closed. What is counted in memory begins anew: waits after wrong passwords that
    /// belong to no user, and what a monitoring system is told.
    ///
    /// # Errors
    ///
    /// When nobody is served any more: everything was right, and the database could not be opened anew.
    pub async fn reload(&mut self) -> anyhow::Result<Reload> {
        let (dir, clock) = (self.dir.clone(), Arc::clone(&self.clock));
        let prepared = tokio::task::spawn_blocking(move || Prepared::read(&dir, &clock)).await?;
        let ready = prepared.and_then(|prepared| {
            let sockets = self.sockets.for_all(&prepared.config)?;
            Ok((prepared, sockets, self.lock.try_clone()?))
        });
        let (prepared, sockets, lock) = match ready {
            Ok(ready) => ready,
            Err(error) => return Ok(Reload::Refused(error)),
        };
        self.end().await;
        let (dir, clock) = (self.dir.clone(), Arc::clone(&self.clock));
        *self = start(dir, clock, lock, prepared, sockets).await?;
        Ok(Reload::Taken)
    }

    async fn end(&mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
        let store = self.store.clone();
        // Fails only if the process is ending anyway.
        let _ = tokio::task::spawn_blocking(move || store.close()).await;
    }
}

/// Starts the backend of a folder; its listeners accept connections when this returns.
///
/// # Errors
///
/// A folder, configuration, passphrase or address that cannot be used; more connections than this
/// process may have open files; another backend on the same folder.
pub async fn serve(dir: &Path, clock: Clock) -> anyhow::Result<Running> {
    // Before a file is made in a folder that is none of ours.
    Config::load(dir)?;
    let lock = File::create(dir.join("serve.lock")).context("cannot make serve.lock")?;
    lock.try_lock().with_context(|| format!("another backend serves {}", dir.display()))?;
    let prepared = Prepared::read(dir, &clock)?;
    let sockets = Sockets::default().for_all(&prepared.config)?;
    start(dir.to_owned(), clock, lock, prepared, sockets).await
}

/// All that is served with, read and tried before anything is served.
struct Prepared {
    config: Config,
    limits: Limits,
    watchers: Limits,
    issuer: Issuer,
    web: Option<Web>,
    /// Of the keys that sign for services.
    passphrase: Option<Zeroizing<String>>,
}

impl Prepared {
    /// Takes a moment of a core: the passphrase opens the authority's key slowly on purpose.
    fn read(dir: &Path, clock: &Clock) -> anyhow::Result<Self> {
        let config = Config::load(dir)?;
        for note in config.provider.notes() {
            tracing::warn!("{note}");
        }
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
        // Tried now, so that a mistake is told at once.
        config.mail.as_ref().map(|mail| Mailer::new(mail, &config.server_names)).transpose()?;
        let web = config.web.as_ref().map(|web| Web::open(web, clock)).transpose()?;
        let passphrase = web
            .is_some()
            .then(|| folder::passphrase(config.passphrase_file.as_deref()))
            .transpose()?;
        Ok(Self { config, limits, watchers, issuer, web, passphrase })
    }
}

async fn start(
    dir: PathBuf,
    clock: Clock,
    lock: File,
    prepared: Prepared,
    sockets: Sockets,
) -> anyhow::Result<Running> {
    let Prepared { config, limits, watchers, issuer, web, passphrase } = prepared;
    let enrolment = sockets.address(config.enrolment_listen)?;
    let service = sockets.address(config.service_listen)?;
    let web_address = config.web.as_ref().map(|web| sockets.address(web.listen)).transpose()?;
    let metrics_address =
        config.metrics.as_ref().map(|metrics| sockets.address(metrics.address)).transpose()?;
    let store = folder::open_store_to_serve(&dir, clock())?;
    // This process alone serves the folder: what another left without a verdict never gets one.
    let forgotten: Result<_, StoreError> = store.write(login::forget_unverified).await;
    if forgotten? > 0 {
        tracing::info!("tries that were never verified do not count");
    }
    let backend = Backend::new(config, store, issuer, Arc::clone(&clock))?;
    let backend = Arc::new(match passphrase {
        Some(passphrase) => backend.with_web_keys(passphrase),
        None => backend,
    });
    let certificate = ServerCertificate::open(&dir, &backend)?;
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
    for front in sockets.in_front_of(listeners, &config.trusted_proxies)?.into_iter().map(Arc::new)
    {
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
    let passwords = backend.passwords.clone();
    Ok(Running {
        enrolment,
        service,
        web: web_address,
        metrics: metrics_address,
        dir,
        clock,
        sockets,
        stop,
        tasks,
        passwords,
        store,
        lock,
    })
}

/// The sockets, by the addresses that the configuration names.
#[derive(Debug, Default)]
struct Sockets(Vec<(SocketAddr, std::net::TcpListener)>);

impl Sockets {
    /// One for each address of a configuration: those that are here, and new ones.
    fn for_all(&self, config: &Config) -> anyhow::Result<Self> {
        let mut wanted = vec![config.enrolment_listen, config.service_listen];
        wanted.extend(config.web.as_ref().map(|web| web.listen));
        wanted.extend(config.metrics.as_ref().map(|metrics| metrics.address));
        let mut all = Self::default();
        for address in wanted {
            if all.find(address).is_some() {
                continue;
            }
            let cannot = || format!("cannot listen on {address}");
            let socket = match self.find(address) {
                Some(socket) => socket.try_clone(),
                None => std::net::TcpListener::bind(address),
            };
            let socket = socket.with_context(cannot)?;
            socket.set_nonblocking(true).with_context(cannot)?;
            all.0.push((address, socket));
        }
        Ok(all)
    }

    fn find(&self, address: SocketAddr) -> Option<&std::net::TcpListener> {
        self.0.iter().find_map(|(bound, socket)| (*bound == address).then_some(socket))
    }

    /// Where that is; the configuration may leave the port to the system.
    fn address(&self, address: SocketAddr) -> anyhow::Result<SocketAddr> {
        let socket = self.find(address).with_context(|| format!("nobody listens on {address}"))?;
        Ok(socket.local_addr()?)
    }

    /// Puts each in front of the listeners that are to be reached there.
    fn in_front_of(
        &self,
        mut listeners: Vec<(SocketAddr, Listener)>,
        trusted_proxies: &[IpNet],
    ) -> anyhow::Result<Vec<Front>> {
        let mut fronts = Vec::new();
        for (address, socket) in &self.0 {
            let behind = listeners.extract_if(.., |(listen, _)| listen == address);
            let behind: Vec<_> = behind.map(|(_, listener)| listener).collect();
            // Without TLS, reverse proxies ask, each request for another client; or a monitoring system.
            let speaks_tls = behind.iter().all(|listener| listener.tls.is_some());
            let trusted_proxies = if speaks_tls { trusted_proxies.to_vec() } else { Vec::new() };
            let socket = TcpListener::from_std(socket.try_clone()?)?;
            fronts.push(Front { socket, trusted_proxies, listeners: behind });
        }
        Ok(fronts)
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
