//! From the main menu into a browser.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_opens_a_browser_that_its_user_was_the_last_to_use_without_a_question() {
    let world = world().await;
    let (_, who) = world.logged_in(&["claims.view"]).await;
    let mut browser = Browser::new();

    // The first time, both the page and the app ask.
    let (id, page) = clicked(&world, &who, "claims").await;
    let seen = world.seen(&who, &id).await;
    assert_eq!((seen.state, seen.browser, seen.expires_in), (HandoffState::Waiting, None, 60));
    let Redeemed::Ask(question) = browser.post(&world, &page, None).await else { panic!() };
    assert_eq!(question.user_id.as_str(), "user000");
    assert_eq!((question.customer_number, question.customer_name.as_str()), (number(), "test"));
    assert_eq!((question.entry.ja.as_str(), question.other), ("債権照会", None));
    assert_eq!(world.seen(&who, &id).await.state, HandoffState::Asking);
    let asks_app = browser.post(&world, &page, Some(true)).await;
    assert!(matches!(asks_app, Redeemed::AskApp { expires_in: 120 }), "{asks_app:?}");
    let seen = world.seen(&who, &id).await;
    let visitor = seen.browser.unwrap();
    assert_eq!(seen.state, HandoffState::Confirm);
    assert_eq!((visitor.name, visitor.version), (BrowserName::Firefox, Some(153)));
    assert_eq!((visitor.address.as_str(), visitor.same_address), ("192.0.2.1", true));
    // The page comes again while the app asks.
    let waits = browser.post(&world, &page, Some(true)).await;
    assert!(matches!(waits, Redeemed::AskApp { .. }), "{waits:?}");
    handoff::confirm(&world.backend, who.clone(), id.clone(), true).await.unwrap();
    // Also when that answer was lost on the way.
    handoff::confirm(&world.backend, who.clone(), id.clone(), true).await.unwrap();
    let first = opened(browser.post(&world, &page, Some(true)).await);
    assert!(first.set_session && first.waiting.is_empty());
    assert_eq!(world.seen(&who, &id).await.state, HandoffState::Opened);
    let subject = world.found(&world_person(&who, &world).await).await.subject;
    let expected = format!(
        "https://service.example.jp/warifu/redirect_uri?a=b&iss=https%3A%2F%2Flogin.example.jp\
         &target_link_uri=https%3A%2F%2Fservice.example.jp%2Fclaims%2F%3Fx%3D1%26y%3D2\
         &login_hint={subject}"
    );
    assert_eq!(first.next, expected);

    // From then on nobody asks; and it is one login, whose services know it by one name (S13).
    let sid = "SELECT count(DISTINCT sid) FROM web_browser";
    let (session, known) = (browser.session.clone(), browser.known.clone());
    let (_, page) = clicked(&world, &who, "notes").await;
    let second = opened(browser.post(&world, &page, None).await);
    assert!(!second.set_session && second.next == "https://notes.example.jp/");
    assert_eq!(browser.session.unwrap().hash(), session.unwrap().hash());
    assert_ne!(browser.known.unwrap().hash(), known.unwrap().hash());
    assert_eq!(world.count(sid).await, 1);
    assert_eq!(
        world.acts("handoff-").await,
        ["handoff-issued", "handoff-opened", "handoff-issued", "handoff-opened"]
    );
}

async fn world_person(who: &Credentials, world: &World) -> Person {
    let thumbprint = who.peer.certificate.clone().unwrap();
    let find = move |tx: &Tx| certificate::by_thumbprint(tx, &thumbprint);
    let found = world.backend.store.read(find).await.unwrap().unwrap();
    Person { id: "user000".parse().unwrap(), row: found.account, peer: who.peer.clone() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_opens_no_service_or_is_not_for_the_user_opens_nothing() {
    let world = world().await;
    let (_, who) = world.logged_in(&["other"]).await;
    for entry in ["claims", "plain", "nowhere", ""] {
        let issued = handoff::issue(&world.backend, who.clone(), entry.to_owned()).await;
        assert_eq!(code(issued), ErrorCode::ServiceUnknown, "{entry}");
    }
    handoff::issue(&world.backend, who, String::from("notes")).await.unwrap();
    let plain = World::new().await;
    let (_, who) = plain.logged_in(&["user-administration"]).await;
    let issued = handoff::issue(&plain.backend, who, String::from("claims")).await;
    assert_eq!(code(issued), ErrorCode::ServiceUnknown);
}

/// Two pages with one token: one of the two is a thief, and nobody knows which.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_page_with_the_same_token_ends_what_the_first_has_opened() {
    let world = world().await;
    for steps in 0..=3 {
        let (_, who) = world.logged_in(&["claims.view"]).await;
        let (mut first, mut second) = (Browser::new(), Browser::new());
        let (id, page) = clicked(&world, &who, "claims").await;
        let stolen = Page { cookie: Secret::new().unwrap(), ..page.clone() };
        first.post(&world, &page, None).await;
        if steps >= 1 {
            first.post(&world, &page, Some(true)).await;
        }
        if steps >= 2 {
            handoff::confirm(&world.backend, who.clone(), id.clone(), true).await.unwrap();
        }
        let mut service = None;
        if steps >= 3 {
            opened(first.post(&world, &page, Some(true)).await);
            service = Some(world.service("claims", &first).await);
            world.advance(120);
        }
        assert_eq!(refused(second.post(&world, &stolen, None).await), PageCode::HandoffUsed);
        assert_eq!(world.seen(&who, &id).await.state, HandoffState::Replayed, "{steps}");
        assert_eq!(refused(first.post(&world, &page, Some(true)).await), PageCode::HandoffUsed);
        if let Some(service) = service {
            assert_eq!(world.refresh(&service).await.unwrap_err(), TokenRefusal::Ended);
            assert_eq!(world.userinfo(&service.access).await, None);
            assert_eq!(world.due().await.len(), 1);
            let decided = world.decide(&request("claims"), &first, &service.code).await;
            assert_eq!(decided, Decision::Approve);
        }
    }
    assert_eq!(world.acts("handoff-replayed").await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_that_is_restored_later_logs_nobody_out() {
    let world = world().await;
    let (_, who) = world.logged_in(&["notes", "claims.view"]).await;
    let mut browser = Browser::new();
    enter(&world, &who, &mut browser, "claims").await;
    let (id, page) = clicked(&world, &who, "claims").await;
    opened(browser.post(&world, &page, None).await);
    // The page itself, a little later: it was told, and that it did not hear it is past.
    world.advance(11);
    assert_eq!(refused(browser.post(&world, &page, None).await), PageCode::HandoffUsed);
    // Another one, after two minutes.
    world.advance(110);
    let other = Page { cookie: Secret::new().unwrap(), ..page };
    assert_eq!(refused(browser.post(&world, &other, None).await), PageCode::HandoffUsed);
    assert_eq!(world.seen(&who, &id).await.state, HandoffState::Opened);
    world.service("claims", &browser).await;
    assert!(world.acts("handoff-replayed").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_work_and_the_same_page_within_ten_seconds_get_the_same_answer() {
    let world = world().await;
    let (_, who) = world.logged_in(&["claims.view"]).await;
    let mut browser = Browser::new();
    enter(&world, &who, &mut browser, "claims").await;
    let mut other = browser.clone();
    other.session = None;
    let (id, page) = clicked(&world, &who, "claims").await;
    let by = other.redemption(&page, None);
    let first = world.redeem(&by).await;
    // COMMIT was done and nobody heard of it: the work runs again.
    let again = world.redeem(&by).await;
    let (first, again) = (opened(first), opened(again));
    assert_eq!((&first.next, first.set_session), (&again.next, again.set_session));
    // The connection died, and the browser sends the request again: with the cookies that it had.
    world.advance(10);
    let resent = other.redemption(&page, None);
    let answer = world.redeem(&resent).await;
    other.keep(&resent, &answer);
    assert!(opened(answer).set_session);
    assert_eq!(world.seen(&who, &id).await.state, HandoffState::Opened);
    // What it has now opens, and what got lost opens nothing.
    world.service("claims", &other).await;
    let lost = Browser { session: Some(by.new.session.clone()), ..other.clone() };
    let code = Secret::new().unwrap();
    assert_eq!(world.decide(&request("claims"), &lost, &code).await, Decision::Approve);
    // And it knows the browser.
    let (_, page) = clicked(&world, &who, "claims").await;
    opened(other.post(&world, &page, None).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_good_for_a_minute_and_an_answer_for_two() {
    let world = world().await;
    let (_, who) = world.logged_in(&["claims.view"]).await;
    let mut browser = Browser::new();
    let (id, page) = clicked(&world, &who, "claims").await;
    world.advance(61);
    assert_eq!(refused(browser.post(&world, &page, None).await), PageCode::LoginExpired);
    assert_eq!(world.seen(&who, &id).await.state, HandoffState::Expired);

    let (id, page) = clicked(&world, &who, "claims").await;
    world.advance(60);
    assert!(matches!(browser.post(&world, &page, None).await, Redeemed::Ask(_)));
    world.advance(120);
    let asked = browser.post(&world, &page, Some(true)).await;
    assert!(matches!(asked, Redeemed::AskApp { expires_in: 120 }), "{asked:?}");
    world.advance(121);
    let late = handoff::confirm(&world.backend, who.clone(), id.clone(), true).await;
    assert_eq!(code(late), ErrorCode::RequestExpired);
    assert_eq!(refused(browser.post(&world, &page, Some(true)).await), PageCode::LoginExpired);
    // One that there never was.
    let unknown = Page { token: Secret::new().unwrap(), ..page };
    assert_eq!(refused(browser.post(&world, &unknown, None).await), PageCode::LoginExpired);
}

/// A page that never asked, and a browser that whoever raced the token holds: the app's no ends it.
#[tokio::test(flavor = "multi_thread")]
async fn a_no_in_the_browser_or_in_the_app_is_the_end_of_it() {
    let world = world().await;
    let (_, who) = world.logged_in(&["claims.view"]).await;
    let mut browser = Browser::new();
    let (id, page) = clicked(&world, &who, "claims").await;
    browser.post(&world, &page, None).await;
    assert!(matches!(browser.post(&world, &page, Some(false)).await, Redeemed::Declined));
    assert!(matches!(browser.post(&world, &page, Some(true)).await, Redeemed::Declined));
    assert_eq!(world.seen(&who, &id).await.state, HandoffState::Declined);

    for steps in 0..=2 {
        let (id, page) = clicked(&world, &who, "claims").await;
        for answer in [None, Some(true)].into_iter().take(steps) {
            browser.post(&world, &page, answer).await;
        }
        handoff::confirm(&world.backend, who.clone(), id.clone(), false).await.unwrap();
        handoff::confirm(&world.backend, who.clone(), id.clone(), false).await.unwrap();
        let late = handoff::confirm(&world.backend, who.clone(), id, true).await;
        assert_eq!(code(late), ErrorCode::RequestExpired);
        let answer = browser.post(&world, &page, Some(true)).await;
        assert!(matches!(answer, Redeemed::Declined), "{steps}: {answer:?}");
    }
    assert_eq!(world.count("SELECT count(*) FROM web_browser").await, 0);
    assert_eq!(world.acts("handoff-declined").await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_that_nobody_asked_for_is_none_and_a_handoff_is_its_session_s_alone() {
    let world = world().await;
    let (_, who) = world.logged_in(&["claims.view"]).await;
    let (_, other) = world.logged_in(&["claims.view"]).await;
    let mut browser = Browser::new();
    let (id, page) = clicked(&world, &who, "claims").await;
    let answer = browser.post(&world, &page, Some(true)).await;
    assert!(matches!(answer, Redeemed::Ask(_)), "{answer:?}");
    // The app says yes before the page has: nothing was asked there.
    let early = handoff::confirm(&world.backend, who.clone(), id.clone(), true).await;
    assert_eq!(code(early), ErrorCode::RequestExpired);
    for confirmed in [true, false] {
        let foreign = handoff::confirm(&world.backend, other.clone(), id.clone(), confirmed).await;
        assert_eq!(code(foreign), ErrorCode::HandoffUnknown);
    }
    let foreign = handoff::view(&world.backend, other, id).await;
    assert_eq!(code(foreign), ErrorCode::HandoffUnknown);
}

/// A colleague on a shared browser sends the other one a fresh link: the browser knows him, and all the same
/// it asks, since the other one was the last.
#[tokio::test(flavor = "multi_thread")]
async fn a_known_user_who_was_not_the_last_is_asked_for_and_the_other_one_named() {
    let world = world().await;
    let (_, a) = world.logged_in(&["claims.view"]).await;
    let (_, b) = world.logged_in(&["claims.view"]).await;
    let mut browser = Browser::new();
    enter(&world, &a, &mut browser, "claims").await;
    let as_a = world.service("claims", &browser).await;
    enter(&world, &b, &mut browser, "claims").await;
    let as_b = world.service("claims", &browser).await;
    assert_eq!(world.refresh(&as_a).await.unwrap_err(), TokenRefusal::Ended);

    let (_, page) = clicked(&world, &a, "claims").await;
    let Redeemed::Ask(question) = browser.post(&world, &page, None).await else { panic!() };
    assert_eq!(question.user_id.as_str(), "user000");
    let (_, other) = question.other.unwrap();
    assert_eq!(other.as_str(), "user001");
    // Nothing has happened to B; and after a yes the app need not ask, since the browser knows A.
    world.refresh(&as_b).await.unwrap();
    let now_a = opened(browser.post(&world, &page, Some(true)).await);
    assert!(now_a.set_session);
    assert_eq!(world.refresh(&as_b).await.unwrap_err(), TokenRefusal::Ended);
    assert_eq!(world.acts("handoff-opened").await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_does_not_say_who_opened_the_address_asks_each_time() {
    let world = world().await;
    let (_, who) = world.logged_in(&["claims.view"]).await;
    let mut browser = Browser::new();
    browser.visitor.assured = false;
    enter(&world, &who, &mut browser, "claims").await;
    let (_, page) = clicked(&world, &who, "claims").await;
    assert!(matches!(browser.post(&world, &page, None).await, Redeemed::Ask(_)));
    opened(browser.post(&world, &page, Some(true)).await);
}

/// Somebody else's page must not be what the next one sees: a service that could not be told is named.
#[tokio::test(flavor = "multi_thread")]
async fn who_comes_after_somebody_else_hears_which_services_do_not_know_it_yet() {
    let world = world().await;
    let (_, a) = world.logged_in(&["claims.view"]).await;
    let (_, b) = world.logged_in(&["claims.view"]).await;
    let mut browser = Browser::new();
    enter(&world, &a, &mut browser, "claims").await;
    world.service("claims", &browser).await;
    world.advance(60);
    let names = async |ids: &[i64]| {
        let (shared, ids) = (Arc::clone(&world.backend), ids.to_vec());
        let read = move |tx: &Tx| logout::undelivered(tx, &shared.config, &ids);
        world.backend.store.read(read).await.unwrap()
    };
    let came = enter(&world, &b, &mut browser, "claims").await;
    let told: Vec<_> = names(&came.waiting).await.into_iter().map(|name| name.en).collect();
    assert_eq!(told, ["Claims"]);
    let due = world.due().await;
    assert_eq!(due.len(), 1);
    world.answered(due[0].id, logout::Answer::Delivered).await;
    assert!(names(&came.waiting).await.is_empty());
    // B's own click later concerns nobody else.
    assert!(enter(&world, &b, &mut browser, "claims").await.waiting.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handoff_of_a_login_that_has_ended_meanwhile_opens_nothing() {
    let world = world().await;
    for between in Withdrawal::ALL {
        let (person, who) = world.logged_in(&["claims.view"]).await;
        let mut browser = Browser::new();
        enter(&world, &who, &mut browser, "claims").await;
        let (_, page) = clicked(&world, &who, "claims").await;
        world.withdraw(&person, between).await;
        let code = refused(browser.post(&world, &page, None).await);
        let expected = if between == Withdrawal::Suspension {
            PageCode::AccountSuspended
        } else {
            PageCode::LoginExpired
        };
        assert_eq!(code, expected, "{between:?}");
    }
    let (_, who) = world.logged_in(&["claims.view"]).await;
    let (_, page) = clicked(&world, &who, "claims").await;
    login::log_out(&world.backend, who).await.unwrap();
    assert_eq!(refused(Browser::new().post(&world, &page, None).await), PageCode::LoginExpired);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_browsers_that_race_with_one_token_get_one_login_at_most() {
    let world = Arc::new(world().await);
    let (_, who) = world.logged_in(&["claims.view"]).await;
    let mut known = Browser::new();
    enter(&world, &who, &mut known, "claims").await;
    world.count("SELECT count(*) FROM web_browser").await;
    let (_, page) = clicked(&world, &who, "claims").await;
    let tries: Vec<_> = (0..50)
        .map(|_| {
            let (world, mut browser) = (Arc::clone(&world), known.clone());
            let page = Page { cookie: Secret::new().unwrap(), ..page.clone() };
            tokio::spawn(async move { browser.post(&world, &page, None).await })
        })
        .collect();
    let mut entered = 0;
    for one in tries {
        entered += usize::from(matches!(one.await.unwrap(), Redeemed::Opened(_)));
    }
    assert_eq!(entered, 1);
    // And that one has ended.
    let open = "SELECT count(*) FROM web_browser WHERE ended_at IS NULL";
    assert_eq!(world.count(open).await, 0);
}
