//! Telling services that a login has ended (OpenID Connect Back-Channel Logout 1.0), and what else a
//! provider of logins does while nobody asks for anything: old logins end, the next key is made in time.
//!
//! What is to be told stands in the database, from the transaction that ended the login until its service
//! has taken it. The command line is another process, so the database is asked once a second; whoever ends a
//! login in this one says so at once.

mod call;

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval},
};

pub(crate) use self::call::{Caller, Heard};
use crate::{
    domain::{
        Backend,
        sso::{
            keys,
            logout::{self, Answer, Due},
            tidy,
        },
    },
    error::Error,
    random,
};

/// How often the database is asked.
const LOOK: Duration = Duration::from_secs(1);

/// How often old logins are looked for.
const TIDY: Duration = Duration::from_secs(5);

/// How often the keys are looked at.
const KEYS: Duration = Duration::from_secs(60);

/// Works until the backend stops; what is under way then is finished.
pub(crate) async fn run(
    backend: Arc<Backend>,
    caller: Arc<Caller>,
    wake: Arc<Notify>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut ticks = interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut tidied, mut tended) = (None::<Instant>, Some(Instant::now()));
    let mut calls = JoinSet::new();
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => break,
            _ = ticks.tick() => {}
            () = wake.notified() => {}
            // There may be more for the same service.
            Some(_) = calls.join_next() => {}
        }
        if is_over(tended, KEYS) {
            if let Err(error) = keys::tend(&backend).await {
                tracing::error!(?error, "the keys that sign for services cannot be looked after");
            }
            tended = Some(Instant::now());
        }
        if is_over(tidied, TIDY) {
            if let Err(error) = clean(&backend).await {
                tracing::error!(?error, "logins that are over cannot be ended");
            }
            tidied = Some(Instant::now());
        }
        match claim(&backend).await {
            Ok(due) => {
                for due in due {
                    let (backend, caller) = (Arc::clone(&backend), Arc::clone(&caller));
                    calls.spawn(async move { deliver(&backend, &caller, due).await });
                }
            }
            Err(error) => {
                tracing::error!(?error, "services cannot be told of logins that have ended");
            }
        }
    }
    while calls.join_next().await.is_some() {}
}

fn is_over(last: Option<Instant>, after: Duration) -> bool {
    last.is_none_or(|last| last.elapsed() >= after)
}

async fn clean(backend: &Arc<Backend>) -> Result<(), Error> {
    let (shared, now) = (Arc::clone(backend), backend.now());
    backend.store.write(move |tx| tidy(tx, &shared.config, now)).await
}

/// Takes what is to be told now; nothing is written where there is nothing.
async fn claim(backend: &Arc<Backend>) -> Result<Vec<Due>, Error> {
    let now = backend.now();
    if !backend.store.read(move |tx| logout::is_anything_due(tx, now)).await? {
        return Ok(Vec::new());
    }
    let shared = Arc::clone(backend);
    backend.store.write(move |tx| logout::due(tx, &shared.config, now)).await
}

async fn deliver(backend: &Arc<Backend>, caller: &Caller, due: Due) {
    let Due { id, client, uri, claims } = due;
    let told = async {
        let token = keys::signer(backend).await?.logout_token(&claims.with_jti(random::name()?))?;
        Ok::<_, Error>(token)
    };
    let answer = match told.await {
        Ok(token) => tell(caller, &uri, &token).await,
        Err(error) => {
            tracing::error!(?error, "a notice to a service cannot be signed");
            Answer::Failed(String::from("it could not be signed"))
        }
    };
    tracing::info!(%client, notice = id, ?answer, "a service was told that a login has ended");
    let now = backend.now();
    let kept = backend.store.write(move |tx| logout::answered(tx, id, &answer, now)).await;
    if let Err(error) = kept {
        // It is tried again when nobody holds it any more.
        tracing::error!(?error, "what a service answered cannot be kept");
    }
}

/// Sends a logout token to a service (§2.5, §2.8).
pub(crate) async fn tell(caller: &Caller, uri: &str, token: &str) -> Answer {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("logout_token", token)
        .finish();
    match caller.post(uri, form).await {
        Heard::Status { status: 200..=299, .. } => Answer::Delivered,
        Heard::Status { status: 400, .. } => Answer::Refused,
        Heard::Status { status, .. } => Answer::Failed(format!("status {status}")),
        Heard::Unreached(why) => Answer::Failed(why),
        Heard::Cut(why) => Answer::Unknown(why),
    }
}

#[cfg(test)]
mod tests;
