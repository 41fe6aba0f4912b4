//! The order of things and their undoing, with an OS keystore that misbehaves on command. The real
//! one is in `tests/secret_service.rs`.

use std::{
    any::Any,
    collections::{BTreeSet, HashMap},
    sync::{Condvar, Mutex},
    time::Duration,
};

use keyring_core::{
    CredentialStore, Entry,
    api::{Credential, CredentialApi, CredentialStoreApi},
};
use p256::{
    ecdsa::{Signature, VerifyingKey, signature::Verifier as _},
    pkcs8::DecodePublicKey as _,
};

use super::*;
use crate::vault::OsKeystore;

#[test]
fn a_created_key_opens_again_and_signs() {
    let fixture = Fixture::new();
    let (reference, created) = fixture.keys.create().unwrap();
    let opened = fixture.keys.open(&reference).unwrap();
    assert_eq!(opened.public_key_der(), created.public_key_der());
    assert_eq!(opened.protection(), Protection::Software);
    let verifying_key = VerifyingKey::from_public_key_der(created.public_key_der()).unwrap();
    for key in [created, opened] {
        let signature = Signature::from_der(&key.sign(b"message").unwrap()).unwrap();
        verifying_key.verify(b"message", &signature).unwrap();
    }
}

#[test]
fn every_key_is_another_one() {
    let fixture = Fixture::new();
    let (one, other) = (fixture.keys.create().unwrap(), fixture.keys.create().unwrap());
    assert_ne!(one.0, other.0);
    assert_ne!(one.1.public_key_der(), other.1.public_key_der());
    let listed = BTreeSet::from_iter(fixture.keys.list().unwrap());
    assert_eq!(listed, BTreeSet::from([one.0, other.0]));
    assert_eq!(fixture.vault.secrets().len(), 2);
}

#[test]
fn debug_output_shows_no_secret() {
    let fixture = Fixture::new();
    let (_, key) = fixture.keys.create().unwrap();
    let shown = format!("{key:?} {:?}", fixture.keys);
    for secret in fixture.vault.secrets().values() {
        assert!(!shown.contains(std::str::from_utf8(secret).unwrap()));
    }
    assert_eq!(format!("{key:?}"), "SoftwareKey(…)");
}

#[test]
fn deleting_removes_file_and_password_and_may_be_repeated() {
    let fixture = Fixture::new();
    let (reference, _) = fixture.keys.create().unwrap();
    fixture.keys.delete(&reference).unwrap();
    fixture.keys.delete(&reference).unwrap();
    fixture.assert_empty();
    assert!(matches!(fixture.keys.open(&reference), Err(KeyError::Missing)));
}

#[test]
fn a_secret_is_kept_under_its_name_until_it_is_forgotten() {
    let fixture = Fixture::new();
    let kept = |name| fixture.keys.secret(name).map(|secret| secret.to_string());
    assert!(matches!(kept("one"), Err(KeyError::Missing)));
    fixture.keys.forget_secret("one").unwrap();
    for text in ["first", "second"] {
        fixture.keys.keep_secret("one", Zeroizing::new(text.to_owned())).unwrap();
        assert_eq!(kept("one").unwrap(), text);
    }
    assert!(matches!(kept("other"), Err(KeyError::Missing)));
    assert_eq!(fixture.keys.list().unwrap(), [], "a secret is no key");
    fixture.keys.forget_secret("one").unwrap();
    assert!(matches!(kept("one"), Err(KeyError::Missing)));
    let long = Zeroizing::new("x".repeat(MAX_SECRET + 1));
    assert!(matches!(fixture.keys.keep_secret("one", long), Err(KeyError::Failed { .. })));
    assert_eq!(fixture.vault.secrets().len(), 0);
}

#[test]
fn without_its_directory_the_store_is_empty() {
    let fixture = Fixture::new();
    let reference = KeyReference::random().unwrap();
    assert!(matches!(fixture.keys.open(&reference), Err(KeyError::Missing)));
    fixture.keys.delete(&reference).unwrap();
    assert_eq!(fixture.keys.list().unwrap(), []);
    assert!(!fixture.keys.dir.exists(), "only asking made the directory");
}

#[test]
fn a_key_without_its_password_is_missing() {
    let fixture = Fixture::new();
    let (reference, _) = fixture.keys.create().unwrap();
    fixture.vault.secrets().clear();
    assert!(matches!(fixture.keys.open(&reference), Err(KeyError::Missing)));
    assert_eq!(fixture.keys.list().unwrap(), [reference]);
}

#[test]
fn a_key_with_a_changed_password_is_damaged() {
    let fixture = Fixture::new();
    let (reference, _) = fixture.keys.create().unwrap();
    for changed in [vec![b'0'; 64], vec![0xFF; 64], Vec::new(), vec![b'0'; 10_000]] {
        fixture.vault.secrets().values_mut().for_each(|secret| secret.clone_from(&changed));
        assert!(matches!(fixture.keys.open(&reference), Err(KeyError::Damaged { .. })));
    }
}

#[test]
fn a_changed_file_is_damaged() {
    let fixture = Fixture::new();
    let (reference, _) = fixture.keys.create().unwrap();
    let path = fixture.keys.dir.join(format!("{reference}.p12"));
    for content in [Vec::new(), b"text".to_vec(), vec![0x30; 1_000_000]] {
        fs::write(&path, content).unwrap();
        assert!(matches!(fixture.keys.open(&reference), Err(KeyError::Damaged { .. })));
    }
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
        let error = fixture.keys.create().unwrap_err();
        assert!(matches!(error, KeyError::Failed { .. }), "{mood:?}: {error:?}");
        assert!(error.to_string().ends_with(expected), "{mood:?}: {error}");
        fixture.assert_empty();
    }
}

#[test]
fn a_key_whose_password_cannot_be_deleted_stays_listed() {
    let fixture = Fixture::new();
    let (reference, _) = fixture.keys.create().unwrap();
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
    let error = fixture.keys.create().unwrap_err();
    assert!(matches!(error, KeyError::Locked), "{error:?}");
    assert_eq!(fixture.keys.list().unwrap(), []);
    fixture.vault.set_mood(Mood::Well);
    fixture.vault.wait_until_deleted();
    fixture.assert_empty();
}

#[test]
fn remains_of_a_crash_are_listed_and_can_be_deleted() {
    let fixture = Fixture::new();
    fs::create_dir_all(&fixture.keys.dir).unwrap();
    let [unfinished, unpaired] = [(); 2].map(|()| KeyReference::random().unwrap());
    fs::write(fixture.keys.dir.join(format!("{unfinished}.p12.new")), b"half").unwrap();
    fs::write(fixture.keys.dir.join(format!("{unpaired}.p12")), b"whole").unwrap();
    fs::write(fixture.keys.dir.join("notes.txt"), b"not ours").unwrap();
    fs::write(fixture.keys.dir.join("not-a-reference.p12"), b"not ours").unwrap();

    let listed = BTreeSet::from_iter(fixture.keys.list().unwrap());
    assert_eq!(listed, BTreeSet::from([unfinished.clone(), unpaired.clone()]));
    for reference in [unfinished, unpaired] {
        assert!(matches!(fixture.keys.open(&reference), Err(KeyError::Missing)));
        fixture.keys.delete(&reference).unwrap();
    }
    assert_eq!(fixture.keys.list().unwrap(), []);
    assert_eq!(fs::read_dir(&fixture.keys.dir).unwrap().count(), 2, "what is not ours stays");
}

#[test]
fn a_key_opens_only_in_its_own_directory() {
    let fixture = Fixture::new();
    let (reference, _) = fixture.keys.create().unwrap();
    let elsewhere = fixture.keys_in("elsewhere");
    fs::create_dir(&elsewhere.dir).unwrap();
    let name = format!("{reference}.p12");
    fs::copy(fixture.keys.dir.join(&name), elsewhere.dir.join(&name)).unwrap();
    assert!(matches!(elsewhere.open(&reference), Err(KeyError::Missing)));
    elsewhere.delete(&reference).unwrap();
    assert!(fixture.keys.open(&reference).is_ok());
}

#[cfg(unix)]
#[test]
fn a_directory_is_the_same_by_every_way_to_it() {
    let fixture = Fixture::new();
    let (reference, _) = fixture.keys.create().unwrap();
    let detour = fixture.keys_in("detour");
    std::os::unix::fs::symlink(&fixture.keys.dir, &detour.dir).unwrap();
    assert!(detour.open(&reference).is_ok());
    assert!(fixture.keys_in("detour/../keys").open(&reference).is_ok());
}

#[test]
fn a_file_in_the_directorys_place_is_a_storage_failure() {
    let fixture = Fixture::new();
    fs::write(&fixture.keys.dir, b"").unwrap();
    assert!(matches!(fixture.keys.create(), Err(KeyError::Storage(_))));
    assert!(matches!(fixture.keys.list(), Err(KeyError::Storage(_))));
}

struct Fixture {
    keys: SoftwareKeyStore,
    vault: Arc<FakeVault>,
    root: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let vault = Arc::new(FakeVault::default());
        let keys = keys_in(root.path().join("keys"), &vault);
        Self { keys, vault, root }
    }

    fn keys_in(&self, name: &str) -> SoftwareKeyStore {
        keys_in(self.root.path().join(name), &self.vault)
    }

    fn assert_empty(&self) {
        assert_eq!(fs::read_dir(&self.keys.dir).unwrap().count(), 0);
        assert!(self.vault.secrets().is_empty());
    }
}

fn keys_in(dir: PathBuf, vault: &Arc<FakeVault>) -> SoftwareKeyStore {
    let keystore = Arc::new(FakeKeystore(Arc::clone(vault)));
    SoftwareKeyStore { dir, vault: Vault::new(keystore, Duration::from_millis(500)) }
}

struct FakeKeystore(Arc<FakeVault>);

impl OsKeystore for FakeKeystore {
    fn connect(&self) -> keyring::Result<Arc<CredentialStore>> {
        Ok(Arc::new(FakeStore(Arc::clone(&self.0))))
    }

    fn modifiers(&self) -> HashMap<&'static str, &'static str> {
        HashMap::new()
    }

    fn no_answer(&self) -> KeyError {
        KeyError::Locked
    }

    fn failure(&self, cause: crate::Cause) -> KeyError {
        KeyError::failed_because("the OS keystore malfunctions", cause)
    }
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Mood {
    #[default]
    Well,
    /// Fails.
    Broken,
    /// Says it stored the secret and did not.
    Forgetful,
    /// Stores another secret.
    Mangling,
    /// Does not answer until the mood changes.
    Waiting,
}

#[derive(Default)]
struct FakeVault {
    mood: Mutex<Mood>,
    mood_changed: Condvar,
    secrets: Mutex<HashMap<String, Vec<u8>>>,
    deletions: Mutex<usize>,
    deleted: Condvar,
}

impl FakeVault {
    fn set_mood(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
        self.mood_changed.notify_all();
    }

    fn mood(&self) -> keyring::Result<Mood> {
        let waiting = |mood: &mut Mood| *mood == Mood::Waiting;
        let mood = *self.mood_changed.wait_while(self.mood.lock().unwrap(), waiting).unwrap();
        if mood == Mood::Broken {
            return Err(keyring::Error::PlatformFailure("told to".into()));
        }
        Ok(mood)
    }

    fn secrets(&self) -> std::sync::MutexGuard<'_, HashMap<String, Vec<u8>>> {
        self.secrets.lock().unwrap()
    }

    fn wait_until_deleted(&self) {
        let none = |deletions: &mut usize| *deletions == 0;
        drop(self.deleted.wait_while(self.deletions.lock().unwrap(), none).unwrap());
    }
}

struct FakeStore(Arc<FakeVault>);

impl CredentialStoreApi for FakeStore {
    fn vendor(&self) -> String {
        "test".to_owned()
    }

    fn id(&self) -> String {
        "test".to_owned()
    }

    fn build(
        &self,
        service: &str,
        user: &str,
        _: Option<&HashMap<&str, &str>>,
    ) -> keyring::Result<Entry> {
        let vault = Arc::clone(&self.0);
        let name = format!("{service}/{user}");
        Ok(Entry::new_with_credential(Arc::new(FakeCredential { vault, name })))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn debug_fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FakeStore")
    }
}

struct FakeCredential {
    vault: Arc<FakeVault>,
    name: String,
}

impl CredentialApi for FakeCredential {
    fn set_secret(&self, secret: &[u8]) -> keyring::Result<()> {
        let kept = match self.vault.mood()? {
            Mood::Forgetful => return Ok(()),
            Mood::Mangling => secret[1..].to_vec(),
            Mood::Well | Mood::Broken | Mood::Waiting => secret.to_vec(),
        };
        self.vault.secrets().insert(self.name.clone(), kept);
        Ok(())
    }

    fn get_secret(&self) -> keyring::Result<Vec<u8>> {
        self.vault.mood()?;
        self.vault.secrets().get(&self.name).cloned().ok_or(keyring::Error::NoEntry)
    }

    fn delete_credential(&self) -> keyring::Result<()> {
        self.vault.mood()?;
        let removed = self.vault.secrets().remove(&self.name);
        *self.vault.deletions.lock().unwrap() += 1;
        self.vault.deleted.notify_all();
        removed.map(drop).ok_or(keyring::Error::NoEntry)
    }

    fn get_credential(&self) -> keyring::Result<Option<Arc<Credential>>> {
        Ok(None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        None
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn debug_fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FakeCredential")
    }
}
