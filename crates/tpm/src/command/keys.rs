//! Making, loading, using and forgetting keys.

use super::{Authorisation, Command};
use crate::{
    Handle, Malformed, Public,
    signature::{ECDSA, SHA256, Signature},
    wire::{Reader, Writer},
};

/// Makes the key that this TPM always makes of a template, and loads it.
#[derive(Clone, Debug)]
pub struct CreatePrimary<'a> {
    /// Where it hangs.
    pub hierarchy: Handle,
    /// What authorises the hierarchy's use.
    pub authorisation: Authorisation<'a>,
    /// What it is made of.
    pub template: &'a Public,
}

/// A primary key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Primary {
    /// Where it is loaded.
    pub handle: Handle,
    /// What it is.
    pub public: Public,
    /// Its Name.
    pub name: Vec<u8>,
}

/// Makes a key below another one, without loading it.
#[derive(Clone)]
pub struct Create<'a> {
    /// The key that encrypts the private part. It has no password.
    pub parent: Handle,
    /// The new key's password.
    pub password: &'a [u8],
    /// What it shall be.
    pub template: &'a Public,
}

/// A key outside of the TPM.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Created {
    /// The private part, which only the parent can read.
    pub private: Vec<u8>,
    /// What it is.
    pub public: Public,
}

/// Loads a key.
#[derive(Clone, Debug)]
pub struct Load<'a> {
    /// The key that it was made below.
    pub parent: Handle,
    /// What authorises the parent's use.
    pub authorisation: Authorisation<'a>,
    /// The private part.
    pub private: &'a [u8],
    /// What it is.
    pub public: &'a Public,
}

/// A loaded key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Loaded {
    /// Where.
    pub handle: Handle,
    /// Its Name.
    pub name: Vec<u8>,
}

/// Signs a SHA-256 digest with ECDSA.
#[derive(Clone)]
pub struct Sign<'a> {
    /// What signs.
    pub key: Handle,
    /// Its password.
    pub password: &'a [u8],
    /// What is signed.
    pub digest: &'a [u8; 32],
}

/// Forgets a loaded key or a session.
#[derive(Clone, Copy, Debug)]
pub struct FlushContext(pub Handle);

impl Command for CreatePrimary<'_> {
    const CODE: u32 = 0x131;
    const NAME: &'static str = "CreatePrimary";
    const ANSWERS_HANDLE: bool = true;
    type Answer = Primary;

    fn handles(&self) -> Vec<Handle> {
        vec![self.hierarchy]
    }

    fn authorisations(&self) -> Vec<Authorisation<'_>> {
        vec![self.authorisation]
    }

    fn parameters(&self, out: &mut Writer) {
        to_be_made(&[], self.template, out);
    }

    fn answer(&self, handle: Handle, from: &mut Reader<'_>) -> Result<Primary, Malformed> {
        if !handle.is_transient() {
            return Err(Malformed("a key under a handle of another kind"));
        }
        let public = Public::read(from.sized()?)?;
        skip_creation(from)?;
        let name = own_name(&public, from.sized()?)?;
        Ok(Primary { handle, public, name })
    }
}

impl Command for Create<'_> {
    const CODE: u32 = 0x153;
    const NAME: &'static str = "Create";
    type Answer = Created;

    fn handles(&self) -> Vec<Handle> {
        vec![self.parent]
    }

    fn authorisations(&self) -> Vec<Authorisation<'_>> {
        vec![Authorisation::Password(&[])]
    }

    fn parameters(&self, out: &mut Writer) {
        to_be_made(self.password, self.template, out);
    }

    fn answer(&self, _: Handle, from: &mut Reader<'_>) -> Result<Created, Malformed> {
        let private = from.sized()?.to_vec();
        let public = Public::read(from.sized()?)?;
        skip_creation(from)?;
        Ok(Created { private, public })
    }
}

impl Command for Load<'_> {
    const CODE: u32 = 0x157;
    const NAME: &'static str = "Load";
    const ANSWERS_HANDLE: bool = true;
    type Answer = Loaded;

    fn handles(&self) -> Vec<Handle> {
        vec![self.parent]
    }

    fn authorisations(&self) -> Vec<Authorisation<'_>> {
        vec![self.authorisation]
    }

    fn parameters(&self, out: &mut Writer) {
        out.sized(self.private).nested(|out| self.public.write(out));
    }

    fn answer(&self, handle: Handle, from: &mut Reader<'_>) -> Result<Loaded, Malformed> {
        if !handle.is_transient() {
            return Err(Malformed("a key under a handle of another kind"));
        }
        let name = own_name(self.public, from.sized()?)?;
        Ok(Loaded { handle, name })
    }
}

impl Command for Sign<'_> {
    const CODE: u32 = 0x15D;
    const NAME: &'static str = "Sign";
    type Answer = Vec<u8>;

    fn handles(&self) -> Vec<Handle> {
        vec![self.key]
    }

    fn authorisations(&self) -> Vec<Authorisation<'_>> {
        vec![Authorisation::Password(self.password)]
    }

    fn parameters(&self, out: &mut Writer) {
        // No ticket: an unrestricted key signs any digest.
        const HASH_CHECK: u16 = 0x8024;
        out.sized(self.digest).u16(ECDSA).u16(SHA256);
        out.u16(HASH_CHECK).handle(Handle::NULL).sized(&[]);
    }

    /// The signature in DER.
    fn answer(&self, _: Handle, from: &mut Reader<'_>) -> Result<Vec<u8>, Malformed> {
        match Signature::read(from)? {
            Signature::Ecdsa(der) => Ok(der),
            Signature::Hmac(_) => Err(Malformed("a signature of another kind")),
        }
    }
}

impl Command for FlushContext {
    const CODE: u32 = 0x165;
    const NAME: &'static str = "FlushContext";
    type Answer = ();

    fn handles(&self) -> Vec<Handle> {
        vec![self.0]
    }

    fn parameters(&self, _: &mut Writer) {}

    fn answer(&self, _: Handle, _: &mut Reader<'_>) -> Result<(), Malformed> {
        Ok(())
    }
}

/// What both ways of making a key are told.
fn to_be_made(password: &[u8], template: &Public, out: &mut Writer) {
    out.nested(|out| {
        out.sized(password).sized(&[]);
    });
    out.nested(|out| template.write(out));
    // Neither data nor the state of the boot goes into it.
    out.sized(&[]).u32(0);
}

/// Data, hash and ticket about how a key was made: nobody asks us for them.
fn skip_creation(from: &mut Reader<'_>) -> Result<(), Malformed> {
    let _ = (from.sized()?, from.sized()?, from.u16()?, from.handle()?, from.sized()?);
    Ok(())
}

/// The Name that the TPM gives, which must be the key's.
pub(super) fn own_name(public: &Public, given: &[u8]) -> Result<Vec<u8>, Malformed> {
    let name = public.name()?;
    if name == given { Ok(name) } else { Err(Malformed("the Name of another key")) }
}

impl std::fmt::Debug for Create<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Create").field("parent", &self.parent).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Sign<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sign").field("key", &self.key).finish_non_exhaustive()
    }
}
