//! A TPM that commands are given to.

use std::{io, thread, time::Duration};

use crate::{
    Channel, Handle, Malformed, Meaning, Public, Refusal, Who,
    command::{
        self, Answer, Authorisation, Command, CreatePrimary, FlushContext, Primary, ReadPublic,
        Shown,
    },
};

/// A TPM at a channel.
///
/// What is loaded stays so until it is flushed or the channel is closed.
#[derive(Debug)]
pub struct Tpm {
    channel: Box<dyn Channel>,
}

/// Why a TPM did not do what it was asked for. The texts carry no secret.
#[derive(Debug, thiserror::Error)]
pub enum TpmError {
    /// There is no TPM 2.0, or it is switched off in the firmware.
    #[error("there is no TPM 2.0")]
    None,
    /// There is one, and this user may not use it.
    #[error("this user may not use the TPM")]
    NoPermission,
    /// The channel failed.
    #[error("the TPM's channel failed: {0}")]
    Channel(#[source] io::Error),
    /// It refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// What it answered is no answer, or what it was to be told does not fit.
    #[error("{command}: {malformed}")]
    Malformed {
        /// The command's name.
        command: &'static str,
        /// What is wrong.
        malformed: Malformed,
    },
}

impl TpmError {
    /// What a refusal means, if it is one.
    #[must_use]
    pub fn meaning(&self) -> Option<Meaning> {
        match self {
            Self::Refused(refusal) => Some(refusal.code.meaning()),
            Self::None | Self::NoPermission | Self::Channel(_) | Self::Malformed { .. } => None,
        }
    }

    /// Who can do something about it.
    #[must_use]
    pub fn who(&self) -> Who {
        match self {
            Self::None | Self::NoPermission | Self::Channel(_) => Who::ItDepartment,
            Self::Refused(refusal) => refusal.who(),
            Self::Malformed { .. } => Who::Us,
        }
    }
}

impl Tpm {
    /// How often a command that the TPM puts off is sent, and the first pause in between.
    const TRIES: u32 = 8;
    const PAUSE: Duration = Duration::from_millis(5);

    /// A TPM at an open channel.
    #[must_use]
    pub fn new(channel: impl Channel + 'static) -> Self {
        Self { channel: Box::new(channel) }
    }

    /// The TPM that Linux has found.
    ///
    /// # Errors
    ///
    /// There is none, or it is not for this user.
    #[cfg(unix)]
    pub fn of_this_pc() -> Result<Self, TpmError> {
        crate::Device::open(crate::Device::PATH).map(Self::new).map_err(unopened)
    }

    /// Runs a command; one that the TPM puts off is sent again.
    ///
    /// # Errors
    ///
    /// It is refused, or the channel fails, after which the channel is of no use any more.
    pub fn run<C: Command>(&mut self, command: &C) -> Result<C::Answer, TpmError> {
        let malformed = |malformed| TpmError::Malformed { command: C::NAME, malformed };
        let bytes = command::write(command).map_err(malformed)?;
        let mut tries = 1;
        loop {
            let answer = self.channel.exchange(&bytes).map_err(TpmError::Channel)?;
            match command::read(command, &answer).map_err(malformed)? {
                Answer::Done(answer) => return Ok(answer),
                Answer::Refused(code)
                    if code.meaning() == Meaning::Again && tries < Self::TRIES =>
                {
                    thread::sleep(Self::PAUSE * 2_u32.pow(tries - 1));
                    tries += 1;
                }
                Answer::Refused(code) => {
                    return Err(Refusal { command: C::NAME, code }.into());
                }
            }
        }
    }

    /// Does `work` with a loaded key or a session and flushes it, whether it worked or not.
    ///
    /// # Errors
    ///
    /// Those of `work`, or else of flushing.
    pub fn holding<T, E: From<TpmError>>(
        &mut self,
        handle: Handle,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let worked = work(self);
        let flushed = self.run(&FlushContext(handle));
        let worked = worked?;
        flushed?;
        Ok(worked)
    }

    /// The storage root key, if somebody has made one persistent and it can be a parent.
    ///
    /// # Errors
    ///
    /// Any but that there is none.
    pub fn storage_root(&mut self) -> Result<Option<Shown>, TpmError> {
        match self.run(&ReadPublic(Handle::STORAGE_ROOT)) {
            Ok(shown) if shown.public.is_parent() => Ok(Some(shown)),
            Ok(_) => Ok(None),
            // Also one of a kind that we do not know.
            Err(TpmError::Malformed { .. }) => Ok(None),
            Err(error) if error.meaning() == Some(Meaning::NoSuchHandle) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes and loads the [primary key](Public::storage_primary) of the owner's hierarchy.
    ///
    /// # Errors
    ///
    /// Among them that the owner has a password: [`Meaning::WrongPassword`].
    pub fn storage_primary(&mut self) -> Result<Primary, TpmError> {
        self.run(&CreatePrimary {
            hierarchy: Handle::OWNER,
            authorisation: Authorisation::Password(&[]),
            template: &Public::storage_primary(),
        })
    }
}

/// Why a TPM's device does not open.
#[cfg(unix)]
fn unopened(error: io::Error) -> TpmError {
    // ENODEV and ENXIO: the driver is there and has no TPM.
    const NO_DEVICE: [i32; 2] = [19, 6];
    match (error.kind(), error.raw_os_error()) {
        (io::ErrorKind::NotFound, _) => TpmError::None,
        (_, Some(number)) if NO_DEVICE.contains(&number) => TpmError::None,
        (io::ErrorKind::PermissionDenied, _) => TpmError::NoPermission,
        _ => TpmError::Channel(error),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use zeroize::Zeroizing;

    use super::*;
    use crate::{Code, command::GetRandom};

    /// Answers with these codes, one after the other, and then with a random byte.
    #[derive(Debug, Clone)]
    struct Scripted(Arc<Mutex<Vec<u32>>>);

    impl Channel for Scripted {
        fn exchange(&mut self, _: &[u8]) -> io::Result<Zeroizing<Vec<u8>>> {
            let code = self.0.lock().unwrap().pop();
            let answer = match code {
                Some(code) => [&b"\x80\x01\0\0\0\x0a"[..], &code.to_be_bytes()].concat(),
                None => b"\x80\x01\0\0\0\x0d\0\0\0\0\0\x01\x2a".to_vec(),
            };
            Ok(Zeroizing::new(answer))
        }
    }

    fn asks(codes: &[u32]) -> (Result<Zeroizing<Vec<u8>>, TpmError>, usize) {
        let left = Arc::new(Mutex::new(codes.iter().rev().copied().collect::<Vec<_>>()));
        let answer = Tpm::new(Scripted(Arc::clone(&left))).run(&GetRandom(1));
        let left = left.lock().unwrap().len();
        (answer, left)
    }

    #[test]
    fn what_is_put_off_is_sent_again_and_not_for_ever() {
        assert_eq!(*asks(&[0x922, 0x908, 0x90A]).0.unwrap(), [42]);
        let (answer, left) = asks(&[0x922; 20]);
        assert_eq!((answer.unwrap_err().meaning(), left), (Some(Meaning::Again), 12));
        let (answer, left) = asks(&[0x101, 0x101]);
        assert!(
            matches!(&answer, Err(TpmError::Refused(refusal)) if refusal.code == Code(0x101)),
            "{answer:?}"
        );
        assert_eq!((answer.unwrap_err().who(), left), (Who::ItDepartment, 1));
    }

    #[cfg(unix)]
    #[test]
    fn no_tpm_and_no_permission_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let absent = crate::Device::open(folder.path().join("tpmrm0")).map_err(unopened);
        assert!(matches!(absent, Err(TpmError::None)), "{absent:?}");
        for (number, none) in [(19, true), (6, true), (16, false)] {
            let error = unopened(io::Error::from_raw_os_error(number));
            assert_eq!(matches!(error, TpmError::None), none, "{error:?}");
        }
        let forbidden = unopened(io::Error::from_raw_os_error(13));
        assert!(matches!(forbidden, TpmError::NoPermission), "{forbidden:?}");
    }
}
