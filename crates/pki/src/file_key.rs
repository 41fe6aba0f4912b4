//! The authority's key in a file, under a passphrase.

use pkcs8::{EncryptedPrivateKeyInfoRef, LineEnding, PrivateKeyInfoRef, SecretDocument, pkcs5};
use rcgen::{KeyPair, PublicKeyData as _, SigningKey as _};
use rustls_pki_types::PrivatePkcs8KeyDer;
use zeroize::Zeroizing;

use crate::{Error, PublicKey, Signer, SigningError};

/// A key in PEM.
pub type SecretPem = Zeroizing<String>;

/// PKCS#8 in DER.
type PrivateKey = Zeroizing<Vec<u8>>;

/// An open key on P-256 that came out of a file, or goes into one.
pub struct FileKey {
    key: KeyPair,
    public_key: PublicKey,
}

impl std::fmt::Debug for FileKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileKey").field("public_key", &self.public_key).finish_non_exhaustive()
    }
}

impl FileKey {
    /// Makes a new key.
    ///
    /// # Errors
    ///
    /// [`Error::Failed`] with the library's.
    pub fn generate() -> Result<Self, Error> {
        Self::of(KeyPair::generate()?)
    }

    /// Opens a key: PKCS#8, encrypted with PBES2, in PEM.
    ///
    /// # Errors
    ///
    /// [`Error::Locked`].
    pub fn open(pem: &str, passphrase: &str) -> Result<Self, Error> {
        let key = decrypt(pem, passphrase)?;
        let der = PrivatePkcs8KeyDer::from(key.as_slice());
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&der, &rcgen::PKCS_ECDSA_P256_SHA256)
            .map_err(|_| Error::Locked)?;
        Self::of(key)
    }

    fn of(key: KeyPair) -> Result<Self, Error> {
        let public_key = PublicKey::of_spki(&key.subject_public_key_info());
        let public_key = public_key.ok_or_else(|| Error::Failed(String::from("another curve")))?;
        Ok(Self { key, public_key })
    }

    /// The key in the clear, for a library that signs in another form: PKCS#8 in DER.
    #[must_use]
    pub fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        self.key.serialize_der().into()
    }

    /// The key as it is written to disk: PKCS#8, encrypted with PBES2 (scrypt, AES-256-CBC).
    ///
    /// # Errors
    ///
    /// [`Error::Failed`] with the library's.
    pub fn to_pem(&self, passphrase: &str) -> Result<SecretPem, Error> {
        encrypt(&self.key.serialize_der().into(), passphrase)
    }
}

impl Signer for FileKey {
    fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        self.key.sign(message).map_err(SigningError::new)
    }
}

/// The authority's key under another passphrase.
///
/// # Errors
///
/// [`Error::Locked`] if the present passphrase is another one; [`Error::Failed`] with the library's.
pub fn change_passphrase(pem: &str, present: &str, next: &str) -> Result<SecretPem, Error> {
    encrypt(&decrypt(pem, present)?, next)
}

/// PBES2 with scrypt and AES-256-CBC (RFC 8018 §6.2, RFC 7914 §7). N = 2^17, r = 8, p = 1 take 128 MiB
/// and a third of a second for each guess.
fn encrypt(key: &PrivateKey, passphrase: &str) -> Result<SecretPem, Error> {
    let failed = |error: String| Error::Failed(error);
    let info = PrivateKeyInfoRef::try_from(key.as_slice()).map_err(|e| failed(e.to_string()))?;
    let random = |error: getrandom::Error| failed(format!("no randomness: {error}"));
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    getrandom::fill(&mut salt).and_then(|()| getrandom::fill(&mut iv)).map_err(random)?;
    let cost = pkcs5::scrypt::Params::new(17, 8, 1).map_err(|e| failed(e.to_string()))?;
    let scheme = pkcs5::pbes2::Parameters::generate_scrypt_aes256cbc(cost, &salt, iv)
        .map_err(|e| failed(e.to_string()))?;
    info.encrypt_with_params(scheme, passphrase)
        .map_err(|e| failed(e.to_string()))?
        .to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF)
        .map_err(|e| failed(e.to_string()))
}

fn decrypt(pem: &str, passphrase: &str) -> Result<PrivateKey, Error> {
    let (_, encrypted) = SecretDocument::from_pem(pem).map_err(|_| Error::Locked)?;
    let info =
        EncryptedPrivateKeyInfoRef::try_from(encrypted.as_bytes()).map_err(|_| Error::Locked)?;
    let opened = info.decrypt(passphrase).map_err(|_| Error::Locked)?;
    Ok(PrivateKey::new(opened.as_bytes().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_opens_with_its_passphrase_alone_also_after_a_change() {
        let key = FileKey::generate().unwrap();
        let pem = key.to_pem("passphrase").unwrap();
        let opens = |pem: &str, passphrase: &str| match FileKey::open(pem, passphrase) {
            Ok(opened) => opened.public_key == key.public_key,
            Err(Error::Locked) => false,
            Err(error) => panic!("{error}"),
        };
        assert!(pem.contains("ENCRYPTED PRIVATE KEY"));
        assert!(opens(&pem, "passphrase") && !opens(&pem, "another"));
        change_passphrase(&pem, "wrong", "another").unwrap_err();
        let changed = change_passphrase(&pem, "passphrase", "another").unwrap();
        assert!(opens(&changed, "another") && !opens(&changed, "passphrase"));
    }

    /// As 0.1.0 wrote it: scrypt with N = 2^14, `passphrase`.
    #[test]
    fn a_key_with_an_earlier_cost_still_opens() {
        let key = KeyPair::generate().unwrap().serialize_der();
        let info = PrivateKeyInfoRef::try_from(key.as_slice()).unwrap();
        let earlier = info.encrypt("passphrase").unwrap();
        let pem = earlier.to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF).unwrap();
        assert_eq!(decrypt(&pem, "passphrase").unwrap().as_slice(), key);
        // The new one says what it costs: N is an INTEGER of 131072.
        let (_, new) =
            SecretDocument::from_pem(&encrypt(&key.into(), "passphrase").unwrap()).unwrap();
        let cost = [0x02, 0x03, 0x02, 0x00, 0x00, 0x02, 0x01, 0x08];
        assert!(new.as_bytes().windows(cost.len()).any(|bytes| bytes == cost));
    }
}
