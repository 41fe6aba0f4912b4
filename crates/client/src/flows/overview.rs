//! All that the start screen shows.

use std::sync::Arc;

use crate::{
    Failure,
    context::Context,
    model::managed,
    view::{IdentityView, Overview, ProfileView},
};

/// Reads it.
///
/// # Errors
///
/// The database's.
pub(crate) async fn overview(context: &Arc<Context>) -> Result<Overview, Failure> {
    context
        .blocking(|context| {
            let now = context.now();
            let profiles = context.database.profiles()?;
            let identities = context.database.identities()?;
            let shown = identities
                .iter()
                .enumerate()
                .filter_map(|(index, identity)| {
                    let profile = profiles.iter().find(|p| p.id == identity.profile_id)?;
                    let last_used = index == 0 && identity.last_used_at.is_some();
                    Some(IdentityView::of(identity, profile, now, last_used))
                })
                .collect();
            Ok(Overview {
                profiles: profiles
                    .iter()
                    .map(|one| ProfileView::of(one, &context.version))
                    .collect(),
                identities: shown,
                app_version: context.version.to_string(),
                managed: managed::shown(&context.managed),
            })
        })
        .await
}
