//! The key, over whichever connection there is.

use std::{
    fmt,
    path::PathBuf,
    sync::{Mutex, PoisonError, RwLock, RwLockReadGuard},
    time::{Duration, Instant},
};

use sha2::{Digest as _, Sha256};
use warifu_pki::{PublicKey, Signer, SigningError};

use crate::{PinSource, TokenError, connection::Connection, pin::Pin};

/// For so long a connection that failed is not tried again: requests that waited for it fail with it
/// instead of waiting for the same, one after the other.
const PAUSE: Duration = Duration::from_secs(1);

/// What is signed to see whether a key does: nothing that a certificate or a list could be.
const PROBE: &[u8] = b"warifu: does this key sign?";

/// Where a key is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    /// The PKCS#11 module.
    pub module: PathBuf,
    /// The token's label.
    pub token: String,
    /// The key's label.
    pub key: String,
    /// The key's CKA_ID, if the label alone does not name it.
    pub id: Option<Vec<u8>>,
}

/// A key on P-256 in a token.
pub struct TokenKey {
    place: Place,
    pin: Mutex<Pin>,
    public_key: PublicKey,
    link: RwLock<Link>,
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKey").field("place", &self.place).finish_non_exhaustive()
    }
}

enum Link {
    /// The connection, and how many there were before.
    Open(Connection, u64),
    Closed {
        since: Instant,
        why: TokenError,
        before: u64,
    },
}

impl TokenKey {
    /// Finds a key, and lets it sign once to see whether it does.
    ///
    /// # Errors
    ///
    /// [`TokenError`].
    pub fn open(place: Place, pin: PinSource) -> Result<Self, TokenError> {
        let mut pin = Pin::new(pin);
        let connection = Connection::open(&place, &mut pin)?;
        Self::tried(place, pin, connection)
    }

    /// Makes a key that cannot leave the token. It stays there also if whoever asked fails later.
    ///
    /// # Errors
    ///
    /// [`TokenError::Taken`] if there is one of that label; any other.
    pub fn make(place: Place, pin: PinSource) -> Result<Self, TokenError> {
        let mut pin = Pin::new(pin);
        let connection = Connection::make(&place, &mut pin)?;
        Self::tried(place, pin, connection)
    }

    fn tried(place: Place, pin: Pin, connection: Connection) -> Result<Self, TokenError> {
        connection.sign(&Sha256::digest(PROBE))?;
        let public_key = connection.public_key().clone();
        let link = RwLock::new(Link::Open(connection, 0));
        Ok(Self { place, pin: Mutex::new(pin), public_key, link })
    }

    fn signed(&self, digest: &[u8]) -> Result<Vec<u8>, TokenError> {
        let seen = match &*self.link() {
            Link::Open(connection, before) => match connection.sign(digest) {
                Err(error) if error.may_pass() => *before,
                signed => return signed,
            },
            Link::Closed { before, .. } => *before,
        };
        self.connect_again(seen)?;
        match &*self.link() {
            Link::Open(connection, _) => connection.sign(digest),
            Link::Closed { why, .. } => Err(why.clone()),
        }
    }

    /// Replaces the connection that was seen, unless somebody did.
    fn connect_again(&self, seen: u64) -> Result<(), TokenError> {
        let mut link = self.link.write().unwrap_or_else(PoisonError::into_inner);
        match &*link {
            Link::Open(_, before) if *before != seen => return Ok(()),
            Link::Closed { since, why, .. } if since.elapsed() < PAUSE => return Err(why.clone()),
            Link::Open(..) | Link::Closed { .. } => {}
        }
        let next = seen + 1;
        let closed = |why| Link::Closed { since: Instant::now(), why, before: next };
        // Ends the old one before the new one begins.
        *link = closed(TokenError::NoToken(self.place.token.clone()));
        let mut pin = self.pin.lock().unwrap_or_else(PoisonError::into_inner);
        let connected = Connection::open(&self.place, &mut pin).and_then(|connection| {
            if *connection.public_key() == self.public_key {
                Ok(connection)
            } else {
                Err(TokenError::OtherKey(self.place.token.clone()))
            }
        });
        match connected {
            Ok(connection) => {
                *link = Link::Open(connection, next);
                Ok(())
            }
            Err(why) => {
                *link = closed(why.clone());
                Err(why)
            }
        }
    }

    fn link(&self) -> RwLockReadGuard<'_, Link> {
        self.link.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Signer for TokenKey {
    fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        self.signed(&Sha256::digest(message)).map_err(SigningError::new)
    }
}
