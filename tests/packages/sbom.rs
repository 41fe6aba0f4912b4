//! The bill of materials in a package, held against the lock files.

use std::{collections::BTreeSet, fs};

use anyhow::{Context as _, Result};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value;
use system_tests::places::workspace;

/// Each crate that it names is locked in this version and with this checksum, as are the screens' npm
/// packages. `there` are crates that this system's programs contain besides those of every system;
/// `elsewhere` are those of the other one.
pub(crate) fn is_true(document: &[u8], there: &[&str], elsewhere: &[&str]) -> Result<()> {
    let (crates, npm) = locked(document)?;
    let has = |name: &str| crates.contains(name);
    for name in ["aws-lc-rs", "rustls", "rusqlite", "tauri", "tokio"].iter().chain(there) {
        assert!(has(name), "no {name} among {crates:?}");
    }
    for name in ["axum", "proptest", "serde_derive", "tauri-build"].iter().chain(elsewhere) {
        assert!(!has(name), "{name} is not in the programs");
    }
    for name in ["api", "svelte"] {
        assert!(npm.contains(name), "no {name} among {npm:?}");
    }
    assert!(!npm.contains("vite") && !npm.contains("vitest"), "{npm:?}");
    Ok(())
}

/// The same of the backend, which has no screens.
pub(crate) fn is_true_of_backend(document: &[u8]) -> Result<()> {
    let (crates, npm) = locked(document)?;
    for name in ["aws-lc-rs", "axum", "rusqlite", "sd-notify", "tokio"] {
        assert!(crates.contains(name), "no {name} among {crates:?}");
    }
    for name in ["proptest", "serde_derive", "tauri"] {
        assert!(!crates.contains(name), "{name} is not in the backend");
    }
    assert!(npm.is_empty(), "{npm:?}");
    Ok(())
}

/// The crates and the npm packages that it names, after comparing them with the lock files.
fn locked(document: &[u8]) -> Result<(BTreeSet<String>, BTreeSet<String>)> {
    let document: Value = serde_json::from_slice(document)?;
    assert_eq!(document["bomFormat"], "CycloneDX");
    assert_eq!(document["specVersion"], "1.6");
    assert_eq!(document["metadata"]["component"]["version"], env!("CARGO_PKG_VERSION"));
    let components = document["components"].as_array().context("no components")?;
    let locked = fs::read_to_string(workspace().join("Cargo.lock"))?;
    let mut crates = BTreeSet::new();
    let mut npm = BTreeSet::new();
    for component in components {
        let text = |member: &str| component[member].as_str().unwrap_or_default();
        let (name, version) = (text("name"), text("version"));
        assert!(component["licenses"][0].is_object(), "{component}");
        let digest = component["hashes"][0]["content"].as_str().unwrap_or_default();
        if text("purl").starts_with("pkg:npm/") {
            npm.insert(name.to_owned());
            // For all of them: none is in another one's folder.
            let full = component["group"].as_str().map_or(name.into(), |of| format!("{of}/{name}"));
            let lock: Value =
                serde_json::from_slice(&fs::read(workspace().join("ui/package-lock.json"))?)?;
            let lock = &lock["packages"][format!("node_modules/{full}")];
            assert_eq!(lock["version"], version, "{full}");
            let integrity = lock["integrity"].as_str().and_then(|of| of.strip_prefix("sha512-"));
            let bytes = BASE64_STANDARD.decode(integrity.context("no integrity")?)?;
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(digest, hex, "{full}");
        } else if text("purl").starts_with("pkg:cargo/") {
            crates.insert(name.to_owned());
            let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
            let (_, entry) = locked.split_once(&entry).with_context(|| entry.clone())?;
            let entry = entry.split("\n\n").next().unwrap_or_default();
            assert!(entry.contains(&format!("checksum = \"{digest}\"")), "{name} {version}");
        }
    }
    Ok((crates, npm))
}
