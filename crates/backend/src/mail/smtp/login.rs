//! Logging in at the mail server (RFC 4954): PLAIN and LOGIN.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use zeroize::Zeroizing;

use super::{
    Offers,
    dialogue::{Dialogue, Fault, LONGEST_LINE},
    reply::{Meaning, Reply},
};

/// Who logs in.
pub(super) struct Login {
    user: String,
    password: Zeroizing<String>,
}

impl Login {
    /// A login; `None` for a user or a password that neither way can carry (RFC 4616 §2).
    pub(super) fn new(user: &str, password: Zeroizing<String>) -> Option<Self> {
        let is_good = !user.is_empty() && !user.contains('\0') && !password.contains('\0');
        is_good.then(|| Self { user: user.to_owned(), password })
    }

    /// Logs in as the server offers it.
    pub(super) async fn log_in(
        &self,
        dialogue: &mut Dialogue,
        offers: &Offers,
    ) -> Result<(), Fault> {
        let done = if offers.logins.iter().any(|name| name == "PLAIN") {
            self.plain(dialogue).await
        } else if offers.logins.iter().any(|name| name == "LOGIN") {
            self.login(dialogue).await
        } else {
            let offered = match offers.logins.join(", ") {
                none if none.is_empty() => String::from("no login"),
                some => some,
            };
            let why =
                format!("mail.user needs the login PLAIN or LOGIN; the server offers {offered}");
            return Err(Fault::Broke(why));
        };
        done.and_then(|reply| reply.demand(Meaning::Done))
            .map(drop)
            .map_err(|fault| self.safe(fault))
    }

    /// RFC 4616: all at once, if it fits into a line.
    async fn plain(&self, dialogue: &mut Dialogue) -> Result<Reply, Fault> {
        let text = Zeroizing::new(format!("\0{}\0{}", self.user, *self.password));
        let text = Zeroizing::new(BASE64_STANDARD.encode(text.as_bytes()));
        let line = Zeroizing::new(format!("AUTH PLAIN {}", *text));
        if line.len() + 2 <= LONGEST_LINE {
            return dialogue.ask(&line).await;
        }
        dialogue.demand("AUTH PLAIN", Meaning::GoOn).await?;
        dialogue.ask(&text).await
    }

    /// The server asks twice, in words that differ from server to server; first comes the user.
    async fn login(&self, dialogue: &mut Dialogue) -> Result<Reply, Fault> {
        dialogue.demand("AUTH LOGIN", Meaning::GoOn).await?;
        dialogue.demand(&BASE64_STANDARD.encode(&self.user), Meaning::GoOn).await?;
        let password = Zeroizing::new(BASE64_STANDARD.encode(self.password.as_bytes()));
        dialogue.ask(&password).await
    }

    /// The fault, without the words of a server that repeats what it was told.
    fn safe(&self, fault: Fault) -> Fault {
        let told = fault.why();
        let secrets = [
            Zeroizing::new(self.password.to_string()),
            Zeroizing::new(BASE64_STANDARD.encode(self.password.as_bytes())),
            Zeroizing::new(BASE64_STANDARD.encode(format!("\0{}\0{}", self.user, *self.password))),
        ];
        let repeats = secrets.iter().any(|secret| !secret.is_empty() && told.contains(&**secret));
        match fault {
            Fault::Said(reply) if repeats => {
                Fault::Broke(format!("the login was answered with {}", reply.code()))
            }
            Fault::Said(_) | Fault::Broke(_) => fault,
        }
    }
}
