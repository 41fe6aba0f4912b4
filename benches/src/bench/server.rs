//! A server's program: started on its core, and ended with the value.

use std::{
    fs::{self, File},
    net::{Ipv4Addr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use super::machine::{Machine, memory_mib};

/// How long a program has to begin.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program that runs until this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts it with what it says in a file, and waits until it listens.
    pub(crate) fn start(
        machine: &Machine,
        command: &mut Command,
        log: &Path,
        port: u16,
    ) -> Result<Self> {
        let file = File::create(log)?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let mut server = Self { child: machine.start(command)?, log: log.to_owned() };
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if let Some(status) = server.child.try_wait()? {
                bail!("{command:?} ended ({status}):\n{}", server.said());
            }
            if Instant::now() > until {
                bail!("{command:?} does not listen:\n{}", server.said());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn memory_mib(&self) -> Result<f64> {
        memory_mib(self.process())
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing is left to be done about one that has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
