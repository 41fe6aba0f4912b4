//! A PostgreSQL server for the tests: one for each run, a database for each test.
#![expect(clippy::unwrap_used, reason = "a test that has no database fails")]

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{server::Server, session::Session};

/// Where Debian puts the server's programs.
const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";

/// An empty database for a test, if `WARIFU_TEST_DATABASE` wants it to run on PostgreSQL. Its changes come
/// one after another, as in a file, since tests of the rules put them into an order. Blocks.
#[must_use]
pub fn wanted() -> Option<Server> {
    wants().then(|| new_database().with_connections(1))
}

/// Says that the tests are to run over PostgreSQL.
const WANTED: &str = "WARIFU_TEST_DATABASE";

fn wants() -> bool {
    std::env::var(WANTED).is_ok_and(|name| name == "postgresql")
}

/// A database that nobody else has. Blocks.
pub(crate) fn new_database() -> Server {
    // A session is none of an asynchronous thread, which a test may be.
    std::thread::spawn(make_database).join().unwrap()
}

fn make_database() -> Server {
    let folder = running();
    let mut random = [0; 8];
    getrandom::fill(&mut random).unwrap();
    let name = format!("test_{:016x}", u64::from_le_bytes(random));
    let all = Session::open(&at(&folder, "postgres")).unwrap();
    all.batch(&format!("CREATE DATABASE {name} STRATEGY WAL_LOG TEMPLATE template0")).unwrap();
    at(&folder, &name).with_connections(4)
}

fn at(folder: &Path, database: &str) -> Server {
    let folder = folder.display().to_string().replace('/', "%2F");
    Server::new(&format!("postgresql://warifu@{folder}/{database}"), None, None).unwrap()
}

/// Says which process the server outlives not: whoever runs the tests, not a test that runs others.
const RUNNER: &str = "WARIFU_TEST_RUNNER";

fn runner() -> u32 {
    let told = std::env::var(RUNNER).ok().and_then(|runner| runner.parse().ok());
    told.unwrap_or_else(parent)
}

#[cfg(unix)]
fn parent() -> u32 {
    std::os::unix::process::parent_id()
}

/// Elsewhere nobody asks for a server.
#[cfg(not(unix))]
fn parent() -> u32 {
    std::process::id()
}

#[cfg(unix)]
fn is_roots(folder: &Path) -> bool {
    std::os::unix::fs::MetadataExt::uid(&folder.metadata().unwrap()) == 0
}

#[cfg(not(unix))]
fn is_roots(_: &Path) -> bool {
    false
}

/// Runs the tests of these names in this test's program once more, over PostgreSQL.
///
/// # Panics
///
/// If one of them fails, or there are none.
pub fn again_on_postgresql(names: &[&str]) {
    if wants() {
        return;
    }
    let done = Command::new(std::env::current_exe().unwrap())
        .args(names)
        .args(["--test-threads", "4"])
        .env(WANTED, "postgresql")
        .env(RUNNER, runner().to_string())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && !said.contains("running 0 tests"), "{said}");
}

/// The folder of this run's server, which the first test starts, and which ends after the run.
fn running() -> PathBuf {
    let parent = runner();
    let run = std::env::var("NEXTEST_RUN_ID").unwrap_or_else(|_| parent.to_string());
    // The path of a socket is short (unix(7)), so not below a folder of somebody's choice.
    let folder = PathBuf::from(format!("/tmp/warifu-{}", &run[..run.len().min(12)]));
    std::fs::create_dir_all(&folder).unwrap();
    let lock = std::fs::File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    if !folder.join("started").exists() {
        start(&folder, parent);
        std::fs::write(folder.join("started"), "").unwrap();
    }
    folder
}

fn start(folder: &Path, parent: u32) {
    let data = folder.join("data");
    std::fs::create_dir(&data).unwrap();
    // The server refuses to be root's.
    let is_root = is_roots(&data);
    if is_root {
        done(Command::new("chown").arg("postgres:postgres").args([folder, &data]));
    }
    let as_owner = |program: &str| {
        let program = format!("{PROGRAMS}/{program}");
        let mut command = if is_root {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", &program]);
            command
        } else {
            Command::new(program)
        };
        command.current_dir("/").arg("-D").arg(&data);
        command
    };
    let mut initdb = as_owner("initdb");
    done(initdb.args([
        "-U",
        "warifu",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]));
    let options =
        format!("-k {} -c listen_addresses= -c fsync=off -c max_connections=400", folder.display());
    let mut server = as_owner("pg_ctl");
    done(server.args(["-w", "-l"]).arg(data.join("log")).args(["-o", &options, "start"]));
    let mut stop = as_owner("pg_ctl");
    stop.args(["-m", "immediate", "stop"]);
    // The run has no end that a test could see, so somebody waits for it.
    let watch = format!(
        "while kill -0 {parent} 2>/dev/null; do sleep 1; done; \"$@\"; rm -r {}",
        folder.display()
    );
    let mut apart = Command::new("setsid");
    apart.args(["--fork", "sh", "-c", &watch, "sh"]).arg(stop.get_program()).args(stop.get_args());
    done(apart.current_dir("/").stderr(Stdio::null()));
}

fn done(command: &mut Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command:?}");
}
