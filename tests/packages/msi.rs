//! The MSI under Wine.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};

use system_tests::wait::until;

use crate::{
    NEWER, package, packaged, said, sbom,
    wine::{PROFILE, Wine, leads_to},
};

pub(crate) const FOLDER: &str = r"C:\Program Files\Warifu";
const SBOM: &str = "sbom.cdx.json";
const SCHEME: &str = r"HKLM\Software\Classes\warifu";
/// What opens connection profiles.
const PROFILES: &str = r"HKLM\Software\Classes\Warifu.Profile";
const RUN: &str = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Run";

/// `ERROR_INSTALL_FAILURE` (1603), of which Unix keeps eight bits.
const FAILED: i32 = 1603 & 0xff;

fn start_at_login() -> Option<String> {
    Some(format!(r#""{FOLDER}\warifu.exe" --hidden"#))
}

/// A copy in a folder with Japanese letters and a blank, under a name that Windows knows.
pub(crate) fn hand_out(wine: &Wine, msi: PathBuf) -> Result<String> {
    let name = msi.file_name().and_then(|name| name.to_str()).context("no name")?;
    let path = format!(r"C:\配布 用\{name}");
    fs::copy(&msi, wine.path(&path))?;
    Ok(path)
}

fn version(wine: &Wine) -> Result<Option<String>> {
    let mut versions = Vec::new();
    let all = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall";
    let listed = crate::output(wine.command("wine").args(["reg", "query", all]))?;
    for key in String::from_utf8_lossy(&listed.stdout).lines().map(str::trim) {
        let mut values = if key.contains('{') { wine.registry(key)? } else { continue };
        if values.get("DisplayName").is_some_and(|name| name == "Warifu") {
            versions.extend(values.remove("DisplayVersion"));
        }
    }
    assert!(versions.len() < 2, "installed beside each other: {versions:?}");
    Ok(versions.pop())
}

#[test]
fn installs_for_everybody_upgrades_never_downgrades_and_goes() -> Result<()> {
    let wine = Wine::new()?;
    let made = tempfile::tempdir()?;
    said(package("windows", NEWER, made.path())?.args(["--only", "msi"]))?;
    for template in ["warifu.admx", "ja-JP/warifu.adml", "en-US/warifu.adml"] {
        assert!(made.path().join("policy").join(template).is_file(), "no {template}");
    }
    let own = env!("CARGO_PKG_VERSION");
    let older = hand_out(&wine, packaged(&format!("Warifu-{own}-x64.msi"))?)?;
    let newer = hand_out(&wine, made.path().join(format!("Warifu-{NEWER}-x64.msi")))?;
    let msiexec = |arguments: &[&str]| wine.run("msiexec", &[&["/qn"], arguments].concat());
    let installed = |name: &str| wine.path(&format!(r"{FOLDER}\{name}"));

    let profile = format!("PROFILE={PROFILE}");
    let log = r"/l*v";
    let code = msiexec(&["/i", &older, &profile, "START_AT_LOGIN=1", log, r"C:\install.log"])?;
    assert_eq!(code, 0);
    for name in [
        "warifu.exe",
        "warifu-cli-completion.ps1",
        "WebView2Loader.dll",
        "LICENSE.txt",
        "THIRD-PARTY.txt",
        SBOM,
    ] {
        let built = fs::read(packaged(&format!("windows/{name}"))?)?;
        assert!(fs::read(installed(name))? == built, "{name} differs");
    }
    sbom::is_true(&fs::read(installed(SBOM))?, &["windows-registry", "webview2-com"], &["gtk"])?;
    assert_eq!(fs::read_to_string(installed("profile.warifu.json"))?, "a profile\n");
    assert_eq!(version(&wine)?.as_deref(), Some(own));
    assert_eq!(wine.registry(RUN)?.remove("Warifu"), start_at_login());
    assert!(wine.registry(SCHEME)?.contains_key("URL Protocol"));
    let called = format!(r#""{FOLDER}\warifu.exe" --link "%1""#);
    assert_eq!(wine.registry(&format!(r"{SCHEME}\shell\open\command"))?[""], called);
    let opened = format!(r#""{FOLDER}\warifu.exe" --open-profile "%1""#);
    assert_eq!(wine.registry(&format!(r"{PROFILES}\shell\open\command"))?[""], opened);
    let log = fs::read_to_string(wine.path(r"C:\install.log"))?;
    assert!(log.contains("Warifu needs the Microsoft Edge WebView2 runtime"), "{log}");
    let menu = wine.path(&Wine::of_user(r"AppData\Roaming\Microsoft\Windows\Start Menu\Programs"));
    let shortcut = menu.join("Warifu.lnk");
    assert!(leads_to(&shortcut, &format!(r"{FOLDER}\warifu.exe"))?);

    // A repair takes nothing of whoever asks for it. As `/fa` asks for one; Wine takes only a product's
    // code there, and no property.
    fs::write(wine.path(r"C:\another.warifu.json"), "another profile\n")?;
    let repair = ["/i", &older, "REINSTALL=ALL", "REINSTALLMODE=amus"];
    assert_eq!(msiexec(&[&repair[..], &[r"PROFILE=C:\another.warifu.json"]].concat())?, 0);
    assert_eq!(fs::read_to_string(installed("profile.warifu.json"))?, "a profile\n");

    assert_eq!(msiexec(&["/i", &newer])?, 0);
    assert_eq!(version(&wine)?.as_deref(), Some(NEWER));
    assert_eq!(wine.registry(RUN)?.remove("Warifu"), start_at_login());

    assert_eq!(msiexec(&["/i", &older])?, FAILED);
    assert_eq!(version(&wine)?.as_deref(), Some(NEWER));
    assert!(installed("warifu.exe").is_file());

    // Removed, but for what is the user's.
    let key = wine.path(&Wine::of_user(r"AppData\Local\app.warifu.desktop\keys\key"));
    fs::create_dir_all(key.parent().context("no folder")?)?;
    fs::write(&key, "secret")?;
    assert_eq!(msiexec(&["/x", &newer])?, 0);
    assert_eq!(version(&wine)?, None);
    assert!(!wine.path(FOLDER).exists() && !shortcut.exists());
    assert_eq!(wine.registry(RUN)?.remove("Warifu"), None);
    assert!(wine.registry(SCHEME)?.is_empty() && wine.registry(PROFILES)?.is_empty());
    assert!(wine.registry(r"HKLM\Software\Classes\.json\OpenWithProgids")?.is_empty());
    assert!(key.is_file());

    // As Windows removes the older version in the middle of an upgrade; Wine forgets to say so.
    let upgrading = "UPGRADINGPRODUCTCODE={00000000-0000-0000-0000-000000000001}";
    assert_eq!(msiexec(&["/i", &newer, &profile, "START_AT_LOGIN=0"])?, 0);
    assert_eq!(wine.registry(RUN)?.remove("Warifu"), None);
    assert_eq!(msiexec(&["/x", &newer, upgrading, "REMOVE_USER_DATA=1"])?, 0);
    assert_eq!(fs::read_to_string(installed("profile.warifu.json"))?, "a profile\n");
    assert!(key.is_file());

    assert_eq!(msiexec(&["/i", &newer])?, 0);
    assert_eq!(msiexec(&["/x", &newer, "REMOVE_USER_DATA=1"])?, 0);
    assert!(!wine.path(FOLDER).exists());
    assert!(!key.ancestors().nth(2).context("no folder")?.exists());
    Ok(())
}

#[test]
fn ends_the_app_if_it_is_told_to() -> Result<()> {
    let wine = Wine::new()?;
    let msi = hand_out(&wine, packaged(&format!("Warifu-{}-x64.msi", env!("CARGO_PKG_VERSION")))?)?;
    let mut app = wine.start_app(r"C:\配布 用\warifu.exe")?;
    assert_eq!(wine.run("msiexec", &["/i", &msi, "/qn"])?, 0);
    assert!(app.try_wait()?.is_none(), "nobody asked for its end");
    assert_eq!(wine.run("msiexec", &["/i", &msi, "/qn", "CLOSE_APP=1"])?, 0);
    until("the app ends", || Ok(app.try_wait()?))?;
    Ok(())
}

#[test]
fn names_the_app_to_windows_and_keeps_its_upgrade_code() -> Result<()> {
    let msi = packaged(&format!("Warifu-{}-x64.msi", env!("CARGO_PKG_VERSION")))?;
    // It leaves a table's files where it is started.
    let dir = tempfile::tempdir()?;
    let table = |name: &str| {
        let mut export = std::process::Command::new("msiinfo");
        said(export.current_dir(&dir).arg("export").arg(&msi).arg(name))
    };
    assert!(
        table("MsiShortcutProperty")?.contains("System.AppUserModel.ID\tapp.warifu.desktop"),
        "Windows would not show the app's notifications"
    );
    assert!(
        table("Property")?.contains("UpgradeCode\t{7B1E7F0C-8A53-4F0A-9C60-5A1B6D2E9F41}"),
        "versions that are installed would not be found"
    );
    assert!(
        table("Registry")?.contains("\tWarifuに登録\t")
            && table("LaunchCondition")?.contains("より新しいバージョン"),
        "Japanese is lost without a code page"
    );
    let steps = table("InstallExecuteSequence")?;
    let condition = |action: &str| {
        let row = steps.lines().find(|line| line.split('\t').next() == Some(action));
        row.and_then(|row| row.split('\t').nth(1)).unwrap_or_default().to_owned()
    };
    // What a user without rights may start by a repair.
    for action in ["MoveFiles", "CloseApp"] {
        let condition = condition(action);
        assert!(condition.contains("NOT REINSTALL"), "{action}: {condition}");
    }
    assert!(condition("MoveFiles").contains("NOT Installed"));
    Ok(())
}
