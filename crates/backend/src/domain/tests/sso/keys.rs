//! The keys that sign for services: their turns, their loss, their names.

use std::collections::BTreeMap;

use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use serde_json::{Value, json};
use warifu_store::tables::web_key::State;

use super::*;
use crate::domain::sso::{
    claims::IdClaims,
    keys::{self, Rotation},
};

impl World {
    async fn states(&self) -> BTreeMap<&'static str, usize> {
        let mut states = BTreeMap::new();
        let all = self.backend.store.read(warifu_store::tables::web_key::all).await.unwrap();
        for key in &all {
            *states.entry(key.state.as_str()).or_default() += 1;
            assert_eq!(key.private_key.is_some(), key.state != State::Retired);
            let pem = key.private_key.as_deref().unwrap_or("ENCRYPTED PRIVATE KEY");
            assert!(pem.contains("ENCRYPTED PRIVATE KEY"));
        }
        states
    }

    async fn published(&self) -> JwkSet {
        self.backend.store.read(keys::published).await.unwrap()
    }

    /// What there is to sign.
    async fn claims(&self) -> IdClaims {
        let (_, _, browser, _) = self.at_work().await;
        let code = self.code("claims", &browser).await;
        self.token(&redemption("claims", &code)).await.unwrap().claims
    }

    async fn sign(&self, claims: &IdClaims) -> String {
        keys::signer(&self.backend).await.unwrap().id_token(claims).unwrap()
    }

    /// The name of the key that signs.
    async fn kid(&self, claims: &IdClaims) -> String {
        jsonwebtoken::decode_header(self.sign(claims).await).unwrap().kid.unwrap()
    }

    async fn hint(&self, token: &str) -> Option<keys::Hint> {
        let (shared, token) = (Arc::clone(&self.backend), token.to_owned());
        let read = move |tx: &Tx| keys::hint(tx, &shared.config, &token);
        self.backend.store.read(read).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_verified_with_what_is_published() {
    let world = world().await;
    let token = world.sign(&world.claims().await).await;
    let header = jsonwebtoken::decode_header(&token).unwrap();
    assert_eq!((header.alg, header.typ.as_deref()), (Algorithm::ES256, Some("JWT")));
    let set = serde_json::to_value(world.published().await).unwrap();
    let key = &set["keys"][0];
    for (member, value) in [("kty", "EC"), ("crv", "P-256"), ("alg", "ES256"), ("use", "sig")] {
        assert_eq!(key[member], value);
    }
    // RFC 7638 §3.1, written out.
    let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#, key["x"], key["y"]);
    let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(canonical));
    assert_eq!(key["kid"], json!(thumbprint));
    assert_eq!(header.kid.as_deref(), Some(thumbprint.as_str()));
    assert!(key.get("d").is_none());

    let decoding = DecodingKey::from_jwk(&world.published().await.keys[0]).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_audience(&["claims"]);
    validation.set_issuer(&[ISSUER]);
    validation.validate_exp = false;
    let read = jsonwebtoken::decode::<Value>(&token, &decoding, &validation).unwrap();
    assert_eq!(read.claims["preferred_username"], "10000001/user000");

    // The token comes back to us as a hint; what we did not sign is none.
    let hint = world.hint(&token).await.unwrap();
    assert_eq!((hint.aud.as_str(), json!(hint.sub)), ("claims", read.claims["sub"].clone()));
    let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    parts[1] = URL_SAFE_NO_PAD
        .encode(json!({ "iss": ISSUER, "sub": "x", "aud": "claims", "sid": "y" }).to_string());
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
    for forged in [parts.join("."), format!("{none}.{}.", parts[1]), String::new(), "a.b.c".into()]
    {
        assert_eq!(world.hint(&forged).await, None, "{forged}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_token_says_what_the_standard_wants_and_is_no_hint() {
    let world = world().await;
    let (person, who, _, service) = world.at_work().await;
    login::log_out(&world.backend, who).await.unwrap();
    let due = world.due().await.remove(0);
    assert_eq!(due.uri, "https://service.example.jp/warifu/redirect_uri?logout=backchannel");
    assert_eq!(due.client, client("claims"));
    let signer = keys::signer(&world.backend).await.unwrap();
    let token = signer.logout_token(&due.claims.with_jti(String::from("one"))).unwrap();
    let header = jsonwebtoken::decode_header(&token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("logout+jwt"));
    let claims: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap())
            .unwrap();
    let expected = json!({
        "iss": ISSUER,
        "aud": "claims",
        "iat": NOW,
        "exp": NOW + 600,
        "jti": "one",
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        "sub": world.found(&person).await.subject,
        "sid": service.claims["sid"],
    });
    assert_eq!(claims, expected);
    assert_eq!(world.hint(&token).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_take_their_turns_a_day_ahead_and_a_day_after() {
    let world = world().await;
    let claims = world.claims().await;
    let first = world.kid(&claims).await;
    let step = async |seconds: i64| {
        world.advance(seconds);
        keys::tend(&world.backend).await.unwrap();
        world.states().await
    };
    assert_eq!(step(0).await, [("active", 1)].into());
    assert_eq!(step(89 * DAY - 1).await, [("active", 1)].into());
    assert_eq!(step(1).await, [("active", 1), ("next", 1)].into());
    assert_eq!(world.kid(&claims).await, first);
    assert_eq!(step(DAY - 1).await, [("active", 1), ("next", 1)].into());
    assert_eq!(step(1).await, [("active", 1), ("retired", 1)].into());
    let second = world.kid(&claims).await;
    assert_ne!(second, first);
    assert!(world.published().await.find(&first).is_some());
    assert_eq!(step(DAY + 1).await, [("active", 1)].into());
    assert!(world.published().await.find(&first).is_none());
    assert_eq!(world.kid(&claims).await, second);
    assert_eq!(world.acts("signing-key").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_in_others_hands_is_dropped_at_once_and_one_that_is_old_in_a_day() {
    let world = world().await;
    let claims = world.claims().await;
    let first = world.kid(&claims).await;
    let old_token = world.sign(&claims).await;
    let rotate = async |how| {
        let (store, now) = (world.backend.store.clone(), world.backend.now());
        let by = String::from("yamada");
        keys::rotate(&store, PASSPHRASE.to_owned().into(), how, by, now).await.unwrap();
    };
    rotate(Rotation::Soon).await;
    rotate(Rotation::Soon).await;
    assert_eq!(world.states().await, [("active", 1), ("next", 1)].into());
    assert_eq!(world.kid(&claims).await, first);

    // From another process: this one believes what it has read for a minute, and no longer.
    rotate(Rotation::Now).await;
    assert_eq!(world.states().await, [("active", 1)].into());
    assert_eq!(world.hint(&old_token).await, None);
    world.advance(60);
    let second = world.kid(&claims).await;
    assert_ne!(second, first);
    assert!(world.published().await.find(&second).is_some());

    rotate(Rotation::Soon).await;
    world.advance(DAY);
    keys::tend(&world.backend).await.unwrap();
    assert_ne!(world.kid(&claims).await, second);
    assert_eq!(world.states().await, [("active", 1), ("retired", 1)].into());
}

/// The passphrase was changed while this ran, or a backup is of another time.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_does_not_open_is_replaced() {
    let world = world().await;
    let claims = world.claims().await;
    let first = world.kid(&claims).await;
    let other = warifu_pki::FileKey::generate().unwrap().to_pem("another passphrase").unwrap();
    world
        .write(move |tx| {
            tx.tamper(&format!("UPDATE web_key SET kid = 'other', private_key = '{}'", *other))
        })
        .await;
    world.advance(60);
    let second = world.kid(&claims).await;
    assert!(second != first && second != "other");
    assert_eq!(world.states().await, [("active", 1), ("retired", 1)].into());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_database_nothing_is_signed_for_longer_than_a_minute() {
    let world = world().await;
    keys::signer(&world.backend).await.unwrap();
    world.write(|tx| tx.tamper("ALTER TABLE web_key RENAME TO gone")).await;
    world.advance(59);
    keys::signer(&world.backend).await.unwrap();
    world.advance(1);
    assert!(matches!(keys::signer(&world.backend).await, Err(Error::Internal(_))));
    // Nor after the clock was set back.
    world.advance(-3600);
    assert!(matches!(keys::signer(&world.backend).await, Err(Error::Internal(_))));
}

/// Two processes find that there is no key, and each makes one.
#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_make_one_key() {
    let world = Arc::new(world().await);
    let tries: Vec<_> = (0..4)
        .map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { keys::tend(&world.backend).await })
        })
        .collect();
    for one in tries {
        one.await.unwrap().unwrap();
    }
    assert_eq!(world.states().await, [("active", 1)].into());
    let kid = world.kid(&world.claims().await).await;
    assert!(world.published().await.find(&kid).is_some());
}
