//! `web check`: what can be seen from here of a login that opens services, before somebody's customer sees
//! it.

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, bail};
use axum::http::{HeaderMap, header};
use jiff::fmt::rfc2822::DateTimeParser;
use serde_json::Value;
use url::Url;
use warifu_protocol::Timestamp;

use super::super::{
    findings::{Findings, State},
    output::{self, told},
};
use crate::{
    clock::system_clock,
    config::{
        Config,
        web::{ClientConfig, Transport, WebConfig},
    },
    delivery::{Caller, Heard, tell},
    domain::{
        Backend,
        sso::{
            LogoutClaims, Secret,
            keys::{self, Signer},
            logout::Answer,
        },
    },
    folder,
    http::oidc,
    random,
    serve::provided::Files,
};

const DAY: i64 = 86_400;

/// Days before its end at which a certificate is called short-lived.
const SOON: i64 = 14;

/// Seconds by which a clock may be off.
const SKEW: i64 = 5;

pub(super) async fn run(dir: &Path, json: bool) -> anyhow::Result<()> {
    let config = Config::load(dir)?;
    let Some(web) = config.web.clone() else { bail!("there is no [web] in warifu.toml") };
    let mut findings = Findings::default();
    check_certificate(&web, system_clock()(), &mut findings);
    match oidc::Clients::open(&config) {
        Ok(_) => {
            findings.add(State::Good, "clients", "what they prove themselves with can be read")
        }
        Err(error) => findings.add(State::Wrong, "clients", format!("{error:#}")),
    }
    let caller = Caller::new(web.trust_anchors_file.as_deref())?;
    check_issuer(&web, &caller, &mut findings).await;
    let signer = signer(dir, &config).await?;
    for client in &config.clients {
        check_client(&config, client, &caller, &signer, &mut findings).await?;
    }
    if json {
        output::json(&findings.0)?;
    } else {
        output::lines(findings.lines())?;
    }
    findings.verdict()
}

/// The certificate that browsers are shown.
pub(in crate::cli) fn check_certificate(web: &WebConfig, now: Timestamp, findings: &mut Findings) {
    const ABOUT: &str = "certificate";
    let Transport::Tls { certificate, key } = web.transport() else {
        let text = "the reverse proxy has it; look there as well that Host and X-Forwarded-For are passed \
                    on, and that a POST is not sent twice (nginx: proxy_next_upstream off)";
        findings.add(State::Note, ABOUT, text);
        return;
    };
    match Files::new(certificate, key, &web.url).read() {
        Err(error) => findings.add(State::Wrong, ABOUT, format!("{error:#}")),
        Ok(pair) => match (pair.fault(now), (pair.not_after - now) / DAY) {
            (Some(fault), _) => findings.add(State::Wrong, ABOUT, fault),
            (None, days) if days < SOON => {
                findings.add(State::Note, ABOUT, format!("it ends in {days} days"));
            }
            (None, days) => findings.add(State::Good, ABOUT, format!("good for {days} days")),
        },
    }
}

/// Asks for the provider's own description at the address that services use.
async fn check_issuer(web: &WebConfig, caller: &Caller, findings: &mut Findings) {
    let about = web.url.to_string();
    let address = web.url.at("/.well-known/openid-configuration");
    let wrong = |text: String| (State::Wrong, text);
    let (state, text) = match caller.get(&address).await {
        Heard::Status { status: 200, headers, body } => {
            check_time(&about, &headers, findings);
            let said: Value = serde_json::from_slice(&body).unwrap_or_default();
            if said["issuer"] == web.url.as_str() {
                (State::Good, String::from("it answers at its public address"))
            } else {
                wrong(format!("another server answers there, whose issuer is {}", said["issuer"]))
            }
        }
        Heard::Status { status: 421, .. } => {
            wrong(String::from("a proxy does not pass on Host (421)"))
        }
        Heard::Status { status, .. } => wrong(format!("status {status}: is the backend serving?")),
        Heard::Unreached(why) | Heard::Cut(why) => wrong(format!("{why}: is the backend serving?")),
    };
    findings.add(state, &about, text);
}

/// Compares another machine's clock with this one's.
fn check_time(about: &str, headers: &HeaderMap, findings: &mut Findings) {
    static PARSER: DateTimeParser = DateTimeParser::new();
    let said = headers.get(header::DATE).and_then(|value| value.to_str().ok());
    let Some(theirs) = said.and_then(|text| PARSER.parse_timestamp(text).ok()) else { return };
    let off = theirs.as_second() - system_clock()();
    if off.abs() >= SKEW {
        let text = format!("its clock is off by {off} seconds; set both by NTP");
        findings.add(State::Wrong, about, text);
    }
}

async fn signer(dir: &Path, config: &Config) -> anyhow::Result<Signer> {
    let issuer = folder::open_issuer(dir, config)?;
    let passphrase = folder::passphrase(config.passphrase_file.as_deref())?;
    let store = folder::open_store(dir)?;
    let backend = Backend::new(config.clone(), store, issuer, system_clock())?;
    let backend = Arc::new(backend.with_web_keys(passphrase));
    keys::signer(&backend).await.map_err(told).context("nothing can be signed")
}

async fn check_client(
    config: &Config,
    client: &ClientConfig,
    caller: &Caller,
    signer: &Signer,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let about = format!("client {}", client.id);
    for uri in &client.redirect_uris {
        check_callback(&about, uri, caller, findings).await?;
    }
    let Some(uri) = &client.backchannel_logout_uri else {
        let text = "it is not told when a login ends (accept_undelivered): a user stays logged in there \
                    until it asks again, or for as long as its own session lasts";
        findings.add(State::Note, &about, text);
        return Ok(());
    };
    let (sub, sid) = (random::name()?, random::name()?);
    let claims = LogoutClaims::new(config, client.id.as_str(), &sub, &sid, system_clock()());
    let token = signer.logout_token(&claims.with_jti(random::name()?)).map_err(told)?;
    let (state, text) = match tell(caller, uri, &token).await {
        Answer::Delivered => (State::Good, String::from("it takes logouts")),
        Answer::Refused => {
            let text =
                "it understands logouts: it refused that of a login which there is not (400)";
            (State::Good, text.to_owned())
        }
        Answer::Failed(why) | Answer::Unknown(why) => {
            (State::Wrong, format!("backchannel_logout_uri {uri}: {why}"))
        }
    };
    findings.add(state, &about, text);
    Ok(())
}

/// Brings an answer to a login that the service has not begun: it must refuse, and give the code to nobody.
async fn check_callback(
    about: &str,
    uri: &str,
    caller: &Caller,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let (code, state) = (Secret::new()?, Secret::new()?);
    let mut address = Url::parse(uri)?;
    address
        .query_pairs_mut()
        .append_pair("code", code.expose())
        .append_pair("state", state.expose());
    let (state, text) = match caller.get(address.as_str()).await {
        Heard::Status { status, headers, body } => {
            check_time(about, &headers, findings);
            let body = String::from_utf8_lossy(&body);
            let all = headers.values().filter_map(|value| value.to_str().ok());
            let is_echoed = body.contains(code.expose())
                || all.into_iter().any(|value| value.contains(code.expose()));
            if is_echoed {
                let text = format!(
                    "redirect_uris {uri}: it repeats a code that came with a foreign state; whoever reads \
                     its page or its log may use it"
                );
                (State::Wrong, text)
            } else if status == 404 {
                (State::Wrong, format!("redirect_uris {uri}: there is nothing there (404)"))
            } else {
                let text = format!("it refuses a login that it has not begun (status {status})");
                (State::Good, text)
            }
        }
        Heard::Unreached(why) | Heard::Cut(why) => {
            (State::Note, format!("redirect_uris {uri} cannot be reached from here: {why}"))
        }
    };
    findings.add(state, about, text);
    Ok(())
}
