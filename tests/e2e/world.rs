//! What an end-to-end test stands on.

#![expect(clippy::print_stderr, reason = "a failed test says where its picture is")]

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::PathBuf,
};

use anyhow::{Context as _, Result, bail};
use system_tests::{
    backend::{Backend, Customer, Provider},
    clock::time_travel,
    desktop::{Desktop, Wanted},
    journey, places, wait,
    window::{AppWindow, PATIENCE, Start},
};
use warifu_platform::port;

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
    let provider = Provider::set_up(&desktop.home().join("backend"), &group, port::reserve()?)?;
    let customer = provider.add_customer()?;
    let backend = Some(provider.serve()?);
    let mut world = World { desktop, provider, customer, backend };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
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

    /// The app as `start` says.
    pub(crate) async fn open_as(&self, start: &Start) -> Result<AppWindow> {
        AppWindow::open(&self.desktop, start).await
    }

    /// The app on a PC where it has never run, with the provider's connection profile.
    pub(crate) async fn open_on_another_pc(&self) -> Result<AppWindow> {
        let window = self.open_as(&Start::new(&self.desktop.home().join("other-app"))).await?;
        journey::add_profile(&window, &self.provider.profile()?).await?;
        Ok(window)
    }

    /// What has been done, in the backend's own record.
    pub(crate) fn acts(&self) -> Result<Vec<String>> {
        let rows = self.provider.audit()?;
        rows.iter().map(|row| Ok(row["act"].as_str().context("act")?.to_owned())).collect()
    }

    /// The user's only certificate as the backend knows it: thumbprint and state.
    pub(crate) fn certificate(&self) -> Result<(String, String)> {
        let shown = self.provider.show(&self.customer)?;
        let certificates = shown["users"][0]["certificates"].as_array().context("certificates")?;
        let [certificate] = certificates.as_slice() else { bail!("not one: {certificates:?}") };
        let field = |name| certificate[name].as_str().map(str::to_owned).context(name);
        Ok((field("thumbprint")?, field("state")?))
    }

    /// Waits until the tray has the app's icon, with such a menu.
    pub(crate) async fn see_in_tray(&self, menu: &[&str]) -> Result<()> {
        let mut last = Vec::new();
        let seen = wait::until_async(&format!("the tray shows {menu:?}"), PATIENCE, async || {
            last = self.desktop.bus().tray()?;
            Ok((last.len() == 1 && last[0].menu == menu).then_some(()))
        })
        .await;
        seen.with_context(|| format!("instead: {last:?}"))
    }

    /// Waits until a line of the app's menu in the tray has such a text.
    pub(crate) async fn see_in_tray_labels(&self, text: &str) -> Result<()> {
        let mut last = Vec::new();
        let seen = wait::until_async(&format!("the tray says {text}"), PATIENCE, async || {
            last = self.desktop.bus().tray()?;
            let mut labels = last.iter().flat_map(|item| &item.menu);
            Ok(labels.any(|label| label.contains(text)).then_some(()))
        })
        .await;
        seen.with_context(|| format!("instead: {last:?}"))
    }

    /// Starts the backend again with its clock `shift` away from this machine's.
    pub(crate) fn move_backend(&mut self, shift: &str) -> Result<()> {
        self.backend = None;
        self.backend = Some(self.provider.serve_with(&time_travel(shift)?)?);
        Ok(())
    }

    /// The app, its clock so far away.
    pub(crate) async fn open_at(&self, shift: &str) -> Result<AppWindow> {
        let mut start = self.start();
        start.environment = time_travel(shift)?;
        self.open_as(&start).await
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
