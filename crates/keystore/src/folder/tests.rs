//! Folders that are moved, copied or of an older version.

use std::fs;

use warifu_protocol::SecretText;

use super::*;
use crate::{
    KeyReference, KeyStore as _, SecretStore as _, SoftwareKeyStore,
    fixture::{Fixture, copy},
    software::tests::sealed,
};

fn keep(fixture: &Fixture, keys: &SoftwareKeyStore, text: &str) {
    fixture.secrets_of(keys).set("proxy", &SecretText::from(text.to_owned())).unwrap();
}

fn kept(fixture: &Fixture, keys: &SoftwareKeyStore) -> Option<String> {
    let found = fixture.secrets_of(keys).get("proxy").unwrap();
    found.map(|secret| secret.expose().to_owned())
}

#[test]
fn a_moved_folder_finds_its_keys_and_secrets_however_often_it_moves() {
    let fixture = Fixture::new();
    let first = fixture.keys_in("old name/keys");
    let reference = KeyReference::random().unwrap();
    first.create(&reference).unwrap();
    keep(&fixture, &first, "secret");
    let mut from = fixture.data("old name");
    for name in ["割符", "other disk", "old name", "x"] {
        let to = fixture.data(name);
        fs::rename(&from, &to).unwrap();
        let keys = fixture.keys_in(&format!("{name}/keys"));
        keys.open(&reference).unwrap();
        assert_eq!(kept(&fixture, &keys).as_deref(), Some("secret"));
        from = to;
    }
    assert_eq!(fixture.vault.secrets().len(), 2, "nothing was stored twice");
    let keys = fixture.keys_in("x/keys");
    keys.delete(&reference).unwrap();
    fixture.secrets_of(&keys).delete("proxy").unwrap();
    assert_eq!(fixture.vault.secrets().len(), 0);
}

#[test]
fn of_a_copy_and_its_original_neither_takes_anything_from_the_other() {
    for gone in ["original", "copy"] {
        let fixture = Fixture::new();
        let original = fixture.keys_in("original/keys");
        let reference = KeyReference::random().unwrap();
        original.create(&reference).unwrap();
        keep(&fixture, &original, "secret");
        copy(&fixture.data("original"), &fixture.data("copy"));
        let copied = fixture.keys_in("copy/keys");
        copied.open(&reference).unwrap();
        assert_eq!(kept(&fixture, &copied), None);
        keep(&fixture, &copied, "secret");
        let (left, gone) = match gone {
            "original" => (&copied, &original),
            _ => (&original, &copied),
        };
        gone.delete(&reference).unwrap();
        fixture.secrets_of(gone).delete("proxy").unwrap();
        left.open(&reference).unwrap();
        assert_eq!(kept(&fixture, left).as_deref(), Some("secret"));
        assert_eq!(kept(&fixture, gone), None);
    }
}

#[test]
fn a_copy_that_deletes_before_it_has_opened_anything_leaves_the_original_alone() {
    let fixture = Fixture::new();
    let original = fixture.keys_in("original/keys");
    let reference = KeyReference::random().unwrap();
    original.create(&reference).unwrap();
    copy(&fixture.data("original"), &fixture.data("copy"));
    fixture.keys_in("copy/keys").delete(&reference).unwrap();
    original.open(&reference).unwrap();
}

/// What version 0.1.0 kept: no number, and entries by the canonical path.
fn as_in_0_1_0(fixture: &Fixture, name: &str, references: &[&KeyReference]) -> SoftwareKeyStore {
    let keys = fixture.keys_in(&format!("{name}/keys"));
    fs::create_dir_all(keys.folder.dir()).unwrap();
    let path = keys.folder.dir().canonicalize().unwrap();
    let path = path.as_os_str().as_encoded_bytes();
    for reference in references {
        let password = Secret::random().unwrap();
        let content = sealed(reference, &password);
        fs::write(keys.folder.dir().join(format!("{reference}.p12")), content).unwrap();
        let account = Account::new("warifu software key 1", path, reference.as_str());
        fixture.vault.vault().store(&account, &password).unwrap();
    }
    let secret = Secret::new(SecretText::from("secret".to_owned()));
    fixture.vault.vault().store(&Account::new("warifu secret 1", path, "proxy"), &secret).unwrap();
    keys
}

#[test]
fn what_version_0_1_0_kept_is_found_moves_with_the_folder_and_is_deleted_whole() {
    let fixture = Fixture::new();
    let [one, two, three] = [(); 3].map(|()| KeyReference::random().unwrap());
    let keys = as_in_0_1_0(&fixture, "home", &[&one, &two, &three]);
    keys.open(&one).unwrap();
    assert_eq!(kept(&fixture, &keys).as_deref(), Some("secret"));
    assert_eq!(fixture.vault.secrets().len(), 4, "what is found moves to its new name");
    // What was not asked for before the folder moved is found after it.
    fs::rename(fixture.data("home"), fixture.data("new home")).unwrap();
    let keys = fixture.keys_in("new home/keys");
    keys.open(&one).unwrap();
    keys.open(&two).unwrap();
    for reference in [one, two, three] {
        keys.delete(&reference).unwrap();
    }
    fixture.secrets_of(&keys).delete("proxy").unwrap();
    assert_eq!(fixture.vault.secrets().len(), 0);
}

#[test]
fn a_copy_of_a_folder_of_version_0_1_0_takes_nothing_from_it() {
    let fixture = Fixture::new();
    let [one, two] = [(); 2].map(|()| KeyReference::random().unwrap());
    let original = as_in_0_1_0(&fixture, "original", &[&one, &two]);
    original.open(&one).unwrap();
    copy(&fixture.data("original"), &fixture.data("copy"));
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
    fs::rename(fixture.data("home"), fixture.data("new disk")).unwrap();
    std::os::unix::fs::symlink(fixture.data("new disk"), fixture.data("home")).unwrap();
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
    let away = fixture.data("away");
    fs::create_dir(&away).unwrap();
    fs::rename(keys.folder.dir(), away.join("k")).unwrap();
    std::os::unix::fs::symlink(away.join("k"), keys.folder.dir()).unwrap();
    keys.open(&reference).unwrap();
    keys.open(&reference).unwrap();
}

#[test]
fn two_folders_that_stood_at_one_path_after_each_other_do_not_collide() {
    let fixture = Fixture::new();
    let keys = fixture.keys_in("home/keys");
    let [one, two] = [(); 2].map(|()| KeyReference::random().unwrap());
    keys.create(&one).unwrap();
    keep(&fixture, &keys, "first");
    fs::rename(fixture.data("home"), fixture.data("aside")).unwrap();
    keys.create(&two).unwrap();
    keep(&fixture, &keys, "second");
    let aside = fixture.keys_in("aside/keys");
    aside.open(&one).unwrap();
    assert_eq!(kept(&fixture, &aside).as_deref(), Some("first"));
    assert_eq!(kept(&fixture, &keys).as_deref(), Some("second"));
    keys.open(&two).unwrap();
    // And the first one comes back.
    fs::rename(fixture.data("home"), fixture.data("second")).unwrap();
    fs::rename(fixture.data("aside"), fixture.data("home")).unwrap();
    keys.open(&one).unwrap();
    fixture.keys_in("second/keys").open(&two).unwrap();
}

#[test]
fn a_folder_that_came_without_its_passwords_says_from_where() {
    let fixture = Fixture::new();
    let keys = fixture.keys_in("home/keys");
    let reference = KeyReference::random().unwrap();
    keys.create(&reference).unwrap();
    let before = keys.folder.dir().canonicalize().unwrap();
    fs::rename(fixture.data("home"), fixture.data("other pc")).unwrap();
    fixture.vault.clear();
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

#[cfg(unix)]
#[test]
fn a_directory_is_the_same_by_every_way_to_it() {
    let fixture = Fixture::new();
    let (reference, _) = fixture.create();
    let detour = fixture.keys_in("detour");
    std::os::unix::fs::symlink(fixture.keys.folder.dir(), detour.folder.dir()).unwrap();
    assert!(detour.open(&reference).is_ok());
    assert!(fixture.keys_in("detour/../keys").open(&reference).is_ok());
}
