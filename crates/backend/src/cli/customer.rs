//! Customers: registering, listing, showing.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;
use warifu_protocol::{CustomerNumber, Department, EmailAddress, PersonName, Timestamp, UserId};
use warifu_store::{
    StoreError,
    tables::{
        account::{self, NewUser},
        certificate::{self, State},
        customer, permission,
    },
};

use super::{
    Dir, find_customer,
    notice::{Paper, Person},
    operator::Operator,
    output::{self, Mistake},
    text,
};
use crate::{
    config::Config,
    domain::{
        credentials::lanes,
        customers::{self, Registration},
    },
    folder,
    notice::Occasion,
    random,
};

#[derive(Debug, Subcommand)]
pub(super) enum CustomerCommand {
    /// Register a customer and its primary administrator, and print the notice.
    ///
    /// JSON: customer_number, customer_name, user_id, name, initial_password.
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
        /// The primary administrator's name (氏名).
        #[arg(long)]
        user_name: Option<PersonName>,
        /// The primary administrator's department (部署).
        #[arg(long)]
        department: Option<Department>,
        /// The primary administrator's e-mail address.
        #[arg(long)]
        email: Option<EmailAddress>,
        /// Write the notice as a page to print on A4 to this file, which must not exist yet.
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

pub(super) async fn run(command: CustomerCommand, by: Operator) -> anyhow::Result<()> {
    match command {
        CustomerCommand::Add {
            dir,
            name,
            number,
            user_id,
            user_name,
            department,
            email,
            html,
            json,
        } => {
            let paper = Paper::open(html.as_deref(), json)?;
            let new = New { name, number, user_id, user_name, department, email };
            add(&dir.dir, new, paper, by).await
        }
        CustomerCommand::List { dir, json } => {
            let store = folder::look_at_store(&dir.dir)?;
            let customers = store.read(|tx| Ok::<_, anyhow::Error>(customer::all(tx)?));
            let customers = customers.await?;
            if json {
                return output::json(&customers);
            }
            output::lines(customers.into_iter().map(|customer| {
                format!("{}  {}", customer.customer_number, customer.customer_name)
            }))
        }
        CustomerCommand::Show { dir, number, json } => show(&dir.dir, number, json, by.now).await,
    }
}

/// A customer and its primary administrator, to be registered.
struct New {
    name: String,
    number: Option<CustomerNumber>,
    user_id: UserId,
    user_name: Option<PersonName>,
    department: Option<Department>,
    email: Option<EmailAddress>,
}

async fn add(dir: &Path, new: New, paper: Paper, by: Operator) -> anyhow::Result<()> {
    const NAME: &str = "1 to 100 characters, without control characters";
    let New { name, number, user_id, user_name, department, email } = new;
    let config = Config::load(dir)?;
    let name = customers::name(&name).ok_or(Mistake::Argument("name", NAME))?.to_owned();
    let store = folder::open_store(dir)?;
    let number = store
        .read(move |tx| match (customers::free_number(tx, number.as_ref())?, &number) {
            (Some(free), _) => Ok(free),
            (None, Some(taken)) => Err(anyhow::Error::from(Mistake::CustomerExists(taken.clone()))),
            (None, None) => Err(StoreError::NoNumberLeft.into()),
        })
        .await?;
    let initial = random::initial_password()?;
    let subject = random::name()?;
    let hash = lanes::hash_now(initial.expose())?;
    let person = Person {
        occasion: Occasion::New,
        number: number.clone(),
        name: name.clone(),
        user_id: user_id.clone(),
        holder: user_name.clone(),
        is_primary: true,
        initial,
    };
    let permissions: Vec<_> = config.permission_names().collect();
    let now = by.now;
    let change = store.write(move |tx| {
        let administrator = NewUser {
            user_id: &user_id,
            name: user_name.as_ref(),
            department: department.as_ref(),
            email: email.as_ref().map(EmailAddress::as_str),
            is_primary: true,
            password_hash: &hash,
            permissions: &permissions,
            subject: &subject,
        };
        let new = Registration { number: &number, name: &name, administrator };
        if customers::register(tx, &by.as_actor(), &new)? {
            Ok(())
        } else {
            Err(anyhow::Error::from(Mistake::CustomerExists(number.clone())))
        }
    });
    paper.hand_out(&config, &person, now, change).await
}

async fn show(
    dir: &Path,
    number: CustomerNumber,
    json: bool,
    now: Timestamp,
) -> anyhow::Result<()> {
    let tries = Config::load(dir)?.password.max_attempts;
    let store = folder::look_at_store(dir)?;
    let shown = store.read(move |tx| {
        let customer = find_customer(tx, &number)?;
        let mut users = Vec::new();
        for user in account::of_customer(tx, customer.id)? {
            let certificates: Vec<_> = certificate::of_account(tx, user.id)?
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
                "name": user.name,
                "department": user.department,
                "primary_administrator": user.is_primary,
                "suspended": user.suspended_at.is_some(),
                "locked": user.wrong_passwords() >= tries,
                "last_login_at": user.last_login_at,
                "permissions": permission::of_account(tx, user.id)?,
                "certificates": certificates,
            }));
        }
        Ok::<_, anyhow::Error>(json!({
            "customer_number": customer.customer_number,
            "customer_name": customer.customer_name,
            "users": users,
        }))
    });
    let shown = shown.await?;
    if json {
        return output::json(&shown);
    }
    let mut lines =
        vec![format!("{}  {}", text(&shown["customer_number"]), text(&shown["customer_name"]))];
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
        let (id, name) = (text(&user["user_id"]), text(&user["name"]));
        lines.push(format!("  {id}  {name}  {}", marks.join(", ")));
        for certificate in user["certificates"].as_array().into_iter().flatten() {
            let (state, thumbprint) = (&certificate["state"], &certificate["thumbprint"]);
            lines.push(format!("    {}  {}", text(state), text(thumbprint)));
        }
    }
    output::lines(lines)
}
