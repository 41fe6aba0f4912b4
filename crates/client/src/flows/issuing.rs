//! What issuance and renewal have in common: a key for a certificate, the request, the answer.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use warifu_keystore::{DeviceKey, Protection};
use warifu_protocol::{CertificateAnswer, CertificateRequest, Device, ErrorCode};

use crate::{
    Client, Failure,
    client::Inner,
    model::{
        certificate::{Certificate, Expected},
        identity::{Event, KeyName, State},
    },
    net::device_key::certificate_request,
    store::{Owner, StoredIdentity, StoredProfile},
    view::KeyProtection,
};

/// A key that waits for its certificate.
#[derive(Clone, Debug)]
pub(crate) struct AwaitingKey {
    pub(crate) name: KeyName,
    pub(crate) key: Arc<dyn DeviceKey>,
}

/// The key that `awaiting` finds in the identity's state, or a new one, stored before it is used.
///
/// A damaged or vanished one is no obstacle: it certified nothing that is on this PC. `event` says
/// what the new one is for; the state as it was is its argument.
pub(crate) async fn key(
    client: &Client,
    owner: &Owner,
    awaiting: fn(&State) -> Option<&KeyName>,
    event: impl Fn(Option<&State>, KeyName) -> Result<Event, Failure> + Send + 'static,
    lost: fn(KeyName) -> Option<Event>,
) -> Result<AwaitingKey, Failure> {
    // Kept by the task, not by this future: a cancelled issuance must not let the sweep in between
    // the making of the key and its record.
    let (client, owner) = (client.clone(), owner.clone());
    tokio::spawn(async move {
        let _guard = client.making_key().await?;
        client
            .blocking(move |inner| {
                if let Some(found) = awaiting_key(inner, &owner, awaiting, lost)? {
                    return Ok(found);
                }
                let (name, key) = inner.make_key()?;
                let state = inner.database.identity_of(&owner)?.map(|stored| stored.state);
                let made = event(state.as_ref(), name.clone())?;
                inner.apply(&owner, protection_view(key.protection()), made)?;
                Ok(AwaitingKey { name, key })
            })
            .await
    })
    .await?
}

/// The key of an interrupted issuance or renewal, if it can still be used.
pub(crate) fn awaiting_key(
    inner: &Inner,
    owner: &Owner,
    awaiting: fn(&State) -> Option<&KeyName>,
    lost: fn(KeyName) -> Option<Event>,
) -> Result<Option<AwaitingKey>, Failure> {
    let Some(identity) = inner.database.identity_of(owner)? else {
        return Ok(None);
    };
    let Some(name) = awaiting(&identity.state).cloned() else {
        return Ok(None);
    };
    match inner.open_key(&name) {
        Ok(key) => Ok(Some(AwaitingKey { name, key })),
        Err(failure) if matches!(failure.code, ErrorCode::KeyMissing | ErrorCode::KeyDamaged) => {
            tracing::warn!(%failure, "the key of an interrupted procedure cannot be used");
            if let Some(event) = lost(name) {
                inner.apply(owner, identity.protection, event)?;
            }
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

/// The request for a key's certificate.
pub(crate) async fn request(
    client: &Client,
    key: &Arc<dyn DeviceKey>,
) -> Result<CertificateRequest, Failure> {
    let device = Device {
        name: device_name(),
        os: String::from(std::env::consts::OS),
        app_version: client.inner.version.to_string(),
        key_protection: String::from(match protection_view(key.protection()) {
            KeyProtection::Software => "software",
            KeyProtection::Hardware => "hardware",
        }),
    };
    let key = Arc::clone(key);
    let csr = client.blocking(move |_| certificate_request(key.as_ref())).await?;
    Ok(CertificateRequest { csr: STANDARD.encode(csr), device })
}

/// Accepts an answer only if it is our key's certificate, in our name, from the profile's authority.
pub(crate) fn verify(
    client: &Client,
    profile: &StoredProfile,
    owner: &Owner,
    key: &Arc<dyn DeviceKey>,
    answer: &CertificateAnswer,
) -> Result<Certificate, Failure> {
    let expected = Expected {
        customer: &owner.customer_number,
        user: &owner.user_id,
        public_key: key.public_key_der(),
        anchors: &profile.profile.anchors,
    };
    Certificate::verify(answer, expected, client.now())
        .map_err(|error| Failure::new(ErrorCode::UnexpectedAnswer).because(&error))
}

/// Stores what an event leads to.
pub(crate) async fn store(
    client: &Client,
    owner: &Owner,
    protection: Protection,
    event: Event,
) -> Result<StoredIdentity, Failure> {
    let owner = owner.clone();
    let protection = protection_view(protection);
    client.blocking(move |inner| inner.apply(&owner, protection, event)).await
}

pub(crate) fn protection_view(protection: Protection) -> KeyProtection {
    match protection {
        Protection::Software => KeyProtection::Software,
    }
}

/// The computer's name, as its owner gave it.
fn device_name() -> String {
    let name = std::env::var("COMPUTERNAME")
        .ok()
        .or_else(|| std::fs::read_to_string("/etc/hostname").ok())
        .unwrap_or_default();
    name.trim().chars().filter(|c| !c.is_control()).take(64).collect()
}
