//! A provider: a folder made by `init`, and a backend that serves it inside this process.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use warifu_backend::Running;

use crate::world::{Customer, World, free_ports};

/// A provider with a running backend, unless it was stopped.
#[derive(Debug)]
pub(crate) struct Provider {
    pub(crate) dir: PathBuf,
    running: Option<Running>,
}

impl Provider {
    pub(crate) async fn start(world: &World) -> Self {
        Self::start_in(world, "provider").await
    }

    pub(crate) async fn start_in(world: &World, name: &str) -> Self {
        let dir = world.dir.join(name);
        let passphrase = world.dir.join(format!("{name}-passphrase"));
        std::fs::write(&passphrase, "a passphrase for this test").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let private = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(&passphrase, private).unwrap();
        }
        let [enrolment, service] = free_ports().map(|port| format!("127.0.0.1:{port}"));
        let arguments = [
            "init",
            "--dir",
            dir.to_str().unwrap(),
            "--enrolment-listen",
            &enrolment,
            "--service-listen",
            &service,
            "--passphrase-file",
            passphrase.to_str().unwrap(),
        ];
        warifu_backend::cli::run_with(&arguments).await.unwrap();
        Self { dir, running: None }.serve(world).await
    }

    /// Ends the backend and starts it again on the same folder.
    pub(crate) async fn restart(self, world: &World) -> Self {
        self.stopped().await.serve(world).await
    }

    /// Adds sections to the configuration, and has the backend read it.
    pub(crate) async fn reconfigure(self, world: &World, sections: &str) -> Self {
        let provider = self.stopped().await;
        provider.configure("", sections);
        provider.serve(world).await
    }

    /// Adds sections to the configuration, in place of what was added under that name before.
    pub(crate) fn configure(&self, name: &str, sections: &str) {
        let path = self.dir.join("warifu.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let mark = format!("\n# added: {name}\n");
        let before = text.split_once(&mark).map_or(text.as_str(), |(before, _)| before);
        std::fs::write(&path, format!("{before}{mark}{sections}")).unwrap();
    }

    pub(crate) async fn stop(self) {
        self.stopped().await;
    }

    /// The provider without a running backend.
    pub(crate) async fn stopped(self) -> Self {
        let Self { dir, running } = self;
        if let Some(running) = running {
            running.stop().await;
        }
        Self { dir, running: None }
    }

    /// The provider's command line on another folder.
    pub(crate) fn moved_to(self, dir: &Path) -> Self {
        Self { dir: dir.to_owned(), running: None }
    }

    async fn serve(self, world: &World) -> Self {
        let running = warifu_backend::serve(&self.dir, world.clock()).await.unwrap();
        Self { running: Some(running), ..self }
    }

    /// A provider from a backup, its backend running.
    pub(crate) async fn restore(world: &World, backup: &str, name: &str) -> Self {
        let dir = world.dir.join(name);
        let output = restoring(backup, &dir);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Self { dir, running: None }.serve(world).await
    }

    /// Why a backup is not restored into a folder.
    pub(crate) fn restore_refusal(backup: &str, dir: &Path) -> String {
        let output = restoring(backup, dir);
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    }

    /// The command that runs the backend as a program of its own; what it writes is not wanted.
    pub(crate) fn serve_command(&self) -> Command {
        let mut command = Command::new(program());
        command
            .args(["serve", "--dir"])
            .arg(&self.dir)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Registers a customer of its own for the user.
    pub(crate) fn add_customer(&self, id: &str) -> Customer {
        let name = "株式会社サンプル商事";
        let add = ["customer", "add", "--name", name, "--user-id", id, "--json"];
        self.customer(&add)
    }

    /// The same for a user with an e-mail address.
    pub(crate) fn add_customer_with_address(&self, id: &str, address: &str) -> Customer {
        let name = "株式会社サンプル商事";
        let add =
            ["customer", "add", "--name", name, "--user-id", id, "--email", address, "--json"];
        self.customer(&add)
    }

    fn customer(&self, add: &[&str]) -> Customer {
        let notice = self.json(add);
        let text = |key: &str| notice[key].as_str().unwrap().to_owned();
        Customer {
            number: text("customer_number"),
            id: text("user_id"),
            initial_password: text("initial_password"),
        }
    }

    /// Revokes the user's certificate.
    pub(crate) fn revoke(&self, user: &Customer) {
        self.run(&["certificate", "revoke", "--customer", &user.number, "--user", &user.id]);
    }

    pub(crate) fn profile(&self) -> String {
        self.json(&["profile"]).to_string()
    }

    /// An address of the profile.
    pub(crate) fn url(&self, key: &str) -> String {
        self.json(&["profile"])[key].as_str().unwrap().to_owned()
    }

    /// Runs a command of the backend's command line on this folder; its standard output.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command that must fail; its standard error.
    pub(crate) fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        assert!(!output.status.success(), "{arguments:?} had to fail");
        String::from_utf8(output.stderr).unwrap()
    }

    fn output(&self, arguments: &[&str]) -> Output {
        Command::new(program()).args(arguments).arg("--dir").arg(&self.dir).output().unwrap()
    }

    /// How many letters are in that state.
    pub(crate) fn letters(&self, state: &str) -> u64 {
        self.json(&["mail", "status", "--json"])["outbox"][state].as_u64().unwrap()
    }

    pub(crate) fn certificates_of(&self, user: &Customer) -> usize {
        let shown = self.json(&["customer", "show", &user.number, "--json"]);
        shown["users"][0]["certificates"].as_array().unwrap().len()
    }

    pub(crate) fn failed_logins(&self, user: &Customer) -> usize {
        self.audited(user, "login-failed")
    }

    /// That the record is whole and holds the act.
    #[track_caller]
    pub(crate) fn assert_audited(&self, user: &Customer, act: &str) {
        assert!(self.audited(user, act) > 0, "{act} is not in the audit record");
        assert!(self.run(&["audit", "verify"]).starts_with("whole"));
    }

    /// How often the record says it of the customer.
    pub(crate) fn audited(&self, user: &Customer, act: &str) -> usize {
        let records = self.json(&["audit", "list", "--json"]);
        let matches =
            |record: &&Value| record["act"] == act && record["customer"] == user.number.as_str();
        records.as_array().unwrap().iter().filter(matches).count()
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.run(arguments)).unwrap()
    }
}

fn restoring(backup: &str, dir: &Path) -> Output {
    Command::new(program()).args(["restore", backup, "--dir"]).arg(dir).output().unwrap()
}

/// The backend's program, beside the test's.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.parent().and_then(|deps| deps.parent()).unwrap().join("warifu-backend");
    assert!(program.is_file(), "build it first: cargo build -p warifu-backend");
    program
}
