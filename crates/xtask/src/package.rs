//! `cargo xtask package …`: what is handed out, under `target/package/`.

mod deb;
mod licences;
mod msi;
mod programs;
mod setup_exe;
mod signing;
mod version;
mod windows;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};

use crate::run::target;
use version::Version;

/// What to package.
#[derive(Subcommand)]
pub(crate) enum Package {
    /// The MSI for silent deployment, and setup.exe for one user
    Windows {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        options: windows::Options,
    },
    /// The Debian package
    Deb {
        #[command(flatten)]
        common: Common,
    },
}

#[derive(Args)]
pub(crate) struct Common {
    /// The version that the packages bear; the workspace's own if not given
    #[arg(long, value_name = "X.Y.Z")]
    package_version: Option<Version>,
    /// Where the packages go
    #[arg(long, value_name = "FOLDER", default_value_os_t = folder())]
    output: PathBuf,
    /// Package what an earlier run built, without building it anew
    #[arg(long)]
    built_before: bool,
}

/// Builds and packages, and prints what came of it.
pub(crate) fn run(package: Package) -> Result<ExitCode> {
    let made = match package {
        Package::Windows { common, options } => windows::package(&common.ready()?, &options)?,
        Package::Deb { common } => deb::package(&common.ready()?)?,
    };
    println!();
    for file in &made {
        print_size(file)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds all the packages, for the tests that install them.
pub(crate) fn everything() -> Result<()> {
    let common = || Common { package_version: None, output: folder(), built_before: false };
    run(Package::Windows { common: common(), options: windows::Options::default() })?;
    run(Package::Deb { common: common() })?;
    Ok(())
}

impl Common {
    /// With the version decided, and the folder there.
    fn ready(self) -> Result<Plan> {
        let version = match self.package_version {
            Some(version) => version,
            None => programs::workspace_version()?.parse()?,
        };
        // Absolute, because the tools run in folders of their own.
        let output = std::path::absolute(&self.output)?;
        make_folder(&output)?;
        Ok(Plan { version, output, built_before: self.built_before })
    }
}

/// What goes into both installers for Windows.
struct Content {
    /// The folder of the programs and their libraries.
    folder: PathBuf,
    /// The names of the files in it.
    files: Vec<String>,
    /// Microsoft's installer of the WebView2 runtime, to be run where it is missing.
    webview2: Option<PathBuf>,
}

/// What is to be done.
struct Plan {
    version: Version,
    output: PathBuf,
    built_before: bool,
}

fn folder() -> PathBuf {
    target().join("package")
}

fn make_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

/// Makes a folder that holds nothing yet.
fn make_empty_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => {
            return Err(error).with_context(|| format!("cannot empty {}", folder.display()));
        }
    }
    make_folder(folder)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to)
        .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

fn print_size(file: &Path) -> Result<()> {
    let bytes =
        fs::metadata(file).with_context(|| format!("{} was not made", file.display()))?.len();
    let tenths = bytes.saturating_mul(10) / (1 << 20);
    println!("{:>4}.{} MiB  {}", tenths / 10, tenths % 10, file.display());
    Ok(())
}
