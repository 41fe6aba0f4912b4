//! The login's own pages, as axe-core sees them rendered, on the narrowest screen that WCAG 2.2 §1.4.10 asks
//! for and on a usual one, in both languages and both themes.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::world::{World, with_a_service};

/// The parts of a page, each of which its script shows alone.
const PARTS: &str = "
    const parts = [...document.querySelectorAll('main > section[id]')];
    return parts.map((part) => part.id);";

/// Shows one part alone, with something in each place that the script fills.
const SHOW: &str = "
    for (const part of document.querySelectorAll('main > section[id]')) {
      part.hidden = part.id !== arguments[0];
      for (const inner of part.querySelectorAll('[hidden]')) inner.hidden = false;
      for (const slot of part.querySelectorAll('[data-slot]')) slot.textContent = arguments[1];
      for (const list of part.querySelectorAll('ul:empty')) {
        const item = document.createElement('li');
        item.textContent = arguments[1];
        list.append(item);
      }
    }";

/// Whether anything has to be scrolled sideways for, or is smaller than what people can press
/// (WCAG 2.2 §2.5.8); what it is.
const CRAMPED: &str = "
    const { scrollWidth, clientWidth } = document.documentElement;
    const found = scrollWidth > clientWidth ? [`wider than the screen: ${scrollWidth}`] : [];
    for (const target of document.querySelectorAll('.button')) {
      const { width, height, right } = target.getBoundingClientRect();
      if (width === 0) continue;
      if (width < 24 || height < 24 || right > clientWidth) found.push(target.outerHTML);
    }
    for (const text of document.querySelectorAll('h1, h2, p, dt, dd, a, button, code')) {
      if (parseFloat(getComputedStyle(text).fontSize) < 16) found.push('small: ' + text.outerHTML);
    }
    return found;";

/// A company's name as long as they come, without a place to break it.
const LONG: &str =
    "株式会社日本橋室町電子記録債権総合管理サービスホールディングスインターナショナル";

impl World {
    /// The addresses of every page, by what they show.
    fn pages(&self) -> Vec<(&'static str, String)> {
        vec![
            ("root", self.login.at("/")),
            ("nowhere", self.login.at("/nowhere")),
            ("refused", self.login.at("/authorize?client_id=nobody&response_type=code")),
            ("handoff", self.login.at("/handoff#nothing")),
            ("continue", self.login.at("/continue#nothing")),
            ("logout", self.login.at("/logout")),
            ("waiting", self.service.site().at("/claims/")),
        ]
    }
}

#[test]
fn every_page_can_be_read_on_any_screen_by_anybody() -> Result<()> {
    with_a_service(async |world| {
        let mut found = Vec::new();
        for (width, theme, language) in
            [(320, "light", "ja"), (320, "dark", "en"), (1280, "light", "en"), (1280, "dark", "ja")]
        {
            world.browser.look_like(width, theme, language).await?;
            for (name, address) in world.pages() {
                let name = format!("{name} ({width}, {theme}, {language})");
                world.browser.go_anew(&address).await?;
                world.browser.see("main h1").await.with_context(|| name.clone())?;
                let lang = "return document.documentElement.lang;";
                assert_eq!(world.browser.execute(lang, vec![]).await?, language, "{name}");
                look_at_each_part(world, &name, &mut found).await?;
            }
        }
        ensure!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
        Ok(())
    })
}

#[test]
fn a_page_that_breaks_the_rules_is_found() -> Result<()> {
    with_a_service(async |world| {
        world.browser.look_like(320, "light", "ja").await?;
        world.browser.go(&world.login.at("/nowhere")).await?;
        world.browser.see("main h1").await?;
        let spoil = "
            document.querySelector('h1').style.color = '#ddd';
            document.querySelector('main p').style.cssText = 'width: 400px; font-size: 12px';";
        world.browser.execute(spoil, vec![]).await?;
        let mut found = Vec::new();
        look(world, "nowhere", &mut found).await?;
        for fault in ["color-contrast", "wider than the screen", "small: "] {
            ensure!(found.iter().any(|line| line.contains(fault)), "{fault}: {found:?}");
        }
        Ok(())
    })
}

async fn look_at_each_part(world: &World, name: &str, found: &mut Vec<String>) -> Result<()> {
    look(world, name, found).await?;
    let parts = world.browser.execute(PARTS, vec![]).await?;
    for part in parts.as_array().context("no list")?.iter().filter_map(Value::as_str) {
        world.browser.execute(SHOW, vec![json!(part), json!(LONG)]).await?;
        look(world, &format!("{name}, {part}"), found).await?;
    }
    Ok(())
}

async fn look(world: &World, name: &str, found: &mut Vec<String>) -> Result<()> {
    let cramped = world.browser.execute(CRAMPED, vec![]).await?;
    let cramped: Vec<String> = serde_json::from_value(cramped)?;
    let violations = world.browser.accessibility_violations().await?;
    found.extend(cramped.into_iter().chain(violations).map(|line| format!("{name}: {line}")));
    Ok(())
}
