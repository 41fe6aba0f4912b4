//! The rows that are written into the database directly fit its schema, and what is measured with them is
//! answered. Nothing is measured here.

#![cfg(target_os = "linux")]

use std::process::Command;

#[test]
fn what_is_measured_can_be_asked_for() {
    let done = Command::new(env!("CARGO_BIN_EXE_warifu-bench")).arg("--rehearse").output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
}
