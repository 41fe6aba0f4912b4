//! Somebody with curl and openssl instead of the app: real certificates, and requests that no app
//! would send.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::{
    provider::Provider,
    world::{Customer, PASSWORD, World},
};

/// Where they attack, and the folder for their files.
pub(crate) struct Attacker {
    dir: PathBuf,
    enrolment: String,
    service: String,
}

/// A certificate with its key.
pub(crate) struct Credential {
    pub(crate) certificate: PathBuf,
    key: PathBuf,
}

/// What a listener answered; status 0 if the connection came to nothing.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    /// The code of a refusal.
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    fn text(&self, key: &str) -> String {
        self.body[key].as_str().unwrap_or_else(|| panic!("no {key} in {self:?}")).to_owned()
    }
}

/// Which listener is spoken to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum At {
    Enrolment,
    Service,
}

impl Attacker {
    pub(crate) fn new(world: &World, provider: &Provider) -> Self {
        let dir = world.dir.join("attacker");
        std::fs::create_dir_all(&dir).unwrap();
        Self { dir, enrolment: provider.url("enrolment_url"), service: provider.url("service_url") }
    }

    /// A request with whatever is given.
    pub(crate) async fn request(
        &self,
        at: At,
        what: &str,
        with: Option<&Credential>,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let (method, path) = what.split_once(' ').unwrap();
        let base = match at {
            At::Enrolment => &self.enrolment,
            At::Service => &self.service,
        };
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--insecure", "--noproxy", "*", "--max-time", "20"])
            .args(["--write-out", "\n%{http_code}"])
            .args(["--request", method, &format!("{base}{path}")]);
        if let Some(credential) = with {
            curl.arg("--cert").arg(&credential.certificate).arg("--key").arg(&credential.key);
        }
        if let Some(token) = token {
            curl.args(["--header", &format!("Authorization: Bearer {token}")]);
        }
        if let Some(body) = body {
            curl.args(["--header", "Content-Type: application/json"])
                .args(["--data-binary", &body.to_string()]);
        }
        let text = run(curl).await;
        let (body, status) = text.rsplit_once('\n').unwrap();
        Answer {
            status: status.parse().unwrap(),
            body: serde_json::from_str(body).unwrap_or_default(),
        }
    }

    /// The grant for a proved password.
    pub(crate) async fn start(&self, user: &Customer, password: &str) -> Answer {
        let body =
            json!({ "customer_number": user.number, "user_id": user.id, "password": password });
        self.request(At::Enrolment, "POST /v1/enrolments", None, None, Some(body)).await
    }

    /// The grant of a user who has chosen [`PASSWORD`] and may ask for a certificate.
    pub(crate) async fn granted(&self, user: &Customer) -> String {
        let grant = self.start(user, &user.initial_password).await.text("grant");
        let body = json!({ "new_password": PASSWORD });
        let what = "POST /v1/enrolments/password";
        let changed = self.request(At::Enrolment, what, None, Some(&grant), Some(body)).await;
        assert!((200..300).contains(&changed.status), "{changed:?}");
        grant
    }

    /// A key and a request for a certificate with these sections of openssl's configuration.
    pub(crate) async fn request_file(&self, name: &str, sections: &str) -> (PathBuf, String) {
        let path = |end: &str| self.dir.join(format!("{name}.{end}"));
        std::fs::write(path("conf"), sections).unwrap();
        let mut openssl = Command::new("openssl");
        openssl
            .args(["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
            .args(["-nodes", "-sha256", "-outform", "DER", "-config"])
            .arg(path("conf"))
            .arg("-keyout")
            .arg(path("key"))
            .arg("-out")
            .arg(path("csr"));
        run(openssl).await;
        let mut base64 = Command::new("openssl");
        base64.args(["base64", "-A", "-in"]).arg(path("csr"));
        (path("key"), run(base64).await.trim().to_owned())
    }

    /// What the backend makes of a request.
    pub(crate) async fn certify(&self, grant: &str, csr: &str) -> Answer {
        let device =
            json!({ "name": "x", "os": "x", "app_version": "1", "key_protection": "software" });
        let body = json!({ "csr": csr, "device": device });
        let what = "POST /v1/enrolments/certificate";
        self.request(At::Enrolment, what, None, Some(grant), Some(body)).await
    }

    /// A certificate for a user, whose password is [`PASSWORD`] from then on.
    pub(crate) async fn enrol(&self, user: &Customer, name: &str) -> Credential {
        let grant = self.granted(user).await;
        let plain = "[req]\ndistinguished_name = subject\nprompt = no\n[subject]\nCN = x\n";
        let (key, csr) = self.request_file(name, plain).await;
        let answer = self.certify(&grant, &csr).await;
        self.keep(&answer, name, key)
    }

    /// The certificate of an answer, in a file.
    pub(crate) fn keep(&self, answer: &Answer, name: &str, key: PathBuf) -> Credential {
        let der = answer.text("certificate");
        let certificate = self.dir.join(format!("{name}.pem"));
        let pem = format!("-----BEGIN CERTIFICATE-----\n{der}\n-----END CERTIFICATE-----\n");
        std::fs::write(&certificate, pem).unwrap();
        Credential { certificate, key }
    }

    pub(crate) async fn log_in(&self, with: &Credential, password: &str) -> Answer {
        let body = json!({ "password": password });
        self.request(At::Service, "POST /v1/sessions", Some(with), None, Some(body)).await
    }

    /// The token of a login that must succeed.
    pub(crate) async fn token(&self, with: &Credential) -> String {
        self.log_in(with, PASSWORD).await.text("token")
    }
}

/// A certificate in words.
pub(crate) async fn in_words(certificate: &Path) -> String {
    let mut openssl = Command::new("openssl");
    openssl.args(["x509", "-noout", "-text", "-in"]).arg(certificate);
    run(openssl).await
}

/// Runs a program off this runtime's threads, on which the backend answers; its standard output.
async fn run(mut command: Command) -> String {
    command.stdin(Stdio::null());
    tokio::task::spawn_blocking(move || {
        let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        String::from_utf8_lossy(&output.stdout).into_owned()
    })
    .await
    .unwrap()
}
