//! `login`: whether a login works (SPEC B).

use serde_json::json;
use warifu_client::LoginStep;

use super::{Context, Ended};
use crate::{arguments::CertificateArguments, exit::Exit};

pub(super) async fn run(context: &Context<'_>, arguments: CertificateArguments) -> Ended {
    let Context { client, words, output } = context;
    let identity = context.certificate(arguments.certificate.as_ref()).await?;
    let login = client.prove_identity(identity.id).await?;
    let prompt = login.prompt().clone();
    output.line(words.accepted);
    output.line(format!("  {}", (words.owner)(&prompt.identity)));
    context.fact(words.attempts_left, &prompt.attempts_left.to_string());

    let input = context.input(arguments.password.password_stdin);
    let step = login.submit(input.password().await?).await?;
    let view = step.view();
    let (exit, logged_out) = match step {
        LoginStep::LoggedIn(session) => {
            output.line(words.logged_in);
            let expires = words.moment(session.view().password_expires_at);
            context.fact(words.password_expires, &expires);
            (Exit::Good, context.log_out(session).await)
        }
        LoginStep::PasswordChangeRequired(change) => {
            output.line((words.change_first)(change.reason()));
            (Exit::Attention, false)
        }
    };
    output.document(&json!({ "prompt": prompt, "login": view, "logged_out": logged_out }));
    Ok(exit)
}

impl Context<'_> {
    /// Ends a session; whether the backend has heard of it.
    pub(super) async fn log_out(&self, session: warifu_client::Session) -> bool {
        match session.logout().await {
            Ok(()) => {
                self.output.line(self.words.logged_out);
                true
            }
            Err(failure) => {
                tracing::warn!(%failure, "the backend did not hear of the logout");
                self.output.note(self.words.not_logged_out);
                false
            }
        }
    }
}
