//! The bill of materials: each component that is built into the programs, with its version, licence and
//! checksum, in the form of CycloneDX 1.6 (ECMA-424), for those who compare it with advisories.
//!
//! The same sources make the same file: its time is the commit's, its serial number comes from the rest.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
    process::Command,
};

use anyhow::{Context as _, Result, ensure};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    contents::{self, Named, said_by},
    programs::{self, Program},
    write,
};
use crate::run::{ask, cargo, ui, workspace};

/// The file that goes with the programs; scanners know the ending.
pub(super) const FILE: &str = "sbom.cdx.json";

/// How the document names the package itself.
const PACKAGE: &str = "warifu-package";

/// How it names the WebView2 loader, which is no crate of its own.
const LOADER: &str = "webview2-loader";

/// Writes it for programs that were built for a system, after their screens.
///
/// # Errors
///
/// When something that is built in has no version, or the lock files do not know it.
pub(super) fn list(programs: &[Program], triple: &str, folder: &Path) -> Result<()> {
    println!("▶ Listing what is built in");
    let read = |path: &Path| {
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
    };
    let mut metadata = cargo();
    metadata.args(["metadata", "--quiet", "--locked", "--format-version=1"]);
    metadata.args(["--filter-platform", triple]);
    let sources = Sources {
        programs: programs.iter().map(|program| program.package.clone()).collect(),
        triple,
        contained: contents::crates(programs, triple)?,
        metadata: serde_json::from_str(&said_by(&mut metadata)?).context("cargo metadata")?,
        cargo_lock: read(&workspace().join("Cargo.lock"))?.parse().context("Cargo.lock")?,
        screens: if programs::have_screens(programs) {
            contents::npm_packages(&contents::screens()?)?
        } else {
            Vec::new()
        },
        package_lock: serde_json::from_str(&read(&ui().join("package-lock.json"))?)
            .context("package-lock.json")?,
        time: commit_time(),
    };
    let mut text = serde_json::to_string_pretty(&sources.document()?)?;
    text.push('\n');
    write(&folder.join(FILE), text)
}

/// When the sources were committed; nothing where that is not known.
fn commit_time() -> Option<String> {
    let mut git = Command::new("git");
    git.current_dir(workspace()).env("TZ", "UTC").args(["log", "-1", "--format=%cd"]);
    git.arg("--date=format-local:%Y-%m-%dT%H:%M:%SZ");
    let said = ask(&mut git).ok().filter(|said| said.status.success())?;
    Some(String::from_utf8(said.stdout).ok()?.trim().to_owned())
}

/// From what the document is made.
struct Sources<'a> {
    /// The packages whose programs are handed out.
    programs: Vec<String>,
    triple: &'a str,
    contained: BTreeSet<Named>,
    /// Of cargo, for the system.
    metadata: Value,
    cargo_lock: toml::Table,
    /// What is in the screens, with its licence.
    screens: Vec<(Named, String)>,
    package_lock: Value,
    time: Option<String>,
}

impl Sources<'_> {
    fn document(&self) -> Result<Value> {
        let packages: BTreeMap<&str, &Value> = array(&self.metadata["packages"])
            .filter(|package| self.contained.contains(&named(package)))
            .filter_map(|package| Some((package["id"].as_str()?, package)))
            .collect();
        let found: BTreeSet<_> = packages.values().copied().map(named).collect();
        let missing: Vec<_> = self.contained.difference(&found).collect();
        ensure!(missing.is_empty(), "cargo metadata does not know {missing:?}");

        let mut components = Vec::new();
        for package in packages.values() {
            components.push(self.component_of_crate(package)?);
        }
        let mut depend = self.dependencies_of_crates(&packages);
        let is_program = |package: &&&Value| self.is_program(package);
        let programs: Vec<_> = packages.values().filter(is_program).copied().collect();
        depend.insert(PACKAGE.to_owned(), programs.iter().map(|program| purl(program)).collect());
        for ((name, version), licence) in &self.screens {
            components.push(self.component_of_npm(name, version, licence)?);
            let npm = npm_purl(name, version);
            depend.insert(npm.clone(), BTreeSet::new());
            // The app takes the screens in when it is compiled.
            let app = programs.iter().find(|program| program["name"] == "warifu");
            depend.entry(purl(app.context("there is no app")?)).or_default().insert(npm);
        }
        self.add_loader(&mut components, &mut depend);
        components.sort_by_key(|component| component["bom-ref"].to_string());

        let version = programs.first().map_or(&Value::Null, |program| &program["version"]);
        let mut document = json!({
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": {
                "component": {
                    "type": "application",
                    "bom-ref": PACKAGE,
                    "name": "Warifu",
                    "version": version,
                    "licenses": [{ "expression": "Apache-2.0" }],
                    "properties": [{ "name": "warifu:target", "value": self.triple }],
                },
                "tools": { "components": [{
                    "type": "application",
                    "name": env!("CARGO_PKG_NAME"),
                    "version": env!("CARGO_PKG_VERSION"),
                }]},
            },
            "components": components,
            "dependencies": depend
                .into_iter()
                .map(|(of, on)| json!({ "ref": of, "dependsOn": on }))
                .collect::<Vec<_>>(),
        });
        document["serialNumber"] = serial_number(&serde_json::to_vec(&document)?).into();
        if let Some(time) = &self.time {
            document["metadata"]["timestamp"] = time.as_str().into();
        }
        Ok(document)
    }

    fn is_program(&self, package: &Value) -> bool {
        is_own(package) && self.programs.iter().any(|program| package["name"] == **program)
    }

    fn component_of_crate(&self, package: &Value) -> Result<Value> {
        let (name, version) = named(package);
        let mut component = json!({
            "type": if self.is_program(package) { "application" } else { "library" },
            "bom-ref": purl(package),
            "name": name,
            "version": version,
            "purl": purl(package),
            "licenses": [licence(package["license"].as_str())],
        });
        let locked = self.cargo_lock.get("package").and_then(toml::Value::as_array);
        let locked = locked.context("Cargo.lock lists no packages")?.iter().find(|locked| {
            let is = |member: &str, value: &str| {
                locked.get(member).is_some_and(|found| found.as_str() == Some(value))
            };
            is("name", &name) && is("version", &version)
        });
        let locked =
            locked.with_context(|| format!("Cargo.lock does not know {name} {version}"))?;
        // Warifu's own crates have none.
        if let Some(checksum) = locked.get("checksum").and_then(toml::Value::as_str) {
            component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
        }
        if let Some(place) = package["repository"].as_str() {
            component["externalReferences"] = json!([{ "type": "vcs", "url": place }]);
        }
        Ok(component)
    }

    /// Which crates each one is built with.
    fn dependencies_of_crates(
        &self,
        packages: &BTreeMap<&str, &Value>,
    ) -> BTreeMap<String, BTreeSet<String>> {
        let is_normal = |dependency: &&Value| {
            array(&dependency["dep_kinds"]).any(|kind| kind["kind"].is_null())
        };
        let of = |id: &Value| packages.get(id.as_str()?).map(|package| purl(package));
        array(&self.metadata["resolve"]["nodes"])
            .filter_map(|node| {
                let on = array(&node["deps"]).filter(is_normal);
                Some((of(&node["id"])?, on.filter_map(|on| of(&on["pkg"])).collect()))
            })
            .collect()
    }

    fn component_of_npm(&self, name: &str, version: &str, expression: &str) -> Result<Value> {
        let locked = &self.package_lock["packages"][format!("node_modules/{name}")];
        ensure!(locked["version"] == version, "package-lock.json does not know {name} {version}");
        let integrity = locked["integrity"].as_str().unwrap_or_default();
        let digest = integrity.strip_prefix("sha512-").context("not a SHA-512")?;
        let (group, name) = match name.split_once('/') {
            Some((group, name)) => (Some(group), name),
            None => (None, name),
        };
        let full = group.map_or(name.to_owned(), |group| format!("{group}/{name}"));
        let mut component = json!({
            "type": "library",
            "bom-ref": npm_purl(&full, version),
            "name": name,
            "version": version,
            "purl": npm_purl(&full, version),
            "licenses": [licence(Some(expression))],
            "hashes": [{ "alg": "SHA-512", "content": hex(&BASE64_STANDARD.decode(digest)?) }],
        });
        if let Some(group) = group {
            component["group"] = group.into();
        }
        Ok(component)
    }

    /// Microsoft's library, which comes with the crate that calls it.
    fn add_loader(
        &self,
        components: &mut Vec<Value>,
        depend: &mut BTreeMap<String, BTreeSet<String>>,
    ) {
        let caller = depend.iter_mut().find(|(of, _)| of.contains("/webview2-com-sys@"));
        let Some((_, on)) = caller else { return };
        on.insert(LOADER.to_owned());
        depend.insert(LOADER.to_owned(), BTreeSet::new());
        components.push(json!({
            "type": "library",
            "bom-ref": LOADER,
            "publisher": "Microsoft Corporation",
            "name": "WebView2Loader",
            "licenses": [licence(Some("BSD-3-Clause"))],
        }));
    }
}

fn named(package: &Value) -> Named {
    let member = |name: &str| package[name].as_str().unwrap_or_default().to_owned();
    (member("name"), member("version"))
}

/// Whether it is a package of this workspace, which has no place to be fetched from.
fn is_own(package: &Value) -> bool {
    package["source"].is_null()
}

/// A crate's package URL (ECMA-427); one of no registry for Warifu's own.
fn purl(package: &Value) -> String {
    let (name, version) = named(package);
    let kind = if is_own(package) { "generic" } else { "cargo" };
    format!("pkg:{kind}/{name}@{}", version.replace('+', "%2B"))
}

fn npm_purl(name: &str, version: &str) -> String {
    format!("pkg:npm/{}@{}", name.replace('@', "%40"), version.replace('+', "%2B"))
}

/// As SPDX writes expressions; older crates have a slash for “or”.
fn licence(expression: Option<&str>) -> Value {
    match expression {
        Some(expression) if expression.contains(" / ") => {
            json!({ "expression": expression.replace(" / ", " OR ") })
        }
        Some(expression) => json!({ "expression": expression.replace('/', " OR ") }),
        None => json!({ "license": { "name": "as the package's own file says" } }),
    }
}

/// The name of a content: a UUID of version 8 (RFC 9562 §5.8) out of its SHA-256.
fn serial_number(content: &[u8]) -> String {
    let digest = hex(&Sha256::digest(content));
    let variant = &digest[16..19];
    format!(
        "urn:uuid:{}-{}-8{}-8{variant}-{}",
        &digest[..8],
        &digest[8..12],
        &digest[13..16],
        &digest[20..32]
    )
}

/// In hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod unit {
    use super::*;

    const TIME: &str = "2026-11-26T00:00:00Z";

    fn package(id: &str, name: &str, version: &str, licence: Option<&str>) -> Value {
        let source =
            (id != "own").then_some("registry+https://github.com/rust-lang/crates.io-index");
        json!({ "id": id, "name": name, "version": version, "license": licence, "source": source })
    }

    fn node(id: &str, on: &[(&str, Option<&str>)]) -> Value {
        let on = on.iter().map(|(id, kind)| json!({ "pkg": id, "dep_kinds": [{ "kind": kind }] }));
        json!({ "id": id, "deps": on.collect::<Vec<_>>() })
    }

    /// An app with one library that is in it and one that only its tests use.
    fn sources() -> Sources<'static> {
        let named = |name: &str, version: &str| (name.to_owned(), version.to_owned());
        Sources {
            programs: vec!["warifu".to_owned()],
            triple: "x86_64-pc-windows-gnu",
            contained: [named("warifu", "0.2.0"), named("webview2-com-sys", "1.0.0+1")].into(),
            metadata: json!({
                "packages": [
                    package("own", "warifu", "0.2.0", Some("Apache-2.0")),
                    package("a", "webview2-com-sys", "1.0.0+1", Some("MIT/Apache-2.0")),
                    package("b", "proptest", "1.0.0", None),
                ],
                "resolve": { "nodes": [
                    node("own", &[("a", None), ("b", Some("dev"))]), node("a", &[]), node("b", &[]),
                ]},
            }),
            cargo_lock: "[[package]]\nname = \"warifu\"\nversion = \"0.2.0\"\n[[package]]\n\
                name = \"webview2-com-sys\"\nversion = \"1.0.0+1\"\nchecksum = \"0a1b\"\n"
                .parse()
                .unwrap(),
            screens: vec![(named("@a/b", "3.0.0"), "MIT".to_owned())],
            package_lock: json!({ "packages": {
                "node_modules/@a/b": { "version": "3.0.0", "integrity": "sha512-/wA=" },
            }}),
            time: Some(TIME.to_owned()),
        }
    }

    #[test]
    fn has_what_cyclonedx_requires_and_each_component_once() {
        let document = sources().document().unwrap();
        assert_eq!(document["bomFormat"], "CycloneDX");
        assert_eq!(document["specVersion"], "1.6");
        assert_eq!(document["version"], 1);
        assert_eq!(document["metadata"]["timestamp"], TIME);
        assert_eq!(document["metadata"]["component"]["version"], "0.2.0");
        let target = json!([{ "name": "warifu:target", "value": "x86_64-pc-windows-gnu" }]);
        assert_eq!(document["metadata"]["component"]["properties"], target);
        assert_eq!(
            document["components"],
            json!([
                {
                    "type": "library", "bom-ref": "pkg:cargo/webview2-com-sys@1.0.0%2B1",
                    "name": "webview2-com-sys", "version": "1.0.0+1",
                    "purl": "pkg:cargo/webview2-com-sys@1.0.0%2B1",
                    "licenses": [{ "expression": "MIT OR Apache-2.0" }],
                    "hashes": [{ "alg": "SHA-256", "content": "0a1b" }],
                },
                {
                    "type": "application", "bom-ref": "pkg:generic/warifu@0.2.0",
                    "name": "warifu", "version": "0.2.0", "purl": "pkg:generic/warifu@0.2.0",
                    "licenses": [{ "expression": "Apache-2.0" }],
                },
                {
                    "type": "library", "bom-ref": "pkg:npm/%40a/b@3.0.0",
                    "group": "@a", "name": "b", "version": "3.0.0", "purl": "pkg:npm/%40a/b@3.0.0",
                    "licenses": [{ "expression": "MIT" }],
                    "hashes": [{ "alg": "SHA-512", "content": "ff00" }],
                },
                {
                    "type": "library", "bom-ref": "webview2-loader",
                    "publisher": "Microsoft Corporation", "name": "WebView2Loader",
                    "licenses": [{ "expression": "BSD-3-Clause" }],
                },
            ])
        );
        let app = ["pkg:cargo/webview2-com-sys@1.0.0%2B1", "pkg:npm/%40a/b@3.0.0"];
        assert_eq!(
            document["dependencies"],
            json!([
                { "ref": "pkg:cargo/webview2-com-sys@1.0.0%2B1", "dependsOn": ["webview2-loader"] },
                { "ref": "pkg:generic/warifu@0.2.0", "dependsOn": app },
                { "ref": "pkg:npm/%40a/b@3.0.0", "dependsOn": [] },
                { "ref": "warifu-package", "dependsOn": ["pkg:generic/warifu@0.2.0"] },
                { "ref": "webview2-loader", "dependsOn": [] },
            ])
        );
    }

    #[test]
    fn the_same_content_has_the_same_serial_number() {
        let serial = |sources: Sources<'_>| {
            let document = sources.document().unwrap();
            document["serialNumber"].as_str().unwrap().to_owned()
        };
        let first = serial(sources());
        let digits = first.strip_prefix("urn:uuid:").unwrap();
        let lengths: Vec<_> = digits.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!((&digits[14..15], &digits[19..20]), ("8", "8"), "{digits}");
        assert_eq!(serial(Sources { time: None, ..sources() }), first);
        assert_ne!(serial(Sources { triple: "x86_64-unknown-linux-gnu", ..sources() }), first);
    }

    #[test]
    fn what_the_lock_files_do_not_know_ends_the_packaging() {
        let unknown = (("@a/b".to_owned(), "3.0.1".to_owned()), "MIT".to_owned());
        assert!(Sources { screens: vec![unknown], ..sources() }.document().is_err());
        assert!(
            Sources { cargo_lock: "package = []".parse().unwrap(), ..sources() }
                .document()
                .is_err()
        );
        let mut more = sources();
        more.contained.insert(("gone".to_owned(), "1.0.0".to_owned()));
        assert!(more.document().is_err());
    }

    #[test]
    fn licences_are_written_as_spdx_does() {
        for (given, wanted) in [
            ("MIT", "MIT"),
            ("Unlicense/MIT", "Unlicense OR MIT"),
            ("Apache-2.0 / MIT", "Apache-2.0 OR MIT"),
            ("(MIT OR Apache-2.0) AND ISC", "(MIT OR Apache-2.0) AND ISC"),
        ] {
            assert_eq!(licence(Some(given)), json!({ "expression": wanted }));
        }
        assert!(licence(None)["license"]["name"].is_string());
    }
}
