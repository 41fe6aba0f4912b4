//! The log, on the standard error output. `WARIFU_LOG` sets what is logged, as for the app.

use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer as _,
    filter::{FilterExt as _, FilterFn},
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

/// Starts logging.
pub(crate) fn start() {
    // What went wrong is told anyway.
    let wanted = EnvFilter::try_from_env("WARIFU_LOG").unwrap_or_else(|_| EnvFilter::new("off"));
    // A log that cannot be written is lost; the complaint about it would end the program.
    let console = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .log_internal_errors(false);
    tracing_subscriber::registry()
        .with(console.with_filter(wanted.and(FilterFn::new(harmless))))
        .init();
}

/// Other people's crates are heard from warnings upwards whatever `WARIFU_LOG` says: some of them show
/// on their finer levels what passes through them, and that may be secret.
fn harmless(metadata: &Metadata<'_>) -> bool {
    // Of tracing's levels, the graver one is the lesser.
    metadata.target().starts_with("warifu") || *metadata.level() <= Level::WARN
}
