//! Everything on a TPM in software, one for each test; nothing of this has been tried on a chip.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "tests")]

mod emulator;

use std::{fs, process::Command as Process};

use sha2::{Digest as _, Sha256};
use warifu_tpm::{
    Handle, KeyFile, Meaning, Public, Tpm, TpmError, Who,
    command::{
        Authorisation, Certify, Create, GetRandom, Handles, Import, Load, NvRead, NvReadPublic,
        PolicySecret, Properties, ReadPublic, Sign, StartPolicySession,
    },
    public::{Kind, Scheme, attributes},
    signature::Signature,
    wire::{Reader, Writer},
};
use webpki::aws_lc_rs::ECDSA_P256_SHA256;

use self::emulator::{Emulator, Told};

/// As long as 32 random bytes, and what a command line can carry.
const PASSWORD: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";

fn transient(tpm: &mut Tpm) -> usize {
    tpm.run(&Handles { from: Handle(0x8000_0000), most: 10 }).unwrap().len()
}

/// A new key below the primary key.
fn create(tpm: &mut Tpm, template: &Public) -> Result<KeyFile, TpmError> {
    let primary = tpm.storage_primary()?;
    tpm.holding(primary.handle, |tpm| {
        let made = tpm.run(&Create { parent: primary.handle, password: PASSWORD, template })?;
        Ok(KeyFile { parent: Handle::OWNER, public: made.public, private: made.private })
    })
}

fn load(tpm: &mut Tpm, parent: Handle, key: &KeyFile) -> Result<Handle, TpmError> {
    let authorisation = Authorisation::Password(&[]);
    let loaded =
        tpm.run(&Load { parent, authorisation, private: &key.private, public: &key.public })?;
    Ok(loaded.handle)
}

fn sign(tpm: &mut Tpm, key: Handle, password: &[u8]) -> Result<Vec<u8>, TpmError> {
    tpm.run(&Sign { key, password, digest: &Sha256::digest(b"message").into() })
}

/// Loads a key, signs with it, and leaves nothing loaded.
fn sign_with(tpm: &mut Tpm, key: &KeyFile) -> Result<Vec<u8>, TpmError> {
    let primary = tpm.storage_primary()?;
    let loaded = tpm.holding(primary.handle, |tpm| load(tpm, primary.handle, key))?;
    tpm.holding(loaded, |tpm| sign(tpm, loaded, PASSWORD))
}

fn assert_verifies(public: &Public, signature: &[u8]) {
    let der = public.p256_der().unwrap();
    ECDSA_P256_SHA256.verify_signature(&der[26..], b"message", signature).unwrap();
}

#[track_caller]
fn assert_refused<T: std::fmt::Debug>(result: Result<T, TpmError>, meaning: Meaning, who: Who) {
    let error = result.unwrap_err();
    assert_eq!((error.meaning(), error.who()), (Some(meaning), who), "{error}");
}

#[test]
fn a_key_is_made_loaded_and_signs_and_nothing_stays_loaded() {
    let emulator = Emulator::start();
    let mut tpm = emulator.tpm();
    let key = create(&mut tpm, &Public::device_key()).unwrap();
    assert!(key.public.is_device_key());
    for _ in 0..20 {
        assert_verifies(&key.public, &sign_with(&mut tpm, &key).unwrap());
    }
    assert_eq!(transient(&mut tpm), 0);
    assert_eq!(tpm.run(&GetRandom(16)).unwrap().len(), 16);
    // Again from the file, over a connection of its own and after a start of its own.
    drop(tpm);
    let emulator = emulator.restart();
    let key = KeyFile::from_pem(key.to_pem().unwrap().as_bytes()).unwrap();
    assert_verifies(&key.public, &sign_with(&mut emulator.tpm(), &key).unwrap());
}

#[test]
fn another_program_reads_the_key_file_and_signs_with_its_password_alone() {
    let emulator = Emulator::start();
    let key = create(&mut emulator.tpm(), &Public::device_key()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let [file, message, signature] =
        ["key.pem", "message", "signature"].map(|name| folder.path().join(name));
    fs::write(&file, key.to_pem().unwrap()).unwrap();
    fs::write(&message, b"message").unwrap();
    let openssl = |password: &str| {
        let output = Process::new("openssl")
            .args(["dgst", "-sha256", "-provider", "tpm2", "-provider", "default"])
            .args(["-propquery", "?provider=tpm2", "-sign"])
            .arg(&file)
            .args(["-passin", &format!("pass:{password}"), "-out"])
            .args([&signature, &message])
            .env("TPM2OPENSSL_TCTI", emulator.tcti())
            .env("TSS2_LOG", "all+NONE")
            .output()
            .unwrap();
        output.status.success()
    };
    assert!(!openssl("0123456789abcdefghijklmnopqrstuV"), "with another password");
    assert!(openssl(std::str::from_utf8(PASSWORD).unwrap()));
    assert_verifies(&key.public, &fs::read(&signature).unwrap());
}

#[test]
fn wrong_passwords_lock_neither_the_key_nor_the_tpm() {
    let emulator = Emulator::start();
    let mut tpm = emulator.tpm();
    let key = create(&mut tpm, &Public::device_key()).unwrap();
    let primary = tpm.storage_primary().unwrap().handle;
    let loaded = load(&mut tpm, primary, &key).unwrap();
    for wrong in [&[0_u8; 32][..], b"", &PASSWORD[..31]].repeat(10) {
        assert_refused(sign(&mut tpm, loaded, wrong), Meaning::WrongPassword, Who::User);
    }
    assert_verifies(&key.public, &sign(&mut tpm, loaded, PASSWORD).unwrap());
    assert_eq!(wrong_tries(&mut tpm), 0);
    // A key of somebody else, made with that protection, locks the TPM; ours signs none the less.
    let template = Public::device_key();
    let template = Public { attributes: template.attributes & !attributes::NO_DA, ..template };
    let others = tpm
        .run(&Create { parent: primary, password: b"theirs", template: &template })
        .map(|made| KeyFile { parent: primary, public: made.public, private: made.private })
        .unwrap();
    let others = load(&mut tpm, primary, &others).unwrap();
    let mut last = None;
    for _ in 0..40 {
        last = sign(&mut tpm, others, b"wrong").unwrap_err().meaning();
        if last == Some(Meaning::LockedOut) {
            break;
        }
    }
    assert_eq!(last, Some(Meaning::LockedOut));
    assert_refused(sign(&mut tpm, others, b"theirs"), Meaning::LockedOut, Who::ItDepartment);
    assert_verifies(&key.public, &sign(&mut tpm, loaded, PASSWORD).unwrap());
}

/// `TPM_PT_LOCKOUT_COUNTER`.
fn wrong_tries(tpm: &mut Tpm) -> u32 {
    let shown = tpm.run(&Properties { from: 0x20E, most: 1 }).unwrap();
    assert_eq!(shown[0].0, 0x20E);
    shown[0].1
}

#[test]
fn a_loss_of_power_at_any_moment_leaves_nothing_and_counts_as_nothing() {
    let mut emulator = Emulator::start();
    let key = create(&mut emulator.tpm(), &Public::device_key()).unwrap();
    for step in 0..5 {
        let mut tpm = emulator.tpm();
        let primary = (step > 0).then(|| tpm.storage_primary().unwrap().handle);
        if step > 1 {
            let template = &Public::device_key();
            tpm.run(&Create { parent: primary.unwrap(), password: PASSWORD, template }).unwrap();
        }
        let loaded = (step > 2).then(|| load(&mut tpm, primary.unwrap(), &key).unwrap());
        if step > 3 {
            sign(&mut tpm, loaded.unwrap(), PASSWORD).unwrap();
        }
        emulator = emulator.restart();
        let dead = tpm.run(&GetRandom(1));
        assert!(matches!(dead, Err(TpmError::Channel(_))), "{dead:?}");
        drop(tpm);
        let mut tpm = emulator.tpm();
        assert_eq!((transient(&mut tpm), wrong_tries(&mut tpm)), (0, 0), "step {step}");
        assert_verifies(&key.public, &sign_with(&mut tpm, &key).unwrap());
    }
}

#[test]
fn a_damaged_key_another_tpm_and_a_cleared_one_are_told_apart_by_the_parent() {
    let [emulator, another] = [(); 2].map(|()| Emulator::start());
    let mut tpm = emulator.tpm();
    let name = tpm.storage_primary().unwrap().name;
    tpm.run(&warifu_tpm::command::FlushContext(Handle(0x8000_0000))).unwrap();
    let key = create(&mut tpm, &Public::device_key()).unwrap();
    let parent = |tpm: &mut Tpm, key: &KeyFile| {
        let primary = tpm.storage_primary().unwrap();
        let refused = tpm.holding(primary.handle, |tpm| load(tpm, primary.handle, key));
        assert_refused(refused, Meaning::NotThisTpms, Who::User);
        primary.name
    };
    for at in [2, key.private.len() / 2, key.private.len() - 1] {
        let mut damaged = key.clone();
        damaged.private[at] ^= 1;
        assert_eq!(parent(&mut tpm, &damaged), name, "damaged at {at}");
    }
    assert_ne!(parent(&mut another.tpm(), &key), name, "another TPM");
    assert_verifies(&key.public, &sign_with(&mut tpm, &key).unwrap());
    tpm.run(&Told::clear()).unwrap();
    assert_ne!(parent(&mut tpm, &key), name, "a cleared TPM");
}

#[test]
fn under_an_owners_password_only_a_persistent_parent_works() {
    let emulator = Emulator::start();
    let mut tpm = emulator.tpm();
    assert_eq!(tpm.storage_root().unwrap(), None);
    let primary = tpm.storage_primary().unwrap();
    tpm.run(&Told::persist(primary.handle, Handle::STORAGE_ROOT)).unwrap();
    tpm.run(&Told::owner_password(b"owner")).unwrap();
    assert_refused(tpm.storage_primary(), Meaning::WrongPassword, Who::ItDepartment);
    let root = tpm.storage_root().unwrap().unwrap();
    assert_eq!((&root.public, &root.name), (&primary.public, &primary.name));
    let parent = Handle::STORAGE_ROOT;
    let made =
        tpm.run(&Create { parent, password: PASSWORD, template: &Public::device_key() }).unwrap();
    let key = KeyFile { parent, public: made.public, private: made.private };
    let loaded = load(&mut tpm, parent, &key).unwrap();
    assert_verifies(&key.public, &sign(&mut tpm, loaded, PASSWORD).unwrap());
}

#[test]
fn what_is_persistent_and_no_parent_is_not_taken_for_one() {
    let emulator = Emulator::start();
    let mut tpm = emulator.tpm();
    // A primary key that signs.
    let primary = tpm
        .run(&warifu_tpm::command::CreatePrimary {
            hierarchy: Handle::OWNER,
            authorisation: Authorisation::Password(&[]),
            template: &Public::device_key(),
        })
        .unwrap();
    tpm.run(&Told::persist(primary.handle, Handle::STORAGE_ROOT)).unwrap();
    assert!(tpm.run(&ReadPublic(Handle::STORAGE_ROOT)).is_ok());
    assert_eq!(tpm.storage_root().unwrap(), None);
}

#[test]
fn a_full_tpm_is_told_and_has_place_after_a_flush() {
    let emulator = Emulator::start();
    let mut tpm = emulator.tpm();
    let primaries: Vec<_> = (0..3).map(|_| tpm.storage_primary().unwrap().handle).collect();
    assert_refused(tpm.storage_primary(), Meaning::NoPlaceLeft, Who::Nobody);
    let last = primaries[2];
    tpm.holding::<_, TpmError>(last, |_| Ok(())).unwrap();
    tpm.holding::<_, TpmError>(last, |_| Ok(())).unwrap_err();
    tpm.storage_primary().unwrap();
    let session = StartPolicySession::sha256([7; 16]);
    let sessions = (0..10).map_while(|_| tpm.run(&session).ok()).count();
    assert!((1..10).contains(&sessions), "{sessions}");
    assert_refused(tpm.run(&session), Meaning::NoPlaceLeft, Who::Nobody);
}

/// The other half of what a backend will ask for: it knows a secret, the TPM signs with it of the key.
#[test]
fn an_imported_secret_certifies_a_key() {
    let emulator = Emulator::start();
    let mut tpm = emulator.tpm();
    let key = create(&mut tpm, &Public::device_key()).unwrap();
    let (seed, secret) = ([3; 32], [9; 32]);
    let public = Public {
        attributes: attributes::USER_WITH_AUTH
            | attributes::NO_DA
            | attributes::RESTRICTED
            | attributes::SIGN,
        kind: Kind::KeyedHash {
            scheme: Some(Scheme { algorithm: 0x0005, hash: Some(0x000B) }),
            unique: Sha256::digest([seed, secret].concat()).to_vec(),
        },
        ..Public::device_key()
    };
    let mut sensitive = Writer::new();
    sensitive.nested(|out| {
        out.u16(0x0008).sized(&[]).sized(&seed).sized(&secret);
    });
    let primary = tpm.storage_primary().unwrap().handle;
    let authorisation = Authorisation::Password(&[]);
    let duplicate = sensitive.finish().unwrap();
    let import = Import {
        parent: primary,
        authorisation,
        public: &public,
        duplicate: &duplicate,
        seed: &[],
    };
    let private = tpm.run(&import).unwrap();
    let imported = KeyFile { parent: primary, public: public.clone(), private };
    let signer = load(&mut tpm, primary, &imported).unwrap();
    let loaded = load(&mut tpm, primary, &key).unwrap();
    let certify = Certify { key: loaded, password: PASSWORD, signer, qualifying: b"nonce" };
    let certified = tpm.run(&certify).unwrap();
    assert_eq!(certified.attest.name, key.public.name().unwrap());
    assert_eq!(certified.attest.qualifying, b"nonce");
    assert_eq!(
        certified.signature,
        Signature::Hmac(hmac(&secret, &Sha256::digest(&certified.signed)))
    );
    let wrong = tpm.run(&Certify { password: b"wrong", ..certify });
    assert_refused(wrong, Meaning::WrongPassword, Who::User);
    // The same secret, claimed to be one that never left the TPM.
    let forged = Public { attributes: public.attributes | attributes::FIXED_TPM, ..public.clone() };
    assert_refused(tpm.run(&Import { public: &forged, ..import }), Meaning::Unexpected, Who::Us);
}

/// HMAC (RFC 2104) with a key shorter than a block, over a digest that the TPM makes first.
fn hmac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let pad = |with: u8| -> Vec<u8> {
        (0..64).map(|at| key.get(at).copied().unwrap_or_default() ^ with).collect()
    };
    let inner = Sha256::digest([pad(0x36), message.to_vec()].concat());
    Sha256::digest([pad(0x5C), inner.to_vec()].concat()).into()
}

#[test]
fn a_policy_is_fulfilled_with_an_empty_password_alone() {
    let emulator = Emulator::start();
    let mut tpm = emulator.tpm();
    let session = tpm.run(&StartPolicySession::sha256([7; 16])).unwrap();
    let secret = PolicySecret { hierarchy: Handle::ENDORSEMENT, session };
    tpm.run(&secret).unwrap();
    tpm.run(&Told::password_of(Handle::ENDORSEMENT, b"maker")).unwrap();
    assert_refused(tpm.run(&secret), Meaning::WrongPassword, Who::ItDepartment);
}

#[test]
fn the_nv_memory_is_read_in_parts() {
    let emulator = Emulator::start();
    let mut tpm = emulator.tpm();
    let index = Handle(0x01C0_0002);
    assert_refused(tpm.run(&NvReadPublic(index)), Meaning::NoSuchHandle, Who::Us);
    let content: Vec<u8> = (0..700_u16).map(|at| (at % 251) as u8).collect();
    tpm.run(&Told::define(index, 700)).unwrap();
    tpm.run(&Told::write_nv(index, &content)).unwrap();
    assert_eq!(tpm.run(&NvReadPublic(index)).unwrap().length, 700);
    let mut read = tpm.run(&NvRead { index, length: 512, offset: 0 }).unwrap();
    read.extend(tpm.run(&NvRead { index, length: 188, offset: 512 }).unwrap());
    assert_eq!(read, content);
    assert!(tpm.run(&NvRead { index, length: 189, offset: 512 }).is_err());
}

/// What a real TPM says of keys that we did not make, read to the last byte.
#[test]
fn keys_of_every_kind_are_read() {
    let emulator = Emulator::start();
    let mut tpm = emulator.tpm();
    let template = Public::storage_primary();
    let Kind::Ecc { symmetric, .. } = template.kind else { unreachable!() };
    let rsa = Kind::Rsa { symmetric, scheme: None, bits: 2048, exponent: 0, modulus: Vec::new() };
    let primary = tpm
        .run(&warifu_tpm::command::CreatePrimary {
            hierarchy: Handle::OWNER,
            authorisation: Authorisation::Password(&[]),
            template: &Public { kind: rsa, ..template },
        })
        .unwrap();
    assert!(primary.public.is_parent());
    let bytes = primary.public.bytes().unwrap();
    assert_eq!(Reader::new(&bytes).u16().unwrap(), 1);
    let made = tpm
        .run(&Create {
            parent: primary.handle,
            password: PASSWORD,
            template: &Public::device_key(),
        })
        .unwrap();
    assert!(made.public.is_device_key());
}
