//! What `cargo xtask codegen` runs.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks to a person")]

use std::process::ExitCode;

use clap::Parser;

/// Write the generated files that are not as they should be.
#[derive(Parser)]
#[command(name = "codegen")]
struct Arguments {
    /// Write nothing: name those files, and fail if there are any.
    #[arg(long)]
    check: bool,
}

fn main() -> anyhow::Result<ExitCode> {
    if !Arguments::parse().check {
        for path in warifu_codegen::write()? {
            println!("{}", path.display());
        }
        return Ok(ExitCode::SUCCESS);
    }
    let outdated = warifu_codegen::compare()?;
    for path in &outdated {
        eprintln!("{} is out of date: run `cargo xtask codegen`", path.display());
    }
    Ok(if outdated.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
