//! Why a keystore could not do what it was asked for.

use std::{error::Error, io, path::PathBuf};

/// Why a keystore could not do what it was asked for.
///
/// The texts are English, for logs; they carry no secret. `Send + Sync + 'static`, so that it
/// passes through the TLS stack as a `rustls::Error::Other` and can be taken out again by
/// downcasting.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The OS keystore cannot be reached: it is not running, not installed, or does not answer.
    #[error("the OS keystore is unavailable: {why}")]
    Unavailable {
        /// What is missing.
        why: &'static str,
        /// What the platform said.
        source: Option<Cause>,
    },

    /// The OS keystore is locked, and nobody could be asked to unlock it, or nobody answered.
    #[error("the OS keystore is locked")]
    Locked,

    /// The user, or a rule on this PC, refused access to the OS keystore.
    #[error("access to the OS keystore was refused")]
    Refused,

    /// There is no such key, or its password is gone from the OS keystore.
    #[error("there is no such key")]
    Missing,

    /// The same, of a key whose folder has come here from elsewhere: its password may have stayed there.
    #[error("there is no such key here, where its folder has come from {}", before.display())]
    MissingHere {
        /// Where the folder was before.
        before: PathBuf,
    },

    /// The key is there and cannot be used.
    #[error("the key is damaged: {why}")]
    Damaged {
        /// What is wrong with it.
        why: &'static str,
    },

    /// The key's file could not be read or written; [`io::ErrorKind::StorageFull`] if the disk is
    /// full.
    #[error("the key's file: {0}")]
    Storage(#[source] io::Error),

    /// The TPM does not serve.
    #[error("the TPM does not serve: {trouble}")]
    Tpm {
        /// What is in the way.
        trouble: TpmTrouble,
        /// What the TPM said.
        source: Option<Cause>,
    },

    /// Something that should not happen.
    #[error("the keystore failed: {why}")]
    Failed {
        /// What did.
        why: &'static str,
        /// What the platform said.
        source: Option<Cause>,
    },
}

/// What keeps a TPM from serving.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum TpmTrouble {
    /// There is none, or it is switched off in the firmware: a matter of the IT department.
    #[error("there is none")]
    Absent,
    /// This user may not use it: a matter of the IT department.
    #[error("this user may not use it")]
    NoPermission,
    /// Its owner has a password and no storage root key was left for others: a matter of the IT
    /// department.
    #[error("its owner has a password")]
    OwnerPassword,
    /// It takes no passwords for a while, after too many wrong ones: a matter of the IT department.
    #[error("it is locked after too many wrong passwords")]
    LockedOut,
    /// It was cleared since the key was made, or it is another PC's: the user needs a new certificate.
    #[error("it was cleared, or the key was made by another one")]
    AnotherTpm,
    /// Others use all of its places. Later it may work.
    #[error("all of its places are in use")]
    Full,
    /// The operating system lets a command through for nobody, or not for this user.
    #[error("the operating system blocks a command")]
    Blocked,
    /// It has found itself broken. After the PC was off it may work.
    #[error("it has found itself broken")]
    Broken,
    /// It cannot do what is needed, or does something else.
    #[error("it does not do what is needed")]
    Unfit,
}

/// A platform's own error.
pub type Cause = Box<dyn Error + Send + Sync>;

impl KeyError {
    // The login keychain always says why by itself.
    #[cfg(not(target_os = "macos"))]
    pub(crate) fn unavailable(why: &'static str) -> Self {
        Self::Unavailable { why, source: None }
    }

    pub(crate) fn failed(why: &'static str) -> Self {
        Self::Failed { why, source: None }
    }

    pub(crate) fn failed_because(why: &'static str, source: impl Into<Cause>) -> Self {
        Self::Failed { why, source: Some(source.into()) }
    }
}

impl From<io::Error> for KeyError {
    fn from(error: io::Error) -> Self {
        Self::Storage(error)
    }
}

impl From<getrandom::Error> for KeyError {
    fn from(error: getrandom::Error) -> Self {
        Self::failed_because("the system gives no random numbers", error)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn can_be_taken_out_of_a_shared_error_again() {
        let shared: Arc<dyn Error + Send + Sync> = Arc::new(KeyError::Refused);
        assert!(matches!(shared.downcast_ref(), Some(KeyError::Refused)));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn tells_a_full_disk_from_other_trouble() {
        let full = std::fs::write("/dev/full", b"content").unwrap_err();
        assert!(matches!(
            KeyError::from(full),
            KeyError::Storage(error) if error.kind() == io::ErrorKind::StorageFull
        ));
    }
}
