#![doc = include_str!("../README.md")]

mod command_line;
mod policy;
mod typescript;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

/// A generated file.
struct File {
    /// From the workspace's folder.
    path: PathBuf,
    content: String,
}

/// Writes those of the files that are not as they should be; their paths from the workspace's folder.
///
/// # Errors
///
/// A file cannot be read or written.
pub fn write() -> Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    for File { path, content } in outdated()? {
        let full = workspace().join(&path);
        if let Some(folder) = full.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
        }
        fs::write(&full, content).with_context(|| format!("cannot write {}", full.display()))?;
        written.push(path);
    }
    Ok(written)
}

/// The files that are not as they should be, or not there: their paths from the workspace's folder.
/// Nothing is written.
///
/// # Errors
///
/// A file cannot be read.
pub fn compare() -> Result<Vec<PathBuf>> {
    Ok(outdated()?.into_iter().map(|file| file.path).collect())
}

/// The files that have to be written anew, as they should be.
fn outdated() -> Result<Vec<File>> {
    let mut outdated = Vec::new();
    for file in files()? {
        if kept(&file.path)? != file.content {
            outdated.push(file);
        }
    }
    Ok(outdated)
}

/// Every generated file as it should be.
fn files() -> Result<Vec<File>> {
    let file = |path: &str, content| File { path: path.into(), content };
    let mut files = vec![
        file("ui/src/backend/generated.ts", typescript::declarations()?),
        file("docs/api/openapi.json", openapi()?),
    ];
    files.extend(policy::files().map(|(path, content)| file(path, content)));
    for (path, program, language) in command_line::PAGES {
        let page = command_line::page(&kept(Path::new(path))?, program, language);
        files.push(file(path, page.with_context(|| path.to_owned())?));
    }
    let completions = command_line::completions()?.into_iter();
    files.extend(completions.map(|(path, content)| file(&path, content)));
    Ok(files)
}

/// What `warifu-backend openapi` prints.
fn openapi() -> Result<String> {
    Ok(serde_json::to_string_pretty(&warifu_backend::openapi())? + "\n")
}

/// A file as it is kept, with the line ends that the repository has; nothing if there is none.
fn kept(path: &Path) -> Result<String> {
    let path = workspace().join(path);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(text.replace("\r\n", "\n")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// The workspace's folder.
fn workspace() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).unwrap_or(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_that_are_kept_are_those_of_their_sources() {
        let none: [PathBuf; 0] = [];
        assert_eq!(compare().unwrap(), none, "run `cargo xtask codegen`");
    }
}
