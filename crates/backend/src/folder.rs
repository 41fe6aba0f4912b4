//! The backend's folder: what `init` makes and what the other commands open.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use warifu_pki::{AuthorityProfile, FileKey, Issuer, pem};
use warifu_platform::{env, file, secret};
use warifu_protocol::{ServerName, ServiceName, Timestamp};
use warifu_store::{Store, StoreError, Tx};
use zeroize::Zeroizing;

use crate::{
    config::{self, Config},
    random, server_certificate,
};

pub(crate) use self::unfinished::Unfinished;

mod unfinished;

/// The environment variable with the passphrase of the authority's key.
pub(crate) const PASSPHRASE_VARIABLE: &str = "WARIFU_AUTHORITY_PASSPHRASE";

/// The credential of systemd with the same.
pub(crate) const PASSPHRASE_CREDENTIAL: &str = "authority-passphrase";

/// The database's file.
pub(crate) const DATABASE: &str = "warifu.sqlite";

/// What `init` is told.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) dir: PathBuf,
    pub(crate) service_name: ServiceName,
    pub(crate) server_names: Vec<ServerName>,
    pub(crate) enrolment: SocketAddr,
    pub(crate) service: SocketAddr,
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// Makes the folder, whole or not at all; a second try finds nothing of a failed one in its way.
pub(crate) async fn init(
    plan: &Plan,
    now: Timestamp,
    record: impl Fn(&Tx) -> Result<(), StoreError> + Send + 'static,
) -> anyhow::Result<()> {
    let dir = &plan.dir;
    let unfinished = Unfinished::begin(dir)?;
    let passphrase = long_enough(passphrase(plan.passphrase_file.as_deref())?)?;
    let cannot = || format!("cannot make {}", dir.display());
    fill(unfinished.path(), plan, &passphrase, now).with_context(cannot)?;
    let store = Store::create(&unfinished.path().join(DATABASE)).with_context(cannot)?;
    store.write(record).await.with_context(cannot)?;
    store.close();
    unfinished.finish()
}

fn fill(dir: &Path, plan: &Plan, passphrase: &str, now: Timestamp) -> anyhow::Result<()> {
    let names: Vec<String> = plan.server_names.iter().map(ToString::to_string).collect();
    let passphrase_file = plan.passphrase_file.as_deref().map(fs::canonicalize).transpose()?;
    let text = config::template(
        &random::name()?,
        plan.service_name.as_str(),
        &names,
        plan.enrolment,
        plan.service,
        passphrase_file.as_deref(),
    );
    file::write_new(&dir.join("warifu.toml"), text.as_bytes())?;
    let config = Config::load(dir)?;
    let key = FileKey::generate()?;
    let key_pem = key.to_pem(passphrase)?;
    let profile = AuthorityProfile::new(config.service_name.as_str());
    let issuer = Issuer::create(&profile, Box::new(key), random::bytes()?, now)?;
    let certificate_pem = pem::encode(pem::Label::Certificate, issuer.certificate())?;
    file::write_new(&dir.join("authority.pem"), certificate_pem.as_bytes())?;
    file::write_new(&dir.join("authority.key"), key_pem.as_bytes())?;
    server_certificate::issue(dir, &config, &issuer, now)?;
    Ok(file::write_new(&dir.join(DATABASE), b"")?)
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
pub(crate) fn open_issuer(dir: &Path, config: &Config) -> anyhow::Result<Issuer> {
    let passphrase = passphrase(config.passphrase_file.as_deref())?;
    let key = fs::read_to_string(dir.join("authority.key")).context("cannot read authority.key")?;
    issuer_with(dir, FileKey::open(&key, &passphrase)?)
}

fn issuer_with(dir: &Path, key: FileKey) -> anyhow::Result<Issuer> {
    let certificate = CertificateDer::from_pem_file(dir.join("authority.pem"))
        .context("cannot read authority.pem")?;
    Ok(Issuer::new(certificate, Box::new(key))?)
}

/// Puts the authority's key under another passphrase; the file is as it was or under the new one.
pub(crate) fn change_passphrase(dir: &Path, config: &Config, next: &str) -> anyhow::Result<()> {
    let path = dir.join("authority.key");
    let key = Zeroizing::new(
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?,
    );
    let present = passphrase(config.passphrase_file.as_deref())?;
    let changed = warifu_pki::change_passphrase(&key, &present, next)?;
    FileKey::open(&changed, next)
        .map_err(anyhow::Error::from)
        .and_then(|key| issuer_with(dir, key))
        .context("the changed key does not open; nothing is changed")?;
    file::replace(&path, changed.as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))
}

/// A passphrase that is to be used from now on, from a file or a variable.
pub(crate) fn new_passphrase(
    file: Option<&Path>,
    variable: &str,
) -> anyhow::Result<Zeroizing<String>> {
    long_enough(passphrase_of(file, variable)?)
}

fn long_enough(passphrase: Zeroizing<String>) -> anyhow::Result<Zeroizing<String>> {
    ensure!(
        passphrase.chars().count() >= 12,
        "the passphrase is too short: use at least 12 characters"
    );
    Ok(passphrase)
}

/// The passphrase of the authority's key, and of those that sign for services: from the file that is named,
/// from systemd, or from the environment.
pub(crate) fn passphrase(file: Option<&Path>) -> anyhow::Result<Zeroizing<String>> {
    if file.is_none()
        && let Some(handed) = secret::credential(PASSPHRASE_CREDENTIAL)?
    {
        return Ok(handed);
    }
    passphrase_of(file, PASSPHRASE_VARIABLE)
}

fn passphrase_of(file: Option<&Path>, variable: &str) -> anyhow::Result<Zeroizing<String>> {
    match file {
        Some(path) => Ok(secret::read(path)?),
        None => env::secret(variable).with_context(|| {
            format!(
                "the passphrase of the authority's key is missing: set {variable}, or give a file \
                 with --passphrase-file or passphrase_file (warifu.toml)"
            )
        }),
    }
}
