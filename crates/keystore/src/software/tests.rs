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
    let (reference, created) = fixture.create();
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
    let (one, other) = (fixture.create(), fixture.create());
    assert_ne!(one.0, other.0);
    assert_ne!(one.1.public_key_der(), other.1.public_key_der());
    let listed = BTreeSet::from_iter(fixture.keys.list().unwrap());
    assert_eq!(listed, BTreeSet::from([one.0, other.0]));
    assert_eq!(fixture.vault.secrets().len(), 2);
}

#[test]
fn debug_output_shows_no_secret() {
    let fixture = Fixture::new();
    let (_, key) = fixture.create();
    let shown = format!("{key:?} {:?}", fixture.keys);
    for secret in fixture.vault.secrets().values() {
        assert!(!shown.contains(std::str::from_utf8(secret).unwrap()));
    }
    assert_eq!(format!("{key:?}"), "SoftwareKey(…)");
}

#[test]
fn deleting_removes_file_and_password_and_may_be_repeated() {
    let fixture = Fixture::new();
    let (reference, _) = fixture.create();
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
    let (reference, _) = fixture.create();
    fixture.vault.secrets().clear();
    assert!(matches!(fixture.keys.open(&reference), Err(KeyError::Missing)));
    assert_eq!(fixture.keys.list().unwrap(), [reference]);
}

#[test]
fn a_key_with_a_changed_password_is_damaged() {
    let fixture = Fixture::new();
    let (reference, _) = fixture.create();
    for changed in [vec![b'0'; 64], vec![0xFF; 64], Vec::new(), vec![b'0'; 10_000]] {
        fixture.vault.secrets().values_mut().for_each(|secret| secret.clone_from(&changed));
        assert!(matches!(fixture.keys.open(&reference), Err(KeyError::Damaged { .. })));
    }
}

#[test]
fn a_changed_file_is_damaged() {
    let fixture = Fixture::new();
    let (reference, _) = fixture.create();
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
    let (reference, _) = fixture.create();
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
    let (reference, _) = fixture.create();
    let detour = fixture.keys_in("detour");
    std::os::unix::fs::symlink(&fixture.keys.dir, &detour.dir).unwrap();
    assert!(detour.open(&reference).is_ok());
    assert!(fixture.keys_in("detour/../keys").open(&reference).is_ok());
}

#[test]
fn a_key_in_use_is_not_made_anew() {
    let fixture = Fixture::new();
    let (reference, made) = fixture.create();
    assert!(matches!(fixture.keys.create(&reference), Err(KeyError::Storage(_))));
    let opened = fixture.keys.open(&reference).unwrap();
    assert_eq!(opened.public_key_der(), made.public_key_der());
}

/// A data folder, whose keys are in `keys`.
fn data(fixture: &Fixture, name: &str) -> PathBuf {
    fixture.root.path().join(name)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)
        } else {
            fs::copy(entry.path(), target).map(drop).unwrap();
        }
    }
}

#[test]
fn a_moved_folder_finds_its_keys_and_secrets_however_often_it_moves() {
    let fixture = Fixture::new();
    let first = fixture.keys_in("old name/keys");
    let reference = KeyReference::random().unwrap();
    first.create(&reference).unwrap();
    first.keep_secret("proxy", Zeroizing::new("secret".to_owned())).unwrap();
    let mut from = data(&fixture, "old name");
    for name in ["割符", "other disk", "old name", "x"] {
        let to = data(&fixture, name);
        fs::rename(&from, &to).unwrap();
        let keys = fixture.keys_in(&format!("{name}/keys"));
        keys.open(&reference).unwrap();
        assert_eq!(&*keys.secret("proxy").unwrap(), "secret");
        from = to;
    }
    assert_eq!(fixture.vault.secrets().len(), 2, "nothing was stored twice");
    let keys = fixture.keys_in("x/keys");
    keys.delete(&reference).unwrap();
    keys.forget_secret("proxy").unwrap();
    assert_eq!(fixture.vault.secrets().len(), 0);
}

#[test]
fn of_a_copy_and_its_original_neither_takes_anything_from_the_other() {
    for gone in ["original", "copy"] {
        let fixture = Fixture::new();
        let original = fixture.keys_in("original/keys");
        let reference = KeyReference::random().unwrap();
        original.create(&reference).unwrap();
        original.keep_secret("proxy", Zeroizing::new("secret".to_owned())).unwrap();
        copy(&data(&fixture, "original"), &data(&fixture, "copy"));
        let copied = fixture.keys_in("copy/keys");
        copied.open(&reference).unwrap();
        assert!(matches!(copied.secret("proxy"), Err(KeyError::Missing)));
        copied.keep_secret("proxy", Zeroizing::new("secret".to_owned())).unwrap();
        let kept = match gone {
            "original" => (&copied, &original),
            _ => (&original, &copied),
        };
        kept.1.delete(&reference).unwrap();
        kept.1.forget_secret("proxy").unwrap();
        kept.0.open(&reference).unwrap();
        assert_eq!(&*kept.0.secret("proxy").unwrap(), "secret");
        assert!(matches!(kept.1.secret("proxy"), Err(KeyError::Missing)));
    }
}

#[test]
fn a_copy_that_deletes_before_it_has_opened_anything_leaves_the_original_alone() {
    let fixture = Fixture::new();
    let original = fixture.keys_in("original/keys");
    let reference = KeyReference::random().unwrap();
    original.create(&reference).unwrap();
    copy(&data(&fixture, "original"), &data(&fixture, "copy"));
    fixture.keys_in("copy/keys").delete(&reference).unwrap();
    original.open(&reference).unwrap();
}

/// What version 0.1.0 kept: no number, and entries by the canonical path.
fn as_in_0_1_0(fixture: &Fixture, name: &str, references: &[&KeyReference]) -> SoftwareKeyStore {
    let keys = fixture.keys_in(&format!("{name}/keys"));
    fs::create_dir_all(&keys.dir).unwrap();
    let path = keys.dir.canonicalize().unwrap();
    let path = path.as_os_str().as_encoded_bytes();
    for reference in references {
        let password = Secret::random().unwrap();
        let content = container::seal(&SecretKey::generate(), reference, &password).unwrap();
        fs::write(keys.dir.join(format!("{reference}.p12")), content).unwrap();
        let account = Account::new("warifu software key 1", path, reference.as_str());
        keys.vault.store(&account, &password).unwrap();
    }
    let secret = Secret::new(Zeroizing::new("secret".to_owned()));
    keys.vault.store(&Account::new("warifu secret 1", path, "proxy"), &secret).unwrap();
    keys
}

#[test]
fn what_version_0_1_0_kept_is_found_moves_with_the_folder_and_is_deleted_whole() {
    let fixture = Fixture::new();
    let [one, two, three] = [(); 3].map(|()| KeyReference::random().unwrap());
    let keys = as_in_0_1_0(&fixture, "home", &[&one, &two, &three]);
    keys.open(&one).unwrap();
    assert_eq!(&*keys.secret("proxy").unwrap(), "secret");
    assert_eq!(fixture.vault.secrets().len(), 4, "what is found moves to its new name");
    // What was not asked for before the folder moved is found after it.
    fs::rename(data(&fixture, "home"), data(&fixture, "new home")).unwrap();
    let keys = fixture.keys_in("new home/keys");
    keys.open(&one).unwrap();
    keys.open(&two).unwrap();
    for reference in [one, two, three] {
        keys.delete(&reference).unwrap();
    }
    keys.forget_secret("proxy").unwrap();
    assert_eq!(fixture.vault.secrets().len(), 0);
}

#[test]
fn a_copy_of_a_folder_of_version_0_1_0_takes_nothing_from_it() {
    let fixture = Fixture::new();
    let [one, two] = [(); 2].map(|()| KeyReference::random().unwrap());
    let original = as_in_0_1_0(&fixture, "original", &[&one, &two]);
    original.open(&one).unwrap();
    copy(&data(&fixture, "original"), &data(&fixture, "copy"));
    let copied = fixture.keys_in("copy/keys");
    for reference in [&one, &two] {
        copied.open(reference).unwrap();
        copied.delete(reference).unwrap();
        original.open(reference).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn what_version_0_1_0_kept_is_found_where_a_link_leads_from_the_old_path_to_the_new() {
    let fixture = Fixture::new();
    let reference = KeyReference::random().unwrap();
    as_in_0_1_0(&fixture, "home", &[&reference]);
    fs::rename(data(&fixture, "home"), data(&fixture, "new disk")).unwrap();
    std::os::unix::fs::symlink(data(&fixture, "new disk"), data(&fixture, "home")).unwrap();
    fixture.keys_in("home/keys").open(&reference).unwrap();
    fixture.keys_in("new disk/keys").open(&reference).unwrap();
}

#[cfg(unix)]
#[test]
fn keys_that_were_moved_alone_are_found_through_a_link() {
    let fixture = Fixture::new();
    let keys = fixture.keys_in("home/keys");
    let reference = KeyReference::random().unwrap();
    keys.create(&reference).unwrap();
    let away = data(&fixture, "away");
    fs::create_dir(&away).unwrap();
    fs::rename(&keys.dir, away.join("k")).unwrap();
    std::os::unix::fs::symlink(away.join("k"), &keys.dir).unwrap();
    keys.open(&reference).unwrap();
    keys.open(&reference).unwrap();
}

#[test]
fn two_folders_that_stood_at_one_path_after_each_other_do_not_collide() {
    let fixture = Fixture::new();
    let keys = fixture.keys_in("home/keys");
    let [one, two] = [(); 2].map(|()| KeyReference::random().unwrap());
    keys.create(&one).unwrap();
    keys.keep_secret("proxy", Zeroizing::new("first".to_owned())).unwrap();
    fs::rename(data(&fixture, "home"), data(&fixture, "aside")).unwrap();
    keys.create(&two).unwrap();
    keys.keep_secret("proxy", Zeroizing::new("second".to_owned())).unwrap();
    let aside = fixture.keys_in("aside/keys");
    aside.open(&one).unwrap();
    assert_eq!(&*aside.secret("proxy").unwrap(), "first");
    assert_eq!(&*keys.secret("proxy").unwrap(), "second");
    keys.open(&two).unwrap();
    // And the first one comes back.
    fs::rename(data(&fixture, "home"), data(&fixture, "second")).unwrap();
    fs::rename(data(&fixture, "aside"), data(&fixture, "home")).unwrap();
    keys.open(&one).unwrap();
    fixture.keys_in("second/keys").open(&two).unwrap();
}

#[test]
fn a_folder_that_came_without_its_passwords_says_from_where() {
    let fixture = Fixture::new();
    let keys = fixture.keys_in("home/keys");
    let reference = KeyReference::random().unwrap();
    keys.create(&reference).unwrap();
    let before = keys.dir.canonicalize().unwrap();
    fs::rename(data(&fixture, "home"), data(&fixture, "other pc")).unwrap();
    fixture.vault.secrets().clear();
    let moved = fixture.keys_in("other pc/keys");
    for _ in 0..2 {
        let error = moved.open(&reference).unwrap_err();
        assert!(
            matches!(&error, KeyError::MissingHere { before: told } if *told == before),
            "{error:?}"
        );
    }
    let stranger = KeyReference::random().unwrap();
    assert!(matches!(moved.open(&stranger), Err(KeyError::Missing)), "without a file, no folder");
}

#[test]
fn a_file_in_the_directorys_place_is_a_storage_failure() {
    let fixture = Fixture::new();
    fs::write(&fixture.keys.dir, b"").unwrap();
    assert!(matches!(fixture.try_create(), Err(KeyError::Storage(_))));
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

    fn try_create(&self) -> Result<(KeyReference, Arc<dyn DeviceKey>), KeyError> {
        let reference = KeyReference::random()?;
        let key = self.keys.create(&reference)?;
        Ok((reference, key))
    }

    fn create(&self) -> (KeyReference, Arc<dyn DeviceKey>) {
        self.try_create().unwrap()
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
