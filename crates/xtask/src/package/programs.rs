//! Which programs are handed out.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::run::metadata;

/// The workspace's packages whose programs users get; those that it does not have are left out.
const HANDED_OUT: [&str; 2] = ["warifu", "warifu-cli"];

/// The one whose program providers get.
const BACKEND: [&str; 1] = ["warifu-backend"];

/// A package and one of its programs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Program {
    pub(super) package: String,
    pub(super) name: String,
    /// The package's `Cargo.toml`.
    pub(super) manifest: PathBuf,
}

/// The programs to hand out to users.
pub(super) fn all() -> Result<Vec<Program>> {
    let programs = programs(&metadata()?, &HANDED_OUT);
    ensure!(have_screens(&programs), "there is no app to package");
    Ok(programs)
}

/// The programs to hand out to providers.
pub(super) fn backend() -> Result<Vec<Program>> {
    let programs = programs(&metadata()?, &BACKEND);
    ensure!(!programs.is_empty(), "there is no backend to package");
    Ok(programs)
}

/// Whether the app is among them, which takes the screens in when it is compiled.
pub(super) fn have_screens(programs: &[Program]) -> bool {
    programs.iter().any(|program| program.name == "warifu")
}

/// The version that the workspace's packages share.
pub(super) fn workspace_version() -> Result<String> {
    let metadata = metadata()?;
    packages(&metadata)
        .find(|package| package["name"] == "warifu")
        .and_then(|package| package["version"].as_str())
        .map(str::to_owned)
        .context("cargo metadata knows no version of warifu")
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().into_iter().flatten()
}

fn programs(metadata: &Value, handed_out: &[&str]) -> Vec<Program> {
    let mut found = Vec::new();
    for wanted in handed_out {
        for package in packages(metadata).filter(|package| package["name"] == *wanted) {
            let targets = package["targets"].as_array().into_iter().flatten();
            let is_program = |target: &&Value| {
                target["kind"].as_array().is_some_and(|kinds| kinds[..] == ["bin"])
            };
            found.extend(targets.filter(is_program).filter_map(|target| {
                Some(Program {
                    package: (*wanted).to_owned(),
                    name: target["name"].as_str()?.to_owned(),
                    manifest: package["manifest_path"].as_str()?.into(),
                })
            }));
        }
    }
    found
}

#[cfg(test)]
mod unit {
    use super::*;

    fn program(package: &str, name: &str) -> Program {
        let manifest = format!("/{package}/Cargo.toml").into();
        Program { package: package.to_owned(), name: name.to_owned(), manifest }
    }

    #[test]
    fn takes_the_app_and_the_console_program_where_there_is_one() {
        let app = serde_json::json!({ "name": "warifu", "manifest_path": "/warifu/Cargo.toml", "targets": [
            { "kind": ["lib"], "name": "warifu_app" },
            { "kind": ["bin"], "name": "warifu" },
            { "kind": ["custom-build"], "name": "build-script-build" },
        ]});
        let other = serde_json::json!({ "name": "warifu-backend", "manifest_path": "/warifu-backend/Cargo.toml", "targets": [
            { "kind": ["bin"], "name": "warifu-backend" },
        ]});
        let console = serde_json::json!({ "name": "warifu-cli", "manifest_path": "/warifu-cli/Cargo.toml", "targets": [
            { "kind": ["bin"], "name": "warifu-cli" },
        ]});
        let without = serde_json::json!({ "packages": [other, app] });
        assert_eq!(programs(&without, &HANDED_OUT), [program("warifu", "warifu")]);
        assert_eq!(programs(&without, &BACKEND), [program("warifu-backend", "warifu-backend")]);
        let with = serde_json::json!({ "packages": [console, other, app] });
        assert_eq!(
            programs(&with, &HANDED_OUT),
            [program("warifu", "warifu"), program("warifu-cli", "warifu-cli")]
        );
    }

    #[test]
    fn this_workspace_has_an_app() {
        let app = &all().unwrap()[0];
        assert_eq!((&*app.package, &*app.name), ("warifu", "warifu"));
        assert_eq!(app.manifest, crate::run::workspace().join("Cargo.toml"));
        assert_eq!(workspace_version().unwrap(), env!("CARGO_PKG_VERSION"));
    }
}
