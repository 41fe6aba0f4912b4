//! A provider's side: the backend's program, its folder, and what its command line says.

use std::{
    fs::{self, OpenOptions},
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use warifu_backend::Running;

use crate::{
    places,
    process::{self, Output, Process},
};

/// The name of the sample service.
pub const SERVICE_NAME: &str = "サンプル電子債権サービス";
/// The name of the sample customer; plainly invented.
pub const CUSTOMER_NAME: &str = "株式会社サンプル商事";
/// The sample provider's logo; plainly invented.
pub const LOGO: &[u8] = include_bytes!("provider-logo.svg");
/// The user ID of its primary administrator.
pub const USER_ID: &str = "kanri01";
/// The name of that administrator; plainly invented.
pub const USER_NAME: &str = "佐藤 花子";
/// The department.
pub const DEPARTMENT: &str = "総務部";

/// A provider with its authority, its database and its command line.
#[derive(Clone, Debug)]
pub struct Provider {
    dir: PathBuf,
    passphrase: PathBuf,
    logs: PathBuf,
    group: String,
}

/// What the printed notice tells a customer.
#[derive(Clone, Debug)]
pub struct Customer {
    /// お客さま番号.
    pub number: String,
    /// ユーザID.
    pub user_id: String,
    /// 初期パスワード.
    pub initial_password: String,
}

/// A running backend; stopped when dropped.
#[derive(Debug)]
pub struct Backend {
    process: Process,
    announced: Value,
}

impl Provider {
    /// Sets up an authority and a database in `dir`, for two ports of this machine. Its processes
    /// belong to `group`.
    ///
    /// # Errors
    ///
    /// When the backend refuses; in its words.
    pub fn set_up(dir: &Path, group: &str, ports: [u16; 2]) -> Result<Self> {
        Self::set_up_with(dir, group, ports, &[])
    }

    /// The same with more arguments of `init`.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::set_up`].
    pub fn set_up_with(
        dir: &Path,
        group: &str,
        [enrolment, service]: [u16; 2],
        more: &[&str],
    ) -> Result<Self> {
        fs::create_dir_all(dir)?;
        let provider = Self {
            dir: dir.join("data"),
            passphrase: dir.join("passphrase"),
            logs: dir.to_owned(),
            group: group.to_owned(),
        };
        write_private(&provider.passphrase, "a passphrase for samples only\n")?;
        provider
            .command("init")?
            .args(["--service-name", SERVICE_NAME, "--server-name", "localhost"])
            .args(["--enrolment-listen", &format!("127.0.0.1:{enrolment}")])
            .args(["--service-listen", &format!("127.0.0.1:{service}")])
            .arg("--passphrase-file")
            .arg(&provider.passphrase)
            .args(more)
            .said()?;
        provider.put_on_a_face()?;
        Ok(provider)
    }

    /// Gives the provider a name, a colour and a logo, all invented.
    fn put_on_a_face(&self) -> Result<()> {
        fs::write(self.dir.join("logo.svg"), LOGO)?;
        self.edit_configuration(|text| {
            let provider = "name = { ja = \"サンプルファクター\", en = \"Sample Factor\" }\n\
                            service_name_en = \"Sample Recorded Claims\"\n\
                            logo_file = \"logo.svg\"\naccent = \"#1f5fa8\"\n";
            let (before, rest) = text.split_once("\n[provider]\n").unwrap_or((&text, ""));
            let (_, after) = rest.split_once("\n# Whom users turn to").unwrap_or(("", rest));
            format!("{before}\n[provider]\n{provider}\n# Whom users turn to{after}")
        })
    }

    /// The command line on a folder that has been set up, or restored, before.
    #[must_use]
    pub fn on(&self, dir: &Path) -> Self {
        Self { dir: dir.to_owned(), ..self.clone() }
    }

    /// Its folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Changes the configuration, which counts from the next start of the backend.
    ///
    /// # Errors
    ///
    /// When it cannot be read or written.
    pub fn edit_configuration(&self, edit: impl FnOnce(String) -> String) -> Result<()> {
        let file = self.dir.join("warifu.toml");
        let text = fs::read_to_string(&file)?;
        Ok(fs::write(&file, edit(text))?)
    }

    /// Registers the sample customer with its primary administrator, who has a name and a department.
    ///
    /// # Errors
    ///
    /// When the backend refuses; in its words.
    pub fn add_customer(&self) -> Result<Customer> {
        self.register(USER_ID, &["--user-name", USER_NAME, "--department", DEPARTMENT])
    }

    /// Registers another sample customer, as if before users had names; its primary administrator has
    /// this ID, and an e-mail address or none.
    ///
    /// # Errors
    ///
    /// When the backend refuses; in its words.
    pub fn add_customer_with(&self, user_id: &str, email: Option<&str>) -> Result<Customer> {
        match email {
            Some(email) => self.register(user_id, &["--email", email]),
            None => self.register(user_id, &[]),
        }
    }

    fn register(&self, user_id: &str, more: &[&str]) -> Result<Customer> {
        let mut command = self.command("customer add")?;
        command.args(["--name", CUSTOMER_NAME, "--user-id", user_id, "--json"]).args(more);
        let notice: Value =
            serde_json::from_str(&command.said()?).context("customer add --json")?;
        let field = |name: &str| {
            let text = notice.get(name).and_then(Value::as_str);
            text.map(str::to_owned).with_context(|| format!("customer add says no {name}"))
        };
        Ok(Customer {
            number: field("customer_number")?,
            user_id: field("user_id")?,
            initial_password: field("initial_password")?,
        })
    }

    /// The connection profile for the app.
    ///
    /// # Errors
    ///
    /// When the backend refuses; in its words.
    pub fn profile(&self) -> Result<String> {
        self.command("profile")?.said()
    }

    /// Revokes the certificate of `customer`'s user.
    ///
    /// # Errors
    ///
    /// When the backend refuses; in its words.
    pub fn revoke(&self, customer: &Customer) -> Result<()> {
        let mut command = self.command("certificate revoke")?;
        command.args(["--customer", &customer.number, "--user", &customer.user_id]);
        command.said().map(drop)
    }

    /// What `customer show` says.
    ///
    /// # Errors
    ///
    /// When the backend refuses; in its words.
    pub fn show(&self, customer: &Customer) -> Result<Value> {
        let said = self.command("customer show")?.args([&customer.number, "--json"]).said()?;
        serde_json::from_str(&said).context("customer show --json")
    }

    /// The audit log, oldest first.
    ///
    /// # Errors
    ///
    /// When the backend refuses; in its words.
    pub fn audit(&self) -> Result<Vec<Value>> {
        let said = self.command("audit list")?.arg("--json").said()?;
        serde_json::from_str(&said).context("audit list --json")
    }

    /// The certificates with which `customer`'s user has logged in, as the backend itself has
    /// recorded it: one thumbprint for each login.
    ///
    /// # Errors
    ///
    /// When the backend refuses; in its words.
    pub fn logins(&self, customer: &Customer) -> Result<Vec<String>> {
        self.audit()?
            .iter()
            .filter(|row| row["act"] == "login")
            .filter(|row| row["customer"] == customer.number.as_str())
            .filter(|row| row["actor"] == customer.user_id.as_str())
            .map(|row| {
                let certificate = row["certificate"].as_str();
                certificate.map(str::to_owned).context("a login without a certificate")
            })
            .collect()
    }

    /// Starts the backend inside this process, with a clock of its own.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub async fn serve_here(&self, clock: warifu_backend::Clock) -> Result<Running> {
        warifu_backend::serve(&self.dir, clock).await
    }

    /// Starts the backend as a program of its own and waits until it accepts connections.
    ///
    /// # Errors
    ///
    /// When it does not; with what it wrote.
    pub fn serve(&self) -> Result<Backend> {
        self.serve_with(&[])
    }

    /// The same with more in its environment.
    ///
    /// # Errors
    ///
    /// Those of [`Provider::serve`].
    pub fn serve_with(&self, environment: &[(String, String)]) -> Result<Backend> {
        let mut command = self.command("serve")?;
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        let mut process =
            Process::spawn("warifu-backend", &mut command, &self.logs, Output::Piped)?;
        let output = process.child().stdout.take().context("no pipe from the backend")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let announced = serde_json::from_str(&line)
            .with_context(|| format!("the backend did not start:\n{}", process.log_tail()))?;
        Ok(Backend { process, announced })
    }

    /// One sub-command of the backend on this provider's folder.
    ///
    /// # Errors
    ///
    /// When the backend has not been built.
    pub fn command(&self, subcommand: &str) -> Result<Command> {
        self.command_with(&subcommand.split(' ').collect::<Vec<_>>())
    }

    /// The same with all of its arguments.
    ///
    /// # Errors
    ///
    /// When the backend has not been built.
    pub fn command_with(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = Command::new(places::built("warifu-backend")?);
        command
            .args(arguments)
            .arg("--dir")
            .arg(&self.dir)
            .env(process::GROUP, &self.group)
            .stdin(std::process::Stdio::null());
        Ok(command)
    }
}

impl Backend {
    /// What it said about itself when it was ready.
    #[must_use]
    pub fn announced(&self) -> &Value {
        &self.announced
    }

    /// Stops it where it is: it accepts connections and answers nothing.
    ///
    /// # Errors
    ///
    /// When it is not running.
    #[cfg(unix)]
    pub fn pause(&mut self) -> Result<()> {
        self.process.signal(rustix::process::Signal::STOP)
    }

    /// Lets it go on after [`Backend::pause`].
    ///
    /// # Errors
    ///
    /// When it is not running.
    #[cfg(unix)]
    pub fn resume(&mut self) -> Result<()> {
        self.process.signal(rustix::process::Signal::CONT)
    }

    /// Ends it, as its provider does.
    pub fn stop(&mut self) {
        self.process.stop();
    }

    /// Checks that it is still running.
    ///
    /// # Errors
    ///
    /// When it is not; with what it wrote.
    pub fn check(&mut self) -> Result<()> {
        self.process.check()
    }
}

/// A command whose output is wanted.
pub trait Said {
    /// Runs it and gives what it wrote on standard output.
    ///
    /// # Errors
    ///
    /// When it fails; with what it wrote on standard error.
    fn said(&mut self) -> Result<String>;
}

impl Said for Command {
    fn said(&mut self) -> Result<String> {
        let output = self.output().with_context(|| format!("cannot start {self:?}"))?;
        ensure!(
            output.status.success(),
            "{self:?} failed ({}):\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8(output.stdout)?)
    }
}

/// Writes a file that is nobody else's to read.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())?;
    Ok(())
}
