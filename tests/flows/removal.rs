//! Certificates and connection profiles that are taken off a PC.

use warifu_client::{
    ProfileRemoval,
    view::{IdentityRemoval, Loss, RemovalConsent, Standing},
};
use warifu_protocol::ErrorCode;

use crate::world::{DAY, Enrolled, PASSWORD, Pc, code, flow};

fn consent(user: &str, loss: Loss) -> Option<RemovalConsent> {
    Some(RemovalConsent { user_id: user.parse().unwrap(), loss })
}

fn keys(pc: &Pc) -> usize {
    std::fs::read_dir(pc.dir.join("keys")).map_or(0, |entries| {
        entries.filter(|entry| entry.as_ref().unwrap().path().is_file()).count()
    })
}

#[test]
fn a_usable_certificate_goes_only_when_the_user_knows_what_is_lost() {
    flow(async |world| {
        let Enrolled { provider: _provider, user, pc, profile, identity } = world.enrolled().await;
        let kept = Ok(IdentityRemoval::Unconfirmed { loss: Loss::Login });
        let with_key = keys(&pc);
        for consent in [
            None,
            consent("kanri01", Loss::Nothing),
            consent("kanri01", Loss::Expired),
            consent("kanri01", Loss::Issuance),
            // A list that is shown may be old.
            consent("tanto01", Loss::Login),
        ] {
            assert_eq!(pc.client.remove_identity(identity.id, consent).await, kept);
        }
        let in_use = pc.client.remove_profile(profile).await.unwrap();
        assert_eq!(in_use, ProfileRemoval::InUse { users: 1 });
        pc.log_in(&identity).await.logout().await.unwrap();

        let agreed = consent("kanri01", Loss::Login);
        for _twice in 0..2 {
            let removed = pc.client.remove_identity(identity.id, agreed.clone()).await;
            assert_eq!(removed, Ok(IdentityRemoval::Removed));
        }
        assert_eq!(pc.client.overview().await.unwrap().identities, []);
        assert!(keys(&pc) < with_key, "the key is still here");
        // What was lost.
        let again = pc.start_enrolment(profile, &user, PASSWORD.to_owned()).await;
        assert_eq!(code(again), ErrorCode::AlreadyIssued);

        assert_eq!(pc.client.remove_profile(profile).await, Ok(ProfileRemoval::Removed));
        assert_eq!(pc.client.overview().await.unwrap().profiles, []);
    });
}

#[test]
fn a_clock_that_is_a_year_ahead_does_not_pass_a_certificate_off_as_dead() {
    flow(async |world| {
        let Enrolled { provider: _provider, pc, identity, .. } = world.enrolled().await;
        let ahead = pc.restart(world.clock_ahead(400 * DAY));
        let shown = ahead.client.overview().await.unwrap().identities;
        assert_eq!(shown[0].standing, Standing::Expired);
        let asked = ahead.client.remove_identity(identity.id, None).await;
        assert_eq!(asked, Ok(IdentityRemoval::Unconfirmed { loss: Loss::Expired }));

        // The dialog was open while the clock was set right.
        let right = ahead.restart(world.clock());
        let agreed = consent("kanri01", Loss::Expired);
        let kept = right.client.remove_identity(identity.id, agreed).await;
        assert_eq!(kept, Ok(IdentityRemoval::Unconfirmed { loss: Loss::Login }));
        right.log_in(&identity).await;
    });
}
