//! The way from the app into the browser, walked by others.

use anyhow::Result;
use system_tests::{browser::Browser, site::Site};

use crate::{
    stranger::Stranger,
    world::{CODE, PAGE, World, now, with_a_service},
};

/// The browser of somebody else, at another place.
async fn thief(world: &World) -> Result<Browser> {
    let trusted = [&world.login, world.service.site()];
    Browser::start(&world.desktop, "thief", &trusted).await
}

#[test]
fn an_address_that_is_used_twice_ends_what_it_opened() -> Result<()> {
    with_a_service(async |world| {
        let window = world.logged_in().await?;
        let thief = thief(world).await?;
        let mut caught = world.catch_addresses()?;
        let address = caught.next(&window, "entry-claims").await?;

        let known = world.browser.tabs().await?;
        world.browser.hand(&world.desktop, &address)?;
        world.browser.follow(&known).await?;
        world.browser.press("#yes").await?;
        window.press("handoff-yes").await?;
        world.browser.see(PAGE).await?;

        let since = now()?;
        thief.go_anew(&address).await?;
        assert_eq!(thief.text("#refused code").await?, "handoff-used");
        world.see_told_since(since)?;
        world.see_nobody_on_reload().await?;
        window.see("handoff-warning").await?;
        window.press("handoff-warning-close").await?;
        world.see_state(&window, "replayed").await?;
        assert_eq!(world.recorded("handoff-replayed")?, 1);

        // A thief who comes first is asked as well, and so is the user, who says no.
        let address = caught.next(&window, "entry-claims").await?;
        thief.go_anew(&address).await?;
        thief.press("#yes").await?;
        thief.see("#ask-app").await?;
        window.see("handoff-question").await?;
        window.press("handoff-no").await?;
        assert_eq!(thief.text("#refused code").await?, "declined");
        world.see_state(&window, "declined").await?;

        // The user comes while the thief waits: neither gets in.
        let address = caught.next(&window, "entry-claims").await?;
        thief.go_anew(&address).await?;
        thief.press("#yes").await?;
        thief.see("#ask-app").await?;
        world.browser.go_anew(&address).await?;
        assert_eq!(world.browser.text("#refused code").await?, "handoff-used");
        assert_eq!(thief.text("#refused code").await?, "handoff-used");
        assert!(world.service.asked()?.iter().filter(|one| one.status == 200).count() > 0);
        thief.go(&world.service.site().at("/claims/")).await?;
        thief.see("#open").await?;
        caught.stop()?;
        window.close().await
    })
}

#[test]
fn no_page_opens_an_address_of_the_apps() -> Result<()> {
    with_a_service(async |world| {
        let window = world.logged_in().await?;
        let home = world.desktop.home();
        let site = Site::set_up(&home.join("stranger"), "localhost")?;
        let stranger = Stranger::start(&world.desktop, &site)?;
        // A browser that trusts the stranger's certificate too.
        let trusted = [&world.login, world.service.site(), &site];
        let browser = Browser::start(&world.desktop, "victim", &trusted).await?;
        let mut caught = world.catch_addresses()?;
        let address = caught.next(&window, "entry-claims").await?;

        let pages = [
            ("link", format!("<a id=link href='{address}'>お得な情報</a>")),
            ("script", format!("<script>location.href = '{address}'</script>")),
            ("refresh", format!("<meta http-equiv=refresh content='0;url={address}'>")),
            (
                "form",
                format!("<form id=form action='{address}'></form><script>form.submit()</script>"),
            ),
        ];
        for (name, body) in pages {
            let path = stranger.page(name, &body)?;
            for from in stranger.addresses(&path) {
                browser.go(&from).await?;
                if name == "link" {
                    browser.press("#link").await?;
                }
                assert_eq!(browser.text(CODE).await?, "not-from-app", "{name} at {from}");
            }
        }
        let path =
            stranger.page("frame", &format!("<iframe id=frame src='{address}'></iframe>"))?;
        for from in stranger.addresses(&path) {
            browser.go(&from).await?;
            browser.see("#frame").await?;
            // Nothing of it is inside that a page could lay its own buttons over.
            let inside = browser.execute(
                "try { return document.getElementById('frame').contentDocument?.body?.innerText ?? null; }
                 catch (error) { return null; }",
                vec![],
            );
            let inside = inside.await?;
            assert!(inside.is_null() || inside == "", "{inside}");
        }
        // Nor is a request of a neighbour's script any good, though browsers send it the cookies.
        let script = "
            const done = arguments[arguments.length - 1];
            fetch(arguments[0], { method: 'POST', credentials: 'include', mode: 'no-cors',
                                  body: JSON.stringify({ token: arguments[1] }) })
              .then((answer) => done(answer.type), (error) => done(String(error)));";
        let token = address.split_once('#').unwrap_or_default().1;
        let arguments = vec![world.login.at("/handoff").into(), token.into()];
        let answer = browser.execute_async(script, arguments).await?;
        assert_ne!(answer, "basic");

        // Nothing of all that has used it up.
        let known = world.browser.tabs().await?;
        world.browser.hand(&world.desktop, &address)?;
        world.browser.follow(&known).await?;
        world.browser.press("#yes").await?;
        window.press("handoff-yes").await?;
        world.browser.see(PAGE).await?;
        world.see_state(&window, "opened").await?;
        caught.stop()?;

        // A page cannot log the browser in at the service either, and see what comes of it.
        window.close().await
    })
}
