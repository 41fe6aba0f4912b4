//! The section `[audit]` of `warifu.toml`.

use std::path::PathBuf;

use serde::Deserialize;

/// What becomes of the record outside of the database.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditConfig {
    /// The folder that a signed checkpoint is written into each day.
    pub(crate) checkpoints: PathBuf,
}
