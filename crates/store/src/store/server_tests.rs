use super::*;
use crate::{postgresql::testing::new_database, value::params};

fn next(tx: &Tx) -> Result<i64, StoreError> {
    crate::tables::crl::next_number(tx)
}

#[test]
fn backends_that_start_at_once_make_the_tables_once() {
    let server = new_database();
    std::thread::scope(|scope| {
        let starts: Vec<_> = (0..6).map(|_| scope.spawn(|| Store::create_on(&server))).collect();
        for start in starts {
            start.join().unwrap().unwrap();
        }
    });
    let tx = Tx::on_server(Session::open(&server).unwrap());
    assert_eq!(tx.number("SELECT count(*) FROM crl").unwrap(), 1);
    assert_eq!(tx.number("SELECT version FROM warifu_schema").unwrap(), i64::from(schema::VERSION));
}

#[test]
fn a_migration_that_is_cut_off_has_done_nothing_and_comes_again() {
    let server = new_database();
    let held = Session::open(&server).unwrap();
    // In the way of the last thing that the migration makes, so that it waits in the middle.
    held.batch("BEGIN; CREATE TABLE web_request (id bigint)").unwrap();
    let cut = Session::open(&server).unwrap();
    let deadline = Instant::now() + Duration::from_millis(300);
    server_schema::migrate(&cut, Some(deadline)).unwrap_err();
    drop(cut);
    held.batch("ROLLBACK").unwrap();
    assert_eq!(server_schema::version(&held).unwrap(), 0);
    Store::create_on(&server).unwrap();
    assert_eq!(server_schema::version(&held).unwrap(), schema::VERSION);
}

#[test]
fn refuses_an_empty_older_or_newer_database_unless_it_serves_it() {
    let server = new_database();
    for opened in [Store::serve_on(&server), Store::open_on(&server), Store::look_on(&server)] {
        assert!(matches!(opened, Err(StoreError::Empty)));
    }
    Store::create_on(&server).unwrap();
    Store::serve_on(&server).unwrap();
    Store::open_on(&server).unwrap();
    let raw = Session::open(&server).unwrap();
    raw.batch("UPDATE warifu_schema SET version = version + 1").unwrap();
    for opened in [Store::serve_on(&server), Store::open_on(&server), Store::look_on(&server)] {
        assert!(matches!(opened, Err(StoreError::Newer { .. })));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_backends_give_each_number_once() {
    let server = new_database();
    let mut work = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let store = Store::create_on(&server).unwrap();
        for _ in 0..40 {
            let store = store.clone();
            work.spawn(async move { store.write(next).await.unwrap() });
        }
    }
    let mut given = work.join_all().await;
    given.sort_unstable();
    assert_eq!(given, (1..=120).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_each_other_runs_again_and_is_done_once() {
    let server = new_database();
    let store = Store::create_on(&server).unwrap();
    let made = store.write(|tx| {
        for (id, number) in [(1, "10000001"), (2, "10000002")] {
            tx.execute(
                "INSERT INTO customer (id, number, name, created_at) VALUES (?1, ?2, '', 0)",
                &params![id, number],
            )?;
        }
        Ok::<_, StoreError>(())
    });
    made.await.unwrap();
    let mut work = tokio::task::JoinSet::new();
    for turn in 0..6 {
        let store = store.clone();
        let order = if turn % 2 == 0 { [1, 2] } else { [2, 1] };
        work.spawn(async move {
            let both = store.write(move |tx| {
                for id in order {
                    let add = "UPDATE customer SET created_at = created_at + 1 WHERE id = ?1";
                    tx.execute(add, &params![id])?;
                    std::thread::yield_now();
                }
                Ok::<_, StoreError>(())
            });
            both.await.unwrap();
        });
    }
    work.join_all().await;
    let sum = store.read(|tx| tx.number("SELECT min(created_at) FROM customer")).await;
    assert_eq!(sum.unwrap(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_goes_on_after_a_statement_failed_is_not_taken_for_done() {
    let store = Store::create_on(&new_database()).unwrap();
    let done = store.write(|tx| {
        next(tx)?;
        let twice = tx.execute("INSERT INTO crl (id, number) VALUES (1, 0)", &[]);
        assert!(twice.is_err());
        Ok::<_, StoreError>(())
    });
    done.await.unwrap_err();
    assert_eq!(store.write(next).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_the_server_ended_are_made_anew() {
    let server = new_database().with_connections(2);
    let store = Store::create_on(&server).unwrap();
    let other = Store::open_on(&server).unwrap();
    for turn in 1..=6 {
        assert_eq!(store.write(next).await.unwrap(), turn);
        let ended = other.write(|tx| {
            tx.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
                &[],
            )
        });
        ended.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_lost_in_the_middle_stores_nothing_and_harms_nobody() {
    let store = Store::create_on(&new_database()).unwrap();
    let lost = store.write(|tx| {
        next(tx)?;
        tx.query("SELECT pg_terminate_backend(pg_backend_pid())", &[]).map(drop)
    });
    assert!(matches!(lost.await, Err(StoreError::Unavailable(_))));
    assert_eq!(store.write(next).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_opened_to_be_looked_at_is_not_changed() {
    let server = new_database();
    Store::create_on(&server).unwrap();
    let looking = Store::look_on(&server).unwrap();
    assert!(matches!(looking.write(next).await, Err(StoreError::ReadOnly)));
    assert!(looking.read(next).await.is_err());
    assert!(looking.has_known_schema().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_a_files_alone_says_what_to_do_on_a_server() {
    let store = Store::create_on(&new_database()).unwrap();
    let copied = store.copy_into(Path::new("nowhere")).await.unwrap_err();
    assert!(copied.to_string().contains("pg_dump"), "{copied}");
    let examined = store.examine().await.unwrap_err();
    assert!(examined.to_string().contains("pg_amcheck"), "{examined}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_told_soon() {
    // Nobody listens there: the port belongs to a socket that only connects.
    let taken = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let url = format!("postgresql://warifu@127.0.0.1:{port}/warifu");
    let server = Server::new(&url, None, None).unwrap();
    assert!(matches!(Store::serve_on(&server), Err(StoreError::Unavailable(_))));
}

#[test]
fn the_tests_of_the_tables_pass_on_a_server_too() {
    crate::postgresql::testing::again_on_postgresql(&["tables::"]);
}
