//! The console program for Windows, as a PC would run it: issuance, keys in the Credential Manager,
//! login, renewal, the IT department's rules. The backend is outside, on this machine.
//!
//! What Wine lacks (CNG's keys, WebView2) the console program does not use.

use std::{fs, io::Write as _, process::Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use system_tests::{
    backend::{Backend, Customer, Provider},
    places,
};
use tempfile::TempDir;

use crate::{packaged, wine::Wine};

/// The password that the user chooses.
const PASSWORD: &str = "Sakura2026#";

/// Where Wine keeps what the Credential Manager was given.
const CREDENTIALS: &str = r"HKCU\Software\Wine\Credential Manager";

/// Where Group Policy writes.
const POLICIES: &str = r"HKLM\Software\Policies\Warifu";

/// A PC with Windows and the console program, and a provider.
struct World {
    wine: Wine,
    provider: Provider,
    backend: Option<Backend>,
    customer: Customer,
    folder: TempDir,
}

/// What the console program said.
struct Said {
    code: i32,
    document: Value,
}

impl World {
    fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let group = format!("wine-{}", std::process::id());
        let provider = Provider::set_up(folder.path(), &group, places::free_ports()?)?;
        let customer = provider.add_customer()?;
        let backend = Some(provider.serve()?);
        let wine = Wine::new()?;
        fs::create_dir_all(wine.path(r"C:\Program Files\Warifu"))?;
        fs::copy(packaged("windows/warifu-cli.exe")?, wine.path(PROGRAM))?;
        let library = r"C:\Program Files\Warifu\bcryptprimitives.dll";
        wine.compile("bcryptprimitives.c", library, &["-shared"])?;
        Ok(Self { wine, provider, backend, customer, folder })
    }

    /// Runs a command with these lines on standard input, of which it must repeat none.
    fn run(&self, arguments: &[&str], lines: &str) -> Result<Said> {
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
    fn ends(&self, code: i32, arguments: &[&str], lines: &str) -> Result<Value> {
        let said = self.run(arguments, lines)?;
        ensure!(said.code == code, "{arguments:?} ended with {}: {}", said.code, said.document);
        Ok(said.document)
    }

    /// A command that must fail; its code.
    fn fails(&self, arguments: &[&str], lines: &str) -> Result<String> {
        let said = self.run(arguments, lines)?;
        ensure!(said.code == 1, "{arguments:?} ended with {}: {}", said.code, said.document);
        let code = said.document["error"]["code"].as_str();
        code.map(str::to_owned).with_context(|| said.document.to_string())
    }

    fn add_profile(&self) -> Result<()> {
        let file = r"C:\配布 用\接続 先.warifu.json";
        fs::write(self.wine.path(file), self.provider.profile()?)?;
        self.ends(0, &["profile", "add", file], "").map(drop)
    }

    fn issue(&self) -> Result<Value> {
        let Customer { number, user_id, initial_password } = &self.customer;
        let lines = format!("{initial_password}\n{PASSWORD}\n");
        let issue = ["issue", "--customer", number, "--user", user_id, "--password-stdin"];
        self.ends(0, &issue, &lines)
    }

    fn log_in(&self) -> Result<Value> {
        self.ends(0, &["login", "--password-stdin"], &format!("{PASSWORD}\n"))
    }

    /// Changes lines of the provider's configuration and starts the backend again.
    fn reconfigure(&mut self, changes: &[(&str, &str)]) -> Result<()> {
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

    /// Sets a value of Group Policy.
    fn rule(&self, name: &str, kind: &str, value: &str) -> Result<()> {
        let reg = ["add", POLICIES, "/v", name, "/t", kind, "/d", value, "/f"];
        ensure!(self.wine.run("reg", &reg)? == 0, "reg add {name} failed");
        Ok(())
    }
}

const PROGRAM: &str = r"C:\Program Files\Warifu\warifu-cli.exe";

#[test]
fn a_certificate_lives_in_the_credential_manager() -> Result<()> {
    let mut world = World::new()?;
    // So that it can be renewed at once, after the next change.
    world.reconfigure(&[("certificate_valid_days", "30"), ("renewal_days", "5")])?;
    assert_eq!(world.ends(4, &["status"], "")?["profiles"], Value::Array(Vec::new()));
    world.add_profile()?;
    world.issue()?;

    // Each call is a process of its own: the key is found again.
    let status = world.ends(0, &["status"], "")?;
    assert_eq!(status["identities"].as_array().map(Vec::len), Some(1));
    let folder = status["folder"].as_str().context("folder")?;
    assert!(folder.contains("割符 太郎") && folder.contains(r"AppData\Local"), "{folder}");
    world.log_in()?;
    let wrong = world.fails(&["login", "--password-stdin"], "Wrong-2026\n")?;
    assert_eq!(wrong, "authentication-failed");
    assert_eq!(world.provider.logins(&world.customer)?.len(), 1);

    // Kept on this PC alone, under a name that says nothing.
    let kept = world.wine.keys(CREDENTIALS)?;
    let ours: Vec<_> = kept.iter().filter(|(key, _)| key.contains("Warifu")).collect();
    let [(key, values)] = ours.as_slice() else { anyhow::bail!("not one: {kept:?}") };
    assert!(!key.contains(&world.customer.user_id), "{key}");
    assert_eq!(values.get("Persist").map(String::as_str), Some("00000002"), "{values:?}");

    // Renewed: another key, the old one gone from the Credential Manager.
    world.reconfigure(&[("certificate_valid_days", "365"), ("renewal_days", "60")])?;
    let lines = format!("{PASSWORD}\n");
    world.ends(0, &["renew", "--password-stdin"], &lines)?;
    let renewed = world.wine.keys(CREDENTIALS)?;
    let ours: Vec<_> = renewed.keys().filter(|key| key.contains("Warifu")).collect();
    assert_eq!(ours.len(), 1);
    assert_ne!(ours[0], *key);
    world.log_in()?;

    // What support asks for first.
    let bundle = r"C:\配布 用\お問い合わせ.zip";
    let checks = world.ends(0, &["doctor", "--bundle", bundle], "")?;
    assert!(fs::metadata(world.wine.path(bundle))?.len() > 500, "{checks}");

    // The Credential Manager has lost it: named, and nothing pretends.
    let lost = format!(r"{CREDENTIALS}\{}", ours[0]);
    ensure!(world.wine.run("reg", &["delete", &lost, "/f"])? == 0, "reg delete failed");
    let lost = world.fails(&["login", "--password-stdin"], &lines)?;
    assert_eq!(lost, "key-missing");
    Ok(())
}

#[test]
fn what_group_policy_says_holds() -> Result<()> {
    let world = World::new()?;
    fs::create_dir_all(world.wine.path(r"C:\ProgramData\Warifu"))?;
    let profile = world.wine.path(r"C:\ProgramData\Warifu\profile.warifu.json");
    fs::write(&profile, world.provider.profile()?)?;
    let path = r"%ProgramData%\Warifu\profile.warifu.json";
    world.rule("ConnectionProfile", "REG_EXPAND_SZ", path)?;
    world.rule("StartAtLogin", "REG_SZ", "yes")?;
    world.rule("Proxy", "REG_SZ", "none")?;

    // A value of the wrong type is named, the rest holds.
    let status = world.ends(4, &["status"], "")?;
    assert_eq!(status["profiles"].as_array().map(Vec::len), Some(1), "{status}");
    assert_eq!(status["managed"]["settings"], serde_json::json!(["proxy"]));
    let problem = &status["managed"]["problems"][0];
    assert_eq!(problem["setting"], "StartAtLogin");
    assert_eq!(problem["why"], "wrong-type");
    assert_eq!(problem["place"], format!(r"{POLICIES}"));
    world.issue()?;
    world.log_in()?;

    // A proxy auto-configuration script is recognised where the system decides.
    let settings = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings";
    let script = "http://wpad.example.jp/proxy.pac";
    let reg = ["add", settings, "/v", "AutoConfigURL", "/t", "REG_SZ", "/d", script, "/f"];
    ensure!(world.wine.run("reg", &reg)? == 0, "reg add failed");
    assert!(!world.run(&["doctor"], "")?.document.to_string().contains(script));
    world.rule("Proxy", "REG_SZ", "system")?;
    let checks = world.run(&["doctor"], "")?.document.to_string();
    assert!(checks.contains("proxy-script") && checks.contains(script), "{checks}");

    // A broken profile in the managed place is named, and the one that was taken in before stays.
    fs::write(&profile, "{")?;
    let status = world.ends(3, &["status"], "")?;
    let troubles = status["managed"]["problems"].as_array().context("problems")?;
    assert!(troubles.iter().any(|problem| problem["why"] == "bad-file"), "{status}");
    world.log_in().map(drop)
}
