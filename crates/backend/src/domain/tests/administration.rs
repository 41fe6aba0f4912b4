//! What administrators may not do to themselves (SPEC F; FAQ 1-3).

use warifu_protocol::UserChange;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_changes_their_own_rights_or_lock() {
    let world = World::new().await;
    for primary in [false, true] {
        let (person, who) = world.logged_in(&["user-administration", "claims.view"]).await;
        let row = person.row;
        let made = move |tx: &Tx| {
            tx.tamper(&format!(
                "UPDATE account SET is_primary = {} WHERE id = {row}",
                i32::from(primary)
            ))
        };
        world.write(made).await;
        let by = accounts::administrator(&world.backend, who).await.unwrap();
        let own = accounts::user(&world.backend, by.clone(), person.id.clone()).await.unwrap();
        assert_eq!((own.yourself, own.primary), (true, primary));

        let fewer = own.permissions[..1].to_vec();
        let change = UserChange {
            version: own.version,
            name: None,
            department: None,
            email: None,
            permissions: fewer,
        };
        let changed = accounts::change(&world.backend, by.clone(), person.id.clone(), change).await;
        assert_eq!(code(changed), ErrorCode::OwnAccount);
        for act in [
            UserAction::Unlock,
            UserAction::ResetPassword,
            UserAction::Reissue,
            UserAction::Suspend,
            UserAction::Delete,
        ] {
            let request = UserActionRequest {
                version: own.version,
                action: act,
                reset_password: false,
                initial_password: None,
            };
            let done = accounts::act(&world.backend, by.clone(), person.id.clone(), request).await;
            assert_eq!(code(done), ErrorCode::OwnAccount, "{act:?}");
        }

        // An address is the user's own business.
        let email = Some("kanri@example.jp".parse().unwrap());
        let change = UserChange {
            version: own.version,
            name: None,
            department: None,
            email,
            permissions: own.permissions,
        };
        accounts::change(&world.backend, by, person.id, change).await.unwrap();
    }
}
