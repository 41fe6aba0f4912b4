//! The keys of this PC: made, opened, deleted, and swept when a crash has left them behind.

use std::{fs::File, sync::Arc};

use tokio::sync::MutexGuard;
use warifu_keystore::{DeviceKey, KeyReference};
use warifu_protocol::ErrorCode;

use super::Context;
use crate::{Failure, folder, model::identity::KeyName};

/// Held while a key exists that the database does not know yet, so that no sweep of orphans takes it:
/// neither this program's nor another's.
#[derive(Debug)]
pub(crate) struct KeyCreationLock<'a> {
    _here: MutexGuard<'a, ()>,
    _elsewhere: File,
}

impl Context {
    /// Waits until nobody else is making a key or sweeping.
    pub(crate) async fn lock_key_creation(
        self: &Arc<Self>,
    ) -> Result<KeyCreationLock<'_>, Failure> {
        let here = self.key_creation.lock().await;
        let elsewhere = self.blocking(|context| Ok(folder::lock_keys(&context.dir)?)).await?;
        Ok(KeyCreationLock { _here: here, _elsewhere: elsewhere })
    }

    /// Deletes keys that a crash left in the keystore before any state needed them, or after none did.
    /// Only those that this database had made: what else is there may be needed by another, which is
    /// away for a while.
    pub(crate) async fn sweep_orphaned_keys(self: &Arc<Self>) -> Result<(), Failure> {
        let _guard = self.lock_key_creation().await?;
        self.blocking(|context| {
            for name in context.database.orphaned_keys()? {
                tracing::info!("deleting a key that an interrupted procedure left behind");
                context.delete_own_key(&name)?;
            }
            Ok(())
        })
        .await
    }

    /// Makes a key, which the sweep deletes unless a state comes to need it. To be called while
    /// [`KeyCreationLock`] is held. Blocks.
    pub(crate) fn make_key(&self) -> Result<(KeyName, Arc<dyn DeviceKey>), Failure> {
        let reference = KeyReference::random()?;
        let name = reference.to_string();
        self.database.claim_key(&name)?;
        let key = self.keystore.create(&reference)?;
        Ok((name, key))
    }

    /// Deletes a key that nothing needs any more, if this database had it made. Another's is left
    /// alone. Blocks.
    pub(crate) fn delete_own_key(&self, name: &str) -> Result<(), Failure> {
        if !self.database.owns_key(name)? {
            tracing::info!("a key that is not this database's own is left alone");
            return Ok(());
        }
        self.keystore.delete(&reference(name)?)?;
        self.database.forget_key(name)
    }

    /// Opens the key that a state names. Blocks.
    pub(crate) fn open_key(&self, name: &str) -> Result<Arc<dyn DeviceKey>, Failure> {
        Ok(self.keystore.open(&reference(name)?)?)
    }
}

fn reference(name: &str) -> Result<KeyReference, Failure> {
    name.parse().map_err(|_| Failure::new(ErrorCode::DatabaseDamaged))
}

#[cfg(test)]
mod tests {
    use std::{path::Path, time::Duration};

    use warifu_keystore::Stores;

    use super::*;
    use crate::{clock::system_clock, context::Opening, net::Limits};

    fn open(dir: &Path) -> Arc<Context> {
        let opening = Opening {
            stores: Stores::software(dir.join("keys")),
            clock: system_clock(),
            limits: Limits::default(),
            version: semver::Version::new(1, 0, 0),
            beside_app: true,
        };
        Arc::new(Context::open(dir, opening).unwrap())
    }

    #[tokio::test]
    async fn two_programs_do_not_make_and_sweep_keys_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let (app, beside) = (open(dir.path()), open(dir.path()));
        let held = app.lock_key_creation().await.unwrap();
        let mut sweep = std::pin::pin!(beside.sweep_orphaned_keys());
        let waited = tokio::time::timeout(Duration::from_millis(50), &mut sweep).await;
        assert!(waited.is_err(), "swept while a key was being made");
        drop(held);
        sweep.await.unwrap();
    }
}
