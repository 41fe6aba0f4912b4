//! What these tests stand on.

#![expect(clippy::print_stderr, reason = "a failed test says where its pictures are")]

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::PathBuf,
};

use anyhow::{Context as _, Result};
use system_tests::{
    backend::{Backend, Customer, Provider},
    browser::{self, Browser},
    desktop::{Desktop, Wanted},
    journey, places,
    relying_party::{self, Proof, RelyingParty},
    site::Site,
    window::{AppWindow, Start},
};
use warifu_platform::port;

/// A desktop with a browser, a provider with one customer, and its service.
pub(crate) struct World {
    pub(crate) browser: Browser,
    pub(crate) service: RelyingParty,
    /// Kept running.
    pub(crate) backend: Backend,
    pub(crate) provider: Provider,
    pub(crate) customer: Customer,
    pub(crate) desktop: Desktop,
}

/// Runs a test; when it fails, leaves a picture of the screen in `target/sso`.
pub(crate) fn with_a_service(test: impl AsyncFnOnce(&mut World) -> Result<()>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut world = runtime.block_on(World::start())?;
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
    async fn start() -> Result<Self> {
        let desktop = Desktop::start(&Wanted::default())?;
        let group = desktop.group().to_owned();
        let home = desktop.home();
        let login = Site::set_up(&home.join("login"), "localhost")?;
        let site = Site::set_up(&home.join("service"), "127.0.0.1")?;
        let provider = Provider::set_up(&home.join("backend"), &group, port::reserve()?)?;
        relying_party::take_entries(&provider, &site)?;
        let proof = Proof::Secret(String::from("known-to-nobody"));
        let mut service = RelyingParty::set_up(&group, &site, &login, &proof)?;
        service.start()?;
        let customer = provider.add_customer()?;
        let backend = provider.serve()?;
        let browser = Browser::start(&desktop, "chromium", &[&login, &site]).await?;
        browser.be_default(&desktop)?;
        Ok(Self { browser, service, backend, provider, customer, desktop })
    }

    /// The app with the provider's connection profile and the customer's certificate, logged in.
    pub(crate) async fn logged_in(&self) -> Result<AppWindow> {
        let mut start = Start::new(&self.desktop.home().join("app"));
        start.environment = browser::environment();
        let window = AppWindow::open(&self.desktop, &start).await?;
        journey::add_profile(&window, &self.provider.profile()?).await?;
        journey::issue(&window, &self.customer).await?;
        journey::log_in(&window).await?;
        Ok(window)
    }

    fn evidence(&self) -> String {
        let name = std::thread::current().name().unwrap_or("test").replace("::", "-");
        let taken = places::target().and_then(|target| {
            let folder: PathBuf = target.join("sso");
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
