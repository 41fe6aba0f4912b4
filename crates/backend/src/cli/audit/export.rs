//! One customer's part of the record, for the customer to verify.

use std::path::Path;

use anyhow::Context as _;
use serde_json::json;
use warifu_platform::{
    file::Readers,
    output::{Existing, Output},
};
use warifu_protocol::CustomerNumber;
use warifu_record::Opening;

use super::{
    super::{find_customer, operator::Operator},
    output,
};
use crate::{
    audit::{self, Act, Entry},
    config::Config,
    folder::{self, RecordKey},
};

pub(super) async fn of_customer(
    dir: &Path,
    number: CustomerNumber,
    path: &Path,
    json: bool,
    by: Operator,
) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    let file = Output::open(path, Existing::Refused, Readers::Owner).with_context(cannot)?;
    let key = RecordKey::open(dir, &Config::load(dir)?)?;
    let (authority, now) = (folder::authority_of(dir)?, by.now);
    let store = folder::open_store(dir)?;
    let whose = number.clone();
    let recorded = store.write(move |tx| {
        find_customer(tx, &whose)?;
        let entry = Entry { customer: Some(whose.as_str()), ..by.entry(Act::Exported) };
        Ok::<_, anyhow::Error>(audit::record(tx, &entry)?)
    });
    recorded.await?;
    let exported =
        store.read_at_length(move |tx| audit::export(tx, authority, number.as_str(), now));
    let (checkpoint, lines) = exported.await?;
    let opening = Opening { signed: key.sign(&checkpoint)? };
    let mut content = serde_json::to_vec(&opening)?;
    content.push(b'\n');
    content.extend(lines);
    file.write(&content).with_context(cannot)?.keep();
    let rows = checkpoint.chains.first().map_or(0, |head| head.place);
    let fingerprint = key.public().fingerprint().to_string();
    if json {
        return output::json(
            &json!({ "output": path.display().to_string(), "rows": rows, "key": fingerprint }),
        );
    }
    // Not among the rows, if they went to standard output.
    output::say(format!("{rows} rows; signed by {fingerprint}"));
    Ok(())
}
