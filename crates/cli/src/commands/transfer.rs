//! `transfer`: the old PC's part of a PC replacement (SPEC G2; FAQ 4-1).

use serde_json::json;
use warifu_client::LoginStep;

use super::{Context, Ended};
use crate::{arguments::CertificateArguments, exit::Exit};

pub(super) async fn run(context: &Context<'_>, arguments: CertificateArguments) -> Ended {
    let Context { client, words, output } = context;
    let identity = context.certificate(arguments.certificate.as_ref()).await?;
    let login = client.prove_identity(identity.id).await?;
    output.line((words.owner)(&login.prompt().identity));
    let input = context.input(arguments.password.password_stdin);
    match login.submit(input.password().await?).await? {
        LoginStep::LoggedIn(session) => {
            let shown = session.create_transfer_code().await;
            context.log_out(session).await;
            let shown = shown?;
            let code = shown.code.to_string();
            output.line((words.labelled)(words.transfer_code, &code));
            context.fact(words.valid_until, &words.moment(shown.expires_at));
            output.line(words.transfer_next);
            let expires_at = shown.expires_at;
            output.document(
                &json!({ "outcome": "code-shown", "code": code, "expires_at": expires_at }),
            );
            Ok(Exit::Good)
        }
        LoginStep::PasswordChangeRequired(change) => {
            output.line((words.change_first)(change.reason()));
            output.document(&json!({ "outcome": "password-change-required" }));
            Ok(Exit::Attention)
        }
    }
}
