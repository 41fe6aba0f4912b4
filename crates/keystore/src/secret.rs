//! Small texts that are no keys but as secret, such as a password for a proxy.

use std::{fmt, path::PathBuf};

use warifu_protocol::SecretText;

use crate::{
    KeyError,
    folder::{Folder, Kind},
    vault::Secret,
};

/// A place that keeps small secrets, each under a name.
///
/// Every call blocks; see the [crate's documentation](crate).
pub trait SecretStore: fmt::Debug + Send + Sync {
    /// Keeps `secret` under `name`, over an earlier one of that name.
    ///
    /// # Errors
    ///
    /// Any [`KeyError`] but `Missing`; also for a text of more than 2,000 bytes, which not every OS
    /// keystore takes.
    fn set(&self, name: &str, secret: &SecretText) -> Result<(), KeyError>;

    /// What [`set`](Self::set) kept under `name`, if anything.
    ///
    /// # Errors
    ///
    /// Any [`KeyError`] but `Missing`.
    fn get(&self, name: &str) -> Result<Option<SecretText>, KeyError>;

    /// Deletes it. Succeeds if there is none.
    ///
    /// # Errors
    ///
    /// Any [`KeyError`] but `Missing`.
    fn delete(&self, name: &str) -> Result<(), KeyError>;
}

/// The longest secret, in bytes: the Credential Manager takes 2,560, with what the store adds.
pub(crate) const MAX_SECRET: usize = 2_000;

/// Small secrets in the OS keystore.
#[derive(Debug)]
pub struct OsSecretStore {
    pub(crate) folder: Folder,
}

impl OsSecretStore {
    /// The secrets that belong to the keys' directory `dir`: they move with it, and a copy of it has
    /// none of them.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { folder: Folder::of_this_user(dir.into()) }
    }
}

impl SecretStore for OsSecretStore {
    fn set(&self, name: &str, secret: &SecretText) -> Result<(), KeyError> {
        if secret.expose().len() > MAX_SECRET {
            return Err(KeyError::failed("the secret is too long for an OS keystore"));
        }
        self.folder.keep(Kind::Secret, name, &Secret::new(secret.clone()))
    }

    fn get(&self, name: &str) -> Result<Option<SecretText>, KeyError> {
        if !self.folder.dir().try_exists()? {
            return Ok(None);
        }
        match self.folder.recall(Kind::Secret, name) {
            Ok(secret) => Ok(Some(secret.into_text())),
            // Of a folder that came from elsewhere too: what can be entered again, nobody misses.
            Err(KeyError::Missing | KeyError::MissingHere { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn delete(&self, name: &str) -> Result<(), KeyError> {
        let dir = self.folder.dir();
        if dir.try_exists()? { self.folder.forget(Kind::Secret, name) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KeyStore as _, fixture::Fixture};

    #[test]
    fn a_secret_is_kept_under_its_name_until_it_is_deleted() {
        let fixture = Fixture::new();
        let secrets = fixture.secrets_of(&fixture.keys);
        let kept = |name| secrets.get(name).unwrap().map(|secret| secret.expose().to_owned());
        assert_eq!(kept("one"), None);
        secrets.delete("one").unwrap();
        assert!(!fixture.keys.folder.dir().exists(), "only asking made the directory");
        for text in ["first", "second"] {
            secrets.set("one", &SecretText::from(text.to_owned())).unwrap();
            assert_eq!(kept("one").as_deref(), Some(text));
        }
        assert_eq!(kept("other"), None);
        assert_eq!(fixture.keys.list().unwrap(), [], "a secret is no key");
        secrets.delete("one").unwrap();
        assert_eq!(kept("one"), None);
        let long = SecretText::from("x".repeat(MAX_SECRET + 1));
        assert!(matches!(secrets.set("one", &long), Err(KeyError::Failed { .. })));
        assert_eq!(fixture.vault.secrets().len(), 0);
    }
}
