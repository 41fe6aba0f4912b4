//! What the user has chosen, under what the IT department has decided.

use std::{path::Path, sync::Arc};

use warifu_managed::{CONNECTION_PROFILE, Managed, Trouble};
use warifu_protocol::ErrorCode;

use super::profiles;
use crate::{
    Failure,
    context::Context,
    model::{managed, settings::Settings},
};

/// The settings that hold.
///
/// # Errors
///
/// The database's.
pub(crate) async fn settings(context: &Arc<Context>) -> Result<Settings, Failure> {
    context.blocking(|context| Ok(context.overrule(context.database.settings()?))).await
}

/// Saves the user's, and gives those that hold from now on.
///
/// # Errors
///
/// Those of [`Settings::checked`]; the database's.
pub(crate) async fn save(context: &Arc<Context>, settings: Settings) -> Result<Settings, Failure> {
    let settings = settings.checked()?;
    context
        .blocking(move |context| {
            let before = context.database.settings()?;
            let managed = managed::shown(&context.managed).settings;
            let chosen = settings.keeping(&managed, &before);
            context.database.save_settings(&chosen)?;
            let holds = context.overrule(chosen);
            context.dialer.network.choose(holds.proxy.clone());
            Ok(holds)
        })
        .await
}

/// Takes in what the IT department has decided: its connection profile too. What of it cannot be used is
/// left out and named. Blocks.
pub(crate) fn manage(context: &mut Context, mut decided: Managed) {
    managed::examine(&mut decided);
    if let Some(path) = decided.text(&CONNECTION_PROFILE).map(str::to_owned)
        && let Err(failure) = profiles::add_managed(context, Path::new(&path))
    {
        tracing::warn!(%failure, path, "the managed connection profile was not taken in");
        let why = if failure.code == ErrorCode::ProfileOutdated {
            Trouble::OutdatedProfile
        } else {
            Trouble::BadFile
        };
        decided.discard(&CONNECTION_PROFILE, why);
    }
    for problem in &decided.problems {
        tracing::warn!(?problem, "a managed setting cannot be used");
    }
    context.manage(decided);
}
