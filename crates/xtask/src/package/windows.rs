//! `cargo xtask package windows`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};
use clap::{Args, ValueEnum};

use super::{
    Content, Plan, QUICK, copy, licences, make_empty_folder, make_folder, msi,
    programs::{self, Program},
    sbom, setup_exe,
    signing::{self, Signing},
};
use crate::{
    run::{cargo, for_system, is_debian, is_installed, step, target, workspace},
    setup::{Need, install},
};

/// The system that the programs are for, seen from another one.
const TRIPLE: &str = "x86_64-pc-windows-gnu";

/// The same on Windows itself.
const MSVC_TRIPLE: &str = "x86_64-pc-windows-msvc";

/// The WebView2 loader; linked statically by MSVC, a library of its own otherwise.
const LOADER: &str = "WebView2Loader.dll";

/// The completion of `warifu-cli` for PowerShell. Were it called as the program, PowerShell would run it
/// in that one's place.
const COMPLETION: &str = "warifu-cli-completion.ps1";

/// Microsoft's installer of the WebView2 runtime, where the provider has put it there.
const WEBVIEW2_SETUP: &str = "packaging/windows/redist/MicrosoftEdgeWebview2Setup.exe";

/// How to package for Windows.
#[derive(Args, Default)]
pub(crate) struct Options {
    /// Make this one alone
    #[arg(long)]
    only: Option<Installer>,
    /// Microsoft's installer of the WebView2 runtime, to be carried along; that in
    /// packaging/windows/redist if not given
    #[arg(long, value_name = "FILE")]
    webview2_setup: Option<PathBuf>,
    #[command(flatten)]
    signing: signing::Arguments,
}

/// The two ways to install.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Installer {
    /// For one user.
    Setup,
    /// For every user of a PC.
    Msi,
}

/// Builds the programs and packages them; the files that were made.
pub(super) fn package(plan: &Plan, options: &Options) -> Result<Vec<PathBuf>> {
    let Options { only, webview2_setup, signing } = options;
    let signing = Signing::of(signing)?;
    let webview2 = webview2_setup_file(webview2_setup.as_deref())?;
    install(&[Need::PackageWindows])?;
    let built = plan.built.join("windows");
    if !plan.built_before {
        build(&built, plan.quick)?;
    }
    // Signing changes files; what was built stays as it is.
    let staged = plan.output.join("windows-staged");
    make_empty_folder(&staged)?;
    let files = names(&built)?;
    ensure!(!files.is_empty(), "nothing was built yet; leave --built-before out");
    for name in &files {
        copy(&built.join(name), &staged.join(name))?;
    }
    if let Some(signing) = &signing {
        // Not the libraries: WebView2Loader.dll bears Microsoft's signature.
        for name in files.iter().filter(|name| name.ends_with(".exe")) {
            signing.sign(&staged.join(name))?;
        }
    }
    let content = Content { folder: staged, files, webview2 };

    let wanted = |installer| only.is_none_or(|only| only == installer);
    let mut made = Vec::new();
    if wanted(Installer::Setup) {
        made.push(setup_exe::make(plan, &content, signing.as_ref())?);
    }
    if wanted(Installer::Msi) {
        // Only Debian has it: left out elsewhere, unless it is asked for.
        if is_installed("wixl") || only.is_some() || is_debian() {
            made.push(msi::make(plan, &content)?);
        } else {
            println!("▶ SKIPPED: the MSI, since wixl is not installed");
        }
    }
    if let Some(signing) = &signing {
        for file in &made {
            signing.sign(file)?;
        }
    }
    hand_out_policy(&plan.output.join("policy"))?;
    let programs = content.files.iter().filter(|name| name.ends_with(".exe"));
    let programs = programs.map(|name| content.folder.join(name));
    Ok(programs.chain(made).collect())
}

/// Microsoft's installer of the WebView2 runtime, if there is one to carry along.
fn webview2_setup_file(given: Option<&Path>) -> Result<Option<PathBuf>> {
    let Some(given) = given else {
        return Ok(Some(workspace().join(WEBVIEW2_SETUP)).filter(|path| path.is_file()));
    };
    ensure!(given.is_file(), "there is no file {}", given.display());
    // Absolute, because the tools run in folders of their own.
    Ok(Some(std::path::absolute(given)?))
}

/// Puts the templates for Group Policy, in every language, beside the installers.
fn hand_out_policy(folder: &Path) -> Result<()> {
    let sources = workspace().join("packaging/windows/policy");
    make_empty_folder(folder)?;
    for name in ["warifu.admx", "ja-JP/warifu.adml", "en-US/warifu.adml"] {
        let template = folder.join(name);
        make_folder(template.parent().unwrap_or(folder))?;
        copy(&sources.join(name), &template)?;
    }
    Ok(())
}

/// Builds the programs, and leaves them with their libraries in `folder`.
fn build(folder: &Path, quick: bool) -> Result<()> {
    let programs = programs::all()?;
    let profile = if quick { QUICK } else { "release" };
    let (mut command, release) = compiler(profile)?;
    command.args(["--profile", profile, "--bins"]);
    for Program { package, .. } in &programs {
        command.args(["--package", package]);
    }
    step("Building for Windows (minutes)", &mut command)?;

    make_empty_folder(folder)?;
    for Program { name, .. } in &programs {
        let file = format!("{name}.exe");
        copy(&release.join(&file), &folder.join(&file))?;
    }
    // Put there by tauri-build, for a program that is not built with MSVC.
    let loader = release.join(LOADER);
    if !cfg!(windows) {
        ensure!(loader.is_file(), "{LOADER} is not beside the program that was built");
        copy(&loader, &folder.join(LOADER))?;
    }
    copy(&workspace().join("LICENSE"), &folder.join("LICENSE.txt"))?;
    let completion = workspace().join("packaging/completions/warifu-cli.ps1");
    copy(&completion, &folder.join(COMPLETION))?;
    let triple = if cfg!(windows) { MSVC_TRIPLE } else { TRIPLE };
    licences::list(&programs, triple, folder)?;
    sbom::list(&programs, triple, folder)
}

/// A `cargo build` for Windows, and the folder where it leaves what it built.
fn compiler(profile: &str) -> Result<(Command, PathBuf)> {
    let mut command = cargo();
    command.arg("build");
    if cfg!(windows) {
        return Ok((command, target().join(profile)));
    }
    for_system(&mut command, TRIPLE)?;
    Ok((command, target().join(TRIPLE).join(profile)))
}

/// The names of a folder's files, sorted; none if there is no such folder.
fn names(folder: &Path) -> Result<Vec<String>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry?.file_name().into_string();
        names.push(name.ok().context("a file with an odd name among the programs")?);
    }
    names.sort();
    Ok(names)
}
