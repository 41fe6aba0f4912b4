//! What the provider says about versions of the app: a newer one is told, and one that is too old
//! begins nothing and can finish everything.

use warifu_client::{
    Failure,
    view::{RenewalState, RenewalStep, Standing, UpdateNotice},
};
use warifu_protocol::ErrorCode;

use crate::{
    provider::Provider,
    renewal::{kill_at, late, log_in_late, only},
    world::{PASSWORD, Pc, World, code, flow},
};

const PAGE: &str = "https://www.example.jp/warifu";

#[test]
fn a_newer_version_is_told_until_it_is_there() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let pc = Pc::start_as(world.dir.join("pc"), world.clock(), "1.3.0");
        let profile = pc.add_profile(provider.profile()).await;
        let identity = pc.issue(profile, &user).await;
        pc.log_in(&identity).await;
        assert_eq!(notice(&pc).await, None, "this provider names no versions");

        let page = format!("download_url = \"{PAGE}\"");
        let provider = name(provider, &world, "1.4.0", "1.2.0", &page).await;
        assert_eq!(notice(&pc).await, None, "nobody has asked the provider yet");
        pc.log_in(&identity).await;
        let told = UpdateNotice {
            newest: String::from("1.4.0"),
            required: false,
            download_url: Some(String::from(PAGE)),
        };
        assert_eq!(notice(&pc).await, Some(told.clone()));

        // It is remembered, and compared with the app as it is now, without asking again.
        let provider = provider.stopped().await;
        let pc = pc.updated(world.clock(), "1.3.1");
        assert_eq!(notice(&pc).await, Some(told));
        let pc = pc.updated(world.clock(), "1.4.0");
        assert_eq!(notice(&pc).await, None);
        assert_eq!(pc.client.overview().await.unwrap().app_version, "1.4.0");
        drop(provider);
    });
}

#[test]
fn an_app_that_is_too_old_is_refused_before_a_password_and_let_in_after_the_update() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let pc = Pc::start_as(world.dir.join("pc"), world.clock(), "1.3.0");
        let profile = pc.add_profile(provider.profile()).await;
        let identity = pc.issue(profile, &user).await;
        let mut session = pc.log_in(&identity).await;
        let logins = provider.audited(&user, "login");

        let provider = name(provider, &world, "1.5.0", "1.4.0", "").await;
        assert_too_old(&pc.prove(&identity).await.unwrap_err());
        assert_eq!(
            notice(&pc).await,
            Some(UpdateNotice {
                newest: String::from("1.5.0"),
                required: true,
                download_url: None,
            })
        );
        assert_eq!(provider.audited(&user, "login"), logins);
        assert_eq!(provider.failed_logins(&user), 0);
        // Whoever is in stays in.
        session.refresh().await.unwrap();

        let pc = pc.updated(world.clock(), "1.4.0");
        assert_eq!(pc.prove(&identity).await.unwrap().prompt().attempts_left, 5);
        pc.log_in(&identity).await;
        // A pre-release is not there yet.
        let pc = pc.updated(world.clock(), "1.4.0-rc.1");
        assert_too_old(&pc.prove(&identity).await.unwrap_err());
        drop(provider);
    });
}

#[test]
fn a_provider_that_named_too_much_takes_it_back() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let pc = Pc::start_as(world.dir.join("pc"), world.clock(), "1.3.0");
        let profile = pc.add_profile(provider.profile()).await;
        let identity = pc.issue(profile, &user).await;
        let provider = name(provider, &world, "14.0.0", "14.0.0", "").await;
        assert_too_old(&pc.prove(&identity).await.unwrap_err());
        let pc = pc.updated(world.clock(), "1.3.0");
        let provider = name(provider, &world, "1.4.0", "1.3.0", "").await;
        pc.log_in(&identity).await;
        assert!(!notice(&pc).await.unwrap().required);
        // The section is gone: nothing is said any more.
        let provider = provider.reconfigure(&world, "").await;
        pc.log_in(&identity).await;
        assert_eq!(notice(&pc).await, None);
        drop(provider);
    });
}

#[test]
fn an_issuance_is_not_begun_and_a_begun_one_is_finished() {
    flow(async |world| {
        let provider = world.provider().await;
        let (begun, new) = (provider.add_customer("kanri01"), provider.add_customer("tanaka"));
        let pc = Pc::start_as(world.dir.join("pc"), world.clock(), "1.3.0");
        let profile = pc.add_profile(provider.profile()).await;
        let mut enrolment =
            pc.start_enrolment(profile, &begun, begun.initial_password.clone()).await.unwrap();
        enrolment.change_password(PASSWORD.to_owned().into()).await.unwrap();
        let provider = provider.stopped().await;
        assert_eq!(code(enrolment.issue(|_| {}).await), ErrorCode::BackendUnreachable);
        drop(enrolment);

        let provider = name(provider, &world, "1.4.0", "1.4.0", "").await;
        let refused = pc.start_enrolment(profile, &new, String::from("Wrong#1234")).await;
        assert_too_old(&refused.unwrap_err());
        assert_eq!(provider.audited(&new, "enrolment-failed"), 0, "a password was sent");

        let resumed = pc.start_enrolment(profile, &begun, PASSWORD.to_owned()).await.unwrap();
        let identity = resumed.issue(|_| {}).await.unwrap();
        assert_eq!(provider.certificates_of(&begun), 1);
        assert_too_old(&pc.prove(&identity).await.unwrap_err());
        // The update finds everything as it was left.
        let pc = pc.updated(world.clock(), "1.4.0");
        pc.log_in(&identity).await;
        pc.issue(profile, &new).await;
    });
}

#[test]
fn a_session_renews_and_a_stored_renewal_is_finished() {
    flow(async |world| {
        let provider = world.provider().await;
        let (pc, identity, _) = late(&world, &provider).await;
        let mut session = log_in_late(&pc, &identity).await;
        // The app of these flows is older than that.
        let provider = name(provider, &world, "9.0.0", "9.0.0", "").await;
        assert_too_old(&pc.prove(&identity).await.unwrap_err());

        // The session goes on, to the last step of its renewal.
        kill_at(&mut session, RenewalStep::StartUse).await;
        drop(session);
        let pc = pc.restart(world.clock());
        let left = only(&pc).await;
        assert_eq!(left.renewal, Some(RenewalState::Stored));
        assert_too_old(&pc.prove(&left).await.unwrap_err());
        let finished = pc.client.finish_renewal(left.id, |_| {}).await.unwrap();
        assert_eq!(finished.renewal, None);
        assert!(matches!(finished.standing, Standing::Usable { .. }));
        drop(provider);
    });
}

/// Has the provider name its versions, in place of those that it named before.
async fn name(
    provider: Provider,
    world: &World,
    newest: &str,
    oldest: &str,
    more: &str,
) -> Provider {
    let section =
        format!("[app]\nnewest_version = \"{newest}\"\noldest_version = \"{oldest}\"\n{more}\n");
    provider.reconfigure(world, &section).await
}

/// What the start screen says about newer versions.
async fn notice(pc: &Pc) -> Option<UpdateNotice> {
    let mut profiles = pc.client.overview().await.unwrap().profiles;
    assert_eq!(profiles.len(), 1);
    profiles.remove(0).update
}

#[track_caller]
fn assert_too_old(failure: &Failure) {
    assert_eq!(failure.code, ErrorCode::AppTooOld);
    assert!(failure.details.oldest_version.is_some());
}
