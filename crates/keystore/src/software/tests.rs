//! The order of things and their undoing, on an OS keystore that misbehaves on command; and what every
//! keystore must pass.

use std::{collections::BTreeSet, ffi::OsStr, fs};

use super::*;
use crate::{
    conformance::{Harm, Subject},
    fixture::Fixture,
    vault::double::{FakeVault, Mood},
};

mod conforms {
    use super::OnFakeVault;

    crate::conformance!(|home| Box::new(OnFakeVault::new(home)));
}

/// The keystore as it is, below a folder.
struct OnFakeVault {
    home: PathBuf,
    vault: Arc<FakeVault>,
}

impl OnFakeVault {
    fn new(home: &Path) -> Self {
        Self { home: home.to_owned(), vault: FakeVault::new(home.join("vault")) }
    }

    fn file(&self, place: &OsStr, reference: &KeyReference, extension: &str) -> PathBuf {
        let dir = self.home.join(place);
        fs::create_dir_all(&dir).unwrap();
        dir.join(format!("{reference}{extension}"))
    }

    /// The keys' files in every place.
    fn files(&self) -> Vec<PathBuf> {
        let places = fs::read_dir(&self.home).unwrap().map(|entry| entry.unwrap().path());
        let places = places.filter(|path| path.is_dir() && *path != self.home.join("vault"));
        let entries = places.flat_map(|place| fs::read_dir(place).unwrap());
        entries.map(|entry| entry.unwrap().path()).collect()
    }
}

impl Subject for OnFakeVault {
    fn start(&self, place: &OsStr) -> Arc<dyn KeyStore> {
        let folder = Folder::new(self.home.join(place), self.vault.vault());
        Arc::new(SoftwareKeyStore { folder })
    }

    fn protection(&self) -> Protection {
        Protection::Software
    }

    fn kept(&self) -> usize {
        self.files().len() + self.vault.secrets().len()
    }

    /// The passwords, and the keys that they open.
    fn secrets(&self) -> Vec<Vec<u8>> {
        let mut secrets: Vec<_> = self.vault.secrets().into_values().collect();
        let passwords: Vec<_> = secrets
            .iter()
            .map(|secret| Secret::new(String::from_utf8(secret.clone()).unwrap().into()))
            .collect();
        for path in self.files() {
            let reference = reference_of(Path::new(path.file_name().unwrap())).unwrap();
            let content = fs::read(&path).unwrap();
            let opened = passwords
                .iter()
                .find_map(|password| container::unseal(&content, &reference, password).ok());
            secrets.push(opened.unwrap().to_bytes().to_vec());
        }
        secrets
    }

    fn copy(&self, reference: &KeyReference, from: &OsStr, to: &OsStr) {
        let [from, to] = [from, to].map(|place| self.file(place, reference, EXTENSION));
        fs::copy(from, to).unwrap();
    }

    fn losses(&self) -> Vec<Harm<'_>> {
        let file = |place: &OsStr, reference: &KeyReference| {
            fs::remove_file(self.file(place, reference, EXTENSION)).unwrap();
        };
        let password = |_: &OsStr, _: &KeyReference| self.vault.clear();
        vec![
            Harm { name: "no password", happens: Box::new(password) },
            Harm { name: "no file", happens: Box::new(file) },
        ]
    }

    fn damages(&self) -> Vec<Harm<'_>> {
        let file = |content: Vec<u8>| {
            move |place: &OsStr, reference: &KeyReference| {
                fs::write(self.file(place, reference, EXTENSION), &content).unwrap();
            }
        };
        let password = |content: Vec<u8>| {
            move |_: &OsStr, _: &KeyReference| {
                self.vault.secrets().keys().for_each(|path| fs::write(path, &content).unwrap());
            }
        };
        let another = |place: &OsStr, reference: &KeyReference| {
            let content = sealed(reference, &Secret::random().unwrap());
            fs::write(self.file(place, reference, EXTENSION), content).unwrap();
        };
        let bit = |place: &OsStr, reference: &KeyReference| {
            let path = self.file(place, reference, EXTENSION);
            let mut content = fs::read(&path).unwrap();
            let middle = content.len() / 2;
            content[middle] ^= 1;
            fs::write(path, content).unwrap();
        };
        vec![
            Harm { name: "an empty file", happens: Box::new(file(Vec::new())) },
            Harm { name: "another file", happens: Box::new(file(b"text".to_vec())) },
            Harm { name: "a long file", happens: Box::new(file(vec![0x30; 1_000_000])) },
            Harm { name: "another key's file", happens: Box::new(another) },
            Harm { name: "a changed bit", happens: Box::new(bit) },
            Harm { name: "another password", happens: Box::new(password(vec![b'0'; 64])) },
            Harm { name: "a password of no text", happens: Box::new(password(vec![0xFF; 64])) },
            Harm { name: "an empty password", happens: Box::new(password(Vec::new())) },
            Harm { name: "a long password", happens: Box::new(password(vec![b'0'; 10_000])) },
        ]
    }

    fn remains(&self) -> Vec<Harm<'_>> {
        let half = |place: &OsStr, reference: &KeyReference| {
            fs::write(self.file(place, reference, UNFINISHED_EXTENSION), b"half").unwrap();
        };
        let unpaired = |place: &OsStr, reference: &KeyReference| {
            let content = sealed(reference, &Secret::random().unwrap());
            fs::write(self.file(place, reference, EXTENSION), content).unwrap();
        };
        vec![
            Harm { name: "a file without its name", happens: Box::new(half) },
            Harm { name: "a file without its password", happens: Box::new(unpaired) },
        ]
    }
}

/// A container with a new key, as [`SoftwareKeyStore`] makes it.
pub(crate) fn sealed(reference: &KeyReference, password: &Secret) -> Vec<u8> {
    container::seal(&SecretKey::generate(), reference, password).unwrap()
}

#[test]
fn nothing_stays_behind_when_the_os_keystore_fails() {
    for (mood, expected) in [
        (Mood::Broken, "the OS keystore malfunctions"),
        (Mood::Forgetful, "the OS keystore did not keep what it was given"),
        (Mood::Mangling, "the OS keystore did not keep what it was given"),
    ] {
        let fixture = Fixture::new();
        fixture.vault.set_mood(mood);
        let error = fixture.try_create().unwrap_err();
        assert!(matches!(error, KeyError::Failed { .. }), "{mood:?}: {error:?}");
        assert!(error.to_string().ends_with(expected), "{mood:?}: {error}");
        fixture.assert_empty();
    }
}

#[test]
fn a_key_whose_password_cannot_be_deleted_stays_listed() {
    let fixture = Fixture::new();
    let (reference, _) = fixture.create();
    fixture.vault.set_mood(Mood::Broken);
    assert!(matches!(fixture.keys.delete(&reference), Err(KeyError::Failed { .. })));
    assert_eq!(fixture.keys.list().unwrap(), std::slice::from_ref(&reference));
    fixture.vault.set_mood(Mood::Well);
    fixture.keys.delete(&reference).unwrap();
    fixture.assert_empty();
}

#[test]
fn waits_for_the_os_keystore_only_so_long_and_wants_nothing_from_it_after() {
    let fixture = Fixture::new();
    fixture.vault.set_mood(Mood::Waiting);
    let error = fixture.try_create().unwrap_err();
    assert!(matches!(error, KeyError::Locked), "{error:?}");
    assert_eq!(fixture.keys.list().unwrap(), []);
    fixture.vault.set_mood(Mood::Well);
    fixture.vault.wait_until_deleted();
    fixture.assert_empty();
}

#[test]
fn what_is_not_ours_is_not_listed_and_stays() {
    let fixture = Fixture::new();
    let dir = fixture.keys.folder.dir();
    fs::create_dir_all(dir).unwrap();
    let [unfinished, unpaired] = [(); 2].map(|()| KeyReference::random().unwrap());
    fs::write(dir.join(format!("{unfinished}.p12.new")), b"half").unwrap();
    fs::write(dir.join(format!("{unpaired}.p12")), b"whole").unwrap();
    fs::write(dir.join("notes.txt"), b"not ours").unwrap();
    fs::write(dir.join("not-a-reference.p12"), b"not ours").unwrap();
    let listed = BTreeSet::from_iter(fixture.keys.list().unwrap());
    assert_eq!(listed, BTreeSet::from([unfinished.clone(), unpaired.clone()]));
    for reference in [unfinished, unpaired] {
        fixture.keys.delete(&reference).unwrap();
    }
    assert_eq!(fixture.keys.list().unwrap(), []);
    assert_eq!(fs::read_dir(dir).unwrap().count(), 2);
}

#[test]
fn a_file_in_the_directorys_place_is_a_storage_failure() {
    let fixture = Fixture::new();
    fs::write(fixture.keys.folder.dir(), b"").unwrap();
    assert!(matches!(fixture.try_create(), Err(KeyError::Storage(_))));
    assert!(matches!(fixture.keys.list(), Err(KeyError::Storage(_))));
}
