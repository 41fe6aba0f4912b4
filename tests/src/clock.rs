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
    sweep()?;
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

/// Removes what killed programs have left in shared memory, named by their process numbers.
///
/// libfaketime 0.9.10 ends a program at its start when an earlier one of the same number has left
/// its shared memory behind (`ft_shm_create`).
fn sweep() -> Result<()> {
    let memory = Path::new("/dev/shm");
    for entry in memory.read_dir()? {
        let name = entry?.file_name();
        let pid = name.to_str().and_then(|name| name.strip_prefix("faketime_shm_"));
        let Some(pid) = pid.filter(|pid| !Path::new("/proc").join(pid).exists()) else { continue };
        // In this order: one without its semaphore is what does the harm. Another test may be first.
        for file in [format!("faketime_shm_{pid}"), format!("sem.faketime_sem_{pid}")] {
            let _ = std::fs::remove_file(memory.join(file));
        }
    }
    Ok(())
}
