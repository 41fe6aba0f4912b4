//! Users: listing, showing, suspending, and the route by paper (FAQ 2-5, 3-2, 3-3①).

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use anyhow::ensure;
use clap::Subcommand;
use serde_json::{Value, json};
use warifu_protocol::{CustomerNumber, Department, PersonName, PersonNameError, UserAction};
use warifu_store::tables::account::{self, User};

use super::{
    Dir, Who, find, find_customer,
    notice::{Paper, Person},
    operator::Operator,
    output::{self, told},
    text,
};
use crate::{
    config::Config,
    domain::{accounts, credentials::lanes, rights},
    folder,
    notice::Occasion,
    random,
};

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// List a customer's users.
    ///
    /// JSON: a list of user_id, name, department, email, primary_administrator, suspended, locked, last_login_at.
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
    /// The certificate stays. JSON: customer_number, customer_name, user_id, name, initial_password.
    Unlock(ByPaper),
    /// Let a user who asked by paper obtain a new certificate: a new initial password, and a notice.
    ///
    /// The present certificate is revoked at once. JSON: as of `unlock`.
    Reissue(ByPaper),
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
    /// Enter what a user is called; what is not given stays, and an empty text is taken away.
    ///
    /// JSON: user_id, name, department.
    Name {
        #[command(flatten)]
        dir: Dir,
        #[command(flatten)]
        who: Who,
        /// The user's name (氏名).
        #[arg(long, value_parser = named::<PersonName>, required_unless_present = "department")]
        name: Option<Named<PersonName>>,
        /// The user's department (部署).
        #[arg(long, value_parser = named::<Department>)]
        department: Option<Named<Department>>,
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

/// A name, or that there is none any more.
#[derive(Clone, Debug)]
pub(super) struct Named<T>(Option<T>);

fn named<T: FromStr<Err = PersonNameError>>(text: &str) -> Result<Named<T>, PersonNameError> {
    match text.parse() {
        Ok(name) => Ok(Named(Some(name))),
        Err(PersonNameError::Empty) => Ok(Named(None)),
        Err(error) => Err(error),
    }
}

/// What an application by paper ends in.
#[derive(Debug, clap::Args)]
pub(super) struct ByPaper {
    #[command(flatten)]
    dir: Dir,
    #[command(flatten)]
    who: Who,
    /// Write the notice as a page to print on A4 to this file, which must not exist yet.
    #[arg(long)]
    html: Option<PathBuf>,
    /// Print JSON instead of the notice.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: UserCommand, by: Operator) -> anyhow::Result<()> {
    match command {
        UserCommand::List { dir, customer, json } => list(&dir.dir, customer, json).await,
        UserCommand::Show { dir, who, json } => show(&dir.dir, who, json).await,
        UserCommand::Unlock(by_paper) => answer(by_paper, Occasion::Unlock, by).await,
        UserCommand::Reissue(by_paper) => answer(by_paper, Occasion::Reissue, by).await,
        UserCommand::Name { dir, who, name, department, json } => {
            set_names(&dir.dir, who, (name, department), json, by).await
        }
        UserCommand::Suspend { dir, who, json } => {
            set_suspended(&dir.dir, who, true, json, by).await
        }
        UserCommand::Resume { dir, who, json } => {
            set_suspended(&dir.dir, who, false, json, by).await
        }
    }
}

async fn list(dir: &Path, number: CustomerNumber, json: bool) -> anyhow::Result<()> {
    let tries = Config::load(dir)?.password.max_attempts;
    let store = folder::look_at_store(dir)?;
    let users = store.read(move |tx| {
        let customer = find_customer(tx, &number)?;
        Ok::<_, anyhow::Error>(account::of_customer(tx, customer.id)?)
    });
    let users: Vec<_> = users.await?.iter().map(|user| described(user, tries)).collect();
    if json {
        return output::json(&users);
    }
    output::lines(users.iter().map(line))
}

async fn show(dir: &Path, who: Who, json: bool) -> anyhow::Result<()> {
    let config = Config::load(dir)?;
    let store = folder::look_at_store(dir)?;
    let shown = store.read(move |tx| {
        let user = find(tx, &who)?;
        let mut shown = described(&user, config.password.max_attempts);
        shown["permissions"] = json!(rights::held(tx, &config, &user)?);
        Ok::<_, anyhow::Error>(shown)
    });
    let shown = shown.await?;
    if json {
        return output::json(&shown);
    }
    let permissions = shown["permissions"].as_array().into_iter().flatten();
    let permissions = permissions.map(|permission| format!("  {}", text(permission)));
    output::lines(std::iter::once(line(&shown)).chain(permissions))
}

fn described(user: &User, tries: u8) -> Value {
    json!({
        "user_id": user.user_id,
        "name": user.name,
        "department": user.department,
        "email": user.email,
        "primary_administrator": user.is_primary,
        "suspended": user.suspended_at.is_some(),
        "locked": user.wrong_passwords() >= tries,
        "last_login_at": user.last_login_at,
    })
}

fn line(user: &Value) -> String {
    let marks = [
        ("primary_administrator", "primary administrator"),
        ("suspended", "suspended"),
        ("locked", "locked"),
    ];
    let marks: Vec<_> =
        marks.into_iter().filter(|(name, _)| user[*name] == true).map(|(_, mark)| mark).collect();
    let [id, name, department, email] =
        ["user_id", "name", "department", "email"].map(|field| text(&user[field]));
    format!("{id}  {name}  {department}  {email}  {}", marks.join(", "))
}

/// Sets a new initial password, always, and prints the notice that brings it (SPEC G3).
async fn answer(by_paper: ByPaper, occasion: Occasion, by: Operator) -> anyhow::Result<()> {
    let ByPaper { dir, who, html, json } = by_paper;
    let paper = Paper::open(html.as_deref(), json)?;
    let config = Config::load(&dir.dir)?;
    let store = folder::open_store(&dir.dir)?;
    let wanted = who.clone();
    let user = store.read(move |tx| find(tx, &wanted)).await?;
    let initial = random::initial_password()?;
    let hash = lanes::hash_now(initial.expose())?;
    let person = Person {
        occasion,
        number: user.customer.customer_number.clone(),
        name: user.customer.customer_name.clone(),
        user_id: user.user_id.clone(),
        holder: user.name.as_ref().and_then(|name| name.parse().ok()),
        is_primary: user.is_primary,
        initial,
    };
    let now = by.now;
    let act = match occasion {
        Occasion::Unlock => UserAction::Unlock,
        Occasion::New | Occasion::Reissue => UserAction::Reissue,
    };
    let change = store.write(move |tx| {
        let seen = (user.version, user.password_generation);
        let user = find(tx, &who)?;
        ensure!(
            (user.version, user.password_generation) == seen,
            "somebody else has changed this user in the meantime: try again"
        );
        accounts::perform(tx, &by.as_actor(), act, Some(&hash), &user).map_err(told)
    });
    paper.hand_out(&config, &person, now, change).await
}

async fn set_names(
    dir: &Path,
    who: Who,
    (name, department): (Option<Named<PersonName>>, Option<Named<Department>>),
    json: bool,
    by: Operator,
) -> anyhow::Result<()> {
    let store = folder::open_store(dir)?;
    let done = store.write(move |tx| {
        let user = find(tx, &who)?;
        let name = name.clone().map(|Named(name)| name);
        let department = department.clone().map(|Named(department)| department);
        accounts::rename(tx, &by.as_actor(), &user, name, department).map_err(told)?;
        Ok::<_, anyhow::Error>(account::get(tx, user.id)?)
    });
    let user = done.await?;
    if json {
        return output::json(&json!({
            "user_id": user.user_id,
            "name": user.name,
            "department": user.department,
        }));
    }
    output::line("done")
}

async fn set_suspended(
    dir: &Path,
    who: Who,
    suspended: bool,
    json: bool,
    by: Operator,
) -> anyhow::Result<()> {
    let store = folder::open_store(dir)?;
    let done = store.write(move |tx| {
        let user = find(tx, &who)?;
        let act = if suspended { UserAction::Suspend } else { UserAction::Resume };
        accounts::perform(tx, &by.as_actor(), act, None, &user).map_err(told)?;
        Ok::<_, anyhow::Error>(user.user_id)
    });
    let user_id = done.await?;
    if json {
        return output::json(&json!({ "user_id": user_id, "suspended": suspended }));
    }
    output::line("done")
}
