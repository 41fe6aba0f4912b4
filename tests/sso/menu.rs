//! From the main menu into the browser.

use anyhow::Result;

use crate::world::with_a_service;

#[test]
fn an_entry_without_a_login_opens_in_the_default_browser() -> Result<()> {
    with_a_service(async |world| {
        let window = world.logged_in().await?;
        let known = world.browser.tabs().await?;
        window.press("entry-news").await?;
        world.browser.follow(&known).await?;
        assert_eq!(world.browser.text("[data-testid=page]").await?, "お知らせ");
        assert_eq!(world.browser.url().await?, world.service.site().at("/news/"));

        // The login does not answer: the service shows nobody's page.
        world.browser.go(&world.service.site().at("/claims/")).await?;
        assert!(world.browser.look("[data-testid=user-id]").await?.is_none());
        world.browser.see("[data-why=broken]").await?;
        world.backend.check()?;
        window.close().await
    })
}
