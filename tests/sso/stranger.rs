//! A web site that has nothing to do with the provider, and whose pages lead where they should not.

use std::{fs, net::TcpStream, os::unix::fs::PermissionsExt as _, process::Command};

use anyhow::Result;
use system_tests::{
    desktop::Desktop,
    process::{self, Output, Process},
    relying_party,
    site::Site,
    wait,
};
use tempfile::TempDir;

/// The running site; stopped when dropped.
pub(crate) struct Stranger {
    _apache: Process,
    site: Site,
    folder: TempDir,
}

impl Stranger {
    /// Starts one at `localhost`, where the login is too: browsers take the two for one site.
    pub(crate) fn start(desktop: &Desktop, site: &Site) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("warifu-stranger-").tempdir()?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        let modules = "/usr/lib/apache2/modules/mod_";
        let load: String = ["mpm_event", "authz_core", "mime", "ssl"]
            .map(|name| format!("LoadModule {name}_module {modules}{name}.so\n"))
            .concat();
        let at = folder.path().display();
        let config = folder.path().join("stranger.conf");
        let text = format!(
            "{load}ServerRoot {at}\nServerName localhost\nListen {listen}\nPidFile {at}/pid\n\
             DefaultRuntimeDir {at}\nUser www-data\nGroup www-data\nStartServers 1\n\
             ErrorLog {at}/error.log\nSSLEngine on\nSSLCertificateFile {certificate}\n\
             SSLCertificateKeyFile {key}\nTypesConfig /dev/null\nAddType text/html .html\n\
             DocumentRoot {at}\n<Directory {at}>\nRequire all granted\n</Directory>\n",
            listen = site.listen(),
            certificate = site.certificate().display(),
            key = site.key().display(),
        );
        fs::write(&config, text)?;
        let mut command = Command::new(relying_party::apache()?);
        command.arg("-f").arg(&config).arg("-DFOREGROUND").env(process::GROUP, desktop.group());
        let mut apache = Process::spawn("stranger", &mut command, &desktop.logs(), Output::Logged)?;
        wait::until("the stranger listens", || {
            apache.check()?;
            Ok(TcpStream::connect(site.listen()).ok())
        })?;
        Ok(Self { _apache: apache, site: site.clone(), folder })
    }

    /// Writes a page, and gives its path.
    pub(crate) fn page(&self, name: &str, body: &str) -> Result<String> {
        let html = format!("<!doctype html><meta charset=utf-8><title>{name}</title>{body}");
        fs::write(self.folder.path().join(format!("{name}.html")), html)?;
        Ok(format!("/{name}.html"))
    }

    /// Its address as a neighbour of the login, and as another site.
    pub(crate) fn addresses(&self, path: &str) -> [String; 2] {
        let near = self.site.at(path);
        [near.clone(), near.replace("localhost", "127.0.0.1")]
    }
}
