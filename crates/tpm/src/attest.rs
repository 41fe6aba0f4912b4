//! What a TPM certifies of a key, `TPMS_ATTEST` (TPM 2.0 Library, Part 2 §10.12).

use crate::wire::{Malformed, Reader};

/// `TPM_GENERATED_VALUE`: nothing else that a restricted key signs begins so.
const MAGIC: u32 = 0xFF54_4347;
/// `TPM_ST_ATTEST_CERTIFY`.
const CERTIFY: u16 = 0x8017;

/// A TPM's word that a key is loaded in it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attest {
    /// The Name of the key that signed, with all its parents.
    pub signer: Vec<u8>,
    /// What the asker gave along: a nonce, or a hash with it.
    pub qualifying: Vec<u8>,
    /// The milliseconds that the TPM has had power.
    pub clock: u64,
    /// How often it was started.
    pub resets: u32,
    /// How often it was suspended since.
    pub restarts: u32,
    /// Whether the clock was never ahead of this.
    pub clock_is_safe: bool,
    /// The maker's number of the TPM's firmware.
    pub firmware: u64,
    /// The key's Name.
    pub name: Vec<u8>,
    /// The key's Name with all its parents.
    pub qualified_name: Vec<u8>,
}

impl Attest {
    /// Reads what `Certify` has answered, to its last byte. Who signed it is checked before.
    ///
    /// # Errors
    ///
    /// No attestation, or one of something else than a key.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        if reader.u32()? != MAGIC {
            return Err(Malformed("no TPM has made it"));
        }
        if reader.u16()? != CERTIFY {
            return Err(Malformed("it attests something else than a key"));
        }
        let attest = Self {
            signer: reader.sized()?.to_vec(),
            qualifying: reader.sized()?.to_vec(),
            clock: reader.u64()?,
            resets: reader.u32()?,
            restarts: reader.u32()?,
            clock_is_safe: match reader.u8()? {
                0 => false,
                1 => true,
                _ => return Err(Malformed("neither yes nor no")),
            },
            firmware: reader.u64()?,
            name: reader.sized()?.to_vec(),
            qualified_name: reader.sized()?.to_vec(),
        };
        reader.end()?;
        Ok(attest)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::Writer;

    fn example(magic: u32, kind: u16, safe: u8) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.u32(magic).u16(kind).sized(b"signer").sized(b"nonce");
        writer.u32(0).u32(1_000).u32(3).u32(4).u8(safe).u32(0x2021).u32(0x0306);
        writer.sized(b"name").sized(b"qualified");
        writer.finish().unwrap().to_vec()
    }

    #[test]
    fn reads_every_member() {
        let attest = Attest::read(&example(MAGIC, CERTIFY, 1)).unwrap();
        assert_eq!(
            (attest.signer.as_slice(), attest.name.as_slice()),
            (&b"signer"[..], &b"name"[..])
        );
        assert_eq!((attest.qualifying.as_slice(), attest.clock), (&b"nonce"[..], 1_000));
        assert_eq!((attest.resets, attest.restarts, attest.clock_is_safe), (3, 4, true));
        assert_eq!(attest.firmware, 0x0000_2021_0000_0306);
        assert_eq!(attest.qualified_name, b"qualified");
    }

    #[test]
    fn what_no_tpm_made_or_of_another_kind_is_refused() {
        // Of a quote, of a time, and of nothing.
        for (magic, kind, safe) in
            [(MAGIC, 0x8018, 1), (MAGIC, 0x8019, 1), (0, CERTIFY, 1), (MAGIC, CERTIFY, 2)]
        {
            assert!(Attest::read(&example(magic, kind, safe)).is_err());
        }
    }

    proptest! {
        #[test]
        fn nothing_may_be_cut_off_or_stand_behind(cut in 0..67_usize, behind in 1..20_usize) {
            let whole = example(MAGIC, CERTIFY, 0);
            prop_assert!(Attest::read(&whole[..cut.min(whole.len() - 1)]).is_err());
            prop_assert!(Attest::read(&[whole, vec![0; behind]].concat()).is_err());
        }

        #[test]
        fn any_bytes_are_an_attestation_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            let _ = Attest::read(&bytes);
            let _ = Attest::read(&[&[0xFF, 0x54, 0x43, 0x47, 0x80, 0x17], bytes.as_slice()].concat());
        }
    }
}
