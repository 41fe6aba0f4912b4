//! The folder of the keys' files, and what the OS keystore keeps for it.

mod place;

use std::{
    io,
    path::{Path, PathBuf},
};

use warifu_platform::file as platform;

use self::place::Place;
use crate::{
    KeyError,
    vault::{Account, Secret, Vault},
};

/// The folder of the keys' files, and what the OS keystore keeps for it.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    dir: PathBuf,
    vault: Vault,
}

impl Folder {
    pub(crate) fn new(dir: PathBuf, vault: Vault) -> Self {
        Self { dir, vault }
    }

    pub(crate) fn of_this_user(dir: PathBuf) -> Self {
        Self::new(dir, Vault::of_this_user())
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Makes the folder, for the owner only, and its number, if there are none.
    pub(crate) fn make(&self) -> Result<(), KeyError> {
        self.place_or_new().map(drop)
    }

    /// Does `work` on the folder's files while no other process does any.
    pub(crate) fn alone<T>(&self, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        let lock = place::lock(&self.dir.canonicalize()?)?;
        let worked = work();
        drop(lock);
        worked
    }

    /// Keeps a secret under the folder's number, which is made if there is none.
    pub(crate) fn keep(&self, kind: Kind, name: &str, secret: &Secret) -> Result<(), KeyError> {
        let place = self.place_or_new()?;
        self.vault.store(&kind.of_number(&place.names().own, name), secret)
    }

    /// Reads a secret. One that is found under an earlier name of the folder, or under that of the
    /// folder that this one is a copy of, is kept under the folder's own from then on.
    pub(crate) fn recall(&self, kind: Kind, name: &str) -> Result<Secret, KeyError> {
        let known = Place::of(&self.dir)?;
        let place = match &known {
            Some(place) => place.clone(),
            None => Place::new(&self.dir, true)?,
        };
        let names = place.names();
        let own = kind.of_number(&names.own, name);
        if known.is_some() {
            match self.vault.load(&own) {
                Err(KeyError::Missing) => {}
                loaded => return loaded,
            }
        }
        let ours = names.paths_are_ours;
        let earlier = names.paths.iter().map(|path| (kind.of_path(path, name), ours));
        let others = names.others.iter().map(|number| (kind.of_number(number, name), false));
        // A copy's key is of no use without its password; a secret can be entered again, and one that
        // was forgotten must not come back.
        let wanted = |ours: &bool| *ours || matches!(kind, Kind::Password | Kind::TpmPassword);
        for (account, ours) in earlier.chain(others).filter(|(_, ours)| wanted(ours)) {
            match self.vault.load(&account) {
                Ok(secret) => {
                    if let Err(error) = self.take_over(kind, name, &secret, &account, ours) {
                        // It is found the same way the next time.
                        tracing::warn!(%error, "a secret stays under the folder's earlier name");
                    }
                    return Ok(secret);
                }
                Err(KeyError::Missing) => {}
                Err(error) => return Err(error),
            }
        }
        Err(match place.before() {
            Some(before) => KeyError::MissingHere { before },
            None => KeyError::Missing,
        })
    }

    /// Forgets a secret of this folder, under whatever name it is; never another folder's.
    pub(crate) fn forget(&self, kind: Kind, name: &str) -> Result<(), KeyError> {
        let place = match Place::of(&self.dir)? {
            Some(place) => place,
            None => Place::new(&self.dir, true)?,
        };
        let names = place.names();
        self.vault.delete(&kind.of_number(&names.own, name))?;
        if names.paths_are_ours {
            names.paths.iter().try_for_each(|path| self.vault.delete(&kind.of_path(path, name)))?;
        }
        Ok(())
    }

    fn place_or_new(&self) -> Result<Place, KeyError> {
        let was_there = self.dir.is_dir();
        platform::create_private_dir(&self.dir)?;
        Place::of_or_new(&self.dir, was_there)
    }

    fn take_over(
        &self,
        kind: Kind,
        name: &str,
        secret: &Secret,
        from: &Account,
        ours: bool,
    ) -> Result<(), KeyError> {
        self.keep(kind, name, secret)?;
        if ours { self.vault.delete(from) } else { Ok(()) }
    }
}

/// What a secret in the OS keystore is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// The password of a key's container.
    Password,
    /// The password of a key in the TPM.
    TpmPassword,
    /// A small text that somebody asked to keep.
    Secret,
}

impl Kind {
    /// Where it is for the folder of this number.
    fn of_number(self, number: &[u8], name: &str) -> Account {
        let kind = match self {
            Self::Password => "warifu software key 2",
            Self::TpmPassword => "warifu tpm key 2",
            Self::Secret => "warifu secret 2",
        };
        Account::new(kind, number, name)
    }

    /// Where version 0.1.0 kept it for the folder of this path, or would have.
    fn of_path(self, path: &[u8], name: &str) -> Account {
        let kind = match self {
            Self::Password => "warifu software key 1",
            Self::TpmPassword => "warifu tpm key 1",
            Self::Secret => "warifu secret 1",
        };
        Account::new(kind, path, name)
    }
}

#[cfg(test)]
mod tests;
