//! Sessions with a token that are logged in and know the key.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Condvar, Mutex, PoisonError},
};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error, RvError},
    mechanism::Mechanism,
    object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle},
    session::Session,
    slot::Slot,
};
use p256::ecdsa::{Signature, VerifyingKey, signature::hazmat::PrehashVerifier as _};
use warifu_pki::PublicKey;
use zeroize::Zeroizing;

use crate::{Place, TokenError, pin::Pin};

/// Signatures at the same time. Few devices make more, and a token has a limit of its own.
const SESSIONS: usize = 4;

/// `secp256r1`, as CKA_EC_PARAMS has it (RFC 5480 §2.1.1.1).
const P256: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

/// The head of a point in an OCTET STRING, as CKA_EC_POINT has it (PKCS#11 v2.40, §2.3.3).
const OCTETS: [u8; 2] = [0x04, 65];

/// A session, and the private key as it knows it.
struct Lane {
    session: Session,
    key: ObjectHandle,
}

/// The modules that are started.
static STARTED: Mutex<BTreeMap<PathBuf, Started>> = Mutex::new(BTreeMap::new());

/// A module is started, and its tokens are logged in, for all of a process.
#[derive(Default)]
struct Started {
    /// How many connections use it.
    users: usize,
    /// By the token's label, the PIN that it let this process in with.
    entered: BTreeMap<String, Zeroizing<String>>,
}

/// A module that is started. It is ended with the last connection that uses it, since that ends the sessions
/// of all; some modules look for tokens only when they are started.
pub(crate) struct Module {
    calls: Pkcs11,
    path: PathBuf,
}

impl Module {
    fn start(path: &Path) -> Result<Self, TokenError> {
        let failed = |error: &Error| TokenError::module(path, error);
        let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
        let calls = Pkcs11::new(path).map_err(|error| failed(&error))?;
        match calls.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(failed(&error)),
        }
        started.entry(path.to_owned()).or_default().users += 1;
        Ok(Self { calls, path: path.to_owned() })
    }

    /// Remembers the PIN that a token let this process in with.
    pub(crate) fn entered(&self, token: &str, pin: Zeroizing<String>) {
        let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
        started.entry(self.path.clone()).or_default().entered.insert(token.to_owned(), pin);
    }

    /// Whether this process was let in with another PIN than this one.
    pub(crate) fn entered_with_another(&self, token: &str, pin: &Zeroizing<String>) -> bool {
        let started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
        let entered = started.get(&self.path).and_then(|module| module.entered.get(token));
        entered.is_some_and(|entered| entered != pin)
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
        let module = started.entry(self.path.clone()).or_default();
        module.users = module.users.saturating_sub(1);
        if module.users == 0 {
            module.entered.clear();
            // Fails where somebody else has ended it.
            let _ = self.calls.clone().finalize();
        }
    }
}

/// A module at work, a token that is logged in, and its key.
pub(crate) struct Connection {
    token: String,
    public_key: PublicKey,
    verifier: VerifyingKey,
    idle: Mutex<Vec<Lane>>,
    freed: Condvar,
    /// After the sessions: fields are dropped in their order.
    _module: Module,
}

impl Connection {
    /// Connects to the key of a place.
    pub(crate) fn open(place: &Place, pin: &mut Pin) -> Result<Self, TokenError> {
        let found = Entered::enter(place, pin, Access::Read)?;
        let (key, public_key) = found.key(place)?;
        found.connection(place, key, public_key)
    }

    /// Makes a key at a place that has none, and connects to it.
    pub(crate) fn make(place: &Place, pin: &mut Pin) -> Result<Self, TokenError> {
        let made = Entered::enter(place, pin, Access::Write)?;
        let (key, public_key) = made.make(place)?;
        made.connection(place, key, public_key)
    }

    pub(crate) fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Signs a SHA-256 digest: ECDSA, in DER. Waits for a session that is free.
    pub(crate) fn sign(&self, digest: &[u8]) -> Result<Vec<u8>, TokenError> {
        let lane = self.take();
        let signed = lane.session.sign(&Mechanism::Ecdsa, lane.key, digest);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(lane);
        self.freed.notify_one();
        let raw = signed.map_err(|error| TokenError::of_call(&self.token, &error))?;
        let bad = || TokenError::BadSignature(self.token.clone());
        let signature = Signature::from_slice(&raw).map_err(|_| bad())?;
        self.verifier.verify_prehash(digest, &signature).map_err(|_| bad())?;
        Ok(signature.to_der().as_bytes().to_vec())
    }

    fn take(&self) -> Lane {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(lane) = idle.pop() {
                return lane;
            }
            idle = self.freed.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[derive(Clone, Copy)]
enum Access {
    Read,
    Write,
}

/// A token that let us in.
struct Entered {
    slot: Slot,
    session: Session,
    /// After the session.
    module: Module,
}

impl Entered {
    fn enter(place: &Place, pin: &mut Pin, access: Access) -> Result<Self, TokenError> {
        let failed = |error: Error| TokenError::of_call(&place.token, &error);
        let module = Module::start(&place.module)?;
        let slot = find(&module.calls, &place.token)?;
        let session = match access {
            Access::Read => module.calls.open_ro_session(slot),
            Access::Write => module.calls.open_rw_session(slot),
        };
        let session = session.map_err(failed)?;
        pin.log_in(&module, &session, &place.token)?;
        Ok(Self { slot, session, module })
    }

    fn key(&self, place: &Place) -> Result<(ObjectHandle, PublicKey), TokenError> {
        let failed = |error: Error| TokenError::of_call(&place.token, &error);
        let none = || TokenError::NoKey { token: place.token.clone(), key: place.key.clone() };
        let keys = self.find(place, ObjectClass::PRIVATE_KEY, place.id.as_deref())?;
        let [key] = keys[..] else {
            return Err(if keys.is_empty() { none() } else { several(place) });
        };
        // The two halves of a pair have the same CKA_ID.
        let id = self.session.get_attributes(key, &[AttributeType::Id]).map_err(failed)?;
        let id = id
            .into_iter()
            .find_map(|attribute| if let Attribute::Id(id) = attribute { Some(id) } else { None });
        let id = id.filter(|id| !id.is_empty());
        let halves = self.find(place, ObjectClass::PUBLIC_KEY, id.as_deref())?;
        let [half] = halves[..] else {
            return Err(if halves.is_empty() { none() } else { several(place) });
        };
        Ok((key, self.public_key(half, place)?))
    }

    fn make(&self, place: &Place) -> Result<(ObjectHandle, PublicKey), TokenError> {
        let failed = |error: Error| TokenError::of_call(&place.token, &error);
        for class in [ObjectClass::PRIVATE_KEY, ObjectClass::PUBLIC_KEY] {
            if !self.find(place, class, place.id.as_deref())?.is_empty() {
                let (token, key) = (place.token.clone(), place.key.clone());
                return Err(TokenError::Taken { token, key });
            }
        }
        let id = match &place.id {
            Some(id) => id.clone(),
            None => self.session.generate_random_vec(16).map_err(failed)?,
        };
        let common = [
            Attribute::Token(true),
            Attribute::Label(place.key.as_bytes().to_vec()),
            Attribute::Id(id),
        ];
        let public = [
            &common[..],
            &[
                Attribute::Private(false),
                Attribute::Verify(true),
                Attribute::EcParams(P256.to_vec()),
            ],
        ];
        let private = [
            &common[..],
            &[
                Attribute::Private(true),
                Attribute::Sensitive(true),
                Attribute::Extractable(false),
                Attribute::Sign(true),
            ],
        ];
        let made = self.session.generate_key_pair(
            &Mechanism::EccKeyPairGen,
            &public.concat(),
            &private.concat(),
        );
        let (half, key) = made.map_err(failed)?;
        Ok((key, self.public_key(half, place)?))
    }

    fn find(
        &self,
        place: &Place,
        class: ObjectClass,
        id: Option<&[u8]>,
    ) -> Result<Vec<ObjectHandle>, TokenError> {
        let mut wanted = vec![
            Attribute::Class(class),
            Attribute::KeyType(KeyType::EC),
            Attribute::Token(true),
            Attribute::Label(place.key.as_bytes().to_vec()),
        ];
        wanted.extend(id.map(|id| Attribute::Id(id.to_vec())));
        let found = self.session.find_objects(&wanted);
        found.map_err(|error| TokenError::of_call(&place.token, &error))
    }

    fn public_key(&self, half: ObjectHandle, place: &Place) -> Result<PublicKey, TokenError> {
        let wanted = [AttributeType::EcParams, AttributeType::EcPoint];
        let found = self.session.get_attributes(half, &wanted);
        let found = found.map_err(|error| TokenError::of_call(&place.token, &error))?;
        let (mut is_p256, mut key) = (false, None);
        for attribute in found {
            if let Attribute::EcParams(curve) = attribute {
                is_p256 = curve == P256;
            } else if let Attribute::EcPoint(point) = attribute {
                // Some modules leave the OCTET STRING away.
                key = PublicKey::of_point(point.strip_prefix(&OCTETS).unwrap_or(&point));
            }
        }
        key.filter(|_| is_p256)
            .ok_or_else(|| TokenError::NoKey { token: place.token.clone(), key: place.key.clone() })
    }

    fn connection(
        self,
        place: &Place,
        key: ObjectHandle,
        public_key: PublicKey,
    ) -> Result<Connection, TokenError> {
        let bad = || TokenError::BadSignature(place.token.clone());
        let verifier = VerifyingKey::from_sec1_bytes(public_key.point()).map_err(|_| bad())?;
        let mut lanes = vec![Lane { session: self.session, key }];
        while lanes.len() < SESSIONS {
            match self.module.calls.open_ro_session(self.slot) {
                Ok(session) => lanes.push(Lane { session, key }),
                // It has room for fewer.
                Err(Error::Pkcs11(RvError::SessionCount, _)) => break,
                Err(error) => return Err(TokenError::of_call(&place.token, &error)),
            }
        }
        let (idle, freed) = (Mutex::new(lanes), Condvar::new());
        let token = place.token.clone();
        Ok(Connection { token, public_key, verifier, idle, freed, _module: self.module })
    }
}

fn several(place: &Place) -> TokenError {
    TokenError::SeveralKeys { token: place.token.clone(), key: place.key.clone() }
}

fn find(module: &Pkcs11, label: &str) -> Result<Slot, TokenError> {
    let slots = module.get_slots_with_token();
    let slots = slots.map_err(|error| TokenError::of_call(label, &error))?;
    // A slot that says nothing of its token is not the one.
    let is_it = |slot: &Slot| {
        module.get_token_info(*slot).is_ok_and(|token| token.label().trim_end() == label)
    };
    let found: Vec<Slot> = slots.into_iter().filter(is_it).collect();
    match found[..] {
        [slot] => Ok(slot),
        [] => Err(TokenError::NoToken(label.to_owned())),
        [..] => Err(TokenError::SeveralTokens(label.to_owned())),
    }
}
