//! The conversation with the mail server, step by step, each with its time limit.
//!
//! The steps are taken one by one rather than with lettre's transport, because what a failure means
//! depends on where it happens: up to the server's answer to `DATA` the letter is certainly not
//! taken; after it nobody knows, unless the server says so.

use std::{
    future::Future,
    net::IpAddr,
    time::{Duration, SystemTime},
};

use anyhow::{Context as _, ensure};
use lettre::{
    Address, Message,
    message::{
        Mailbox, SinglePart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error as SmtpError,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::ClientId,
        response::Severity,
    },
};
use warifu_protocol::{EmailAddress, Timestamp};

use crate::mail::{
    outbox::Outcome,
    settings::{MailConfig, Security},
};

/// What hands letters to the configured mail server.
pub(crate) struct Mailer {
    host: String,
    port: u16,
    security: Security,
    tls: Option<TlsParameters>,
    hello: ClientId,
    from: Address,
    credentials: Option<Credentials>,
    step: Duration,
}

/// Why a letter was not asked for; the server has not got it.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Problem {
    /// The mail server takes no letters at all now.
    Server(String),
    /// It does not take this letter now.
    Letter(String),
    /// It will never take this letter.
    Refused(String),
}

/// A mail server that has asked for the letter.
pub(crate) struct Open<'a> {
    mailer: &'a Mailer,
    connection: AsyncSmtpConnection,
}

/// Why a step failed.
enum Fault {
    Said { permanent: bool, closing: bool, why: String },
    Broke(String),
}

impl Mailer {
    /// Reads what the configuration names. `server_names` are the backend's own.
    pub(crate) fn new(config: &MailConfig, server_names: &[String]) -> anyhow::Result<Self> {
        let tls = match config.security {
            Security::None => None,
            Security::StartTls | Security::Tls => Some(tls(config)?),
        };
        let credentials = match &config.user {
            Some(user) => {
                Some(Credentials::new(user.clone(), config.password()?.as_str().to_owned()))
            }
            None => None,
        };
        let name = server_names.iter().find(|name| name.parse::<IpAddr>().is_err());
        Ok(Self {
            host: config.host.clone(),
            port: config.port,
            security: config.security,
            tls,
            hello: name.map_or_else(ClientId::default, |name| ClientId::Domain(name.clone())),
            from: config.from.as_str().parse().context("mail.from")?,
            credentials,
            step: config.timeout(),
        })
    }

    /// A letter as it is sent. `id` is the same each time the same letter is tried.
    pub(crate) fn message(
        &self,
        service_name: &str,
        to: &EmailAddress,
        id: &str,
        subject: String,
        text: String,
        now: Timestamp,
    ) -> anyhow::Result<Vec<u8>> {
        let date = Duration::from_secs(now.try_into().unwrap_or_default());
        // Nobody answers a machine (RFC 3834): no notes of absence come back.
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let message = Message::builder()
            .from(Mailbox::new(Some(one_line(service_name)), self.from.clone()))
            .to(Mailbox::new(None, to.as_str().parse()?))
            .subject(one_line(&subject))
            .date(SystemTime::UNIX_EPOCH + date)
            .message_id(Some(format!("<{id}@{}>", self.from.domain())))
            .raw_header(HeaderValue::new(automatic, String::from("auto-generated")))
            .singlepart(SinglePart::plain(text))?;
        Ok(message.formatted())
    }

    /// Goes as far as the server's asking for the letter to `to`.
    pub(crate) async fn open(&self, to: &EmailAddress) -> Result<Open<'_>, Problem> {
        let to: Address =
            to.as_str().parse().map_err(|error| Problem::Refused(format!("{error}")))?;
        // Until the recipient is named, whatever the server says is about all letters.
        let mut connection = self.connect().await.map_err(|fault| Problem::Server(fault.why()))?;
        let named = connection.command(Mail::new(Some(self.from.clone()), Vec::new()));
        within(self.step, named).await.map_err(|fault| Problem::Server(fault.why()))?;
        let addressed = within(self.step, connection.command(Rcpt::new(to, Vec::new()))).await;
        if let Err(fault) = addressed {
            self.leave(connection).await;
            return Err(fault.of_letter());
        }
        let asked = match within(self.step, connection.command(Data)).await {
            Ok(answer) => answer,
            Err(fault) => {
                self.leave(connection).await;
                return Err(fault.of_letter());
            }
        };
        if asked.code().severity != Severity::PositiveIntermediate {
            return Err(Problem::Letter(format!("to DATA the server said {}", asked.code())));
        }
        Ok(Open { mailer: self, connection })
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Fault> {
        let at_once = match self.security {
            Security::Tls => self.tls.clone(),
            Security::StartTls | Security::None => None,
        };
        let connecting = AsyncSmtpConnection::connect_tokio1(
            (self.host.as_str(), self.port),
            Some(self.step),
            &self.hello,
            at_once,
            None,
        );
        let mut connection = within(self.step, connecting).await?;
        if self.security == Security::StartTls
            && let Some(tls) = &self.tls
        {
            within(self.step, connection.starttls(tls.clone(), &self.hello)).await?;
        }
        if let Some(credentials) = &self.credentials {
            within(self.step, connection.auth(DEFAULT_MECHANISMS, credentials)).await?;
        }
        Ok(connection)
    }

    /// Takes leave; what the server says to that changes nothing.
    async fn leave(&self, mut connection: AsyncSmtpConnection) {
        const POLITE: Duration = Duration::from_secs(5);
        let _ = tokio::time::timeout(POLITE.min(self.step), connection.quit()).await;
    }
}

impl Open<'_> {
    /// Hands the letter over.
    pub(crate) async fn deliver(mut self, message: &[u8]) -> Outcome {
        match within(self.mailer.step, self.connection.message(message)).await {
            Ok(answer) if answer.code().severity == Severity::PositiveCompletion => {
                let answer = told(&answer.message().collect::<Vec<_>>().join(" "));
                self.mailer.leave(self.connection).await;
                Outcome::Sent(answer)
            }
            Ok(answer) => Outcome::Uncertain(format!("the server said {}", answer.code())),
            Err(Fault::Said { permanent: true, why, .. }) => Outcome::Refused(why),
            Err(Fault::Said { permanent: false, why, .. }) => {
                Outcome::Later { why, server_fails: false }
            }
            Err(Fault::Broke(why)) => Outcome::Uncertain(why),
        }
    }
}

impl Fault {
    fn why(self) -> String {
        match self {
            Self::Said { why, .. } | Self::Broke(why) => why,
        }
    }

    /// What it means once the recipient has been named.
    fn of_letter(self) -> Problem {
        match self {
            Self::Said { closing: true, why, .. } | Self::Broke(why) => Problem::Server(why),
            Self::Said { permanent: true, why, .. } => Problem::Refused(why),
            Self::Said { permanent: false, why, .. } => Problem::Letter(why),
        }
    }
}

fn tls(config: &MailConfig) -> anyhow::Result<TlsParameters> {
    let mut parameters = TlsParameters::builder(config.host.clone());
    if let Some(path) = &config.trust_anchors_file {
        let text = std::fs::read(path)
            .with_context(|| format!("cannot read mail.trust_anchors_file {}", path.display()))?;
        ensure!(
            text.windows(10).any(|part| part == b"-----BEGIN"),
            "mail.trust_anchors_file {}: there is no PEM certificate in it",
            path.display()
        );
        let anchors = Certificate::from_pem(&text)
            .with_context(|| format!("mail.trust_anchors_file {}", path.display()))?;
        parameters = parameters.add_root_certificate(anchors);
    }
    parameters.build().context("TLS to the mail server cannot be prepared")
}

async fn within<T>(
    limit: Duration,
    step: impl Future<Output = Result<T, SmtpError>>,
) -> Result<T, Fault> {
    match tokio::time::timeout(limit, step).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => {
            let why = told(&error.to_string());
            if error.is_transient() || error.is_permanent() {
                // 421: it is closing the connection, whatever was asked (RFC 5321 §3.8).
                let closing = error.status().is_some_and(|code| code.to_string() == "421");
                Err(Fault::Said { permanent: error.is_permanent(), closing, why })
            } else {
                Err(Fault::Broke(why))
            }
        }
        Err(_) => Err(Fault::Broke(format!("no answer within {} s", limit.as_secs()))),
    }
}

/// The server's words, fit to be kept and shown.
fn told(text: &str) -> String {
    const MOST: usize = 300;
    one_line(text).chars().take(MOST).collect()
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_ascii_on_the_wire_and_has_one_line_for_each_header() {
        let config: MailConfig = toml::from_str(
            "host = 'localhost'\nport = 25\nsecurity = 'none'\nfrom = 'warifu@example.jp'",
        )
        .unwrap();
        let mailer = Mailer::new(&config, &[String::from("127.0.0.1")]).unwrap();
        let message = mailer
            .message(
                "サンプル電子債権サービス\r\nBcc: thief@example.com",
                &"kanri01@example.jp".parse().unwrap(),
                "expiry-1",
                String::from("有効期限まであと28日です\nBcc: thief@example.com"),
                String::from("平素より\n.\nお世話になっております。"),
                1_795_359_600,
            )
            .unwrap();
        assert!(message.is_ascii());
        let text = String::from_utf8(message).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(!head.to_ascii_lowercase().contains("\nbcc:"), "{head}");
        for line in [
            "To: kanri01@example.jp",
            "Message-ID: <expiry-1@example.jp>",
            "Auto-Submitted: auto-generated",
            "Date: Sun, 22 Nov 2026 15:00:00 +0000",
            "Content-Type: text/plain; charset=utf-8",
        ] {
            assert!(head.lines().any(|found| found == line), "{line} is not in\n{head}");
        }
        assert!(!body.contains("平素"));
    }
}
