//! What the service manager is told: systemd's `Type=notify` and `WatchdogSec=`, sd_notify(3). Where there is
//! none, nothing is said.

use std::time::Duration;

use tokio::task::JoinSet;

use super::Running;
#[cfg(unix)]
use crate::domain::credentials::lanes::Passwords;

/// A backend that the manager watches until this is dropped.
#[derive(Debug)]
pub(crate) struct Manager {
    _watchdog: JoinSet<()>,
}

impl Manager {
    /// Says that the backend is ready: its listeners accept connections and its database is up to date. From
    /// now on the manager gets a sign of life three times in the time that it waits for one.
    pub(crate) fn ready(running: &Running) -> Self {
        let mut watchdog = JoinSet::new();
        #[cfg(unix)]
        {
            tell(&[sd_notify::NotifyState::Ready]);
            if let Some(waits) = sd_notify::watchdog_enabled() {
                watchdog.spawn(show_life(running.passwords(), waits / SIGNS));
            }
        }
        #[cfg(not(unix))]
        let _ = running;
        Self { _watchdog: watchdog }
    }

    /// Says that the backend ends, and that this is wanted.
    pub(crate) fn stopping(&self) {
        #[cfg(unix)]
        tell(&[sd_notify::NotifyState::Stopping]);
    }
}

/// Signs of life in the time after which the manager takes the backend for dead.
#[cfg(unix)]
const SIGNS: u32 = 3;

/// Shows life as long as the runtime, the threads for blocking work and those for passwords move. The database
/// is no part of that: while it does not answer, a backend that starts anew answers no better.
#[cfg(unix)]
async fn show_life(passwords: Passwords, every: Duration) {
    let mut ticks = tokio::time::interval(every.max(SHORTEST));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        passwords.have_moved().await;
        if tokio::task::spawn_blocking(|| {}).await.is_ok() {
            tell(&[sd_notify::NotifyState::Watchdog]);
        }
    }
}

/// An interval of nothing is none that tokio takes.
#[cfg(unix)]
const SHORTEST: Duration = Duration::from_millis(1);

#[cfg(unix)]
fn tell(states: &[sd_notify::NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "the service manager cannot be told");
    }
}
