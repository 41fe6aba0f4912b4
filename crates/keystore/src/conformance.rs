//! What every keystore must do, as tests.
//!
//! A keystore's own tests describe it once, as a [`Subject`], and the macro
//! [`conformance!`](crate::conformance!) makes a test of each [`CASES`] entry. What it takes several
//! processes to see is done by several: the test program starts itself again for the same test.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "all of this module is tests"
)]

mod cases;
mod process;

use std::{ffi::OsStr, path::Path, sync::Arc};

use warifu_protocol::Protection;
use webpki::aws_lc_rs::ECDSA_P256_SHA256;

pub use self::cases::CASES;
use crate::{DeviceKey, KeyReference, KeyStore};

/// A kind of keystore, and what happens to it from outside.
///
/// Each is made for a folder of its own, below which all that it keeps in files must be. A *place* is
/// where one keystore keeps its keys, such as a directory; its name is a single part of a path.
pub trait Subject {
    /// The keystore of `place`, as a program opens it that has just started.
    fn start(&self, place: &OsStr) -> Arc<dyn KeyStore>;

    /// What its keys say of themselves.
    fn protection(&self) -> Protection;

    /// How many things are kept for its keys, in all places and beside them, as in the operating
    /// system's keystore; asked without the code under test.
    fn kept(&self) -> usize;

    /// What is kept for the keys and must not be shown to anybody.
    fn secrets(&self) -> Vec<Vec<u8>>;

    /// Copies a key to another place as a program can that may read its files.
    fn copy(&self, reference: &KeyReference, from: &OsStr, to: &OsStr);

    /// Each way in which a key comes to be missing, though something of it is left.
    fn losses(&self) -> Vec<Harm<'_>>;

    /// Each way in which a key is damaged.
    fn damages(&self) -> Vec<Harm<'_>>;

    /// Each thing that the making of a key, interrupted, leaves in the place: made here for a key that
    /// never was.
    fn remains(&self) -> Vec<Harm<'_>>;
}

/// Something that happens to one key in one place.
pub struct Harm<'a> {
    /// What it is, for the messages.
    pub name: &'static str,
    /// Does it.
    pub happens: Happens<'a>,
}

/// Does something to a key in a place.
pub type Happens<'a> = Box<dyn Fn(&OsStr, &KeyReference) + 'a>;

impl std::fmt::Debug for Harm<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Harm").field("name", &self.name).finish_non_exhaustive()
    }
}

/// One test: its name, and what it does with a new subject.
pub type Case = (&'static str, fn(&World<'_>));

/// A subject under test.
#[expect(missing_debug_implementations, reason = "holds a test's own subject")]
pub struct World<'a> {
    subject: &'a dyn Subject,
    /// The folder that the subject was made for.
    home: &'a Path,
    /// The test's name, as the test program knows it.
    test: &'a str,
}

/// Runs the case `name` on a new subject; `test` is the name of the test that calls this.
pub fn run(test: &str, name: &str, subject: impl Fn(&Path) -> Box<dyn Subject>) {
    if let Some(home) = process::home() {
        return process::answer(&*subject(&home));
    }
    let (_, case) = CASES.iter().find(|(known, _)| *known == name).expect("a case of that name");
    let home = tempfile::tempdir().unwrap();
    case(&World { subject: &*subject(home.path()), home: home.path(), test });
}

/// Makes a test of each case, for a subject that is made of a folder.
///
/// `$around`, a function of the test's name and of a closure, says in which surroundings it runs.
#[macro_export]
macro_rules! conformance {
    ($subject:expr) => {
        $crate::conformance!($subject, |_: &str, work: &dyn Fn()| work());
    };
    ($subject:expr, $around:expr) => {
        $crate::conformance!(
            @each $subject, $around,
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
    };
    (@each $subject:expr, $around:expr, $($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                let path = concat!(module_path!(), "::", stringify!($name));
                let test = path.split_once("::").map_or(path, |(_, test)| test);
                let run = || $crate::conformance::run(test, stringify!($name), $subject);
                ($around)(test, &run);
            }
        )*

        #[test]
        fn every_case_is_a_test() {
            let tests = [$(stringify!($name)),*];
            let cases: Vec<_> = $crate::conformance::CASES.iter().map(|(name, _)| *name).collect();
            assert_eq!(cases, tests);
        }
    };
}

/// The start of every SubjectPublicKeyInfo of a P-256 key (RFC 5480 §2.1.1), up to its point.
const P256: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A,
    0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// Whether `signature` is `key`'s over `message`.
fn verifies(public_key_der: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let point = public_key_der.strip_prefix(&P256).expect("a P-256 key");
    assert_eq!((point.len(), point[0]), (65, 0x04), "an uncompressed point");
    ECDSA_P256_SHA256.verify_signature(point, message, signature).is_ok()
}

#[track_caller]
fn assert_signs(key: &dyn DeviceKey, message: &[u8]) {
    let signature = key.sign(message).unwrap();
    assert!(verifies(key.public_key_der(), message, &signature), "{} bytes", message.len());
}
