//! From a service's own page to the app and back: nobody is logged in in the browser, so the page shows a
//! link to the app, where a user sees what is asked and approves it.
//!
//! The approval is worth something only in the browser that asked: it comes back there by an address that the
//! app opens, and only together with the cookie that this browser was given for this request. Whoever talks a
//! user into approving a request of somebody else's gets nothing: it comes out in the user's browser, which
//! has no such cookie. What has come out once, wherever, is spent.

mod resume;

use std::{net::IpAddr, sync::Arc};

use subtle::ConstantTimeEq as _;
use url::Url;
use warifu_protocol::{
    ApprovalAnswer, AuthorizationView, BrowserView, CONTINUE_PATH, ErrorCode, ProofAnswer,
    SecretText, Timestamp,
};
use warifu_store::{
    Tx,
    tables::{
        session as sessions,
        web_request::{self as rows, Approved, NewRequest, Proof, Request, Step},
    },
};

pub(crate) use self::resume::{Continued, Resumption, Returned, resume};
use super::{
    Secret, Visitor,
    authorize::AuthorizeRequest,
    secret::named,
    standing::{held, may_use},
};
use crate::{
    audit::{self, Act, Entry},
    config::{
        Config,
        web::{Approval, ClientConfig},
    },
    domain::{
        Backend,
        authenticate::{self, Credentials, Peer, identify},
        login,
        session::entry,
    },
    error::Error,
    network::Network,
};

/// Seconds from the question to its end: services keep their half of it no longer.
const LIFE: u32 = 300;

/// Seconds for which an approval waits for its browser.
const CONFIRMATION: i64 = 60;

/// Seconds for which a proof of the password is good.
const PROOF: u32 = 120;

/// Requests that are kept at once.
const MOST: i64 = 10_000;

/// A request that is to be shown to the app, and what stands for it.
#[derive(Clone, Debug)]
pub(crate) struct Asking {
    pub(crate) request: AuthorizeRequest,
    /// The service's own, which goes back with the answer.
    pub(crate) state: Option<String>,
    /// What stands in the link. Whoever has it may look, and approve as themselves.
    pub(crate) link: Secret,
    /// The cookie of the browser that asks, for this request alone.
    pub(crate) flow: Secret,
    pub(crate) visitor: Visitor,
}

/// Keeps a request for [`LIFE`] seconds, which come back. Where too many are kept, the oldest goes that nobody
/// has looked at, of the network with the most of them.
///
/// # Errors
///
/// The database's; a service that there is not.
pub(crate) fn ask(tx: &Tx, config: &Config, by: &Asking, now: Timestamp) -> Result<u32, Error> {
    let client = config
        .client(&by.request.client)
        .ok_or_else(|| Error::Internal(String::from("a service that there is not")))?;
    while rows::count(tx)? >= MOST && rows::evict(tx)? > 0 {}
    let new = NewRequest {
        link_hash: &by.link.hash(),
        flow_hash: &by.flow.hash(),
        client: client.id.as_str(),
        redirect_uri: &by.request.redirect_uri,
        state: by.state.as_deref(),
        nonce: by.request.nonce.as_deref(),
        challenge: &by.request.challenge,
        // How old a login may be is not known before it is there: a proof of now is always young enough.
        wants_password: client.approval == Approval::Password
            || by.request.prompt_login
            || by.request.max_age.is_some(),
        now,
        expires_at: now + i64::from(LIFE),
        network: &Network::of(by.visitor.address).narrow.to_string(),
        visitor: &by.visitor.stored(),
    };
    rows::insert(tx, &new)?;
    Ok(LIFE)
}

/// How far a request is, for the page that waits; its words decide nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Waiting {
    /// No app has looked at it.
    Unseen,
    /// One has.
    Viewed,
    /// A user has approved it.
    Approved,
    /// The browser went on.
    Continued,
    /// A user has not.
    Declined,
    /// Its time is over, or it is spent.
    Expired,
}

impl Waiting {
    /// As the page reads it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Unseen => "waiting",
            Self::Viewed => "viewed",
            Self::Approved => "approved",
            Self::Continued => "continued",
            Self::Declined => "declined",
            Self::Expired => "expired",
        }
    }
}

/// How far the request of a browser's cookie is.
///
/// # Errors
///
/// The database's.
pub(crate) fn wait(tx: &Tx, flow: &Secret, now: Timestamp) -> Result<Waiting, Error> {
    let Some(request) = rows::by_flow(tx, &flow.hash())? else { return Ok(Waiting::Expired) };
    let lives = |state| if now > request.expires_at { Waiting::Expired } else { state };
    Ok(match request.step {
        Step::Waiting => lives(Waiting::Unseen),
        Step::Viewed => lives(Waiting::Viewed),
        Step::Approved => lives(Waiting::Approved),
        Step::Continued => Waiting::Continued,
        Step::Declined => Waiting::Declined,
        Step::Misdirected => Waiting::Expired,
    })
}

/// What is asked, for whoever has the link and a certificate.
///
/// # Errors
///
/// `request-expired`; `request-misdirected` after the approval came out in another browser; `certificate-…`,
/// `account-suspended`.
pub(crate) async fn view(
    backend: &Arc<Backend>,
    peer: Peer,
    request: SecretText,
) -> Result<AuthorizationView, Error> {
    let (now, shared) = (backend.now(), Arc::clone(backend));
    backend
        .store
        .write(move |tx| {
            identify(tx, &peer, now)?;
            let request = seen(tx, &request, now)?;
            if request.step == Step::Waiting {
                rows::set_step(tx, request.id, Step::Viewed, now)?;
            }
            let client = client_of(&shared.config, &request)?;
            let visitor = request.visitor.clone();
            let same_address = is_near(&request, peer.address);
            Ok(AuthorizationView {
                client: client.title.clone(),
                host: host(&request.redirect_uri),
                requested_at: request.requested_at,
                expires_in: u32::try_from(request.expires_at - now).unwrap_or(0),
                browser: BrowserView {
                    name: named(&visitor.browser),
                    version: visitor.version,
                    address: visitor.address,
                    same_address,
                },
                address: peer.address.to_canonical().to_string(),
                password: request.wants_password || !same_address,
            })
        })
        .await
}

/// Proves the password for one request: a value that is good once, for that request, in that session. A wrong
/// password counts as at login.
///
/// # Errors
///
/// `request-expired`; those of a login, and of [`Credentials::caller`].
pub(crate) async fn prove(
    backend: &Arc<Backend>,
    who: Credentials,
    request: SecretText,
    password: SecretText,
) -> Result<ProofAnswer, Error> {
    // Whatever is refused anyway costs no try.
    let asked = request.clone();
    authenticate::read(backend, who.clone(), move |_, caller, now| {
        open(caller.proved.tx(), &asked, now).map(drop)
    })
    .await?;
    let (proof, peer) = (Secret::new()?, who.peer.clone());
    login::with_password(backend, &peer, password, move |backend, by, now| {
        let caller = who.caller(by.tx(), &backend.config, now)?;
        let request = open(by.tx(), &request, now)?;
        let proved = Proof {
            hash: proof.hash(),
            session_hash: caller.session.token_hash().to_owned(),
            proved_at: now,
        };
        rows::set_proof(by.tx(), request.id, &proved)?;
        Ok(ProofAnswer { proof: SecretText::from(proof.expose().to_owned()), expires_in: PROOF })
    })
    .await
}

/// Approves a request as the user of a session; the address that brings the browser back in.
///
/// # Errors
///
/// `request-expired`; `proof-missing` where the password is to be proved and was not, for this request and in
/// this session; `permission-missing`; those of [`Credentials::caller`].
pub(crate) async fn approve(
    backend: &Arc<Backend>,
    who: Credentials,
    request: SecretText,
    proof: Option<SecretText>,
) -> Result<ApprovalAnswer, Error> {
    let confirmation = Secret::new()?;
    let address = who.peer.address;
    authenticate::write(backend, who, move |backend, caller, now| {
        let (by, config) = (&caller.proved, &backend.config);
        let (tx, session_hash) = (by.tx(), caller.session.token_hash());
        let link = Secret::parse(request.expose()).ok_or_else(expired)?;
        let found = rows::by_link(tx, &link.hash())?.ok_or_else(expired)?;
        // The same work, which ran before and nobody heard of it.
        let is_done = found.step == Step::Approved
            && found.confirm_hash.as_deref() == Some(confirmation.hash().as_slice());
        if !is_done {
            let found = open(tx, &request, now)?;
            let client = client_of(config, &found)?;
            if !may_use(client, &held(tx, config, &by.user)?) {
                return Err(Error::refused(ErrorCode::PermissionMissing));
            }
            let proved_at =
                proof.as_ref().and_then(|proof| proved_by(&found, proof, session_hash, now));
            if proved_at.is_none() && (found.wants_password || !is_near(&found, address)) {
                return Err(Error::refused(ErrorCode::ProofMissing));
            }
            let (_, _, session) = sessions::by_hash(tx, session_hash)?
                .ok_or_else(|| Error::refused(ErrorCode::SessionEnded))?;
            let approved = Approved {
                account: by.user.id,
                session_hash: session_hash.to_owned(),
                auth_time: proved_at.unwrap_or(session.opened_at),
                address: address.to_canonical().to_string(),
            };
            // Not longer than the request itself: the service has forgotten it by then.
            let until = (now + CONFIRMATION).min(found.expires_at);
            rows::approve(tx, found.id, &approved, &confirmation.hash(), now, until)?;
            let act = Entry {
                certificate: Some(&by.certificate()?.thumbprint),
                service: Some(client.id.as_str()),
                ..entry(&by.user, Act::AuthorizationApproved, now, address)
            };
            audit::record(tx, &act)?;
        }
        let web = config.web.as_ref().ok_or_else(expired)?;
        let url = format!("{}{CONTINUE_PATH}{}", web.url, confirmation.expose());
        Ok(ApprovalAnswer { url: SecretText::from(url) })
    })
    .await
}

/// Says no to a request.
///
/// # Errors
///
/// `request-expired`; `certificate-…`, `account-suspended`.
pub(crate) async fn decline(
    backend: &Arc<Backend>,
    peer: Peer,
    request: SecretText,
) -> Result<(), Error> {
    let now = backend.now();
    backend
        .store
        .write(move |tx| {
            let by = identify(tx, &peer, now)?;
            let link = Secret::parse(request.expose()).ok_or_else(expired)?;
            let declined = rows::by_link(tx, &link.hash())?.map(|found| found.step);
            if declined == Some(Step::Declined) {
                return Ok(());
            }
            let request = open(tx, &request, now)?;
            rows::set_step(tx, request.id, Step::Declined, now)?;
            let act = Entry {
                certificate: Some(&by.certificate()?.thumbprint),
                service: Some(&request.client),
                ..entry(&by.user, Act::AuthorizationDeclined, now, peer.address)
            };
            Ok(audit::record(tx, &act)?)
        })
        .await
}

/// When the password was proved for a request by this proof, in this session; none if it was not, or too long
/// ago.
fn proved_by(
    request: &Request,
    proof: &SecretText,
    session_hash: &[u8],
    now: Timestamp,
) -> Option<Timestamp> {
    let given = Secret::parse(proof.expose())?.hash();
    let proved = request.proof.as_ref()?;
    let is_it = bool::from(proved.hash.ct_eq(&given)) && proved.session_hash == session_hash;
    let is_young = (proved.proved_at..=proved.proved_at + i64::from(PROOF)).contains(&now);
    (is_it && is_young).then_some(proved.proved_at)
}

/// The request of a link, if it waits for an answer.
fn open(tx: &Tx, request: &SecretText, now: Timestamp) -> Result<Request, Error> {
    let link = Secret::parse(request.expose()).ok_or_else(expired)?;
    rows::by_link(tx, &link.hash())?
        .filter(|request| matches!(request.step, Step::Waiting | Step::Viewed))
        .filter(|request| now <= request.expires_at)
        .ok_or_else(expired)
}

/// The same for whoever only looks, who hears on what has become of an approval.
fn seen(tx: &Tx, request: &SecretText, now: Timestamp) -> Result<Request, Error> {
    let link = Secret::parse(request.expose()).ok_or_else(expired)?;
    let request = rows::by_link(tx, &link.hash())?.ok_or_else(expired)?;
    match request.step {
        Step::Misdirected => Err(Error::refused(ErrorCode::RequestMisdirected)),
        Step::Waiting | Step::Viewed | Step::Approved if now <= request.expires_at => Ok(request),
        Step::Waiting | Step::Viewed | Step::Approved | Step::Continued | Step::Declined => {
            Err(expired())
        }
    }
}

fn expired() -> Error {
    Error::refused(ErrorCode::RequestExpired)
}

fn client_of<'c>(config: &'c Config, request: &Request) -> Result<&'c ClientConfig, Error> {
    let known = config.clients.iter().find(|client| client.id.as_str() == request.client);
    // What has left the configuration meanwhile.
    known.ok_or_else(expired)
}

/// Whether the app asks from where the browser asked.
fn is_near(request: &Request, address: IpAddr) -> bool {
    let browser: Option<IpAddr> = request.visitor.address.parse().ok();
    browser.is_some_and(|browser| browser.to_canonical() == address.to_canonical())
}

/// The host that the browser returns to.
fn host(redirect_uri: &str) -> String {
    let url = Url::parse(redirect_uri).ok();
    url.as_ref().and_then(Url::host_str).unwrap_or_default().to_owned()
}
