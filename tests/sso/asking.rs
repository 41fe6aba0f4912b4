//! A login that begins at the service's own address: the page asks the app, and the app's answer is good in
//! the browser that asked and in no other.

use std::process::Output;

use anyhow::{Context as _, Result, ensure};
use system_tests::{
    browser::{self, Browser},
    journey::NEW_PASSWORD,
    life, places, wait,
    window::PATIENCE,
};

use crate::world::{CODE, PAGE, World, now, with_a_service};

impl World {
    /// Goes to the service and gives the link of the login's page to the app, as the desktop does it with
    /// what a page's link names.
    async fn ask_from(&self, browser: &Browser) -> Result<String> {
        browser.go(&self.service.site().at("/claims/")).await?;
        browser.see("#open").await?;
        let read = "return document.querySelector('#open').getAttribute('href')";
        let link = browser.execute(read, Vec::new()).await?;
        Ok(link.as_str().context("the button has no link")?.to_owned())
    }

    /// Starts the app as the handler of links, which hands them to the one that runs.
    fn hand_over(&self, arguments: &[&str]) -> Result<Output> {
        Ok(self
            .desktop
            .command(&places::built("warifu")?)
            .args(arguments)
            .envs(browser::environment())
            .env("WARIFU_DATA_DIR", self.desktop.home().join("app"))
            .output()?)
    }
}

#[test]
fn a_service_that_is_opened_first_asks_the_app_and_goes_on_in_its_browser() -> Result<()> {
    with_a_service(async |world| {
        let window = world.logged_in().await?;
        // Whatever else stands beside a link does away with it, and with itself.
        let link = world.ask_from(&world.browser).await?;
        world.hand_over(&["--link", &link, "--add-profile", "/etc/passwd"])?;
        world.hand_over(&[&link])?;
        world.hand_over(&["--link", &format!("{link}&more=1")])?;
        ensure!(window.look("approval").await?.is_none(), "something was asked");

        let known = world.browser.tabs().await?;
        let asking = known.first().context("no tab")?.clone();
        world.hand_over(&["--link", &link])?;
        window.see("approval").await?;
        let host = window.text("approval-host").await?;
        ensure!(world.service.site().at("/").contains(&host), "{host}");
        // Nobody approves by a key that was meant for another window.
        assert_eq!(window.focused().await?, "approval-decline");
        ensure!(window.look("approval-warning").await?.is_none(), "the same PC");
        window.press("approval-approve").await?;
        world.browser.follow(&known).await?;
        world.browser.see(PAGE).await?;
        assert_eq!(world.browser.text("[data-testid=user-id]").await?, world.customer.user_id);
        world.browser.turn_to(&asking).await?;
        world.browser.see("#continued:not([hidden])").await?;

        // It ends like any other.
        let since = now()?;
        life::log_out(&window).await?;
        world.see_told_since(since)?;
        world.browser.go(&world.service.site().at("/claims/")).await?;
        world.see_nobody().await?;

        // Nobody is logged in: certificate and password are asked for, and the app is logged in as well.
        let link = world.ask_from(&world.browser).await?;
        let known = world.browser.tabs().await?;
        world.hand_over(&["--link", &link])?;
        window.see("approval").await?;
        window.fill("approval-password", NEW_PASSWORD).await?;
        window.press("approval-approve").await?;
        world.browser.follow(&known).await?;
        world.browser.see(PAGE).await?;
        window.see("entry-claims").await?;

        // A refusal is heard by the page, and the link is good for nothing afterwards.
        let since = now()?;
        life::log_out(&window).await?;
        world.see_told_since(since)?;
        let link = world.ask_from(&world.browser).await?;
        world.hand_over(&["--link", &link])?;
        window.press("approval-decline").await?;
        world.browser.see_within("#declined:not([hidden])", PATIENCE).await?;
        world.hand_over(&["--link", &link])?;
        wait::until_async("the spent link is told", PATIENCE, async || {
            ensure!(window.look("approval-approve").await?.is_none(), "it asks again");
            window.look("approval-failure-close").await
        })
        .await?;
        window.close().await
    })
}

#[test]
fn what_a_stranger_has_approved_comes_out_in_the_victims_browser_and_is_refused() -> Result<()> {
    with_a_service(async |world| {
        let window = world.logged_in().await?;
        let sites = [&world.login, world.service.site()];
        let stranger = Browser::start(&world.desktop, "stranger", &sites).await?;
        let bait = world.ask_from(&stranger).await?;
        let known = world.browser.tabs().await?;
        world.hand_over(&["--link", &bait])?;
        window.press("approval-approve").await?;
        world.browser.follow(&known).await?;
        assert_eq!(world.browser.text(CODE).await?, "other-browser");
        // From there the victim can begin for themselves, and is asked like anybody.
        world.browser.press("#begin-again").await?;
        world.browser.see("#open").await?;
        // The app says so, and the stranger has nothing.
        window.see("approval-failure-close").await?;
        stranger.go(&world.service.site().at("/claims/")).await?;
        stranger.see("#open").await?;
        ensure!(stranger.look(PAGE).await?.is_none(), "the stranger is in");
        // From the same PC it is told to the user alone: two profiles of one browser do this every day.
        assert_eq!(world.recorded("authorization-misdirected")?, 0);
        window.close().await
    })
}
