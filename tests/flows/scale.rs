//! A large customer: 100,000 users and a record of 1,000,000 rows change what an administrator waits
//! for by no more than a few milliseconds.

use std::time::{Duration, Instant};

use warifu_client::Session;
use warifu_protocol::{AuditAct, AuditQuery, UserQuery};

use crate::{provider::Provider, world::flow};

/// By how much an answer may be later: a few milliseconds, and some for a machine that does other
/// things as well.
const LATER: Duration = Duration::from_millis(25);

/// How often each request is measured; the median counts.
const TIMES: usize = 15;

#[test]
fn a_large_directory_and_a_long_record_slow_nothing_down() {
    flow(async |world| {
        let provider = Provider::start(&world).await;
        let user = provider.add_customer("kanri01");
        let pc = world.pc("pc");
        let profile = pc.add_profile(provider.profile()).await;
        let identity = pc.issue(profile, &user).await;
        let session = pc.log_in(&identity).await;
        let small = measure(&session).await;

        let provider = provider.stopped().await;
        fill(&provider);
        let _provider = provider.restart(&world).await;
        let session = pc.log_in(&identity).await;
        let page = session.users(UserQuery { search: some("u09999"), ..query() }).await.unwrap();
        assert_eq!(page.users.len(), 10);
        let large = measure(&session).await;
        for ((name, before), (_, after)) in small.iter().zip(&large) {
            eprintln!("{name}: {before:?}, {after:?}");
            assert!(*after < *before + LATER, "{name}: {before:?}, then {after:?}");
        }
    });
}

/// The median of what each request takes.
async fn measure(session: &Session) -> Vec<(&'static str, Duration)> {
    let page = || AuditQuery { limit: Some(50), ..AuditQuery::default() };
    let person = AuditQuery { person: some("u050000"), ..page() };
    let act = AuditQuery { act: Some(AuditAct::Login), ..page() };
    let mut medians =
        vec![("users", median(async || drop(session.users(query()).await.unwrap())).await)];
    for (name, search) in [("users: found", "u05"), ("users: none", "nobody@nowhere")] {
        let query = UserQuery { search: some(search), ..query() };
        medians
            .push((name, median(async || drop(session.users(query.clone()).await.unwrap())).await));
    }
    for (name, query) in [("record", page()), ("record: person", person), ("record: act", act)] {
        medians
            .push((name, median(async || drop(session.audit(query.clone()).await.unwrap())).await));
    }
    medians
}

async fn median(mut request: impl AsyncFnMut()) -> Duration {
    let mut taken = Vec::new();
    for _ in 0..TIMES {
        let begun = Instant::now();
        request().await;
        taken.push(begun.elapsed());
    }
    taken.sort();
    taken[TIMES / 2]
}

fn query() -> UserQuery {
    UserQuery { limit: Some(50), ..UserQuery::default() }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Writes the users and the record straight into the database: over the network the passwords' hashes
/// alone would take hours.
fn fill(provider: &Provider) {
    let database = rusqlite::Connection::open(provider.dir.join("warifu.sqlite")).unwrap();
    database
        .execute_batch(
            "BEGIN;
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
             INSERT INTO account (customer, user_id, email, is_primary, may_issue, password_hash,
                               password_initial, password_set_at, password_generation, created_at)
             SELECT 1, printf('u%06d', i), printf('u%06d@example.jp', i), 0, 1, 'none', 1, 0, 1, 0
             FROM n;
             WITH RECURSIVE k (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 18)
             INSERT OR IGNORE INTO search_suffix (customer, suffix, account)
             SELECT customer, substr(text, k.i, 16), id FROM (
                 SELECT customer, user_id AS text, id FROM account
                 UNION ALL SELECT customer, email, id FROM account) AS whole
             JOIN k ON k.i <= length(text);
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
             INSERT INTO audit (seq, at, actor, act, customer, subject, hash)
             SELECT 1000 + i, 1000000 + i, printf('u%06d', i % 100000), 'login',
                    (SELECT number FROM customer), printf('u%06d', i % 100000), zeroblob(32)
             FROM n;
             UPDATE audit_head SET seq = 1001000;
             COMMIT;",
        )
        .unwrap();
}
