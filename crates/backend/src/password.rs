//! Verification of passwords: Argon2id, off the async threads, as many at a time as there are cores.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::phc::PasswordHash,
};
use tokio::sync::Semaphore;
use warifu_protocol::SecretText;

/// A password could not be hashed or verified.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(crate) enum HashError {
    #[error("too many passwords are waiting to be verified")]
    Busy,
    #[error("a password could not be hashed")]
    Failed,
}

/// Memory in KiB, passes, lanes: the first recommendation of OWASP's password storage sheet.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// Verifications that may wait; more are refused as busy.
const WAITING: usize = 256;

/// Longer than any password that the rule allows; refused before any work is done.
const MAX_BYTES: usize = 1024;

/// Hashes and verifies.
#[derive(Clone, Debug)]
pub(crate) struct Passwords {
    cores: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    /// The hash of a password that nobody has, for users who do not exist.
    nobody: Arc<str>,
}

impl Passwords {
    pub(crate) fn new() -> Result<Self, HashError> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Ok(Self {
            cores: Arc::new(Semaphore::new(cores)),
            queue: Arc::new(Semaphore::new(WAITING)),
            nobody: hash_now("nobody has this password")?.into(),
        })
    }

    /// The PHC string of a password.
    pub(crate) async fn hash(&self, password: SecretText) -> Result<String, HashError> {
        self.work(move || hash_now(password.expose())).await
    }

    /// Whether a password is the one that was hashed. `None` stands for a user who does not exist:
    /// it costs the same time and is never right.
    pub(crate) async fn verify(
        &self,
        password: SecretText,
        hash: Option<String>,
    ) -> Result<bool, HashError> {
        let exists = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.to_string());
        let right = self.work(move || Ok(verify_now(password.expose(), &hash))).await?;
        Ok(right && exists)
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let _place = self.queue.try_acquire().map_err(|_| HashError::Busy)?;
        let core = Arc::clone(&self.cores).acquire_owned().await.map_err(|_| HashError::Failed)?;
        tokio::task::spawn_blocking(move || {
            let _core = core;
            work()
        })
        .await
        .map_err(|_| HashError::Failed)?
    }
}

/// Hashes at once, for the command line.
pub(crate) fn hash_now(password: &str) -> Result<String, HashError> {
    argon2()?
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|_| HashError::Failed)
}

fn verify_now(password: &str, hash: &str) -> bool {
    let Ok(argon2) = argon2() else { return false };
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    // One that is too long costs the same and is never right.
    let shortened = if password.len() > MAX_BYTES { "" } else { password };
    let right = argon2.verify_password(shortened.as_bytes(), &hash).is_ok();
    right && password.len() <= MAX_BYTES
}

fn argon2() -> Result<Argon2<'static>, HashError> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|_| HashError::Failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_user_who_exists_is_right() {
        let passwords = Passwords::new().unwrap();
        let text = |text: &str| SecretText::from(text.to_owned());
        let hash = passwords.hash(text("Sakura2026#")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify(text("Sakura2026#"), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify(text("sakura2026#"), Some(hash.clone())).await.unwrap());
        let long = "x".repeat(10_000);
        assert!(!passwords.verify(text(&long), Some(hash)).await.unwrap());
        assert!(!passwords.verify(text("nobody has this password"), None).await.unwrap());
    }
}
