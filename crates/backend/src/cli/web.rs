//! The login that opens services: trying it, its keys, its clients, who is logged in.

pub(super) mod check;
mod configure;

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use warifu_protocol::{CustomerNumber, UserId};
use warifu_store::tables::{web_browser::Listed, web_key::Key, web_logout::State};

use self::configure::Engine;
use super::{
    Dir, Who, find,
    operator::Operator,
    output::{self, Mistake, told},
    text,
};
use crate::{
    config::{Config, web::ClientId},
    domain::sso::{
        browsers,
        keys::{self, Rotation},
        logout,
    },
    folder, random,
};

#[derive(Debug, Subcommand)]
pub(super) enum WebCommand {
    /// Try all of it: the certificate, the address, and each client as far as that can be seen from here.
    ///
    /// Each client is sent a logout of a login that there is not, and an answer to a login that it has not
    /// begun. Fails if something has to be put right. JSON: a list of state, about, text.
    Check {
        #[command(flatten)]
        dir: Dir,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// The keys that sign for services.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// The services.
    #[command(subcommand)]
    Client(ClientCommand),
    /// List the browsers that are logged in.
    ///
    /// JSON: a list of customer_number, user_id, sid, opened_at, last_used_at, ends_at, address, browser,
    /// version; with --end: ended (how many).
    Sessions {
        #[command(flatten)]
        dir: Dir,
        /// The customer's number.
        #[arg(long, requires = "user")]
        customer: Option<CustomerNumber>,
        /// The user's ID.
        #[arg(long, requires = "customer")]
        user: Option<UserId>,
        /// End them; the services are told.
        #[arg(long, requires = "user")]
        end: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// List the notices to services that a login has ended, the latest first.
    ///
    /// JSON: a list of client, state, queued_at, next_at, until, attempts, answer.
    Logouts {
        #[command(flatten)]
        dir: Dir,
        /// Those of that state alone; else those that are not delivered.
        #[arg(long, value_enum)]
        state: Option<Notice>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print what to write at the service's side, ready to paste.
    Configure {
        #[command(flatten)]
        dir: Dir,
        /// What the service uses.
        #[arg(value_enum)]
        engine: Engine,
        /// The client's id.
        client: ClientId,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// List them.
    ///
    /// JSON: a list of kid, state, created_at, state_at.
    List {
        #[command(flatten)]
        dir: Dir,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Have a new key sign from tomorrow on, when services have read it.
    ///
    /// JSON: a list, as of `list`.
    Rotate {
        #[command(flatten)]
        dir: Dir,
        /// At once, and have nobody believe the present one any more: it is in others' hands.
        #[arg(long)]
        now: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum ClientCommand {
    /// Make a secret for a client, and print it once, with the line for `warifu.toml`.
    ///
    /// Nothing is stored. JSON: client, secret, secret_hash.
    Secret {
        /// As of the other commands; nothing in it is looked at.
        #[arg(long)]
        dir: Option<PathBuf>,
        /// The client's id.
        client: ClientId,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// How far a notice is.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Notice {
    Queued,
    Delivered,
    Refused,
    Undelivered,
}

impl From<Notice> for State {
    fn from(notice: Notice) -> Self {
        match notice {
            Notice::Queued => Self::Queued,
            Notice::Delivered => Self::Delivered,
            Notice::Refused => Self::Refused,
            Notice::Undelivered => Self::Undelivered,
        }
    }
}

/// The most notices of a state that are shown.
const SHOWN: u32 = 100;

pub(super) async fn run(command: WebCommand, by: Operator) -> anyhow::Result<()> {
    match command {
        WebCommand::Check { dir, json } => check::run(&dir.dir, json).await,
        WebCommand::Keys(KeysCommand::List { dir, json }) => list_keys(&dir.dir, json).await,
        WebCommand::Keys(KeysCommand::Rotate { dir, now, json }) => {
            rotate(&dir.dir, now, by).await?;
            list_keys(&dir.dir, json).await
        }
        WebCommand::Client(ClientCommand::Secret { dir: _, client, json }) => secret(&client, json),
        WebCommand::Sessions { dir, customer, user, end, json } => {
            let who = customer.zip(user).map(|(customer, user)| Who { customer, user });
            match who {
                Some(who) if end => end_sessions(&dir.dir, who, json, by).await,
                who => sessions(&dir.dir, who, json).await,
            }
        }
        WebCommand::Logouts { dir, state, json } => logouts(&dir.dir, state, json).await,
        WebCommand::Configure { dir, engine, client } => {
            let config = Config::load(&dir.dir)?;
            output::print(&configure::text(&config, engine, &client)?)
        }
    }
}

async fn list_keys(dir: &Path, json: bool) -> anyhow::Result<()> {
    let store = folder::look_at_store(dir)?;
    let found = store.read(warifu_store::tables::web_key::all).await?;
    let described = |key: &Key| {
        json!({
            "kid": key.kid,
            "state": key.state.as_str(),
            "created_at": key.created_at,
            "state_at": key.state_at,
        })
    };
    let found: Vec<Value> = found.iter().map(described).collect();
    if json {
        return output::json(&found);
    }
    output::lines(
        found.iter().map(|key| format!("{:8}  {}", text(&key["state"]), text(&key["kid"]))),
    )
}

async fn rotate(dir: &Path, now: bool, by: Operator) -> anyhow::Result<()> {
    let config = Config::load(dir)?;
    let passphrase = folder::passphrase(config.passphrase_file.as_deref())?;
    // A passphrase that does not open the authority's key would make a key that nobody can use.
    folder::open_issuer(dir, &config)?;
    let store = folder::open_store(dir)?;
    let how = if now { Rotation::Now } else { Rotation::Soon };
    keys::rotate(&store, passphrase, how, by.name().to_owned(), by.now).await.map_err(told)
}

fn secret(client: &ClientId, json: bool) -> anyhow::Result<()> {
    let secret = random::token()?;
    let digest = Sha256::digest(secret.expose().as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let hash = format!("sha256:{hex}");
    if json {
        return output::json(&json!({
            "client": client,
            "secret": secret.expose(),
            "secret_hash": hash,
        }));
    }
    output::print(&format!(
        "The secret of {client}, for the service alone; it is shown this once:\n{}\n\nIn warifu.toml, in the \
         [[client]] of {client}, and then a restart:\nsecret_hash = \"{hash}\"\n",
        secret.expose()
    ))
}

async fn sessions(dir: &Path, who: Option<Who>, json: bool) -> anyhow::Result<()> {
    let store = folder::look_at_store(dir)?;
    let found = store.read(move |tx| {
        let user = who.as_ref().map(|who| find(tx, who)).transpose()?;
        Ok::<_, anyhow::Error>(browsers::list(tx, user.map(|user| user.id))?)
    });
    let described = |it: &Listed| {
        json!({
            "customer_number": it.customer_number,
            "user_id": it.user_id,
            "sid": it.sid,
            "opened_at": it.opened_at,
            "last_used_at": it.last_used_at,
            "ends_at": it.ends_at,
            "address": it.address,
            "browser": it.browser,
            "version": it.version,
        })
    };
    let found: Vec<Value> = found.await?.iter().map(described).collect();
    if json {
        return output::json(&found);
    }
    output::lines(found.iter().map(|it| {
        let at = |key: &str| it[key].as_i64().map(time).unwrap_or_default();
        format!(
            "{}  {}  {}  {}  since {}, last used {}",
            text(&it["customer_number"]),
            text(&it["user_id"]),
            text(&it["browser"]),
            text(&it["address"]),
            at("opened_at"),
            at("last_used_at")
        )
    }))
}

async fn end_sessions(dir: &Path, who: Who, json: bool, by: Operator) -> anyhow::Result<()> {
    let store = folder::open_store(dir)?;
    let ended = store.write(move |tx| {
        let user = find(tx, &who)?;
        let mut ended = 0;
        for browser in browsers::list(tx, Some(user.id))? {
            ended += usize::from(browsers::end_by_provider(tx, browser.id, by.now)?);
        }
        Ok::<_, anyhow::Error>(ended)
    });
    let ended = ended.await?;
    if json {
        return output::json(&json!({ "ended": ended }));
    }
    output::line(format!("ended {ended}"))
}

async fn logouts(dir: &Path, state: Option<Notice>, json: bool) -> anyhow::Result<()> {
    let states: Vec<State> = match state {
        Some(state) => vec![state.into()],
        None => vec![State::Queued, State::Refused, State::Undelivered],
    };
    let store = folder::look_at_store(dir)?;
    let found = store.read(move |tx| {
        let lists = states.iter().map(|state| logout::list(tx, *state, SHOWN).map_err(told));
        Ok::<_, anyhow::Error>(lists.collect::<Result<Vec<_>, _>>()?.concat())
    });
    let found: Vec<Value> = found
        .await?
        .iter()
        .map(|notice| {
            json!({
                "client": notice.client,
                "state": notice.state.as_str(),
                "queued_at": notice.queued_at,
                "next_at": notice.next_at,
                "until": notice.until,
                "attempts": notice.attempts,
                "answer": notice.answer,
            })
        })
        .collect();
    if json {
        return output::json(&found);
    }
    output::lines(found.iter().map(|notice| {
        let queued = notice["queued_at"].as_i64().map(time).unwrap_or_default();
        format!(
            "{}  {}  since {queued}, tried {} times  {}",
            text(&notice["state"]),
            text(&notice["client"]),
            notice["attempts"],
            text(&notice["answer"])
        )
    }))
}

/// A moment, as people read it.
fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map(|time| time.to_string()).unwrap_or_default()
}

/// The client of that name.
fn client<'c>(
    config: &'c Config,
    id: &ClientId,
) -> Result<&'c crate::config::web::ClientConfig, Mistake> {
    config.client(id).ok_or_else(|| Mistake::NoClient(id.to_string()))
}
