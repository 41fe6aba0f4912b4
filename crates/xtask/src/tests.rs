//! `cargo xtask test`.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
};

use anyhow::{Context as _, Result};
use clap::Args;

use crate::{
    package,
    run::{build_everything, build_screens, cargo, for_system, is_debian, npm, step, target},
    setup::{Need, install},
};

/// Which tests.
#[derive(Args)]
pub(crate) struct Options {
    /// Those that need no other program: units, rules and screens, without flows, windows and
    /// packages
    #[arg(long)]
    quick: bool,
}

/// What the runners counted.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Count {
    passed: u64,
    failed: u64,
    /// What could not be run here.
    skipped: u64,
}

/// Runs every test, or the quick ones. The last line is the count: `N passed, N failed`, and what
/// was skipped, if anything was.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let mut all = Count::default();
    let result = if options.quick { quick_runners(&mut all) } else { every_runner(&mut all) };
    if let Err(error) = &result {
        eprintln!("error: {error:#}");
        all.failed += 1;
    }
    println!("\n{}", all.in_words());
    // Debian has all that the tests need.
    let complete = all.skipped == 0 || !is_debian();
    Ok(if all.failed == 0 && complete { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// An error here is one that keeps the others from running, or a runner that broke without counting.
fn every_runner(all: &mut Count) -> Result<()> {
    install(&[Need::Build, Need::Runner, Need::Desktop, Need::Tests, Need::Service])?;
    let types = step("Checking the screens' types", npm().args(["run", "--silent", "check"]));
    all.add_check(types);
    all.add(screens()?);
    // The app takes the built screens in when it is compiled.
    build_screens()?;
    // The programs too: the end-to-end tests start them.
    build_everything()?;
    if is_debian() {
        // The packages' tests install them.
        all.add_check(package::for_tests());
        // With the compiler that the packages needed.
        all.add_check(mac());
    } else {
        all.skip("packaging, and checking for other systems: this is not Debian");
    }
    all.add(workspace(&["--workspace"])?);
    all.add(documentation()?);
    Ok(())
}

/// The runners of what needs no other program.
fn quick_runners(all: &mut Count) -> Result<()> {
    install(&[Need::Build, Need::Runner])?;
    all.add(screens()?);
    build_screens()?;
    all.add(workspace(&["--workspace", "--exclude", "system-tests", "--lib", "--bins"])?);
    Ok(())
}

impl Count {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    fn skip(&mut self, what: &str) {
        println!("▶ SKIPPED: {what}");
        self.skipped += 1;
    }

    fn in_words(self) -> String {
        let Self { passed, failed, skipped } = self;
        let skipped = if skipped > 0 { format!(", {skipped} skipped") } else { String::new() };
        format!("{passed} passed, {failed} failed{skipped}")
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
    Count {
        passed: number("numPassedTests")?,
        failed: number("numFailedTests")?,
        skipped: number("numPendingTests")? + number("numTodoTests")?,
    }
    .unless_broken(ran)
}

/// The tests of these packages.
fn workspace(packages: &[&str]) -> Result<Count> {
    let report = fresh(&target().join("nextest/default/junit.xml"))?;
    let mut nextest = cargo();
    // Those too that are marked to be ignored: a test is run or it is not there.
    nextest.args(["nextest", "run", "--run-ignored", "all"]).args(packages);
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
    Ok(Count { passed: number("tests")?.saturating_sub(failed), failed, skipped: 0 })
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

/// Reads `test result: ok. 3 passed; 0 failed; 0 ignored; …`.
fn libtest(line: &str) -> Option<Count> {
    let (_, rest) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let numbers = rest.split("; ").map(|part| part.split(' ').next()?.parse().ok());
    let mut numbers = numbers.map_while(|number: Option<u64>| number);
    Some(Count { passed: numbers.next()?, failed: numbers.next()?, skipped: numbers.next()? })
}

/// Whether what users get type-checks for macOS. Windows is built whole, for its packages.
fn mac() -> Result<()> {
    let mut check = cargo();
    check.args(["check", "--quiet", "--lib", "--bins"]);
    // Build scripts and macros are those of the packages for Windows.
    check.args(["--profile", package::QUICK]);
    check.args(["--package", "warifu", "--package", "warifu-cli"]);
    for_system(&mut check, "aarch64-apple-darwin")?;
    // What dependencies have in C is left out: it takes Apple's compiler, and a check links nothing.
    for tool in ["CC", "CXX", "AR", "RANLIB"] {
        check.env(format!("{tool}_aarch64_apple_darwin"), "true");
    }
    step("Checking the app and the console program for macOS (minutes)", &mut check)
}

/// A report's file, without what an earlier run left in it.
fn fresh(report: &Path) -> Result<PathBuf> {
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
        assert_eq!(junit(report).unwrap(), Count { passed: 5, failed: 1, skipped: 0 });
        assert!(junit("").is_err());
        let line = "test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 measured";
        assert_eq!(libtest(line), Some(Count { passed: 3, failed: 2, skipped: 1 }));
        assert_eq!(libtest("running 3 tests"), None);
    }

    #[test]
    fn a_runner_that_breaks_is_not_a_success() {
        let broken = || Err(anyhow::anyhow!("killed"));
        let count = |failed| Count { passed: 3, failed, skipped: 0 };
        assert!(count(0).unless_broken(broken()).is_err());
        assert_eq!(count(1).unless_broken(broken()).unwrap(), count(1));
    }

    #[test]
    fn what_was_skipped_is_said() {
        let mut count = Count { passed: 3, failed: 0, skipped: 0 };
        assert_eq!(count.in_words(), "3 passed, 0 failed");
        count.skip("a test");
        count.add(Count { passed: 1, failed: 1, skipped: 2 });
        assert_eq!(count.in_words(), "4 passed, 1 failed, 3 skipped");
    }
}
