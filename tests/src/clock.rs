//! Clocks that are wrong on purpose.

use std::path::Path;

use anyhow::{Context as _, Result};

/// The environment of a program whose clock is `shift` away, such as `-1d` or `+340d`.
///
/// # Errors
///
/// When faketime is not installed.
pub fn time_travel(shift: &str) -> Result<Vec<(String, String)>> {
    faked("FAKETIME", shift)
}

/// The environment of a program whose clock is as far away as a file says, while it runs.
///
/// # Errors
///
/// When faketime is not installed.
pub fn time_travel_by(file: &Path) -> Result<Vec<(String, String)>> {
    let mut environment = faked("FAKETIME_TIMESTAMP_FILE", &file.display().to_string())?;
    environment.push(("FAKETIME_NO_CACHE".to_owned(), "1".to_owned()));
    Ok(environment)
}

fn faked(name: &str, value: &str) -> Result<Vec<(String, String)>> {
    let library = std::fs::read_dir("/usr/lib")?
        .flatten()
        .map(|folder| folder.path().join("faketime/libfaketime.so.1"))
        .find(|library| library.is_file())
        .context("faketime is not installed (Debian package faketime)")?;
    Ok(vec![
        ("LD_PRELOAD".to_owned(), library.display().to_string()),
        (name.to_owned(), value.to_owned()),
        // Timers go on as they are.
        ("FAKETIME_DONT_FAKE_MONOTONIC".to_owned(), "1".to_owned()),
    ])
}
