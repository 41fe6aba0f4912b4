//! Codes, access tokens, refresh tokens, and what services are told.

use serde_json::json;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_service_is_told_field_by_field() {
    let world = world().await;
    let (person, _, _, service) = world.at_work().await;
    let user = world.found(&person).await;
    assert_eq!(user.subject.len(), 32);
    let sid = world
        .backend
        .store
        .read::<_, StoreError>(|tx| tx.texts("SELECT sid FROM web_browser"))
        .await
        .unwrap();
    let thumbprint = person.peer.certificate.unwrap();
    let bytes: Vec<u8> = (0..32)
        .map(|at| u8::from_str_radix(&thumbprint.as_str()[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    let expected = json!({
        "iss": ISSUER,
        "aud": "claims",
        "sub": user.subject,
        "iat": NOW,
        "exp": NOW + 300,
        "auth_time": NOW,
        "nonce": "n-0S6_WzA2Mj",
        "sid": sid[0],
        "acr": "https://login.example.jp/acr/software",
        "amr": ["pwd", "swk", "mfa"],
        "certificate_assurance": "software",
        "certificate_thumbprint": URL_SAFE_NO_PAD.encode(bytes),
        "customer_number": "10000001",
        "user_id": "user000",
        "preferred_username": "10000001/user000",
        "permissions": ["claims.view"],
        "customer_name": "test",
    });
    assert_eq!(service.claims, expected);

    // Refreshed later: another time, the same login, and no nonce.
    world.advance(200);
    let refreshed = world.refresh(&service).await.unwrap();
    let mut later = expected;
    later["iat"] = json!(NOW + 200);
    later["exp"] = json!(NOW + 500);
    later.as_object_mut().unwrap().remove("nonce");
    assert_eq!(serde_json::to_value(&refreshed.claims).unwrap(), later);

    let told = world.userinfo(&service.access).await.unwrap();
    let user = json!({
        "sub": later["sub"],
        "customer_number": "10000001",
        "user_id": "user000",
        "preferred_username": "10000001/user000",
        "permissions": ["claims.view"],
        "customer_name": "test",
    });
    assert_eq!(told, user);
    world.advance(101);
    assert_eq!(world.userinfo(&service.access).await, None);
    assert_eq!(world.acts("service-").await, ["service-opened"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_parallel_redemptions_of_a_code_give_one_grant_and_the_reuse_ends_it() {
    let world = Arc::new(world().await);
    let (_, _, browser, earlier) = world.at_work().await;
    let code = world.code("claims", &browser).await;
    let tries: Vec<_> = (0..50)
        .map(|_| {
            let (world, by) = (Arc::clone(&world), redemption("claims", &code));
            tokio::spawn(async move { (world.token(&by).await, by) })
        })
        .collect();
    let mut granted = Vec::new();
    for one in tries {
        match one.await.unwrap() {
            (Ok(_), by) => granted.push(by),
            (Err(refusal), _) => assert_eq!(refusal, TokenRefusal::Reused),
        }
    }
    assert_eq!(granted.len(), 1);
    let service = Service {
        access: granted[0].access.clone(),
        refresh: granted[0].refresh.clone(),
        ..earlier.clone()
    };
    assert_eq!(world.refresh(&service).await.unwrap_err(), TokenRefusal::Ended);
    assert_eq!(world.userinfo(&service.access).await, None);
    // That one alone: the browser and the login before it go on.
    world.refresh(&earlier).await.unwrap();
    assert_eq!(world.due().await.len(), 1);
}

/// COMMIT was done and nobody heard of it: the work runs again and finds its own name.
#[tokio::test(flavor = "multi_thread")]
async fn a_redemption_that_runs_again_grants_the_same() {
    let world = world().await;
    let (_, _, browser, _) = world.at_work().await;
    let code = world.code("claims", &browser).await;
    let by = redemption("claims", &code);
    let first = world.token(&by).await.unwrap();
    let again = world.token(&by).await.unwrap();
    let written = |granted: &TokenGrant| serde_json::to_value(&granted.claims).unwrap();
    assert_eq!(written(&first), written(&again));
    assert!(world.userinfo(&by.access).await.is_some());
    assert_eq!(world.count("SELECT count(*) FROM web_service").await, 2);
    assert!(world.acts("service-code").await.is_empty());
    // In another piece of work it is a reuse.
    let other = CodeRedemption { operation: Operation::new().unwrap(), ..by };
    assert_eq!(world.token(&other).await.unwrap_err(), TokenRefusal::Reused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_spent_by_its_own_service_and_by_nobody_else() {
    let world = world().await;
    let (_, _, browser, _) = world.at_work().await;
    type Change = fn(&mut CodeRedemption);
    let wrong: [(Change, TokenRefusal); 4] = [
        (|by| by.verifier.push('x'), TokenRefusal::Mismatch),
        (|by| by.verifier.clear(), TokenRefusal::Mismatch),
        (|by| by.redirect_uri.push('/'), TokenRefusal::Mismatch),
        (|by| by.redirect_uri.make_ascii_uppercase(), TokenRefusal::Mismatch),
    ];
    for (change, refusal) in wrong {
        let code = world.code("claims", &browser).await;
        let mut by = redemption("claims", &code);
        change(&mut by);
        assert_eq!(world.token(&by).await.unwrap_err(), refusal);
        let right = redemption("claims", &code);
        assert_eq!(world.token(&right).await.unwrap_err(), TokenRefusal::Reused);
    }
    // Late.
    let code = world.code("claims", &browser).await;
    world.advance(31);
    let by = redemption("claims", &code);
    assert_eq!(world.token(&by).await.unwrap_err(), TokenRefusal::Late);
    // Another service has seen it: nothing changes but the record.
    let code = world.code("claims", &browser).await;
    let foreign = redemption("vault", &code);
    let misused = world.acts("service-code-misused").await.len();
    assert_eq!(world.token(&foreign).await.unwrap_err(), TokenRefusal::Foreign);
    assert_eq!(world.acts("service-code-misused").await.len(), misused + 1);
    world.token(&redemption("claims", &code)).await.unwrap();
    // Also after its own service used it: that one keeps what it has.
    assert_eq!(world.token(&foreign).await.unwrap_err(), TokenRefusal::Foreign);
    // One that there never was.
    let unknown = redemption("claims", &Secret::new().unwrap());
    assert_eq!(world.token(&unknown).await.unwrap_err(), TokenRefusal::Unknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_worth_nothing_to_another_service_and_nothing_as_another_kind() {
    let world = world().await;
    let (_, _, browser, service) = world.at_work().await;
    let vault = Service { id: "vault", ..service.clone() };
    assert_eq!(world.refresh(&vault).await.unwrap_err(), TokenRefusal::Foreign);
    let kinds = [&service.code, &service.refresh, browser.session.as_ref().unwrap()];
    for secret in kinds {
        assert_eq!(world.userinfo(secret).await, None);
    }
    for refresh in [&service.code, &service.access, browser.known.as_ref().unwrap()] {
        let other = Service { refresh: refresh.clone(), ..service.clone() };
        assert_eq!(world.refresh(&other).await.unwrap_err(), TokenRefusal::Unknown);
    }
    for cookie in [&service.access, &service.refresh, browser.known.as_ref().unwrap()] {
        let other = Browser { session: Some(cookie.clone()), ..browser.clone() };
        let decided = world.decide(&request("claims"), &other, &Secret::new().unwrap()).await;
        assert_eq!(decided, Decision::Approve);
    }
    // Nothing of it is a session of the app, and the other way round.
    let (_, who) = world.logged_in(&["claims.view"]).await;
    for secret in [browser.session.as_ref().unwrap(), &service.refresh] {
        let token = text(secret.expose());
        let session = Credentials { token, ..who.clone() };
        let seen = login::session(&world.backend, session).await;
        assert_eq!(code(seen), ErrorCode::SessionEnded);
    }
    let token = Secret::parse(who.token.expose()).unwrap();
    let with_token = Browser { session: Some(token), ..Browser::new() };
    let decided = world.decide(&request("claims"), &with_token, &Secret::new().unwrap()).await;
    assert_eq!(decided, Decision::Approve);
}

/// Eight tabs refresh at once, and none loses what it got (S12).
#[tokio::test(flavor = "multi_thread")]
async fn every_access_token_is_good_to_its_own_end() {
    let world = Arc::new(world().await);
    let (_, _, _, service) = world.at_work().await;
    let tabs: Vec<_> = (0..8)
        .map(|_| {
            let (world, service) = (Arc::clone(&world), service.clone());
            tokio::spawn(async move {
                let by = Refresh {
                    client: client("claims"),
                    refresh: service.refresh,
                    access: Secret::new().unwrap(),
                };
                let (shared, now, work) =
                    (Arc::clone(&world.backend), world.backend.now(), by.clone());
                let done = world
                    .backend
                    .store
                    .write(move |tx| token::refresh(tx, &shared.config, &work, now));
                done.await.unwrap().unwrap();
                by.access
            })
        })
        .collect();
    let mut tokens = vec![service.access];
    for tab in tabs {
        tokens.push(tab.await.unwrap());
    }
    for token in &tokens {
        assert!(world.userinfo(token).await.is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_silent_that_must_not_be() {
    let world = world().await;
    let (person, _, browser, _) = world.at_work().await;
    let subject = world.found(&person).await.subject;
    let other = "f".repeat(32);
    type Change = fn(&mut AuthorizeRequest, &str, &str);
    let table: [(&str, Change, bool); 10] = [
        ("as it is", |_, _, _| {}, true),
        ("login anew", |by, _, _| by.prompt_login = true, false),
        ("young enough", |by, _, _| by.max_age = Some(60), true),
        ("too old", |by, _, _| by.max_age = Some(59), false),
        ("of this moment", |by, _, _| by.max_age = Some(0), false),
        ("for that user", |by, own, _| by.login_hint = Some(own.to_owned()), true),
        ("for another user", |by, _, other| by.login_hint = Some(other.to_owned()), false),
        ("for whomever", |by, _, _| by.login_hint = Some(String::from("tanaka")), true),
        (
            "for the user of a token",
            |by, own, _| {
                let (sub, sid, aud) = (own.to_owned(), String::new(), String::new());
                by.hint = Some(sso::keys::Hint { sub, sid, aud });
            },
            true,
        ),
        (
            "for another user of a token",
            |by, _, other| {
                let (sub, sid, aud) = (other.to_owned(), String::new(), String::new());
                by.hint = Some(sso::keys::Hint { sub, sid, aud });
            },
            false,
        ),
    ];
    world.advance(60);
    for (what, change, is_silent) in table {
        for prompt_none in [false, true] {
            let mut asked = AuthorizeRequest { prompt_none, ..request("claims") };
            change(&mut asked, &subject, &other);
            let decided = world.decide(&asked, &browser, &Secret::new().unwrap()).await;
            let expected = match (is_silent, prompt_none) {
                (true, _) => Decision::Code,
                (false, false) => Decision::Approve,
                (false, true) => Decision::LoginRequired,
            };
            assert_eq!(decided, expected, "{what}");
        }
    }
    // A service that wants the password each time gets nothing from a session, whatever opened it (S11).
    let decided = world.decide(&request("vault"), &browser, &Secret::new().unwrap()).await;
    assert_eq!(decided, Decision::Approve);
    // And nobody is nobody.
    let decided = world.decide(&request("claims"), &Browser::new(), &Secret::new().unwrap()).await;
    assert_eq!(decided, Decision::Approve);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lacks_the_right_gets_no_code_and_loses_what_was_granted() {
    let world = world().await;
    let (_, who) = world.logged_in(&["other"]).await;
    let mut browser = Browser::new();
    enter(&world, &who, &mut browser, "notes").await;
    let decided = world.decide(&request("claims"), &browser, &Secret::new().unwrap()).await;
    assert_eq!(decided, Decision::Denied(PageCode::PermissionMissing));

    let (person, _, browser, service) = world.at_work().await;
    let code = world.code("claims", &browser).await;
    let row = person.row;
    // As the provider's own hands would do it.
    world
        .write(move |tx| tx.tamper(&format!("DELETE FROM permission WHERE account = {row}")))
        .await;
    let by = redemption("claims", &code);
    assert_eq!(world.token(&by).await.unwrap_err(), TokenRefusal::PermissionMissing);
    assert_eq!(world.refresh(&service).await.unwrap_err(), TokenRefusal::PermissionMissing);
    assert_eq!(world.userinfo(&service.access).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_nobody_comes_for_is_recorded() {
    let world = world().await;
    let (_, _, browser, _) = world.at_work().await;
    world.code("claims", &browser).await;
    world.advance(30);
    world.tidy().await;
    assert!(world.acts("service-code-unused").await.is_empty());
    world.advance(60);
    world.tidy().await;
    world.tidy().await;
    assert_eq!(world.acts("service-code-unused").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_is_good_once_and_within_minutes_of_its_time() {
    let world = world().await;
    let (claims, vault) = (client("claims"), client("vault"));
    let used =
        async |id: &ClientId, jti: &str, issued_at: Option<i64>, expires_at: i64, by: Operation| {
            let now = world.backend.now();
            let (id, jti) = (id.clone(), jti.to_owned());
            let assertion = token::Assertion { jti, issued_at, expires_at };
            let work = move |tx: &Tx| token::use_assertion(tx, &id, &assertion, &by, now);
            world.backend.store.write(work).await.unwrap()
        };
    let work = Operation::new().unwrap();
    assert!(used(&claims, "1", Some(NOW), NOW + 60, work).await);
    // The work ran again; then somebody else has seen it.
    assert!(used(&claims, "1", Some(NOW), NOW + 60, work).await);
    assert!(!used(&claims, "1", Some(NOW), NOW + 60, Operation::new().unwrap()).await);
    // Another service's names are its own.
    assert!(used(&vault, "1", Some(NOW), NOW + 60, Operation::new().unwrap()).await);
    // Two minutes behind, two minutes ahead, and too far.
    let table = [
        (Some(NOW - 120), NOW - 60, true),
        (Some(NOW + 120), NOW + 180, true),
        (None, NOW + 300, true),
        (Some(NOW - 400), NOW - 151, false),
        (Some(NOW + 151), NOW + 200, false),
        (Some(NOW), NOW + 451, false),
        (Some(NOW), i64::MAX, false),
        (Some(i64::MIN), NOW, true),
    ];
    for (index, (issued_at, expires_at, good)) in table.into_iter().enumerate() {
        let jti = format!("t{index}");
        let by = Operation::new().unwrap();
        let taken = used(&claims, &jti, issued_at, expires_at, by).await;
        // Nobody makes one at the beginning of time: before the database knows of any.
        let good = good && issued_at.is_none_or(|issued_at| issued_at >= 0);
        assert_eq!(taken, good, "{issued_at:?} {expires_at}");
    }
    // It is remembered for as long as it is good.
    world.advance(60 + 150);
    world.tidy().await;
    assert!(!used(&claims, "1", Some(NOW), NOW + 60, Operation::new().unwrap()).await);
    assert!(!used(&claims, "1", Some(NOW + 100), NOW + 160, Operation::new().unwrap()).await);
}
