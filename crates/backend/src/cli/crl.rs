//! The revocation list as a file, for whoever publishes it elsewhere.

use std::path::{Path, PathBuf};

use serde_json::json;
use warifu_protocol::Timestamp;

use super::{in_pem, print_json, told};
use crate::{
    config::Config,
    crl::{self, SignedList},
    folder,
};

pub(super) async fn write(
    dir: &Path,
    output: PathBuf,
    pem: bool,
    json: bool,
    now: Timestamp,
) -> anyhow::Result<()> {
    let config = Config::load(dir)?;
    let authority = folder::open_authority_of(dir, &config)?;
    let store = folder::open_store(dir)?;
    let list = crl::sign(&store, &authority, now).await.map_err(told)?;
    let content = if pem { in_pem("X509 CRL", &list.der).into_bytes() } else { list.der };
    std::fs::write(&output, content)?;
    let SignedList { number, revoked, .. } = list;
    if json {
        let file = output.display().to_string();
        return print_json(&json!({ "file": file, "number": number, "revoked": revoked.len() }));
    }
    println!("{}: {} revoked", output.display(), revoked.len());
    Ok(())
}
