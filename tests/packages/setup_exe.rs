//! setup.exe under Wine.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result, ensure};
use system_tests::wait;

use crate::{
    NEWER, package, packaged, said,
    wine::{PROFILE, WEBVIEW2, Wine, has_text, leads_to},
};

const UNINSTALL: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Warifu";
const SCHEME: &str = r"HKCU\Software\Classes\warifu";
/// What opens connection profiles; where it is offered for all files in JSON; and in the menu of one.
const PROFILES: &str = r"HKCU\Software\Classes\Warifu.Profile";
const JSON: &str = r"HKCU\Software\Classes\.json";
const MENU: &str = r"HKCU\Software\Classes\SystemFileAssociations\.json\shell\Warifu.Profile";
const RUN: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run";
const ANSWER: &str = r"HKCU\Software\Warifu";

/// The exit codes that packaging/README.md promises.
const WEBVIEW2_MISSING: i32 = 3;
const NEWER_INSTALLED: i32 = 4;
const RUNNING: i32 = 5;
const NO_PROFILE: i32 = 6;

pub(crate) fn setup() -> Result<PathBuf> {
    packaged(&format!("Warifu-{}-x64-setup.exe", env!("CARGO_PKG_VERSION")))
}

fn folder() -> String {
    Wine::of_user(r"AppData\Local\Programs\Warifu")
}

fn program() -> String {
    format!(r"{}\warifu.exe", folder())
}

fn shortcut(wine: &Wine) -> PathBuf {
    wine.path(&Wine::of_user(r"AppData\Roaming\Microsoft\Windows\Start Menu\Programs\Warifu.lnk"))
}

fn log(wine: &Wine) -> PathBuf {
    wine.path(&Wine::of_user(r"Temp\warifu-setup.log"))
}

/// What the user has beside the program: keys, and the window's state.
fn data(wine: &Wine) -> [PathBuf; 2] {
    ["Local", "Roaming"].map(|kind| {
        wine.path(&Wine::of_user(&format!(r"AppData\{kind}\app.warifu.desktop\keys\key")))
    })
}

fn make_data(wine: &Wine) -> Result<()> {
    for file in data(wine) {
        fs::create_dir_all(file.parent().context("no folder")?)?;
        fs::write(file, "secret")?;
    }
    Ok(())
}

fn start_at_login() -> Option<String> {
    Some(format!("\"{}\" --hidden", program()))
}

/// The uninstaller goes on in a copy of itself, so that it can remove itself.
fn uninstall(wine: &Wine, switches: &[&str]) -> Result<()> {
    let code = wine.run(format!(r"{}\uninstall.exe", folder()), switches)?;
    ensure!(code == 0, "the uninstaller ended with {code}");
    wait::until("the folder is removed", || Ok((!wine.path(&folder()).exists()).then_some(())))?;
    // It ends a little later.
    said(wine.command("wineserver").arg("--wait"))?;
    Ok(())
}

#[test]
fn installs_for_one_user_upgrades_never_downgrades_and_goes() -> Result<()> {
    let wine = Wine::new()?;
    let older = setup()?;
    let made = tempfile::tempdir()?;
    said(package("windows", NEWER, made.path())?.args(["--only", "setup"]))?;
    let newer = made.path().join(format!("Warifu-{NEWER}-x64-setup.exe"));

    let profile = format!("/PROFILE={PROFILE}");
    assert_eq!(wine.run(&older, &["/S", "/STARTATLOGIN=1", &profile])?, WEBVIEW2_MISSING);
    for name in [
        "warifu.exe",
        "warifu-cli-completion.ps1",
        "WebView2Loader.dll",
        "LICENSE.txt",
        "THIRD-PARTY.txt",
        "sbom.cdx.json",
    ] {
        let installed = fs::read(wine.path(&format!(r"{}\{name}", folder())))?;
        assert!(installed == fs::read(packaged(&format!("windows/{name}"))?)?, "{name} differs");
    }
    let kept_profile = wine.path(&format!(r"{}\profile.warifu.json", folder()));
    assert_eq!(fs::read_to_string(&kept_profile)?, "a profile\n");
    assert!(leads_to(&shortcut(&wine), &program())?);
    let entry = wine.registry(UNINSTALL)?;
    assert_eq!(entry["DisplayVersion"], env!("CARGO_PKG_VERSION"));
    assert_eq!(entry["Publisher"], "Warifu");
    assert_eq!(entry["InstallLocation"], folder());
    let kilobytes = u32::from_str_radix(&entry["EstimatedSize"], 16)?;
    assert!((5_000..100_000).contains(&kilobytes), "{kilobytes}");
    assert_eq!(wine.registry(RUN)?.remove("Warifu"), start_at_login());
    assert_eq!(wine.registry(ANSWER)?["StartAtLogin"], "00000001");
    assert!(wine.registry(SCHEME)?.contains_key("URL Protocol"));
    let called = format!(r#""{}" --link "%1""#, program());
    assert_eq!(wine.registry(&format!(r"{SCHEME}\shell\open\command"))?[""], called);
    let opened = format!(r#""{}" --open-profile "%1""#, program());
    assert_eq!(wine.registry(&format!(r"{PROFILES}\shell\open\command"))?[""], opened);
    assert_eq!(wine.registry(&format!(r"{MENU}\command"))?[""], opened);
    assert_eq!(wine.registry(MENU)?["AppliesTo"], r#"System.FileName:~>".warifu.json""#);
    assert!(wine.registry(&format!(r"{JSON}\OpenWithProgids"))?.contains_key("Warifu.Profile"));
    // Other programs' files stay theirs.
    assert!(!wine.registry(JSON)?.contains_key(""));

    // An upgrade that says nothing keeps what there is.
    make_data(&wine)?;
    wine.pretend_webview2()?;
    assert_eq!(wine.run(&newer, &["/S"])?, 0);
    assert_eq!(wine.registry(UNINSTALL)?["DisplayVersion"], NEWER);
    assert_eq!(fs::read_to_string(&kept_profile)?, "a profile\n");
    assert_eq!(wine.registry(RUN)?.remove("Warifu"), start_at_login());
    assert!(data(&wine).iter().all(|file| file.is_file()));

    assert_eq!(wine.run(&older, &["/S"])?, NEWER_INSTALLED);
    assert_eq!(wine.registry(UNINSTALL)?["DisplayVersion"], NEWER);
    assert!(has_text(&log(&wine), &format!("version {NEWER} is installed, which is newer"))?);

    // Removed, but for what is the user's.
    uninstall(&wine, &["/S"])?;
    assert!(!shortcut(&wine).exists());
    assert_eq!(wine.registry(RUN)?.remove("Warifu"), None);
    for key in [UNINSTALL, ANSWER, SCHEME, PROFILES, MENU, JSON] {
        assert!(wine.registry(key)?.is_empty(), "{key}");
    }
    assert!(data(&wine).iter().all(|file| file.is_file()));

    assert_eq!(wine.run(&newer, &["/S", r"/PROFILE=C:\nowhere.json"])?, NO_PROFILE);
    assert!(!wine.path(&program()).exists());
    assert_eq!(wine.run(&newer, &["/S", "/STARTATLOGIN=0"])?, 0);
    assert_eq!(wine.registry(RUN)?.remove("Warifu"), None);
    assert_eq!(wine.registry(ANSWER)?["StartAtLogin"], "00000000");
    uninstall(&wine, &["/S", "/REMOVEUSERDATA=1"])?;
    for file in data(&wine) {
        let folder = file.ancestors().nth(2).context("no folder")?;
        assert!(!folder.exists(), "{}", folder.display());
    }
    Ok(())
}

#[test]
fn neither_installs_nor_removes_while_the_app_runs() -> Result<()> {
    let wine = Wine::new()?;
    wine.pretend_webview2()?;
    assert_eq!(wine.run(setup()?, &["/S"])?, 0);

    let mut app = wine.start_app(r"C:\配布 用\running.exe")?;
    fs::remove_file(shortcut(&wine))?;
    assert_eq!(wine.run(setup()?, &["/S"])?, RUNNING);
    assert!(!shortcut(&wine).exists(), "it installed");
    // The uninstaller's copy says no, and only in the log.
    fs::remove_file(log(&wine))?;
    assert_eq!(wine.run(format!(r"{}\uninstall.exe", folder()), &["/S"])?, 0);
    wait::until("the uninstaller refuses", || {
        let file = log(&wine);
        Ok((file.is_file() && has_text(&file, "Warifu is running")?).then_some(()))
    })?;
    assert!(wine.path(&program()).is_file());

    drop(app.stdin.take());
    assert!(app.wait()?.success());
    assert_eq!(wine.run(setup()?, &["/S"])?, 0);
    assert!(shortcut(&wine).exists());
    Ok(())
}

#[test]
fn brings_webview2_along_where_it_was_put_beside_the_packaging() -> Result<()> {
    let wine = Wine::new()?;
    let made = tempfile::tempdir()?;
    let setup = wine.path(r"C:\webview2.exe");
    wine.compile("webview2_setup.c", r"C:\webview2.exe", &[])?;
    said(package("windows", NEWER, made.path())?.arg("--webview2-setup").arg(&setup))?;
    fs::remove_file(setup)?;
    assert_eq!(wine.run(made.path().join(format!("Warifu-{NEWER}-x64-setup.exe")), &["/S"])?, 0);
    assert_eq!(wine.registry(WEBVIEW2)?["pv"], "140.0.1.2");
    uninstall(&wine, &["/S"])?;

    let msi = made.path().join(format!("Warifu-{NEWER}-x64.msi"));
    fs::copy(msi, wine.path(r"C:\warifu.msi"))?;
    assert_eq!(wine.run("reg", &["delete", WEBVIEW2, "/f"])?, 0);
    assert_eq!(wine.run("msiexec", &["/i", r"C:\warifu.msi", "/qn"])?, 0);
    assert_eq!(wine.registry(WEBVIEW2)?["pv"], "140.0.1.2");
    Ok(())
}
