use std::path::Path;

use proptest::prelude::*;

use super::*;

const WEB: &str = "url = 'https://login.example.jp'\nlisten = '127.0.0.1:8445'\n\
                   certificate_file = 'login.pem'\nkey_file = 'login.key'";

const HASH: &str = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

fn client() -> Vec<(&'static str, String)> {
    [
        ("id", "'claims'"),
        ("title", "{ ja = '債権照会', en = 'Claims' }"),
        ("redirect_uris", "['https://www.example.jp/warifu/redirect_uri']"),
        (
            "backchannel_logout_uri",
            "'https://www.example.jp/warifu/redirect_uri?logout=backchannel'",
        ),
        ("authentication", "'client_secret_basic'"),
        ("secret_hash", &format!("'{HASH}'")),
    ]
    .map(|(key, value)| (key, value.to_owned()))
    .into()
}

/// The client with one line more, in another form (a value) or without it (no value).
fn changed(key: &'static str, value: &str) -> String {
    let mut lines = client();
    lines.retain(|(named, _)| *named != key);
    if !value.is_empty() {
        lines.push((key, value.to_owned()));
    }
    lines.iter().map(|(key, value)| format!("{key} = {value}\n")).collect()
}

/// What `init` writes, with sections behind it.
fn config(sections: &str) -> anyhow::Result<Config> {
    let names = ["localhost", "127.0.0.1", "::1"].map(String::from);
    let listen = ["127.0.0.1:8443", "127.0.0.1:8444"].map(|place| place.parse().unwrap());
    let text = crate::config::template("id", "サンプル", &names, listen[0], listen[1], None, None);
    Config::parse(&format!("{text}\n{sections}"), Path::new("/srv/warifu"))
}

fn with_client(lines: &str) -> anyhow::Result<Config> {
    config(&format!("[web]\n{WEB}\n[[client]]\n{lines}"))
}

fn web(lines: &str) -> anyhow::Result<Config> {
    config(&format!("[web]\n{lines}"))
}

#[test]
fn the_sections_that_init_explains_are_right_once_their_marks_are_taken_away() {
    let names = [String::from("localhost")];
    let (a, b) = ("127.0.0.1:8443".parse().unwrap(), "127.0.0.1:8444".parse().unwrap());
    let text = crate::config::template("id", "サンプル", &names, a, b, None, None);
    let lines = |section: &str| -> String {
        let (_, section) = text.split_once(&format!("# {section}\n")).unwrap();
        let (section, _) = section.split_once("\n\n").unwrap();
        let lines = section.lines().filter_map(|line| line.strip_prefix("# "));
        let is_key = |line: &&str| {
            let (key, rest) = line.split_once(" = ").unwrap_or_default();
            !rest.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        lines.filter(is_key).map(|line| format!("{line}\n")).collect()
    };
    let (web, client) = (lines("[web]"), lines("[[client]]"));
    // One of two ways, and prose that names the other.
    let web: String = web
        .lines()
        .filter(|line| !line.starts_with("behind_proxy"))
        .map(|l| format!("{l}\n"))
        .collect();
    let client: String = client
        .lines()
        .filter(|line| !line.starts_with("accept_undelivered"))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(web.lines().count(), 7, "{web}");
    assert_eq!(client.lines().count(), 14, "{client}");
    let config = config(&format!("[web]\n{web}\n[[client]]\n{client}")).unwrap();
    assert_eq!(config.clients.len(), 1);
}

#[test]
fn each_way_of_reaching_the_listener_is_whole() {
    let table = [
        (WEB, ""),
        (
            "url = 'https://login.example.jp'\nlisten = '127.0.0.1:1'\nbehind_proxy = ['127.0.0.1']",
            "",
        ),
        (
            "url = 'https://login.example.jp'\nlisten = '[::1]:1'\nbehind_proxy = ['10.0.0.1', '::1']",
            "",
        ),
        ("url = 'http://localhost:8445'\nlisten = '127.0.0.1:8445'", ""),
        ("url = 'https://login.example.jp'\nlisten = '127.0.0.1:1'", "behind_proxy"),
        (
            "url = 'https://login.example.jp'\nlisten = '0.0.0.0:1'\nbehind_proxy = ['127.0.0.1']",
            "0.0.0.0:1",
        ),
        ("url = 'https://a.jp'\nlisten = '127.0.0.1:1'\ncertificate_file = 'a'", "web.key_file"),
        ("url = 'https://a.jp'\nlisten = '127.0.0.1:1'\nkey_file = 'a'", "web.certificate_file"),
        (
            "url = 'https://a.jp'\nlisten = '127.0.0.1:1'\ncertificate_file = 'a'\nkey_file = 'b'\n\
             behind_proxy = ['127.0.0.1']",
            "web.behind_proxy",
        ),
        (
            "url = 'http://localhost'\nlisten = '127.0.0.1:1'\ncertificate_file = 'a'\nkey_file = 'b'",
            "not https",
        ),
        ("url = 'http://localhost'\nlisten = '127.0.0.1:8443'", "enrolment_listen"),
        ("url = 'http://localhost'\nlisten = '127.0.0.1:8444'", "service_listen"),
        (
            "url = 'https://localhost:8443'\nlisten = '127.0.0.1:1'\nbehind_proxy = ['127.0.0.1']",
            "enrolment_url",
        ),
        ("url = 'http://localhost'\nlisten = '127.0.0.1:1'\nkey_days = 0", "web.key_days"),
        ("url = 'http://localhost'\nlisten = '127.0.0.1:1'\nidle_seconds = 59", "web.idle_seconds"),
        ("url = 'http://localhost'\nlisten = '127.0.0.1:1'\nsame_address = 'note'", "same_address"),
    ];
    for (lines, named) in table {
        match web(lines) {
            Ok(_) => assert_eq!(named, "", "{lines}"),
            Err(error) => {
                let error = format!("{error:#}");
                assert!(!named.is_empty() && error.contains(named), "{lines}: {error}");
            }
        }
    }
}

#[test]
fn an_issuer_is_a_scheme_a_host_and_a_port() {
    let table = [
        ("https://login.example.jp", "https://login.example.jp"),
        (" HTTPS://Login.Example.JP:443/ ", "https://login.example.jp"),
        ("https://login.example.jp.:8445", "https://login.example.jp:8445"),
        ("https://[::1]:8445", "https://[::1]:8445"),
        ("http://localhost:8445", "http://localhost:8445"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:8445", "http://[::1]:8445"),
    ];
    for (text, url) in table {
        let issuer: Issuer = text.parse().unwrap();
        assert_eq!((issuer.as_str(), issuer.at("/jwks")), (url, format!("{url}/jwks")));
    }
    for text in [
        "",
        "login.example.jp",
        "http://login.example.jp",
        "http://localhost.example.jp",
        "http://10.0.0.1",
        "ftp://localhost",
        "https://u@login.example.jp",
        "https://login.example.jp/path",
        "https://login.example.jp?q",
        "https://login.example.jp#f",
        "https://login.example.jp:0",
    ] {
        let refused = text.parse::<Issuer>().unwrap_err();
        assert!(refused.contains("web.url") && refused.contains(text), "{refused}");
    }
}

#[test]
fn a_host_is_the_issuers_with_or_without_the_default_port() {
    let issuer = |text: &str| text.parse::<Issuer>().unwrap();
    let table = [
        ("https://login.example.jp", "login.example.jp", true),
        ("https://login.example.jp", "login.example.jp:443", true),
        ("https://login.example.jp", "LOGIN.example.jp", true),
        ("https://login.example.jp", "login.example.jp:80", false),
        ("https://login.example.jp", "login.example.jp:8445", false),
        ("https://login.example.jp", "evil.example.jp", false),
        ("https://login.example.jp", "u@login.example.jp", false),
        ("https://login.example.jp", "login.example.jp/", false),
        ("https://login.example.jp", "login.example.jp?", false),
        ("https://login.example.jp", "login.example.jp#", false),
        ("https://login.example.jp", "login.example.jp\\", false),
        ("https://login.example.jp", "", false),
        ("https://login.example.jp:8445", "login.example.jp", false),
        ("https://login.example.jp:8445", "login.example.jp:8445", true),
        ("http://localhost", "localhost:80", true),
        ("https://[::1]:8445", "[::1]:8445", true),
        ("https://[::1]:8445", "[0:0::1]:8445", true),
    ];
    for (url, host, addressed) in table {
        assert_eq!(issuer(url).is_addressed_by(host), addressed, "{url} {host}");
    }
}

#[test]
fn a_clients_line_that_is_wrong_is_named_with_its_value() {
    let table = [
        ("id", "''", "''"),
        ("id", "'Claims'", "Claims"),
        ("id", "'a.b'", "a.b"),
        ("redirect_uris", "[]", "redirect_uris"),
        ("redirect_uris", "['http://www.example.jp/r']", "http://www.example.jp/r"),
        ("redirect_uris", "['https://www.example.jp/r#f']", "fragment"),
        ("redirect_uris", "['https://*.example.jp/r']", "wildcard"),
        ("redirect_uris", "['https://u:p@www.example.jp/r']", "user"),
        ("redirect_uris", "['https://www.example.jp/r', 'https://www.example.jp/r']", "twice"),
        ("redirect_uris", "['javascript:alert(1)']", "javascript"),
        ("redirect_uris", "['https://www.example.jp/ r']", "blanks"),
        ("redirect_uris", "['https:\\\\www.example.jp\\r']", "wildcard"),
        ("redirect_uris", "['/r']", "/r"),
        ("initiate_login_uri", "'http://www.example.jp/'", "initiate_login_uri"),
        ("post_logout_redirect_uris", "['http://www.example.jp/']", "post_logout_redirect_uris"),
        ("backchannel_logout_uri", "", "accept_undelivered = true"),
        ("backchannel_logout_uri", "'http://10.0.0.1/'", "http://10.0.0.1/"),
        ("accept_undelivered", "true", "one of the two"),
        ("authentication", "'none'", "none"),
        ("authentication", "'private_key_jwt'", "secret_hash"),
        ("secret_hash", "", "web client secret claims"),
        ("secret_hash", "'sha256:00'", "sha256:00"),
        ("secret_hash", "'0011'", "0011"),
        ("jwks_file", "'a'", "private_key_jwt"),
        ("assertion_algorithm", "'ES256'", "private_key_jwt"),
        ("assertion_algorithm", "'PS256'", "PS256"),
        ("permissions", "['claims.viev']", "claims.viev"),
        ("require_permission", "['claims.viev']", "claims.viev"),
        ("claims", "['email']", "email"),
        ("approval", "'never'", "never"),
        ("id_token_seconds", "59", "60 to 3600"),
        ("id_token_seconds", "3601", "60 to 3600"),
        ("token_from", "['192.0.2.1/24']", "192.0.2.1/24"),
        ("token_from", "['example.jp']", "example.jp"),
        ("same_address", "'require'", "same_address"),
    ];
    for (key, value, named) in table {
        let refused = with_client(&changed(key, value)).map(drop).unwrap_err();
        let refused = format!("{refused:#}");
        assert!(refused.contains(named), "{key} = {value}: {refused}");
    }
    for (key, value) in [
        ("redirect_uris", "['http://localhost:1/r', 'http://127.0.0.1:1/r', 'https://a.jp?b=c']"),
        ("initiate_login_uri", "'https://www.example.jp/login'"),
        ("post_logout_redirect_uris", "['https://www.example.jp/']"),
        ("permissions", "['claims.view']"),
        ("claims", "['customer_name', 'groups']"),
        ("approval", "'password'"),
        ("id_token_seconds", "3600"),
        ("token_from", "['192.0.2.1', '2001:db8::/32']"),
    ] {
        with_client(&changed(key, value)).unwrap();
    }
}

#[test]
fn a_client_signs_with_a_key_or_has_a_secret() {
    let lines = changed("secret_hash", "").replace("'client_secret_basic'", "'private_key_jwt'");
    let refused = format!("{:#}", with_client(&lines).unwrap_err());
    assert!(refused.contains("jwks_file"), "{refused}");
    let config = with_client(&format!("{lines}jwks_file = 'claims.json'")).unwrap();
    let ClientAuthentication::PrivateKeyJwt { jwks_file, algorithm } =
        &config.clients[0].authentication
    else {
        panic!("{config:?}");
    };
    assert!(jwks_file.ends_with("warifu/claims.json") && jwks_file.is_absolute());
    assert_eq!(*algorithm, AssertionAlgorithm::Es256);
    let config = with_client(&changed("title", "{ ja = 'a', en = 'b' }")).unwrap();
    let ClientAuthentication::ClientSecretBasic { secret_hash } = config.clients[0].authentication
    else {
        panic!("{config:?}");
    };
    assert_eq!(secret_hash[..3], [0, 0x11, 0x22]);
}

#[test]
fn sections_fit_each_other() {
    let client = changed("title", "{ ja = 'a', en = 'b' }");
    let entry = |id: &str, url: &str, more: &str| {
        format!(
            "[[entry]]\nid = '{id}'\nurl = '{url}'\ntitle = {{ ja = 'a', en = 'b' }}\n\
             description = {{ ja = 'a', en = 'b' }}\n{more}\n"
        )
    };
    let at = |url: &str, more: &str| {
        with_client(&format!("{client}{}", entry("x", url, &format!("client = 'claims'\n{more}"))))
    };
    let refused = format!("{:#}", config(&format!("[[client]]\n{client}")).unwrap_err());
    assert!(refused.contains("[web]"), "{refused}");
    let refused =
        format!("{:#}", with_client(&format!("{client}\n[[client]]\n{client}")).unwrap_err());
    assert!(refused.contains("named twice"), "{refused}");
    let refused = format!("{:#}", at("https://other.example.jp/", "").unwrap_err());
    assert!(refused.contains("redirect_uris"), "{refused}");
    let other = entry("x", "https://www.example.jp/", "client = 'other'");
    let refused = format!("{:#}", with_client(&format!("{client}{other}")).unwrap_err());
    assert!(refused.contains("other"), "{refused}");
    let twice = entry("news", "https://www.example.jp/", "");
    let refused = format!("{:#}", with_client(&format!("{client}{twice}")).unwrap_err());
    assert!(refused.contains("entry news: named twice"), "{refused}");

    let config = at("https://www.example.jp:443/claims", "permission = 'claims.view'").unwrap();
    let required: Vec<_> =
        config.clients[0].require_permission.iter().map(Permission::as_str).collect();
    assert_eq!(required, ["claims.view"]);
    let entry = config.entries.iter().find(|entry| entry.id == "x").unwrap();
    assert!(entry.told().signs_in);
    // Everybody may open the entry, so everybody may use the service.
    let config = at("https://www.example.jp/", "").unwrap();
    assert!(config.clients[0].require_permission.is_empty());
}

proptest! {
    #[test]
    fn no_text_makes_the_readers_panic(text in ".{0,60}") {
        let _ = text.parse::<ClientId>();
        let _ = secret_hash(&text);
        let _ = network(&text);
        let _ = check_address("key", &text);
        if let Ok(issuer) = text.parse::<Issuer>() {
            prop_assert_eq!(issuer.as_str().parse::<Issuer>().unwrap(), issuer);
        }
        let issuer: Issuer = "https://login.example.jp".parse().unwrap();
        let _ = issuer.is_addressed_by(&text);
    }

    #[test]
    fn a_hash_is_read_as_it_is_written(hash in proptest::array::uniform32(any::<u8>())) {
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        prop_assert_eq!(secret_hash(&format!("sha256:{hex}")), Some(hash));
        prop_assert_eq!(secret_hash(&hex), None);
        prop_assert_eq!(secret_hash(&format!("sha256:{}", hex.replace(['0', '1'], "+"))).is_some(), !hex.contains(['0', '1']));
    }
}
