//! The sample service that the main menu opens, and the browser that shows it.

use std::{env, fs, path::Path, process::Command, time::Instant};

use anyhow::{Result, ensure};
use system_tests::{
    backend::{CUSTOMER_NAME, Customer, Provider, Said as _},
    browser::Browser,
    desktop::Desktop,
    places,
    process::Process,
    relying_party::{self, RelyingParty},
    site::Site,
    wait::{PATIENCE, until_async},
    window::AppWindow,
};

/// The service, and the login that opens it.
pub(crate) struct Service {
    login: Site,
    running: RelyingParty,
}

impl Service {
    /// Registers the service with the provider and starts it, where what it consists of is installed;
    /// the login and the service get a port each.
    pub(crate) fn set_up(
        dir: &Path,
        group: &str,
        provider: &Provider,
        [at_login, at_service]: [u16; 2],
    ) -> Result<Option<Self>> {
        if !relying_party::is_installed() || places::installed("chromium").is_err() {
            return Ok(None);
        }
        let login = Site::set_up_at(&dir.join("login"), "localhost", at_login)?;
        let site = Site::set_up_at(&dir.join("service"), "127.0.0.1", at_service)?;
        let proof = relying_party::register(provider, &login, &site)?;
        let mut running = RelyingParty::set_up(group, &site, &login, &proof)?;
        running.start()?;
        Ok(Some(Self { login, running }))
    }

    /// Where its page is.
    pub(crate) fn address(&self) -> String {
        self.running.site().at("/claims/")
    }

    /// Where the login is.
    pub(crate) fn login(&self) -> String {
        self.login.origin()
    }

    /// Opens Chromium beside the app, and has the app open addresses in it.
    pub(crate) fn show(&self, dir: &Path, group: &str, app: &mut Command) -> Result<Process> {
        let folder = dir.join("browser");
        fs::create_dir_all(&folder)?;
        let start = self.running.site().at("/");
        let chromium = Browser::open_for_a_person(&folder, group, &self.trusted(), &start)?;
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = [folder.join("bin")].into_iter().chain(env::split_paths(&path));
        app.env("PATH", env::join_paths(folders)?);
        Ok(chromium)
    }

    /// A browser on a desktop without a screen, which the desktop opens addresses with.
    pub(crate) async fn browser(&self, desktop: &Desktop) -> Result<Browser> {
        let chromium = Browser::start(desktop, "chromium", &self.trusted()).await?;
        chromium.be_default(desktop)?;
        Ok(chromium)
    }

    fn trusted(&self) -> [&Site; 2] {
        [&self.login, self.running.site()]
    }

    /// A click in the main menu, and the service knows who is there.
    pub(crate) async fn open(
        &self,
        desktop: &Desktop,
        window: &AppWindow,
        chromium: &Browser,
        dir: &Path,
        say: &impl Fn(&str),
    ) -> Result<()> {
        let picture = |name: &str| dir.join(format!("{name}.png"));
        let known = chromium.tabs().await?;
        window.press("entry-claims").await?;
        chromium.follow(&known).await?;
        chromium.see("#yes").await?;
        desktop.photograph(&picture("09-browser-asks"))?;
        say("09-browser-asks  a click on 債権照会: a browser that is new to the user asks first");
        chromium.press("#yes").await?;
        window.see("handoff-yes").await?;
        window.photograph(desktop, &picture("10-app-asks")).await?;
        say("10-app-asks  and so does the app, once");
        window.press("handoff-yes").await?;
        let company = chromium.text("[data-testid=customer-name]").await?;
        ensure!(company == CUSTOMER_NAME, "the service greets {company}");
        chromium.photograph(&picture("11-service-page")).await?;
        say(
            "11-service-page  the provider's service shows its page, with company, user and permissions",
        );

        let known = chromium.tabs().await?;
        let clicked = Instant::now();
        window.press("entry-claims").await?;
        chromium.follow(&known).await?;
        chromium.see("[data-testid=customer-name]").await?;
        let took = clicked.elapsed().as_millis();
        desktop.photograph(&picture("11-service"))?;
        say(&format!(
            "11-service  the next click asks nothing: {took} ms from the click to the page"
        ));
        Ok(())
    }

    /// A colleague opens it in the same browser, is suspended, and finds the page gone.
    pub(crate) async fn close(
        &self,
        provider: &Provider,
        colleague: &Customer,
        window: &AppWindow,
        chromium: &Browser,
        dir: &Path,
        say: &impl Fn(&str),
    ) -> Result<()> {
        let picture = |name: &str| dir.join(format!("{name}.png"));
        let have = |command: &str| -> Result<()> {
            let mut command = provider.command(command)?;
            command.args(["--customer", &colleague.number, "--user", &colleague.user_id]);
            command.said().map(drop)
        };
        let known = chromium.tabs().await?;
        window.press("entry-claims").await?;
        chromium.follow(&known).await?;
        chromium.press("#yes").await?;
        window.press("handoff-yes").await?;
        let user = chromium.text("[data-testid=user-id]").await?;
        ensure!(user == colleague.user_id, "the service greets {user}");
        chromium.photograph(&picture("14-colleague-page")).await?;
        say(
            "14-colleague-page  the same browser shows the colleague's page, and no more the first one's",
        );

        let told = self.running.told()?.len();
        have("user suspend")?;
        until_async("the service is told", PATIENCE, async || {
            let news = self.running.told()?;
            Ok(news.iter().skip(told).any(|(_, status)| *status == 200).then_some(()))
        })
        .await?;
        chromium.reload().await?;
        let code = chromium.text("main code").await?;
        ensure!(code == "account-suspended", "instead of the page: {code}");
        chromium.photograph(&picture("15-suspended")).await?;
        say(
            "15-suspended  the provider has suspended the colleague: at the next request the page is gone",
        );
        have("user resume")
    }
}
