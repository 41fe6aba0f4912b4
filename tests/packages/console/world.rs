//! A provider, and PCs with Windows and the console program.

use std::{fs, io::Write as _, path::PathBuf, process::Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use system_tests::backend::{Backend, Customer, Provider};
use tempfile::TempDir;
use warifu_platform::port;

use crate::{packaged, wine::Wine};

/// The password that the user chooses.
pub(super) const PASSWORD: &str = "Sakura2026#";

/// Where Wine keeps what the Credential Manager was given.
pub(super) const CREDENTIALS: &str = r"HKCU\Software\Wine\Credential Manager";

/// Where Group Policy writes.
pub(super) const POLICIES: &str = r"HKLM\Software\Policies\Warifu";

const PROGRAM: &str = r"C:\Program Files\Warifu\warifu-cli.exe";

/// A provider with one user.
pub(super) struct World {
    pub(super) provider: Provider,
    pub(super) customer: Customer,
    backend: Option<Backend>,
    folder: TempDir,
}

/// A PC with Windows and the console program.
pub(super) struct Pc {
    pub(super) wine: Wine,
}

/// What the console program said.
pub(super) struct Said {
    pub(super) code: i32,
    pub(super) document: Value,
}

impl World {
    pub(super) fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let group = format!("wine-{}", std::process::id());
        let provider = Provider::set_up(folder.path(), &group, port::reserve()?)?;
        let customer = provider.add_customer()?;
        let backend = Some(provider.serve()?);
        Ok(Self { provider, customer, backend, folder })
    }

    /// Changes lines of the provider's configuration and starts the backend again.
    pub(super) fn reconfigure(&mut self, changes: &[(&str, &str)]) -> Result<()> {
        let file = self.folder.path().join("data/warifu.toml");
        let mut text = fs::read_to_string(&file)?;
        for (name, value) in changes {
            let line = text.lines().find(|line| line.starts_with(&format!("{name} =")));
            let line = line.with_context(|| format!("no {name}"))?.to_owned();
            text = text.replace(&line, &format!("{name} = {value}"));
        }
        fs::write(&file, text)?;
        self.backend = None;
        self.backend = Some(self.provider.serve()?);
        Ok(())
    }
}

impl Pc {
    /// One without Warifu's data.
    pub(super) fn new() -> Result<Self> {
        let wine = Wine::new()?;
        fs::create_dir_all(wine.path(r"C:\Program Files\Warifu"))?;
        fs::copy(packaged("windows/warifu-cli.exe")?, wine.path(PROGRAM))?;
        let library = r"C:\Program Files\Warifu\bcryptprimitives.dll";
        wine.compile("bcryptprimitives.c", library, &["-shared"])?;
        Ok(Self { wine })
    }

    /// The app's folder, made by its first command.
    pub(super) fn folder(&self) -> PathBuf {
        self.wine.path(&Wine::of_user(r"AppData\Local\app.warifu.desktop"))
    }

    /// Runs a command with these lines on standard input, of which it must repeat none.
    pub(super) fn run(&self, arguments: &[&str], lines: &str) -> Result<Said> {
        let mut child = self
            .wine
            .command("wine")
            .arg(PROGRAM)
            .args(arguments)
            .args(["--json", "--language", "ja"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        // One that refuses beforehand does not read it.
        let _ = child.stdin.take().context("no pipe")?.write_all(lines.as_bytes());
        let output = child.wait_with_output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        for line in lines.lines().filter(|line| line.len() >= 8) {
            let all = format!("{text}{}", String::from_utf8_lossy(&output.stderr));
            ensure!(!all.contains(line), "{arguments:?} repeats a secret");
        }
        let document = serde_json::from_str(&text).with_context(|| {
            format!("{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr))
        })?;
        Ok(Said { code: output.status.code().context("killed")?, document })
    }

    /// Runs a command that must end so; its document.
    pub(super) fn ends(&self, code: i32, arguments: &[&str], lines: &str) -> Result<Value> {
        let said = self.run(arguments, lines)?;
        ensure!(said.code == code, "{arguments:?} ended with {}: {}", said.code, said.document);
        Ok(said.document)
    }

    /// A command that must fail; its code.
    pub(super) fn fails(&self, arguments: &[&str], lines: &str) -> Result<String> {
        let said = self.run(arguments, lines)?;
        ensure!(said.code == 1, "{arguments:?} ended with {}: {}", said.code, said.document);
        let code = said.document["error"]["code"].as_str();
        code.map(str::to_owned).with_context(|| said.document.to_string())
    }

    pub(super) fn add_profile(&self, world: &World) -> Result<()> {
        let file = r"C:\配布 用\接続 先.warifu.json";
        fs::write(self.wine.path(file), world.provider.profile()?)?;
        self.ends(0, &["profile", "add", file], "").map(drop)
    }

    pub(super) fn issue(&self, world: &World) -> Result<Value> {
        let Customer { number, user_id, initial_password } = &world.customer;
        let lines = format!("{initial_password}\n{PASSWORD}\n");
        let issue = ["issue", "--customer", number, "--user", user_id, "--password-stdin"];
        self.ends(0, &issue, &lines)
    }

    pub(super) fn log_in(&self) -> Result<Value> {
        self.ends(0, &["login", "--password-stdin"], &format!("{PASSWORD}\n"))
    }

    /// Sets a value of Group Policy.
    pub(super) fn rule(&self, name: &str, kind: &str, value: &str) -> Result<()> {
        let reg = ["add", POLICIES, "/v", name, "/t", kind, "/d", value, "/f"];
        ensure!(self.wine.run("reg", &reg)? == 0, "reg add {name} failed");
        Ok(())
    }
}
