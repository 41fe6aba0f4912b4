//! `check`: reading the configuration before it is served.

use std::path::Path;

use serde_json::json;

use super::output;
use crate::config::Config;

/// Reads the configuration, and says what is taken otherwise than it is written.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn run(dir: &Path, json: bool) -> anyhow::Result<()> {
    let config = Config::load(dir)?;
    let notes = config.provider.notes();
    let face = config.face();
    if json {
        return output::json(&json!({ "provider": face, "notes": notes }));
    }
    let logo = config.provider.logo().map_or_else(
        || String::from("none"),
        |logo| {
            let (width, height) = logo.size();
            format!("{}, {width} by {height}, {} bytes", logo.media_type(), logo.content().len())
        },
    );
    let mut lines = vec![
        format!("{}: can be served", dir.join("warifu.toml").display()),
        format!("The provider: {} / {}", face.name.ja, face.name.en),
        format!("The service: {} / {}", face.service_name.ja, face.service_name.en),
        format!("Its logo: {logo}"),
        format!("Its colour: {}", face.accent.as_deref().unwrap_or("the app's own")),
    ];
    lines.extend(notes.into_iter().map(|note| format!("Note: {note}")));
    output::lines(lines)
}
