//! Load: what an outsider or another customer asks for leaves the others their logins.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    attacker::{Door, Raw, enrol, log_in},
    provider::Provider,
    world::flow,
};

/// Users who log in while somebody makes trouble, and how often each does.
const USERS: usize = 5;
const LOGINS: usize = 6;
/// The share of logins, in per cent, that must be through in time.
const ENOUGH: usize = 90;
const IN_TIME: Duration = Duration::from_secs(2);

/// Requests after which the trouble ends by itself.
const MOST: usize = 20_000;
/// Connections that make it. Here they work on the backend's own cores, and each import is a large text
/// to write: few of them are enough to keep it busy.
const GUESSERS: usize = 48;
const IMPORTERS: usize = 4;

#[test]
fn a_flood_of_guesses_leaves_others_their_logins() {
    flow(async |world| {
        let provider = world.provider().await;
        let users = users(&provider).await;
        let door = Door::of(&provider, "enrolment_url", None);
        let number = provider.add_customer("kanri99").number;
        let quiet = logins(&users).await;
        let flood = Trouble::make(GUESSERS, move |turn, _| {
            let (door, number) = (door.clone(), number.clone());
            async move {
                // A few tries for each address, so that none is slowed.
                let [.., a, b] = u32::try_from(turn / 4).unwrap().to_be_bytes();
                let from = [127, 90, a, b.max(1)];
                let guess = json!({
                    "customer_number": number,
                    "user_id": format!("user{}", turn % 997),
                    "password": format!("Guess#{turn}x"),
                });
                let mut raw = door.open_from(from).await.ok()?;
                raw.ask("POST", "/v1/enrolments", None, &guess).await.ok()?;
                None
            }
        });
        let troubled = logins(&users).await;
        assert!(flood.end().await > GUESSERS, "this was no flood");
        assert_in_time(&quiet, &troubled);
    });
}

#[test]
fn imports_of_another_customer_leave_others_their_logins() {
    flow(async |world| {
        let provider = world.provider().await;
        let users = users(&provider).await;
        let other = provider.add_customer("kanri77");
        let door = Door::of(&provider, "service_url", Some(&enrol(&provider, &other).await));
        let token = log_in(&door).await.unwrap();
        let quiet = logins(&users).await;
        let imports = Trouble::make(IMPORTERS, move |turn, connection| {
            let (door, token) = (door.clone(), token.clone());
            async move {
                let created: Vec<Value> = (0..1000)
                    .map(|user| json!({ "user_id": format!("u{turn}-{user}"), "permissions": [] }))
                    .collect();
                let import = json!({ "users": created, "dry_run": false });
                let mut raw = match connection {
                    Some(open) => open,
                    None => door.open().await.ok()?,
                };
                raw.ask("POST", "/v1/imports", Some(&token), &import).await.ok()?;
                Some(raw)
            }
        });
        let troubled = logins(&users).await;
        imports.end().await;
        assert_in_time(&quiet, &troubled);
    });
}

/// Something that is done over and over, by many at once, until it is ended.
struct Trouble {
    enough: Arc<AtomicBool>,
    turns: Arc<AtomicUsize>,
    tasks: JoinSet<()>,
}

impl Trouble {
    /// `act` is told which turn it is and the connection that it left open before.
    fn make<F>(
        at_once: usize,
        act: impl Fn(usize, Option<Raw>) -> F + Clone + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Option<Raw>> + Send,
    {
        let (enough, turns) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let mut tasks = JoinSet::new();
        for _ in 0..at_once {
            let (enough, turns, act) = (Arc::clone(&enough), Arc::clone(&turns), act.clone());
            tasks.spawn(async move {
                let mut open = None;
                while !enough.load(Ordering::SeqCst) {
                    let turn = turns.fetch_add(1, Ordering::SeqCst);
                    if turn >= MOST {
                        return;
                    }
                    open = act(turn, open.take()).await;
                }
            });
        }
        Self { enough, turns, tasks }
    }

    /// Ends it; how often it was done.
    async fn end(mut self) -> usize {
        self.enough.store(true, Ordering::SeqCst);
        self.tasks.shutdown().await;
        self.turns.load(Ordering::SeqCst)
    }
}

/// Doors for users with certificates, each of a customer of its own.
async fn users(provider: &Provider) -> Vec<Door> {
    let mut doors = Vec::new();
    for turn in 0..USERS {
        let user = provider.add_customer(&format!("kanri{turn:02}"));
        doors.push(Door::of(provider, "service_url", Some(&enrol(provider, &user).await)));
    }
    doors
}

/// What a login said, or how long it took.
type Login = Result<Duration, String>;

/// Logs everybody in, again and again, over new connections.
async fn logins(users: &[Door]) -> Vec<Login> {
    let mut logins = JoinSet::new();
    for door in users {
        let door = door.clone();
        logins.spawn(async move {
            let mut took = Vec::new();
            for _ in 0..LOGINS {
                let begun = Instant::now();
                let said = log_in(&door).await.map(|_| begun.elapsed());
                took.push(said.map_err(|error| error.to_string()));
            }
            took
        });
    }
    logins.join_all().await.into_iter().flatten().collect()
}

/// That enough of the logins were quick. On a machine that is slow when nobody makes trouble, or busy
/// with something else, four times as long as without is quick.
#[track_caller]
fn assert_in_time(quiet: &[Login], troubled: &[Login]) {
    let mut without: Vec<Duration> = quiet.iter().filter_map(|took| took.clone().ok()).collect();
    without.sort_unstable();
    let median = without.get(without.len() / 2).copied().unwrap();
    let limit = IN_TIME.max(median * 4);
    let in_time =
        troubled.iter().filter(|took| took.as_ref().is_ok_and(|took| *took <= limit)).count();
    eprintln!("{in_time} of {} within {limit:?}; without trouble {median:?}", troubled.len());
    assert!(in_time * 100 >= troubled.len() * ENOUGH, "{in_time} within {limit:?}: {troubled:?}");
}
