//! `cargo xtask fuzz`.

use std::{
    fs,
    path::PathBuf,
    process::{Command, ExitCode},
};

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use crate::{
    run::{ask, build_everything, build_screens, is_installed, step, target, workspace},
    setup::{Need, install},
};

/// What is fuzzed, and for how long.
#[derive(Args)]
pub(crate) struct Options {
    /// One target; all of them without it
    target: Option<String>,
    /// For how long each is run
    #[arg(long, default_value_t = 60)]
    seconds: u64,
}

/// Runs the targets by cargo-fuzz where it is there, else by mutations alone. Fails when something was
/// found, which is kept in `target/fuzz`.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    install(&[Need::Build])?;
    if has_cargo_fuzz() {
        return guided(options);
    }
    println!(
        "cargo-fuzz or a nightly compiler is missing, so the inputs are mutations that nothing guides. \
         Coverage guides them after:\n  rustup toolchain install nightly\n  cargo install cargo-fuzz"
    );
    // As the tests build it: nothing is built a second time.
    build_screens()?;
    build_everything()?;
    let mut fuzz = Command::new(target().join("debug/warifu-fuzz"));
    fuzz.args(&options.target).args(["--seconds", &options.seconds.to_string()]);
    fuzz.arg("--out").arg(target().join("fuzz"));
    let status = fuzz.status().context("cannot start warifu-fuzz")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn has_cargo_fuzz() -> bool {
    let nightly = ask(Command::new("rustup").args(["run", "nightly", "rustc", "--version"]));
    is_installed("cargo-fuzz") && nightly.is_ok_and(|said| said.status.success())
}

fn guided(options: &Options) -> Result<ExitCode> {
    let folder = workspace().join("fuzz/libfuzzer");
    // It is built with what the workspace is built with.
    fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock"))
        .context("cannot copy Cargo.lock")?;
    let all = targets(&fs::read_to_string(folder.join("Cargo.toml"))?)?;
    let wanted: Vec<_> = all
        .iter()
        .filter(|name| options.target.as_ref().is_none_or(|wanted| wanted == *name))
        .collect();
    ensure!(!wanted.is_empty(), "there is no such target; there are {}", all.join(", "));
    let mut found = false;
    for name in wanted {
        let grown = made(&["corpus", name])?;
        let kept = made(&["found", name])?;
        let mut fuzz = Command::new("rustup");
        fuzz.args(["run", "nightly", "cargo", "fuzz", "run", "--fuzz-dir"]).arg(&folder);
        fuzz.arg("--target-dir").arg(made(&["build"])?).arg(name);
        // What is new goes into the first folder; the second one is only read.
        fuzz.arg(grown).arg(workspace().join("fuzz/corpus").join(name));
        fuzz.arg("--").arg(format!("-max_total_time={}", options.seconds));
        fuzz.arg(format!("-artifact_prefix={}/", kept.display()));
        if let Err(error) = step(&format!("Fuzzing {name}"), &mut fuzz) {
            eprintln!("{error:#}");
            found = true;
        }
    }
    Ok(if found { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The programs that cargo-fuzz knows.
fn targets(manifest: &str) -> Result<Vec<String>> {
    let manifest: toml::Table = manifest.parse().context("fuzz/libfuzzer/Cargo.toml")?;
    let programs = manifest.get("bin").and_then(toml::Value::as_array).context("no programs")?;
    let names = programs.iter().filter_map(|program| program.get("name")?.as_str());
    Ok(names.map(str::to_owned).collect())
}

/// A folder in `target/fuzz`.
fn made(names: &[&str]) -> Result<PathBuf> {
    let folder: PathBuf = [target(), PathBuf::from("fuzz")]
        .into_iter()
        .chain(names.iter().map(PathBuf::from))
        .collect();
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn knows_the_programs_of_cargo_fuzz() {
        let manifest = fs::read_to_string(workspace().join("fuzz/libfuzzer/Cargo.toml")).unwrap();
        assert!(targets(&manifest).unwrap().contains(&String::from("identity")));
    }
}
