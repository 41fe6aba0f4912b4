//! The life of a login: renewal, start of use, passwords, a new PC (SPEC D, E, G).

use anyhow::{Context as _, Result};
use system_tests::{
    backend::Said as _,
    clock::time_travel,
    journey::{self, NEW_PASSWORD},
    life::{self, NEXT_PASSWORD},
    wait,
    window::{AppWindow, PATIENCE, Start},
};

use crate::world::{World, on_a_desktop};

#[test]
fn a_certificate_is_renewed_with_one_click() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        window.close().await?;

        world.move_backend("+340d")?;
        let window = world.open_at("+340d").await?;
        life::log_in_with_new_password(&window).await?;
        life::renew(&window).await?;
        life::log_out(&window).await?;
        // The new certificate is the only one that is left on this PC, and it opens the door.
        life::log_in(&window, NEXT_PASSWORD).await?;
        window.see_no("certificate-notice").await?;
        let acts = world.acts()?;
        for act in ["certificate-renewed", "certificate-activated", "certificate-superseded"] {
            assert_eq!(acts.iter().filter(|found| *found == act).count(), 1, "{act} in {acts:?}");
        }
        window.close().await
    })
}

#[test]
fn a_renewal_that_was_cut_off_is_finished_by_the_next_start() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        window.close().await?;

        world.move_backend("+340d")?;
        let window = world.open_at("+340d").await?;
        life::log_in_with_new_password(&window).await?;
        window.press("renew").await?;
        window.see("renewal-start").await?;
        kill_before_start_of_use(world, window).await?;

        // Both certificates work until the old one expires; the start screen offers to finish.
        world.move_backend("+340d")?;
        let window = world.open_at("+340d").await?;
        window.press("finish-renewal-1").await?;
        window.press("finish-start").await?;
        window.see("finish-done").await?;
        window.press("to-login").await?;
        window.press("cert-confirm").await?;
        journey::enter_password(&window, NEXT_PASSWORD).await?;
        window.see("main-menu").await?;
        window.see_no("certificate-notice").await?;
        window.close().await
    })
}

/// Lets the renewal get as far as the issued certificate: then the backend goes, and the app is killed.
async fn kill_before_start_of_use(world: &mut World, window: AppWindow) -> Result<()> {
    window.press("renewal-start").await?;
    wait::until_async("the new certificate is issued", PATIENCE, async || {
        let acts = world.acts()?;
        if acts.iter().any(|act| act == "certificate-renewed") {
            world.backend = None;
            return Ok(Some(()));
        }
        Ok(None)
    })
    .await?;
    window.kill();
    Ok(())
}

#[test]
fn a_password_is_changed_by_wish_and_the_session_stays() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        journey::log_in(&window).await?;
        window.press("change-password").await?;
        window.fill("current-password", "Wrong-2026").await?;
        journey::enter_new_password(&window, NEXT_PASSWORD).await?;
        window.press("change-submit").await?;
        assert_eq!(window.failure().await?, "current-password-wrong");
        window.fill("current-password", NEW_PASSWORD).await?;
        journey::enter_new_password(&window, NEXT_PASSWORD).await?;
        window.press("change-submit").await?;
        window.see("menu-news").await?;
        life::log_out(&window).await?;
        life::log_in(&window, NEXT_PASSWORD).await?;
        window.close().await
    })
}

#[test]
fn a_new_pc_takes_the_place_of_the_old_one() -> Result<()> {
    on_a_desktop(async |world| {
        let old = world.open_with_profile().await?;
        journey::issue(&old, &world.customer).await?;
        journey::log_in(&old).await?;
        let code = life::transfer_code(&old).await?;
        old.close().await?;

        let new = world.open_on_another_pc().await?;
        life::take_over(&new, &world.customer, NEW_PASSWORD, &code.to_lowercase()).await?;
        journey::log_in(&new).await?;
        new.close().await?;

        // The old PC's certificate is superseded, and says what to do.
        let old = world.open().await?;
        old.press("start-login").await?;
        old.press("cert-confirm").await?;
        assert_eq!(old.failure().await?, "certificate-superseded");
        old.close().await
    })
}

#[test]
fn a_code_for_a_new_pc_is_good_once_and_for_a_while() -> Result<()> {
    on_a_desktop(async |world| {
        let old = world.open_with_profile().await?;
        journey::issue(&old, &world.customer).await?;
        journey::log_in(&old).await?;
        let code = life::transfer_code(&old).await?;
        old.close().await?;

        world.move_backend("+2h")?;
        let mut start = Start::new(&world.desktop.home().join("late-app"));
        start.environment = time_travel("+2h")?;
        let late = world.open_as(&start).await?;
        journey::add_profile(&late, &world.provider.profile()?).await?;
        late.press("start-issue").await?;
        journey::enter_credentials(&late, &world.customer, NEW_PASSWORD).await?;
        late.press("transfer-offer").await?;
        late.fill("transfer-code-input", &code).await?;
        late.press("next").await?;
        assert_eq!(late.failure().await?, "transfer-code-invalid");
        late.close().await
    })
}

#[test]
fn a_primary_administrator_who_is_alone_is_unlocked_by_paper() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        journey::choose_certificate(&window).await?;
        for _ in 0..5 {
            journey::enter_password(&window, "Wrong-2026").await?;
            window.failure().await?;
        }
        assert_eq!(window.failure().await?, "account-locked");

        let said = world
            .provider
            .command("user unlock")?
            .args(["--customer", &world.customer.number, "--user", &world.customer.user_id])
            .arg("--json")
            .said()?;
        let notice: serde_json::Value = serde_json::from_str(&said)?;
        let initial = notice["initial_password"].as_str().context("initial_password")?;
        window.press("leave").await?;
        window.press("start-login").await?;
        window.press("cert-confirm").await?;
        journey::enter_password(&window, initial).await?;
        journey::enter_new_password(&window, NEXT_PASSWORD).await?;
        window.press("change-submit").await?;
        window.see("main-menu").await?;
        window.close().await
    })
}
