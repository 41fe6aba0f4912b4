//! `cargo xtask codegen`: everything that is generated and checked in, from its one source.

use std::process::{Command, ExitCode};

use anyhow::Result;
use clap::Args;

use crate::{
    run::{cargo, step, target},
    setup::{Need, install},
};

/// What to do with the generated files.
#[derive(Args)]
pub(crate) struct Options {
    /// Write nothing: name the files that are out of date, and fail if there are any
    #[arg(long)]
    check: bool,
}

/// Writes the generated files, or compares them.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    install(&[Need::Build])?;
    if options.check {
        check()?;
    } else {
        start("Writing the generated files", &[])?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Fails if a generated file is out of date; what is needed to build is there.
pub(crate) fn check() -> Result<()> {
    start("The generated files", &["--check"])
}

/// Builds the program that knows the sources, and runs it. It is an example of its package: for those,
/// cargo chooses the features of what is depended on as it does for `--all-targets`.
fn start(what: &str, arguments: &[&str]) -> Result<()> {
    let build = ["build", "--quiet", "--workspace", "--example", "codegen"];
    step("Building what generates", cargo().args(build))?;
    let program = target().join("debug/examples/codegen");
    step(what, Command::new(program).args(arguments))
}
