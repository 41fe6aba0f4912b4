//! What users get when nobody has done anything wrong.

use std::fs;

use anyhow::{Result, ensure};
use system_tests::{clock::time_travel, journey};

use crate::world::on_a_desktop;

#[test]
fn a_backend_that_is_down_is_named_and_tried_again() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        window.press("to-login").await?;
        world.backend = None;
        window.press("cert-confirm").await?;
        assert_eq!(window.failure().await?, "backend-unreachable");

        world.backend = Some(world.provider.serve()?);
        window.press("retry").await?;
        journey::enter_password(&window, journey::NEW_PASSWORD).await?;
        window.see("main-menu").await?;
        window.close().await
    })
}

#[test]
fn waiting_for_a_slow_backend_can_be_stopped() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        window.press("start-issue").await?;
        let initial = &world.customer.initial_password;
        journey::enter_credentials(&window, &world.customer, initial).await?;
        let backend = world.backend.as_mut().expect("running");
        backend.pause()?;
        window.press("next").await?;
        window.see("busy").await?;
        window.press("cancel").await?;
        assert_eq!(window.failure().await?, "cancelled");

        backend.resume()?;
        window.press("next").await?;
        window.see("countdown").await?;
        window.close().await
    })
}

#[test]
fn a_clock_that_is_a_day_ahead_is_named() -> Result<()> {
    on_a_desktop(async |world| {
        let mut start = world.start();
        start.environment = time_travel("+1d")?;
        let window = world.open_as(&start).await?;
        journey::add_profile(&window, &world.provider.profile()?).await?;
        window.press("start-issue").await?;
        let initial = &world.customer.initial_password;
        journey::enter_credentials(&window, &world.customer, initial).await?;
        window.press("next").await?;
        assert_eq!(window.failure().await?, "clock-wrong");
        window.close().await
    })
}

#[test]
fn a_clock_that_is_a_day_behind_makes_no_certificate_look_expired() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        window.close().await?;

        let mut start = world.start();
        start.environment = time_travel("-1d")?;
        let window = world.open_as(&start).await?;
        window.press("start-login").await?;
        let text = window.text("cert-dialog").await?;
        assert!(text.contains("有効期間前") && text.contains("日付と時刻"), "{text}");
        assert!(window.look("cert-confirm").await?.is_none());
        window.close().await
    })
}

#[test]
fn after_a_year_the_certificate_has_expired() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        window.close().await?;

        let mut start = world.start();
        start.environment = time_travel("+366d")?;
        let window = world.open_as(&start).await?;
        window.press("start-login").await?;
        let text = window.text("cert-dialog").await?;
        assert!(text.contains("期限切れ") && text.contains("再発行"), "{text}");
        assert!(window.look("cert-confirm").await?.is_none());
        window.close().await
    })
}

#[test]
fn a_folder_that_cannot_be_used_is_named_and_used_once_it_can() -> Result<()> {
    on_a_desktop(async |world| {
        // Whoever may do everything may also write where nobody may; a file in its place stops all.
        fs::write(world.data(), "in the way")?;
        let window = world.open().await?;
        assert_eq!(window.failure().await?, "storage-failed");
        window.press("failure-more").await?;
        let folder = world.data().display().to_string();
        ensure!(window.shown().await.contains(&folder), "{}", window.shown().await);
        ensure!(fs::read_to_string(world.data())? == "in the way");
        window.close().await?;

        fs::remove_file(world.data())?;
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        window.close().await?;

        // A database that something else has spoiled is not written over.
        let database = world.data().join("warifu.sqlite");
        let spoiled = "not a database ".repeat(1000);
        for whole in ["warifu.sqlite-wal", "warifu.sqlite-shm"] {
            let _ = fs::remove_file(world.data().join(whole));
        }
        fs::write(&database, &spoiled)?;
        let window = world.open().await?;
        assert_eq!(window.failure().await?, "database-damaged");
        ensure!(fs::read_to_string(&database)? == spoiled);
        window.close().await
    })
}
