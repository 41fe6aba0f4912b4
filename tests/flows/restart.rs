//! The process killed at each point of issuance (the table in `crates/client/src/identity.rs`).

use warifu_client::view::{IssuanceStep, Standing};
use warifu_protocol::ErrorCode;

use crate::{
    provider::Provider,
    relay::Relay,
    world::{PASSWORD, World, code, flow},
};

flow! {
    async fn killed_at_any_step_the_issuance_is_continued_with_one_key(world: World) {
        let provider = Provider::start(&world).await;
        let steps = [
            IssuanceStep::MakeKey,
            IssuanceStep::Request,
            IssuanceStep::Verify,
            IssuanceStep::Store,
        ];
        for (index, step) in steps.into_iter().enumerate() {
            continue_after(&world, &provider, &format!("user{index:02}"), step).await;
        }
    }

    async fn after_a_lost_answer_the_same_key_gets_the_same_certificate(world: World) {
        let provider = Provider::start(&world).await;
        let user = provider.add_customer("kanri01");
        let pc = world.pc("pc");
        let relay = Relay::to(&provider.profile()).await;
        let profile = pc.add_profile(relay.profile()).await;
        let mut enrolment = pc
            .client
            .start_enrolment(profile, &user.number, &user.id, user.initial_password.clone(), None)
            .await
            .unwrap();
        enrolment.change_password(PASSWORD.to_owned()).await.unwrap();
        relay.lose_answers(true);
        assert_eq!(code(enrolment.issue(|_| {}).await), ErrorCode::TimedOut);
        assert_eq!(provider.certificates_of(&user), 1, "the request did arrive");
        relay.lose_answers(false);

        let pc = pc.restart(world.clock());
        let left = pc.client.overview().await.unwrap().identities.remove(0);
        assert_eq!(left.standing, Standing::Incomplete);
        let again = pc
            .client
            .start_enrolment(profile, &user.number, &user.id, PASSWORD.to_owned(), None)
            .await
            .unwrap();
        let issued = again.issue(|_| {}).await.unwrap();
        assert_eq!(provider.certificates_of(&user), 1);
        pc.log_in(&issued).await;
    }

    async fn an_orphaned_key_is_swept_and_a_needed_one_is_not(world: World) {
        let provider = Provider::start(&world).await;
        let user = provider.add_customer("kanri01");
        let pc = world.pc("pc");
        let profile = pc.add_profile(provider.profile()).await;
        let identity = pc.issue(profile, &user).await;
        // As a kill between the making of a key and its record leaves it.
        let store = warifu_keystore::SoftwareKeyStore::new(pc.dir.join("keys"));
        warifu_keystore::KeyStore::create(&store).unwrap();
        assert_eq!(warifu_keystore::KeyStore::list(&store).unwrap().len(), 2);

        let pc = pc.restart(world.clock());
        pc.client.sweep_orphaned_keys().await.unwrap();
        assert_eq!(warifu_keystore::KeyStore::list(&store).unwrap().len(), 1);
        pc.log_in(&identity).await;
    }
}

/// Drops everything when `step` begins, as a kill does; the request may or may not have arrived.
async fn continue_after(world: &World, provider: &Provider, id: &str, step: IssuanceStep) {
    let user = provider.add_customer(id);
    let pc = world.pc(id);
    let profile = pc.add_profile(provider.profile()).await;
    let mut enrolment = pc
        .client
        .start_enrolment(profile, &user.number, &user.id, user.initial_password.clone(), None)
        .await
        .unwrap();
    enrolment.change_password(PASSWORD.to_owned()).await.unwrap();
    {
        let (reached, stop) = tokio::sync::oneshot::channel();
        let reached = std::sync::Mutex::new(Some(reached));
        let issue = enrolment.issue(|begun| {
            if begun == step
                && let Some(reached) = reached.lock().unwrap().take()
            {
                reached.send(()).unwrap();
            }
        });
        tokio::select! {
            biased;
            _ = stop => {}
            done = issue => { done.unwrap(); }
        }
    }
    drop(enrolment);

    let pc = pc.restart(world.clock());
    pc.client.sweep_orphaned_keys().await.unwrap();
    if matches!(step, IssuanceStep::Verify | IssuanceStep::Store) {
        // From the answer's arrival on, the write is under way in the background, where a kill may
        // come before or after it. Here it ends; the flow below loses the answer itself.
        let left = loop {
            let left = pc.client.overview().await.unwrap().identities.remove(0);
            if left.standing != Standing::Incomplete {
                break left;
            }
            tokio::task::yield_now().await;
        };
        pc.log_in(&left).await;
        return;
    }
    let again = pc
        .client
        .start_enrolment(profile, &user.number, &user.id, PASSWORD.to_owned(), None)
        .await
        .unwrap();
    let issued = again.issue(|_| {}).await.unwrap();
    pc.log_in(&issued).await;
    let keys = warifu_keystore::SoftwareKeyStore::new(pc.dir.join("keys"));
    assert_eq!(warifu_keystore::KeyStore::list(&keys).unwrap().len(), 1, "after {step:?}");
    assert_eq!(provider.certificates_of(&user), 1, "after {step:?}");
}
