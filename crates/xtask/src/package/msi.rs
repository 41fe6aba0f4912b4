//! The MSI, with wixl and msibuild.

use std::{fmt::Write as _, fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result};

use super::{Content, Plan, copy, make_empty_folder, write};
use crate::run::{step, workspace};

/// Makes the MSI.
pub(super) fn make(plan: &Plan, content: &Content) -> Result<PathBuf> {
    let sources = workspace().join("packaging/windows");
    // wixl looks for files in the folder that it runs in.
    let folder = plan.output.join("msi");
    make_empty_folder(&folder)?;
    copy(&workspace().join("icons/icon.ico"), &folder.join("warifu.ico"))?;
    for name in &content.files {
        copy(&content.folder.join(name), &folder.join(name))?;
    }
    if let Some(webview2) = &content.webview2 {
        copy(webview2, &folder.join(WEBVIEW2_SETUP))?;
    }
    write(&folder.join("programs.wxs"), programs(&content.files)?)?;
    let output = plan.output.join(format!("Warifu-{}-x64.msi", plan.version));

    let mut wixl = Command::new("wixl");
    wixl.current_dir(&folder)
        .args(["--arch", "x64", "-D", &format!("VERSION={}", plan.version)])
        .args(["-D", if content.webview2.is_some() { "WEBVIEW2=yes" } else { "WEBVIEW2=no" }])
        .arg("--output")
        .arg(&output)
        .arg(sources.join("warifu.wxs"))
        .arg("programs.wxs");
    step("Making the MSI", &mut wixl)?;
    let mut sql = fs::read_to_string(sources.join("warifu.sql"))?;
    // wixl writes no code page into the file, whatever warifu.wxs says, and text beyond ASCII is lost
    // without one.
    let utf8 = folder.join("codepage.idt");
    write(&utf8, "\r\n\r\n65001\t_ForceCodepage\r\n")?;
    let mut msibuild = Command::new("msibuild");
    msibuild.arg(&output).arg("-i").arg(&utf8);
    if content.webview2.is_some() {
        sql.push_str(&fs::read_to_string(sources.join("webview2.sql"))?);
    }
    let version = plan.version.to_string();
    for statement in statements(&sql) {
        msibuild.arg("-q").arg(statement.replace("@VERSION@", &version));
    }
    step("Completing the MSI", &mut msibuild)?;
    fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    Ok(output)
}

/// The statements of an SQL file: one a line, and comments.
fn statements(sql: &str) -> impl Iterator<Item = &str> {
    sql.lines().filter(|line| !line.is_empty() && !line.starts_with("--"))
}

/// The name under which warifu.wxs takes in Microsoft's installer of the WebView2 runtime.
const WEBVIEW2_SETUP: &str = "WebView2Setup";

/// A component for each file. wixl derives its stable identifier from its path.
fn programs(files: &[String]) -> Result<String> {
    let mut text = String::from(
        "<Wix xmlns=\"http://schemas.microsoft.com/wix/2006/wi\">\n<Fragment>\n\
         <ComponentGroup Id=\"Programs\">\n",
    );
    // Identifiers have no hyphens.
    let id = |file: &str| file.replace('-', "_");
    for file in files {
        writeln!(text, "<ComponentRef Id=\"{}\"/>", id(file))?;
    }
    text.push_str("</ComponentGroup>\n<DirectoryRef Id=\"INSTALLDIR\">\n");
    for file in files {
        let id = id(file);
        writeln!(
            text,
            "<Component Id=\"{id}\" Guid=\"*\" Win64=\"yes\">\
             <File Id=\"{id}\" Name=\"{file}\" Source=\"{file}\" KeyPath=\"yes\"/></Component>"
        )?;
    }
    text.push_str("</DirectoryRef>\n</Fragment>\n</Wix>\n");
    Ok(text)
}
