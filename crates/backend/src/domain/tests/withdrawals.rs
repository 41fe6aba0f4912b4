//! Between a proof and the write that redeems it, everything may happen: each writer is stopped there,
//! each withdrawal is made, and nothing comes to be.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn an_enrolment_is_refused_if_its_password_or_user_is_gone_when_it_is_written() {
    let world = World::new().await;
    for between in Withdrawal::ALL {
        let person = world.user(&[]).await;
        let before = world.doors().await;
        let request = EnrolmentRequest {
            customer_number: number(),
            user_id: person.id.clone(),
            password: text(PASSWORD),
            public_key: None,
            transfer_code: None,
        };
        let backend = Arc::clone(&world.backend);
        let start = async move { issuance::start(&backend, request, address()).await };
        let started = world.interrupted(&person, between, start).await;
        // Without a certificate neither a reissue nor a revocation takes anything away.
        if matches!(between, Withdrawal::Reissue | Withdrawal::Revocation) {
            started.unwrap();
            continue;
        }
        let expected = if between == Withdrawal::Suspension {
            ErrorCode::AccountSuspended
        } else {
            ErrorCode::AuthenticationFailed
        };
        assert_eq!(code(started), expected, "{between:?}");
        assert_eq!(world.doors().await, before, "{between:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_refused_if_what_it_proved_is_gone_when_it_is_written() {
    let world = World::new().await;
    for between in Withdrawal::ALL {
        let person = world.enrolled(&[]).await;
        let before = world.doors().await;
        let (backend, peer) = (Arc::clone(&world.backend), person.peer.clone());
        let request = LoginRequest { password: text(PASSWORD) };
        let log_in = async move { login::log_in(&backend, &peer, request).await };
        let refused = code(world.interrupted(&person, between, log_in).await);
        let expected = match between {
            Withdrawal::Suspension => ErrorCode::AccountSuspended,
            Withdrawal::Reset | Withdrawal::PasswordChange | Withdrawal::Deletion => {
                ErrorCode::AuthenticationFailed
            }
            Withdrawal::Reissue | Withdrawal::Revocation => ErrorCode::CertificateRevoked,
        };
        assert_eq!(refused, expected, "{between:?}");
        let opened = world.doors().await.into_iter().zip(before).any(|(now, then)| now > then);
        assert!(!opened, "{between:?}");
        // A right password never counts as a wrong one, whatever came between.
        let user = world.found(&person).await;
        assert_eq!((user.failed_count, user.unverified_count), (0, 0), "{between:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_password_is_refused_if_its_grant_is_gone_when_it_is_written() {
    let world = World::new().await;
    for between in Withdrawal::ALL {
        // Before the first certificate.
        let person = world.user(&[]).await;
        let row = person.row;
        let initial = move |tx: &Tx| {
            tx.tamper(&format!("UPDATE account SET password_initial = 1 WHERE id = {row}"))
        };
        world.write(initial).await;
        let grant = world.enrol(&person, None).await.unwrap().ticket;
        let backend = Arc::clone(&world.backend);
        let changed = async move {
            change::before_issuance(&backend, address(), grant, text(NEW_PASSWORD)).await
        };
        let hash = world.found(&person).await.password_hash;
        world.interrupted(&person, between, changed).await.unwrap_err();
        let after = world.found(&person).await;
        let untouched = [Withdrawal::Suspension, Withdrawal::Reissue, Withdrawal::Revocation];
        assert_eq!(after.password_hash == hash, untouched.contains(&between), "{between:?}");

        // At a login with an expired password.
        let person = world.enrolled(&[]).await;
        let row = person.row;
        let expired = move |tx: &Tx| {
            tx.tamper(&format!("UPDATE account SET password_set_at = 0 WHERE id = {row}"))
        };
        world.write(expired).await;
        let LoginAnswer::PasswordChangeRequired { ticket: grant, .. } =
            world.log_in(&person).await.unwrap()
        else {
            panic!("an expired password opened a session");
        };
        let before = world.count("SELECT count(*) FROM session").await;
        let (backend, peer) = (Arc::clone(&world.backend), person.peer.clone());
        let changed =
            async move { change::at_login(&backend, peer, grant, text(NEW_PASSWORD)).await };
        world.interrupted(&person, between, changed).await.unwrap_err();
        assert_eq!(world.count("SELECT count(*) FROM session").await, before, "{between:?}");

        // As the user wishes.
        let (person, who) = world.logged_in(&[]).await;
        let grant = change::start_wished(&world.backend, who.clone()).await.unwrap().ticket;
        let backend = Arc::clone(&world.backend);
        let request = OwnPasswordChange {
            ticket: grant,
            current_password: text(PASSWORD),
            new_password: text(NEW_PASSWORD),
        };
        let changed = async move { change::wished(&backend, who, request).await };
        world.interrupted(&person, between, changed).await.unwrap_err();
        let generation = world.found(&person).await.password_generation;
        let others = [Withdrawal::Reset, Withdrawal::PasswordChange].contains(&between);
        assert_eq!(generation, 1 + i64::from(others), "{between:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_certified_renewed_or_handed_on_after_a_withdrawal() {
    let world = World::new().await;
    for between in Withdrawal::ALL {
        let person = world.user(&[]).await;
        let grant = world.enrol(&person, None).await.unwrap().ticket;
        let before = world.count("SELECT count(*) FROM certificate").await;
        let backend = Arc::clone(&world.backend);
        let issued = async move { issuance::issue(&backend, grant, request().0, address()).await };
        world.queued(&person, between, issued).await.unwrap_err();
        assert_eq!(world.count("SELECT count(*) FROM certificate").await, before, "{between:?}");

        let (person, who) = world.logged_in(&[]).await;
        let row = person.row;
        let soon = move |tx: &Tx| {
            let end = NOW + 86_400;
            tx.tamper(&format!("UPDATE certificate SET not_after = {end} WHERE account = {row}"))
        };
        world.write(soon).await;
        let before = world.doors().await;
        let (backend, asked) = (Arc::clone(&world.backend), who.clone());
        let renewed = async move { renewal::renew(&backend, asked, request().0).await };
        world.queued(&person, between, renewed).await.unwrap_err();
        assert_eq!(world.doors().await[3], before[3], "{between:?}");

        let (person, who) = world.logged_in(&[]).await;
        let (backend, asked) = (Arc::clone(&world.backend), who.clone());
        let code = async move { transfer::start(&backend, asked).await };
        world.queued(&person, between, code).await.unwrap_err();
        let (person, who) = world.logged_in(&[]).await;
        let (backend, asked) = (Arc::clone(&world.backend), who.clone());
        let opened = async move { change::start_wished(&backend, asked).await };
        world.queued(&person, between, opened).await.unwrap_err();
        assert_eq!(world.count("SELECT count(*) FROM transfer").await, 0, "{between:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_who_is_none_any_more_changes_nobody() {
    let world = World::new().await;
    let others = world.user(&[]).await;
    for between in Withdrawal::ALL {
        let (person, who) = world.logged_in(&["user-administration"]).await;
        let users = world.count("SELECT count(*) FROM account").await;
        let hash = world.found(&others).await.password_hash;
        let new = |id: &str| NewUser {
            user_id: id.parse().unwrap(),
            name: None,
            department: None,
            email: None,
            permissions: Vec::new(),
            initial_password: None,
        };
        let by = accounts::administrator(&world.backend, who.clone()).await.unwrap();
        let backend = Arc::clone(&world.backend);
        let created = async move { accounts::create(&backend, by, new("late01")).await };
        world.interrupted(&person, between, created).await.unwrap_err();

        let (person, who) = world.logged_in(&["user-administration"]).await;
        let by = accounts::administrator(&world.backend, who.clone()).await.unwrap();
        let backend = Arc::clone(&world.backend);
        let users_of_file = ["late02", "late03"].map(new).map(|user| ImportedUser { row: 2, user });
        let file = UserImport { users: users_of_file.to_vec(), dry_run: false };
        let imported = async move { accounts::import(&backend, by, file).await };
        world.interrupted(&person, between, imported).await.unwrap_err();

        let (person, who) = world.logged_in(&["user-administration"]).await;
        let by = accounts::administrator(&world.backend, who.clone()).await.unwrap();
        let (backend, id) = (Arc::clone(&world.backend), others.id.clone());
        let version = world.found(&others).await.version;
        let request = UserActionRequest {
            action: UserAction::ResetPassword,
            version,
            reset_password: false,
            initial_password: None,
        };
        let reset = async move { accounts::act(&backend, by, id, request).await };
        world.interrupted(&person, between, reset).await.unwrap_err();
        assert_eq!(world.found(&others).await.password_hash, hash, "{between:?}");
        let made = world.count("SELECT count(*) FROM account").await - users;
        assert_eq!(made, 2, "only the two administrators: {between:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_replaced_is_worth_nothing_to_whoever_proved_it() {
    let world = World::new().await;
    let (person, who) = world.logged_in(&[]).await;
    let first = transfer::start(&world.backend, who.clone()).await.unwrap().code;
    let spy = world.enrol(&person, Some(first)).await.unwrap().ticket;
    let second = transfer::start(&world.backend, who).await.unwrap().code;
    let refused = issuance::issue(&world.backend, spy, request().0, address()).await;
    assert_eq!(code(refused), ErrorCode::EnrolmentExpired);
    let own = world.enrol(&person, Some(second)).await.unwrap().ticket;
    issuance::issue(&world.backend, own, request().0, address()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_ended_hands_nothing_on() {
    let world = World::new().await;
    let (person, who) = world.logged_in(&[]).await;
    let given = transfer::start(&world.backend, who).await.unwrap().code;
    let grant = world.enrol(&person, Some(given)).await.unwrap().ticket;
    let row = person.row;
    let ended = move |tx: &Tx| {
        let end = NOW - 1;
        tx.tamper(&format!("UPDATE certificate SET not_after = {end} WHERE account = {row}"))
    };
    world.write(ended).await;
    let refused = issuance::issue(&world.backend, grant, request().0, address()).await;
    assert_eq!(code(refused), ErrorCode::TransferCodeInvalid);
}
