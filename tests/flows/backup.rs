//! Backup while serving, restore into an empty folder, and a record that somebody has edited (SPEC I, J).

use crate::world::{Enrolled, flow};

#[test]
fn a_restored_backup_lets_the_certificates_of_its_time_in() {
    flow(async |world| {
        let Enrolled { provider, user, pc, identity, .. } = world.enrolled().await;
        pc.log_in(&identity).await;

        let backup = world.dir.join("backup");
        let backup = backup.to_str().unwrap();
        provider.run(&["backup", backup]);
        // Into a folder that is not empty nothing is written.
        assert!(provider.refusal(&["backup", backup]).contains("not empty"));
        let provider = provider.stopped().await;

        let restored = provider.restored(&world, backup, "restored").await;
        let mut session = pc.log_in(&identity).await;
        session.refresh().await.unwrap();
        restored.assert_audited(&user, "login");
        assert!(restored.run(&["audit", "verify"]).starts_with("whole"));
        let refusal = provider.restore_refusal(backup, &world.dir.join("restored"));
        assert!(refusal.contains("not empty"), "{refusal}");
    });
}

#[test]
fn an_edited_record_is_named_and_its_backup_is_not_restored() {
    flow(async |world| {
        let Enrolled { provider, pc, identity, .. } = world.enrolled().await;
        pc.log_in(&identity).await;
        let backup = world.dir.join("backup");
        provider.run(&["backup", backup.to_str().unwrap()]);
        let edited = rusqlite::Connection::open(backup.join("warifu.sqlite")).unwrap();
        edited.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 3", []).unwrap();
        drop(edited);
        let target = world.dir.join("never");
        let said = provider.restore_refusal(backup.to_str().unwrap(), &target);
        assert!(said.contains("broken at row 3"), "{said}");
        assert!(!target.exists());
    });
}
