//! What the provider demands now, and what its clock says.

use std::{sync::Arc, time::Duration};

use warifu_logo::Logo;
use warifu_protocol::{Details, ErrorCode, LogoAnswer, Policy};

use super::Context;
use crate::{
    Failure,
    model::{profile::Profile, stored::StoredProfile, update},
    net::Connection,
};

/// How far this PC's clock may be from the backend's, in seconds: certificates are backdated by as
/// much, so within it a new certificate is valid at once.
pub(crate) const CLOCK_TOLERANCE: i64 = 300;

/// Most time for a provider's logo: somebody waits for what comes after it.
const LOGO_TIME: Duration = Duration::from_secs(5);

impl Context {
    /// Asks the backend for its policy, remembers it if it can, and compares the clocks.
    pub(crate) async fn fetch_policy(
        self: &Arc<Self>,
        profile_id: i64,
        connection: &Connection,
    ) -> Result<Policy, Failure> {
        let policy: Policy = connection.get("/policy", None).await?;
        let compared = self.compare_clocks(&policy);
        let kept = policy.clone();
        let saved =
            self.blocking(move |context| context.database.save_policy(profile_id, &kept)).await;
        if let Err(error) = saved {
            // It is asked for again at the next contact; a full disk must not bar the door.
            tracing::warn!(%error, "could not remember the policy");
        }
        self.keep_logo(profile_id, connection, &policy).await;
        compared.map(|()| policy)
    }

    /// Fetches the provider's logo if it is not here. Without it everything goes on.
    async fn keep_logo(
        self: &Arc<Self>,
        profile_id: i64,
        connection: &Connection,
        policy: &Policy,
    ) {
        let Some(named) = policy.provider.as_ref().and_then(|face| face.logo.clone()) else {
            return;
        };
        let kept = match self.profile(profile_id).await {
            Ok(stored) => stored.logo.is_some_and(|logo| logo.digest == named.digest),
            Err(_) => return,
        };
        if kept {
            return;
        }
        let asked = connection.patient(LOGO_TIME);
        let answer: LogoAnswer = match asked.get("/provider/logo", None).await {
            Ok(answer) => answer,
            Err(error) => return tracing::warn!(%error, "the provider's logo did not come"),
        };
        let Some(logo) = Logo::from_base64(&answer.content) else {
            return tracing::warn!("the provider's logo may not be shown");
        };
        if logo.digest() != named.digest {
            return tracing::warn!("the provider's logo is not the one that was named");
        }
        let saved = self.blocking(move |context| context.database.save_logo(profile_id, &logo));
        if let Err(error) = saved.await {
            tracing::warn!(%error, "could not remember the provider's logo");
        }
    }

    /// The policy, as [`Self::fetch_policy`]; when that fails, whether this PC's clock is the reason.
    pub(crate) async fn current_policy(
        self: &Arc<Self>,
        profile: &StoredProfile,
        connection: &Connection,
    ) -> Result<Policy, Failure> {
        match self.fetch_policy(profile.id, connection).await {
            Ok(policy) => Ok(policy),
            Err(failure) => Err(self.doubt_clock(&profile.profile, failure).await),
        }
    }

    /// If the server's certificate seems to be out of its time, asks the backend itself whether this
    /// PC's clock is the reason; gives back the failure that is told.
    pub(crate) async fn doubt_clock(&self, profile: &Profile, failure: Failure) -> Failure {
        if failure.code != ErrorCode::BackendCertificateOutdated {
            return failure;
        }
        let Ok(connection) = self.dialer.ignoring_validity(profile) else { return failure };
        let policy: Result<Policy, Failure> = connection.get("/policy", None).await;
        match policy.map(|policy| self.compare_clocks(&policy)) {
            Ok(Err(wrong)) => wrong,
            Ok(Ok(())) | Err(_) => failure,
        }
    }

    /// Whether the provider still lets this version of the app begin anything.
    pub(crate) fn check_version(&self, policy: &Policy) -> Result<(), Failure> {
        update::check(&self.version, policy)
    }

    /// Whether this PC's clock agrees with the backend's.
    pub(crate) fn compare_clocks(&self, policy: &Policy) -> Result<(), Failure> {
        let ahead = self.now() - policy.server_time;
        if ahead.abs() > CLOCK_TOLERANCE {
            return Err(Failure::new(ErrorCode::ClockWrong)
                .with(Details { clock_ahead_seconds: Some(ahead), ..Details::default() }));
        }
        Ok(())
    }
}
