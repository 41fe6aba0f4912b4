//! Canary search: no password, token or key in what either side leaves on disk.

use std::{fs, io, os::unix::fs::PermissionsExt as _, path::Path};

use warifu_protocol::UserAction;

use crate::{
    administration::{act, administrator, form},
    attacker::Attacker,
    world::{Customer, Enrolled, PASSWORD, flow},
};

#[test]
fn neither_side_leaves_a_secret_on_disk_or_in_a_log() {
    flow(async |world| {
        let Enrolled { provider, user, pc, identity, .. } = world.enrolled().await;
        let wrong = "Canary#4321";
        pc.prove(&identity).await.unwrap().submit(wrong.to_owned().into()).await.unwrap_err();
        let session = pc.log_in(&identity).await;
        session.logout().await.unwrap();
        let attacker = Attacker::new(&provider);
        let credential = attacker.enrol(&provider.add_customer("tanaka")).await;
        let token = attacker.token(&credential).await;
        let third = provider.add_customer("suzuki");
        let grant = attacker.granted(&third).await;
        // A copy holds no more than the original.
        provider.run(&["backup", world.dir.join("backup").to_str().unwrap()]);
        provider.stop().await;

        let initial = [user.initial_password.as_str(), third.initial_password.as_str()];
        let canaries = [PASSWORD, initial[0], initial[1], wrong, &token, &grant];
        drop(pc);
        // SQLite folds its logs away while the last connections close: look until nothing moves.
        let searched = loop {
            let mut searched = 0;
            if search(&world.dir, &canaries, &mut searched) {
                break searched;
            }
        };
        assert!(searched > 10, "the search saw only {searched} files");
    });
}

#[test]
fn a_notice_is_the_only_place_of_an_initial_password_and_its_owners_alone() {
    flow(async |world| {
        let provider = world.provider().await;
        let notice = world.dir.join("notice.html");
        let add = ["customer", "add", "--name", "株式会社サンプル商事", "--user-id", "kanri01"];
        let html = ["--html", notice.to_str().unwrap(), "--json"];
        let told = provider.json(&[&add[..], &html[..]].concat());
        let password = told["initial_password"].as_str().unwrap();
        let escaped = password.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let escaped = escaped.replace('"', "&quot;").replace('\'', "&#39;");
        let page = fs::read_to_string(&notice).unwrap();
        // Each character has a box of its own.
        let boxes = page.split(r#"<span class="character"><strong>"#).skip(1);
        let spelled: String =
            boxes.filter_map(|rest| Some(rest.split_once("</strong>")?.0)).collect();
        assert_eq!(spelled, escaped, "the page is of no use");
        assert_eq!(fs::metadata(&notice).unwrap().permissions().mode() & 0o777, 0o600);
        fs::remove_file(&notice).unwrap();
        provider.run(&["backup", world.dir.join("backup").to_str().unwrap()]);
        provider.stop().await;
        let mut searched = 0;
        while !search(&world.dir, &[password], &mut searched) {}
        assert!(searched > 5, "the search saw only {searched} files");
    });
}

#[test]
fn a_deleted_user_leaves_no_secret() {
    flow(async |world| {
        let (provider, pc, session, administrator) = administrator(&world).await;
        let created = session.create_user(form("tanaka", &["claims.view"])).await.unwrap();
        let initial_password = created.initial_password.unwrap().expose().to_owned();
        let user = Customer { user_id: String::from("tanaka"), initial_password, ..administrator };
        let profile = pc.client.overview().await.unwrap().profiles[0].id;
        let identity = pc.issue(profile, &user).await;
        pc.log_in(&identity).await;
        let version = session.user("tanaka").await.unwrap().version;
        session.act_on_user("tanaka", act(version, UserAction::Delete)).await.unwrap();

        let backup = world.dir.join("backup");
        provider.run(&["backup", backup.to_str().unwrap()]);
        let copy = rusqlite::Connection::open(backup.join("warifu.sqlite")).unwrap();
        let count = |what: &str| -> i64 {
            let deleted = "SELECT id FROM account WHERE user_id = 'tanaka'";
            copy.query_row(&what.replace("$", deleted), [], |row| row.get(0)).unwrap()
        };
        assert_eq!(count("SELECT count(*) FROM account WHERE id IN ($)"), 1);
        for left in [
            "SELECT count(*) FROM account WHERE id IN ($)
             AND (password_hash <> '' OR email IS NOT NULL)",
            "SELECT count(*) FROM password_history WHERE account IN ($)",
            "SELECT count(*) FROM session WHERE account IN ($)",
            "SELECT count(*) FROM enrolment_grant WHERE account IN ($)",
            "SELECT count(*) FROM transfer WHERE account IN ($)",
        ] {
            assert_eq!(count(left), 0, "{left}");
        }
    });
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
