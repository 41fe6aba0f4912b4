//! `cargo xtask lint`.

use std::process::ExitCode;

use anyhow::{Result, ensure};

use crate::{
    run::{ask, cargo, npm, step},
    setup::{Need, install},
};

/// Makes every check, and fails if one did.
pub(crate) fn run() -> Result<ExitCode> {
    install(&[Need::Build, Need::Lint])?;
    let checks = [
        step("Formatting", cargo().args(["fmt", "--all", "--check"])),
        step("The screens' code", npm().args(["run", "--silent", "lint"])),
        // The app takes the built screens in when it is compiled.
        step("Building the screens", npm().args(["run", "--silent", "build"])).and_then(|()| {
            step(
                "Lints",
                cargo()
                    .args(["clippy", "--quiet", "--workspace", "--all-targets"])
                    .args(["--", "--deny", "warnings"]),
            )
        }),
        // For every system, where a build fetches only what its own needs.
        step("Fetching the dependencies", cargo().args(["fetch", "--quiet", "--locked"])),
        step(
            "Dependencies: licences, bans, sources",
            cargo()
                .args([
                    "deny",
                    "--log-level",
                    "error",
                    "--offline",
                    "check",
                    "--hide-inclusion-graph",
                ])
                .args(["bans", "licenses", "sources"]),
        ),
        advisories(),
    ];
    let failed: Vec<_> = checks.into_iter().filter_map(Result::err).collect();
    for error in &failed {
        eprintln!("error: {error:#}");
    }
    ensure!(failed.is_empty(), "{} of the checks failed", failed.len());
    println!("No findings.");
    Ok(ExitCode::SUCCESS)
}

/// The advisories are in a database on the network. Where that cannot be reached, this says so and
/// lets the rest count: nothing about the code is wrong then.
fn advisories() -> Result<()> {
    println!("▶ Dependencies: advisories");
    if !ask(cargo().args(["deny", "fetch", "db"]))?.status.success() {
        println!("  NOT CHECKED: the advisory database cannot be reached from here");
        return Ok(());
    }
    let check = ["deny", "--log-level", "error", "check", "--disable-fetch", "advisories"];
    step("Checking against the advisory database", cargo().args(check))
}
