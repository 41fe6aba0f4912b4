//! Issuance: from a proved password to a stored certificate (FAQ 1-1③, 2-2; SPEC A).

use std::sync::Arc;

use warifu_protocol::{
    CertificateAnswer, EnrolmentAnswer, EnrolmentRequest, ErrorCode, NextStep,
    PasswordChangeRequest, Policy, RuleCheck, SecretText, Thumbprint, check_password,
};

use super::{
    issuing::{self, AwaitingKey, Purpose},
    login::Login,
};
use crate::{
    Failure,
    context::Context,
    model::{
        certificate::thumbprint,
        identity::Event,
        stored::{Owner, StoredProfile},
    },
    net::Connection,
    view::{EnrolmentView, IdentityView, IssuanceStep},
};

/// An issuance in progress. Dropping it abandons nothing that is on disk.
#[derive(Debug)]
pub struct Enrolment {
    context: Arc<Context>,
    profile: StoredProfile,
    connection: Connection,
    policy: Policy,
    owner: Owner,
    answer: EnrolmentAnswer,
}

impl Enrolment {
    pub(crate) async fn start(
        context: Arc<Context>,
        profile_id: i64,
        customer_number: &str,
        user_id: &str,
        password: SecretText,
        transfer_code: Option<SecretText>,
    ) -> Result<Self, Failure> {
        let customer_number = customer_number
            .trim()
            .parse()
            .map_err(|_| Failure::invalid_field("customer_number"))?;
        let user_id = user_id.trim().parse().map_err(|_| Failure::invalid_field("user_id"))?;
        if password.expose().is_empty() {
            return Err(Failure::invalid_field("password"));
        }
        let transfer_code = transfer_code
            .map(|code| code.expose().parse())
            .transpose()
            .map_err(|_| Failure::new(ErrorCode::TransferCodeInvalid))?;
        let profile = context.profile(profile_id).await?;
        let mut owner = Owner {
            profile_id,
            customer_number,
            customer_name: String::new(),
            user_id,
            holder_name: None,
        };

        let connection = context.dialer.enrolment(&profile.profile)?;
        let policy = context.current_policy(&profile, &connection).await?;
        Failure::unless_possible(&password, &policy.password)?;
        let public_key = pending_key(&context, &owner).await?;
        if public_key.is_none() {
            // It would end in a certificate that cannot log in, and with a code it would put the old
            // PC, which can, out of use. One that was begun may already have done so, and goes on.
            context.check_version(&policy)?;
        }
        if transfer_code.is_some() {
            refuse_on_same_pc(&context, &owner).await?;
        }
        let request = EnrolmentRequest {
            customer_number: owner.customer_number.clone(),
            user_id: owner.user_id.clone(),
            password,
            public_key,
            transfer_code,
        };
        let answer: EnrolmentAnswer = connection.post("/enrolments", None, &request).await?;
        owner.customer_name.clone_from(&answer.customer_name);
        owner.holder_name.clone_from(&answer.name);
        Ok(Self { context, profile, connection, policy, owner, answer })
    }

    /// What the wizard shows next.
    #[must_use]
    pub fn view(&self) -> EnrolmentView {
        EnrolmentView {
            customer_name: self.owner.customer_name.clone(),
            holder_name: self.owner.holder_name.clone(),
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
    pub async fn change_password(&mut self, new_password: SecretText) -> Result<(), Failure> {
        let request = PasswordChangeRequest { new_password };
        self.connection
            .post_for_nothing("/enrolments/password", Some(&self.answer.ticket), &request)
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
        let (context, owner) = (&self.context, &self.owner);
        begun(IssuanceStep::MakeKey);
        let AwaitingKey { name, key } = issuing::key(context, owner, Purpose::Issuance).await?;

        begun(IssuanceStep::Request);
        let request = issuing::request(context, &key).await?;
        let answer: CertificateAnswer = self
            .connection
            .post("/enrolments/certificate", Some(&self.answer.ticket), &request)
            .await?;

        begun(IssuanceStep::Verify);
        let certificate = issuing::verify(context, &self.profile, owner, &key, &answer)?;

        begun(IssuanceStep::Store);
        let received = Event::CertificateReceived { key: name, certificate };
        let stored = issuing::store(context, owner, key.protection(), received).await?;
        let profile = context.profile(self.profile.id).await?;
        Ok(IdentityView::of(&stored, &profile, context.now(), false))
    }
}

/// A code is for another PC than the one whose certificate it takes the place of. Whether the one that
/// is here still works, only the backend knows: the user may have moved away and be coming back.
async fn refuse_on_same_pc(context: &Arc<Context>, owner: &Owner) -> Result<(), Failure> {
    let wanted = owner.clone();
    let found = context.blocking(move |context| context.database.identity_of(&wanted)).await?;
    // One that was begun goes on: the backend has allowed it already.
    let Some(identity) = found.filter(|identity| identity.state.awaiting().is_none()) else {
        return Ok(());
    };
    let Err(failure) = Login::prove(Arc::clone(context), identity.id).await else {
        return Err(Failure::new(ErrorCode::TransferSamePc));
    };
    let of_no_use = matches!(
        failure.code,
        ErrorCode::CertificateExpired
            | ErrorCode::CertificateMissing
            | ErrorCode::CertificateRevoked
            | ErrorCode::CertificateSuperseded
            | ErrorCode::CertificateUnknown
            | ErrorCode::KeyDamaged
            | ErrorCode::KeyMissing
    );
    if of_no_use { Ok(()) } else { Err(failure) }
}

async fn pending_key(context: &Arc<Context>, owner: &Owner) -> Result<Option<Thumbprint>, Failure> {
    let owner = owner.clone();
    context
        .blocking(move |context| {
            let found = issuing::awaiting_key(context, &owner, Purpose::Issuance)?;
            Ok(found.map(|found| thumbprint(found.key.public_key_der())))
        })
        .await
}
