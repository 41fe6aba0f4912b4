//! What the IT department has decided holds (`warifu_managed`).

use warifu_client::view::{Language, ManagedSetting, ManagedTrouble, ProxyChoice, Settings};
use warifu_managed::Managed;
use warifu_protocol::ErrorCode;

use crate::{
    provider::Provider,
    world::{Enrolled, Pc, World, code, flow},
};

#[test]
fn what_is_managed_holds_and_the_users_choice_comes_back() {
    flow(async |world| {
        let pc = world.pc("pc");
        let own = Settings { language: Language::Ja, start_at_login: true, ..Settings::default() };
        pc.client.save_settings(own.clone()).await.unwrap();

        let rules = "Language = \"en\"\nStartAtLogin = false\nProxy = \"none\"\n";
        let pc = under(&world, pc, rules);
        let settings = pc.client.settings().await.unwrap();
        assert_eq!(settings.language, Language::En);
        assert!(!settings.start_at_login);
        assert_eq!(settings.proxy, ProxyChoice::None);
        let shown = pc.client.overview().await.unwrap().managed;
        let all = [ManagedSetting::Language, ManagedSetting::StartAtLogin, ManagedSetting::Proxy];
        assert_eq!((shown.settings, shown.problems.len()), (all.to_vec(), 0));

        // Whatever the window asks for, the rule holds; the rest is the user's.
        let wished = Settings { text_percent: 150, ..own.clone() };
        let saved = pc.client.save_settings(wished).await.unwrap();
        assert_eq!((saved.language, saved.text_percent), (Language::En, 150));

        let pc = under(&world, pc, "");
        let settings = pc.client.settings().await.unwrap();
        assert_eq!(settings, Settings { text_percent: 150, ..own });
    });
}

#[test]
fn a_managed_profile_is_there_without_being_added() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let file = world.dir.join("会社 の profile.warifu.json");
        std::fs::write(&file, provider.profile()).unwrap();
        let rules = format!("ConnectionProfile = '{}'\n", file.display());
        let pc = under(&world, world.pc("pc"), &rules);
        let overview = pc.client.overview().await.unwrap();
        assert_eq!((overview.profiles.len(), overview.managed.problems.len()), (1, 0));
        let identity = pc.issue(overview.profiles[0].id, &user).await;
        pc.log_in(&identity).await;

        // Another start takes in the same one.
        let pc = under(&world, pc, &rules);
        assert_eq!(pc.client.overview().await.unwrap().profiles.len(), 1);

        // A broken one is named, and what was there before stays.
        std::fs::write(&file, "{").unwrap();
        let pc = under(&world, pc, &rules);
        let overview = pc.client.overview().await.unwrap();
        assert_eq!(overview.profiles.len(), 1);
        assert_eq!(overview.managed.problems[0].why, ManagedTrouble::BadFile);
        pc.log_in(&identity).await;
    });
}

#[test]
fn a_newer_profile_takes_the_place_of_the_older_and_the_certificates_stay() {
    flow(async |world| {
        let provider = world.provider().await;
        let user = provider.add_customer("kanri01");
        let file = world.dir.join("profile.warifu.json");
        let sent = |serial: u64, phone: &str| {
            let mut profile: serde_json::Value = serde_json::from_str(&provider.profile()).unwrap();
            profile["serial"] = serial.into();
            profile["support"]["phone"] = phone.into();
            std::fs::write(&file, profile.to_string()).unwrap();
        };
        sent(5, "0120-000-005");
        let rules = format!("ConnectionProfile = '{}'\n", file.display());
        let pc = under(&world, world.pc("pc"), &rules);
        let overview = pc.client.overview().await.unwrap();
        let identity = pc.issue(overview.profiles[0].id, &user).await;

        sent(6, "0120-000-006");
        let pc = under(&world, pc, &rules);
        let overview = pc.client.overview().await.unwrap();
        assert_eq!((overview.profiles.len(), overview.managed.problems.len()), (1, 0));
        assert_eq!(overview.profiles[0].support.phone, "0120-000-006");
        pc.log_in(&identity).await;

        // An older one is named, and changes nothing.
        sent(4, "0120-000-004");
        let pc = under(&world, pc, &rules);
        let overview = pc.client.overview().await.unwrap();
        assert_eq!(overview.managed.problems[0].why, ManagedTrouble::OutdatedProfile);
        assert_eq!(overview.profiles[0].support.phone, "0120-000-006");
        pc.log_in(&identity).await;
        let old = std::fs::read_to_string(&file).unwrap();
        assert_eq!(code(pc.client.add_profile(old).await), ErrorCode::ProfileOutdated);
        // What the provider writes today is newer than all of them.
        pc.add_profile(provider.profile()).await;
        assert_eq!(pc.client.overview().await.unwrap().profiles.len(), 1);
    });
}

#[test]
fn where_only_the_managed_profile_is_allowed_no_other_comes_in() {
    flow(async |world| {
        let provider = world.provider().await;
        let other = Provider::start_in(&world, "other").await;
        let file = world.dir.join("profile.warifu.json");
        std::fs::write(&file, provider.profile()).unwrap();
        let rules =
            format!("ConnectionProfile = '{}'\nOnlyManagedProfile = true\n", file.display());
        let pc = under(&world, world.pc("pc"), &rules);
        for text in [other.profile(), provider.profile()] {
            assert_eq!(
                code(pc.client.examine_profile(text.clone()).await),
                ErrorCode::ProfileManaged
            );
            assert_eq!(code(pc.client.add_profile(text.clone()).await), ErrorCode::ProfileManaged);
            let knowingly = pc.client.add_profile_knowingly(text).await;
            assert_eq!(code(knowingly), ErrorCode::ProfileManaged);
        }
        let overview = pc.client.overview().await.unwrap();
        assert_eq!((overview.profiles.len(), overview.managed.problems.len()), (1, 0));
        let pc = under(&world, pc, "OnlyManagedProfile = false\n");
        pc.add_profile(other.profile()).await;
        assert_eq!(pc.client.overview().await.unwrap().profiles.len(), 2);
    });
}

#[test]
fn the_authorities_of_this_pc_vouch_if_they_are_told_to() {
    flow(async |world| {
        let Enrolled { provider, pc, identity, .. } = world.enrolled().await;

        // Those of this PC are in a file here, which does not name the provider's yet.
        let trusted = std::env::var_os("SSL_CERT_FILE").unwrap();
        let pc = under(&world, pc, "ServerTrust = \"system\"");
        assert_eq!(code(pc.prove(&identity).await), ErrorCode::BackendUntrusted);
        pc.client.overview().await.unwrap();

        let profile: serde_json::Value = serde_json::from_str(&provider.profile()).unwrap();
        std::fs::write(&trusted, profile["trust_anchors"][0].as_str().unwrap()).unwrap();
        pc.log_in(&identity).await;
    });
}

#[test]
fn past_a_managed_proxy_that_is_not_understood_nothing_goes() {
    flow(async |world| {
        let provider = world.provider().await;
        let (mut pc, profile) = world.pc_with_profile("pc", &provider).await;
        for (rules, shown) in [
            ("Proxy = \"manual\"\nProxyAddress = \"two words\"", "proxy_address=two words"),
            ("Proxy = \"manual\"\nProxyAddress = \"u:canary@127.0.0.1:1\"", "proxy_address="),
            ("Proxy = \"manual\"", "proxy_address="),
            ("Proxy = \"maual\"\nProxyAddress = \"127.0.0.1:1\"", "proxy_address="),
            ("Proxy = true", "proxy_address="),
        ] {
            pc = under(&world, pc, rules);
            let asked = pc.client.start_enrolment(
                profile,
                "10000001",
                "kanri01",
                "x".to_owned().into(),
                None,
            );
            let failure = asked.await.unwrap_err();
            assert_eq!(failure.code, ErrorCode::ProxySettingInvalid, "{rules}");
            assert_eq!(failure.details.place.as_deref(), Some(shown), "{rules}");
            let managed = pc.client.overview().await.unwrap().managed;
            assert_eq!(managed.problems[0].setting.as_deref(), Some("Proxy"), "{rules}");
            let settings = pc.client.settings().await.unwrap();
            assert!(!format!("{settings:?}").contains("canary"), "{settings:?}");
        }
    });
}

/// The PC after the IT department has written these rules and the app was started again.
fn under(world: &World, pc: Pc, rules: &str) -> Pc {
    let file = world.dir.join("managed.toml");
    std::fs::write(&file, rules).unwrap();
    let Pc { dir, client } = pc.restart(world.clock());
    Pc { dir, client: client.with_managed(Managed::read(&file)) }
}
