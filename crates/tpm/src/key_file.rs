//! A key as it lies on disk: "TSS2 PRIVATE KEY" (draft-bottomley-tpm2-keys), which other programs read
//! too, such as OpenSSL with tpm2-openssl.

use pem_rfc7468::LineEnding;

use crate::{
    Handle, Public,
    wire::{Reader, Writer},
};

/// The longest file. Ours have some 400 bytes, those of large RSA keys 3,000.
const MAX_LENGTH: usize = 8 * 1024;

const LABEL: &str = "TSS2 PRIVATE KEY";
/// `id-loadablekey`, 2.23.133.10.1.3, as an OBJECT IDENTIFIER.
const LOADABLE_KEY: [u8; 8] = [0x06, 0x06, 0x67, 0x81, 0x05, 0x0A, 0x01, 0x03];
/// `emptyAuth`, false. It is said and not left out, though both mean the same, because tpm2-openssl 1.1
/// takes a key that says nothing for one without a password.
const HAS_PASSWORD: [u8; 5] = [0xA0, 0x03, 0x01, 0x01, 0x00];
const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;

/// A key outside of its TPM. Nothing in it is of use without the TPM and the key's password.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyFile {
    /// What it was made below: a persistent key, or a hierarchy, which means the
    /// [primary key of TSS2](Public::storage_primary) there.
    pub parent: Handle,
    /// What it is.
    pub public: Public,
    /// The private part, which only the parent can read.
    pub private: Vec<u8>,
}

/// Why a file is no key file of ours.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no key file: {0}")]
pub struct NotAKeyFile(&'static str);

impl KeyFile {
    /// The file. The key has a password.
    ///
    /// # Errors
    ///
    /// A private part that no TPM makes, or a parent that is no key.
    pub fn to_pem(&self) -> Result<String, NotAKeyFile> {
        let sized = |write: &dyn Fn(&mut Writer)| {
            let mut out = Writer::new();
            write(&mut out);
            out.finish().map_err(|_| NotAKeyFile("too long"))
        };
        let public = sized(&|out| {
            out.nested(|out| self.public.write(out));
        })?;
        let private = sized(&|out| {
            out.sized(&self.private);
        })?;
        // What is below is a register, and would be a shorter INTEGER.
        if self.parent.0 < 0x0100_0000 {
            return Err(NotAKeyFile("no key's handle"));
        }
        // An INTEGER is signed: one byte before the handle keeps it positive.
        let number = self.parent.0.to_be_bytes();
        let handle =
            if number[0] & 0x80 == 0 { number.to_vec() } else { [&[0], &number[..]].concat() };
        let content = [
            LOADABLE_KEY.to_vec(),
            HAS_PASSWORD.to_vec(),
            element(INTEGER, &handle),
            element(OCTET_STRING, &public),
            element(OCTET_STRING, &private),
        ];
        let der = element(SEQUENCE, &content.concat());
        pem_rfc7468::encode_string(LABEL, LineEnding::LF, &der).map_err(|_| NotAKeyFile("too long"))
    }

    /// Reads what [`to_pem`](Self::to_pem) has written, and nothing else: another writer's file, of an
    /// imported key, of one with a policy or without a password, is refused.
    ///
    /// # Errors
    ///
    /// Anything else.
    pub fn from_pem(text: &[u8]) -> Result<Self, NotAKeyFile> {
        if text.len() > MAX_LENGTH {
            return Err(NotAKeyFile("too long"));
        }
        let (label, der) = pem_rfc7468::decode_vec(text).map_err(|_| NotAKeyFile("no PEM"))?;
        if label != LABEL {
            return Err(NotAKeyFile("PEM of something else"));
        }
        let key = Self::from_der(&der)?;
        if key.to_pem()?.as_bytes() == text {
            Ok(key)
        } else {
            Err(NotAKeyFile("written otherwise"))
        }
    }

    fn from_der(der: &[u8]) -> Result<Self, NotAKeyFile> {
        let mut whole = Reader::new(der);
        let mut from = Reader::new(content(SEQUENCE, &mut whole)?);
        if from.take(LOADABLE_KEY.len()).map_err(|_| DER)? != LOADABLE_KEY {
            return Err(NotAKeyFile("a key of another kind"));
        }
        if from.take(HAS_PASSWORD.len()).map_err(|_| DER)? != HAS_PASSWORD {
            return Err(NotAKeyFile("a key without a password"));
        }
        let parent = match content(INTEGER, &mut from)? {
            [0, number @ ..] if number.len() == 4 => number.try_into().map_err(|_| DER)?,
            number => number.try_into().map_err(|_| DER)?,
        };
        let public = buffer(content(OCTET_STRING, &mut from)?)?;
        let private = buffer(content(OCTET_STRING, &mut from)?)?;
        from.end().and(whole.end()).map_err(|_| DER)?;
        Ok(Self {
            parent: Handle(u32::from_be_bytes(parent)),
            public: Public::read(public).map_err(|_| NotAKeyFile("an unknown public part"))?,
            private: private.to_vec(),
        })
    }
}

const DER: NotAKeyFile = NotAKeyFile("not the structure of one");

/// A `TPM2B` that is alone.
fn buffer(bytes: &[u8]) -> Result<&[u8], NotAKeyFile> {
    let mut from = Reader::new(bytes);
    let buffer = from.sized().map_err(|_| DER)?;
    from.end().map_err(|_| DER)?;
    Ok(buffer)
}

/// An element of DER, of less than 64 kB.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut der = vec![tag];
    match length {
        0..=0x7F => der.push(length as u8),
        0x80..=0xFF => der.extend([0x81, length as u8]),
        _ => der.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    der.extend(content);
    der
}

/// What is in the next element, if it has this tag. Whether its length is written the shortest way shows
/// when all of it is written again.
fn content<'a>(tag: u8, from: &mut Reader<'a>) -> Result<&'a [u8], NotAKeyFile> {
    let mut read = || {
        let found = from.u8()?;
        let length = match from.u8()? {
            short @ 0..=0x7F => short.into(),
            0x81 => from.u8()?.into(),
            0x82 => from.u16()?.into(),
            _ => usize::MAX,
        };
        Ok::<_, crate::Malformed>((found, from.take(length)?))
    };
    match read() {
        Ok((found, content)) if found == tag => Ok(content),
        _ => Err(DER),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::public::Kind;

    fn key(parent: u32, private: Vec<u8>) -> KeyFile {
        let mut public = Public::device_key();
        if let Kind::Ecc { x, y, .. } = &mut public.kind {
            (*x, *y) = (vec![1; 32], vec![2; 32]);
        }
        KeyFile { parent: Handle(parent), public, private }
    }

    #[test]
    fn another_label_kind_or_writing_is_refused() {
        let pem = key(0x8100_0001, vec![5; 126]).to_pem().unwrap();
        assert!(KeyFile::from_pem(pem.as_bytes()).is_ok());
        for other in [
            pem.replace("TSS2 PRIVATE", "PRIVATE"),
            pem.replace('\n', "\r\n"),
            format!("a line\n{pem}"),
            format!("{pem}\n"),
            pem.trim_end().to_owned(),
            pem.repeat(2),
            String::new(),
            "x".repeat(MAX_LENGTH + 1),
        ] {
            assert!(KeyFile::from_pem(other.as_bytes()).is_err(), "{other}");
        }
    }

    #[test]
    fn a_key_without_password_policy_or_of_another_kind_is_refused() {
        let (_, der) =
            pem_rfc7468::decode_vec(key(0x4000_0001, vec![5; 126]).to_pem().unwrap().as_bytes())
                .unwrap();
        let inner = &der[3..];
        let rest = &inner[LOADABLE_KEY.len() + HAS_PASSWORD.len()..];
        let wrapped = |parts: &[&[u8]]| {
            let der = element(SEQUENCE, &parts.concat());
            let pem = pem_rfc7468::encode_string(LABEL, LineEnding::LF, &der).unwrap();
            KeyFile::from_pem(pem.as_bytes())
        };
        assert!(wrapped(&[inner]).is_ok());
        // Nothing about it, emptyAuth, a policy, id-importablekey, and something behind.
        assert!(wrapped(&[&LOADABLE_KEY, rest]).is_err());
        assert!(wrapped(&[&LOADABLE_KEY, &[0xA0, 3, 1, 1, 0xFF], rest]).is_err());
        assert!(wrapped(&[&LOADABLE_KEY, &HAS_PASSWORD, &[0xA1, 2, 0x30, 0], rest]).is_err());
        let importable = [0x06, 0x06, 0x67, 0x81, 0x05, 0x0A, 0x01, 0x04];
        assert!(wrapped(&[&importable, &HAS_PASSWORD, rest]).is_err());
        assert!(wrapped(&[inner, &[0x05, 0x00]]).is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            parent in prop_oneof![any::<u32>(), 0..0x0200_0000_u32], private in prop::collection::vec(any::<u8>(), 0..600),
        ) {
            let key = key(parent, private);
            if parent < 0x0100_0000 {
                prop_assert!(key.to_pem().is_err());
                return Ok(());
            }
            let read = KeyFile::from_pem(key.to_pem().unwrap().as_bytes());
            prop_assert_eq!(read.as_ref(), Ok(&key));
        }

        #[test]
        fn a_changed_character_is_refused_or_another_key(at in any::<prop::sample::Index>(), with in any::<u8>()) {
            let key = key(0x4000_0001, vec![5; 126]);
            let mut pem = key.to_pem().unwrap().into_bytes();
            let at = at.index(pem.len());
            prop_assume!(pem[at] != with);
            pem[at] = with;
            if let Ok(read) = KeyFile::from_pem(&pem) {
                prop_assert_ne!(&read, &key);
                prop_assert_eq!(read.to_pem().unwrap().into_bytes(), pem);
            }
        }
    }
}
