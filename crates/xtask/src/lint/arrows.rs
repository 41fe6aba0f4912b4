//! Which room may use which. A crate's rooms are its top-level modules, and they stand on floors: code
//! uses what is on the floors below its own, never what is beside it or above. So there is no circle,
//! and the lists below are the drawing.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};

use serde_json::Value;

use super::names;
use crate::run::{metadata, rust_files, workspace};

/// The workspace's packages, and which of them each may depend on, also in its tests.
const PACKAGES: &[(&str, &[&str])] = &[
    ("system-tests", &["backend", "client", "keystore", "managed", "protocol"]),
    ("warifu", &["client", "keystore", "managed", "protocol"]),
    ("warifu-backend", &["protocol"]),
    ("warifu-cli", &["client", "keystore", "managed", "protocol"]),
    ("warifu-client", &["keystore", "managed", "protocol"]),
    ("warifu-keystore", &[]),
    ("warifu-managed", &[]),
    ("warifu-protocol", &[]),
    ("warifu-xtask", &["managed"]),
];

/// The only package that may depend on Tauri.
const SHELL: &str = "warifu";

/// One crate.
struct House {
    /// Its folder in `crates/`.
    name: &'static str,
    /// The floors, from the edges down to what uses nothing.
    floors: &'static [&'static [&'static str]],
    /// Arrows that do not fit yet, from and to. The list shrinks: one that is gone must leave it.
    exceptions: &'static [(&'static str, &'static str)],
}

/// The crate's root, as a room: what `lib.rs` itself holds. What it only hands on belongs to the module
/// that has it.
const ROOT: &str = "lib";

/// Fails with every arrow that is not as drawn.
pub(super) fn check() -> Result<()> {
    println!("▶ The arrows between the rooms");
    let mut wrong = compare_packages(&metadata()?);
    for house in HOUSES {
        let sources = workspace().join("crates").join(house.name).join("src");
        let found = compare(house, &arrows(&sources).with_context(|| house.name.to_owned())?);
        wrong.extend(found.into_iter().map(|line| format!("{}: {line}", house.name)));
    }
    ensure!(wrong.is_empty(), "crates/xtask/src/lint/arrows.rs:\n{}", wrong.join("\n"));
    Ok(())
}

/// What is wrong with what the packages depend on.
fn compare_packages(metadata: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let list = |of: &Value| of.as_array().cloned().unwrap_or_default();
    for package in list(&metadata["packages"]) {
        let from = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = PACKAGES.iter().find(|(name, _)| *name == from) else {
            wrong.push(format!("{from} is not in the list of packages"));
            continue;
        };
        for dependency in list(&package["dependencies"]) {
            let to = dependency["name"].as_str().unwrap_or_default();
            let own = to.strip_prefix("warifu-").is_some_and(|to| !allowed.contains(&to));
            if own || (to.starts_with("tauri") && from != SHELL) {
                wrong.push(format!("{from} may not depend on {to}"));
            }
        }
    }
    wrong
}

/// From one room to another, and the files that go there.
type Arrows = BTreeMap<(String, String), BTreeSet<PathBuf>>;

/// The rooms of a crate, and the arrows between them.
struct Found {
    rooms: BTreeSet<String>,
    arrows: Arrows,
}

/// What is wrong, in words.
fn compare(house: &House, found: &Found) -> Vec<String> {
    let floor = |room: &str| house.floors.iter().position(|floor| floor.contains(&room));
    let mut wrong = Vec::new();
    let drawn = house.floors.iter().copied().flatten();
    wrong.extend(
        drawn
            .filter(|room| !found.rooms.contains(**room))
            .map(|room| format!("there is no room {room} any more")),
    );
    for room in found.rooms.iter().filter(|room| floor(room).is_none()) {
        wrong.push(format!("{room} stands on no floor"));
    }
    for ((from, to), files) in &found.arrows {
        let down = floor(from) < floor(to);
        let excepted = house.exceptions.contains(&(from, to));
        let files = || {
            let names: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
            names.join(", ")
        };
        if !down && !excepted && floor(from).is_some() && floor(to).is_some() {
            wrong.push(format!("{from} may not use {to}, as it does in {}", files()));
        }
        if down && excepted {
            wrong.push(format!("{from} may use {to}: no exception is needed any more"));
        }
    }
    wrong.extend(
        house
            .exceptions
            .iter()
            .filter(|(from, to)| !found.arrows.contains_key(&(from.to_string(), to.to_string())))
            .map(|(from, to)| format!("{from} does not use {to} any more: no exception is needed")),
    );
    wrong
}

/// Reads a crate's sources.
fn arrows(sources: &Path) -> Result<Found> {
    let mut modules = BTreeMap::new();
    for file in rust_files(sources)? {
        let path = module(file.strip_prefix(sources)?)?;
        // The program beside the library is a crate of its own, and has nothing but the library.
        if path != ["main"] {
            modules.insert(path, file);
        }
    }
    let mut rooms: BTreeSet<String> =
        modules.keys().filter_map(|path| path.first()).cloned().collect();
    let mut read = BTreeMap::new();
    for (path, file) in &modules {
        let text = fs::read_to_string(file)?;
        let path_words: Vec<_> = path.iter().map(String::as_str).collect();
        let names = names::read(&text, &path_words, &rooms)
            .with_context(|| format!("cannot read {}", file.display()))?;
        read.insert(path, names);
    }
    let for_tests: BTreeSet<Vec<String>> = read
        .iter()
        .flat_map(|(path, names)| {
            names.for_tests.iter().map(|name| [&path[..], &[name.clone()]].concat())
        })
        .collect();
    let handed_on = read.get(&Vec::new()).map(|root| root.handed_on.clone()).unwrap_or_default();
    let mut arrows = Arrows::new();
    for (path, names) in read {
        if for_tests.iter().any(|tests| path.starts_with(tests)) {
            continue;
        }
        let from = path.first().map_or(ROOT, String::as_str);
        for name in &names.from_root {
            let to = match handed_on.get(name) {
                Some(module) => module,
                None if rooms.contains(name) => name,
                None => ROOT,
            };
            if from != to {
                let file = modules[path].strip_prefix(sources)?.to_owned();
                let arrow = (from.to_owned(), to.to_owned());
                arrows.entry(arrow).or_default().insert(file);
            }
        }
    }
    rooms.retain(|room| !for_tests.contains(&vec![room.clone()]));
    if modules.contains_key(&Vec::new()) {
        rooms.insert(ROOT.to_owned());
    }
    Ok(Found { rooms, arrows })
}

/// The module that a file is: none of its names for the crate's root.
fn module(file: &Path) -> Result<Vec<String>> {
    let mut names: Vec<_> = file
        .with_extension("")
        .iter()
        .map(|name| name.to_str().map(str::to_owned).context("a file with an odd name"))
        .collect::<Result<_>>()?;
    if names == ["lib"] || names.last().is_some_and(|name| name == "mod") {
        names.pop();
    }
    Ok(names)
}
const HOUSES: &[House] = &[];
