//! `cargo xtask package deb`.

mod app;
mod backend;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use clap::ValueEnum;

use super::{Plan, copy, licences, make_empty_folder, make_folder, programs::Program, sbom, write};
use crate::{
    run::{ask, build_everything, cargo, step, target, workspace},
    setup::{Need, install},
};

/// Whom to write to about the packages.
const MAINTAINER: &str = "Warifu <packages@warifu.example>";

/// The two packages.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Which {
    /// For users: the app and its console program.
    App,
    /// For providers.
    Backend,
}

/// What makes a package different from the others.
struct Package {
    name: &'static str,
    /// The programs that are in it.
    programs: fn() -> Result<Vec<Program>>,
    /// Below the folder of what was built.
    folder: &'static str,
    /// What `dpkg-shlibdeps` cannot see.
    depends: &'static str,
    /// The other fields for dpkg, whole lines.
    fields: &'static str,
    /// The programs with completions for the shells.
    completed: &'static str,
    /// What dpkg runs before and after: below `packaging/debian`.
    scripts: &'static [&'static str],
    /// Files that a person may change, which an upgrade then keeps.
    conffiles: &'static [&'static str],
    /// Puts what only this one has.
    stage: fn(&Stage<'_>) -> Result<()>,
}

/// A package's files as they will be installed, while they are laid out.
struct Stage<'a> {
    root: &'a Path,
    plan: &'a Plan,
}

impl Stage<'_> {
    /// Puts a file where it will be installed.
    fn put(&self, from: &Path, to: &str) -> Result<()> {
        let to = self.root.join(to);
        make_folder(to.parent().unwrap_or(self.root))?;
        copy(from, &to)
    }

    /// The same, compressed as dpkg's policy wants it.
    fn put_compressed(&self, from: &Path, to: &str) -> Result<()> {
        self.put(from, to)?;
        compress(&self.root.join(to))
    }
}

/// Where people's part of the packages is.
fn sources() -> PathBuf {
    workspace().join("packaging/debian")
}

/// Builds the programs and packages them; the files that were made.
pub(super) fn package(plan: &Plan, only: Option<Which>) -> Result<Vec<PathBuf>> {
    ensure!(cfg!(target_os = "linux"), "a Debian package is made on Debian");
    install(&[Need::Build, Need::PackageDeb])?;
    if plan.quick && !plan.built_before {
        build_everything()?;
    }
    let mut made = Vec::new();
    for (which, package) in [(Which::App, &app::PACKAGE), (Which::Backend, &backend::PACKAGE)] {
        if only.is_none_or(|only| only == which) {
            made.extend(make(plan, package)?);
        }
    }
    Ok(made)
}

fn make(plan: &Plan, package: &Package) -> Result<Vec<PathBuf>> {
    let programs = (package.programs)()?;
    let built = plan.built.join(package.folder);
    if !plan.built_before {
        build(&built, &programs, plan.quick)?;
    }
    let root = plan.output.join(format!("{}-root", package.name));
    make_empty_folder(&root)?;
    stage(&root, &built, package, &programs, plan)?;
    control(&root, package, &programs, plan)?;
    set_modes(&root)?;

    let architecture = said_by(Command::new("dpkg").arg("--print-architecture"))?;
    let output = plan.output.join(format!("{}_{}_{architecture}.deb", package.name, plan.version));
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
fn stage(
    root: &Path,
    built: &Path,
    package: &Package,
    programs: &[Program],
    plan: &Plan,
) -> Result<()> {
    let stage = Stage { root, plan };
    for Program { name, .. } in programs {
        stage.put(&built.join(name), &format!("usr/bin/{name}"))?;
        for (page, folder) in pages(&sources(), name) {
            stage.put_compressed(&page, &format!("usr/share/man/{folder}/{name}.1"))?;
        }
    }
    let program = package.completed;
    for (ending, to) in [
        ("bash", format!("usr/share/bash-completion/completions/{program}")),
        ("zsh", format!("usr/share/zsh/vendor-completions/_{program}")),
        ("fish", format!("usr/share/fish/vendor_completions.d/{program}.fish")),
    ] {
        let from = workspace().join(format!("packaging/completions/{program}.{ending}"));
        stage.put(&from, &to)?;
    }
    (package.stage)(&stage)?;

    let doc = format!("usr/share/doc/{}", package.name);
    let copyright = fs::read_to_string(sources().join("copyright"))?;
    make_folder(&root.join(&doc))?;
    write(&root.join(&doc).join("copyright"), copyright.replace("@PACKAGE@", package.name))?;
    stage.put_compressed(&built.join(licences::FILE), &format!("{doc}/{}", licences::FILE))?;
    // As it is: scanners look for it, and uncompressed.
    stage.put(&built.join(sbom::FILE), &format!("{doc}/{}", sbom::FILE))?;
    let changelog = root.join(doc).join("changelog");
    write(
        &changelog,
        format!(
            "{} ({}) stable; urgency=medium\n\n  * Release {}.\n\n -- {MAINTAINER}  {}\n",
            package.name,
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
fn control(root: &Path, package: &Package, programs: &[Program], plan: &Plan) -> Result<()> {
    let (sums, bytes) = checksums(root)?;
    let debian = root.join("DEBIAN");
    make_folder(&debian)?;
    write(&debian.join("md5sums"), sums)?;
    for script in package.scripts {
        let from = sources().join(script);
        copy(&from, &debian.join(from.file_name().unwrap_or_default()))?;
    }
    if !package.conffiles.is_empty() {
        let lines = package.conffiles.iter().map(|file| format!("/{file}\n"));
        write(&debian.join("conffiles"), lines.collect::<String>())?;
    }
    let libraries = libraries(root, programs)?;
    let architecture = said_by(Command::new("dpkg").arg("--print-architecture"))?;
    write(
        &debian.join("control"),
        format!(
            "Package: {}\n\
             Version: {}\n\
             Architecture: {architecture}\n\
             Maintainer: {MAINTAINER}\n\
             Installed-Size: {}\n\
             Depends: {libraries}, {}\n\
             {}",
            package.name,
            plan.version,
            bytes.div_ceil(1024),
            package.depends,
            package.fields,
        ),
    )
}

/// The packages whose libraries the programs are linked with.
fn libraries(root: &Path, programs: &[Program]) -> Result<String> {
    // dpkg-shlibdeps wants to run in a source package; this is the least of one that it takes.
    let source = root.with_extension("source");
    make_empty_folder(&source)?;
    make_folder(&source.join("debian"))?;
    write(
        &source.join("debian/control"),
        "Source: warifu\n\nPackage: warifu\nArchitecture: any\n",
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
    let scripts = ["postinst", "postrm", "prerm"].map(|name| root.join("DEBIAN").join(name));
    visit(root, &mut |path, is_folder| {
        let runs = path.starts_with(&programs) || scripts.iter().any(|script| script == path);
        let mode = if is_folder || runs { 0o755 } else { 0o644 };
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
