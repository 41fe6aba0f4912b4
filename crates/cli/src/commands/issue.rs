//! `issue`: from the initial password to the certificate (SPEC A), or from an old PC to this one
//! (SPEC G2).

use serde_json::json;
use warifu_protocol::NextStep;

use super::{Context, Ended};
use crate::{arguments::IssueArguments, choice, exit::Exit};

pub(super) async fn run(context: &Context<'_>, arguments: IssueArguments) -> Ended {
    let Context { client, words, output } = context;
    let IssueArguments { customer, user, profile, transfer_code_stdin, password } = arguments;
    let profile = choice::profile(client.overview().await?.profiles, profile)?;
    context.without_app()?;
    context.sweep().await;

    let input = context.input(password.password_stdin);
    let transfer_code = if transfer_code_stdin { Some(input.transfer_code().await?) } else { None };
    let password = input.password().await?;
    let mut enrolment =
        client.start_enrolment(profile.id, &customer, &user, password, transfer_code).await?;
    let view = enrolment.view();
    output.line((words.issuing_for)(&view));
    let password_changed = match view.next {
        NextStep::ChangePassword { reason, .. } => {
            output.note((words.change_reason)(reason));
            let chosen =
                input.new_password(|candidate| enrolment.check_password(candidate)).await?;
            enrolment.change_password(chosen).await?;
            output.line(words.password_changed);
            true
        }
        NextStep::RequestCertificate => false,
    };
    let issued = enrolment.issue(|step| output.line((words.issuance_step)(step))).await?;
    output.line(words.issued);
    context.identity(&issued);
    output.document(&json!({ "identity": issued, "password_changed": password_changed }));
    Ok(Exit::Good)
}
