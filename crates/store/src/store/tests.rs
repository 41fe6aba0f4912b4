use std::{sync::mpsc, time::Duration};

use super::*;
use crate::{postgresql::testing::new_database, sqlite::readers};

fn number_in(connection: &Connection) -> i64 {
    connection.query_row("SELECT number FROM crl", [], |row| row.get(0)).unwrap()
}

fn number(tx: &Tx) -> i64 {
    tx.number("SELECT number FROM crl").unwrap()
}

fn increment(tx: &Tx) -> Result<i64, StoreError> {
    tx.execute("UPDATE crl SET number = number + 1", &[])?;
    Ok(number(tx))
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_fails_or_panics_leaves_nothing_and_harms_nobody() {
    let dir = tempfile::tempdir().unwrap();
    fails_and_panics(Store::create(&dir.path().join("warifu.sqlite")).unwrap()).await;
    fails_and_panics(Store::create_on(&new_database()).unwrap()).await;
}

async fn fails_and_panics(store: Store) {
    let mut work = tokio::task::JoinSet::new();
    for turn in 0..60 {
        let store = store.clone();
        work.spawn(async move {
            store
                .write(move |tx| {
                    increment(tx)?;
                    match turn % 3 {
                        0 => Ok(()),
                        1 => Err(StoreError::Unreadable("test")),
                        _ => panic!("this work panics on purpose"),
                    }
                })
                .await
                .is_ok()
        });
    }
    let done = work.join_all().await.into_iter().filter(|ok| *ok).count();
    assert_eq!(done, 20);
    let kept = store.read(|tx| Ok::<_, StoreError>(number(tx))).await;
    assert_eq!(kept.unwrap(), 20);
}

#[tokio::test]
async fn what_nobody_waits_for_any_more_is_not_begun() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open_to_serve(&dir.path().join("warifu.sqlite"), 0).unwrap();
    let (go, going) = mpsc::channel::<()>();
    let held = tokio::spawn({
        let store = store.clone();
        async move {
            let hold = move |_: &Tx| {
                let _ = going.recv();
                Ok::<_, StoreError>(())
            };
            store.write(hold).await
        }
    });
    tokio::task::yield_now().await;
    {
        let abandoned = std::pin::pin!(store.write(increment));
        let waited = tokio::time::timeout(Duration::from_millis(1), abandoned).await;
        waited.unwrap_err();
    }
    go.send(()).unwrap();
    held.await.unwrap().unwrap();
    assert_eq!(store.write(increment).await.unwrap(), 1, "what was abandoned was done");
}

#[test]
fn many_open_and_close_it_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("warifu.sqlite");
    Store::create(&path).unwrap().close();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..25 {
                    Store::open(&path).unwrap().close();
                }
            });
        }
    });
}

#[test]
fn many_make_it_at_once() {
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for turn in 0..32 {
            let path = dir.path().join(format!("{}.sqlite", turn / 8));
            scope.spawn(move || Store::create(&path).unwrap().close());
        }
    });
}

fn with_schema(path: &Path, version: u32) {
    Store::create(path).unwrap().close();
    let raw = Connection::open(path).unwrap();
    raw.pragma_update(None, "user_version", version).unwrap();
}

#[test]
fn refuses_a_database_of_a_newer_program_however_it_is_opened() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("warifu.sqlite");
    with_schema(&path, schema::VERSION + 1);
    let newer = |opened| matches!(opened, Err(StoreError::Newer { .. }));
    assert!(newer(Store::open(&path)));
    assert!(newer(Store::open_to_look(&path)));
    assert!(newer(Store::open_to_serve(&path, 0)));
}

/// A database as the first schema had it.
fn of_the_first_schema(path: &Path) {
    let raw = Connection::open(path).unwrap();
    schema::migrate_to(&raw, 1);
    raw.execute("UPDATE crl SET number = 41", []).unwrap();
}

fn version(path: &Path) -> u32 {
    schema::version(&Connection::open(path).unwrap()).unwrap()
}

#[tokio::test]
async fn looking_at_an_older_database_leaves_it_as_it_is_and_beside_it_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("warifu.sqlite");
    of_the_first_schema(&path);
    let before = std::fs::read(&path).unwrap();
    let looking = Store::open_to_look(&path).unwrap();
    let read = looking.read(|tx| {
        // A column of today's schema.
        tx.query("SELECT suffix FROM search_suffix", &[])?;
        Ok::<_, StoreError>(number(tx))
    });
    assert_eq!(read.await.unwrap(), 41);
    let written = looking.write(|_| Ok::<_, StoreError>(())).await;
    assert!(matches!(written, Err(StoreError::ReadOnly)));
    drop(looking);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(dir.path().read_dir().unwrap().count(), 1);
    assert!(matches!(Store::open(&path), Err(StoreError::Older { found: 1, .. })));
    assert_eq!(version(&path), 1);
}

#[tokio::test]
async fn serving_an_older_database_keeps_a_copy_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("warifu.sqlite");
    of_the_first_schema(&path);
    let store = Store::open_to_serve(&path, 1_800_000_000).unwrap();
    store.write(increment).await.unwrap();
    store.close();
    assert_eq!(version(&path), schema::VERSION);
    let copy = dir.path().join("warifu-schema-1-1800000000.sqlite");
    assert_eq!(version(&copy), 1);
    assert_eq!(number_in(&Connection::open(&copy).unwrap()), 41);
    // The next start has nothing to keep.
    Store::open_to_serve(&path, 1_800_000_001).unwrap().close();
    assert!(!dir.path().join("warifu-schema-1-1800000001.sqlite").exists());
}

#[test]
fn an_older_database_stays_as_it_is_when_no_copy_can_be_kept() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("warifu.sqlite");
    of_the_first_schema(&path);
    std::fs::write(dir.path().join("warifu-schema-1-7.sqlite"), "somebody's").unwrap();
    assert!(matches!(Store::open_to_serve(&path, 7), Err(StoreError::Copy { .. })));
    assert_eq!(version(&path), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_sees_one_snapshot_whatever_is_written_meanwhile() {
    let dir = tempfile::tempdir().unwrap();
    sees_one_snapshot(Store::create(&dir.path().join("warifu.sqlite")).unwrap()).await;
    sees_one_snapshot(Store::create_on(&new_database()).unwrap()).await;
}

async fn sees_one_snapshot(store: Store) {
    let (begun, wait_begun) = mpsc::channel();
    let (written, wait_written) = mpsc::channel();
    let reading = store.clone();
    let read = tokio::spawn(async move {
        let read = reading.read_at_length(move |tx| {
            let before = number(tx);
            begun.send(()).unwrap();
            wait_written.recv().unwrap();
            Ok::<_, StoreError>((before, number(tx)))
        });
        read.await.unwrap()
    });
    tokio::task::spawn_blocking(move || wait_begun.recv().unwrap()).await.unwrap();
    store.write(increment).await.unwrap();
    written.send(()).unwrap();
    assert_eq!(read.await.unwrap(), (0, 0));
    let after = store.read(|tx| Ok::<_, StoreError>(number(tx))).await;
    assert_eq!(after.unwrap(), 1);
}

#[tokio::test]
async fn more_readers_than_connections_wait_and_none_is_lost_by_a_panic() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::create(&dir.path().join("warifu.sqlite")).unwrap();
    let mut work = tokio::task::JoinSet::new();
    for turn in 0..readers::count() * 8 {
        let store = store.clone();
        work.spawn(async move {
            let read = store.read(move |tx| {
                assert!(turn % 2 == 0, "this work panics on purpose");
                Ok::<_, StoreError>(number(tx))
            });
            read.await
        });
    }
    let read = work.join_all().await.into_iter().filter(Result::is_ok).count();
    assert_eq!(read, readers::count() * 4);
}

#[tokio::test]
async fn a_change_that_cannot_begin_is_told_why_and_is_not_tried() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("warifu.sqlite");
    Store::create(&path).unwrap().close();
    let connection = Connection::open(&path).unwrap();
    configure(&connection).unwrap();
    connection.busy_timeout(Duration::ZERO).unwrap();
    let store = Store::write_on(connection, &path).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = store.write(increment).await;
    assert!(
        matches!(&refused, Err(StoreError::Begin(why)) if why.contains("locked")),
        "{refused:?}"
    );
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(store.write(increment).await.unwrap(), 1);
}

#[tokio::test]
async fn the_users_of_an_older_database_are_found() {
    for older in 1..schema::VERSION {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("warifu.sqlite");
        let raw = Connection::open(&path).unwrap();
        schema::migrate_to(&raw, older);
        // Before the ninth step the table had another name.
        let table = if older < 9 { "user" } else { "account" };
        // Since the tenth each user has a name for services, which the program gives.
        let (column, one, two) = if older < 10 {
            ("", String::new(), String::new())
        } else {
            (", subject", format!(", '{:032x}'", 1), format!(", '{:032x}'", 2))
        };
        raw.execute_batch(&format!(
            "INSERT INTO customer VALUES (1, '10000001', 'A', 0);
             INSERT INTO {table} (id, customer, user_id, email, is_primary, may_issue, password_hash,
                                  password_initial, password_set_at, password_generation, created_at
                                  {column})
             VALUES (1, 1, 'kanri01', 'Kanri@Example.jp', 1, 1, '', 1, 0, 1, 0{one}),
                    (2, 1, 'tanaka', NULL, 0, 1, '', 1, 0, 1, 0{two});"
        ))
        .unwrap();
        if older >= 9 {
            // As the programs of that schema keep it.
            crate::tables::search::fill(&raw).unwrap();
        }
        drop(raw);
        let store = Store::open_to_serve(&path, 1).unwrap();
        let found = store.read(|tx| {
            let page = crate::tables::search::page(tx, 1, "EXAMPLE", "", 9)?;
            let all = crate::tables::account::of_customer(tx, 1)?;
            let subjects: Vec<_> = all.iter().map(|user| user.subject.clone()).collect();
            Ok::<_, StoreError>((page.len(), subjects, page[0].user_id.clone()))
        });
        let (page, subjects, first) = found.await.unwrap();
        assert_eq!((page, subjects.len(), first.as_str()), (1, 2, "kanri01"), "{older}");
        // Each got who they are to services, and nobody got another's.
        assert!(subjects.iter().all(|subject| subject.len() == 32), "{subjects:?}");
        assert_ne!(subjects[0], subjects[1]);
    }
}
