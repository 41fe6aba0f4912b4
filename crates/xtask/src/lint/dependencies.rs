//! Dependencies that nothing names. `cargo shear` finds them too, and takes longer to build than all
//! these checks to run.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::names;
use crate::run::{metadata, rust_files, workspace};

/// Those that are there for their features alone: package and dependency.
const UNNAMED: &[(&str, &str)] = &[
    // What zip compresses with.
    ("warifu-client", "flate2"),
];

/// Those that code names otherwise.
const NAMED_OTHERWISE: &[(&str, &str)] = &[("rustls-webpki", "webpki")];

/// Fails with every dependency that its package does not name, and every one of the workspace's that no
/// package takes.
pub(super) fn check() -> Result<()> {
    println!("▶ Dependencies that nothing names");
    let metadata = metadata()?;
    let packages = metadata["packages"].as_array().context("cargo metadata knows no packages")?;
    let mut wrong = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let unnamed = unnamed(package, &words_of(package)?);
        wrong.extend(unnamed.into_iter().map(|dependency| format!("{name}: {dependency}")));
    }
    let manifest = fs::read_to_string(workspace().join("Cargo.toml"))?;
    wrong.extend(
        nobodys(&manifest, packages)?.into_iter().map(|name| format!("Cargo.toml: {name}")),
    );
    ensure!(wrong.is_empty(), "dependencies that nothing names:\n{}", wrong.join("\n"));
    Ok(())
}

/// Each word of a package's code.
fn words_of(package: &Value) -> Result<BTreeSet<String>> {
    let folders: BTreeSet<PathBuf> = array(&package["targets"])
        .filter_map(|target| Path::new(target["src_path"].as_str()?).parent())
        .map(Path::to_owned)
        .collect();
    let mut found = BTreeSet::new();
    for folder in folders {
        for file in rust_files(&folder)? {
            let text = fs::read_to_string(&file)?;
            let words = names::words_of(&text);
            found.extend(words.with_context(|| format!("cannot read {}", file.display()))?);
        }
    }
    Ok(found)
}

/// A package's dependencies that are not among the words of its code.
fn unnamed(package: &Value, words: &BTreeSet<String>) -> BTreeSet<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let name = text(&package["name"]).unwrap_or_default();
    array(&package["dependencies"])
        .filter_map(|dependency| text(&dependency["rename"]).or(text(&dependency["name"])))
        .filter(|dependency| !words.contains(&in_code(dependency)))
        .filter(|dependency| !UNNAMED.contains(&(&*name, &**dependency)))
        .collect()
}

/// How code names a dependency.
fn in_code(dependency: &str) -> String {
    let otherwise = NAMED_OTHERWISE.iter().find(|(name, _)| *name == dependency);
    otherwise.map_or_else(|| dependency.replace('-', "_"), |(_, name)| (*name).to_owned())
}

/// The workspace's dependencies that no package takes.
fn nobodys(manifest: &str, packages: &[Value]) -> Result<BTreeSet<String>> {
    let manifest: toml::Table = manifest.parse().context("Cargo.toml")?;
    let listed = manifest["workspace"]["dependencies"].as_table().context("no dependencies")?;
    let taken: BTreeSet<&str> = packages
        .iter()
        .flat_map(|package| array(&package["dependencies"]))
        .filter_map(|dependency| dependency["rename"].as_str().or(dependency["name"].as_str()))
        .collect();
    Ok(listed.keys().filter(|name| !taken.contains(&***name)).cloned().collect())
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn names_what_nothing_names() {
        let package = serde_json::json!({ "name": "a", "dependencies": [
            { "name": "used-one", "rename": null },
            { "name": "unused-one", "rename": null },
            { "name": "hidden", "rename": "shown" },
            { "name": "rustls-webpki", "rename": null },
        ]});
        let words = names::words_of("use used_one::X; fn f() { hidden::g(webpki::H); }").unwrap();
        let words = words.into_iter().collect();
        let found: Vec<_> = unnamed(&package, &words).into_iter().collect();
        assert_eq!(found, ["shown", "unused-one"]);
        let manifest = "[workspace.dependencies]\nused-one = \"1\"\nother = { version = \"2\" }";
        let found: Vec<_> = nobodys(manifest, &[package]).unwrap().into_iter().collect();
        assert_eq!(found, ["other"]);
    }
}
