//! The log: JSON lines on standard error, written by a thread of its own.
//!
//! A log that cannot be written stops nothing. A full disk, a closed pipe or one that nobody reads
//! costs lines and no request: they are counted, and the count is written once there is room again.

use std::{
    io::{self, Write},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, Receiver, SyncSender, TrySendError},
    },
    time::Duration,
};

use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

/// Lines that wait for a device that is slow.
const WAITING: usize = 4096;
/// Between two visits of the thread that writes: waking it for each line costs as much as the line does.
const GATHER: Duration = Duration::from_millis(5);
/// How long an ending process waits for its last lines.
const LAST_LINES: Duration = Duration::from_secs(2);

/// The log of this process until it is dropped, which writes what is left.
#[derive(Debug)]
pub(crate) struct Log {
    ended: Receiver<()>,
    lines: Lines,
}

impl Log {
    /// Sends what the process says from now on to standard error, filtered by `WARIFU_LOG`.
    pub(crate) fn start() -> Self {
        let (lines, ended) = Lines::to(io::stderr());
        let filter =
            EnvFilter::try_from_env("WARIFU_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
        let log = tracing_subscriber::fmt()
            .json()
            .with_env_filter(filter)
            // It would say so with `eprintln!`, which panics.
            .log_internal_errors(false)
            .with_writer(lines.clone());
        // Fails only if this process has a log already, as in a test.
        let _ = log.try_init();
        Self { ended, lines }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.lines.end();
        // An error means that the device takes nothing; then nothing more can be done.
        let _ = self.ended.recv_timeout(LAST_LINES);
    }
}

/// Hands each line to the thread that writes, or counts it as lost.
#[derive(Clone, Debug)]
struct Lines {
    sender: Arc<Mutex<Option<SyncSender<Vec<u8>>>>>,
    lost: Arc<AtomicU64>,
}

impl Lines {
    fn to(device: impl Write + Send + 'static) -> (Self, Receiver<()>) {
        let (sender, waiting) = mpsc::sync_channel(WAITING);
        let (done, ended) = mpsc::channel();
        let lost = Arc::<AtomicU64>::default();
        let counted = Arc::clone(&lost);
        let thread = std::thread::Builder::new().name(String::from("log"));
        let started = thread.spawn(move || {
            write_lines(device, &waiting, &counted);
            // Fails only if nobody waits.
            let _ = done.send(());
        });
        let sender = started.is_ok().then_some(sender);
        (Self { sender: Arc::new(Mutex::new(sender)), lost }, ended)
    }

    fn end(&self) {
        self.sender().take();
    }

    fn sender(&self) -> std::sync::MutexGuard<'_, Option<SyncSender<Vec<u8>>>> {
        self.sender.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if let Some(sender) = &*self.sender()
            && let Err(TrySendError::Full(_)) = sender.try_send(line.to_vec())
        {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

fn write_lines(mut device: impl Write, waiting: &Receiver<Vec<u8>>, lost: &AtomicU64) {
    while let Ok(first) = waiting.recv() {
        for line in std::iter::once(first).chain(waiting.try_iter()) {
            write_line(&mut device, &line, lost);
        }
        std::thread::sleep(GATHER);
    }
}

fn write_line(device: &mut impl Write, line: &[u8], lost: &AtomicU64) {
    let missing = lost.swap(0, Ordering::Relaxed);
    if missing > 0 {
        let word = serde_json::json!({ "level": "WARN", "message": "lines of the log were lost", "lines": missing });
        if writeln!(device, "{word}").is_err() {
            lost.fetch_add(missing, Ordering::Relaxed);
        }
    }
    if device.write_all(line).is_err() {
        lost.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A device that is full, or hangs, until it is told otherwise.
    #[derive(Clone, Default)]
    struct Device {
        full: Arc<Mutex<bool>>,
        written: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Device {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if *self.full.lock().unwrap() {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.written.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_a_full_device_lost_is_said_when_there_is_room_again() {
        let device = Device::default();
        *device.full.lock().unwrap() = true;
        let (mut lines, ended) = Lines::to(device.clone());
        for _ in 0..3 {
            lines.write_all(b"lost\n").unwrap();
        }
        while lines.lost.load(Ordering::SeqCst) < 3 {
            std::thread::yield_now();
        }
        *device.full.lock().unwrap() = false;
        lines.write_all(b"kept\n").unwrap();
        lines.end();
        ended.recv().unwrap();
        let written = String::from_utf8(device.written.lock().unwrap().clone()).unwrap();
        assert!(written.contains("\"lines\":3"), "{written}");
        assert!(written.ends_with("kept\n"), "{written}");
    }

    #[test]
    fn a_device_that_hangs_holds_nobody_up_and_memory_is_bounded() {
        let device = Device::default();
        let hangs = device.full.lock().unwrap();
        let (mut lines, ended) = Lines::to(device.clone());
        for _ in 0..WAITING * 3 {
            lines.write_all(b"a line\n").unwrap();
        }
        drop(hangs);
        lines.end();
        ended.recv().unwrap();
        let written = String::from_utf8(device.written.lock().unwrap().clone()).unwrap();
        let (kept, words): (Vec<_>, Vec<_>) = written.lines().partition(|line| *line == "a line");
        let said = words.iter().map(|word| {
            let word: serde_json::Value = serde_json::from_str(word).unwrap();
            word["lines"].as_u64().unwrap()
        });
        let lost = said.sum::<u64>() + lines.lost.load(Ordering::SeqCst);
        assert!((WAITING..WAITING + 3).contains(&kept.len()), "{}", kept.len());
        assert_eq!(kept.len() as u64 + lost, WAITING as u64 * 3);
    }
}
