//! What users get for what they should not have typed.

use anyhow::Result;
use system_tests::journey::{self, NEW_PASSWORD};

use crate::world::on_a_desktop;

#[test]
fn wrong_credentials_get_one_answer_for_all_three() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        window.press("start-issue").await?;
        let mut texts = Vec::new();
        for (number, user, password) in [
            ("99999999", &*world.customer.user_id, &*world.customer.initial_password),
            (&*world.customer.number, "nobody", &*world.customer.initial_password),
            (&*world.customer.number, &*world.customer.user_id, "wrong-1!"),
        ] {
            window.fill("customer-number", number).await?;
            window.fill("user-id", user).await?;
            window.fill("password", password).await?;
            window.press("next").await?;
            assert_eq!(window.failure().await?, "authentication-failed");
            texts.push(window.text("failure").await?);
            assert!(texts[0].contains(
                "認証に失敗しました。お客さま番号・ユーザID・パスワードのいずれかが正しくありません。"
            ));
        }
        // But for the request's number.
        let first_lines = texts.iter().map(|text| text.lines().take(3).collect::<Vec<_>>());
        assert!(first_lines.clone().all(|lines| Some(lines) == first_lines.clone().next()));
        window.close().await
    })
}

#[test]
fn each_password_rule_is_ticked_while_typing() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        window.press("start-issue").await?;
        journey::enter_credentials(&window, &world.customer, &world.customer.initial_password)
            .await?;
        window.press("next").await?;
        window.see("countdown").await?;
        for (password, broken) in [
            ("a1", "length"),
            ("abcdefg1234567890", "length"),
            ("abcd=1234", "characters"),
            ("12345678", "letter"),
            ("abcdefgh", "digit"),
        ] {
            window.fill("new-password", password).await?;
            for rule in ["length", "characters", "letter", "digit"] {
                let state = if rule == broken { "broken" } else { "met" };
                window.see_attribute(&format!("rule-{rule}"), "data-state", state).await?;
            }
        }
        window.press("change-submit").await?;
        window.see("field-error").await?;

        // Two different ones, and the one that is being changed.
        window.fill("new-password", NEW_PASSWORD).await?;
        window.fill("confirm-password", "Sakura-2027").await?;
        window.press("change-submit").await?;
        window.see("field-error").await?;
        window.fill("new-password", &world.customer.initial_password).await?;
        window.fill("confirm-password", &world.customer.initial_password).await?;
        window.press("change-submit").await?;
        // Initial passwords need not have what the rules for chosen ones ask for.
        window.see("field-error").await?;
        assert!(!world.acts()?.iter().any(|act| act == "password-changed"));
        window.close().await
    })
}

#[test]
fn the_fifth_wrong_password_locks() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        journey::choose_certificate(&window).await?;
        for left in ["4", "3", "2", "1"] {
            journey::enter_password(&window, "Wrong-2026").await?;
            window.see_attribute("tries-left", "data-tries", left).await?;
            assert_eq!(window.failure().await?, "authentication-failed");
        }
        journey::enter_password(&window, "Wrong-2026").await?;
        window.see_attribute("failure", "data-code", "account-locked").await?;
        let text = window.text("failure").await?;
        assert!(text.contains("認証に失敗しました。ロックがかかっています。"), "{text}");

        // The right password comes too late.
        window.press("leave").await?;
        window.press("start-login").await?;
        window.press("cert-confirm").await?;
        if window.see_any(&["login-password", "failure"]).await? == "login-password" {
            journey::enter_password(&window, NEW_PASSWORD).await?;
        }
        assert_eq!(window.failure().await?, "account-locked");
        assert_eq!(world.provider.logins(&world.customer)?.len(), 0);
        window.close().await
    })
}

#[test]
fn a_second_pc_is_told_that_the_certificate_is_issued() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        window.close().await?;

        let window = world.open_on_another_pc().await?;
        window.press("start-issue").await?;
        journey::enter_credentials(&window, &world.customer, NEW_PASSWORD).await?;
        window.press("next").await?;
        assert_eq!(window.failure().await?, "already-issued");
        assert!(window.text("failure").await?.contains("初回認証済みです"));
        window.close().await
    })
}

#[test]
fn what_no_field_can_hold_is_not_sent() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        window.press("start-issue").await?;
        for field in ["customer-number", "user-id", "password"] {
            window.paste(field, &"9".repeat(10_000)).await?;
        }
        let before = world.acts()?;
        window.press("next").await?;
        window.see("field-error").await?;
        assert!(window.look("failure").await?.is_none());

        journey::enter_credentials(&window, &world.customer, "ａｂｃ１２３！＃").await?;
        window.see("field-hint").await?;
        window.press("next").await?;
        window.see("field-error").await?;
        assert_eq!(world.acts()?, before);
        window.close().await
    })
}
