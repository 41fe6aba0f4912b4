//! The backend's folder: what `init` makes and what the other commands open.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use warifu_pki::{AuthorityProfile, FileKey, Issuer, Signer, pem};
use warifu_platform::{env, file, secret};
use warifu_protocol::{ServerName, ServiceName, Timestamp};
use warifu_store::{Server, Store, StoreError, Tx};
use zeroize::Zeroizing;

use crate::{
    config::{self, Config, DatabaseConfig, authority::TokenConfig},
    random, server_certificate,
};

pub(crate) use self::{
    authority::{change_passphrase, key_file, open_issuer},
    record_key::{
        RECORD_KEY, RECORD_PUBLIC, RecordKey, authority_of, change_record_passphrase, name_of,
        record_public,
    },
    unfinished::Unfinished,
};

mod authority;
mod record_key;
mod unfinished;

/// The environment variable with the passphrase of the authority's key.
pub(crate) const PASSPHRASE_VARIABLE: &str = "WARIFU_AUTHORITY_PASSPHRASE";

/// The credential of systemd with the same.
pub(crate) const PASSPHRASE_CREDENTIAL: &str = "authority-passphrase";

/// The credential of systemd with the password of a PostgreSQL server.
const DATABASE_CREDENTIAL: &str = "database-password";

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
    /// Where the authority's key is to be, if not in a file.
    pub(crate) token: Option<TokenPlan>,
}

/// A key in a token, for `init`.
#[derive(Clone, Debug)]
pub(crate) struct TokenPlan {
    pub(crate) config: TokenConfig,
    /// Whether the key is there already; else it is made.
    pub(crate) is_there: bool,
}

/// Makes the folder, whole or not at all; a second try finds nothing of a failed one in its way.
pub(crate) async fn init(
    plan: &Plan,
    now: Timestamp,
    record: impl Fn(&Tx) -> Result<(), StoreError> + Send + 'static,
) -> anyhow::Result<()> {
    let dir = &plan.dir;
    let unfinished = Unfinished::begin(dir)?;
    let passphrase = match (&plan.token, &plan.passphrase_file) {
        // Only what signs for services is under a passphrase then.
        (Some(_), None) => None,
        (Some(_) | None, file) => Some(long_enough(passphrase(file.as_deref())?)?),
    };
    let cannot = || format!("cannot make {}", dir.display());
    fill(unfinished.path(), plan, passphrase.as_ref(), now).with_context(cannot)?;
    let store = Store::create(&unfinished.path().join(DATABASE)).with_context(cannot)?;
    store.write(record).await.with_context(cannot)?;
    store.close();
    unfinished.finish()
}

fn fill(
    dir: &Path,
    plan: &Plan,
    passphrase: Option<&Zeroizing<String>>,
    now: Timestamp,
) -> anyhow::Result<()> {
    let names: Vec<String> = plan.server_names.iter().map(ToString::to_string).collect();
    let passphrase_file = plan.passphrase_file.as_deref().map(fs::canonicalize).transpose()?;
    let text = config::template(
        &random::name()?,
        plan.service_name.as_str(),
        &names,
        plan.enrolment,
        plan.service,
        passphrase_file.as_deref(),
        plan.token.as_ref().map(|token| &token.config),
    );
    file::write_new(&dir.join("warifu.toml"), text.as_bytes())?;
    let config = Config::load(dir)?;
    file::write_new(&dir.join(DATABASE), b"")?;
    let key: Box<dyn Signer> = match (&plan.token, passphrase) {
        (Some(token), _) => authority::key_for(token)?,
        (None, Some(passphrase)) => {
            let key = FileKey::generate()?;
            file::write_new(&key_file(dir), key.to_pem(passphrase)?.as_bytes())?;
            Box::new(key)
        }
        (None, None) => bail!("a key in a file wants a passphrase"),
    };
    let profile = AuthorityProfile::new(config.service_name.as_str());
    let issuer = Issuer::create(&profile, key, random::bytes()?, now)?;
    let certificate_pem = pem::encode(pem::Label::Certificate, issuer.certificate())?;
    file::write_new(&dir.join("authority.pem"), certificate_pem.as_bytes())?;
    server_certificate::issue(dir, &config, &issuer, now)
}

/// Where the database is.
enum Place {
    File(PathBuf),
    Server(Box<Server>),
}

/// Opens the database of a folder for a change.
pub(crate) fn open_store(dir: &Path) -> anyhow::Result<Store> {
    Ok(match place(dir)? {
        Place::File(path) => Store::open(&path)?,
        Place::Server(server) => Store::open_on(&server)?,
    })
}

/// Opens the database of a folder to look at it, which writes nothing.
pub(crate) fn look_at_store(dir: &Path) -> anyhow::Result<Store> {
    Ok(match place(dir)? {
        Place::File(path) => {
            Store::open_to_look(&path).with_context(|| format!("cannot read {}", path.display()))?
        }
        Place::Server(server) => Store::look_on(&server)?,
    })
}

/// Opens the database of a folder, and brings it up to date. Nobody else uses it if it is a file; others
/// may if it is on a server.
pub(crate) fn open_store_to_serve(dir: &Path, now: Timestamp) -> anyhow::Result<Store> {
    Ok(match place(dir)? {
        Place::File(path) => Store::open_to_serve(&path, now)?,
        Place::Server(server) => Store::serve_on(&server)?,
    })
}

fn place(dir: &Path) -> anyhow::Result<Place> {
    Ok(match Config::load(dir)?.database {
        Some(database) => Place::Server(Box::new(server(&database)?)),
        None => {
            refuse_moved(dir, "warifu.toml has no [database] any more: bring it back")?;
            Place::File(file_of(dir)?)
        }
    })
}

/// Says that the folder's own database was moved to a server, and when.
const MOVED: &str = "database.moved";

/// Refuses the folder's own database if it was moved: in it, all that was withdrawn since is good again.
pub(crate) fn refuse_moved(dir: &Path, what_to_do: &str) -> anyhow::Result<()> {
    let mark = dir.join(MOVED);
    ensure!(
        !mark.exists(),
        "the database of {} was moved to a server, and {what_to_do}. Only to go back to what it held then, \
         remove {}",
        dir.display(),
        mark.display()
    );
    Ok(())
}

/// Notes that the folder's own database was moved to a server.
pub(crate) fn mark_moved(dir: &Path, now: Timestamp) -> anyhow::Result<()> {
    let mark = dir.join(MOVED);
    file::write_new(&mark, format!("{now}\n").as_bytes())
        .with_context(|| format!("all is copied, but {} cannot be written", mark.display()))
}

/// The server that a configuration names, with its password.
pub(crate) fn server(database: &DatabaseConfig) -> anyhow::Result<Server> {
    let password = match &database.password_file {
        Some(path) => Some(secret::read(path)?),
        None => secret::credential(DATABASE_CREDENTIAL)?,
    };
    let authority = database
        .ca_file
        .as_ref()
        .map(|path| fs::read(path).with_context(|| format!("cannot read {}", path.display())))
        .transpose()?;
    let password = password.as_ref().map(|password| password.as_str());
    let server = Server::new(&database.url, password, authority.as_deref())
        .context("[database] in warifu.toml")?;
    Ok(server.with_connections(database.connections))
}

/// Has nobody serve the folder while this is held.
pub(crate) fn lock(dir: &Path) -> anyhow::Result<File> {
    let lock = File::create(dir.join("serve.lock")).context("cannot make serve.lock")?;
    lock.try_lock().with_context(|| format!("another backend serves {}", dir.display()))?;
    Ok(lock)
}

/// The database's file of a folder.
pub(crate) fn file_of(dir: &Path) -> anyhow::Result<PathBuf> {
    let path = dir.join(DATABASE);
    ensure!(path.is_file(), "{} is missing: is this a folder made by `init`?", path.display());
    Ok(path)
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
