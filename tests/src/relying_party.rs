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
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    backend::{Provider, Said as _},
    places,
    process::{self, Output, Process},
    site::Site,
    wait,
};

/// The client's ID at the login.
pub const CLIENT: &str = "claims";

/// Seconds before the access token's end from which it is refreshed, as docs/services/apache.md has it.
const REFRESH: u32 = 60;

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
    proof: Proof,
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
        Self::set_up_refreshing(group, site, issuer, proof, REFRESH)
    }

    /// The same for a service that asks so many seconds before the end of the login's access token
    /// whether the user may still be there.
    ///
    /// # Errors
    ///
    /// Those of [`RelyingParty::set_up`].
    pub fn set_up_refreshing(
        group: &str,
        site: &Site,
        issuer: &Site,
        proof: &Proof,
        refresh: u32,
    ) -> Result<Self> {
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
                // In this order: the module knows the method only with keys.
                "OIDCPrivateKeyFiles {kid}#{}\nOIDCPublicKeyFiles {kid}#{}\n\
                 OIDCProviderTokenEndpointAuth private_key_jwt\n",
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
            // Seconds before the access token's end from which it is refreshed.
            ("REFRESH", refresh.to_string()),
            ("LOGIN", sources().join("login.conf").display().to_string()),
        ];
        let mut main: String =
            defined.iter().map(|(name, value)| format!("Define {name} \"{value}\"\n")).collect();
        main += &format!("Include \"{}\"\n", sources().join("service.conf").display());
        fs::write(dir.join("main.conf"), main)?;
        Ok(Self {
            process: None,
            group: group.to_owned(),
            site: site.clone(),
            proof: proof.clone(),
            dir: home,
        })
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

    /// Has it answer 500 to whoever tells it that a login is over, or take it again.
    ///
    /// # Errors
    ///
    /// When the switch cannot be set.
    pub fn be_deaf(&self, deaf: bool) -> Result<()> {
        let switch = self.dir.path().join("deaf");
        if deaf {
            fs::write(switch, "")?
        } else {
            fs::remove_file(switch)?
        }
        Ok(())
    }

    /// Where it is.
    #[must_use]
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// What it proves itself with.
    #[must_use]
    pub fn proof(&self) -> &Proof {
        &self.proof
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

/// Tells a provider's backend of its login at `login` and of the service at `site`, which the main menu
/// then opens logged in; what the service is to prove itself with. Counts from the next start of the
/// backend.
///
/// # Errors
///
/// When the backend refuses, in its words, or its configuration cannot be changed.
pub fn register(provider: &Provider, login: &Site, site: &Site) -> Result<Proof> {
    let said = Command::new(places::built("warifu-backend")?)
        .args(["web", "client", "secret", CLIENT, "--json"])
        .said()?;
    let said: Value = serde_json::from_str(&said).context("web client secret --json")?;
    let field = |name: &str| said[name].as_str().map(str::to_owned).context(name.to_owned());
    take_entries(provider, site)?;
    let hash = field("secret_hash")?;
    provider.edit_configuration(|text| {
        format!(
            "{text}\n{}\n{}authentication = \"client_secret_basic\"\nsecret_hash = \"{hash}\"\n",
            login_section(login, site),
            client_section(site)
        )
    })?;
    Ok(Proof::Secret(field("secret")?))
}

/// The same with a key of the service's own, whose files are made in `dir`.
///
/// # Errors
///
/// Those of [`register`], and when openssl cannot make the key.
pub fn register_with_key(
    provider: &Provider,
    login: &Site,
    site: &Site,
    dir: &Path,
) -> Result<Proof> {
    const KID: &str = "service-1";
    let (key, certificate) = (dir.join("rsa-key.pem"), dir.join("rsa-certificate.pem"));
    Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj"])
        .args(["/CN=service-1", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .said()?;
    let modulus = Command::new("openssl")
        .args(["x509", "-noout", "-modulus", "-in"])
        .arg(&certificate)
        .said()?;
    let modulus = modulus.trim().strip_prefix("Modulus=").context("no modulus")?;
    let digits = modulus.as_bytes().chunks(2);
    let bytes: Vec<u8> = digits
        .map(|two| Ok(u8::from_str_radix(std::str::from_utf8(two)?, 16)?))
        .collect::<Result<_>>()?;
    let jwks = json!({ "keys": [{
        "kty": "RSA", "kid": KID, "alg": "RS256", "use": "sig", "e": "AQAB",
        "n": BASE64_URL_SAFE_NO_PAD.encode(bytes),
    }] });
    fs::write(provider.dir().join("claims.jwks.json"), jwks.to_string())?;
    take_entries(provider, site)?;
    provider.edit_configuration(|text| {
        format!(
            "{text}\n{}\n{}authentication = \"private_key_jwt\"\njwks_file = \"claims.jwks.json\"\n\
             assertion_algorithm = \"RS256\"\n",
            login_section(login, site),
            client_section(site)
        )
    })?;
    Ok(Proof::Key { key, certificate, kid: String::from(KID) })
}

/// The main menu's entries lead to the service instead of where `init` lets them lead.
fn take_entries(provider: &Provider, site: &Site) -> Result<()> {
    provider.edit_configuration(|text| {
        [("claims", true), ("apply", true), ("news", false)].into_iter().fold(
            text,
            |text, (entry, signs_in)| {
                let written = format!("url = \"https://www.example.jp/{entry}\"");
                let client =
                    if signs_in { format!("\nclient = \"{CLIENT}\"") } else { String::new() };
                let url = site.at(&format!("/{entry}/"));
                text.replace(&written, &format!("url = \"{url}\"{client}"))
            },
        )
    })
}

/// `[web]` of `warifu.toml`.
fn login_section(login: &Site, site: &Site) -> String {
    format!(
        "[web]\nurl = \"{}\"\nlisten = \"{}\"\ncertificate_file = \"{}\"\nkey_file = \"{}\"\n\
         trust_anchors_file = \"{}\"\n",
        login.origin(),
        login.listen(),
        login.certificate().display(),
        login.key().display(),
        site.certificate().display()
    )
}

/// `[[client]]` of `warifu.toml`, but for what it proves itself with.
fn client_section(site: &Site) -> String {
    let redirect = site.at("/warifu/redirect_uri");
    format!(
        "[[client]]\nid = \"{CLIENT}\"\n\
         title = {{ ja = \"サンプル電子債権サービス\", en = \"Sample claims service\" }}\n\
         redirect_uris = [\"{redirect}\"]\ninitiate_login_uri = \"{redirect}\"\n\
         backchannel_logout_uri = \"{redirect}?logout=backchannel\"\n\
         post_logout_redirect_uris = [\"{}\"]\n\
         permissions = [\"claims.view\", \"claims.apply\", \"claims.approve\"]\n\
         claims = [\"customer_name\"]\n",
        site.at("/")
    )
}

/// Whether what the service consists of is installed.
#[must_use]
pub fn is_installed() -> bool {
    apache().is_ok()
}

/// Apache's program, with its module for the login.
///
/// # Errors
///
/// When one of the two is not installed.
pub fn apache() -> Result<&'static Path> {
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
