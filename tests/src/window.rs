//! The app's real window in a WebDriver's hands.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource as _, KeyAction, KeyActions, MouseActions, PointerAction},
    elements::Element,
    error::{CmdError, ErrorStatus},
    key::Key,
    wd::Capabilities,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use warifu_platform::port;

use crate::{
    axe,
    desktop::Desktop,
    places,
    process::{Output, Process},
    wait,
};

/// How long the window may take to show what it should.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How the user works the window.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Hand {
    /// By pointing, and typing into what was pointed at.
    Pointer,
    /// With the keys alone.
    Keyboard,
}

/// The app, started on a desktop and driven through WebDriver.
#[derive(Debug)]
pub struct AppWindow {
    client: Client,
    driver: Process,
    /// A line of the environment that the app and its helpers have inherited.
    tag: String,
    hand: Hand,
}

/// How the app is started.
#[derive(Clone, Debug)]
pub struct Start {
    /// The app's own folder.
    pub data: PathBuf,
    /// The app's arguments.
    pub arguments: Vec<String>,
    /// More of the app's environment.
    pub environment: Vec<(String, String)>,
    /// How it is worked.
    pub hand: Hand,
}

impl Start {
    /// A start with its own folder and nothing special.
    #[must_use]
    pub fn new(data: &Path) -> Self {
        Self {
            data: data.to_owned(),
            arguments: Vec::new(),
            environment: Vec::new(),
            hand: Hand::Pointer,
        }
    }
}

impl AppWindow {
    /// Starts the app and waits until its window shows a screen.
    ///
    /// # Errors
    ///
    /// When the app, tauri-driver or WebKitWebDriver is missing or does not start.
    pub async fn open(desktop: &Desktop, start: &Start) -> Result<Self> {
        let [port, native] = port::reserve()?;
        let mut command: Command = desktop.command(&places::installed("tauri-driver")?);
        command
            .args(["--port", &port.to_string(), "--native-port", &native.to_string()])
            .arg("--native-driver")
            .arg(places::installed("WebKitWebDriver")?)
            // What the driver has, the app inherits.
            .env("WARIFU_DATA_DIR", &start.data)
            .envs(start.environment.iter().map(|(name, value)| (name, value)));
        let tag = format!("WARIFU_TEST_WINDOW={port}");
        command.env("WARIFU_TEST_WINDOW", port.to_string());
        let name = format!("tauri-driver-{port}");
        let mut driver = Process::spawn(&name, &mut command, &desktop.logs(), Output::Logged)?;

        let app = json!({"application": places::built("warifu")?, "args": start.arguments});
        let mut capabilities = Capabilities::new();
        capabilities.insert("tauri:options".to_owned(), app);
        let address = format!("http://127.0.0.1:{port}");
        for port in [port, native] {
            wait::until_async("the WebDriver listens", PATIENCE, async || {
                driver.check()?;
                Ok(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok())
            })
            .await?;
        }
        // An app that ends at once, because another one has the folder, leaves the driver waiting.
        let client = tokio::time::timeout(
            PATIENCE,
            ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&address),
        )
        .await
        .map_err(anyhow::Error::from)
        .and_then(|connected| Ok(connected?))
        .with_context(|| format!("the app did not open:\n{}", driver.log_tail()))?;
        let window = Self { client, driver, tag, hand: start.hand };
        window.see("screen-heading").await?;
        Ok(window)
    }

    /// Ends the app.
    ///
    /// # Errors
    ///
    /// When the WebDriver has gone.
    pub async fn close(self) -> Result<()> {
        let Self { client, mut driver, tag, .. } = self;
        client.close().await?;
        driver.stop();
        // The end of the session closes the window, which leaves the app in the tray; the next start
        // would only bring that one back.
        crate::process::end_tagged(&tag);
        Ok(())
    }

    /// Kills the app with whatever it is doing.
    pub fn kill(self) {
        // The driver with it: the tag is in its environment too.
        crate::process::kill_tagged(&self.tag);
    }

    /// What the app wrote.
    #[must_use]
    pub fn log(&self) -> String {
        self.driver.log_tail()
    }

    /// Waits until an element is shown; elements are named by `data-testid`.
    ///
    /// # Errors
    ///
    /// When it is not; with what is shown instead.
    pub async fn see(&self, testid: &str) -> Result<Element> {
        self.see_within(testid, PATIENCE).await
    }

    /// [`AppWindow::see`] with another limit.
    ///
    /// # Errors
    ///
    /// As [`AppWindow::see`].
    pub async fn see_within(&self, testid: &str, limit: Duration) -> Result<Element> {
        let what = format!("“{testid}” is shown");
        let seen = wait::until_async(&what, limit, async || self.look(testid).await).await;
        match seen {
            Ok(element) => Ok(element),
            Err(error) => Err(error.context(format!("instead:\n{}", self.shown().await))),
        }
    }

    /// Waits until one of several elements is shown, and says which.
    ///
    /// # Errors
    ///
    /// When none is; with what is shown instead.
    pub async fn see_any<'a>(&self, testids: &[&'a str]) -> Result<&'a str> {
        let what = format!("one of {testids:?} is shown");
        let seen = wait::until_async(&what, PATIENCE, async || {
            for &testid in testids {
                if self.look(testid).await?.is_some() {
                    return Ok(Some(testid));
                }
            }
            Ok(None)
        })
        .await;
        match seen {
            Ok(testid) => Ok(testid),
            Err(error) => Err(error.context(format!("instead:\n{}", self.shown().await))),
        }
    }

    /// Waits until an element is gone.
    ///
    /// # Errors
    ///
    /// When it stays.
    pub async fn see_no(&self, testid: &str) -> Result<()> {
        let what = format!("“{testid}” is gone");
        wait::until_async(&what, PATIENCE, async || {
            Ok(self.look(testid).await?.is_none().then_some(()))
        })
        .await
    }

    /// The element, if it is shown now.
    ///
    /// # Errors
    ///
    /// When the WebDriver has gone.
    pub async fn look(&self, testid: &str) -> Result<Option<Element>> {
        let selector = format!(r#"[data-testid="{testid}"]"#);
        for element in self.client.find_all(Locator::Css(&selector)).await? {
            // One that has gone meanwhile is not shown.
            if element.is_displayed().await.unwrap_or(false) {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }

    /// The text of an element that is shown.
    ///
    /// # Errors
    ///
    /// When it is not shown.
    pub async fn text(&self, testid: &str) -> Result<String> {
        let what = format!("“{testid}” is read");
        wait::until_async(&what, PATIENCE, async || seized(self.see(testid).await?.text().await))
            .await
    }

    /// An attribute of an element that is shown.
    ///
    /// # Errors
    ///
    /// When it is not shown, or has no such attribute.
    pub async fn attribute(&self, testid: &str, name: &str) -> Result<String> {
        let value = self.see(testid).await?.attr(name).await?;
        value.with_context(|| format!("“{testid}” has no attribute {name}"))
    }

    /// Waits until an element's attribute has a value.
    ///
    /// # Errors
    ///
    /// When it does not get it.
    pub async fn see_attribute(&self, testid: &str, name: &str, value: &str) -> Result<()> {
        let what = format!("{name} of “{testid}” is “{value}”");
        wait::until_async(&what, PATIENCE, async || {
            let Some(element) = self.look(testid).await? else { return Ok(None) };
            Ok((element.attr(name).await.ok().flatten().as_deref() == Some(value)).then_some(()))
        })
        .await
    }

    /// Waits until a failure is shown, and gives its code.
    ///
    /// # Errors
    ///
    /// When none is.
    pub async fn failure(&self) -> Result<String> {
        self.failure_within(PATIENCE).await
    }

    /// [`AppWindow::failure`] with another limit.
    ///
    /// # Errors
    ///
    /// As [`AppWindow::failure`].
    pub async fn failure_within(&self, limit: Duration) -> Result<String> {
        let element = self.see_within("failure", limit).await?;
        element.attr("data-code").await?.context("a failure without a code")
    }

    /// Presses a button, as its user would.
    ///
    /// # Errors
    ///
    /// When it is not shown or, by keyboard, cannot be reached.
    pub async fn press(&self, testid: &str) -> Result<()> {
        match self.hand {
            Hand::Pointer => drop(self.click(testid).await?),
            Hand::Keyboard => {
                let element = self.see_ready(testid).await?;
                self.tab_to(testid).await?;
                let kind = element.attr("type").await?.unwrap_or_default();
                // Enter in a box to be ticked sends the form.
                let ticks = matches!(kind.as_str(), "checkbox" | "radio");
                self.key(if ticks { ' ' } else { Key::Enter.into() }).await?;
            }
        }
        Ok(())
    }

    /// Puts text into a field, in the place of what is there.
    ///
    /// # Errors
    ///
    /// When it is not shown or, by keyboard, cannot be reached.
    pub async fn fill(&self, testid: &str, text: &str) -> Result<()> {
        match self.hand {
            Hand::Pointer => {
                let element = self.click(testid).await?;
                element.clear().await?;
                element.send_keys(text).await?;
            }
            Hand::Keyboard => {
                self.see_ready(testid).await?;
                self.tab_to(testid).await?;
                self.type_text(text).await?;
            }
        }
        Ok(())
    }

    /// Presses a line that unfolds what it is about, unless that is unfolded already.
    ///
    /// # Errors
    ///
    /// As [`AppWindow::press`].
    pub async fn unfold(&self, testid: &str) -> Result<()> {
        const IS_OPEN: &str = "
            return document.querySelector(`[data-testid='${arguments[0]}']`).closest('details').open;";
        self.see(testid).await?;
        if self.execute(IS_OPEN, vec![json!(testid)]).await? == json!(true) {
            return Ok(());
        }
        self.press(testid).await
    }

    /// Puts a long text into a field in one go, as pasting does.
    ///
    /// # Errors
    ///
    /// When the field is not shown or, by keyboard, cannot be reached.
    pub async fn paste(&self, testid: &str, text: &str) -> Result<()> {
        let element = match self.hand {
            Hand::Pointer => self.click(testid).await?,
            Hand::Keyboard => {
                let element = self.see_ready(testid).await?;
                self.tab_to(testid).await?;
                element
            }
        };
        // Through the page's own editing, so that the screen hears of it as of a paste.
        let pasted = self
            .client
            .execute(
                "arguments[0].select(); \
                 return document.execCommand('insertText', false, arguments[1]);",
                vec![serde_json::to_value(&element)?, json!(text)],
            )
            .await?;
        ensure!(pasted == json!(true), "“{testid}” took no text");
        Ok(())
    }

    /// Presses one key, wherever the focus is.
    ///
    /// # Errors
    ///
    /// When the WebDriver has gone.
    pub async fn key(&self, key: char) -> Result<()> {
        self.keys(&[key], None).await
    }

    /// Types text, wherever the focus is.
    ///
    /// # Errors
    ///
    /// When the WebDriver has gone.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        self.keys(&text.chars().collect::<Vec<_>>(), None).await
    }

    /// Moves the focus with the Tab key until it is on an element.
    ///
    /// # Errors
    ///
    /// When the focus never gets there.
    pub async fn tab_to(&self, testid: &str) -> Result<()> {
        const MOST: usize = 120;
        if self.walk_to(testid).await? {
            return Ok(());
        }
        let mut met = Vec::new();
        for _ in 0..MOST {
            let focused = self.focused().await?;
            if focused == testid {
                return Ok(());
            }
            met.push(focused);
            self.key(Key::Tab.into()).await?;
        }
        bail!("the Tab key does not lead to “{testid}”, only to {met:?}")
    }

    /// The same inside a table or a menu that is one stop for the Tab key: from what has the focus there, or
    /// is that stop, with the arrow keys. Whether the element is in such a thing.
    async fn walk_to(&self, testid: &str) -> Result<bool> {
        const MOST: usize = 60;
        // Where to go: the stop's name first, then a direction, then nothing more.
        const NEXT: &str = "
            const to = document.querySelector(`[data-testid='${arguments[0]}']`);
            const around = to?.closest('[role=grid], [role=menu]');
            const inside = around?.contains(document.activeElement)
              && document.activeElement.hasAttribute('tabindex');
            if (!around || !to.hasAttribute('tabindex') || (to.tabIndex === 0 && !inside)) return null;
            if (to === document.activeElement) return 'here';
            if (!inside) {
              return around.querySelector('[tabindex=\"0\"]')?.dataset.testid ?? null;
            }
            const [from, goal] = [document.activeElement, to].map((one) => one.getBoundingClientRect());
            const [down, right] = [goal.top - from.top, goal.left - from.left];
            if (Math.abs(down) > from.height / 2) return down > 0 ? 'down' : 'up';
            return right > 0 ? 'right' : 'left';";
        for _ in 0..MOST {
            let next = self.execute(NEXT, vec![json!(testid)]).await?;
            match next.as_str() {
                None => return Ok(false),
                Some("here") => return Ok(true),
                Some("down") => self.key(Key::Down.into()).await?,
                Some("up") => self.key(Key::Up.into()).await?,
                Some("right") => self.key(Key::Right.into()).await?,
                Some("left") => self.key(Key::Left.into()).await?,
                Some(stop) => Box::pin(self.tab_to(stop)).await?,
            }
        }
        bail!("the arrow keys do not lead to “{testid}”, but to {}", self.focused().await?)
    }

    /// What has the focus: its `data-testid`, or what kind of element it is.
    ///
    /// # Errors
    ///
    /// When the WebDriver has gone.
    pub async fn focused(&self) -> Result<String> {
        let focused = self
            .client
            .execute(
                "const e = document.activeElement; \
                 return e ? e.dataset.testid ?? e.localName : '';",
                vec![],
            )
            .await?;
        Ok(focused.as_str().unwrap_or_default().to_owned())
    }

    /// Runs a script in the page; its arguments are `arguments`.
    ///
    /// # Errors
    ///
    /// When it throws.
    pub async fn execute(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(script, arguments).await?)
    }

    /// Saves a picture of the whole screen, once the page is painted as it is now.
    ///
    /// # Errors
    ///
    /// When the WebDriver has gone, or there is no picture.
    pub async fn photograph(&self, desktop: &Desktop, file: &Path) -> Result<()> {
        self.painted().await?;
        desktop.photograph(file)
    }

    /// Saves a picture of the window alone, for the manual, once the page is painted as it is now.
    ///
    /// # Errors
    ///
    /// When the WebDriver has gone, or there is no picture.
    pub async fn photograph_alone(&self, desktop: &Desktop, file: &Path) -> Result<()> {
        self.painted().await?;
        desktop.photograph_window("warifu", file)
    }

    /// Moves the pointer to the window's corner, where it lies on nothing that would show it.
    ///
    /// # Errors
    ///
    /// When the WebDriver has gone.
    pub async fn point_at_nothing(&self) -> Result<()> {
        let to = |place: f64| PointerAction::MoveTo { duration: None, x: place, y: place };
        // The WebDriver takes a new pointer to be in the corner already, and would not move it there.
        let pointer = MouseActions::new(String::from("pointer")).then(to(9.0)).then(to(1.0));
        Ok(self.client.perform_actions(pointer).await?)
    }

    async fn painted(&self) -> Result<()> {
        const PAINTED: &str = "
            const done = arguments[arguments.length - 1];
            requestAnimationFrame(() => requestAnimationFrame(() => done(null)));";
        self.client.execute_async(PAINTED, vec![]).await?;
        Ok(())
    }

    /// What axe-core finds on the screen that breaks WCAG 2.2 A or AA: the rule and the element.
    ///
    /// # Errors
    ///
    /// When axe-core is not installed, or fails.
    pub async fn accessibility_violations(&self) -> Result<Vec<String>> {
        axe::violations(&self.client).await
    }

    /// What the window shows, for a person's eyes.
    pub async fn shown(&self) -> String {
        let script = "return document.title + '\\n' + document.body.innerText;";
        match self.execute(script, vec![]).await {
            Ok(text) => text.as_str().unwrap_or_default().to_owned(),
            Err(error) => format!("the window does not answer: {error}\n{}", self.log()),
        }
    }

    /// Clicks on an element that can be used, aiming again when it has moved meanwhile.
    async fn click(&self, testid: &str) -> Result<Element> {
        let what = format!("“{testid}” is clicked");
        wait::until_async(&what, PATIENCE, async || {
            let element = self.see_ready(testid).await?;
            self.bring_into_view(&element).await?;
            Ok(seized(element.click().await)?.map(|()| element))
        })
        .await
    }

    /// Scrolls as far as a user would who wants to press it: WebKit's driver knows the window's edge, and
    /// not that of the part which scrolls.
    async fn bring_into_view(&self, element: &Element) -> Result<()> {
        const SCROLL: &str =
            "arguments[0].scrollIntoView({ block: 'nearest', behavior: 'instant' });";
        let scrolled = self.client.execute(SCROLL, vec![serde_json::to_value(element)?]).await;
        seized(scrolled).map(drop)
    }

    /// Waits until an element is shown and can be used.
    async fn see_ready(&self, testid: &str) -> Result<Element> {
        let what = format!("“{testid}” can be used");
        let ready = wait::until_async(&what, PATIENCE, async || {
            let Some(element) = self.look(testid).await? else { return Ok(None) };
            Ok(element.is_enabled().await.unwrap_or(false).then_some(element))
        })
        .await;
        match ready {
            Ok(element) => Ok(element),
            Err(error) => Err(error.context(format!("instead:\n{}", self.shown().await))),
        }
    }

    /// Presses keys one after the other, all while `held` is down.
    async fn keys(&self, keys: &[char], held: Option<char>) -> Result<()> {
        let mut actions = KeyActions::new("keyboard".to_owned());
        if let Some(value) = held {
            actions = actions.then(KeyAction::Down { value });
        }
        for &value in keys {
            actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        if let Some(value) = held {
            actions = actions.then(KeyAction::Up { value });
        }
        Ok(self.client.perform_actions(actions).await?)
    }
}

/// `None` if the screen changed between the look at an element and the grip on it.
fn seized<T>(done: Result<T, CmdError>) -> Result<Option<T>> {
    match done {
        Ok(value) => Ok(Some(value)),
        Err(CmdError::Standard(told))
            if matches!(
                told.error,
                ErrorStatus::ElementClickIntercepted | ErrorStatus::StaleElementReference
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
