//! The package `warifu`: the app and its console program, for a user's PC.

use std::{fs, process::Command};

use anyhow::Result;

use super::{
    super::{make_folder, programs, write},
    Package, Stage, date, sources,
};
use crate::run::{step, workspace};

pub(super) const PACKAGE: Package = Package {
    name: "warifu",
    programs: programs::all,
    folder: "linux",
    // Opened by the app when it starts, for the tray's icon.
    depends: "libayatana-appindicator3-1",
    fields: "Recommends: gnome-keyring | keepassxc, xdg-utils\n\
             Section: net\n\
             Priority: optional\n\
             Description: certificate login bound to one PC\n \
             Warifu makes the key pair on this PC, obtains the electronic certificate,\n \
             and logs in to the service with it over mutual TLS. It warns in the\n \
             notification area before a certificate or a password expires.\n",
    completed: "warifu-cli",
    scripts: &[],
    conffiles: &[],
    stage,
};

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

fn stage(stage: &Stage<'_>) -> Result<()> {
    let sources = sources();
    for entry in DESKTOP_ENTRIES {
        stage.put(&sources.join(entry), &format!("usr/share/applications/{entry}"))?;
    }
    stage.put(&sources.join("warifu-profile.xml"), "usr/share/mime/packages/warifu-profile.xml")?;
    for (size, drawing) in ICONS {
        let drawing = workspace().join("icons").join(drawing);
        let ending = drawing.extension().unwrap_or_default().to_string_lossy();
        stage.put(&drawing, &format!("usr/share/icons/hicolor/{size}/apps/warifu.{ending}"))?;
    }
    let metainfo = "app.warifu.desktop.metainfo.xml";
    let text = fs::read_to_string(sources.join(metainfo))?
        .replace("@VERSION@", &stage.plan.version.to_string())
        .replace("@DATE@", &date("+%Y-%m-%d")?);
    make_folder(&stage.root.join("usr/share/metainfo"))?;
    write(&stage.root.join("usr/share/metainfo").join(metainfo), text)?;
    check(stage)
}

/// Has the desktop's own tools check what is written for them.
fn check(stage: &Stage<'_>) -> Result<()> {
    let entries = DESKTOP_ENTRIES.map(|it| stage.root.join("usr/share/applications").join(it));
    step("Checking the desktop entries", Command::new("desktop-file-validate").args(entries))?;
    step(
        "Checking the AppStream metainfo",
        Command::new("appstreamcli")
            .args(["validate", "--no-net", "--no-color"])
            .arg(stage.root.join("usr/share/metainfo/app.warifu.desktop.metainfo.xml")),
    )
}
