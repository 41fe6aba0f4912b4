//! Randomness, where it enters.

use warifu_protocol::{INITIAL_PASSWORD_ENTROPY, SecretText, TransferCode, generate_initial};
use zeroize::Zeroizing;

/// So many random bytes from the operating system.
///
/// # Errors
///
/// The operating system's.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// A name that nothing else has, for a service's connection profiles or for a user at services: 128 random
/// bits, as 32 hexadecimal digits.
///
/// # Errors
///
/// The operating system's.
pub(crate) fn name() -> Result<String, getrandom::Error> {
    Ok(bytes::<16>()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A bearer token of 256 random bits.
///
/// # Errors
///
/// The operating system's.
pub(crate) fn token() -> Result<SecretText, getrandom::Error> {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let bytes = Zeroizing::new(bytes::<32>()?);
    Ok(URL_SAFE_NO_PAD.encode(bytes.as_slice()).into())
}

/// A code for a new PC: twelve characters, each as likely as the others.
///
/// # Errors
///
/// The operating system's.
pub(crate) fn transfer_code() -> Result<TransferCode, getrandom::Error> {
    let letters = TransferCode::LETTERS.as_bytes();
    loop {
        let random = Zeroizing::new(bytes::<32>()?);
        let fair = 256 - 256 % letters.len();
        let drawn: Zeroizing<String> = random
            .iter()
            .map(|byte| usize::from(*byte))
            .filter(|byte| *byte < fair)
            .take(12)
            .map(|byte| char::from(letters[byte % letters.len()]))
            .collect::<String>()
            .into();
        if let Ok(code) = drawn.parse() {
            return Ok(code);
        }
    }
}

/// An initial password.
///
/// # Errors
///
/// The operating system's.
pub(crate) fn initial_password() -> Result<SecretText, getrandom::Error> {
    loop {
        let random = Zeroizing::new(bytes::<INITIAL_PASSWORD_ENTROPY>()?);
        if let Some(password) = generate_initial(&random) {
            return Ok(password.into());
        }
    }
}
