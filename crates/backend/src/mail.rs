//! E-mail warnings before certificates and passwords expire (SPEC H2, Q; FAQ 2-3, 3-1), and the letters
//! about an address that its user changed.
//!
//! `plan` decides who is told what, `outbox` keeps each letter's state, `letter` words it, `message`
//! encodes it, `smtp` hands it to the mail server. One task does all of it, apart from
//! everything that users wait for: a mail server that is slow, dead or hangs costs nobody anything.
//!
//! No letter is sent twice. Its row says `sending`, on disk, before the connection is made, and has
//! the time before the text is given. A row that still says so when the task starts belongs to one
//! that died: if the mail server may have the text the letter is `uncertain`, and stays so;
//! otherwise it is tried again.
//!
//! Where several backends share a database, the one that has the lead does it all; whoever takes the lead
//! decides about the letters that the one before left half done.
//!
//! No recipient holds up another. Whatever the mail server does once a recipient has been named is
//! about that letter; the next one is tried before the server is judged, and a letter that failed
//! goes behind those that have not been tried.

pub(crate) mod letter;
pub(crate) mod message;
pub(crate) mod outbox;
pub(crate) mod plan;
#[cfg(test)]
mod samples;
pub(crate) mod smtp;

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, time::MissedTickBehavior};
use warifu_protocol::{EmailAddress, Timestamp};
use warifu_store::{Lead, Led, StoreError, tables::expiry::Audience};

use crate::{
    domain::Backend,
    error::Error,
    mail::{
        letter::{Changed, List, Own, Paper, Reader, What, Words},
        message::Message,
        outbox::{About, Blame, Due, Outcome},
        plan::Plan,
        smtp::Mailer,
    },
};

/// Seconds of the backend's clock between two looks at the certificates and the outbox.
const LOOK: i64 = 60;

/// How often the clock is asked; it may jump, and the machine may sleep.
const TICK: Duration = Duration::from_secs(1);

/// How long a stopping backend waits for the mail server's word on a letter that it has been given.
const LAST_WORD: Duration = Duration::from_secs(10);

/// Looks and sends until the backend stops.
pub(crate) async fn run(backend: Arc<Backend>, mailer: Mailer, mut stopped: watch::Receiver<bool>) {
    let mut post = Post::new(&backend, &mailer);
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut looked: Option<Timestamp> = None;
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => break,
            _ = ticks.tick() => {}
        }
        let now = backend.now();
        if looked.is_some_and(|last| (last..last + LOOK).contains(&now)) {
            continue;
        }
        looked = Some(now);
        if let Err(error) = post.round(&mut stopped).await {
            tracing::error!(?error, "the outbox cannot be worked on");
        }
    }
    // The last chance to keep what a full disk did not.
    if let Err(error) = post.keep().await {
        tracing::error!(?error, "what became of a letter cannot be kept");
    }
}

/// What the task knows besides the database.
struct Post<'a> {
    backend: &'a Backend,
    mailer: &'a Mailer,
    /// Of several backends on one database, one sends.
    lead: Lead,
    has_recovered: bool,
    /// What became of a letter, while that is not in the database.
    unkept: Option<(Due, Outcome)>,
    server: Server,
}

impl<'a> Post<'a> {
    fn new(backend: &'a Backend, mailer: &'a Mailer) -> Self {
        let server = Server::default();
        let lead = backend.store.lead();
        Self { backend, mailer, lead, has_recovered: false, unkept: None, server }
    }

    /// One look: what is new is put into the outbox, what is due is sent.
    async fn round(&mut self, stopped: &mut watch::Receiver<bool>) -> Result<(), Error> {
        let begun = self.backend.now();
        self.keep().await?;
        match self.lead.ask().await? {
            Led::ByAnother => return Ok(()),
            Led::Taken => self.has_recovered = false,
            Led::Kept => {}
        }
        self.recover(begun).await?;
        if let Err(error) = self.fill(begun).await {
            // Letters that are there already can be sent all the same.
            tracing::error!(?error, "the outbox cannot be filled");
        }
        // A long queue does not keep the next look waiting.
        while !*stopped.borrow() && (begun..begun + LOOK).contains(&self.backend.now()) {
            let now = self.backend.now();
            let claim = self.backend.store.write(move |tx| outbox::claim(tx, now));
            let Some(due) = claim.await? else { break };
            let outcome = self.send(&due, stopped).await;
            let (id, address) = (due.id, due.address.clone());
            let verdict = self.server.hear(&due.address, &outcome);
            self.unkept = Some((due, outcome.clone()));
            self.keep().await?;
            tracing::info!(letter = id, ?outcome, "mail");
            if outcome == Outcome::NotBegun {
                break;
            }
            let now = self.backend.now();
            let store = &self.backend.store;
            match verdict {
                Verdict::Works => {}
                Verdict::Doubted => {
                    store.write(move |tx| outbox::spare(tx, &address, now)).await?;
                }
                Verdict::Fails { pause } => {
                    store.write(move |tx| outbox::postpone(tx, now, pause)).await?;
                    break;
                }
            }
        }
        Ok(())
    }

    /// Keeps what became of the last letter. Nothing else is sent before that is on disk.
    async fn keep(&mut self) -> Result<(), Error> {
        let Some((due, outcome)) = self.unkept.clone() else { return Ok(()) };
        let now = self.backend.now();
        let finish = move |tx: &_| outbox::finish(tx, &due, &outcome, now);
        self.backend.store.write(finish).await?;
        self.unkept = None;
        Ok(())
    }

    /// Decides, once, about what another task or an earlier backend left.
    async fn recover(&mut self, now: Timestamp) -> Result<(), Error> {
        if self.has_recovered {
            return Ok(());
        }
        let recover = self.backend.store.write(move |tx| outbox::recover(tx, now));
        let uncertain = recover.await?;
        if uncertain > 0 {
            tracing::warn!(uncertain, "letters were under way when the backend ended");
        }
        self.has_recovered = true;
        Ok(())
    }

    async fn fill(&self, now: Timestamp) -> Result<(), Error> {
        let (store, plan) = (&self.backend.store, Arc::new(Plan::of(&self.backend.config)));
        loop {
            let plan = Arc::clone(&plan);
            let fill = move |tx: &_| plan::fill(tx, &plan, now);
            if store.write(fill).await? < plan::BATCH {
                break;
            }
        }
        for audience in [Audience::Administrators, Audience::AdministratorsAgain] {
            let mut after = Some(0);
            while let Some(last) = after {
                let plan = Arc::clone(&plan);
                let hand_up = move |tx: &_| plan::hand_up(tx, &plan, audience, last, now);
                after = store.write(hand_up).await?;
            }
        }
        store.write(move |tx| plan::hand_up_to_operators(tx, &plan, now)).await?;
        store.write(move |tx| outbox::purge(tx, now)).await?;
        Ok(())
    }

    async fn send(&self, due: &Due, stopped: &mut watch::Receiver<bool>) -> Outcome {
        let Ok(to) = due.address.parse::<EmailAddress>() else {
            return Outcome::Refused(String::from("this is no e-mail address"));
        };
        let message = match self.message(due, &to).await {
            Ok(message) => message,
            Err(error) => {
                tracing::error!(?error, "a letter cannot be written");
                return Outcome::NotBegun;
            }
        };
        let opened = tokio::select! {
            opened = self.mailer.open(&to) => opened,
            _ = stopped.wait_for(|stop| *stop) => return Outcome::NotBegun,
        };
        let open = match opened {
            Ok(open) => open,
            Err(outcome) => return outcome,
        };
        let (now, claimed) = (self.backend.now(), due.clone());
        let hand_over = move |tx: &_| outbox::hand_over(tx, &claimed, now);
        match self.backend.store.write(hand_over).await {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(letter = due.id, "another backend has taken the letter meanwhile");
                return Outcome::NotBegun;
            }
            Err(error) => {
                tracing::error!(?error, "a letter cannot be handed over");
                return Outcome::NotBegun;
            }
        }
        // From here on the mail server may have it, whatever happens.
        tokio::select! {
            outcome = open.deliver(&message) => outcome,
            () = stopped_for(stopped, LAST_WORD) => {
                Outcome::Uncertain(String::from("the backend was stopped"))
            }
        }
    }

    async fn message(&self, due: &Due, to: &EmailAddress) -> Result<Vec<u8>, Error> {
        let now = self.backend.now();
        let config = &self.backend.config;
        let Words { subject, text } = self.words(due, to, now).await?;
        let message = Message {
            from: self.mailer.from(),
            from_name: config.service_name.as_str(),
            to,
            id: &format!("{}-{:x}-{}", kind(&due.about), due.queued_at, due.id),
            subject: &subject,
            text: &text,
            at: now,
        };
        Ok(message.encode())
    }

    /// What the letter says, as things are now.
    async fn words(&self, due: &Due, to: &EmailAddress, now: Timestamp) -> Result<Words, Error> {
        let config = &self.backend.config;
        let face = config.face();
        let paper = Paper { face: &face, now };
        let reader = || due.recipient.as_ref().ok_or(StoreError::Unreadable("recipient"));
        let what = match &due.about {
            About::Certificate(_) => What::Certificate { renewal_days: config.renewal_days },
            About::Password => What::Password,
            About::List | About::Operators => {
                let list = due.clone();
                let listed = move |tx: &_| outbox::listed(tx, &list, now);
                let (lines, count) = self.backend.store.read(listed).await?;
                let reader = due.recipient.as_ref().map_or(Reader::Operators, |reader| {
                    Reader::Administrator {
                        customer_name: &reader.customer_name,
                        user_id: &reader.user_id,
                        name: reader.name.as_ref(),
                    }
                });
                return Ok(List { paper, reader, lines: &lines, count }.words());
            }
            About::Address(change) => {
                let reader = reader()?;
                let changed = Changed {
                    paper,
                    customer_name: &reader.customer_name,
                    reader: &reader.user_id,
                    reader_name: reader.name.as_ref(),
                    change,
                    to,
                };
                return Ok(changed.words());
            }
        };
        let reader = reader()?;
        let own = Own {
            paper,
            customer_name: &reader.customer_name,
            reader: &reader.user_id,
            reader_name: reader.name.as_ref(),
            expires_at: due.expires_at,
            what,
        };
        Ok(own.words())
    }
}

/// What the letters' fates say of the mail server.
#[derive(Debug, Default)]
struct Server {
    /// The recipient at whom it broke off last, unless it has worked since.
    doubt: Option<String>,
    /// How often in a row it took no letter at all.
    failures: u32,
}

/// Whether it is worth trying another letter.
#[derive(Debug, Eq, PartialEq)]
enum Verdict {
    /// It is.
    Works,
    /// It is, to somebody else.
    Doubted,
    /// Not for so many seconds.
    Fails { pause: i64 },
}

impl Server {
    fn hear(&mut self, address: &str, outcome: &Outcome) -> Verdict {
        let blame = match outcome {
            Outcome::NotBegun => return Verdict::Works,
            Outcome::Sent(_) | Outcome::Refused(_) => Blame::Letter,
            Outcome::Uncertain(_) => Blame::Unclear,
            Outcome::Later { blame, .. } => *blame,
        };
        match blame {
            Blame::Letter => {
                *self = Self::default();
                Verdict::Works
            }
            Blame::Unclear if self.doubt.as_deref().is_none_or(|doubt| doubt == address) => {
                self.doubt = Some(address.to_owned());
                Verdict::Doubted
            }
            // A second recipient has it too.
            Blame::Unclear => {
                self.doubt = None;
                Verdict::Fails { pause: outbox::SHORTEST_PAUSE }
            }
            Blame::Server => {
                self.failures = self.failures.saturating_add(1);
                Verdict::Fails { pause: outbox::pause(self.failures) }
            }
        }
    }
}

/// In the letter's own name.
fn kind(about: &About) -> &'static str {
    match about {
        About::Certificate(_) | About::Password | About::List | About::Operators => "expiry",
        About::Address(_) => "address",
    }
}

async fn stopped_for(stopped: &mut watch::Receiver<bool>, duration: Duration) {
    // An error means that the sender is gone, which is the end too.
    let _ = stopped.wait_for(|stop| *stop).await;
    tokio::time::sleep(duration).await;
}

#[cfg(test)]
mod tests;
