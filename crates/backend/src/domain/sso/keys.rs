//! What services are told is signed with keys of its own: ES256 (RFC 7518 §3.4), named by their RFC 7638
//! thumbprints, encrypted in the database under the passphrase of the authority's key.
//!
//! A key is published a day before it signs and a day after, so that services that keep what they have read
//! know it. Which one signs is asked of the database, at most a minute ago: without the database nothing is
//! signed, and a key that was dropped elsewhere signs nothing for longer than that. A key that does not
//! open, because the passphrase is another one by now, is given up for a new one.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation,
    jwk::{
        AlgorithmParameters, CommonParameters, EllipticCurve, EllipticCurveKeyParameters,
        EllipticCurveKeyType, Jwk, JwkSet, KeyAlgorithm, PublicKeyUse, ThumbprintHash,
    },
};
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use warifu_pki::FileKey;
use warifu_protocol::Timestamp;
use warifu_store::{
    Store, StoreError, Tx,
    tables::web_key::{self as rows, Key, State},
};
use zeroize::Zeroizing;

use super::claims::{IdClaims, LogoutClaims};
use crate::{
    audit::{self, Act, Actor, Entry},
    config::Config,
    domain::Backend,
    error::Error,
};

const DAY: i64 = 86_400;

/// Seconds for which a key is published before it signs, and after.
const NOTICE: i64 = DAY;

/// Seconds for which what the database said is believed.
const BELIEVED: i64 = 60;

/// The keys of a backend that serves browsers and services.
pub(crate) struct Keys {
    /// That of the authority's key.
    passphrase: Arc<Zeroizing<String>>,
    /// The keys that were opened, by name: opening one is slow on purpose.
    opened: Mutex<HashMap<String, Arc<EncodingKey>>>,
    /// Which one signs, and when that was read.
    signing: Mutex<Option<(Signer, Timestamp)>>,
}

impl Keys {
    pub(crate) fn new(passphrase: Zeroizing<String>) -> Self {
        Self {
            passphrase: Arc::new(passphrase),
            opened: Mutex::default(),
            signing: Mutex::default(),
        }
    }

    fn opened(&self, kid: &str) -> Option<Arc<EncodingKey>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).get(kid).cloned()
    }

    fn keep_opened(&self, kid: &str, key: &Arc<EncodingKey>) {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.insert(kid.to_owned(), Arc::clone(key));
    }

    fn forget_all_but(&self, kept: &[Key]) {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened
            .retain(|kid, _| kept.iter().any(|key| key.kid == *kid && key.state != State::Retired));
    }

    fn signing(&self, now: Timestamp) -> Option<Signer> {
        let signing = self.signing.lock().unwrap_or_else(PoisonError::into_inner);
        signing
            .as_ref()
            .filter(|(_, read_at)| (*read_at..*read_at + BELIEVED).contains(&now))
            .map(|(signer, _)| signer.clone())
    }

    fn set_signing(&self, signer: Option<(Signer, Timestamp)>) {
        *self.signing.lock().unwrap_or_else(PoisonError::into_inner) = signer;
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// The key that signs now.
#[derive(Clone)]
pub(crate) struct Signer {
    kid: String,
    key: Arc<EncodingKey>,
}

impl Signer {
    /// An ID token (OpenID Connect Core §2).
    ///
    /// # Errors
    ///
    /// The library's.
    pub(crate) fn id_token(&self, claims: &IdClaims) -> Result<String, Error> {
        self.sign("JWT", claims)
    }

    /// A logout token (OpenID Connect Back-Channel Logout §2.4).
    ///
    /// # Errors
    ///
    /// The library's.
    pub(crate) fn logout_token(&self, claims: &LogoutClaims) -> Result<String, Error> {
        self.sign("logout+jwt", claims)
    }

    fn sign(&self, kind: &str, claims: &impl Serialize) -> Result<String, Error> {
        let header = Header {
            typ: Some(kind.to_owned()),
            kid: Some(self.kid.clone()),
            ..Header::new(Algorithm::ES256)
        };
        jsonwebtoken::encode(&header, claims, &self.key).map_err(failed)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// The key that signs now; the first one is made if there is none.
///
/// To be asked for before the work that decides what is signed: whatever that has done is of no use if
/// nothing can be signed.
///
/// # Errors
///
/// The database's; keys that cannot be made.
pub(crate) async fn signer(backend: &Arc<Backend>) -> Result<Signer, Error> {
    let keys = keys(backend)?;
    if let Some(signer) = keys.signing(backend.now()) {
        return Ok(signer);
    }
    if let Some(signer) = read_signer(backend).await? {
        return Ok(signer);
    }
    tend(backend).await?;
    read_signer(backend)
        .await?
        .ok_or_else(|| Error::Internal(String::from("there is no key that signs for services")))
}

/// Asks the database which key signs; none if there is none, or it does not open.
async fn read_signer(backend: &Arc<Backend>) -> Result<Option<Signer>, Error> {
    let (keys, now) = (keys(backend)?, backend.now());
    let active = backend.store.read(|tx| rows::in_state(tx, State::Active)).await?;
    let Some(active) = active else {
        keys.set_signing(None);
        return Ok(None);
    };
    let Some(key) = open(keys, &active).await? else { return Ok(None) };
    let signer = Signer { kid: active.kid, key };
    keys.set_signing(Some((signer.clone(), now)));
    Ok(Some(signer))
}

/// A key that was opened before, or is now; none if it does not open.
async fn open(keys: &Keys, key: &Key) -> Result<Option<Arc<EncodingKey>>, Error> {
    if let Some(opened) = keys.opened(&key.kid) {
        return Ok(Some(opened));
    }
    let Some(pem) = key.private_key.clone() else { return Ok(None) };
    let passphrase = Arc::clone(&keys.passphrase);
    let opened = spawn_blocking(move || FileKey::open(&pem, &passphrase))
        .await
        .map_err(|error| Error::Internal(error.to_string()))?;
    match opened {
        Ok(file) => {
            let opened = Arc::new(EncodingKey::from_ec_der(&file.to_pkcs8()));
            keys.keep_opened(&key.kid, &opened);
            Ok(Some(opened))
        }
        Err(warifu_pki::Error::Locked) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Sees to it that there is a key that signs, that the next is published in time and takes its turn, and
/// that what is over is forgotten. To be called at the start and every minute.
///
/// # Errors
///
/// The database's; keys that cannot be made.
pub(crate) async fn tend(backend: &Arc<Backend>) -> Result<(), Error> {
    let (keys, now) = (keys(backend)?, backend.now());
    let life = backend.config.web.as_ref().map_or(0, |web| i64::from(web.key_days)) * DAY;
    let found = backend.store.read(rows::all).await?;
    let mut lost = Vec::new();
    for key in found.iter().filter(|key| key.state != State::Retired) {
        if open(keys, key).await?.is_none() {
            tracing::warn!(
                kid = key.kid,
                "a key that signs for services does not open; it is replaced"
            );
            lost.push(key.kid.clone());
        }
    }
    // Made before the change begins, since that takes a third of a second; and only if it will be used.
    let fresh = if needs_key(&found, &lost, life, now) {
        Some(Fresh::make(Arc::clone(&keys.passphrase)).await?)
    } else if lost.is_empty() && !needs_change(&found, now) {
        keys.forget_all_but(&found);
        return Ok(());
    } else {
        None
    };
    if let Some(fresh) = &fresh {
        keys.keep_opened(&fresh.kid, &fresh.key);
    }
    let stored = fresh.map(|fresh| (fresh.kid, fresh.public_key, fresh.pem));
    let left = backend
        .store
        .write(move |tx| {
            turn(tx, &lost, stored.as_ref(), life, Actor::System, now)?;
            rows::all(tx)
        })
        .await?;
    keys.forget_all_but(&left);
    keys.set_signing(None);
    Ok(())
}

/// When the next key is wanted: a day before the one that signs has done so for its days.
fn is_old(active: &Key, life: i64, now: Timestamp) -> bool {
    now >= active.state_at + life - NOTICE
}

fn needs_key(found: &[Key], lost: &[String], life: i64, now: Timestamp) -> bool {
    let good = |state| found.iter().find(|key| key.state == state && !lost.contains(&key.kid));
    match (good(State::Active), good(State::Next)) {
        (Some(active), None) => is_old(active, life, now),
        (None, None) => true,
        (Some(_) | None, Some(_)) => false,
    }
}

fn needs_change(found: &[Key], now: Timestamp) -> bool {
    let no_active = !found.iter().any(|key| key.state == State::Active);
    no_active
        || found.iter().any(|key| match key.state {
            State::Next | State::Retired => now >= key.state_at + NOTICE,
            State::Active => false,
        })
}

type Stored = (String, Vec<u8>, Zeroizing<String>);

/// One step of the keys' life.
fn turn(
    tx: &Tx,
    lost: &[String],
    fresh: Option<&Stored>,
    life: i64,
    by: Actor<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    for state in [State::Active, State::Next] {
        if rows::in_state(tx, state)?.is_some_and(|key| lost.contains(&key.kid)) {
            rows::retire(tx, state, now)?;
        }
    }
    let active = rows::in_state(tx, State::Active)?;
    let next = rows::in_state(tx, State::Next)?;
    let is_ripe = next.as_ref().is_some_and(|next| now >= next.state_at + NOTICE);
    if next.is_some() && (is_ripe || active.is_none()) {
        rows::retire(tx, State::Active, now)?;
        rows::activate_next(tx, now)?;
        audit::record(tx, &Entry::new(Act::SigningKeyRotated, by, now))?;
    } else if let Some(fresh) = fresh {
        match &active {
            None => {
                add(tx, fresh, State::Active, now)?;
                audit::record(tx, &Entry::new(Act::SigningKeyRotated, by, now))?;
            }
            Some(active) if next.is_none() && is_old(active, life, now) => {
                add(tx, fresh, State::Next, now)?;
            }
            Some(_) => {}
        }
    }
    rows::delete_retired(tx, now - NOTICE).map(drop)
}

fn add(tx: &Tx, fresh: &Stored, state: State, now: Timestamp) -> Result<(), StoreError> {
    let (kid, public_key, pem) = fresh;
    let key = Key {
        kid: kid.clone(),
        state,
        public_key: public_key.clone(),
        private_key: Some(pem.as_str().to_owned()),
        created_at: now,
        state_at: now,
    };
    rows::insert(tx, &key).map(drop)
}

/// How fast the key that signs is to give way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Rotation {
    /// In a day, when services know the next.
    Soon,
    /// At once, and what it has signed is not to be believed any more: the key is in others' hands.
    Now,
}

/// Has another key sign; it is made here.
///
/// # Errors
///
/// The database's; keys that cannot be made.
pub(crate) async fn rotate(
    store: &Store,
    passphrase: Zeroizing<String>,
    how: Rotation,
    by: String,
    now: Timestamp,
) -> Result<(), Error> {
    let fresh = Fresh::make(Arc::new(passphrase)).await?;
    let stored = (fresh.kid, fresh.public_key, fresh.pem);
    store
        .write(move |tx| {
            let by = Actor::Provider(Some(&by));
            match how {
                Rotation::Soon => {
                    if rows::in_state(tx, State::Active)?.is_some() {
                        if rows::in_state(tx, State::Next)?.is_none() {
                            add(tx, &stored, State::Next, now)?;
                        }
                        return Ok(());
                    }
                }
                Rotation::Now => {
                    // Also what was retired lately: nobody knows since when it is known to others.
                    for key in rows::all(tx)? {
                        rows::delete(tx, &key.kid)?;
                    }
                }
            }
            add(tx, &stored, State::Active, now)?;
            Ok(audit::record(tx, &Entry::new(Act::SigningKeyRotated, by, now))?)
        })
        .await
}

/// Has every key sign nothing any more; the next one that is needed is made anew.
///
/// # Errors
///
/// The database's.
pub(crate) fn forget_private_halves(tx: &Tx, now: Timestamp) -> Result<(), StoreError> {
    rows::retire(tx, State::Active, now)?;
    rows::retire(tx, State::Next, now).map(drop)
}

/// What services verify signatures with (RFC 7517 §5): of the key that signs, of the next, and of those that
/// signed until a day ago.
///
/// # Errors
///
/// The database's.
pub(crate) fn published(tx: &Tx) -> Result<JwkSet, StoreError> {
    let keys = rows::all(tx)?.iter().map(jwk).collect::<Result<_, _>>()?;
    Ok(JwkSet { keys })
}

fn jwk(key: &Key) -> Result<Jwk, StoreError> {
    let point: &[u8; 65] =
        key.public_key.as_slice().try_into().map_err(|_| StoreError::Unreadable("public key"))?;
    Ok(Jwk {
        common: CommonParameters {
            public_key_use: Some(PublicKeyUse::Signature),
            key_algorithm: Some(KeyAlgorithm::ES256),
            key_id: Some(key.kid.clone()),
            ..CommonParameters::default()
        },
        algorithm: AlgorithmParameters::EllipticCurve(EllipticCurveKeyParameters {
            key_type: EllipticCurveKeyType::EC,
            curve: EllipticCurve::P256,
            x: URL_SAFE_NO_PAD.encode(&point[1..33]),
            y: URL_SAFE_NO_PAD.encode(&point[33..]),
        }),
    })
}

/// Of whom an ID token that we have signed speaks, whether or not its time is over (OpenID Connect
/// RP-Initiated Logout §2).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
pub(crate) struct Hint {
    pub(crate) sub: String,
    pub(crate) sid: String,
    /// The service that it was for.
    pub(crate) aud: String,
}

/// What a token says that comes back to us; none if we did not sign it, or nobody knows any more.
///
/// # Errors
///
/// The database's.
pub(crate) fn hint(tx: &Tx, config: &Config, token: &str) -> Result<Option<Hint>, Error> {
    let Some(web) = &config.web else { return Ok(None) };
    let Ok(header) = jsonwebtoken::decode_header(token) else { return Ok(None) };
    let is_ours = header.alg == Algorithm::ES256 && header.typ.as_deref() == Some("JWT");
    let keys = published(tx)?;
    let Some(key) = header.kid.filter(|_| is_ours).and_then(|kid| keys.find(&kid).cloned()) else {
        return Ok(None);
    };
    let key = DecodingKey::from_jwk(&key).map_err(failed)?;
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.set_issuer(&[web.url.as_str()]);
    validation.set_required_spec_claims(&["iss", "sub", "aud"]);
    Ok(jsonwebtoken::decode::<Hint>(token, &key, &validation).ok().map(|token| token.claims))
}

/// A key that nobody has used.
struct Fresh {
    kid: String,
    public_key: Vec<u8>,
    pem: Zeroizing<String>,
    key: Arc<EncodingKey>,
}

impl Fresh {
    async fn make(passphrase: Arc<Zeroizing<String>>) -> Result<Self, Error> {
        spawn_blocking(move || Self::make_now(&passphrase))
            .await
            .map_err(|error| Error::Internal(error.to_string()))?
    }

    fn make_now(passphrase: &str) -> Result<Self, Error> {
        let file = FileKey::generate()?;
        let pem = file.to_pem(passphrase)?;
        let key = EncodingKey::from_ec_der(&file.to_pkcs8());
        let jwk = Jwk::from_encoding_key(&key, Algorithm::ES256).map_err(failed)?;
        let kid = jwk.thumbprint(ThumbprintHash::SHA256).map_err(failed)?;
        let public_key = point(&jwk)
            .ok_or_else(|| Error::Internal(String::from("a new key is on another curve")))?;
        Ok(Self { kid, public_key, pem, key: Arc::new(key) })
    }
}

/// The public half, uncompressed (SEC 1 §2.3.3).
fn point(jwk: &Jwk) -> Option<Vec<u8>> {
    let AlgorithmParameters::EllipticCurve(curve) = &jwk.algorithm else { return None };
    let coordinate = |text: &str| URL_SAFE_NO_PAD.decode(text).ok().filter(|xy| xy.len() == 32);
    let (x, y) = (coordinate(&curve.x)?, coordinate(&curve.y)?);
    Some([&[0x04], x.as_slice(), y.as_slice()].concat())
}

fn keys(backend: &Backend) -> Result<&Keys, Error> {
    let missing = || Error::Internal(String::from("this backend signs nothing for services"));
    backend.web_keys.as_ref().ok_or_else(missing)
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn failed(error: jsonwebtoken::errors::Error) -> Error {
    Error::Internal(format!("a token: {error}"))
}
