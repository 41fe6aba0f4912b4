//! How long a grant of an issuance is good (SPEC A; FAQ 3-3).

use warifu_protocol::NextStep;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn the_change_screen_before_an_issuance_is_valid_for_three_minutes() {
    let world = World::new().await;
    let person = world.user(&[]).await;
    let row = person.row;
    let initial = move |tx: &Tx| {
        tx.tamper(&format!("UPDATE account SET password_initial = 1 WHERE id = {row}"))
    };
    world.write(initial).await;

    let late = world.enrol(&person, None).await.unwrap();
    assert!(matches!(late.next, NextStep::ChangePassword { expires_in: 180, .. }), "{late:?}");
    world.advance(181);
    assert_eq!(code(change_before(&world, late.ticket).await), ErrorCode::PasswordChangeExpired);

    let in_time = world.enrol(&person, None).await.unwrap();
    world.advance(170);
    change_before(&world, in_time.ticket).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_does_not_last() {
    let world = World::new().await;
    let person = world.user(&[]).await;
    let grant = world.enrol(&person, None).await.unwrap().ticket;
    world.advance(DAY);
    let late = issuance::issue(&world.backend, grant, request().0, address()).await;
    assert_eq!(code(late), ErrorCode::EnrolmentExpired);
}

async fn change_before(world: &World, grant: SecretText) -> Result<(), Error> {
    change::before_issuance(&world.backend, address(), grant, text(NEW_PASSWORD)).await
}
