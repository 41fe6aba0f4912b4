//! `check`: each thing that the backend needs is seen while it is good, and named when it is not.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command};

use serde_json::Value;
use system_tests::clock::time_travel;

use crate::{
    mail_server::{MailServer, Security},
    world::flow,
};

/// What was seen: state, about, text; and whether the command was content.
pub(crate) fn seen(command: &mut Command) -> (Vec<[String; 3]>, bool) {
    let output = command.arg("--json").output().unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let findings = said["findings"].as_array().unwrap().iter();
    let told = findings.map(|it| ["state", "about", "text"].map(|key| text(it, key))).collect();
    assert_eq!(output.status.code(), Some(i32::from(!output.status.success())));
    (told, output.status.success())
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn names_each_thing_that_is_not_as_the_backend_needs_it() {
    flow(async |world| {
        let server = MailServer::start(&world, Security::StartTls);
        let provider = world.provider().await.reconfigure(&world, &server.section()).await;
        let dir = provider.dir().to_owned();
        let check = || {
            let mut command = provider.serve_command();
            let program = command.get_program().to_owned();
            command = Command::new(program);
            command.arg("check").arg("--dir").arg(&dir);
            command
        };
        let (told, content) = seen(&mut check());
        assert!(content, "{told:#?}");
        for about in
            ["files", "disk", "authority", "server certificate", "database", "clock", "mail"]
        {
            assert!(told.iter().any(|[_, found, _]| found == about), "nothing of {about}");
        }
        assert!(server.letters().is_empty(), "a check is no letter");

        // Only what is named is wrong.
        let is_wrong = |command: &mut Command, about: &str, part: &str| {
            let (told, content) = seen(command);
            let wrong: Vec<_> = told.iter().filter(|[state, ..]| state == "wrong").collect();
            assert!(!content && wrong.iter().all(|[_, found, _]| found == about), "{told:#?}");
            assert!(wrong.iter().any(|[.., text]| text.contains(part)), "{wrong:?}");
        };
        for (file, mode, part) in [
            ("authority.key", 0o640, "read or change"),
            ("warifu.sqlite", 0o604, "read or change"),
            ("", 0o750, "read or change"),
            ("warifu.toml", 0o662, "can change"),
        ] {
            let path = dir.join(file);
            let before = fs::metadata(&path).unwrap().permissions().mode();
            set_mode(&path, mode);
            is_wrong(&mut check(), "files", part);
            set_mode(&path, before);
        }
        let slow = time_travel("-2h").unwrap();
        is_wrong(check().envs(slow), "clock", "seconds behind the last row of the record");
        let late = time_travel("+4000d").unwrap();
        is_wrong(check().envs(late), "authority", "its certificate has ended");
        server.spoil_password();
        is_wrong(&mut check(), "mail", "");

        provider.configure("", "\n[mail]\nhost = 'localhost'\nport = 1\nsecurity = 'none'\nfrom = 'a@warifu.example'\n");
        is_wrong(&mut check(), "mail", "");
        provider.configure("", "");
        let (told, content) = seen(&mut check());
        assert!(content && told.iter().any(|[state, about, _]| state == "note" && about == "mail"));

        let key = fs::read_to_string(dir.join("authority.key")).unwrap();
        fs::write(dir.join("authority.key"), key.replace('A', "B")).unwrap();
        is_wrong(&mut check(), "authority", "");
    });
}
