//! What changes nothing.

use zeroize::Zeroizing;

use super::{Authorisation, Command, keys::own_name};
use crate::{
    Handle, Malformed, Public,
    wire::{Reader, Writer},
};

/// What is under a handle.
#[derive(Clone, Copy, Debug)]
pub struct ReadPublic(pub Handle);

/// A key that somebody has loaded or made persistent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Shown {
    /// What it is.
    pub public: Public,
    /// Its Name.
    pub name: Vec<u8>,
}

/// The handles from one on: a capability.
#[derive(Clone, Copy, Debug)]
pub struct Handles {
    /// The first.
    pub from: Handle,
    /// The most that are wanted.
    pub most: u32,
}

/// The TPM's properties from one on, `TPM_PT`: a capability.
#[derive(Clone, Copy, Debug)]
pub struct Properties {
    /// The first.
    pub from: u32,
    /// The most that are wanted.
    pub most: u32,
}

/// What a place in the NV memory is.
#[derive(Clone, Copy, Debug)]
pub struct NvReadPublic(pub Handle);

/// A place in the NV memory.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NvPublic {
    /// `TPMA_NV`.
    pub attributes: u32,
    /// Its length.
    pub length: u16,
}

/// Reads a part of a place in the NV memory, with the place's own password, which is empty.
#[derive(Clone, Copy, Debug)]
pub struct NvRead {
    /// The place.
    pub index: Handle,
    /// How much.
    pub length: u16,
    /// From where.
    pub offset: u16,
}

/// Random bytes. A TPM may give fewer than are asked for.
#[derive(Clone, Copy, Debug)]
pub struct GetRandom(pub u16);

impl Command for ReadPublic {
    const CODE: u32 = 0x173;
    const NAME: &'static str = "ReadPublic";
    type Answer = Shown;

    fn handles(&self) -> Vec<Handle> {
        vec![self.0]
    }

    fn parameters(&self, _: &mut Writer) {}

    fn answer(&self, _: Handle, from: &mut Reader<'_>) -> Result<Shown, Malformed> {
        let public = Public::read(from.sized()?)?;
        let name = own_name(&public, from.sized()?)?;
        let _qualified = from.sized()?;
        Ok(Shown { public, name })
    }
}

const HANDLES: u32 = 1;
const PROPERTIES: u32 = 6;

impl Command for Handles {
    const CODE: u32 = 0x17A;
    const NAME: &'static str = "GetCapability";
    type Answer = Vec<Handle>;

    fn handles(&self) -> Vec<Handle> {
        Vec::new()
    }

    fn parameters(&self, out: &mut Writer) {
        out.u32(HANDLES).handle(self.from).u32(self.most);
    }

    fn answer(&self, _: Handle, from: &mut Reader<'_>) -> Result<Vec<Handle>, Malformed> {
        capability(HANDLES, self.most, from, Reader::handle)
    }
}

impl Command for Properties {
    const CODE: u32 = 0x17A;
    const NAME: &'static str = "GetCapability";
    type Answer = Vec<(u32, u32)>;

    fn handles(&self) -> Vec<Handle> {
        Vec::new()
    }

    fn parameters(&self, out: &mut Writer) {
        out.u32(PROPERTIES).u32(self.from).u32(self.most);
    }

    fn answer(&self, _: Handle, from: &mut Reader<'_>) -> Result<Vec<(u32, u32)>, Malformed> {
        capability(PROPERTIES, self.most, from, |from| Ok((from.u32()?, from.u32()?)))
    }
}

fn capability<'a, T>(
    wanted: u32,
    most: u32,
    from: &mut Reader<'a>,
    mut one: impl FnMut(&mut Reader<'a>) -> Result<T, Malformed>,
) -> Result<Vec<T>, Malformed> {
    let (_more, capability, number) = (from.u8()?, from.u32()?, from.u32()?);
    if capability != wanted || number > most {
        return Err(Malformed("another capability, or more of it than was asked for"));
    }
    (0..number).map(|_| one(from)).collect()
}

impl Command for NvReadPublic {
    const CODE: u32 = 0x169;
    const NAME: &'static str = "NV_ReadPublic";
    type Answer = NvPublic;

    fn handles(&self) -> Vec<Handle> {
        vec![self.0]
    }

    fn parameters(&self, _: &mut Writer) {}

    fn answer(&self, _: Handle, from: &mut Reader<'_>) -> Result<NvPublic, Malformed> {
        let mut area = Reader::new(from.sized()?);
        if area.handle()? != self.0 {
            return Err(Malformed("another place"));
        }
        let _name_hash = area.u16()?;
        let attributes = area.u32()?;
        let _policy = area.sized()?;
        let length = area.u16()?;
        area.end()?;
        let _name = from.sized()?;
        Ok(NvPublic { attributes, length })
    }
}

impl Command for NvRead {
    const CODE: u32 = 0x14E;
    const NAME: &'static str = "NV_Read";
    type Answer = Vec<u8>;

    fn handles(&self) -> Vec<Handle> {
        vec![self.index, self.index]
    }

    fn authorisations(&self) -> Vec<Authorisation<'_>> {
        vec![Authorisation::Password(&[])]
    }

    fn parameters(&self, out: &mut Writer) {
        out.u16(self.length).u16(self.offset);
    }

    fn answer(&self, _: Handle, from: &mut Reader<'_>) -> Result<Vec<u8>, Malformed> {
        let data = from.sized()?;
        if data.len() != usize::from(self.length) {
            return Err(Malformed("another length than was asked for"));
        }
        Ok(data.to_vec())
    }
}

impl Command for GetRandom {
    const CODE: u32 = 0x17B;
    const NAME: &'static str = "GetRandom";
    type Answer = Zeroizing<Vec<u8>>;

    fn handles(&self) -> Vec<Handle> {
        Vec::new()
    }

    fn parameters(&self, out: &mut Writer) {
        out.u16(self.0);
    }

    fn answer(&self, _: Handle, from: &mut Reader<'_>) -> Result<Self::Answer, Malformed> {
        let bytes = from.sized()?;
        if bytes.len() > usize::from(self.0) {
            return Err(Malformed("more than was asked for"));
        }
        Ok(Zeroizing::new(bytes.to_vec()))
    }
}
