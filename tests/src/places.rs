//! Where things are: the workspace, and what cargo built.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};

/// The workspace's folder.
#[must_use]
pub fn workspace() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_owned()
}

/// Cargo's target folder.
///
/// # Errors
///
/// When this program is not in it.
pub fn target() -> Result<PathBuf> {
    let profile = profile_dir()?;
    profile.parent().map(Path::to_owned).context("this program is not in a target folder")
}

/// A program of this workspace, as built beside this one.
///
/// # Errors
///
/// When it has not been built.
pub fn built(name: &str) -> Result<PathBuf> {
    let path = profile_dir()?.join(format!("{name}{}", env::consts::EXE_SUFFIX));
    ensure!(
        path.is_file(),
        "{} is missing; `cargo xtask test` builds it, or `cargo build --workspace` \
         once ui/dist is there",
        path.display()
    );
    Ok(path)
}

/// A program that `cargo xtask setup` put into the target folder, or one on the PATH.
///
/// # Errors
///
/// When it is in neither.
pub fn installed(name: &str) -> Result<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    let tools = target()?.join("tools/bin");
    let path = env::var_os("PATH").unwrap_or_default();
    [tools]
        .into_iter()
        .chain(env::split_paths(&path))
        .map(|folder| folder.join(&file))
        .find(|candidate| candidate.is_file())
        .with_context(|| format!("{name} is not installed; `cargo xtask setup` installs it"))
}

/// `target/debug` or the like: the folder of this program, or the one above for a test.
fn profile_dir() -> Result<PathBuf> {
    let mut dir = env::current_exe().context("this program does not know where it is")?;
    dir.pop();
    if dir.ends_with("deps") {
        dir.pop();
    }
    Ok(dir)
}
