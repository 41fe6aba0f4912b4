//! `cargo xtask test`.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{ExitCode, Stdio},
};

use anyhow::{Context as _, Result};

use crate::{
    package,
    run::{cargo, for_system, npm, step, target},
    setup::{Need, install},
};

/// What the runners counted.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Count {
    passed: u64,
    failed: u64,
}

/// Runs every test. The last line is the count: `N passed, N failed`.
pub(crate) fn run() -> Result<ExitCode> {
    let mut all = Count::default();
    let result = every_runner(&mut all);
    if let Err(error) = &result {
        eprintln!("error: {error:#}");
        all.failed += 1;
    }
    println!("\n{} passed, {} failed", all.passed, all.failed);
    Ok(if all.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// An error here is one that keeps the others from running, or a runner that broke without counting.
fn every_runner(all: &mut Count) -> Result<()> {
    install(&[Need::Build, Need::Desktop, Need::Tests])?;
    let types = step("Checking the screens' types", npm().args(["run", "--silent", "check"]));
    all.add_check(types);
    all.add(screens()?);
    // The app takes the built screens in when it is compiled.
    step("Building the screens", npm().args(["run", "--silent", "build"]))?;
    // The programs too: the end-to-end tests start them.
    step("Building", cargo().args(["build", "--quiet", "--workspace", "--all-targets"]))?;
    all.add_check(packages());
    // With the compiler that the packages needed.
    all.add_check(mac());
    all.add(workspace()?);
    all.add(documentation()?);
    Ok(())
}

impl Count {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// A check that is no test counts only when it fails.
    fn add_check(&mut self, check: Result<()>) {
        if let Err(error) = check {
            eprintln!("error: {error:#}");
            self.failed += 1;
        }
    }

    /// A runner that fails without a failed test has broken in another way.
    fn unless_broken(self, ran: Result<()>) -> Result<Self> {
        match ran {
            Err(error) if self.failed == 0 => Err(error),
            Ok(()) | Err(_) => Ok(self),
        }
    }
}

/// The tests of the screens.
fn screens() -> Result<Count> {
    let report = fresh(&target().join("vitest.json"))?;
    let ran = step(
        "Testing the screens",
        npm()
            .args(["exec", "--", "vitest", "run", "--reporter=default", "--reporter=json"])
            .arg(format!("--outputFile.json={}", report.display())),
    );
    let text = fs::read_to_string(&report)
        .or_else(|error| ran.as_ref().map_or(Ok(String::new()), |()| Err(error)))
        .context("vitest left no report")?;
    if text.is_empty() {
        return Count::default().unless_broken(ran);
    }
    let report: serde_json::Value = serde_json::from_str(&text).context("vitest's report")?;
    let number = |name: &str| report[name].as_u64().with_context(|| format!("vitest: no {name}"));
    Count { passed: number("numPassedTests")?, failed: number("numFailedTests")? }
        .unless_broken(ran)
}

/// The tests of every package: units, properties, flows, and the real window.
fn workspace() -> Result<Count> {
    let report = fresh(&target().join("nextest/default/junit.xml"))?;
    let mut nextest = cargo();
    nextest.args(["nextest", "run", "--workspace"]);
    // An end-to-end test's error says what was shown instead; where in the code is its name.
    if std::env::var_os("RUST_LIB_BACKTRACE").is_none() {
        nextest.env("RUST_LIB_BACKTRACE", "0");
    }
    let ran = step("Testing the workspace", &mut nextest);
    match fs::read_to_string(&report) {
        Ok(text) => junit(&text).context("nextest's report")?.unless_broken(ran),
        Err(error) => ran.and_then(|()| Err(error).context("nextest left no report")),
    }
}

/// The totals of a JUnit report, from its root element.
fn junit(text: &str) -> Result<Count> {
    let root = text.find("<testsuites").context("no <testsuites>")?;
    let root = text[root..].split('>').next().unwrap_or_default();
    let number = |name: &str| -> Result<u64> {
        let (_, rest) = root.split_once(&format!(" {name}=\"")).context(name.to_owned())?;
        rest.split('"').next().unwrap_or_default().parse().context(name.to_owned())
    };
    let failed = number("failures")? + number("errors")?;
    Ok(Count { passed: number("tests")?.saturating_sub(failed), failed })
}

/// The examples in the documentation, which nextest cannot run.
fn documentation() -> Result<Count> {
    println!("▶ Testing the examples in the documentation");
    let mut child = cargo()
        .args(["test", "--quiet", "--workspace", "--doc"])
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start cargo test --doc")?;
    let mut count = Count::default();
    let output = child.stdout.take().context("no pipe from cargo test")?;
    let mut out = std::io::stdout().lock();
    for line in BufReader::new(output).lines() {
        let line = line?;
        if let Some(found) = libtest(&line) {
            count.add(found);
            // Silent where there was nothing to run.
            if found == Count::default() {
                continue;
            }
        }
        if !line.trim().is_empty() && line != "running 0 tests" {
            writeln!(out, "{line}")?;
        }
    }
    let status = child.wait()?;
    let ran = if status.success() {
        Ok(())
    } else {
        Err(anyhow::anyhow!("cargo test --doc failed ({status})"))
    };
    count.unless_broken(ran)
}

/// Reads `test result: ok. 3 passed; 0 failed; …`.
fn libtest(line: &str) -> Option<Count> {
    let (_, rest) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut numbers = rest.split("; ").map(|part| part.split(' ').next().unwrap_or_default());
    Some(Count { passed: numbers.next()?.parse().ok()?, failed: numbers.next()?.parse().ok()? })
}

/// Whether what users get type-checks for macOS. Windows is built whole, for its packages.
fn mac() -> Result<()> {
    if cfg!(target_os = "macos") || !Path::new("/etc/debian_version").exists() {
        return Ok(());
    }
    let mut check = cargo();
    check.args(["check", "--quiet", "--lib", "--bins"]);
    check.args(["--package", "warifu", "--package", "warifu-cli"]);
    for_system(&mut check, "aarch64-apple-darwin")?;
    // What dependencies have in C is left out: it takes Apple's compiler, and a check links nothing.
    for tool in ["CC", "CXX", "AR", "RANLIB"] {
        check.env(format!("{tool}_aarch64_apple_darwin"), "true");
    }
    step("Checking the app and the console program for macOS (minutes)", &mut check)
}

/// Makes the packages, which their tests install; only Debian has what that takes.
fn packages() -> Result<()> {
    if Path::new("/etc/debian_version").exists() {
        package::everything()
    } else {
        println!("▶ Packaging: skipped, this is not Debian");
        Ok(())
    }
}

/// A report's file, without what an earlier run left in it.
fn fresh(report: &Path) -> Result<std::path::PathBuf> {
    match fs::remove_file(report) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => {
            return Err(error).with_context(|| format!("cannot remove {}", report.display()));
        }
    }
    Ok(report.to_owned())
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn reads_the_runners_counts() {
        let report = r#"<?xml version="1.0"?>
            <testsuites name="nextest-run" tests="6" failures="1" errors="0" uuid="x" time="1.0">
            <testsuite name="a" tests="9" failures="9">"#;
        assert_eq!(junit(report).unwrap(), Count { passed: 5, failed: 1 });
        assert!(junit("").is_err());
        let line = "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured";
        assert_eq!(libtest(line), Some(Count { passed: 3, failed: 2 }));
        assert_eq!(libtest("running 3 tests"), None);
    }

    #[test]
    fn a_runner_that_breaks_is_not_a_success() {
        let broken = || Err(anyhow::anyhow!("killed"));
        assert!(Count { passed: 3, failed: 0 }.unless_broken(broken()).is_err());
        let counted = Count { passed: 3, failed: 1 };
        assert_eq!(counted.unless_broken(broken()).unwrap(), counted);
    }
}
