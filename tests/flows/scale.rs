//! A large customer: 100,000 users and a record of 1,000,000 rows are answered page by page, and what is
//! searched for is found. How long that takes is measured by `cargo xtask bench`; that no page reads all
//! rows, the backend's own tests see in its query plans.

use warifu_protocol::{AuditEvent, AuditQuery, UserQuery, UserSort, UserState};

use crate::{provider::Provider, world::flow};

#[test]
fn a_large_directory_and_a_long_record_come_in_pages() {
    flow(async |world| {
        let provider = Provider::start(&world).await;
        let user = provider.add_customer("kanri01");
        let pc = world.pc("pc");
        let profile = pc.add_profile(provider.profile()).await;
        let identity = pc.issue(profile, &user).await;

        let provider = provider.stopped().await;
        fill(&provider);
        let _provider = provider.restart(&world).await;
        let session = pc.log_in(&identity).await;
        for (search, found) in
            [(None, 50), (some("u09999"), 10), (some("u05"), 50), (some("nobody@nowhere"), 0)]
        {
            let query =
                UserQuery { search: search.clone(), limit: Some(50), ..UserQuery::default() };
            let page = session.users(query).await.unwrap();
            assert_eq!(page.users.len(), found, "{search:?}");
        }
        for (state, sort, search, found) in [
            (Some(UserState::Locked), None, None, 50),
            (Some(UserState::Locked), Some(UserSort::Name), some("u09999"), 1),
            (Some(UserState::InitialPassword), Some(UserSort::LastLoginAt), some("u0"), 50),
            (Some(UserState::Expired), Some(UserSort::CertificateNotAfter), None, 0),
            (None, Some(UserSort::Name), some("山田"), 50),
            (Some(UserState::Unnamed), None, None, 1),
        ] {
            let query = UserQuery {
                state,
                sort,
                search,
                limit: Some(50),
                counts: Some(true),
                ..UserQuery::default()
            };
            let shown = format!("{query:?}");
            let page = session.users(query).await.unwrap();
            assert_eq!(page.users.len(), found, "{shown}");
            let counts = page.counts.unwrap();
            let counted = (counts.all, counts.locked, counts.unnamed, counts.without_certificate);
            assert_eq!(counted, (100_001, 1000, 1, 100_000), "{shown}");
        }
        let page = || AuditQuery { limit: Some(50), ..AuditQuery::default() };
        let person = AuditQuery { person: some("u050000"), ..page() };
        let act = AuditQuery { event: Some(AuditEvent::Login), ..page() };
        // Each user is in ten of the rows.
        for (query, found) in [(page(), 50), (person, 10), (act, 50)] {
            let shown = format!("{query:?}");
            let answer = session.audit(query).await.unwrap();
            assert_eq!(answer.records.len(), found, "{shown}");
        }
    });
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Writes the users and the record straight into the database: over the network the passwords' hashes
/// alone would take hours.
fn fill(provider: &Provider) {
    let database = rusqlite::Connection::open(provider.dir().join("warifu.sqlite")).unwrap();
    database
        .execute_batch(
            "BEGIN;
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
             INSERT INTO account (customer, user_id, email, is_primary, may_issue, password_hash,
                               password_initial, password_set_at, password_generation, created_at,
                               subject, name, name_key, failed_count)
             SELECT 1, printf('u%06d', i), printf('u%06d@example.jp', i), 0, 1, 'none', 1, 0, 1, 0,
                    printf('u%06d', i), printf('山田 %06d', i), printf('山田%06d', i),
                    CASE i % 100 WHEN 90 THEN 5 ELSE 0 END
             FROM n;
             WITH RECURSIVE k (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 18)
             INSERT OR IGNORE INTO search_suffix (customer, suffix, account)
             SELECT customer, substr(text, k.i, 64), id FROM (
                 SELECT customer, user_id AS text, id FROM account
                 UNION ALL SELECT customer, email, id FROM account
                 UNION ALL SELECT customer, name_key, id FROM account) AS whole
             JOIN k ON k.i <= length(text);
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
             INSERT INTO audit (seq, at, actor, act, customer, subject, hash, chain, place)
             SELECT 1000 + i, 1000000 + i, printf('u%06d', i % 100000), 'login',
                    (SELECT number FROM customer), printf('u%06d', i % 100000), zeroblob(32),
                    (SELECT number FROM customer), 1000000 + i
             FROM n;
             COMMIT;",
        )
        .unwrap();
}
