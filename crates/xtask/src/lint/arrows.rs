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
    (
        "system-tests",
        &["backend", "client", "keystore", "managed", "platform", "protocol", "record"],
    ),
    ("warifu", &["client", "keystore", "managed", "platform", "protocol"]),
    (
        "warifu-backend",
        &["logo", "calendar", "pki", "platform", "protocol", "record", "store", "token", "qr"],
    ),
    ("warifu-bench", &["platform", "protocol"]),
    ("warifu-calendar", &[]),
    ("warifu-cli", &["client", "keystore", "managed", "platform", "protocol", "record"]),
    ("warifu-client", &["calendar", "keystore", "logo", "managed", "platform", "protocol", "qr"]),
    ("warifu-codegen", &["backend", "cli", "client", "managed", "protocol"]),
    ("warifu-fuzz", &["backend", "client", "keystore", "logo", "protocol", "record", "tpm"]),
    ("warifu-keystore", &["platform", "protocol", "tpm"]),
    ("warifu-logo", &[]),
    ("warifu-managed", &["platform"]),
    ("warifu-pki", &["protocol"]),
    ("warifu-platform", &[]),
    ("warifu-protocol", &[]),
    ("warifu-qr", &[]),
    ("warifu-record", &[]),
    ("warifu-store", &["protocol"]),
    ("warifu-token", &["pki"]),
    ("warifu-tpm", &[]),
    ("warifu-xtask", &[]),
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

const HOUSES: &[House] = &[
    House {
        name: "backend",
        floors: &[
            &["cli"],
            &["serve"],
            &["http"],
            &["delivery", "mail"],
            &["domain"],
            &["folder"],
            &["server_certificate"],
            &["pace"],
            &[
                "audit", "clock", "config", "error", "metrics", "network", "notice", "random",
                "trust",
            ],
        ],
        exceptions: &[],
    },
    House {
        name: "client",
        floors: &[
            &["client", "fuzzing"],
            &["support"],
            &["flows"],
            &["context"],
            &["net", "store", "view"],
            &["clock", "folder"],
            &["model"],
        ],
        exceptions: &[],
    },
];

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
            // Its own features, for its tests.
            let itself = to == from;
            let own = to.strip_prefix("warifu-").is_some_and(|to| !allowed.contains(&to));
            if (own && !itself) || (to.starts_with("tauri") && from != SHELL) {
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
            names.for_tests.iter().map(|name| [&path[..], std::slice::from_ref(name)].concat())
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
    // A root that only hands on is none.
    if arrows.keys().any(|(from, to)| from == ROOT || to == ROOT) {
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

#[cfg(test)]
mod unit {
    use super::*;

    const HOUSE: House = House {
        name: "house",
        floors: &[&["edge", "lib"], &["middle"], &["base", "other"]],
        exceptions: &[("base", "middle")],
    };

    fn found(rooms: &[&str], arrows: &[(&str, &str)]) -> Found {
        let arrow = |(from, to): &(&str, &str)| {
            (((*from).to_owned(), (*to).to_owned()), BTreeSet::from([format!("{from}.rs").into()]))
        };
        Found {
            rooms: rooms.iter().map(|room| (*room).to_owned()).collect(),
            arrows: arrows.iter().map(arrow).collect(),
        }
    }

    const ROOMS: [&str; 5] = ["edge", "lib", "middle", "base", "other"];
    const EXCEPTION: (&str, &str) = ("base", "middle");

    #[test]
    fn what_is_below_may_be_used_and_nothing_else() {
        let down = [("edge", "middle"), ("edge", "base"), ("middle", "other"), EXCEPTION];
        assert_eq!(compare(&HOUSE, &found(&ROOMS, &down)), [""; 0]);
        let up = compare(&HOUSE, &found(&ROOMS, &[("other", "edge"), EXCEPTION]));
        assert_eq!(up, ["other may not use edge, as it does in other.rs"]);
        let beside = compare(&HOUSE, &found(&ROOMS, &[("other", "base"), EXCEPTION]));
        assert_eq!(beside, ["other may not use base, as it does in other.rs"]);
    }

    #[test]
    fn the_lists_say_what_is_there() {
        let new = found(&["edge", "lib", "middle", "base", "new"], &[EXCEPTION, ("new", "edge")]);
        let wrong = compare(&HOUSE, &new);
        assert_eq!(wrong, ["there is no room other any more", "new stands on no floor"]);
        let gone = compare(&HOUSE, &found(&ROOMS, &[]));
        assert_eq!(gone, ["base does not use middle any more: no exception is needed"]);
        let needless = House { exceptions: &[("edge", "middle")], ..HOUSE };
        let wrong = compare(&needless, &found(&ROOMS, &[("edge", "middle")]));
        assert_eq!(wrong, ["edge may use middle: no exception is needed any more"]);
    }

    #[test]
    fn reads_a_crate_with_its_folders_and_its_root() {
        let target = crate::run::target();
        let sources = target.join(format!("arrows-{}", std::process::id()));
        fs::create_dir_all(sources.join("edge/deep")).unwrap();
        for (file, text) in [
            (
                "lib.rs",
                "mod edge; mod base; mod checks; pub use base::Thing; pub struct Bag(base::X);",
            ),
            ("main.rs", "use house::edge;"),
            ("edge/mod.rs", "use crate::Thing; mod deep;"),
            ("edge/deep/inner.rs", "use super::super::super::Bag; use super::super::own;"),
            ("base.rs", "#[cfg(test)] mod checks; #[cfg(test)] mod tests { use crate::edge; }"),
            ("base/checks.rs", "use crate::edge;"),
            ("checks.rs", "use crate::base;"),
        ] {
            if let Some(folder) = sources.join(file).parent() {
                fs::create_dir_all(folder).unwrap();
            }
            fs::write(sources.join(file), text).unwrap();
        }
        let found = arrows(&sources);
        fs::remove_dir_all(&sources).unwrap();
        let found = found.unwrap();
        let arrows: Vec<_> = found.arrows.keys().map(|(from, to)| (&**from, &**to)).collect();
        assert_eq!(
            arrows,
            [("checks", "base"), ("edge", "base"), ("edge", "lib"), ("lib", "base")]
        );
        assert_eq!(found.rooms.into_iter().collect::<Vec<_>>(), ["base", "checks", "edge", "lib"]);
    }

    #[test]
    fn app_and_backend_share_the_protocol_alone() {
        let package = |name: &str, to: &[&str]| {
            let dependencies: Vec<_> =
                to.iter().map(|name| serde_json::json!({ "name": name })).collect();
            serde_json::json!({ "name": name, "dependencies": dependencies })
        };
        let wrong = compare_packages(&serde_json::json!({ "packages": [
            package("warifu-backend", &["warifu-protocol", "warifu-client", "axum"]),
            package("warifu-client", &["warifu-keystore", "tauri-plugin-dialog"]),
            package("warifu", &["tauri"]),
            package("new", &[]),
        ]}));
        assert_eq!(
            wrong,
            [
                "warifu-backend may not depend on warifu-client",
                "warifu-client may not depend on tauri-plugin-dialog",
                "new is not in the list of packages",
            ]
        );
    }
}
