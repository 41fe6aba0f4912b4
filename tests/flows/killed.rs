//! The backend killed while it works: what it acknowledged is there afterwards, and its record is whole.

use std::{
    process::Child,
    time::{Duration, Instant},
};

use system_tests::wait::PATIENCE;
use tokio::time::sleep;
use warifu_client::{Failure, Session};
use warifu_protocol::{ErrorCode, UserAction};

use crate::{
    administration::{act, administrator, form},
    disk::all_users,
    provider::Provider,
    world::flow,
};

/// How often it is killed.
const TIMES: u32 = 12;

#[test]
fn what_was_acknowledged_survives_a_kill_at_any_moment() {
    flow(async |world| {
        let (provider, _pc, session, user) = administrator(&world).await;
        let provider = provider.stopped().await;
        let mut acknowledged = vec![user.user_id.clone()];
        let mut suspended = Vec::new();
        for round in 0..TIMES {
            let mut backend = serving(&provider, &session).await;
            // Spread over what one act takes; the rest is chance.
            let moment = sleep(Duration::from_millis(150 + u64::from(round * 97 % 401)));
            let work = async {
                for number in 0_u32.. {
                    let id = format!("user{round:02}{number:03}");
                    if session.create_user(form(&id, &[])).await.is_err() {
                        break;
                    }
                    acknowledged.push(id.clone());
                    let Ok(seen) = session.user(&id).await else { break };
                    let suspend = act(seen.version, UserAction::Suspend);
                    if session.act_on_user(&id, suspend).await.is_err() {
                        break;
                    }
                    suspended.push(id);
                }
            };
            tokio::join!(work, async {
                moment.await;
                backend.kill().unwrap();
                backend.wait().unwrap();
            });
        }
        let mut backend = serving(&provider, &session).await;
        let kept = all_users(&session).await;
        assert!(acknowledged.len() > TIMES as usize, "hardly anything was done: {acknowledged:?}");
        for id in &acknowledged {
            assert!(kept.contains(id), "{id} was acknowledged and is gone");
        }
        for id in &suspended {
            assert!(
                session.user(id).await.unwrap().suspended_at.is_some(),
                "{id} is not suspended any more"
            );
        }
        backend.kill().unwrap();
        backend.wait().unwrap();
        // Each act is in the record, and none without its row in it.
        assert!(provider.run(&["audit", "verify"]).starts_with("whole"));
        assert_eq!(
            provider.audited(&user, "user-created"),
            kept.len() - 1,
            "the first came otherwise"
        );
        assert!(provider.audited(&user, "suspended") >= suspended.len());
    });
}

/// The backend as a process of its own, answering. The session goes on: it is kept by the database.
async fn serving(provider: &Provider, session: &Session) -> Child {
    let child = provider.serve_command().spawn().unwrap();
    let patience = Instant::now() + PATIENCE;
    loop {
        match session.administration().await {
            Ok(_) => return child,
            Err(Failure { code: ErrorCode::BackendUnreachable, .. })
                if Instant::now() < patience =>
            {
                sleep(Duration::from_millis(20)).await;
            }
            Err(failure) => panic!("the backend does not come back: {failure:?}"),
        }
    }
}
