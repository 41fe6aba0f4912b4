//! Login over mutual TLS, and the session that it opens (FAQ 1-1④, 4-5; SPEC B).

use warifu_protocol::{
    Details, ErrorCode, IdentityAnswer, LoginAnswer, LoginRequest, OwnPasswordChange,
    PasswordChangeReason, PasswordChangeRequest, PasswordGrant, Policy, RuleCheck, SecretText,
    SessionAnswer, SessionView, TransferGrant, check_password,
};

use crate::{
    Client, Failure,
    client::identity_view,
    model::identity::{Event, KeyName, State},
    net::Connection,
    store::StoredIdentity,
    view::{LoginPrompt, LoginView, PasswordChangeView, Standing, TransferCodeView},
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
    pub(crate) link: Link,
    pub(crate) token: SecretText,
    view: SessionView,
    /// The change of the password that the user has opened.
    change: Option<SecretText>,
}

/// A certificate and its own connection to the service listener.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) client: Client,
    pub(crate) identity: StoredIdentity,
    /// The key of the certificate.
    pub(crate) key: KeyName,
    pub(crate) connection: Connection,
    pub(crate) policy: Policy,
}

impl Link {
    /// Passes an answer on; when the backend says that the certificate is withdrawn, remembers it.
    pub(crate) async fn heard<T>(&self, answer: Result<T, Failure>) -> Result<T, Failure> {
        match answer {
            Ok(value) => Ok(value),
            Err(failure) => {
                Err(self.client.note_withdrawal(&self.identity, &self.key, failure).await)
            }
        }
    }

    /// A login with a certificate that waited has started its use, at the backend.
    async fn remember_start_of_use(&self) {
        let state = self.identity.state.in_use();
        if !matches!(state, State::Pending { next_key, .. } if *next_key == self.key) {
            return;
        }
        let (owner, protection) = (self.identity.owner(), self.identity.protection);
        let started = Event::UseStarted { next: self.key.clone() };
        let kept =
            self.client.blocking(move |inner| inner.apply(&owner, protection, started)).await;
        if let Err(error) = kept {
            // The next contact with the backend tells it again.
            tracing::warn!(%error, "could not remember the start of use");
        }
    }

    async fn opened(self, answer: SessionAnswer) -> Session {
        let (id, now) = (self.identity.id, self.client.now());
        let kept = self.client.blocking(move |inner| inner.database.keep_last_used(id, now)).await;
        if let Err(error) = kept {
            // Costs the user a preselection, not the login.
            tracing::warn!(%error, "could not remember the last used certificate");
        }
        self.remember_start_of_use().await;
        Session { link: self, token: answer.token, view: answer.session, change: None }
    }
}

impl Login {
    pub(crate) async fn prove(client: Client, identity_id: i64) -> Result<Self, Failure> {
        match Self::prove_once(&client, identity_id).await {
            // The certificate that followed it, whose start of use was answered and not heard, is
            // now the one to use.
            Err(failure) if failure.code == ErrorCode::CertificateSuperseded => {
                let stored =
                    client.blocking(move |inner| inner.database.identity(identity_id)).await?;
                match stored.state.in_use() {
                    State::Active { .. } => Self::prove_once(&client, identity_id).await,
                    State::KeyReady { .. }
                    | State::Renewing { .. }
                    | State::Pending { .. }
                    | State::Replacing { .. }
                    | State::Retired { .. } => Err(failure),
                }
            }
            proved => proved,
        }
    }

    async fn prove_once(client: &Client, identity_id: i64) -> Result<Self, Failure> {
        let identity = client.blocking(move |inner| inner.database.identity(identity_id)).await?;
        let profile = client.profile(identity.profile_id).await?;
        let standing = identity_view(&identity, &profile, client.now(), true).standing;
        if let Some(failure) = unusable(&identity, standing) {
            // Seen with this PC's clock, so the clock is the first suspect.
            if matches!(standing, Standing::Expired | Standing::NotYetValid) {
                let open = Connection::enrolment(client, &profile.profile)?;
                if let Err(wrong) = client.current_policy(&profile, &open).await
                    && wrong.code == ErrorCode::ClockWrong
                {
                    return Err(wrong);
                }
            }
            return Err(failure);
        }
        let Some((name, certificate)) = identity.state.credential(client.now()) else {
            return Err(Failure::new(ErrorCode::CertificateMissing));
        };
        let (name, wanted) = (name.clone(), name.clone());
        let key = client.blocking(move |inner| inner.open_key(&wanted)).await?;
        let connection = Connection::service(client, &profile.profile, certificate, key)?;

        let asked = async {
            // First, because an app that is too old may not understand what comes next.
            let policy = client.fetch_policy(profile.id, &connection).await?;
            client.check_version(&policy)?;
            let answer: IdentityAnswer = connection.get("/identity", None).await?;
            Ok((policy, answer))
        };
        let (policy, answer) = match asked.await {
            Ok(heard) => heard,
            Err(failure) => {
                let failure = client.doubt_clock(&profile.profile, failure).await;
                return Err(client.note_withdrawal(&identity, &name, failure).await);
            }
        };
        let prompt = LoginPrompt {
            identity: identity_view(&identity, &profile, client.now(), true),
            tries_left: answer.tries_left,
            password_max_length: policy.password.max_length,
        };
        let client = client.clone();
        Ok(Self { link: Link { client, identity, key: name, connection, policy }, prompt })
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
    /// `password-malformed` with the rules, and nothing is sent; `authentication-failed` with the tries
    /// left, `account-locked`, `account-suspended`,
    /// `certificate-…`; whatever the way to the backend says.
    pub async fn submit(&self, password: impl Into<SecretText>) -> Result<LoginStep, Failure> {
        let password = password.into();
        Failure::unless_possible(&password, &self.link.policy.password)?;
        let request = LoginRequest { password };
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
    /// Why the password has to be changed.
    #[must_use]
    pub fn reason(&self) -> PasswordChangeReason {
        self.reason
    }

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
    pub async fn submit(&self, new_password: impl Into<SecretText>) -> Result<Session, Failure> {
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

    /// Opens the change of the password that the user wishes (FAQ 3-1).
    ///
    /// # Errors
    ///
    /// Those of [`Session::refresh`].
    pub async fn start_password_change(&mut self) -> Result<PasswordChangeView, Failure> {
        let nothing = serde_json::json!({});
        let answer =
            self.link.connection.post("/password-changes", Some(&self.token), &nothing).await;
        let PasswordGrant { grant, seconds } = self.link.heard(answer).await?;
        self.change = Some(grant);
        Ok(PasswordChangeView { seconds, password_policy: self.link.policy.password })
    }

    /// Leaves the change; nothing has changed.
    pub fn leave_password_change(&mut self) {
        self.change = None;
    }

    /// Checks a new password against the rules that need no history, for the live ticks.
    #[must_use]
    pub fn check_password(&self, candidate: &str) -> [RuleCheck; 4] {
        check_password(candidate, &self.link.policy.password)
    }

    /// Replaces the password; the session stays.
    ///
    /// # Errors
    ///
    /// `password-malformed` if the current one can be none; `current-password-wrong`, `too-many-attempts`, `password-rejected` with the rules,
    /// `password-change-expired`; those of [`Session::refresh`].
    pub async fn change_own_password(
        &mut self,
        current_password: impl Into<SecretText>,
        new_password: impl Into<SecretText>,
    ) -> Result<&SessionView, Failure> {
        let (current_password, new_password) = (current_password.into(), new_password.into());
        Failure::unless_possible(&current_password, &self.link.policy.password)?;
        let Some(grant) = self.change.clone() else {
            return Err(Failure::new(ErrorCode::PasswordChangeExpired));
        };
        let request = OwnPasswordChange { grant, current_password, new_password };
        let answer =
            self.link.connection.put("/session/password", Some(&self.token), &request).await;
        self.view = self.link.heard(answer).await?;
        self.change = None;
        Ok(&self.view)
    }

    /// Makes a code that moves this user to a new PC; an earlier one is not good any more (FAQ 4-1).
    ///
    /// # Errors
    ///
    /// Those of [`Session::refresh`].
    pub async fn create_transfer_code(&self) -> Result<TransferCodeView, Failure> {
        let nothing = serde_json::json!({});
        let answer = self.link.connection.post("/transfers", Some(&self.token), &nothing).await;
        let TransferGrant { code, expires_at, seconds } = self.link.heard(answer).await?;
        Ok(TransferCodeView { code, expires_at, seconds })
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
pub(crate) fn unusable(identity: &StoredIdentity, standing: Standing) -> Option<Failure> {
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
