use axum::http::HeaderValue;
use jsonwebtoken::{EncodingKey, Header, jwk::Jwk};
use proptest::prelude::*;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256};
use serde_json::{Value, json};

use super::*;

const NOW: Timestamp = 1_790_000_000;
const SECRET: &str = "kZJ3ySJh3GxHE7pIYBLs1mzqNBOwzmcVWwNiWBxGAbk";
const FROM: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));

/// A service's key, and the public half as it hands it over.
struct Signing {
    key: EncodingKey,
    jwk: Value,
    algorithm: Algorithm,
}

impl Signing {
    fn ec(kid: &str) -> Self {
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        Self::of(EncodingKey::from_ec_der(&pair.serialize_der()), kid, Algorithm::ES256)
    }

    fn rsa(kid: &str) -> Self {
        let pair = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
        // The library wants PKCS#1, which lies at the end of PKCS#8 (RFC 5208 §5).
        let der = pair.serialize_der();
        let key = (20..40).find_map(|skip| {
            let inner = der.get(skip..)?;
            let key = EncodingKey::from_rsa_der(inner);
            (inner.first() == Some(&0x30)
                && jsonwebtoken::encode(&Header::new(Algorithm::RS256), &json!({}), &key).is_ok())
            .then_some(key)
        });
        Self::of(key.unwrap(), kid, Algorithm::RS256)
    }

    fn of(key: EncodingKey, kid: &str, algorithm: Algorithm) -> Self {
        let mut jwk = Jwk::from_encoding_key(&key, algorithm).unwrap();
        jwk.common.key_id = Some(kid.to_owned());
        Self { key, jwk: serde_json::to_value(jwk).unwrap(), algorithm }
    }

    fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(String::from("a")), ..Header::new(self.algorithm) };
        jsonwebtoken::encode(&header, claims, &self.key).unwrap()
    }
}

fn claims() -> Value {
    json!({
        "iss": "signer", "sub": "signer", "aud": "https://login.example.jp/token",
        "iat": NOW, "exp": NOW + 60, "jti": "once",
    })
}

/// One service with a secret, one with a key, one that may come from one network alone.
fn world(set: &Value, algorithm: &str) -> (Config, Clients) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("keys.json"), set.to_string()).unwrap();
    let hash: String = Sha256::digest(SECRET).iter().map(|byte| format!("{byte:02x}")).collect();
    let client = |id: &str, more: &str| {
        format!(
            "[[client]]\nid = '{id}'\ntitle = {{ ja = 'a', en = 'b' }}\naccept_undelivered = true\n\
             redirect_uris = ['https://www.example.jp/{id}']\n{more}\n"
        )
    };
    let secret = format!("authentication = 'client_secret_basic'\nsecret_hash = 'sha256:{hash}'");
    let key = format!(
        "authentication = 'private_key_jwt'\njwks_file = 'keys.json'\n\
         assertion_algorithm = '{algorithm}'"
    );
    let names = [String::from("localhost")];
    let (a, b) = ("127.0.0.1:8443".parse().unwrap(), "127.0.0.1:8444".parse().unwrap());
    let text = [
        crate::config::template("id", "サンプル", &names, a, b, None, None),
        String::from(
            "[web]\nurl = 'https://login.example.jp'\nlisten = '127.0.0.1:8445'\n\
             behind_proxy = ['127.0.0.1']\n",
        ),
        client("secretive", &secret),
        client("signer", &key),
        client("near", &format!("{secret}\ntoken_from = ['192.0.2.0/29']")),
        client("far", &format!("{secret}\ntoken_from = ['198.51.100.1', '2001:db8::/32']")),
    ];
    fs::write(dir.path().join("warifu.toml"), text.concat()).unwrap();
    let config = Config::load(dir.path()).unwrap();
    let clients = Clients::open(&config).unwrap();
    (config, clients)
}

fn basic(id: &str, secret: &str) -> HeaderMap {
    let value = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_str(&value).unwrap())])
}

fn posted(pairs: &[(&str, &str)]) -> Parameters {
    let query = super::super::parameters::with("", pairs);
    Parameters::read(query.get(1..).unwrap_or_default().as_bytes(), 100_000).unwrap()
}

fn asserted(assertion: &str) -> Parameters {
    posted(&[("client_assertion_type", JWT_BEARER), ("client_assertion", assertion)])
}

#[test]
fn a_secret_proves_its_own_service_and_no_other() {
    let (config, clients) = world(&json!({ "keys": [Signing::ec("a").jwk] }), "ES256");
    let prove = |headers: &HeaderMap, parameters: &Parameters| {
        clients
            .prove(&config, headers, parameters, FROM, NOW)
            .map(|proved| proved.client.to_string())
    };
    let nothing = posted(&[]);
    assert_eq!(prove(&basic("secretive", SECRET), &nothing).as_deref(), Ok("secretive"));
    let named = posted(&[("client_id", "secretive")]);
    assert_eq!(prove(&basic("secretive", SECRET), &named).as_deref(), Ok("secretive"));
    assert_eq!(prove(&basic("near", SECRET), &nothing).as_deref(), Ok("near"));
    for headers in [
        basic("secretive", "wrong"),
        basic("secretive", ""),
        basic("secretive", &SECRET.to_lowercase()),
        basic("nobody", SECRET),
        basic("", SECRET),
        // It has a key, and no secret at all: not even that of nothing.
        basic("signer", SECRET),
        basic("signer", ""),
        basic("far", SECRET),
        HeaderMap::new(),
        HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static("Bearer x"))]),
        HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static("Basic %%"))]),
    ] {
        assert!(matches!(prove(&headers, &nothing), Err(Unproved::Invalid(_))), "{headers:?}");
    }
    let other = posted(&[("client_id", "near")]);
    assert!(matches!(prove(&basic("secretive", SECRET), &other), Err(Unproved::Invalid(_))));
    // `client_secret_post` is not what was agreed.
    let in_body = posted(&[("client_id", "secretive"), ("client_secret", SECRET)]);
    assert!(matches!(prove(&HeaderMap::new(), &in_body), Err(Unproved::Invalid(_))));
    assert_eq!(prove(&basic("secretive", SECRET), &in_body), Err(Unproved::TwoWays));
}

#[test]
fn basic_is_form_encoded_before_it_is_put_together() {
    let read = |text: &str| credentials(&format!("basic {}", STANDARD.encode(text)));
    let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
    assert_eq!(read("a:b"), pair("a", "b"));
    assert_eq!(read("a%2Db:c%3Ad+e"), pair("a-b", "c:d e"));
    assert_eq!(read("a:b:c"), pair("a", "b:c"));
    for text in ["a", "", ":", "a=b:c", "a&b:c", "a:b&c"] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn an_assertion_proves_what_it_says_and_nothing_else() {
    for (signing, algorithm) in [(Signing::ec("a"), "ES256"), (Signing::rsa("a"), "RS256")] {
        let (config, clients) = world(&json!({ "keys": [signing.jwk] }), algorithm);
        let prove = |assertion: &str| {
            clients.prove(&config, &HeaderMap::new(), &asserted(assertion), FROM, NOW)
        };
        let with = |name: &str, value: Value| {
            let mut changed = claims();
            if value.is_null() {
                changed.as_object_mut().unwrap().remove(name);
            } else {
                changed[name] = value;
            }
            prove(&signing.sign(&changed))
        };
        let proved = prove(&signing.sign(&claims())).unwrap();
        assert_eq!(proved.client.as_str(), "signer");
        let Assertion { jti, issued_at, expires_at } = proved.assertion.unwrap();
        assert_eq!((jti.as_str(), issued_at, expires_at), ("once", Some(NOW), NOW + 60));
        let table = [
            ("aud", json!("https://login.example.jp"), true),
            ("aud", json!("https://login.example.jp/"), false),
            ("aud", json!("https://evil.example.jp/token"), false),
            ("aud", json!(["https://login.example.jp/token"]), false),
            ("aud", json!(["https://login.example.jp", "https://evil.example.jp"]), false),
            ("aud", Value::Null, false),
            ("iss", json!("near"), false),
            ("iss", json!("secretive"), false),
            ("sub", json!("near"), false),
            ("sub", Value::Null, false),
            ("jti", Value::Null, false),
            ("jti", json!(""), false),
            ("jti", json!("j".repeat(257)), false),
            ("exp", Value::Null, false),
            ("exp", json!(NOW - 149), true),
            ("exp", json!(NOW - 151), false),
            ("exp", json!(NOW + 449), true),
            ("exp", json!(NOW + 451), false),
            ("exp", json!(i64::MAX), false),
            ("exp", json!(i64::MIN), false),
            ("exp", json!("soon"), false),
            ("iat", Value::Null, true),
            ("iat", json!(NOW + 149), true),
            ("iat", json!(NOW + 151), false),
            ("nbf", json!(NOW + 151), false),
        ];
        for (name, value, good) in table {
            assert_eq!(with(name, value.clone()).is_ok(), good, "{name} = {value}");
        }
        // Somebody else's key, under the same name.
        assert!(prove(&Signing::ec("a").sign(&claims())).is_err());
        let whole = signing.sign(&claims());
        let (signed, signature) = whole.rsplit_once('.').unwrap();
        for forged in [
            format!("{signed}."),
            format!("{signed}.{}", signature.replace(['A', 'B', 'C'], "D")),
            signed.to_owned(),
            format!("{whole}.x"),
            whole.repeat(20),
        ] {
            assert!(prove(&forged).is_err(), "{forged}");
        }
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
        let payload = whole.split('.').nth(1).unwrap();
        assert!(prove(&format!("{none}.{payload}.")).is_err());
        // The public half as the secret of another algorithm.
        let secret = EncodingKey::from_secret(signing.jwk.to_string().as_bytes());
        let mac = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims(), &secret).unwrap();
        assert!(prove(&mac).is_err());

        let other_type = posted(&[("client_assertion_type", "x"), ("client_assertion", &whole)]);
        assert!(clients.prove(&config, &HeaderMap::new(), &other_type, FROM, NOW).is_err());
        let both =
            clients.prove(&config, &basic("secretive", SECRET), &asserted(&whole), FROM, NOW);
        assert_eq!(both.unwrap_err(), Unproved::TwoWays);
    }
}

#[test]
fn a_file_of_keys_has_one_that_fits() {
    let (ec, rsa) = (Signing::ec("a").jwk, Signing::rsa("b").jwk);
    let p384 = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    let p384 =
        Signing::of(EncodingKey::from_ec_der(&p384.serialize_der()), "c", Algorithm::ES384).jwk;
    let mut for_encryption = ec.clone();
    for_encryption["use"] = json!("enc");
    let fits = |set: Value, algorithm| keys(set.to_string().as_bytes(), algorithm).map(|k| k.len());
    assert_eq!(fits(json!({ "keys": [ec, rsa] }), AssertionAlgorithm::Es256).unwrap(), 1);
    assert_eq!(fits(json!({ "keys": [ec, rsa] }), AssertionAlgorithm::Rs256).unwrap(), 1);
    for bad in [
        json!({ "keys": [] }),
        json!({ "keys": [rsa] }),
        json!({ "keys": [p384] }),
        json!({ "keys": [for_encryption] }),
        json!([ec]),
        json!("x"),
    ] {
        assert!(fits(bad.clone(), AssertionAlgorithm::Es256).is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn whatever_is_presented_proves_nothing(
        value in "\\PC{0,60}", assertion in "[A-Za-z0-9_-]{0,30}(\\.[A-Za-z0-9_-]{0,30}){0,4}",
    ) {
        let (config, clients) = world(&json!({ "keys": [Signing::ec("a").jwk] }), "ES256");
        let headers = HeaderValue::from_bytes(value.as_bytes())
            .map(|value| HeaderMap::from_iter([(header::AUTHORIZATION, value)]))
            .unwrap_or_default();
        prop_assert!(clients.prove(&config, &headers, &posted(&[]), FROM, NOW).is_err());
        let parameters = asserted(&assertion);
        prop_assert!(clients.prove(&config, &HeaderMap::new(), &parameters, FROM, NOW).is_err());
    }
}
