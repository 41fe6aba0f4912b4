//! Clocks that are wrong on purpose.

use anyhow::{Context as _, Result};

/// The environment of a program whose clock is `shift` away, such as `-1d` or `+340d`.
///
/// # Errors
///
/// When faketime is not installed.
pub fn time_travel(shift: &str) -> Result<Vec<(String, String)>> {
    let library = std::fs::read_dir("/usr/lib")?
        .flatten()
        .map(|folder| folder.path().join("faketime/libfaketime.so.1"))
        .find(|library| library.is_file())
        .context("faketime is not installed (Debian package faketime)")?;
    Ok(vec![
        ("LD_PRELOAD".to_owned(), library.display().to_string()),
        ("FAKETIME".to_owned(), shift.to_owned()),
        // Timers go on as they are.
        ("FAKETIME_DONT_FAKE_MONOTONIC".to_owned(), "1".to_owned()),
    ])
}
