//! The console program against a real backend and the real keystore: each command, its exit code, and
//! what it says. Nothing that was typed is ever said.

use std::fs;

use serde_json::json;
use system_tests::{
    places,
    proxy::{Kind, PASSWORD as PROXY_PASSWORD, ProxyServer, USER},
    wait::until,
};
use warifu_client::{folder, view::RenewalStep};

use crate::{
    console::Console,
    provider::Provider,
    renewal,
    terminal::talk,
    world::{Customer, Enrolled, PASSWORD, World, flow},
};

/// When a certificate of a year can be renewed, and its user's password is too old.
const LATE: &str = "+340d";

/// The password that follows the first.
const NEXT: &str = "Tsubaki2027#";

#[test]
fn a_certificate_is_issued_seen_and_used() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let console = Console::on(&world, "pc");
        let status = console.run(&["status", "--json"]).ends_with(4).json();
        assert_eq!(status["verdict"], "unusable");
        console.add_profile(&provider);
        let listed = console.run(&["profile", "list", "--json"]).ends_with(0).json();
        assert_eq!(listed["profiles"][0]["host"], "localhost");
        let id = console.issue(&user);

        let status = console.run(&["status", "--json"]).ends_with(0).json();
        assert_eq!(status["verdict"], "good");
        assert_eq!(status["app_open"], false);
        assert_eq!(status["identities"][0]["id"], id);
        assert_eq!(status["identities"][0]["standing"]["kind"], "usable");
        let thumbprint = status["identities"][0]["certificate"]["thumbprint"].as_str().unwrap();

        let login = ["login", "--password-stdin", "--json"];
        let said = console.run_with(&login, &format!("{PASSWORD}\n")).ends_with(0).json();
        assert_eq!(said["login"]["outcome"], "logged-in");
        assert_eq!(said["logged_out"], true);
        assert_eq!(said["login"]["session"]["certificate"]["thumbprint"], thumbprint);
        provider.assert_audited(&user, "login");
        provider.assert_audited(&user, "logout");

        let text = console.run(&["status", "--language", "ja"]).ends_with(0).out;
        assert!(text.contains("株式会社サンプル商事 さま"), "{text}");
        assert!(text.contains("状態：有効（有効期限まであと36"), "{text}");
        let text = console.run(&["status"]).out;
        assert!(text.contains("state: valid (36"), "{text}");
    });
}

#[test]
fn a_wrong_password_costs_a_try_and_says_so() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let console = with_certificate(&world, &provider, &user);
        let wrong = "Canary#4321\n";
        let said = console.run_with(&["login", "--password-stdin", "--json"], wrong).ends_with(1);
        assert_eq!(said.error("authentication-failed")["attempts_left"], 4);
        let japanese = ["login", "--password-stdin", "--language", "ja"];
        let said = console.run_with(&japanese, wrong).ends_with(1);
        assert!(said.err.contains("エラー：authentication-failed"), "{said:?}");
        assert!(said.err.contains("ロックまでの残り回数：3"), "{said:?}");
        assert!(said.err.contains("対処方法："), "{said:?}");
        assert_eq!(provider.failed_logins(&user), 2);
    });
}

#[test]
fn a_listener_that_is_gone_or_full_is_no_reason_to_fail() {
    flow(async |world| {
        let console = Console::on(&world, "pc");
        let program = places::built("warifu-cli").unwrap();
        for arguments in ["status", "doctor", "--help", "profile list --json", "issue"] {
            for end in ["| head -c 1", "| true", ">/dev/full", "2>/dev/full", ">&-", "2>&-"] {
                let line = format!("'{}' {arguments} {end}; true", program.display());
                let mut command = std::process::Command::new("bash");
                let ran = command
                    .args(["-c", &line])
                    .env("WARIFU_DATA_DIR", &console.dir)
                    .env("WARIFU_LOG", "trace")
                    .output()
                    .unwrap();
                let said = String::from_utf8_lossy(&ran.stderr);
                assert!(!said.contains("panicked"), "{line}: {said}");
            }
        }
    });
}

#[test]
fn an_empty_or_relative_folder_is_no_folder_of_its_own() {
    flow(async |world| {
        let program = places::built("warifu-cli").unwrap();
        let here = world.dir.join("here");
        fs::create_dir(&here).unwrap();
        for (set, folder) in
            [("", world.dir.join("data/app.warifu.desktop")), ("sub/pc", here.join("sub/pc"))]
        {
            let mut command = std::process::Command::new(&program);
            let ran = command
                .args(["status", "--json"])
                .current_dir(&here)
                .env("WARIFU_DATA_DIR", set)
                .env("XDG_DATA_HOME", world.dir.join("data"))
                .output()
                .unwrap();
            let status: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
            assert_eq!(status["folder"], folder.to_str().unwrap());
            assert!(folder.join("warifu.sqlite").exists());
            assert!(!here.join("warifu.sqlite").exists());
        }
    });
}

#[test]
fn what_cannot_be_a_password_is_not_sent() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let console = Console::on(&world, "pc");
        console.add_profile(&provider);
        let issue = [
            "issue",
            "--customer",
            &user.number,
            "--user",
            &user.user_id,
            "--password-stdin",
            "--json",
        ];
        let odd = [
            ("Ｆｉｅｌｄ１２３＃ｅ", json!(["characters"])),
            ("Field123#e ", json!(["characters"])),
            (" Field123#e", json!(["characters"])),
            ("Field¥123e", json!(["characters"])),
            ("Field 123e", json!(["characters"])),
            ("Field123\te", json!(["characters"])),
            ("Field<123>e", json!(["characters"])),
            ("Field123#e0123456", json!(["length"])),
        ];
        for (typed, rules) in &odd {
            let said = console.run_with(&issue, &format!("{typed}\n")).ends_with(1);
            assert_eq!(said.error("password-malformed")["rules"], *rules, "{typed}");
        }
        assert_eq!(provider.failed_logins(&user), 0);
        console.issue(&user);
        for (typed, rules) in &odd {
            for command in ["login", "transfer"] {
                let arguments = [command, "--password-stdin", "--json"];
                let said = console.run_with(&arguments, &format!("{typed}\n")).ends_with(1);
                assert_eq!(said.error("password-malformed")["rules"], *rules, "{typed}");
            }
        }
        assert_eq!(provider.failed_logins(&user), 0);
    });
}

#[test]
fn past_a_proxy_that_is_not_understood_nothing_goes() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let straight = Console::on(&world, "pc").with("NO_PROXY", "").with("no_proxy", "");
        straight.add_profile(&provider);
        straight.issue(&user);
        for (set, shown) in [
            ("\"http://127.0.0.1:3999\"", "\"http://127.0.0.1:…"),
            ("htp://127.0.0.1:3999", "htp://127.0.0.1:3999"),
            ("http://127.0.0.1:99999", "http://127.0.0.1:99999"),
            ("http://u:canary@127.0.0.1:x", "http://…@127.0.0.1:…"),
            ("http=127.0.0.1:1;https=127.0.0.1:2", "http=127.0.0.1:1;https=127.0.0.1:2"),
            ("http://two words:80", "http://two words:80"),
            ("http://:8080", "http://:8080"),
        ] {
            let console = straight.with("HTTPS_PROXY", set);
            let place = json!(format!("HTTPS_PROXY={shown}"));
            let login = ["login", "--password-stdin", "--json"];
            let said = console.run_with(&login, &format!("{PASSWORD}\n")).ends_with(1);
            assert_eq!(said.error("proxy-setting-invalid")["place"], place);
            let listed = console.run(&["proxy", "list", "--json"]).ends_with(1).json();
            assert_eq!(listed["proxies"], json!([]));
            assert_eq!(listed["problems"][0]["code"], "proxy-setting-invalid");
            let found = console.run(&["doctor", "--json"]).ends_with(1).json();
            let wrong: Vec<_> = found["results"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|result| result["outcome"]["kind"] == "failed")
                .map(|result| (&result["check"], &result["outcome"]["failure"]["details"]["place"]))
                .collect();
            let [proxy, standing] = [json!("proxy"), json!("certificate-standing")];
            assert_eq!(wrong, [(&proxy, &place), (&proxy, &place), (&standing, &place)], "{set}");
            let text = console.run(&["proxy", "list", "--language", "ja"]).ends_with(1);
            assert!(text.out.contains("proxy-setting-invalid"), "{text:?}");
        }
        // An empty one is none, and what needs no proxy is reached whatever is set.
        for console in [
            straight.with("HTTPS_PROXY", ""),
            straight.with("HTTPS_PROXY", "\"x\"").with("NO_PROXY", "127.0.0.1 localhost"),
        ] {
            console.run_with(&["login", "--password-stdin"], &format!("{PASSWORD}\n")).ends_with(0);
        }
    });
}

#[test]
fn what_is_not_understood_among_the_exceptions_is_named() {
    flow(async |world| {
        let provider = world.provider().await;
        let proxy = ProxyServer::start(Kind::Open).unwrap();
        let console = Console::on(&world, "pc");
        console.add_profile(&provider);
        let console = console
            .with("HTTPS_PROXY", &format!("http://{}", proxy.place()))
            .with("NO_PROXY", "10.0.0.0/99, https://a.example.jp, (intra)")
            .with("no_proxy", "");
        let found = console.run(&["doctor", "--json"]).json();
        let results = found["results"].as_array().unwrap();
        let proxy = results.iter().find(|result| result["check"] == "proxy").unwrap();
        assert_eq!(proxy["outcome"]["because"], "proxy-exceptions");
        let odd: Vec<_> = proxy["facts"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|fact| fact["name"] == "proxy-exception")
            .map(|fact| fact["value"].as_str().unwrap())
            .collect();
        assert_eq!(odd, ["10.0.0.0/99", "(intra)"]);
    });
}

#[test]
fn a_domain_account_is_told_to_the_proxy_as_it_is_written() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let proxy = ProxyServer::start(Kind::Login).unwrap();
        let straight = Console::on(&world, "pc").with("NO_PROXY", "").with("no_proxy", "");
        straight.add_profile(&provider);
        // The signs of the password as they are, and encoded as in an address.
        let encoded = PROXY_PASSWORD.replace('%', "%25").replace('@', "%40").replace('/', "%2F");
        for password in [PROXY_PASSWORD.replace('%', "%25"), encoded] {
            let set = format!("http://{USER}:{password}@{}", proxy.place());
            let console = straight.with("HTTPS_PROXY", &set);
            let issue = [
                "issue",
                "--customer",
                &user.number,
                "--user",
                &user.user_id,
                "--password-stdin",
                "--json",
            ];
            let said = console.run_with(&issue, "Canary#4321\n").ends_with(1);
            said.error("authentication-failed");
        }
    });
}

#[test]
fn without_a_password_no_try_is_lost() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let console = Console::on(&world, "pc");
        console.add_profile(&provider);
        let issue = [
            "issue",
            "--customer",
            &user.number,
            "--user",
            &user.user_id,
            "--password-stdin",
            "--json",
        ];
        let said = console.run(&issue).ends_with(2);
        assert_eq!(said.error("input-missing")["field"], "password");
        // The new password is missing: the initial one stays, and the issuance is started again.
        let said = console.run_with(&issue, &format!("{}\n", user.initial_password)).ends_with(2);
        assert_eq!(said.error("input-missing")["field"], "new_password");
        let weak = format!("{}\nabcdefgh\n", user.initial_password);
        let said = console.run_with(&issue, &weak).ends_with(1);
        assert_eq!(said.error("password-rejected")["rules"][0], "digit");
        console.issue(&user);

        for lines in ["", "\n"] {
            let login = ["login", "--password-stdin", "--json"];
            let said = console.run_with(&login, lines).ends_with(2);
            assert_eq!(said.error("input-missing")["field"], "password");
        }
        // Nor is there a terminal to ask on.
        let said = console.run(&["login", "--json"]).ends_with(2);
        assert_eq!(said.error("input-missing")["field"], "password");
        assert_eq!(provider.failed_logins(&user), 0);
    });
}

#[test]
fn on_a_terminal_passwords_are_asked_for_and_not_shown() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let console = Console::on(&world, "pc");
        console.add_profile(&provider);
        let issue = ["issue", "--customer", &user.number, "--user", &user.user_id];
        let dialogue = [
            ("Password: ", user.initial_password.as_str()),
            ("New password: ", PASSWORD),
            ("New password (again): ", "Another2026#"),
            ("New password: ", PASSWORD),
            ("New password (again): ", PASSWORD),
        ];
        let prepare = |command: &mut std::process::Command| {
            console.prepare(command, &issue).env("WARIFU_LOG", "off");
        };
        let (code, screen) = talk(prepare, &dialogue);
        assert_eq!(code, 0, "{screen}");
        assert!(screen.contains("error: passwords-differ"), "{screen}");
        assert!(screen.contains("The certificate was issued."), "{screen}");
        for (_, secret) in dialogue {
            assert!(!screen.contains(secret), "{screen}");
        }
        console.run(&["status"]).ends_with(0);
    });
}

#[test]
fn a_proxy_of_the_environment_is_told_who_asks() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let proxy = ProxyServer::start(Kind::Login).unwrap();
        let straight = Console::on(&world, "pc").with("NO_PROXY", "").with("no_proxy", "");
        straight.run(&["proxy", "list", "--json"]).ends_with(1).error("profile-missing");
        straight.add_profile(&provider);
        assert_eq!(straight.run(&["proxy", "list", "--json"]).json()["proxies"], json!([]));
        let console = straight.with("HTTPS_PROXY", &format!("http://{}", proxy.place()));
        let listed = console.run(&["proxy", "list", "--json"]).ends_with(0).json();
        assert_eq!(listed["proxies"], json!([proxy.place()]));
        let issue = [
            "issue",
            "--customer",
            &user.number,
            "--user",
            &user.user_id,
            "--password-stdin",
            "--json",
        ];
        let lines = format!("{}\n{PASSWORD}\n", user.initial_password);
        let said = console.run_with(&issue, &lines).ends_with(1);
        assert_eq!(said.error("proxy-authentication-required")["place"], proxy.place());

        let tell = ["proxy", "login", "--user", USER, "--password-stdin"];
        console.run_with(&tell, "Canary#4321\n").ends_with(0);
        console.run_with(&issue, &lines).ends_with(1).error("proxy-credentials-refused");
        console.run_with(&tell, &format!("{PROXY_PASSWORD}\n")).ends_with(0);
        console.issue(&user);
        proxy.see_tunnel_to(provider.url("enrolment_url").rsplit(':').next().unwrap()).unwrap();

        console.run(&["proxy", "forget"]).ends_with(0);
        let login = ["login", "--password-stdin", "--json"];
        let said = console.run_with(&login, &format!("{PASSWORD}\n")).ends_with(1);
        said.error("proxy-authentication-required");
        let said = straight.run_with(&tell, "Canary#4321\n").ends_with(2);
        assert!(said.err.contains("proxy-not-found"), "{said:?}");
    });
}

#[test]
fn a_certificate_is_renewed_in_its_time() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let console = with_certificate(&world, &provider, &user);
        let renew = ["renew", "--password-stdin", "--json"];
        let said = console.run_with(&renew, &format!("{PASSWORD}\n")).ends_with(1);
        assert!(said.error("renewal-too-early")["at"].is_i64(), "{said:?}");

        world.advance(renewal::LATE);
        let console = console.later(LATE);
        let status = console.run(&["status", "--json"]).ends_with(3).json();
        assert_eq!(status["identities"][0]["standing"]["kind"], "renew-soon");
        // A check of the login leaves the password that is too old as it is.
        let login = ["login", "--password-stdin", "--json"];
        let said = console.run_with(&login, &format!("{PASSWORD}\n")).ends_with(3).json();
        assert_eq!(said["login"]["outcome"], "password-change-required");

        let renewed =
            console.run_with(&renew, &format!("{PASSWORD}\n{NEXT}\n")).ends_with(0).json();
        assert_eq!(renewed["outcome"], "renewed");
        assert_eq!(renewed["password_changed"], true);
        let now = &renewed["identity"]["certificate"]["thumbprint"];
        assert_ne!(*now, status["identities"][0]["certificate"]["thumbprint"]);
        console.run(&["status"]).ends_with(0);
        console.run_with(&login, &format!("{NEXT}\n")).ends_with(0);
        provider.assert_audited(&user, "certificate-activated");
    });
}

#[test]
fn an_unfinished_renewal_is_seen_and_finished_without_a_password() {
    flow(async |world| {
        let provider = world.provider().await;
        let (pc, identity, user) = renewal::late(&world, &provider).await;
        let mut session = renewal::log_in_late(&pc, &identity).await;
        renewal::kill_at(&mut session, RenewalStep::StartUse).await;
        drop((session, pc));
        let console = Console::on(&world, "pc").later(LATE);
        // What was under way in the background ends first.
        until("the app to be gone", || {
            let status = console.run(&["status", "--json"]).json();
            Ok((status["app_open"] == false).then_some(()))
        })
        .unwrap();
        let status = console.run(&["status", "--json"]).ends_with(3).json();
        assert_eq!(status["identities"][0]["renewal"], "stored");
        let text = console.run(&["status"]).out;
        assert!(text.contains("`warifu-cli renew` finishes it"), "{text}");

        let finished = console.run(&["renew", "--json"]).ends_with(0).json();
        assert_eq!(finished["outcome"], "finished");
        assert!(finished["identity"]["renewal"].is_null());
        console.run(&["status"]).ends_with(0);
        provider.assert_audited(&user, "certificate-activated");
    });
}

#[test]
fn the_doctor_finds_what_is_wrong_and_writes_it_down() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let console = with_certificate(&world, &provider, &user);
        fs::write(console.dir.join(folder::LOG), "a line of the app\n").unwrap();
        let bundle = world.dir.join("support.zip");
        let doctor = ["doctor", "--json", "--bundle", bundle.to_str().unwrap()];
        let found = console.run(&doctor).ends_with(0).json();
        assert_eq!((&found["failed"], &found["warnings"]), (&0.into(), &0.into()));
        assert!(found["results"].as_array().unwrap().len() > 15);
        let file = fs::File::open(&bundle).unwrap();
        let mut archive = zip::ZipArchive::new(file).unwrap();
        let log = std::io::read_to_string(archive.by_name("log.txt").unwrap()).unwrap();
        assert_eq!(log, "a line of the app\n");
        console.run(&doctor).ends_with(2).error("file-exists");

        let text = console.run(&["doctor", "--language", "ja"]).ends_with(0).out;
        assert!(text.contains("[正常] 電子証明書の利用可否 (kanri01)"), "{text}");
        provider.stop().await;
        let found = console.run(&["doctor", "--json"]).ends_with(1).json();
        let outcomes = found["results"].as_array().unwrap().iter().map(|result| &result["outcome"]);
        let failed: Vec<_> = outcomes.filter(|outcome| outcome["kind"] == "failed").collect();
        // Both listeners, and with them the acceptance of the certificate.
        assert_eq!((failed.len(), &found["failed"]), (3, &3.into()));
        for outcome in failed {
            assert_eq!(outcome["failure"]["code"], "backend-unreachable");
        }
        let text = console.run(&["doctor"]).ends_with(1).out;
        assert!(text.contains("error: backend-unreachable"), "{text}");
        assert!(text.contains("what to do: "), "{text}");
    });
}

#[test]
fn of_two_certificates_one_must_be_named() {
    flow(async |world| {
        let provider = world.provider().await;
        let (first, second) = (provider.add_customer("kanri01"), provider.add_customer("tanaka"));
        let console = with_certificate(&world, &provider, &first);
        let id = console.issue(&second);
        let login = ["login", "--password-stdin", "--json"];
        let lines = format!("{PASSWORD}\n");
        let details =
            console.run_with(&login, &lines).ends_with(2).error("certificate-choice-needed");
        let identities = details["identities"].as_array().unwrap();
        assert_eq!(identities.len(), 2);
        let of_second = identities.iter().find(|identity| identity["id"] == id).unwrap();
        let thumbprint = of_second["certificate"]["thumbprint"].as_str().unwrap();
        for name in [id.to_string(), thumbprint.to_uppercase()] {
            let login = [&login[..], &["--certificate", &name]].concat();
            let said = console.run_with(&login, &lines).ends_with(0).json();
            assert_eq!(said["login"]["session"]["user"]["user_id"], "tanaka");
        }
        let login = [&login[..], &["--certificate", "99"]].concat();
        console.run_with(&login, &lines).ends_with(2).error("certificate-not-found");
    });
}

#[test]
fn profiles_that_are_missing_broken_or_in_use_are_told_apart() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let console = Console::on(&world, "pc");
        let issue = [
            "issue",
            "--customer",
            &user.number,
            "--user",
            &user.user_id,
            "--password-stdin",
            "--json",
        ];
        console.run(&issue).ends_with(1).error("profile-missing");
        let login = ["login", "--password-stdin", "--json"];
        console.run(&login).ends_with(1).error("certificate-missing");

        let file = world.dir.join("broken.warifu.json");
        let add = ["profile", "add", file.to_str().unwrap(), "--json"];
        let details = console.run(&add).ends_with(1).error("file-unreadable");
        assert_eq!(details["place"], file.to_str().unwrap());
        fs::write(&file, "{").unwrap();
        console.run(&add).ends_with(1).error("profile-invalid");
        fs::write(&file, provider.profile().replace("https://", "http://")).unwrap();
        let details = console.run(&add).ends_with(1).error("profile-invalid");
        assert_eq!(details["field"], "enrolment_url");

        let console = with_certificate(&world, &provider, &user);
        let remove = ["profile", "remove", "1", "--json"];
        let details = console.run(&remove).ends_with(1).error("profile-in-use");
        assert_eq!(details["users"], 1);
        provider.revoke(&user);
        console.run(&login).ends_with(1).error("certificate-revoked");
        console.run(&["status"]).ends_with(4);
        console.run(&remove).ends_with(0);
        console.run(&remove).ends_with(1).error("profile-missing");
        let status = console.run(&["status", "--json"]).ends_with(4).json();
        for list in ["profiles", "identities"] {
            assert!(status[list].as_array().unwrap().is_empty(), "{status}");
        }
    });
}

#[test]
fn several_at_once_do_not_get_in_each_others_way() {
    flow(async |world| {
        let provider = world.provider().await;
        let console = Console::on(&world, "pc");
        // On a folder that none of them has made yet.
        let file = console.profile_file(&provider);
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| console.run(&["profile", "add", &file]).ends_with(0));
            }
        });
        let listed = console.run(&["profile", "list", "--json"]).ends_with(0).json();
        assert_eq!(listed["profiles"].as_array().unwrap().len(), 1);
        let users = ["kanri01", "tanaka", "sato", "suzuki"].map(|id| provider.add_customer(id));
        std::thread::scope(|scope| {
            for user in &users {
                scope.spawn(|| console.issue(user));
            }
        });
        let status = console.run(&["status", "--json"]).ends_with(0).json();
        assert_eq!(status["identities"].as_array().unwrap().len(), users.len());
        let found = console.run(&["doctor", "--json"]).ends_with(0).json();
        assert_eq!(found["failed"], 0);
    });
}

#[test]
fn beside_the_open_app_nothing_is_taken_from_it() {
    flow(async |world| {
        let Enrolled { provider, user, pc, identity, .. } = world.enrolled().await;
        let console = Console::on(&world, "pc");
        let lines = format!("{PASSWORD}\n");
        assert_eq!(console.run(&["status", "--json"]).ends_with(0).json()["app_open"], true);
        console.run_with(&["login", "--password-stdin"], &lines).ends_with(0);
        for command in [
            &["renew", "--json"][..],
            &["profile", "remove", "1", "--json"],
            &["issue", "--customer", &user.number, "--user", &user.user_id, "--json"],
        ] {
            console.run(command).ends_with(1).error("app-open");
        }
        console.add_profile(&provider);
        pc.log_in(&identity).await;
    });
}

#[test]
fn a_new_pc_takes_over_with_a_code() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let old = Console::on(&world, "old");
        old.add_profile(&provider);
        old.issue(&user);
        let transfer = ["transfer", "--password-stdin", "--json"];
        let shown = old.run_with(&transfer, &format!("{PASSWORD}\n")).ends_with(0).json();
        let code = shown["code"].as_str().unwrap();
        let text = old.run_with(&transfer[..2], &format!("{PASSWORD}\n")).ends_with(0).out;
        assert!(text.contains("Transfer code: ") && !text.contains(code), "a newer one: {text}");
        let code = text.split_once("Transfer code: ").unwrap().1.lines().next().unwrap();

        let console = Console::on(&world, "new");
        console.add_profile(&provider);
        let issue =
            ["issue", "--customer", &user.number, "--user", &user.user_id, "--password-stdin"];
        let lines = format!("{PASSWORD}\n");
        console.run_with(&[&issue[..], &["--json"]].concat(), &lines).error("already-issued");
        let take_over = [&issue[..], &["--transfer-code-stdin", "--json"]].concat();
        let lines = format!("{code}\n{PASSWORD}\n");
        let issued = console.run_with(&take_over, &lines).ends_with(0).json();
        assert_eq!(issued["password_changed"], false);
        let lines = format!("{PASSWORD}\n");
        console.run_with(&["login", "--password-stdin"], &lines).ends_with(0);
        provider.assert_audited(&user, "certificate-superseded");
    });
}

#[test]
fn the_app_and_the_console_have_one_data_folder() {
    let file = places::workspace().join("tauri.conf.json");
    let config: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(config["identifier"], folder::IDENTIFIER);
}

/// A PC on which the user has a certificate.
fn with_certificate(world: &World, provider: &Provider, user: &Customer) -> Console {
    let console = Console::on(world, "pc");
    console.add_profile(provider);
    console.issue(user);
    console
}
