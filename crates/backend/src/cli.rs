//! The provider's command line (SPEC I). Exit codes: 0 done, 1 failed, 2 wrong usage.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is the command line")]

mod mail;

use std::{
    io::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail, ensure};
use clap::{Args, Parser, Subcommand};
use serde_json::json;
use utoipa::OpenApi as _;
use warifu_protocol::{CustomerNumber, Timestamp, UserId};

use crate::{
    audit::{self, Act, Entry, Verdict},
    certificates::{self, State},
    config::Config,
    directory::{self, NewUser, User},
    error::Error,
    folder::{self, Plan},
    http::ApiDoc,
    notice::Notice,
    password, random, serving, system_clock,
};

/// Warifu's certificate authority, user directory and login service.
#[derive(Debug, Parser)]
#[command(version)]
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
    Customer(CustomerCommand),
    /// Users.
    #[command(subcommand)]
    User(UserCommand),
    /// Certificates.
    #[command(subcommand)]
    Certificate(CertificateCommand),
    /// The audit record.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// E-mail warnings before certificates expire.
    #[command(subcommand)]
    Mail(mail::MailCommand),
}

#[derive(Debug, Subcommand)]
enum CustomerCommand {
    /// Register a customer and its primary administrator, and print the notice.
    Add {
        #[command(flatten)]
        dir: Dir,
        /// The customer's name.
        #[arg(long)]
        name: String,
        /// The customer's number, eight digits; the next free one if not given.
        #[arg(long)]
        number: Option<CustomerNumber>,
        /// The primary administrator's user ID.
        #[arg(long)]
        user_id: UserId,
        /// The primary administrator's e-mail address.
        #[arg(long)]
        email: Option<String>,
        /// Write the notice as a page to print on A4 to this file.
        #[arg(long)]
        html: Option<PathBuf>,
        /// Print JSON instead of the notice.
        #[arg(long)]
        json: bool,
    },
    /// List the customers.
    List {
        #[command(flatten)]
        dir: Dir,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show a customer with its users and certificates.
    Show {
        #[command(flatten)]
        dir: Dir,
        /// The customer's number.
        number: CustomerNumber,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Suspend a user; open sessions end at their next request.
    Suspend {
        #[command(flatten)]
        dir: Dir,
        #[command(flatten)]
        who: Who,
    },
    /// Let a suspended user in again.
    Resume {
        #[command(flatten)]
        dir: Dir,
        #[command(flatten)]
        who: Who,
    },
}

#[derive(Debug, Subcommand)]
enum CertificateCommand {
    /// Revoke a user's certificate at once.
    Revoke {
        #[command(flatten)]
        dir: Dir,
        #[command(flatten)]
        who: Who,
    },
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Print the record.
    List {
        #[command(flatten)]
        dir: Dir,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Follow the chain of hashes; names the first broken row.
    Verify {
        #[command(flatten)]
        dir: Dir,
    },
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
            println!("made {}; next: customer add, serve", plan.dir.display());
        }
        Command::Serve { dir } => run_until_stopped(&dir.dir).await?,
        Command::Profile { dir } => {
            let pem = std::fs::read_to_string(dir.dir.join("authority.pem"))
                .context("cannot read authority.pem")?;
            print_json(&Config::load(&dir.dir)?.profile(&pem))?;
        }
        Command::Openapi => print_json(&ApiDoc::openapi())?,
        Command::Customer(command) => customer(command, now).await?,
        Command::User(UserCommand::Suspend { dir, who }) => {
            set_suspended(&dir.dir, who, Some(now), now).await?;
        }
        Command::User(UserCommand::Resume { dir, who }) => {
            set_suspended(&dir.dir, who, None, now).await?;
        }
        Command::Certificate(CertificateCommand::Revoke { dir, who }) => {
            revoke(&dir.dir, who, now).await?;
        }
        Command::Audit(AuditCommand::List { dir, json }) => list_audit(&dir.dir, json).await?,
        Command::Audit(AuditCommand::Verify { dir }) => {
            let store = folder::open_store(&dir.dir)?;
            let verdict = store.read(|connection| Ok::<_, Error>(audit::verify(connection)?)).await;
            match verdict.map_err(told)? {
                Verdict::Whole(rows) => println!("whole: {rows} rows"),
                Verdict::BrokenAt(row) => bail!("broken at row {row}"),
                Verdict::CutOffAfter(row) => bail!("rows after row {row} are gone"),
            }
        }
        Command::Mail(command) => mail::run(command, now).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn run_until_stopped(dir: &Path) -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("WARIFU_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info")),
        )
        .with_writer(std::io::stderr)
        .init();
    let running = serving::serve(dir, system_clock()).await?;
    println!(
        "{}",
        json!({
            "enrolment": format!("https://{}", running.enrolment),
            "service": format!("https://{}", running.service),
        })
    );
    std::io::stdout().flush()?;
    stop_signal().await?;
    tracing::info!("stopping");
    running.stop().await;
    Ok(())
}

#[cfg(unix)]
async fn stop_signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted,
    }
}

#[cfg(not(unix))]
async fn stop_signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

async fn customer(command: CustomerCommand, now: Timestamp) -> anyhow::Result<()> {
    match command {
        CustomerCommand::Add { dir, name, number, user_id, email, html, json } => {
            let config = Config::load(&dir.dir)?;
            let name = name.trim().to_owned();
            ensure!(
                (1..=100).contains(&name.chars().count()) && !name.contains(char::is_control),
                "--name: 1 to 100 characters"
            );
            let initial = random::initial_password()?;
            let hash = password::hash_now(initial.expose())?;
            let permissions: Vec<_> =
                config.permissions().map(|permission| permission.name).collect();
            let (customer_name, user) = (name.clone(), user_id.clone());
            let store = folder::open_store(&dir.dir)?;
            let added = store.write(move |connection| {
                let number = match number {
                    Some(number) => number,
                    None => directory::next_number(connection)?,
                };
                let taken = directory::customers(connection)?
                    .iter()
                    .any(|customer| customer.customer_number == number);
                if taken {
                    return Err(Error::Internal(format!(
                        "customer {number} exists already: choose another --number, or none"
                    )));
                }
                let id = directory::add_customer(connection, &number, &customer_name, now)?;
                let new = NewUser {
                    user_id: &user,
                    email: email.as_deref(),
                    is_primary: true,
                    password_hash: &hash,
                    permissions: &permissions,
                };
                directory::add_user(connection, id, &new, now)?;
                let act = by_provider(Act::CustomerAdded, &number, &user, now);
                audit::record(connection, &act)?;
                Ok::<_, Error>(number)
            });
            let number = added.await.map_err(told)?;
            let notice = Notice {
                service_name: &config.service_name,
                support: &config.support,
                customer_name: &name,
                customer_number: &number,
                user_id: &user_id,
                initial_password: &initial,
                issued_at: now,
            };
            if let Some(path) = html {
                folder::write_private(&path, notice.html().as_bytes())?;
            }
            if json {
                print_json(&json!({
                    "customer_number": number,
                    "customer_name": name,
                    "user_id": user_id,
                    "initial_password": initial.expose(),
                }))?;
            } else {
                println!("{}", notice.text());
            }
        }
        CustomerCommand::List { dir, json } => {
            let store = folder::open_store(&dir.dir)?;
            let customers = store
                .read(|connection| Ok::<_, Error>(directory::customers(connection)?))
                .await
                .map_err(told)?;
            if json {
                print_json(&customers)?;
            } else {
                for customer in customers {
                    println!("{}  {}", customer.customer_number, customer.customer_name);
                }
            }
        }
        CustomerCommand::Show { dir, number, json } => show(&dir.dir, number, json, now).await?,
    }
    Ok(())
}

async fn show(
    dir: &Path,
    number: CustomerNumber,
    json: bool,
    now: Timestamp,
) -> anyhow::Result<()> {
    let tries = Config::load(dir)?.password.tries;
    let store = folder::open_store(dir)?;
    let shown = store.read(move |connection| {
        let customer = directory::customers(connection)?
            .into_iter()
            .find(|customer| customer.customer_number == number)
            .ok_or_else(|| Error::Internal(format!("there is no customer {number}")))?;
        let mut users = Vec::new();
        for user in directory::users_of(connection, customer.id)? {
            let certificates: Vec<_> = certificates::of_user(connection, user.id)?
                .iter()
                .map(|certificate| {
                    json!({
                        "thumbprint": certificate.thumbprint,
                        "state": match certificate.state {
                            State::Active if now > certificate.not_after => "expired",
                            State::Active => "active",
                            State::Pending => "pending",
                            State::Superseded => "superseded",
                            State::Revoked => "revoked",
                        },
                        "not_before": certificate.not_before,
                        "not_after": certificate.not_after,
                    })
                })
                .collect();
            users.push(json!({
                "user_id": user.user_id,
                "primary_administrator": user.is_primary,
                "suspended": user.suspended_at.is_some(),
                "locked": user.failed_count >= tries,
                "last_login_at": user.last_login_at,
                "permissions": directory::permissions(connection, user.id)?,
                "certificates": certificates,
            }));
        }
        Ok::<_, Error>(json!({
            "customer_number": customer.customer_number,
            "customer_name": customer.customer_name,
            "users": users,
        }))
    });
    let shown = shown.await.map_err(told)?;
    if json {
        return print_json(&shown);
    }
    println!("{}  {}", text(&shown["customer_number"]), text(&shown["customer_name"]));
    for user in shown["users"].as_array().into_iter().flatten() {
        let mut marks = Vec::new();
        for (name, mark) in [
            ("primary_administrator", "primary administrator"),
            ("suspended", "suspended"),
            ("locked", "locked"),
        ] {
            if user[name] == true {
                marks.push(mark);
            }
        }
        println!("  {}  {}", text(&user["user_id"]), marks.join(", "));
        for certificate in user["certificates"].as_array().into_iter().flatten() {
            println!("    {}  {}", text(&certificate["state"]), text(&certificate["thumbprint"]));
        }
    }
    Ok(())
}

async fn set_suspended(
    dir: &Path,
    who: Who,
    suspended_at: Option<Timestamp>,
    now: Timestamp,
) -> anyhow::Result<()> {
    let store = folder::open_store(dir)?;
    let done = store.write(move |connection| {
        let user = find(connection, &who)?;
        connection.execute(
            "UPDATE user SET suspended_at = ?2 WHERE id = ?1",
            rusqlite::params![user.id, suspended_at],
        )?;
        connection.execute("DELETE FROM session WHERE user = ?1", [user.id])?;
        let act = if suspended_at.is_some() { Act::Suspended } else { Act::Resumed };
        audit::record(connection, &by_provider(act, &who.customer, &who.user, now))?;
        Ok::<_, Error>(())
    });
    done.await.map_err(told)?;
    println!("done");
    Ok(())
}

async fn revoke(dir: &Path, who: Who, now: Timestamp) -> anyhow::Result<()> {
    let store = folder::open_store(dir)?;
    let revoked = store.write(move |connection| {
        let user = find(connection, &who)?;
        let revoked = certificates::revoke_of_user(connection, user.id, now)?;
        for thumbprint in &revoked {
            let act = Entry {
                certificate: Some(thumbprint),
                ..by_provider(Act::CertificateRevoked, &who.customer, &who.user, now)
            };
            audit::record(connection, &act)?;
        }
        Ok::<_, Error>(revoked.len())
    });
    let count = revoked.await.map_err(told)?;
    ensure!(count > 0, "this user has no certificate that could be revoked");
    println!("revoked {count}");
    Ok(())
}

async fn list_audit(dir: &Path, json: bool) -> anyhow::Result<()> {
    const PAGE: u32 = 1000;
    let store = folder::open_store(dir)?;
    let mut all = Vec::new();
    loop {
        let after = all.last().map_or(0, |record: &audit::Record| record.seq);
        let page = store
            .read(move |connection| Ok::<_, Error>(audit::list(connection, None, after, PAGE)?))
            .await
            .map_err(told)?;
        let full = page.len() == PAGE as usize;
        all.extend(page);
        if !full {
            break;
        }
    }
    if json {
        return print_json(&all);
    }
    for record in all {
        let whose = record.customer.unwrap_or_default();
        let subject = record.subject.unwrap_or_default();
        println!("{}  {}  {}  {whose} {subject}", record.seq, record.at, record.act);
    }
    Ok(())
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
        at: now,
        actor: "provider",
        act,
        customer: Some(customer.as_str()),
        subject: Some(subject.as_str()),
        certificate: None,
        device: None,
        address: None,
    }
}

fn told(error: Error) -> anyhow::Error {
    match error {
        Error::Internal(why) => anyhow::anyhow!(why),
        Error::Refused(code, _) => anyhow::anyhow!(code.as_str()),
    }
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}
