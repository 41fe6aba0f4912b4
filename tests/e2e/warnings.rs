//! Warnings before anything expires: tray, notifications, start at login (SPEC H1).

use std::{fs, time::Duration};

use anyhow::Result;
use system_tests::{clock::time_travel_by, journey, wait, window::PATIENCE};

use crate::world::{World, on_a_desktop};

#[test]
fn a_certificate_that_expires_soon_is_told_once_and_stays_in_the_tray() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        window.close().await?;
        assert_eq!(world.desktop.notifications()?, []);

        world.move_backend("+340d")?;
        let window = world.open_at("+340d").await?;
        told(world, 1).await?;
        world.desktop.close_window()?;
        world.see_in_tray_labels("25").await?;
        window.close().await?;

        // The same threshold is not told again by another start; the next one is.
        let window = world.open_at("+341d").await?;
        world.see_in_tray_labels("24").await?;
        window.close().await?;
        told(world, 1).await?;
        let window = world.open_at("+352d").await?;
        told(world, 2).await?;
        window.close().await
    })
}

#[test]
fn a_pc_that_slept_for_weeks_warns_when_it_wakes() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open_with_profile().await?;
        journey::issue(&window, &world.customer).await?;
        window.close().await?;

        let clock = world.desktop.home().join("clock");
        fs::write(&clock, "+300d")?;
        let mut start = world.start();
        start.environment = time_travel_by(&clock)?;
        let window = world.open_as(&start).await?;
        world.desktop.close_window()?;
        world.see_in_tray_labels("65").await?;
        assert_eq!(world.desktop.notifications()?, []);

        // Timers stand still meanwhile; the calendar does not.
        fs::write(&clock, "+345d")?;
        wait::until_async("the app wakes", Duration::from_secs(90), async || {
            world.desktop.close_notifications()?;
            Ok((world.desktop.notifications()?.len() == 1).then_some(()))
        })
        .await?;
        told(world, 1).await?;
        world.see_in_tray_labels("20").await?;
        window.close().await
    })
}

/// Waits until there were so many notifications, each about the user's certificate.
async fn told(world: &World, number: usize) -> Result<()> {
    wait::until_async(&format!("{number} notifications"), PATIENCE, async || {
        world.desktop.close_notifications()?;
        let told = world.desktop.notifications()?;
        assert!(told.len() <= number, "{told:?}");
        let about = told.iter().all(|(_, body)| body.contains(&world.customer.user_id));
        Ok((told.len() == number && about).then_some(()))
    })
    .await
}
