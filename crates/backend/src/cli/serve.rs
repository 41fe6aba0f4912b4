//! Serving until somebody stops it.

use std::{io, path::Path};

use serde_json::json;

use super::output;
use crate::{clock::system_clock, serve::log::Log};

pub(super) async fn run_until_stopped(dir: &Path) -> anyhow::Result<()> {
    let _log = Log::start();
    let running = crate::serve(dir, system_clock()).await?;
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
    stop_signal().await?;
    tracing::info!("stopping");
    running.stop().await;
    Ok(())
}

#[cfg(unix)]
async fn stop_signal() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted,
    }
}

#[cfg(not(unix))]
async fn stop_signal() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
