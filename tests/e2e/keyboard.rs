//! Keyboard alone suffices for everything (SPEC K).

use anyhow::Result;
use system_tests::{
    journey,
    window::{AppWindow, Hand},
};

use crate::world::on_a_desktop;

#[test]
fn the_main_job_needs_no_pointer() -> Result<()> {
    on_a_desktop(async |world| {
        let mut start = world.start();
        start.hand = Hand::Keyboard;
        let window = world.open_as(&start).await?;
        let profile = world.provider.profile()?;
        let mut focus_is_seen = async |window: &AppWindow, screen: journey::Screen| {
            let focused = window.focused().await?;
            assert_ne!(focused, "body", "{}: the focus is lost", screen.name);
            Ok(())
        };
        journey::main_job(&window, &profile, &world.customer, &mut focus_is_seen).await?;
        assert_eq!(world.provider.logins(&world.customer)?.len(), 1);
        window.press("logout").await?;
        window.see("start-login").await?;
        window.close().await
    })
}

#[test]
fn escape_leaves_a_dialog_and_gives_the_focus_back() -> Result<()> {
    on_a_desktop(async |world| {
        let mut start = world.start();
        start.hand = Hand::Keyboard;
        let window = world.open_as(&start).await?;
        window.press("settings").await?;
        window.see("settings-dialog").await?;
        window.key(fantoccini::key::Key::Escape.into()).await?;
        window.see_no("settings-dialog").await?;
        assert_eq!(window.focused().await?, "settings");
        window.close().await
    })
}
