//! Japanese first, English complete (SPEC K).

use anyhow::Result;
use system_tests::{
    backend::{CUSTOMER_NAME, DEPARTMENT, SERVICE_NAME, USER_NAME},
    journey,
};

use crate::world::on_a_desktop;

#[test]
fn in_english_nothing_is_left_in_japanese() -> Result<()> {
    on_a_desktop(async |world| {
        let window = world.open().await?;
        window.press("language").await?;
        let profile = world.provider.profile()?;
        let support: serde_json::Value = serde_json::from_str(&profile)?;
        // What people, companies and the authority in a certificate are called, and the way to the
        // other language.
        let authority = format!("{SERVICE_NAME} 認証局");
        let names = [CUSTOMER_NAME, USER_NAME, DEPARTMENT, &authority, SERVICE_NAME, "日本語"]
            .into_iter()
            .chain(
                ["name", "hours"].into_iter().filter_map(|key| support["support"][key].as_str()),
            );
        let names: Vec<_> = names.collect();
        journey::main_job(&window, &profile, &world.customer, &mut async |window, screen| {
            let mut text = window.shown().await;
            for name in &names {
                text = text.replace(name, "");
            }
            let left: Vec<_> = text.lines().filter(|line| line.chars().any(is_japanese)).collect();
            assert!(left.is_empty(), "{}: {left:?}", screen.name);
            Ok(())
        })
        .await?;
        window.close().await?;

        // Kept for the next start.
        let window = world.open().await?;
        assert!(window.text("start-login").await?.starts_with("Log in"));
        window.close().await
    })
}

fn is_japanese(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}')
}
