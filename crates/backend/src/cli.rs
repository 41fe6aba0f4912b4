//! The provider's command line (SPEC I), one file for each subject.

mod audit;
mod authority;
mod backup;
mod certificate;
mod check;
mod crl;
mod customer;
mod database;
mod findings;
mod mail;
mod notice;
mod operator;
mod output;
mod serve;
mod user;
mod web;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, CommandFactory as _, Parser, Subcommand};
use serde_json::json;
use warifu_protocol::{CustomerNumber, ServerName, ServiceName, UserId};
use warifu_store::{
    Tx,
    tables::{
        account::{self, User},
        customer::{self as customers, Customer},
    },
};

use self::{
    operator::Operator,
    output::{Closed, Mistake},
};
use crate::{
    audit::Act,
    clock::system_clock,
    config::Config,
    folder::{self, Plan},
    http,
};

const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed or something has to be put right, 2 wrong usage, 3 the audit record is \
     broken.";

/// Warifu's certificate authority, user directory and login service.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Who does it, for the audit record; else WARIFU_OPERATOR, or whom the operating system knows.
    #[arg(long, global = true, value_name = "NAME")]
    operator: Option<String>,
}

#[derive(Debug, Args)]
struct Dir {
    /// The backend's folder, made by `init`.
    #[arg(long)]
    dir: PathBuf,
}

#[derive(Clone, Debug, Args)]
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
        service_name: ServiceName,
        /// A name or address of this server; give it several times for several. The first is the one
        /// that customers' apps connect to.
        #[arg(long = "server-name", default_values = ["localhost", "127.0.0.1", "::1"])]
        server_names: Vec<ServerName>,
        /// Where the enrolment listener listens.
        #[arg(long, default_value = "127.0.0.1:8443")]
        enrolment_listen: SocketAddr,
        /// Where the service listener listens.
        #[arg(long, default_value = "127.0.0.1:8444")]
        service_listen: SocketAddr,
        /// A file with the passphrase of the authority's key; else WARIFU_AUTHORITY_PASSPHRASE.
        #[arg(long)]
        passphrase_file: Option<PathBuf>,
        #[command(flatten)]
        token: authority::InToken,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Run the listeners until SIGTERM; print their addresses as one line of JSON.
    Serve {
        #[command(flatten)]
        dir: Dir,
    },
    /// Print the connection profile for the app.
    Profile {
        #[command(flatten)]
        dir: Dir,
    },
    /// Look at everything that the backend needs, and say what is wrong.
    ///
    /// The configuration, with the logo and the colour that it names; the files and who can read them; the
    /// authority's key and the dates of the certificates; the database and the room on its disk; the mail
    /// server, which is greeted and sent nothing; what the services prove themselves with; the clock. Changes
    /// nothing, also beside a backend that serves. A key in a PKCS#11 token signs once, which costs a try if its
    /// PIN is wrong. Fails (1) if something has to be put right. JSON: provider,
    /// notes, findings (a list of state, about, text).
    Check {
        #[command(flatten)]
        dir: Dir,
        /// Print JSON.
        #[arg(long)]
        json: bool,
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
    /// The authority's key.
    #[command(subcommand)]
    Authority(authority::AuthorityCommand),
    /// Write the certificate revocation list to a file.
    ///
    /// A file of that name is replaced as a whole. JSON: file, number, revoked.
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
    /// The copy holds the authority's key, encrypted, but neither its passphrase nor the server's key, which
    /// `serve` makes anew. JSON: folder, audit_rows.
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
    /// Every session, grant and code ends. What was done after the backup is undone: the output says what to
    /// do again. JSON: folder, audit_rows, backed_up_at, ended, uncertain_letters, to_do.
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
    /// The database on a PostgreSQL server.
    #[command(subcommand)]
    Database(database::DatabaseCommand),
    /// E-mail warnings before certificates expire.
    #[command(subcommand)]
    Mail(mail::MailCommand),
    /// The login that opens the provider's services.
    #[command(subcommand)]
    Web(web::WebCommand),
}

/// Wrong usage: nothing was done, and the same arguments will not do.
const USAGE: u8 = 2;

/// Runs the command that the program was started with.
pub async fn run() -> ExitCode {
    match execute(Cli::parse()).await {
        Ok(code) => code,
        Err(error) if error.is::<Closed>() => ExitCode::SUCCESS,
        Err(error) => {
            output::say(format!("warifu-backend: {error:#}"));
            if error.is::<Mistake>() { ExitCode::from(USAGE) } else { ExitCode::FAILURE }
        }
    }
}

/// The command line, for what is written about it: its manual page, its completions.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
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
    let by = Operator::new(cli.operator, now)?;
    match cli.command {
        Command::Init {
            dir,
            service_name,
            server_names,
            enrolment_listen,
            service_listen,
            passphrase_file,
            token,
            json,
        } => {
            let plan = Plan {
                dir: dir.dir,
                service_name,
                server_names,
                enrolment: enrolment_listen,
                service: service_listen,
                passphrase_file,
                token: token.plan()?,
            };
            let record = move |tx: &Tx| crate::audit::record(tx, &by.entry(Act::AuthorityCreated));
            folder::init(&plan, now, record).await?;
            if json {
                output::json(&json!({ "folder": plan.dir.display().to_string() }))?;
            } else {
                output::line(format!("made {}; next: customer add, serve", plan.dir.display()))?;
            }
        }
        Command::Serve { dir } => serve::run_until_stopped(&dir.dir).await?,
        Command::Profile { dir } => {
            let pem = warifu_platform::text::read(&dir.dir.join("authority.pem"), MAX_PEM)
                .context("cannot read authority.pem")?;
            output::json(&Config::load(&dir.dir)?.profile(&pem, now))?;
        }
        Command::Check { dir, json } => check::run(&dir.dir, json, now).await?,
        Command::Openapi => output::json(&http::openapi())?,
        Command::Customer(command) => customer::run(command, by).await?,
        Command::User(command) => user::run(command, by).await?,
        Command::Certificate(command) => certificate::run(command, by).await?,
        Command::Audit(command) => return audit::run(command, by).await,
        Command::Authority(command) => authority::run(command, by).await?,
        Command::Crl { dir, output, pem, json } => {
            crl::write(&dir.dir, output, pem, json, now).await?;
        }
        Command::Backup { dir, folder, json } => {
            backup::back_up(&dir.dir, &folder, json, by).await?;
        }
        Command::Restore { folder, dir, json } => {
            backup::restore(&folder, &dir.dir, json, by).await?;
        }
        Command::Database(command) => database::run(command, by).await?,
        Command::Mail(command) => mail::run(command, now).await?,
        Command::Web(command) => web::run(command, by).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The most bytes of a certificate in PEM.
const MAX_PEM: usize = 64 * 1024;

fn find(tx: &Tx, who: &Who) -> anyhow::Result<User> {
    let found = account::find(tx, &who.customer, &who.user)?;
    Ok(found.ok_or_else(|| Mistake::NoUser(who.customer.clone(), who.user.clone()))?)
}

fn find_customer(tx: &Tx, number: &CustomerNumber) -> anyhow::Result<Customer> {
    let found = customers::find(tx, number)?;
    Ok(found.ok_or_else(|| Mistake::NoCustomer(number.clone()))?)
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}
