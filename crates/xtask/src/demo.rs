//! `cargo xtask demo` and `cargo xtask dev`.

use std::{
    env,
    process::{Command, ExitCode},
};

use anyhow::{Result, ensure};

use crate::{
    run::{build_screens, cargo, step, target},
    setup::{Need, install},
};

/// Builds everything and hands over to `warifu-demo`, which has the backend and the app in its
/// hands and cleans up after itself.
pub(crate) fn run(headless: bool) -> Result<ExitCode> {
    let headless = headless || !has_display();
    install(if headless {
        &[Need::Build, Need::Desktop, Need::Service]
    } else {
        &[Need::Build, Need::Service]
    })?;
    build_screens()?;
    step(
        "Building the app and the backend",
        cargo().args(["build", "--quiet", "--workspace", "--bins", "--exclude", "warifu-xtask"]),
    )?;
    let mut demo = demonstration();
    if headless {
        demo.arg("--headless");
    }
    hand_over(demo)
}

/// The same for whoever works on the screens: the app takes them from Vite, which shows each change at
/// once.
pub(crate) fn develop() -> Result<ExitCode> {
    ensure!(has_display(), "there is no display to open a window on; set DISPLAY");
    install(&[Need::Build, Need::Service])?;
    step(
        "Building the app without its screens, and the backend",
        cargo()
            .args(["build", "--quiet", "--workspace", "--bins", "--exclude", "warifu-xtask"])
            // Without `custom-protocol`; no other package of the workspace has default features.
            .arg("--no-default-features"),
    )?;
    let mut demo = demonstration();
    demo.arg("--dev");
    hand_over(demo)
}

fn demonstration() -> Command {
    Command::new(target().join("debug/warifu-demo"))
}

fn has_display() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(not(target_os = "linux")) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// Becomes the demonstration, so that Ctrl-C reaches it and the shell waits for its cleaning up.
#[cfg(unix)]
fn hand_over(mut demo: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    Err(anyhow::Error::from(demo.exec()).context("cannot start the demonstration"))
}

#[cfg(not(unix))]
fn hand_over(mut demo: Command) -> Result<ExitCode> {
    step("Starting the demonstration", &mut demo)?;
    Ok(ExitCode::SUCCESS)
}
