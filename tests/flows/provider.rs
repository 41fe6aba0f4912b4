//! A provider: a folder made by `init`, and a backend that serves it inside this process.

use std::path::PathBuf;

use serde_json::Value;
use warifu_backend::Running;

use crate::world::{Customer, World, free_ports};

/// A provider with a running backend.
#[derive(Debug)]
pub(crate) struct Provider {
    dir: PathBuf,
    running: Running,
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
        let running = warifu_backend::serve(&dir, world.clock()).await.unwrap();
        Self { dir, running }
    }

    /// Ends the backend and starts it again on the same folder.
    pub(crate) async fn restart(self, world: &World) -> Self {
        let Self { dir, running } = self;
        running.stop().await;
        let running = warifu_backend::serve(&dir, world.clock()).await.unwrap();
        Self { dir, running }
    }

    pub(crate) async fn stop(self) {
        self.running.stop().await;
    }

    /// Registers a customer of its own for the user.
    pub(crate) fn add_customer(&self, id: &str) -> Customer {
        let name = "株式会社サンプル商事";
        let notice = self.json(&["customer", "add", "--name", name, "--user-id", id, "--json"]);
        let text = |key: &str| notice[key].as_str().unwrap().to_owned();
        Customer {
            number: text("customer_number"),
            id: text("user_id"),
            initial_password: text("initial_password"),
        }
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
        let output = std::process::Command::new(program())
            .args(arguments)
            .arg("--dir")
            .arg(&self.dir)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
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

    fn audited(&self, user: &Customer, act: &str) -> usize {
        let records = self.json(&["audit", "list", "--json"]);
        let matches =
            |record: &&Value| record["act"] == act && record["customer"] == user.number.as_str();
        records.as_array().unwrap().iter().filter(matches).count()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.run(arguments)).unwrap()
    }
}

/// The backend's program, beside the test's.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.parent().and_then(|deps| deps.parent()).unwrap().join("warifu-backend");
    assert!(program.is_file(), "build it first: cargo build -p warifu-backend");
    program
}
