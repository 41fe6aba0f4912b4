//! Taking a certificate off this PC.

use std::sync::Arc;

use crate::{
    Failure,
    context::Context,
    model::removal::{IdentityRemoval, Loss, RemovalConsent},
};

/// Forgets a certificate and deletes its keys, if the user has agreed to what is lost with it.
///
/// # Errors
///
/// The database's.
pub(crate) async fn remove(
    context: &Arc<Context>,
    id: i64,
    consent: Option<RemovalConsent>,
) -> Result<IdentityRemoval, Failure> {
    // No sweep of orphans meanwhile: it would take the same keys.
    let _guard = context.lock_key_creation().await?;
    context
        .blocking(move |context| {
            let now = context.now();
            let keys = context.database.remove_identity(id, |identity| {
                let loss = Loss::of(&identity.state, now);
                let agreed = consent.as_ref().is_some_and(|consent| consent.covers(identity, loss));
                (!agreed).then_some(loss)
            })?;
            match keys {
                Ok(keys) => {
                    for key in keys {
                        if let Err(failure) = context.delete_own_key(&key) {
                            tracing::warn!(%failure, "a key is left; the next start deletes it");
                        }
                    }
                    Ok(IdentityRemoval::Removed)
                }
                Err(loss) => Ok(IdentityRemoval::Unconfirmed { loss }),
            }
        })
        .await
}
