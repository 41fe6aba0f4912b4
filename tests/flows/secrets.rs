//! Canary search: no password, token or key in what either side leaves on disk.

use std::{fs, io, path::Path};

use crate::{
    provider::Provider,
    world::{PASSWORD, flow},
};

flow! {
    async fn neither_side_leaves_a_secret_on_disk_or_in_a_log(world: World) {
        let provider = Provider::start(&world).await;
        let user = provider.add_customer("kanri01");
        let pc = world.pc("pc");
        let profile = pc.add_profile(provider.profile()).await;
        let identity = pc.issue(profile, &user).await;
        let wrong = "Canary#4321";
        pc.prove(&identity).await.unwrap().submit(wrong.to_owned()).await.unwrap_err();
        let session = pc.log_in(&identity).await;
        session.logout().await.unwrap();
        provider.stop().await;

        let canaries = [PASSWORD, user.initial_password.as_str(), wrong];
        drop(pc);
        // SQLite folds its logs away while the last connections close: look until nothing moves.
        let searched = loop {
            let mut searched = 0;
            if search(&world.dir, &canaries, &mut searched) {
                break searched;
            }
        };
        assert!(searched > 10, "the search saw only {searched} files");
    }
}

/// Looks into every file; false if one of them went away meanwhile.
fn search(dir: &Path, canaries: &[&str], searched: &mut u32) -> bool {
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let Ok(kind) = entry.file_type() else { return false };
        if kind.is_dir() {
            if !search(&entry.path(), canaries, searched) {
                return false;
            }
        } else if kind.is_file() {
            *searched += 1;
            let content = match fs::read(entry.path()) {
                Ok(content) => content,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return false,
                Err(error) => panic!("{}: {error}", entry.path().display()),
            };
            for canary in canaries {
                let found = content.windows(canary.len()).any(|part| part == canary.as_bytes());
                assert!(!found, "{canary} stands in {}", entry.path().display());
            }
        }
    }
    true
}
