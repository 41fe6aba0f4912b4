use std::path::Path;

use super::*;

const CLIENT: &str = r#"
[web]
url = "https://login.example.jp"
listen = "127.0.0.1:8445"
behind_proxy = ["127.0.0.1"]
[[client]]
id = "claims"
title = { ja = "債権照会", en = "Claims" }
redirect_uris = ["https://www.example.jp/warifu/redirect_uri"]
accept_undelivered = true
require_permission = ["claims.apply"]
"#;
const SECRET: &str = "authentication = 'client_secret_basic'\n\
    secret_hash = 'sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'";
const KEY: &str = "authentication = 'private_key_jwt'\njwks_file = 'claims.json'";

fn config(proof: &str) -> Config {
    let names = [String::from("localhost")];
    let (a, b) = ("127.0.0.1:8443".parse().unwrap(), "127.0.0.1:8444".parse().unwrap());
    let text = crate::config::template("id", "サンプル", &names, a, b, None, None);
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("warifu.toml"), format!("{text}{CLIENT}{proof}")).unwrap();
    Config::load(Path::new(dir.path())).unwrap()
}

#[test]
fn each_engine_is_told_the_clients_own_facts_in_both_ways_of_proving() {
    let id: ClientId = "claims".parse().unwrap();
    for proof in [SECRET, KEY] {
        let config = config(proof);
        for engine in Engine::value_variants() {
            let text = text(&config, *engine, &id).unwrap();
            for fact in ["https://login.example.jp", "claims", "https://www.example.jp"] {
                assert!(text.contains(fact), "{engine:?} lacks {fact}:\n{text}");
            }
            // Nobody is known by an address of e-mail, which nobody has proved.
            assert!(!text.contains("email_claim = \"email\""), "{engine:?}");
            assert!(!text.contains("sha256:"), "{engine:?}");
        }
    }
    let apache = text(&config(SECRET), Engine::ModAuthOpenidc, &id).unwrap();
    assert!(apache.contains("Require claim permissions:claims.apply"));
    assert!(apache.contains("<Location /warifu/redirect_uri>"));
    let other: ClientId = "other".parse().unwrap();
    assert!(text(&config(SECRET), Engine::Spring, &other).is_err());
}
