//! The PIN, asked for again at each login.

use std::fmt;

use cryptoki::{
    error::{Error, RvError},
    session::{Session, UserType},
    types::AuthPin,
};
use zeroize::Zeroizing;

use crate::{TokenError, connection::Module};

/// Where the PIN comes from; says why there is none.
pub type PinSource = Box<dyn Fn() -> Result<Zeroizing<String>, String> + Send + Sync>;

/// The source, and what the token refused.
pub(crate) struct Pin {
    source: PinSource,
    refused: Option<Zeroizing<String>>,
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pin").finish_non_exhaustive()
    }
}

impl Pin {
    pub(crate) fn new(source: PinSource) -> Self {
        Self { source, refused: None }
    }

    /// Logs in for every session of this process. A token that has let it in looks at no PIN any more, so
    /// what is compared then is the one of that time.
    pub(crate) fn log_in(
        &mut self,
        module: &Module,
        session: &Session,
        token: &str,
    ) -> Result<(), TokenError> {
        let pin = (self.source)().map_err(TokenError::NoPin)?;
        if self.refused.as_ref() == Some(&pin) {
            return Err(TokenError::WrongPin(token.to_owned()));
        }
        match session.login(UserType::User, Some(&AuthPin::new(pin.as_str().into()))) {
            Ok(()) => {
                module.entered(token, pin);
                self.refused = None;
                Ok(())
            }
            Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {
                if module.entered_with_another(token, &pin) {
                    return Err(TokenError::OtherPin(token.to_owned()));
                }
                Ok(())
            }
            Err(error) => {
                let error = TokenError::of_call(token, &error);
                if matches!(error, TokenError::WrongPin(_)) {
                    self.refused = Some(pin);
                }
                Err(error)
            }
        }
    }
}
