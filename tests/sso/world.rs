//! What these tests stand on.

#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a failed test says where its pictures are, and what was measured is told"
)]

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::Path,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context as _, Result, ensure};
use fantoccini::wd::WindowHandle;
use system_tests::{
    backend::{Backend, Customer, Provider, Said as _},
    browser::{self, Browser},
    desktop::{Desktop, Wanted},
    journey, places,
    relying_party::{self, Proof, RelyingParty},
    site::Site,
    wait,
    window::{AppWindow, PATIENCE, Start},
};
use warifu_platform::port;

/// How soon a service has to know that a login is over, in milliseconds: two seconds on a machine that has
/// nothing else to do.
const SOON: u64 = 6000;

/// The page's heading at the service.
pub(crate) const PAGE: &str = "[data-testid=page]";

/// The code on a page of the login's that refuses somebody.
pub(crate) const CODE: &str = "main code";

/// A desktop with a browser, a provider with one customer, and its service.
pub(crate) struct World {
    pub(crate) browser: Browser,
    pub(crate) service: RelyingParty,
    /// `None` while the backend is down.
    pub(crate) backend: Option<Backend>,
    pub(crate) provider: Provider,
    pub(crate) customer: Customer,
    pub(crate) login: Site,
    pub(crate) desktop: Desktop,
}

/// With what the service proves itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum By {
    Secret,
    Key,
}

/// Runs a test; when it fails, leaves a picture of the screen in `target/sso`.
pub(crate) fn with_a_service(test: impl AsyncFnOnce(&mut World) -> Result<()>) -> Result<()> {
    with_a_service_by(By::Secret, test)
}

/// The same with a service that proves itself so.
pub(crate) fn with_a_service_by(
    by: By,
    test: impl AsyncFnOnce(&mut World) -> Result<()>,
) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut world = runtime.block_on(World::start(by))?;
    let ran = catch_unwind(AssertUnwindSafe(|| runtime.block_on(test(&mut world))));
    match ran {
        Ok(result) => result.or_else(|error| Err(error).with_context(|| world.evidence())),
        Err(assertion) => {
            eprintln!("{}", world.evidence());
            resume_unwind(assertion)
        }
    }
}

impl World {
    async fn start(by: By) -> Result<Self> {
        let desktop = Desktop::start(&Wanted::default())?;
        let group = desktop.group().to_owned();
        let home = desktop.home();
        let login = Site::set_up(&home.join("login"), "localhost")?;
        let site = Site::set_up(&home.join("service"), "127.0.0.1")?;
        let provider = Provider::set_up(&home.join("backend"), &group, port::reserve()?)?;
        let proof: Proof = match by {
            By::Secret => relying_party::register(&provider, &login, &site)?,
            By::Key => relying_party::register_with_key(&provider, &login, &site, home)?,
        };
        let mut service = RelyingParty::set_up(&group, &site, &login, &proof)?;
        service.start()?;
        let customer = provider.add_customer()?;
        let backend = Some(provider.serve()?);
        let browser = Browser::start(&desktop, "chromium", &[&login, &site]).await?;
        browser.be_default(&desktop)?;
        Ok(Self { browser, service, backend, provider, customer, login, desktop })
    }

    /// A desktop of its own, with an app of its own, that opens addresses in the same browser.
    pub(crate) fn another_pc(&self) -> Result<Desktop> {
        let desktop = Desktop::start(&Wanted::default())?;
        self.browser.be_default(&desktop)?;
        Ok(desktop)
    }

    /// The app on a desktop, with the provider's connection profile and the user's certificate, logged in.
    pub(crate) async fn logged_in_on(
        &self,
        desktop: &Desktop,
        user: &Customer,
    ) -> Result<AppWindow> {
        let mut start = Start::new(&desktop.home().join("app"));
        start.environment = browser::environment();
        let window = AppWindow::open(desktop, &start).await?;
        journey::add_profile(&window, &self.provider.profile()?).await?;
        journey::issue(&window, user).await?;
        journey::log_in(&window).await?;
        Ok(window)
    }

    /// The customer's administrator, logged in.
    pub(crate) async fn logged_in(&self) -> Result<AppWindow> {
        self.logged_in_on(&self.desktop, &self.customer).await
    }

    /// Clicks an entry that this browser opens for this user for the first time, and answers what browser
    /// and app ask; the tab with the service's page.
    pub(crate) async fn open_anew(&self, window: &AppWindow, entry: &str) -> Result<WindowHandle> {
        let known = self.browser.tabs().await?;
        window.press(entry).await?;
        let tab = self.browser.follow(&known).await?;
        self.browser.press("#yes").await?;
        window.press("handoff-yes").await?;
        self.browser.see(PAGE).await?;
        Ok(tab)
    }

    /// The same in a browser that knows the user, where nothing is asked; how long it took from the click to
    /// the page.
    pub(crate) async fn open_again(
        &self,
        window: &AppWindow,
        entry: &str,
    ) -> Result<(WindowHandle, Duration)> {
        let known = self.browser.tabs().await?;
        let start = Instant::now();
        window.press(entry).await?;
        let tab = self.browser.follow(&known).await?;
        self.browser.see(PAGE).await?;
        Ok((tab, start.elapsed()))
    }

    /// Runs a command about a user.
    pub(crate) fn have(&self, command: &str, user: &Customer) -> Result<()> {
        let mut command = self.provider.command(command)?;
        command.args(["--customer", &user.number, "--user", &user.user_id]).said().map(drop)
    }

    /// How often the record has such an act.
    pub(crate) fn recorded(&self, act: &str) -> Result<usize> {
        Ok(self.provider.audit()?.iter().filter(|row| row["act"] == act).count())
    }

    /// Waits until the service has taken the news of an ended login that came after `since`
    /// (milliseconds since 1970), and makes sure that they came soon.
    pub(crate) fn see_told_since(&self, since: u64) -> Result<()> {
        let at = wait::until("the service is told that the login is over", || {
            let told = self.service.told()?;
            Ok(told.iter().find(|(at, status)| *at >= since && *status == 200).map(|(at, _)| *at))
        })?;
        println!("the service was told after {} ms", at - since);
        ensure!(at - since <= SOON, "it took {} ms", at - since);
        Ok(())
    }

    /// Asks for the tab's page again, which must be a refusal of the login's now.
    pub(crate) async fn see_refused_on_reload(&self, code: &str) -> Result<()> {
        self.browser.reload().await?;
        self.see_refused(code).await
    }

    /// The tab shows a page of the login's with this code.
    pub(crate) async fn see_refused(&self, code: &str) -> Result<()> {
        let seen = self.browser.text(CODE).await?;
        let url = self.browser.url().await?;
        ensure!(seen == code && url.starts_with(&self.login.origin()), "{seen} at {url}");
        ensure!(self.browser.look(PAGE).await?.is_none(), "the service's page is still there");
        Ok(())
    }

    /// Asks for the tab's page again, where nobody must be logged in now.
    pub(crate) async fn see_nobody_on_reload(&self) -> Result<()> {
        self.browser.reload().await?;
        self.see_nobody().await
    }

    /// The tab shows the login's page that lets somebody in by the app, and nothing of the service's.
    pub(crate) async fn see_nobody(&self) -> Result<()> {
        self.browser.see("#open").await?;
        let url = self.browser.url().await?;
        ensure!(url.starts_with(&self.login.origin()), "not the login's page: {url}");
        ensure!(self.browser.look(PAGE).await?.is_none(), "the service's page is still there");
        Ok(())
    }

    /// Waits until the app says so of the entry that was opened last.
    pub(crate) async fn see_state(&self, window: &AppWindow, state: &str) -> Result<()> {
        window.see_attribute("handoff", "data-state", state).await
    }

    /// Makes a program the desktop's browser that opens nothing and keeps the address: as a thief does.
    pub(crate) fn catch_addresses(&self) -> Result<Caught<'_>> {
        let file = self.desktop.home().join("caught");
        let script = format!("echo $0 >> {}", file.display());
        let command = ["/bin/sh", "-c", &script].map(str::to_owned);
        self.desktop.open_addresses_with(&command)?;
        Ok(Caught { world: self, file, read: 0 })
    }

    fn evidence(&self) -> String {
        let name = std::thread::current().name().unwrap_or("test").replace("::", "-");
        let taken = places::target().and_then(|target| {
            let folder = target.join("sso");
            std::fs::create_dir_all(&folder)?;
            let file = folder.join(format!("{name}.png"));
            self.desktop.photograph(&file)?;
            Ok(file)
        });
        let picture = match taken {
            Ok(file) => format!("the screen is in {}", file.display()),
            Err(error) => format!("no picture of the screen: {error:#}"),
        };
        format!("{picture}; Apache wrote:\n{}", self.service.log())
    }
}

/// The addresses that the app has opened since, and no browser.
pub(crate) struct Caught<'w> {
    world: &'w World,
    file: std::path::PathBuf,
    read: usize,
}

impl Caught<'_> {
    /// Clicks an entry, and takes the address that the app opens.
    pub(crate) async fn next(&mut self, window: &AppWindow, entry: &str) -> Result<String> {
        window.press(entry).await?;
        let address = wait::until_async("the app opens an address", PATIENCE, async || {
            let text = std::fs::read_to_string(&self.file).unwrap_or_default();
            Ok(text.lines().nth(self.read).map(str::to_owned))
        })
        .await?;
        self.read += 1;
        ensure!(address.starts_with(&self.world.login.at("/handoff#")), "another address");
        Ok(address)
    }

    /// The desktop's browser is one again.
    pub(crate) fn stop(self) -> Result<()> {
        self.world.browser.be_default(&self.world.desktop)
    }
}

/// Milliseconds since 1970.
pub(crate) fn now() -> Result<u64> {
    Ok(u64::try_from(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_millis())?)
}

/// Whether a file below `folder` has one of `secrets` in it: which, and where.
pub(crate) fn found_below(folder: &Path, secrets: &[String]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            found.extend(found_below(&path, secrets)?);
        } else if path.is_file() {
            let bytes = std::fs::read(&path)?;
            let has = |secret: &&String| {
                bytes.windows(secret.len()).any(|part| part == secret.as_bytes())
            };
            let named = secrets.iter().filter(has);
            found.extend(named.map(|secret| format!("{}: {secret}", path.display())));
        }
    }
    Ok(found)
}
