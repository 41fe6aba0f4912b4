//! File descriptors: as many as the configured connections need, or no start.

#[cfg(unix)]
use anyhow::Context as _;

/// Raises this process's limit of open files to `needed`, if it is lower.
///
/// # Errors
///
/// When the administrator of this machine allows fewer: the configuration then promises connections
/// that could not be had.
#[cfg(unix)]
pub(crate) fn allow(needed: usize) -> anyhow::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let needed = u64::try_from(needed).unwrap_or(u64::MAX);
    // None means that there is no limit.
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    if let Some(maximum) = maximum
        && maximum < needed
    {
        anyhow::bail!(
            "max_connections needs {needed} open files and this process may have {maximum}: lower \
             max_connections in warifu.toml, or raise the limit (LimitNOFILE= of systemd, ulimit -Hn)"
        );
    }
    setrlimit(Resource::Nofile, Rlimit { current: Some(needed), maximum })
        .with_context(|| format!("cannot raise the limit of open files to {needed}"))
}

/// Elsewhere connections are no files, and only memory limits them.
#[cfg(not(unix))]
pub(crate) fn allow(_needed: usize) -> anyhow::Result<()> {
    Ok(())
}
