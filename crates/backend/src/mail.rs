//! E-mail warnings before certificates expire (SPEC H2, FAQ 2-3).
//!
//! `outbox` decides who is told what and keeps each letter's state, `letter` words it, `smtp` hands
//! it to the mail server, `settings` is the provider's part. One task does all of it, apart from
//! everything that users wait for: a mail server that is slow, dead or hangs costs nobody anything.
//!
//! No letter is sent twice. Its row says `sending`, on disk, before the connection is made; a row
//! that still says so when the backend starts belongs to a process that died, and nobody knows what
//! the mail server took. Such a letter is `uncertain`, and stays so.

pub(crate) mod letter;
pub(crate) mod outbox;
pub(crate) mod settings;
pub(crate) mod smtp;

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, time::MissedTickBehavior};
use warifu_protocol::{EmailAddress, Timestamp};

use crate::{
    Backend,
    error::Error,
    mail::{
        letter::{Letter, Recipient},
        outbox::{Due, Outcome},
        smtp::{Mailer, Problem},
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
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut recovered = false;
    let mut looked: Option<Timestamp> = None;
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            _ = ticks.tick() => {}
        }
        let now = backend.now();
        if looked.is_some_and(|last| (last..last + LOOK).contains(&now)) {
            continue;
        }
        looked = Some(now);
        if let Err(error) = round(&backend, &mailer, &mut recovered, &mut stopped).await {
            tracing::error!(?error, "the outbox cannot be worked on");
        }
    }
}

/// One look: what is new is put into the outbox, what is due is sent.
async fn round(
    backend: &Backend,
    mailer: &Mailer,
    recovered: &mut bool,
    stopped: &mut watch::Receiver<bool>,
) -> Result<(), Error> {
    let begun = backend.now();
    if !*recovered {
        let uncertain = backend.store.write(move |connection| outbox::recover(connection, begun));
        let uncertain = uncertain.await?;
        if uncertain > 0 {
            tracing::warn!(uncertain, "letters were under way when the backend ended");
        }
        *recovered = true;
    }
    loop {
        let days = backend.config.warning_days.clone();
        let fill = backend.store.write(move |connection| outbox::fill(connection, &days, begun));
        if fill.await? < outbox::BATCH {
            break;
        }
    }
    backend.store.write(move |connection| outbox::purge(connection, begun)).await?;
    // A long queue does not keep the next look waiting.
    while !*stopped.borrow() && (begun..begun + LOOK).contains(&backend.now()) {
        let now = backend.now();
        let claim = backend.store.write(move |connection| outbox::claim(connection, now));
        let Some(due) = claim.await? else { break };
        let outcome = send(backend, mailer, &due, stopped).await;
        let server_fails = matches!(outcome, Outcome::Later { server_fails: true, .. });
        tracing::info!(letter = due.id, ?outcome, "expiry mail");
        let now = backend.now();
        backend
            .store
            .write(move |connection| outbox::finish(connection, &due, &outcome, now))
            .await?;
        if server_fails {
            // It would fail for the others too: one attempt a minute is enough to find out.
            backend.store.write(move |connection| outbox::postpone(connection, now)).await?;
            break;
        }
    }
    Ok(())
}

async fn send(
    backend: &Backend,
    mailer: &Mailer,
    due: &Due,
    stopped: &mut watch::Receiver<bool>,
) -> Outcome {
    let Ok(to) = due.address.parse::<EmailAddress>() else {
        return Outcome::Refused(String::from("this is no e-mail address"));
    };
    let now = backend.now();
    let config = &backend.config;
    let letter = Letter {
        service_name: &config.service_name,
        support: &config.support,
        renewal_days: config.renewal_days,
        customer_name: &due.customer_name,
        owner: &due.owner,
        recipient: if due.recipient == due.owner {
            Recipient::Owner
        } else {
            Recipient::Administrator { user_id: &due.recipient, owner_is_told: due.owner_is_told }
        },
        not_after: due.expires_at,
        now,
    };
    let message = mailer.message(
        &config.service_name,
        &to,
        &format!("expiry-{}-{}-{}", due.thumbprint, due.threshold, due.id),
        letter.subject(),
        letter.text(),
        now,
    );
    let message = match message {
        Ok(message) => message,
        Err(error) => return Outcome::Refused(error.to_string()),
    };
    let opened = tokio::select! {
        opened = mailer.open(&to) => opened,
        _ = stopped.wait_for(|stop| *stop) => return Outcome::NotBegun,
    };
    match opened {
        // From here on the mail server may have it, whatever happens.
        Ok(open) => tokio::select! {
            outcome = open.deliver(&message) => outcome,
            () = stopped_for(stopped, LAST_WORD) => {
                Outcome::Uncertain(String::from("the backend was stopped"))
            }
        },
        Err(Problem::Server(why)) => Outcome::Later { why, server_fails: true },
        Err(Problem::Letter(why)) => Outcome::Later { why, server_fails: false },
        Err(Problem::Refused(why)) => Outcome::Refused(why),
    }
}

async fn stopped_for(stopped: &mut watch::Receiver<bool>, duration: Duration) {
    // An error means that the sender is gone, which is the end too.
    let _ = stopped.wait_for(|stop| *stop).await;
    tokio::time::sleep(duration).await;
}
