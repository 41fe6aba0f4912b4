//! A page in the browser asks for a login, and the app answers (SPEC M).
//!
//! The link says who asks; what is asked is told by the provider alone, over the pinned connection. The
//! approval comes out as an address that is worth nothing but in the browser that had asked.

use std::sync::Arc;

use warifu_protocol::{
    ApprovalAnswer, ApprovalRequest, AuthorizationRequest, AuthorizationView, BrowserName,
    CONTINUE_PATH, ErrorCode, ProofAnswer, ProofRequest, SecretText,
};

use super::{
    Session,
    login::{AuthenticatedConnection, usable_credential},
};
use crate::{
    Failure,
    context::Context,
    model::{browser::BrowserAddress, link::Link, stored::StoredProfile},
    view::{ApprovalProgress, ApprovalView},
};

/// A page's question, with the connection on which it was asked for.
#[derive(Debug)]
pub struct Approval {
    link: AuthenticatedConnection,
    asked: AuthorizationView,
    issuer: String,
    request: SecretText,
    browser: BrowserName,
}

/// An approval on its way back into the browser.
#[derive(Debug)]
pub struct Approved {
    /// What the browser opens.
    pub address: BrowserAddress,
    /// The browser that says of itself that it had asked.
    pub browser: BrowserName,
}

impl Approval {
    /// Asks the provider what a link is about, with whichever certificate of that provider's works.
    pub(crate) async fn open(context: &Arc<Context>, link: Link) -> Result<Self, Failure> {
        let Link { issuer, request, browser } = link;
        let profile = profile_of(context, &issuer).await?;
        let link = connection(context, &profile).await?;
        let question = AuthorizationRequest { request: request.clone() };
        let answer = link.connection.post("/authorizations/view", None, &question).await;
        let asked = link.observe(answer).await?;
        Ok(Self { link, asked, issuer, request, browser })
    }

    /// What the window shows; `session` is the login that is open.
    #[must_use]
    pub fn view(&self, session: Option<&Session>) -> ApprovalView {
        let own = session.filter(|session| self.is_of(session));
        ApprovalView {
            profile_id: self.link.identity.profile_id,
            identity_id: own.map_or(self.link.identity.id, |own| own.link.identity.id),
            asked: self.asked.clone(),
            password: own.is_none() || self.wants_proof(),
            session: own.map(|own| own.view().clone()),
        }
    }

    /// Whether the login is one of this provider's.
    #[must_use]
    pub fn is_of(&self, session: &Session) -> bool {
        session.link.identity.profile_id == self.link.identity.profile_id
    }

    /// Another address than this PC's may be another person's browser: that is not approved in passing.
    fn wants_proof(&self) -> bool {
        self.asked.password || !self.asked.browser.same_address
    }

    /// Approves it as the user of `session`.
    ///
    /// # Errors
    ///
    /// `proof-missing` if it wants the password and there is none; `authentication-failed` with the tries
    /// left; `request-expired`; `unexpected-answer` if the address does not lead back to whom the link
    /// named; those of [`Session::refresh`].
    pub async fn approve(
        &self,
        session: &Session,
        password: Option<SecretText>,
    ) -> Result<Approved, Failure> {
        let Session { link, token, .. } = session;
        let proof = match password {
            Some(password) if self.wants_proof() => {
                Failure::unless_possible(&password, &link.policy.password)?;
                let request = ProofRequest { request: self.request.clone(), password };
                let answer = link.connection.post("/authorizations/proof", Some(token), &request);
                let ProofAnswer { proof, .. } = link.observe(answer.await).await?;
                Some(proof)
            }
            None if self.wants_proof() => return Err(Failure::new(ErrorCode::ProofMissing)),
            // It has just opened the session, and nothing more is wanted.
            Some(_) | None => None,
        };
        let policy = link.context.fetch_policy(link.identity.profile_id, &link.connection);
        let policy = link.observe(policy.await).await?;
        let request = ApprovalRequest { request: self.request.clone(), proof };
        let answer = link.connection.post("/authorizations/approve", Some(token), &request).await;
        let ApprovalAnswer { url } = link.observe(answer).await?;
        let login_url = policy.login_url.filter(|login_url| *login_url == self.issuer);
        let address = BrowserAddress::with_token(url, login_url.as_deref(), CONTINUE_PATH)?;
        Ok(Approved { address, browser: self.browser })
    }

    /// Says no to it.
    ///
    /// # Errors
    ///
    /// `request-expired`; whatever the backend or the way to it says.
    pub async fn decline(&self) -> Result<(), Failure> {
        let request = AuthorizationRequest { request: self.request.clone() };
        let path = "/authorizations/decline";
        let sent = self.link.connection.post_for_nothing(path, None, &request).await;
        self.link.observe(sent).await
    }

    /// What has become of it since it was approved.
    ///
    /// # Errors
    ///
    /// Whatever the backend or the way to it says.
    pub async fn progress(&self) -> Result<ApprovalProgress, Failure> {
        let request = AuthorizationRequest { request: self.request.clone() };
        let answer: Result<AuthorizationView, Failure> =
            self.link.connection.post("/authorizations/view", None, &request).await;
        match self.link.observe(answer).await {
            Ok(_) => Ok(ApprovalProgress::Waiting),
            Err(failure) if failure.code == ErrorCode::RequestExpired => Ok(ApprovalProgress::Over),
            Err(failure) if failure.code == ErrorCode::RequestMisdirected => {
                Ok(ApprovalProgress::Misdirected)
            }
            Err(failure) => Err(failure),
        }
    }
}

/// The provider whose login host this is: as its policy was last heard, or as it says now.
///
/// # Errors
///
/// `profile-missing` if it is nobody's who is here.
async fn profile_of(context: &Arc<Context>, issuer: &str) -> Result<StoredProfile, Failure> {
    let profiles = context.blocking(|context| context.database.profiles()).await?;
    let says = |profile: &StoredProfile| {
        let policy = profile.policy.as_ref();
        policy.and_then(|policy| policy.login_url.as_deref()) == Some(issuer)
    };
    if let Some(found) = profiles.iter().find(|profile| says(profile)) {
        return Ok(found.clone());
    }
    for profile in profiles {
        let Ok(connection) = context.dialer.enrolment(&profile.profile) else { continue };
        // Whoever does not answer now does not ask either.
        let policy = context.fetch_policy(profile.id, &connection).await.ok();
        let asked = StoredProfile { policy, ..profile };
        if says(&asked) {
            return Ok(asked);
        }
    }
    Err(Failure::new(ErrorCode::ProfileMissing))
}

/// A connection with a certificate of the provider's: the last used one first.
async fn connection(
    context: &Arc<Context>,
    profile: &StoredProfile,
) -> Result<AuthenticatedConnection, Failure> {
    let identities = context.blocking(|context| context.database.identities()).await?;
    let mut first = None;
    for identity in identities.into_iter().filter(|one| one.profile_id == profile.id) {
        let opened = match usable_credential(context, &identity, profile).await {
            Ok(credential) => {
                AuthenticatedConnection::open(context, identity, profile, credential).await
            }
            Err(failure) => Err(failure),
        };
        match opened {
            Ok((link, _)) => return Ok(link),
            Err(failure) => first = first.or(Some(failure)),
        }
    }
    Err(first.unwrap_or_else(|| Failure::new(ErrorCode::CertificateMissing)))
}
