//! Numbers and buffers as a TPM has them: big-endian, a buffer behind its length in 16 bits
//! (TPM 2.0 Library, Part 1 §"Structure definitions", Part 2 §10.4).

use std::fmt;

use zeroize::Zeroizing;

/// The longest command and the longest answer: what Linux' driver takes (`TPM_BUFSIZE`).
pub const MAX_LENGTH: usize = 4096;

/// Bytes that are not what they ought to be, or a command that does not fit.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("malformed: {0}")]
pub struct Malformed(pub &'static str);

/// What the TPM calls an object, a session, a hierarchy or a place in its NV memory.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Handle(pub u32);

impl Handle {
    /// The owner's hierarchy, `TPM_RH_OWNER`.
    pub const OWNER: Self = Self(0x4000_0001);
    /// Nothing, `TPM_RH_NULL`.
    pub const NULL: Self = Self(0x4000_0007);
    /// The session that is a password, `TPM_RS_PW`.
    pub const PASSWORD: Self = Self(0x4000_0009);
    /// The maker's hierarchy, `TPM_RH_ENDORSEMENT`.
    pub const ENDORSEMENT: Self = Self(0x4000_000B);
    /// Where the storage root key is, if it has been made persistent (TCG Provisioning Guidance §7.8).
    pub const STORAGE_ROOT: Self = Self(0x8100_0001);

    /// Whether it lasts until it is flushed, and no longer than the TPM has power.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        self.0 >> 24 == 0x80
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({:#010x})", self.0)
    }
}

/// Takes bytes from the front.
#[derive(Clone, Debug)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Of these bytes.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next `length` bytes.
    ///
    /// # Errors
    ///
    /// There are fewer.
    pub fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) =
            self.0.split_at_checked(length).ok_or(Malformed("it ends too early"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(Malformed("it ends too early"))?;
        self.0 = rest;
        Ok(*taken)
    }

    /// A number of 8 bits.
    ///
    /// # Errors
    ///
    /// It ends too early.
    pub fn u8(&mut self) -> Result<u8, Malformed> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// A number of 16 bits.
    ///
    /// # Errors
    ///
    /// It ends too early.
    pub fn u16(&mut self) -> Result<u16, Malformed> {
        self.array().map(u16::from_be_bytes)
    }

    /// A number of 32 bits.
    ///
    /// # Errors
    ///
    /// It ends too early.
    pub fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_be_bytes)
    }

    /// A number of 64 bits.
    ///
    /// # Errors
    ///
    /// It ends too early.
    pub fn u64(&mut self) -> Result<u64, Malformed> {
        self.array().map(u64::from_be_bytes)
    }

    /// A handle.
    ///
    /// # Errors
    ///
    /// It ends too early.
    pub fn handle(&mut self) -> Result<Handle, Malformed> {
        self.u32().map(Handle)
    }

    /// A buffer behind its length, a `TPM2B`.
    ///
    /// # Errors
    ///
    /// It ends too early.
    pub fn sized(&mut self) -> Result<&'a [u8], Malformed> {
        let length = self.u16()?;
        self.take(length.into())
    }

    /// All that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }

    /// Demands that nothing is left.
    ///
    /// # Errors
    ///
    /// Something is.
    pub fn end(self) -> Result<(), Malformed> {
        if self.0.is_empty() { Ok(()) } else { Err(Malformed("something stands behind it")) }
    }
}

/// Puts bytes one behind the other, and wipes them when dropped.
///
/// It never grows beyond [`MAX_LENGTH`], so that no copy of a password stays behind in memory.
pub struct Writer {
    bytes: Zeroizing<Vec<u8>>,
    too_long: bool,
}

impl Writer {
    /// With nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self { bytes: Zeroizing::new(Vec::with_capacity(MAX_LENGTH)), too_long: false }
    }

    /// Puts bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        if self.bytes.len() + bytes.len() > MAX_LENGTH {
            self.too_long = true;
        } else {
            self.bytes.extend_from_slice(bytes);
        }
        self
    }

    /// Puts a number of 8 bits.
    pub fn u8(&mut self, number: u8) -> &mut Self {
        self.raw(&[number])
    }

    /// Puts a number of 16 bits.
    pub fn u16(&mut self, number: u16) -> &mut Self {
        self.raw(&number.to_be_bytes())
    }

    /// Puts a number of 32 bits.
    pub fn u32(&mut self, number: u32) -> &mut Self {
        self.raw(&number.to_be_bytes())
    }

    /// Puts a handle.
    pub fn handle(&mut self, handle: Handle) -> &mut Self {
        self.u32(handle.0)
    }

    /// Puts a buffer behind its length.
    pub fn sized(&mut self, bytes: &[u8]) -> &mut Self {
        match u16::try_from(bytes.len()) {
            Ok(length) => self.u16(length).raw(bytes),
            Err(_) => {
                self.too_long = true;
                self
            }
        }
    }

    /// Puts what `write` puts, behind its length.
    pub fn nested(&mut self, write: impl FnOnce(&mut Self)) -> &mut Self {
        let mut inner = Self::new();
        write(&mut inner);
        self.too_long |= inner.too_long;
        self.sized(&inner.bytes)
    }

    /// What was put.
    ///
    /// # Errors
    ///
    /// It was more than a TPM takes.
    pub fn finish(self) -> Result<Zeroizing<Vec<u8>>, Malformed> {
        if self.too_long { Err(Malformed("it is too long for a TPM")) } else { Ok(self.bytes) }
    }
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Writer({} bytes)", self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            small in any::<u8>(), middle in any::<u16>(), large in any::<u32>(),
            buffer in prop::collection::vec(any::<u8>(), 0..300), rest in any::<[u8; 3]>(),
        ) {
            let mut writer = Writer::new();
            writer.u8(small).u16(middle).nested(|inner| { inner.u32(large).sized(&buffer); });
            writer.raw(&rest);
            let bytes = writer.finish().unwrap();
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!((reader.u8(), reader.u16()), (Ok(small), Ok(middle)));
            let mut inner = Reader::new(reader.sized().unwrap());
            prop_assert_eq!((inner.u32(), inner.sized()), (Ok(large), Ok(buffer.as_slice())));
            prop_assert_eq!(inner.end(), Ok(()));
            prop_assert!(reader.clone().end().is_err());
            prop_assert_eq!(reader.rest(), rest);
            // Cut anywhere, something of it is missed.
            for length in 0..bytes.len() - rest.len() {
                let mut cut = Reader::new(&bytes[..length]);
                prop_assert!(cut.u8().and(cut.u16().map(drop)).and(cut.sized().map(drop)).is_err());
            }
        }
    }

    #[test]
    fn more_than_a_tpm_takes_is_refused_and_not_cut() {
        let [mut raw, mut sized, mut nested] = [(); 3].map(|()| Writer::new());
        raw.raw(&[0; MAX_LENGTH]);
        assert!(raw.u8(0).bytes.len() == MAX_LENGTH);
        sized.sized(&[0; 70_000]);
        nested.nested(|inner| {
            inner.raw(&[0; MAX_LENGTH + 1]);
        });
        for writer in [raw, sized, nested] {
            assert!(writer.finish().is_err());
        }
        let mut full = Writer::new();
        full.raw(&[0; MAX_LENGTH]);
        assert_eq!(full.finish().unwrap().len(), MAX_LENGTH);
    }
}
