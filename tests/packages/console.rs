//! The console program for Windows, as a PC would run it: issuance, keys in the Credential Manager,
//! login, renewal, a new PC, what becomes of a key, the IT department's rules. The backend is outside,
//! on this machine.
//!
//! What Wine lacks (CNG's keys, WebView2) the console program does not use.

mod world;

use std::{fs, path::Path};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use system_tests::backend::Customer;

use self::world::{CREDENTIALS, PASSWORD, POLICIES, Pc, World};

#[test]
fn a_certificate_lives_in_the_credential_manager() -> Result<()> {
    let mut world = World::new()?;
    let pc = Pc::new()?;
    // So that it can be renewed at once, after the next change.
    world.reconfigure(&[("certificate_valid_days", "30"), ("renewal_days", "5")])?;
    assert_eq!(pc.ends(4, &["status"], "")?["profiles"], Value::Array(Vec::new()));
    pc.add_profile(&world)?;
    pc.issue(&world)?;

    // Each call is a process of its own: the key is found again.
    let status = pc.ends(0, &["status"], "")?;
    assert_eq!(status["identities"].as_array().map(Vec::len), Some(1));
    let folder = status["folder"].as_str().context("folder")?;
    assert!(folder.contains("割符 太郎") && folder.contains(r"AppData\Local"), "{folder}");
    pc.log_in()?;
    let wrong = pc.fails(&["login", "--password-stdin"], "Wrong-2026\n")?;
    assert_eq!(wrong, "authentication-failed");
    assert_eq!(world.provider.logins(&world.customer)?.len(), 1);

    // Kept on this PC alone, under a name that says nothing.
    let kept = pc.wine.keys(CREDENTIALS)?;
    let ours: Vec<_> = kept.iter().filter(|(key, _)| key.contains("Warifu")).collect();
    let [(key, values)] = ours.as_slice() else { anyhow::bail!("not one: {kept:?}") };
    assert!(!key.contains(&world.customer.user_id), "{key}");
    assert_eq!(values.get("Persist").map(String::as_str), Some("00000002"), "{values:?}");

    // Renewed: another key, the old one gone from the Credential Manager.
    world.reconfigure(&[("certificate_valid_days", "365"), ("renewal_days", "60")])?;
    let lines = format!("{PASSWORD}\n");
    pc.ends(0, &["renew", "--password-stdin"], &lines)?;
    let renewed = pc.wine.keys(CREDENTIALS)?;
    let ours: Vec<_> = renewed.keys().filter(|key| key.contains("Warifu")).collect();
    assert_eq!(ours.len(), 1);
    assert_ne!(ours[0], *key);
    pc.log_in()?;

    // What support asks for first.
    let bundle = r"C:\配布 用\お問い合わせ.zip";
    let checks = pc.ends(0, &["doctor", "--bundle", bundle], "")?;
    assert!(fs::metadata(pc.wine.path(bundle))?.len() > 500, "{checks}");

    // The Credential Manager has lost it: named, and nothing pretends.
    let lost = format!(r"{CREDENTIALS}\{}", ours[0]);
    ensure!(pc.wine.run("reg", &["delete", &lost, "/f"])? == 0, "reg delete failed");
    let lost = pc.fails(&["login", "--password-stdin"], &lines)?;
    assert_eq!(lost, "key-missing");
    Ok(())
}

#[test]
fn what_group_policy_says_holds() -> Result<()> {
    let world = World::new()?;
    let pc = Pc::new()?;
    fs::create_dir_all(pc.wine.path(r"C:\ProgramData\Warifu"))?;
    let profile = pc.wine.path(r"C:\ProgramData\Warifu\profile.warifu.json");
    fs::write(&profile, world.provider.profile()?)?;
    let path = r"%ProgramData%\Warifu\profile.warifu.json";
    pc.rule("ConnectionProfile", "REG_EXPAND_SZ", path)?;
    pc.rule("StartAtLogin", "REG_SZ", "yes")?;
    pc.rule("Proxy", "REG_SZ", "none")?;

    // A value of the wrong type is named, the rest holds.
    let status = pc.ends(4, &["status"], "")?;
    assert_eq!(status["profiles"].as_array().map(Vec::len), Some(1), "{status}");
    assert_eq!(status["managed"]["settings"], serde_json::json!(["proxy"]));
    let problem = &status["managed"]["problems"][0];
    assert_eq!(problem["setting"], "StartAtLogin");
    assert_eq!(problem["why"], "wrong-type");
    assert_eq!(problem["place"], format!(r"{POLICIES}"));
    pc.issue(&world)?;
    pc.log_in()?;

    // A proxy auto-configuration script is recognised where the system decides.
    let settings = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings";
    let script = "http://wpad.example.jp/proxy.pac";
    let reg = ["add", settings, "/v", "AutoConfigURL", "/t", "REG_SZ", "/d", script, "/f"];
    ensure!(pc.wine.run("reg", &reg)? == 0, "reg add failed");
    assert!(!pc.run(&["doctor"], "")?.document.to_string().contains(script));
    pc.rule("Proxy", "REG_SZ", "system")?;
    let checks = pc.run(&["doctor"], "")?.document.to_string();
    assert!(checks.contains("proxy-script") && checks.contains(script), "{checks}");

    // One proxy for each protocol, as Windows writes it; and one that cannot be understood.
    for (server, place, problem) in [
        ("http=127.0.0.1:8;https=127.0.0.1:9", "127.0.0.1:9", None),
        ("socks=127.0.0.1:7", "127.0.0.1:7", Some("proxy-unsupported")),
        ("https=127.0.0.1:x", "", Some("proxy-setting-invalid")),
    ] {
        for (name, kind, value) in
            [("ProxyEnable", "REG_DWORD", "1"), ("ProxyServer", "REG_SZ", server)]
        {
            let reg = ["add", settings, "/v", name, "/t", kind, "/d", value, "/f"];
            ensure!(pc.wine.run("reg", &reg)? == 0, "reg add failed");
        }
        let listed = pc.run(&["proxy", "list"], "")?.document;
        assert_eq!(listed["proxies"][0].as_str().unwrap_or_default(), place, "{listed}");
        assert_eq!(listed["problems"][0]["code"].as_str(), problem, "{listed}");
    }
    let reg = ["add", settings, "/v", "ProxyEnable", "/t", "REG_DWORD", "/d", "0", "/f"];
    ensure!(pc.wine.run("reg", &reg)? == 0, "reg add failed");

    // A broken profile in the managed place is named, and the one that was taken in before stays.
    fs::write(&profile, "{")?;
    let status = pc.ends(3, &["status"], "")?;
    let troubles = status["managed"]["problems"].as_array().context("problems")?;
    assert!(troubles.iter().any(|problem| problem["why"] == "bad-file"), "{status}");
    pc.log_in().map(drop)
}

#[test]
fn a_new_pc_takes_the_place_of_the_old_one() -> Result<()> {
    let world = World::new()?;
    let (old, new) = (Pc::new()?, Pc::new()?);
    old.add_profile(&world)?;
    old.issue(&world)?;

    // Carried over by hand, a certificate is of no use: its key's password stays on the old PC.
    copy_folder(&old.folder(), &new.folder())?;
    let password = format!("{PASSWORD}\n");
    assert_eq!(new.fails(&["login", "--password-stdin"], &password)?, "key-missing");
    fs::remove_dir_all(new.folder())?;

    let shown = old.ends(0, &["transfer", "--password-stdin"], &password)?;
    let code = shown["code"].as_str().context("no code")?;
    new.add_profile(&world)?;
    let Customer { number, user_id, .. } = &world.customer;
    let issue = ["issue", "--customer", number, "--user", user_id, "--password-stdin"];
    assert_eq!(new.fails(&issue, &password)?, "already-issued");
    let take_over = [&issue[..], &["--transfer-code-stdin"]].concat();
    new.ends(0, &take_over, &format!("{code}\n{PASSWORD}\n"))?;
    new.log_in()?;
    let superseded = old.fails(&["login", "--password-stdin"], &password)?;
    assert_eq!(superseded, "certificate-superseded");
    Ok(())
}

#[test]
fn what_has_become_of_a_key_is_named() -> Result<()> {
    let world = World::new()?;
    let pc = Pc::new()?;
    pc.add_profile(&world)?;
    pc.issue(&world)?;
    let login = ["login", "--password-stdin"];
    let password = format!("{PASSWORD}\n");

    let keys = fs::read_dir(pc.folder().join("keys"))?.collect::<Result<Vec<_>, _>>()?;
    let [key] = keys.as_slice() else { anyhow::bail!("not one key: {keys:?}") };
    let whole = fs::read(key.path())?;
    let mut altered = whole.clone();
    altered[whole.len() / 2] ^= 1;
    for damaged in [&whole[..whole.len() / 2], b"not a key", b"", &altered] {
        fs::write(key.path(), damaged)?;
        assert_eq!(pc.fails(&login, &password)?, "key-damaged", "{} bytes", damaged.len());
    }
    let checks = pc.ends(1, &["doctor"], "")?;
    assert!(checks.to_string().contains("key-damaged"), "{checks}");
    fs::remove_file(key.path())?;
    assert_eq!(pc.fails(&login, &password)?, "key-missing");
    fs::write(key.path(), &whole)?;
    pc.log_in()?;

    // The Credential Manager holds something else under the key's name.
    let kept = pc.wine.keys(CREDENTIALS)?;
    let ours = kept.keys().find(|name| name.contains("Warifu")).context("no credential")?;
    let ours = format!(r"{CREDENTIALS}\{ours}");
    let delete = ["delete", &ours, "/v", "Password", "/f"];
    ensure!(pc.wine.run("reg", &delete)? == 0, "reg delete failed");
    assert_eq!(pc.fails(&login, &password)?, "key-damaged");
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
