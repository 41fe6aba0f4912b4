//! From a service's own page to the app, and back into the browser that asked and no other.

use warifu_protocol::{AuthorizationView, ErrorCode};

use super::*;
use crate::domain::sso::approval::{self, Asking, Continued, Resumption, Returned, Waiting};

/// A page that waits, and the link that it shows.
#[derive(Clone)]
struct Waited {
    link: Secret,
    flow: Secret,
}

impl Waited {
    fn link(&self) -> SecretText {
        text(self.link.expose())
    }
}

impl World {
    async fn ask(&self, request: AuthorizeRequest, browser: &Browser) -> Waited {
        let waited = Waited { link: Secret::new().unwrap(), flow: Secret::new().unwrap() };
        let by = Asking {
            request,
            state: Some(String::from("a state & more")),
            link: waited.link.clone(),
            flow: waited.flow.clone(),
            visitor: browser.visitor.clone(),
        };
        let (shared, now) = (Arc::clone(&self.backend), self.backend.now());
        let work = move |tx: &Tx| approval::ask(tx, &shared.config, &by, now);
        assert_eq!(self.backend.store.write(work).await.unwrap(), 300);
        waited
    }

    async fn waits(&self, waited: &Waited) -> Waiting {
        let (now, flow) = (self.backend.now(), waited.flow.clone());
        self.backend.store.read(move |tx| approval::wait(tx, &flow, now)).await.unwrap()
    }

    async fn look(&self, who: &Credentials, waited: &Waited) -> Result<AuthorizationView, Error> {
        approval::view(&self.backend, who.peer.clone(), waited.link()).await
    }

    /// The address's token, as the app opens it.
    async fn approve(
        &self,
        who: &Credentials,
        waited: &Waited,
        proof: Option<SecretText>,
    ) -> Result<Secret, Error> {
        let done = approval::approve(&self.backend, who.clone(), waited.link(), proof).await?;
        let token = done.url.expose().strip_prefix("https://login.example.jp/continue#").unwrap();
        Ok(Secret::parse(token).unwrap())
    }

    async fn prove(&self, who: &Credentials, waited: &Waited) -> Result<SecretText, Error> {
        let (link, password) = (waited.link(), text(PASSWORD));
        let proved = approval::prove(&self.backend, who.clone(), link, password).await?;
        Ok(proved.proof)
    }

    async fn resume(&self, by: &Resumption) -> Continued {
        let (shared, by, now) = (Arc::clone(&self.backend), by.clone(), self.backend.now());
        let work = move |tx: &Tx| approval::resume(tx, &shared.config, &by, now);
        self.backend.store.write(work).await.unwrap()
    }
}

fn resumption(browser: &Browser, confirmation: &Secret, flows: &[&Waited]) -> Resumption {
    Resumption {
        confirmation: confirmation.clone(),
        flows: flows.iter().map(|waited| waited.flow.clone()).collect(),
        cookies: browser.cookies(),
        new: Fresh::new().unwrap(),
        code: Secret::new().unwrap(),
        operation: Operation::new().unwrap(),
        visitor: browser.visitor.clone(),
    }
}

fn returned(continued: Continued) -> Returned {
    let Continued::Returned(returned) = continued else { panic!("{continued:?}") };
    returned
}

fn turned_away(continued: Continued) -> PageCode {
    match continued {
        Continued::Refused(code) => code,
        // The one service of these tests, so that its page can be offered.
        Continued::OtherBrowser(client) => {
            assert_eq!(client, "claims");
            PageCode::OtherBrowser
        }
        Continued::Returned(returned) => panic!("{returned:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_comes_back_into_the_browser_that_asked() {
    let world = world().await;
    let (_, who) = world.logged_in(&["claims.view"]).await;
    let mut browser = Browser::new();
    let waited = world.ask(request("claims"), &browser).await;
    assert_eq!(world.waits(&waited).await, Waiting::Unseen);
    world.advance(20);
    let seen = world.look(&who, &waited).await.unwrap();
    assert_eq!((seen.client.ja.as_str(), seen.host.as_str()), ("債権照会", "service.example.jp"));
    assert_eq!((seen.requested_at, seen.expires_in), (NOW, 280));
    assert_eq!((seen.browser.name, seen.browser.version), (BrowserName::Firefox, Some(153)));
    assert_eq!((seen.browser.same_address, seen.address.as_str()), (true, "192.0.2.1"));
    assert!(!seen.password);
    assert_eq!(world.waits(&waited).await, Waiting::Viewed);
    let token = world.approve(&who, &waited, None).await.unwrap();
    assert_eq!(world.waits(&waited).await, Waiting::Approved);

    let by = resumption(&browser, &token, &[&waited]);
    let back = returned(world.resume(&by).await);
    assert_eq!(
        (back.redirect_uri.as_str(), back.state.as_deref()),
        (CALLBACK, Some("a state & more"))
    );
    assert!(back.set_session && back.waiting.is_empty());
    assert_eq!(back.flow.hash(), waited.flow.hash());
    assert_eq!(world.waits(&waited).await, Waiting::Continued);
    let granted = world.token(&redemption("claims", &by.code)).await.unwrap();
    let claims = serde_json::to_value(&granted.claims).unwrap();
    assert_eq!((&claims["nonce"], &claims["auth_time"]), (&"n-0S6_WzA2Mj".into(), &NOW.into()));
    // The browser is logged in, and the next service needs no click; the menu asks no more either.
    browser.session = Some(by.new.session);
    browser.known = Some(by.new.browser);
    world.service("claims", &browser).await;
    let (_, page) = clicked(&world, &who, "claims").await;
    opened(browser.post(&world, &page, None).await);
    assert_eq!(world.acts("authorization").await, ["authorization-approved"]);
}

/// An attacker asks, and talks a user into approving: it comes out in the user's browser.
#[tokio::test(flavor = "multi_thread")]
async fn an_approval_that_another_browser_asked_for_is_worth_nothing_anywhere() {
    let world = world().await;
    let (_, who) = world.logged_in(&["claims.view"]).await;
    let mut attacker = Browser::new();
    attacker.visitor.address = "203.0.113.9".parse().unwrap();
    let bait = world.ask(request("claims"), &attacker).await;
    // The user's own browser waits for something, too: that is another cookie.
    let victim = Browser::new();
    let own = world.ask(request("claims"), &victim).await;

    let seen = world.look(&who, &bait).await.unwrap();
    assert!(!seen.browser.same_address && seen.password, "{seen:?}");
    assert_eq!(seen.browser.address, "203.0.113.9");
    // Another address always wants the password.
    assert_eq!(code(world.approve(&who, &bait, None).await), ErrorCode::ProofMissing);
    let proof = world.prove(&who, &bait).await.unwrap();
    let token = world.approve(&who, &bait, Some(proof)).await.unwrap();
    assert!(world.look(&who, &bait).await.is_ok(), "the app asks what becomes of it");
    let by = resumption(&victim, &token, &[&own]);
    assert_eq!(turned_away(world.resume(&by).await), PageCode::OtherBrowser);
    assert_eq!(code(world.look(&who, &bait).await), ErrorCode::RequestMisdirected);
    // Spent: also for the one that asked.
    let late = resumption(&attacker, &token, &[&bait]);
    assert_eq!(turned_away(world.resume(&late).await), PageCode::OtherBrowser);
    assert_eq!(world.waits(&bait).await, Waiting::Expired);
    assert_eq!(world.count("SELECT count(*) FROM web_browser").await, 0);
    assert_eq!(
        world.acts("authorization").await,
        ["authorization-approved", "authorization-misdirected"]
    );
    // Another profile on the same PC is everyday, and no matter for administrators.
    let token = world.approve(&who, &own, None).await.unwrap();
    let by = resumption(&victim, &token, &[]);
    assert_eq!(turned_away(world.resume(&by).await), PageCode::OtherBrowser);
    assert_eq!(world.acts("authorization-misdirected").await.len(), 1);
    // The cookies that stay in a browser open nothing: not the one that says which it is, either.
    let third = world.ask(request("claims"), &victim).await;
    let token = world.approve(&who, &third, None).await.unwrap();
    let mut by = resumption(&victim, &token, &[]);
    by.flows = vec![by.new.browser.clone(), third.link.clone(), token.clone()];
    assert_eq!(turned_away(world.resume(&by).await), PageCode::OtherBrowser);
}

/// A proof is good once, for one request, in one session; and neither silence, a handoff nor a fresh login
/// stands for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_proof_of_the_password_is_for_one_request_and_once() {
    let world = world().await;
    let (person, who) = world.logged_in(&["claims.view"]).await;
    let browser = Browser::new();
    let login = AuthorizeRequest { prompt_login: true, ..request("claims") };
    let aged = AuthorizeRequest { max_age: Some(3600), ..request("claims") };
    for wanted in [login, aged, request("vault")] {
        let waited = world.ask(wanted.clone(), &browser).await;
        assert!(world.look(&who, &waited).await.unwrap().password);
        assert_eq!(code(world.approve(&who, &waited, None).await), ErrorCode::ProofMissing);
        // Of another request.
        let other = world.ask(wanted, &browser).await;
        let foreign = world.prove(&who, &other).await.unwrap();
        let approved = world.approve(&who, &waited, Some(foreign)).await;
        assert_eq!(code(approved), ErrorCode::ProofMissing);
        // In another session of the same user.
        let LoginAnswer::LoggedIn(session) = world.log_in(&person).await.unwrap() else { panic!() };
        let fresh = Credentials { token: session.token, ..who.clone() };
        assert_eq!(code(world.approve(&fresh, &waited, None).await), ErrorCode::ProofMissing);
        let proof = world.prove(&fresh, &waited).await.unwrap();
        let approved = world.approve(&who, &waited, Some(proof)).await;
        assert_eq!(code(approved), ErrorCode::ProofMissing);
        // An earlier one, and one that is too old.
        let early = world.prove(&who, &waited).await.unwrap();
        world.advance(1);
        let late = world.prove(&who, &waited).await.unwrap();
        let approved = world.approve(&who, &waited, Some(early)).await;
        assert_eq!(code(approved), ErrorCode::ProofMissing);
        world.advance(121);
        let approved = world.approve(&who, &waited, Some(late)).await;
        assert_eq!(code(approved), ErrorCode::ProofMissing);
        // And its own, whose time is that of the login.
        let proof = world.prove(&who, &waited).await.unwrap();
        let token = world.approve(&who, &waited, Some(proof.clone())).await.unwrap();
        let again = world.approve(&who, &waited, Some(proof)).await;
        assert_eq!(code(again), ErrorCode::RequestExpired);
        let by = resumption(&browser, &token, &[&waited]);
        returned(world.resume(&by).await);
        let auth_time = "SELECT max(auth_time) FROM web_code";
        assert_eq!(world.count(auth_time).await, world.backend.now());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_for_a_request_counts_as_at_login() {
    let world = world().await;
    let (person, who) = world.logged_in(&["claims.view"]).await;
    let waited = world.ask(request("vault"), &Browser::new()).await;
    for left in [4, 3, 2, 1, 0] {
        let tried =
            approval::prove(&world.backend, who.clone(), waited.link(), text("Wrong#1234")).await;
        let expected =
            if left > 0 { ErrorCode::AuthenticationFailed } else { ErrorCode::AccountLocked };
        assert_eq!(code(tried), expected);
        assert_eq!(world.found(&person).await.wrong_passwords(), 5 - left);
    }
    assert_eq!(code(world.prove(&who, &waited).await), ErrorCode::AccountLocked);
    // A request that there is not costs no try.
    let (person, who) = world.logged_in(&["claims.view"]).await;
    let nowhere = Waited { link: Secret::new().unwrap(), ..waited };
    assert_eq!(code(world.prove(&who, &nowhere).await), ErrorCode::RequestExpired);
    assert_eq!(world.found(&person).await.wrong_passwords(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_and_the_end_of_the_time_are_the_end_of_it() {
    let world = world().await;
    let (_, who) = world.logged_in(&["claims.view"]).await;
    let browser = Browser::new();
    let waited = world.ask(request("claims"), &browser).await;
    for _ in 0..2 {
        approval::decline(&world.backend, who.peer.clone(), waited.link()).await.unwrap();
    }
    assert_eq!(world.waits(&waited).await, Waiting::Declined);
    assert_eq!(code(world.look(&who, &waited).await), ErrorCode::RequestExpired);
    assert_eq!(code(world.approve(&who, &waited, None).await), ErrorCode::RequestExpired);
    assert_eq!(world.acts("authorization").await, ["authorization-declined"]);

    let waited = world.ask(request("claims"), &browser).await;
    world.advance(301);
    assert_eq!(world.waits(&waited).await, Waiting::Expired);
    assert_eq!(code(world.look(&who, &waited).await), ErrorCode::RequestExpired);
    assert_eq!(code(world.approve(&who, &waited, None).await), ErrorCode::RequestExpired);
    let declined = approval::decline(&world.backend, who.peer.clone(), waited.link()).await;
    assert_eq!(code(declined), ErrorCode::RequestExpired);

    // An approval waits for a minute, and never longer than the request.
    for (asked_for, late, good) in
        [(0, 60, true), (0, 61, false), (290, 10, true), (290, 11, false)]
    {
        let waited = world.ask(request("claims"), &browser).await;
        world.advance(asked_for);
        let (_, who) = world.logged_in(&["claims.view"]).await;
        let token = world.approve(&who, &waited, None).await.unwrap();
        world.advance(late);
        let continued = world.resume(&resumption(&browser, &token, &[&waited])).await;
        assert_eq!(matches!(continued, Continued::Returned(_)), good, "{asked_for} {late}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lacks_the_right_or_has_lost_the_login_approves_nothing() {
    let world = world().await;
    let browser = Browser::new();
    let (_, other) = world.logged_in(&["other"]).await;
    let waited = world.ask(request("claims"), &browser).await;
    assert_eq!(code(world.approve(&other, &waited, None).await), ErrorCode::PermissionMissing);
    for between in Withdrawal::ALL {
        let (person, who) = world.logged_in(&["claims.view"]).await;
        let waited = world.ask(request("claims"), &browser).await;
        let token = world.approve(&who, &waited, None).await.unwrap();
        world.withdraw(&person, between).await;
        let by = resumption(&browser, &token, &[&waited]);
        let expected = if between == Withdrawal::Suspension {
            PageCode::AccountSuspended
        } else {
            PageCode::LoginExpired
        };
        assert_eq!(turned_away(world.resume(&by).await), expected, "{between:?}");
        // One attempt.
        assert_eq!(turned_away(world.resume(&by).await), PageCode::LoginExpired, "{between:?}");
    }
    assert_eq!(world.count("SELECT count(*) FROM web_code").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_work_and_the_same_browser_within_ten_seconds_go_on_the_same_way() {
    let world = world().await;
    let (_, who) = world.logged_in(&["claims.view"]).await;
    let browser = Browser::new();
    let waited = world.ask(request("claims"), &browser).await;
    let token = world.approve(&who, &waited, None).await.unwrap();
    let by = resumption(&browser, &token, &[&waited]);
    let first = returned(world.resume(&by).await);
    let again = returned(world.resume(&by).await);
    assert!(first.set_session && again.set_session);
    assert_eq!(world.count("SELECT count(*) FROM web_code").await, 1);
    world.advance(10);
    let resent = resumption(&browser, &token, &[&waited]);
    assert!(returned(world.resume(&resent).await).set_session);
    world.token(&redemption("claims", &resent.code)).await.unwrap();
    assert_eq!(world.count("SELECT count(*) FROM web_browser").await, 1);
    world.advance(1);
    let late = resumption(&browser, &token, &[&waited]);
    assert_eq!(turned_away(world.resume(&late).await), PageCode::LoginExpired);
    // Without the cookie never.
    let thief = resumption(&Browser::new(), &token, &[]);
    assert_eq!(turned_away(world.resume(&thief).await), PageCode::OtherBrowser);
}

/// A flood of questions from one network pushes out its own, and nothing that somebody looks at.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_evicts_from_the_network_that_floods() {
    let world = world().await;
    let (_, who) = world.logged_in(&["claims.view"]).await;
    let browser = Browser::new();
    let own = world.ask(request("claims"), &browser).await;
    let mut flood = Browser::new();
    flood.visitor.address = "2001:db8::1".parse().unwrap();
    let viewed = world.ask(request("claims"), &flood).await;
    world.look(&who, &viewed).await.unwrap();
    world
        .write(|tx| {
            tx.tamper(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9998)
                 INSERT INTO web_request (link_hash, flow_hash, client, redirect_uri, challenge,
                     wants_password, requested_at, expires_at, step, step_at, network, address,
                     browser)
                 SELECT randomblob(32), randomblob(32), 'claims', '', '', 0, 0, 0, 'waiting', 0,
                        '2001:db8::', '2001:db8::2', 'other' FROM n",
            )
        })
        .await;
    let last = world.ask(request("claims"), &flood).await;
    assert_eq!(world.count("SELECT count(*) FROM web_request").await, 10_000);
    for waited in [&own, &viewed, &last] {
        assert_ne!(world.waits(waited).await, Waiting::Expired);
    }
}
