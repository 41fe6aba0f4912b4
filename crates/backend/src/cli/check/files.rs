//! The files of the folder: who can read them, whose they are, and what room there is beside them.

use std::{fs, io::ErrorKind, os::unix::fs::MetadataExt as _, path::Path};

use super::super::findings::{Findings, State};
use crate::{config::Config, folder};

/// Those that nobody but the backend's user may read.
const PRIVATE: [&str; 5] =
    ["", "authority.key", "server.pem", folder::DATABASE, folder::RECORD_KEY];
/// Those that nobody else may change.
const OWN: [&str; 3] = ["authority.pem", "warifu.toml", folder::RECORD_PUBLIC];
/// Those that are made when they are needed.
const LATER: [&str; 3] = ["server.pem", folder::RECORD_KEY, folder::RECORD_PUBLIC];

/// Bytes that are little, and too little, for a database that grows and is copied before an upgrade.
const LITTLE: u64 = 2 << 30;
const TOO_LITTLE: u64 = 256 << 20;

pub(super) fn check(dir: &Path, config: &Config, findings: &mut Findings) {
    const ABOUT: &str = "files";
    let owner = fs::metadata(dir).map(|found| found.uid()).ok();
    let in_token = config.authority.pkcs11.is_some();
    let mut faults = Vec::new();
    let bits = |of: &'static [&'static str], mask| of.iter().map(move |name| (*name, mask));
    for (name, mask) in bits(&PRIVATE, 0o077).chain(bits(&OWN, 0o022)) {
        let path = dir.join(name);
        match fs::metadata(&path) {
            Ok(found) if found.mode() & mask != 0 => {
                let mode = found.mode() & 0o7777;
                let what = if mask == 0o022 { "change" } else { "read or change" };
                faults.push(format!("others can {what} {} (mode {mode:04o})", path.display()));
            }
            Ok(found) if Some(found.uid()) != owner => {
                let path = path.display();
                faults.push(format!(
                    "{path} is not of the user whose the folder is: run commands as it"
                ));
            }
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound && LATER.contains(&name) => {}
            Err(error)
                if error.kind() == ErrorKind::NotFound && name == "authority.key" && in_token => {}
            // It may be on a server.
            Err(error) if error.kind() == ErrorKind::NotFound && name == folder::DATABASE => {}
            Err(error) => faults.push(format!("cannot read {}: {error}", path.display())),
        }
    }
    if faults.is_empty() {
        findings.add(State::Good, ABOUT, "nobody else can read or change them");
    }
    for fault in faults {
        findings.add(State::Wrong, ABOUT, fault);
    }
    check_room(dir, findings);
}

fn check_room(dir: &Path, findings: &mut Findings) {
    let (state, text) = match rustix::fs::statvfs(dir) {
        Err(error) => (State::Note, format!("the room cannot be told: {error}")),
        Ok(found) => {
            let free = found.f_bavail.saturating_mul(found.f_frsize);
            let state = match free {
                free if free < TOO_LITTLE => State::Wrong,
                free if free < LITTLE => State::Note,
                _ => State::Good,
            };
            (state, format!("{} MiB are free", free >> 20))
        }
    };
    findings.add(state, "disk", text);
}
