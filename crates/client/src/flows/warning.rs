//! Warnings before a certificate expires (SPEC H1).

use std::sync::Arc;

use crate::{
    Failure,
    context::Context,
    model::warning::{DEFAULT_DAYS, crossed, warned_of},
    view::{IdentityView, Warning},
};

/// The warnings that nobody has been told yet; from now on they count as told.
///
/// # Errors
///
/// The database's.
pub(crate) async fn take(context: &Arc<Context>) -> Result<Vec<Warning>, Failure> {
    let now = context.now();
    context
        .blocking(move |context| {
            let profiles = context.database.profiles()?;
            let mut warnings = Vec::new();
            for (index, stored) in context.database.identities()?.iter().enumerate() {
                let Some(certificate) = warned_of(&stored.state) else { continue };
                let Some(profile) = profiles.iter().find(|p| p.id == stored.profile_id) else {
                    continue;
                };
                let policy = profile.policy.as_ref();
                let days = policy.map_or(&DEFAULT_DAYS[..], |policy| &policy.warning_days);
                let Some((threshold, passed)) = crossed(certificate.not_after, days, now) else {
                    continue;
                };
                let thumbprint = certificate.thumbprint();
                if context.database.save_warning(&thumbprint, threshold.days(), &passed)? {
                    let last_used = index == 0 && stored.last_used_at.is_some();
                    let identity = IdentityView::of(stored, profile, now, last_used);
                    warnings.push(Warning { identity, threshold });
                }
            }
            Ok(warnings)
        })
        .await
}
