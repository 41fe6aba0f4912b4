//! setup.exe, with NSIS.

use std::{ffi::OsString, path::PathBuf, process::Command};

use anyhow::{Context as _, Result, ensure};

use super::{Content, Plan, signing::Signing, write};
use crate::run::{step, workspace};

/// What setup.exe may weigh, so that it can be fetched on a branch office's line.
const MAX_BYTES: u64 = 12 << 20;

/// Makes setup.exe.
pub(super) fn make(plan: &Plan, content: &Content, signing: Option<&Signing>) -> Result<PathBuf> {
    let sources = workspace().join("packaging/windows");
    let include = content.folder.with_extension("nsh");
    write(&include, macros(content)?)?;
    let output = plan.output.join(format!("Warifu-{}-x64-setup.exe", plan.version));

    let mut makensis = Command::new("makensis");
    makensis.args(["-V2", "-WX", "-INPUTCHARSET", "UTF8"]);
    let mut define = |name: &str, value: OsString| {
        let mut argument = OsString::from(format!("-D{name}="));
        argument.push(value);
        makensis.arg(argument);
    };
    define("VERSION", plan.version.to_string().into());
    define("FILES", include.clone().into());
    define("ICON", workspace().join("icons/icon.ico").into());
    define("PICTURE", sources.join("setup.bmp").into());
    define("OUTPUT", output.clone().into());
    if let Some(webview2) = &content.webview2 {
        define("WEBVIEW2", webview2.into());
    }
    if let Some(signing) = signing {
        define("SIGN", signing.shell_command()?.into());
    }
    makensis.arg(sources.join("setup.nsi"));
    match signing {
        Some(signing) => signing.step_with_password("Making setup.exe", &mut makensis)?,
        None => step("Making setup.exe", &mut makensis)?,
    }

    std::fs::remove_file(&include)?;

    let bytes = std::fs::metadata(&output).context("makensis left no setup.exe")?.len();
    ensure!(bytes <= MAX_BYTES, "setup.exe has {bytes} bytes, and may have {MAX_BYTES}");
    Ok(output)
}

/// The macros that put the programs into the installation's folder, and take them away.
fn macros(content: &Content) -> Result<String> {
    let mut install = String::new();
    let mut delete = String::new();
    for name in &content.files {
        let path = content.folder.join(name);
        let path = path.to_str().context("NSIS needs a folder whose name is Unicode")?;
        // In NSIS a dollar sign begins a variable; quotation marks cannot be in the way.
        install.push_str(&format!("  File \"{}\"\n", path.replace('$', "$$")));
        delete.push_str(&format!("  Delete \"$INSTDIR\\{name}\"\n"));
    }
    Ok(format!(
        "!macro InstallPrograms\n{install}!macroend\n!macro DeletePrograms\n{delete}!macroend\n"
    ))
}
