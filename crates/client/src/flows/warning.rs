//! Warnings before a certificate or a password expires (SPEC H1, Q), and the list of them (お知らせ).

use std::sync::Arc;

use warifu_protocol::Timestamp;

use crate::{
    Failure,
    context::Context,
    model::{
        standing::Standing,
        stored::{Notice, StoredIdentity, StoredProfile},
        warning::{Expiring, Left, reached, warned_of},
    },
    view::{IdentityView, NoticeView, Warning},
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
                let Some(profile) = profiles.iter().find(|p| p.id == stored.profile_id) else {
                    continue;
                };
                for (expiring, subject, end) in expiries(stored, profile, now) {
                    let days = reached(expiring, end, profile.policy.as_ref(), now);
                    let Some(days) = days else { continue };
                    let left = Left::until(end, now);
                    let notice = notice(stored, profile, expiring, end, left);
                    if context.database.save_warning(&subject, days, &notice, now)? {
                        let last_used = index == 0 && stored.last_used_at.is_some();
                        let identity = IdentityView::of(stored, profile, now, last_used);
                        warnings.push(Warning { identity, expiring, left });
                    }
                }
            }
            Ok(warnings)
        })
        .await
}

/// What somebody has been told, newest first.
///
/// # Errors
///
/// The database's.
pub(crate) async fn notices(context: &Arc<Context>) -> Result<Vec<NoticeView>, Failure> {
    context
        .blocking(move |context| {
            let here = context.database.identities()?;
            let notices = context.database.notices()?;
            Ok(notices.into_iter().map(|one| NoticeView::of(one, &here)).collect())
        })
        .await
}

/// Remembers that the list up to this notice has been read.
///
/// # Errors
///
/// The database's.
pub(crate) async fn read(context: &Arc<Context>, until: i64) -> Result<(), Failure> {
    context.blocking(move |context| context.database.save_read(until)).await
}

/// What of a user may expire, under the name by which its warnings are remembered.
fn expiries(
    stored: &StoredIdentity,
    profile: &StoredProfile,
    now: Timestamp,
) -> Vec<(Expiring, String, Timestamp)> {
    let certificate = warned_of(&stored.state).map(|certificate| {
        let subject = certificate.thumbprint().as_str().to_owned();
        (Expiring::Certificate, subject, certificate.not_after)
    });
    // Without a certificate nobody logs in, and the password is the smaller worry.
    let usable = match stored.standing(profile, now) {
        Standing::Usable { .. } | Standing::RenewSoon { .. } => true,
        Standing::Incomplete
        | Standing::Expired
        | Standing::NotYetValid
        | Standing::Revoked
        | Standing::Superseded => false,
    };
    let password = stored.password_expires_at.filter(|_| usable).map(|end| {
        let subject = format!("password {} {end}", stored.id);
        (Expiring::Password, subject, end)
    });
    certificate.into_iter().chain(password).collect()
}

fn notice(
    stored: &StoredIdentity,
    profile: &StoredProfile,
    expiring: Expiring,
    expires_at: Timestamp,
    left: Option<Left>,
) -> Notice {
    Notice {
        identity_id: stored.id,
        expiring,
        service_name: profile.profile.content.service_name.clone(),
        customer_name: stored.customer_name.clone(),
        user_id: stored.user_id.as_str().to_owned(),
        holder_name: stored.holder_name.clone(),
        expires_at,
        left,
    }
}
