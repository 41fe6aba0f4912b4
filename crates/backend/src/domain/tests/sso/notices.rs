//! The outbox: when services are told, and when that is given up. And logout at a service.

use warifu_store::tables::web_logout::State;

use super::*;
use crate::domain::sso::logout::{Answer, Asked, LoggedOut};

impl World {
    async fn in_state(&self, state: State) -> usize {
        let read = move |tx: &Tx| logout::list(tx, state, 1000);
        self.backend.store.read(read).await.unwrap().len()
    }

    /// A user at work whose login ends, when no answer of the service is under way any more.
    async fn left(&self) {
        let (_, who, ..) = self.at_work().await;
        self.advance(31);
        login::log_out(&self.backend, who).await.unwrap();
    }
}

fn failed() -> Answer {
    Answer::Failed(String::from("503"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_told_at_once_and_again_in_growing_pauses() {
    let world = world().await;
    world.left().await;
    for pause in [5, 30, 120, 600, 1800, 1800] {
        let due = world.due().await;
        assert_eq!(due.len(), 1);
        // Nobody else sends it meanwhile.
        assert!(world.due().await.is_empty());
        world.answered(due[0].id, failed()).await;
        world.advance(pause - 1);
        assert!(world.due().await.is_empty(), "{pause}");
        world.advance(1);
    }
    let due = world.due().await;
    world.answered(due[0].id, Answer::Delivered).await;
    world.advance(DAY);
    assert!(world.due().await.is_empty());
    assert_eq!(world.in_state(State::Delivered).await, 1);
    assert!(world.acts("service-logout").await.is_empty());
}

/// Whoever was to send it has died.
#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_nobody_answers_for_is_sent_again() {
    let world = world().await;
    world.left().await;
    let first = world.due().await;
    world.advance(19);
    assert!(world.due().await.is_empty());
    world.advance(1);
    let second = world.due().await;
    assert_eq!((second.len(), second[0].id), (1, first[0].id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_stays_away_is_given_up_after_its_own_session_can_have_ended() {
    let world = world().await;
    world.left().await;
    let mut waited = 0;
    while waited < 2 * DAY && world.in_state(State::Queued).await > 0 {
        for due in world.due().await {
            world.answered(due.id, failed()).await;
        }
        world.advance(60);
        waited += 60;
    }
    assert!((7 * 3600..=9 * 3600).contains(&waited), "{waited}");
    assert_eq!(world.in_state(State::Undelivered).await, 1);
    assert_eq!(world.acts("service-logout-undelivered").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_says_no_three_times_is_believed_and_once_after_an_unknown_outcome() {
    let world = world().await;
    world.left().await;
    for _ in 0..3 {
        let due = world.due().await;
        world.answered(due[0].id, Answer::Refused).await;
        world.advance(120);
    }
    assert_eq!(world.in_state(State::Refused).await, 1);
    assert_eq!(world.acts("service-logout-undelivered").await.len(), 1);

    world.left().await;
    let due = world.due().await;
    world.answered(due[0].id, Answer::Unknown(String::from("timed out"))).await;
    world.advance(60);
    let due = world.due().await;
    world.answered(due[0].id, Answer::Refused).await;
    assert_eq!(world.in_state(State::Delivered).await, 1);
    // What comes later still says nothing new.
    world.answered(due[0].id, failed()).await;
    assert_eq!(world.in_state(State::Delivered).await, 1);
}

/// One service hangs in a mass suspension: the others are told all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_hangs_holds_two_tries_and_nobody_else_s() {
    let world = world().await;
    let mut users = Vec::new();
    for _ in 0..5 {
        let (person, who) = world.logged_in(&["claims.view"]).await;
        let mut browser = Browser::new();
        enter(&world, &who, &mut browser, "claims").await;
        world.service("claims", &browser).await;
        users.push((person, who));
    }
    // The other service's logins, straight into the database: it wants the password each time.
    world
        .write(|tx| {
            tx.tamper(
                "INSERT INTO web_service (browser, client, auth_time, opened_at, refresh_hash)
                 SELECT browser, 'vault', 0, 0, randomblob(32) FROM web_service",
            )
        })
        .await;
    world.advance(31);
    for (person, _) in &users {
        world.withdraw(person, Withdrawal::Suspension).await;
    }
    let due = world.due().await;
    let of = |id: &str| due.iter().filter(|due| due.client == client(id)).count();
    assert_eq!((due.len(), of("claims"), of("vault")), (4, 2, 2));
    // `claims` hangs; `vault` goes on, two at a time.
    let mut told = 0;
    let mut turn: Vec<_> =
        due.iter().filter(|due| due.client == client("vault")).map(|due| due.id).collect();
    while !turn.is_empty() {
        for id in turn {
            world.answered(id, Answer::Delivered).await;
            told += 1;
        }
        turn = world.due().await.iter().map(|due| due.id).collect();
    }
    assert_eq!(told, 5);
    // The tries time out, and the whole service is left alone for a while.
    for due in due.iter().filter(|due| due.client == client("claims")) {
        world.answered(due.id, Answer::Unknown(String::from("timed out"))).await;
    }
    world.advance(4);
    assert!(world.due().await.is_empty());
    world.advance(1);
    assert_eq!(world.due().await.len(), 2);
}

/// The service may store its session a moment after it was told that it has ended.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_was_opened_a_moment_ago_is_told_twice() {
    let world = world().await;
    let (_, who, ..) = world.at_work().await;
    world.advance(29);
    login::log_out(&world.backend, who).await.unwrap();
    let due = world.due().await;
    assert_eq!(due.len(), 1);
    world.answered(due[0].id, Answer::Delivered).await;
    world.advance(29);
    assert!(world.due().await.is_empty());
    world.advance(1);
    assert_eq!(world.due().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_takes_no_notices_is_recorded_as_not_told() {
    let world = world().await;
    let (_, who) = world.logged_in(&[]).await;
    let mut browser = Browser::new();
    enter(&world, &who, &mut browser, "notes").await;
    let code = Secret::new().unwrap();
    assert_eq!(world.decide(&request("notes"), &browser, &code).await, Decision::Code);
    world.token(&redemption("notes", &code)).await.unwrap();
    world.advance(31);
    login::log_out(&world.backend, who).await.unwrap();
    assert!(world.due().await.is_empty());
    assert_eq!(world.in_state(State::Undelivered).await, 1);
    assert_eq!(world.acts("service-logout-undelivered").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn logout_at_a_service_ends_the_browser_s_login_if_its_own_token_or_its_user_says_so() {
    let world = world().await;
    let out = async |browser: &Browser, asked: &'static str, hint: sso::keys::Hint| {
        let (shared, now) = (Arc::clone(&world.backend), world.backend.now());
        let session = browser.session.clone();
        let work = move |tx: &Tx| {
            let asked = match asked {
                "hint" => Asked::Hint(&hint),
                "yes" => Asked::Confirmed,
                _ => Asked::Nothing,
            };
            logout::by_browser(tx, &shared.config, session.as_ref(), asked, address(), now)
        };
        world.backend.store.write(work).await.unwrap()
    };
    let hint = |service: &Service| sso::keys::Hint {
        sub: service.claims["sub"].as_str().unwrap().to_owned(),
        sid: service.claims["sid"].as_str().unwrap().to_owned(),
        aud: service.id.to_owned(),
    };
    let (_, who, browser, service) = world.at_work().await;
    let (_, _, other, foreign) = world.at_work().await;
    world.advance(31);
    // A page of somebody else's, or another login's token: the user is asked.
    assert_eq!(out(&browser, "nothing", hint(&service)).await, LoggedOut::Ask);
    assert_eq!(out(&browser, "hint", hint(&foreign)).await, LoggedOut::Ask);
    world.refresh(&service).await.unwrap();
    // Its own: the service that asks knows already, and the app goes on.
    assert_eq!(out(&browser, "hint", hint(&service)).await, LoggedOut::Ended);
    assert_eq!(world.refresh(&service).await.unwrap_err(), TokenRefusal::Ended);
    assert!(world.due().await.is_empty());
    login::session(&world.backend, who).await.unwrap();
    assert_eq!(out(&browser, "hint", hint(&service)).await, LoggedOut::Nobody);
    // The user's own yes: everybody is told.
    assert_eq!(out(&other, "yes", hint(&foreign)).await, LoggedOut::Ended);
    assert_eq!(world.due().await.len(), 1);
    assert_eq!(out(&Browser::new(), "yes", hint(&foreign)).await, LoggedOut::Nobody);
    assert_eq!(world.acts("logout").await.len(), 2);
}
