//! Checkpoints of the record: made, and the record compared with one.

use std::{path::Path, process::ExitCode};

use anyhow::{Context as _, bail};
use serde_json::json;
use warifu_platform::{
    file::{self, Readers},
    output::{Existing, Output},
};
use warifu_protocol::Timestamp;
use warifu_record::{Checkpoint, Key, Refused, Signed};

use super::{BROKEN, output, tell};
use crate::{
    audit::{self, Compared},
    config::Config,
    folder::{self, RecordKey},
};

/// The most bytes of a checkpoint's file, and of a key's.
const MAX_BYTES: usize = Signed::MAX_BYTES;
const MAX_KEY: usize = 64 * 1024;

pub(super) async fn make(dir: &Path, path: Option<&Path>, now: Timestamp) -> anyhow::Result<()> {
    let config = Config::load(dir)?;
    let cannot = |path: &Path| format!("cannot write {}", path.display());
    let opened = path.map(|path| {
        let file = Output::open(path, Existing::Refused, Readers::Owner);
        file.with_context(|| cannot(path)).map(|file| (path, file))
    });
    let file = opened.transpose()?;
    let key = RecordKey::open(dir, &config)?;
    let authority = folder::authority_of(dir)?;
    let store = folder::look_at_store(dir)?;
    let made = store.read_at_length(move |tx| audit::checkpoint(tx, authority, now)).await?;
    let signed = key.sign(&made)?.to_bytes().context("a checkpoint that cannot be written")?;
    match file {
        Some((path, file)) => file.write(&signed).with_context(|| cannot(path))?.keep(),
        None => output::print(std::str::from_utf8(&signed)?)?,
    }
    output::say(format!("{} chains; signed by {}", made.chains.len(), key.public().fingerprint()));
    Ok(())
}

pub(super) fn key(dir: &Path, json: bool) -> anyhow::Result<()> {
    let key = match folder::record_public(dir)? {
        Some(key) => key,
        None => RecordKey::open(dir, &Config::load(dir)?)?.public().clone(),
    };
    let pem = key.to_pem().context("a key that cannot be written")?;
    let fingerprint = key.fingerprint().to_string();
    if json {
        return output::json(&json!({ "key": pem, "fingerprint": fingerprint }));
    }
    output::print(&pem)?;
    output::say(fingerprint);
    Ok(())
}

pub(super) async fn verify(
    dir: &Path,
    path: &Path,
    key: Option<&Path>,
    json: bool,
    now: Timestamp,
) -> anyhow::Result<ExitCode> {
    let expected = expected(dir, key)?;
    let checkpoint = believed(dir, path, &expected, now)
        .with_context(|| format!("cannot verify with {}", path.display()))?;
    let signed_at = checkpoint.at;
    let store = folder::look_at_store(dir)?;
    let compared = store.read_at_length(move |tx| audit::compare(tx, &checkpoint)).await?;
    let (text, mut told) = match compared {
        Compared::Examined(verdict) => return tell(verdict, json, Some(signed_at)),
        Compared::Rewritten { chain, place } => (
            format!(
                "was rewritten: row {place} of {} is not the one that was signed",
                whose(&chain)
            ),
            json!({ "rewritten": { "chain": chain, "place": place } }),
        ),
        Compared::Removed { chain, after: 0, signed } => (
            format!("lacks all {signed} rows of {}", whose(&chain)),
            json!({ "removed": { "chain": chain, "after": 0, "signed": signed } }),
        ),
        Compared::Removed { chain, after, signed } => (
            format!("lacks rows {} to {signed} of {}", after + 1, whose(&chain)),
            json!({ "removed": { "chain": chain, "after": after, "signed": signed } }),
        ),
        Compared::RewrittenBefore(seq) => (
            format!("was rewritten in its first {seq} rows, from before there were chains"),
            json!({ "rewritten_before": seq }),
        ),
    };
    if json {
        told["whole"] = false.into();
        told["signed_at"] = signed_at.into();
        // Told by the exit code, even where nobody reads the rest.
        let _ = output::json(&told);
    } else {
        output::say(format!("since it was signed at {}, the record {text}", moment(signed_at)));
    }
    Ok(ExitCode::from(BROKEN))
}

/// The key that is believed.
fn expected(dir: &Path, file: Option<&Path>) -> anyhow::Result<Key> {
    let Some(path) = file else {
        let key = folder::record_public(dir)?;
        return key.with_context(|| {
            format!("there is no {}: give --key FILE", dir.join(folder::RECORD_PUBLIC).display())
        });
    };
    let bytes = file::read_up_to(path, MAX_KEY)
        .with_context(|| format!("cannot read {}", path.display()))?;
    Key::of_pem(&bytes).with_context(|| format!("{} holds no public key", path.display()))
}

fn believed(dir: &Path, path: &Path, expected: &Key, now: Timestamp) -> anyhow::Result<Checkpoint> {
    let signed = Signed::read(&file::read_up_to(path, MAX_BYTES)?)?;
    let checkpoint = signed.open(now)?;
    if signed.key() != expected {
        bail!(Refused::OtherKey(signed.key().fingerprint()));
    }
    if checkpoint.authority != folder::authority_of(dir)? {
        bail!(Refused::OtherBackend);
    }
    Ok(checkpoint)
}

fn whose(chain: &str) -> String {
    match chain {
        "" => String::from("the provider's chain"),
        customer => format!("customer {customer}"),
    }
}

/// A moment, as people read it.
pub(super) fn moment(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map_or_else(|_| seconds.to_string(), |moment| moment.to_string())
}
