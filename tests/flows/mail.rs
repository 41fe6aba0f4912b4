//! E-mail warnings before certificates expire, and letters about changed addresses, with a real mail server
//! that can misbehave.

use std::{process::Command, time::Duration};

use system_tests::{
    clock::time_travel,
    wait::{PATIENCE, until_async},
};

use crate::{
    administration::named,
    mail_server::{MailServer, Security},
    provider::Provider,
    world::{Customer, DAY, PASSWORD, World, flow},
};

const ADDRESS: &str = "kanri01@example.jp";
const OPERATORS: &str = "operators@warifu.example";
const LATER: &str = "kanri03@example.jp";

/// In the subject of a list, by its reader.
const ADMINISTRATORS: &str = "担当者さまのご案内";
const TO_OPERATORS: &str = "迫っているユーザ";

#[test]
fn a_warning_is_sent_once_for_each_threshold_also_over_restarts() {
    flow(async |world| {
        let server = MailServer::start(&world, Security::StartTls);
        let (provider, user) = provider_with_user(&world, &server.section()).await;
        assert_eq!(provider.letters("queued"), 0);
        world.advance(337 * DAY);
        taken(&server, 1).await;
        let letter = server.letters().remove(0);
        assert_eq!(letter["from"], "no-reply@warifu.example");
        assert_eq!(letter["to"], serde_json::json!([ADDRESS]));
        assert_eq!(letter["encrypted"], true);
        assert_eq!(letter["login"], "warifu");
        let headers = &letter["headers"];
        assert_eq!(headers["From"], "サンプル電子債権サービス <no-reply@warifu.example>");
        assert_eq!(headers["To"], ADDRESS);
        assert_eq!(
            headers["Subject"],
            "【サンプル電子債権サービス】電子証明書の有効期限まであと28日です"
        );
        assert_eq!(headers["Auto-Submitted"], "auto-generated");
        let text = letter["text"].as_str().unwrap();
        for part in [
            "ユーザID：kanri01",
            "「証明書更新」",
            "残り日数  28日",
            "Dear kanri01,",
            "0120-000-000",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
        assert!(!text.contains("http") && !text.contains(&user.number), "{text}");
        settled(&provider, "sent", 1).await;
        provider.assert_audited(&user, "expiry-mail-sent");

        world.advance(DAY);
        let provider = provider.restart(&world).await;
        world.advance(DAY);
        let provider = provider.restart(&world).await;
        // The next letter shows that the backend has looked.
        world.advance(13 * DAY);
        taken(&server, 2).await;
        settled(&provider, "sent", 2).await;
        let subjects: Vec<_> =
            server.letters().iter().map(|letter| letter["headers"]["Subject"].clone()).collect();
        assert_eq!(subjects.len(), 2);
        assert!(subjects[1].as_str().unwrap().ends_with("あと13日です"), "{subjects:?}");
        assert_eq!(provider.run(&["audit", "verify"]).split(':').next(), Some("whole"));
    });
}

#[test]
fn the_command_line_tries_every_kind_of_connection() {
    flow(async |world| {
        let provider = world.provider().await;
        let test = ["mail", "test", "--to", ADDRESS];
        assert!(provider.refusal(&test).contains("no section [mail]"));
        for security in [Security::None, Security::StartTls, Security::Tls] {
            let server = MailServer::start(&world, security);
            provider.configure("mail", &server.section());
            assert!(provider.run(&test).contains("2.0.0 taken"), "{security:?}");
            let letter = server.letters().remove(0);
            assert_eq!(letter["encrypted"], security != Security::None);
            server.behave("refuse");
            assert!(provider.refusal(&test).contains("5.1.1"), "{security:?}");
            if security == Security::None {
                continue;
            }
            server.behave("accept");
            provider.configure("mail", &server.section_without_trust());
            let refusal = provider.refusal(&test);
            assert!(refusal.contains("certificate"), "{security:?}: {refusal}");
            provider.configure("mail", &server.section());
            server.spoil_password();
            let refusal = provider.refusal(&test);
            assert!(refusal.contains("535"), "{security:?}: {refusal}");
            server.expose_password();
            assert!(provider.refusal(&test).contains("chmod 600"), "{security:?}");
            assert_eq!(server.letters().len(), 1, "{security:?}");
        }
        // Nobody speaks in the clear with a server that was to speak TLS.
        let server = MailServer::start(&World::beside(&world, "plain"), Security::None);
        let section = server.section().replace("'none'", "'starttls'");
        provider.configure("mail", &section);
        assert!(provider.refusal(&test).contains("STARTTLS"));
        assert!(server.letters().is_empty());
    });
}

#[test]
fn a_dead_and_a_hanging_server_delay_the_letter_and_nothing_else() {
    flow(async |world| {
        let mut server = MailServer::dead(&world, Security::None);
        let provider = world.provider().await;
        let provider = provider.reconfigure(&world, &server.section()).await;
        let user = provider.add_customer_with_address("kanri01", ADDRESS);
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        let identity = pc.issue(profile, &user).await;
        world.advance(338 * DAY);
        waits_after_attempts(&provider, 1).await;

        server.behave("hang");
        server.revive();
        world.advance(120);
        until_async("a connection hangs", PATIENCE, async || Ok(server.hangs().then_some(())))
            .await
            .unwrap();
        // Meanwhile the backend serves its users.
        pc.prove(&identity).await.unwrap();
        waits_after_attempts(&provider, 2).await;
        server.behave("later");
        world.advance(600);
        waits_after_attempts(&provider, 3).await;
        assert!(server.letters().is_empty());

        server.behave("accept");
        world.advance(3_600);
        taken(&server, 1).await;
        settled(&provider, "sent", 1).await;
        provider.stop().await;
        assert_eq!(server.letters().len(), 1);
    });
}

#[test]
fn what_the_server_refuses_for_good_is_not_tried_until_the_provider_says_so() {
    flow(async |world| {
        let server = MailServer::start(&world, Security::None);
        server.behave("refuse");
        let (provider, user) = provider_with_user(&world, &server.section()).await;
        world.advance(338 * DAY);
        settled(&provider, "failed", 1).await;
        provider.assert_audited(&user, "expiry-mail-failed");
        let letter = provider.json(&["mail", "status", "--json"])["outbox"]["letters"][0].clone();
        assert!(letter["answer"].as_str().unwrap().contains("nobody of that name"), "{letter}");

        server.behave("accept");
        let provider = provider.restart(&world).await;
        world.advance(3_600);
        settled(&provider, "failed", 1).await;
        assert!(server.letters().is_empty());
        assert_eq!(provider.json(&["mail", "retry", "--json"])["retried"], 1);
        world.advance(61);
        taken(&server, 1).await;
        settled(&provider, "sent", 1).await;
        provider.assert_audited(&user, "expiry-mail-sent");
    });
}

#[test]
fn one_recipient_never_holds_up_the_others() {
    flow(async |world| {
        let server = MailServer::start(&world, Security::None);
        let provider = world.provider().await;
        let provider = provider.reconfigure(&world, &server.section()).await;
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        // The letter to the first one is always the first in the queue.
        for name in ["bad", "good", "fine"] {
            let address = format!("{name}@example.jp");
            let user = provider.add_customer_with_address("kanri01", &address);
            pc.issue(profile, &user).await;
        }
        let table = [(338, "refuse-in-cp932"), (14, "close"), (7, "hang-up"), (4, "mute")];
        for (index, (days, how)) in table.into_iter().enumerate() {
            server.behave(&format!("{how} bad@example.jp"));
            world.advance(days * DAY);
            taken(&server, 2 * (index + 1)).await;
            let to = |letter: &serde_json::Value| letter["to"][0].as_str().unwrap().to_owned();
            let mut recipients: Vec<_> = server.letters().iter().rev().take(2).map(to).collect();
            recipients.sort();
            assert_eq!(recipients, ["fine@example.jp", "good@example.jp"], "{how}");
            if index == 0 {
                settled(&provider, "failed", 1).await;
            } else {
                settled(&provider, "queued", 1).await;
            }
        }
        assert_eq!(provider.letters("sent"), 8);
        // Better late than never.
        server.behave("accept");
        world.advance(3_600);
        taken(&server, 9).await;
    });
}

#[test]
fn a_letter_that_the_server_took_before_it_died_is_not_sent_twice() {
    flow(async |world| {
        let mut server = MailServer::start(&world, Security::None);
        server.behave("die");
        let (provider, user) = provider_with_user(&world, &server.section()).await;
        world.advance(338 * DAY);
        settled(&provider, "uncertain", 1).await;
        provider.assert_audited(&user, "expiry-mail-uncertain");
        server.behave("accept");
        server.revive();
        assert_eq!(provider.json(&["mail", "retry", "--json"])["retried"], 0);
        let provider = provider.restart(&world).await;
        world.advance(14 * DAY);
        taken(&server, 2).await;
        settled(&provider, "sent", 1).await;
        assert_eq!(provider.letters("uncertain"), 1);
        let days = |letter: &serde_json::Value| {
            letter["headers"]["Subject"].as_str().unwrap().rsplit_once("あと").unwrap().1.to_owned()
        };
        let days: Vec<_> = server.letters().iter().map(days).collect();
        assert_eq!(days, ["27日です", "13日です"]);
    });
}

#[test]
fn a_backend_killed_in_the_middle_of_a_letter_does_not_send_it_again() {
    flow(async |world| {
        let server = MailServer::start(&world, Security::None);
        server.behave("silent");
        let (provider, user) = provider_with_user(&world, &server.section()).await;
        let provider = provider.stopped().await;
        let mut backend = ahead(&mut provider.serve_command(), 338).spawn().unwrap();
        taken(&server, 1).await;
        // SIGKILL, while the server keeps its answer to itself.
        backend.kill().unwrap();
        backend.wait().unwrap();
        assert_eq!(provider.letters("sending"), 1);

        server.behave("accept");
        let mut backend = ahead(&mut provider.serve_command(), 338).spawn().unwrap();
        settled(&provider, "uncertain", 1).await;
        provider.assert_audited(&user, "expiry-mail-uncertain");
        backend.kill().unwrap();
        backend.wait().unwrap();
        let mut backend = ahead(&mut provider.serve_command(), 352).spawn().unwrap();
        taken(&server, 2).await;
        settled(&provider, "sent", 1).await;
        assert_eq!((provider.letters("uncertain"), server.letters().len()), (1, 2));
        backend.kill().unwrap();
        backend.wait().unwrap();
    });
}

#[test]
fn a_stopping_backend_does_not_wait_for_the_mail_server() {
    flow(async |world| {
        let server = MailServer::start(&world, Security::None);
        server.behave("hang");
        // Longer than anybody is patient here.
        let section = server.section().replace("timeout_seconds = 3", "timeout_seconds = 600");
        let (provider, _) = provider_with_user(&world, &section).await;
        world.advance(338 * DAY);
        until_async("a connection hangs", PATIENCE, async || Ok(server.hangs().then_some(())))
            .await
            .unwrap();
        let provider = tokio::time::timeout(PATIENCE, provider.stopped()).await.unwrap();
        // Nothing was given to the server: the letter keeps its place.
        waits_after_attempts(&provider, 0).await;

        server.behave("silent");
        let provider = provider.restart(&world).await;
        taken(&server, 1).await;
        let provider = tokio::time::timeout(PATIENCE, provider.stopped()).await.unwrap();
        assert_eq!(provider.letters("uncertain"), 1);
    });
}

#[test]
fn what_nobody_renews_is_handed_up_twice_to_administrators_and_once_to_operators() {
    flow(async |world| {
        let server = MailServer::start(&world, Security::None);
        let section = format!("{}operators = ['{OPERATORS}']\n", server.section());
        let provider = world.provider().await.reconfigure(&world, &section).await;
        let primary = provider.add_customer_with_address("kanri01", ADDRESS);
        let other = provider.add_customer_with_address("kanri02", "other@example.jp");
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        pc.issue(profile, &other).await;
        let administrator = pc.issue(profile, &primary).await;
        let session = pc.log_in(&administrator).await;
        let created = session.create_user(named("tanaka", "佐藤 花子", "営業部")).await.unwrap();
        let initial_password = created.initial_password.unwrap().expose().to_owned();
        let tanaka = Customer { user_id: "tanaka".to_owned(), initial_password, ..primary };
        pc.issue(profile, &tanaka).await;

        world.advance(35 * DAY);
        let later = provider.add_customer_with_address("kanri03", LATER);
        pc.issue(profile, &later).await;
        world.advance(337 * DAY - world.advanced());
        let list = step_until(&world, &server, ADMINISTRATORS, 1).await;
        assert_eq!(list["to"], serde_json::json!([ADDRESS]));
        let text = list["text"].as_str().unwrap();
        assert!(text.contains("佐藤 花子") && text.contains("tanaka"), "{text}");
        assert!(!text.contains("kanri02"), "of another customer: {text}");
        world.advance(358 * DAY - world.advanced());
        let again = step_until(&world, &server, ADMINISTRATORS, 2).await;
        assert_eq!(again["to"], serde_json::json!([ADDRESS]));
        let list = step_until(&world, &server, TO_OPERATORS, 1).await;
        assert_eq!(list["to"], serde_json::json!([OPERATORS]));
        let text = list["text"].as_str().unwrap();
        assert!(text.contains("tanaka") && text.contains("kanri02"), "{text}");

        // Nobody hears of the same again; another customer's letter shows that the backend has looked.
        let provider = provider.restart(&world).await;
        world.advance(370 * DAY - world.advanced());
        step_until(&world, &server, LATER, 1).await;
        assert_eq!(about(&server, ADMINISTRATORS).len(), 2);
        assert_eq!(about(&server, TO_OPERATORS).len(), 1);
        provider.stop().await;
    });
}

#[test]
fn a_changed_address_is_told_to_the_one_before_too() {
    flow(async |world| {
        let server = MailServer::start(&world, Security::StartTls);
        let provider = world.provider().await.reconfigure(&world, &server.section()).await;
        let user = provider.add_customer("kanri01");
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        let identity = pc.issue(profile, &user).await;
        let mut session = pc.log_in(&identity).await;
        let password = || PASSWORD.to_owned().into();
        // The first address of all has none before it.
        session.change_own_email(ADDRESS, password()).await.unwrap();
        world.advance(61);
        taken(&server, 1).await;
        let first = server.letters().remove(0);
        assert_eq!(first["to"], serde_json::json!([ADDRESS]));
        assert!(
            first["headers"]["Subject"].as_str().unwrap().ends_with("登録されました"),
            "{first}"
        );

        // No change, no letter: the next two are the next change's.
        session.change_own_email(ADDRESS, password()).await.unwrap();
        session
            .change_own_email("hanako@example.com", "Wrong2020#".to_owned().into())
            .await
            .unwrap_err();
        world.advance(61);
        session.change_own_email("hanako@example.com", password()).await.unwrap();
        world.advance(61);
        taken(&server, 3).await;
        let letters = server.letters();
        let to = |address: &str| {
            let to = serde_json::json!([address]);
            letters.iter().rev().find(|letter| letter["to"] == to).unwrap().clone()
        };
        let table = [
            (
                ADDRESS,
                [ADDRESS, "h***@example.com", "今後、変更後のメールアドレスへ", "the new address"],
            ),
            (
                "hanako@example.com",
                [
                    "k***@example.jp",
                    "hanako@example.com",
                    "今後、このメールアドレスへ",
                    "this address",
                ],
            ),
        ];
        for (address, parts) in table {
            let letter = to(address);
            assert_eq!(letter["encrypted"], true);
            assert_eq!(
                letter["headers"]["From"],
                "サンプル電子債権サービス <no-reply@warifu.example>"
            );
            assert_eq!(
                letter["headers"]["Subject"],
                "【サンプル電子債権サービス】メールアドレスが変更されました"
            );
            let text = letter["text"].as_str().unwrap();
            let usual = [
                "ユーザID：kanri01",
                "お心当たりがない場合",
                "「パスワード変更」",
                "＜管理責任者さまの場合＞サンプルファクター",
                "If it was not you",
                "Sample Factor",
                "0120-000-000",
            ];
            for part in parts.into_iter().chain(usual) {
                assert!(text.contains(part), "{part} is not in\n{text}");
            }
            assert!(!text.contains("http") && !text.contains(&user.number), "{text}");
        }
        settled(&provider, "sent", 3).await;
        assert_eq!(provider.audited(&user, "address-mail-sent"), 3);
        assert_eq!(provider.audited(&user, "expiry-mail-sent"), 0);
        provider.stop().await;
    });
}

/// A provider with that section, and a primary administrator with an address and a certificate.
async fn provider_with_user(world: &World, section: &str) -> (Provider, Customer) {
    let provider = world.provider().await;
    let provider = provider.reconfigure(world, section).await;
    let user = provider.add_customer_with_address("kanri01", ADDRESS);
    let (pc, profile) = world.pc_with_profile("pc", &provider).await;
    pc.issue(profile, &user).await;
    (provider, user)
}

/// Waits until the mail server has taken so many letters.
async fn taken(server: &MailServer, count: usize) {
    let arrived = async || Ok((server.letters().len() >= count).then_some(()));
    until_async("letters arrive", PATIENCE, arrived).await.unwrap();
    assert_eq!(server.letters().len(), count);
}

/// Moves the clock by half days until so many letters have that in their subject or address, and returns
/// the last: lists come when offices are open next.
async fn step_until(
    world: &World,
    server: &MailServer,
    what: &str,
    count: usize,
) -> serde_json::Value {
    for _half_day in 0..2 * 14 {
        let arrived = async || Ok((about(server, what).len() >= count).then_some(()));
        if until_async(what, Duration::from_millis(1_500), arrived).await.is_ok() {
            let mut letters = about(server, what);
            assert_eq!(letters.len(), count, "{what}");
            return letters.pop().unwrap();
        }
        world.advance(DAY / 2);
    }
    panic!("no letter about {what}: {:?}", about(server, ""))
}

/// The letters with that in their subject or address.
fn about(server: &MailServer, what: &str) -> Vec<serde_json::Value> {
    let mut letters = server.letters();
    letters.retain(|letter| {
        format!("{} {}", letter["headers"]["Subject"], letter["to"]).contains(what)
    });
    letters
}

/// Waits until so many letters are in that state.
async fn settled(provider: &Provider, state: &str, count: u64) {
    let settled = async || Ok((provider.letters(state) == count).then_some(()));
    until_async(state, PATIENCE, settled).await.unwrap();
}

/// Waits until the letter waits for another attempt after so many.
async fn waits_after_attempts(provider: &Provider, attempts: u64) {
    let waits = async || {
        let status = provider.json(&["mail", "status", "--json"]);
        let letter = &status["outbox"]["letters"][0];
        Ok((letter["state"] == "queued" && letter["attempts"] == attempts).then_some(()))
    };
    until_async("another attempt has failed", PATIENCE, waits).await.unwrap();
}

/// Lets a program see a clock that is so many days ahead.
fn ahead(command: &mut Command, days: u16) -> &mut Command {
    command.envs(time_travel(&format!("+{days}d")).unwrap())
}
