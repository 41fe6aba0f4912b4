//! The operating system's keystore is missing or locked: each with its own answer, and never a key
//! that lies about unprotected.

use anyhow::Result;
use system_tests::{
    desktop::{Keyring, Wanted},
    journey,
    window::AppWindow,
};

use crate::world::{World, on};

#[test]
fn a_missing_keystore_is_named() -> Result<()> {
    let wanted = Wanted { keyring: Keyring::Absent, panel: false, ..Wanted::default() };
    on(&wanted, async |world| no_certificate_without_it(world, "keystore-unavailable").await)
}

#[test]
fn a_locked_keystore_is_named() -> Result<()> {
    let wanted = Wanted { keyring: Keyring::LockedForGood, panel: false, ..Wanted::default() };
    on(&wanted, async |world| no_certificate_without_it(world, "keystore-locked").await)
}

#[test]
fn a_refused_keystore_is_named() -> Result<()> {
    let wanted = Wanted { keyring: Keyring::Locked, panel: false, ..Wanted::default() };
    on(&wanted, async |world| {
        let window = world.open_with_profile().await?;
        begin_issuing(world, &window).await?;
        world.desktop.answer_keyring(false)?;
        assert_eq!(window.failure().await?, "keystore-refused");
        window.close().await
    })
}

#[test]
fn a_keystore_that_is_unlocked_when_asked_is_used() -> Result<()> {
    let wanted = Wanted { keyring: Keyring::Locked, panel: false, ..Wanted::default() };
    on(&wanted, async |world| {
        let window = world.open_with_profile().await?;
        begin_issuing(world, &window).await?;
        world.desktop.answer_keyring(true)?;
        window.see("to-login").await?;
        journey::log_in(&window).await?;
        window.close().await
    })
}

/// Up to the step that makes the key.
async fn begin_issuing(world: &World, window: &AppWindow) -> Result<()> {
    window.press("start-issue").await?;
    let initial = &world.customer.initial_password;
    journey::enter_credentials(window, &world.customer, initial).await?;
    window.press("next").await?;
    journey::enter_new_password(window, journey::NEW_PASSWORD).await?;
    window.press("change-submit").await
}

async fn no_certificate_without_it(world: &mut World, code: &str) -> Result<()> {
    let window = world.open_with_profile().await?;
    begin_issuing(world, &window).await?;
    assert_eq!(window.failure().await?, code);
    window.see_attribute("step-make-key", "data-state", "failed").await?;
    // Nothing was asked of the backend, and no key is left.
    assert!(!world.acts()?.iter().any(|act| act == "certificate-issued"));
    let keys = world.data().join("keys");
    let left: Vec<_> = std::fs::read_dir(&keys).map(|found| found.flatten().collect())?;
    assert!(left.iter().all(|file| file.path().extension() != Some("p12".as_ref())), "{left:?}");
    window.close().await
}
