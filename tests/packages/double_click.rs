//! A double click on a connection profile, as GIO and Wine's shell do it after the package was installed;
//! what stands in for the app writes down how it was started.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, ensure};
use system_tests::wait::until;

use crate::{
    debian::{Root, deb},
    msi, packaged, said,
    wine::Wine,
};

/// Names of files as hostile as both systems let them be.
const NAMES: [&str; 6] = [
    "見本 サービス.warifu.json",
    "--add-profile=x.warifu.json",
    "--hidden.WARIFU.JSON",
    "x & y; (1) ^it's $(touch x) `touch x`.warifu.json",
    "warifu;authorize,issuer=x&request=y.warifu.json",
    "\u{202e}nosj.ufiraw.warifu.json",
];

/// The desktop's side, on what the package has laid into a root of its own.
struct Desktop {
    root: Root,
    home: tempfile::TempDir,
}

impl Desktop {
    fn new() -> Result<Self> {
        let desktop = Self { root: Root::new()?, home: tempfile::tempdir()? };
        said(desktop.root.dpkg().arg("--install").arg(deb()?))?;
        // Triggers of other packages do this on a real one.
        let share = desktop.root.path("usr/share");
        said(Command::new("update-mime-database").arg(share.join("mime")))?;
        said(Command::new("update-desktop-database").arg(share.join("applications")))?;
        let app = desktop.home.path().join("bin/warifu");
        fs::create_dir(desktop.home.path().join("bin"))?;
        fs::write(&app, "#!/bin/sh\nprintf '%s\\0' \"$@\" \"\" >>\"$HOME/told\"\n")?;
        fs::set_permissions(&app, fs::Permissions::from_mode(0o755))?;
        Ok(desktop)
    }

    fn command(&self, program: &str) -> Command {
        let home = self.home.path();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::iter::once(home.join("bin")).chain(std::env::split_paths(&path));
        let mut command = Command::new("dbus-run-session");
        command
            .args(["--", program])
            .env("HOME", home)
            .env("PATH", std::env::join_paths(path).unwrap_or_default())
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_DATA_DIRS", {
                let mut all = self.root.path("usr/share").into_os_string();
                all.push(":/usr/share");
                all
            })
            .env_remove("XDG_CURRENT_DESKTOP")
            .env_remove("DISPLAY");
        command
    }

    /// What the app was started with last, once it was.
    fn told(&self) -> Result<Vec<String>> {
        let file = self.home.path().join("told");
        let told = until("the app is started", || {
            let told = fs::read(&file).unwrap_or_default();
            Ok(told.ends_with(b"\0\0").then_some(told))
        })?;
        fs::remove_file(file)?;
        let words = told.split(|byte| *byte == 0).filter(|word| !word.is_empty());
        Ok(words.map(|word| String::from_utf8_lossy(word).into_owned()).collect())
    }
}

#[test]
fn starts_the_app_with_that_file_alone_on_debian() -> Result<()> {
    let desktop = Desktop::new()?;
    let files = desktop.home.path().join("届いた ファイル");
    fs::create_dir(&files)?;
    let quotes = ["\"a\" --hidden \"b\".warifu.json", "two\nlines.warifu.json"];
    for name in NAMES.into_iter().chain(quotes) {
        let file = files.join(name);
        fs::write(&file, "{}")?;
        said(desktop.command("gio").arg("open").arg(&file))?;
        let file = file.display().to_string();
        assert_eq!(desktop.told()?, ["--open-profile", &file], "{name:?}");
        assert!(!files.join("x").exists() && !Path::new("x").exists(), "a shell has read {name:?}");
    }
    // Other programs' files stay theirs.
    let other = files.join("other.json");
    fs::write(&other, "{}")?;
    let kind =
        said(desktop.command("gio").args(["info", "-a", "standard::content-type"]).arg(&other))?;
    assert!(kind.contains("application/json"), "{kind}");
    let default = |kind: &str| said(desktop.command("xdg-mime").args(["query", "default", kind]));
    assert!(!default("application/json")?.contains("warifu"));
    assert_eq!(default("application/vnd.warifu.profile+json")?.trim(), "warifu-profile.desktop");
    assert_eq!(default("x-scheme-handler/warifu")?.trim(), "warifu-link.desktop");
    Ok(())
}

#[test]
fn starts_the_app_with_that_file_alone_on_windows() -> Result<()> {
    let wine = Wine::new()?;
    let installer = packaged(&format!("Warifu-{}-x64.msi", env!("CARGO_PKG_VERSION")))?;
    let installer = msi::hand_out(&wine, installer)?;
    ensure!(wine.run("msiexec", &["/i", &installer, "/qn"])? == 0, "it was not installed");
    wine.compile("arguments.c", &format!(r"{}\warifu.exe", msi::FOLDER), &[])?;
    // Wine looks neither at a list of programs that can open a file nor at the user's own classes: this is
    // what the user's answer to Windows' question comes to.
    let json = r"HKLM\Software\Classes\.json";
    assert_eq!(wine.registry(&format!(r"{json}\OpenWithProgids"))?.len(), 1);
    assert!(!wine.registry(json)?.contains_key(""), "other programs' files are taken");
    assert_eq!(wine.run("reg", &["add", json, "/ve", "/d", "Warifu.Profile", "/f"])?, 0);
    let told: PathBuf = wine.path(r"C:\told.txt");
    for name in NAMES {
        let file = format!(r"C:\配布 用\{name}");
        fs::write(wine.path(&file), "{}")?;
        assert_eq!(wine.run("start", &["/wait", &file])?, 0, "{name}");
        let bytes = fs::read(&told)?;
        fs::remove_file(&told)?;
        let units: Vec<u16> =
            bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        let line = format!("\"{}\\warifu.exe\" --open-profile \"{file}\"\n", msi::FOLDER);
        assert_eq!(String::from_utf16(&units)?, line);
    }
    Ok(())
}
