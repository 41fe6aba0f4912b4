//! `renew`: renewal with start of use, and the end of one that was interrupted (SPEC D).

use serde::Serialize;
use warifu_client::{
    Client, LoginStep, Session,
    view::{IdentityView, RenewalState},
};

use super::{Context, Ended};
use crate::{
    arguments::CertificateArguments, choice::CertificateName, exit::Exit, input::Input,
    trouble::Trouble,
};

/// What was done.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    /// A new certificate was obtained, and its use started.
    Renewed,
    /// The use of one that was stored already was started.
    Finished,
}

#[derive(Debug, Serialize)]
struct Renewal {
    outcome: Outcome,
    identity: IdentityView,
    password_changed: bool,
}

pub(super) async fn run(context: &Context<'_>, arguments: CertificateArguments) -> Ended {
    let Context { client, words, output } = context;
    let identity = context.certificate(arguments.certificate.as_ref()).await?;
    context.without_app()?;
    context.sweep().await;

    let renewal = if identity.renewal == Some(RenewalState::Stored) {
        output.line(words.finishing);
        let begun = |step| output.line((words.renewal_step)(step));
        let identity = client.finish_renewal(identity.id, begun).await?;
        Renewal { outcome: Outcome::Finished, identity, password_changed: false }
    } else {
        let input = context.input(arguments.password.password_stdin);
        let (mut session, password_changed) = log_in(context, client, identity.id, input).await?;
        let renewed = session.renew(|step| output.line((words.renewal_step)(step))).await;
        // The renewal's own failure is the one to tell.
        let renewed = renewed.map(drop);
        context.log_out(session).await;
        renewed?;
        let identity = context.certificate(Some(&CertificateName::Id(identity.id))).await?;
        Renewal { outcome: Outcome::Renewed, identity, password_changed }
    };
    output.line(words.renewed);
    context.identity(&renewal.identity);
    output.document(&renewal);
    Ok(Exit::Good)
}

/// A session, and whether the password had to be changed for it.
async fn log_in(
    context: &Context<'_>,
    client: &Client,
    identity: i64,
    input: Input<'_>,
) -> Result<(Session, bool), Trouble> {
    let Context { words, output, .. } = context;
    let login = client.prove_identity(identity).await?;
    output.line(words.accepted);
    context.fact(words.attempts_left, &login.prompt().attempts_left.to_string());
    match login.submit(input.password().await?).await? {
        LoginStep::LoggedIn(session) => Ok((session, false)),
        LoginStep::PasswordChangeRequired(change) => {
            output.note((words.change_reason)(change.reason()));
            let chosen = input.new_password(|candidate| change.check_password(candidate)).await?;
            let session = change.submit(chosen).await?;
            output.line(words.password_changed);
            Ok((session, true))
        }
    }
}
