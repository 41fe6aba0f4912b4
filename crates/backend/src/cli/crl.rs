//! The revocation list as a file, for whoever publishes it elsewhere.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use serde_json::json;
use warifu_pki::pem::{self, Label};
use warifu_platform::{
    file::Readers,
    output::{Existing, Output},
};
use warifu_protocol::Timestamp;

use super::output::{self, told};
use crate::{
    config::Config,
    domain::crl::{self, SignedList},
    folder,
};

/// Replaces the file of last time as a whole, since a web server may be reading it.
pub(super) async fn write(
    dir: &Path,
    path: PathBuf,
    in_pem: bool,
    json: bool,
    now: Timestamp,
) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    let file = Output::open(&path, Existing::Replaced, Readers::Usual).with_context(cannot)?;
    let config = Config::load(dir)?;
    let issuer = folder::open_issuer(dir, &config)?;
    let store = folder::open_store(dir)?;
    let SignedList { der, number, revoked, .. } =
        crl::sign(&store, Arc::new(issuer), now).await.map_err(told)?;
    let content =
        if in_pem { pem::encode(Label::RevocationList, &der)?.into_bytes() } else { der.to_vec() };
    file.write(&content).with_context(cannot)?.keep();
    if json {
        let file = path.display().to_string();
        return output::json(&json!({ "file": file, "number": number, "revoked": revoked }));
    }
    // Not behind the list, if that went to standard output.
    output::say(format!("{}: {revoked} revoked", path.display()));
    Ok(())
}
