//! What users see and change of their own account.

use warifu_protocol::{HistoryQuery, OwnEmailChange};

use super::*;
use crate::domain::own;

#[tokio::test(flavor = "multi_thread")]
async fn the_last_failed_login_is_told_and_stands_in_the_own_history() {
    let world = World::new().await;
    let (person, who) = world.logged_in(&[]).await;
    let (_, stranger) = world.logged_in(&[]).await;
    let quiet = login::session(&world.backend, who.clone()).await.unwrap();
    assert_eq!(quiet.last_failed_login_at, None);

    world.advance(60);
    let wrong = LoginRequest { password: text("Wrong2020#") };
    login::log_in(&world.backend, &person.peer, wrong).await.unwrap_err();
    world.advance(60);
    let told = login::session(&world.backend, who.clone()).await.unwrap();
    assert_eq!(told.last_failed_login_at, Some(NOW + 60));

    let page = own::history(&world.backend, who, HistoryQuery::default()).await.unwrap();
    let acts: Vec<_> = page.records.iter().map(|record| record.event.as_str()).collect();
    assert_eq!(acts[..2], ["login-failed", "login"]);
    let own_id = Some(person.id.as_str());
    assert!(page.records.iter().all(|record| record.subject.as_deref() == own_id));
    let others = own::history(&world.backend, stranger, HistoryQuery::default()).await.unwrap();
    assert!(others.records.iter().all(|record| record.event != "login-failed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_own_address_is_changed_with_the_password_alone() {
    let world = World::new().await;
    let (person, who) = world.logged_in(&[]).await;
    let change = |password: &str| OwnEmailChange {
        email: "hanako@example.jp".parse().unwrap(),
        password: text(password),
    };
    let wrong = own::change_email(&world.backend, who.clone(), change("Wrong2020#")).await;
    let Err(Error::Refused(ErrorCode::AuthenticationFailed, details)) = wrong else {
        panic!("a wrong password changed the address");
    };
    assert_eq!(details.attempts_left, Some(4));
    let row = person.row;
    let read = move |tx: &Tx| account::get(tx, row);
    let before = world.backend.store.read(read).await.unwrap();
    assert_eq!(before.email, None);

    let view = own::change_email(&world.backend, who.clone(), change(PASSWORD)).await.unwrap();
    assert_eq!(view.email.unwrap().as_str(), "hanako@example.jp");
    let after = world.backend.store.read(read).await.unwrap();
    // An administrator who looked before is refused.
    assert_eq!(after.version, before.version + 1);
    let page = own::history(&world.backend, who.clone(), HistoryQuery::default()).await.unwrap();
    assert_eq!(page.records[0].event, "user-changed");

    // The same again is no change.
    own::change_email(&world.backend, who.clone(), change(PASSWORD)).await.unwrap();
    let again = world.backend.store.read(read).await.unwrap();
    assert_eq!(again.version, after.version);
    let same = own::history(&world.backend, who.clone(), HistoryQuery::default()).await.unwrap();
    let changes = |page: &warifu_protocol::AuditPage| {
        page.records.iter().filter(|record| record.event == "user-changed").count()
    };
    assert_eq!(changes(&same), changes(&page));

    login::log_out(&world.backend, who.clone()).await.unwrap();
    let late = own::change_email(&world.backend, who, change(PASSWORD)).await;
    assert_eq!(code(late), ErrorCode::SessionEnded);
}
