//! The first start, before there is any connection profile.

use anyhow::Result;
use system_tests::places;

use crate::world::on_a_desktop;

#[test]
fn nonsense_is_no_connection_profile() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open().await?;
        window.unfold("profile-paste").await?;
        window.press("profile-add").await?;
        window.see("field-error").await?;
        let good = world.provider.profile()?;
        for nonsense in [
            "{}",
            "接続プロファイル",
            &good.replace("https:", "http:"),
            &good.replace("BEGIN CERTIFICATE", "BEGIN PRIVATE KEY"),
            &good.replacen(": 1", ": 2", 1),
            &"[".repeat(10_000),
            &"x".repeat(100_000),
        ] {
            window.paste("profile-text", nonsense).await?;
            window.press("profile-add").await?;
            assert_eq!(window.failure().await?, "profile-invalid", "{:.60}", nonsense);
            // So that the next failure is seen to be the next one's.
            window.press("language").await?;
        }
        window.paste("profile-text", &good).await?;
        window.press("profile-add").await?;
        window.see("start-issue").await?;
        window.close().await
    })
}

#[test]
fn a_connection_profile_may_come_from_the_command_line() -> Result<()> {
    on_a_desktop(async |world| {
        let file = world.desktop.home().join("見本.warifu.json");
        std::fs::write(&file, world.provider.profile()?)?;
        let mut start = world.start();
        start.arguments = vec![String::from("--add-profile"), file.display().to_string()];
        let window = world.open_as(&start).await?;
        // A profile says whom the app trusts, so it asks.
        world.desktop.answer_question(true)?;
        window.see("start-issue").await?;
        assert!(window.shown().await.contains("サンプル電子債権サービス"));
        window.close().await?;
        // Kept: not asked for again.
        let window = world.open().await?;
        window.see("start-issue").await?;
        window.close().await
    })
}

#[test]
fn a_second_start_hands_its_connection_profile_over() -> Result<()> {
    on_a_desktop(async |world| {
        let file = world.desktop.home().join("profile.warifu.json");
        std::fs::write(&file, world.provider.profile()?)?;
        let window = world.open().await?;
        window.see("profile-choose").await?;
        let mut second = world.desktop.command(&places::built("warifu")?);
        let second =
            second.arg("--add-profile").arg(&file).env("WARIFU_DATA_DIR", world.data()).output()?;
        assert!(second.status.success(), "{second:?}");
        world.desktop.answer_question(false)?;
        window.see("profile-choose").await?;
        let again = world
            .desktop
            .command(&places::built("warifu")?)
            // As a double click on the file does it.
            .arg("--open-profile")
            .arg(&file)
            .env("WARIFU_DATA_DIR", world.data())
            .output()?;
        assert!(again.status.success(), "{again:?}");
        world.desktop.answer_question(true)?;
        window.see("start-issue").await?;
        window.close().await
    })
}
