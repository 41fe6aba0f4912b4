//! The provider's service that the login opens: 債権照会 of `tests/service`, behind Debian's Apache with
//! mod_auth_openidc. Nothing in it is Warifu's but its configuration.

use std::{
    fs,
    io::Write as _,
    net::TcpStream,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use crate::{
    backend::Provider,
    places,
    process::{self, Output, Process},
    site::Site,
    wait,
};

/// The client's ID at the login.
pub const CLIENT: &str = "claims";

/// What the service proves itself with to the login.
#[derive(Clone, Debug)]
pub enum Proof {
    /// A shared secret.
    Secret(String),
    /// A key of its own, RSA: the files of key and certificate, and its ID. It is the only kind that
    /// mod_auth_openidc 2.4.12 can sign with.
    Key {
        /// The file of the key (PEM).
        key: PathBuf,
        /// The file of a certificate with its public half (PEM).
        certificate: PathBuf,
        /// What the login knows it by.
        kid: String,
    },
}

/// The service, running or not; stopped when dropped.
#[derive(Debug)]
pub struct RelyingParty {
    /// Its process first, so that it goes first.
    process: Option<Process>,
    group: String,
    site: Site,
    dir: TempDir,
}

/// A request, as the service's log tells it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Asked {
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// `GET` or another.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// What was answered.
    pub status: u16,
    /// Whether it tells the end of a login (OpenID Connect Back-Channel Logout 1.0).
    pub logout: bool,
}

impl RelyingParty {
    /// The service at `site`, which knows the login at `issuer` and proves itself with `proof`. Its
    /// processes belong to `group`.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn set_up(group: &str, site: &Site, issuer: &Site, proof: &Proof) -> Result<Self> {
        // Apache gives up its rights when it has those of root; its folder must stay readable, and
        // those above it.
        let home = tempfile::Builder::new().prefix("warifu-service-").tempdir()?;
        open_to_all(home.path())?;
        let dir = home.path();
        copy(&sources().join("pages"), &dir.join("pages"))?;
        fs::copy(issuer.certificate(), dir.join("issuer.pem"))?;
        write_private(&dir.join("passphrase"), "a passphrase for samples only\n")?;
        let authentication = match proof {
            Proof::Secret(secret) => format!(
                "OIDCProviderTokenEndpointAuth client_secret_basic\nOIDCClientSecret \"{secret}\"\n"
            ),
            Proof::Key { key, certificate, kid } => format!(
                "OIDCProviderTokenEndpointAuth private_key_jwt\nOIDCPrivateKeyFiles {kid}#{}\n\
                 OIDCPublicKeyFiles {kid}#{}\n",
                key.display(),
                certificate.display()
            ),
        };
        write_private(&dir.join("authentication.conf"), &authentication)?;
        let defined = [
            ("FOLDER", dir.display().to_string()),
            ("PAGES", dir.join("pages").display().to_string()),
            ("HOST", site.place()),
            ("LISTEN", site.listen()),
            ("CERTIFICATE", site.certificate().display().to_string()),
            ("KEY", site.key().display().to_string()),
            ("ISSUER", issuer.origin()),
            ("CLIENT", String::from(CLIENT)),
            ("LOGIN", sources().join("login.conf").display().to_string()),
        ];
        let mut main: String =
            defined.iter().map(|(name, value)| format!("Define {name} \"{value}\"\n")).collect();
        main += &format!("Include \"{}\"\n", sources().join("service.conf").display());
        fs::write(dir.join("main.conf"), main)?;
        Ok(Self { process: None, group: group.to_owned(), site: site.clone(), dir: home })
    }

    /// Starts it, and waits until it listens.
    ///
    /// # Errors
    ///
    /// When Apache or its module is missing, or it does not start; with what it wrote.
    pub fn start(&mut self) -> Result<()> {
        let mut command = Command::new(apache()?);
        command.arg("-f").arg(self.dir.path().join("main.conf")).arg("-DFOREGROUND");
        command.stdin(std::process::Stdio::null()).env(process::GROUP, &self.group);
        let mut apache = Process::spawn("apache", &mut command, self.dir.path(), Output::Logged)?;
        wait::until("Apache listens", || {
            apache.check().with_context(|| self.log())?;
            Ok(TcpStream::connect(self.site.listen()).ok())
        })?;
        self.process = Some(apache);
        Ok(())
    }

    /// Stops it; whoever is logged in there stays so for the next start only as far as Apache's memory
    /// lasts, which is not at all.
    pub fn stop(&mut self) {
        self.process = None;
    }

    /// Where it is.
    #[must_use]
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The folder of its pages.
    #[must_use]
    pub fn pages(&self) -> PathBuf {
        self.dir.path().join("pages")
    }

    /// What it was asked so far, oldest first.
    ///
    /// # Errors
    ///
    /// When its log cannot be read.
    pub fn asked(&self) -> Result<Vec<Asked>> {
        let text = fs::read_to_string(self.dir.path().join("access.log"))?;
        text.lines().map(|line| asked(line).with_context(|| line.to_owned())).collect()
    }

    /// When it was told that a login is over, in milliseconds since 1970, oldest first; with whether it
    /// took it.
    ///
    /// # Errors
    ///
    /// When its log cannot be read.
    pub fn told(&self) -> Result<Vec<(u64, u16)>> {
        let asked = self.asked()?;
        Ok(asked.iter().filter(|one| one.logout).map(|one| (one.at, one.status)).collect())
    }

    /// What Apache wrote about errors.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("error.log")).unwrap_or_default()
    }
}

/// Has a provider's menu lead to the service instead of the addresses that `init` writes.
///
/// # Errors
///
/// When the configuration cannot be read or written.
pub fn take_entries(provider: &Provider, site: &Site) -> Result<()> {
    provider.edit_configuration(|text| {
        ["claims", "apply", "news"].into_iter().fold(text, |text, entry| {
            let written = format!("https://www.example.jp/{entry}\"");
            text.replace(&written, &format!("{}\"", site.at(&format!("/{entry}/"))))
        })
    })
}

/// Whether what the service consists of is installed.
#[must_use]
pub fn is_installed() -> bool {
    apache().is_ok()
}

fn apache() -> Result<&'static Path> {
    let program = Path::new("/usr/sbin/apache2");
    for needed in [program, Path::new("/usr/lib/apache2/modules/mod_auth_openidc.so")] {
        ensure!(
            needed.is_file(),
            "{} is missing (Debian packages apache2-bin, libapache2-mod-auth-openidc)",
            needed.display()
        );
    }
    Ok(program)
}

fn sources() -> PathBuf {
    places::workspace().join("tests/service")
}

fn open_to_all(folder: &Path) -> Result<()> {
    Ok(fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?)
}

fn write_private(path: &Path, text: &str) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    Ok(options.open(path)?.write_all(text.as_bytes())?)
}

/// Reads a line of the log's format in `service.conf`.
fn asked(line: &str) -> Option<Asked> {
    let words: Vec<_> = line.split(' ').collect();
    let [at, method, path, status, told] = words[..] else { return None };
    Some(Asked {
        at: at.parse().ok()?,
        method: method.to_owned(),
        path: path.to_owned(),
        status: status.parse().ok()?,
        logout: told == "logout",
    })
}

/// Copies a folder of pages, for everybody to read.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    open_to_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), &to)?;
            fs::set_permissions(&to, fs::Permissions::from_mode(0o644))?;
        }
    }
    Ok(())
}
