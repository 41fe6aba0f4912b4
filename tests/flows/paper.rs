//! The route by paper, through the provider (SPEC G3; FAQ 2-5, 3-2, 3-3①).

use warifu_protocol::ErrorCode;

use crate::{
    provider::Provider,
    world::{Customer, Enrolled, LoggedIn, PASSWORD, code, flow},
};

#[test]
fn a_locked_primary_administrator_is_unlocked_with_a_new_initial_password() {
    flow(async |world| {
        let Enrolled { provider, user, pc, identity, .. } = world.enrolled().await;
        let login = pc.prove(&identity).await.unwrap();
        for _ in 0..5 {
            login.submit(String::from("Wrong#1234").into()).await.unwrap_err();
        }
        assert_eq!(code(pc.prove(&identity).await), ErrorCode::AccountLocked);

        let initial = by_paper(&provider, "unlock", &user);
        assert_ne!(initial, user.initial_password);
        let login = pc.prove(&identity).await.unwrap();
        assert_eq!(
            code(login.submit(PASSWORD.to_owned().into()).await),
            ErrorCode::AuthenticationFailed
        );
        let warifu_client::LoginStep::PasswordChangeRequired(change) =
            login.submit(initial.into()).await.unwrap()
        else {
            panic!("an initial password has to be changed");
        };
        change.submit(String::from("Tsubaki2027#").into()).await.unwrap();
        provider.assert_audited(&user, "unlocked");
        provider.assert_audited(&user, "password-reset");
    });
}

#[test]
fn a_reissue_revokes_at_once_and_another_pc_may_obtain_a_certificate() {
    flow(async |world| {
        let LoggedIn { provider, user, mut session, .. } = world.logged_in().await;
        let initial_password = by_paper(&provider, "reissue", &user);
        let ended = code(session.refresh().await.map(drop));
        assert_eq!(ended, ErrorCode::CertificateRevoked);

        let (new, profile) = world.pc_with_profile("new", &provider).await;
        let client = &new.client;
        let mut enrolment = client
            .start_enrolment(profile, &user.number, &user.user_id, initial_password.into(), None)
            .await
            .unwrap();
        // The old one does not come back (SPEC E1).
        let again = enrolment.change_password(PASSWORD.to_owned().into()).await;
        assert_eq!(code(again), ErrorCode::PasswordRejected);
        enrolment.change_password(String::from("Tsubaki2027#").into()).await.unwrap();
        let identity = enrolment.issue(|_| {}).await.unwrap();
        let login = new.prove(&identity).await.unwrap();
        login.submit(String::from("Tsubaki2027#").into()).await.unwrap();
        provider.assert_audited(&user, "reissued");
    });
}

fn by_paper(provider: &Provider, what: &str, user: &Customer) -> String {
    let arguments = ["user", what, "--customer", &user.number, "--user", &user.user_id, "--json"];
    let notice = provider.json(&arguments);
    assert_eq!(notice["user_id"], user.user_id.as_str());
    notice["initial_password"].as_str().unwrap().to_owned()
}
