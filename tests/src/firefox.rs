//! The other browser: Debian's Firefox on the test's desktop, driven by its own Marionette protocol, since
//! Debian has no geckodriver.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use warifu_platform::port;

use crate::{
    desktop::Desktop,
    places,
    process::{Output, Process},
    wait,
};

/// The name under which the protocol refers to elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A running Firefox; ended when dropped.
#[derive(Debug)]
pub struct Firefox {
    stream: TcpStream,
    sent: u64,
    _process: Process,
    command: Vec<String>,
}

impl Firefox {
    /// Starts one with an empty profile that believes every certificate, and waits until it can be
    /// driven.
    ///
    /// # Errors
    ///
    /// When Firefox (Debian package firefox-esr) is missing or does not start.
    pub fn start(desktop: &Desktop) -> Result<Self> {
        let profile = desktop.home().join("firefox");
        fs::create_dir(&profile)?;
        let [port] = port::reserve()?;
        fs::write(profile.join("user.js"), preferences(port))?;
        let command = vec![
            places::installed("firefox-esr")?.display().to_string(),
            String::from("--profile"),
            profile.display().to_string(),
        ];
        let (program, arguments) = command.split_first().context("no program")?;
        let mut start = desktop.command(Path::new(program));
        start.args(arguments).args(["--marionette", "about:blank"]);
        let mut process = Process::spawn("firefox", &mut start, &desktop.logs(), Output::Logged)?;
        let stream = wait::until("Firefox can be driven", || {
            process.check()?;
            Ok(TcpStream::connect(("127.0.0.1", port)).ok())
        })?;
        stream.set_read_timeout(Some(wait::PATIENCE))?;
        let mut firefox = Self { stream, sent: 0, _process: process, command };
        let greeting = firefox.receive()?;
        ensure!(greeting["marionetteProtocol"] == 3, "another protocol: {greeting}");
        firefox.call("WebDriver:NewSession", json!({ "acceptInsecureCerts": true }))?;
        Ok(firefox)
    }

    /// Makes it what the desktop opens addresses with.
    ///
    /// # Errors
    ///
    /// When the desktop's settings cannot be written.
    pub fn be_default(&self, desktop: &Desktop) -> Result<()> {
        desktop.open_addresses_with(&self.command)
    }

    /// Waits for a tab that is not among `known`, and turns to it.
    ///
    /// # Errors
    ///
    /// When none is opened.
    pub fn follow(&mut self, known: &[String]) -> Result<String> {
        let tab = wait::until("Firefox opens a tab", || {
            Ok(self.tabs()?.into_iter().find(|tab| !known.contains(tab)))
        })?;
        self.call("WebDriver:SwitchToWindow", json!({ "handle": tab }))?;
        Ok(tab)
    }

    /// Its tabs.
    ///
    /// # Errors
    ///
    /// When it has gone.
    pub fn tabs(&mut self) -> Result<Vec<String>> {
        Ok(serde_json::from_value(self.call("WebDriver:GetWindowHandles", json!({}))?)?)
    }

    /// Asks for the page again.
    ///
    /// # Errors
    ///
    /// When it has gone.
    pub fn reload(&mut self) -> Result<()> {
        self.call("WebDriver:Refresh", json!({})).map(drop)
    }

    /// The text of an element, found by a CSS selector, once it is shown and has some.
    ///
    /// # Errors
    ///
    /// When it is not.
    pub fn text(&mut self, selector: &str) -> Result<String> {
        wait::until(&format!("{selector} is shown in Firefox"), || {
            let Some(element) = self.find(selector)? else { return Ok(None) };
            let text = self.call("WebDriver:GetElementText", json!({ "id": element })).ok();
            let text = text.and_then(|text| text["value"].as_str().map(str::to_owned));
            Ok(text.filter(|text| !text.is_empty()))
        })
    }

    /// Presses what is shown.
    ///
    /// # Errors
    ///
    /// When it is not shown.
    pub fn press(&mut self, selector: &str) -> Result<()> {
        let pressed = wait::until(&format!("{selector} is pressed in Firefox"), || {
            let Some(element) = self.find(selector)? else { return Ok(None) };
            Ok(self.call("WebDriver:ElementClick", json!({ "id": element })).ok().map(drop))
        });
        pressed.map_err(|error| error.context(format!("instead:\n{}", self.shown())))
    }

    /// What is on the page, for the report of a test that failed.
    fn shown(&mut self) -> String {
        let script = json!({ "script": "return document.body.innerText", "args": [] });
        [("WebDriver:GetCurrentURL", json!({})), ("WebDriver:ExecuteScript", script)]
            .map(|(call, arguments)| match self.call(call, arguments) {
                Ok(answer) => answer["value"].as_str().unwrap_or_default().to_owned(),
                Err(error) => format!("{error:#}"),
            })
            .join("\n")
    }

    fn find(&mut self, selector: &str) -> Result<Option<String>> {
        let by = json!({ "using": "css selector", "value": selector });
        // A page on its way to the next has no elements, or is none.
        let found = self.call("WebDriver:FindElement", by).ok();
        Ok(found.and_then(|found| found["value"][ELEMENT].as_str().map(str::to_owned)))
    }

    fn call(&mut self, name: &str, arguments: Value) -> Result<Value> {
        self.sent += 1;
        let message = json!([0, self.sent, name, arguments]).to_string();
        self.stream.write_all(format!("{}:{message}", message.len()).as_bytes())?;
        let answer = self.receive()?;
        ensure!(answer[1] == self.sent, "an answer to something else: {answer}");
        if !answer[2].is_null() {
            bail!("{name}: {}", answer[2]);
        }
        Ok(answer[3].clone())
    }

    /// A message is its length in decimal digits, a colon, and JSON.
    fn receive(&mut self) -> Result<Value> {
        let mut length = 0_usize;
        loop {
            let mut byte = [0];
            self.stream.read_exact(&mut byte)?;
            match byte[0] {
                b':' => break,
                digit @ b'0'..=b'9' => length = length * 10 + usize::from(digit - b'0'),
                other => bail!("no length: {other}"),
            }
        }
        let mut message = vec![0; length];
        self.stream.read_exact(&mut message)?;
        Ok(serde_json::from_slice(&message)?)
    }
}

/// Firefox talks to this machine and to nobody else, and shows nothing of its own.
fn preferences(port: u16) -> String {
    let numbers = [("marionette.port", port)];
    let off = [
        "app.normandy.enabled",
        "browser.aboutwelcome.enabled",
        "browser.safebrowsing.malware.enabled",
        "browser.safebrowsing.phishing.enabled",
        "browser.shell.checkDefaultBrowser",
        "datareporting.policy.dataSubmissionEnabled",
        "extensions.getAddons.cache.enabled",
        "extensions.update.enabled",
        "network.captive-portal-service.enabled",
        "network.connectivity-service.enabled",
        "network.dns.disablePrefetch",
        "toolkit.telemetry.enabled",
    ];
    let mut text: String = numbers
        .iter()
        .map(|(name, number)| format!("user_pref(\"{name}\", {number});\n"))
        .collect();
    text.extend(off.map(|name| {
        let value = name == "network.dns.disablePrefetch";
        format!("user_pref(\"{name}\", {value});\n")
    }));
    text + "user_pref(\"intl.accept_languages\", \"ja\");\n\
            user_pref(\"services.settings.server\", \"data:,\");\n"
}
