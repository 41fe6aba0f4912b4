//! What it takes to prove that a key is in this TPM: a secret key that only this TPM can read is loaded
//! and certifies the other (TCG, EK-Based Key Attestation with TPM Firmware Version).

use super::{Authorisation, Command};
use crate::{
    Handle, Malformed, Public,
    attest::Attest,
    signature::{NULL, SHA256, Signature},
    wire::{Reader, Writer},
};

/// Begins a session in which a policy is fulfilled, without a secret of its own.
#[derive(Clone, Copy, Debug)]
pub struct StartPolicySession {
    /// 16 bytes or more, random.
    pub nonce: [u8; 16],
    /// The hash of the key's policy, `TPM_ALG_ID`.
    pub hash: u16,
}

impl StartPolicySession {
    /// For keys whose Names are SHA-256.
    #[must_use]
    pub const fn sha256(nonce: [u8; 16]) -> Self {
        Self { nonce, hash: SHA256 }
    }
}

/// Fulfils "whoever knows a hierarchy's password", which is empty.
#[derive(Clone, Copy, Debug)]
pub struct PolicySecret {
    /// The hierarchy.
    pub hierarchy: Handle,
    /// The session.
    pub session: Handle,
}

/// Takes a key that was encrypted for one of this TPM's.
#[derive(Clone, Debug)]
pub struct Import<'a> {
    /// For which it was encrypted.
    pub parent: Handle,
    /// What authorises the parent's use.
    pub authorisation: Authorisation<'a>,
    /// What it is.
    pub public: &'a Public,
    /// The encrypted private part.
    pub duplicate: &'a [u8],
    /// The secret that it is encrypted with, encrypted to the parent.
    pub seed: &'a [u8],
}

/// Says of a loaded key that it is loaded.
#[derive(Clone)]
pub struct Certify<'a> {
    /// The key.
    pub key: Handle,
    /// Its password.
    pub password: &'a [u8],
    /// What signs, by the scheme that it was made with. It has no password.
    pub signer: Handle,
    /// What is put into it.
    pub qualifying: &'a [u8],
}

/// What a TPM says of a key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Certified {
    /// What was signed.
    pub signed: Vec<u8>,
    /// The same, read.
    pub attest: Attest,
    /// The signature.
    pub signature: Signature,
}

impl Command for StartPolicySession {
    const CODE: u32 = 0x176;
    const NAME: &'static str = "StartAuthSession";
    const ANSWERS_HANDLE: bool = true;
    type Answer = Handle;

    fn handles(&self) -> Vec<Handle> {
        vec![Handle::NULL, Handle::NULL]
    }

    fn parameters(&self, out: &mut Writer) {
        const POLICY: u8 = 1;
        out.sized(&self.nonce).sized(&[]).u8(POLICY).u16(NULL).u16(self.hash);
    }

    fn answer(&self, handle: Handle, from: &mut Reader<'_>) -> Result<Handle, Malformed> {
        const POLICY_SESSION: u32 = 0x03;
        let _nonce = from.sized()?;
        if handle.0 >> 24 == POLICY_SESSION {
            Ok(handle)
        } else {
            Err(Malformed("a session of another kind"))
        }
    }
}

impl Command for PolicySecret {
    const CODE: u32 = 0x151;
    const NAME: &'static str = "PolicySecret";
    type Answer = ();

    fn handles(&self) -> Vec<Handle> {
        vec![self.hierarchy, self.session]
    }

    fn authorisations(&self) -> Vec<Authorisation<'_>> {
        vec![Authorisation::Password(&[])]
    }

    fn parameters(&self, out: &mut Writer) {
        out.sized(&[]).sized(&[]).sized(&[]).u32(0);
    }

    fn answer(&self, _: Handle, from: &mut Reader<'_>) -> Result<(), Malformed> {
        // Without an expiry there is no ticket, only its form.
        let _ = (from.sized()?, from.u16()?, from.handle()?, from.sized()?);
        Ok(())
    }
}

impl Command for Import<'_> {
    const CODE: u32 = 0x156;
    const NAME: &'static str = "Import";
    type Answer = Vec<u8>;

    fn handles(&self) -> Vec<Handle> {
        vec![self.parent]
    }

    fn authorisations(&self) -> Vec<Authorisation<'_>> {
        vec![self.authorisation]
    }

    fn parameters(&self, out: &mut Writer) {
        out.sized(&[]).nested(|out| self.public.write(out));
        out.sized(self.duplicate).sized(self.seed).u16(NULL);
    }

    /// The private part, as the parent reads it from now on.
    fn answer(&self, _: Handle, from: &mut Reader<'_>) -> Result<Vec<u8>, Malformed> {
        from.sized().map(<[u8]>::to_vec)
    }
}

impl Command for Certify<'_> {
    const CODE: u32 = 0x148;
    const NAME: &'static str = "Certify";
    type Answer = Certified;

    fn handles(&self) -> Vec<Handle> {
        vec![self.key, self.signer]
    }

    fn authorisations(&self) -> Vec<Authorisation<'_>> {
        vec![Authorisation::Password(self.password), Authorisation::Password(&[])]
    }

    fn parameters(&self, out: &mut Writer) {
        out.sized(self.qualifying).u16(NULL);
    }

    fn answer(&self, _: Handle, from: &mut Reader<'_>) -> Result<Certified, Malformed> {
        let signed = from.sized()?.to_vec();
        let attest = Attest::read(&signed)?;
        let signature = Signature::read(from)?;
        Ok(Certified { signed, attest, signature })
    }
}

impl std::fmt::Debug for Certify<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certify").field("key", &self.key).finish_non_exhaustive()
    }
}
