//! Issuance: from a proved password to a stored certificate (FAQ 1-1③, 2-2; SPEC A).

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use warifu_keystore::{DeviceKey, Protection};
use warifu_protocol::{
    CertificateAnswer, CertificateRequest, Device, EnrolmentAnswer, EnrolmentRequest, ErrorCode,
    NextStep, PasswordChangeRequest, Policy, RuleCheck, SecretText, check_password,
};

use crate::{
    Client, Failure,
    certificate::{Certificate, Expected, thumbprint},
    client::identity_view,
    database::{Owner, StoredProfile},
    device_key::certificate_request,
    identity::{Event, State},
    transport::Connection,
    view::{EnrolmentView, IdentityView, IssuanceStep, KeyProtection},
};

/// An issuance in progress. Dropping it abandons nothing that is on disk.
#[derive(Debug)]
pub struct Enrolment {
    client: Client,
    profile: StoredProfile,
    connection: Connection,
    policy: Policy,
    owner: Owner,
    answer: EnrolmentAnswer,
}

impl Enrolment {
    pub(crate) async fn start(
        client: Client,
        profile_id: i64,
        customer_number: &str,
        user_id: &str,
        password: SecretText,
    ) -> Result<Self, Failure> {
        let customer_number = customer_number
            .trim()
            .parse()
            .map_err(|_| Failure::invalid_field("customer_number"))?;
        let user_id = user_id.trim().parse().map_err(|_| Failure::invalid_field("user_id"))?;
        if password.expose().is_empty() {
            return Err(Failure::invalid_field("password"));
        }
        let profile = client.profile(profile_id).await?;
        let mut owner =
            Owner { profile_id, customer_number, customer_name: String::new(), user_id };

        let connection = Connection::enrolment(&profile.profile, client.inner.limits)?;
        let policy = client.fetch_policy(profile_id, &connection).await?;
        let request = EnrolmentRequest {
            customer_number: owner.customer_number.clone(),
            user_id: owner.user_id.clone(),
            password,
            public_key: pending_key(&client, &owner)
                .await?
                .map(|key| thumbprint(key.public_key_der())),
            transfer_code: None,
        };
        let answer: EnrolmentAnswer = connection.post("/enrolments", None, &request).await?;
        owner.customer_name.clone_from(&answer.customer_name);
        Ok(Self { client, profile, connection, policy, owner, answer })
    }

    /// What the wizard shows next.
    #[must_use]
    pub fn view(&self) -> EnrolmentView {
        EnrolmentView {
            customer_name: self.owner.customer_name.clone(),
            next: self.answer.next,
            password_policy: self.policy.password,
        }
    }

    /// Checks a new password against the rules that need no history, for the live ticks.
    #[must_use]
    pub fn check_password(&self, candidate: &str) -> [RuleCheck; 4] {
        check_password(candidate, &self.policy.password)
    }

    /// Replaces the initial or expired password.
    ///
    /// # Errors
    ///
    /// `password-rejected` with the rules, `password-change-expired`, `password-not-initial`;
    /// whatever the way to the backend says.
    pub async fn change_password(&mut self, new_password: String) -> Result<(), Failure> {
        let request = PasswordChangeRequest { new_password: new_password.into() };
        self.connection
            .post_for_nothing("/enrolments/password", Some(&self.answer.grant), &request)
            .await?;
        self.answer.next = NextStep::RequestCertificate;
        Ok(())
    }

    /// Makes the key pair, obtains the certificate and stores both; `begun` hears of each step.
    ///
    /// Can be called again after any failure, and a new [`Enrolment`] can continue where this one
    /// was cut off: the same key gets the same certificate.
    ///
    /// # Errors
    ///
    /// The keystore's, the database's, `already-issued`, `enrolment-expired`; whatever the way to
    /// the backend says.
    pub async fn issue(
        &self,
        begun: impl Fn(IssuanceStep) + Send + Sync,
    ) -> Result<IdentityView, Failure> {
        begun(IssuanceStep::MakeKey);
        let key = self.key().await?;

        begun(IssuanceStep::Request);
        let request = self.certificate_request(&key).await?;
        let answer: CertificateAnswer = self
            .connection
            .post("/enrolments/certificate", Some(&self.answer.grant), &request)
            .await?;

        begun(IssuanceStep::Verify);
        let expected = Expected {
            customer: &self.owner.customer_number,
            user: &self.owner.user_id,
            public_key: key.public_key_der(),
            anchors: &self.profile.profile.anchors,
        };
        let certificate = Certificate::verify(&answer, expected, self.client.now())
            .map_err(|error| Failure::new(ErrorCode::UnexpectedAnswer).because(&error))?;

        begun(IssuanceStep::Store);
        let owner = self.owner.clone();
        let protection = protection_view(key.protection());
        let stored = self
            .client
            .blocking(move |inner| {
                inner.apply(&owner, protection, Event::CertificateReceived(certificate))
            })
            .await?;
        let profile = self.client.profile(self.profile.id).await?;
        Ok(identity_view(&stored, &profile, self.client.now(), false))
    }

    /// The key of an interrupted issuance, or a new one, stored before it is used.
    async fn key(&self) -> Result<Arc<dyn DeviceKey>, Failure> {
        if let Some(key) = pending_key(&self.client, &self.owner).await? {
            return Ok(key);
        }
        // Kept by the task, not by this future: a cancelled issuance must not let the sweep in
        // between the making of the key and its record.
        let client = self.client.clone();
        let owner = self.owner.clone();
        tokio::spawn(async move {
            let _guard = client.inner.making_key.lock().await;
            client
                .blocking(move |inner| {
                    let (reference, key) = inner.keystore.create()?;
                    let made = Event::KeyMade(reference.to_string());
                    inner.apply(&owner, protection_view(key.protection()), made)?;
                    Ok(key)
                })
                .await
        })
        .await?
    }

    async fn certificate_request(
        &self,
        key: &Arc<dyn DeviceKey>,
    ) -> Result<CertificateRequest, Failure> {
        let device = Device {
            name: device_name(),
            os: String::from(std::env::consts::OS),
            app_version: String::from(env!("CARGO_PKG_VERSION")),
            key_protection: String::from(match protection_view(key.protection()) {
                KeyProtection::Software => "software",
                KeyProtection::Hardware => "hardware",
            }),
        };
        let key = Arc::clone(key);
        let csr = self.client.blocking(move |_| certificate_request(key.as_ref())).await?;
        Ok(CertificateRequest { csr: STANDARD.encode(csr), device })
    }
}

/// The key of an interrupted issuance. A damaged or vanished one is no obstacle: it certified
/// nothing that is on this PC, so a new one takes its place.
async fn pending_key(
    client: &Client,
    owner: &Owner,
) -> Result<Option<Arc<dyn DeviceKey>>, Failure> {
    let owner = owner.clone();
    client
        .blocking(move |inner| {
            let Some(identity) = inner.database.identity_of(&owner)? else {
                return Ok(None);
            };
            let State::KeyReady { key } = identity.state else {
                return Ok(None);
            };
            match inner.open_key(&key) {
                Ok(key) => Ok(Some(key)),
                Err(failure)
                    if matches!(failure.code, ErrorCode::KeyMissing | ErrorCode::KeyDamaged) =>
                {
                    tracing::warn!(%failure, "the key of an interrupted issuance cannot be used");
                    Ok(None)
                }
                Err(failure) => Err(failure),
            }
        })
        .await
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
