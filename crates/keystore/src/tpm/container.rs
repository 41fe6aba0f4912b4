//! The key's file: "TSS2 PRIVATE KEY", as other programs read it too, and above it two lines of ours: the
//! Name of the key that it was made below, and a seal, with the key's own password, over all of it.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use warifu_tpm::KeyFile;
use zeroize::Zeroizing;

use crate::{KeyError, KeyReference, reference::hex, vault::Secret};

/// Longer than any file that is written here (about 650 bytes), in bytes.
pub(super) const MAX_LENGTH: usize = 8 * 1024;

/// A key's file, opened.
pub(super) struct Container {
    pub(super) key: KeyFile,
    /// The parent's Name: it tells a damaged key from another TPM's.
    pub(super) parent: Vec<u8>,
}

/// A key's password, as its TPM takes it: 256 bits.
pub(super) struct Password(Zeroizing<[u8; 32]>);

impl Password {
    /// The password that the OS keystore has as 64 hexadecimal digits.
    pub(super) fn of(secret: &Secret) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; 32]);
        match base16ct::lower::decode(secret.as_str(), bytes.as_mut_slice()).map(<[u8]>::len) {
            Ok(32) => Ok(Self(bytes)),
            Ok(_) | Err(_) => Err(damaged("what the OS keystore holds is no TPM key's password")),
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_ref()
    }
}

impl Container {
    /// The file for `reference`.
    pub(super) fn seal(
        &self,
        reference: &KeyReference,
        password: &Password,
    ) -> Result<String, KeyError> {
        let pem = self
            .key
            .to_pem()
            .map_err(|error| KeyError::failed_because("the key's file cannot be written", error))?;
        let parent = hex(&self.parent);
        let seal = mac(reference, &parent, &pem, password)?.finalize().into_bytes();
        Ok(format!("{PARENT}{}\n{SEAL}{}\n{pem}", *parent, *hex(&seal)))
    }

    /// What [`seal`](Self::seal) has written for `reference` with `password`.
    ///
    /// # Errors
    ///
    /// [`KeyError::Damaged`] for everything else, whatever the bytes are.
    pub(super) fn unseal(
        content: &[u8],
        reference: &KeyReference,
        password: &Password,
    ) -> Result<Self, KeyError> {
        if content.len() > MAX_LENGTH {
            return Err(damaged("the key's file is too long"));
        }
        let text =
            std::str::from_utf8(content).map_err(|_| damaged("the key's file is no text"))?;
        let parts = text.strip_prefix(PARENT).and_then(|rest| {
            let (parent, rest) = rest.split_once('\n')?;
            let (seal, pem) = rest.strip_prefix(SEAL)?.split_once('\n')?;
            Some((parent, base16ct::lower::decode_vec(seal).ok()?, pem))
        });
        let (parent, seal, pem) = parts.ok_or(damaged("the file is no TPM key's"))?;
        mac(reference, parent, pem, password)?
            .verify_slice(&seal)
            .map_err(|_| damaged("the key's file was changed, or is another key's"))?;
        let key =
            KeyFile::from_pem(pem.as_bytes()).map_err(|_| damaged("there is no key in it"))?;
        let parent =
            base16ct::lower::decode_vec(parent).map_err(|_| damaged("its parent has no Name"))?;
        Ok(Self { key, parent })
    }
}

/// Reads a file as the keystore does.
///
/// # Errors
///
/// [`KeyError::Damaged`].
#[cfg(feature = "fuzzing")]
pub fn read_tpm_container(
    content: &[u8],
    reference: &KeyReference,
    password: &str,
) -> Result<(), KeyError> {
    let password = Password::of(&Secret::new(String::from(password).into()))?;
    Container::unseal(content, reference, &password).map(drop)
}

const PARENT: &str = "Parent: ";
const SEAL: &str = "Seal: ";

fn mac(
    reference: &KeyReference,
    parent: &str,
    pem: &str,
    password: &Password,
) -> Result<Hmac<Sha256>, KeyError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(password.bytes())
        .map_err(|error| KeyError::failed_because("the key's file cannot be sealed", error))?;
    for part in ["warifu tpm key file 1", reference.as_str(), parent, pem] {
        mac.update(part.as_bytes());
        mac.update(b"\0");
    }
    Ok(mac)
}

fn damaged(why: &'static str) -> KeyError {
    KeyError::Damaged { why }
}
