//! Whose work is in the programs, and under which licences: most of them ask to be named.

use std::{fmt::Write as _, fs, path::Path};

use anyhow::{Context as _, Result, ensure};

use super::{programs::Program, write};
use crate::run::{ask, cargo, fetch_dependencies, ui, workspace};

/// The file that goes with the programs.
pub(super) const FILE: &str = "THIRD-PARTY.txt";

/// Writes it for programs that were built for a system, after their screens.
pub(super) fn list(programs: &[Program], triple: &str, folder: &Path) -> Result<()> {
    // cargo-about looks at every system's before it leaves out those of the others.
    fetch_dependencies()?;
    println!("▶ Listing the licences of what is built in");
    let mut text = String::from("What is built into the programs of Warifu, and its licences.\n");
    for Program { package, name, manifest } in programs {
        heading(&mut text, name)?;
        text.push_str(&libraries(manifest, triple).with_context(|| package.clone())?);
    }
    let screens = ui().join("dist/.vite/license.md");
    heading(&mut text, "the screens of warifu")?;
    text.push_str(
        &fs::read_to_string(&screens)
            .with_context(|| format!("cannot read {}", screens.display()))?,
    );
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
    let said = ask(&mut about)?;
    ensure!(said.status.success(), "cargo about: {}", String::from_utf8_lossy(&said.stderr));
    Ok(String::from_utf8(said.stdout)?)
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
}
