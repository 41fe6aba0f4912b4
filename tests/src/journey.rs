//! The main job, screen by screen: from a first start to the main menu.

use anyhow::{Context as _, Result, ensure};

use crate::{backend::Customer, window::AppWindow};

/// The password that the user chooses.
pub const NEW_PASSWORD: &str = "Sakura-2026";

/// A screen of the main job.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Screen {
    /// A short name, in the order of the job; good for a file's name.
    pub name: &'static str,
    /// What has just been done.
    pub done: &'static str,
}

const fn screen(name: &'static str, done: &'static str) -> Screen {
    Screen { name, done }
}

/// Does the main job, from the screen of a first start on, and shows each screen to `observer`.
///
/// # Errors
///
/// When a screen does not come, or `observer` fails.
pub async fn main_job(
    window: &AppWindow,
    profile: &str,
    customer: &Customer,
    observer: &mut impl AsyncFnMut(&AppWindow, Screen) -> Result<()>,
) -> Result<()> {
    window.see("profile-choose").await?;
    observer(window, screen("01-first-start", "the app asks for a connection profile")).await?;

    add_profile(window, profile).await?;
    observer(window, screen("02-start", "the connection profile is added")).await?;

    window.press("start-issue").await?;
    enter_credentials(window, customer, &customer.initial_password).await?;
    observer(window, screen("03-credentials", "number, user ID, initial password entered")).await?;

    window.press("next").await?;
    enter_new_password(window, NEW_PASSWORD).await?;
    observer(window, screen("04-new-password", "a new password chosen, every rule met")).await?;

    window.press("change-submit").await?;
    window.see("result-card").await?;
    let card = window.text("result-card").await?;
    ensure!(card.contains(&customer.number), "the result is another customer's: {card}");
    observer(window, screen("05-issued", "key made, certificate issued and stored")).await?;

    window.press("to-login").await?;
    window.see("cert-confirm").await?;
    observer(window, screen("06-certificate", "the certificate-selection dialog is open")).await?;

    window.press("cert-confirm").await?;
    window.see("tries-left").await?;
    observer(window, screen("07-password", "the certificate was accepted over mutual TLS")).await?;

    enter_password(window, NEW_PASSWORD).await?;
    window.see("main-menu").await?;
    observer(window, screen("08-main-menu", "logged in, the main menu is shown")).await?;
    Ok(())
}

/// Gives the first-start screen its connection profile.
///
/// # Errors
///
/// When the start screen does not follow.
pub async fn add_profile(window: &AppWindow, profile: &str) -> Result<()> {
    window.unfold("profile-paste").await?;
    window.paste("profile-text", profile.trim()).await?;
    window.press("profile-add").await?;
    window.see("start-issue").await?;
    Ok(())
}

/// Fills the first page of the issuance.
///
/// # Errors
///
/// When it is not shown.
pub async fn enter_credentials(
    window: &AppWindow,
    customer: &Customer,
    password: &str,
) -> Result<()> {
    window.fill("customer-number", &customer.number).await?;
    window.fill("user-id", &customer.user_id).await?;
    window.fill("password", password).await
}

/// Types a good new password twice and waits for every tick.
///
/// # Errors
///
/// When the page is not shown, or a rule is not ticked.
pub async fn enter_new_password(window: &AppWindow, password: &str) -> Result<()> {
    window.see("countdown").await?;
    window.fill("new-password", password).await?;
    window.fill("confirm-password", password).await?;
    for rule in ["length", "characters", "letter", "digit"] {
        let name = format!("rule-{rule}");
        window.see_attribute(&name, "data-state", "met").await.context("a good password")?;
    }
    window.see("match").await?;
    Ok(())
}

/// From the start screen through issuance, with nothing checked on the way.
///
/// # Errors
///
/// When the certificate is not issued.
pub async fn issue(window: &AppWindow, customer: &Customer) -> Result<()> {
    window.press("start-issue").await?;
    enter_credentials(window, customer, &customer.initial_password).await?;
    issue_with_credentials(window).await
}

/// From the first page of the issuance, filled, to its result.
///
/// # Errors
///
/// When the certificate is not issued.
pub async fn issue_with_credentials(window: &AppWindow) -> Result<()> {
    window.press("next").await?;
    enter_new_password(window, NEW_PASSWORD).await?;
    window.press("change-submit").await?;
    window.see("to-login").await?;
    Ok(())
}

/// From the result of an issuance to the password of the login.
///
/// # Errors
///
/// When the certificate is not accepted.
pub async fn choose_certificate(window: &AppWindow) -> Result<()> {
    window.press("to-login").await?;
    window.press("cert-confirm").await?;
    window.see("login-password").await?;
    Ok(())
}

/// Types the password of a login and sends it.
///
/// # Errors
///
/// When it is not asked for.
pub async fn enter_password(window: &AppWindow, password: &str) -> Result<()> {
    window.fill("login-password", password).await?;
    window.press("login-submit").await
}

/// From the result of an issuance to the main menu.
///
/// # Errors
///
/// When the login fails.
pub async fn log_in(window: &AppWindow) -> Result<()> {
    choose_certificate(window).await?;
    enter_password(window, NEW_PASSWORD).await?;
    window.see("main-menu").await?;
    Ok(())
}
