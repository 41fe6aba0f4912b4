//! The backend's folder: what `init` makes and what the other commands open.

use std::{
    fs,
    io::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use warifu_protocol::Timestamp;
use zeroize::Zeroizing;

use crate::{
    audit::{self, Act, Actor, Entry},
    authority::Authority,
    config::{self, Config},
    error::Error,
    random, server_certificate,
    store::Store,
};

/// The environment variable with the passphrase of the authority's key.
pub(crate) const PASSPHRASE_VARIABLE: &str = "WARIFU_AUTHORITY_PASSPHRASE";

/// The database's file.
pub(crate) const DATABASE: &str = "warifu.sqlite";

/// What `init` is told.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) dir: PathBuf,
    pub(crate) service_name: String,
    pub(crate) server_names: Vec<String>,
    pub(crate) enrolment: SocketAddr,
    pub(crate) service: SocketAddr,
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// Makes the folder, whole or not at all.
pub(crate) async fn init(plan: &Plan, now: Timestamp) -> anyhow::Result<()> {
    let dir = &plan.dir;
    if dir.exists() {
        let empty = fs::read_dir(dir)
            .with_context(|| format!("{} is not a folder", dir.display()))?
            .next()
            .is_none();
        ensure!(
            empty,
            "{} is in use: give a folder that does not exist yet or is empty",
            dir.display()
        );
    }
    let passphrase = passphrase(plan.passphrase_file.as_deref())?;
    ensure!(
        passphrase.chars().count() >= 12,
        "the passphrase is too short: use at least 12 characters"
    );
    let file = plan.passphrase_file.as_deref().map(fs::canonicalize).transpose()?;
    let text = config::template(
        &plan.service_name,
        &plan.server_names,
        plan.enrolment,
        plan.service,
        file.as_deref(),
    );

    // Beside the folder, so that the last step is one rename.
    let name = dir.file_name().context("the folder has no name")?.to_string_lossy();
    let unfinished = dir.with_file_name(format!(".{name}.unfinished"));
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).context("cannot remove what an earlier init left")?;
    }
    private_dir(&unfinished)?;
    write_private(&unfinished.join("warifu.toml"), text.as_bytes())?;
    let config = Config::load(&unfinished)?;
    let made = Authority::create(&config.service_name, &passphrase, random::bytes()?, now)?;
    write_private(&unfinished.join("authority.pem"), made.certificate_pem.as_bytes())?;
    write_private(&unfinished.join("authority.key"), made.key_pem.as_bytes())?;
    let authority = open_authority(&unfinished, &passphrase)?;
    server_certificate::issue(&unfinished, &config, &authority, now)?;
    let path = unfinished.join(DATABASE);
    write_private(&path, b"")?;
    let store = Store::create(&path)?;
    store
        .write(move |connection| {
            let created = Entry::new(Act::AuthorityCreated, Actor::Provider(None), now);
            Ok::<_, Error>(audit::record(connection, &created)?)
        })
        .await
        .map_err(|error| anyhow::anyhow!("{error:?}"))?;
    store.close();
    if dir.exists() {
        fs::remove_dir(dir)?;
    }
    fs::rename(&unfinished, dir)
        .with_context(|| format!("cannot give the folder its name {}", dir.display()))?;
    Ok(())
}

/// Opens the database of a folder for a change.
pub(crate) fn open_store(dir: &Path) -> anyhow::Result<Store> {
    Ok(Store::open(&database(dir)?)?)
}

/// Opens the database of a folder to look at it, which writes nothing.
pub(crate) fn look_at_store(dir: &Path) -> anyhow::Result<Store> {
    let path = database(dir)?;
    Store::open_to_look(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// Opens the database of a folder that nobody else uses, and brings it up to date.
pub(crate) fn open_store_to_serve(dir: &Path, now: Timestamp) -> anyhow::Result<Store> {
    Ok(Store::open_to_serve(&database(dir)?, now)?)
}

fn database(dir: &Path) -> anyhow::Result<PathBuf> {
    let path = dir.join(DATABASE);
    ensure!(path.is_file(), "{} is missing: is this a folder made by `init`?", path.display());
    Ok(path)
}

/// Opens the authority of a folder with the passphrase that its configuration names.
pub(crate) fn open_authority_of(dir: &Path, config: &Config) -> anyhow::Result<Authority> {
    open_authority(dir, &passphrase(config.passphrase_file.as_deref())?)
}

fn open_authority(dir: &Path, passphrase: &str) -> anyhow::Result<Authority> {
    let certificate = CertificateDer::from_pem_file(dir.join("authority.pem"))
        .context("cannot read authority.pem")?;
    let key = fs::read_to_string(dir.join("authority.key")).context("cannot read authority.key")?;
    Ok(Authority::open(certificate, &key, passphrase)?)
}

fn passphrase(file: Option<&Path>) -> anyhow::Result<Zeroizing<String>> {
    if let Some(path) = file {
        return secret_of_file(path);
    }
    match std::env::var(PASSPHRASE_VARIABLE) {
        Ok(text) if !text.is_empty() => Ok(Zeroizing::new(text)),
        Ok(_) | Err(_) => bail!(
            "the passphrase of the authority's key is missing: set {PASSPHRASE_VARIABLE}, or give \
             a file with --passphrase-file (init) or passphrase_file (warifu.toml)"
        ),
    }
}

/// The secret in a file that only its owner reads, without the end of its line.
pub(crate) fn secret_of_file(path: &Path) -> anyhow::Result<Zeroizing<String>> {
    refuse_if_others_can_read(path)?;
    let text = Zeroizing::new(
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?,
    );
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Writes a file that only its owner reads, whole or not at all.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let unfinished = path.with_extension("unfinished");
    let write = || -> std::io::Result<()> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&unfinished)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&unfinished, path)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

fn private_dir(path: &Path) -> anyhow::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).with_context(|| format!("cannot make {}", path.display()))
}

#[cfg(unix)]
fn refuse_if_others_can_read(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path)
        .with_context(|| format!("cannot read {}", path.display()))?
        .permissions()
        .mode();
    ensure!(mode & 0o077 == 0, "others can read {}: run chmod 600 on it", path.display());
    Ok(())
}

#[cfg(not(unix))]
fn refuse_if_others_can_read(_path: &Path) -> anyhow::Result<()> {
    Ok(())
}
