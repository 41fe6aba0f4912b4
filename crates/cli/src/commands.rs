//! The commands, one file for each subject.

pub(crate) mod audit;
mod doctor;
mod issue;
mod login;
mod profile;
mod proxy;
mod renew;
mod status;
mod transfer;

use warifu_client::{Client, view::IdentityView};

use crate::{
    arguments::{Command, ProfileCommand, ProxyCommand},
    choice::{self, CertificateName},
    exit::Exit,
    input::Input,
    output::Output,
    text::Words,
    trouble::{Refusal, Trouble},
};

/// How a command ends.
pub(crate) type Ended = Result<Exit, Trouble>;

/// What every command works with.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) client: Client,
    pub(crate) words: &'static Words,
    pub(crate) output: &'a Output,
}

/// Does what was asked for.
pub(crate) async fn run(context: &Context<'_>, command: Command) -> Ended {
    match command {
        Command::Status => status::run(context).await,
        Command::Profile(ProfileCommand::Add { file }) => profile::add(context, &file).await,
        Command::Profile(ProfileCommand::List) => profile::list(context).await,
        Command::Profile(ProfileCommand::Remove { id }) => profile::remove(context, id).await,
        Command::Proxy(ProxyCommand::List) => proxy::list(context).await,
        Command::Proxy(ProxyCommand::Login { user, at, password }) => {
            proxy::login(context, user, at, password).await
        }
        Command::Proxy(ProxyCommand::Forget) => proxy::forget(context).await,
        Command::Issue(arguments) => issue::run(context, arguments).await,
        Command::Login(arguments) => login::run(context, arguments).await,
        Command::Renew(arguments) => renew::run(context, arguments).await,
        Command::Transfer(arguments) => transfer::run(context, arguments).await,
        Command::Doctor { bundle } => doctor::run(context, bundle).await,
    }
}

impl Context<'_> {
    fn input(&self, from_stdin: bool) -> Input<'_> {
        Input::new(self.words, self.output, from_stdin)
    }

    /// The certificate that is meant.
    async fn certificate(&self, name: Option<&CertificateName>) -> Result<IdentityView, Trouble> {
        choice::certificate(self.client.overview().await?.identities, name)
    }

    /// Refuses what would end somebody's session in the app, or take its issuance away.
    fn without_app(&self) -> Result<(), Trouble> {
        if self.client.app_is_open() { Err(Refusal::AppOpen.into()) } else { Ok(()) }
    }

    /// Deletes keys that an interrupted command left behind: on some PCs the app, which does it at
    /// each start, is never opened.
    async fn sweep(&self) {
        if let Err(failure) = self.client.sweep_orphaned_keys().await {
            tracing::warn!(%failure, "could not sweep orphaned keys");
        }
    }

    /// Says a labelled value, as one of several about a thing.
    fn fact(&self, label: &str, value: &str) {
        self.output.line(format!("  {}", (self.words.labelled)(label, value)));
    }

    /// Says all about a certificate.
    fn identity(&self, identity: &IdentityView) {
        let words = self.words;
        let title = format!("{} {}", words.certificate, identity.id);
        self.output.line((words.labelled)(&title, &(words.owner)(identity)));
        self.fact(words.standing_label, &(words.standing)(identity.standing));
        if let Some(certificate) = &identity.certificate {
            let from = words.moment(certificate.not_before);
            let until = words.moment(certificate.not_after);
            self.fact(words.validity, &(words.period)(&from, &until));
            self.fact(words.issuer, &certificate.issuer);
            self.fact(words.thumbprint, certificate.thumbprint.as_str());
        }
    }
}
