//! A desktop without a screen: X server, session bus, keyring, window manager, panel with a tray,
//! notifications. What a Linux user logs in to, started for one test or one demonstration.

mod bus;
mod settings;

use std::{
    ffi::OsString,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use crate::{
    process::{self, Output, Process},
    wait,
};
pub use bus::Bus;

/// The keyring's password.
pub const KEYRING_PASSWORD: &str = "throw-away";

/// What kind of desktop is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The state of the operating system's keystore.
    pub keyring: Keyring,
    /// Whether there is a panel with a tray, and a place for notifications.
    pub panel: bool,
    /// The group of its processes, for one that has more than this desktop; see
    /// [`process::GROUP`].
    pub group: Option<String>,
}

/// The state of the operating system's keystore (Secret Service).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Keyring {
    /// Open, as after logging in.
    Unlocked,
    /// Locked, and its password can be asked for.
    Locked,
    /// Locked, and nobody can be asked.
    LockedForGood,
    /// There is none.
    Absent,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { keyring: Keyring::Unlocked, panel: true, group: None }
    }
}

/// A running desktop; dropped, it ends with everything that was started on it.
#[derive(Debug)]
pub struct Desktop {
    /// In the order of their start.
    processes: Vec<Process>,
    environment: Vec<(OsString, OsString)>,
    bus: Bus,
    group: String,
    home: TempDir,
}

impl Desktop {
    /// The size of its screen.
    pub const SIZE: (u32, u32) = (1280, 900);

    /// Starts a desktop and waits until it is complete.
    ///
    /// # Errors
    ///
    /// When a part is not installed, or does not start; with what it wrote.
    pub fn start(wanted: &Wanted) -> Result<Self> {
        // Sockets live here, and their paths must be short.
        let home = tempfile::Builder::new().prefix("warifu-").tempdir()?;
        let group = wanted.group.clone().unwrap_or_else(|| home.path().display().to_string());
        let environment = environment(home.path(), &group)?;
        let mut starting =
            Starting { processes: Vec::new(), environment, logs: home.path().join("logs") };
        let bus = starting.all(wanted, home.path()).inspect_err(|_| process::sweep(&group))?;
        let Starting { processes, environment, .. } = starting;
        Ok(Self { processes, environment, bus, group, home })
    }

    /// A program to be started on this desktop.
    #[must_use]
    pub fn command(&self, program: &Path) -> Command {
        command(&self.environment, program)
    }

    /// Makes a program, with its arguments, what addresses of the web are opened with; they have no
    /// quotes in them.
    ///
    /// # Errors
    ///
    /// When the desktop's settings cannot be written.
    pub fn open_addresses_with(&self, command: &[String]) -> Result<()> {
        settings::write_browser(self.home.path(), command)
    }

    /// The desktop's session bus.
    #[must_use]
    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// The group of its processes; see [`process::GROUP`].
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group
    }

    /// A folder that goes with the desktop.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Where the programs on this desktop write.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.home.path().join("logs")
    }

    /// Checks that every part is still running.
    ///
    /// # Errors
    ///
    /// Names the one that is not, with what it wrote.
    pub fn check(&mut self) -> Result<()> {
        self.processes.iter_mut().try_for_each(Process::check)
    }

    /// Saves a picture of the whole screen as PNG, once nothing moves on it any more, or after a
    /// few tries if something always does.
    ///
    /// # Errors
    ///
    /// When ImageMagick cannot.
    pub fn photograph(&self, file: &Path) -> Result<()> {
        self.import(&["-window", "root"], "png:-", file)
    }

    /// The same of one program's window, without its frame and what is around it, in few colours:
    /// for the manual. Notifications that would cover it are closed.
    ///
    /// # Errors
    ///
    /// When there is no such window, or ImageMagick cannot.
    pub fn photograph_window(&self, class: &str, file: &Path) -> Result<()> {
        self.close_notifications()?;
        let found = self.xdotool(&["search", "--onlyvisible", "--class", class])?;
        let found = String::from_utf8_lossy(&found.stdout);
        let window = found.lines().next().with_context(|| format!("no window of {class}"))?;
        self.import(&["-window", window, "-dither", "None", "-colors", "96"], "png8:-", file)
    }

    /// How much two pictures of one size differ, from 0 to 1, seen from so far that single letters
    /// make no difference.
    ///
    /// # Errors
    ///
    /// When one is missing, their sizes differ, or ImageMagick cannot.
    pub fn difference(&self, one: &Path, other: &Path) -> Result<f64> {
        let sizes = [one, other].map(|file| -> Result<String> {
            let identify =
                self.command(Path::new("identify")).args(["-format", "%wx%h"]).arg(file).output();
            let output =
                identify.context("identify is not installed (Debian package imagemagick)")?;
            ensure!(output.status.success(), "{} cannot be read", file.display());
            Ok(String::from_utf8(output.stdout)?)
        });
        let [one_size, other_size] = sizes;
        let (one_size, other_size) = (one_size?, other_size?);
        ensure!(one_size == other_size, "one picture is {one_size}, the other {other_size}");
        let mut compare = self.command(Path::new("convert"));
        compare.args([one, other]);
        compare.args(["-colorspace", "sRGB", "-resize", "64x64!", "-compose", "difference"]);
        let output = compare.args(["-composite", "-format", "%[fx:mean]", "info:"]).output()?;
        ensure!(output.status.success(), "convert: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?.trim().parse()?)
    }

    /// What the desktop's notifications have said so far, oldest first: summary and body.
    ///
    /// # Errors
    ///
    /// When the notification daemon does not tell.
    pub fn notifications(&self) -> Result<Vec<(String, String)>> {
        let output = self.command(Path::new("dunstctl")).arg("history").output();
        let output = output.context("dunstctl is not installed (Debian package dunst)")?;
        ensure!(output.status.success(), "dunstctl: {}", String::from_utf8_lossy(&output.stderr));
        let history: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        let rows = history["data"][0].as_array().context("dunst's history")?;
        let text = |row: &serde_json::Value, name: &str| {
            row[name]["data"].as_str().unwrap_or_default().to_owned()
        };
        Ok(rows.iter().rev().map(|row| (text(row, "summary"), text(row, "body"))).collect())
    }

    /// Closes every notification that is shown, which moves it into the history.
    ///
    /// # Errors
    ///
    /// When dunst is not running.
    pub fn close_notifications(&self) -> Result<()> {
        let closed = self.command(Path::new("dunstctl")).arg("close-all").status();
        ensure!(closed.context("dunstctl is not installed")?.success(), "dunstctl failed");
        Ok(())
    }

    /// Takes pictures until two are alike, and keeps the last.
    fn import(&self, subject: &[&str], format: &str, file: &Path) -> Result<()> {
        const TRIES: usize = 8;
        let mut last = Vec::new();
        for _ in 0..TRIES {
            let taken = self
                .command(Path::new("import"))
                .arg("-silent")
                .args(subject)
                // Without the time, so that equal pictures are equal files.
                .args(["-strip", "-define", "png:exclude-chunks=date,time", format])
                .output()
                .context("import is not installed (Debian package imagemagick)")?;
            ensure!(taken.status.success(), "import: {}", String::from_utf8_lossy(&taken.stderr));
            if taken.stdout == last {
                break;
            }
            last = taken.stdout;
        }
        fs::write(file, last).with_context(|| format!("cannot write {}", file.display()))
    }

    /// Waits until the keyring asks for its password, and answers: with the password, or not.
    ///
    /// # Errors
    ///
    /// When it does not ask, or keeps asking.
    pub fn answer_keyring(&self, unlock: bool) -> Result<()> {
        wait::until("the keyring asks for its password", || {
            Ok(self.keyring_asks()?.then_some(()))
        })?;
        if unlock {
            self.xdotool(&["type", KEYRING_PASSWORD])?;
            self.xdotool(&["key", "Return"])?;
        } else {
            self.xdotool(&["key", "Escape"])?;
        }
        wait::until("the keyring asks no more", || Ok((!self.keyring_asks()?).then_some(())))
    }

    fn keyring_asks(&self) -> Result<bool> {
        self.shows("gcr-prompter")
    }

    /// Whether a window of such a class is on the screen.
    ///
    /// # Errors
    ///
    /// When xdotool is not installed.
    pub fn shows(&self, class: &str) -> Result<bool> {
        let found = self.xdotool(&["search", "--onlyvisible", "--class", class])?;
        Ok(!found.stdout.is_empty())
    }

    /// Waits until the app asks something in a window of the system's, and answers: with the button that
    /// agrees, or by closing it.
    ///
    /// # Errors
    ///
    /// When it does not ask, or keeps asking.
    pub fn answer_question(&self, agree: bool) -> Result<()> {
        let asks = || -> Result<bool> {
            // The app's own window has its name behind that of the screen.
            let found = self.xdotool(&["search", "--onlyvisible", "--name", "^Warifu - "])?;
            Ok(!found.stdout.trim_ascii().is_empty())
        };
        wait::until("the app asks", || Ok(asks()?.then_some(())))?;
        if agree {
            // Neither button has the focus, or the one that changes nothing: the other is to its left.
            self.xdotool(&["key", "Left"])?;
            self.xdotool(&["key", "Return"])?;
        } else {
            self.xdotool(&["key", "Escape"])?;
        }
        wait::until("the app asks no more", || Ok((!asks()?).then_some(())))
    }

    /// Moves the screen's pointer to its corner, where it lies on nothing that would show it.
    ///
    /// # Errors
    ///
    /// When xdotool is not installed.
    pub fn point_at_nothing(&self) -> Result<()> {
        self.xdotool(&["mousemove", "9", "9", "mousemove", "1", "1"]).map(drop)
    }

    /// Closes the window that has the focus, as its user would.
    ///
    /// # Errors
    ///
    /// When xdotool is not installed.
    pub fn close_window(&self) -> Result<()> {
        self.xdotool(&["key", "alt+F4"]).map(drop)
    }

    /// Presses keys on the screen, whatever window has them.
    fn xdotool(&self, arguments: &[&str]) -> Result<std::process::Output> {
        self.command(Path::new("xdotool"))
            .args(arguments)
            .output()
            .context("xdotool is not installed (Debian package xdotool)")
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        // The last one first; the X server, which everything else needs, at the end.
        while self.processes.pop().is_some() {}
        process::sweep(&self.group);
    }
}

/// A desktop on its way.
struct Starting {
    processes: Vec<Process>,
    environment: Vec<(OsString, OsString)>,
    logs: PathBuf,
}

impl Starting {
    fn all(&mut self, wanted: &Wanted, home: &Path) -> Result<Bus> {
        // Where nobody can be asked for the keyring's password, the bus must not know the screen.
        let bus = if wanted.keyring == Keyring::LockedForGood {
            let bus = self.bus(wanted.keyring, home)?;
            self.screen()?;
            bus
        } else {
            self.screen()?;
            self.bus(wanted.keyring, home)?
        };
        match wanted.keyring {
            Keyring::Absent => {}
            Keyring::Unlocked => self.keyring(&bus)?,
            Keyring::Locked | Keyring::LockedForGood => {
                self.keyring(&bus)?;
                bus.lock_keyring()?;
            }
        }
        self.windows()?;
        if wanted.panel {
            self.panel(&bus)?;
        }
        Ok(bus)
    }

    fn screen(&mut self) -> Result<()> {
        let (width, height) = Desktop::SIZE;
        let mut command = self.command("Xvfb");
        // Chooses a free display by itself and says which.
        command.args(["-displayfd", "1", "-nolisten", "tcp", "-noreset", "-screen", "0"]);
        command.arg(format!("{width}x{height}x24"));
        let number = self.first_line("Xvfb", &mut command)?;
        self.environment.push(("DISPLAY".into(), format!(":{number}").into()));
        Ok(())
    }

    fn bus(&mut self, keyring: Keyring, home: &Path) -> Result<Bus> {
        let mut command = self.command("dbus-daemon");
        command.args(["--nofork", "--nopidfile", "--print-address=1"]);
        if keyring == Keyring::Absent {
            let file = home.join("bus.conf");
            fs::write(&file, settings::bus_without_keyring(home)?)?;
            command.arg("--config-file").arg(file);
        } else {
            command.arg("--session");
        }
        let address = self.first_line("dbus-daemon", &mut command)?;
        self.environment.push(("DBUS_SESSION_BUS_ADDRESS".into(), address.clone().into()));
        Bus::connect(&address)
    }

    fn keyring(&mut self, bus: &Bus) -> Result<()> {
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--unlock", "--foreground", "--components=secrets"]).stdin(Stdio::piped());
        let mut keyring =
            Process::spawn("gnome-keyring-daemon", &mut command, &self.logs, Output::Logged)?;
        let mut password = keyring.child().stdin.take().context("no pipe to the keyring")?;
        password.write_all(KEYRING_PASSWORD.as_bytes())?;
        drop(password);
        bus.wait_for("org.freedesktop.secrets", || keyring.check())?;
        self.processes.push(keyring);
        Ok(())
    }

    fn windows(&mut self) -> Result<()> {
        let mut command = self.command("xsetroot");
        command.args(["-solid", "#3d5a66"]);
        let painted = command.output().context("xsetroot: Debian package x11-xserver-utils")?;
        ensure!(painted.status.success(), "xsetroot: {}", String::from_utf8_lossy(&painted.stderr));

        let mut openbox = self.spawn("openbox")?;
        let mut look = self.command("xprop");
        look.args(["-root", "_NET_SUPPORTING_WM_CHECK"]);
        wait::until("the window manager manages the screen", || {
            openbox.check()?;
            let found = look.output().context("xprop: Debian package x11-utils")?;
            let manages = String::from_utf8_lossy(&found.stdout).contains("window id #");
            Ok(manages.then_some(()))
        })?;
        self.processes.push(openbox);
        Ok(())
    }

    fn panel(&mut self, bus: &Bus) -> Result<()> {
        let mut panel = self.spawn("xfce4-panel")?;
        bus.wait_for("org.kde.StatusNotifierWatcher", || panel.check())?;
        self.processes.push(panel);
        let mut dunst = self.spawn("dunst")?;
        bus.wait_for("org.freedesktop.Notifications", || dunst.check())?;
        self.processes.push(dunst);
        Ok(())
    }

    fn spawn(&self, program: &str) -> Result<Process> {
        Process::spawn(program, &mut self.command(program), &self.logs, Output::Logged)
    }

    /// Starts what says on its first line where it is to be found.
    fn first_line(&mut self, program: &str, command: &mut Command) -> Result<String> {
        let mut process = Process::spawn(program, command, &self.logs, Output::Piped)?;
        let output = process.child().stdout.take().context("no pipe from it")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let line = line.trim();
        ensure!(!line.is_empty(), "{program} did not start:\n{}", process.log_tail());
        self.processes.push(process);
        Ok(line.to_owned())
    }

    fn command(&self, program: &str) -> Command {
        command(&self.environment, Path::new(program))
    }
}

fn command(environment: &[(OsString, OsString)], program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::null());
    command
}

/// Of the caller's environment, nothing but the search path; the rest as a new user finds it.
fn environment(home: &Path, group: &str) -> Result<Vec<(OsString, OsString)>> {
    let mut environment: Vec<(OsString, OsString)> = vec![
        (process::GROUP.into(), group.into()),
        ("HOME".into(), home.into()),
        ("PATH".into(), std::env::var_os("PATH").unwrap_or_default()),
        ("LANG".into(), "C.UTF-8".into()),
        ("TZ".into(), "Asia/Tokyo".into()),
        ("XDG_SESSION_TYPE".into(), "x11".into()),
        ("XDG_CURRENT_DESKTOP".into(), "XFCE".into()),
        // No graphics card here: painting through one that is emulated lags behind the page.
        ("LIBGL_ALWAYS_SOFTWARE".into(), "1".into()),
        ("WEBKIT_DISABLE_DMABUF_RENDERER".into(), "1".into()),
        ("GSETTINGS_BACKEND".into(), "memory".into()),
        ("RUST_BACKTRACE".into(), "1".into()),
    ];
    for (name, folder) in [
        ("XDG_RUNTIME_DIR", "run"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_STATE_HOME", "state"),
    ] {
        let folder = home.join(folder);
        fs::create_dir(&folder)?;
        // The runtime folder must be nobody else's.
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
        environment.push((name.into(), folder.into()));
    }
    fs::create_dir(home.join("logs"))?;
    settings::write(&home.join("config"))?;
    Ok(environment)
}
