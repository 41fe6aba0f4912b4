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
    provider::Provider,
    raw::{Door, enrol, log_in},
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
/// Connections that make it.
const AT_ONCE: usize = 48;

flow! {
    async fn a_flood_of_guesses_leaves_others_their_logins(world: World) {
        let provider = Provider::start(&world).await;
        let users = users(&provider).await;
        let door = Door::of(&provider, "enrolment_url", None);
        let number = provider.add_customer("kanri99").number;
        let flood = Trouble::make(move |turn| {
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
                let Ok(mut raw) = door.open_from(from).await else { return };
                let _ = raw.ask("POST", "/v1/enrolments", None, &guess).await;
            }
        });
        assert_logins(&users).await;
        assert!(flood.end().await > AT_ONCE, "this was no flood");
    }

    async fn imports_of_another_customer_leave_others_their_logins(world: World) {
        let provider = Provider::start(&world).await;
        let users = users(&provider).await;
        let other = provider.add_customer("kanri77");
        let door = Door::of(&provider, "service_url", Some(&enrol(&provider, &other).await));
        let token = log_in(&door).await.unwrap();
        let imports = Trouble::make(move |turn| {
            let (door, token) = (door.clone(), token.clone());
            async move {
                let created: Vec<Value> = (0..1000)
                    .map(|user| json!({ "user_id": format!("u{turn}-{user}"), "permissions": [] }))
                    .collect();
                let import = json!({ "users": created, "dry_run": false });
                let _ = door.ask("POST", "/v1/imports", Some(&token), &import).await;
            }
        });
        assert_logins(&users).await;
        imports.end().await;
    }
}

/// Something that is done over and over, by many at once, until it is ended.
struct Trouble {
    enough: Arc<AtomicBool>,
    turns: Arc<AtomicUsize>,
    tasks: JoinSet<()>,
}

impl Trouble {
    fn make<F>(act: impl Fn(usize) -> F + Clone + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send,
    {
        let (enough, turns) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let mut tasks = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (enough, turns, act) = (Arc::clone(&enough), Arc::clone(&turns), act.clone());
            tasks.spawn(async move {
                while !enough.load(Ordering::SeqCst) {
                    let turn = turns.fetch_add(1, Ordering::SeqCst);
                    if turn >= MOST {
                        return;
                    }
                    act(turn).await;
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

/// Logs everybody in, again and again, over new connections: enough of it must be quick.
async fn assert_logins(users: &[Door]) {
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
    let all: Vec<Result<Duration, String>> =
        logins.join_all().await.into_iter().flatten().collect();
    let in_time =
        all.iter().filter(|took| took.as_ref().is_ok_and(|took| *took <= IN_TIME)).count();
    assert!(in_time * 100 >= all.len() * ENOUGH, "{in_time} of {}: {all:?}", all.len());
}
