//! The life of a login after the main job, screen by screen: a colleague, a renewal, a new password,
//! a new PC.

use anyhow::{Result, ensure};

use crate::{
    backend::Customer,
    journey::{self, NEW_PASSWORD},
    window::AppWindow,
};

/// The password that the user chooses when the first one is too old.
pub const NEXT_PASSWORD: &str = "Tsubaki-2027";

/// From the main menu through every screen that a session has, and those that the start screen leads
/// to; shows each to `observer` under a name. Creates the user `suzuki`, and ends logged out.
///
/// # Errors
///
/// When a screen does not come, or `observer` fails.
pub async fn every_screen(
    window: &AppWindow,
    observer: &mut impl AsyncFnMut(&AppWindow, &'static str) -> Result<()>,
) -> Result<()> {
    administration_screens(window, observer).await?;
    leave_administration(window).await?;

    window.press("change-password").await?;
    window.see("current-password").await?;
    observer(window, "own-password").await?;
    window.press("back-to-menu").await?;
    window.press("open-transfer").await?;
    window.press("transfer-start").await?;
    window.see("transfer-code").await?;
    observer(window, "transfer").await?;
    window.press("back-to-menu").await?;
    log_out(window).await?;

    window.press("open-diagnosis").await?;
    window.see("diagnosis-summary").await?;
    observer(window, "diagnosis").await?;
    window.press("close-diagnosis").await?;
    window.press("open-help").await?;
    window.see("help").await?;
    observer(window, "help").await?;
    for entry in ["entry-link-login", "entry-link-faq-4-2", "entry-link-errors-login"] {
        window.press(entry).await?;
        window.see("help-contents").await?;
        observer(window, entry).await?;
        window.press("help-contents").await?;
    }
    window.fill("help-search", "PC").await?;
    window.see("help-clear").await?;
    observer(window, "help-search").await?;
    window.press("close-help").await?;
    window.see("start-login").await?;
    Ok(())
}

async fn administration_screens(
    window: &AppWindow,
    observer: &mut impl AsyncFnMut(&AppWindow, &'static str) -> Result<()>,
) -> Result<()> {
    window.press("open-administration").await?;
    window.press("user-new").await?;
    fill_name(window, "鈴木 美咲").await?;
    window.fill("user-id-input", "suzuki").await?;
    window.press("permission-claims.view").await?;
    observer(window, "user-new").await?;
    window.press("user-create").await?;
    window.see("initial-password-shown").await?;
    observer(window, "initial-password").await?;
    back_to_users(window).await?;
    window.see("user-row-suzuki").await?;
    observer(window, "users").await?;
    window.press("select-suzuki").await?;
    // Where there is no room for buttons side by side, they are in a menu.
    let narrow = window.see_any(&["bulk-suspend", "bulk-more"]).await? == "bulk-more";
    observer(window, "users-selected").await?;
    if narrow {
        window.press("bulk-more").await?;
        window.see("bulk-menu-suspend").await?;
        observer(window, "bulk-menu").await?;
    }
    window.press(if narrow { "bulk-menu-suspend" } else { "bulk-suspend" }).await?;
    window.see("bulk-dialog").await?;
    observer(window, "bulk-suspend").await?;
    window.press("bulk-cancel").await?;
    window.see_no("bulk-dialog").await?;
    window.press("selection-clear").await?;
    if narrow {
        window.press("user-open-suzuki").await?;
    } else {
        window.press("user-menu-suzuki").await?;
        window.see("menu").await?;
        observer(window, "user-menu").await?;
        window.press("menu-open").await?;
    }
    window.see("user-facts").await?;
    observer(window, "user").await?;
    window.press("user-edit").await?;
    window.see("user-form").await?;
    observer(window, "user-edit").await?;
    window.press("back-to-users").await?;
    window.see("user-facts").await?;
    for act in ["act-delete", "act-suspend", "act-reset"] {
        window.press(act).await?;
        window.see("act-dialog").await?;
        observer(window, act).await?;
        window.press("act-cancel").await?;
        window.see_no("act-dialog").await?;
    }
    window.press("back-to-users").await?;
    window.press("users-import").await?;
    window.see("import-format").await?;
    observer(window, "import").await?;
    window.press("back-to-users").await?;
    window.press("audit-tab").await?;
    window.see("audit-table").await?;
    observer(window, "audit").await
}

/// The same for the screens of a login whose certificate and password are about to expire: choosing
/// a new password at login, the main menu with its notices, the renewal.
///
/// # Errors
///
/// When a screen does not come, or `observer` fails.
pub async fn every_late_screen(
    window: &AppWindow,
    observer: &mut impl AsyncFnMut(&AppWindow, &'static str) -> Result<()>,
) -> Result<()> {
    window.see("start-login").await?;
    observer(window, "start-with-warning").await?;
    window.press("start-login").await?;
    window.see("cert-confirm").await?;
    observer(window, "certificate-with-warning").await?;
    window.press("cert-confirm").await?;
    journey::enter_password(window, NEW_PASSWORD).await?;
    journey::enter_new_password(window, NEXT_PASSWORD).await?;
    observer(window, "password-over").await?;
    window.press("change-submit").await?;
    window.see("certificate-notice").await?;
    observer(window, "menu-with-notice").await?;
    window.press("renew").await?;
    window.see("renewal-start").await?;
    observer(window, "renewal").await?;
    window.press("renewal-start").await?;
    window.see("renewal-done").await?;
    observer(window, "renewed").await?;
    window.press("to-menu").await?;
    window.see("menu-news").await?;
    observer(window, "menu-after-renewal").await
}

/// In the form of a user: the name, where the backend knows of names.
///
/// # Errors
///
/// When the form does not come.
pub async fn fill_name(window: &AppWindow, name: &str) -> Result<()> {
    window.see("email-input").await?;
    if window.look("name-input").await?.is_some() {
        window.fill("name-input", name).await?;
    }
    Ok(())
}

/// To the list of users, from a page that may ask whether something is to be lost.
///
/// # Errors
///
/// When a screen does not come.
pub async fn back_to_users(window: &AppWindow) -> Result<()> {
    window.press("back-to-users").await?;
    leave_for(window, "users-table").await
}

/// On the way to a screen, agrees to lose what is lost by it.
async fn leave_for(window: &AppWindow, screen: &str) -> Result<()> {
    if window.see_any(&["leave-confirm", screen]).await? == "leave-confirm" {
        window.press("leave-confirm").await?;
    }
    window.see(screen).await?;
    Ok(())
}

/// In the main menu: creates a user with such permissions; what is told of them.
///
/// # Errors
///
/// When a screen does not come.
pub async fn create_user(
    window: &AppWindow,
    by: &Customer,
    user_id: &str,
    permissions: &[&str],
) -> Result<Customer> {
    window.press("open-administration").await?;
    window.see("users-table").await?;
    window.press("user-new").await?;
    fill_name(window, &format!("試験 {user_id}")).await?;
    window.fill("user-id-input", user_id).await?;
    window.fill("email-input", &format!("{user_id}@example.jp")).await?;
    for permission in permissions {
        window.press(&format!("permission-{permission}")).await?;
    }
    window.press("user-create").await?;
    window.see("initial-password-shown").await?;
    let initial_password = window.text("initial-password-shown").await?.trim().to_owned();
    Ok(Customer { number: by.number.clone(), user_id: user_id.to_owned(), initial_password })
}

/// From administration back to the main menu.
///
/// # Errors
///
/// When a screen does not come.
pub async fn leave_administration(window: &AppWindow) -> Result<()> {
    window.press("back-to-menu").await?;
    leave_for(window, "main-menu").await
}

/// Logs out, back to the start screen.
///
/// # Errors
///
/// When a screen does not come.
pub async fn log_out(window: &AppWindow) -> Result<()> {
    window.press("logout").await?;
    window.see("start-login").await?;
    Ok(())
}

/// From the start screen to the main menu with the certificate that is offered first, choosing a
/// new password because the old one's time is over.
///
/// # Errors
///
/// When a screen does not come.
pub async fn log_in_with_new_password(window: &AppWindow) -> Result<()> {
    window.press("start-login").await?;
    window.press("cert-confirm").await?;
    journey::enter_password(window, NEW_PASSWORD).await?;
    journey::enter_new_password(window, NEXT_PASSWORD).await?;
    window.press("change-submit").await?;
    window.see("main-menu").await?;
    Ok(())
}

/// From the start screen to the main menu with the certificate that is offered first.
///
/// # Errors
///
/// When a screen does not come.
pub async fn log_in(window: &AppWindow, password: &str) -> Result<()> {
    window.press("start-login").await?;
    window.press("cert-confirm").await?;
    journey::enter_password(window, password).await?;
    window.see("main-menu").await?;
    Ok(())
}

/// In the main menu: renews the certificate, start of use included, and returns.
///
/// # Errors
///
/// When a step fails.
pub async fn renew(window: &AppWindow) -> Result<()> {
    window.press("renew").await?;
    window.press("renewal-start").await?;
    window.see("renewal-done").await?;
    for step in ["obtain", "store", "start-use"] {
        window.see_attribute(&format!("step-{step}"), "data-state", "done").await?;
    }
    window.press("to-menu").await?;
    window.see("menu-news").await?;
    Ok(())
}

/// In the main menu of the old PC: the code for the new one.
///
/// # Errors
///
/// When a screen does not come.
pub async fn transfer_code(window: &AppWindow) -> Result<String> {
    window.press("open-transfer").await?;
    window.press("transfer-start").await?;
    window.see("transfer-code").await?;
    let code = window.text("transfer-code").await?.trim().to_owned();
    ensure!(code.len() == 14, "no code: {code}");
    Ok(code)
}

/// On the new PC: obtains a certificate with the old PC's code and the user's own password.
///
/// # Errors
///
/// When a screen does not come.
pub async fn take_over(
    window: &AppWindow,
    customer: &Customer,
    password: &str,
    code: &str,
) -> Result<()> {
    window.press("start-issue").await?;
    journey::enter_credentials(window, customer, password).await?;
    window.press("transfer-offer").await?;
    window.fill("transfer-code-input", code).await?;
    window.press("next").await?;
    window.see("to-login").await?;
    Ok(())
}
