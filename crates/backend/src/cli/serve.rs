//! Serving until somebody stops it.

use std::{io, path::Path};

use serde_json::json;

use super::output;
use crate::{
    clock::system_clock,
    serve::{Running, log::Log, manager::Manager},
};

pub(super) async fn run_until_stopped(dir: &Path) -> anyhow::Result<()> {
    let _log = Log::start();
    let mut running = crate::serve(dir, system_clock()).await?;
    let mut signals = Signals::listen()?;
    announce(&running);
    let mut manager = Manager::ready(&running);
    while signals.next().await == Signal::Reload {
        tracing::info!("reading the configuration anew");
        match running.reload().await {
            Ok(()) => {
                tracing::info!("the configuration counts as it is now");
                announce(&running);
                manager = Manager::ready(&running);
            }
            Err(error) => {
                let why = format!("{error:#}");
                tracing::error!(
                    why,
                    "the configuration is not taken; the backend serves as before"
                );
            }
        }
    }
    tracing::info!("stopping");
    manager.stopping();
    running.stop().await;
    Ok(())
}

/// Says where the listeners are, one line of JSON.
fn announce(running: &Running) {
    let mut announced = json!({
        "enrolment": format!("https://{}", running.enrolment),
        "service": format!("https://{}", running.service),
    });
    if let Some(web) = running.web {
        announced["web"] = web.to_string().into();
    }
    if let Some(metrics) = running.metrics {
        announced["metrics"] = format!("http://{metrics}").into();
    }
    // Who cannot be told is served all the same.
    if let Err(error) = output::line(announced) {
        tracing::warn!(%error, "the addresses cannot be written to standard output");
    }
}

/// What the backend is told from outside.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Signal {
    Stop,
    /// SIGHUP.
    Reload,
}

/// The signals that are heard, from the moment on that this is made.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.terminate.recv() => Signal::Stop,
            _ = self.interrupt.recv() => Signal::Stop,
            _ = self.hang_up.recv() => Signal::Reload,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Signal {
        // Who cannot be told to stop is ended otherwise.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Signal::Stop
    }
}
