//! The process killed at each point of issuance (the table in `crates/client/src/model/identity.rs`).

use std::path::Path;

use warifu_client::view::{IssuanceStep, Standing};
use warifu_keystore::{KeyReference, KeyStore as _, SoftwareKeyStore};
use warifu_protocol::ErrorCode;

use crate::{
    provider::Provider,
    relay::Relay,
    world::{Enrolled, PASSWORD, Pc, World, code, flow},
};

#[test]
fn killed_at_any_step_the_issuance_is_continued_with_one_key() {
    flow(async |world| {
        let provider = world.provider().await;
        let steps = [
            IssuanceStep::MakeKey,
            IssuanceStep::Request,
            IssuanceStep::Verify,
            IssuanceStep::Store,
        ];
        for (index, step) in steps.into_iter().enumerate() {
            continue_after(&world, &provider, &format!("user{index:02}"), step).await;
        }
    });
}

#[test]
fn after_a_lost_answer_the_same_key_gets_the_same_certificate() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let pc = world.pc("pc");
        let relay = Relay::to(&provider.profile()).await;
        let profile = pc.add_profile(relay.profile()).await;
        let mut enrolment =
            pc.start_enrolment(profile, &user, user.initial_password.clone()).await.unwrap();
        enrolment.change_password(PASSWORD.to_owned().into()).await.unwrap();
        relay.lose_answers(true);
        assert_eq!(code(enrolment.issue(|_| {}).await), ErrorCode::TimedOut);
        assert_eq!(provider.certificates_of(&user), 1, "the request did arrive");
        relay.lose_answers(false);

        let pc = pc.restart(world.clock());
        let left = pc.client.overview().await.unwrap().identities.remove(0);
        assert_eq!(left.standing, Standing::Incomplete);
        let again = pc.start_enrolment(profile, &user, PASSWORD.to_owned()).await.unwrap();
        let issued = again.issue(|_| {}).await.unwrap();
        assert_eq!(provider.certificates_of(&user), 1);
        pc.log_in(&issued).await;
    });
}

#[test]
fn an_orphaned_key_is_swept_and_a_needed_one_is_not() {
    flow(async |world| {
        let Enrolled { provider: _provider, pc, identity, .. } = world.enrolled().await;
        let keys = SoftwareKeyStore::new(pc.dir.join("keys"));
        // As a kill between the making of a key and its record leaves it; and another, of which the
        // database knows nothing.
        let [orphan, stranger] = [(); 2].map(|()| KeyReference::random().unwrap());
        for reference in [&orphan, &stranger] {
            keys.create(reference).unwrap();
        }
        let Pc { dir, client } = pc;
        drop(client);
        rusqlite::Connection::open(dir.join("warifu.sqlite"))
            .unwrap()
            .execute("INSERT INTO own_key (name) VALUES (?1)", [orphan.as_str()])
            .unwrap();
        assert_eq!(keys.list().unwrap().len(), 3);

        let pc = Pc::start(dir, world.clock());
        pc.client.sweep_orphaned_keys().await.unwrap();
        let left = keys.list().unwrap();
        assert!(left.len() == 2 && left.contains(&stranger), "{left:?}");
        pc.log_in(&identity).await;
    });
}

#[test]
fn a_database_that_was_away_finds_every_key_when_it_comes_back() {
    flow(async |world| {
        let provider = world.provider().await;
        let (user, other) = (provider.add_customer("kanri01"), provider.add_customer("kanri02"));
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        let Pc { dir, client } = pc;
        drop(client);
        let before_all = taken_away(&dir);
        put_back(&dir, &before_all);
        let pc = Pc::start(dir, world.clock());
        let identity = pc.issue(profile, &user).await;
        let keys = SoftwareKeyStore::new(pc.dir.join("keys"));
        let made = keys.list().unwrap();
        let Pc { dir, client } = pc;
        drop(client);
        let newest = taken_away(&dir);

        // Without a database, with an older copy of it, and with one that was made anew and is used.
        for older in [Vec::new(), before_all] {
            put_back(&dir, &older);
            for _ in 0..2 {
                let pc = Pc::start(dir.clone(), world.clock());
                pc.client.sweep_orphaned_keys().await.unwrap();
            }
            let pc = Pc::start(dir.clone(), world.clock());
            let profile = pc.add_profile(provider.profile()).await;
            let again = pc.start_enrolment(profile, &user, PASSWORD.to_owned()).await;
            assert_eq!(code(again), ErrorCode::AlreadyIssued);
            if older.is_empty() {
                pc.issue(profile, &other).await;
            }
            pc.client.sweep_orphaned_keys().await.unwrap();
            drop(pc);
            taken_away(&dir);
            assert!(made.iter().all(|key| keys.list().unwrap().contains(key)));
        }

        put_back(&dir, &newest);
        let pc = Pc::start(dir, world.clock());
        pc.client.sweep_orphaned_keys().await.unwrap();
        pc.log_in(&identity).await;
    });
}

#[test]
fn a_folder_that_moves_takes_its_certificates_along() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let pc = world.pc("old name");
        let profile = pc.add_profile(provider.profile()).await;
        let identity = pc.issue(profile, &user).await;
        let Pc { dir, client } = pc;
        drop(client);
        let moved = world.dir.join("新しい名前");
        std::fs::rename(&dir, &moved).unwrap();
        let pc = Pc::start(moved.clone(), world.clock());
        pc.client.sweep_orphaned_keys().await.unwrap();
        pc.log_in(&identity).await;
        drop(pc);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&moved, &dir).unwrap();
            Pc::start(dir, world.clock()).log_in(&identity).await;
        }
    });
}

#[test]
fn an_issuance_in_place_of_a_certificate_keeps_its_key_until_the_new_one_is_stored() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let pc = world.pc("pc");
        let relay = Relay::to(&provider.profile()).await;
        let profile = pc.add_profile(relay.profile()).await;
        let identity = pc.issue(profile, &user).await;
        let notice = provider.json(&[
            "user",
            "reissue",
            "--customer",
            &user.number,
            "--user",
            &user.user_id,
            "--json",
        ]);
        let initial = notice["initial_password"].as_str().unwrap().to_owned();
        let keys = SoftwareKeyStore::new(pc.dir.join("keys"));
        let old = keys.list().unwrap();

        let mut enrolment = pc.start_enrolment(profile, &user, initial).await.unwrap();
        let password = String::from("Tsubaki2027#");
        enrolment.change_password(password.clone().into()).await.unwrap();
        relay.lose_answers(true);
        assert_eq!(code(enrolment.issue(|_| {}).await), ErrorCode::TimedOut);
        relay.lose_answers(false);
        let mut pc = pc;
        for _ in 0..2 {
            pc = pc.restart(world.clock());
            pc.client.sweep_orphaned_keys().await.unwrap();
            let both = keys.list().unwrap();
            assert!(both.len() == 2 && both.contains(&old[0]), "{both:?}");
        }
        // What is here is still what is tried, and says what the backend says.
        assert_eq!(code(pc.prove(&identity).await), ErrorCode::CertificateRevoked);
        let left = pc.client.overview().await.unwrap().identities.remove(0);
        assert_eq!(left.standing, Standing::Incomplete);
        let again = pc.start_enrolment(profile, &user, password).await.unwrap();
        let issued = again.issue(|_| {}).await.unwrap();
        assert!(matches!(issued.standing, Standing::Usable { .. }));
        pc.prove(&issued).await.unwrap();
        let left = keys.list().unwrap();
        assert!(left.len() == 1 && left != old, "{left:?}");
        assert_eq!(provider.certificates_of(&user), 2);
    });
}

const DATABASE: [&str; 3] = ["warifu.sqlite", "warifu.sqlite-wal", "warifu.sqlite-shm"];

/// Takes the database's files out of a folder.
fn taken_away(dir: &Path) -> Vec<(&'static str, Vec<u8>)> {
    DATABASE
        .into_iter()
        .filter_map(|name| {
            let content = std::fs::read(dir.join(name)).ok()?;
            std::fs::remove_file(dir.join(name)).unwrap();
            Some((name, content))
        })
        .collect()
}

fn put_back(dir: &Path, files: &[(&'static str, Vec<u8>)]) {
    taken_away(dir);
    for (name, content) in files {
        std::fs::write(dir.join(name), content).unwrap();
    }
}

/// Drops everything when `step` begins, as a kill does; the request may or may not have arrived.
async fn continue_after(world: &World, provider: &Provider, id: &str, step: IssuanceStep) {
    let user = provider.add_customer(id);
    let pc = world.pc(id);
    let profile = pc.add_profile(provider.profile()).await;
    let mut enrolment =
        pc.start_enrolment(profile, &user, user.initial_password.clone()).await.unwrap();
    enrolment.change_password(PASSWORD.to_owned().into()).await.unwrap();
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
    let again = pc.start_enrolment(profile, &user, PASSWORD.to_owned()).await.unwrap();
    let issued = again.issue(|_| {}).await.unwrap();
    pc.log_in(&issued).await;
    let keys = SoftwareKeyStore::new(pc.dir.join("keys"));
    assert_eq!(keys.list().unwrap().len(), 1, "after {step:?}");
    assert_eq!(provider.certificates_of(&user), 1, "after {step:?}");
}
