//! Each screen, as axe-core sees it rendered: WCAG 2.2 AA, in both languages and both themes.

use anyhow::Result;
use system_tests::{
    journey::{self, Screen},
    life,
    window::AppWindow,
};

use crate::world::{World, on_a_desktop};

#[test]
fn japanese_light() -> Result<()> {
    on_a_desktop(async |world| every_screen(world, "ja", "light").await)
}

#[test]
fn japanese_dark() -> Result<()> {
    on_a_desktop(async |world| every_screen(world, "ja", "dark").await)
}

#[test]
fn english_light() -> Result<()> {
    on_a_desktop(async |world| every_screen(world, "en", "light").await)
}

#[test]
fn english_dark() -> Result<()> {
    on_a_desktop(async |world| every_screen(world, "en", "dark").await)
}

#[test]
fn a_screen_that_breaks_the_rules_is_found() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open().await?;
        window.execute("document.querySelector('h1').style.color = '#ddd';", vec![]).await?;
        let mut found = Vec::new();
        look(&window, "first-start", &mut found).await?;
        assert!(found.iter().any(|violation| violation.contains("color-contrast")), "{found:?}");
        window.close().await
    })
}

#[test]
fn text_of_twice_the_size_needs_no_sideways_scrolling() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open().await?;
        window.press("settings").await?;
        window.press("text-size-200").await?;
        window.press("settings-close").await?;
        let profile = world.provider.profile()?;
        journey::main_job(&window, &profile, &world.customer, &mut async |window, screen| {
            fits(window, screen.name).await
        })
        .await?;
        life::every_screen(&window, &mut fits).await?;
        window.close().await?;

        world.move_backend(LATE)?;
        let window = world.open_at(LATE).await?;
        life::every_late_screen(&window, &mut fits).await?;
        window.close().await
    })
}

/// A table may be wider than the window; it scrolls by itself. What is pressed and the time that is left
/// for it are in sight.
async fn fits(window: &AppWindow, screen: &str) -> Result<()> {
    const WIDE: &str = "
        const { scrollWidth, clientWidth } = document.documentElement;
        const wide = [...document.querySelectorAll('dialog .body')]
          .some((body) => body.scrollWidth > body.clientWidth);
        return wide || scrollWidth > clientWidth;";
    const HIDDEN: &str = r#"
        const wanted = '.bar .button.primary, .bar [data-testid="time-left"]';
        return [...document.querySelectorAll(wanted)]
          .map((element) => [element, element.getBoundingClientRect()])
          .filter(([, box]) => box.height > 0 && (box.top < 0 || box.bottom > innerHeight + 1))
          .map(([element]) => element.textContent.trim());"#;
    assert_eq!(window.execute(WIDE, vec![]).await?, false, "{screen}: wider than the window");
    let hidden = window.execute(HIDDEN, vec![]).await?;
    assert_eq!(hidden, serde_json::json!([]), "{screen}: out of sight");
    Ok(())
}

async fn every_screen(world: &mut World, language: &str, theme: &str) -> Result<()> {
    let window = world.open().await?;
    if language == "en" {
        window.press("language").await?;
    }
    window.press("settings").await?;
    window.press(&format!("theme-{theme}")).await?;
    let mut found = Vec::new();
    look(&window, "settings", &mut found).await?;
    window.press("settings-close").await?;
    let set = window.execute(
        "const { lang, dataset } = document.documentElement; return [lang, dataset.theme];",
        vec![],
    );
    assert_eq!(set.await?, serde_json::json!([language, theme]));
    window.press("open-help").await?;
    look(&window, "help", &mut found).await?;
    window.press("close-help").await?;
    window.unfold("profile-paste").await?;
    window.paste("profile-text", "{}").await?;
    window.press("profile-add").await?;
    window.see("failure").await?;
    look(&window, "failure", &mut found).await?;

    let profile = world.provider.profile()?;
    journey::main_job(&window, &profile, &world.customer, &mut async |window, screen: Screen| {
        look(window, screen.name, &mut found).await
    })
    .await?;
    life::every_screen(&window, &mut async |window, screen| look(window, screen, &mut found).await)
        .await?;
    window.close().await?;

    world.move_backend(LATE)?;
    let window = world.open_at(LATE).await?;
    life::every_late_screen(&window, &mut async |window, screen| {
        look(window, screen, &mut found).await
    })
    .await?;
    window.close().await?;
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
    Ok(())
}

/// When certificate and password are about to expire.
const LATE: &str = "+340d";

async fn look(window: &AppWindow, screen: &str, found: &mut Vec<String>) -> Result<()> {
    let violations = window.accessibility_violations().await?;
    found.extend(violations.into_iter().map(|violation| format!("{screen}: {violation}")));
    Ok(())
}
