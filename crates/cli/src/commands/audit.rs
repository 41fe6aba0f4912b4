//! `audit`: a record that the provider exported, verified on any PC.

use std::path::Path;

use serde_json::json;
use warifu_client::{Failure, system_clock};
use warifu_platform::file::read_up_to;
use warifu_protocol::{Details, ErrorCode};
use warifu_record::Key;

use super::Ended;
use crate::{
    arguments::AuditCommand,
    exit::Exit,
    output::Output,
    text::Words,
    trouble::{Refusal, Trouble},
};

/// The most bytes of a record: some million rows.
const MAX_RECORD: usize = 2 * 1024 * 1024 * 1024 - 1;
/// The most bytes of a key's file.
const MAX_KEY: usize = 64 * 1024;

pub(crate) fn run(words: &Words, output: &Output, command: AuditCommand) -> Ended {
    let AuditCommand::Verify { file, key } = command;
    let key = Key::of_pem(&read(&key, MAX_KEY)?)
        .ok_or_else(|| Refusal::KeyUnreadable(key.display().to_string()))?;
    let fingerprint = key.fingerprint();
    let now = system_clock()();
    let export = warifu_record::read(&read(&file, MAX_RECORD)?, Some(fingerprint), now)
        .map_err(Refusal::RecordNotWhole)?;
    let at = words.moment(export.checkpoint.at);
    output.line((words.record_whole)(&export.customer, export.rows, &at));
    output.line((words.labelled)(words.signed_by, &fingerprint.to_string()));
    output.document(&json!({
        "customer": export.customer,
        "rows": export.rows,
        "signed_at": export.checkpoint.at,
        "key": fingerprint.to_string(),
    }));
    Ok(Exit::Good)
}

fn read(file: &Path, limit: usize) -> Result<Vec<u8>, Trouble> {
    read_up_to(file, limit).map_err(|error| {
        let place = Some(file.display().to_string());
        Failure::new(ErrorCode::FileUnreadable)
            .with(Details { place, ..Details::default() })
            .because(&error)
            .into()
    })
}
