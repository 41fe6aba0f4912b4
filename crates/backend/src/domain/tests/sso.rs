//! Single sign-on: what a browser and a service do, without HTTP. The browser and the service are here; what
//! they try is in one file for each subject.

mod approvals;
mod codes;
mod ends;
mod handoffs;
mod keys;
mod notices;

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use warifu_protocol::{BrowserName, HandoffState, HandoffView};

use super::*;
use crate::{
    config::web::ClientId,
    domain::sso::{
        self, Cookies, Fresh, Operation, Secret, Visitor,
        authorize::{self, AuthorizeRequest, Decision},
        handoff::{self, Opened, Redeemed, Redemption},
        logout,
        refusal::PageCode,
        token::{self, CodeRedemption, Refresh, TokenGrant, TokenRefusal},
    },
};

const ISSUER: &str = "https://login.example.jp";
const CALLBACK: &str = "https://service.example.jp/warifu/redirect_uri";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0123";

/// A service with all that there is, one that cannot be told of a logout and is for everybody, and one that
/// wants the password each time.
const SERVICES: &str = r#"
[web]
url = "https://login.example.jp"
listen = "127.0.0.1:8445"
behind_proxy = ["127.0.0.1"]
[[permission]]
name = "claims.view"
title = { ja = "照会", en = "View" }
description = { ja = "照会", en = "View" }
[[permission]]
name = "claims.apply"
title = { ja = "申請", en = "Apply" }
description = { ja = "申請", en = "Apply" }
[[permission]]
name = "other"
title = { ja = "他", en = "Other" }
description = { ja = "他", en = "Other" }
[[client]]
id = "claims"
title = { ja = "債権照会", en = "Claims" }
redirect_uris = ["https://service.example.jp/warifu/redirect_uri"]
initiate_login_uri = "https://service.example.jp/warifu/redirect_uri?a=b"
backchannel_logout_uri = "https://service.example.jp/warifu/redirect_uri?logout=backchannel"
authentication = "client_secret_basic"
secret_hash = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
permissions = ["claims.view", "claims.apply"]
require_permission = ["claims.view"]
claims = ["customer_name"]
[[client]]
id = "notes"
title = { ja = "お知らせ", en = "Notes" }
redirect_uris = ["https://notes.example.jp/callback"]
accept_undelivered = true
authentication = "client_secret_basic"
secret_hash = "sha256:10112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
[[client]]
id = "vault"
title = { ja = "金庫", en = "Vault" }
redirect_uris = ["https://service.example.jp/warifu/redirect_uri"]
backchannel_logout_uri = "https://service.example.jp/vault/logout"
authentication = "client_secret_basic"
secret_hash = "sha256:20112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
approval = "password"
[[entry]]
id = "claims"
title = { ja = "債権照会", en = "Claims" }
description = { ja = "債権照会", en = "Claims" }
permission = "claims.view"
url = "https://service.example.jp/claims/?x=1&y=2"
client = "claims"
[[entry]]
id = "notes"
title = { ja = "お知らせ", en = "Notes" }
description = { ja = "お知らせ", en = "Notes" }
url = "https://notes.example.jp/"
client = "notes"
[[entry]]
id = "plain"
title = { ja = "会社", en = "Company" }
description = { ja = "会社", en = "Company" }
url = "https://www.example.jp/"
"#;

async fn world() -> World {
    World::configured(SERVICES).await
}

/// A browser with what it keeps.
#[derive(Clone)]
struct Browser {
    session: Option<Secret>,
    known: Option<Secret>,
    visitor: Visitor,
}

/// A page in a browser that has a token.
#[derive(Clone)]
struct Page {
    token: Secret,
    cookie: Secret,
}

impl Browser {
    fn new() -> Self {
        let visitor = Visitor {
            address: address(),
            browser: BrowserName::Firefox,
            version: Some(153),
            assured: true,
        };
        Self { session: None, known: None, visitor }
    }

    fn cookies(&self) -> Cookies {
        Cookies { session: self.session.clone(), browser: self.known.clone() }
    }

    fn redemption(&self, page: &Page, answer: Option<bool>) -> Redemption {
        Redemption {
            token: page.token.clone(),
            page: page.cookie.clone(),
            cookies: self.cookies(),
            new: Fresh::new().unwrap(),
            operation: Operation::new().unwrap(),
            answer,
            visitor: self.visitor.clone(),
        }
    }

    /// Keeps what an answer gives it.
    fn keep(&mut self, by: &Redemption, redeemed: &Redeemed) {
        if let Redeemed::Opened(opened) = redeemed {
            self.known = Some(by.new.browser.clone());
            if opened.set_session {
                self.session = Some(by.new.session.clone());
            }
        }
    }

    async fn post(&mut self, world: &World, page: &Page, answer: Option<bool>) -> Redeemed {
        let by = self.redemption(page, answer);
        let redeemed = world.redeem(&by).await;
        self.keep(&by, &redeemed);
        redeemed
    }
}

/// A click in the main menu: the handoff's name, and the page that the browser has with its address.
async fn clicked(world: &World, who: &Credentials, entry: &str) -> (String, Page) {
    let issued = handoff::issue(&world.backend, who.clone(), entry.to_owned()).await.unwrap();
    assert_eq!((issued.id.len(), issued.expires_in), (22, 60));
    let token = issued.url.expose().strip_prefix("https://login.example.jp/handoff#").unwrap();
    let page = Page { token: Secret::parse(token).unwrap(), cookie: Secret::new().unwrap() };
    (issued.id, page)
}

fn opened(redeemed: Redeemed) -> Opened {
    let Redeemed::Opened(opened) = redeemed else { panic!("{redeemed:?}") };
    opened
}

fn refused(redeemed: Redeemed) -> PageCode {
    let Redeemed::Refused(code) = redeemed else { panic!("{redeemed:?}") };
    code
}

/// The way into a browser, with every question answered with yes.
async fn enter(world: &World, who: &Credentials, browser: &mut Browser, entry: &str) -> Opened {
    let (id, page) = clicked(world, who, entry).await;
    let mut redeemed = browser.post(world, &page, None).await;
    if matches!(redeemed, Redeemed::Ask(_)) {
        redeemed = browser.post(world, &page, Some(true)).await;
    }
    if matches!(redeemed, Redeemed::AskApp { .. }) {
        handoff::confirm(&world.backend, who.clone(), id, true).await.unwrap();
        redeemed = browser.post(world, &page, Some(true)).await;
    }
    opened(redeemed)
}

fn client(id: &str) -> ClientId {
    id.parse().unwrap()
}

fn request(id: &str) -> AuthorizeRequest {
    AuthorizeRequest {
        client: client(id),
        redirect_uri: CALLBACK.to_owned(),
        nonce: Some(String::from("n-0S6_WzA2Mj")),
        challenge: URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER)),
        prompt_none: false,
        prompt_login: false,
        max_age: None,
        login_hint: None,
        hint: None,
    }
}

fn redemption(id: &str, code: &Secret) -> CodeRedemption {
    CodeRedemption {
        client: client(id),
        code: code.clone(),
        redirect_uri: CALLBACK.to_owned(),
        verifier: VERIFIER.to_owned(),
        access: Secret::new().unwrap(),
        refresh: Secret::new().unwrap(),
        operation: Operation::new().unwrap(),
    }
}

/// A login at a service, as the service has it.
#[derive(Clone)]
struct Service {
    id: &'static str,
    code: Secret,
    access: Secret,
    refresh: Secret,
    claims: serde_json::Value,
}

impl World {
    async fn redeem(&self, by: &Redemption) -> Redeemed {
        let (shared, by, now) = (Arc::clone(&self.backend), by.clone(), self.backend.now());
        let work = move |tx: &Tx| handoff::redeem(tx, &shared.config, &by, now);
        self.backend.store.write(work).await.unwrap()
    }

    async fn decide(
        &self,
        request: &AuthorizeRequest,
        browser: &Browser,
        code: &Secret,
    ) -> Decision {
        let (shared, now) = (Arc::clone(&self.backend), self.backend.now());
        let (request, session, code) = (request.clone(), browser.session.clone(), code.clone());
        let work = move |tx: &Tx| {
            authorize::decide(tx, &shared.config, &request, session.as_ref(), &code, now)
        };
        self.backend.store.write(work).await.unwrap()
    }

    async fn token(&self, by: &CodeRedemption) -> Result<TokenGrant, TokenRefusal> {
        let (shared, by, now) = (Arc::clone(&self.backend), by.clone(), self.backend.now());
        let work = move |tx: &Tx| token::redeem_code(tx, &shared.config, &by, now);
        self.backend.store.write(work).await.unwrap()
    }

    async fn refresh(&self, service: &Service) -> Result<TokenGrant, TokenRefusal> {
        let (shared, now) = (Arc::clone(&self.backend), self.backend.now());
        let by = Refresh {
            client: client(service.id),
            refresh: service.refresh.clone(),
            access: Secret::new().unwrap(),
        };
        let work = move |tx: &Tx| token::refresh(tx, &shared.config, &by, now);
        self.backend.store.write(work).await.unwrap()
    }

    async fn userinfo(&self, access: &Secret) -> Option<serde_json::Value> {
        let (shared, now, access) = (Arc::clone(&self.backend), self.backend.now(), access.clone());
        let read = move |tx: &Tx| sso::userinfo::claims(tx, &shared.config, &access, now);
        let claims = self.backend.store.read(read).await.unwrap();
        claims.map(|claims| serde_json::to_value(claims).unwrap())
    }

    /// A code for a service, without a click.
    async fn code(&self, id: &str, browser: &Browser) -> Secret {
        let code = Secret::new().unwrap();
        assert_eq!(self.decide(&request(id), browser, &code).await, Decision::Code);
        code
    }

    /// A login at a service, without a click.
    async fn service(&self, id: &'static str, browser: &Browser) -> Service {
        let code = self.code(id, browser).await;
        let by = redemption(id, &code);
        let granted = self.token(&by).await.unwrap();
        assert_eq!(granted.expires_in, 300);
        let claims = serde_json::to_value(&granted.claims).unwrap();
        Service { id, code, access: by.access, refresh: by.refresh, claims }
    }

    async fn seen(&self, who: &Credentials, id: &str) -> HandoffView {
        handoff::view(&self.backend, who.clone(), id.to_owned()).await.unwrap()
    }

    /// What happens by itself.
    async fn tidy(&self) {
        let (shared, now) = (Arc::clone(&self.backend), self.backend.now());
        self.backend.store.write(move |tx| sso::tidy(tx, &shared.config, now)).await.unwrap();
    }

    /// The notices whose turn it is.
    async fn due(&self) -> Vec<logout::Due> {
        let (shared, now) = (Arc::clone(&self.backend), self.backend.now());
        let work = move |tx: &Tx| logout::due(tx, &shared.config, now);
        self.backend.store.write(work).await.unwrap()
    }

    async fn answered(&self, id: i64, answer: logout::Answer) {
        let now = self.backend.now();
        let work = move |tx: &Tx| logout::answered(tx, id, &answer, now);
        self.backend.store.write(work).await.unwrap();
    }

    /// The acts on record, in order, of those that were asked for.
    async fn acts(&self, begins: &'static str) -> Vec<String> {
        let read = |tx: &Tx| tx.texts("SELECT act FROM audit ORDER BY seq");
        let acts = self.backend.store.read::<_, StoreError>(read).await.unwrap();
        acts.into_iter().filter(|act| act.starts_with(begins)).collect()
    }

    /// A user who works in a browser, at the service with all that there is.
    async fn at_work(&self) -> (Person, Credentials, Browser, Service) {
        let (person, who) = self.logged_in(&["claims.view"]).await;
        let mut browser = Browser::new();
        enter(self, &who, &mut browser, "claims").await;
        let service = self.service("claims", &browser).await;
        (person, who, browser, service)
    }
}
