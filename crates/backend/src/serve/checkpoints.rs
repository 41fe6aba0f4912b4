//! A signed checkpoint of the record each day, into the folder that `[audit]` names.
//!
//! When the next one is due is read from the names in the folder, so that a restart makes none too many and
//! several backends that share it make one. A folder that cannot be written to is tried again each minute.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use jiff::{civil::DateTime, tz::TimeZone};
use tokio::{sync::watch, task::spawn_blocking, time::MissedTickBehavior};
use warifu_platform::{
    file::Readers,
    output::{self, Existing},
};
use warifu_protocol::Timestamp;

use crate::{
    audit,
    domain::Backend,
    folder::{self, RecordKey},
};

const DAY: i64 = 86_400;

/// Seconds of the backend's clock between two tries.
const AGAIN: i64 = 60;

/// How often the clock is asked; it may jump, and the machine may sleep.
const TICK: Duration = Duration::from_secs(1);

/// How a file's name says when it was made.
const NAME: &str = "record-%Y%m%dT%H%M%SZ.json";

/// What checkpoints are made with.
#[derive(Debug)]
pub(super) struct Checkpoints {
    key: RecordKey,
    folder: PathBuf,
}

impl Checkpoints {
    /// Tried before anything is served, so that a mistake is told at once.
    ///
    /// # Errors
    ///
    /// A place that is no folder: it could be a disk that is not there, so it is not made.
    pub(super) fn new(key: RecordKey, folder: &Path) -> anyhow::Result<Self> {
        latest(folder, 0).with_context(|| format!("audit.checkpoints = {}", folder.display()))?;
        Ok(Self { key, folder: folder.to_owned() })
    }
}

/// Makes checkpoints until the backend stops.
pub(super) async fn run(
    backend: Arc<Backend>,
    with: Arc<Checkpoints>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut looked: Option<Timestamp> = None;
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            _ = ticks.tick() => {}
        }
        let now = backend.now();
        if looked.is_some_and(|last| (last..last + AGAIN).contains(&now)) {
            continue;
        }
        looked = Some(now);
        if let Err(error) = look(&backend, &with, now).await {
            tracing::error!(error = format!("{error:#}"), "no checkpoint of the record is written");
        }
    }
}

/// Makes a checkpoint if the last one is a day old. What is from the future, by a clock that was wrong, does not
/// count.
async fn look(
    backend: &Arc<Backend>,
    with: &Arc<Checkpoints>,
    now: Timestamp,
) -> anyhow::Result<()> {
    let shared = Arc::clone(with);
    let last = spawn_blocking(move || latest(&shared.folder, now)).await??;
    if let Some(last) = last {
        backend.metrics.checkpoint().set(last);
        if (last..last + DAY).contains(&now) {
            return Ok(());
        }
    }
    let authority = folder::name_of(backend.issuer.certificate());
    let made = backend.store.read_at_length(move |tx| audit::checkpoint(tx, authority, now));
    let (made, shared) = (made.await?, Arc::clone(with));
    spawn_blocking(move || {
        let signed = shared.key.sign(&made)?.to_bytes().context("it cannot be written as JSON")?;
        let path = shared.folder.join(name_of(now)?);
        output::write(&path, &signed, Existing::Refused, Readers::Owner)
            .with_context(|| format!("cannot write {}", path.display()))
    })
    .await??;
    backend.metrics.checkpoint().set(now);
    tracing::info!("a checkpoint of the record is written");
    Ok(())
}

/// When the last checkpoint in a folder was made that is from before now.
fn latest(folder: &Path, now: Timestamp) -> io::Result<Option<Timestamp>> {
    let mut latest = None;
    for entry in fs::read_dir(folder)? {
        let made = entry?.file_name().to_str().and_then(time_of);
        latest = latest.max(made.filter(|made| *made <= now));
    }
    Ok(latest)
}

fn name_of(at: Timestamp) -> anyhow::Result<String> {
    let at = jiff::Timestamp::from_second(at)?;
    Ok(at.to_zoned(TimeZone::UTC).strftime(NAME).to_string())
}

fn time_of(name: &str) -> Option<Timestamp> {
    let at = DateTime::strptime(NAME, name).ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(at.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_when_it_was_made_and_others_say_nothing() {
        let name = name_of(1_900_000_000).unwrap();
        assert_eq!(name, "record-20300317T174640Z.json");
        assert_eq!(time_of(&name), Some(1_900_000_000));
        for other in ["", "record-.json", "record-20300317T174640Z.json.tmp", "record.key"] {
            assert_eq!(time_of(other), None, "{other}");
        }
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(latest(dir.path(), i64::MAX).unwrap(), None);
        for name in [&name, "record-20290101T000000Z.json", "notes.txt"] {
            fs::write(dir.path().join(name), "").unwrap();
        }
        let found = |now| latest(dir.path(), now).unwrap();
        assert_eq!(found(1_900_000_000), Some(1_900_000_000));
        assert_eq!(found(1_899_999_999), Some(1_861_920_000));
        assert!(latest(&dir.path().join("none"), 0).is_err());
    }
}
