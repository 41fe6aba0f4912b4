//! From the main menu into the browser.

#![expect(clippy::print_stdout, reason = "what was measured is told")]

use std::time::Duration;

use anyhow::Result;
use system_tests::{backend::CUSTOMER_NAME, firefox::Firefox, life};

use crate::world::{By, CODE, PAGE, found_below, now, with_a_service, with_a_service_by};

#[test]
fn an_entry_opens_the_service_with_the_users_name() -> Result<()> {
    with_a_service(async |world| {
        let window = world.logged_in().await?;
        let browser = &world.browser;
        let first = world.open_anew(&window, "entry-claims").await?;
        assert_eq!(browser.text(PAGE).await?, "債権照会");
        assert_eq!(browser.text("[data-testid=customer-name]").await?, CUSTOMER_NAME);
        assert_eq!(browser.text("[data-testid=customer-number]").await?, world.customer.number);
        assert_eq!(browser.text("[data-testid=user-id]").await?, world.customer.user_id);
        assert!(browser.text("[data-testid=permissions]").await?.contains("債権照会"));
        let assurance = browser.see("[data-testid=assurance]").await?;
        assert_eq!(assurance.attr("data-assurance").await?.as_deref(), Some("software"));
        assert_eq!(browser.url().await?, world.service.site().at("/claims/"));
        world.see_state(&window, "opened").await?;

        // Whoever was asked once is not asked again.
        let (_, took) = world.open_again(&window, "entry-claims").await?;
        let (_, again) = world.open_again(&window, "entry-claims").await?;
        let took = took.min(again);
        println!("from the click to the page: {} ms", took.as_millis());
        assert!(took < Duration::from_secs(10), "a click takes {took:?}");
        let (_, _) = world.open_again(&window, "entry-apply").await?;
        assert_eq!(browser.text(PAGE).await?, "割引申込");
        assert_eq!(world.recorded("handoff-opened")?, 4);
        // The first tab's login is the same one.
        browser.turn_to(&first).await?;
        browser.reload().await?;
        browser.see(PAGE).await?;

        // What has nothing to do with the login is opened as ever.
        let known = browser.tabs().await?;
        window.press("entry-news").await?;
        browser.follow(&known).await?;
        assert_eq!(browser.text(PAGE).await?, "お知らせ");
        window.close().await
    })
}

#[test]
fn firefox_opens_the_service_as_well() -> Result<()> {
    with_a_service(async |world| {
        let mut firefox = Firefox::start(&world.desktop)?;
        firefox.be_default(&world.desktop)?;
        let window = world.logged_in().await?;
        let known = firefox.tabs()?;
        window.press("entry-claims").await?;
        firefox.follow(&known)?;
        firefox.press("#yes")?;
        window.press("handoff-yes").await?;
        assert_eq!(firefox.text("[data-testid=customer-name]")?, CUSTOMER_NAME);
        world.see_state(&window, "opened").await?;
        let since = now()?;
        world.have("user suspend", &world.customer)?;
        world.see_told_since(since)?;
        firefox.reload()?;
        assert_eq!(firefox.text(CODE)?, "account-suspended");
        window.close().await
    })
}

#[test]
fn eight_tabs_at_once_all_show_the_page() -> Result<()> {
    with_a_service_by(By::Key, async |world| {
        let window = world.logged_in().await?;
        world.open_anew(&window, "entry-claims").await?;
        // The service forgets everybody, and the browser does not.
        world.service.stop();
        world.service.start()?;
        let known = world.browser.tabs().await?;
        let address = world.service.site().at("/claims/");
        let opening: Vec<_> = (0..8)
            .map(|_| world.browser.handing(&world.desktop, &address))
            .collect::<Result<_>>()?;
        for mut one in opening {
            assert!(one.wait()?.success());
        }
        let tabs = world.browser.see_tabs(known.len() + 8).await?;
        for tab in tabs.iter().filter(|tab| !known.contains(tab)) {
            world.browser.turn_to(tab).await?;
            world.browser.see(PAGE).await?;
        }
        window.close().await
    })
}

#[test]
fn who_lacks_a_right_is_told_so_by_the_service_and_by_the_login() -> Result<()> {
    with_a_service(async |world| {
        let office = world.another_pc()?;
        let admin = world.logged_in_on(&office, &world.customer).await?;
        let tanaka = life::create_user(&admin, &world.customer, "tanaka", &["claims.view"]).await?;
        let window = world.logged_in_on(&world.desktop, &tanaka).await?;
        world.open_anew(&window, "entry-claims").await?;
        assert!(window.look("entry-apply").await?.is_none());
        // The service's own rule, for what the menu does not even show.
        world.browser.go(&world.service.site().at("/apply/")).await?;
        world.browser.see("[data-why=forbidden]").await?;

        // A right that is taken away ends what was opened with it.
        life::back_to_users(&admin).await?;
        admin.press("user-open-tanaka").await?;
        admin.press("user-edit").await?;
        admin.press("permission-claims.view").await?;
        let since = now()?;
        admin.press("user-save").await?;
        admin.see("done").await?;
        world.see_told_since(since)?;
        world.browser.go(&world.service.site().at("/claims/")).await?;
        assert_eq!(world.browser.text(CODE).await?, "permission-missing");
        window.close().await?;
        admin.close().await
    })
}

#[test]
fn nothing_that_opens_a_door_is_left_behind() -> Result<()> {
    with_a_service(async |world| {
        let window = world.logged_in().await?;
        let mut caught = world.catch_addresses()?;
        let address = caught.next(&window, "entry-claims").await?;
        caught.stop()?;
        let known = world.browser.tabs().await?;
        world.browser.hand(&world.desktop, &address)?;
        world.browser.follow(&known).await?;
        world.browser.press("#yes").await?;
        window.press("handoff-yes").await?;
        world.browser.see(PAGE).await?;

        let (_, token) = address.split_once('#').unwrap_or_default();
        let mut secrets = vec![token.to_owned()];
        // Its cookies are those of the page's site.
        world.browser.go(&world.login.at("/")).await?;
        let cookies = world.browser.cookies().await?;
        let named = |name: &str| cookies.iter().any(|(found, _)| found == name);
        assert!(named("__Host-warifu") && named("__Host-warifu-browser"), "{cookies:?}");
        secrets.extend(cookies.into_iter().map(|(_, value)| value));
        assert!(secrets.iter().all(|secret| secret.len() == 43), "{secrets:?}");
        for folder in [
            world.provider.dir().to_owned(),
            world.desktop.home().join("app"),
            world.desktop.logs(),
        ] {
            assert_eq!(found_below(&folder, &secrets)?, Vec::<String>::new());
        }
        // Where the browser was. What it needs to bring its tabs back has the address as it was opened;
        // the token is spent by then.
        assert!(
            !std::fs::read(world.browser.profile().join("Default/History"))?
                .windows(token.len())
                .any(|part| part == token.as_bytes())
        );
        window.close().await
    })
}
