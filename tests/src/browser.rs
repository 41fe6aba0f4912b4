//! A real browser on the test's desktop: Debian's Chromium, which the desktop opens addresses with, in a
//! WebDriver's hands.
//!
//! ChromeDriver attaches to a Chromium that was started before it. One that it starts itself refuses to
//! take addresses from a second start, which is how a desktop hands them over.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use fantoccini::{
    Client, ClientBuilder, Locator,
    elements::Element,
    wd::{Capabilities, WebDriverCompatibleCommand, WindowHandle},
};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use url::{ParseError, Url};
use warifu_platform::port;

use crate::{
    axe,
    desktop::Desktop,
    places,
    process::{GROUP, Output, Process},
    site::Site,
    wait,
    window::PATIENCE,
};

/// A running Chromium; ended when dropped.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    /// Ended in this order.
    _driver: Process,
    _chromium: Process,
    profile: PathBuf,
    command: Vec<String>,
}

impl Browser {
    /// Starts one with an empty profile of this name, which trusts such sites beside those that every
    /// Chromium trusts, and waits until it shows an empty page.
    ///
    /// # Errors
    ///
    /// When Chromium or its WebDriver is missing or does not start.
    pub async fn start(desktop: &Desktop, profile: &str, trusted: &[&Site]) -> Result<Self> {
        let folder = desktop.home().join(profile);
        write_preferences(&folder)?;
        let command = command(&folder, trusted)?;
        let (program, arguments) = command.split_first().context("no program")?;
        let mut start = desktop.command(Path::new(program));
        start.args(arguments).args(["--remote-debugging-port=0", "about:blank"]);
        start.env("LANGUAGE", "ja");
        let mut chromium = Process::spawn(profile, &mut start, &desktop.logs(), Output::Logged)?;
        let port = debugging_port(&folder, &mut chromium).await?;
        let (client, driver) = attach(desktop, profile, port).await?;
        Ok(Self { client, _driver: driver, _chromium: chromium, profile: folder, command })
    }

    /// Starts one for a person at `url`, in no WebDriver's hands: its profile is `folder`, it trusts such
    /// sites, and its process belongs to `group`. Beside it, `folder` gets an `xdg-open` that gives
    /// addresses to it, for programs that find this one first on their search path.
    ///
    /// # Errors
    ///
    /// When Chromium is missing or does not start.
    pub fn open_for_a_person(
        folder: &Path,
        group: &str,
        trusted: &[&Site],
        url: &str,
    ) -> Result<Process> {
        let programs = folder.join("bin");
        fs::create_dir_all(&programs)?;
        write_preferences(&folder.join("profile"))?;
        let command = command(&folder.join("profile"), trusted)?;
        let opener = programs.join("xdg-open");
        // There is no quote in the words.
        let words: Vec<_> = command.iter().map(|word| format!("'{word}'")).collect();
        fs::write(&opener, format!("#!/bin/sh\nexec {} \"$1\"\n", words.join(" ")))?;
        fs::set_permissions(&opener, fs::Permissions::from_mode(0o755))?;
        let (program, arguments) = command.split_first().context("no program")?;
        let mut start = std::process::Command::new(program);
        start.args(arguments).arg(url).env(GROUP, group).stdin(Stdio::null());
        Process::spawn("chromium", &mut start, folder, Output::Logged)
    }

    /// Makes it what the desktop opens addresses with.
    ///
    /// # Errors
    ///
    /// When the desktop's settings cannot be written.
    pub fn be_default(&self, desktop: &Desktop) -> Result<()> {
        desktop.open_addresses_with(&self.command)
    }

    /// Opens an address as another program of the desktop does: in a new tab.
    ///
    /// # Errors
    ///
    /// When Chromium does not take it.
    pub fn hand(&self, desktop: &Desktop, url: &str) -> Result<()> {
        let (program, arguments) = self.command.split_first().context("no program")?;
        let handed = desktop.command(Path::new(program)).args(arguments).arg(url).output()?;
        ensure!(handed.status.success(), "chromium: {}", String::from_utf8_lossy(&handed.stderr));
        Ok(())
    }

    /// The same without waiting until it has been taken.
    ///
    /// # Errors
    ///
    /// When the second start fails.
    pub fn handing(&self, desktop: &Desktop, url: &str) -> Result<Child> {
        let (program, arguments) = self.command.split_first().context("no program")?;
        let mut second = desktop.command(Path::new(program));
        second.args(arguments).arg(url).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(second.spawn()?)
    }

    /// Waits until it has so many tabs.
    ///
    /// # Errors
    ///
    /// When it gets fewer.
    pub async fn see_tabs(&self, count: usize) -> Result<Vec<WindowHandle>> {
        wait::until_async(&format!("{count} tabs"), PATIENCE, async || {
            Ok(Some(self.tabs().await?).filter(|tabs| tabs.len() >= count))
        })
        .await
    }

    /// Its tabs.
    ///
    /// # Errors
    ///
    /// When the WebDriver has gone.
    pub async fn tabs(&self) -> Result<Vec<WindowHandle>> {
        Ok(self.client.windows().await?)
    }

    /// Waits for a tab that is not among `known`, and turns to it.
    ///
    /// # Errors
    ///
    /// When none is opened.
    pub async fn follow(&self, known: &[WindowHandle]) -> Result<WindowHandle> {
        let opened = wait::until_async("a tab is opened", PATIENCE, async || {
            Ok(self.tabs().await?.into_iter().find(|tab| !known.contains(tab)))
        })
        .await?;
        self.turn_to(&opened).await?;
        Ok(opened)
    }

    /// Turns to a tab: what follows is asked of it.
    ///
    /// # Errors
    ///
    /// When it has been closed.
    pub async fn turn_to(&self, tab: &WindowHandle) -> Result<()> {
        Ok(self.client.switch_to_window(tab.clone()).await?)
    }

    /// Opens an address in this tab, as if it had been typed.
    ///
    /// # Errors
    ///
    /// When it cannot be reached.
    pub async fn go(&self, url: &str) -> Result<()> {
        Ok(self.client.goto(url).await?)
    }

    /// The same in place of a page that differs from it in nothing but the fragment.
    ///
    /// # Errors
    ///
    /// When it cannot be reached.
    pub async fn go_anew(&self, url: &str) -> Result<()> {
        self.go("about:blank").await?;
        self.go(url).await
    }

    /// Asks for the page again.
    ///
    /// # Errors
    ///
    /// When the WebDriver has gone.
    pub async fn reload(&self) -> Result<()> {
        Ok(self.client.refresh().await?)
    }

    /// The address of this tab.
    ///
    /// # Errors
    ///
    /// When the WebDriver has gone.
    pub async fn url(&self) -> Result<String> {
        Ok(self.client.current_url().await?.to_string())
    }

    /// Waits until an element is shown, found by a CSS selector.
    ///
    /// # Errors
    ///
    /// When it is not; with what is shown instead.
    pub async fn see(&self, selector: &str) -> Result<Element> {
        self.see_within(selector, PATIENCE).await
    }

    /// [`Browser::see`] with another limit.
    ///
    /// # Errors
    ///
    /// As [`Browser::see`].
    pub async fn see_within(&self, selector: &str, limit: Duration) -> Result<Element> {
        let what = format!("{selector} is shown in the browser");
        let seen = wait::until_async(&what, limit, async || self.look(selector).await).await;
        match seen {
            Ok(element) => Ok(element),
            Err(error) => Err(error.context(format!("instead:\n{}", self.shown().await))),
        }
    }

    /// The element, if it is shown now.
    ///
    /// # Errors
    ///
    /// When the WebDriver has gone.
    pub async fn look(&self, selector: &str) -> Result<Option<Element>> {
        // A page on its way to the next has no elements for a moment, or no window.
        let found = self.client.find_all(Locator::Css(selector)).await.unwrap_or_default();
        for element in found {
            if element.is_displayed().await.unwrap_or(false) {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }

    /// The text of an element, once it is shown.
    ///
    /// # Errors
    ///
    /// When it is not shown.
    pub async fn text(&self, selector: &str) -> Result<String> {
        wait::until_async(&format!("{selector} is read"), PATIENCE, async || {
            Ok(self.see(selector).await?.text().await.ok())
        })
        .await
    }

    /// Presses what is shown.
    ///
    /// # Errors
    ///
    /// When it is not shown.
    pub async fn press(&self, selector: &str) -> Result<()> {
        wait::until_async(&format!("{selector} is pressed"), PATIENCE, async || {
            Ok(self.see(selector).await?.click().await.ok())
        })
        .await
    }

    /// Runs a script in the page; its arguments are `arguments`.
    ///
    /// # Errors
    ///
    /// When it throws.
    pub async fn execute(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(script, arguments).await?)
    }

    /// The same for a script that calls its last argument when it is done.
    ///
    /// # Errors
    ///
    /// When it throws, or does not call.
    pub async fn execute_async(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute_async(script, arguments).await?)
    }

    /// The cookies that it would send to the page's site, by name.
    ///
    /// # Errors
    ///
    /// When the WebDriver has gone.
    pub async fn cookies(&self) -> Result<Vec<(String, String)>> {
        let cookies = self.client.get_all_cookies().await?;
        Ok(cookies.iter().map(|one| (one.name().to_owned(), one.value().to_owned())).collect())
    }

    /// Saves a picture of the page.
    ///
    /// # Errors
    ///
    /// When the WebDriver has gone, or the file cannot be written.
    pub async fn photograph(&self, file: &Path) -> Result<()> {
        let picture = self.client.screenshot().await?;
        fs::write(file, picture).with_context(|| format!("cannot write {}", file.display()))
    }

    /// Shows pages as a screen of that width does, in CSS pixels, whose owner prefers `light` or `dark`
    /// and reads that language.
    ///
    /// # Errors
    ///
    /// When Chromium does not know how.
    pub async fn look_like(&self, width: u32, theme: &str, language: &str) -> Result<()> {
        let agent = self.execute("return navigator.userAgent;", vec![]).await?;
        let size =
            json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false });
        let features = json!([{ "name": "prefers-color-scheme", "value": theme }]);
        for (method, params) in [
            ("Emulation.setDeviceMetricsOverride", size),
            ("Emulation.setEmulatedMedia", json!({ "features": features })),
            (
                "Emulation.setUserAgentOverride",
                json!({ "userAgent": agent, "acceptLanguage": language }),
            ),
        ] {
            self.client.issue_cmd(DevTools { method, params }).await?;
        }
        Ok(())
    }

    /// What axe-core finds wrong with the page as it is shown: a line each.
    ///
    /// # Errors
    ///
    /// When axe-core is not installed, or fails.
    pub async fn accessibility_violations(&self) -> Result<Vec<String>> {
        axe::violations(&self.client).await
    }

    /// The folder of its profile.
    #[must_use]
    pub fn profile(&self) -> &Path {
        &self.profile
    }

    /// What is on the page, for the report of a test that failed.
    pub async fn shown(&self) -> String {
        let url = self.url().await.unwrap_or_else(|error| format!("{error:#}"));
        let text = self.execute("return document.body?.innerText ?? '';", vec![]).await;
        let text = text.ok().and_then(|text| text.as_str().map(str::to_owned));
        format!("{url}\n{}", text.unwrap_or_default())
    }
}

/// A command of Chromium's own protocol, by way of ChromeDriver.
#[derive(Debug)]
struct DevTools {
    method: &'static str,
    params: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "cmd": self.method, "params": self.params }).to_string()))
    }
}

/// What a program needs to find the desktop's browser, beside the desktop's own environment.
///
/// `xdg-open` asks `gio` then, which knows the user's choice. Under XFCE it asks `exo-open`, and that
/// knows the choice only with more of XFCE than this desktop has.
#[must_use]
pub fn environment() -> Vec<(String, String)> {
    vec![(String::from("XDG_CURRENT_DESKTOP"), String::from("GNOME"))]
}

/// Program and arguments, with which a second start reaches the first.
fn command(profile: &Path, trusted: &[&Site]) -> Result<Vec<String>> {
    let trusted: Vec<_> = trusted.iter().map(|site| site.fingerprint()).collect();
    let mut command = vec![
        places::installed("chromium")?.display().to_string(),
        format!("--user-data-dir={}", profile.display()),
        format!("--ignore-certificate-errors-spki-list={}", trusted.join(",")),
        // It talks to this machine and to nobody else.
        String::from("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"),
    ];
    command.extend(
        [
            "--disable-background-networking",
            // Its windows lie under others here, and are worked all the same.
            "--disable-backgrounding-occluded-windows",
            "--disable-renderer-backgrounding",
            "--disable-component-update",
            "--disable-gpu",
            "--disable-sync",
            "--no-default-browser-check",
            "--no-first-run",
            "--password-store=basic",
            "--window-position=250,0",
            "--window-size=1030,860",
        ]
        .map(str::to_owned),
    );
    // Chromium's sandbox refuses to work for root.
    if rustix::process::geteuid().is_root() {
        command.push(String::from("--no-sandbox"));
        command.push(String::from("--test-type"));
    }
    Ok(command)
}

/// A profile whose user reads Japanese, and wants nothing translated.
fn write_preferences(profile: &Path) -> Result<()> {
    let preferences = json!({
        "intl": { "accept_languages": "ja", "selected_languages": "ja" },
        "translate": { "enabled": false },
    });
    fs::create_dir_all(profile.join("Default"))?;
    Ok(fs::write(profile.join("Default/Preferences"), preferences.to_string())?)
}

/// Waits until it says at which port it can be attached to.
async fn debugging_port(profile: &Path, chromium: &mut Process) -> Result<u16> {
    wait::until_async("Chromium can be attached to", PATIENCE, async || {
        chromium.check()?;
        let said = fs::read_to_string(profile.join("DevToolsActivePort")).unwrap_or_default();
        Ok(said.lines().next().and_then(|port| port.parse().ok()))
    })
    .await
}

async fn attach(desktop: &Desktop, name: &str, debugging: u16) -> Result<(Client, Process)> {
    let [port] = port::reserve()?;
    let mut command = desktop.command(&places::installed("chromedriver")?);
    command.arg(format!("--port={port}"));
    let name = format!("{name}-driver");
    let mut driver = Process::spawn(&name, &mut command, &desktop.logs(), Output::Logged)?;
    wait::until_async("ChromeDriver listens", PATIENCE, async || {
        driver.check()?;
        Ok(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok())
    })
    .await?;
    let mut capabilities = Capabilities::new();
    let options = json!({"debuggerAddress": format!("127.0.0.1:{debugging}")});
    capabilities.insert("goog:chromeOptions".to_owned(), options);
    let client = ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities)
        .connect(&format!("http://127.0.0.1:{port}"))
        .await
        .with_context(|| format!("no hold of Chromium:\n{}", driver.log_tail()))?;
    Ok((client, driver))
}
