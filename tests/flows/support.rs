//! The support bundle: what is in it, and what never is (SPEC L).

use std::io::{Cursor, Read as _};

use crate::world::{LoggedIn, PASSWORD, flow};

#[test]
fn the_bundle_tells_support_everything_but_secrets() {
    flow(async |world| {
        let LoggedIn { provider: _provider, user, pc, session, .. } = world.logged_in().await;
        let transfer = session.create_transfer_code().await.unwrap().code.to_string();
        let results = pc.client.diagnose(|_| {}).await;
        // A careless line, as another crate may write it.
        let key =
            "-----BEGIN PRIVATE KEY-----\nTUlHSEFnRUFNQk1HQnlxR1NNNDk\n-----END PRIVATE KEY-----";
        let log = format!("GET /v1/session 200\npassword={PASSWORD}\ncode {transfer}\n{key}\n");
        let bundle = pc.client.support_bundle(&results, log.into_bytes()).await.unwrap();

        let mut archive = zip::ZipArchive::new(Cursor::new(bundle)).unwrap();
        let names: Vec<_> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        for name in
            ["diagnosis.json", "diagnosis.txt", "settings.json", "environment.json", "log.txt"]
        {
            assert!(names.iter().any(|found| found == name), "{name} is not among {names:?}");
        }
        let mut all = String::new();
        for index in 0..archive.len() {
            archive.by_index(index).unwrap().read_to_string(&mut all).unwrap();
        }
        assert!(all.contains("GET /v1/session 200"));
        assert!(all.contains(&user.user_id));
        for secret in [PASSWORD, &user.initial_password, &transfer, "TUlHSEFnRUFNQk1HQnlxR1NNNDk"] {
            assert!(!all.contains(secret), "a secret is in the bundle");
        }
    });
}
