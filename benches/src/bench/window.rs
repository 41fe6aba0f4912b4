//! The app's start: until the last change on the screen, and its memory then, beside an empty window of
//! Tauri's, the least that any app made with it can be.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};

use super::{
    Run,
    load::{median, milliseconds},
    machine::{Machine, memory_mib},
    report::{Bar, Row, Section},
    warifu::built,
};

const ROUNDS: usize = 3;
pub(crate) const TITLE: &str = "The app's start";
/// Nothing moves any more after so long.
const QUIET: Duration = Duration::from_secs(2);
/// How long a window has until then.
const PATIENCE: Duration = Duration::from_secs(40);
/// How long a program has to end by itself.
const GOODBYE: Duration = Duration::from_secs(3);
/// How often the screen is looked at.
const LOOK: Duration = Duration::from_millis(5);

pub(crate) fn measure(run: &Run) -> Result<Section> {
    let mut section = Section::new(
        TITLE,
        format!(
            "On a screen of its own without a window manager; the median of {ROUNDS} starts in turn with \
             an empty Tauri window of the same size. The last paint is the last change on the screen; \
             memory is that of all processes, with their part of what they share (PSS). Each has been \
             started before, so that files and fonts are in memory."
        ),
    );
    for (program, what) in [("Xvfb", "Xvfb"), ("dbus-run-session", "dbus-daemon")] {
        if Command::new(program).arg("--help").output().is_err() {
            section.skipped = Some(format!("{what} is not installed here."));
            return Ok(section);
        }
    }
    let programs = ["warifu", "examples/empty-window"].map(built);
    let [Ok(app), Ok(empty)] = programs else {
        section.skipped = Some(String::from("the app and the empty window have not been built."));
        return Ok(section);
    };
    let screen = Screen::start(&run.machine)?;
    let mut figures: [Vec<(f64, f64)>; 2] = [Vec::new(), Vec::new()];
    for round in 0..=ROUNDS {
        for (program, figures) in [&app, &empty].into_iter().zip(&mut figures) {
            let figure = screen.open(program)?;
            if round > 0 {
                figures.push(figure);
            }
        }
    }
    let of = |number: usize, figure: fn(&(f64, f64)) -> f64| {
        median(figures[number].iter().map(figure).collect())
    };
    let paint = (of(0, |figure| figure.0), of(1, |figure| figure.0));
    let memory = (of(0, |figure| figure.1), of(1, |figure| figure.1));
    section.rows = vec![
        Row::beside("last paint", "ms", paint, Some(Bar::Most(1.1))),
        Row::beside("memory", "MiB", memory, Some(Bar::Most(1.15))),
    ];
    Ok(section)
}

/// An X server whose picture lies in a file.
struct Screen<'a> {
    machine: &'a Machine,
    server: Child,
    display: String,
    folder: tempfile::TempDir,
}

impl<'a> Screen<'a> {
    fn start(machine: &'a Machine) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let number = (90..190)
            .find(|number| {
                let used = format!("/tmp/.X{number}-lock");
                !Path::new(&used).exists()
            })
            .context("no free display")?;
        let display = format!(":{number}");
        let mut command = Command::new("Xvfb");
        command.args([&display, "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-fbdir"]);
        command.arg(folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let server = machine.start_anywhere(&mut command)?;
        let screen = Self { machine, server, display, folder };
        let until = Instant::now() + PATIENCE;
        let socket = format!("/tmp/.X11-unix/X{number}");
        while !(screen.picture().is_ok() && Path::new(&socket).exists()) {
            ensure!(Instant::now() < until, "Xvfb does not start");
            thread::sleep(LOOK);
        }
        Ok(screen)
    }

    fn picture(&self) -> Result<Vec<u8>> {
        Ok(fs::read(self.folder.path().join("Xvfb_screen0"))?)
    }

    /// Starts a program; milliseconds until its last paint, and its memory in MiB then.
    fn open(&self, program: &Path) -> Result<(f64, f64)> {
        let name = program.file_name().context("a program without a name")?;
        let home = self.folder.path().join(name);
        fs::create_dir_all(&home)?;
        let mut before = self.picture()?;
        let mut command = Command::new("dbus-run-session");
        command.arg("--").arg(program).env("DISPLAY", &self.display).env("HOME", &home);
        for (variable, folder) in [
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_RUNTIME_DIR", "run"),
            ("XDG_STATE_HOME", "state"),
        ] {
            let folder = home.join(folder);
            fs::create_dir_all(&folder)?;
            fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
            command.env(variable, folder);
        }
        command.env_remove("WAYLAND_DISPLAY").env_remove("DBUS_SESSION_BUS_ADDRESS");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let begun = Instant::now();
        let mut session = Session(self.machine.start_anywhere(&mut command)?);
        let mut last = None;
        loop {
            thread::sleep(LOOK);
            let picture = self.picture()?;
            if picture != before {
                before = picture;
                last = Some(begun.elapsed());
            }
            match last {
                Some(last) if begun.elapsed() > last + QUIET => {
                    let processes = below(session.0.id(), program)?;
                    let memory = processes.into_iter().map(memory_mib).sum::<Result<f64>>()?;
                    return Ok((milliseconds(last), memory));
                }
                Some(_) | None => {}
            }
            if let Some(status) = session.0.try_wait()? {
                bail!("{} ended ({status})", program.display());
            }
            ensure!(begun.elapsed() < PATIENCE, "{} does not come to rest", program.display());
        }
    }
}

impl Drop for Screen<'_> {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A session with a program in it; dropped, all of it ends.
struct Session(Child);

impl Drop for Session {
    fn drop(&mut self) {
        let processes = descendants(self.0.id()).unwrap_or_default();
        let until = Instant::now() + GOODBYE;
        signal(processes.keys(), Signal::TERM);
        while Instant::now() < until && matches!(self.0.try_wait(), Ok(None)) {
            thread::sleep(LOOK);
        }
        signal(processes.keys(), Signal::KILL);
        let _ = self.0.kill();
        let _ = self.0.wait();
        // What it had on the screen is gone before the next one is looked at.
        thread::sleep(Duration::from_millis(500));
    }
}

/// Sends a signal to whichever of these processes is still there.
fn signal<'a>(processes: impl Iterator<Item = &'a u32>, signal: Signal) {
    let pids = processes.filter_map(|process| Pid::from_raw(i32::try_from(*process).ok()?));
    for process in pids {
        let _ = kill_process(process, signal);
    }
}

/// The processes of a program that was started in a session, and what it has started.
fn below(session: u32, program: &Path) -> Result<Vec<u32>> {
    let all = descendants(session)?;
    let own = all.iter().find(|(_, path)| path.as_deref() == Some(program));
    let (own, _) = own.with_context(|| format!("{} does not run", program.display()))?;
    let mut found: Vec<_> = descendants(*own)?.into_keys().collect();
    found.push(*own);
    Ok(found)
}

/// The processes that a process has started, and those that these have, with their programs.
fn descendants(process: u32) -> Result<BTreeMap<u32, Option<PathBuf>>> {
    let mut parents = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let Some(number) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // Gone since, if it cannot be read.
        let stat = fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
        let parent =
            stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)?.parse().ok());
        parents.extend(parent.map(|parent: u32| (number, parent)));
    }
    let mut found: BTreeMap<u32, Option<PathBuf>> = BTreeMap::new();
    let mut parts = vec![process];
    while let Some(part) = parts.pop() {
        for (child, _) in parents.iter().filter(|(_, parent)| *parent == part) {
            found.insert(*child, fs::read_link(format!("/proc/{child}/exe")).ok());
            parts.push(*child);
        }
    }
    Ok(found)
}
