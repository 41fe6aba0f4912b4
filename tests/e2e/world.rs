//! What an end-to-end test stands on.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use system_tests::{
    backend::{Backend, Customer, Provider},
    desktop::{Desktop, Wanted},
    journey, places,
    window::{AppWindow, Start},
};

/// A desktop, and a provider with one customer.
pub(crate) struct World {
    pub(crate) desktop: Desktop,
    pub(crate) provider: Provider,
    pub(crate) customer: Customer,
    /// `None` while the backend is down.
    pub(crate) backend: Option<Backend>,
}

/// Runs a test on an ordinary desktop.
pub(crate) fn on_a_desktop(test: impl AsyncFnOnce(&mut World) -> Result<()>) -> Result<()> {
    on(&Wanted::default(), test)
}

/// Runs a test on such a desktop; when it fails, leaves a picture of the screen in `target/e2e`.
pub(crate) fn on(wanted: &Wanted, test: impl AsyncFnOnce(&mut World) -> Result<()>) -> Result<()> {
    let desktop = Desktop::start(wanted)?;
    let group = desktop.group().to_owned();
    let provider =
        Provider::set_up(&desktop.home().join("backend"), &group, places::free_ports()?)?;
    let customer = provider.add_customer()?;
    let backend = Some(provider.serve()?);
    let mut world = World { desktop, provider, customer, backend };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(test(&mut world));
    result.or_else(|error| Err(error).with_context(|| world.evidence()))
}

impl World {
    /// How the app starts here, in the user's usual folder.
    pub(crate) fn start(&self) -> Start {
        Start::new(&self.data())
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.desktop.home().join("app")
    }

    /// The app as a new user finds it.
    pub(crate) async fn open(&self) -> Result<AppWindow> {
        AppWindow::open(&self.desktop, &self.start()).await
    }

    /// The app with the provider's connection profile.
    pub(crate) async fn open_with_profile(&self) -> Result<AppWindow> {
        let window = self.open().await?;
        journey::add_profile(&window, &self.provider.profile()?).await?;
        Ok(window)
    }

    fn evidence(&self) -> String {
        let name = std::thread::current().name().unwrap_or("test").replace("::", "-");
        let taken = places::target().and_then(|target| {
            let folder = target.join("e2e");
            std::fs::create_dir_all(&folder)?;
            let file = folder.join(format!("{name}.png"));
            self.desktop.photograph(&file)?;
            Ok(file)
        });
        match taken {
            Ok(file) => format!("the screen is in {}", file.display()),
            Err(error) => format!("no picture of the screen: {error:#}"),
        }
    }
}
