//! Customers: registering, listing, showing.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::Subcommand;
use serde_json::json;
use warifu_protocol::{CustomerNumber, EmailAddress, Timestamp, UserId};

use super::{Dir, by_provider, notice, print_json, text, told};
use crate::{
    audit::{self, Act},
    certificates::{self, State},
    config::Config,
    directory::{self, NewUser},
    domain::credentials::lanes,
    error::Error,
    folder, random,
};

#[derive(Debug, Subcommand)]
pub(super) enum CustomerCommand {
    /// Register a customer and its primary administrator, and print the notice.
    ///
    /// JSON: customer_number, customer_name, user_id, initial_password.
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
        email: Option<EmailAddress>,
        /// Write the notice as a page to print on A4 to this file.
        #[arg(long)]
        html: Option<PathBuf>,
        /// Print JSON instead of the notice.
        #[arg(long)]
        json: bool,
    },
    /// List the customers.
    ///
    /// JSON: a list of customer_number, customer_name.
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

pub(super) async fn run(command: CustomerCommand, now: Timestamp) -> anyhow::Result<()> {
    match command {
        CustomerCommand::Add { dir, name, number, user_id, email, html, json } => {
            let config = Config::load(&dir.dir)?;
            let name = name.trim().to_owned();
            ensure!(
                (1..=100).contains(&name.chars().count()) && !name.contains(char::is_control),
                "--name: 1 to 100 characters"
            );
            let initial = random::initial_password()?;
            let hash = lanes::hash_now(initial.expose())?;
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
                    email: email.as_ref().map(EmailAddress::as_str),
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
            let person = notice::Person { number, name, user_id, is_primary: true, initial };
            notice::hand_out(&config, &person, html.as_deref(), json, now)?;
        }
        CustomerCommand::List { dir, json } => {
            let store = folder::look_at_store(&dir.dir)?;
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
    let store = folder::look_at_store(dir)?;
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
                "locked": user.wrong_passwords() >= tries,
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
