//! The listener for browsers and services, over its sockets: from a click in the app to a service's tokens,
//! and everything that ends them.

mod app;
mod asks;
mod equipment;

use serde_json::json;

use self::equipment::{
    BYE, FROM_NOWHERE, FROM_SERVICE, REDIRECT, Site, authorize, payload, request,
};
use crate::{attacker::At, world::flow};

#[test]
fn a_click_in_the_app_ends_in_tokens_of_its_user() {
    flow(async |world| {
        let site = Site::start(&world).await;
        let mut browser = site.opened().await;
        let reply = browser.authorize(&[]).await;
        assert_eq!(reply.status, 303, "{reply:?}");
        assert!(reply.header("location").unwrap().starts_with(&format!("{REDIRECT}?")));
        assert_eq!(reply.sent("state").unwrap(), "s-t-a-t-e");
        assert_eq!(
            reply.sent("iss").unwrap(),
            site.issuer().replace(':', "%3A").replace('/', "%2F")
        );
        let answer = site.service.redeem(site.port, &reply.sent("code").unwrap()).await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")));
        let tokens = answer.json();
        let claims = payload(tokens["id_token"].as_str().unwrap());
        let name = format!("{}/{}", site.user.number, site.user.user_id);
        assert_eq!((&claims["iss"], &claims["aud"]), (&json!(site.issuer()), &json!("claims")));
        assert_eq!(claims["nonce"], "n-o-n-c-e");
        assert_eq!(claims["preferred_username"], name);
        assert_eq!(claims["permissions"], json!(["claims.view"]));
        let info = site.service.userinfo(site.port, &tokens).await;
        assert_eq!((info.status, &info.json()["sub"]), (200, &claims["sub"]));
        let fresh = site.service.refresh(site.port, &tokens).await;
        let again = payload(fresh.json()["id_token"].as_str().unwrap());
        assert_eq!((&again["sub"], &again["sid"]), (&claims["sub"], &claims["sid"]));
        assert!(again.get("nonce").is_none());
        // What signed is published.
        let keys = request(site.port, "GET", "/jwks", &[], "").await.json();
        assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
        for act in ["handoff-issued", "handoff-opened", "service-opened"] {
            site.provider.assert_audited(&site.user, act);
        }
        // The second time nobody is asked.
        let handoff = site.app.handoff().await;
        let reply = browser.hand(&handoff.token, None).await;
        assert_eq!(reply.outcome(), "opened", "{reply:?}");
        assert_eq!(site.app.view(&handoff).await["state"], "opened");
        let listed = site.provider.json(&["web", "sessions", "--json"]);
        assert_eq!(listed.as_array().unwrap().len(), 1);
        assert_eq!(listed[0]["browser"], "firefox");
    });
}

#[test]
fn a_code_is_good_once_and_its_second_use_ends_what_it_opened() {
    flow(async |world| {
        let site = Site::start(&world).await;
        let mut browser = site.opened().await;
        let code = browser.code(&[]).await;
        // Who is not the service changes nothing.
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", REDIRECT),
            ("code_verifier", equipment::VERIFIER),
        ];
        let foreign = site.service.ask(site.port, "other", &pairs).await;
        assert_eq!((foreign.status, &foreign.json()["error"]), (400, &json!("invalid_grant")));
        let body = format!("grant_type=authorization_code&code={code}&client_id=claims");
        let form = ("content-type", String::from("application/x-www-form-urlencoded"));
        let nobody = request(site.port, "POST", "/token", &[form], &body).await;
        assert_eq!((nobody.status, &nobody.json()["error"]), (401, &json!("invalid_client")));

        let first = site.service.redeem(site.port, &code).await;
        assert_eq!(first.status, 200, "{first:?}");
        let second = site.service.redeem(site.port, &code).await;
        assert_eq!((second.status, &second.json()["error"]), (400, &json!("invalid_grant")));
        let told = site.service.hears(1).await;
        let claims = payload(first.json()["id_token"].as_str().unwrap());
        assert_eq!(told[0]["claims"]["sid"], claims["sid"]);
        assert_eq!(site.service.refresh(site.port, &first.json()).await.status, 400);
        assert_eq!(site.service.userinfo(site.port, &first.json()).await.status, 401);

        // Wrong in each way, each code anew.
        for (name, value) in [
            ("redirect_uri", "https://service.localhost/other"),
            ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"),
            ("code", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            ("code", "short"),
        ] {
            let code = browser.code(&[]).await;
            let mut pairs = [
                ("grant_type", "authorization_code"),
                ("code", code.as_str()),
                ("redirect_uri", REDIRECT),
                ("code_verifier", equipment::VERIFIER),
            ];
            for pair in pairs.iter_mut().filter(|(named, _)| *named == name) {
                pair.1 = value;
            }
            let answer = site.service.ask(site.port, "claims", &pairs).await;
            assert_eq!(
                (answer.status, &answer.json()["error"]),
                (400, &json!("invalid_grant")),
                "{name}"
            );
        }
        let late = browser.code(&[]).await;
        world.advance(31);
        assert_eq!(site.service.redeem(site.port, &late).await.status, 400);
    });
}

#[test]
fn of_fifty_redemptions_at_once_one_succeeds() {
    flow(async |world| {
        let site = Site::start(&world).await;
        let mut browser = site.opened().await;
        let code = browser.code(&[]).await;
        let all = (0..50).map(|_| site.service.redeem(site.port, &code));
        let mut statuses = Vec::new();
        for reply in join_all(all).await {
            statuses.push(reply.status);
        }
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    });
}

/// Waits for all of them, which run at the same time.
async fn join_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut pending: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        for (future, done) in pending.iter_mut().filter(|(_, done)| done.is_none()) {
            if let std::task::Poll::Ready(value) = future.as_mut().poll(context) {
                *done = Some(value);
            }
        }
        if pending.iter().all(|(_, done)| done.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    pending.into_iter().filter_map(|(_, done)| done).collect()
}

#[test]
fn whoever_is_suspended_is_out_of_the_service_at_once_and_the_service_is_told_until_it_listens() {
    flow(async |world| {
        let site = Site::start(&world).await;
        let mut browser = site.opened().await;
        let tokens = site.tokens(&mut browser).await;
        site.service.answer(500);
        let user = ["--customer", &site.user.number, "--user", &site.user.user_id];
        site.provider.run(&[&["user", "suspend"][..], &user].concat());
        site.service.hears(1).await;
        assert_eq!(site.service.userinfo(site.port, &tokens).await.status, 401);
        assert_eq!(site.service.refresh(site.port, &tokens).await.status, 400);
        let reply = browser.authorize(&[]).await;
        assert_eq!((reply.status, reply.code().as_str()), (403, "account-suspended"), "{reply:?}");
        assert_eq!(reply.header("location"), None);
        let waiting = site.provider.json(&["web", "logouts", "--json"]);
        assert_eq!(
            (&waiting[0]["state"], &waiting[0]["client"]),
            (&json!("queued"), &json!("claims"))
        );
        site.service.answer(200);
        let told = site.service.told().len();
        world.advance(60);
        let heard = site.service.hears(told + 1).await;
        let claims = &heard.last().unwrap()["claims"];
        assert_eq!(claims["sid"], payload(tokens["id_token"].as_str().unwrap())["sid"]);
        assert!(
            claims["events"].get("http://schemas.openid.net/event/backchannel-logout").is_some()
        );
    });
}

#[test]
fn a_logout_in_the_app_ends_the_browser_too() {
    flow(async |world| {
        let site = Site::start(&world).await;
        let mut browser = site.opened().await;
        let tokens = site.tokens(&mut browser).await;
        assert_eq!(site.app.ask("DELETE /v1/session", None).await.status, 204);
        site.service.hears(1).await;
        assert_eq!(site.service.refresh(site.port, &tokens).await.status, 400);
        assert_eq!(browser.authorize(&[]).await.code(), "app");
    });
}

#[test]
fn each_request_of_a_service_gets_what_the_standard_says() {
    flow(async |world| {
        let site = Site::start(&world).await;
        // Nobody is logged in.
        let mut stranger = site.browser();
        let reply = stranger.authorize(&[("prompt", "none")]).await;
        assert_eq!(
            (reply.status, reply.sent("error").unwrap()),
            (303, String::from("login_required"))
        );
        assert_eq!(stranger.authorize(&[]).await.code(), "app");

        let mut browser = site.opened().await;
        let told = [
            (&[("response_type", "")][..], "invalid_request"),
            (&[("response_type", "token")], "unsupported_response_type"),
            (&[("code_challenge", "")], "invalid_request"),
            (&[("code_challenge_method", "plain")], "invalid_request"),
            (&[("scope", "profile")], "invalid_scope"),
            (&[("request", "x")], "request_not_supported"),
            (&[("request_uri", "x")], "request_uri_not_supported"),
            (&[("response_mode", "form_post")], "invalid_request"),
        ];
        for (changed, error) in told {
            let reply = browser.authorize(changed).await;
            assert_eq!(reply.sent("error").as_deref(), Some(error), "{changed:?}");
            assert_eq!(reply.sent("state").as_deref(), Some("s-t-a-t-e"));
            assert!(reply.sent("iss").is_some() && reply.sent("code").is_none());
        }
        for changed in [
            &[("redirect_uri", "https://evil.localhost/r")][..],
            &[("redirect_uri", "https://service.localhost/redirect_uri/")],
            &[("client_id", "nobody")],
            &[("client_id", "other")],
        ] {
            let reply = browser.authorize(changed).await;
            assert_eq!((reply.status, reply.header("location")), (400, None), "{changed:?}");
            assert_eq!(reply.code(), "service-unknown");
        }
        // Without a nonce, and with what nobody knows.
        browser.code(&[("nonce", ""), ("display", "popup"), ("foo", "bar")]).await;
        // What somebody else is meant by, or a password of now.
        let other = "00000000000000000000000000000000";
        for changed in [[("login_hint", other)], [("prompt", "login")], [("max_age", "0")]] {
            if changed[0].0 == "max_age" {
                world.advance(2);
            }
            let with_none = [changed[0], ("prompt", "none")];
            if changed[0].0 != "prompt" {
                let reply = browser.authorize(&with_none).await;
                assert_eq!(reply.sent("error").as_deref(), Some("login_required"), "{changed:?}");
            }
            assert_eq!(browser.authorize(&changed).await.code(), "app", "{changed:?}");
        }
        browser.code(&[("max_age", "3600"), ("login_hint", "a@example.jp")]).await;

        // A form becomes an address, and sets nothing.
        let address = authorize(&[]);
        let (path, query) = address.split_once('?').unwrap();
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let reply = site.browser().ask("POST", path, &form, query).await;
        assert_eq!(reply.status, 303);
        assert_eq!(reply.header("location").unwrap(), format!("{}{address}", site.issuer()));
        assert_eq!(reply.header("set-cookie"), None);
        // Neither a script of a sibling host nor a frame gets a code.
        for (mode, dest) in [("cors", "empty"), ("navigate", "iframe"), ("no-cors", "image")] {
            let headers = [
                ("sec-fetch-site", "same-site"),
                ("sec-fetch-mode", mode),
                ("sec-fetch-dest", dest),
            ];
            let reply = browser.ask("GET", &address, &headers, "").await;
            assert_eq!((reply.status, reply.header("location")), (400, None), "{mode} {dest}");
        }
        let twice = format!("{address}&scope=openid");
        assert_eq!(browser.go(&twice).await.sent("error").as_deref(), Some("invalid_request"));
        let long = format!("{address}&x={}", "x".repeat(9000));
        assert_eq!(browser.go(&long).await.status, 400);
    });
}

#[test]
fn a_logout_at_a_service_needs_its_token_or_a_yes() {
    flow(async |world| {
        let site = Site::start(&world).await;
        let mut browser = site.opened().await;
        let tokens = site.tokens(&mut browser).await;
        let id_token = tokens["id_token"].as_str().unwrap().to_owned();
        // Any page can send a browser here.
        for path in ["/logout", "/logout?client_id=claims", "/logout?id_token_hint=x.y.z"] {
            let page = browser.go(path).await;
            assert_eq!(page.status, 200, "{path}");
            assert!(page.body.contains("id=\"leave\""), "{path}");
        }
        let wrong = format!(
            "/logout?id_token_hint={id_token}&post_logout_redirect_uri=https://evil.localhost/"
        );
        let page = browser.go(&wrong).await;
        assert_eq!((page.status, page.header("location")), (400, None));
        // Another browser's token: that browser's user is asked.
        let mut second = site.opened().await;
        let page = second.go(&format!("/logout?id_token_hint={id_token}")).await;
        assert!(page.body.contains("id=\"leave\""));
        browser.code(&[]).await;
        second.code(&[]).await;

        let good =
            format!("/logout?id_token_hint={id_token}&post_logout_redirect_uri={BYE}&state=x");
        let reply = browser.go(&good).await;
        assert_eq!(reply.header("location").unwrap(), format!("{BYE}?state=x"));
        assert_eq!(browser.authorize(&[]).await.code(), "app");

        // The yes comes from our own page alone.
        let issuer = site.issuer();
        let ours = [("origin", issuer.as_str()), ("content-type", "application/json")];
        let theirs = [("origin", "https://evil.localhost"), ("content-type", "application/json")];
        let path = "/logout/confirmation";
        assert_eq!(second.ask("POST", path, &theirs, "{}").await.status, 403);
        second.code(&[]).await;
        let body = json!({ "next": "https://evil.localhost/" }).to_string();
        let reply = second.ask("POST", path, &ours, &body).await;
        assert_eq!((reply.status, &reply.json()["next"]), (200, &json!(null)));
        assert_eq!(second.authorize(&[]).await.code(), "app");
    });
}

#[test]
fn a_handoff_opens_one_browser_and_its_second_use_closes_it() {
    flow(async |world| {
        let site = Site::start(&world).await;
        // From a page, a frame, or by another site's script: nothing.
        let mut browser = site.browser();
        let framed = [
            ("sec-fetch-site", "none"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "iframe"),
        ];
        for headers in [&FROM_SERVICE[..], &framed] {
            let page = browser.ask("GET", "/handoff", headers, "").await;
            assert_eq!((page.status, page.code().as_str()), (403, "not-from-app"));
        }
        assert!(browser.cookies.is_empty());
        let page = browser.ask("GET", "/handoff", &FROM_NOWHERE, "").await;
        assert!(page.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
        let handoff = site.app.handoff().await;
        let body = json!({ "token": handoff.token }).to_string();
        let json_type = ("content-type", "application/json");
        for headers in [
            &[("origin", "https://evil.localhost"), json_type][..],
            &[("origin", "null"), json_type],
            &[json_type],
            &[("origin", &site.issuer()), ("content-type", "text/plain")],
        ] {
            let reply = browser.ask("POST", "/handoff", headers, &body).await;
            assert_eq!((reply.status, reply.code().as_str()), (403, "not-from-app"), "{headers:?}");
        }
        assert_eq!(site.app.view(&handoff).await["state"], "waiting");

        // Declined in the browser.
        assert_eq!(browser.hand(&handoff.token, None).await.outcome(), "ask");
        assert_eq!(site.app.view(&handoff).await["state"], "asking");
        assert_eq!(browser.post_token(&handoff.token, Some(false)).await.code(), "declined");
        assert_eq!(site.app.view(&handoff).await["state"], "declined");
        assert_eq!(browser.authorize(&[]).await.code(), "app");

        // Declined in the app.
        let handoff = site.app.handoff().await;
        browser.hand(&handoff.token, None).await;
        assert_eq!(browser.post_token(&handoff.token, Some(true)).await.outcome(), "ask-app");
        assert_eq!(site.app.view(&handoff).await["state"], "confirm");
        assert_eq!(site.app.confirm(&handoff, false).await.status, 204);
        assert_eq!(browser.post_token(&handoff.token, Some(true)).await.code(), "declined");

        // Late.
        let handoff = site.app.handoff().await;
        world.advance(61);
        assert_eq!(browser.hand(&handoff.token, None).await.code(), "login-expired");
        assert_eq!(site.app.view(&handoff).await["state"], "expired");

        // A thief, after the user: both are out, and the app is told.
        let mut browser = site.opened().await;
        let handoff = site.app.handoff().await;
        assert_eq!(browser.hand(&handoff.token, None).await.outcome(), "opened");
        // The same page once more, because a connection broke.
        assert_eq!(browser.post_token(&handoff.token, None).await.outcome(), "opened");
        let tokens = site.tokens(&mut browser).await;
        let mut thief = site.browser();
        assert_eq!(thief.hand(&handoff.token, None).await.code(), "handoff-used");
        site.service.hears(1).await;
        assert_eq!(site.service.refresh(site.port, &tokens).await.status, 400);
        assert_eq!(browser.authorize(&[]).await.code(), "app");
        assert_eq!(thief.authorize(&[]).await.code(), "app");
        assert_eq!(site.app.view(&handoff).await["state"], "replayed");
        site.provider.assert_audited(&site.user, "handoff-replayed");
    });
}

#[test]
fn a_browser_that_says_nothing_of_itself_is_asked_every_time() {
    flow(async |world| {
        let site = Site::start(&world).await;
        let mut browser = site.opened().await;
        browser.tells = false;
        let handoff = site.app.handoff().await;
        assert_eq!(browser.hand(&handoff.token, None).await.outcome(), "ask");
        assert_eq!(browser.post_token(&handoff.token, Some(true)).await.outcome(), "opened");
    });
}

#[test]
fn what_is_given_here_is_worth_nothing_at_the_other_listeners() {
    flow(async |world| {
        let site = Site::start(&world).await;
        let mut browser = site.opened().await;
        let tokens = site.tokens(&mut browser).await;
        let cookie = browser.cookies["__Host-warifu"].clone();
        let (attacker, holder) = (&site.app.attacker, &site.app.holder);
        for token in [
            cookie.as_str(),
            tokens["access_token"].as_str().unwrap(),
            tokens["refresh_token"].as_str().unwrap(),
            tokens["id_token"].as_str().unwrap(),
        ] {
            for (at, with) in [(At::Service, Some(holder)), (At::Enrolment, None)] {
                let what = "GET /v1/session";
                let answer = attacker.request(at, what, with, Some(token), None).await;
                assert!((401..=404).contains(&answer.status), "{at:?}: {answer:?}");
            }
        }
        // And the app's session here.
        let mut stranger = site.browser();
        stranger.cookies.insert(String::from("__Host-warifu"), site.app.token.clone());
        assert_eq!(stranger.authorize(&[]).await.code(), "app");
        let bearer = [("authorization", format!("Bearer {}", site.app.token))];
        let info = request(site.port, "GET", "/userinfo", &bearer, "").await;
        assert_eq!(info.status, 401);
        for path in ["/v1/session", "/v1/policy", "/v1/health", "/v1/crl", "/v1/handoffs"] {
            assert_eq!(request(site.port, "GET", path, &bearer, "").await.status, 404, "{path}");
        }
        for path in ["/authorize", "/jwks", "/handoff", "/.well-known/openid-configuration"] {
            let what = format!("GET {path}");
            for (at, with) in [(At::Service, Some(holder)), (At::Enrolment, None)] {
                let answer = attacker.request(at, &what, with, None, None).await;
                assert_eq!(answer.status, 404, "{at:?} {path}");
            }
        }
    });
}

#[test]
fn only_the_issuers_host_is_answered_and_a_named_proxy_says_who_asks() {
    flow(async |world| {
        let site = Site::start_with(&world, "behind_proxy = ['127.0.0.1', '10.0.0.2']").await;
        for host in ["evil.localhost", "localhost", "localhost:1", "127.0.0.1", ""] {
            let headers = [("host", host.to_owned())];
            let reply = request(site.port, "GET", "/", &headers, "").await;
            assert!([400, 421].contains(&reply.status), "{host}: {}", reply.status);
        }
        let host = format!("LOCALHOST:{}", site.port);
        assert_eq!(request(site.port, "GET", "/", &[("host", host)], "").await.status, 200);
        let handoff = site.app.handoff().await;
        let mut browser = site.browser();
        browser.ask("GET", "/handoff", &FROM_NOWHERE, "").await;
        let origin = site.issuer();
        let headers = [
            ("origin", origin.as_str()),
            ("content-type", "application/json"),
            ("x-forwarded-for", "203.0.113.9, 192.0.2.1"),
            ("x-forwarded-for", "10.0.0.2"),
            ("x-forwarded-host", "evil.localhost"),
            ("x-forwarded-proto", "ftp"),
        ];
        let body = json!({ "token": handoff.token }).to_string();
        assert_eq!(browser.ask("POST", "/handoff", &headers, &body).await.outcome(), "ask");
        let view = site.app.view(&handoff).await;
        assert_eq!(view["browser"]["address"], "192.0.2.1", "{view}");
        let said =
            request(site.port, "GET", "/.well-known/openid-configuration", &[], "").await.json();
        assert_eq!(said["issuer"], site.issuer());
    });
}

#[test]
fn nothing_secret_is_in_the_record_or_the_database() {
    flow(async |world| {
        let site = Site::start(&world).await;
        let mut browser = site.opened().await;
        let handoff = site.app.handoff().await;
        browser.hand(&handoff.token, None).await;
        let code = browser.code(&[]).await;
        let tokens = site.service.redeem(site.port, &code).await.json();
        let mut secrets = vec![handoff.token.clone(), code];
        secrets.extend(browser.cookies.values().cloned());
        for name in ["access_token", "refresh_token", "id_token"] {
            secrets.push(tokens[name].as_str().unwrap().to_owned());
        }
        let record = site.provider.run(&["audit", "list", "--json"]);
        let mut everything = record.into_bytes();
        for file in std::fs::read_dir(site.provider.dir()).unwrap() {
            everything.extend(std::fs::read(file.unwrap().path()).unwrap_or_default());
        }
        for secret in secrets {
            let found = everything.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found, "a secret is there");
        }
    });
}

#[test]
fn what_a_service_asks_is_approved_in_the_app_and_comes_back_into_that_browser() {
    flow(async |world| {
        let site = Site::start(&world).await;
        let mut browser = site.browser();
        let page = browser.authorize(&[]).await;
        let (request, name) = page.asked();
        let wait = format!("/wait?flow={name}");
        assert_eq!(browser.go(&wait).await.json()["step"], "waiting");
        // Somebody else's browser is told nothing.
        assert_eq!(site.browser().go(&wait).await.json()["step"], "expired");
        let view = site.app.authorization("view", &request).await;
        assert_eq!(
            (view.status, &view.body["host"]),
            (200, &json!("service.localhost")),
            "{view:?}"
        );
        assert_eq!(
            (&view.body["password"], &view.body["browser"]["name"]),
            (&json!(false), &json!("firefox"))
        );
        assert_eq!(browser.go(&wait).await.json()["step"], "viewed");
        let token = site.app.approval(&request).await;
        assert_eq!(browser.go(&wait).await.json()["step"], "approved");
        // Waiting alone leads nowhere.
        assert_eq!(
            browser.authorize(&[("prompt", "none")]).await.sent("error").unwrap(),
            "login_required"
        );

        let from_page = browser.ask("GET", "/continue", &FROM_SERVICE, "").await;
        assert_eq!((from_page.status, from_page.code().as_str()), (403, "not-from-app"));
        assert_eq!(browser.ask("GET", "/continue", &FROM_NOWHERE, "").await.status, 200);
        let reply = browser.post("/continue", &json!({ "token": token })).await;
        assert_eq!(reply.outcome(), "opened", "{reply:?}");
        let next = reply.json()["next"].as_str().unwrap().to_owned();
        assert!(
            next.starts_with(&format!("{REDIRECT}?code="))
                && next.contains("&state=s-t-a-t-e&iss=")
        );
        let code = next.split("code=").nth(1).unwrap().split('&').next().unwrap();
        let answer = site.service.redeem(site.port, code).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let claims = payload(answer.json()["id_token"].as_str().unwrap());
        assert_eq!(
            (&claims["nonce"], &claims["user_id"]),
            (&json!("n-o-n-c-e"), &json!("kanri01"))
        );
        // The page that waits hears that it may be closed; its cookie is kept no longer than that takes.
        assert_eq!(browser.go(&wait).await.json()["step"], "continued");
        let kept =
            reply.cookie(&format!("__Host-warifu-flow-{name}")).expect("the cookie is set anew");
        assert!(kept.ends_with("; Max-Age=90"), "{kept}");
        // From now on nobody is asked.
        browser.code(&[]).await;
        site.provider.assert_audited(&site.user, "authorization-approved");
    });
}

#[test]
fn an_approval_of_what_somebody_else_began_opens_nothing_for_anybody() {
    flow(async |world| {
        let site = Site::start_with(&world, "behind_proxy = ['127.0.0.1']").await;
        // The attacker begins, and has the victim approve it, who has to prove the password: it comes from
        // elsewhere.
        let mut attacker = site.browser();
        attacker.address = Some("203.0.113.9");
        let (request, name) = attacker.authorize(&[]).await.asked();
        assert_eq!(site.app.authorization("view", &request).await.body["password"], true);
        assert_eq!(site.app.authorization("approve", &request).await.code(), "proof-missing");
        let proof = site.app.prove(&request).await;
        let url = site.app.approve_with(&request, Some(&proof)).await.body["url"].clone();
        let token = url.as_str().unwrap().split_once("/continue#").unwrap().1.to_owned();
        // The app opens the address in the victim's browser, which has begun something of its own.
        let mut victim = site.browser();
        victim.authorize(&[]).await;
        let reply = victim.post("/continue", &json!({ "token": token })).await;
        assert_eq!((reply.status, reply.code().as_str()), (403, "other-browser"), "{reply:?}");
        // Where to begin in this one: the service's own page.
        assert_eq!(reply.json()["again"], "https://service.localhost/claims/", "{reply:?}");
        // It is spent, whoever brings it now.
        let reply = attacker.post("/continue", &json!({ "token": token })).await;
        assert_eq!(reply.status, 403, "{reply:?}");
        assert_eq!(attacker.go(&format!("/wait?flow={name}")).await.json()["step"], "expired");
        for browser in [&mut attacker, &mut victim] {
            let reply = browser.authorize(&[("prompt", "none")]).await;
            assert_eq!(reply.sent("error").unwrap(), "login_required");
        }
        site.provider.assert_audited(&site.user, "authorization-misdirected");
    });
}

#[test]
fn a_request_has_its_time_its_proof_and_its_no() {
    flow(async |world| {
        let site = Site::start(&world).await;
        let mut browser = site.browser();
        let (request, name) = browser.authorize(&[("prompt", "login")]).await.asked();
        assert_eq!(site.app.authorization("view", &request).await.body["password"], true);
        let refused = site.app.authorization("approve", &request).await;
        assert_eq!(refused.code(), "proof-missing", "{refused:?}");
        assert_eq!(site.app.authorization("decline", &request).await.status, 204);
        assert_eq!(browser.go(&format!("/wait?flow={name}")).await.json()["step"], "declined");

        let (request, name) = browser.authorize(&[("prompt", "login")]).await.asked();
        let proof = site.app.prove(&request).await;
        let answer = site.app.approve_with(&request, Some(&proof)).await;
        let url = answer.body["url"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned();
        let (_, token) = url.split_once("/continue#").unwrap();
        assert_eq!(browser.post("/continue", &json!({ "token": token })).await.outcome(), "opened");
        assert_eq!(browser.go(&format!("/wait?flow={name}")).await.json()["step"], "continued");

        let mut late = site.browser();
        let (request, _) = late.authorize(&[]).await.asked();
        world.advance(301);
        assert_eq!(site.app.authorization("view", &request).await.code(), "request-expired");

        // A browser holds eight at most, and the oldest give way.
        let mut many = site.browser();
        let mut names = Vec::new();
        for _ in 0..10 {
            names.push(many.authorize(&[]).await.asked().1);
            world.advance(1);
        }
        let held = |name: &String| many.cookies.contains_key(&format!("__Host-warifu-flow-{name}"));
        assert_eq!(names.iter().filter(|name| held(name)).count(), 8);
        assert!(!held(&names[0]) && !held(&names[1]));
    });
}
