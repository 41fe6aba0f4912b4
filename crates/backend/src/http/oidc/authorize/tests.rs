use std::path::Path;

use proptest::prelude::*;

use super::*;

const URI: &str = "https://www.example.jp/r?a=b";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const SECTIONS: &str = r#"
[web]
url = "https://login.example.jp"
listen = "127.0.0.1:8445"
behind_proxy = ["127.0.0.1"]
[[client]]
id = "claims"
title = { ja = "債権照会", en = "Claims" }
redirect_uris = ["https://www.example.jp/r?a=b", "https://www.example.jp/other"]
accept_undelivered = true
post_logout_redirect_uris = ["https://www.example.jp/bye", "https://www.example.jp/bye?x=1"]
authentication = "client_secret_basic"
secret_hash = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
[[client]]
id = "other"
title = { ja = "債権照会", en = "Claims" }
redirect_uris = ["https://other.example.jp/r"]
accept_undelivered = true
authentication = "client_secret_basic"
secret_hash = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
"#;

pub(in crate::http::oidc) fn config() -> Config {
    let names = [String::from("localhost")];
    let (a, b) = ("127.0.0.1:8443".parse().unwrap(), "127.0.0.1:8444".parse().unwrap());
    let text = crate::config::template("id", "サンプル", &names, a, b, None, None);
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("warifu.toml"), format!("{text}{SECTIONS}")).unwrap();
    Config::load(Path::new(dir.path())).unwrap()
}

/// A good request, with one parameter in another form (a value) or without it (none).
fn changed(name: &str, value: Option<&str>) -> Result<Checked, Fault> {
    let mut all = vec![
        ("client_id", "claims"),
        ("redirect_uri", URI),
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("state", "割符"),
        ("nonce", "n"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    all.retain(|(named, _)| *named != name);
    all.extend(value.map(|value| (name, value)));
    let query = parameters::with("", &all);
    check(&config(), &Parameters::read(&query.as_bytes()[1..], parameters::MOST).unwrap())
}

fn told(result: Result<Checked, Fault>) -> &'static str {
    match result {
        Ok(_) => "",
        Err(Fault::Page(code)) => code.as_str(),
        Err(Fault::Told { error, .. }) => error,
    }
}

#[test]
fn each_parameter_is_looked_at() {
    let long_state = "s".repeat(1025);
    let long_nonce = "n".repeat(513);
    let table: [(&str, Option<&str>, &str); 42] = [
        ("x", None, ""),
        ("unknown", Some("1"), ""),
        ("nonce", None, ""),
        ("state", None, ""),
        ("display", Some("popup"), ""),
        ("acr_values", Some("urn:x"), ""),
        ("claims", Some("{}"), ""),
        ("response_mode", Some("query"), ""),
        ("prompt", Some("login"), ""),
        ("prompt", Some("none"), ""),
        ("prompt", Some("login consent"), ""),
        ("max_age", Some("0"), ""),
        ("login_hint", Some("x"), ""),
        ("client_id", None, "service-unknown"),
        ("client_id", Some("nobody"), "service-unknown"),
        ("client_id", Some("Claims"), "service-unknown"),
        ("client_id", Some("other"), "service-unknown"),
        ("redirect_uri", None, "service-unknown"),
        ("redirect_uri", Some("https://www.example.jp/r"), "service-unknown"),
        ("redirect_uri", Some("https://www.example.jp/r?a=b&c"), "service-unknown"),
        ("redirect_uri", Some("https://WWW.example.jp/r?a=b"), "service-unknown"),
        ("redirect_uri", Some("https://www.example.jp:443/r?a=b"), "service-unknown"),
        ("redirect_uri", Some("https://www.example.jp/r?a=b#"), "service-unknown"),
        ("redirect_uri", Some("https://evil.example.jp/r?a=b"), "service-unknown"),
        ("response_type", None, "invalid_request"),
        ("response_type", Some("token"), "unsupported_response_type"),
        ("response_type", Some("code id_token"), "unsupported_response_type"),
        ("response_mode", Some("form_post"), "invalid_request"),
        ("scope", None, "invalid_scope"),
        ("scope", Some("profile openidx"), "invalid_scope"),
        ("state", Some(&long_state), "invalid_request"),
        ("nonce", Some(&long_nonce), "invalid_request"),
        ("code_challenge", None, "invalid_request"),
        ("code_challenge", Some("short"), "invalid_request"),
        ("code_challenge_method", None, "invalid_request"),
        ("code_challenge_method", Some("plain"), "invalid_request"),
        ("request", Some("x"), "request_not_supported"),
        ("request_uri", Some("x"), "request_uri_not_supported"),
        ("registration", Some("x"), "registration_not_supported"),
        ("prompt", Some("none login"), "invalid_request"),
        ("prompt", Some("create"), "invalid_request"),
        ("max_age", Some("-1"), "invalid_request"),
    ];
    for (name, value, error) in table {
        assert_eq!(told(changed(name, value)), error, "{name} = {value:?}");
    }
}

#[test]
fn what_a_service_asks_for_arrives() {
    let checked = changed("prompt", Some("login")).unwrap();
    assert_eq!(
        checked.back,
        Return { redirect_uri: URI.to_owned(), state: Some("割符".to_owned()) }
    );
    assert!(checked.request.prompt_login && !checked.request.prompt_none);
    assert_eq!(checked.request.challenge, CHALLENGE);
    assert_eq!(changed("max_age", Some("60")).unwrap().request.max_age, Some(60));
    assert!(changed("prompt", Some("none")).unwrap().request.prompt_none);
}

#[test]
fn what_stands_there_twice_is_told_where_it_is_clear_whom() {
    let config = config();
    let query = |more: &str| {
        let base = parameters::with("", &[("client_id", "claims"), ("redirect_uri", URI)]);
        format!("{}&{more}", &base[1..])
    };
    let Fault::Told { back, error, .. } = repeated(&config, &query("scope=a&scope=b&state=s"))
    else {
        panic!("the service can be told");
    };
    assert_eq!((back.state.as_deref(), error), (Some("s"), "invalid_request"));
    let Fault::Told { back, .. } = repeated(&config, &query("state=a&state=b")) else {
        panic!("the service can be told");
    };
    assert_eq!(back.state, None);
    for twice in ["client_id=claims", "redirect_uri=https://evil.example.jp", "client_id=other"] {
        let fault = repeated(&config, &query(twice));
        assert_eq!(fault, Fault::Page(PageCode::ServiceUnknown), "{twice}");
    }
}

proptest! {
    /// Whatever is asked, nobody is sent to an address that is not the service's own.
    #[test]
    fn a_browser_goes_to_registered_addresses_alone(
        pairs in proptest::collection::vec((
            prop_oneof![
                Just(String::from("client_id")), Just(String::from("redirect_uri")),
                Just(String::from("state")), Just(String::from("prompt")), "[a-z_]{1,12}",
            ],
            prop_oneof![
                Just(String::from("claims")), Just(URI.to_owned()), Just(format!("{URI}.evil.jp")),
                Just(String::from("https://other.example.jp/r")), "\\PC{0,40}",
            ],
        ), 0..12),
    ) {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let query = parameters::with("", &pairs);
        let query = query.get(1..).unwrap_or_default();
        let config = config();
        let fault = match Parameters::read(query.as_bytes(), parameters::MOST) {
            Ok(parameters) => check(&config, &parameters).err(),
            Err(Unreadable::Repeated) => Some(repeated(&config, query)),
            Err(Unreadable::TooLong | Unreadable::NoForm) => None,
        };
        if let Some(Fault::Told { back, .. }) = fault {
            let all = config.clients.iter().flat_map(|client| &client.redirect_uris);
            prop_assert!(all.into_iter().any(|uri| *uri == back.redirect_uri));
        }
    }
}
