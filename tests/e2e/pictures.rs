//! The pictures of the manual, taken from the app. With `WARIFU_UPDATE_PICTURES` set they are
//! written into the screens' sources, each with the words by which its screen is known; else each is
//! taken as well and compared with the one in the manual, in its words and by its looks.

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
    /// Takes the screen as it is, light and dark, or compares it with its pictures in the manual.
    async fn take(&self, window: &AppWindow, name: &str) -> Result<()> {
        window.see("screen-heading").await?;
        // The WebDriver's pointer and the screen's, which is another one.
        window.point_at_nothing().await?;
        self.world.desktop.point_at_nothing()?;
        window.execute(INVENT, vec![]).await?;
        let words = self.path(name, "txt");
        let seen = words_of(window).await?;
        if update() {
            std::fs::create_dir_all(&self.folder)?;
            std::fs::write(&words, &seen)?;
        } else {
            let kept = std::fs::read_to_string(&words).unwrap_or_default();
            ensure!(
                kept == seen,
                "{} is out of date: it shows\n{kept}\nnot\n{seen}\n{RETAKE}",
                words.display()
            );
        }
        let own = window.execute(THEME, vec!["light".into()]).await?;
        self.picture(window, name, "png").await?;
        window.execute(THEME, vec!["dark".into()]).await?;
        self.picture(window, name, "dark.png").await?;
        window.execute(THEME, vec![own]).await?;
        let [light, dark] = ["png", "dark.png"].map(|ending| self.path(name, ending));
        let between = self.world.desktop.difference(&light, &dark).context(RETAKE)?;
        ensure!(between > UNLIKE, "{} is as light as the light one: {between:.3}", dark.display());
        Ok(())
    }

    /// Writes one picture, or holds the window against it.
    async fn picture(&self, window: &AppWindow, name: &str, ending: &str) -> Result<()> {
        let picture = self.path(name, ending);
        if update() {
            return window.photograph_alone(&self.world.desktop, &picture).await;
        }
        let now = self.world.desktop.home().join(format!("{name}.{ending}"));
        window.photograph_alone(&self.world.desktop, &now).await?;
        let difference = self.world.desktop.difference(&picture, &now).context(RETAKE)?;
        ensure!(
            difference < LIKE,
            "{} is out of date: {difference:.3} of the looks differ\n{RETAKE}",
            picture.display()
        );
        Ok(())
    }

    /// Fails unless the comparison sees that a button is gone and that the colours are others, and
    /// does not see that letters stand by a part of a pixel elsewhere.
    async fn prove(&self, window: &AppWindow, name: &str, button: &str) -> Result<()> {
        if update() {
            return Ok(());
        }
        let own = window.execute(THEME, vec!["light".into()]).await?;
        window.execute(STYLE, vec!["html { transform: translate(0.4px, 0.3px); }".into()]).await?;
        self.picture(window, name, "png").await.context("only the antialiasing differs")?;
        let hidden = format!("[data-testid='{button}'] {{ display: none !important; }}");
        window.execute(STYLE, vec![hidden.into()]).await?;
        let kept = std::fs::read_to_string(self.path(name, "txt"))?;
        ensure!(words_of(window).await? != kept, "that “{button}” is gone is not noticed");
        window.execute(STYLE, vec!["".into()]).await?;
        window.execute(THEME, vec!["dark".into()]).await?;
        ensure!(
            self.picture(window, name, "png").await.is_err(),
            "that a screen has other colours is not noticed"
        );
        window.execute(THEME, vec![own]).await?;
        Ok(())
    }

    fn path(&self, name: &str, ending: &str) -> PathBuf {
        self.folder.join(format!("{name}.{ending}"))
    }
}

fn update() -> bool {
    std::env::var_os("WARIFU_UPDATE_PICTURES").is_some()
}

/// Shows the window in other colours until its settings change; gives those that it had.
const THEME: &str = r"
    const root = document.documentElement;
    const before = root.dataset.theme;
    root.dataset.theme = arguments[0];
    return before;";

/// Lays a style over the window's own, as the content security policy allows; an empty one takes
/// it away.
const STYLE: &str = r"
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(arguments[0]);
    document.adoptedStyleSheets = [sheet];";

/// What the grounds of light and dark differ by at least, from 0 to 1.
const UNLIKE: f64 = 0.3;

const RETAKE: &str = "take the pictures anew: run this test with WARIFU_UPDATE_PICTURES=1";

/// Times, codes and addresses differ from run to run, and little of the picture with them.
/// Antialiasing is not seen from so far; a line more or a button less is.
const LIKE: f64 = 0.01;

/// What of this machine would stand in the manual becomes what a provider might have there.
const INVENT: &str = r"
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { data } = walker.currentNode;
      const invented = data
        .replace(/\blocalhost(:\d+)?/g, 'service.example.jp')
        .replace(/\b127\.0\.0\.1(:\d+)?/g, '192.0.2.15');
      if (invented !== data) walker.currentNode.data = invented;
    }";

/// The texts of header, headings, labels and buttons that are inside the window, a line each; digits
/// as zeros, since dates and numbers are not what a screen is known by.
async fn words_of(window: &AppWindow) -> Result<String> {
    const READ: &str = r"
        const inside = (element) => {
          const box = element.getBoundingClientRect();
          return box.width > 1 && box.height > 1 && box.top >= 0 && box.bottom <= innerHeight;
        };
        const known = 'header p, h1, h2, h3, legend, label, button, th, dt';
        return [...document.querySelectorAll(known)]
          .filter(inside)
          .map((element) => element.innerText.replace(/\s+/g, ' ').replace(/\d+/g, '0').trim())
          .filter((text) => text !== '')
          .join('\n') + '\n';";
    let words = window.execute(READ, vec![]).await?;
    words.as_str().map(str::to_owned).context("the window has no words")
}

/// Fails unless the whole of an element is inside the window.
async fn ensure_in_sight(window: &AppWindow, testid: &str) -> Result<()> {
    const INSIDE: &str = "
        const element = document.querySelector(`[data-testid=\"${arguments[0]}\"]`);
        const box = element.getBoundingClientRect();
        return box.height > 0 && box.top >= 0 && box.left >= 0
          && box.bottom <= innerHeight && box.right <= innerWidth;";
    let inside = window.execute(INSIDE, vec![testid.into()]).await?;
    ensure!(inside.as_bool() == Some(true), "“{testid}” is not whole in the window");
    Ok(())
}

async fn tour(world: &mut World, language: &str) -> Result<()> {
    let window = world.open_with_profile().await?;
    if language == "en" {
        window.press("language").await?;
    }
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/assets/manual").join(language);
    {
        let album = Album { world, folder: folder.clone() };
        window.press("start-issue").await?;
        journey::enter_credentials(&window, &world.customer, &world.customer.initial_password)
            .await?;
        album.take(&window, "issuance").await?;
        journey::issue_with_credentials(&window).await?;
        window.press("leave").await?;
        window.see("start-login").await?;
        album.take(&window, "start").await?;
        album.prove(&window, "start", "start-issue").await?;
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
        life::fill_name(&window, "田中 一郎").await?;
        window.fill("user-id-input", "tanaka").await?;
        window.fill("email-input", "tanaka@example.jp").await?;
        window.press("permission-claims.view").await?;
        album.take(&window, "user-new").await?;
        window.press("user-create").await?;
        window.see("initial-password-shown").await?;
        life::back_to_users(&window).await?;
        window.see("user-row-tanaka").await?;
        album.take(&window, "users").await?;
        window.press("audit-tab").await?;
        window.see("audit-table").await?;
        album.take(&window, "audit").await?;
        life::leave_administration(&window).await?;
        life::transfer_code(&window).await?;
        for whole in ["transfer-code", "transfer-left", "transfer-copy"] {
            ensure_in_sight(&window, whole).await?;
        }
        album.take(&window, "transfer").await?;
        window.press("back-to-menu").await?;
        life::log_out(&window).await?;
        window.press("settings").await?;
        window.see("settings-page").await?;
        album.take(&window, "settings").await?;
        window.press("settings-close").await?;
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
