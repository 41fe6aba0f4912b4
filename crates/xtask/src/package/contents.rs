//! What is built into the programs: crates for a system, and npm packages with the screens.

use std::{collections::BTreeSet, fs, process::Command};

use anyhow::{Context as _, Result, ensure};

use super::programs::Program;
use crate::run::{ask, cargo, ui};

/// A crate's or an npm package's name, and its version.
pub(super) type Named = (String, String);

/// The crates whose code is in programs that are built together for a system, their own among them: with
/// the features that such a build gives them, and without what compiles or tests them.
///
/// # Errors
///
/// When cargo does not resolve them.
pub(super) fn crates(programs: &[Program], triple: &str) -> Result<BTreeSet<Named>> {
    listed(&tree(programs, triple, "normal,no-proc-macro")?)
}

/// What cargo says of the crates that such a build takes: a line for each, by the given kinds of
/// dependencies.
///
/// # Errors
///
/// When cargo does not resolve them.
pub(super) fn tree(programs: &[Program], triple: &str, edges: &str) -> Result<String> {
    let mut tree = cargo();
    tree.args(["tree", "--quiet", "--locked", "--target", triple, "--edges", edges]);
    tree.args(["--prefix", "none", "--format", "{p}"]);
    for Program { package, .. } in programs {
        tree.args(["--package", package]);
    }
    said_by(&mut tree)
}

/// Reads lines like `serde v1.0.228 (proc-macro) (*)`.
fn listed(tree: &str) -> Result<BTreeSet<Named>> {
    tree.lines()
        .filter(|line| !line.is_empty())
        .map(|line| {
            let mut words = line.split(' ');
            let version = |word: &str| word.strip_prefix('v').map(str::to_owned);
            let named = words.next().map(str::to_owned).zip(words.next().and_then(version));
            named.with_context(|| format!("cargo tree says “{line}”"))
        })
        .collect()
}

/// What Vite tells of the npm packages whose code is in the screens as built: the licences, with a
/// heading for each package.
///
/// # Errors
///
/// When the screens have not been built.
pub(super) fn screens() -> Result<String> {
    let path = ui().join("dist/.vite/license.md");
    fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// The npm packages that it has headings for, like `## svelte - 5.57.3 (MIT)`, each with its licence.
///
/// # Errors
///
/// When it has none.
pub(super) fn npm_packages(screens: &str) -> Result<Vec<(Named, String)>> {
    let heading = |line: &str| {
        let (name, rest) = line.strip_prefix("## ")?.split_once(" - ")?;
        let (version, licence) = rest.strip_suffix(')')?.split_once(" (")?;
        Some(((name.to_owned(), version.to_owned()), licence.to_owned()))
    };
    let found: Vec<_> = screens.lines().filter_map(heading).collect();
    ensure!(!found.is_empty(), "Vite's list of licences names no package");
    Ok(found)
}

/// What a program says; an error if it fails.
pub(super) fn said_by(command: &mut Command) -> Result<String> {
    let said = ask(command)?;
    let name = command.get_program().to_string_lossy().into_owned();
    ensure!(said.status.success(), "{name}: {}", String::from_utf8_lossy(&said.stderr));
    Ok(String::from_utf8(said.stdout)?)
}

#[cfg(test)]
mod unit {
    use super::*;

    fn named(name: &str, version: &str) -> Named {
        (name.to_owned(), version.to_owned())
    }

    #[test]
    fn reads_what_cargo_tree_and_vite_say() {
        let tree = "warifu v0.2.0 (/w)\nserde v1.0.228\nserde_derive v1.0.228 (proc-macro)\n\n\
                    serde v1.0.228 (*)\n";
        let wanted =
            [named("serde", "1.0.228"), named("serde_derive", "1.0.228"), named("warifu", "0.2.0")];
        assert_eq!(listed(tree).unwrap(), BTreeSet::from(wanted));
        assert!(listed("error: no such package").is_err());

        let text =
            "# Licenses\n\n## @a/b - 2.12.5 (Apache-2.0 OR MIT)\n\ntext\n\n## c - 1.0.0 (MIT)\n";
        let found = npm_packages(text).unwrap();
        let wanted = |name, version, licence: &str| (named(name, version), licence.to_owned());
        assert_eq!(
            found,
            [wanted("@a/b", "2.12.5", "Apache-2.0 OR MIT"), wanted("c", "1.0.0", "MIT")]
        );
        assert!(npm_packages("# Licenses\n").is_err());
    }

    #[test]
    fn each_system_has_its_own_crates() {
        let programs = super::super::programs::all().unwrap();
        let names = |triple| -> BTreeSet<String> {
            crates(&programs, triple).unwrap().into_iter().map(|(name, _)| name).collect()
        };
        let linux = names("x86_64-unknown-linux-gnu");
        let windows = names("x86_64-pc-windows-gnu");
        assert!(linux.contains("gtk") && !windows.contains("gtk"));
        assert!(windows.contains("windows-registry") && !linux.contains("windows-registry"));
        for both in ["warifu", "warifu-cli", "warifu-client", "rustls"] {
            assert!(linux.contains(both) && windows.contains(both), "{both}");
        }
        // What compiles them, tests them, or serves them.
        for not in ["serde_derive", "tauri-build", "proptest", "warifu-backend", "axum"] {
            assert!(!linux.contains(not) && !windows.contains(not), "{not}");
        }
    }
}
