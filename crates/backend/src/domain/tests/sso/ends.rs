//! What ends what, row by row.

use warifu_protocol::UserChange;

use super::*;
use crate::{
    audit::Actor,
    domain::{accounts::By, restoration, sso::browsers},
};

impl World {
    /// Whether the browser, the service and its tokens are all good, or none of them.
    async fn stands(&self, browser: &Browser, service: &Service) -> bool {
        let refreshed = self.refresh(service).await.is_ok();
        let told = self.userinfo(&service.access).await.is_some();
        let decided = self.decide(&request("claims"), browser, &Secret::new().unwrap()).await;
        if !refreshed {
            assert!(!told);
            assert_ne!(decided, Decision::Code);
        }
        refreshed
    }

    /// How many notices are waiting, whenever their turn is.
    async fn waiting(&self) -> i64 {
        self.count("SELECT count(*) FROM web_logout WHERE state = 'queued'").await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn logout_in_the_app_ends_every_browser_s_login_of_that_certificate() {
    let world = world().await;
    let (person, who, browser, service) = world.at_work().await;
    // The app died without a logout, was started again, and is left properly now.
    let LoginAnswer::LoggedIn(session) = world.log_in(&person).await.unwrap() else { panic!() };
    let later = Credentials { token: session.token, ..who.clone() };
    world.advance(31);
    assert!(world.stands(&browser, &service).await);
    login::log_out(&world.backend, later).await.unwrap();
    assert!(!world.stands(&browser, &service).await);
    assert_eq!(world.waiting().await, 1);
    assert_eq!(world.acts("service-closed").await.len(), 1);
    // The code that was on its way as well.
    let by = redemption("claims", &service.code);
    assert_eq!(world.token(&by).await.unwrap_err(), TokenRefusal::Reused);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_withdraws_access_ends_browsers_and_services_and_the_code_on_its_way() {
    let world = world().await;
    for between in Withdrawal::ALL {
        let (person, who, browser, service) = world.at_work().await;
        let on_its_way = world.code("claims", &browser).await;
        let before = world.waiting().await;
        world.withdraw(&person, between).await;
        assert!(!world.stands(&browser, &service).await, "{between:?}");
        let by = redemption("claims", &on_its_way);
        let late = world.token(&by).await.unwrap_err();
        assert_eq!(late, TokenRefusal::Ended, "{between:?}");
        // Now, and once more in a moment: its answer may have been under way.
        assert_eq!(world.waiting().await, before + 2, "{between:?}");
        let decided = world.decide(&request("claims"), &browser, &Secret::new().unwrap()).await;
        let expected = if between == Withdrawal::Suspension {
            Decision::Denied(PageCode::AccountSuspended)
        } else {
            Decision::Approve
        };
        assert_eq!(decided, expected, "{between:?}");
        login::session(&world.backend, who).await.unwrap_err();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_password_in_the_main_menu_keeps_the_app_and_ends_the_browsers() {
    let world = world().await;
    let (_, who, browser, service) = world.at_work().await;
    world.advance(31);
    let ticket = change::start_wished(&world.backend, who.clone()).await.unwrap().ticket;
    let wished = OwnPasswordChange {
        ticket,
        current_password: text(PASSWORD),
        new_password: text(NEW_PASSWORD),
    };
    change::wished(&world.backend, who.clone(), wished).await.unwrap();
    assert!(!world.stands(&browser, &service).await);
    assert_eq!(world.waiting().await, 1);
    // The same session of the app opens it again, with the new password's… session.
    let mut browser = browser;
    enter(&world, &who, &mut browser, "claims").await;
    world.service("claims", &browser).await;
}

/// The thief of a key has a session and a browser of his own; the victim renews, and the thief's end.
#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_takes_along_the_logins_of_its_own_session_and_ends_all_others() {
    let world = world().await;
    let (person, who, browser, service) = nearly_over(&world).await;
    let LoginAnswer::LoggedIn(session) = world.log_in(&person).await.unwrap() else { panic!() };
    let thief = Credentials { peer: person.peer.clone(), token: session.token };
    let mut stolen = Browser::new();
    enter(&world, &thief, &mut stolen, "claims").await;
    let as_thief = world.service("claims", &stolen).await;

    let (request, key) = super::super::request();
    renewal::renew(&world.backend, who.clone(), request).await.unwrap();
    let find = move |tx: &Tx| certificate::by_public_key(tx, &key);
    let renewed = world.backend.store.read(find).await.unwrap().unwrap().thumbprint;
    let peer = Peer { address: address(), certificate: Some(renewed.clone()) };
    assert!(world.stands(&browser, &service).await && world.stands(&stolen, &as_thief).await);
    renewal::start_use(&world.backend, peer.clone(), Some(who.token.clone())).await.unwrap();

    assert!(world.stands(&browser, &service).await);
    assert!(!world.stands(&stolen, &as_thief).await);
    // What services were told of the certificate stays as it was at the opening.
    let told = world.refresh(&service).await.unwrap();
    let told = serde_json::to_value(&told.claims).unwrap();
    for member in ["certificate_thumbprint", "certificate_assurance", "acr", "sid", "auth_time"] {
        assert_eq!(told[member], service.claims[member], "{member}");
    }
    // And it ends with the new certificate.
    let now = Credentials { peer, token: who.token };
    login::log_out(&world.backend, now).await.unwrap();
    assert!(!world.stands(&browser, &service).await);
}

/// A user at work whose certificate can be renewed.
async fn nearly_over(world: &World) -> (Person, Credentials, Browser, Service) {
    let person = world.enrolled(&["claims.view"]).await;
    let row = person.row;
    world.advance(YEAR - 20 * DAY);
    let now = world.backend.now();
    world
        .write(move |tx| {
            tx.tamper(&format!("UPDATE account SET password_set_at = {now} WHERE id = {row}"))
        })
        .await;
    let LoginAnswer::LoggedIn(session) = world.log_in(&person).await.unwrap() else { panic!() };
    let who = Credentials { peer: person.peer.clone(), token: session.token };
    let mut browser = Browser::new();
    enter(world, &who, &mut browser, "claims").await;
    let service = world.service("claims", &browser).await;
    (person, who, browser, service)
}

#[tokio::test(flavor = "multi_thread")]
async fn another_pc_ends_the_browsers_of_the_first() {
    let world = world().await;
    let (person, who, browser, service) = world.at_work().await;
    let code = transfer::start(&world.backend, who).await.unwrap().code;
    let grant = world.enrol(&person, Some(code)).await.unwrap().ticket;
    let (request, key) = super::super::request();
    issuance::issue(&world.backend, grant, request, address()).await.unwrap();
    let find = move |tx: &Tx| certificate::by_public_key(tx, &key);
    let second = world.backend.store.read(find).await.unwrap().unwrap().thumbprint;
    assert!(world.stands(&browser, &service).await);
    let peer = Peer { address: address(), certificate: Some(second) };
    world.log_in(&Person { peer, ..person }).await.unwrap();
    assert!(!world.stands(&browser, &service).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_app_is_left_alone_services_stay_and_none_is_opened() {
    let world = world().await;
    let (_, who, browser, service) = world.at_work().await;
    let idle = i64::from(world.backend.config.session_idle_seconds);
    world.advance(idle + 1);
    world.refresh(&service).await.unwrap();
    assert_eq!(code(login::session(&world.backend, who).await), ErrorCode::SessionEnded);
    for prompt_none in [false, true] {
        let asked = AuthorizeRequest { prompt_none, ..request("claims") };
        let decided = world.decide(&asked, &browser, &Secret::new().unwrap()).await;
        let expected = if prompt_none { Decision::LoginRequired } else { Decision::Approve };
        assert_eq!(decided, expected);
    }
    // The row may be there or not: time decides.
    world.tidy().await;
    world.refresh(&service).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_nobody_uses_ends_after_half_an_hour() {
    let world = world().await;
    let (_, who, browser, service) = world.at_work().await;
    // The service's requests, the app's use and a new login at a service each keep it.
    world.advance(1800);
    world.refresh(&service).await.unwrap();
    world.advance(1801);
    assert!(!world.stands(&browser, &service).await);
    world.tidy().await;
    world.tidy().await;
    assert_eq!(world.waiting().await, 1);
    assert_eq!(world.acts("service-closed").await.len(), 1);

    let (_, who_again, browser, service) = world.at_work().await;
    let idle = i64::from(world.backend.config.session_idle_seconds);
    for _ in 0..4 {
        world.advance(idle);
        login::session(&world.backend, who_again.clone()).await.unwrap();
        world.tidy().await;
    }
    assert!(world.stands(&browser, &service).await);
    drop(who);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_app_s_session_is_the_end_of_all_that_came_from_it() {
    let world = world().await;
    let (_, _, browser, service) = world.at_work().await;
    let limit = i64::from(world.backend.config.session_seconds);
    let mut waited = 0;
    while waited < limit {
        let step = 1500.min(limit - waited);
        world.advance(step);
        waited += step;
        world.refresh(&service).await.unwrap();
    }
    world.advance(1);
    assert!(!world.stands(&browser, &service).await);
    world.tidy().await;
    assert_eq!(world.waiting().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_sessions_than_a_user_may_have_end_the_browsers_of_the_one_that_gives_way() {
    let world = world().await;
    let (person, _, browser, service) = world.at_work().await;
    world.advance(1);
    for _ in 0..15 {
        world.log_in(&person).await.unwrap();
    }
    assert!(world.stands(&browser, &service).await);
    world.log_in(&person).await.unwrap();
    assert!(!world.stands(&browser, &service).await);
    assert!(world.waiting().await > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_permission_ends_the_logins_at_the_services_that_see_it_and_they_come_back() {
    let world = world().await;
    let (_, admin) =
        world.logged_in(&["user-administration", "claims.view", "other", "claims.apply"]).await;
    let (person, who, browser, service) = world.at_work().await;
    world.advance(31);
    let change = async |permissions: &[&str]| {
        let by = accounts::administrator(&world.backend, admin.clone()).await.unwrap();
        let seen = accounts::user(&world.backend, by.clone(), person.id.clone()).await.unwrap();
        let change = UserChange {
            version: seen.version,
            name: None,
            department: None,
            email: None,
            permissions: permissions.iter().map(|name| name.parse().unwrap()).collect(),
        };
        accounts::change(&world.backend, by, person.id.clone(), change).await.unwrap();
    };
    // One that the service does not see.
    change(&["claims.view", "other"]).await;
    assert!(world.stands(&browser, &service).await);
    // The same ones once more.
    change(&["claims.view", "other"]).await;
    assert!(world.stands(&browser, &service).await);
    change(&["claims.view", "claims.apply"]).await;
    assert_eq!(world.refresh(&service).await.unwrap_err(), TokenRefusal::Ended);
    assert_eq!(world.waiting().await, 1);
    // The browser is still logged in, and the service learns what is new without a click.
    let again = world.service("claims", &browser).await;
    assert_eq!(again.claims["permissions"], serde_json::json!(["claims.view", "claims.apply"]));
    change(&["claims.apply"]).await;
    let decided = world.decide(&request("claims"), &browser, &Secret::new().unwrap()).await;
    assert_eq!(decided, Decision::Denied(PageCode::PermissionMissing));
    login::session(&world.backend, who).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_ends_a_login_and_sees_which_there_are() {
    let world = world().await;
    let (person, _, browser, service) = world.at_work().await;
    let (_, _, other, others) = world.at_work().await;
    let row = person.row;
    let listed = world.backend.store.read(move |tx| browsers::list(tx, Some(row))).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (listed[0].user_id.clone(), listed[0].clients.clone()),
        (person.id, vec![String::from("claims")])
    );
    assert_eq!((listed[0].browser.as_str(), listed[0].version), ("firefox", Some(153)));
    let all = world.backend.store.read(|tx| browsers::list(tx, None)).await.unwrap();
    assert_eq!(all.len(), 2);
    let id = listed[0].id;
    assert!(world.write(move |tx| browsers::end_by_provider(tx, id, NOW)).await);
    assert!(!world.write(move |tx| browsers::end_by_provider(tx, id, NOW)).await);
    assert!(!world.stands(&browser, &service).await);
    assert!(world.stands(&other, &others).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restoration_nothing_of_before_is_good_and_services_are_told() {
    let world = world().await;
    let (_, who, browser, service) = world.at_work().await;
    let before = sso::keys::signer(&world.backend).await.unwrap();
    let on_its_way = world.code("claims", &browser).await;
    let (_, page) = clicked(&world, &who, "claims").await;
    let now = world.backend.now() + 100;
    let restored = world
        .backend
        .store
        .write(move |tx| {
            let by = By { actor: Actor::Provider(None), certificate: None, address: None, now };
            restoration::restore(tx, &by)
        })
        .await
        .unwrap();
    // The app's session, the browser's, the handoff that opened it and the one that waits, three codes.
    assert!(restored.ended >= 5, "{restored:?}");
    assert!(!world.stands(&browser, &service).await);
    assert!(world.waiting().await > 0);
    let by = redemption("claims", &on_its_way);
    assert_eq!(world.token(&by).await.unwrap_err(), TokenRefusal::Unknown);
    assert_eq!(refused(Browser::new().post(&world, &page, None).await), PageCode::LoginExpired);
    // What a service proved itself with may have been used since.
    let used = async |issued_at| {
        let (now, by) = (world.backend.now() + 100, Operation::new().unwrap());
        let jti = format!("{issued_at}");
        let assertion =
            token::Assertion { jti, issued_at: Some(issued_at), expires_at: issued_at + 60 };
        let id = client("claims");
        let work = move |tx: &Tx| token::use_assertion(tx, &id, &assertion, &by, now);
        world.backend.store.write(work).await.unwrap()
    };
    assert!(!used(now - 1).await);
    assert!(used(now).await);
    // And another key signs.
    world.advance(100);
    let after = sso::keys::signer(&world.backend).await.unwrap();
    assert_ne!(format!("{before:?}"), format!("{after:?}"));
}

/// A suspension in one transaction and a code in another: whichever is first, nothing of it is left open.
#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_that_races_with_codes_leaves_no_login_open() {
    let world = Arc::new(world().await);
    for _ in 0..8 {
        let (person, _, browser, _) = world.at_work().await;
        let mut codes = Vec::new();
        for _ in 0..8 {
            codes.push(world.code("claims", &browser).await);
        }
        let mut running = Vec::new();
        for (index, code) in codes.into_iter().enumerate() {
            let (world, person) = (Arc::clone(&world), person.clone());
            running.push(tokio::spawn(async move {
                if index == 4 {
                    world.withdraw(&person, Withdrawal::Suspension).await;
                }
                let _ = world.token(&redemption("claims", &code)).await;
            }));
        }
        for one in running {
            one.await.unwrap();
        }
        let open = "SELECT count(*) FROM web_service WHERE ended_at IS NULL";
        assert_eq!(world.count(open).await, 0);
        // Whoever got in was told that it is over.
        let untold = "SELECT count(*) FROM web_service AS s WHERE NOT EXISTS
             (SELECT 1 FROM web_logout AS l WHERE l.browser = s.browser AND l.client = s.client)";
        assert_eq!(world.count(untold).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ended_is_forgotten_in_a_week_and_what_was_known_in_half_a_year() {
    let world = world().await;
    let (_, who, ..) = world.at_work().await;
    login::log_out(&world.backend, who).await.unwrap();
    for due in world.due().await {
        world.answered(due.id, logout::Answer::Delivered).await;
    }
    let rows = "SELECT (SELECT count(*) FROM web_browser) + (SELECT count(*) FROM web_service)
                     + (SELECT count(*) FROM web_logout) + (SELECT count(*) FROM web_handoff)
                     + (SELECT count(*) FROM web_code) + (SELECT count(*) FROM web_access)";
    world.tidy().await;
    assert!(world.count(rows).await > 0);
    world.advance(8 * DAY);
    world.tidy().await;
    assert_eq!(world.count(rows).await, 0);
    let known = "SELECT count(*) FROM web_known";
    assert_eq!(world.count(known).await, 1);
    world.advance(173 * DAY);
    world.tidy().await;
    assert_eq!(world.count(known).await, 0);
}

/// What is kept holds none of what was given out.
#[tokio::test(flavor = "multi_thread")]
async fn the_database_holds_no_secret_that_opens_anything() {
    let world = world().await;
    let (_, who, browser, service) = world.at_work().await;
    let (_, page) = clicked(&world, &who, "claims").await;
    let file = world._dir.path().join("provider");
    let secrets = [
        &page.token,
        browser.session.as_ref().unwrap(),
        browser.known.as_ref().unwrap(),
        &service.code,
        &service.access,
        &service.refresh,
    ];
    let mut read = 0;
    for entry in std::fs::read_dir(file).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        read += bytes.len();
        for secret in secrets {
            let secret = secret.expose().as_bytes();
            assert!(!bytes.windows(secret.len()).any(|part| part == secret));
        }
    }
    assert!(read > 100_000);
}
