//! Programs that are started, watched, and ended with everything that they started.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

/// Every process of a group carries this variable with the group's name, so that all of them can be
/// found and ended, whatever started them and however they detached themselves.
pub const GROUP: &str = "WARIFU_PROCESS_GROUP";

/// How long a program may take to end by itself.
const GRACE: Duration = Duration::from_secs(5);

/// A running program; ended when dropped.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a program, with what it writes on standard error, and on standard output unless
    /// `command` says otherwise, in `name`.log in `logs`.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn spawn(name: &str, command: &mut Command, logs: &Path, output: Output) -> Result<Self> {
        let log = logs.join(format!("{name}.log"));
        let file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        match output {
            Output::Logged => command.stdout(file.try_clone()?),
            Output::Piped => command.stdout(Stdio::piped()),
        };
        let child = command
            .stderr(file)
            .spawn()
            .with_context(|| format!("cannot start {name} ({:?})", command.get_program()))?;
        Ok(Self { name: name.to_owned(), child, log })
    }

    /// The program's pipes, where it has any.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Whether it has ended, and how.
    ///
    /// # Errors
    ///
    /// When the operating system does not know it.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Checks that it is still running.
    ///
    /// # Errors
    ///
    /// When it has ended; with what it wrote.
    pub fn check(&mut self) -> Result<()> {
        match self.ended()? {
            None => Ok(()),
            Some(status) => bail!("{} ended ({status}):\n{}", self.name, self.log_tail()),
        }
    }

    /// The last lines that it wrote.
    #[must_use]
    pub fn log_tail(&self) -> String {
        let bytes = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(25)..].join("\n")
    }

    /// Sends it a signal.
    ///
    /// # Errors
    ///
    /// When it has ended.
    #[cfg(unix)]
    pub fn signal(&mut self, signal: rustix::process::Signal) -> Result<()> {
        self.check()?;
        Ok(rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), signal)?)
    }

    /// Sends a signal to it and to the processes that it has started itself.
    ///
    /// # Errors
    ///
    /// When it has ended.
    #[cfg(target_os = "linux")]
    pub fn signal_family(&mut self, signal: rustix::process::Signal) -> Result<()> {
        self.signal(signal)?;
        let pid = self.child.id();
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
        for child in children.split_whitespace() {
            if let Some(child) = child.parse().ok().and_then(rustix::process::Pid::from_raw) {
                // Fails only for a process that has just ended.
                let _ = rustix::process::kill_process(child, signal);
            }
        }
        Ok(())
    }

    /// Asks it to end, and insists after a while.
    pub fn stop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        ask_to_end(&mut self.child);
        let start = Instant::now();
        while start.elapsed() < GRACE {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        // Fails only for a process that has just ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Where a program's standard output goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Output {
    /// Into its log.
    Logged,
    /// To whoever started it.
    Piped,
}

#[cfg(unix)]
fn ask_to_end(child: &mut Child) {
    use rustix::process::{Pid, Signal, kill_process};
    // Fails only for a process that has just ended.
    let _ = kill_process(Pid::from_child(child), Signal::TERM);
}

#[cfg(not(unix))]
fn ask_to_end(child: &mut Child) {
    let _ = child.kill();
}

/// Ends every process of `group` but this one: first asked, then killed.
pub fn sweep(group: &str) {
    end_tagged(&format!("{GROUP}={group}"));
}

/// Ends every process whose environment has the line `tag`, but this one: first asked, then killed.
#[cfg(target_os = "linux")]
pub fn end_tagged(tag: &str) {
    use rustix::process::Signal;
    signal_tagged(tag, Signal::TERM);
    signal_tagged(tag, Signal::KILL);
}

/// Kills every process whose environment has the line `tag`, but this one, as a power cut would.
#[cfg(target_os = "linux")]
pub fn kill_tagged(tag: &str) {
    signal_tagged(tag, rustix::process::Signal::KILL);
}

#[cfg(target_os = "linux")]
fn signal_tagged(tag: &str, signal: rustix::process::Signal) {
    for pid in members(tag) {
        // Fails only for a process that has just ended.
        let _ = rustix::process::kill_process(pid, signal);
    }
    let start = Instant::now();
    while !members(tag).is_empty() && start.elapsed() < GRACE {
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Elsewhere each process is ended by whoever started it.
#[cfg(not(target_os = "linux"))]
pub fn end_tagged(_tag: &str) {}

/// Elsewhere each process is ended by whoever started it.
#[cfg(not(target_os = "linux"))]
pub fn kill_tagged(_tag: &str) {}

#[cfg(target_os = "linux")]
fn members(tag: &str) -> Vec<rustix::process::Pid> {
    let own = rustix::process::getpid();
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .flatten()
        .filter_map(|entry| {
            let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
            // Empty for a process that has ended and waits to be collected.
            let environment = fs::read(entry.path().join("environ")).ok()?;
            let belongs = environment.split(|byte| *byte == 0).any(|line| line == tag.as_bytes());
            rustix::process::Pid::from_raw(pid).filter(|pid| belongs && *pid != own)
        })
        .collect()
}
