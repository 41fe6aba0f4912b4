//! Login, lockout, sessions (SPEC B, FAQ 1-1④, 3-2, 4-5, 4-6).

use warifu_client::view::Standing;
use warifu_protocol::ErrorCode;

use crate::world::{DAY, Enrolled, LoggedIn, PASSWORD, code, flow};

#[test]
fn the_main_job() {
    flow(async |world| {
        let Enrolled { provider, user, pc, identity, .. } = world.enrolled().await;

        let pc = pc.restart(world.clock());
        let login = pc.prove(&identity).await.unwrap();
        assert_eq!(login.prompt().attempts_left, 5);
        let mut session = pc.log_in(&identity).await;
        let view = session.refresh().await.unwrap();
        assert_eq!(view.user.user_id.as_str(), "kanri01");
        assert_eq!(view.user.customer_name, "株式会社サンプル商事");
        assert!(!view.entries.is_empty());
        assert!(pc.client.overview().await.unwrap().identities[0].last_used);
        session.logout().await.unwrap();
        provider.assert_audited(&user, "login");
    });
}

#[test]
fn several_users_share_one_pc_each_under_their_own_certificate() {
    flow(async |world| {
        let provider = world.provider().await;
        let (one, two) = (provider.add_customer("kanri01"), provider.add_customer("tanaka"));
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        let (first, second) = (pc.issue(profile, &one).await, pc.issue(profile, &two).await);
        for _ in 0..2 {
            assert_eq!(pc.log_in(&first).await.view().user.user_id.as_str(), "kanri01");
            assert_eq!(pc.log_in(&second).await.view().user.user_id.as_str(), "tanaka");
        }
    });
}

#[test]
fn the_fifth_wrong_password_locks_over_days_and_restarts() {
    flow(async |world| {
        let Enrolled { provider, user, pc, identity, .. } = world.enrolled().await;

        let wrong = || String::from("Wrong#1234");
        let login = pc.prove(&identity).await.unwrap();
        for left in [4, 3, 2] {
            let failure = login.submit(wrong().into()).await.unwrap_err();
            assert_eq!(failure.code, ErrorCode::AuthenticationFailed);
            assert_eq!(failure.details.attempts_left, Some(left));
        }
        world.advance(DAY);
        let provider = provider.restart(&world).await;
        let login = pc.prove(&identity).await.unwrap();
        assert_eq!(login.prompt().attempts_left, 2);
        assert_eq!(code(login.submit(wrong().into()).await), ErrorCode::AuthenticationFailed);
        assert_eq!(code(login.submit(wrong().into()).await), ErrorCode::AccountLocked);
        // The right one no longer helps.
        assert_eq!(code(login.submit(PASSWORD.to_owned().into()).await), ErrorCode::AccountLocked);
        assert_eq!(code(pc.prove(&identity).await), ErrorCode::AccountLocked);
        provider.assert_audited(&user, "locked");
    });
}

#[test]
fn fifty_parallel_guesses_get_five_verifications() {
    flow(async |world| {
        let Enrolled { provider, user, pc, identity, .. } = world.enrolled().await;
        let login = std::sync::Arc::new(pc.prove(&identity).await.unwrap());
        let mut guesses = tokio::task::JoinSet::new();
        for number in 0..50 {
            let login = std::sync::Arc::clone(&login);
            guesses.spawn(async move { login.submit(format!("Guess#{number:04}").into()).await });
        }
        let codes: Vec<_> = guesses.join_all().await.into_iter().map(code).collect();
        let verified =
            codes.iter().filter(|code| **code == ErrorCode::AuthenticationFailed).count();
        assert_eq!(verified, 4, "the fifth says that it locked: {codes:?}");
        let locked = codes.iter().filter(|code| **code == ErrorCode::AccountLocked).count();
        assert_eq!(verified + locked, 50, "{codes:?}");
        assert_eq!(code(login.submit(PASSWORD.to_owned().into()).await), ErrorCode::AccountLocked);
        assert_eq!(provider.failed_logins(&user), 5);
    });
}

#[test]
fn an_outsider_cannot_lock_a_user_out() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let (pc, outsider) = (world.pc("pc"), world.pc("outsider"));
        let profile = pc.add_profile(provider.profile()).await;
        let identity = pc.issue(profile, &user).await;
        let profile = outsider.add_profile(provider.profile()).await;
        for number in 0..20 {
            let guess = format!("Guess#{number:04}");
            outsider.start_enrolment(profile, &user, guess).await.unwrap_err();
        }
        assert_eq!(pc.prove(&identity).await.unwrap().prompt().attempts_left, 5);
        pc.log_in(&identity).await;
    });
}

#[test]
fn revocation_ends_a_session_at_its_next_request() {
    flow(async |world| {
        let LoggedIn { provider, user, pc, identity, mut session, .. } = world.logged_in().await;
        session.refresh().await.unwrap();
        provider.revoke(&user);
        assert_eq!(code(session.refresh().await.cloned()), ErrorCode::CertificateRevoked);
        // The PC has heard it and says so without asking again.
        let overview = pc.client.overview().await.unwrap();
        assert_eq!(overview.identities[0].standing, Standing::Revoked);
        assert_eq!(code(pc.prove(&identity).await), ErrorCode::CertificateRevoked);
    });
}

#[test]
fn suspension_ends_a_session_at_its_next_request() {
    flow(async |world| {
        let LoggedIn { provider, user, pc, identity, mut session, .. } = world.logged_in().await;
        let which = ["--customer", user.number.as_str(), "--user", user.user_id.as_str()];
        provider.run(&[["user", "suspend"].as_slice(), &which].concat());
        assert_eq!(code(session.refresh().await.cloned()), ErrorCode::AccountSuspended);
        assert_eq!(code(pc.prove(&identity).await), ErrorCode::AccountSuspended);
        provider.run(&[["user", "resume"].as_slice(), &which].concat());
        pc.log_in(&identity).await;
        // What was ended stays ended.
        assert_eq!(code(session.refresh().await.cloned()), ErrorCode::SessionEnded);
    });
}

#[test]
fn an_expired_certificate_is_told_apart() {
    flow(async |world| {
        let Enrolled { provider: _provider, user, pc, profile, identity } = world.enrolled().await;
        world.advance(366 * DAY);
        assert_eq!(code(pc.prove(&identity).await), ErrorCode::CertificateExpired);
        let overview = pc.client.overview().await.unwrap();
        assert_eq!(overview.identities[0].standing, Standing::Expired);
        // After expiry only a reissue helps (FAQ 2-3).
        let again = pc.start_enrolment(profile, &user, PASSWORD.to_owned()).await;
        assert_eq!(code(again), ErrorCode::CertificateExpired);
    });
}

#[test]
fn a_wrong_clock_is_told_instead_of_an_expired_certificate() {
    flow(async |world| {
        let Enrolled { provider, pc, identity, .. } = world.enrolled().await;
        for ahead in [400 * DAY, -2 * DAY] {
            let pc = crate::world::Pc::start(pc.dir.clone(), world.clock_ahead(ahead));
            let told = code(pc.prove(&identity).await);
            // Far ahead, this clock cannot accept the server's certificate either, and says so.
            let expected = [ErrorCode::ClockWrong, ErrorCode::BackendCertificateOutdated];
            assert!(expected.contains(&told), "{ahead}: {told:?}");
        }
        drop(provider);
    });
}
