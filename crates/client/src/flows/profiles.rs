//! Connection profiles: taken in by the user, the IT department or who installed the app, and forgotten.

use std::{path::Path, sync::Arc};

use serde::Serialize;
use warifu_managed::ONLY_MANAGED_PROFILE;
use warifu_platform::file::read_up_to;
use warifu_protocol::{ConnectionProfile, ErrorCode};

use crate::{
    Failure,
    context::Context,
    model::profile::Profile,
    view::{ProfileOffer, ProfileView},
};

/// What came of the wish to forget a profile.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum ProfileRemoval {
    /// It is forgotten.
    Removed,
    /// It is kept, because certificates that it brought are on this PC.
    InUse {
        /// How many users have one, or an unfinished issuance.
        users: usize,
    },
}

/// Who wants a connection profile to be kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum AskedBy {
    /// The user.
    User,
    /// The user, who knows that the provider's authorities are others from now on.
    UserKnowingly,
    /// An administrator, who has laid it beside the program for everybody.
    Installer,
}

/// What [`add`] would do for the user.
///
/// # Errors
///
/// `profile-invalid`, `profile-managed`, `profile-outdated`; the database's.
pub(crate) async fn examine(context: &Arc<Context>, text: String) -> Result<ProfileOffer, Failure> {
    context
        .blocking(move |context| {
            refuse_if_managed(context)?;
            let profile = Profile::parse(&text)?;
            let known = context.database.profiles()?;
            let known: Vec<_> = known.into_iter().map(|stored| stored.profile).collect();
            profile.offer(&known)
        })
        .await
}

/// Keeps a profile.
///
/// # Errors
///
/// `profile-invalid`, `profile-outdated`; `profile-managed` and `profile-differs` for the user; the
/// database's.
pub(crate) async fn add(
    context: &Arc<Context>,
    text: String,
    by: AskedBy,
) -> Result<ProfileView, Failure> {
    context
        .blocking(move |context| {
            let trusted = match by {
                AskedBy::User => false,
                AskedBy::UserKnowingly | AskedBy::Installer => true,
            };
            if by != AskedBy::Installer {
                refuse_if_managed(context)?;
            }
            let profile = Profile::parse(&text)?;
            let id = context.database.save_profile(&profile, trusted, context.now())?;
            Ok(ProfileView::of(&context.database.profile(id)?, &context.version))
        })
        .await
}

/// Keeps the IT department's profile. Blocks.
///
/// # Errors
///
/// `profile-invalid`, `profile-outdated`; the file's and the database's.
pub(crate) fn add_managed(context: &Context, path: &Path) -> Result<(), Failure> {
    let bytes = read_up_to(path, 2 * ConnectionProfile::MAX_BYTES)?;
    let profile = Profile::parse(&Profile::text(&bytes)?)?;
    context.database.save_managed_profile(&profile, context.now())?;
    Ok(())
}

/// Forgets a profile, unless certificates that it brought are on this PC.
///
/// # Errors
///
/// `profile-missing` if there is none of this id; the database's.
pub(crate) async fn remove(context: &Arc<Context>, id: i64) -> Result<ProfileRemoval, Failure> {
    context
        .blocking(move |context| {
            Ok(match context.database.remove_profile(id)? {
                0 => ProfileRemoval::Removed,
                users => ProfileRemoval::InUse { users },
            })
        })
        .await
}

/// Asks the provider anew what it demands.
///
/// # Errors
///
/// `clock-wrong`; whatever the backend or the way to it says.
pub(crate) async fn refresh_policy(context: &Arc<Context>, id: i64) -> Result<(), Failure> {
    let profile = context.profile(id).await?;
    let connection = context.dialer.enrolment(&profile.profile)?;
    context.current_policy(&profile, &connection).await.map(drop)
}

fn refuse_if_managed(context: &Context) -> Result<(), Failure> {
    if context.managed.toggle(&ONLY_MANAGED_PROFILE) == Some(true) {
        return Err(Failure::new(ErrorCode::ProfileManaged));
    }
    Ok(())
}
