//! Whose work is in the programs, and under which licences: most of them ask to be named.

use std::{fmt::Write as _, fs, path::Path, slice};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use super::{
    contents::{self, said_by},
    make_folder,
    programs::{self, Program},
    sbom::hex,
    write,
};
use crate::run::{cargo, fetch_dependencies, target, workspace};

/// The file that goes with the programs.
pub(super) const FILE: &str = "THIRD-PARTY.txt";

/// Writes it for programs that were built for a system, after their screens.
pub(super) fn list(programs: &[Program], triple: &str, folder: &Path) -> Result<()> {
    // cargo-about looks at every system's before it leaves out those of the others.
    fetch_dependencies()?;
    println!("▶ Listing the licences of what is built in");
    let mut text = String::from("What is built into the programs of Warifu, and its licences.\n");
    for program in programs {
        let Program { package, name, manifest } = program;
        heading(&mut text, name)?;
        let crates = contents::tree(slice::from_ref(program), triple, "normal")?;
        let found = once(
            &target().join("licences").join(format!("{package}-{triple}.txt")),
            &crates,
            || libraries(manifest, triple),
        );
        text.push_str(&found.with_context(|| package.clone())?);
    }
    if programs::have_screens(programs) {
        heading(&mut text, "the screens of warifu")?;
        text.push_str(&contents::screens()?);
    }
    if triple.contains("windows") {
        heading(&mut text, "WebView2Loader of the Microsoft Edge WebView2 SDK")?;
        text.push_str(&fs::read_to_string(sources().join("webview2.txt"))?);
    }
    write(&folder.join(FILE), text)
}

fn heading(text: &mut String, of: &str) -> Result<()> {
    writeln!(text, "\n{:=<70}\n{of}\n{:=<70}\n", "", "")?;
    Ok(())
}

/// What was found before for the same crates by the same rules, since finding it takes minutes; else it is
/// found, and kept in a file.
fn once(kept: &Path, crates: &str, find: impl FnOnce() -> Result<String>) -> Result<String> {
    let mut inputs = Sha256::new_with_prefix(crates);
    for rules in ["about.toml", "about.hbs"].map(|name| sources().join(name)) {
        inputs
            .update(fs::read(&rules).with_context(|| format!("cannot read {}", rules.display()))?);
    }
    let head = format!("{}\n", hex(&inputs.finalize()));
    if let Ok(text) = fs::read_to_string(kept)
        && let Some(found) = text.strip_prefix(&head)
    {
        return Ok(found.to_owned());
    }
    let found = find()?;
    make_folder(kept.parent().unwrap_or(kept))?;
    write(kept, format!("{head}{found}"))?;
    Ok(found)
}

/// What cargo-about finds in the sources that were built; nothing is asked of the network.
fn libraries(manifest: &Path, triple: &str) -> Result<String> {
    let mut about = cargo();
    about
        .args(["about", "generate", "--offline", "--locked", "--fail", "--target", triple])
        .arg("--config")
        .arg(sources().join("about.toml"))
        .arg("--manifest-path")
        .arg(manifest)
        .arg(sources().join("about.hbs"));
    said_by(&mut about)
}

fn sources() -> std::path::PathBuf {
    workspace().join("packaging/licences")
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn no_licence_comes_in_that_would_end_the_packaging() {
        let list = |file: &Path| {
            let text = fs::read_to_string(file).unwrap();
            // The first of either list.
            let (_, rest) = text.split_once("    \"0BSD\",").unwrap();
            rest.split_once("\n]").unwrap().0.replace(['"', ',', ' '], "")
        };
        let allowed = list(&workspace().join("deny.toml"));
        assert_eq!(list(&sources().join("about.toml")), allowed);
        assert!(allowed.contains("MIT"));
    }

    #[test]
    fn licences_are_looked_for_once_for_the_same_crates() {
        let folder = target().join(format!("licences-{}", std::process::id()));
        let kept = folder.join("a.txt");
        let ask = |crates, found: Option<&str>| {
            once(&kept, crates, || found.map(str::to_owned).context("looked for once more"))
        };
        let answers = [
            ask("a v1.0.0", Some("MIT")),
            ask("a v1.0.0", None),
            ask("a v1.0.1", None),
            ask("a v1.0.1", Some("ISC")),
            ask("a v1.0.1", None),
        ];
        fs::remove_dir_all(&folder).unwrap();
        let found = answers.map(Result::ok);
        let found: Vec<_> = found.iter().map(Option::as_deref).collect();
        assert_eq!(found, [Some("MIT"), Some("MIT"), None, Some("ISC"), Some("ISC")]);
    }
}
