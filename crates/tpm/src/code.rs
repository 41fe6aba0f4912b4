//! What a TPM's answer code means, and who must act.
//!
//! Codes: TPM 2.0 Library, Part 2 §6.6; Windows' own: `winerror.h`, `TPM_E_COMMAND_BLOCKED`.

use std::fmt;

/// An answer code other than success.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct Code(pub u32);

/// What a code means for us.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Meaning {
    /// It passes by itself; the command is to be sent again.
    Again,
    /// The private part of a key is damaged, or the TPM was cleared since, or it is another TPM: the
    /// code is the same for all three. The parent's Name tells the last two from the first.
    NotThisTpms,
    /// The password is wrong: the key's own, or one that somebody gave to the hierarchy.
    WrongPassword,
    /// There is nothing under this handle.
    NoSuchHandle,
    /// After too many wrong passwords the TPM takes none for a while, except for keys made without this
    /// protection.
    LockedOut,
    /// As many keys or sessions are loaded as there are places for.
    NoPlaceLeft,
    /// The TPM has found itself broken; it answers every command so until the power goes off.
    Broken,
    /// The loaded object has no private part.
    NoPrivatePart,
    /// Windows, or the resource manager, lets this command through for nobody, or not for this user.
    Blocked,
    /// The TPM does not know this command, algorithm or curve.
    NotSupported,
    /// Anything else: a command that we ought not to have sent.
    Unexpected,
}

/// Who can do something about it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Who {
    /// Nobody needs to: it passes, or the program does without.
    Nobody,
    /// The user, by having a new certificate issued.
    User,
    /// The IT department, on this PC.
    ItDepartment,
    /// Whoever maintains this program.
    Us,
}

/// A TPM's refusal of a command.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the TPM refuses {command}: {code}, {}", code.meaning())]
pub struct Refusal {
    /// The command's name.
    pub command: &'static str,
    /// Why.
    pub code: Code,
}

impl Code {
    /// What it means for us.
    #[must_use]
    pub const fn meaning(self) -> Meaning {
        // Codes of a layer above the TPM: Windows' base services, or the kernel's resource manager,
        // which has the layer in bits 16 to 23 (`TSS2_RESMGR_TPM_RC_LAYER`).
        match self.0 {
            0x8028_0400 => return Meaning::Blocked,
            0x000B_0000..=0x000B_FFFF => return Self(self.0 & 0xFFFF).of_resource_manager(),
            0..=0xFFF => {}
            _ => return Meaning::Unexpected,
        }
        // With bit 7 the lower six are the error, the others say in which parameter, handle or session.
        if self.0 & 0x80 != 0 {
            return match self.0 & 0x3F {
                0x0E | 0x22 => Meaning::WrongPassword,
                0x0B => Meaning::NoSuchHandle,
                0x1F => Meaning::NotThisTpms,
                // Hash, mode, key size, curve, symmetric algorithm, asymmetric algorithm, scheme.
                0x01 | 0x03 | 0x07 | 0x09 | 0x12 | 0x16 | 0x26 => Meaning::NotSupported,
                _ => Meaning::Unexpected,
            };
        }
        match self.0 {
            0x901..=0x906 => Meaning::NoPlaceLeft,
            0x908 | 0x90A | 0x920 | 0x922 | 0x923 => Meaning::Again,
            0x910..=0x916 => Meaning::NoSuchHandle,
            0x921 => Meaning::LockedOut,
            0x100 | 0x101 => Meaning::Broken,
            0x12F => Meaning::NoPrivatePart,
            0x143 => Meaning::NotSupported,
            _ => Meaning::Unexpected,
        }
    }

    const fn of_resource_manager(self) -> Meaning {
        match self.0 {
            0x143 => Meaning::Blocked,
            0x902..=0x904 => Meaning::NoPlaceLeft,
            _ => Meaning::Unexpected,
        }
    }
}

impl Refusal {
    /// Who can do something about it.
    #[must_use]
    pub fn who(&self) -> Who {
        match self.code.meaning() {
            Meaning::Again | Meaning::NoPlaceLeft | Meaning::Blocked => Who::Nobody,
            // Of a hierarchy: somebody has taken the TPM into possession.
            Meaning::WrongPassword if self.is_of_hierarchy() => Who::ItDepartment,
            Meaning::NotThisTpms | Meaning::WrongPassword | Meaning::NoPrivatePart => Who::User,
            Meaning::LockedOut | Meaning::Broken | Meaning::NotSupported => Who::ItDepartment,
            Meaning::NoSuchHandle | Meaning::Unexpected => Who::Us,
        }
    }

    /// Whether the password that is wrong is one that somebody gave to the owner's or the maker's
    /// hierarchy, and not a key's.
    #[must_use]
    pub fn is_of_hierarchy(&self) -> bool {
        matches!(self.command, "CreatePrimary" | "PolicySecret")
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#05x}", self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({self})")
    }
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Again => "it is to be tried again",
            Self::NotThisTpms => "the key is damaged, or the TPM was cleared, or it is another one",
            Self::WrongPassword => "the password is wrong",
            Self::NoSuchHandle => "there is nothing under this handle",
            Self::LockedOut => "it is locked after too many wrong passwords",
            Self::NoPlaceLeft => "it has no place left",
            Self::Broken => "it has found itself broken",
            Self::NoPrivatePart => "the object has no private part",
            Self::Blocked => "the operating system blocks the command",
            Self::NotSupported => "it does not know this command or algorithm",
            Self::Unexpected => "nothing that was expected",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Those with a comment came from swtpm, the rest from the specification.
    #[test]
    fn each_code_has_its_meaning() {
        use Meaning::*;
        let table = [
            (0x1DF, NotThisTpms),   // Load of another TPM's key
            (0x9A2, WrongPassword), // CreatePrimary under an owner's password
            (0x98E, WrongPassword), // Sign, key with protection
            (0x18B, NoSuchHandle),  // ReadPublic
            (0x910, NoSuchHandle),
            (0x921, LockedOut),
            (0x902, NoPlaceLeft),
            (0x903, NoPlaceLeft),
            (0x922, Again),
            (0x908, Again),
            (0x90A, Again),
            (0x101, Broken),
            (0x100, Broken),
            (0x12F, NoPrivatePart),
            (0x143, NotSupported),
            (0x2E6, NotSupported), // CreatePrimary, a curve that it does not have
            (0x8028_0400, Blocked),
            (0x000B_0143, Blocked),
            (0x2C2, Unexpected),
            (0x1D5, Unexpected),
            (0x8028_4001, Unexpected),
            (0x01E, Unexpected),
            (u32::MAX, Unexpected),
        ];
        for (code, meaning) in table {
            assert_eq!(Code(code).meaning(), meaning, "{:#x}", code);
        }
    }

    #[test]
    fn a_wrong_password_is_the_owners_matter_or_the_keys() {
        let who = |command| Refusal { command, code: Code(0x9A2) }.who();
        assert_eq!((who("CreatePrimary"), who("Sign")), (Who::ItDepartment, Who::User));
    }

    #[test]
    fn a_refusal_names_the_command_and_the_code() {
        let refusal = Refusal { command: "Load", code: Code(0x1DF) };
        assert_eq!(
            refusal.to_string(),
            "the TPM refuses Load: 0x1df, the key is damaged, or the TPM was cleared, or it is another one"
        );
    }
}
