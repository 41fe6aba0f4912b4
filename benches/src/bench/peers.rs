//! What Warifu is measured beside: cfssl with SQLite in WAL mode, and nginx.

use std::{fs, path::Path, process::Command};

use anyhow::{Result, ensure};
use serde_json::json;
use tempfile::TempDir;
use warifu_platform::port;

use super::{
    authority::Authority,
    client::{self, Place},
    machine::Machine,
    rows,
    server::Server,
};

/// A running peer.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) server: Server,
    pub(crate) place: Place,
    _folder: TempDir,
}

/// cfssl over TLS with so many certificates stored.
pub(crate) fn cfssl(machine: &Machine, authority: &Authority, stored: u32) -> Result<Peer> {
    let folder = tempfile::tempdir()?;
    let dir = folder.path();
    write_authority(dir, authority)?;
    rows::cfssl(&dir.join("certificates.sqlite"), stored)?;
    let database = json!({ "driver": "sqlite3", "data_source": dir.join("certificates.sqlite") });
    fs::write(dir.join("database.json"), database.to_string())?;
    let usages = ["digital signature", "client auth"];
    let signing = json!({ "signing": { "default": { "expiry": "8760h", "usages": usages } } });
    fs::write(dir.join("signing.json"), signing.to_string())?;
    let [port] = port::reserve()?;
    let mut command = Command::new("cfssl");
    command.current_dir(dir).args(["serve", "-address", "127.0.0.1", "-port", &port.to_string()]);
    command.args(["-ca", "ca.pem", "-ca-key", "ca.key", "-config", "signing.json"]);
    command.args(["-db-config", "database.json", "-tls-cert", "server.pem"]);
    command.args(["-tls-key", "server.key"]);
    let server = Server::start(machine, &mut command, &dir.join("log"), port)?;
    let tls = client::tls(&authority.certificate, None)?;
    Ok(Peer { server, place: Place { port, tls }, _folder: folder })
}

/// nginx that demands a certificate and answers a constant of so many bytes; with one worker and its log
/// of requests, as it comes. Without `NumTickets 0` each handshake would send two tickets that nobody can
/// use, and cost more than Warifu's for that alone.
pub(crate) fn nginx(machine: &Machine, authority: &Authority, answer: usize) -> Result<Peer> {
    let folder = tempfile::tempdir()?;
    let dir = folder.path();
    write_authority(dir, authority)?;
    let [port] = port::reserve()?;
    let path = dir.display();
    ensure!(!path.to_string().contains([' ', ';']), "nginx takes no such path: {path}");
    let constant = "x".repeat(answer);
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|name| format!("{name}_temp_path {path}/{name};\n"))
        .collect();
    let configuration = format!(
        "daemon off; master_process off; pid {path}/pid; error_log {path}/error.log;
         events {{ worker_connections 1024; }}
         http {{
             access_log {path}/access.log; keepalive_requests 100000000; {temporary}
             server {{
                 listen 127.0.0.1:{port} ssl; ssl_protocols TLSv1.3;
                 ssl_certificate {path}/server.pem; ssl_certificate_key {path}/server.key;
                 ssl_client_certificate {path}/ca.pem; ssl_verify_client on;
                 ssl_session_cache off; ssl_session_tickets off;
                 ssl_conf_command NumTickets 0; default_type application/json;
                 location / {{ return 200 '{constant}'; }}
             }}
         }}"
    );
    fs::write(dir.join("nginx.conf"), configuration)?;
    // Debian has it where only an administrator's search path goes.
    let debian = Path::new("/usr/sbin/nginx");
    let program = if debian.exists() { debian } else { Path::new("nginx") };
    let mut command = Command::new(program);
    command.arg("-p").arg(dir).arg("-c").arg(dir.join("nginx.conf"));
    let server = Server::start(machine, &mut command, &dir.join("log"), port)?;
    let tls = client::tls(&authority.certificate, Some(&authority.client))?;
    Ok(Peer { server, place: Place { port, tls }, _folder: folder })
}

fn write_authority(dir: &Path, authority: &Authority) -> Result<()> {
    for (name, text) in [
        ("ca.pem", &authority.certificate_pem),
        ("ca.key", &authority.key_pem),
        ("server.pem", &authority.server_pem),
        ("server.key", &authority.server_key_pem),
    ] {
        fs::write(dir.join(name), text)?;
    }
    Ok(())
}
