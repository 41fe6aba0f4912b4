//! What pages in the browser ask the real app, and what its answers are worth there.

use warifu_client::{Link, view::ApprovalProgress};
use warifu_protocol::{BrowserName, ErrorCode};

use super::{
    app::{AtPc, token},
    equipment::{Browser, FROM_NOWHERE, Reply, Site},
};
use crate::world::{PASSWORD, code, flow};

/// What a service's page asks the app, as its link says it.
async fn asked(browser: &mut Browser, changed: &[(&str, &str)]) -> Link {
    let page = browser.authorize(changed).await;
    assert_eq!(page.status, 200, "{page:?}");
    let (_, rest) = page.body.split_once("href=\"warifu:").unwrap();
    let (link, _) = rest.split_once('"').unwrap();
    let link = format!("warifu:{}", link.replace("&amp;", "&").replace("&#38;", "&"));
    Link::parse(&link).unwrap_or_else(|| panic!("no link: {link}"))
}

/// Brings an approval into a browser.
async fn continued(browser: &mut Browser, token: &str) -> Reply {
    let page = browser.ask("GET", "/continue", &FROM_NOWHERE, "").await;
    assert_eq!(page.status, 200, "{page:?}");
    let origin = format!("http://localhost:{}", browser.port);
    let headers = [
        ("origin", origin.as_str()),
        ("content-type", "application/json"),
        ("sec-fetch-site", "same-origin"),
        ("sec-fetch-mode", "cors"),
        ("sec-fetch-dest", "empty"),
    ];
    let body = serde_json::json!({ "token": token }).to_string();
    browser.ask("POST", "/continue", &headers, &body).await
}

#[test]
fn what_a_page_asks_is_approved_and_comes_out_in_its_browser_alone() {
    flow(async |world| {
        let site = Site::start(&world).await;
        let at = AtPc::start(&world, &site).await;
        let before = format!("{}/continue#", site.issuer());

        let mut browser = site.browser();
        let approval =
            at.pc.client.view_authorization(asked(&mut browser, &[]).await).await.unwrap();
        let view = approval.view(None);
        assert_eq!(view.asked.host, "service.localhost");
        assert_eq!(view.asked.browser.name, BrowserName::Firefox);
        assert!(view.asked.browser.same_address && view.password);
        assert_eq!(view.identity_id, at.identity.id);
        let view = approval.view(Some(&at.session));
        assert!(!view.password, "the login is enough");
        let approved = approval.approve(&at.session, None).await.unwrap();
        assert_eq!(approved.browser, BrowserName::Firefox);
        let brought = token(&approved.address, &before);

        // Whoever approves for somebody else's browser gives nothing away.
        assert_eq!(approval.progress().await.unwrap(), ApprovalProgress::Waiting);
        let mut other = site.browser();
        assert!(continued(&mut other, &brought).await.status >= 400);
        assert!(continued(&mut browser, &brought).await.status >= 400);
        assert_eq!(approval.progress().await.unwrap(), ApprovalProgress::Misdirected);

        let approval =
            at.pc.client.view_authorization(asked(&mut browser, &[]).await).await.unwrap();
        let approved = approval.approve(&at.session, None).await.unwrap();
        let reply = continued(&mut browser, &token(&approved.address, &before)).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        assert_eq!(browser.authorize(&[]).await.status, 303);
        assert_eq!(approval.progress().await.unwrap(), ApprovalProgress::Over);
    });
}

#[test]
fn a_page_that_wants_the_password_gets_it_for_this_request() {
    flow(async |world| {
        let site = Site::start(&world).await;
        let at = AtPc::start(&world, &site).await;
        let mut browser = site.browser();
        let link = asked(&mut browser, &[("prompt", "login")]).await;
        let approval = at.pc.client.view_authorization(link).await.unwrap();
        assert!(approval.view(Some(&at.session)).password);
        let refused = approval.approve(&at.session, None).await;
        assert_eq!(code(refused), ErrorCode::ProofMissing);
        let wrong = approval.approve(&at.session, Some(String::from("Wrong#2026").into())).await;
        assert_eq!(code(wrong), ErrorCode::AuthenticationFailed);
        let password = || Some(PASSWORD.to_owned().into());
        assert!(approval.approve(&at.session, password()).await.is_ok());
        assert_eq!(
            code(approval.approve(&at.session, password()).await),
            ErrorCode::RequestExpired
        );

        let link = asked(&mut browser, &[("prompt", "login")]).await;
        let approval = at.pc.client.view_authorization(link.clone()).await.unwrap();
        approval.decline().await.unwrap();
        assert_eq!(code(at.pc.client.view_authorization(link).await), ErrorCode::RequestExpired);
    });
}

#[test]
fn a_link_that_names_nobody_who_is_here_asks_nobody() {
    flow(async |world| {
        let site = Site::start(&world).await;
        let at = AtPc::start(&world, &site).await;
        let request = "A".repeat(43);
        let link = |issuer: &str| {
            let text = format!("warifu:authorize?issuer={issuer}&request={request}&browser=edge");
            Link::parse(&text).unwrap()
        };
        let stranger = at.pc.client.view_authorization(link("https://login.example.jp")).await;
        assert_eq!(code(stranger), ErrorCode::ProfileMissing);
        let unknown = at.pc.client.view_authorization(link(&site.issuer())).await;
        assert_eq!(code(unknown), ErrorCode::RequestExpired);
    });
}
