//! The login that opens services, as a service of another make sees it: a certified client library, and a
//! second implementation of JOSE over every token (SPEC M).

use std::{collections::BTreeSet, path::Path};

use serde_json::{Value, json};
use system_tests::site::Site;
use warifu_client::view::EntryOpening;
use warifu_protocol::HandoffState;

use crate::{
    other_make::{CLIENT, OtherMake, PAGE},
    provider::Provider,
    world::{LoggedIn, PASSWORD, World, flow},
};

/// A provider whose menu opens the service, and its user logged in in the app and in the service's browser.
struct Opened {
    node: OtherMake,
    login: Site,
    world_user: LoggedIn,
    /// The token of the handoff.
    token: String,
}

/// The provider with its login, and the service.
async fn with_a_service(world: &World) -> (OtherMake, Site, LoggedIn) {
    let login = Site::set_up(&world.dir.join("login"), "localhost").unwrap();
    let mut node = OtherMake::start(&login);
    let LoggedIn { provider, user, pc, identity, session } = world.logged_in().await;
    drop(session);
    let section = node.section(provider.dir());
    // The main menu leads to a page of the service's that nobody opens here.
    let provider = provider.stopped().await;
    let file = provider.dir().join("warifu.toml");
    let text = std::fs::read_to_string(&file).unwrap().replace(
        "url = \"https://www.example.jp/claims\"",
        &format!("url = \"{PAGE}\"\nclient = \"{CLIENT}\""),
    );
    std::fs::write(&file, text).unwrap();
    let web = format!(
        "[web]\nurl = \"{}\"\nlisten = \"{}\"\ncertificate_file = \"{}\"\nkey_file = \"{}\"\n",
        login.origin(),
        login.listen(),
        login.certificate().display(),
        login.key().display()
    );
    let provider = provider.reconfigure(world, &format!("{web}\n{section}")).await;
    let session = pc.log_in(&identity).await;
    (node, login, LoggedIn { provider, user, pc, identity, session })
}

/// One request of the service's browser.
fn browse(
    node: &mut OtherMake,
    method: &str,
    url: &str,
    body: Option<&Value>,
    login: &Site,
) -> Value {
    let mut headers = json!({ "user-agent": "Mozilla/5.0 Firefox/153.0" });
    if let Some(body) = body {
        headers["origin"] = json!(login.origin());
        headers["content-type"] = json!("application/json");
        headers["sec-fetch-site"] = json!("same-origin");
        let body = body.to_string();
        return node.job(
            "browse",
            json!({ "method": method, "url": url, "body": body, "headers": headers }),
        );
    }
    headers["sec-fetch-site"] = json!("none");
    headers["sec-fetch-mode"] = json!("navigate");
    headers["sec-fetch-dest"] = json!("document");
    node.job("browse", json!({ "method": method, "url": url, "headers": headers }))
}

async fn opened(world: &World) -> Opened {
    let (mut node, login, logged_in) = with_a_service(world).await;
    node.job("discover", json!({ "issuer": login.origin() }));
    let opened = logged_in.session.open_entry("claims").await.unwrap();
    let address = opened.address.expose().to_owned();
    let (page, token) = address.split_once('#').unwrap();
    let EntryOpening::Handoff { id, .. } = opened.view else { panic!("no handoff") };
    let shown = browse(&mut node, "GET", page, None, &login);
    assert_eq!(shown["status"], 200);
    let url = login.at("/handoff");
    let post = |node: &mut OtherMake, body: Value| {
        let said = browse(node, "POST", &url, Some(&body), &login);
        serde_json::from_str::<Value>(said["text"].as_str().unwrap()).unwrap()
    };
    let asked = post(&mut node, json!({ "token": token }));
    assert_eq!(asked["outcome"], "ask");
    assert_eq!(asked["user_id"], "kanri01");
    let asked = post(&mut node, json!({ "token": token, "confirmed": true }));
    assert_eq!(asked["outcome"], "ask-app");
    assert_eq!(logged_in.session.handoff(&id).await.unwrap().state, HandoffState::Confirm);
    logged_in.session.answer_handoff(&id, true).await.unwrap();
    let opened = post(&mut node, json!({ "token": token, "confirmed": true }));
    assert_eq!(opened["outcome"], "opened", "{opened}");
    assert_eq!(logged_in.session.handoff(&id).await.unwrap().state, HandoffState::Opened);
    let token = token.to_owned();
    Opened { node, login, world_user: logged_in, token }
}

#[test]
fn a_certified_client_finds_everything_as_the_specifications_say() {
    flow(async |world| {
        let Opened { mut node, login, world_user, token } = opened(&world).await;
        let LoggedIn { provider, user, pc, session, .. } = world_user;
        let answer = node.job("logIn", json!({}));
        let claims = &answer["claims"];
        assert_eq!(answer["header"]["alg"], "ES256");
        assert_eq!(answer["same"], true, "two implementations read one token: {answer}");
        assert_eq!(claims["iss"], login.origin());
        assert_eq!(claims["aud"], "node");
        assert_eq!(claims["customer_number"], user.number.as_str());
        assert_eq!(claims["user_id"], user.user_id.as_str());
        assert_eq!(claims["preferred_username"], format!("{}/{}", user.number, user.user_id));
        assert_eq!(claims["customer_name"], system_tests::backend::CUSTOMER_NAME);
        assert_eq!(claims["certificate_assurance"], "software");
        assert_eq!(claims["groups"], claims["permissions"]);
        assert!(claims["permissions"].as_array().unwrap().contains(&json!("claims.view")));
        assert!(claims["email"].is_null(), "an address that nobody has proved");
        let lifetime = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
        assert_eq!(lifetime, 300);
        assert_eq!(answer["userinfo"]["sub"], claims["sub"]);
        assert_eq!(answer["userinfo"]["permissions"], claims["permissions"]);
        // RFC 6749 §4.1.2: a code that comes twice is refused, and what it brought ends.
        assert_eq!(answer["again"], "invalid_grant");
        assert_eq!(node.job("userinfo", json!({}))["status"], 401);
        assert_eq!(node.job("refresh", json!({}))["refused"], "invalid_grant");

        // The same browser, asked again: silently, the same user, the same `sid`.
        let again = node.job("logIn", json!({ "hint": claims["sub"], "once": true }));
        assert_eq!(again["claims"]["sub"], claims["sub"]);
        assert_eq!(again["claims"]["sid"], claims["sid"]);
        let fresh = node.job("refresh", json!({}));
        assert!(fresh["refused"].is_null(), "{fresh}");
        assert_eq!(node.job("userinfo", json!({}))["status"], 200);

        // Names of keys are thumbprints (RFC 7638), and nothing private is published.
        let keys = node.job("keys", json!({}));
        let set = keys["set"]["keys"].as_array().unwrap();
        let named: Vec<_> = set.iter().map(|key| key["kid"].clone()).collect();
        assert_eq!(json!(named), keys["names"]);
        assert!(set.iter().all(|key| key["d"].is_null() && key["alg"] == "ES256"), "{keys}");
        assert!(named.contains(&answer["header"]["kid"]));

        // Suspended: the service is told at once, by a token that both implementations take.
        provider.run(&["user", "suspend", "--customer", &user.number, "--user", &user.user_id]);
        let told = told(&mut node, 2);
        let last = told.last().unwrap();
        assert!(last["wrong"].is_null(), "{last}");
        assert_eq!(last["header"]["typ"], "logout+jwt");
        assert_eq!(last["claims"]["sid"], claims["sid"]);
        assert_eq!(last["claims"]["sub"], claims["sub"]);
        assert!(last["claims"]["nonce"].is_null());
        assert_eq!(node.job("refresh", json!({}))["refused"], "invalid_grant");
        assert_eq!(node.job("userinfo", json!({}))["status"], 401);
        let refused = node.job("logIn", json!({}));
        assert_eq!(refused["status"], 403, "{refused}");

        nothing_is_left(&mut node, &provider, &pc.dir, &answer, &token);
        let results = pc.client.diagnose(|_| {}).await;
        let bundle = pc.client.support_bundle(&results, Vec::new()).await.unwrap();
        assert!(!bundle.windows(token.len()).any(|part| part == token.as_bytes()));
        drop(session);
    });
}

/// Waits until the service has been told of so many ended logins.
fn told(node: &mut OtherMake, count: usize) -> Vec<Value> {
    system_tests::wait::until("the service is told", || {
        let told = node.job("told", json!({}))["told"].as_array().unwrap().clone();
        Ok((told.len() >= count).then_some(told))
    })
    .unwrap()
}

/// No secret that went over the wire is in the database, in a log, in the record, or on the PC.
fn nothing_is_left(
    node: &mut OtherMake,
    provider: &Provider,
    pc: &Path,
    answer: &Value,
    token: &str,
) {
    let list = answer["secrets"].as_array().unwrap();
    let mut secrets: BTreeSet<String> =
        list.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    secrets.insert(token.to_owned());
    let cookies = node.job("cookies", json!({}));
    for (_, value) in cookies["cookies"].as_object().unwrap() {
        secrets.insert(value.as_str().unwrap().to_owned());
    }
    secrets.insert(PASSWORD.to_owned());
    assert!(secrets.len() >= 7, "{secrets:?}");
    for folder in [provider.dir(), pc] {
        for file in files(folder) {
            let bytes = std::fs::read(&file).unwrap();
            for secret in &secrets {
                let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
                assert!(!found, "a secret is in {}", file.display());
            }
        }
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found
}

#[test]
fn a_service_whose_clock_is_two_minutes_off_works() {
    flow(async |world| {
        let Opened { mut node, world_user, .. } = opened(&world).await;
        // The backend's clock is what moves: the service's assertions are then old, or early.
        for seconds in [120, -240] {
            world.advance(seconds);
            let fresh = node.job("logIn", json!({ "once": true, "lenient": true }));
            assert_eq!(fresh["claims"]["user_id"], "kanri01", "{seconds}: {fresh}");
        }
        drop(world_user);
    });
}
