//! One app for each user, on macOS: a second start hands what it was started with to the first.
//!
//! The socket is in the user's own folder. In the folder for temporary files anybody could make one of its
//! name first, be told what the app is started with, and keep it from starting.

use std::{
    ffi::{OsStr, OsString},
    io::{self, Read as _, Write as _},
    os::unix::{
        ffi::{OsStrExt as _, OsStringExt as _},
        fs::MetadataExt as _,
        net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// The socket's name.
const NAME: &str = "instance.sock";

/// Most bytes of what a start hands over.
const MOST: usize = 256 * 1024;

/// How long the first app may take to take it.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the first app answers once it has heard everything.
const TAKEN: u8 = b'!';

/// Whether this start is the only one.
#[derive(Debug)]
pub(crate) enum Start {
    /// It is; others hand over to this.
    First(UnixListener),
    /// Another has taken what this one was started with.
    HandedOver,
}

/// What another start was started with, and in which folder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Handed {
    pub(crate) folder: PathBuf,
    pub(crate) arguments: Vec<OsString>,
}

/// Becomes the first start in `dir`, the app's own folder, or hands over to it.
///
/// # Errors
///
/// The operating system's; the app then starts as if it were alone.
pub(crate) fn claim(dir: &Path, handed: &Handed) -> io::Result<Start> {
    warifu_platform::file::create_private_dir(dir)?;
    let path = dir.join(NAME);
    // Two starts at the same moment: the one that comes too late finds the other at the next turn.
    for _turn in 0..3 {
        match hand_over(&path, handed) {
            Ok(()) => return Ok(Start::HandedOver),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            // Left behind by an app that was ended.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                std::fs::remove_file(&path)?;
            }
            Err(error) => return Err(error),
        }
        match UnixListener::bind(&path) {
            Ok(listener) => {
                listener.set_nonblocking(true)?;
                return Ok(Start::First(listener));
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::from(io::ErrorKind::AddrInUse))
}

fn hand_over(path: &Path, handed: &Handed) -> io::Result<()> {
    let mut stream = UnixStream::connect(path)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(&handed.written())?;
    stream.shutdown(std::net::Shutdown::Write)?;
    let mut answer = [0];
    stream.read_exact(&mut answer)?;
    Ok(())
}

/// Hears of other starts for as long as the app runs.
pub(crate) async fn hear(listener: UnixListener, heard: impl Fn(Handed)) -> io::Result<()> {
    let own = listener.local_addr()?;
    let own = own.as_pathname().map(std::fs::symlink_metadata).transpose()?;
    let owner = own.map(|own| own.uid());
    let listener = tokio::net::UnixListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        // The folder lets nobody else in; should it ever, this does not.
        if stream.peer_cred().ok().map(|peer| peer.uid()) != owner {
            tracing::warn!("another user's start was not heard");
            continue;
        }
        match tokio::time::timeout(PATIENCE, take(stream, &heard)).await {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => tracing::warn!("what a start handed over cannot be read"),
            Ok(Err(error)) => tracing::warn!(%error, "a start could not hand over"),
            Err(_) => tracing::warn!("a start took too long to hand over"),
        }
    }
}

/// Whether there was something to hear. The other start ends once it is answered, so it is heard first.
async fn take(mut stream: tokio::net::UnixStream, heard: &impl Fn(Handed)) -> io::Result<bool> {
    let mut bytes = Vec::new();
    (&mut stream).take(MOST as u64 + 1).read_to_end(&mut bytes).await?;
    let Some(handed) = Handed::read(&bytes) else { return Ok(false) };
    heard(handed);
    stream.write_all(&[TAKEN]).await?;
    Ok(true)
}

impl Handed {
    /// Its form on the way: the folder, then each argument, each ended by a zero, which none can hold.
    fn written(&self) -> Vec<u8> {
        let folder = self.folder.as_os_str();
        let parts = std::iter::once(folder).chain(self.arguments.iter().map(OsString::as_os_str));
        parts.flat_map(|part: &OsStr| part.as_bytes().iter().copied().chain([0])).collect()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MOST {
            return None;
        }
        let mut parts = bytes.strip_suffix(&[0])?.split(|byte| *byte == 0);
        let owned = |part: &[u8]| OsString::from_vec(part.to_vec());
        let folder = PathBuf::from(owned(parts.next()?));
        Some(Self { folder, arguments: parts.map(owned).collect() })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn handed(arguments: &[&str]) -> Handed {
        let arguments = arguments.iter().map(OsString::from).collect();
        Handed { folder: PathBuf::from("/somewhere"), arguments }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_second_start_hands_over_and_the_first_hears_it_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("data");
        let Start::First(listener) = claim(&dir, &handed(&[])).unwrap() else {
            panic!("not first")
        };
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ears = Arc::clone(&heard);
        let hearing = tokio::spawn(hear(listener, move |one| ears.lock().unwrap().push(one)));
        let name = OsString::from_vec(b"/tmp/\xff 'a\"\n.warifu.json".to_vec());
        let mut second = handed(&["--open-profile"]);
        second.arguments.push(name);
        let third = handed(&[]);
        for start in [&second, &third] {
            let (dir, start) = (dir.clone(), start.clone());
            let claimed = tokio::task::spawn_blocking(move || claim(&dir, &start));
            assert!(matches!(claimed.await.unwrap().unwrap(), Start::HandedOver));
        }
        assert_eq!(*heard.lock().unwrap(), [second, third]);
        hearing.abort();
        assert!(hearing.await.is_err());
        // The app was ended, and its socket is left.
        assert!(dir.join(NAME).exists());
        assert!(matches!(claim(&dir, &handed(&[])).unwrap(), Start::First(_)));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_no_start_is_not_heard_and_stops_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let Start::First(listener) = claim(dir.path(), &handed(&[])).unwrap() else { panic!() };
        let heard = Arc::new(Mutex::new(0));
        let ears = Arc::clone(&heard);
        let hearing = tokio::spawn(hear(listener, move |_| *ears.lock().unwrap() += 1));
        let path = dir.path().join(NAME);
        let sent = tokio::task::spawn_blocking(move || {
            for bytes in [&b""[..], b"/x", &vec![0; MOST + 1]] {
                let mut stream = UnixStream::connect(&path).unwrap();
                // Too much is not read to its end.
                let _ = stream.write_all(bytes);
                let _ = stream.shutdown(std::net::Shutdown::Write);
                assert!(stream.read(&mut [0]).unwrap_or(0) == 0, "{} bytes", bytes.len());
            }
            hand_over(&path, &handed(&["--hidden"])).unwrap();
        });
        sent.await.unwrap();
        assert_eq!(*heard.lock().unwrap(), 1);
        hearing.abort();
    }

    #[test]
    fn the_socket_is_where_nobody_else_can_go() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("data");
        let _first = claim(&dir, &handed(&[])).unwrap();
        assert_eq!(std::fs::metadata(&dir).unwrap().permissions().mode() & 0o077, 0);
    }

    proptest! {
        #[test]
        fn what_is_handed_over_arrives_as_it_was(
            folder in vec(1_u8.., 0..50),
            arguments in vec(vec(1_u8.., 0..50), 0..5),
        ) {
            let arguments = arguments.into_iter().map(OsString::from_vec).collect();
            let handed = Handed { folder: OsString::from_vec(folder).into(), arguments };
            prop_assert_eq!(Handed::read(&handed.written()), Some(handed));
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in any::<Vec<u8>>()) {
            let _ = Handed::read(&bytes);
        }
    }
}
