//! Login over mutual TLS, and the session that it opens (FAQ 1-1④, 4-5; SPEC B).

use warifu_protocol::{
    Details, ErrorCode, IdentityAnswer, LoginAnswer, LoginRequest, PasswordChangeReason,
    PasswordChangeRequest, Policy, RuleCheck, SecretText, SessionAnswer, SessionView,
    check_password,
};

use crate::{
    Client, Failure,
    client::identity_view,
    database::StoredIdentity,
    identity::State,
    transport::Connection,
    view::{LoginPrompt, LoginView, Standing},
};

/// A certificate that the backend has accepted; the password comes next.
#[derive(Debug)]
pub struct Login {
    link: Link,
    prompt: LoginPrompt,
}

/// What a correct password leads to.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one is made per login; a box would save nothing")]
pub enum LoginStep {
    /// The user is logged in.
    LoggedIn(Session),
    /// The password has to be changed first.
    PasswordChangeRequired(PasswordChange),
}

/// A login that completes with a new password (FAQ 3-1).
#[derive(Debug)]
pub struct PasswordChange {
    link: Link,
    grant: SecretText,
    reason: PasswordChangeReason,
    seconds: u16,
}

/// An open session. Its token never leaves this crate.
#[derive(Debug)]
pub struct Session {
    link: Link,
    token: SecretText,
    view: SessionView,
}

/// A certificate and its own connection to the service listener.
#[derive(Clone, Debug)]
struct Link {
    client: Client,
    identity: StoredIdentity,
    connection: Connection,
    policy: Policy,
}

impl Link {
    /// Passes an answer on; when the backend says that the certificate is withdrawn, remembers it.
    async fn heard<T>(&self, answer: Result<T, Failure>) -> Result<T, Failure> {
        match answer {
            Ok(value) => Ok(value),
            Err(failure) => Err(self.client.note_withdrawal(&self.identity, failure).await),
        }
    }

    async fn opened(self, answer: SessionAnswer) -> Session {
        let (id, now) = (self.identity.id, self.client.now());
        let kept = self.client.blocking(move |inner| inner.database.keep_last_used(id, now)).await;
        if let Err(error) = kept {
            // Costs the user a preselection, not the login.
            tracing::warn!(%error, "could not remember the last used certificate");
        }
        Session { link: self, token: answer.token, view: answer.session }
    }
}

impl Login {
    pub(crate) async fn prove(client: Client, identity_id: i64) -> Result<Self, Failure> {
        let identity = client.blocking(move |inner| inner.database.identity(identity_id)).await?;
        let profile = client.profile(identity.profile_id).await?;
        let standing = identity_view(&identity, &profile, client.now(), true).standing;
        if let Some(failure) = unusable(&identity, standing) {
            // Seen with this PC's clock, so the clock is the first suspect.
            if matches!(standing, Standing::Expired | Standing::NotYetValid) {
                let open = Connection::enrolment(&profile.profile, client.inner.limits)?;
                if let Err(wrong) = client.fetch_policy(profile.id, &open).await
                    && wrong.code == ErrorCode::ClockWrong
                {
                    return Err(wrong);
                }
            }
            return Err(failure);
        }
        let State::Active { key, certificate } = &identity.state else {
            return Err(Failure::new(ErrorCode::CertificateMissing));
        };
        let name = key.clone();
        let key = client.blocking(move |inner| inner.open_key(&name)).await?;
        let connection =
            Connection::service(&profile.profile, certificate, key, client.inner.limits)?;

        let answer: Result<IdentityAnswer, Failure> = connection.get("/identity", None).await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(failure) => return Err(client.note_withdrawal(&identity, failure).await),
        };
        let policy = client.fetch_policy(profile.id, &connection).await?;
        let prompt = LoginPrompt {
            identity: identity_view(&identity, &profile, client.now(), true),
            tries_left: answer.tries_left,
            password_max_length: policy.password.max_length,
        };
        Ok(Self { link: Link { client, identity, connection, policy }, prompt })
    }

    /// What the password entry shows.
    #[must_use]
    pub fn prompt(&self) -> &LoginPrompt {
        &self.prompt
    }

    /// Sends the password.
    ///
    /// # Errors
    ///
    /// `authentication-failed` with the tries left, `account-locked`, `account-suspended`,
    /// `certificate-…`; whatever the way to the backend says.
    pub async fn submit(&self, password: String) -> Result<LoginStep, Failure> {
        let request = LoginRequest { password: password.into() };
        let answer = self.link.connection.post("/sessions", None, &request).await;
        let link = self.link.clone();
        Ok(match self.link.heard(answer).await? {
            LoginAnswer::LoggedIn(answer) => LoginStep::LoggedIn(link.opened(answer).await),
            LoginAnswer::PasswordChangeRequired { grant, reason, seconds } => {
                LoginStep::PasswordChangeRequired(PasswordChange { link, grant, reason, seconds })
            }
        })
    }
}

impl LoginStep {
    /// What the window shows.
    #[must_use]
    pub fn view(&self) -> LoginView {
        match self {
            Self::LoggedIn(session) => LoginView::LoggedIn { session: session.view.clone() },
            Self::PasswordChangeRequired(change) => LoginView::PasswordChangeRequired {
                reason: change.reason,
                seconds: change.seconds,
                password_policy: change.link.policy.password,
            },
        }
    }
}

impl PasswordChange {
    /// Checks a new password against the rules that need no history, for the live ticks.
    #[must_use]
    pub fn check_password(&self, candidate: &str) -> [RuleCheck; 4] {
        check_password(candidate, &self.link.policy.password)
    }

    /// Replaces the password and completes the login.
    ///
    /// # Errors
    ///
    /// `password-rejected` with the rules, `password-change-expired`; whatever the backend or the
    /// way to it says.
    pub async fn submit(&self, new_password: String) -> Result<Session, Failure> {
        let request = PasswordChangeRequest { new_password: new_password.into() };
        let answer = self.link.connection.post("/password", Some(&self.grant), &request).await;
        let answer = self.link.heard(answer).await?;
        Ok(self.link.clone().opened(answer).await)
    }
}

impl Session {
    /// What the main menu shows, as last heard.
    #[must_use]
    pub fn view(&self) -> &SessionView {
        &self.view
    }

    /// Asks the backend for the session's present state; counts as use.
    ///
    /// # Errors
    ///
    /// `session-ended`, `account-suspended`, `certificate-…`; whatever the way to the backend says.
    pub async fn refresh(&mut self) -> Result<&SessionView, Failure> {
        let answer = self.link.connection.get("/session", Some(&self.token)).await;
        self.view = self.link.heard(answer).await?;
        Ok(&self.view)
    }

    /// Ends the session at the backend. A session that has already ended counts as success.
    ///
    /// # Errors
    ///
    /// Whatever the way to the backend says; the session then ends there by its idle limit.
    pub async fn logout(self) -> Result<(), Failure> {
        match self.link.connection.delete("/session", &self.token).await {
            Err(failure) if failure.code != ErrorCode::SessionEnded => Err(failure),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

/// Why a certificate cannot be used now, seen from this PC alone.
fn unusable(identity: &StoredIdentity, standing: Standing) -> Option<Failure> {
    let certificate = identity.state.certificate();
    let (code, at) = match standing {
        Standing::Usable { .. } | Standing::RenewSoon { .. } => return None,
        Standing::Incomplete => (ErrorCode::CertificateMissing, None),
        Standing::Expired => (ErrorCode::CertificateExpired, certificate.map(|c| c.not_after)),
        Standing::NotYetValid => {
            (ErrorCode::CertificateNotYetValid, certificate.map(|c| c.not_before))
        }
        Standing::Revoked => (ErrorCode::CertificateRevoked, None),
        Standing::Superseded => (ErrorCode::CertificateSuperseded, None),
    };
    Some(Failure::new(code).with(Details { at, ..Details::default() }))
}
