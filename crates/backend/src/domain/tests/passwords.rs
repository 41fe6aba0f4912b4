//! Changes of one's own password (SPEC E; FAQ 3-1, 3-3).

use warifu_protocol::PasswordRule;

use super::*;

const THIRD: &str = "Yuzu2028#";
const FOURTH: &str = "Tsubaki2029#";

#[tokio::test(flavor = "multi_thread")]
async fn the_change_screen_is_valid_for_three_minutes() {
    let world = World::new().await;
    let (_, who) = world.logged_in(&[]).await;
    let grant = change::start_wished(&world.backend, who.clone()).await.unwrap();
    assert_eq!(grant.expires_in, 180);
    world.advance(181);
    let late =
        change::wished(&world.backend, who.clone(), own(grant.ticket, PASSWORD, THIRD)).await;
    assert_eq!(code(late), ErrorCode::PasswordChangeExpired);
    changed(&world, &who, PASSWORD, THIRD).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_current_password_and_the_two_before_it_do_not_come_back() {
    let world = World::new().await;
    let (_, who) = world.logged_in(&[]).await;
    for (from, to) in [(PASSWORD, NEW_PASSWORD), (NEW_PASSWORD, THIRD)] {
        changed(&world, &who, from, to).await.unwrap();
    }
    for again in [PASSWORD, NEW_PASSWORD, THIRD] {
        let Err(Error::Refused(code, details)) = changed(&world, &who, THIRD, again).await else {
            panic!("{again} came back");
        };
        assert_eq!(code, ErrorCode::PasswordRejected, "{again}");
        assert_eq!(details.rules, Some(vec![PasswordRule::NotRecent]));
    }
    changed(&world, &who, THIRD, FOURTH).await.unwrap();
    changed(&world, &who, FOURTH, PASSWORD).await.unwrap();
}

/// A change as the main menu's screen makes it.
async fn changed(world: &World, who: &Credentials, from: &str, to: &str) -> Result<(), Error> {
    let grant = change::start_wished(&world.backend, who.clone()).await?.ticket;
    change::wished(&world.backend, who.clone(), own(grant, from, to)).await.map(drop)
}

fn own(grant: SecretText, from: &str, to: &str) -> OwnPasswordChange {
    OwnPasswordChange { ticket: grant, current_password: text(from), new_password: text(to) }
}
