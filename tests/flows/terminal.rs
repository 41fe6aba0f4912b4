//! A terminal with a person at it, who waits for each question and types the answer.

use std::{
    fs::{File, OpenOptions},
    io::Read as _,
    os::fd::OwnedFd,
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
};

use rustix::{
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{LocalModes, tcgetattr},
};
use system_tests::wait::until;

/// Runs `command`, whose program and arguments are given, on a terminal of its own; its exit code and
/// all that stood on the screen.
pub(crate) fn talk(prepare: impl FnOnce(&mut Command), dialogue: &[(&str, &str)]) -> (i32, String) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
    let slave = OpenOptions::new().read(true).write(true).open(name).unwrap();
    let end = || Stdio::from(slave.try_clone().unwrap());

    let mut command = Command::new("setsid");
    command.args(["--ctty", "--wait"]);
    prepare(&mut command);
    let mut child = command.stdin(end()).stdout(end()).stderr(end()).spawn().unwrap();
    drop(command);
    drop(slave);

    let screen = Screen::of(&master);
    let mut seen = 0;
    for (question, answer) in dialogue {
        // What is typed before the echo is off would be seen.
        seen = until(question, || {
            let asked = screen.text()[seen..].find(question).map(|at| seen + at + question.len());
            let echo = tcgetattr(&master)?.local_modes.contains(LocalModes::ECHO);
            Ok(asked.filter(|_| !echo))
        })
        .unwrap_or_else(|error| panic!("{error}; the screen: {}", screen.text()));
        rustix::io::write(&master, format!("{answer}\n").as_bytes()).unwrap();
    }
    let code = child.wait().unwrap().code().unwrap();
    (code, screen.text())
}

/// What the program has written so far.
struct Screen(Arc<Mutex<String>>);

impl Screen {
    fn of(master: &OwnedFd) -> Self {
        let text = Arc::new(Mutex::new(String::new()));
        let shown = Arc::clone(&text);
        let mut reader = File::from(master.try_clone().unwrap());
        std::thread::spawn(move || {
            let mut part = [0; 1024];
            // Ends with an error when the last program on the terminal has ended.
            while let Ok(read @ 1..) = reader.read(&mut part) {
                let mut shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
                shown.push_str(&String::from_utf8_lossy(&part[..read]));
            }
        });
        Self(text)
    }

    fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
