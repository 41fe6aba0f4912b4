//! From a first start to the main menu, and what is there the next day.

use anyhow::Result;
use system_tests::{journey, places, wait};

use crate::world::on_a_desktop;

#[test]
fn a_new_user_gets_a_certificate_and_logs_in() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open().await?;
        let mut screens = Vec::new();
        journey::main_job(
            &window,
            &world.provider.profile()?,
            &world.customer,
            &mut async |_, screen| {
                screens.push(screen.name);
                Ok(())
            },
        )
        .await?;
        assert_eq!(screens.len(), 8);
        assert!(window.text("main-menu").await?.contains("メインメニュー"));

        // The backend's own record, not the window, says that it was real.
        let logins = world.provider.logins(&world.customer)?;
        assert_eq!(logins.len(), 1);
        assert_eq!(world.certificate()?, (logins[0].clone(), String::from("active")));

        window.press("logout").await?;
        window.see("start-login").await?;
        let acts = world.acts()?;
        for act in ["enrolment-started", "password-changed", "certificate-issued", "logout"] {
            assert!(acts.iter().any(|found| found == act), "{act} is not among {acts:?}");
        }
        window.close().await
    })
}

#[test]
fn the_certificate_is_there_after_a_restart() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        window.close().await?;

        let window = world.open().await?;
        window.press("start-login").await?;
        window.press("cert-confirm").await?;
        journey::enter_password(&window, journey::NEW_PASSWORD).await?;
        window.see("main-menu").await?;
        assert_eq!(world.provider.logins(&world.customer)?.len(), 1);
        window.close().await
    })
}

#[test]
fn the_tray_shows_the_certificate() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        world
            .see_in_tray(&["お知らせ", "接続診断", "ヘルプ", "設定", "Warifuを開く", "終了"])
            .await?;
        journey::issue(&window, &world.customer).await?;
        world
            .see_in_tray(&[
                "株式会社サンプル商事 佐藤 花子（kanri01）：有効期限まであと365日",
                "証明書更新（有効期限の28日前から）",
                "お知らせ",
                "接続診断",
                "ヘルプ",
                "設定",
                "Warifuを開く",
                "終了",
            ])
            .await?;
        window.press("language").await?;
        world
            .see_in_tray(&[
                "株式会社サンプル商事 佐藤 花子 (kanri01): 365 days left",
                "Renew certificate (from 28 days before the expiry)",
                "Notices",
                "Connection diagnosis",
                "Help",
                "Settings",
                "Open Warifu",
                "Quit",
            ])
            .await?;
        window.close().await
    })
}

#[test]
fn a_closed_window_stays_in_the_tray_and_comes_back() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        let shown = |wanted: bool| {
            wait::until(&format!("a window is on the screen: {wanted}"), || {
                Ok((world.desktop.shows("warifu")? == wanted).then_some(()))
            })
        };
        shown(true)?;
        world.desktop.close_window()?;
        shown(false)?;
        world
            .see_in_tray(&["お知らせ", "接続診断", "ヘルプ", "設定", "Warifuを開く", "終了"])
            .await?;
        // A second start finds the first one, and ends.
        let mut second = world.desktop.command(&places::built("warifu")?);
        let second = second.env("WARIFU_DATA_DIR", world.data()).output()?;
        assert!(second.status.success(), "{second:?}");
        shown(true)?;
        window.press("start-issue").await?;
        window.see("customer-number").await?;
        window.close().await
    })
}

#[test]
fn a_session_ends_when_the_certificate_is_revoked() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        journey::log_in(&window).await?;
        world.provider.revoke(&world.customer)?;
        // The very next request fails, and the user is told why.
        window.press("entry-claims").await?;
        window.see("notice").await?;
        assert_eq!(window.failure().await?, "certificate-revoked");
        window.press("notice-close").await?;
        // The certificate is still listed, cannot be chosen, and says why.
        window.press("start-login").await?;
        window.see("cert-dialog").await?;
        assert!(window.look("cert-confirm").await?.is_none());
        window.close().await
    })
}
