//! Serving until somebody stops it.

use std::{io::Write as _, path::Path};

use serde_json::json;

use crate::{serving, system_clock};

pub(super) async fn run_until_stopped(dir: &Path) -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("WARIFU_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info")),
        )
        .with_writer(std::io::stderr)
        .init();
    let running = serving::serve(dir, system_clock()).await?;
    println!(
        "{}",
        json!({
            "enrolment": format!("https://{}", running.enrolment),
            "service": format!("https://{}", running.service),
        })
    );
    std::io::stdout().flush()?;
    stop_signal().await?;
    tracing::info!("stopping");
    running.stop().await;
    Ok(())
}

#[cfg(unix)]
async fn stop_signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted,
    }
}

#[cfg(not(unix))]
async fn stop_signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
