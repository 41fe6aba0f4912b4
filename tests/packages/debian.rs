//! The Debian package, installed below a folder of its own.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{NEWER, output, package, packaged, said, sbom, words};

pub(crate) fn deb() -> Result<PathBuf> {
    let architecture = said(Command::new("dpkg").arg("--print-architecture"))?;
    packaged(&format!("warifu_{}_{}.deb", env!("CARGO_PKG_VERSION"), architecture.trim()))
}

/// dpkg, over a root that has nothing but an empty list of packages.
pub(crate) struct Root(tempfile::TempDir);

impl Root {
    pub(crate) fn new() -> Result<Self> {
        let root = Self(tempfile::tempdir()?);
        for folder in ["info", "updates", "triggers"] {
            fs::create_dir_all(root.path("var/lib/dpkg").join(folder))?;
        }
        for list in ["status", "available"] {
            fs::write(root.path("var/lib/dpkg").join(list), "")?;
        }
        Ok(root)
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    pub(crate) fn dpkg(&self) -> Command {
        let mut dpkg = Command::new("dpkg");
        let mut option = std::ffi::OsString::from("--root=");
        option.push(self.0.path());
        // What it depends on is not there, and is not what this is about.
        dpkg.arg(option).args(["--force-depends", "--force-not-root", "--force-bad-path"]);
        dpkg.arg(format!("--log={}", self.path("dpkg.log").display()));
        dpkg
    }

    /// Everything outside dpkg's own folder and its log.
    fn files(&self) -> Result<Vec<String>> {
        let mut found = Vec::new();
        let mut folders = vec![self.0.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder)? {
                let path = entry?.path();
                let name = path.strip_prefix(self.0.path())?.to_string_lossy().into_owned();
                if ["var", "dpkg.log"].contains(&name.as_str()) {
                    continue;
                }
                if path.is_dir() {
                    folders.push(path);
                }
                found.push(name);
            }
        }
        found.sort();
        Ok(found)
    }
}

#[test]
fn installs_upgrades_and_leaves_nothing() -> Result<()> {
    let root = Root::new()?;
    said(root.dpkg().arg("--install").arg(deb()?))?;
    let files = root.files()?;
    for file in [
        "usr/bin/warifu",
        "usr/bin/warifu-cli",
        "usr/share/applications/warifu-link.desktop",
        "usr/share/applications/warifu-profile.desktop",
        "usr/share/applications/warifu.desktop",
        "usr/share/bash-completion/completions/warifu-cli",
        "usr/share/doc/warifu/THIRD-PARTY.txt.gz",
        "usr/share/doc/warifu/changelog.gz",
        "usr/share/doc/warifu/copyright",
        "usr/share/doc/warifu/sbom.cdx.json",
        "usr/share/fish/vendor_completions.d/warifu-cli.fish",
        "usr/share/icons/hicolor/128x128/apps/warifu.png",
        "usr/share/icons/hicolor/scalable/apps/warifu.svg",
        "usr/share/man/ja/man1/warifu.1.gz",
        "usr/share/man/man1/warifu.1.gz",
        "usr/share/man/ja/man1/warifu-cli.1.gz",
        "usr/share/man/man1/warifu-cli.1.gz",
        "usr/share/metainfo/app.warifu.desktop.metainfo.xml",
        "usr/share/mime/packages/warifu-profile.xml",
        "usr/share/zsh/vendor-completions/_warifu-cli",
    ] {
        assert!(files.iter().any(|found| found == file), "no {file} in {files:#?}");
    }
    // The app starts without an address, and pages in the browser call it with one.
    let entry = |name: &str| fs::read_to_string(root.path("usr/share/applications").join(name));
    let (app, link) = (entry("warifu.desktop")?, entry("warifu-link.desktop")?);
    assert!(app.contains("\nExec=warifu\n") && !app.contains("MimeType"), "{app}");
    assert!(link.contains("\nExec=warifu --link %u\n"), "{link}");
    assert!(link.contains("\nMimeType=x-scheme-handler/warifu;\n"), "{link}");
    let profile = entry("warifu-profile.desktop")?;
    assert!(profile.contains("\nExec=warifu --open-profile %f\n"), "{profile}");
    // Starting at login is each user's own setting.
    assert!(!files.iter().any(|file| file.contains("autostart")), "{files:#?}");
    for name in ["usr/bin/warifu", "usr/share/doc/warifu/copyright"] {
        let mode = fs::metadata(root.path(name))?.permissions().mode() & 0o777;
        assert_eq!(mode, if name.contains("bin") { 0o755 } else { 0o644 }, "{name}");
    }
    let sbom = fs::read(root.path("usr/share/doc/warifu/sbom.cdx.json"))?;
    sbom::is_true(&sbom, &["gtk", "zbus"], &["windows-registry"])?;
    assert!(icon_sizes_are_true(&root.path("usr/share/icons/hicolor"))? >= 4);
    // Silent unless a file differs from its checksum.
    assert_eq!(said(root.dpkg().args(["--verify", "warifu"]))?, "");
    fs::write(root.path("usr/share/doc/warifu/copyright"), "changed")?;
    let verified = output(root.dpkg().args(["--verify", "warifu"]))?;
    assert!(words(&verified).contains("usr/share/doc/warifu/copyright"), "{}", words(&verified));

    let made = tempfile::tempdir()?;
    said(package("deb", NEWER, made.path())?.args(["--only", "app"]))?;
    let newer = fs::read_dir(made.path())?.next().context("no package was made")??.path();
    said(root.dpkg().arg("--install").arg(newer))?;
    let mut query = Command::new("dpkg-query");
    query.arg(format!("--admindir={}", root.path("var/lib/dpkg").display()));
    let version = said(query.args(["--show", "--showformat=${Version}", "warifu"]))?;
    assert_eq!(version, NEWER);
    assert_eq!(root.files()?, files);

    said(root.dpkg().args(["--purge", "warifu"]))?;
    assert_eq!(root.files()?, Vec::<String>::new());
    Ok(())
}

/// Checks each picture's size against its folder's name; how many there were.
fn icon_sizes_are_true(hicolor: &Path) -> Result<usize> {
    let mut seen = 0;
    for entry in fs::read_dir(hicolor)? {
        let folder = entry?.path();
        let png = folder.join("apps/warifu.png");
        if !png.is_file() {
            continue;
        }
        let bytes = fs::read(&png)?;
        // The header's chunk comes first: eight bytes of signature, eight of its own head.
        let number = |at: usize| -> Result<u32> {
            let bytes = bytes.get(at..at + 4).context("cut short")?;
            Ok(u32::from_be_bytes(bytes.try_into()?))
        };
        let size = format!("{}x{}", number(16)?, number(20)?);
        assert!(folder.ends_with(&size), "{} is {size}", png.display());
        seen += 1;
    }
    Ok(seen)
}

#[test]
fn depends_on_what_its_programs_are_linked_with() -> Result<()> {
    let depends = said(Command::new("dpkg-deb").arg("--field").arg(deb()?).arg("Depends"))?;
    for library in ["libc6 (>= ", "libwebkit2gtk-4.1-0", "libgtk-3-0", "libayatana-appindicator3-1"]
    {
        assert!(depends.contains(library), "{depends}");
    }
    Ok(())
}

#[test]
fn lintian_finds_nothing() -> Result<()> {
    let output = output(
        Command::new("lintian").args(["--allow-root", "--fail-on", "warning", "--"]).arg(deb()?),
    )?;
    // Errors and warnings; what is beneath is a matter of taste.
    assert!(output.status.success(), "{}", words(&output));
    Ok(())
}
