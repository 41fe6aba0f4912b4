use proptest::prelude::*;
use warifu_protocol::AuditQuery;
use warifu_record::{Hash, Joint};
use warifu_store::{Store, tables::customer};

use super::*;
use crate::audit::{Act, Actor, Entry, checkpoint, export, page, record, record_all};

const CUSTOMERS: [&str; 2] = ["10000001", "10000002"];

/// As many as a hash has.
macro_rules! zeros {
    () => {
        "x'0000000000000000000000000000000000000000000000000000000000000000'"
    };
}

fn with_customers() -> Tx {
    let tx = Tx::in_memory();
    for number in CUSTOMERS {
        customer::insert(&tx, &number.parse().unwrap(), "-", 1).unwrap();
    }
    tx
}

fn hex_of(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn login(tx: &Tx, customer: Option<&str>, at: i64) {
    let id = "kanri01".parse().unwrap();
    let entry = Entry {
        customer,
        subject: Some("kanri01"),
        ..Entry::new(Act::Login, Actor::User(&id), at)
    };
    record(tx, &entry).unwrap();
}

/// What only the provider may know of a row is under the hash all the same.
#[test]
fn the_name_of_the_providers_person_is_veiled_and_covered() {
    let tx = with_customers();
    let by = |name, at| Entry {
        customer: Some(CUSTOMERS[0]),
        ..Entry::new(Act::Suspended, Actor::Provider(Some(name)), at)
    };
    record_all(&tx, vec![by("yamada", 1), by("yamada", 2)]).unwrap();
    let found = rows::after(&tx, 0, 9).unwrap();
    let [one, other] = &found[..] else { panic!("{found:?}") };
    assert!(one.veil.as_ref().is_some_and(|veil| veil.len() == 16) && one.veil != other.veil);
    assert_eq!(verify(&tx).unwrap(), Verdict::Whole(2));
    for tampering in
        ["actor = 'suzuki'", "veil = x'00000000000000000000000000000000'", "veil = NULL"]
    {
        tx.tamper(&format!("BEGIN; UPDATE audit SET {tampering} WHERE seq = 2")).unwrap();
        assert_eq!(verify(&tx).unwrap(), Verdict::BrokenAt(2), "{tampering}");
        tx.tamper("ROLLBACK").unwrap();
    }
    login(&tx, Some(CUSTOMERS[0]), 3);
    assert!(rows::after(&tx, 2, 1).unwrap()[0].veil.is_none());
}

/// Rows 1, 3, 5, 7 are the first customer's, 2 and 4 the other's, 6 and 8 the provider's.
fn recorded() -> Tx {
    let tx = with_customers();
    let [one, other] = CUSTOMERS.map(Some);
    let turns = [one, other, one, other, one, None, one, Some("99999999")];
    for (at, customer) in (1..).zip(turns) {
        login(&tx, customer, at);
    }
    tx
}

#[test]
fn finds_an_edited_a_deleted_a_reordered_a_moved_and_a_cut_off_row() {
    let table = [
        ("SELECT 1", Verdict::Whole(8)),
        ("UPDATE audit SET actor = 'tanaka' WHERE seq = 2", Verdict::BrokenAt(2)),
        ("UPDATE audit SET subject = NULL WHERE seq = 1", Verdict::BrokenAt(1)),
        ("UPDATE audit SET actor_kind = 'provider' WHERE seq = 1", Verdict::BrokenAt(1)),
        ("UPDATE audit SET actor_kind = NULL WHERE seq = 2", Verdict::BrokenAt(2)),
        ("UPDATE audit SET reason = 'account-locked' WHERE seq = 3", Verdict::BrokenAt(3)),
        ("UPDATE audit SET times = 2 WHERE seq = 4", Verdict::BrokenAt(4)),
        ("UPDATE audit SET customer = NULL WHERE seq = 3", Verdict::BrokenAt(3)),
        // What follows a row that is gone is the first that does not follow.
        ("DELETE FROM audit WHERE seq = 3", Verdict::BrokenAt(5)),
        ("DELETE FROM audit WHERE seq = 2", Verdict::BrokenAt(4)),
        // In another order, by number, by place and by both.
        (
            "UPDATE audit SET seq = 99 WHERE seq = 1; UPDATE audit SET seq = 1 WHERE seq = 3;
             UPDATE audit SET seq = 3 WHERE seq = 99",
            Verdict::BrokenAt(1),
        ),
        (
            "UPDATE audit SET place = 99 WHERE seq = 1; UPDATE audit SET place = 1 WHERE seq = 3;
             UPDATE audit SET place = 2 WHERE seq = 1",
            Verdict::BrokenAt(1),
        ),
        // Into another chain, or out of all of them.
        (
            "UPDATE audit SET chain = '10000002', customer = '10000002', place = 3 WHERE seq = 7",
            Verdict::BrokenAt(7),
        ),
        ("UPDATE audit SET chain = '10000009' WHERE seq = 7", Verdict::BrokenAt(7)),
        ("UPDATE audit SET chain = NULL, place = NULL WHERE seq = 1", Verdict::BrokenAt(1)),
        ("UPDATE audit SET place = NULL WHERE seq = 8", Verdict::BrokenAt(8)),
        ("UPDATE audit SET seq = 0 WHERE seq = 1", Verdict::BrokenAt(0)),
        ("DELETE FROM audit WHERE seq = 7", Verdict::CutOffAfter(5)),
        ("DELETE FROM audit WHERE chain = '10000002'", Verdict::CutOffAfter(0)),
        ("DELETE FROM audit WHERE seq = 8", Verdict::CutOffAfter(6)),
        ("DELETE FROM audit", Verdict::CutOffAfter(0)),
        // The heads and the joint.
        ("UPDATE audit_chain SET place = 3 WHERE chain = '10000001'", Verdict::BrokenAt(7)),
        (
            concat!("UPDATE audit_chain SET hash = ", zeros!(), " WHERE chain = ''"),
            Verdict::BrokenAt(8),
        ),
        ("DELETE FROM audit_chain WHERE chain = '10000002'", Verdict::BrokenAt(2)),
        ("UPDATE audit_joint SET seq = 1", Verdict::BrokenAt(1)),
        ("UPDATE audit_joint SET hash = x'00'", Verdict::BrokenAt(1)),
    ];
    for (tampering, verdict) in table {
        let tx = recorded();
        tx.tamper(tampering).unwrap();
        assert_eq!(verify(&tx).unwrap(), verdict, "{tampering}");
    }
}

fn signed(tx: &Tx) -> Checkpoint {
    checkpoint(tx, Hash([1; 32]), 9).unwrap()
}

#[test]
fn what_goes_on_from_a_checkpoint_is_whole_however_old_that_is() {
    let tx = with_customers();
    let mut kept = vec![signed(&tx)];
    for at in 1..6 {
        login(&tx, Some(CUSTOMERS[0]), at);
        kept.push(signed(&tx));
        login(&tx, None, at);
        kept.push(signed(&tx));
    }
    for checkpoint in kept {
        let compared = compare(&tx, &checkpoint).unwrap();
        assert_eq!(compared, Compared::Examined(Verdict::Whole(10)), "{checkpoint:?}");
    }
}

/// Whoever has the database can hash everything anew, and then nothing in it shows that.
#[test]
fn a_record_that_follows_from_its_beginning_and_is_another_one_is_found_with_a_checkpoint() {
    let [one, other] = CUSTOMERS.map(String::from);
    let kept = signed(&recorded());
    // All of it anew, a second later each.
    let anew = with_customers();
    let [first, second] = CUSTOMERS.map(Some);
    let turns = [first, second, first, second, first, None, first, None];
    for (at, customer) in (2..).zip(turns) {
        login(&anew, customer, at);
    }
    assert_eq!(verify(&anew).unwrap(), Verdict::Whole(8));
    let rewritten = Compared::Rewritten { chain: other.clone(), place: 2 };
    assert_eq!(compare(&anew, &kept).unwrap(), rewritten);

    let removed =
        |chain: &str, after, signed| Compared::Removed { chain: chain.to_owned(), after, signed };
    let cut = "DELETE FROM audit WHERE seq = 7; UPDATE audit_chain SET place = 3,
               hash = (SELECT hash FROM audit WHERE seq = 5) WHERE chain = '10000001'";
    let table = [
        // A customer's chain with its head, the provider's, the end of one.
        (
            "DELETE FROM audit WHERE chain = '10000002';
             DELETE FROM audit_chain WHERE chain = '10000002'",
            6,
            removed(&other, 0, 2),
        ),
        (
            "DELETE FROM audit WHERE chain = ''; DELETE FROM audit_chain WHERE chain = ''",
            6,
            removed("", 0, 2),
        ),
        (cut, 7, removed(&one, 3, 4)),
    ];
    for (tampering, left, expected) in table {
        let tx = recorded();
        tx.tamper(tampering).unwrap();
        assert_eq!(verify(&tx).unwrap(), Verdict::Whole(left), "{tampering}");
        assert_eq!(compare(&tx, &kept).unwrap(), expected, "{tampering}");
    }
    // What the database shows by itself is told as ever.
    let tx = recorded();
    tx.tamper("UPDATE audit SET actor = 'tanaka' WHERE seq = 2").unwrap();
    assert_eq!(compare(&tx, &kept).unwrap(), Compared::Examined(Verdict::BrokenAt(2)));
    // Another joint, from which nothing that was signed followed.
    let joint = Joint { seq: 12, hash: Hash([7; 32]) };
    let before = Checkpoint { joint, chains: Vec::new(), ..kept };
    assert_eq!(compare(&recorded(), &before).unwrap(), Compared::RewrittenBefore(12));
}

#[test]
fn a_customers_export_holds_its_chain_alone() {
    let tx = recorded();
    let (checkpoint, lines) = export(&tx, Hash([1; 32]), CUSTOMERS[0], 9).unwrap();
    assert_eq!(checkpoint.chains, [signed(&tx).chains[1].clone()]);
    let places: Vec<_> = lines
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice::<warifu_record::Line>(line).unwrap().place)
        .collect();
    assert_eq!(places, [1, 2, 3, 4]);
    // One that has done nothing yet.
    let (checkpoint, lines) = export(&tx, Hash([1; 32]), "10000009", 9).unwrap();
    assert_eq!((checkpoint.chains[0].place, lines.len()), (0, 0));
    assert_eq!(checkpoint.chains[0].hash, checkpoint.joint.hash);
}

#[test]
fn a_customer_has_a_chain_and_whoever_tries_numbers_makes_none() {
    let tx = recorded();
    let heads = rows::heads(&tx).unwrap();
    let places: Vec<_> = heads.iter().map(|head| (head.chain.as_str(), head.place)).collect();
    assert_eq!(places, [("", 2), ("10000001", 4), ("10000002", 2)]);
    assert_eq!(rows::count(&tx).unwrap(), 8);
}

#[test]
fn several_are_recorded_in_the_order_of_their_chains() {
    let tx = with_customers();
    let id = "kanri01".parse().unwrap();
    let [one, other] = CUSTOMERS.map(Some);
    let entry = |customer, at| Entry { customer, ..Entry::new(Act::Login, Actor::User(&id), at) };
    let entries = [(other, 1), (one, 2), (Some("99999999"), 3), (other, 4), (None, 5), (one, 6)];
    let entries = entries.map(|(customer, at)| entry(customer, at));
    record_all(&tx, entries.to_vec()).unwrap();
    let times: Vec<_> = rows::after(&tx, 0, 9).unwrap().iter().map(|row| row.at).collect();
    assert_eq!(times, [3, 5, 2, 6, 1, 4]);
    assert_eq!(verify(&tx).unwrap(), Verdict::Whole(6));
}

proptest! {
    /// Whatever one field of one row is changed to, it is found, and in the chain it stands in.
    #[test]
    fn no_field_of_any_row_can_be_changed(seq in 1..=8_i64, field in 0..11_usize, value in "[a-z0-9]{1,9}") {
        const FIELDS: [&str; 11] = [
            "actor_kind", "actor", "act", "customer", "subject", "certificate", "device", "address",
            "reason", "chain", "hash",
        ];
        let tx = recorded();
        let field = FIELDS[field];
        let value = if field == "hash" { format!("x'{}'", hex_of(&value)) } else { format!("'{value}'") };
        let before = tx.number(&format!("SELECT count(*) FROM audit WHERE seq = {seq} AND {field} IS NOT DISTINCT FROM {value}"));
        prop_assume!(before.unwrap() == 0);
        tx.tamper(&format!("UPDATE audit SET {field} = {value} WHERE seq = {seq}")).unwrap();
        prop_assert_eq!(verify(&tx).unwrap(), Verdict::BrokenAt(seq));
    }

    /// Customers act in any order, and any row that goes is missed.
    #[test]
    fn no_row_can_go(turns in proptest::collection::vec(0..4_usize, 1..24), gone in any::<prop::sample::Index>()) {
        let tx = with_customers();
        let whose = [Some(CUSTOMERS[0]), Some(CUSTOMERS[1]), None, Some("99999999")];
        for (at, turn) in (1..).zip(&turns) {
            login(&tx, whose[*turn], at);
        }
        prop_assert_eq!(verify(&tx).unwrap(), Verdict::Whole(i64::try_from(turns.len()).unwrap()));
        let gone = gone.index(turns.len()) + 1;
        tx.tamper(&format!("DELETE FROM audit WHERE seq = {gone}")).unwrap();
        prop_assert!(!matches!(verify(&tx).unwrap(), Verdict::Whole(_)));
    }
}

/// A database that version 0.2.0 made: two customers, and twelve rows in its one chain.
const OF_0_2_0: &[u8] = include_bytes!("testdata/warifu-0.2.0.sqlite");
const JOINT: i64 = 12;

fn opened(dir: &std::path::Path, tampering: Option<&str>) -> Store {
    let path = dir.join("warifu.sqlite");
    std::fs::write(&path, OF_0_2_0).unwrap();
    if let Some(tampering) = tampering {
        rusqlite::Connection::open(&path).unwrap().execute_batch(tampering).unwrap();
    }
    Store::open_to_serve(&path, 1).unwrap()
}

fn verdict(tx: &Tx) -> Result<Verdict, StoreError> {
    verify(tx)
}

#[tokio::test]
async fn the_record_of_0_2_0_goes_on_in_chains_that_follow_from_its_last_row() {
    let dir = tempfile::tempdir().unwrap();
    let store = opened(dir.path(), None);
    assert_eq!(store.read(verdict).await.unwrap(), Verdict::Whole(JOINT));
    let written = store.write(|tx| {
        customer::insert(tx, &"10000003".parse().unwrap(), "-", 1)?;
        for customer in [Some("10000001"), Some("10000003"), None, Some("10000001")] {
            login(tx, customer, 1_900_000_000);
        }
        Ok::<_, StoreError>(())
    });
    written.await.unwrap();
    assert_eq!(store.read(verdict).await.unwrap(), Verdict::Whole(JOINT + 4));
    let places = store.read(|tx| {
        let heads = rows::heads(tx)?.into_iter().map(|head| (head.chain, head.place));
        Ok::<_, StoreError>(heads.collect::<Vec<_>>())
    });
    let expected = [("", 1), ("10000001", 2), ("10000002", 0), ("10000003", 1)];
    assert_eq!(places.await.unwrap(), expected.map(|(chain, place)| (chain.to_owned(), place)));
    assert_eq!(store.read(rows::count).await.unwrap(), JOINT + 4);
    // A customer reads over the joint without seeing it, in pages that do not move.
    let read = store.read(|tx| {
        let mut query = AuditQuery { limit: Some(2), ..AuditQuery::default() };
        let mut seen = Vec::new();
        loop {
            let found = page(tx, "10000001", &query)?;
            seen.extend(found.records.iter().map(|record| record.seq));
            query.before = found.next;
            if query.before.is_none() {
                return Ok::<_, StoreError>(seen);
            }
        }
    });
    assert_eq!(read.await.unwrap(), [16, 13, 7, 6, 5, 4, 2]);
}

#[tokio::test]
async fn what_was_changed_before_the_joint_is_found_after_it() {
    let table = [
        ("UPDATE audit SET actor = 'tanaka' WHERE seq = 3", Verdict::BrokenAt(3)),
        ("DELETE FROM audit WHERE seq = 3", Verdict::BrokenAt(4)),
        ("DELETE FROM audit WHERE seq = 12", Verdict::CutOffAfter(11)),
        ("UPDATE audit_head SET seq = 11", Verdict::BrokenAt(12)),
        (concat!("UPDATE audit_head SET hash = ", zeros!()), Verdict::BrokenAt(12)),
    ];
    for (tampering, expected) in table {
        let dir = tempfile::tempdir().unwrap();
        let store = opened(dir.path(), Some(tampering));
        assert_eq!(store.read(verdict).await.unwrap(), expected, "{tampering}");
    }
    // The rows up to the joint cannot be hashed anew: all chains follow from the last of them.
    let dir = tempfile::tempdir().unwrap();
    let store = opened(dir.path(), None);
    let written = store.write(|tx| {
        login(tx, Some("10000001"), 1_900_000_000);
        tx.tamper("DELETE FROM audit WHERE seq = 12")?;
        tx.tamper("UPDATE audit_joint SET seq = 11, hash = (SELECT hash FROM audit WHERE seq = 11)")
    });
    written.await.unwrap();
    assert_eq!(store.read(verdict).await.unwrap(), Verdict::BrokenAt(13));
}
