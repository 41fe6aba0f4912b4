//! The key's file: a PKCS#12 container (RFC 7292) with one private key and no certificate.
//!
//! PBES2 with AES-256-CBC, and a MAC with HMAC-SHA-256. Certificates live in the local database,
//! not here, because they change and the key does not.

use p12_keystore::{
    EncryptionAlgorithm, KeyStore, KeyStoreEntry, LocalKeyId, MacAlgorithm, Pkcs12Archive,
    PrivateKey, PrivateKeyBag, PrivateKeyChain,
};
use p256::{
    SecretKey,
    pkcs8::{
        DecodePrivateKey as _, EncodePrivateKey as _, ObjectIdentifier,
        der::{Decode as _, Tag, Tagged as _},
    },
};
use pkcs12::{MacData, pfx::Pfx};

use crate::{KeyError, KeyReference, vault::Secret};

/// Longer than any container that [`seal`] makes (about 700 bytes), in bytes.
pub(super) const MAX_LENGTH: usize = 16 * 1024;

/// Puts `key` into a container that only `password` opens.
pub(super) fn seal(
    key: &SecretKey,
    reference: &KeyReference,
    password: &Secret,
) -> Result<Vec<u8>, KeyError> {
    let pkcs8 = key
        .to_pkcs8_der()
        .map_err(|error| KeyError::failed_because("the key cannot be encoded", error))?;
    let key = PrivateKey::from_der(pkcs8.as_bytes()).map_err(cannot_write)?;
    let entry = PrivateKeyChain::new(reference.as_str(), key, []);
    let mut store = KeyStore::new();
    store.add_entry(reference.as_str(), KeyStoreEntry::PrivateKeyChain(entry));
    store
        .writer(password.as_str())
        .encryption_algorithm(EncryptionAlgorithm::PbeWithHmacSha256AndAes256)
        .encryption_iterations(ITERATIONS)
        .mac_algorithm(MacAlgorithm::HmacSha256)
        .mac_iterations(ITERATIONS)
        .write()
        .map_err(cannot_write)
}

/// Takes the key out of a container that [`seal`] made for `reference` with `password`.
///
/// # Errors
///
/// [`KeyError::Damaged`] for everything else, whatever the bytes are.
pub(super) fn unseal(
    container: &[u8],
    reference: &KeyReference,
    password: &Secret,
) -> Result<SecretKey, KeyError> {
    check_outside(container)?;
    let Pkcs12Archive { keys, certs, secrets } =
        Pkcs12Archive::from_pkcs12(container, password.as_str())
            .map_err(|_| damaged("the container does not open with its password"))?;
    if !certs.is_empty() || !secrets.is_empty() {
        return Err(damaged("the container holds more than a key"));
    }
    let [PrivateKeyBag { key, local_key_id, .. }] = keys.as_slice() else {
        return Err(damaged("the container does not hold exactly one key"));
    };
    if local_key_id != &Some(LocalKeyId::from(reference.as_str())) {
        return Err(damaged("the container holds another key"));
    }
    SecretKey::from_pkcs8_der(key.as_der()).map_err(|_| damaged("the key is not a P-256 key"))
}

/// Reads a container as the keystore does.
///
/// # Errors
///
/// [`KeyError::Damaged`].
#[cfg(feature = "fuzzing")]
pub fn read_container(
    container: &[u8],
    reference: &KeyReference,
    password: &str,
) -> Result<(), KeyError> {
    let password = Secret::new(String::from(password).into());
    unseal(container, reference, &password).map(drop)
}

/// Refuses what p12-keystore would accept and [`seal`] never makes: above all a container without
/// a MAC, into which anybody could put a key of their own.
fn check_outside(container: &[u8]) -> Result<(), KeyError> {
    if container.len() > MAX_LENGTH {
        return Err(damaged("the container is too long"));
    }
    let pfx = Pfx::from_der(container).map_err(|_| damaged("the file is no PKCS#12 container"))?;
    let Some(MacData { mac, mac_salt, iterations }) = pfx.mac_data else {
        return Err(damaged("the container has no MAC"));
    };
    let parameters = mac.algorithm.parameters;
    let has_parameters = parameters
        .is_some_and(|parameters| parameters.tag() != Tag::Null || !parameters.value().is_empty());
    if mac.algorithm.oid != SHA_256 || has_parameters {
        return Err(damaged("the container's MAC is not HMAC-SHA-256"));
    }
    // Both only bound the work before the MAC is verified; after that, the content is ours.
    if !(1..=MAX_ITERATIONS).contains(&iterations) || !(8..=64).contains(&mac_salt.as_bytes().len())
    {
        return Err(damaged("the container's MAC has absurd parameters"));
    }
    Ok(())
}

fn damaged(why: &'static str) -> KeyError {
    KeyError::Damaged { why }
}

fn cannot_write(error: p12_keystore::error::Error) -> KeyError {
    KeyError::failed_because("the container cannot be written", error)
}

/// Iterations slow down guessing a password that a person chose. This one has 256 random bits, so
/// not even one would be too few, and each only delays the login; but some tools refuse less than
/// RFC 8018 §4.2's 1,000, and 2,048 is what OpenSSL itself writes.
const ITERATIONS: u32 = 2048;

const MAX_ITERATIONS: i32 = 100_000;

const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use p256::{elliptic_curve::Generate as _, pkcs8::der::Encode as _};
    use proptest::prelude::*;

    use super::*;

    struct Sealed {
        key: SecretKey,
        reference: KeyReference,
        password: Secret,
        container: Vec<u8>,
    }

    static SEALED: LazyLock<Sealed> = LazyLock::new(|| {
        let key = SecretKey::generate();
        let reference = KeyReference::random().unwrap();
        let password = Secret::random().unwrap();
        let container = seal(&key, &reference, &password).unwrap();
        Sealed { key, reference, password, container }
    });

    fn unseal_bytes(container: &[u8]) -> Result<SecretKey, KeyError> {
        unseal(container, &SEALED.reference, &SEALED.password)
    }

    fn why_damaged(container: &[u8]) -> &'static str {
        match unseal_bytes(container) {
            Err(KeyError::Damaged { why }) => why,
            other => panic!("not damaged: {other:?}"),
        }
    }

    fn sealed_with(mac: MacAlgorithm, iterations: u32) -> Vec<u8> {
        let key = PrivateKey::from_der(SEALED.key.to_pkcs8_der().unwrap().as_bytes()).unwrap();
        let mut store = KeyStore::new();
        let entry = PrivateKeyChain::new(SEALED.reference.as_str(), key, []);
        store.add_entry("key", KeyStoreEntry::PrivateKeyChain(entry));
        store
            .writer(SEALED.password.as_str())
            .mac_algorithm(mac)
            .mac_iterations(iterations)
            .write()
            .unwrap()
    }

    #[test]
    fn gives_back_the_key_it_took() {
        assert_eq!(unseal_bytes(&SEALED.container).unwrap(), SEALED.key);
        assert!(SEALED.container.len() < MAX_LENGTH / 10);
    }

    #[test]
    fn does_not_show_the_key() {
        let scalar = SEALED.key.to_bytes();
        let shown = SEALED.container.windows(16).any(|window| window == &scalar[..16]);
        assert!(!shown);
    }

    #[test]
    fn refuses_another_password_or_reference() {
        let other = Secret::random().unwrap();
        let error = unseal(&SEALED.container, &SEALED.reference, &other).unwrap_err();
        assert!(matches!(error, KeyError::Damaged { .. }));
        let other = KeyReference::random().unwrap();
        let error = unseal(&SEALED.container, &other, &SEALED.password).unwrap_err();
        assert!(matches!(error, KeyError::Damaged { why: "the container holds another key" }));
    }

    #[test]
    fn refuses_a_container_without_a_mac() {
        let mut pfx = Pfx::from_der(&SEALED.container).unwrap();
        pfx.mac_data = None;
        let container = pfx.to_der().unwrap();
        assert!(Pkcs12Archive::from_pkcs12(&container, SEALED.password.as_str()).is_ok());
        assert_eq!(why_damaged(&container), "the container has no MAC");
    }

    #[test]
    fn refuses_a_container_with_another_mac() {
        let sha1 = sealed_with(MacAlgorithm::HmacSha1, 2048);
        assert_eq!(why_damaged(&sha1), "the container's MAC is not HMAC-SHA-256");
        let slow = sealed_with(MacAlgorithm::HmacSha256, 100_001);
        assert_eq!(why_damaged(&slow), "the container's MAC has absurd parameters");
    }

    #[test]
    fn refuses_a_huge_file_before_parsing_it() {
        assert_eq!(why_damaged(&vec![0x30; MAX_LENGTH + 1]), "the container is too long");
    }

    #[test]
    fn refuses_every_truncation() {
        for length in 0..SEALED.container.len() {
            why_damaged(&SEALED.container[..length]);
        }
    }

    #[test]
    fn refuses_every_changed_byte() {
        for position in 0..SEALED.container.len() {
            for change in [1 << (position % 8), 0xFF] {
                let mut container = SEALED.container.clone();
                container[position] ^= change;
                why_damaged(&container);
            }
        }
    }

    #[test]
    fn refuses_whatever_comes_after_the_container() {
        let mut container = SEALED.container.clone();
        container.push(0);
        why_damaged(&container);
    }

    proptest! {
        #[test]
        fn refuses_random_bytes(bytes: Vec<u8>) {
            why_damaged(&bytes);
        }

        #[test]
        fn refuses_a_container_in_which_a_stretch_was_replaced(
            at in any::<prop::sample::Index>(),
            bytes in prop::collection::vec(any::<u8>(), 1..64),
        ) {
            let mut container = SEALED.container.clone();
            let start = at.index(container.len());
            let end = (start + bytes.len()).min(container.len());
            container.splice(start..end, bytes);
            prop_assume!(container != SEALED.container);
            why_damaged(&container);
        }
    }
}
