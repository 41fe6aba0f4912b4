//! What a right password clears, and when a session ends (SPEC B; FAQ 3-2, 4-6).

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_correct_password_clears_the_count() {
    let world = World::new().await;
    let person = world.enrolled(&[]).await;
    for left in [4, 3, 2, 1] {
        let request = LoginRequest { password: text("Wrong#1234") };
        let wrong = login::log_in(&world.backend, &person.peer, request).await;
        assert_eq!(code(wrong), ErrorCode::AuthenticationFailed);
        let told = login::identity(&world.backend, &person.peer).await.unwrap();
        assert_eq!(told.attempts_left, left);
    }
    world.log_in(&person).await.unwrap();
    let told = login::identity(&world.backend, &person.peer).await.unwrap();
    assert_eq!(told.attempts_left, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_idleness_and_by_its_absolute_limit() {
    let world = World::new().await;
    let (person, idle) = world.logged_in(&[]).await;
    let view = login::session(&world.backend, idle.clone()).await.unwrap();
    let limit = i64::from(view.idle_seconds);
    world.advance(limit + 1);
    let late = login::session(&world.backend, idle).await;
    assert_eq!(code(late), ErrorCode::SessionEnded);

    let LoginAnswer::LoggedIn(session) = world.log_in(&person).await.unwrap() else {
        panic!("the password must be changed");
    };
    let long = Credentials { peer: person.peer.clone(), token: session.token };
    let mut used = 0;
    let ended = loop {
        world.advance(limit / 2);
        used += limit / 2;
        if let Err(Error::Refused(code, _)) = login::session(&world.backend, long.clone()).await {
            break code;
        }
        assert!(used <= DAY, "a session that is used never ends");
    };
    assert_eq!(ended, ErrorCode::SessionEnded);
    assert!(used > limit, "activity must keep a session alive");
}
