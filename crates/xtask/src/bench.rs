//! `cargo xtask bench`.

use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use crate::{
    run::{build_screens, cargo, step, target},
    setup::{Need, install},
};

/// What is measured.
#[derive(Args)]
pub(crate) struct Options {
    /// Also with 1,000,000 users and 1,000,000 rows of the record
    #[arg(long)]
    full: bool,
    /// One section alone, by its title, such as `login`
    #[arg(long)]
    only: Option<String>,
    /// Without the app, whose release takes the longest to build
    #[arg(long)]
    no_app: bool,
}

/// Builds what is handed out and measures it. A bar that is not met is no error; what could not be measured
/// is one.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    ensure!(cfg!(target_os = "linux"), "measuring takes Linux: /proc and the choice of cores");
    install(&[Need::Build, Need::Bench])?;
    step(
        "Building the backend as it is handed out (minutes)",
        cargo().args(["build", "--quiet", "--release", "--package", "warifu-backend"]),
    )?;
    step(
        "Building the measurements",
        cargo().args(["build", "--quiet", "--release", "--package", "warifu-bench"]),
    )?;
    if !options.no_app {
        build_screens()?;
        step(
            "Building the app as it is handed out, and an empty window (minutes)",
            cargo().args(["build", "--quiet", "--release", "--package", "warifu"]).args([
                "--bin",
                "warifu",
                "--example",
                "empty-window",
                "--features",
                "empty-window",
            ]),
        )?;
    }
    let mut bench = Command::new(target().join("release/warifu-bench"));
    bench.arg("--out").arg(target().join("bench"));
    if let Some(section) = &options.only {
        bench.args(["--only", section]);
    }
    if options.full {
        bench.arg("--full");
    }
    if options.no_app {
        // One that was built earlier is not what is measured now.
        bench.arg("--no-app");
    }
    println!("▶ Measuring (a few minutes; leave the machine alone)");
    let status = bench.status().context("cannot start the measurements")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
