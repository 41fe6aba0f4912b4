//! Handing letters to the mail server, step by step, each with its time limit.
//!
//! The conversation is our own rather than a library's. What a failure means depends on where it
//! happens: up to the end of the text the letter is certainly not taken; after it nobody knows,
//! unless the server says so. And what a server says is a code and bytes (`reply`), whereas
//! libraries read text in UTF-8 and take everything else for a broken server.
//!
//! | file | |
//! |---|---|
//! | `reply` | the bytes of an answer |
//! | `dialogue` | one question, one answer, in turn |
//! | `login` | PLAIN and LOGIN |

mod dialogue;
mod login;
mod reply;

use std::{net::IpAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use warifu_protocol::EmailAddress;

use crate::{
    config::mail::{MailConfig, Security},
    mail::{
        outbox::{Blame, Outcome},
        smtp::{
            dialogue::{Dialogue, Fault, Wire, within},
            login::Login,
            reply::{Meaning, Reply},
        },
    },
    trust,
};

/// Where what vouches for the mail server stands in the configuration.
const TRUST: &str = "mail.trust_anchors_file";

/// What hands letters to the configured mail server.
pub(crate) struct Mailer {
    host: String,
    port: u16,
    protection: Protection,
    hello: String,
    from: EmailAddress,
    login: Option<Login>,
    step: Duration,
}

enum Protection {
    None,
    StartTls(Tls),
    Tls(Tls),
}

struct Tls {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

/// What a server says it can do (RFC 5321 §4.1.1.1).
#[derive(Debug, Default)]
struct Offers {
    start_tls: bool,
    /// The ways to log in, in capital letters.
    logins: Vec<String>,
}

/// A mail server that has asked for the letter.
pub(crate) struct Open {
    dialogue: Dialogue,
}

impl Mailer {
    /// Reads what the configuration names. `server_names` are the backend's own.
    pub(crate) fn new(
        config: &MailConfig,
        server_names: &[warifu_protocol::ServerName],
    ) -> anyhow::Result<Self> {
        let tls = || -> anyhow::Result<Tls> {
            let name =
                ServerName::try_from(config.host.as_str().to_owned()).context("mail.host")?;
            let config = trust::config(TRUST, config.trust_anchors_file.as_deref())?;
            Ok(Tls { config, name })
        };
        let protection = match config.security {
            Security::None => Protection::None,
            Security::StartTls => Protection::StartTls(tls()?),
            Security::Tls => Protection::Tls(tls()?),
        };
        let login = match &config.user {
            Some(user) => Some(
                Login::new(user, config.password()?)
                    .context("mail.user: neither it nor its password can be sent")?,
            ),
            None => None,
        };
        let is_name =
            |name: &&str| name.is_ascii() && name.contains('.') && name.parse::<IpAddr>().is_err();
        // RFC 5321 §4.1.4: who has no name says an address.
        let hello = server_names.iter().map(warifu_protocol::ServerName::as_str).find(is_name);
        let hello = hello.unwrap_or("[127.0.0.1]");
        Ok(Self {
            host: config.host.as_str().to_owned(),
            port: config.port,
            protection,
            hello: hello.to_owned(),
            from: config.from.clone(),
            login,
            step: config.timeout(),
        })
    }

    /// The sender's address.
    pub(crate) fn from(&self) -> &EmailAddress {
        &self.from
    }

    /// Goes as far as the server's asking for the letter to `to`.
    ///
    /// # Errors
    ///
    /// What becomes of a letter that the server did not ask for; it certainly has not got it.
    pub(crate) async fn open(&self, to: &EmailAddress) -> Result<Open, Outcome> {
        // Until the recipient is named, whatever the server says is about all letters.
        let of_server = |fault: Fault| Outcome::Later { why: fault.why(), blame: Blame::Server };
        let mut dialogue = self.connect().await.map_err(of_server)?;
        let from = format!("MAIL FROM:<{}>", self.from);
        dialogue.demand(&from, Meaning::Done).await.map_err(of_server)?;
        let recipient = format!("RCPT TO:<{to}>");
        let asked = match dialogue.demand(&recipient, Meaning::Done).await {
            Ok(_) => dialogue.demand("DATA", Meaning::GoOn).await,
            Err(fault) => Err(fault),
        };
        match asked {
            Ok(_) => Ok(Open { dialogue }),
            Err(fault @ Fault::Broke(_)) => Err(fault.of_letter()),
            Err(fault @ Fault::Said(_)) => {
                dialogue.leave().await;
                Err(fault.of_letter())
            }
        }
    }

    /// Goes as far as a letter could be announced, and takes leave.
    ///
    /// # Errors
    ///
    /// Why that is not possible.
    pub(crate) async fn greet(&self) -> Result<(), String> {
        self.connect().await.map_err(|fault| fault.why())?.leave().await;
        Ok(())
    }

    /// A conversation in which a letter can be announced.
    async fn connect(&self) -> Result<Dialogue, Fault> {
        let wire: Box<dyn Wire> = Box::new(self.reach().await?);
        let wire = match &self.protection {
            Protection::None | Protection::StartTls(_) => wire,
            Protection::Tls(tls) => self.encrypt(wire, tls).await?,
        };
        let mut dialogue = Dialogue::new(wire, self.step);
        dialogue.hear().await?.demand(Meaning::Done)?;
        let mut offers = self.hello(&mut dialogue).await?;
        if let Protection::StartTls(tls) = &self.protection {
            if !offers.start_tls {
                let why = "the mail server does not offer STARTTLS";
                return Err(Fault::Broke(String::from(why)));
            }
            dialogue.demand("STARTTLS", Meaning::Done).await?;
            let wire = self.encrypt(dialogue.into_wire()?, tls).await?;
            dialogue = Dialogue::new(wire, self.step);
            // What was offered in the clear may have come from anybody (RFC 3207 §4.2).
            offers = self.hello(&mut dialogue).await?;
        }
        if let Some(login) = &self.login {
            login.log_in(&mut dialogue, &offers).await?;
        }
        Ok(dialogue)
    }

    /// Connects to the first of the host's addresses that answers.
    async fn reach(&self) -> Result<TcpStream, Fault> {
        let host = (self.host.as_str(), self.port);
        within(self.step, async {
            let addresses: Vec<_> =
                tokio::net::lookup_host(host).await.map_err(Fault::of)?.collect();
            let mut fault = Fault::Broke(String::from("the mail server has no address"));
            // An address that swallows everything leaves time for the next one.
            let share = self.step / u32::try_from(addresses.len().max(1)).unwrap_or(u32::MAX);
            for address in addresses {
                let connecting = async { TcpStream::connect(address).await.map_err(Fault::of) };
                match within(share, connecting).await {
                    Ok(stream) => {
                        // Without it a short line may wait for the one before it; nothing more.
                        let _ = stream.set_nodelay(true);
                        return Ok(stream);
                    }
                    Err(found) => fault = found,
                }
            }
            Err(fault)
        })
        .await
    }

    async fn encrypt(&self, wire: Box<dyn Wire>, tls: &Tls) -> Result<Box<dyn Wire>, Fault> {
        let connector = TlsConnector::from(Arc::clone(&tls.config));
        within(self.step, async {
            let connected = connector.connect(tls.name.clone(), wire).await;
            let stream = connected
                .map_err(|error| Fault::Broke(trust::explain("the mail server", TRUST, &error)))?;
            Ok(Box::new(stream) as Box<dyn Wire>)
        })
        .await
    }

    /// Says hello; an old server that knows no `EHLO` can still take letters in the old way, if
    /// neither TLS nor a login has to be agreed upon (RFC 5321 §3.2).
    async fn hello(&self, dialogue: &mut Dialogue) -> Result<Offers, Fault> {
        let answer = dialogue.ask(&format!("EHLO {}", self.hello)).await?;
        match answer.meaning() {
            Meaning::Done => return Ok(Offers::read(&answer)),
            Meaning::GoOn | Meaning::NotNow => return Err(Fault::Said(answer)),
            Meaning::Never => {}
        }
        let is_missed = match &self.protection {
            Protection::StartTls(_) => Some("STARTTLS"),
            Protection::None | Protection::Tls(_) => self.login.as_ref().map(|_| "a login"),
        };
        if let Some(missed) = is_missed {
            let why = format!("the mail server refuses EHLO, without which there is no {missed}");
            return Err(Fault::Broke(format!("{why}: {answer}")));
        }
        dialogue.demand(&format!("HELO {}", self.hello), Meaning::Done).await?;
        Ok(Offers::default())
    }
}

impl Open {
    /// Hands the letter over.
    pub(crate) async fn deliver(mut self, message: &[u8]) -> Outcome {
        if let Err(fault) = self.dialogue.give_text(message).await {
            return fault.of_letter();
        }
        let answer = match self.dialogue.end_text().await {
            Ok(answer) => answer,
            Err(Fault::Broke(why)) => return Outcome::Uncertain(why),
            Err(fault @ Fault::Said(_)) => return fault.of_letter(),
        };
        let told = answer.to_string();
        let outcome = match answer.meaning() {
            Meaning::Done => Outcome::Sent(told),
            Meaning::GoOn => Outcome::Uncertain(told),
            Meaning::NotNow | Meaning::Never => Fault::Said(answer).of_letter(),
        };
        self.dialogue.leave().await;
        outcome
    }
}

impl Offers {
    fn read(answer: &Reply) -> Self {
        let mut offers = Self::default();
        // The first line is the server's name.
        for line in answer.lines().skip(1) {
            let line = String::from_utf8_lossy(line).to_ascii_uppercase();
            // Some old servers write `AUTH=`.
            let mut words = line.split([' ', '\t', '=']).filter(|word| !word.is_empty());
            match words.next() {
                Some("STARTTLS") => offers.start_tls = true,
                Some("AUTH") => offers.logins.extend(words.map(str::to_owned)),
                Some(_) | None => {}
            }
        }
        offers
    }
}

impl Fault {
    /// What it means once the recipient has been named. A server that goes away or talks nonsense
    /// then may do so because of this recipient.
    fn of_letter(self) -> Outcome {
        let why = self.why();
        match self {
            Self::Broke(_) => Outcome::Later { why, blame: Blame::Unclear },
            Self::Said(reply) if reply.closes() => Outcome::Later { why, blame: Blame::Unclear },
            Self::Said(reply) => match reply.meaning() {
                Meaning::Never => Outcome::Refused(why),
                Meaning::NotNow => Outcome::Later { why, blame: Blame::Letter },
                Meaning::Done | Meaning::GoOn => {
                    let why = format!("an answer that does not fit: {why}");
                    Outcome::Later { why, blame: Blame::Unclear }
                }
            },
        }
    }
}

#[cfg(test)]
mod tests;
