//! A real PostgreSQL on loopback, of Debian's package, with a standby if one is wanted.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;
use warifu_platform::port;

use crate::{
    process::{self, Output, Process},
    wait,
};

/// Where Debian puts the server's programs.
const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";

/// The database's user, and its password; for tests only.
const USER: &str = "warifu";
const PASSWORD: &str = "a password for samples only";

/// A running server; ended when dropped, with all that it stored.
#[derive(Debug)]
pub struct PostgreSql {
    process: Option<Process>,
    data: PathBuf,
    port: u16,
    /// In a folder that the server's own user can reach, so below none of ours.
    folder: TempDir,
}

impl PostgreSql {
    /// Starts an empty server.
    ///
    /// # Errors
    ///
    /// When the Debian package postgresql-15 is missing, or the server does not start.
    pub fn start() -> Result<Self> {
        let server = Self::prepared()?;
        let password = server.folder.path().join("password");
        fs::write(&password, PASSWORD)?;
        give_away(&password)?;
        let mut initdb = as_owner("initdb");
        initdb.arg("-D").arg(&server.data).arg("--pwfile").arg(&password);
        done(initdb.args(["-U", USER, "-A", "scram-sha-256", "-E", "UTF8"]).args([
            "--locale=C.UTF-8",
            "--no-sync",
            "--data-checksums",
        ]))?;
        server.configure(
            "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 200\n\
             wal_log_hints = on\n",
        )?;
        server.started()
    }

    /// Copies this server into another one that follows it, so that what is acknowledged is on both; and
    /// takes over when it is told to.
    ///
    /// # Errors
    ///
    /// When the copy cannot be made.
    pub fn standby(&self) -> Result<Self> {
        let standby = Self::prepared()?;
        let from = format!(
            "host=127.0.0.1 port={} user={USER} password='{PASSWORD}' application_name=s1",
            self.port
        );
        let mut copy = as_owner("pg_basebackup");
        copy.arg("-D").arg(&standby.data).args(["-d", &from]);
        done(copy.args(["-R", "-X", "stream", "-C", "-S", "s1", "-c", "fast"]))?;
        let standby = standby.started()?;
        self.configure("synchronous_standby_names = 's1'\n")?;
        done(as_owner("pg_ctl").arg("-D").arg(&self.data).arg("reload"))?;
        wait::until("the standby follows", || {
            let state = self.ask("SELECT sync_state FROM pg_stat_replication")?;
            Ok((state.trim() == "sync").then_some(()))
        })?;
        Ok(standby)
    }

    fn prepared() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("warifu-pg").tempdir_in("/tmp")?;
        // Made by whoever fills it, with the rights that the server wants.
        let data = folder.path().join("data");
        give_away(folder.path())?;
        let [port] = port::reserve()?;
        Ok(Self { process: None, data, port, folder })
    }

    fn started(mut self) -> Result<Self> {
        self.resume()?;
        Ok(self)
    }

    fn configure(&self, lines: &str) -> Result<()> {
        let file = self.data.join("postgresql.auto.conf");
        let text = fs::read_to_string(&file)?;
        Ok(fs::write(&file, format!("{text}{lines}"))?)
    }

    /// Starts it again after [`Self::kill`].
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn resume(&mut self) -> Result<()> {
        let mut command = as_owner("postgres");
        command.arg("-D").arg(&self.data).args(["-p", &self.port.to_string()]);
        // Who is killed with its tag takes its children along, which make sessions of their own.
        command.env(process::GROUP, self.tag()).stdin(Stdio::null());
        let mut process =
            Process::spawn("postgresql", &mut command, self.folder.path(), Output::Logged)?;
        wait::until("PostgreSQL answers", || {
            process.check()?;
            Ok(self.ask("SELECT 1").is_ok().then_some(()))
        })?;
        self.process = Some(process);
        Ok(())
    }

    /// Kills it with all of its processes, as a power cut would.
    pub fn kill(&mut self) {
        process::kill_tagged(&format!("{}={}", process::GROUP, self.tag()));
        self.process = None;
    }

    /// Stops it where it is: it is there and says nothing.
    ///
    /// # Errors
    ///
    /// When it is not running.
    #[cfg(target_os = "linux")]
    pub fn pause(&mut self) -> Result<()> {
        self.process.as_mut().context("no server")?.signal_family(rustix::process::Signal::STOP)
    }

    /// Lets it go on after [`Self::pause`].
    ///
    /// # Errors
    ///
    /// When it is not running.
    #[cfg(target_os = "linux")]
    pub fn unpause(&mut self) -> Result<()> {
        self.process.as_mut().context("no server")?.signal_family(rustix::process::Signal::CONT)
    }

    /// Has a standby take over.
    ///
    /// # Errors
    ///
    /// When it refuses.
    pub fn promote(&self) -> Result<()> {
        // It copied the other's wish for a standby, and would wait for one for ever.
        self.configure("synchronous_standby_names = ''\n")?;
        done(as_owner("pg_ctl").arg("-D").arg(&self.data).arg("reload"))?;
        done(as_owner("pg_ctl").arg("-D").arg(&self.data).arg("promote"))
    }

    /// An empty database of that name.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub fn create_database(&self, name: &str) -> Result<()> {
        self.ask_in("postgres", &format!("CREATE DATABASE {name} TEMPLATE template0")).map(drop)
    }

    /// The section `[database]` for a database of these servers, whose password is put into a file of
    /// `dir`.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn section(servers: &[&Self], name: &str, dir: &Path) -> Result<String> {
        let file = dir.join("database-password");
        if !file.exists() {
            crate::backend::write_private(&file, PASSWORD)?;
        }
        let hosts: Vec<_> =
            servers.iter().map(|server| format!("127.0.0.1:{}", server.port)).collect();
        let hosts = hosts.join(",");
        Ok(format!(
            "[database]\nurl = \"postgresql://{USER}@{hosts}/{name}\"\n\
             password_file = \"database-password\"\nconnections = 4\n"
        ))
    }

    /// What the server answers to a statement, a line for each row.
    ///
    /// # Errors
    ///
    /// The server's.
    pub fn ask(&self, sql: &str) -> Result<String> {
        self.ask_in("postgres", sql)
    }

    /// The same in a database.
    ///
    /// # Errors
    ///
    /// The server's.
    pub fn ask_in(&self, database: &str, sql: &str) -> Result<String> {
        let output = Command::new(format!("{PROGRAMS}/psql"))
            .args(["-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", USER])
            .args(["-p", &self.port.to_string(), "-d", database, "-c", sql])
            .env("PGPASSWORD", PASSWORD)
            .env("PGCONNECT_TIMEOUT", "5")
            .stdin(Stdio::null())
            .output()
            .context("psql (Debian package postgresql-15)")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?)
    }

    fn tag(&self) -> String {
        self.folder.path().display().to_string()
    }
}

impl Drop for PostgreSql {
    fn drop(&mut self) {
        // Nothing of it is kept.
        self.kill();
    }
}

/// A program of the server's, as a user who is not root, whom it refuses.
fn as_owner(program: &str) -> Command {
    let program = format!("{PROGRAMS}/{program}");
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", &program]);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/");
    command
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::getuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

/// Makes a file or folder the server's.
fn give_away(path: &Path) -> Result<()> {
    if is_root() {
        done(Command::new("chown").arg("postgres:postgres").arg(path))?;
    }
    Ok(())
}

fn done(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output().with_context(|| {
        format!("cannot start {:?} (Debian package postgresql-15)", command.get_program())
    })?;
    ensure!(
        output.status.success(),
        "{:?} failed:\n{}",
        command.get_program(),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}
