//! `cargo xtask package deb`.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};

use super::{
    Plan, copy, licences, make_empty_folder, make_folder,
    programs::{self, Program},
    sbom, write,
};
use crate::{
    run::{ask, build_everything, cargo, step, target, workspace},
    setup::{Need, install},
};

/// The package's name, and whom to write to about it.
const PACKAGE: &str = "warifu";
const MAINTAINER: &str = "Warifu <packages@warifu.example>";

/// The icons that hicolor has folders for: the folder's name and the drawing.
const ICONS: [(&str, &str); 5] = [
    ("32x32", "32x32.png"),
    ("128x128", "128x128.png"),
    ("256x256", "128x128@2x.png"),
    ("512x512", "icon.png"),
    ("scalable", "warifu.svg"),
];

/// The app; what pages in the browser call, and what a double click on a connection profile does. Without
/// an address or a file the latter would start nothing.
const DESKTOP_ENTRIES: [&str; 3] =
    ["warifu.desktop", "warifu-link.desktop", "warifu-profile.desktop"];

/// The completions of `warifu-cli`, and where each shell looks for them.
const COMPLETIONS: [(&str, &str); 3] = [
    ("warifu-cli.bash", "usr/share/bash-completion/completions/warifu-cli"),
    ("warifu-cli.zsh", "usr/share/zsh/vendor-completions/_warifu-cli"),
    ("warifu-cli.fish", "usr/share/fish/vendor_completions.d/warifu-cli.fish"),
];

/// What `dpkg-shlibdeps` cannot see: opened by the app when it starts, for the tray's icon.
const OPENED_LATER: &str = "libayatana-appindicator3-1";

/// Builds the programs and packages them; the files that were made.
pub(super) fn package(plan: &Plan) -> Result<Vec<PathBuf>> {
    ensure!(cfg!(target_os = "linux"), "a Debian package is made on Debian");
    install(&[Need::Build, Need::PackageDeb])?;
    let programs = programs::all()?;
    let built = plan.built.join("linux");
    if !plan.built_before {
        build(&built, &programs, plan.quick)?;
    }
    let root = plan.output.join("deb-root");
    make_empty_folder(&root)?;
    stage(&root, &built, &programs, plan)?;
    control(&root, &programs, plan)?;
    set_modes(&root)?;
    check(&root)?;

    let architecture = said_by(Command::new("dpkg").arg("--print-architecture"))?;
    let output = plan.output.join(format!("{PACKAGE}_{}_{architecture}.deb", plan.version));
    step(
        "Making the Debian package",
        Command::new("dpkg-deb")
            // The files' times; the same sources make the same package.
            .env("SOURCE_DATE_EPOCH", date("+%s")?)
            .args(["--root-owner-group", "-Zxz", if plan.quick { "-z0" } else { "-z6" }, "--build"])
            .arg(&root)
            .arg(&output)
            .stdout(Stdio::null()),
    )?;
    fs::remove_dir_all(&root).with_context(|| format!("cannot remove {}", root.display()))?;
    let programs = programs.iter().map(|program| built.join(&program.name));
    Ok(programs.chain([output]).collect())
}

fn build(built: &Path, programs: &[Program], quick: bool) -> Result<()> {
    make_empty_folder(built)?;
    if quick {
        // Nothing of its own is built: these are the programs that the other tests start.
        build_everything()?;
        for Program { name, .. } in programs {
            let mut strip = Command::new("strip");
            strip.arg("-o").arg(built.join(name)).arg(target().join("debug").join(name));
            said_by(&mut strip)?;
        }
    } else {
        let mut command = cargo();
        command.args(["build", "--release", "--bins"]);
        for Program { package, .. } in programs {
            command.args(["--package", package]);
        }
        step("Building for Debian (minutes)", &mut command)?;
        for Program { name, .. } in programs {
            copy(&target().join("release").join(name), &built.join(name))?;
        }
    }
    let triple = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    licences::list(programs, &triple, built)?;
    sbom::list(programs, &triple, built)
}

/// Lays out the files as they will be installed.
fn stage(root: &Path, built: &Path, programs: &[Program], plan: &Plan) -> Result<()> {
    let sources = workspace().join("packaging/debian");
    let put = |from: &Path, to: &str| {
        let to = root.join(to);
        make_folder(to.parent().unwrap_or(root))?;
        copy(from, &to)
    };
    for Program { name, .. } in programs {
        put(&built.join(name), &format!("usr/bin/{name}"))?;
        for (page, folder) in pages(&sources, name) {
            let to = format!("usr/share/man/{folder}/{name}.1");
            put(&page, &to)?;
            compress(&root.join(to))?;
        }
    }
    for (name, to) in COMPLETIONS {
        put(&workspace().join("packaging/completions").join(name), to)?;
    }
    for entry in DESKTOP_ENTRIES {
        put(&sources.join(entry), &format!("usr/share/applications/{entry}"))?;
    }
    put(&sources.join("warifu-profile.xml"), "usr/share/mime/packages/warifu-profile.xml")?;
    for (size, drawing) in ICONS {
        let drawing = workspace().join("icons").join(drawing);
        let ending = drawing.extension().unwrap_or_default().to_string_lossy();
        put(&drawing, &format!("usr/share/icons/hicolor/{size}/apps/warifu.{ending}"))?;
    }
    let metainfo = "app.warifu.desktop.metainfo.xml";
    let text = fs::read_to_string(sources.join(metainfo))?
        .replace("@VERSION@", &plan.version.to_string())
        .replace("@DATE@", &date("+%Y-%m-%d")?);
    make_folder(&root.join("usr/share/metainfo"))?;
    write(&root.join("usr/share/metainfo").join(metainfo), text)?;

    let doc = format!("usr/share/doc/{PACKAGE}");
    put(&sources.join("copyright"), &format!("{doc}/copyright"))?;
    let third_party = format!("{doc}/{}", licences::FILE);
    put(&built.join(licences::FILE), &third_party)?;
    compress(&root.join(third_party))?;
    // As it is: scanners look for it, and uncompressed.
    put(&built.join(sbom::FILE), &format!("{doc}/{}", sbom::FILE))?;
    let changelog = root.join(doc).join("changelog");
    write(
        &changelog,
        format!(
            "{PACKAGE} ({}) stable; urgency=medium\n\n  * Release {}.\n\n -- {MAINTAINER}  {}\n",
            plan.version,
            plan.version,
            date("--rfc-email")?
        ),
    )?;
    compress(&changelog)
}

/// A program's manual pages, and the folders below `man` where they go.
fn pages(sources: &Path, program: &str) -> Vec<(PathBuf, &'static str)> {
    [(format!("{program}.1"), "man1"), (format!("{program}.ja.1"), "ja/man1")]
        .map(|(name, folder)| (sources.join(name), folder))
        .into_iter()
        .filter(|(page, _)| page.is_file())
        .collect()
}

/// Writes what dpkg wants to know.
fn control(root: &Path, programs: &[Program], plan: &Plan) -> Result<()> {
    let debian = root.join("DEBIAN");
    make_folder(&debian)?;
    let (sums, bytes) = checksums(root)?;
    write(&debian.join("md5sums"), sums)?;
    let libraries = libraries(root, programs)?;
    let architecture = said_by(Command::new("dpkg").arg("--print-architecture"))?;
    write(
        &debian.join("control"),
        format!(
            "Package: {PACKAGE}\n\
             Version: {}\n\
             Architecture: {architecture}\n\
             Maintainer: {MAINTAINER}\n\
             Installed-Size: {}\n\
             Depends: {libraries}, {OPENED_LATER}\n\
             Recommends: gnome-keyring | keepassxc, xdg-utils\n\
             Section: net\n\
             Priority: optional\n\
             Description: certificate login bound to one PC\n \
             Warifu makes the key pair on this PC, obtains the electronic certificate,\n \
             and logs in to the service with it over mutual TLS. It warns in the\n \
             notification area before a certificate or a password expires.\n",
            plan.version,
            bytes.div_ceil(1024),
        ),
    )
}

/// The packages whose libraries the programs are linked with.
fn libraries(root: &Path, programs: &[Program]) -> Result<String> {
    // dpkg-shlibdeps wants to run in a source package; this is the least of one that it takes.
    let source = root.with_file_name("deb-source");
    make_empty_folder(&source)?;
    make_folder(&source.join("debian"))?;
    write(
        &source.join("debian/control"),
        format!("Source: {PACKAGE}\n\nPackage: {PACKAGE}\nArchitecture: any\n"),
    )?;
    let mut command = Command::new("dpkg-shlibdeps");
    command.current_dir(&source).arg("-O");
    for Program { name, .. } in programs {
        command.arg(format!("-e{}", root.join("usr/bin").join(name).display()));
    }
    let said = said_by(&mut command)?;
    fs::remove_dir_all(&source).with_context(|| format!("cannot remove {}", source.display()))?;
    let (_, libraries) = said
        .lines()
        .find_map(|line| line.split_once("shlibs:Depends="))
        .context("dpkg-shlibdeps found no libraries")?;
    Ok(libraries.to_owned())
}

/// The content of `md5sums`, and how many bytes the files have together.
fn checksums(root: &Path) -> Result<(String, u64)> {
    let mut files = Vec::new();
    visit(root, &mut |path, is_folder| {
        if !is_folder {
            files.push(path.to_owned());
        }
        Ok(())
    })?;
    files.sort();
    let mut sums = String::new();
    let mut bytes = 0;
    for file in files {
        let name = file.strip_prefix(root)?;
        let said = said_by(Command::new("md5sum").arg("--").arg(&file))?;
        let sum = said.split(' ').next().unwrap_or_default();
        writeln!(sums, "{sum}  {}", name.display())?;
        bytes += fs::metadata(&file)?.len();
    }
    Ok((sums, bytes))
}

/// Gives the modes that Debian's policy wants, whatever the umask here is.
fn set_modes(root: &Path) -> Result<()> {
    let programs = root.join("usr/bin");
    visit(root, &mut |path, is_folder| {
        let mode = if is_folder || path.starts_with(&programs) { 0o755 } else { 0o644 };
        set_mode(path, mode)
    })
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .with_context(|| format!("cannot set the mode of {}", path.display()))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> Result<()> {
    Ok(())
}

/// Visits a folder and everything below it.
fn visit(path: &Path, visitor: &mut dyn FnMut(&Path, bool) -> Result<()>) -> Result<()> {
    let is_folder = path.is_dir();
    visitor(path, is_folder)?;
    if is_folder {
        for entry in fs::read_dir(path)? {
            visit(&entry?.path(), visitor)?;
        }
    }
    Ok(())
}

/// Has the desktop's own tools check what is written for them.
fn check(root: &Path) -> Result<()> {
    let entries = DESKTOP_ENTRIES.map(|entry| root.join("usr/share/applications").join(entry));
    step("Checking the desktop entries", Command::new("desktop-file-validate").args(entries))?;
    step(
        "Checking the AppStream metainfo",
        Command::new("appstreamcli")
            .args(["validate", "--no-net", "--no-color"])
            .arg(root.join("usr/share/metainfo/app.warifu.desktop.metainfo.xml")),
    )
}

fn compress(file: &Path) -> Result<()> {
    // Without name and time: the same content makes the same file.
    let said = ask(Command::new("gzip").args(["-9n", "--"]).arg(file))?;
    ensure!(said.status.success(), "gzip: {}", String::from_utf8_lossy(&said.stderr));
    Ok(())
}

/// The time of the last commit.
fn date(format: &str) -> Result<String> {
    let commit = Command::new("git")
        .current_dir(workspace())
        .args(["log", "-1", "--format=@%ct"])
        .output()
        .ok()
        .filter(|said| said.status.success())
        .map(|said| String::from_utf8_lossy(&said.stdout).trim().to_owned());
    let mut date = Command::new("date");
    date.env("LC_ALL", "C").args(["--utc", format]);
    if let Some(commit) = commit {
        date.arg(format!("--date={commit}"));
    }
    said_by(&mut date)
}

/// What a program says, without the line's end.
fn said_by(command: &mut Command) -> Result<String> {
    let said = ask(command)?;
    let name = command.get_program().to_string_lossy().into_owned();
    ensure!(said.status.success(), "{name}: {}", String::from_utf8_lossy(&said.stderr));
    Ok(String::from_utf8(said.stdout)?.trim_end().to_owned())
}
