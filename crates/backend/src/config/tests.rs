use super::*;

/// What `init` writes, with one line of it in another form.
fn changed(key: &str, line: &str) -> anyhow::Result<Config> {
    let names = ["localhost", "127.0.0.1", "::1"].map(String::from);
    let listen = ["127.0.0.1:8443", "127.0.0.1:8444"].map(|place| place.parse().unwrap());
    let text = template("id", "サンプル", &names, listen[0], listen[1], None, None);
    let mark = format!("\n{key} = ");
    let (before, rest) = text.split_once(&mark).unwrap();
    let (_, after) = rest.split_once('\n').unwrap();
    Config::parse(&format!("{before}\n{line}\n{after}"), Path::new("/srv/warifu"))
}

#[cfg(unix)]
#[test]
fn a_relative_file_is_one_of_the_folder() {
    let with = |file: &str| changed("# passphrase_file", &format!("passphrase_file = '{file}'"));
    for (file, path) in [
        ("secret/passphrase", "/srv/warifu/secret/passphrase"),
        ("/etc/warifu/passphrase", "/etc/warifu/passphrase"),
    ] {
        assert_eq!(with(file).unwrap().passphrase_file, Some(PathBuf::from(path)));
    }
    let refused = with("").unwrap_err().to_string();
    assert!(refused.contains("passphrase_file"), "{refused}");
}

#[test]
fn what_init_writes_is_taken() {
    let config = changed("renewal_days", "renewal_days = 28").unwrap();
    assert_eq!(config.crl_url(), "https://localhost:8443/v1/crl");
    let profile = config.profile("", 0);
    assert_eq!(profile.service_url, "https://localhost:8444");
}

#[test]
fn a_value_out_of_its_range_is_named_with_key_and_range() {
    let table = [
        ("certificate_valid_days", "0", "1 to 825"),
        ("certificate_valid_days", "826", "1 to 825"),
        ("renewal_days", "0", "at least 1"),
        ("renewal_days", "365", "certificate_valid_days (365)"),
        ("warning_days", "[]", "at least one"),
        ("warning_days", "[0]", "1 to 365"),
        ("warning_days", "[366, 1]", "1 to 365"),
        ("warning_days", "[7, 14]", "most first"),
        ("warning_days", "[7, 7]", "most first"),
        ("warning_business_days", "[1, 3]", "most first"),
        ("warning_business_days", "[0]", "1 to 30"),
        ("warning_business_days", "[31]", "1 to 30"),
        ("urgent_days", "29", "0 to 28"),
        ("transfer_seconds", "0", "60 to 86400"),
        ("session_idle_seconds", "0", "60 to 86400"),
        ("session_seconds", "899", "session_idle_seconds (900)"),
        ("session_seconds", "604801", "604800"),
        ("max_connections", "0", "1 to"),
        ("import_max_users", "0", "1 to 1000"),
        ("min_length", "0", "1 to 16"),
        ("min_length", "17", "1 to 16"),
        ("max_length", "7", "8 to 128"),
        ("max_length", "129", "8 to 128"),
        ("history", "25", "0 to 24"),
        ("valid_days", "0", "1 to 3650"),
        ("notice_days", "91", "0 to 90"),
        ("change_seconds", "0", "30 to 3600"),
        ("change_seconds", "29", "30 to 3600"),
        ("max_attempts", "0", "1 to 100"),
        ("service_listen", "\"127.0.0.1:8443\"", "enrolment_listen"),
        ("service_url", "\"https://localhost:8443\"", "enrolment_url"),
        ("service_url", "\"https://elsewhere.jp:8444\"", "server_names"),
    ];
    for (key, value, range) in table {
        let refused = changed(key, &format!("{key} = {value}")).unwrap_err().to_string();
        assert!(refused.contains(key) && refused.contains(range), "{key} = {value}: {refused}");
    }
    for (key, value) in [
        ("certificate_valid_days", "825"),
        ("renewal_days", "364"),
        ("urgent_days", "0"),
        ("notice_days", "90"),
        ("change_seconds", "30"),
        ("history", "0"),
        ("max_connections", "1"),
    ] {
        changed(key, &format!("{key} = {value}")).unwrap();
    }
}

#[test]
fn listeners_share_a_port_only_if_their_names_tell_them_apart() {
    let names = ["enrol.example.jp", "service.example.jp", "192.0.2.1", "localhost"];
    let names = names.map(String::from);
    let listen = ["127.0.0.1:8443", "127.0.0.1:8444"].map(|place| place.parse().unwrap());
    let text = template("id", "サンプル", &names, listen[0], listen[1], None, None);
    let web = "\n[web]\nurl = 'WEB'\nlisten = 'PLACE'\ncertificate_file = 'a'\nkey_file = 'b'\n";
    let one = "127.0.0.1:8443";
    let table = [
        ("enrol.example.jp", "service.example.jp", None, true),
        ("enrol.example.jp", "192.0.2.1", None, false),
        ("192.0.2.1", "service.example.jp", None, false),
        ("localhost", "localhost", None, false),
        ("enrol.example.jp", "service.example.jp", Some("https://login.example.jp"), true),
        ("enrol.example.jp", "service.example.jp", Some("https://192.0.2.9"), false),
        ("enrol.example.jp", "service.example.jp", Some("https://service.example.jp:9443"), false),
        ("enrol.example.jp", "service.example.jp", Some("https://enrol.example.jp:9443"), false),
    ];
    for (enrolment, service, login, is_taken) in table {
        let mut changed = text
            .replace("service_listen = \"127.0.0.1:8444\"", &format!("service_listen = '{one}'"))
            .replace("https://enrol.example.jp:8443", &format!("https://{enrolment}:443"))
            .replace("https://enrol.example.jp:8444", &format!("https://{service}:444"));
        if let Some(login) = login {
            changed += &web.replace("WEB", login).replace("PLACE", one);
        }
        let read = Config::parse(&changed, Path::new("/srv/warifu"));
        match is_taken {
            true => drop(read.unwrap()),
            false => {
                let refused = read.unwrap_err().to_string();
                assert!(refused.contains("not the same as"), "{enrolment} {service}: {refused}");
            }
        }
    }
    // A plain one shares with nobody.
    for listen in listen {
        let plain = format!("\n[metrics]\naddress = '{listen}'\n");
        let refused = Config::parse(&format!("{text}{plain}"), Path::new("/srv/warifu"));
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("metrics.address") && refused.contains("_listen"), "{refused}");
    }
    let plain = "\n[web]\nurl = 'http://localhost:8445'\nlisten = '127.0.0.1:8444'\n";
    let refused = Config::parse(&format!("{text}{plain}"), Path::new("/srv/warifu")).unwrap_err();
    assert!(refused.to_string().contains("web.certificate_file"), "{refused}");
}

#[test]
fn load_balancers_are_named_and_are_not_everybody() {
    for (value, taken) in [
        ("[]", Some(0)),
        ("['192.0.2.10']", Some(1)),
        ("['192.0.2.0/24', '2001:db8::5', '2001:db8:1::/48']", Some(3)),
        ("['0.0.0.0/0']", None),
        ("['::/0']", None),
        ("['192.0.2.10/24']", None),
        ("['192.0.2']", None),
        ("['balancer.example.jp']", None),
        ("['192.0.2.10:443']", None),
        ("'192.0.2.10'", None),
        ("[10]", None),
    ] {
        let read = changed("# trusted_proxies", &format!("trusted_proxies = {value}"));
        let read = read.map(|config| config.trusted_proxies.len());
        match taken {
            Some(count) => assert_eq!(read.unwrap(), count, "{value}"),
            None => {
                let refused = format!("{:#}", read.unwrap_err());
                assert!(refused.contains("trusted_proxies"), "{value}: {refused}");
            }
        }
    }
}

#[test]
fn names_and_addresses_come_in_the_form_that_every_app_takes() {
    let line = "server_names = ['Localhost', 'localhost.', '日本語.jp', '[::1]']";
    let config = changed("server_names", line).unwrap();
    let names: Vec<_> = config.server_names.iter().map(ServerName::as_str).collect();
    assert_eq!(names, ["localhost", "xn--wgv71a119e.jp", "::1"]);
    let line = "enrolment_url = ' HTTPS://LocalHost.:8443/ '";
    let config = changed("enrolment_url", line).unwrap();
    assert_eq!(config.enrolment_url.as_str(), "https://localhost:8443");
    let config = changed("service_name", "service_name = ' 割符 '").unwrap();
    assert_eq!(config.service_name.as_str(), "割符");
}

#[test]
fn what_no_app_takes_is_refused_and_named() {
    let table = [
        ("server_names", "['https://a.jp']", "https://a.jp"),
        ("server_names", "['localhost', 'a.jp:8443']", "a.jp:8443"),
        ("server_names", "['localhost', '']", "empty"),
        ("server_names", "['192.168.1.010']", "192.168.1.010"),
        ("server_names", "[]", "server_names"),
        ("enrolment_url", "'https://localhost:8443/path'", "/path"),
        ("enrolment_url", "'http://localhost:8443'", "http://localhost:8443"),
        ("service_url", "'https://localhost:8444/?q'", "?q"),
        ("service_name", "''", "1 to 100"),
        ("service_name", "\"a\\nb\"", "control characters"),
    ];
    for (key, value, named) in table {
        let refused = changed(key, &format!("{key} = {value}")).unwrap_err().to_string();
        assert!(refused.contains(named), "{key} = {value}: {refused}");
    }
    let long = format!("service_name = '{}'", "割".repeat(101));
    changed("service_name", &long).unwrap_err();
}

#[test]
fn the_revocation_list_may_be_published_elsewhere() {
    let at = |url: &str| changed("# crl_url", &format!("crl_url = '{url}'"));
    for url in ["http://www.example.jp/warifu.crl", "https://www.example.jp/a/b.crl?c"] {
        assert_eq!(at(url).unwrap().crl_url(), url);
    }
    for url in
        ["", "www.example.jp/a", "ldap://a/b", "http://u@a.jp/b", "http://a.jp/b#c", "file:///a"]
    {
        let refused = at(url).unwrap_err().to_string();
        assert!(refused.contains("crl_url"), "{url}: {refused}");
    }
}

#[cfg(unix)]
#[test]
fn a_key_in_a_token_is_named_whole() {
    let listen = "127.0.0.1:1".parse().unwrap();
    let text = template("id", "サンプル", &[String::from("localhost")], listen, listen, None, None)
        .replacen("service_listen = \"127.0.0.1:1\"", "service_listen = \"127.0.0.1:2\"", 1)
        .replacen(
            "service_url = \"https://localhost:1\"",
            "service_url = \"https://localhost:2\"",
            1,
        );
    let with = |lines: &str| {
        let text =
            text.replacen("# [authority.pkcs11]", &format!("[authority.pkcs11]\n{lines}"), 1);
        Config::parse(&text, Path::new("/srv/warifu"))
    };
    let whole = "module = '/m.so'\ntoken = 't'\nkey = 'k'\npin_file = 'pin'\n";
    let token = with(&format!("{whole}key_id = '0aFF'")).unwrap().authority.pkcs11.unwrap();
    assert_eq!(token.pin_file, Path::new("/srv/warifu/pin"));
    assert_eq!(token.place().id, Some(vec![0x0a, 0xff]));
    assert!(with(whole).unwrap().authority.pkcs11.unwrap().key_id.is_none());
    for (from, to, named) in [
        ("module = '/m.so'", "module = 'm.so'", "module"),
        ("module = '/m.so'", "", "module"),
        ("token = 't'", "token = ''", "token"),
        ("token = 't'", "token = 't '", "token"),
        ("token = 't'", "token = '123456789012345678901234567890123'", "token"),
        ("key = 'k'", "key = ''", "key"),
        ("key = 'k'", "key = 'k'\nkey_id = '0'", "hexadecimal"),
        ("pin_file = 'pin'", "pin_file = ''", "pin_file"),
        ("pin_file = 'pin'", "", "pin_file"),
        ("pin_file = 'pin'", "pin_file = 'pin'\npin = '1234'", "unknown field"),
    ] {
        let refused = format!("{:#}", with(&whole.replace(from, to)).unwrap_err());
        assert!(refused.contains(named), "{to}: {refused}");
    }
}
