//! Which service asks (OpenID Connect Core 1.0 §9; RFC 6749 §2.3; RFC 7523 §3). A service is known by its
//! secret, of which a hash is kept, or by what it signs with its own key.

use std::{collections::HashMap, fs, net::IpAddr};

use anyhow::{Context as _, ensure};
use axum::http::{HeaderMap, header};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, Validation,
    jwk::{AlgorithmParameters, EllipticCurve, JwkSet, PublicKeyUse},
};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use url::form_urlencoded;
use warifu_protocol::Timestamp;

use super::parameters::Parameters;
use crate::{
    config::{
        Config,
        web::{AssertionAlgorithm, ClientAuthentication, ClientId, Issuer},
    },
    domain::sso::token::{ASSERTION, Assertion, SKEW},
};

/// What says that a parameter is such an assertion.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The most bytes of an assertion.
const MOST: usize = 8 * 1024;

/// The services, each with what it is known by.
#[derive(Debug)]
pub(crate) struct Clients(HashMap<ClientId, Known>);

enum Known {
    Secret([u8; 32]),
    Keys { keys: Vec<Key>, algorithm: Algorithm },
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Known(…)")
    }
}

struct Key {
    id: Option<String>,
    key: DecodingKey,
}

/// A service that has proved who it is.
#[derive(Clone, Debug)]
pub(super) struct Proved {
    pub(super) client: ClientId,
    /// With what, if that is good once.
    pub(super) assertion: Option<Assertion>,
}

/// Why it is not known which service asks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Unproved {
    /// It says it in two ways.
    TwoWays,
    /// It is none, or somebody else.
    Invalid(&'static str),
}

impl Clients {
    /// Reads the keys of the services that have one.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, is no set of keys, or has none for the algorithm.
    pub(crate) fn open(config: &Config) -> anyhow::Result<Self> {
        let known = config.clients.iter().map(|client| {
            let known = match &client.authentication {
                ClientAuthentication::ClientSecretBasic { secret_hash } => {
                    Known::Secret(*secret_hash)
                }
                ClientAuthentication::PrivateKeyJwt { jwks_file, algorithm } => {
                    let named =
                        || format!("client {}: jwks_file {}", client.id, jwks_file.display());
                    let text = fs::read(jwks_file).with_context(named)?;
                    let keys = keys(&text, *algorithm).with_context(named)?;
                    let algorithm = match algorithm {
                        AssertionAlgorithm::Es256 => Algorithm::ES256,
                        AssertionAlgorithm::Rs256 => Algorithm::RS256,
                    };
                    Known::Keys { keys, algorithm }
                }
            };
            Ok((client.id.clone(), known))
        });
        known.collect::<anyhow::Result<_>>().map(Self)
    }

    /// Which service a request to the token endpoint comes from.
    pub(super) fn prove(
        &self,
        config: &Config,
        headers: &HeaderMap,
        parameters: &Parameters,
        from: IpAddr,
        now: Timestamp,
    ) -> Result<Proved, Unproved> {
        let basic = headers.get(header::AUTHORIZATION);
        let assertion = parameters.get("client_assertion");
        let posted = parameters.get("client_secret");
        let ways = [basic.is_some(), assertion.is_some(), posted.is_some()];
        if ways.into_iter().filter(|used| *used).count() > 1 {
            return Err(Unproved::TwoWays);
        }
        let issuer = config.web.as_ref().map(|web| &web.url);
        let proved = match (basic, assertion, issuer) {
            (Some(value), _, _) => {
                let presented = value.to_str().ok().and_then(credentials);
                let (id, secret) = presented.ok_or(Unproved::Invalid("unreadable"))?;
                self.by_secret(&id, &secret)?
            }
            (None, Some(assertion), Some(issuer)) => {
                if parameters.get("client_assertion_type") != Some(JWT_BEARER) {
                    return Err(Unproved::Invalid("another type of assertion"));
                }
                self.by_assertion(issuer, assertion, now)?
            }
            (None, _, _) => return Err(Unproved::Invalid("no authentication")),
        };
        if parameters.get("client_id").is_some_and(|named| named != proved.client.as_str()) {
            return Err(Unproved::Invalid("another client_id"));
        }
        let networks = config.client(&proved.client).map(|client| client.token_from.as_slice());
        let networks = networks.unwrap_or_default();
        if !networks.is_empty() && !networks.iter().any(|network| network.contains(&from)) {
            return Err(Unproved::Invalid("from outside token_from"));
        }
        Ok(proved)
    }

    fn by_secret(&self, id: &str, secret: &str) -> Result<Proved, Unproved> {
        let hash: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
        let client = id.parse::<ClientId>().ok();
        let known = client.as_ref().and_then(|id| self.0.get(id));
        let (kept, is_secret) = match known {
            Some(Known::Secret(kept)) => (*kept, true),
            // Compared as well, so that the time does not tell which services there are.
            Some(Known::Keys { .. }) | None => ([0; 32], false),
        };
        let same: bool = kept.ct_eq(&hash).into();
        match client.filter(|_| same && is_secret) {
            Some(client) => Ok(Proved { client, assertion: None }),
            None => Err(Unproved::Invalid("wrong secret")),
        }
    }

    fn by_assertion(
        &self,
        issuer: &Issuer,
        assertion: &str,
        now: Timestamp,
    ) -> Result<Proved, Unproved> {
        let invalid = Unproved::Invalid;
        if assertion.len() > MOST {
            return Err(invalid("too long"));
        }
        // Said by whoever wrote it; believed below, when it is verified with that service's key.
        let said = unverified(assertion).ok_or(invalid("no assertion"))?;
        let client = said.parse::<ClientId>().map_err(|_| invalid("unknown service"))?;
        let Some(Known::Keys { keys, algorithm }) = self.0.get(&client) else {
            return Err(invalid("unknown service"));
        };
        let header = jsonwebtoken::decode_header(assertion).map_err(|_| invalid("no header"))?;
        if header.alg != *algorithm {
            return Err(invalid("another algorithm"));
        }
        let mut validation = Validation::new(*algorithm);
        // Both are looked at below: by this backend's clock, and more narrowly.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let wanted = |key: &&Key| match (&header.kid, &key.id) {
            (Some(wanted), Some(id)) => wanted == id,
            (Some(_) | None, _) => true,
        };
        let claims = keys
            .iter()
            .filter(wanted)
            .find_map(|key| jsonwebtoken::decode::<Claims>(assertion, &key.key, &validation).ok())
            .ok_or(invalid("wrong signature"))?
            .claims;
        let Claims { iss, sub, aud, exp, iat, nbf, jti } = claims;
        if iss != client.as_str() || sub != client.as_str() {
            return Err(invalid("another subject"));
        }
        if aud != issuer.as_str() && aud != issuer.at(super::TOKEN) {
            return Err(invalid("another audience"));
        }
        let is_ahead = |time: Option<Timestamp>| time.is_some_and(|time| time > now + SKEW);
        if exp.saturating_add(SKEW) < now || exp > now + ASSERTION + SKEW {
            return Err(invalid("its time"));
        }
        if is_ahead(iat) || is_ahead(nbf) {
            return Err(invalid("not yet its time"));
        }
        if !(1..=256).contains(&jti.len()) {
            return Err(invalid("no jti"));
        }
        let assertion = Assertion { jti, issued_at: iat, expires_at: exp };
        Ok(Proved { client, assertion: Some(assertion) })
    }
}

/// What an assertion says. An audience is one string: a service that names several servers could have its
/// assertion used at each of them by any other.
#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    exp: Timestamp,
    #[serde(default)]
    iat: Option<Timestamp>,
    #[serde(default)]
    nbf: Option<Timestamp>,
    jti: String,
}

fn unverified(assertion: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Said {
        iss: String,
    }
    let payload = URL_SAFE_NO_PAD.decode(assertion.split('.').nth(1)?).ok()?;
    Some(serde_json::from_slice::<Said>(&payload).ok()?.iss)
}

/// Reads `Basic …`: both halves are form-encoded before they are put together (RFC 6749 §2.3.1).
fn credentials(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decoded = |text: &str| {
        let mut pairs = form_urlencoded::parse(text.as_bytes());
        match (pairs.next(), pairs.next()) {
            (Some((name, value)), None) if value.is_empty() => Some(name.into_owned()),
            (_, _) => None,
        }
    };
    Some((decoded(id)?, decoded(secret)?))
}

/// The keys of a set (RFC 7517 §5) that fit an algorithm.
fn keys(text: &[u8], algorithm: AssertionAlgorithm) -> anyhow::Result<Vec<Key>> {
    let set: JwkSet = serde_json::from_slice(text)
        .context("no set of keys: a JSON object with \"keys\" (RFC 7517 §5)")?;
    let mut found = Vec::new();
    for jwk in &set.keys {
        let is_other = jwk
            .common
            .public_key_use
            .as_ref()
            .is_some_and(|used| !matches!(used, PublicKeyUse::Signature));
        let Ok(key) = DecodingKey::from_jwk(jwk) else { continue };
        let is_p256 = matches!(&jwk.algorithm, AlgorithmParameters::EllipticCurve(curve)
            if curve.curve == EllipticCurve::P256);
        let fits = match algorithm {
            AssertionAlgorithm::Es256 => is_p256,
            AssertionAlgorithm::Rs256 => key.family() == AlgorithmFamily::Rsa,
        };
        if fits && !is_other {
            found.push(Key { id: jwk.common.key_id.clone(), key });
        }
    }
    ensure!(!found.is_empty(), "there is no public key for {algorithm:?} in it");
    Ok(found)
}

#[cfg(test)]
mod tests;
