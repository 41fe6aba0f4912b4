//! The keystore, each key with a live signature, and each certificate.

use std::{sync::Arc, time::Duration};

use rustls_pki_types::CertificateDer;
use warifu_keystore::DeviceKey;
use warifu_protocol::{ErrorCode, IdentityAnswer};
use webpki::EndEntityCert;

use super::{Finding, Report};
use crate::{
    Failure,
    context::Context,
    model::{
        certificate::Certificate,
        stored::{StoredIdentity, StoredProfile},
    },
    view::{CheckName, Fact, FactName, SkipReason, Standing, WarningReason},
};

/// What is signed: of no use to anybody.
const MESSAGE: &[u8] = b"Warifu signs this to see whether it can";

/// For so long a person may take to answer the keystore's question.
const QUESTION: Duration = Duration::from_secs(60);

pub(super) async fn check(
    context: &Arc<Context>,
    report: &mut Report<'_>,
    profiles: &[StoredProfile],
) {
    let limit = report.limit + QUESTION;
    let now = context.now();
    let stored = context.blocking(|context| context.database.identities()).await;
    let known = stored.is_ok();
    let identities = stored.unwrap_or_default();
    let signs = identities.iter().any(|identity| identity.state.credential(now).is_some());
    let works =
        report.check_within(limit, CheckName::Keystore, None, keystore(context, !signs)).await;
    let held: Vec<_> =
        identities.iter().filter(|identity| identity.state.certificate().is_some()).collect();
    if held.is_empty() {
        for check in
            [CheckName::Key, CheckName::CertificateValidity, CheckName::CertificateStanding]
        {
            let because =
                if known { SkipReason::NoCertificate } else { SkipReason::EarlierFailure };
            report.skip(check, None, because);
        }
    }
    for identity in held {
        let subject = Some(identity.user_id.as_str());
        let Some(profile) = profiles.iter().find(|profile| profile.id == identity.profile_id)
        else {
            continue;
        };
        let standing = identity.standing(profile, now);
        let refusal = standing.refusal(identity.state.certificate());
        let Some((name, certificate)) = identity.state.credential(now) else {
            report.skip(CheckName::Key, subject, SkipReason::CertificateUnusable);
            report
                .check(
                    CheckName::CertificateValidity,
                    subject,
                    validity(identity, refusal, standing),
                )
                .await;
            report.skip(CheckName::CertificateStanding, subject, SkipReason::CertificateUnusable);
            continue;
        };
        let mut key = None;
        if works {
            let signs = async {
                match live_signature(context, name.clone(), certificate.clone()).await {
                    Ok(opened) => {
                        let facts = vec![protection(&opened)];
                        key = Some(opened);
                        Finding::passed(facts)
                    }
                    Err(failure) => Finding::from(failure),
                }
            };
            report.check_within(limit, CheckName::Key, subject, signs).await;
        } else {
            report.skip_all(&[CheckName::Key], subject);
        }
        let valid = refusal.is_none();
        report
            .check(CheckName::CertificateValidity, subject, validity(identity, refusal, standing))
            .await;
        match key {
            Some(key) if valid => {
                let asked = accepted(context, profile, certificate, key);
                report.check(CheckName::CertificateStanding, subject, asked).await;
            }
            Some(_) => {
                report.skip(
                    CheckName::CertificateStanding,
                    subject,
                    SkipReason::CertificateUnusable,
                );
            }
            None => report.skip_all(&[CheckName::CertificateStanding], subject),
        }
    }
}

/// Counts the keys, and if no certificate's key is going to sign, signs with one that is thrown away:
/// counting alone never asks the operating system.
async fn keystore(context: &Arc<Context>, sign: bool) -> Finding {
    let _guard = match context.lock_key_creation().await {
        Ok(guard) => guard,
        Err(failure) => return Finding::from(failure),
    };
    let worked = context.blocking(move |context| {
        let keys = context.keystore.list()?;
        let count = i64::try_from(keys.len()).unwrap_or(i64::MAX);
        if sign {
            let (name, key) = context.make_key()?;
            let signed = key.sign(MESSAGE);
            context.delete_own_key(&name)?;
            signed?;
        }
        Ok(vec![Fact::number(FactName::Keys, count)])
    });
    match worked.await {
        Ok(facts) => Finding::passed(facts),
        Err(failure) => Finding::from(failure),
    }
}

async fn live_signature(
    context: &Arc<Context>,
    name: String,
    certificate: Certificate,
) -> Result<Arc<dyn DeviceKey>, Failure> {
    context
        .blocking(move |context: &Context| {
            let key = context.open_key(&name)?;
            let signature = key.sign(MESSAGE)?;
            let der = CertificateDer::from(certificate.der.as_slice());
            let right = EndEntityCert::try_from(&der).is_ok_and(|certificate| {
                let algorithm = webpki::aws_lc_rs::ECDSA_P256_SHA256;
                certificate.verify_signature(algorithm, MESSAGE, &signature).is_ok()
            });
            if right { Ok(key) } else { Err(Failure::new(ErrorCode::KeyDamaged)) }
        })
        .await
}

fn protection(key: &Arc<dyn DeviceKey>) -> Fact {
    Fact::text(FactName::Protection, key.protection().as_str())
}

async fn validity(
    identity: &StoredIdentity,
    refusal: Option<Failure>,
    standing: Standing,
) -> Finding {
    let mut facts = Vec::new();
    if let Some(certificate) = identity.state.certificate() {
        facts.push(Fact::text(FactName::Thumbprint, certificate.thumbprint().as_str()));
        facts.push(Fact::number(FactName::NotBefore, certificate.not_before));
        facts.push(Fact::number(FactName::NotAfter, certificate.not_after));
    }
    match (refusal, standing) {
        (Some(failure), _) => Finding::failed(failure, facts),
        (None, Standing::RenewSoon { days_left }) => {
            facts.push(Fact::number(FactName::DaysLeft, days_left));
            Finding::warning(WarningReason::RenewSoon, facts)
        }
        (None, _) => Finding::passed(facts),
    }
}

/// Asks the backend for the certificate's identity, over mutual TLS; remembers nothing of the answer.
async fn accepted(
    context: &Arc<Context>,
    profile: &StoredProfile,
    certificate: &Certificate,
    key: Arc<dyn DeviceKey>,
) -> Finding {
    let connection = match context.dialer.service(&profile.profile, certificate, key) {
        Ok(connection) => connection,
        Err(failure) => return Finding::from(failure),
    };
    match connection.get::<IdentityAnswer>("/identity", None).await {
        Ok(answer) => {
            Finding::passed(vec![Fact::number(FactName::TriesLeft, answer.attempts_left)])
        }
        Err(failure) => Finding::from(failure),
    }
}
