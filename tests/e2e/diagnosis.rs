//! 「接続診断」 in the window (SPEC L).

use anyhow::Result;
use system_tests::journey;

use crate::world::on_a_desktop;

#[test]
fn a_healthy_pc_passes_every_check() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        window.press("leave").await?;
        window.press("open-diagnosis").await?;
        window.see("diagnosis-summary").await?;
        for check in ["backend", "clock", "key", "certificate-standing"] {
            window.see_attribute(&format!("check-{check}"), "data-outcome", "passed").await?;
        }
        window.press("close-diagnosis").await?;
        window.see("start-login").await?;
        window.close().await
    })
}

#[test]
fn a_backend_that_is_down_is_named() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        world.backend = None;
        window.press("open-diagnosis").await?;
        window.see("diagnosis-summary").await?;
        window.see_attribute("check-reachability", "data-outcome", "failed").await?;
        window.see_attribute("check-tls-version", "data-outcome", "skipped").await?;
        window.close().await
    })
}
