//! The cases. Each begins with a keystore that never held a key.

use std::{
    collections::BTreeSet,
    ffi::{OsStr, OsString},
    fs,
    path::Path,
    sync::Arc,
};

use super::{
    Case, Harm, World, assert_signs,
    process::{Call, MESSAGE, PLACE, Process, unhex},
    verifies,
};
use crate::{DeviceKey, KeyError, KeyReference, KeyStore, reference::hex};

/// Names each function once.
macro_rules! cases {
    ($($name:ident)*) => {
        /// Every case.
        pub const CASES: &[Case] = &[$((stringify!($name), $name)),*];
    };
}

cases!(
    a_key_signs_what_another_program_verifies
    signatures_verify_over_every_length
    every_key_is_another_one
    a_key_in_use_is_not_made_anew
    a_key_outlives_every_restart
    of_two_processes_that_make_one_key_one_succeeds
    two_processes_at_once_do_not_disturb_each_other
    many_threads_at_once_do_not_disturb_each_other
    what_one_program_changes_another_sees
    what_a_killed_process_leaves_is_whole_or_can_be_deleted
    what_an_interrupted_making_leaves_is_listed_and_can_be_deleted
    where_no_key_was_made_there_is_none_and_asking_leaves_nothing
    deleting_leaves_nothing_and_may_be_repeated
    a_lost_key_is_missing_and_can_be_deleted
    a_damaged_key_is_damaged_and_can_be_deleted
    a_key_opens_in_its_own_place_alone
    a_place_may_have_any_name
    no_key_is_printed
);

impl World<'_> {
    fn keys(&self) -> Arc<dyn KeyStore> {
        self.subject.start(OsStr::new(PLACE))
    }

    fn kept(&self) -> usize {
        self.subject.kept()
    }
}

fn random() -> KeyReference {
    KeyReference::random().unwrap()
}

fn create(keys: &dyn KeyStore) -> (KeyReference, Arc<dyn DeviceKey>) {
    let reference = random();
    let key = keys.create(&reference).unwrap();
    (reference, key)
}

fn listed(keys: &dyn KeyStore) -> BTreeSet<KeyReference> {
    let listed = keys.list().unwrap();
    let set = BTreeSet::from_iter(listed.iter().cloned());
    assert_eq!(set.len(), listed.len(), "something is listed twice");
    set
}

#[track_caller]
fn assert_missing(keys: &dyn KeyStore, reference: &KeyReference) {
    let opened = keys.open(reference);
    assert!(matches!(opened, Err(KeyError::Missing | KeyError::MissingHere { .. })), "{opened:?}");
}

fn a_key_signs_what_another_program_verifies(world: &World<'_>) {
    let keys = world.keys();
    let (reference, created) = create(&*keys);
    let opened = world.keys().open(&reference).unwrap();
    assert_eq!(opened.public_key_der(), created.public_key_der());
    for key in [created, opened] {
        assert_eq!(key.protection(), world.subject.protection());
        assert_signs(&*key, b"message");
        let signature = key.sign(b"message").unwrap();
        assert!(!verifies(key.public_key_der(), b"another message", &signature));
    }
}

/// Around the blocks of SHA-256, and far beyond what a handshake signs; so many of them that numbers
/// with leading zeros are among the signatures.
fn signatures_verify_over_every_length(world: &World<'_>) {
    let (_, key) = create(&*world.keys());
    for length in (0..=260).chain([1_023, 1_024, 1_025, 4_096, 65_535, 65_536, 1_000_003]) {
        let message: Vec<u8> = (0..length).map(|at| (at * 31 % 251) as u8).collect();
        assert_signs(&*key, &message);
    }
}

fn every_key_is_another_one(world: &World<'_>) {
    let keys = world.keys();
    let made: Vec<_> = (0..4).map(|_| create(&*keys)).collect();
    let publics: BTreeSet<_> = made.iter().map(|(_, key)| key.public_key_der().to_vec()).collect();
    assert_eq!(publics.len(), made.len());
    assert_eq!(listed(&*keys), made.iter().map(|(reference, _)| reference.clone()).collect());
    for (reference, key) in made {
        assert_eq!(keys.open(&reference).unwrap().public_key_der(), key.public_key_der());
    }
}

fn a_key_in_use_is_not_made_anew(world: &World<'_>) {
    let (reference, made) = create(&*world.keys());
    let kept = world.kept();
    for _ in 0..2 {
        let again = world.keys().create(&reference);
        assert!(matches!(again, Err(KeyError::Storage(_))), "{again:?}");
    }
    let opened = world.keys().open(&reference).unwrap();
    assert_eq!(opened.public_key_der(), made.public_key_der());
    assert_eq!(world.kept(), kept);
}

/// Each step is a process of its own.
fn a_key_outlives_every_restart(world: &World<'_>) {
    let [reference, other] = [random(), random()];
    assert_eq!(world.ask_anew(&Call::List), "");
    let public = unhex(&world.ask_anew(&Call::Create(reference.clone())));
    assert_eq!(world.ask_anew(&Call::List), reference.as_str());
    for _ in 0..2 {
        let signature = unhex(&world.ask_anew(&Call::Sign(reference.clone())));
        assert!(verifies(&public, MESSAGE, &signature));
    }
    world.ask_anew(&Call::Create(other.clone()));
    assert_eq!(world.ask_anew(&Call::Delete(other.clone())), "deleted");
    assert_eq!(world.ask_anew(&Call::Sign(other)), "error missing");
    let signature = unhex(&world.ask_anew(&Call::Sign(reference.clone())));
    assert!(verifies(&public, MESSAGE, &signature));
    for _ in 0..2 {
        assert_eq!(world.ask_anew(&Call::Delete(reference.clone())), "deleted");
        assert_eq!(world.ask_anew(&Call::Sign(reference.clone())), "error missing");
        assert_eq!(world.ask_anew(&Call::List), "");
    }
    assert_eq!(world.kept(), 0);
}

fn of_two_processes_that_make_one_key_one_succeeds(world: &World<'_>) {
    let mut processes = [Process::start(world), Process::start(world)];
    // Both are up and past what only the first call does.
    for process in &mut processes {
        process.ask(&Call::List);
    }
    for round in 0..20 {
        let reference = random();
        for process in &mut processes {
            process.send(&Call::Create(reference.clone()));
        }
        let answers = processes.each_mut().map(Process::receive);
        let (refused, made): (Vec<_>, Vec<_>) =
            answers.iter().partition(|answer| answer.starts_with("error"));
        assert_eq!(refused, ["error storage AlreadyExists"], "round {round}: {answers:?}");
        let signature = unhex(&processes[round % 2].ask(&Call::Sign(reference)));
        assert!(verifies(&unhex(made[0]), MESSAGE, &signature), "round {round}");
    }
}

fn two_processes_at_once_do_not_disturb_each_other(world: &World<'_>) {
    let mut processes = [Process::start(world), Process::start(world)];
    let mut left = BTreeSet::new();
    for _ in 0..5 {
        let references = [(); 2].map(|()| [random(), random()]);
        let at_once = |processes: &mut [Process; 2], call: fn(&[KeyReference; 2]) -> Call| {
            for (process, references) in processes.iter_mut().zip(&references) {
                process.send(&call(references));
            }
            processes.each_mut().map(Process::receive)
        };
        let publics = at_once(&mut processes, |of| Call::Create(of[0].clone()));
        at_once(&mut processes, |of| Call::Create(of[1].clone()));
        let signatures = at_once(&mut processes, |of| Call::Sign(of[0].clone()));
        for (public, signature) in publics.iter().zip(&signatures) {
            assert!(verifies(&unhex(public), MESSAGE, &unhex(signature)));
        }
        let deleted = at_once(&mut processes, |of| Call::Delete(of[1].clone()));
        assert_eq!(deleted, ["deleted", "deleted"]);
        left.extend(references.map(|[left, _]| left));
    }
    drop(processes);
    let keys = world.keys();
    assert_eq!(listed(&*keys), left);
    for reference in left {
        assert_signs(&*keys.open(&reference).unwrap(), b"message");
        keys.delete(&reference).unwrap();
    }
    assert_eq!(world.kept(), 0);
}

fn many_threads_at_once_do_not_disturb_each_other(world: &World<'_>) {
    let keys = world.keys();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let (reference, created) = create(&*keys);
                let opened = keys.open(&reference).unwrap();
                assert_eq!(opened.public_key_der(), created.public_key_der());
                assert_signs(&*opened, b"message");
                keys.delete(&reference).unwrap();
            });
        }
    });
    assert_eq!(listed(&*keys), BTreeSet::new());
    assert_eq!(world.kept(), 0);
}

fn what_one_program_changes_another_sees(world: &World<'_>) {
    let [one, other] = [world.keys(), world.keys()];
    let (reference, created) = create(&*one);
    let opened = other.open(&reference).unwrap();
    assert_eq!(opened.public_key_der(), created.public_key_der());
    other.delete(&reference).unwrap();
    assert_missing(&*one, &reference);
    assert_eq!(listed(&*one), BTreeSet::new());
    one.delete(&reference).unwrap();
}

/// What was reported as made is there; the rest opens or not, and goes away.
fn what_a_killed_process_leaves_is_whole_or_can_be_deleted(world: &World<'_>) {
    for made in 0..6 {
        let mut process = Process::start(world);
        process.send(&Call::CreateForEver);
        let mut reported: Vec<_> = (0..made).map(|_| process.receive()).collect();
        reported.extend(process.kill());
        let keys = world.keys();
        for reference in reported {
            assert_signs(&*keys.open(&reference.parse().unwrap()).unwrap(), b"message");
        }
        for reference in listed(&*keys) {
            match keys.open(&reference) {
                Ok(key) => assert_signs(&*key, b"message"),
                Err(error) => assert!(
                    matches!(error, KeyError::Missing | KeyError::Damaged { .. }),
                    "{error:?}"
                ),
            }
            keys.delete(&reference).unwrap();
        }
        assert_eq!(listed(&*keys), BTreeSet::new());
        assert_eq!(world.kept(), 0);
        create(&*keys);
        keys.list().unwrap().iter().for_each(|reference| keys.delete(reference).unwrap());
    }
}

fn what_an_interrupted_making_leaves_is_listed_and_can_be_deleted(world: &World<'_>) {
    let keys = world.keys();
    let (whole, _) = create(&*keys);
    let kept = world.kept();
    for Harm { name, happens } in world.subject.remains() {
        let reference = random();
        happens(OsStr::new(PLACE), &reference);
        assert!(world.kept() > kept, "{name}");
        assert!(listed(&*world.keys()).contains(&reference), "{name}");
        assert_missing(&*keys, &reference);
        keys.delete(&reference).unwrap();
        assert_eq!(listed(&*keys), BTreeSet::from([whole.clone()]), "{name}");
        assert_eq!(world.kept(), kept, "{name}");
    }
    assert_signs(&*keys.open(&whole).unwrap(), b"message");
}

fn where_no_key_was_made_there_is_none_and_asking_leaves_nothing(world: &World<'_>) {
    let before = files(world.home);
    let keys = world.keys();
    let reference = random();
    assert_missing(&*keys, &reference);
    keys.delete(&reference).unwrap();
    assert_eq!(listed(&*keys), BTreeSet::new());
    assert_eq!(files(world.home), before);
    assert_eq!(world.kept(), 0);
    // Nor where there are others.
    create(&*keys);
    let kept = world.kept();
    assert_missing(&*keys, &reference);
    keys.delete(&reference).unwrap();
    assert_eq!(world.kept(), kept);
}

fn files(folder: &Path) -> BTreeSet<OsString> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect()
}

fn deleting_leaves_nothing_and_may_be_repeated(world: &World<'_>) {
    let keys = world.keys();
    let (reference, _) = create(&*keys);
    let (other, _) = create(&*keys);
    assert!(world.kept() > 0);
    for _ in 0..2 {
        keys.delete(&reference).unwrap();
        assert_missing(&*keys, &reference);
        assert_missing(&*world.keys(), &reference);
        assert_eq!(listed(&*keys), BTreeSet::from([other.clone()]));
    }
    assert_signs(&*keys.open(&other).unwrap(), b"message");
    keys.delete(&other).unwrap();
    assert_eq!(listed(&*keys), BTreeSet::new());
    assert_eq!(world.kept(), 0);
    // The name is free again.
    assert_signs(&*keys.create(&reference).unwrap(), b"message");
}

fn a_lost_key_is_missing_and_can_be_deleted(world: &World<'_>) {
    for Harm { name, happens } in world.subject.losses() {
        let keys = world.keys();
        let (reference, _) = create(&*keys);
        happens(OsStr::new(PLACE), &reference);
        assert_missing(&*keys, &reference);
        assert_missing(&*world.keys(), &reference);
        keys.delete(&reference).unwrap();
        assert_eq!(listed(&*keys), BTreeSet::new(), "{name}");
        assert_eq!(world.kept(), 0, "{name}");
    }
}

fn a_damaged_key_is_damaged_and_can_be_deleted(world: &World<'_>) {
    for Harm { name, happens } in world.subject.damages() {
        let keys = world.keys();
        let (reference, _) = create(&*keys);
        happens(OsStr::new(PLACE), &reference);
        for keys in [&keys, &world.keys()] {
            let opened = keys.open(&reference);
            assert!(matches!(opened, Err(KeyError::Damaged { .. })), "{name}: {opened:?}");
        }
        assert_eq!(listed(&*keys), BTreeSet::from([reference.clone()]), "{name}");
        keys.delete(&reference).unwrap();
        assert_eq!(listed(&*keys), BTreeSet::new(), "{name}");
        assert_eq!(world.kept(), 0, "{name}");
    }
}

fn a_key_opens_in_its_own_place_alone(world: &World<'_>) {
    let [here, there] = ["here", "there"].map(OsStr::new);
    let [mine, yours] = [here, there].map(|place| world.subject.start(place));
    let (reference, _) = create(&*mine);
    let (other, _) = create(&*yours);
    assert_eq!(listed(&*mine), BTreeSet::from([reference.clone()]));
    assert_eq!(listed(&*yours), BTreeSet::from([other.clone()]));
    assert_missing(&*yours, &reference);
    yours.delete(&reference).unwrap();
    assert_signs(&*mine.open(&reference).unwrap(), b"message");
    // Not even with all that could be copied of it.
    world.subject.copy(&reference, here, there);
    let opened = yours.open(&reference);
    assert!(
        matches!(
            opened,
            Err(KeyError::Missing | KeyError::MissingHere { .. } | KeyError::Damaged { .. })
        ),
        "{opened:?}"
    );
    yours.delete(&reference).unwrap();
    assert_signs(&*mine.open(&reference).unwrap(), b"message");
    assert_signs(&*yours.open(&other).unwrap(), b"message");
}

fn a_place_may_have_any_name(world: &World<'_>) {
    let mut names: Vec<OsString> = vec![
        "a b".into(),
        "割符・鍵".into(),
        "caf\u{e9}".into(),
        "🗝\u{fe0f}".into(),
        "it's #1 & 100% (=;,)~".into(),
        "-rf".into(),
        "x".repeat(200).into(),
        "a.b".into(),
        "a.c".into(),
        "b.id".into(),
        ".hidden".into(),
    ];
    names.extend(odd_names());
    let mut all = Vec::new();
    for name in &names {
        let (reference, created) = create(&*world.subject.start(name));
        all.push((name, reference, created.public_key_der().to_vec()));
    }
    for (name, reference, public) in all {
        let keys = world.subject.start(name);
        assert_eq!(listed(&*keys), BTreeSet::from([reference.clone()]), "{name:?}");
        assert_eq!(keys.open(&reference).unwrap().public_key_der(), public, "{name:?}");
        keys.delete(&reference).unwrap();
        assert_eq!(listed(&*keys), BTreeSet::new(), "{name:?}");
    }
    assert_eq!(world.kept(), 0);
}

/// Names that only some systems allow.
#[cfg(target_os = "linux")]
fn odd_names() -> Vec<OsString> {
    use std::os::unix::ffi::OsStringExt as _;
    vec![
        "\"<>|*?:\\".into(),
        "two\nlines\t".into(),
        " ".into(),
        // To the eye one of the others.
        "cafe\u{301}".into(),
        // No Unicode at all.
        OsString::from_vec(vec![b'k', 0xFF, 0xFE, b'y']),
    ]
}

#[cfg(not(target_os = "linux"))]
fn odd_names() -> Vec<OsString> {
    Vec::new()
}

fn no_key_is_printed(world: &World<'_>) {
    let keys = world.keys();
    let (reference, key) = create(&*keys);
    let secrets = world.subject.secrets();
    assert!(!secrets.is_empty());
    let opened = keys.open(&reference).unwrap();
    let mut shown = format!("{key:?} {opened:?} {key:#?} {keys:?} {keys:#?}");
    let again = keys.create(&reference).unwrap_err();
    shown.push_str(&format!("{again} {again:?}"));
    for Harm { happens, .. } in world.subject.damages() {
        let (reference, _) = create(&*keys);
        happens(OsStr::new(PLACE), &reference);
        let error = keys.open(&reference).unwrap_err();
        shown.push_str(&format!("{error} {error:?} {error:#?}"));
    }
    for secret in secrets {
        let numbers = format!("{secret:?}");
        let text = String::from_utf8_lossy(&secret).into_owned();
        let forms = [text, hex(&secret).to_string(), hex(&secret).to_uppercase(), numbers];
        for form in forms {
            assert!(!shown.contains(&form), "{form} is in {shown}");
        }
    }
}
