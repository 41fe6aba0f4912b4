//! The change of a password: by wish, by age, by an initial one (SPEC E; FAQ 3-1, 3-3).

use warifu_client::LoginStep;
use warifu_protocol::ErrorCode;

use crate::world::{DAY, Enrolled, LoggedIn, PASSWORD, code, flow};

const SECOND: &str = "Tsubaki2027#";

#[test]
fn a_wished_change_asks_for_the_current_one_and_keeps_the_session() {
    flow(async |world| {
        let LoggedIn { provider, user, pc, identity, mut session, .. } = world.logged_in().await;
        let mut elsewhere = pc.log_in(&identity).await;

        let view = session.start_password_change().await.unwrap();
        assert_eq!(view.expires_in, 180);
        let wrong = session
            .change_own_password("Wrong#1234".to_owned().into(), SECOND.to_owned().into())
            .await;
        assert_eq!(code(wrong.map(drop)), ErrorCode::CurrentPasswordWrong);
        session
            .change_own_password(PASSWORD.to_owned().into(), SECOND.to_owned().into())
            .await
            .unwrap();
        session.refresh().await.unwrap();
        // Whoever else was logged in with the old one is not any more.
        assert_eq!(code(elsewhere.refresh().await.map(drop)), ErrorCode::SessionEnded);
        let login = pc.prove(&identity).await.unwrap();
        assert_eq!(
            code(login.submit(PASSWORD.to_owned().into()).await),
            ErrorCode::AuthenticationFailed
        );
        login.submit(SECOND.to_owned().into()).await.unwrap();
        provider.assert_audited(&user, "password-changed");
    });
}

#[test]
fn wrong_current_passwords_are_slowed_and_never_lock() {
    flow(async |world| {
        let LoggedIn { provider: _provider, pc, identity, mut session, .. } =
            world.logged_in().await;
        session.start_password_change().await.unwrap();
        let mut slowed = 0;
        for _ in 0..12 {
            let tried = session
                .change_own_password("Wrong#1234".to_owned().into(), SECOND.to_owned().into())
                .await;
            let refused = code(tried.map(drop));
            if refused == ErrorCode::TooManyAttempts {
                slowed += 1;
            } else {
                assert_eq!(refused, ErrorCode::CurrentPasswordWrong);
            }
        }
        assert!(slowed > 0);
        assert_eq!(pc.prove(&identity).await.unwrap().prompt().attempts_left, 5);
        world.advance(120);
        session
            .change_own_password(PASSWORD.to_owned().into(), SECOND.to_owned().into())
            .await
            .unwrap();
    });
}

#[test]
fn ninety_days_later_the_change_is_demanded_and_completes_the_login() {
    flow(async |world| {
        let Enrolled { provider: _provider, pc, identity, .. } = world.enrolled().await;
        assert!(!pc.log_in(&identity).await.view().password_notice);
        world.advance(80 * DAY);
        assert!(pc.log_in(&identity).await.view().password_notice);
        world.advance(10 * DAY);
        let login = pc.prove(&identity).await.unwrap();
        let LoginStep::PasswordChangeRequired(change) =
            login.submit(PASSWORD.to_owned().into()).await.unwrap()
        else {
            panic!("the password is ninety days old");
        };
        let session = change.submit(SECOND.to_owned().into()).await.unwrap();
        assert!(!session.view().password_notice);
    });
}
