//! A backend that runs: its listeners, and what they need around them.

mod certificate;
mod checkpoints;
mod connection;
mod descriptors;
mod forwarded;
mod listener;
pub(crate) mod log;
pub(crate) mod manager;
mod metrics;
mod places;
mod prepared;
pub(crate) mod provided;
mod sockets;
mod stream;
mod tasks;
mod tls;

use std::{
    fmt,
    fs::File,
    net::SocketAddr,
    path::{Path, PathBuf},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use anyhow::ensure;
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
};
use warifu_pki::Issuer;
use warifu_protocol::Timestamp;
use warifu_store::{Store, StoreError, Tx, tables::certificate as certificates};

use self::{
    certificate::ServerCertificate,
    connection::Standing,
    listener::Listener,
    metrics::{Shown, Told},
    prepared::{Prepared, Web},
    provided::Provided,
    sockets::Sockets,
    tasks::{Pause, keep_running},
};
use crate::{
    clock::Clock,
    config::DatabaseConfig,
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

/// How often tries are looked for that a backend counted and never judged, because it died.
const TRIES_CHECK: Duration = Duration::from_secs(60);

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
    /// Whom a monitoring system asks: they answer until all others have ended.
    unwatch: watch::Sender<bool>,
    watching: JoinSet<()>,
    passwords: Passwords,
    store: Store,
    /// Where that is, unless it is a file of the folder.
    database: Option<DatabaseConfig>,
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

impl Running {
    /// What the service manager is shown as a sign of life.
    pub(crate) fn passwords(&self) -> Passwords {
        self.passwords.clone()
    }

    /// Stops accepting, lets requests finish for ten seconds, and ends.
    pub async fn stop(mut self) {
        self.sockets = Sockets::default();
        self.end().await;
        // Fails only if the process is ending anyway.
        let _ = tokio::task::spawn_blocking(move || self.store.close()).await;
    }

    /// Takes up the configuration, the authority's passphrase and the files that it names as they are now:
    /// all of it or nothing. What is being asked is answered first, for ten seconds at most; whoever
    /// connects meanwhile waits, and a connection that is only being made is closed. What is counted in
    /// memory begins anew: waits after wrong passwords that belong to no user, and what a monitoring
    /// system is told.
    ///
    /// # Errors
    ///
    /// As of [`serve`]; the backend then serves as before.
    pub async fn reload(&mut self) -> anyhow::Result<()> {
        let (dir, clock) = (self.dir.clone(), Arc::clone(&self.clock));
        let prepared = tokio::task::spawn_blocking(move || Prepared::read(&dir, &clock)).await??;
        ensure!(
            prepared.config.database == self.database,
            "[database] was changed, which counts from the next start"
        );
        let sockets = self.sockets.for_all(&prepared.config).await?;
        let (lock, store) = (self.lock.try_clone()?, self.store.clone());
        let (dir, clock) = (self.dir.clone(), Arc::clone(&self.clock));
        let assembled = assemble(dir, clock, lock, prepared, sockets, store).await?;
        // From here on nothing can fail.
        self.end().await;
        if let Err(error) = forget_unverified(&self.store, (self.clock)()).await {
            tracing::error!(?error, "tries that were never verified count until the next start");
        }
        *self = assembled.begin();
        Ok(())
    }

    async fn end(&mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
        self.unwatch.send_replace(true);
        while self.watching.join_next().await.is_some() {}
    }
}

/// Starts the backend of a folder; its listeners accept connections when this returns.
///
/// # Errors
///
/// A folder, configuration, passphrase or address that cannot be used; more connections than this
/// process may have open files; another backend on the same folder.
pub async fn serve(dir: &Path, clock: Clock) -> anyhow::Result<Running> {
    let prepared = Prepared::read(dir, &clock)?;
    let lock = folder::lock(dir)?;
    let sockets = Sockets::default().for_all(&prepared.config).await?;
    let store = folder::open_store_to_serve(dir, clock())?;
    refuse_other_authority(&store, &prepared.issuer).await?;
    forget_unverified(&store, clock()).await?;
    Ok(assemble(dir.to_owned(), clock, lock, prepared, sockets, store).await?.begin())
}

/// That a database which is not of the folder itself has no certificates of another authority: what one
/// backend issues, all of them let in.
async fn refuse_other_authority(store: &Store, issuer: &Issuer) -> anyhow::Result<()> {
    if !store.is_shared() {
        return Ok(());
    }
    let latest = store.read(certificates::latest).await?;
    ensure!(
        latest.is_none_or(|latest| issuer.has_issued(&latest.der)),
        "the certificates in the database are of another authority: take authority.pem and authority.key \
         from a backend that serves it, instead of making them with `init`"
    );
    Ok(())
}

/// Gives back what was left without a verdict that it will never get.
async fn forget_unverified(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let is_shared = store.is_shared();
    let forget = move |tx: &Tx| login::forget_unverified(tx, is_shared.then_some(now));
    if store.write(forget).await? > 0 {
        tracing::info!("tries that were never verified do not count");
    }
    Ok(())
}

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A backend that serves once its tasks run.
struct Assembled {
    running: Running,
    tasks: Vec<Task>,
    watching: Vec<Task>,
}

impl Assembled {
    fn begin(mut self) -> Running {
        for task in self.tasks {
            self.running.tasks.spawn(task);
        }
        for task in self.watching {
            self.running.watching.spawn(task);
        }
        self.running
    }
}

async fn assemble(
    dir: PathBuf,
    clock: Clock,
    lock: File,
    prepared: Prepared,
    sockets: Sockets,
    store: Store,
) -> anyhow::Result<Assembled> {
    let Prepared { config, limits, watchers, issuer, web, passphrase, checkpoints } = prepared;
    let enrolment = sockets.address(config.enrolment_listen)?;
    let service = sockets.address(config.service_listen)?;
    let web_address = config.web.as_ref().map(|web| sockets.address(web.listen)).transpose()?;
    let metrics_address =
        config.metrics.as_ref().map(|metrics| sockets.address(metrics.address)).transpose()?;
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
    let mut tasks: Vec<Task> = Vec::new();
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
        tasks.push(Box::pin(keep_running(
            "delivery",
            Pause::default(),
            stopped.clone(),
            move || {
                let (backend, caller) = (Arc::clone(&shared), Arc::clone(&caller));
                delivery::run(backend, caller, Arc::clone(&wake), until.clone())
            },
        )));
        if let Some(certificate) = &certificate {
            let certificate = Arc::clone(certificate);
            shown.push((Door::Web, Box::new(move || certificate.current())));
        }
        if let Some(shown) = certificate {
            let until = stopped.clone();
            tasks.push(Box::pin(keep_running(
                "web-certificate",
                Pause::default(),
                stopped.clone(),
                move || look_for_new(Arc::clone(&shown), until.clone()),
            )));
        }
    }
    let (unwatch, unwatched) = watch::channel(false);
    let mut watching: Vec<Task> = Vec::new();
    if let Some(metrics) = config.metrics {
        let told =
            Told { backend: Arc::clone(&backend), certificates: shown, stopped: stopped.clone() };
        let listener = Listener {
            name: "metrics",
            host: String::new(),
            tls: None,
            router: metrics::router(told),
            limits: watchers,
            counts_networks: false,
            standing: None,
            counted: None,
        };
        let behind = vec![(metrics.address, listener)];
        for front in sockets.in_front_of(behind, &[])?.into_iter().map(Arc::new) {
            let (name, until) = (front.name(), unwatched.clone());
            watching.push(Box::pin(keep_running(
                name,
                Pause::default(),
                unwatched.clone(),
                move || listener::serve(Arc::clone(&front), until.clone()),
            )));
        }
    }
    for front in sockets.in_front_of(listeners, &config.trusted_proxies)?.into_iter().map(Arc::new)
    {
        let (name, until) = (front.name(), stopped.clone());
        tasks.push(Box::pin(keep_running(name, Pause::default(), stopped.clone(), move || {
            listener::serve(Arc::clone(&front), until.clone())
        })));
    }
    let (shared, until) = (Arc::clone(&backend), stopped.clone());
    tasks.push(Box::pin(keep_running("refusals", Pause::default(), stopped.clone(), move || {
        refusals::run(Arc::clone(&shared), until.clone())
    })));
    if let Some(checkpoints) = checkpoints.map(Arc::new) {
        let (shared, until) = (Arc::clone(&backend), stopped.clone());
        tasks.push(Box::pin(keep_running(
            "checkpoints",
            Pause::default(),
            stopped.clone(),
            move || checkpoints::run(Arc::clone(&shared), Arc::clone(&checkpoints), until.clone()),
        )));
    }
    if backend.store.is_shared() {
        let (shared, until) = (Arc::clone(&backend), stopped.clone());
        tasks.push(Box::pin(keep_running("tries", Pause::default(), stopped.clone(), move || {
            give_back_tries(Arc::clone(&shared), until.clone())
        })));
    }
    if backend.config.mail.is_some() {
        let (shared, until) = (Arc::clone(&backend), stopped.clone());
        tasks.push(Box::pin(keep_running("mail", Pause::default(), stopped.clone(), move || {
            send_letters(Arc::clone(&shared), until.clone())
        })));
    }
    let until = stopped.clone();
    tasks.push(Box::pin(keep_running(
        "server-certificate",
        Pause::default(),
        stopped,
        move || look_after(Arc::clone(&certificate), until.clone()),
    )));
    let passwords = backend.passwords.clone();
    let running = Running {
        enrolment,
        service,
        web: web_address,
        metrics: metrics_address,
        dir,
        clock,
        sockets,
        stop,
        tasks: JoinSet::new(),
        unwatch,
        watching: JoinSet::new(),
        passwords,
        store,
        database: backend.config.database.clone(),
        lock,
    };
    Ok(Assembled { running, tasks, watching })
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

/// Gives back the tries that another backend of the same database counted before it died.
async fn give_back_tries(backend: Arc<Backend>, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(TRIES_CHECK);
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            _ = ticks.tick() => {}
        }
        if let Err(error) = forget_unverified(&backend.store, backend.now()).await {
            tracing::warn!(%error, "tries without a verdict cannot be given back now");
        }
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
