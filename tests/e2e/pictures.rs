//! The pictures of the manual, taken from the app. With `WARIFU_UPDATE_PICTURES` set they are
//! written into the screens' sources; else it is made sure that each is there and its screen is.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use system_tests::{
    journey::{self, NEW_PASSWORD},
    life::{self, NEXT_PASSWORD},
    window::AppWindow,
};

use crate::world::{World, on_a_desktop};

#[test]
fn japanese() -> Result<()> {
    on_a_desktop(async |world| tour(world, "ja").await)
}

#[test]
fn english() -> Result<()> {
    on_a_desktop(async |world| tour(world, "en").await)
}

struct Album<'a> {
    world: &'a World,
    folder: PathBuf,
}

impl Album<'_> {
    async fn take(&self, window: &AppWindow, name: &str) -> Result<()> {
        let file = self.folder.join(format!("{name}.png"));
        if std::env::var_os("WARIFU_UPDATE_PICTURES").is_some() {
            std::fs::create_dir_all(&self.folder)?;
            window.see("screen-heading").await?;
            window.photograph_alone(&self.world.desktop, &file).await?;
        }
        ensure!(
            file.is_file(),
            "{} is missing: run the end-to-end tests with WARIFU_UPDATE_PICTURES=1",
            file.display()
        );
        Ok(())
    }
}

async fn tour(world: &mut World, language: &str) -> Result<()> {
    let window = world.open_with_profile().await?;
    if language == "en" {
        window.press("language").await?;
    }
    journey::issue(&window, &world.customer).await?;
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/assets/manual").join(language);
    {
        let album = Album { world, folder: folder.clone() };
        album.take(&window, "issuance").await?;
        window.press("leave").await?;
        window.see("start-login").await?;
        album.take(&window, "start").await?;
        window.press("start-login").await?;
        window.see("cert-confirm").await?;
        album.take(&window, "certificate-dialog").await?;
        window.press("cert-confirm").await?;
        window.see("login-password").await?;
        album.take(&window, "password").await?;
        journey::enter_password(&window, NEW_PASSWORD).await?;
        window.see("main-menu").await?;
        album.take(&window, "main-menu").await?;

        window.press("open-administration").await?;
        window.press("user-new").await?;
        window.fill("user-id-input", "tanaka").await?;
        window.fill("email-input", "tanaka@example.jp").await?;
        window.press("permission-claims.view").await?;
        album.take(&window, "user-new").await?;
        window.press("user-create").await?;
        window.see("initial-password-shown").await?;
        window.press("back-to-users").await?;
        window.see("user-row-tanaka").await?;
        album.take(&window, "users").await?;
        window.press("audit-tab").await?;
        window.see("audit-table").await?;
        album.take(&window, "audit").await?;
        life::leave_administration(&window).await?;
        life::transfer_code(&window).await?;
        album.take(&window, "transfer").await?;
        window.press("back-to-menu").await?;
        life::log_out(&window).await?;
        window.press("open-diagnosis").await?;
        window.see("diagnosis-summary").await?;
        album.take(&window, "diagnosis").await?;
        window.close().await?;
    }

    world.move_backend("+340d")?;
    let window = world.open_at("+340d").await?;
    window.press("start-login").await?;
    window.press("cert-confirm").await?;
    journey::enter_password(&window, NEW_PASSWORD).await?;
    journey::enter_new_password(&window, NEXT_PASSWORD).await?;
    window.press("change-submit").await?;
    window.press("renew").await.context("the renewal is due")?;
    window.press("renewal-start").await?;
    window.see("renewal-done").await?;
    Album { world, folder }.take(&window, "renewal").await?;
    window.close().await
}
