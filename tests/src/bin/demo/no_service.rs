//! Where the sample service cannot be had: it is Debian's Apache.

use std::{path::Path, process::Command};

use anyhow::Result;
use system_tests::{backend::Provider, process::Process};

/// There is none.
pub(crate) enum Service {}

impl Service {
    pub(crate) fn set_up(
        _dir: &Path,
        _group: &str,
        _provider: &Provider,
        _ports: [u16; 2],
    ) -> Result<Option<Self>> {
        Ok(None)
    }

    pub(crate) fn address(&self) -> String {
        match *self {}
    }

    pub(crate) fn login(&self) -> String {
        match *self {}
    }

    pub(crate) fn show(&self, _dir: &Path, _group: &str, _app: &mut Command) -> Result<Process> {
        match *self {}
    }
}
