//! The database on a PostgreSQL server, which several backends share and which fails.

use std::time::{Duration, Instant};

use system_tests::{postgresql::PostgreSql, wait::PATIENCE};
use tokio::time::sleep;
use warifu_client::Session;
use warifu_protocol::{ErrorCode, UserAction};

use crate::{
    administration::{act, form},
    disk::all_users,
    mail_server::{MailServer, Security},
    provider::Provider,
    world::{DAY, Enrolled, PASSWORD, code, flow},
};

#[test]
fn a_folder_moves_to_a_server_whole_and_stays_as_it_was() {
    flow(async |world| {
        let Enrolled { provider, user, pc, identity, .. } = world.enrolled().await;
        let session = pc.log_in(&identity).await;
        session.create_user(form("tanaka", &[])).await.unwrap();
        let mut provider = provider.stopped().await;
        let rows = provider.run(&["audit", "verify"]);
        let file = std::fs::read(provider.dir().join("warifu.sqlite")).unwrap();

        let said = provider.move_to(PostgreSql::start().unwrap());
        assert!(said.contains("account: 2 rows"), "{said}");
        assert_eq!(std::fs::read(provider.dir().join("warifu.sqlite")).unwrap(), file);
        assert_eq!(provider.run(&["audit", "verify"]), rows);
        let twice = provider.refusal(&["database", "copy"]);
        assert!(twice.contains("was moved to a server"), "{twice}");
        assert!(provider.run(&["check"]).contains("PostgreSQL"));
        // Whoever takes the section out again does not find the state of before.
        let section = std::fs::read_to_string(provider.dir().join("warifu.toml")).unwrap();
        provider.configure("database", "");
        for command in [&["serve"][..], &["customer", "list"], &["backup", "nowhere"]] {
            let said = provider.refusal(command);
            assert!(said.contains("was moved to a server"), "{command:?}: {said}");
        }
        std::fs::write(provider.dir().join("warifu.toml"), section).unwrap();

        let provider = provider.started(&world).await;
        session.user("tanaka").await.unwrap();
        session.create_user(form("suzuki", &[])).await.unwrap();
        pc.log_in(&identity).await;
        provider.assert_audited(&user, "login");
        let backup = provider.refusal(&["backup", &world.dir.join("b").display().to_string()]);
        assert!(backup.contains("pg_dump"), "{backup}");
        let served = provider.refusal(&["database", "copy"]);
        assert!(served.contains("another backend serves"), "{served}");
        provider.stop().await;
    });
}

#[test]
fn a_server_that_cannot_be_used_is_named_and_the_folder_is_not_touched() {
    flow(async |world| {
        let provider = world.provider().await.stopped().await;
        let server = PostgreSql::start().unwrap();
        let section = PostgreSql::section(&[&server], "warifu", provider.dir()).unwrap();
        let local = |from: &str, to: &str| section.replace(from, to);
        let table = [
            (section.clone(), "does not exist"),
            (local("database-password", "nowhere"), "nowhere"),
            (local("127.0.0.1:", "192.0.2.1:"), "sslmode=require"),
            (local("warifu@", "warifu:secret@"), "belongs in a file"),
            (local("connections = 4", "connections = 1"), "database.connections"),
            (local("password_file = \"database-password\"", ""), "password"),
            (local("url", "uri"), "uri"),
        ];
        for (written, told) in table {
            provider.configure("database", &written);
            for command in [&["database", "copy"][..], &["serve"], &["customer", "list"]] {
                let said = provider.refusal(command);
                assert!(said.contains(told) && !said.contains("secret@"), "{command:?}: {said}");
            }
        }
        // There, but empty: nobody is to find a service without customers.
        server.create_database("warifu").unwrap();
        provider.configure("database", &section);
        let said = provider.refusal(&["serve"]);
        assert!(said.contains("database copy"), "{said}");
        // A wrong password, and then the right one.
        let file = provider.dir().join("database-password");
        let right = std::fs::read(&file).unwrap();
        std::fs::write(&file, "wrong\n").unwrap();
        let said = provider.refusal(&["database", "copy"]);
        assert!(said.contains("password authentication failed"), "{said}");
        std::fs::write(&file, right).unwrap();
        server.ask_in("warifu", "CREATE TABLE warifu_schema AS SELECT 1 AS version").unwrap();
        let said = provider.refusal(&["database", "copy"]);
        assert!(said.contains("not empty"), "{said}");
        server.ask_in("warifu", "DROP TABLE warifu_schema").unwrap();
        provider.run(&["database", "copy"]);
        provider.started(&world).await.stop().await;
    });
}

#[test]
fn two_backends_are_one_service() {
    flow(async |world| {
        let mail = MailServer::start(&world, Security::None);
        let provider = world.provider().await;
        let user = provider.add_customer_with_address("kanri01", "kanri01@example.jp");
        let (pc, profile) = world.pc_with_profile("pc", &provider).await;
        let identity = pc.issue(profile, &user).await;
        let mut provider = provider.stopped().await;
        if !provider.is_on_server() {
            provider.move_to(PostgreSql::start().unwrap());
        }
        provider.configure("mail", &mail.section());
        let second = provider.another("second");
        let first = provider.started(&world).await;
        let second = second.started(&world).await;

        // One that was made with an authority of its own is none of them.
        let stranger = Provider::set_up(&world, "stranger", &[]);
        let file = "database-password";
        std::fs::copy(second.dir().join(file), stranger.dir().join(file)).unwrap();
        let text = std::fs::read_to_string(second.dir().join("warifu.toml")).unwrap();
        let (_, section) = text.split_once("\n# added: database\n").unwrap();
        stranger.configure("database", section.split("\n# added").next().unwrap());
        let said = stranger.refusal(&["serve"]);
        assert!(said.contains("another authority"), "{said}");

        // Made at one, used at the other.
        let session = pc.log_in(&identity).await;
        let secret = session.create_user(form("tanaka", &[])).await.unwrap();
        let made = crate::world::Customer {
            number: user.number.clone(),
            user_id: String::from("tanaka"),
            initial_password: secret.initial_password.unwrap().expose().to_owned(),
        };
        let (other, profile) = world.pc_with_profile("other", &second).await;
        let theirs = other.issue(profile, &made).await;
        let mut logged_in = other.log_in(&theirs).await;
        logged_in.refresh().await.unwrap();
        // Ended at one, ended at the other.
        let seen = session.user("tanaka").await.unwrap();
        session.act_on_user("tanaka", act(seen.version, UserAction::Suspend)).await.unwrap();
        assert_eq!(code(logged_in.refresh().await), ErrorCode::AccountSuspended);
        assert_eq!(code(other.prove(&theirs).await), ErrorCode::AccountSuspended);
        // Wrong passwords are counted together.
        let seen = session.user("tanaka").await.unwrap();
        session.act_on_user("tanaka", act(seen.version, UserAction::Resume)).await.unwrap();
        let mut tries = Vec::new();
        for _ in 0..5 {
            let login = other.prove(&theirs).await.unwrap();
            tries.push(code(login.submit("Falsch2026#".to_owned().into()).await));
        }
        assert_eq!(tries.last(), Some(&ErrorCode::AccountLocked), "{tries:?}");
        assert!(session.user("tanaka").await.unwrap().locked);

        // A letter is sent by one of them.
        world.advance(337 * DAY);
        let patience = Instant::now() + PATIENCE;
        while first.letters("sent") == 0 && Instant::now() < patience {
            sleep(Duration::from_millis(100)).await;
        }
        // Both look again.
        world.advance(120);
        sleep(Duration::from_secs(4)).await;
        let subjects: Vec<_> = mail
            .letters()
            .iter()
            .map(|letter| letter["headers"]["Message-ID"].to_string())
            .collect();
        let mut once = subjects.clone();
        once.sort_unstable();
        once.dedup();
        assert!(!once.is_empty() && once.len() == subjects.len(), "{subjects:?}");
        // The other one goes on where the first ends.
        let before = second.letters("sent");
        first.stop().await;
        world.advance(15 * DAY);
        let patience = Instant::now() + PATIENCE;
        while second.letters("sent") == before {
            assert!(Instant::now() < patience, "nobody sends");
            sleep(Duration::from_millis(100)).await;
        }
        assert!(second.run(&["audit", "verify"]).starts_with("whole"));
        second.stop().await;
    });
}

#[test]
fn while_the_server_is_away_nobody_is_counted_and_then_it_goes_on() {
    flow(async |world| {
        let Enrolled { provider, user, pc, identity, .. } = world.enrolled().await;
        let mut provider = provider.stopped().await;
        let mut server = provider.lend();
        let provider = provider.started(&world).await;
        let mut session = pc.log_in(&identity).await;
        server.kill();
        assert_eq!(code(session.refresh().await), ErrorCode::BackendBusy);
        // The certificate cannot be looked up, so that the door stays shut.
        for _ in 0..3 {
            assert!(pc.prove(&identity).await.is_err());
        }
        server.resume().unwrap();
        let mut session = comes_back(&pc, &identity).await;
        session.refresh().await.unwrap();
        assert_eq!(provider.failed_logins(&user), 0);
        assert!(provider.run(&["audit", "verify"]).starts_with("whole"));
        provider.stop().await;
    });
}

#[test]
fn a_server_that_says_nothing_holds_nobody_for_ever() {
    flow(async |world| {
        let Enrolled { provider, user, pc, identity, .. } = world.enrolled().await;
        let mut provider = provider.stopped().await;
        let mut server = provider.lend();
        let provider = provider.started(&world).await;
        let mut session = pc.log_in(&identity).await;
        server.pause().unwrap();
        // More than there are connections, for longer than a piece of work may take.
        for _ in 0..3 {
            let asked = || tokio::time::timeout(Duration::from_secs(8), pc.prove(&identity));
            let (a, b, c, d, e, f) =
                tokio::join!(asked(), asked(), asked(), asked(), asked(), asked());
            for told in [a, b, c, d, e, f] {
                assert!(told.unwrap().is_err());
            }
        }
        server.unpause().unwrap();
        comes_back(&pc, &identity).await;
        session.refresh().await.unwrap();
        assert_eq!(provider.failed_logins(&user), 0);
        provider.stop().await;
    });
}

#[test]
fn a_standby_takes_over_and_nothing_that_was_acknowledged_is_missing() {
    flow(async |world| {
        let Enrolled { provider, pc, identity, .. } = world.enrolled().await;
        let mut provider = provider.stopped().await;
        let mut primary = provider.lend();
        let standby = primary.standby().unwrap();
        let both = PostgreSql::section(&[&primary, &standby], "warifu", provider.dir()).unwrap();
        provider.configure("database", &both);
        let provider = provider.started(&world).await;
        let session = pc.log_in(&identity).await;
        let mut acknowledged = Vec::new();
        create_until_it_fails(&session, "before", &mut acknowledged, async {
            sleep(Duration::from_millis(900)).await;
            primary.kill();
        })
        .await;
        assert!(!acknowledged.is_empty());
        let fallen = Instant::now();
        standby.promote().unwrap();
        let session = comes_back(&pc, &identity).await;
        assert!(fallen.elapsed() < Duration::from_secs(15), "{:?}", fallen.elapsed());
        let kept = all_users(&session).await;
        for id in &acknowledged {
            assert!(kept.contains(id), "{id} was acknowledged and is gone");
        }
        session.create_user(form("after", &[])).await.unwrap();
        assert!(provider.run(&["audit", "verify"]).starts_with("whole"));
        provider.stop().await;
    });
}

#[test]
fn a_database_that_was_set_back_forgets_what_must_not_live_again() {
    flow(async |world| {
        let Enrolled { provider, pc, identity, .. } = world.enrolled().await;
        let file = provider.refusal(&["database", "restored"]);
        let mut provider = provider.stopped().await;
        assert!(file.contains("another backend serves"), "{file}");
        let _server = provider.lend();
        let provider = provider.started(&world).await;
        let mut session = pc.log_in(&identity).await;
        let provider = provider.stopped().await;
        let said = provider.json(&["database", "restored", "--json"]);
        assert!(said["ended"].as_u64().unwrap() >= 1, "{said}");
        let provider = provider.started(&world).await;
        assert_eq!(code(session.refresh().await), ErrorCode::SessionEnded);
        pc.log_in(&identity).await;
        provider.stop().await;
    });
}

/// Creates users until the backend fails, while `meanwhile` sees to that.
async fn create_until_it_fails(
    session: &Session,
    prefix: &str,
    acknowledged: &mut Vec<String>,
    meanwhile: impl Future<Output = ()>,
) {
    let work = async {
        for number in 0_u32.. {
            let id = format!("{prefix}{number:03}");
            if session.create_user(form(&id, &[])).await.is_err() {
                break;
            }
            acknowledged.push(id);
        }
    };
    tokio::join!(work, meanwhile);
}

/// A login, as soon as the backend works again. No password is wrong meanwhile.
async fn comes_back(
    pc: &crate::world::Pc,
    identity: &warifu_client::view::IdentityView,
) -> Session {
    let patience = Instant::now() + PATIENCE;
    loop {
        let proved = pc.prove(identity).await;
        let submitted = match proved {
            Ok(login) => login.submit(PASSWORD.to_owned().into()).await,
            Err(failure) => Err(failure),
        };
        match submitted {
            Ok(warifu_client::LoginStep::LoggedIn(session)) => return session,
            Ok(warifu_client::LoginStep::PasswordChangeRequired(_)) => panic!("not now"),
            Err(failure) => {
                assert_ne!(failure.code, ErrorCode::AuthenticationFailed);
                assert!(Instant::now() < patience, "it does not come back: {failure:?}");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}
