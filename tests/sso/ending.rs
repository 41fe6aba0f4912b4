//! Whatever ends the login ends what it opened, and nothing else does.

use anyhow::{Context as _, Result};
use system_tests::{
    backend::Said as _,
    journey::NEW_PASSWORD,
    life,
    relying_party::{Asked, RelyingParty},
    wait,
};

use crate::world::{PAGE, now, with_a_service};

#[test]
fn a_suspended_user_finds_the_page_gone() -> Result<()> {
    with_a_service(async |world| {
        let office = world.another_pc()?;
        let admin = world.logged_in_on(&office, &world.customer).await?;
        let tanaka = life::create_user(&admin, &world.customer, "tanaka", &["claims.view"]).await?;
        let window = world.logged_in_on(&world.desktop, &tanaka).await?;
        world.open_anew(&window, "entry-claims").await?;

        // By the customer's own administrator.
        life::back_to_users(&admin).await?;
        admin.press("user-open-tanaka").await?;
        admin.press("act-suspend").await?;
        let since = now()?;
        admin.press("act-confirm").await?;
        world.see_told_since(since)?;
        world.see_refused_on_reload("account-suspended").await?;

        // By the provider, on the command line: another process than the one that serves.
        world.have("user resume", &tanaka)?;
        window.press("entry-claims").await?;
        window.see("notice").await?;
        window.press("notice-close").await?;
        life::log_in(&window, NEW_PASSWORD).await?;
        world.open_again(&window, "entry-claims").await?;
        let since = now()?;
        world.have("user suspend", &tanaka)?;
        world.see_told_since(since)?;
        world.see_refused_on_reload("account-suspended").await?;
        window.close().await?;
        admin.close().await
    })
}

#[test]
fn a_service_that_cannot_be_told_is_refused_its_refresh_and_told_later() -> Result<()> {
    with_a_service(async |world| {
        // A service that asks as soon as its access token is a few seconds old.
        world.service.stop();
        let site = world.service.site().clone();
        let proof = world.service.proof().clone();
        let group = world.desktop.group();
        world.service = RelyingParty::set_up_refreshing(group, &site, &world.login, &proof, 298)?;
        world.service.start()?;
        let window = world.logged_in().await?;
        world.open_anew(&window, "entry-claims").await?;

        world.service.be_deaf(true)?;
        world.have("user suspend", &world.customer)?;
        wait::until("the service has refused to listen twice", || {
            let told = world.service.told()?;
            Ok((told.iter().filter(|(_, status)| *status == 500).count() >= 2).then_some(()))
        })?;
        // It was not told, and its session is whole; its access token is old enough by now. The module
        // shows its own page for who is logged out.
        world.browser.reload().await?;
        world.browser.see(PAGE).await?;
        assert_eq!(world.browser.url().await?, site.at("/"));
        assert!(world.browser.look("[data-testid=user-id]").await?.is_none());
        world.browser.go(&site.at("/claims/")).await?;
        world.see_refused("account-suspended").await?;
        let waiting = world.provider.command("web logouts")?.said()?;
        assert!(waiting.contains("claims"), "{waiting}");

        // Down altogether, and back.
        world.service.stop();
        world.service.be_deaf(false)?;
        world.service.start()?;
        wait::until("the service is told after all", || {
            let told = world.service.told()?;
            let last = told.last().context("nothing was told")?;
            // It has forgotten everybody by its restart: 200, or 400 because it does not know whom.
            Ok((last.1 != 500).then_some(()))
        })?;
        window.close().await
    })
}

#[test]
fn a_logout_in_the_app_or_at_the_service_ends_both_halves() -> Result<()> {
    with_a_service(async |world| {
        let window = world.logged_in().await?;
        world.open_anew(&window, "entry-claims").await?;
        let since = now()?;
        life::log_out(&window).await?;
        world.see_told_since(since)?;
        world.see_nobody_on_reload().await?;

        life::log_in(&window, NEW_PASSWORD).await?;
        world.open_again(&window, "entry-claims").await?;
        world.browser.press("[data-testid=sign-out]").await?;
        world.browser.see("[data-testid=page]").await?;
        assert_eq!(world.browser.url().await?, world.service.site().at("/"));
        world.browser.go(&world.service.site().at("/claims/")).await?;
        world.see_nobody().await?;
        // The app's own login goes on, and opens the service again.
        world.open_again(&window, "entry-claims").await?;

        let since = now()?;
        world.provider.revoke(&world.customer)?;
        world.see_told_since(since)?;
        world.see_nobody_on_reload().await?;
        window.close().await
    })
}

#[test]
fn an_app_that_is_quit_takes_the_page_with_it() -> Result<()> {
    with_a_service(async |world| {
        let window = world.logged_in().await?;
        world.open_anew(&window, "entry-claims").await?;
        let since = now()?;
        world.desktop.bus().choose_in_tray("終了")?;
        world.see_told_since(since)?;
        world.see_nobody_on_reload().await?;
        assert_eq!(world.recorded("logout")?, 1);
        wait::until("the app has ended", || {
            Ok(world.desktop.bus().tray()?.is_empty().then_some(()))
        })
    })
}

#[test]
fn the_second_user_of_a_browser_never_sees_the_firsts_page() -> Result<()> {
    with_a_service(async |world| {
        let office = world.another_pc()?;
        let admin = world.logged_in_on(&office, &world.customer).await?;
        let tanaka = life::create_user(&admin, &world.customer, "tanaka", &["claims.view"]).await?;
        life::leave_administration(&admin).await?;
        let window = world.logged_in_on(&world.desktop, &tanaka).await?;
        let first = world.open_anew(&admin, "entry-claims").await?;
        assert_eq!(world.browser.text("[data-testid=user-id]").await?, "kanri01");

        let known = world.browser.tabs().await?;
        window.press("entry-claims").await?;
        let second = world.browser.follow(&known).await?;
        // Whose login is there is said before it is ended.
        assert!(world.browser.text("#other").await?.contains("kanri01"));
        world.browser.press("#yes").await?;
        window.press("handoff-yes").await?;
        assert_eq!(world.browser.text("[data-testid=user-id]").await?, "tanaka");
        // The service had forgotten the first user before it saw the second.
        let asked = world.service.asked()?;
        let told = asked.iter().position(|one| one.logout && one.status == 200);
        let page = |one: &Asked| one.path.starts_with("/claims/") && one.status == 200;
        assert!(told.is_some() && told < asked.iter().rposition(page), "{asked:?}");
        world.browser.turn_to(&first).await?;
        world.browser.reload().await?;
        assert_eq!(world.browser.text("[data-testid=user-id]").await?, "tanaka");

        // The service does not listen: its name is shown before the next user goes on.
        world.service.be_deaf(true)?;
        let known = world.browser.tabs().await?;
        admin.press("entry-claims").await?;
        world.browser.follow(&known).await?;
        assert!(world.browser.text("#other").await?.contains("tanaka"));
        world.browser.press("#yes").await?;
        assert!(world.browser.text("#names").await?.contains("サンプル電子債権サービス"));
        world.browser.press("#go-on").await?;
        assert_eq!(world.browser.text("[data-testid=user-id]").await?, "kanri01");
        world.browser.turn_to(&second).await?;
        world.browser.reload().await?;
        assert_eq!(world.browser.text("[data-testid=user-id]").await?, "kanri01");
        window.close().await?;
        admin.close().await
    })
}

#[test]
fn a_new_signing_key_and_a_restart_of_the_backend_end_nothing() -> Result<()> {
    with_a_service(async |world| {
        let window = world.logged_in().await?;
        world.open_anew(&window, "entry-claims").await?;
        world.provider.command("web keys rotate")?.arg("--now").said()?;
        world.browser.reload().await?;
        world.browser.see(PAGE).await?;
        // What the new key signs is taken at once: an unknown key is asked for.
        world.open_again(&window, "entry-claims").await?;
        let keys = world.provider.command("web keys list")?.said()?;
        assert!(keys.contains("active"), "{keys}");

        // The backend is started anew in the middle of it.
        world.backend = None;
        world.backend = Some(world.provider.serve()?);
        world.browser.reload().await?;
        world.browser.see(PAGE).await?;
        world.open_again(&window, "entry-claims").await?;
        assert!(world.service.told()?.is_empty());
        window.close().await
    })
}
