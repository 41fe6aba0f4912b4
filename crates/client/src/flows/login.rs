//! Login over mutual TLS, and the session that it opens (FAQ 1-1④, 4-5; SPEC B).

use std::sync::Arc;

use warifu_protocol::{
    AuditPage, ErrorCode, HistoryQuery, IdentityAnswer, LoginAnswer, LoginRequest, OwnEmailChange,
    OwnPasswordChange, PasswordChangeReason, PasswordChangeRequest, PasswordTicket, Policy,
    RuleCheck, SecretText, SessionAnswer, SessionView, TransferAnswer, check_password,
};

use crate::{
    Failure,
    context::Context,
    model::{
        certificate::Certificate,
        identity::{Event, KeyName, State},
        standing::Standing,
        stored::{StoredIdentity, StoredProfile},
    },
    net::Connection,
    view::{IdentityView, LoginPrompt, LoginView, PasswordChangeView, TransferCodeView},
};

/// A certificate that the backend has accepted; the password comes next.
#[derive(Debug)]
pub struct Login {
    link: AuthenticatedConnection,
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
    link: AuthenticatedConnection,
    ticket: SecretText,
    reason: PasswordChangeReason,
    expires_in: u16,
}

/// An open session. Its token never leaves this crate.
#[derive(Debug)]
pub struct Session {
    pub(crate) link: AuthenticatedConnection,
    pub(crate) token: SecretText,
    view: SessionView,
    /// The change of the password that the user has opened.
    change: Option<SecretText>,
}

/// A certificate and its own connection to the service listener.
#[derive(Clone, Debug)]
pub(crate) struct AuthenticatedConnection {
    pub(crate) context: Arc<Context>,
    pub(crate) identity: StoredIdentity,
    /// The key of the certificate.
    pub(crate) key: KeyName,
    pub(crate) connection: Connection,
    pub(crate) policy: Policy,
}

impl AuthenticatedConnection {
    /// Connects with a certificate and asks the backend for the policy and for whom it takes it.
    pub(crate) async fn open(
        context: &Arc<Context>,
        mut identity: StoredIdentity,
        profile: &StoredProfile,
        (key, certificate): (KeyName, Certificate),
    ) -> Result<(Self, IdentityAnswer), Failure> {
        let name = key.clone();
        let opened = context.blocking(move |context| context.open_key(&name)).await?;
        let connection = context.dialer.service(&profile.profile, &certificate, opened)?;
        let asked = async {
            // First, because an app that is too old may not understand what comes next.
            let policy = context.fetch_policy(profile.id, &connection).await?;
            context.check_version(&policy)?;
            let answer: IdentityAnswer = connection.get("/identity", None).await?;
            Ok((policy, answer))
        };
        match asked.await {
            Ok((policy, answer)) => {
                remember_name(context, &mut identity, &answer).await;
                let context = Arc::clone(context);
                Ok((Self { context, identity, key, connection, policy }, answer))
            }
            Err(failure) => {
                let failure = context.doubt_clock(&profile.profile, failure).await;
                Err(context.note_withdrawal(&identity, &key, failure).await)
            }
        }
    }

    /// Passes an answer on; when the backend says that the certificate is withdrawn, remembers it.
    pub(crate) async fn observe<T>(&self, answer: Result<T, Failure>) -> Result<T, Failure> {
        match answer {
            Ok(value) => Ok(value),
            Err(failure) => {
                Err(self.context.note_withdrawal(&self.identity, &self.key, failure).await)
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
            self.context.blocking(move |context| context.apply(&owner, protection, started)).await;
        if let Err(error) = kept {
            // The next contact with the backend tells it again.
            tracing::warn!(%error, "could not remember the start of use");
        }
    }

    /// Keeps when the password has to be changed, for the warnings of it.
    async fn remember_password(&mut self, session: &SessionView) {
        let (id, at) = (self.identity.id, session.password_expires_at);
        if self.identity.password_expires_at == Some(at) {
            return;
        }
        let kept = self
            .context
            .blocking(move |context| context.database.save_password_expiry(id, at))
            .await;
        match kept {
            Ok(()) => self.identity.password_expires_at = Some(at),
            // The next answer tells it again.
            Err(error) => tracing::warn!(%error, "could not remember the password's expiry"),
        }
    }

    async fn opened(mut self, answer: SessionAnswer) -> Session {
        let (id, now) = (self.identity.id, self.context.now());
        let kept =
            self.context.blocking(move |context| context.database.save_last_used(id, now)).await;
        if let Err(error) = kept {
            // Costs the user a preselection, not the login.
            tracing::warn!(%error, "could not remember the last used certificate");
        }
        self.remember_start_of_use().await;
        self.remember_password(&answer.session).await;
        Session { link: self, token: answer.token, view: answer.session, change: None }
    }
}

impl Login {
    pub(crate) async fn prove(context: Arc<Context>, identity_id: i64) -> Result<Self, Failure> {
        match Self::prove_once(&context, identity_id).await {
            // The certificate that followed it, whose start of use was answered and not heard, is
            // now the one to use.
            Err(failure) if failure.code == ErrorCode::CertificateSuperseded => {
                let stored = context.identity(identity_id).await?;
                match stored.state.in_use() {
                    State::Active { .. } => Self::prove_once(&context, identity_id).await,
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

    async fn prove_once(context: &Arc<Context>, identity_id: i64) -> Result<Self, Failure> {
        let identity = context.identity(identity_id).await?;
        let profile = context.profile(identity.profile_id).await?;
        let credential = usable_credential(context, &identity, &profile).await?;
        let connection = AuthenticatedConnection::open(context, identity, &profile, credential);
        let (connection, answer) = connection.await?;
        let prompt = LoginPrompt {
            identity: IdentityView::of(&connection.identity, &profile, context.now(), true),
            attempts_left: answer.attempts_left,
            password_max_length: connection.policy.password.max_length,
        };
        Ok(Self { link: connection, prompt })
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
    pub async fn submit(&self, password: SecretText) -> Result<LoginStep, Failure> {
        Failure::unless_possible(&password, &self.link.policy.password)?;
        let request = LoginRequest { password };
        let answer = self.link.connection.post("/sessions", None, &request).await;
        let link = self.link.clone();
        Ok(match self.link.observe(answer).await? {
            LoginAnswer::LoggedIn(answer) => LoginStep::LoggedIn(link.opened(answer).await),
            LoginAnswer::PasswordChangeRequired { ticket, reason, expires_in } => {
                LoginStep::PasswordChangeRequired(PasswordChange {
                    link,
                    ticket,
                    reason,
                    expires_in,
                })
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
                expires_in: change.expires_in,
                password_policy: change.link.policy.password,
            },
        }
    }
}

impl PasswordChange {
    /// The certificate that is logged in with.
    #[must_use]
    pub fn identity_id(&self) -> i64 {
        self.link.identity.id
    }

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
    pub async fn submit(&self, new_password: SecretText) -> Result<Session, Failure> {
        let request = PasswordChangeRequest { new_password };
        let answer = self.link.connection.post("/password", Some(&self.ticket), &request).await;
        let answer = self.link.observe(answer).await?;
        Ok(self.link.clone().opened(answer).await)
    }
}

impl Session {
    /// The certificate that was logged in with.
    #[must_use]
    pub fn identity_id(&self) -> i64 {
        self.link.identity.id
    }

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
        self.view = self.link.observe(answer).await?;
        self.link.remember_password(&self.view).await;
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
        let PasswordTicket { ticket, expires_in } = self.link.observe(answer).await?;
        self.change = Some(ticket);
        Ok(PasswordChangeView { expires_in, password_policy: self.link.policy.password })
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
        current_password: SecretText,
        new_password: SecretText,
    ) -> Result<&SessionView, Failure> {
        Failure::unless_possible(&current_password, &self.link.policy.password)?;
        let Some(ticket) = self.change.clone() else {
            return Err(Failure::new(ErrorCode::PasswordChangeExpired));
        };
        let request = OwnPasswordChange { ticket, current_password, new_password };
        let answer =
            self.link.connection.put("/session/password", Some(&self.token), &request).await;
        self.view = self.link.observe(answer).await?;
        self.link.remember_password(&self.view).await;
        self.change = None;
        Ok(&self.view)
    }

    /// What was done to the own account, newest first; before a record, or from the last one on.
    ///
    /// # Errors
    ///
    /// `not-found` from an older backend; those of [`Session::refresh`].
    pub async fn history(&self, before: Option<i64>) -> Result<AuditPage, Failure> {
        let query = HistoryQuery { before, limit: None };
        let answer = self.link.connection.get_with("/session/history", &query, &self.token).await;
        self.link.observe(answer).await
    }

    /// Has the user's own warnings sent elsewhere.
    ///
    /// # Errors
    ///
    /// `invalid-request` with the field `email` if it is no address; `password-malformed` if the password
    /// can be none; `authentication-failed` with the tries that are left, `account-locked`; `not-found`
    /// from an older backend; those of [`Session::refresh`].
    pub async fn change_own_email(
        &mut self,
        email: &str,
        password: SecretText,
    ) -> Result<&SessionView, Failure> {
        let email = email.trim().parse().map_err(|_| Failure::invalid_field("email"))?;
        Failure::unless_possible(&password, &self.link.policy.password)?;
        let request = OwnEmailChange { email, password };
        let answer = self.link.connection.put("/session/email", Some(&self.token), &request).await;
        self.view = self.link.observe(answer).await?;
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
        let TransferAnswer { code, expires_at, expires_in } = self.link.observe(answer).await?;
        Ok(TransferCodeView { code, expires_at, expires_in })
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

/// Remembers what the holder is called, for the choice before the next login.
async fn remember_name(
    context: &Arc<Context>,
    identity: &mut StoredIdentity,
    answer: &IdentityAnswer,
) {
    let name = answer.user.name.clone();
    if identity.holder_name == name {
        return;
    }
    identity.holder_name.clone_from(&name);
    let id = identity.id;
    let kept =
        context.blocking(move |context| context.database.save_holder_name(id, name.as_ref())).await;
    if let Err(error) = kept {
        // Costs the user a name in a list, not the login.
        tracing::warn!(%error, "could not remember the holder's name");
    }
}

/// The key and the certificate to log in with, as far as this PC can tell.
///
/// # Errors
///
/// `certificate-…` if there is none that can be used, or `clock-wrong` if that is why.
pub(crate) async fn usable_credential(
    context: &Arc<Context>,
    identity: &StoredIdentity,
    profile: &StoredProfile,
) -> Result<(KeyName, Certificate), Failure> {
    let now = context.now();
    let standing = identity.standing(profile, now);
    if let Some(failure) = standing.refusal(identity.state.certificate()) {
        // Seen with this PC's clock, so the clock is the first suspect.
        if matches!(standing, Standing::Expired | Standing::NotYetValid) {
            let open = context.dialer.enrolment(&profile.profile)?;
            if let Err(wrong) = context.current_policy(profile, &open).await
                && wrong.code == ErrorCode::ClockWrong
            {
                return Err(wrong);
            }
        }
        return Err(failure);
    }
    let credential = identity.state.credential(now);
    let (name, certificate) =
        credential.ok_or_else(|| Failure::new(ErrorCode::CertificateMissing))?;
    Ok((name.clone(), certificate.clone()))
}
