//! Renewal and start of use (SPEC D; FAQ 2-3, 2-4).
//!
//! A new key is made and certified while the old certificate works on. Having stored the new one, the
//! app connects with it, which makes it the one that counts and supersedes the old one. Interrupted at
//! any point, it goes on where `identity` says.

use std::sync::Arc;

use warifu_protocol::{CertificateSummary, ErrorCode, SecretText, SessionView};

use super::{
    issuing::{self, Purpose},
    login::Session,
};
use crate::{
    Failure,
    context::Context,
    model::{
        identity::{Event, KeyName, State, Withdrawal},
        stored::{Owner, StoredIdentity, StoredProfile},
    },
    net::Connection,
    view::{IdentityView, RenewalStep},
};

impl Session {
    /// Renews the session's certificate, start of use included; the session goes on with the new one.
    /// `begun` hears of each step. Can be called again after any failure.
    ///
    /// # Errors
    ///
    /// `renewal-too-early` with the time, `renewal-outdated` if another window was faster; the
    /// keystore's, the database's, the backend's; whatever the way to it says.
    pub async fn renew(
        &mut self,
        begun: impl Fn(RenewalStep) + Send + Sync,
    ) -> Result<&SessionView, Failure> {
        let context = Arc::clone(&self.link.context);
        let id = self.link.identity.id;
        let owner = self.link.identity.owner();
        let profile = context.profile(owner.profile_id).await?;
        begun(RenewalStep::Obtain);
        let stored = context.identity(id).await?;
        if !matches!(stored.state.in_use(), State::Pending { .. }) {
            self.obtain(&context, &profile, &owner, &begun).await?;
        }
        begun(RenewalStep::StartUse);
        let (identity, key, connection) =
            start_use(&context, id, &profile, Some(&self.token)).await?;
        self.link.identity = identity;
        self.link.key = key;
        self.link.connection = connection;
        self.refresh().await
    }

    async fn obtain(
        &self,
        context: &Arc<Context>,
        profile: &StoredProfile,
        owner: &Owner,
        begun: &(impl Fn(RenewalStep) + Send + Sync),
    ) -> Result<(), Failure> {
        let next = issuing::key(context, owner, Purpose::Renewal).await?;
        let request = issuing::request(context, &next.key).await?;
        let answer = self.link.connection.post("/renewals", Some(&self.token), &request).await;
        let answer = match self.link.observe(answer).await {
            Ok(answer) => answer,
            Err(failure) => {
                // Refused for good: the key will never be certified.
                if matches!(
                    failure.code,
                    ErrorCode::RenewalTooEarly
                        | ErrorCode::RenewalOutdated
                        | ErrorCode::InvalidRequest
                ) {
                    let abandoned = Event::RenewalAbandoned { next: next.name };
                    let kept = issuing::store(context, owner, next.key.protection(), abandoned);
                    if let Err(error) = kept.await {
                        tracing::debug!(%error, "another window has gone on with the renewal");
                    }
                }
                return Err(failure);
            }
        };
        let certificate = issuing::verify(context, profile, owner, &next.key, &answer)?;
        begun(RenewalStep::Store);
        let received = Event::RenewalReceived { next: next.name, certificate };
        issuing::store(context, owner, next.key.protection(), received).await.map(drop)
    }
}

/// Finishes a renewal whose certificate is stored: starts its use.
///
/// # Errors
///
/// `renewal-outdated` if there is none to finish, or another took its place; the keystore's, the
/// backend's; whatever the way to it says.
pub(crate) async fn finish(
    context: &Arc<Context>,
    identity_id: i64,
    begun: impl Fn(RenewalStep) + Send + Sync,
) -> Result<IdentityView, Failure> {
    begun(RenewalStep::StartUse);
    let stored = context.identity(identity_id).await?;
    let profile = context.profile(stored.profile_id).await?;
    let (identity, _, _) = start_use(context, identity_id, &profile, None).await?;
    Ok(IdentityView::of(&identity, &profile, context.now(), true))
}

/// Connects with the certificate that waits, and remembers that it is the one that counts.
async fn start_use(
    context: &Arc<Context>,
    id: i64,
    profile: &StoredProfile,
    token: Option<&SecretText>,
) -> Result<(StoredIdentity, KeyName, Connection), Failure> {
    let stored = context.identity(id).await?;
    let (name, certificate) = match stored.state.in_use() {
        State::Pending { next_key, next_certificate, .. } => (next_key, next_certificate),
        // Another window has finished; the backend is told of this session.
        State::Active { key, certificate } => (key, certificate),
        State::KeyReady { .. }
        | State::Renewing { .. }
        | State::Replacing { .. }
        | State::Retired { .. } => {
            return Err(Failure::new(ErrorCode::RenewalOutdated));
        }
    };
    let (name, wanted) = (name.clone(), name.clone());
    let key = context.blocking(move |context| context.open_key(&wanted)).await?;
    let protection = key.protection();
    let connection = context.dialer.service(&profile.profile, certificate, key)?;
    let answer: Result<CertificateSummary, Failure> =
        connection.post("/certificate/activation", token, &serde_json::json!({})).await;
    let owner = stored.owner();
    match answer {
        Ok(_) => {
            let started = Event::UseStarted { next: name.clone() };
            let identity = issuing::store(context, &owner, protection, started).await?;
            Ok((identity, name, connection))
        }
        Err(failure) => {
            let why = match Withdrawal::of(failure.code) {
                Some(why) => why,
                None => return Err(failure),
            };
            // The one that waited gave way to another renewal, or was revoked.
            let gone = Event::Withdrawn { key: name, why };
            if let Err(error) = issuing::store(context, &owner, protection, gone).await {
                tracing::warn!(%error, "could not remember that a certificate is withdrawn");
            }
            Err(match why {
                Withdrawal::Superseded => Failure::new(ErrorCode::RenewalOutdated),
                Withdrawal::Revoked => failure,
            })
        }
    }
}
