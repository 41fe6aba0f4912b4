//! The commands that we have a use for, and how they and their answers lie on the wire
//! (TPM 2.0 Library, Part 1 §18, Part 3).

mod attesting;
mod keys;
mod looking;

use zeroize::Zeroizing;

pub use self::{
    attesting::{Certified, Certify, Import, PolicySecret, StartPolicySession},
    keys::{Create, CreatePrimary, Created, FlushContext, Load, Loaded, Primary, Sign},
    looking::{GetRandom, Handles, NvPublic, NvRead, NvReadPublic, Properties, ReadPublic, Shown},
};
use crate::{
    code::Code,
    wire::{Handle, MAX_LENGTH, Malformed, Reader, Writer},
};

const NO_SESSIONS: u16 = 0x8001;
const SESSIONS: u16 = 0x8002;

/// What a TPM can be asked to do.
pub trait Command {
    /// `TPM_CC`.
    const CODE: u32;
    /// Its name in the specification, without `TPM2_`.
    const NAME: &'static str;
    /// Whether a handle stands before the answer's parameters.
    const ANSWERS_HANDLE: bool = false;
    /// What the TPM answers.
    type Answer;

    /// The handles that it is about.
    fn handles(&self) -> Vec<Handle>;

    /// What authorises it, one for each handle that demands it.
    fn authorisations(&self) -> Vec<Authorisation<'_>> {
        Vec::new()
    }

    /// Writes its parameters.
    fn parameters(&self, out: &mut Writer);

    /// Reads the answer's parameters; what is left of them is refused.
    ///
    /// # Errors
    ///
    /// They are not what the command's answer is.
    fn answer(&self, handle: Handle, from: &mut Reader<'_>) -> Result<Self::Answer, Malformed>;
}

/// What authorises the use of a key or a hierarchy.
#[derive(Clone, Copy)]
pub enum Authorisation<'a> {
    /// Its password, which may be empty.
    Password(&'a [u8]),
    /// A session in which its policy was fulfilled. It lasts.
    Policy(Handle),
}

impl std::fmt::Debug for Authorisation<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Password(_) => f.write_str("Password(…)"),
            Self::Policy(session) => write!(f, "Policy({session:?})"),
        }
    }
}

/// What a TPM has answered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer<T> {
    /// It did it.
    Done(T),
    /// It did not.
    Refused(Code),
}

/// A command's bytes. They may hold a password, and are wiped when dropped.
///
/// # Errors
///
/// It is longer than a TPM takes.
pub fn write<C: Command>(command: &C) -> Result<Zeroizing<Vec<u8>>, Malformed> {
    let authorisations = command.authorisations();
    let mut body = Writer::new();
    for handle in command.handles() {
        body.handle(handle);
    }
    if !authorisations.is_empty() {
        let mut area = Writer::new();
        for authorisation in &authorisations {
            const CONTINUE: u8 = 1;
            match authorisation {
                Authorisation::Password(password) => {
                    area.handle(Handle::PASSWORD).sized(&[]).u8(0).sized(password)
                }
                Authorisation::Policy(session) => {
                    area.handle(*session).sized(&[]).u8(CONTINUE).sized(&[])
                }
            };
        }
        let area = area.finish()?;
        body.u32(length(&area)?).raw(&area);
    }
    command.parameters(&mut body);
    let body = body.finish()?;
    let mut out = Writer::new();
    out.u16(if authorisations.is_empty() { NO_SESSIONS } else { SESSIONS });
    out.u32(length(&body)? + HEADER as u32).u32(C::CODE).raw(&body);
    out.finish()
}

/// Reads the answer to `command`, to its last byte.
///
/// # Errors
///
/// It is none.
pub fn read<C: Command>(command: &C, bytes: &[u8]) -> Result<Answer<C::Answer>, Malformed> {
    let mut from = Reader::new(bytes);
    let (tag, size, code) = (from.u16()?, from.u32()?, Code(from.u32()?));
    if usize::try_from(size) != Ok(bytes.len()) || bytes.len() > MAX_LENGTH {
        return Err(Malformed("an answer of another length than it says"));
    }
    if code != Code(0) {
        from.end()?;
        return Ok(Answer::Refused(code));
    }
    let handle = if C::ANSWERS_HANDLE { from.handle()? } else { Handle::NULL };
    let authorisations = command.authorisations().len();
    let mut parameters = if authorisations > 0 {
        if tag != SESSIONS {
            return Err(Malformed("an answer without the sessions of its command"));
        }
        let length = usize::try_from(from.u32()?).map_err(|_| Malformed("it ends too early"))?;
        let parameters = Reader::new(from.take(length)?);
        for _ in 0..authorisations {
            // What a password's session and a policy's without a secret answer proves nothing.
            let _ = (from.sized()?, from.u8()?, from.sized()?);
        }
        from.end()?;
        parameters
    } else {
        if tag != NO_SESSIONS {
            return Err(Malformed("an answer with sessions that its command has not"));
        }
        from
    };
    let answer = command.answer(handle, &mut parameters)?;
    parameters.end()?;
    Ok(Answer::Done(answer))
}

/// Tag, length and code.
pub(crate) const HEADER: usize = 10;

/// The length that the header in front of an answer says.
pub(crate) fn announced(header: &[u8; HEADER]) -> Result<usize, Malformed> {
    let mut from = Reader::new(header);
    let _tag = from.u16()?;
    match usize::try_from(from.u32()?) {
        Ok(length) if (HEADER..=MAX_LENGTH).contains(&length) => Ok(length),
        _ => Err(Malformed("an answer of an impossible length")),
    }
}

fn length(bytes: &[u8]) -> Result<u32, Malformed> {
    u32::try_from(bytes.len()).map_err(|_| Malformed("it is too long for a TPM"))
}

#[cfg(test)]
mod tests;
