//! What is handed out: the Windows installers, installed under Wine, and the Debian packages. The
//! packages are those that `cargo xtask package --quick` left; `cargo xtask test` makes them first.
//!
//! Wine has neither CNG's keys nor WebView2, so the app opens no window there: what it must do is say
//! so, and end.
#![cfg(target_os = "linux")]

mod console;
mod debian;
mod double_click;
mod msi;
mod program;
mod sbom;
mod service;
mod setup_exe;
mod signing;
mod time_stamper;
mod wine;

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use anyhow::{Context as _, Result, ensure};
use system_tests::places::{built, target};

/// The version of the packages that are upgraded to: newer than any.
const NEWER: &str = "99.0.0";

/// A file that `cargo xtask package --quick` left.
fn packaged(name: &str) -> Result<PathBuf> {
    let path = target()?.join("package-quick").join(name);
    ensure!(path.is_file(), "{} is missing; `cargo xtask test` makes it", path.display());
    Ok(path)
}

/// The command that packages what was built before once more, into `output`.
fn package(system: &str, version: &str, output: &Path) -> Result<Command> {
    let mut xtask = Command::new(built("warifu-xtask")?);
    xtask
        .args(["package", system, "--quick", "--built-before"])
        .args(["--package-version", version, "--output"])
        .arg(output);
    Ok(xtask)
}

/// What a program says; an error if it fails.
fn said(command: &mut Command) -> Result<String> {
    let output = output(command)?;
    ensure!(output.status.success(), "{command:?} failed:\n{}", words(&output));
    Ok(String::from_utf8(output.stdout)?)
}

fn output(command: &mut Command) -> Result<Output> {
    command.output().with_context(|| format!("cannot start {command:?}"))
}

fn words(output: &Output) -> String {
    format!(
        "{}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
