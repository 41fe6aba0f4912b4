//! `cargo xtask …`: everything that is done with this workspace beyond building it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks to a person")]

mod bench;
mod codegen;
mod demo;
mod fuzz;
mod lint;
mod package;
mod run;
mod setup;
mod tests;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Warifu's build, test and demonstration commands")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what the other commands need; each of them does this for itself
    Setup,
    /// Set up a sample backend, and open the app on it
    Demo {
        /// Do the main job in a window on a screen of its own, and leave pictures of it; what
        /// happens anyway where there is no display
        #[arg(long)]
        headless: bool,
    },
    /// Set up a sample backend, and open the app on it with the screens as they are being edited
    Dev,
    /// Run every test, or the quick ones
    Test(tests::Options),
    /// Write the files that are generated and checked in, from their sources
    Codegen(codegen::Options),
    /// Measure Warifu side by side with what others use
    Bench(bench::Options),
    /// Run the fuzz targets for as long as is asked for
    Fuzz(fuzz::Options),
    /// Check formatting, lints, dependencies and the screens' code
    Lint,
    /// Build what is handed out, in target/package
    #[command(subcommand)]
    Package(package::Package),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Setup => setup::everything(),
        Task::Demo { headless } => demo::run(headless),
        Task::Dev => demo::develop(),
        Task::Test(options) => tests::run(&options),
        Task::Codegen(options) => codegen::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Lint => lint::run(),
        Task::Package(package) => package::run(package),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
