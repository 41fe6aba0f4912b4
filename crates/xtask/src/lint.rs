//! `cargo xtask lint`.

mod arrows;
mod dependencies;
mod names;

use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, ensure};

use crate::{
    codegen,
    run::{
        ask, build_screens, cargo, fetch_dependencies, is_debian, is_installed, npm, step,
        workspace,
    },
    setup::{Need, install},
};

/// Makes every check, and fails if one did.
pub(crate) fn run() -> Result<ExitCode> {
    install(&[Need::Build, Need::Lint])?;
    let mut not_made = Vec::new();
    let checks = [
        step("Formatting", cargo().args(["fmt", "--all", "--check"])),
        spelling(&mut not_made),
        arrows::check(),
        dependencies::check(),
        step("The screens' code", npm().args(["run", "--silent", "lint"])),
        // The app takes the built screens in when it is compiled.
        build_screens().and_then(|()| {
            step(
                "Lints",
                cargo()
                    .args(["clippy", "--quiet", "--workspace", "--all-targets"])
                    .args(["--", "--deny", "warnings"]),
            )
        }),
        codegen::check(),
        fetch_dependencies().and_then(|()| {
            step(
                "Dependencies: licences, bans, sources",
                cargo()
                    .args(["deny", "--log-level", "error", "--offline"])
                    .args(["check", "--hide-inclusion-graph"])
                    .args(["bans", "licenses", "sources"]),
            )
        }),
        advisories(&mut not_made),
    ];
    let failed: Vec<_> = checks.into_iter().filter_map(Result::err).collect();
    for error in &failed {
        eprintln!("error: {error:#}");
    }
    ensure!(failed.is_empty(), "{} of the checks failed", failed.len());
    println!("No findings.");
    if !not_made.is_empty() {
        println!("NOT CHECKED: {}", not_made.join("; "));
    }
    Ok(ExitCode::SUCCESS)
}

/// Misspellings in what is under version control.
fn spelling(not_made: &mut Vec<&str>) -> Result<()> {
    /// Written by programs, or not text.
    const NOT_READ: [&str; 7] = ["lock", "lock.json", "bmp", "icns", "ico", "png", "svg"];
    if !is_debian() && !is_installed("codespell") {
        not_made.push("spelling, since codespell is not installed");
        return Ok(());
    }
    let listed = ask(Command::new("git").args(["ls-files"]).current_dir(workspace()))?;
    ensure!(listed.status.success(), "git: {}", String::from_utf8_lossy(&listed.stderr));
    let listed = String::from_utf8(listed.stdout).context("a file with an odd name")?;
    let read = |file: &&str| {
        let ending = |ending: &&str| {
            file.strip_suffix(ending).is_some_and(|rest| rest.ends_with(['.', '-']))
        };
        !NOT_READ.iter().any(ending) && workspace().join(file).is_file()
    };
    println!("▶ Spelling");
    let mut codespell = Command::new("codespell");
    let status = codespell.current_dir(workspace()).args(listed.lines().filter(read)).status();
    ensure!(status.context("cannot start codespell")?.success(), "words are misspelt; see above");
    Ok(())
}

/// The advisories are in a database on the network. Where that cannot be reached, this says so and
/// lets the rest count: nothing about the code is wrong then.
fn advisories(not_made: &mut Vec<&str>) -> Result<()> {
    println!("▶ Dependencies: advisories");
    if !ask(cargo().args(["deny", "fetch", "db"]))?.status.success() {
        not_made.push("advisories, since their database cannot be reached from here");
        return Ok(());
    }
    let check = ["deny", "--log-level", "error", "check", "--disable-fetch", "advisories"];
    step("Checking against the advisory database", cargo().args(check))
}
