//! A disk that is full or cannot be written, on the PC and at the provider: named, and nothing that
//! was acknowledged is lost.
//!
//! Each disk is a small file system in memory, mounted where nobody else sees it.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use warifu_client::{Client, Session, system_clock, view::Standing};
use warifu_keystore::Stores;
use warifu_protocol::{ErrorCode, UserQuery};

use crate::{
    administration::{administrator, form},
    console::Console,
    renewal::{LATE, finish, keys, log_in_late, only},
    world::{PASSWORD, Pc, World, flow_with_own_mounts},
};

/// How much is left on a full disk, in KiB: from nothing to what is enough, so that it fills up at
/// another step each time.
const SPARE: [usize; 8] = [0, 4, 12, 20, 32, 48, 80, 160];

/// A small disk, mounted over a folder.
pub(crate) struct Disk {
    dir: PathBuf,
}

impl Disk {
    pub(crate) fn mount(dir: &Path, size: &str) -> Self {
        fs::create_dir_all(dir).unwrap();
        let options = format!("size={size}");
        mount(&["-t", "tmpfs", "-o", &options, "tmpfs"], dir);
        Self { dir: dir.to_owned() }
    }

    /// Writes it full but for `spare` KiB.
    fn fill(&self, spare: usize) {
        let mut filler = fs::File::create(self.filler()).unwrap();
        while filler.write(&[0; 4096]).is_ok_and(|written| written > 0) {}
        let full = filler.metadata().unwrap().len();
        filler.set_len(full.saturating_sub(spare as u64 * 1024)).unwrap();
    }

    fn free(&self) {
        fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.dir.join("filler")
    }

    pub(crate) fn set_writable(&self, writable: bool) {
        mount(&["-o", if writable { "remount,rw" } else { "remount,ro" }], &self.dir);
    }
}

fn mount(arguments: &[&str], dir: &Path) {
    let status = Command::new("mount").args(arguments).arg(dir).status().unwrap();
    assert!(status.success(), "mount {arguments:?} failed");
}

#[test]
fn an_issuance_that_fills_the_disk_is_continued() {
    flow_with_own_mounts(async |world| {
        let provider = world.provider().await;
        let mut failed = 0;
        for spare in SPARE {
            let user = provider.add_customer("kanri01");
            let disk = Disk::mount(&world.dir.join(format!("pc-{spare}")), "2m");
            let pc = Pc::start(disk.dir.clone(), world.clock());
            let profile = pc.add_profile(provider.profile()).await;
            disk.fill(spare);
            let mut password = user.initial_password.clone();
            let ended = async {
                let begun = pc.start_enrolment(profile, &user, password.clone());
                let mut enrolment = begun.await?;
                enrolment.change_password(PASSWORD.to_owned().into()).await?;
                password = PASSWORD.to_owned();
                enrolment.issue(|_| {}).await
            };
            let ended = ended.await;
            disk.free();
            let pc = pc.restart(world.clock());
            pc.client.sweep_orphaned_keys().await.unwrap();
            if let Err(failure) = ended {
                assert_eq!(failure.code, ErrorCode::DiskFull, "{spare} KiB: {failure:?}");
                failed += 1;
                let again = pc.start_enrolment(profile, &user, password.clone()).await;
                let mut again = again.unwrap();
                if password != PASSWORD {
                    again.change_password(PASSWORD.to_owned().into()).await.unwrap();
                }
                again.issue(|_| {}).await.unwrap();
            }
            let issued = only(&pc).await;
            assert!(matches!(issued.standing, Standing::Usable { .. }), "{spare} KiB");
            assert_eq!(keys(&pc), 1, "{spare} KiB");
            assert_eq!(provider.certificates_of(&user), 1, "{spare} KiB");
            pc.log_in(&issued).await;
        }
        assert!((2..SPARE.len()).contains(&failed), "{failed} of {SPARE:?} KiB failed");
    });
}

#[test]
fn a_renewal_that_fills_the_disk_is_finished() {
    flow_with_own_mounts(async |world| {
        let provider = world.provider().await;
        let (mut failed, mut opened) = (0, 0);
        for spare in SPARE {
            let user = provider.add_customer("kanri01");
            let disk = Disk::mount(&world.dir.join(format!("pc-{spare}")), "2m");
            let pc = Pc::start(disk.dir.clone(), world.clock());
            let profile = pc.add_profile(provider.profile()).await;
            let identity = pc.issue(profile, &user).await;
            world.advance(LATE);
            let mut session = log_in_late(&pc, &identity).await;
            disk.fill(spare);
            let ended = session.renew(|_| {}).await.map(drop);
            drop(session);
            if let Err(failure) = &ended {
                assert_eq!(failure.code, ErrorCode::DiskFull, "{spare} KiB: {failure:?}");
                failed += 1;
                match pc.prove(&identity).await {
                    Ok(_) => opened += 1,
                    // The next one is in use already, which nobody could write down.
                    Err(failure) => assert_eq!(failure.code, ErrorCode::DiskFull, "{spare} KiB"),
                }
            }
            disk.free();
            let pc = pc.restart(world.clock());
            pc.client.sweep_orphaned_keys().await.unwrap();
            finish(&pc, &only(&pc).await).await;
            let renewed = only(&pc).await;
            assert_eq!(renewed.renewal, None, "{spare} KiB");
            assert_eq!(keys(&pc), 1, "{spare} KiB");
            log_in_late(&pc, &renewed).await;
            world.advance(-LATE);
        }
        assert!((2..SPARE.len()).contains(&failed), "{failed} of {SPARE:?} KiB failed");
        assert!(opened >= 1, "a full disk barred the door each time");
    });
}

#[test]
fn a_home_that_cannot_be_written_is_named() {
    flow_with_own_mounts(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let disk = Disk::mount(&world.dir.join("pc"), "4m");
        let pc = Pc::start(disk.dir.clone(), world.clock());
        let profile = pc.add_profile(provider.profile()).await;
        let identity = pc.issue(profile, &user).await;
        drop(pc);
        disk.set_writable(false);
        let stores = Stores::software(disk.dir.join("keys"));
        let refused = Client::open(&disk.dir, stores, system_clock()).map(drop).unwrap_err();
        assert_eq!(refused.code, ErrorCode::StorageFailed);
        assert!(
            format!("{:?}", refused.details).contains("pc"),
            "the folder is named: {refused:?}"
        );
        disk.set_writable(true);
        let pc = Pc::start(disk.dir.clone(), world.clock());
        pc.log_in(&identity).await;
    });
}

#[test]
fn the_console_program_names_a_folder_that_cannot_be_written() {
    flow_with_own_mounts(async |world| {
        let disk = Disk::mount(&world.dir.join("pc"), "1m");
        disk.set_writable(false);
        let console = Console::on(&world, "pc");
        console.run(&["status", "--json"]).ends_with(1).error("storage-failed");
        disk.set_writable(true);
        disk.fill(0);
        console.run(&["status", "--json"]).ends_with(1).error("disk-full");
        disk.free();
        console.run(&["status", "--json"]).ends_with(4);
    });
}

#[test]
fn a_provider_whose_disk_is_full_says_so_and_goes_on_afterwards() {
    flow_with_own_mounts(async |world| {
        let disk = Disk::mount(&world.dir.join("disk"), "4m");
        let (provider, _pc, session, user) = administrator(&World::beside(&world, "disk")).await;
        let mut acknowledged = vec![user.user_id.clone()];
        let mut refused = 0;
        for (round, spare) in SPARE.into_iter().enumerate() {
            disk.fill(spare);
            for number in 0..40 {
                let id = format!("user{round:02}{number:02}");
                match session.create_user(form(&id, &[])).await {
                    Ok(_) => acknowledged.push(id),
                    Err(failure) => {
                        assert_eq!(failure.code, ErrorCode::BackendFailed, "{failure:?}");
                        refused += 1;
                        break;
                    }
                }
            }
            disk.free();
            // Nobody has to start it again.
            let id = format!("after{round:02}");
            session.create_user(form(&id, &[])).await.unwrap();
            acknowledged.push(id);
        }
        assert!(refused >= 2, "the disk was never full");
        let mut kept = all_users(&session).await;
        kept.sort();
        acknowledged.sort();
        assert_eq!(kept, acknowledged);
        assert!(provider.run(&["audit", "verify"]).starts_with("whole"));
        assert_eq!(
            provider.audited(&user, "user-created"),
            acknowledged.len() - 1,
            "the first came otherwise"
        );
    });
}

/// The IDs of the customer's users, page by page.
pub(crate) async fn all_users(session: &Session) -> Vec<String> {
    let mut users = Vec::new();
    let mut query = UserQuery::default();
    loop {
        let page = session.users(query.clone()).await.unwrap();
        users.extend(page.users.into_iter().map(|user| user.user_id.to_string()));
        let Some(next) = page.next else { return users };
        query.after = Some(next);
    }
}
