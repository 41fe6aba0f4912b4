//! A provider whose login opens a service, that service, and a browser that says what browsers say.

use std::{
    collections::BTreeMap,
    net::Ipv4Addr,
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{
    Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD,
};
use serde_json::{Value, json};
use system_tests::wait::PATIENCE;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use warifu_platform::port;

use crate::{
    attacker::{Answer, At, Attacker, Holder},
    provider::Provider,
    world::{Customer, PASSWORD, World},
};

/// A verifier and its challenge (RFC 7636, appendix B).
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(super) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// What the service proves itself with, and what the provider keeps of it.
const SECRET: &str = "kZJ3ySJh3GxHE7pIYBLs1mzqNBOwzmcVWwNiWBxGAbk";
const HASH: &str = "sha256:dac2f8afc73c6e4e61eb04dd1fc419a3b43ca5ac5d0b30672b06b5ab026167ea";

/// Where the service says that it is; nothing has to be there but where logouts go.
pub(super) const REDIRECT: &str = "https://service.localhost/redirect_uri";
pub(super) const BYE: &str = "https://service.localhost/bye";

/// A provider, its service, and a user who is logged in in the app.
pub(super) struct Site {
    pub(super) provider: Provider,
    pub(super) port: u16,
    pub(super) service: Service,
    pub(super) app: App,
    pub(super) user: Customer,
}

impl Site {
    pub(super) async fn start(world: &World) -> Self {
        Self::start_with(world, "").await
    }

    /// The same with more lines in the section `[web]`.
    pub(super) async fn start_with(world: &World, more: &str) -> Self {
        let service = Service::start().await;
        let [port] = port::reserve().unwrap();
        let provider = world.provider().await;
        let sections = sections(port, more, service.port);
        let provider = provider.reconfigure(world, &sections).await;
        let user = provider.add_customer("kanri01");
        let attacker = Attacker::new(&provider);
        let holder = attacker.enrol(&user).await;
        let token = attacker.token(&holder).await;
        let app = App { attacker, holder, token };
        Self { provider, port, service, app, user }
    }

    pub(super) fn browser(&self) -> Browser {
        Browser { port: self.port, cookies: BTreeMap::new(), tells: true, address: None }
    }

    pub(super) fn issuer(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// A browser in which the user is logged in, as the user of the app sees to it.
    pub(super) async fn opened(&self) -> Browser {
        let mut browser = self.browser();
        let handoff = self.app.handoff().await;
        assert_eq!(browser.hand(&handoff.token, None).await.outcome(), "ask");
        assert_eq!(browser.hand(&handoff.token, Some(true)).await.outcome(), "ask-app");
        assert_eq!(self.app.confirm(&handoff, true).await.status, 204);
        let opened = browser.hand(&handoff.token, Some(true)).await;
        assert_eq!(opened.outcome(), "opened", "{opened:?}");
        browser
    }

    /// The tokens of a login at the service.
    pub(super) async fn tokens(&self, browser: &mut Browser) -> Value {
        let code = browser.code(&[]).await;
        let answer = self.service.redeem(self.port, &code).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }
}

fn sections(port: u16, more: &str, service: u16) -> String {
    format!(
        r#"
[web]
url = "http://localhost:{port}"
listen = "127.0.0.1:{port}"
{more}
[[client]]
id = "claims"
title = {{ ja = "債権照会", en = "Claims" }}
redirect_uris = ["{REDIRECT}", "https://127.0.0.1:{service}/redirect_uri"]
backchannel_logout_uri = "http://127.0.0.1:{service}/out"
post_logout_redirect_uris = ["{BYE}"]
authentication = "client_secret_basic"
secret_hash = "{HASH}"
permissions = ["claims.view"]
require_permission = []
claims = ["customer_name"]

[[client]]
id = "other"
title = {{ ja = "別のサービス", en = "Another" }}
redirect_uris = ["https://other.localhost/r"]
accept_undelivered = true
authentication = "client_secret_basic"
secret_hash = "{HASH}"

[[entry]]
id = "web"
title = {{ ja = "債権照会", en = "Claims" }}
description = {{ ja = "照会します。", en = "Shows claims." }}
url = "https://service.localhost/claims/"
client = "claims"
"#
    )
}

/// What the app has, and asks for.
pub(super) struct App {
    pub(super) attacker: Attacker,
    pub(super) holder: Holder,
    pub(super) token: String,
}

/// The way into a browser.
#[derive(Debug)]
pub(super) struct Handoff {
    pub(super) id: String,
    pub(super) token: String,
}

impl App {
    pub(super) async fn ask(&self, what: &str, body: Option<Value>) -> Answer {
        let (holder, token) = (Some(&self.holder), Some(self.token.as_str()));
        self.attacker.request(At::Service, what, holder, token, body).await
    }

    pub(super) async fn handoff(&self) -> Handoff {
        let body = json!({ "entry": "web" });
        let answer = self.ask("POST /v1/handoffs", Some(body)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let url = answer.body["url"].as_str().unwrap();
        let (_, token) = url.split_once("/handoff#").unwrap();
        Handoff { id: answer.body["id"].as_str().unwrap().to_owned(), token: token.to_owned() }
    }

    pub(super) async fn confirm(&self, handoff: &Handoff, confirmed: bool) -> Answer {
        let what = format!("POST /v1/handoffs/{}/confirmation", handoff.id);
        self.ask(&what, Some(json!({ "confirmed": confirmed }))).await
    }

    /// What becomes of a service's request.
    pub(super) async fn authorization(&self, what: &str, request: &str) -> Answer {
        let what = format!("POST /v1/authorizations/{what}");
        self.ask(&what, Some(json!({ "request": request }))).await
    }

    /// What brings the approval back; the user is at the same address, and nothing more is asked.
    pub(super) async fn approval(&self, request: &str) -> String {
        let answer = self.approve_with(request, None).await;
        let url = answer.body["url"].as_str().unwrap_or_else(|| panic!("{answer:?}"));
        url.split_once("/continue#").unwrap().1.to_owned()
    }

    pub(super) async fn approve_with(&self, request: &str, proof: Option<&str>) -> Answer {
        let mut body = json!({ "request": request });
        if let Some(proof) = proof {
            body["proof"] = proof.into();
        }
        self.ask("POST /v1/authorizations/approve", Some(body)).await
    }

    /// Proves the password for one request.
    pub(super) async fn prove(&self, request: &str) -> String {
        let body = json!({ "request": request, "password": PASSWORD });
        let answer = self.ask("POST /v1/authorizations/proof", Some(body)).await;
        answer.body["proof"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
    }

    pub(super) async fn view(&self, handoff: &Handoff) -> Value {
        self.ask(&format!("GET /v1/handoffs/{}", handoff.id), None).await.body
    }
}

/// A browser: its cookies, and what it says about where requests come from.
#[derive(Clone, Debug)]
pub(super) struct Browser {
    pub(super) port: u16,
    pub(super) cookies: BTreeMap<String, String>,
    /// Whether it says anything.
    pub(super) tells: bool,
    /// Where a proxy says that it is.
    pub(super) address: Option<&'static str>,
}

/// What was answered.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Reply {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// How the cookie of that name is set, with all that is said of it.
    pub(super) fn cookie(&self, name: &str) -> Option<&str> {
        let sets = |value: &str| value.split('=').next() == Some(name);
        self.headers
            .iter()
            .find(|(header, value)| header == "set-cookie" && sets(value))
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    pub(super) fn outcome(&self) -> String {
        self.json()["outcome"].as_str().unwrap_or_default().to_owned()
    }

    /// The code of a refusal, on a page or for its script.
    pub(super) fn code(&self) -> String {
        if self.body.contains("href=\"warifu:authorize?") {
            return String::from("app");
        }
        if let Some(code) = self.json()["code"].as_str() {
            return code.to_owned();
        }
        let mut codes = self.body.split("<code>").skip(1);
        codes.next().and_then(|rest| rest.split('<').next()).unwrap_or_default().to_owned()
    }

    /// What the link to the app names, and what the page calls its request.
    pub(super) fn asked(&self) -> (String, String) {
        let between = |before: &str, after: &str| {
            let (_, rest) = self.body.split_once(before).unwrap_or_else(|| panic!("{self:?}"));
            rest.split_once(after).unwrap().0.to_owned()
        };
        let request = between("request=", "&");
        assert_eq!(request.len(), 43, "{self:?}");
        (request, between("data-flow=\"", "\""))
    }

    /// A parameter of the address that the browser is sent to.
    pub(super) fn sent(&self, name: &str) -> Option<String> {
        let (_, query) = self.header("location")?.split_once('?')?;
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
    }
}

impl Browser {
    /// Goes to an address, as by a click on a service's page.
    pub(super) async fn go(&mut self, path: &str) -> Reply {
        self.ask("GET", path, &FROM_SERVICE, "").await
    }

    /// Opens the page of a handoff as the operating system does, and posts as its script does.
    pub(super) async fn hand(&mut self, token: &str, confirmed: Option<bool>) -> Reply {
        if confirmed.is_none() {
            let page = self.ask("GET", "/handoff", &FROM_NOWHERE, "").await;
            assert_eq!(page.status, 200, "{page:?}");
        }
        self.post_token(token, confirmed).await
    }

    pub(super) async fn post_token(&mut self, token: &str, confirmed: Option<bool>) -> Reply {
        let mut body = json!({ "token": token });
        if let Some(confirmed) = confirmed {
            body["confirmed"] = confirmed.into();
        }
        self.post("/handoff", &body).await
    }

    /// Posts as a script of our own page does.
    pub(super) async fn post(&mut self, path: &str, body: &Value) -> Reply {
        let origin = format!("http://localhost:{}", self.port);
        let headers = [
            ("origin", origin.as_str()),
            ("content-type", "application/json"),
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-mode", "cors"),
            ("sec-fetch-dest", "empty"),
        ];
        self.ask("POST", path, &headers, &body.to_string()).await
    }

    /// What a service's request comes to, with these parameters in place of the usual ones.
    pub(super) async fn authorize(&mut self, changed: &[(&str, &str)]) -> Reply {
        self.go(&authorize(changed)).await
    }

    /// The code of a request that must succeed.
    pub(super) async fn code(&mut self, changed: &[(&str, &str)]) -> String {
        let reply = self.authorize(changed).await;
        reply.sent("code").unwrap_or_else(|| panic!("no code: {reply:?}"))
    }

    pub(super) async fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Reply {
        let mut all = vec![(
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0".to_owned(),
        )];
        for (name, value) in headers {
            if self.tells || !name.starts_with("sec-fetch") {
                all.push((name, (*value).to_owned()));
            }
        }
        if let Some(address) = self.address {
            all.push(("x-forwarded-for", address.to_owned()));
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<_> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            all.push(("cookie", pairs.join("; ")));
        }
        let reply = request(self.port, method, path, &all, body).await;
        for (_, line) in reply.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }
}

/// What a browser says of an address that a program has opened.
pub(super) const FROM_NOWHERE: [(&str, &str); 3] =
    [("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];

/// What it says when a page of another site has sent it.
pub(super) const FROM_SERVICE: [(&str, &str); 3] = [
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-mode", "navigate"),
    ("sec-fetch-dest", "document"),
];

/// The address of a service's request.
pub(super) fn authorize(changed: &[(&str, &str)]) -> String {
    let mut all = BTreeMap::from([
        ("client_id", "claims"),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", "s-t-a-t-e"),
        ("nonce", "n-o-n-c-e"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    all.extend(changed.iter().copied());
    let pairs: Vec<_> = all
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    format!("/authorize?{}", pairs.join("&"))
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// One request over a connection of its own.
pub(super) async fn request(
    port: u16,
    method: &str,
    path: &str,
    headers: &[(&str, String)],
    body: &str,
) -> Reply {
    let host = format!("localhost:{port}");
    let has_host = headers.iter().any(|(name, _)| *name == "host");
    let mut head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
    if !has_host {
        head += &format!("host: {host}\r\n");
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    let length = body.len();
    let whole = format!("{head}content-length: {length}\r\n\r\n{body}");
    let answered = async {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        stream.write_all(whole.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8(answer).unwrap()
    };
    let answer = tokio::time::timeout(PATIENCE, answered).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let headers = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    Reply { status, headers, body: body.to_owned() }
}

/// A service: what it is told of ended logins, and its requests for tokens.
pub(super) struct Service {
    pub(super) port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    /// What it answers.
    status: u16,
    /// What logout tokens say.
    told: Vec<Value>,
}

impl Service {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State { status: 200, told: Vec::new() }));
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut asked = Vec::new();
                let mut part = [0; 4096];
                // A logout token is longer than any head, and ends the request.
                while !is_whole(&asked) {
                    match stream.read(&mut part).await {
                        Ok(0) | Err(_) => break,
                        Ok(read) => asked.extend(&part[..read]),
                    }
                }
                let asked = String::from_utf8(asked).unwrap();
                let status = {
                    let mut state = shared.lock().unwrap();
                    let status = state.status;
                    if let Some((_, token)) = asked.split_once("logout_token=") {
                        let told = json!({ "status": status, "claims": payload(token) });
                        state.told.push(told);
                    }
                    status
                };
                let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n");
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self { port, state }
    }

    /// What it answers from now on.
    pub(super) fn answer(&self, status: u16) {
        self.state.lock().unwrap().status = status;
    }

    /// What it was told so far.
    pub(super) fn told(&self) -> Vec<Value> {
        self.state.lock().unwrap().told.clone()
    }

    /// Waits until it was told so often.
    pub(super) async fn hears(&self, times: usize) -> Vec<Value> {
        let heard = async {
            loop {
                let told = self.told();
                if told.len() >= times {
                    return told;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, heard)
            .await
            .unwrap_or_else(|_| panic!("told {} times, not {times}", self.told().len()))
    }

    /// A request for tokens, as the client of that name.
    pub(super) async fn ask(&self, port: u16, id: &str, pairs: &[(&str, &str)]) -> Reply {
        let form: Vec<_> =
            pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let headers = [
            ("authorization", format!("Basic {}", STANDARD.encode(format!("{id}:{SECRET}")))),
            ("content-type", String::from("application/x-www-form-urlencoded")),
        ];
        request(port, "POST", "/token", &headers, &form.join("&")).await
    }

    pub(super) async fn redeem(&self, port: u16, code: &str) -> Reply {
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        self.ask(port, "claims", &pairs).await
    }

    pub(super) async fn refresh(&self, port: u16, tokens: &Value) -> Reply {
        let token = tokens["refresh_token"].as_str().unwrap();
        self.ask(port, "claims", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    pub(super) async fn userinfo(&self, port: u16, tokens: &Value) -> Reply {
        let token = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
        request(port, "GET", "/userinfo", &[("authorization", token)], "").await
    }
}

fn is_whole(asked: &[u8]) -> bool {
    let text = String::from_utf8_lossy(asked).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

/// What a token says, whoever signed it.
pub(super) fn payload(token: &str) -> Value {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&payload).unwrap()
}
