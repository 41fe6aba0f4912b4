//! Keyboard alone suffices for everything (SPEC K).

use anyhow::Result;
use system_tests::{
    clock::time_travel,
    journey::{self, NEW_PASSWORD},
    life,
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
fn the_life_of_a_login_needs_no_pointer() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        window.close().await?;

        let mut start = world.start();
        start.hand = Hand::Keyboard;
        let window = world.open_as(&start).await?;
        let mut focus_is_seen = async |window: &AppWindow, screen: &'static str| {
            assert_ne!(window.focused().await?, "body", "{screen}: the focus is lost");
            Ok(())
        };
        life::log_in(&window, NEW_PASSWORD).await?;
        life::every_screen(&window, &mut focus_is_seen).await?;
        window.close().await?;

        world.move_backend("+340d")?;
        start.environment = time_travel("+340d")?;
        let window = world.open_as(&start).await?;
        life::every_late_screen(&window, &mut focus_is_seen).await?;
        window.close().await
    })
}

#[test]
fn escape_leaves_the_settings_and_gives_the_focus_back() -> Result<()> {
    on_a_desktop(async |world| {
        let mut start = world.start();
        start.hand = Hand::Keyboard;
        let window = world.open_as(&start).await?;
        window.press("settings").await?;
        window.see("settings-page").await?;
        window.key(fantoccini::key::Key::Escape.into()).await?;
        window.see_no("settings-page").await?;
        assert_eq!(window.focused().await?, "settings");
        window.close().await
    })
}
