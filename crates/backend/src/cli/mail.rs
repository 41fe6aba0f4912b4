//! Trying the mail server, and seeing after the letters.

use anyhow::{Context as _, bail};
use clap::Subcommand;
use serde_json::json;
use warifu_calendar::{ANNOUNCED_UNTIL, day_in_japan};
use warifu_protocol::{EmailAddress, Timestamp};

use super::{
    Dir,
    output::{self, told},
};
use crate::{
    config::Config,
    folder,
    mail::{
        letter::{self, Words},
        message::Message,
        outbox::{self, Blame, Outcome},
        smtp::Mailer,
    },
    random,
};

#[derive(Debug, Subcommand)]
pub(super) enum MailCommand {
    /// Send a letter through the configured mail server, to try it.
    Test {
        #[command(flatten)]
        dir: Dir,
        /// Whom to send it to.
        #[arg(long)]
        to: EmailAddress,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Say how many letters wait, are sent or have failed, and why.
    Status {
        #[command(flatten)]
        dir: Dir,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Let the running backend try the waiting and the failed letters again within a minute.
    Retry {
        #[command(flatten)]
        dir: Dir,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

pub(super) async fn run(command: MailCommand, now: Timestamp) -> anyhow::Result<()> {
    match command {
        MailCommand::Test { dir, to, json } => {
            let answer = test(&Config::load(&dir.dir)?, &to, now).await?;
            if json {
                return output::json(&json!({ "to": to, "answer": answer }));
            }
            output::line(format!("sent to {to}; the mail server said: {answer}"))?;
        }
        MailCommand::Status { dir, json } => {
            let is_configured = Config::load(&dir.dir)?.mail.is_some();
            let store = folder::look_at_store(&dir.dir)?;
            let status = store.read(outbox::status).await.map_err(told)?;
            if json {
                return output::json(&json!({
                    "configured": is_configured,
                    "outbox": status,
                    "holidays_announced_until": ANNOUNCED_UNTIL,
                }));
            }
            if day_in_japan(now).year() > ANNOUNCED_UNTIL {
                output::say(format!(
                    "this version knows the holidays that were announced until {ANNOUNCED_UNTIL}; those \
                     of later years are expected under the present law"
                ));
            }
            if !is_configured {
                output::say("warifu.toml has no section [mail]: nobody is warned by e-mail");
            }
            let counts = format!(
                "queued {}, sending {}, sent {}, failed {}, uncertain {}, dropped {}",
                status.queued,
                status.sending,
                status.sent,
                status.failed,
                status.uncertain,
                status.dropped
            );
            let letters = status.letters.into_iter().map(|letter| {
                let about = match letter.kind.as_str() {
                    "list" | "operators" | "address" => letter.kind,
                    kind => format!("{kind}, {} days", letter.threshold),
                };
                format!(
                    "  {}  {} {} ({about}): {} attempts; {}",
                    letter.state,
                    letter.customer_number.unwrap_or_default(),
                    letter.recipient,
                    letter.attempts,
                    letter.answer.unwrap_or_default()
                )
            });
            output::lines(std::iter::once(counts).chain(letters))?;
        }
        MailCommand::Retry { dir, json } => {
            let store = folder::open_store(&dir.dir)?;
            let retried = store.write(move |tx| outbox::retry(tx, now));
            let retried = retried.await.map_err(told)?;
            if json {
                return output::json(&json!({ "retried": retried }));
            }
            output::line(format!("{retried} letters are tried again"))?;
        }
    }
    Ok(())
}

async fn test(config: &Config, to: &EmailAddress, now: Timestamp) -> anyhow::Result<String> {
    let mail = config.mail.as_ref().context("warifu.toml has no section [mail]")?;
    let mailer = Mailer::new(mail, &config.server_names)?;
    let Words { subject, text } = letter::test_letter(&config.face().service_name);
    let id = format!("test-{:x}", u128::from_be_bytes(random::bytes()?));
    let message = Message {
        from: mailer.from(),
        from_name: config.service_name.as_str(),
        to,
        id: &id,
        subject: &subject,
        text: &text,
        at: now,
    };
    let outcome = match mailer.open(to).await {
        Ok(open) => open.deliver(&message.encode()).await,
        Err(outcome) => outcome,
    };
    match outcome {
        Outcome::Sent(answer) => Ok(answer),
        Outcome::Later { why, blame: Blame::Server } => {
            bail!("the mail server cannot be used: {why}")
        }
        Outcome::Later { why, blame: Blame::Letter | Blame::Unclear } => {
            bail!("not taken now: {why}")
        }
        Outcome::Refused(why) => bail!("refused: {why}"),
        Outcome::Uncertain(why) => bail!("nobody knows whether it was taken: {why}"),
        Outcome::NotBegun => bail!("not begun"),
    }
}
