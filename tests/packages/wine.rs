//! A Windows of one's own: a fresh Wine prefix, whose user's name has Japanese letters and a blank.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use system_tests::places::workspace;
use tempfile::TempDir;

use crate::{output, said, words};

/// The user of this Windows.
const USER: &str = "割符 太郎";

/// A file that is handed out beside the installer, with a blank too.
pub(crate) const PROFILE: &str = r"C:\配布 用\接続 先.json";

/// Where the WebView2 runtime says that it is there.
pub(crate) const WEBVIEW2: &str =
    r"HKCU\Software\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";

pub(crate) struct Wine {
    prefix: TempDir,
}

impl Wine {
    /// Sets up a Windows with a profile to hand out, and nothing of Warifu.
    pub(crate) fn new() -> Result<Self> {
        let wine = Self { prefix: tempfile::tempdir()? };
        said(wine.command("wineboot").arg("--init")).context("Wine does not start")?;
        fs::create_dir(wine.path(r"C:\配布 用"))?;
        fs::write(wine.path(PROFILE), "a profile\n")?;
        Ok(wine)
    }

    /// One of Wine's programs in this Windows, without a screen.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .stdin(Stdio::null())
            .env_remove("DISPLAY")
            .env("WINEPREFIX", self.prefix.path())
            .env("WINEDEBUG", "-all")
            // Neither .NET nor Internet Explorer is asked for.
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=")
            .env("USER", USER)
            .env("LOGNAME", USER)
            .env("LC_ALL", "C.UTF-8");
        command
    }

    /// Runs a program to its end; its exit code, of which Unix keeps the lowest eight bits.
    pub(crate) fn run(&self, program: impl AsRef<Path>, arguments: &[&str]) -> Result<i32> {
        let mut command = self.command("wine");
        let output = output(command.arg(program.as_ref()).args(arguments))?;
        output.status.code().with_context(|| words(&output))
    }

    /// Where a path of this Windows is.
    pub(crate) fn path(&self, windows: &str) -> PathBuf {
        let below = windows.strip_prefix(r"C:\").unwrap_or(windows).replace('\\', "/");
        self.prefix.path().join("drive_c").join(below)
    }

    /// A path of the user's, in this Windows' words.
    pub(crate) fn of_user(below: &str) -> String {
        format!(r"C:\users\{USER}\{below}")
    }

    /// The values of a key of the registry, numbers in eight hexadecimal digits; none if there is no
    /// such key.
    pub(crate) fn registry(&self, key: &str) -> Result<BTreeMap<String, String>> {
        // The key's own values come first; those of the keys below it follow.
        Ok(self.export(key)?.into_iter().next().map(|(_, values)| values).unwrap_or_default())
    }

    /// The keys below a key of the registry, each with its values.
    pub(crate) fn keys(&self, key: &str) -> Result<BTreeMap<String, BTreeMap<String, String>>> {
        let below = |name: String| name.rsplit('\\').next().unwrap_or_default().to_owned();
        let keys = self.export(key)?.into_iter().skip(1);
        Ok(keys.map(|(name, values)| (below(name), values)).collect())
    }

    fn export(&self, key: &str) -> Result<Vec<(String, BTreeMap<String, String>)>> {
        let file = r"C:\exported.reg";
        if self.run("reg", &["export", key, file, "/y"])? != 0 {
            return Ok(Vec::new());
        }
        let bytes = fs::read(self.path(file))?;
        let units: Vec<u16> =
            bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        let text = String::from_utf16(&units)?;
        let values = |lines: &str| {
            lines
                .lines()
                // A key's own value has no name.
                .filter_map(|line| match line.strip_prefix("@=") {
                    Some(value) => Some(("", value)),
                    None => line.strip_prefix('"')?.split_once("\"="),
                })
                .map(|(name, value)| {
                    let value = value.strip_prefix("dword:").unwrap_or(value);
                    // One on either side: those of the value itself stand behind a backslash.
                    let text = value.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
                    let value = text.unwrap_or(value);
                    (name.to_owned(), value.replace(r#"\""#, "\"").replace(r"\\", r"\"))
                })
                .collect()
        };
        let keys = text.split("\r\n[").skip(1).filter_map(|part| part.split_once(']'));
        Ok(keys.map(|(name, lines)| (name.to_owned(), values(lines))).collect())
    }

    /// Makes this Windows one with the WebView2 runtime, as far as an installer looks.
    pub(crate) fn pretend_webview2(&self) -> Result<()> {
        let added = self.run("reg", &["add", WEBVIEW2, "/v", "pv", "/d", "140.0.1.2", "/f"])?;
        ensure!(added == 0, "reg add ended with {added}");
        Ok(())
    }

    /// Starts a program that holds the app's mutex until its input ends, under that name.
    pub(crate) fn start_app(&self, program: &str) -> Result<Child> {
        self.compile("running.c", program, &[])?;
        let mut app = self.command("wine");
        let mut app = app.arg(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(app.stdout.take().context("no pipe")?).read_line(&mut line)?;
        ensure!(line.trim_end() == "running", "{line}");
        Ok(app)
    }

    /// Compiles one of the sources in tests/wine.
    pub(crate) fn compile(&self, source: &str, to: &str, options: &[&str]) -> Result<()> {
        let source = workspace().join("tests/wine").join(source);
        let mut gcc = Command::new("x86_64-w64-mingw32-gcc");
        said(gcc.args(options).arg("-o").arg(self.path(to)).arg(source).arg("-ladvapi32"))?;
        Ok(())
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        // Ends everything in it; nobody is left to hear of a failure.
        let _ = self.command("wineserver").args(["--kill", "--wait"]).status();
    }
}

/// Whether a file has this text in UTF-16.
pub(crate) fn has_text(file: &Path, text: &str) -> Result<bool> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let wanted: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    Ok(bytes.windows(wanted.len()).any(|window| window == wanted))
}

/// Whether a shortcut leads to this path; it has each folder's name on the way.
pub(crate) fn leads_to(shortcut: &Path, path: &str) -> Result<bool> {
    let mut names = path.split('\\').skip(1);
    names.try_fold(true, |all, name| Ok(all && has_text(shortcut, name)?))
}
