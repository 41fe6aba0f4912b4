//! A company's proxy, in the window: chosen in the settings, and told who asks (SPEC L).

use anyhow::Result;
use system_tests::{
    journey,
    proxy::{Kind, PASSWORD, ProxyServer, USER},
};

use crate::world::on_a_desktop;

#[test]
fn a_proxy_that_asks_is_answered_in_the_window() -> Result<()> {
    on_a_desktop(async |world| {
        let proxy = ProxyServer::start(Kind::Login)?;
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        window.press("leave").await?;

        window.press("settings").await?;
        window.press("proxy-manual").await?;
        window.fill("proxy-address", &proxy.place()).await?;
        window.press("proxy-save").await?;
        window.press("settings-close").await?;

        window.press("start-login").await?;
        window.press("cert-confirm").await?;
        window.see_attribute("proxy-why", "data-code", "proxy-authentication-required").await?;
        window.fill("proxy-user", USER).await?;
        window.fill("proxy-password", "wrong").await?;
        window.press("proxy-submit").await?;
        window.see_attribute("proxy-why", "data-code", "proxy-credentials-refused").await?;
        window.fill("proxy-user", USER).await?;
        window.fill("proxy-password", PASSWORD).await?;
        window.press("proxy-submit").await?;
        journey::enter_password(&window, journey::NEW_PASSWORD).await?;
        window.see("main-menu").await?;
        assert!(!window.log().contains(PASSWORD));
        window.close().await
    })
}
