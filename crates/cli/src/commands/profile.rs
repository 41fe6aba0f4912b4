//! `profile`: the connection profiles of this PC.

use std::path::Path;

use serde_json::json;
use warifu_client::{Client, Failure, ProfileRemoval, view::ProfileView};
use warifu_platform::file::read_up_to;
use warifu_protocol::{ConnectionProfile, Details, ErrorCode};

use super::{Context, Ended};
use crate::{exit::Exit, trouble::Refusal};

pub(super) async fn add(context: &Context<'_>, file: &Path) -> Ended {
    let Context { client, words, output } = context;
    let profile = client.add_profile(read(file)?).await?;
    output.line(words.profile_added);
    show(context, &profile);
    if client.app_is_open() {
        output.note(words.app_open_profile);
    }
    output.document(&profile);
    Ok(Exit::Good)
}

pub(super) async fn list(context: &Context<'_>) -> Ended {
    let Context { client, words, output } = context;
    let profiles = client.overview().await?.profiles;
    if profiles.is_empty() {
        output.line(words.no_profile);
    }
    for profile in &profiles {
        show(context, profile);
    }
    output.document(&json!({ "profiles": profiles }));
    Ok(Exit::Good)
}

pub(super) async fn remove(context: &Context<'_>, id: i64) -> Ended {
    let Context { client, words, output } = context;
    context.without_app()?;
    match client.remove_profile(id).await? {
        ProfileRemoval::Removed => {
            output.line(words.profile_removed);
            output.document(&json!({ "removed": id }));
            Ok(Exit::Good)
        }
        ProfileRemoval::InUse { users } => Err(Refusal::ProfileInUse { users }.into()),
    }
}

/// Says all about a profile.
pub(super) fn show(context: &Context<'_>, profile: &ProfileView) {
    let title = format!("{} {}", context.words.profile, profile.id);
    let named = format!("{} ({})", profile.service_name, profile.host);
    context.output.line((context.words.labelled)(&title, &named));
}

/// Reads a profile's file, refusing one that no profile would fill.
fn read(file: &Path) -> Result<String, Failure> {
    let bytes = read_up_to(file, 2 * ConnectionProfile::MAX_BYTES).map_err(|error| {
        let place = Some(file.display().to_string());
        Failure::new(ErrorCode::FileUnreadable)
            .with(Details { place, ..Details::default() })
            .because(&error)
    })?;
    Client::profile_text(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_read_from_whatever_editor_it_was_saved_with() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.warifu.json");
        let wide =
            |bytes: fn(u16) -> [u8; 2]| "\u{feff}{\"サ\"}".encode_utf16().flat_map(bytes).collect();
        let contents: [Vec<u8>; 4] = [
            "{\"サ\"}".as_bytes().to_vec(),
            "\u{feff}{\"サ\"}".as_bytes().to_vec(),
            wide(u16::to_le_bytes),
            wide(u16::to_be_bytes),
        ];
        for content in contents {
            std::fs::write(&file, content).unwrap();
            assert_eq!(read(&file).unwrap(), "{\"サ\"}");
        }
    }

    #[test]
    fn a_file_that_is_no_profile_is_refused_before_it_fills_the_memory() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.warifu.json");
        let failure = read(&file).unwrap_err();
        assert_eq!(failure.code, ErrorCode::FileUnreadable);
        assert_eq!(failure.details.place, Some(file.display().to_string()));
        std::fs::write(&file, [0xff, 0xfe, 0xff]).unwrap();
        assert_eq!(read(&file).unwrap_err().code, ErrorCode::TextUndecodable);
        std::fs::write(&file, vec![b'{'; 10 * ConnectionProfile::MAX_BYTES]).unwrap();
        assert_eq!(read(&file).unwrap_err().code, ErrorCode::ProfileInvalid);
    }
}
