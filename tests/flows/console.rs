//! The console program on a PC, as an IT department runs it.

use std::{
    fs,
    io::Write as _,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use system_tests::{clock::time_travel, places::built};

use crate::{
    provider::Provider,
    world::{Customer, PASSWORD, World},
};

/// The console program in the folder of one PC.
#[derive(Clone, Debug)]
pub(crate) struct Console {
    pub(crate) dir: PathBuf,
    environment: Vec<(String, String)>,
}

/// What it said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Console {
    pub(crate) fn on(world: &World, pc: &str) -> Self {
        Self { dir: world.dir.join(pc), environment: Vec::new() }
    }

    /// The same after so much time, such as `+340d`.
    pub(crate) fn later(&self, shift: &str) -> Self {
        Self { environment: time_travel(shift).unwrap(), ..self.clone() }
    }

    /// The same with a variable in its environment.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut environment = self.environment.clone();
        environment.push((name.to_owned(), value.to_owned()));
        Self { environment, ..self.clone() }
    }

    /// Runs a command with nothing on standard input.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(arguments, "")
    }

    /// Runs a command with these lines on standard input, of which it must repeat none.
    pub(crate) fn run_with(&self, arguments: &[&str], lines: &str) -> Said {
        // Without a terminal, wherever these tests run: nobody is there to be asked.
        let mut command = Command::new("setsid");
        command.arg("--wait");
        let mut child = self
            .prepare(&mut command, arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // One that refuses beforehand does not read it.
        let _ = child.stdin.take().unwrap().write_all(lines.as_bytes());
        let said = Said::from(child.wait_with_output().unwrap());
        for line in lines.lines().filter(|line| line.len() >= 8) {
            let all = format!("{}{}", said.out, said.err);
            assert!(!all.contains(line), "{arguments:?} repeats a secret: {all}");
        }
        said
    }

    /// The program with its arguments, run by `command` in this PC's folder, with all of its log.
    pub(crate) fn prepare<'a>(
        &self,
        command: &'a mut Command,
        arguments: &[&str],
    ) -> &'a mut Command {
        command
            .arg(built("warifu-cli").unwrap())
            .args(arguments)
            .env("WARIFU_DATA_DIR", &self.dir)
            .env("WARIFU_LOG", "trace")
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "Asia/Tokyo")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
    }

    /// The provider's profile as a file.
    pub(crate) fn profile_file(&self, provider: &Provider) -> String {
        let file = self.dir.with_extension("warifu.json");
        fs::write(&file, provider.profile()).unwrap();
        file.to_str().unwrap().to_owned()
    }

    /// Adds the provider's profile.
    pub(crate) fn add_profile(&self, provider: &Provider) {
        self.run(&["profile", "add", &self.profile_file(provider)]).ends_with(0);
    }

    /// Issues a certificate to a user with an initial password; its number.
    pub(crate) fn issue(&self, user: &Customer) -> i64 {
        let lines = format!("{}\n{PASSWORD}\n", user.initial_password);
        let issue =
            ["issue", "--customer", &user.number, "--user", &user.user_id, "--password-stdin"];
        let said = self.run_with(&[&issue[..], &["--json"]].concat(), &lines);
        let issued = said.ends_with(0).json();
        assert_eq!(issued["password_changed"], true);
        issued["identity"]["id"].as_i64().unwrap()
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let code = output.status.code().unwrap();
        Self { code, out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Said {
    /// That this was its exit code.
    #[track_caller]
    pub(crate) fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// The one document on standard output.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The error in the document, which has to have this code.
    #[track_caller]
    pub(crate) fn error(&self, code: &str) -> Value {
        let mut document = self.json();
        assert_eq!(document["error"]["code"], code, "{self:?}");
        assert!(document["error"]["next"].as_str().is_some_and(|next| !next.is_empty()));
        document["error"]["details"].take()
    }
}
