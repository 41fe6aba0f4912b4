//! The section `[database]` of `warifu.toml`.

use std::path::PathBuf;

use serde::Deserialize;

/// The PostgreSQL database that several backends may share.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct DatabaseConfig {
    /// `postgresql://USER@HOST[:PORT][,HOST…]/NAME?sslmode=require`.
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) password_file: Option<PathBuf>,
    /// Certificates in PEM of the authority that the server's certificate comes from.
    #[serde(default)]
    pub(crate) ca_file: Option<PathBuf>,
    #[serde(default = "usual_connections")]
    pub(crate) connections: usize,
}

fn usual_connections() -> usize {
    16
}

impl DatabaseConfig {
    /// The files that it names, with their keys.
    pub(super) fn files(&mut self) -> [(&'static str, Option<&mut PathBuf>); 2] {
        [
            ("database.password_file", self.password_file.as_mut()),
            ("database.ca_file", self.ca_file.as_mut()),
        ]
    }

    /// # Errors
    ///
    /// The key whose value is out of its range.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        super::within("database.connections", self.connections, 2..=200)
    }
}
