//! Renewal and start of use (SPEC D; FAQ 2-3, 2-4): the process killed at each step, two windows at
//! once, and what a session may do afterwards.

use warifu_client::{
    LoginStep, Session,
    view::{IdentityView, RenewalState, RenewalStep, Standing},
};
use warifu_keystore::{KeyStore as _, SoftwareKeyStore};
use warifu_protocol::ErrorCode;

use crate::{
    provider::Provider,
    world::{Customer, DAY, LoggedIn, PASSWORD, Pc, World, code, flow},
};

/// When a certificate of a year can be renewed, and its user's password is too old.
pub(crate) const LATE: i64 = 340 * DAY;

/// The password that follows the first.
const NEXT: &str = "Tsubaki2027#";

#[test]
fn a_renewal_leaves_one_certificate_one_key_and_the_session() {
    flow(async |world| {
        let provider = world.provider().await;
        let (pc, identity, user) = late(&world, &provider).await;
        let mut session = log_in_late(&pc, &identity).await;
        assert!(session.view().renewable);
        let before = session.view().certificate.thumbprint.clone();

        let steps = std::sync::Mutex::new(Vec::new());
        session.renew(|step| steps.lock().unwrap().push(step)).await.unwrap();
        assert_eq!(
            *steps.lock().unwrap(),
            [RenewalStep::Obtain, RenewalStep::Store, RenewalStep::StartUse]
        );
        let view = session.refresh().await.unwrap();
        assert_ne!(view.certificate.thumbprint, before);
        assert!(!view.renewable);
        assert_eq!(keys(&pc), 1);
        for act in ["certificate-renewed", "certificate-activated", "certificate-superseded"] {
            provider.assert_audited(&user, act);
        }
        drop(session);
        let pc = pc.restart(world.clock());
        let renewed = only(&pc).await;
        assert_eq!(renewed.renewal, None);
        assert!(matches!(renewed.standing, Standing::Usable { days_left: 364.. }));
        log_in_with(&pc, &renewed, NEXT).await;
    });
}

#[test]
fn a_renewal_is_refused_before_its_time() {
    flow(async |world| {
        let LoggedIn { provider: _provider, pc, mut session, .. } = world.logged_in().await;
        assert!(!session.view().renewable);
        assert_eq!(code(session.renew(|_| {}).await.map(drop)), ErrorCode::RenewalTooEarly);
        session.refresh().await.unwrap();
        assert_eq!(keys(&pc), 1, "a refused renewal leaves no key behind");
    });
}

#[test]
fn killed_at_any_step_both_certificates_work_and_the_renewal_is_finished() {
    flow(async |world| {
        let provider = world.provider().await;
        for step in [RenewalStep::Obtain, RenewalStep::Store, RenewalStep::StartUse] {
            let name = format!("pc-{step:?}").to_lowercase();
            let user = provider.add_customer("kanri01");
            let pc = world.pc(&name);
            let profile = pc.add_profile(provider.profile()).await;
            let identity = pc.issue(profile, &user).await;
            world.advance(LATE);
            let mut session = log_in_late(&pc, &identity).await;
            kill_at(&mut session, step).await;
            drop(session);

            let pc = pc.restart(world.clock());
            pc.client.sweep_orphaned_keys().await.unwrap();
            finish(&pc, &only(&pc).await).await;
            let finished = only(&pc).await;
            assert_eq!(finished.renewal, None, "after {step:?}");
            assert_eq!(keys(&pc), 1, "after {step:?}");
            log_in_with(&pc, &finished, NEXT).await;
            world.advance(-LATE);
        }
    });
}

#[test]
fn a_stored_renewal_is_finished_without_a_login_and_after_the_old_one_expired() {
    flow(async |world| {
        let provider = world.provider().await;
        let (pc, identity, _) = late(&world, &provider).await;
        let mut session = log_in_late(&pc, &identity).await;
        kill_at(&mut session, RenewalStep::StartUse).await;
        drop(session);
        let pc = pc.restart(world.clock());
        world.advance(60 * DAY);
        let _provider = provider.restart(&world).await;
        let left = only(&pc).await;
        if left.renewal == Some(RenewalState::Stored) {
            pc.client.finish_renewal(left.id, |_| {}).await.unwrap();
        }
        let finished = only(&pc).await;
        assert_eq!(finished.renewal, None);
        assert!(matches!(finished.standing, Standing::Usable { .. }));
        log_in_late(&pc, &finished).await;
    });
}

#[test]
fn two_windows_that_renew_at_once_end_with_one_certificate_that_works() {
    flow(async |world| {
        let provider = world.provider().await;
        let (pc, identity, _) = late(&world, &provider).await;
        let mut one = log_in_late(&pc, &identity).await;
        let mut two = log_in_with(&pc, &identity, NEXT).await;
        let ended = tokio::join!(one.renew(|_| {}), two.renew(|_| {}));
        let outcomes = [ended.0.map(drop), ended.1.map(drop)];
        assert!(outcomes.iter().any(Result::is_ok), "{outcomes:?}");
        drop((one, two));
        let pc = pc.restart(world.clock());
        pc.client.sweep_orphaned_keys().await.unwrap();
        let left = only(&pc).await;
        finish(&pc, &left).await;
        let left = only(&pc).await;
        log_in_with(&pc, &left, NEXT).await;
        assert_eq!(keys(&pc), 1);
    });
}

#[test]
fn a_session_ends_with_the_certificate_that_opened_it() {
    flow(async |world| {
        let provider = world.provider().await;
        let (pc, identity, _) = late(&world, &provider).await;
        let mut one = log_in_late(&pc, &identity).await;
        let mut two = log_in_with(&pc, &identity, NEXT).await;
        one.renew(|_| {}).await.unwrap();
        let ended = code(two.refresh().await.map(drop));
        assert!(
            matches!(ended, ErrorCode::CertificateSuperseded | ErrorCode::SessionEnded),
            "{ended:?}"
        );
        one.refresh().await.unwrap();
    });
}

#[test]
fn an_expired_certificate_is_not_renewed() {
    flow(async |world| {
        let provider = world.provider().await;
        let (pc, identity, _) = late(&world, &provider).await;
        let mut session = log_in_late(&pc, &identity).await;
        world.advance(60 * DAY);
        assert_eq!(code(session.renew(|_| {}).await.map(drop)), ErrorCode::CertificateExpired);
    });
}

/// A PC with a certificate that is about to expire.
pub(crate) async fn late(world: &World, provider: &Provider) -> (Pc, IdentityView, Customer) {
    let user = provider.add_customer("kanri01");
    let (pc, profile) = world.pc_with_profile("pc", provider).await;
    let identity = pc.issue(profile, &user).await;
    world.advance(LATE);
    (pc, identity, user)
}

/// A login whose password has become too old, or one with the password that followed it.
pub(crate) async fn log_in_late(pc: &Pc, identity: &IdentityView) -> Session {
    let login = pc.prove(identity).await.unwrap();
    let step = match login.submit(PASSWORD.to_owned().into()).await {
        Ok(step) => step,
        Err(_) => return log_in_with(pc, identity, NEXT).await,
    };
    match step {
        LoginStep::PasswordChangeRequired(change) => {
            change.submit(NEXT.to_owned().into()).await.unwrap()
        }
        LoginStep::LoggedIn(session) => session,
    }
}

async fn log_in_with(pc: &Pc, identity: &IdentityView, password: &str) -> Session {
    match pc.prove(identity).await.unwrap().submit(password.to_owned().into()).await.unwrap() {
        LoginStep::LoggedIn(session) => session,
        LoginStep::PasswordChangeRequired(change) => {
            change.submit(String::from("Momiji2028#").into()).await.unwrap()
        }
    }
}

/// Drops the renewal when `step` begins, as a kill does.
pub(crate) async fn kill_at(session: &mut Session, step: RenewalStep) {
    let (reached, stop) = tokio::sync::oneshot::channel();
    let reached = std::sync::Mutex::new(Some(reached));
    let renewal = session.renew(|begun| {
        if begun == step
            && let Some(reached) = reached.lock().unwrap().take()
        {
            reached.send(()).unwrap();
        }
    });
    tokio::select! {
        biased;
        _ = stop => {}
        done = renewal => { done.unwrap(); }
    }
}

/// Goes on where a kill left the renewal: by finishing it, or by renewing again.
pub(crate) async fn finish(pc: &Pc, left: &IdentityView) {
    match left.renewal {
        Some(RenewalState::Stored) => {
            pc.client.finish_renewal(left.id, |_| {}).await.unwrap();
        }
        Some(RenewalState::KeyReady) | None => {
            let mut session = log_in_with(pc, left, NEXT).await;
            if session.view().renewable {
                session.renew(|_| {}).await.unwrap();
            }
        }
    }
}

pub(crate) async fn only(pc: &Pc) -> IdentityView {
    let mut identities = pc.client.overview().await.unwrap().identities;
    assert_eq!(identities.len(), 1);
    identities.remove(0)
}

pub(crate) fn keys(pc: &Pc) -> usize {
    SoftwareKeyStore::new(pc.dir.join("keys")).list().unwrap().len()
}
