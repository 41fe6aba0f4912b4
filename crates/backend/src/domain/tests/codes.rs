//! Transfer codes (SPEC G2; FAQ 4-1).

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once() {
    let world = World::new().await;
    let (person, who) = world.logged_in(&[]).await;
    let shown = transfer::start(&world.backend, who).await.unwrap().code;
    let grant = world.enrol(&person, Some(shown.clone())).await.unwrap().ticket;
    issuance::issue(&world.backend, grant, request().0, address()).await.unwrap();
    let again = world.enrol(&person, Some(shown)).await;
    assert_eq!(code(again), ErrorCode::TransferCodeInvalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_dies_by_time_and_by_a_newer_one() {
    let world = World::new().await;
    let (person, who) = world.logged_in(&[]).await;
    let first = transfer::start(&world.backend, who.clone()).await.unwrap();
    let second = transfer::start(&world.backend, who).await.unwrap();
    let tried = world.enrol(&person, Some(first.code)).await;
    assert_eq!(code(tried), ErrorCode::TransferCodeInvalid);
    world.advance(i64::from(second.expires_in) + 1);
    let tried = world.enrol(&person, Some(second.code)).await;
    assert_eq!(code(tried), ErrorCode::TransferCodeInvalid);
}
