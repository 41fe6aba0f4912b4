//! The log: on the standard error output, and in a small file of which the support bundle has a copy.
//!
//! `WARIFU_LOG` sets what is logged. Other people's crates are heard from warnings upwards whatever
//! it says: some of them show on their finer levels what passes through them, and that may be secret.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer as _,
    filter::{FilterExt as _, FilterFn},
    fmt::MakeWriter,
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};
use warifu_client::folder::{LOG as FILE, OLDER_LOG as OLDER};

/// Bytes of a file; there is one older beside it.
const LIMIT: u64 = 1 << 20;

/// The log's file, once the app's data folder is there. Cheap to clone; the clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Option<Open>>>);

#[derive(Debug)]
struct Open {
    dir: PathBuf,
    file: File,
    length: u64,
    limit: u64,
}

/// Starts logging.
pub(crate) fn start() -> Log {
    let log = Log::default();
    let wanted = EnvFilter::try_from_env("WARIFU_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,warifu=info"));
    let file = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(log.clone());
    let console = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    tracing_subscriber::registry()
        .with(console.and_then(file).with_filter(wanted.and(FilterFn::new(harmless))))
        .init();
    log
}

fn harmless(metadata: &Metadata<'_>) -> bool {
    // Of tracing's levels, the graver one is the lesser.
    metadata.target().starts_with("warifu") || *metadata.level() <= Level::WARN
}

impl Log {
    /// Goes on in the file of this folder, which exists.
    pub(crate) fn open(&self, dir: &Path) -> io::Result<()> {
        self.open_with_limit(dir, LIMIT)
    }

    fn open_with_limit(&self, dir: &Path, limit: u64) -> io::Result<()> {
        let file = open(&dir.join(FILE))?;
        let length = file.metadata()?.len();
        *self.lock() = Some(Open { dir: dir.to_owned(), file, length, limit });
        Ok(())
    }

    /// All that is still there, oldest first. Blocks.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        // Held, so that the files do not change places between the two.
        let open = self.lock();
        let Some(open) = &*open else { return Vec::new() };
        let read = |name| fs::read(open.dir.join(name)).unwrap_or_default();
        let mut bytes = read(OLDER);
        bytes.extend(read(FILE));
        bytes
    }

    fn lock(&self) -> MutexGuard<'_, Option<Open>> {
        // A panic in the middle of a line costs that line.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let added = u64::try_from(line.len()).unwrap_or(u64::MAX);
        if self.length > 0 && self.length.saturating_add(added) > self.limit {
            fs::rename(self.dir.join(FILE), self.dir.join(OLDER))?;
            self.file = open(&self.dir.join(FILE))?;
            self.length = 0;
        }
        self.file.write_all(line)?;
        self.length = self.length.saturating_add(added);
        Ok(())
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A line on its way into the file; kept together, so that it is not cut by the change of files.
#[derive(Debug)]
pub(crate) struct Line {
    log: Log,
    text: Vec<u8>,
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { log: self.clone(), text: Vec::new() }
    }
}

impl Write for Line {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(open) = &mut *self.log.lock() {
            // A full disk must not stop the app, and there is nowhere left to say so.
            let _ = open.append(&self.text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(log: &Log, text: &str) {
        writeln!(log.make_writer(), "{text}").unwrap();
    }

    #[test]
    fn the_file_stays_small_and_keeps_the_latest() {
        let dir = tempfile::tempdir().unwrap();
        let log = Log::default();
        say(&log, "before there is a folder");
        log.open_with_limit(dir.path(), 100).unwrap();
        for number in 0..50 {
            say(&log, &format!("line {number:04}"));
        }
        let sizes: Vec<u64> =
            [FILE, OLDER].map(|name| fs::metadata(dir.path().join(name)).unwrap().len()).into();
        assert!(sizes.iter().all(|size| (1..=100).contains(size)), "{sizes:?}");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
        let text = String::from_utf8(log.bytes()).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.last(), Some(&"line 0049"));
        assert!(lines.is_sorted() && lines.len() > 10, "{lines:?}");
    }

    #[test]
    fn a_restart_goes_on_in_the_same_file() {
        let dir = tempfile::tempdir().unwrap();
        for text in ["first", "second"] {
            let log = Log::default();
            log.open_with_limit(dir.path(), 100).unwrap();
            say(&log, text);
            say(&log, &"x".repeat(30));
        }
        let text = fs::read_to_string(dir.path().join(FILE)).unwrap();
        assert!(text.starts_with("first\n") && text.contains("second\n"), "{text}");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_the_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        Log::default().open(dir.path()).unwrap();
        let mode = fs::metadata(dir.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }

    #[test]
    fn other_crates_are_heard_only_when_something_is_wrong() {
        let dir = tempfile::tempdir().unwrap();
        let log = Log::default();
        log.open(dir.path()).unwrap();
        let layer = tracing_subscriber::fmt::layer()
            .with_writer(log.clone())
            .with_filter(EnvFilter::new("trace").and(FilterFn::new(harmless)));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            tracing::trace!(target: "warifu_client::login", "ours");
            tracing::warn!(target: "zbus", "theirs, grave");
            tracing::info!(target: "zbus", "theirs, with a password");
        });
        let text = String::from_utf8(log.bytes()).unwrap();
        assert!(text.contains("ours") && text.contains("grave"), "{text}");
        assert!(!text.contains("password"), "{text}");
    }
}
