//! What issuance and renewal have in common: a key for a certificate, the request, the answer.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use warifu_keystore::DeviceKey;
use warifu_protocol::{CertificateAnswer, Device, ErrorCode, IssuanceRequest, Protection};

use crate::{
    Failure,
    context::Context,
    model::{
        certificate::{Certificate, Expected},
        identity::{Event, KeyName, State},
        stored::{Owner, StoredIdentity, StoredProfile},
    },
    net::device_key::certificate_request,
};

/// A key that waits for its certificate.
#[derive(Clone, Debug)]
pub(crate) struct AwaitingKey {
    pub(crate) name: KeyName,
    pub(crate) key: Arc<dyn DeviceKey>,
}

/// What a new key is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// The first certificate, or one in place of what is here.
    Issuance,
    /// The certificate that follows the one in use.
    Renewal,
}

impl Purpose {
    /// The key that was made for it and waits for its certificate.
    fn awaiting(self, state: &State) -> Option<&KeyName> {
        match self {
            Self::Issuance => state.awaiting(),
            Self::Renewal => match state.in_use() {
                State::Renewing { next_key, .. } | State::Pending { next_key, .. } => {
                    Some(next_key)
                }
                State::KeyReady { .. }
                | State::Active { .. }
                | State::Replacing { .. }
                | State::Retired { .. } => None,
            },
        }
    }

    /// What happens when a key was made for it; the state as it was decides.
    fn made(self, state: Option<&State>, key: KeyName) -> Result<Event, Failure> {
        match self {
            Self::Issuance => Ok(Event::KeyMade(key)),
            Self::Renewal => match state.map(State::in_use) {
                Some(State::Active { key: current, .. }) => {
                    Ok(Event::RenewalKeyMade { key: current.clone(), next: key })
                }
                Some(_) | None => Err(Failure::new(ErrorCode::RenewalOutdated)),
            },
        }
    }

    /// What happens when the key that was made for it is lost.
    fn lost(self, key: KeyName) -> Option<Event> {
        match self {
            Self::Issuance => None,
            Self::Renewal => Some(Event::RenewalAbandoned { next: key }),
        }
    }
}

/// The key that waits in the identity's state, or a new one, stored before it is used.
///
/// A damaged or vanished one is no obstacle: it certified nothing that is on this PC.
pub(crate) async fn key(
    context: &Arc<Context>,
    owner: &Owner,
    purpose: Purpose,
) -> Result<AwaitingKey, Failure> {
    // Kept by the task, not by this future: a cancelled issuance must not let the sweep in between
    // the making of the key and its record.
    let (context, owner) = (Arc::clone(context), owner.clone());
    tokio::spawn(async move {
        let _guard = context.lock_key_creation().await?;
        context
            .blocking(move |context| {
                if let Some(found) = awaiting_key(context, &owner, purpose)? {
                    return Ok(found);
                }
                let (name, key) = context.make_key()?;
                let state = context.database.identity_of(&owner)?.map(|stored| stored.state);
                let made = purpose.made(state.as_ref(), name.clone())?;
                context.apply(&owner, key.protection(), made)?;
                Ok(AwaitingKey { name, key })
            })
            .await
    })
    .await?
}

/// The key of an interrupted issuance or renewal, if it can still be used. Blocks.
pub(crate) fn awaiting_key(
    context: &Context,
    owner: &Owner,
    purpose: Purpose,
) -> Result<Option<AwaitingKey>, Failure> {
    let Some(identity) = context.database.identity_of(owner)? else {
        return Ok(None);
    };
    let Some(name) = purpose.awaiting(&identity.state).cloned() else {
        return Ok(None);
    };
    match context.open_key(&name) {
        Ok(key) => Ok(Some(AwaitingKey { name, key })),
        Err(failure) if matches!(failure.code, ErrorCode::KeyMissing | ErrorCode::KeyDamaged) => {
            tracing::warn!(%failure, "the key of an interrupted procedure cannot be used");
            if let Some(event) = purpose.lost(name) {
                context.apply(owner, identity.protection, event)?;
            }
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

/// The request for a key's certificate.
pub(crate) async fn request(
    context: &Arc<Context>,
    key: &Arc<dyn DeviceKey>,
) -> Result<IssuanceRequest, Failure> {
    let device = Device {
        name: device_name(),
        os: String::from(std::env::consts::OS),
        app_version: context.version.to_string(),
        key_protection: key.protection(),
    };
    let key = Arc::clone(key);
    let csr = context.blocking(move |_| certificate_request(key.as_ref())).await?;
    Ok(IssuanceRequest { csr: STANDARD.encode(csr), device })
}

/// Accepts an answer only if it is our key's certificate, in our name, from the profile's authority.
pub(crate) fn verify(
    context: &Arc<Context>,
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
    Certificate::verify(answer, expected, context.now())
        .map_err(|error| Failure::new(ErrorCode::UnexpectedAnswer).because(&error))
}

/// Stores what an event leads to.
pub(crate) async fn store(
    context: &Arc<Context>,
    owner: &Owner,
    protection: Protection,
    event: Event,
) -> Result<StoredIdentity, Failure> {
    let owner = owner.clone();
    context.blocking(move |context| context.apply(&owner, protection, event)).await
}

/// The computer's name, as its owner gave it.
fn device_name() -> String {
    let name = std::env::var("COMPUTERNAME")
        .ok()
        .or_else(|| std::fs::read_to_string("/etc/hostname").ok())
        .unwrap_or_default();
    name.trim().chars().filter(|c| !c.is_control()).take(64).collect()
}
