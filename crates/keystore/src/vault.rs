//! Small secrets in the OS keystore: the containers' passwords, and what a proxy is told.
//!
//! `keyring` decides which store that is on each system, and its [`Entry`] reads and writes. The
//! entries are built here rather than by `Entry::new`, which knows no options (on Windows the
//! default ones let a secret roam to the user's other PCs) and which uses one store for the whole
//! process, opened once: where no keystore ran at the first attempt, none would ever be found.

#[cfg(test)]
pub(crate) mod double;
#[cfg_attr(all(unix, not(target_os = "macos")), path = "vault/linux.rs")]
#[cfg_attr(target_os = "macos", path = "vault/macos.rs")]
#[cfg_attr(windows, path = "vault/windows.rs")]
mod platform;

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use keyring::Entry;
use keyring_core::CredentialStore;
use sha2::{Digest as _, Sha256};
use warifu_protocol::SecretText;
use zeroize::Zeroizing;

use crate::{Cause, KeyError, reference::hex};

/// What the OS keystore keeps. Wiped from memory when dropped.
#[derive(Clone)]
pub(crate) struct Secret(SecretText);

/// Under which name the OS keystore keeps a secret.
#[derive(Debug, Clone)]
pub(crate) struct Account(String);

/// The secrets in the OS keystore.
#[derive(Clone)]
pub(crate) struct Vault {
    keystore: Arc<dyn OsKeystore>,
    /// How long a person has to answer the system's prompt.
    patience: Duration,
}

/// What differs between the systems' keystores.
pub(crate) trait OsKeystore: Send + Sync {
    /// Connects to the keystore. Each operation does so anew, because the keystore may start, stop
    /// or hang between two of them.
    fn connect(&self) -> keyring::Result<Arc<CredentialStore>>;

    /// The options of each entry.
    fn modifiers(&self) -> HashMap<&'static str, &'static str>;

    /// Makes the keystore ready to take a secret.
    fn prepare(&self) -> Result<(), KeyError> {
        Ok(())
    }

    /// Why there was no answer within the time that a person has.
    fn no_answer(&self) -> KeyError;

    /// What the cause of a [`keyring::Error::NoStorageAccess`] means.
    fn no_access(&self, cause: Cause) -> KeyError {
        self.failure(cause)
    }

    /// What the cause of a [`keyring::Error::PlatformFailure`] means.
    fn failure(&self, cause: Cause) -> KeyError;
}

impl Secret {
    pub(crate) fn new(text: SecretText) -> Self {
        Self(text)
    }

    pub(crate) fn into_text(self) -> SecretText {
        self.0
    }

    /// 256 random bits, as 64 hexadecimal digits.
    pub(crate) fn random() -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut())?;
        Ok(Self(SecretText::from(std::mem::take(&mut *hex(bytes.as_ref())))))
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.expose()
    }

    fn from_stored(bytes: Vec<u8>) -> Result<Self, KeyError> {
        let bytes = Zeroizing::new(bytes);
        match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(Self(SecretText::from(text.to_owned()))),
            Err(_) => Err(KeyError::Damaged { why: "what the OS keystore holds is no text" }),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Account {
    /// The account of the secret `name` of a `kind`, for the folder that is called `folder`.
    ///
    /// A hash, because Windows compares the names without regard to case and limits their length.
    pub(crate) fn new(kind: &str, folder: &[u8], name: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(kind);
        hash.update(b"\0");
        hash.update(folder);
        hash.update(b"\0");
        hash.update(name);
        Self(hex(&hash.finalize()).to_string())
    }
}

impl Vault {
    /// The keystore of this system and user.
    pub(crate) fn of_this_user() -> Self {
        Self::new(Arc::new(platform::Keystore), Duration::from_secs(60))
    }

    pub(crate) fn new(keystore: Arc<dyn OsKeystore>, patience: Duration) -> Self {
        Self { keystore, patience }
    }

    /// Stores `secret` and makes sure that it is really there.
    pub(crate) fn store(&self, account: &Account, secret: &Secret) -> Result<(), KeyError> {
        let vault = self.clone();
        let account = account.clone();
        let secret = secret.clone();
        self.within_patience(move |given_up| {
            let stored = vault.store_now(&account, &secret);
            if stored.is_err() || given_up.is_taken() {
                // Nobody is going to use this secret. What keeps it from being removed has just
                // kept it from being stored, or will be met by whoever deletes the key.
                let _ = vault.delete_now(&account);
            }
            stored
        })
    }

    /// Reads the secret back.
    pub(crate) fn load(&self, account: &Account) -> Result<Secret, KeyError> {
        let vault = self.clone();
        let account = account.clone();
        self.within_patience(move |_| vault.load_now(&account))
    }

    /// Deletes the secret. Succeeds if there is none.
    pub(crate) fn delete(&self, account: &Account) -> Result<(), KeyError> {
        let vault = self.clone();
        let account = account.clone();
        self.within_patience(move |_| vault.delete_now(&account))
    }

    fn store_now(&self, account: &Account, secret: &Secret) -> Result<(), KeyError> {
        self.keystore.prepare()?;
        let entry = self.entry(account)?;
        entry.set_secret(secret.as_str().as_bytes()).map_err(|error| self.classify(error))?;
        // Asked anew, over a new connection: a keystore that only says it stored the secret would
        // cost the user the certificate.
        match self.load_now(account) {
            Ok(stored) if stored.as_str() == secret.as_str() => Ok(()),
            Ok(_) | Err(KeyError::Missing | KeyError::Damaged { .. }) => {
                Err(KeyError::failed("the OS keystore did not keep what it was given"))
            }
            Err(error) => Err(error),
        }
    }

    fn load_now(&self, account: &Account) -> Result<Secret, KeyError> {
        let bytes = self.entry(account)?.get_secret().map_err(|error| self.classify(error))?;
        Secret::from_stored(bytes)
    }

    fn delete_now(&self, account: &Account) -> Result<(), KeyError> {
        match self.entry(account)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(keyring::Error::Ambiguous(entries)) => entries.iter().try_for_each(|entry| {
                entry.delete_credential().map_err(|error| self.classify(error))
            }),
            Err(error) => Err(self.classify(error)),
        }
    }

    fn entry(&self, account: &Account) -> Result<Entry, KeyError> {
        let store = self.keystore.connect().map_err(|error| self.classify(error))?;
        let built = store.build(SERVICE, &account.0, Some(&self.keystore.modifiers()));
        Ok(Entry { inner: built.map_err(|error| self.classify(error))? })
    }

    /// Runs `task` on a thread of its own and waits for it no longer than the patience lasts.
    ///
    /// The stores wait for the system's prompt as long as it stays open, perhaps for ever, and
    /// cannot be interrupted; the thread is then left behind until the prompt goes away. A thread
    /// without an asynchronous runtime is also what a D-Bus library wants that blocks.
    fn within_patience<T: Send + 'static>(
        &self,
        task: impl FnOnce(&Turn) -> Result<T, KeyError> + Send + 'static,
    ) -> Result<T, KeyError> {
        let turn = Turn::default();
        let (sender, receiver) = mpsc::sync_channel(1);
        let their_turn = turn.clone();
        thread::Builder::new().name("os-keystore".to_owned()).spawn(move || {
            let result = task(&their_turn);
            // Fails if nobody waits any more.
            let _ = sender.send(result);
        })?;
        match receiver.recv_timeout(self.patience) {
            Ok(result) => result,
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(BROKEN_OFF),
            Err(mpsc::RecvTimeoutError::Timeout) if turn.take() => Err(self.keystore.no_answer()),
            // Done at the last moment: the task saw that somebody was waiting.
            Err(mpsc::RecvTimeoutError::Timeout) => receiver.recv().unwrap_or(Err(BROKEN_OFF)),
        }
    }

    /// Turns the library's error into one that the caller can decide on. The library's own is dropped
    /// where it may carry secret bytes.
    fn classify(&self, error: keyring::Error) -> KeyError {
        use keyring::Error;
        match error {
            Error::NoEntry => KeyError::Missing,
            Error::NoStorageAccess(cause) => self.keystore.no_access(cause),
            Error::PlatformFailure(cause) => self.keystore.failure(cause),
            Error::Ambiguous(_) => {
                KeyError::Damaged { why: "the OS keystore holds more than one secret for it" }
            }
            Error::BadEncoding(bytes) | Error::BadDataFormat(bytes, _) => {
                drop(Zeroizing::new(bytes));
                KeyError::Damaged { why: "what the OS keystore holds is unreadable" }
            }
            Error::BadStoreFormat(_) => KeyError::failed("the OS keystore is malformed"),
            Error::TooLong(..) | Error::Invalid(..) => {
                KeyError::failed("the OS keystore does not take the secret")
            }
            Error::NoDefaultStore | Error::NotSupportedByStore(_) => {
                KeyError::failed("the OS keystore cannot do this")
            }
            // The library's enum is open; every variant of today is above.
            _ => KeyError::failed("the OS keystore failed in an unknown way"),
        }
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("patience", &self.patience).finish_non_exhaustive()
    }
}

const SERVICE: &str = "Warifu";

const BROKEN_OFF: KeyError =
    KeyError::Failed { why: "asking the OS keystore was broken off", source: None };

/// Decides between the one who gives up waiting and the one who finishes: only one of them can
/// take it.
#[derive(Default, Clone)]
struct Turn(Arc<AtomicBool>);

impl Turn {
    /// Takes the turn, if the other side has not.
    fn take(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }

    /// Takes the turn; says whether the other side was first.
    fn is_taken(&self) -> bool {
        !self.take()
    }
}
