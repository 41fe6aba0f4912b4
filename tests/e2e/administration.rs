//! User administration and the history, as a user administrator works them.

use anyhow::Result;
use system_tests::{
    journey::{self, NEW_PASSWORD},
    life,
};

use crate::world::on_a_desktop;

#[test]
fn a_second_user_gets_a_certificate_on_the_same_pc() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        journey::log_in(&window).await?;
        let tanaka =
            life::create_user(&window, &world.customer, "tanaka", &["claims.view"]).await?;
        life::leave_administration(&window).await?;
        life::log_out(&window).await?;

        journey::issue(&window, &tanaka).await?;
        journey::log_in(&window).await?;
        // Without the permission there is no administration, and only what may be viewed.
        window.see("entry-claims").await?;
        window.see_no("open-administration").await?;
        assert_eq!(world.provider.logins(&tanaka)?.len(), 1);
        window.close().await
    })
}

#[test]
fn a_locked_user_is_found_unlocked_and_the_history_says_so() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        journey::log_in(&window).await?;
        let tanaka =
            life::create_user(&window, &world.customer, "tanaka", &["claims.view"]).await?;
        life::leave_administration(&window).await?;
        life::log_out(&window).await?;
        journey::issue(&window, &tanaka).await?;
        journey::choose_certificate(&window).await?;
        for _ in 0..5 {
            journey::enter_password(&window, "Wrong-2026").await?;
            window.failure().await?;
        }
        assert_eq!(window.failure().await?, "account-locked");
        window.press("leave").await?;

        window.press("start-login").await?;
        window.press("cert-option-1").await?;
        window.press("cert-confirm").await?;
        journey::enter_password(&window, NEW_PASSWORD).await?;
        window.press("open-administration").await?;
        window.fill("user-search", "TANA").await?;
        window.see_no("user-row-kanri01").await?;
        window.press("user-open-tanaka").await?;
        window.press("act-unlock").await?;
        window.press("act-confirm").await?;
        window.see("done").await?;
        window.see_no("act-unlock").await?;

        window.press("audit-tab").await?;
        window.see("audit-table").await?;
        window.fill("audit-person", "tanaka").await?;
        let acts = world.acts()?;
        for act in ["user-created", "locked", "unlocked"] {
            assert!(acts.iter().any(|found| found == act), "{act} is not among {acts:?}");
        }
        assert!(window.text("audit-table").await?.contains("ロックの解除"));
        window.close().await
    })
}

#[test]
fn a_deleted_user_is_gone_after_the_id_was_typed() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        journey::log_in(&window).await?;
        life::create_user(&window, &world.customer, "tanaka", &[]).await?;
        life::back_to_users(&window).await?;
        window.press("user-open-tanaka").await?;
        window.press("act-delete").await?;
        window.fill("delete-confirm-input", "tanaka").await?;
        window.press("act-confirm").await?;
        window.see("users-table").await?;
        window.see_no("user-row-tanaka").await?;
        assert!(world.acts()?.iter().any(|act| act == "user-deleted"));
        window.close().await
    })
}

#[test]
fn what_was_entered_and_what_is_shown_once_is_not_lost_unasked() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        journey::log_in(&window).await?;
        life::create_user(&window, &world.customer, "tanaka", &[]).await?;
        for way in ["logout", "audit-tab", "back-to-menu", "back-to-users"] {
            window.press(way).await?;
            window.press("leave-stay").await?;
            window.see_no("leave-dialog").await?;
            window.see("initial-password-shown").await?;
        }
        life::back_to_users(&window).await?;
        window.press("user-open-tanaka").await?;
        window.press("user-edit").await?;
        window.fill("email-input", "other@example.jp").await?;
        window.see("unsaved").await?;
        window.press("logout").await?;
        window.press("leave-stay").await?;
        window.press("user-save").await?;
        window.see("user-facts").await?;
        assert!(window.text("user-facts").await?.contains("other@example.jp"));
        life::log_out(&window).await?;
        window.close().await
    })
}

#[test]
fn several_users_are_suspended_and_resumed_at_once() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        journey::log_in(&window).await?;
        for user in ["tanaka", "yamada"] {
            life::create_user(&window, &world.customer, user, &[]).await?;
            life::leave_administration(&window).await?;
        }
        window.press("open-administration").await?;
        window.see("users-table").await?;
        // Oneself, the primary administrator, cannot be selected.
        assert!(window.look("select-kanri01").await?.is_none());
        for act in ["suspend", "resume"] {
            window.press("select-all").await?;
            assert!(window.text("selected-count").await?.contains("2名"));
            window.press(&format!("bulk-{act}")).await?;
            window.press("bulk-confirm").await?;
            window.see("bulk-told").await?;
            for user in ["tanaka", "yamada"] {
                window
                    .see_attribute(&format!("bulk-result-{user}"), "data-failed", "false")
                    .await?;
            }
            window.press("bulk-close").await?;
            window.see_no("selected-count").await?;
        }
        let acts = world.acts()?;
        for act in ["suspended", "resumed"] {
            assert_eq!(acts.iter().filter(|found| *found == act).count(), 2, "{acts:?}");
        }
        window.close().await
    })
}
