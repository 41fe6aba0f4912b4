//! What an app of version 0.1.0 meets, whose words are not those of today: it is told that it is too
//! old, by what it asks first, and wherever else it asks.

use serde::Deserialize;
use serde_json::{Value, json};
use warifu_protocol::OLDEST_APP;

use crate::{
    attacker::{Door, Raw, enrol, log_in},
    provider::Provider,
    world::{PASSWORD, flow},
};

/// The policy as version 0.1.0 reads it; more than the names of its password rules it does not take.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "what counts is that an answer can be read into it")]
struct Policy010 {
    service_name: String,
    server_time: i64,
    certificate_valid_days: u16,
    renewal_days: u16,
    warning_days: Vec<u16>,
    urgent_days: u16,
    transfer_seconds: u32,
    import_max_users: u32,
    password: Password010,
    app: Option<App010>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the same")]
struct Password010 {
    min_length: u8,
    max_length: u8,
    generations: u8,
    valid_days: u16,
    notice_days: u16,
    change_seconds: u16,
    tries: u8,
}

#[derive(Debug, Deserialize)]
struct App010 {
    newest: String,
    oldest: String,
    download_url: Option<String>,
}

/// What version 0.1.0 sends with each request.
const HEADERS: &str = "accept: application/json\r\nuser-agent: Warifu/0.1.0\r\n";

/// Its requests, in the order in which it makes them, with the body of those that have one.
const ENROLMENT: [(&str, &str); 3] = [
    ("POST", "/v1/enrolments"),
    ("POST", "/v1/enrolments/password"),
    ("POST", "/v1/enrolments/certificate"),
];
const SERVICE: [(&str, &str); 18] = [
    ("GET", "/v1/identity"),
    ("POST", "/v1/sessions"),
    ("POST", "/v1/password"),
    ("GET", "/v1/session"),
    ("DELETE", "/v1/session"),
    ("POST", "/v1/renewals"),
    ("POST", "/v1/use"),
    ("POST", "/v1/password-changes"),
    ("PUT", "/v1/session/password"),
    ("POST", "/v1/transfers"),
    ("GET", "/v1/administration"),
    ("GET", "/v1/users?limit=50"),
    ("POST", "/v1/users"),
    ("PUT", "/v1/users/tanaka"),
    ("POST", "/v1/users/tanaka/acts"),
    ("POST", "/v1/imports"),
    ("POST", "/v1/exports"),
    ("GET", "/v1/audit"),
];

async fn ask_as_0_1_0(raw: &mut Raw, method: &str, path: &str, body: &Value) -> (u16, Value) {
    raw.ask_with(HEADERS, method, path, None, body).await.unwrap()
}

/// The answer to the first question on each listener: the policy, in which the app finds itself too old.
async fn first_answer(raw: &mut Raw) -> (Policy010, App010) {
    let (status, answer) = ask_as_0_1_0(raw, "GET", "/v1/policy", &Value::Null).await;
    assert_eq!(status, 200, "{answer}");
    let mut policy: Policy010 = serde_json::from_value(answer).unwrap();
    let app = policy.app.take().unwrap();
    assert_eq!(app.oldest, OLDEST_APP);
    (policy, app)
}

/// The failure for which version 0.1.0 has a text, with what the text needs.
#[track_caller]
fn assert_too_old(what: &str, (status, answer): (u16, Value)) {
    assert_eq!(status, 403, "{what}: {answer}");
    assert_eq!(
        answer,
        json!({
            "type": "urn:warifu:problem:app-too-old",
            "title": "app too old",
            "status": 403,
            "code": "app-too-old",
            "oldest_version": OLDEST_APP,
        }),
        "{what}"
    );
}

#[test]
fn version_0_1_0_is_told_that_it_is_too_old_and_nothing_happens() {
    flow(async |world| {
        let provider = Provider::start(&world).await;
        let (user, new) = (provider.add_customer("kanri01"), provider.add_customer("tanaka"));
        let holder = enrol(&provider, &user).await;
        let rows =
            provider.audited(&user, "login-failed") + provider.audited(&new, "enrolment-failed");

        let mut enrolment = Door::of(&provider, "enrolment_url", None).open().await.unwrap();
        let (policy, app) = first_answer(&mut enrolment).await;
        assert_eq!((policy.password.generations, policy.password.tries), (2, 5));
        assert_eq!(app.newest, env!("CARGO_PKG_VERSION"), "a provider that names no versions");
        assert_eq!(app.download_url, None);
        // With a wrong password, of which there must be no trace.
        let proof = json!({
            "customer_number": new.number, "user_id": new.user_id, "password": "Wrong#1234",
        });
        for (method, path) in ENROLMENT {
            assert_too_old(path, ask_as_0_1_0(&mut enrolment, method, path, &proof).await);
        }

        let door = Door::of(&provider, "service_url", Some(&holder));
        let mut service = door.open().await.unwrap();
        first_answer(&mut service).await;
        let login = json!({ "password": "Wrong#1234" });
        for (method, path) in SERVICE {
            assert_too_old(path, ask_as_0_1_0(&mut service, method, path, &login).await);
        }
        // Its diagnosis finds the backend there.
        let (status, health) = ask_as_0_1_0(&mut service, "GET", "/v1/health", &Value::Null).await;
        assert_eq!((status, health["version"].as_str()), (200, Some(env!("CARGO_PKG_VERSION"))));
        let now =
            provider.audited(&user, "login-failed") + provider.audited(&new, "enrolment-failed");
        assert_eq!(now, rows, "a password was looked at");
        assert_eq!(provider.failed_logins(&user), 0);
    });
}

#[test]
fn its_own_addresses_say_so_to_everybody_and_no_other_does() {
    flow(async |world| {
        let provider = Provider::start(&world).await;
        let user = provider.add_customer("kanri01");
        let holder = enrol(&provider, &user).await;
        let door = Door::of(&provider, "service_url", Some(&holder));
        let token = log_in(&door).await.unwrap();
        for path in ["/v1/use", "/v1/users/tanaka/acts"] {
            let answer = door.ask("POST", path, Some(&token), &json!({})).await.unwrap();
            assert_too_old(path, answer);
        }
        let (status, answer) = door.ask("POST", "/v1/used", None, &json!({})).await.unwrap();
        assert_eq!((status, answer["code"].as_str()), (404, Some("not-found")));

        // The app of today, and who says nothing of an app, are served.
        let mut raw = door.open().await.unwrap();
        let today = concat!("user-agent: Warifu/", env!("CARGO_PKG_VERSION"), "\r\n");
        for headers in [today, "user-agent: curl/8\r\n", ""] {
            let policy = raw.ask_with(headers, "GET", "/v1/policy", None, &Value::Null).await;
            let (status, policy) = policy.unwrap();
            assert_eq!((status, policy["password"]["max_attempts"].as_u64()), (200, Some(5)));
            let login = json!({ "password": PASSWORD });
            let answer = raw.ask_with(headers, "POST", "/v1/sessions", None, &login).await;
            assert_eq!(answer.unwrap().0, 200, "{headers}");
        }
    });
}

#[test]
fn the_providers_own_versions_are_what_it_is_told() {
    flow(async |world| {
        let provider = Provider::start(&world).await;
        let section = "[app]\nnewest_version = \"1.4.0\"\noldest_version = \"0.2.0\"\n\
                       download_url = \"https://www.example.jp/warifu\"\n";
        let provider = provider.reconfigure(&world, section).await;
        let mut raw = Door::of(&provider, "enrolment_url", None).open().await.unwrap();
        let (_, app) = first_answer(&mut raw).await;
        assert_eq!(app.newest, "1.4.0");
        assert_eq!(app.download_url.as_deref(), Some("https://www.example.jp/warifu"));
    });
}
