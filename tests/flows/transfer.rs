//! The way to a new PC (SPEC G2; FAQ 4-1).

use warifu_client::{LoginStep, view::IdentityView};
use warifu_protocol::ErrorCode;

use crate::world::{Customer, Enrolled, LoggedIn, PASSWORD, Pc, code, flow};

#[test]
fn the_first_login_from_the_new_pc_supersedes_the_old_one() {
    flow(async |world| {
        let LoggedIn { provider, user, pc: old, identity, mut session, .. } =
            world.logged_in().await;
        let code_shown = session.create_transfer_code().await.unwrap().code.to_string();

        let (new, profile) = world.pc_with_profile("new", &provider).await;
        let arrived = take_over(&new, profile, &user, &code_shown).await.unwrap();
        // Until then the old PC goes on.
        session.refresh().await.unwrap();
        new.log_in(&arrived).await;
        let ended = code(session.refresh().await.map(drop));
        assert!(matches!(ended, ErrorCode::CertificateSuperseded | ErrorCode::SessionEnded));
        assert_eq!(code(old.prove(&identity).await), ErrorCode::CertificateSuperseded);
        provider.assert_audited(&user, "transfer-started");
        provider.assert_audited(&user, "certificate-superseded");
    });
}

#[test]
fn guesses_end_the_right_code_too() {
    flow(async |world| {
        let LoggedIn { provider, user, session, .. } = world.logged_in().await;
        let shown = session.create_transfer_code().await.unwrap().code.to_string();
        let (new, profile) = world.pc_with_profile("new", &provider).await;
        for _ in 0..5 {
            let tried = take_over(&new, profile, &user, "AAAA-BBBB-CCCC").await;
            assert_eq!(code(tried), ErrorCode::TransferCodeInvalid);
        }
        assert_eq!(
            code(take_over(&new, profile, &user, &shown).await),
            ErrorCode::TransferCodeInvalid
        );
        provider.assert_audited(&user, "transfer-failed");
    });
}

#[test]
fn a_code_is_worth_nothing_to_another_user_or_without_the_password() {
    flow(async |world| {
        let LoggedIn { provider, user, session, .. } = world.logged_in().await;
        let other = provider.add_customer("kanri01");
        let shown = session.create_transfer_code().await.unwrap().code.to_string();
        let (new, profile) = world.pc_with_profile("new", &provider).await;
        let tried = new
            .client
            .start_enrolment(
                profile,
                &other.number,
                &other.user_id,
                other.initial_password.clone().into(),
                Some(shown.clone().into()),
            )
            .await;
        assert_eq!(code(tried), ErrorCode::TransferCodeInvalid);
        let tried = new
            .client
            .start_enrolment(
                profile,
                &user.number,
                &user.user_id,
                String::from("Wrong#1234").into(),
                Some(shown.clone().into()),
            )
            .await;
        assert_eq!(code(tried), ErrorCode::AuthenticationFailed);
        // Neither try used it up.
        take_over(&new, profile, &user, &shown).await.unwrap();
    });
}

#[test]
fn on_the_pc_that_shows_it_a_code_is_refused_and_nothing_is_lost() {
    flow(async |world| {
        let LoggedIn { provider, user, pc: old, identity, session, .. } = world.logged_in().await;
        let shown = session.create_transfer_code().await.unwrap().code.to_string();
        let tried = take_over(&old, identity.profile_id, &user, &shown).await;
        assert_eq!(code(tried), ErrorCode::TransferSamePc);
        let left = old.client.overview().await.unwrap().identities.remove(0);
        assert_eq!(
            (left.standing, left.certificate),
            (identity.standing, identity.certificate.clone())
        );
        old.log_in(&identity).await;
        // It was not used up.
        let (new, profile) = world.pc_with_profile("new", &provider).await;
        take_over(&new, profile, &user, &shown).await.unwrap();
    });
}

#[test]
fn a_user_who_moved_away_comes_back_with_a_code() {
    flow(async |world| {
        let LoggedIn { provider, user, pc: old, identity, session, .. } = world.logged_in().await;
        let shown = session.create_transfer_code().await.unwrap().code.to_string();
        let (new, profile) = world.pc_with_profile("new", &provider).await;
        let arrived = take_over(&new, profile, &user, &shown).await.unwrap();
        let session = new.log_in(&arrived).await;
        // The old PC has not heard that its certificate is superseded.
        let shown = session.create_transfer_code().await.unwrap().code.to_string();
        let back = take_over(&old, identity.profile_id, &user, &shown).await.unwrap();
        old.log_in(&back).await;
    });
}

#[test]
fn without_a_code_a_second_pc_is_refused() {
    flow(async |world| {
        let Enrolled { provider, user, .. } = world.enrolled().await;
        let (new, profile) = world.pc_with_profile("new", &provider).await;
        let tried = new.start_enrolment(profile, &user, PASSWORD.to_owned()).await;
        assert_eq!(code(tried), ErrorCode::AlreadyIssued);
        let tried = new
            .client
            .start_enrolment(
                profile,
                &user.number,
                &user.user_id,
                PASSWORD.to_owned().into(),
                Some(String::from("not a code").into()),
            )
            .await;
        assert_eq!(code(tried), ErrorCode::TransferCodeInvalid);
    });
}

#[test]
fn an_arrival_that_was_interrupted_is_continued_without_the_code() {
    flow(async |world| {
        let LoggedIn { provider, user, session, .. } = world.logged_in().await;
        let shown = session.create_transfer_code().await.unwrap().code.to_string();
        let (new, profile) = world.pc_with_profile("new", &provider).await;
        let arrived = take_over(&new, profile, &user, &shown).await.unwrap();
        let new = new.restart(world.clock());
        match new.prove(&arrived).await.unwrap().submit(PASSWORD.to_owned().into()).await.unwrap() {
            LoginStep::LoggedIn(session) => drop(session),
            LoginStep::PasswordChangeRequired(_) => panic!("the password is young"),
        }
    });
}

async fn take_over(
    pc: &Pc,
    profile: i64,
    user: &Customer,
    transfer_code: &str,
) -> Result<IdentityView, warifu_client::Failure> {
    let enrolment = pc
        .client
        .start_enrolment(
            profile,
            &user.number,
            &user.user_id,
            PASSWORD.to_owned().into(),
            Some(transfer_code.to_owned().into()),
        )
        .await?;
    enrolment.issue(|_| {}).await
}
