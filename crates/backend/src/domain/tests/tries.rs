//! What is counted against a user and what is not, what has a bound, and what is recorded of it (SPEC B, J;
//! FAQ 3-2).

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn right_passwords_never_lock_however_often_the_line_is_cut() {
    let world = World::new().await;
    let person = world.enrolled(&[]).await;
    for _ in 0..12 {
        let held = world.backend.passwords.hold();
        let (backend, peer) = (Arc::clone(&world.backend), person.peer.clone());
        let request = LoginRequest { password: text(PASSWORD) };
        let cut = tokio::spawn(async move { login::log_in(&backend, &peer, request).await });
        while !world.backend.passwords.has_waiting() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        cut.abort();
        drop(held);
    }
    world.log_in(&person).await.unwrap();
    assert_eq!(world.found(&person).await.failed_count, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_counts_though_nobody_waits_for_the_answer_and_the_lock_is_recorded() {
    let world = World::new().await;
    let person = world.enrolled(&[]).await;
    let mut cut = Vec::new();
    let held = world.backend.passwords.hold();
    for number in 0..5 {
        let (backend, peer) = (Arc::clone(&world.backend), person.peer.clone());
        let request = LoginRequest { password: text(&format!("Guess#{number:04}")) };
        let guess = tokio::spawn(async move { login::log_in(&backend, &peer, request).await });
        cut.push(guess);
    }
    while !world.backend.passwords.has_waiting() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // Until each is under way as a piece of work of its own.
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    cut.iter().for_each(tokio::task::JoinHandle::abort);
    drop(held);
    let waited = tokio::time::timeout(Duration::from_secs(30), async {
        while world.found(&person).await.wrong_passwords() < 5 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    waited.await.unwrap();
    assert_eq!(code(world.log_in(&person).await), ErrorCode::AccountLocked);
    assert_eq!(world.count("SELECT count(*) FROM audit WHERE act = 'locked'").await, 1);
    let refused = "SELECT count(*) FROM audit WHERE act = 'login-refused'";
    assert_eq!(world.count(refused).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_finds_no_place_has_not_tried() {
    let world = World::new().await;
    let person = world.enrolled(&[]).await;
    let held = world.backend.passwords.hold();
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..300 {
        let (backend, peer) = (Arc::clone(&world.backend), person.peer.clone());
        let request = LoginRequest { password: text(PASSWORD) };
        tries.spawn(async move { login::log_in(&backend, &peer, request).await });
    }
    let busy = tries.join_next().await.unwrap().unwrap();
    assert_eq!(code(busy), ErrorCode::BackendBusy);
    drop(held);
    while let Some(done) = tries.join_next().await {
        match done.unwrap() {
            Ok(_) | Err(Error::Refused(ErrorCode::BackendBusy, _)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(world.found(&person).await.failed_count, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_process_left_without_a_verdict_is_given_back() {
    let world = World::new().await;
    let person = world.enrolled(&[]).await;
    let row = person.row;
    let died = move |tx: &Tx| {
        let counts = "failed_count = 4, unverified_count = 3";
        tx.tamper(&format!("UPDATE account SET {counts} WHERE id = {row}"))
    };
    world.write(died).await;
    assert_eq!(world.write(|tx: &Tx| login::forget_unverified(tx, None)).await, 1);
    let user = world.found(&person).await;
    assert_eq!((user.failed_count, user.unverified_count), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_began_in_the_future_is_not_believed() {
    let world = World::new().await;
    let (_, who) = world.logged_in(&[]).await;
    for ahead in [YEAR, 2 * 86_400, 600] {
        let moved = move |tx: &Tx| {
            let at = NOW + ahead;
            tx.tamper(&format!(
                "UPDATE session SET opened_at = {at}, last_used_at = {at}, ends_at = {at} + 28800"
            ))
        };
        world.write(moved).await;
        let asked = login::session(&world.backend, who.clone()).await;
        assert_eq!(code(asked), ErrorCode::SessionEnded, "{ahead}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_has_a_bounded_number_of_sessions_and_grants() {
    let world = World::new().await;
    let (person, who) = world.logged_in(&[]).await;
    for _ in 0..20 {
        world.log_in(&person).await.unwrap();
        let opened = change::start_wished(&world.backend, who.clone()).await;
        if let Err(error) = opened {
            let ended = matches!(error, Error::Refused(ErrorCode::SessionEnded, _));
            assert!(ended, "{error:?}");
        }
    }
    let [sessions, grants, ..] = world.doors().await;
    assert!(sessions <= 16 && grants <= 8, "{sessions} sessions, {grants} grants");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_user_keeps_no_secret() {
    let world = World::new().await;
    let person = world.enrolled(&[]).await;
    world.withdraw(&person, Withdrawal::Reset).await;
    world.withdraw(&person, Withdrawal::Deletion).await;
    let user = world.found(&person).await;
    assert_eq!((user.password_hash.as_str(), user.email), ("", None));
    assert_eq!(world.count("SELECT count(*) FROM password_history").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_of_certificates_and_right_passwords_are_recorded_and_bounded() {
    let world = World::new().await;
    let person = world.enrolled(&[]).await;
    // The right password, from a PC that gets nothing for it.
    for _ in 0..15 {
        assert_eq!(code(world.enrol(&person, None).await), ErrorCode::AlreadyIssued);
    }
    let rows = "SELECT count(*) FROM audit WHERE act = 'enrolment-refused'";
    assert_eq!(world.count(rows).await, 5);
    world.withdraw(&person, Withdrawal::Revocation).await;
    for _ in 0..20 {
        let refused = code(login::identity(&world.backend, &person.peer).await);
        crate::domain::refusals::note_request(&world.backend, &person.peer, refused).await.unwrap();
    }
    let (stop, stopped) = tokio::sync::watch::channel(true);
    crate::domain::refusals::run(Arc::clone(&world.backend), stopped).await;
    drop(stop);
    for (act, total) in [("enrolment-refused", 15), ("access-refused", 20)] {
        let sum = move |tx: &Tx| {
            tx.number(&format!(
                "SELECT CAST(sum(coalesce(times, 1)) AS BIGINT) FROM audit
                 WHERE act = '{act}' AND reason IS NOT NULL"
            ))
        };
        assert_eq!(world.backend.store.read::<_, StoreError>(sum).await.unwrap(), total, "{act}");
    }
}
