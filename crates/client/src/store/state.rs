//! An identity's state as it is on disk: JSON, DER in base64. Version 0.1.0 wrote it so, and what is here
//! may change only with a migration.

use serde::{Deserialize, Serialize};
use warifu_protocol::Protection;

use crate::model::{
    certificate::Certificate,
    identity::{KeyName, State, Withdrawal},
};

/// [`State`] on disk.
#[derive(Debug, Deserialize, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub(crate) enum StateRow {
    KeyReady {
        key: KeyName,
    },
    Active {
        key: KeyName,
        certificate: CertificateRow,
    },
    Renewing {
        key: KeyName,
        certificate: CertificateRow,
        next_key: KeyName,
    },
    Pending {
        key: KeyName,
        certificate: CertificateRow,
        next_key: KeyName,
        next_certificate: CertificateRow,
    },
    Replacing {
        before: Box<Self>,
        next_key: KeyName,
    },
    Retired {
        why: WithdrawalRow,
        certificate: CertificateRow,
    },
}

/// [`Withdrawal`] on disk.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WithdrawalRow {
    Revoked,
    Superseded,
}

/// [`Certificate`] on disk.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct CertificateRow {
    #[serde(with = "base64_der")]
    der: Vec<u8>,
    #[serde(with = "base64_der")]
    issuer_der: Vec<u8>,
    issuer: String,
    not_before: i64,
    not_after: i64,
}

/// [`Protection`] on disk.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ProtectionRow {
    Software,
    Hardware,
}

impl From<&State> for StateRow {
    fn from(state: &State) -> Self {
        match state {
            State::KeyReady { key } => Self::KeyReady { key: key.clone() },
            State::Active { key, certificate } => {
                Self::Active { key: key.clone(), certificate: certificate.into() }
            }
            State::Renewing { key, certificate, next_key } => Self::Renewing {
                key: key.clone(),
                certificate: certificate.into(),
                next_key: next_key.clone(),
            },
            State::Pending { key, certificate, next_key, next_certificate } => Self::Pending {
                key: key.clone(),
                certificate: certificate.into(),
                next_key: next_key.clone(),
                next_certificate: next_certificate.into(),
            },
            State::Replacing { before, next_key } => Self::Replacing {
                before: Box::new(before.as_ref().into()),
                next_key: next_key.clone(),
            },
            State::Retired { why, certificate } => {
                Self::Retired { why: (*why).into(), certificate: certificate.into() }
            }
        }
    }
}

impl From<StateRow> for State {
    fn from(row: StateRow) -> Self {
        match row {
            StateRow::KeyReady { key } => Self::KeyReady { key },
            StateRow::Active { key, certificate } => {
                Self::Active { key, certificate: certificate.into() }
            }
            StateRow::Renewing { key, certificate, next_key } => {
                Self::Renewing { key, certificate: certificate.into(), next_key }
            }
            StateRow::Pending { key, certificate, next_key, next_certificate } => Self::Pending {
                key,
                certificate: certificate.into(),
                next_key,
                next_certificate: next_certificate.into(),
            },
            StateRow::Replacing { before, next_key } => {
                Self::Replacing { before: Box::new((*before).into()), next_key }
            }
            StateRow::Retired { why, certificate } => {
                Self::Retired { why: why.into(), certificate: certificate.into() }
            }
        }
    }
}

impl From<Withdrawal> for WithdrawalRow {
    fn from(why: Withdrawal) -> Self {
        match why {
            Withdrawal::Revoked => Self::Revoked,
            Withdrawal::Superseded => Self::Superseded,
        }
    }
}

impl From<WithdrawalRow> for Withdrawal {
    fn from(row: WithdrawalRow) -> Self {
        match row {
            WithdrawalRow::Revoked => Self::Revoked,
            WithdrawalRow::Superseded => Self::Superseded,
        }
    }
}

impl From<&Certificate> for CertificateRow {
    fn from(certificate: &Certificate) -> Self {
        let Certificate { der, issuer_der, issuer, not_before, not_after } = certificate.clone();
        Self { der, issuer_der, issuer, not_before, not_after }
    }
}

impl From<CertificateRow> for Certificate {
    fn from(row: CertificateRow) -> Self {
        let CertificateRow { der, issuer_der, issuer, not_before, not_after } = row;
        Self { der, issuer_der, issuer, not_before, not_after }
    }
}

impl From<Protection> for ProtectionRow {
    fn from(protection: Protection) -> Self {
        match protection {
            Protection::Software => Self::Software,
            Protection::Hardware => Self::Hardware,
        }
    }
}

impl From<ProtectionRow> for Protection {
    fn from(row: ProtectionRow) -> Self {
        match row {
            ProtectionRow::Software => Self::Software,
            ProtectionRow::Hardware => Self::Hardware,
        }
    }
}

mod base64_der {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(der: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(der))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What versions up to this one have written for each state, to the letter.
    #[test]
    fn each_state_is_read_and_written_as_it_always_was() {
        let certificate = |der: &str| {
            format!(
                r#"{{"der":"{der}","issuer_der":"aXNzdWVy","issuer":"Sample Issuing Authority","not_before":1763000000,"not_after":1795000000}}"#
            )
        };
        let (one, two) = (certificate("AQEB"), certificate("AgIC"));
        let renewing =
            format!(r#"{{"state":"renewing","key":"k1","certificate":{one},"next_key":"k2"}}"#);
        let texts = [
            String::from(r#"{"state":"key-ready","key":"k1"}"#),
            format!(r#"{{"state":"active","key":"k1","certificate":{one}}}"#),
            renewing.clone(),
            format!(
                r#"{{"state":"pending","key":"k1","certificate":{one},"next_key":"k2","next_certificate":{two}}}"#
            ),
            format!(r#"{{"state":"replacing","before":{renewing},"next_key":"k3"}}"#),
            format!(r#"{{"state":"retired","why":"revoked","certificate":{one}}}"#),
            format!(r#"{{"state":"retired","why":"superseded","certificate":{one}}}"#),
        ];
        for text in texts {
            let state = State::from(serde_json::from_str::<StateRow>(&text).unwrap());
            assert_eq!(serde_json::to_string(&StateRow::from(&state)).unwrap(), text);
            let expected = if text.contains("retired") { [""; 0].as_slice() } else { &["k1"] };
            let keys: Vec<_> = state.keys().take(1).map(String::as_str).collect();
            assert_eq!(keys, expected, "{text}");
            if let Some(found) = state.certificate() {
                assert_eq!((found.der.as_slice(), found.not_after), (&[1; 3][..], 1_795_000_000));
            }
        }
    }

    #[test]
    fn each_protection_is_read_and_written_as_it_always_was() {
        for (text, expected) in
            [(r#""software""#, Protection::Software), (r#""hardware""#, Protection::Hardware)]
        {
            let read = Protection::from(serde_json::from_str::<ProtectionRow>(text).unwrap());
            assert_eq!(read, expected);
            assert_eq!(serde_json::to_string(&ProtectionRow::from(read)).unwrap(), text);
        }
    }
}
