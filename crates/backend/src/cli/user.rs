//! Users: listing, showing, suspending, and the route by paper (FAQ 2-5, 3-2, 3-3①).

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::{Value, json};
use warifu_protocol::{CustomerNumber, Timestamp};

use super::{Dir, Who, by_provider, find, notice, print_json, text, told};
use crate::{
    accounts,
    audit::{self, Act, Entry},
    certificates,
    config::Config,
    directory::{self, User},
    domain::credentials::lanes,
    error::Error,
    folder, random,
};

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// List a customer's users.
    ///
    /// JSON: a list of user_id, email, primary_administrator, suspended, locked, last_login_at.
    List {
        #[command(flatten)]
        dir: Dir,
        /// The customer's number.
        #[arg(long)]
        customer: CustomerNumber,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show a user.
    ///
    /// JSON: as of `list`, and permissions.
    Show {
        #[command(flatten)]
        dir: Dir,
        #[command(flatten)]
        who: Who,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Unlock a user who asked by paper: a new initial password, and a notice.
    ///
    /// The certificate stays. JSON: customer_number, customer_name, user_id, initial_password.
    Unlock(Paper),
    /// Let a user who asked by paper obtain a new certificate: a new initial password, and a notice.
    ///
    /// The present certificate is revoked at once. JSON: as of `unlock`.
    Reissue(Paper),
    /// Suspend a user; open sessions end at their next request.
    ///
    /// JSON: user_id, suspended.
    Suspend {
        #[command(flatten)]
        dir: Dir,
        #[command(flatten)]
        who: Who,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Let a suspended user in again.
    ///
    /// JSON: user_id, suspended.
    Resume {
        #[command(flatten)]
        dir: Dir,
        #[command(flatten)]
        who: Who,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// What an application by paper ends in.
#[derive(Debug, clap::Args)]
pub(super) struct Paper {
    #[command(flatten)]
    dir: Dir,
    #[command(flatten)]
    who: Who,
    /// Write the notice as a page to print on A4 to this file.
    #[arg(long)]
    html: Option<PathBuf>,
    /// Print JSON instead of the notice.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: UserCommand, now: Timestamp) -> anyhow::Result<()> {
    match command {
        UserCommand::List { dir, customer, json } => list(&dir.dir, customer, json).await,
        UserCommand::Show { dir, who, json } => show(&dir.dir, who, json).await,
        UserCommand::Unlock(paper) => by_paper(paper, Act::Unlocked, now).await,
        UserCommand::Reissue(paper) => by_paper(paper, Act::Reissued, now).await,
        UserCommand::Suspend { dir, who, json } => {
            set_suspended(&dir.dir, who, Some(now), json, now).await
        }
        UserCommand::Resume { dir, who, json } => {
            set_suspended(&dir.dir, who, None, json, now).await
        }
    }
}

async fn list(dir: &Path, number: CustomerNumber, json: bool) -> anyhow::Result<()> {
    let tries = Config::load(dir)?.password.tries;
    let store = folder::look_at_store(dir)?;
    let users = store.read(move |connection| {
        let customer = directory::customers(connection)?
            .into_iter()
            .find(|customer| customer.customer_number == number)
            .ok_or_else(|| Error::Internal(format!("there is no customer {number}")))?;
        Ok::<_, Error>(directory::users_of(connection, customer.id)?)
    });
    let users: Vec<_> =
        users.await.map_err(told)?.iter().map(|user| described(user, tries)).collect();
    if json {
        return print_json(&users);
    }
    users.iter().for_each(print_line);
    Ok(())
}

async fn show(dir: &Path, who: Who, json: bool) -> anyhow::Result<()> {
    let config = Config::load(dir)?;
    let store = folder::look_at_store(dir)?;
    let shown = store.read(move |connection| {
        let user = find(connection, &who)?;
        let mut shown = described(&user, config.password.tries);
        shown["permissions"] = json!(directory::held(connection, &config, &user)?);
        Ok::<_, Error>(shown)
    });
    let shown = shown.await.map_err(told)?;
    if json {
        return print_json(&shown);
    }
    print_line(&shown);
    for permission in shown["permissions"].as_array().into_iter().flatten() {
        println!("  {}", text(permission));
    }
    Ok(())
}

fn described(user: &User, tries: u8) -> Value {
    json!({
        "user_id": user.user_id,
        "email": user.email,
        "primary_administrator": user.is_primary,
        "suspended": user.suspended_at.is_some(),
        "locked": user.wrong_passwords() >= tries,
        "last_login_at": user.last_login_at,
    })
}

fn print_line(user: &Value) {
    let marks = [
        ("primary_administrator", "primary administrator"),
        ("suspended", "suspended"),
        ("locked", "locked"),
    ];
    let marks: Vec<_> =
        marks.into_iter().filter(|(name, _)| user[*name] == true).map(|(_, mark)| mark).collect();
    println!("{}  {}  {}", text(&user["user_id"]), text(&user["email"]), marks.join(", "));
}

/// Sets a new initial password, always, and prints the notice that brings it (SPEC G3).
async fn by_paper(paper: Paper, act: Act, now: Timestamp) -> anyhow::Result<()> {
    let Paper { dir, who, html, json } = paper;
    let config = Config::load(&dir.dir)?;
    let initial = random::initial_password()?;
    let hash = lanes::hash_now(initial.expose())?;
    let store = folder::open_store(&dir.dir)?;
    let done = store.write(move |connection| {
        let user = find(connection, &who)?;
        if act == Act::Reissued {
            for thumbprint in certificates::revoke_of_user(connection, user.id, now)? {
                let revoked = Entry {
                    certificate: Some(&thumbprint),
                    ..by_provider(Act::CertificateRevoked, &who.customer, &who.user, now)
                };
                audit::record(connection, &revoked)?;
            }
            accounts::allow_issuance(connection, &user)?;
        }
        accounts::reset_password(connection, &user, &hash, now)?;
        accounts::bump(connection, &user)?;
        for act in [act, Act::PasswordReset] {
            audit::record(connection, &by_provider(act, &who.customer, &who.user, now))?;
        }
        Ok::<_, Error>(user)
    });
    let user = done.await.map_err(told)?;
    let person = notice::Person {
        number: user.customer.customer_number,
        name: user.customer.customer_name,
        user_id: user.user_id,
        is_primary: user.is_primary,
        initial,
    };
    notice::hand_out(&config, &person, html.as_deref(), json, now)
}

async fn set_suspended(
    dir: &Path,
    who: Who,
    suspended_at: Option<Timestamp>,
    json: bool,
    now: Timestamp,
) -> anyhow::Result<()> {
    let store = folder::open_store(dir)?;
    let done = store.write(move |connection| {
        let user = find(connection, &who)?;
        match suspended_at {
            Some(at) => accounts::suspend(connection, &user, at)?,
            None => accounts::resume(connection, &user)?,
        }
        accounts::bump(connection, &user)?;
        let act = if suspended_at.is_some() { Act::Suspended } else { Act::Resumed };
        audit::record(connection, &by_provider(act, &who.customer, &who.user, now))?;
        Ok::<_, Error>(user.user_id)
    });
    let user_id = done.await.map_err(told)?;
    if json {
        return print_json(&json!({ "user_id": user_id, "suspended": suspended_at.is_some() }));
    }
    println!("done");
    Ok(())
}
