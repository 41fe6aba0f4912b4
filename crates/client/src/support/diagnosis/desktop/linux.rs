//! Linux: xdg-mime says it, for whichever desktop there is.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::process::Command;

use super::{
    Opened, Opener,
    entry::{Entry, LONGEST, is_name_of_entry},
};

/// Who opens the links of a scheme.
pub(super) async fn opener(scheme: &str) -> Opened {
    let asked = Command::new("xdg-mime")
        .args(["query", "default", &format!("x-scheme-handler/{scheme}")])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await;
    let Ok(answer) = asked else { return Opened::Unknown };
    let answer = String::from_utf8_lossy(&answer.stdout);
    let name = answer.lines().next().unwrap_or_default().trim();
    if name.is_empty() {
        return Opened::ByNobody;
    }
    if !is_name_of_entry(name) {
        return Opened::Unknown;
    }
    // One that is not there any more opens nothing.
    match folders().iter().find_map(|folder| read(&folder.join("applications"), name)) {
        Some(entry) => Opened::By(Opener {
            is_app: entry.takes_links,
            shown: if entry.name.is_empty() {
                name.to_owned()
            } else {
                format!("{} ({name})", entry.name)
            },
        }),
        None => Opened::ByNobody,
    }
}

/// Reads an entry; one below a folder has that folder's name before its own.
fn read(applications: &Path, name: &str) -> Option<Entry> {
    let below =
        name.match_indices('-').map(|(at, _)| format!("{}/{}", &name[..at], &name[at + 1..]));
    let mut names = std::iter::once(name.to_owned()).chain(below);
    let file = names.find_map(|name| {
        let path = applications.join(name);
        path.is_file().then(|| std::fs::File::open(path).ok()).flatten()
    })?;
    let mut bytes = Vec::new();
    file.take(LONGEST as u64).read_to_end(&mut bytes).ok()?;
    Some(Entry::read(&bytes))
}

/// Where entries are, as the XDG Base Directory Specification has it.
fn folders() -> Vec<PathBuf> {
    let more = std::env::var_os("XDG_DATA_DIRS").filter(|folders| !folders.is_empty());
    let more = more.unwrap_or_else(|| "/usr/local/share:/usr/share".into());
    let absolute = |folder: &PathBuf| folder.is_absolute();
    dirs::data_dir().into_iter().chain(std::env::split_paths(&more)).filter(absolute).collect()
}
