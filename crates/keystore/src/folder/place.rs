//! Which folder a keystore's files are in, whatever it is called today.
//!
//! The OS keystore's entries are named after a random number that is kept beside the keys' folder, not
//! after the folder's path: disks get other letters, users other names, homes move. The path is
//! remembered all the same, for two reasons. A folder that was *copied*, and whose original is still
//! there, gets a number of its own, so that what one of the two deletes is not the other's; and a
//! folder that was moved can say from where when an entry is not found.
//!
//! Version 0.1.0 named the entries after the folder's canonical path. They are looked for by every
//! form of the path that leads here.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use warifu_platform::file;

use crate::{KeyError, reference::hex};

/// The number of a folder and what is known of its past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    id: Id,
    /// The numbers of the folders that this one is a copy of, the nearest first.
    copied_from: Vec<Id>,
    /// Where the folder was when it was last used, in its canonical form.
    at: Vec<u8>,
    /// Where it was before that, if it was anywhere else.
    before: Option<Vec<u8>>,
    /// The paths after which version 0.1.0 may have named entries.
    paths: Vec<Vec<u8>>,
}

/// 128 random bits, as 32 hexadecimal digits.
type Id = String;

/// Under which name entries may be, the right one first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    /// The name of today.
    pub(super) own: Vec<u8>,
    /// Names in version 0.1.0.
    pub(super) paths: Vec<Vec<u8>>,
    /// Whether entries under those are this folder's alone and move to the name of today; otherwise
    /// they are also those of the folder that this one is a copy of, and stay.
    pub(super) paths_are_ours: bool,
    /// Names of the folders that this one is a copy of; what is found there stays.
    pub(super) others: Vec<Vec<u8>>,
}

impl Place {
    /// The place of the keys' folder `dir`; none if it has never had a number. What has changed since
    /// it was last used is remembered, as far as the folder can be written.
    pub(super) fn of(dir: &Path) -> io::Result<Option<Self>> {
        let now = dir.canonicalize()?;
        // Beside the name by which it is called, if the keys alone were moved and a link left.
        let found = match read(&now)? {
            None if now != dir => read(dir)?,
            found => found,
        };
        let Some(place) = found else { return Ok(None) };
        if bytes(&now) == place.at {
            return Ok(Some(place));
        }
        let moved = place.moved(&now)?;
        match kept(&now, |_| Some(moved.clone())) {
            Ok(kept) => Ok(Some(kept)),
            Err(error) => {
                tracing::warn!(%error, "could not remember where the keys are now");
                Ok(Some(moved))
            }
        }
    }

    /// The same, making a number if there is none. `was_there` says that the folder is older than
    /// that, so that there may be entries of version 0.1.0.
    pub(super) fn of_or_new(dir: &Path, was_there: bool) -> Result<Self, KeyError> {
        if let Some(place) = Self::of(dir)? {
            return Ok(place);
        }
        let new = Self::new(dir, was_there)?;
        // Another process may have been faster.
        Ok(kept(
            &dir.canonicalize()?,
            |found| if found.is_some() { None } else { Some(new.clone()) },
        )?)
    }

    /// A place for a folder that has none, not kept anywhere.
    pub(super) fn new(dir: &Path, was_there: bool) -> Result<Self, KeyError> {
        let now = dir.canonicalize()?;
        let paths = if was_there { forms(dir, &now) } else { Vec::new() };
        Ok(Self { id: random()?, copied_from: Vec::new(), at: bytes(&now), before: None, paths })
    }

    /// Under which name the entries may be.
    pub(super) fn names(&self) -> Names {
        let of_number = |id: &Id| id.clone().into_bytes();
        Names {
            own: of_number(&self.id),
            paths: self.paths.clone(),
            paths_are_ours: self.copied_from.is_empty(),
            others: self.copied_from.iter().map(of_number).collect(),
        }
    }

    /// Where the folder was before it came here, if that is known.
    pub(super) fn before(&self) -> Option<PathBuf> {
        self.before.as_deref().map(|path| PathBuf::from(String::from_utf8_lossy(path).as_ref()))
    }

    /// What it becomes at another path.
    fn moved(&self, now: &Path) -> io::Result<Self> {
        let mut moved = Self { at: bytes(now), before: Some(self.at.clone()), ..self.clone() };
        if self.original_is_elsewhere(now) {
            moved.copied_from.insert(0, self.id.clone());
            moved.id = random()?;
        }
        Ok(moved)
    }

    /// Whether the folder where this number was last used is still there, and another one.
    fn original_is_elsewhere(&self, now: &Path) -> bool {
        let Some(original) = path_of(&self.at) else { return false };
        if !read(&original).is_ok_and(|found| found.is_some_and(|found| found.id == self.id)) {
            return false;
        }
        // Two ways may lead to one folder: drive letters, shares, mounts. A file shows it.
        let Ok(mark) = random().map(|id| format!("{id}.mark")) else { return false };
        let here = beside(now, &mark);
        if OpenOptions::new().write(true).create_new(true).open(&here).is_err() {
            return false;
        }
        let same = beside(&original, &mark).exists();
        // Empty, and of no use to anybody.
        let _ = fs::remove_file(&here);
        !same
    }

    fn write(&self) -> String {
        let mut text = format!("{FORMAT}\nid {}\nat {}\n", self.id, &*hex(&self.at));
        for id in &self.copied_from {
            text.push_str(&format!("copied-from {id}\n"));
        }
        if let Some(path) = &self.before {
            text.push_str(&format!("before {}\n", &*hex(path)));
        }
        for path in &self.paths {
            text.push_str(&format!("path {}\n", &*hex(path)));
        }
        text.push_str(END);
        text
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix(FORMAT)?.strip_suffix(END)?;
        let (mut id, mut at, mut before) = (None, None, None);
        let (mut copied_from, mut paths) = (Vec::new(), Vec::new());
        for line in text.lines().filter(|line| !line.is_empty()) {
            match line.split_once(' ')? {
                ("id", value) => id = Some(number(value)?),
                ("at", value) => at = Some(unhex(value)?),
                ("before", value) => before = Some(unhex(value)?),
                ("copied-from", value) => copied_from.push(number(value)?),
                ("path", value) => paths.push(unhex(value)?),
                _ => return None,
            }
        }
        Some(Self { id: id?, copied_from, at: at?, before, paths })
    }
}

const FORMAT: &str = "warifu keys 1";
const END: &str = "end\n";

/// Longer than any that is written, in bytes.
const MAX_LENGTH: usize = 256 * 1024;

/// What is kept of the folder `dir`; none if there is nothing, or nothing whole: a power loss may have
/// come while it was first made, when no entry bore its number yet.
fn read(dir: &Path) -> io::Result<Option<Place>> {
    match file::read_up_to(&record(dir), MAX_LENGTH) {
        Ok(content) => {
            let place = std::str::from_utf8(&content).ok().and_then(Place::parse);
            if place.is_none() {
                tracing::warn!("what is kept of the keys' folder cannot be read");
            }
            Ok(place)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Keeps what `change` makes of what is kept, one process after the other; gives what is kept then.
fn kept(dir: &Path, change: impl FnOnce(Option<&Place>) -> Option<Place>) -> io::Result<Place> {
    let lock = lock(dir)?;
    let found = read(dir)?;
    let kept = match (change(found.as_ref()), found) {
        (Some(changed), _) => {
            file::replace(&record(dir), changed.write().as_bytes())?;
            changed
        }
        (None, Some(found)) => found,
        (None, None) => return Err(io::ErrorKind::NotFound.into()),
    };
    drop(lock);
    Ok(kept)
}

/// Held, the only one to write in and beside the folder `dir`.
pub(super) fn lock(dir: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(beside(dir, "lock"))?;
    match file.lock() {
        // Few file systems have no locks; there everything works but for two programs at once.
        Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(error),
        Ok(()) | Err(_) => Ok(file),
    }
}

/// The file that keeps the place of the keys' folder `dir`: beside it, because in it are keys alone.
fn record(dir: &Path) -> PathBuf {
    named_after(dir, ".id")
}

fn beside(dir: &Path, ending: &str) -> PathBuf {
    named_after(dir, &format!(".id.{ending}"))
}

/// The whole name is taken: of two folders `a.b` and `a.c`, each has files of its own.
fn named_after(dir: &Path, ending: &str) -> PathBuf {
    let mut name = dir.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    dir.with_file_name(name)
}

/// Every form of a folder's path that version 0.1.0 may have taken for its canonical one: the one of
/// today, and the one by which the folder is called, which was canonical before a link led here.
fn forms(dir: &Path, now: &Path) -> Vec<Vec<u8>> {
    let mut forms = vec![bytes(now)];
    if let Ok(called) = std::path::absolute(dir) {
        #[cfg(windows)]
        forms.extend(verbatim(&called).map(String::into_bytes));
        forms.push(bytes(&called));
    }
    forms.dedup();
    forms
}

/// The form of a path in which Windows gives canonical ones.
#[cfg(any(windows, test))]
fn verbatim(path: &Path) -> Option<String> {
    let text = path.to_str()?;
    Some(match text.strip_prefix(r"\\") {
        Some(rest) if rest.starts_with(r"?\") => text.to_owned(),
        Some(share) => format!(r"\\?\UNC\{share}"),
        None => format!(r"\\?\{text}"),
    })
}

fn bytes(path: &Path) -> Vec<u8> {
    path.as_os_str().as_encoded_bytes().to_vec()
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere not every row of bytes is a path")]
fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(PathBuf::from(std::ffi::OsStr::from_bytes(bytes)))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(bytes).ok().map(PathBuf::from)
}

fn random() -> io::Result<Id> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(hex(&bytes).to_string())
}

fn number(text: &str) -> Option<Id> {
    (text.len() == 32 && unhex(text).is_some()).then(|| text.to_owned())
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample() -> Place {
        Place {
            id: "0".repeat(32),
            copied_from: vec!["1".repeat(32)],
            at: "/home/割符/keys".into(),
            before: Some(b"/home/\xff\n/keys".to_vec()),
            paths: vec![b"/home/1".to_vec(), b"".to_vec()],
        }
    }

    #[test]
    fn what_is_kept_is_read_back_and_a_part_of_it_is_nothing() {
        let text = sample().write();
        assert_eq!(Place::parse(&text), Some(sample()));
        for length in 0..text.len() {
            assert_eq!(Place::parse(&text[..length]), None, "{length}");
        }
    }

    #[test]
    fn a_path_has_the_form_that_windows_gives_canonical_ones() {
        let form = |path: &str| verbatim(Path::new(path)).unwrap();
        assert_eq!(form(r"C:\Users\割符"), r"\\?\C:\Users\割符");
        assert_eq!(form(r"\\server\share\x"), r"\\?\UNC\server\share\x");
        assert_eq!(form(r"\\?\C:\x"), r"\\?\C:\x");
    }

    #[test]
    fn many_processes_that_come_at_once_agree_on_one_number() {
        let dir = tempfile::tempdir().unwrap();
        let keys = dir.path().join("keys");
        fs::create_dir(&keys).unwrap();
        let at_once = std::sync::Barrier::new(8);
        let places: Vec<_> = std::thread::scope(|scope| {
            let made = || {
                at_once.wait();
                Place::of_or_new(&keys, true).unwrap()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(made)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(places.iter().all(|place| *place == places[0]), "{places:?}");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reading_panic(text in "(warifu keys 1\n)?[a-z0-9 \n]{0,80}(end\n)?") {
            let _ = Place::parse(&text);
        }
    }
}
