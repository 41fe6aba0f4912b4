//! `cargo xtask package …`: what is handed out, under `target/package/`.

mod contents;
mod deb;
mod licences;
mod msi;
mod programs;
mod sbom;
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

use crate::{
    run::{build_screens, target},
    setup::{Need, install},
};
use version::Version;

/// The profile of what only the tests install: see `Cargo.toml`.
pub(crate) const QUICK: &str = "quick";

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
    /// The Debian packages, of the app and of the backend
    Deb {
        #[command(flatten)]
        common: Common,
        /// Make this one alone
        #[arg(long)]
        only: Option<deb::Which>,
    },
}

#[derive(Args)]
pub(crate) struct Common {
    /// The version that the packages bear; the workspace's own if not given
    #[arg(long, value_name = "X.Y.Z")]
    package_version: Option<Version>,
    /// Where the packages go; target/package if not given
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
    /// Package what an earlier run built, without building it anew
    #[arg(long)]
    built_before: bool,
    /// Build in a fraction of the time what is good for tests alone; it goes to target/package-quick
    #[arg(long)]
    quick: bool,
}

/// Builds and packages, and prints what came of it.
pub(crate) fn run(package: Package) -> Result<ExitCode> {
    let made = match package {
        Package::Windows { common, options } => windows::package(&common.ready()?, &options)?,
        Package::Deb { common, only } => deb::package(&common.ready()?, only)?,
    };
    print_sizes(&made)?;
    Ok(ExitCode::SUCCESS)
}

/// Builds all the packages quickly, for the tests that install them; the screens are built already.
pub(crate) fn for_tests() -> Result<()> {
    let plan = Plan::new(None, None, true)?;
    print_sizes(&windows::package(&plan, &windows::Options::default())?)?;
    print_sizes(&deb::package(&plan, None)?)
}

impl Common {
    /// What is to be done, with the screens built.
    fn ready(self) -> Result<Plan> {
        let mut plan = Plan::new(self.package_version, self.output, self.quick)?;
        plan.built_before = self.built_before;
        if !plan.built_before {
            install(&[Need::Build])?;
            build_screens()?;
        }
        Ok(plan)
    }
}

impl Plan {
    /// With the version decided, and the folder there.
    fn new(version: Option<Version>, output: Option<PathBuf>, quick: bool) -> Result<Self> {
        let version = match version {
            Some(version) => version,
            None => programs::workspace_version()?.parse()?,
        };
        let built = target().join(if quick { "package-quick" } else { "package" });
        // Absolute, because the tools run in folders of their own.
        let output = std::path::absolute(output.as_ref().unwrap_or(&built))?;
        make_folder(&output)?;
        Ok(Self { version, output, built, built_before: false, quick })
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
    /// Where the packages go.
    output: PathBuf,
    /// Where the programs go, in a folder for each system.
    built: PathBuf,
    built_before: bool,
    /// Whether only tests will have it.
    quick: bool,
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

fn print_sizes(made: &[PathBuf]) -> Result<()> {
    println!();
    made.iter().try_for_each(|file| print_size(file))
}

fn print_size(file: &Path) -> Result<()> {
    let bytes =
        fs::metadata(file).with_context(|| format!("{} was not made", file.display()))?.len();
    let tenths = bytes.saturating_mul(10) / (1 << 20);
    println!("{:>4}.{} MiB  {}", tenths / 10, tenths % 10, file.display());
    Ok(())
}
