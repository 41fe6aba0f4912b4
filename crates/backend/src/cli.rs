//! The provider's command line (SPEC I), one file for each subject.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is the command line")]

mod audit;
mod backup;
mod certificate;
mod crl;
mod customer;
mod mail;
mod notice;
mod serve;
mod user;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::{Args, Parser, Subcommand};
use serde_json::json;
use warifu_protocol::{CustomerNumber, Timestamp, UserId};

use crate::{
    audit::{Act, Actor, Entry},
    config::Config,
    directory::{self, User},
    error::Error,
    folder::{self, Plan},
    http, system_clock,
};

const EXIT_CODES: &str =
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the audit record is broken.";

/// Warifu's certificate authority, user directory and login service.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct Dir {
    /// The backend's folder, made by `init`.
    #[arg(long)]
    dir: PathBuf,
}

#[derive(Debug, Args)]
struct Who {
    /// The customer's number.
    #[arg(long)]
    customer: CustomerNumber,
    /// The user's ID.
    #[arg(long)]
    user: UserId,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the configuration, the authority and the database in a new folder.
    Init {
        #[command(flatten)]
        dir: Dir,
        /// The service's name, as customers know it.
        #[arg(long, default_value = "サンプル電子債権サービス")]
        service_name: String,
        /// A name or address of this server; give it several times for several.
        #[arg(long = "server-name", default_values = ["localhost", "127.0.0.1", "::1"])]
        server_names: Vec<String>,
        /// Where the enrolment listener listens.
        #[arg(long, default_value = "127.0.0.1:8443")]
        enrolment_listen: SocketAddr,
        /// Where the service listener listens.
        #[arg(long, default_value = "127.0.0.1:8444")]
        service_listen: SocketAddr,
        /// A file with the passphrase of the authority's key; else WARIFU_AUTHORITY_PASSPHRASE.
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Run both listeners until SIGTERM; print their addresses as one line of JSON.
    Serve {
        #[command(flatten)]
        dir: Dir,
    },
    /// Print the connection profile for the app.
    Profile {
        #[command(flatten)]
        dir: Dir,
    },
    /// Print the OpenAPI document.
    Openapi,
    /// Customers.
    #[command(subcommand)]
    Customer(customer::CustomerCommand),
    /// Users.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Certificates.
    #[command(subcommand)]
    Certificate(certificate::CertificateCommand),
    /// The audit record.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Write the certificate revocation list to a file.
    ///
    /// JSON: file, number, revoked.
    Crl {
        #[command(flatten)]
        dir: Dir,
        /// The file.
        #[arg(long)]
        output: PathBuf,
        /// Write PEM instead of DER.
        #[arg(long)]
        pem: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Copy everything into a new folder, also while the backend is serving.
    ///
    /// The copy holds the keys as they are, the authority's encrypted, and not its passphrase. JSON: folder,
    /// audit_rows.
    Backup {
        #[command(flatten)]
        dir: Dir,
        /// A folder that is empty or not there yet.
        folder: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Make a backend's folder from a backup, after examining it.
    ///
    /// What was revoked or suspended after the backup has to be done again. JSON: folder, audit_rows.
    Restore {
        /// The backup's folder.
        folder: PathBuf,
        /// The backend's folder, empty or not there yet.
        #[command(flatten)]
        dir: Dir,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// E-mail warnings before certificates expire.
    #[command(subcommand)]
    Mail(mail::MailCommand),
}

/// Runs the command that the program was started with.
pub async fn run() -> ExitCode {
    match execute(Cli::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("warifu-backend: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a command line inside this process, without the program's name; for tests.
///
/// # Errors
///
/// What the command says on standard error.
pub async fn run_with(arguments: &[&str]) -> anyhow::Result<()> {
    let cli = Cli::try_parse_from(std::iter::once(&"warifu-backend").chain(arguments))?;
    execute(cli).await.map(drop)
}

async fn execute(cli: Cli) -> anyhow::Result<ExitCode> {
    let now = system_clock()();
    match cli.command {
        Command::Init {
            dir,
            service_name,
            server_names,
            enrolment_listen,
            service_listen,
            passphrase_file,
            json,
        } => {
            let plan = Plan {
                dir: dir.dir,
                service_name,
                server_names,
                enrolment: enrolment_listen,
                service: service_listen,
                passphrase_file,
            };
            folder::init(&plan, now).await?;
            if json {
                print_json(&json!({ "folder": plan.dir.display().to_string() }))?;
            } else {
                println!("made {}; next: customer add, serve", plan.dir.display());
            }
        }
        Command::Serve { dir } => serve::run_until_stopped(&dir.dir).await?,
        Command::Profile { dir } => {
            let pem = std::fs::read_to_string(dir.dir.join("authority.pem"))
                .context("cannot read authority.pem")?;
            print_json(&Config::load(&dir.dir)?.profile(&pem))?;
        }
        Command::Openapi => print_json(&http::openapi())?,
        Command::Customer(command) => customer::run(command, now).await?,
        Command::User(command) => user::run(command, now).await?,
        Command::Certificate(command) => certificate::run(command, now).await?,
        Command::Audit(command) => return audit::run(command, now).await,
        Command::Crl { dir, output, pem, json } => {
            crl::write(&dir.dir, output, pem, json, now).await?;
        }
        Command::Backup { dir, folder, json } => {
            backup::back_up(&dir.dir, &folder, json, now).await?;
        }
        Command::Restore { folder, dir, json } => {
            backup::restore(&folder, &dir.dir, json, now).await?;
        }
        Command::Mail(command) => mail::run(command, now).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn find(connection: &rusqlite::Connection, who: &Who) -> Result<User, Error> {
    directory::find_user(connection, &who.customer, &who.user)?.ok_or_else(|| {
        Error::Internal(format!("customer {} has no user {}", who.customer, who.user))
    })
}

fn by_provider<'a>(
    act: Act,
    customer: &'a CustomerNumber,
    subject: &'a UserId,
    now: Timestamp,
) -> Entry<'a> {
    Entry {
        customer: Some(customer.as_str()),
        subject: Some(subject.as_str()),
        ..Entry::new(act, Actor::Provider(None), now)
    }
}

fn told(error: Error) -> anyhow::Error {
    match error {
        Error::Internal(why) => anyhow::anyhow!(why),
        Error::Refused(code, _) => anyhow::anyhow!(code.as_str()),
    }
}

/// RFC 7468 §2.
fn in_pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> =
        text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}
