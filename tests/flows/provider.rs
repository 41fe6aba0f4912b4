//! A provider whose backend serves inside this process, with the world's clock.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
    sync::Arc,
};

use serde_json::Value;
use system_tests::{
    backend::{self, Said as _},
    postgresql::PostgreSql,
};
use warifu_backend::Running;
use warifu_platform::port;

use crate::world::{Customer, World};

/// A provider with a running backend, unless it was stopped.
#[derive(Debug)]
pub(crate) struct Provider {
    backend: backend::Provider,
    running: Option<Running>,
    /// Where the database is, unless it is a file; the last one out ends it.
    server: Option<Arc<PostgreSql>>,
}

impl Provider {
    pub(crate) async fn start(world: &World) -> Self {
        Self::start_in(world, "provider").await
    }

    pub(crate) async fn start_in(world: &World, name: &str) -> Self {
        let mut provider = Self::set_up(world, name, &[]);
        if std::env::var("WARIFU_TEST_DATABASE").is_ok_and(|name| name == "postgresql") {
            provider.move_to(PostgreSql::start().unwrap());
        }
        provider.serve(world).await
    }

    /// A provider whose backend does not run yet, with more arguments of `init`.
    pub(crate) fn set_up(world: &World, name: &str, more: &[&str]) -> Self {
        let (dir, ports) = (world.dir.join(name), port::reserve().unwrap());
        let backend = backend::Provider::set_up_with(&dir, name, ports, more).unwrap();
        Self { backend, running: None, server: None }
    }

    /// Moves the database of a backend that does not run to a server.
    pub(crate) fn move_to(&mut self, server: PostgreSql) -> String {
        server.create_database("warifu").unwrap();
        self.configure("database", &PostgreSql::section(&[&server], "warifu", self.dir()).unwrap());
        self.server = Some(Arc::new(server));
        self.run(&["database", "copy"])
    }

    /// Moves the database to a server that the flow does something to.
    pub(crate) fn lend(&mut self) -> PostgreSql {
        if !self.is_on_server() {
            self.move_to(PostgreSql::start().unwrap());
        }
        Arc::into_inner(self.server.take().unwrap()).unwrap()
    }

    /// Whether the database is on a server already, as `WARIFU_TEST_DATABASE` wants it.
    pub(crate) fn is_on_server(&self) -> bool {
        self.server.is_some()
    }

    /// Another backend of the same database, not running yet: a copy of this one's folder with ports of its
    /// own.
    pub(crate) fn another(&self, name: &str) -> Self {
        let dir = self.dir().with_file_name(name);
        std::fs::create_dir(&dir).unwrap();
        for file in
            ["warifu.toml", "authority.pem", "authority.key", "logo.svg", "database-password"]
        {
            std::fs::copy(self.dir().join(file), dir.join(file)).unwrap();
        }
        let another =
            Self { backend: self.backend.on(&dir), running: None, server: self.server.clone() };
        let ports: [u16; 2] = port::reserve().unwrap();
        another.edit(|mut text| {
            for (key, port) in [("enrolment", ports[0]), ("service", ports[1])] {
                let old = self.url(&format!("{key}_url"));
                let (_, old) = old.rsplit_once(':').unwrap();
                text = text.replace(&format!(":{old}\""), &format!(":{port}\""));
            }
            text
        });
        another
    }

    /// Starts the backend.
    pub(crate) async fn started(self, world: &World) -> Self {
        self.serve(world).await
    }

    pub(crate) fn dir(&self) -> &Path {
        self.backend.dir()
    }

    /// What a command on this folder says, or why it refuses.
    pub(crate) fn told(&self, arguments: &[&str]) -> Result<String, String> {
        let said = self.backend.command_with(arguments).unwrap().said();
        said.map_err(|refused| format!("{refused:#}"))
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

    /// Changes the configuration, which counts from the next start.
    pub(crate) fn edit(&self, edit: impl FnOnce(String) -> String) {
        self.backend.edit_configuration(edit).unwrap();
    }

    /// Adds sections to the configuration, in place of what was added under that name before.
    pub(crate) fn configure(&self, name: &str, sections: &str) {
        let path = self.dir().join("warifu.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let mark = format!("\n# added: {name}\n");
        let before = text.split_once(&mark).map_or(text.as_str(), |(before, _)| before);
        std::fs::write(&path, format!("{before}{mark}{sections}")).unwrap();
    }

    pub(crate) async fn stop(self) {
        self.stopped().await;
    }

    /// Has the running backend take up its configuration; why it does not, if it does not.
    pub(crate) async fn reload(&mut self) -> Result<(), String> {
        let reloaded = self.running.as_mut().unwrap().reload().await;
        reloaded.map_err(|error| format!("{error:#}"))
    }

    /// The provider without a running backend.
    pub(crate) async fn stopped(self) -> Self {
        let Self { backend, running, server } = self;
        if let Some(running) = running {
            running.stop().await;
        }
        Self { backend, running: None, server }
    }

    /// The provider's command line on another folder.
    pub(crate) fn moved_to(self, dir: &Path) -> Self {
        Self { backend: self.backend.on(dir), running: None, server: self.server }
    }

    async fn serve(self, world: &World) -> Self {
        let running = self.backend.serve_here(world.clock()).await.unwrap();
        Self { running: Some(running), ..self }
    }

    /// This provider from a backup in another folder, the backend running there.
    pub(crate) async fn restored(&self, world: &World, backup: &str, name: &str) -> Self {
        let backend = self.backend.on(&world.dir.join(name));
        backend.command_with(&["restore", backup]).unwrap().said().unwrap();
        Self { backend, running: None, server: None }.serve(world).await
    }

    /// Why a backup is not restored into a folder.
    pub(crate) fn restore_refusal(&self, backup: &str, dir: &Path) -> String {
        refused(&mut self.backend.on(dir).command_with(&["restore", backup]).unwrap())
    }

    /// The command that runs the backend as a program of its own; what it writes is not wanted.
    pub(crate) fn serve_command(&self) -> Command {
        let mut command = self.backend.command("serve").unwrap();
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// A command of the backend's command line on this folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.backend.command_with(arguments).unwrap()
    }

    /// Registers a customer of its own for the user.
    pub(crate) fn add_customer(&self, id: &str) -> Customer {
        self.backend.add_customer_with(id, None).unwrap()
    }

    /// The same for a user with an e-mail address.
    pub(crate) fn add_customer_with_address(&self, id: &str, address: &str) -> Customer {
        self.backend.add_customer_with(id, Some(address)).unwrap()
    }

    /// Revokes the user's certificate.
    pub(crate) fn revoke(&self, user: &Customer) {
        self.backend.revoke(user).unwrap();
    }

    pub(crate) fn profile(&self) -> String {
        self.backend.profile().unwrap()
    }

    /// An address of the profile.
    pub(crate) fn url(&self, key: &str) -> String {
        self.json(&["profile"])[key].as_str().unwrap().to_owned()
    }

    /// Runs a command of the backend's command line on this folder; its standard output.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        self.backend.command_with(arguments).unwrap().said().unwrap()
    }

    /// Runs a command that must fail; its standard error.
    #[track_caller]
    pub(crate) fn refusal(&self, arguments: &[&str]) -> String {
        refused(&mut self.backend.command_with(arguments).unwrap())
    }

    /// What a command does, whatever it is.
    pub(crate) fn output(&self, arguments: &[&str]) -> Output {
        self.backend.command_with(arguments).unwrap().output().unwrap()
    }

    /// How many letters are in that state.
    pub(crate) fn letters(&self, state: &str) -> u64 {
        self.json(&["mail", "status", "--json"])["outbox"][state].as_u64().unwrap()
    }

    pub(crate) fn certificates_of(&self, user: &Customer) -> usize {
        let shown = self.backend.show(user).unwrap();
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
        let records = self.backend.audit().unwrap();
        let matches =
            |record: &&Value| record["act"] == act && record["customer"] == user.number.as_str();
        records.iter().filter(matches).count()
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.run(arguments)).unwrap()
    }
}

/// The standard error of a command that must fail.
#[track_caller]
fn refused(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(!output.status.success(), "{command:?} had to fail");
    String::from_utf8(output.stderr).unwrap()
}
