//! Warifu's backend: a provider in a folder of its own, spoken to by its command line and its protocol.

use std::{
    fs,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rcgen::{CertificateParams, KeyPair};
use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use serde::Deserialize;
use tempfile::TempDir;
use warifu_platform::port;
use warifu_protocol::{
    CertificateAnswer, ConnectionProfile, Device, EnrolmentAnswer, EnrolmentRequest,
    IssuanceRequest, LoginAnswer, LoginRequest, PasswordChangeRequest, SecretText,
};

use super::{
    authority::private,
    client::{self, Identity, Place},
    machine::Machine,
    server::Server,
};

/// The password that the first administrator takes.
const PASSWORD: &str = "kQ7mzR2vX9aT";

/// A provider with one customer.
#[derive(Debug)]
pub(crate) struct Provider {
    folder: TempDir,
    ports: [u16; 2],
    pub(crate) authority: CertificateDer<'static>,
    administrator: Notice,
}

/// What the customer's notice says.
#[derive(Debug, Deserialize)]
struct Notice {
    customer_number: String,
    user_id: String,
    initial_password: String,
}

/// A running backend.
#[derive(Debug)]
pub(crate) struct Backend {
    pub(crate) server: Server,
    pub(crate) enrolment: Place,
    service: u16,
    authority: CertificateDer<'static>,
}

impl Provider {
    pub(crate) fn set_up() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let passphrase = folder.path().join("passphrase");
        fs::write(&passphrase, "for measurements only\n")?;
        fs::set_permissions(&passphrase, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        let ports: [u16; 2] = port::reserve()?;
        let dir = folder.path().join("data");
        let mut init = command("init", &dir)?;
        init.args(["--service-name", "計測サービス", "--server-name", "localhost"]);
        for (option, port) in ["--enrolment-listen", "--service-listen"].iter().zip(ports) {
            init.arg(option).arg(format!("127.0.0.1:{port}"));
        }
        said(init.arg("--passphrase-file").arg(&passphrase))?;
        let mut add = command("customer add", &dir)?;
        let notice = said(add.args(["--name", "株式会社計測", "--user-id", "kanri01", "--json"]))?;
        let administrator = serde_json::from_str(&notice).context("customer add --json")?;
        let profile = said(&mut command("profile", &dir)?)?;
        let profile: ConnectionProfile = serde_json::from_str(&profile).context("profile")?;
        let anchor = profile.trust_anchors.first().context("a profile without an authority")?;
        let authority = CertificateDer::from_pem_slice(anchor.as_bytes()).context("profile")?;
        Ok(Self { folder, ports, authority, administrator })
    }

    /// The database, to be written to while no backend runs.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("data").join("warifu.sqlite")
    }

    pub(crate) fn serve(&self, machine: &Machine) -> Result<Backend> {
        let [enrolment, service] = self.ports;
        let mut command = command("serve", &self.folder.path().join("data"))?;
        let log = self.folder.path().join("log");
        Ok(Backend {
            server: Server::start(machine, &mut command, &log, service)?,
            enrolment: Place { port: enrolment, tls: client::tls(&self.authority, None)? },
            service,
            authority: self.authority.clone(),
        })
    }

    /// Issues the administrator's certificate, as the app does: initial password, own password, request.
    pub(crate) fn enrol(&self, backend: &Backend) -> Result<Identity> {
        let Notice { customer_number, user_id, initial_password } = &self.administrator;
        let mut connection = backend.enrolment.connect(Ipv4Addr::LOCALHOST)?;
        let request = EnrolmentRequest {
            customer_number: customer_number.parse().ok().context("a customer's number")?,
            user_id: user_id.parse().ok().context("a user's ID")?,
            password: initial_password.clone().into(),
            public_key: None,
            transfer_code: None,
        };
        let opened: EnrolmentAnswer =
            connection.ask_json("POST", "/v1/enrolments", None, &request)?;
        let grant = Some(opened.ticket.expose());
        let change = PasswordChangeRequest { new_password: password() };
        connection.ask("POST", "/v1/enrolments/password", grant, &serde_json::to_vec(&change)?)?;
        let key = KeyPair::generate()?;
        let answer: CertificateAnswer =
            connection.ask_json("POST", CERTIFICATE, grant, &certificate_request(&key)?)?;
        let certificate = STANDARD.decode(answer.certificate)?.into();
        Ok(Identity { certificate, key: private(&key) })
    }

    /// The user ID of the administrator.
    pub(crate) fn administrator(&self) -> &str {
        &self.administrator.user_id
    }
}

impl Backend {
    /// The service listener for one certificate.
    pub(crate) fn service(&self, identity: &Identity) -> Result<Place> {
        Ok(Place { port: self.service, tls: client::tls(&self.authority, Some(identity))? })
    }
}

/// Where a certificate is asked for.
pub(crate) const CERTIFICATE: &str = "/v1/enrolments/certificate";

/// The administrator's password.
pub(crate) fn password() -> SecretText {
    String::from(PASSWORD).into()
}

/// Logs in on a connection; the session's token.
pub(crate) fn log_in(connection: &mut client::Connection) -> Result<SecretText> {
    let request = LoginRequest { password: password() };
    match connection.ask_json("POST", "/v1/sessions", None, &request)? {
        LoginAnswer::LoggedIn(session) => Ok(session.token),
        LoginAnswer::PasswordChangeRequired { .. } => {
            anyhow::bail!("the password should be good for months")
        }
    }
}

/// A request for a certificate with this key.
pub(crate) fn certificate_request(key: &KeyPair) -> Result<IssuanceRequest> {
    let request = CertificateParams::default().serialize_request(key)?;
    Ok(IssuanceRequest { csr: STANDARD.encode(request.der()), device: Device::default() })
}

/// One sub-command of the backend that was built together with this program.
fn command(subcommand: &str, dir: &Path) -> Result<Command> {
    let mut command = Command::new(built("warifu-backend")?);
    command.args(subcommand.split(' ')).arg("--dir").arg(dir);
    Ok(command)
}

/// A program that was built together with this one.
pub(crate) fn built(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let program = own.parent().context("a program without a folder")?.join(name);
    ensure!(program.is_file(), "{} has not been built", program.display());
    Ok(program)
}

fn said(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    let error = || String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "{command:?}: {}", error());
    Ok(String::from_utf8(output.stdout)?)
}
