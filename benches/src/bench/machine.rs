//! The machine: its cores, which of them is the server's, and what programs cost on it.

use std::{
    fs,
    process::{Child, Command},
    thread,
};

use anyhow::{Context as _, Result, anyhow};
use rustix::{
    thread::{CpuSet, sched_getaffinity, sched_setaffinity},
    time::{ClockId, clock_gettime},
};
use serde::Serialize;

/// Where this runs.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) system: String,
    /// The cores that this may use.
    cores: Vec<usize>,
    pub(crate) versions: Vec<String>,
    /// The average number of programs that wanted a core in the last minute, before it began.
    pub(crate) load: String,
}

impl Machine {
    pub(crate) fn look() -> Result<Self> {
        let allowed = sched_getaffinity(None)?;
        let cores = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core)).collect();
        let line = |file: &str, name: &str| {
            let text = fs::read_to_string(file).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.trim_matches([' ', '\t', ':', '=', '"']).to_owned()
        };
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        Ok(Self {
            processor: line("/proc/cpuinfo", "model name"),
            system: format!("{}, Linux {}", line("/etc/os-release", "PRETTY_NAME"), kernel.trim()),
            cores,
            versions: [version("cfssl", "version"), version("nginx", "-v")].concat(),
            load: load.split(' ').next().unwrap_or_default().to_owned(),
        })
    }

    /// How many cores this may use.
    pub(crate) fn cores(&self) -> usize {
        self.cores.len()
    }

    /// Keeps this thread, and those that it starts from now on, off the server's core.
    pub(crate) fn be_the_client(&self) -> Result<()> {
        match self.cores.split_last() {
            Some((_, others)) if !others.is_empty() => pin(others),
            // One core: both share it, and the report says so.
            Some(_) | None => Ok(()),
        }
    }

    /// Starts a program on the server's core.
    pub(crate) fn start(&self, command: &mut Command) -> Result<Child> {
        let words = format!("{command:?}");
        let child = self.on_the_servers_core(|| command.spawn())?;
        child.with_context(|| format!("cannot start {words}"))
    }

    /// Starts a program on all cores.
    pub(crate) fn start_anywhere(&self, command: &mut Command) -> Result<Child> {
        let words = format!("{command:?}");
        let child = on(&self.cores, || command.spawn())?;
        child.with_context(|| format!("cannot start {words}"))
    }

    /// Does something on the server's core.
    pub(crate) fn on_the_servers_core<T: Send>(
        &self,
        work: impl FnOnce() -> T + Send,
    ) -> Result<T> {
        let core: Vec<_> = self.cores.last().copied().into_iter().collect();
        on(&core, work)
    }
}

/// Does something on a thread that has these cores.
fn on<T: Send>(cores: &[usize], work: impl FnOnce() -> T + Send) -> Result<T> {
    thread::scope(|scope| {
        let thread = scope.spawn(|| {
            pin(cores)?;
            Ok(work())
        });
        thread.join().map_err(|_| anyhow!("a thread with cores of its own panicked"))?
    })
}

fn pin(cores: &[usize]) -> Result<()> {
    let mut set = CpuSet::new();
    for core in cores {
        set.set(*core);
    }
    sched_setaffinity(None, &set).context("cannot choose a core")
}

/// The first line that a program says of its version.
fn version(program: &str, argument: &str) -> Vec<String> {
    let Ok(said) = Command::new(program).arg(argument).output() else { return Vec::new() };
    let text = [said.stdout, said.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    let first = text.lines().next().unwrap_or_default();
    let number = first.rsplit([' ', '/']).next().unwrap_or_default();
    vec![format!("{program} {number}")]
}

/// Seconds of CPU that a process has used so far.
pub(crate) fn cpu_seconds(process: u32) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{process}/stat"))
        .with_context(|| format!("process {process} is gone"))?;
    // Behind the program's name, which may hold anything (proc_pid_stat(5)).
    let (_, rest) = text.rsplit_once(") ").context("/proc/PID/stat")?;
    let ticks: Vec<u64> =
        rest.split(' ').skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    let ticks: u64 = ticks.iter().sum();
    Ok(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

/// Seconds of CPU that this thread has used so far.
pub(crate) fn thread_cpu_seconds() -> f64 {
    let used = clock_gettime(ClockId::ThreadCPUTime);
    used.tv_sec as f64 + used.tv_nsec as f64 / 1e9
}

/// MiB of memory that a process has in use, with its part of what it shares.
pub(crate) fn memory_mib(process: u32) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))
        .with_context(|| format!("process {process} is gone"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:")).context("no Pss")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib / 1024.0)
}
