//! Running other programs.

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::Instant,
};

use anyhow::{Context as _, Result, bail, ensure};

/// The workspace's folder.
pub(crate) fn workspace() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).unwrap_or(own).to_owned()
}

/// The folder of the screens.
pub(crate) fn ui() -> PathBuf {
    workspace().join("ui")
}

/// Cargo's target folder.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace().join("target"), |dir| workspace().join(dir))
}

/// Where `setup` installs tools that are not the system's.
pub(crate) fn tools() -> PathBuf {
    target().join("tools")
}

/// The cargo that runs this.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace());
    // A package's environment is this program's; it would make cargo build the others anew.
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR" {
            command.env_remove(name);
        }
    }
    command.env("PATH", search_path());
    command
}

/// Builds the screens, which the app takes in when it is compiled.
pub(crate) fn build_screens() -> Result<()> {
    step("Building the screens", npm().args(["run", "--silent", "build"]))
}

/// Builds every program and test for this system, in one way: another choice of packages would build
/// some of them anew.
pub(crate) fn build_everything() -> Result<()> {
    step("Building", cargo().args(["build", "--quiet", "--workspace", "--all-targets"]))
}

/// Fetches what is depended on for every system. A build fetches only what its own needs, and the
/// tools that read the whole list run without the network.
pub(crate) fn fetch_dependencies() -> Result<()> {
    let mut fetch = cargo();
    step("Fetching the dependencies of every system", fetch.args(["fetch", "--quiet", "--locked"]))
}

/// Whether this is Debian, whose packages `setup` installs.
pub(crate) fn is_debian() -> bool {
    Path::new("/etc/debian_version").exists()
}

/// Makes a cargo command one for another system: with its standard library where rustup has it
/// (`rustup target add …`), else with Debian's compiler, which has that library's source.
pub(crate) fn for_system(command: &mut Command, triple: &str) -> Result<()> {
    command.args(["--target", triple]);
    let said = ask(Command::new("rustc").args(["--print", "target-libdir", "--target", triple]))?;
    let library = String::from_utf8_lossy(&said.stdout).trim().to_owned();
    if library.is_empty() || !Path::new(&library).is_dir() {
        // Building it along is not stable yet, which RUSTC_BOOTSTRAP acknowledges.
        command.env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1");
        command.arg("-Zbuild-std=std,panic_abort");
    }
    Ok(())
}

/// What cargo knows about the workspace's own packages.
pub(crate) fn metadata() -> Result<serde_json::Value> {
    let said = ask(cargo().args(["metadata", "--no-deps", "--format-version=1"]))?;
    ensure!(said.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&said.stderr));
    serde_json::from_slice(&said.stdout).context("cargo metadata")
}

/// The Rust sources in a folder and below it.
pub(crate) fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder);
        for entry in entries.with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// npm, in the folder of the screens.
pub(crate) fn npm() -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(ui());
    command
}

/// The search path with the tools in front, so that `cargo deny` and `cargo nextest` are found.
fn search_path() -> std::ffi::OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [tools().join("bin")].into_iter().chain(env::split_paths(&path));
    env::join_paths(folders).unwrap_or(path)
}

/// Runs a program to its end, after saying what it is for.
pub(crate) fn step(what: &str, command: &mut Command) -> Result<()> {
    println!("▶ {what}");
    let start = Instant::now();
    let status =
        command.status().with_context(|| format!("{what}: cannot start {}", in_words(command)))?;
    ensure!(status.success(), "{what}: {} failed ({status})", in_words(command));
    let seconds = start.elapsed().as_secs();
    if seconds > 10 {
        println!("  {seconds} s");
    }
    Ok(())
}

/// Runs a program silently; what it said, if it ran.
pub(crate) fn ask(command: &mut Command) -> Result<Output> {
    command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {}", in_words(command)))
}

/// Whether a program is on the search path or among the tools.
pub(crate) fn is_installed(program: &str) -> bool {
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&search_path()).any(|folder| folder.join(&file).is_file())
}

/// Refuses a Node.js that cannot build the screens.
pub(crate) fn check_node() -> Result<()> {
    /// As in `ui/package.json`.
    const OLDEST: (u32, u32) = (20, 19);
    let Ok(said) = ask(Command::new("node").arg("--version")) else {
        bail!("Node.js is missing; install version {}.{} or newer", OLDEST.0, OLDEST.1);
    };
    let text = String::from_utf8_lossy(&said.stdout);
    let mut numbers = text.trim().trim_start_matches('v').split('.').map(str::parse::<u32>);
    let found = (numbers.next().and_then(Result::ok), numbers.next().and_then(Result::ok));
    let (Some(major), Some(minor)) = found else { bail!("node --version says “{text}”") };
    ensure!(
        (major, minor) >= OLDEST,
        "Node.js {major}.{minor} is too old; install {}.{} or newer",
        OLDEST.0,
        OLDEST.1
    );
    Ok(())
}

fn in_words(command: &Command) -> String {
    let words: Vec<_> = [command.get_program()]
        .into_iter()
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect();
    format!("`{}`", words.join(" "))
}
