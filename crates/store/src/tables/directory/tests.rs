use std::collections::BTreeMap;

use proptest::prelude::*;
use warifu_protocol::Thumbprint;

use super::*;
use crate::tables::{
    account::NewUser,
    certificate::{self, Certificate, State},
    customer,
};

const NOW: Timestamp = 1_795_000_000;
const DAY: Timestamp = 86_400;

fn company() -> (Tx, i64) {
    let tx = Tx::in_memory();
    let customer = customer::insert(&tx, &"10000001".parse().unwrap(), "-", 1).unwrap();
    (tx, customer)
}

fn add(tx: &Tx, customer: i64, user_id: &str, name: Option<&str>, department: Option<&str>) -> i64 {
    let name = name.map(|name| name.parse().unwrap());
    let department = department.map(|name| name.parse().unwrap());
    let new = NewUser {
        user_id: &user_id.parse().unwrap(),
        name: name.as_ref(),
        department: department.as_ref(),
        email: None,
        is_primary: false,
        password_hash: "",
        permissions: &[],
        subject: &format!("{customer} {user_id}"),
    };
    account::insert(tx, customer, &new, 1).unwrap()
}

fn certify(tx: &Tx, account: i64, not_after: Timestamp, state: State) {
    let mut print = [0; 32];
    print[..8].copy_from_slice(&account.to_be_bytes());
    print[8..16].copy_from_slice(&not_after.to_be_bytes());
    let certificate = Certificate {
        account,
        thumbprint: Thumbprint::from(print),
        public_key: Thumbprint::from(print),
        der: Vec::new(),
        not_before: 0,
        not_after,
        state,
        state_at: 0,
    };
    certificate::insert(tx, &print, &certificate).unwrap();
}

fn listing(customer: i64) -> Listing<'static> {
    Listing {
        customer,
        search: "",
        filter: None,
        order: None,
        descending: false,
        after: "",
        limit: 50,
    }
}

/// All pages, by user ID, in their order.
fn all(tx: &Tx, listing: &Listing<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut after = listing.after.to_owned();
    loop {
        let page = page(tx, &Listing { after: &after, ..*listing }).unwrap();
        found.extend(page.users.iter().map(|user| user.user_id.as_str().to_owned()));
        match page.next {
            Some(next) => {
                assert_ne!(next, after, "a page goes on");
                after = next;
            }
            None => return found,
        }
    }
}

#[test]
fn people_are_found_by_name_however_it_is_typed() {
    let (tx, customer) = company();
    add(&tx, customer, "tanto01", Some("佐藤　花子"), Some("営業部 第一課"));
    add(&tx, customer, "tanto02", Some("サトウ ハナコ"), Some("経理部"));
    add(&tx, customer, "tanto03", Some("渡邉 ｶｵﾘ"), None);
    let gaiji = add(&tx, customer, "tanto04", Some("\u{e000}山 太郎"), None);
    let table: [(&str, &[&str]); 14] = [
        ("佐藤花子", &["tanto01"]),
        ("佐藤 花子", &["tanto01"]),
        ("藤　花", &["tanto01"]),
        ("さとうはなこ", &["tanto02"]),
        ("ｻﾄｳ ﾊﾅｺ", &["tanto02"]),
        ("かおり", &["tanto03"]),
        ("渡辺", &["tanto03"]),
        ("渡邊カオリ", &["tanto03"]),
        ("\u{e000}山", &["tanto04"]),
        ("営業部第一課", &["tanto01"]),
        ("部", &["tanto01", "tanto02"]),
        ("ＴＡＮＴＯ０１", &["tanto01"]),
        ("佐藤 部", &[]),
        ("\u{202e}", &[]),
    ];
    for (text, expected) in table {
        for order in [None, Some(Order::UserId), Some(Order::Name)] {
            for limit in [1, 50] {
                let mut found =
                    all(&tx, &Listing { search: text, order, limit, ..listing(customer) });
                found.sort();
                assert_eq!(found, expected, "{text} {order:?} {limit}");
            }
        }
    }
    account::set_names(&tx, gaiji, Some(&"髙橋 太郎".parse().unwrap()), None).unwrap();
    let search = |search| all(&tx, &Listing { search, ..listing(customer) });
    assert_eq!(search("高橋"), ["tanto04"]);
    assert!(search("\u{e000}").is_empty());
    account::delete(&tx, gaiji, 2).unwrap();
    assert!(search("高橋").is_empty());
    assert_eq!(account::name_of(&tx, "10000001", "tanto04").unwrap(), None);
    assert_eq!(account::name_of(&tx, "10000001", "tanto02").unwrap().unwrap(), "サトウ ハナコ");
    assert_eq!(account::name_of(&tx, "10000002", "tanto02").unwrap(), None);
}

#[test]
fn each_state_is_listed_and_counted() {
    let (tx, customer) = company();
    let other = customer::insert(&tx, &"10000002".parse().unwrap(), "-", 1).unwrap();
    for customer in [customer, other] {
        let ids: BTreeMap<_, _> = ["lock", "susp", "soon", "over", "none", "good", "gone", "wait"]
            .into_iter()
            .map(|id| (id, add(&tx, customer, id, Some(id), None)))
            .collect();
        for id in ["lock", "susp", "good", "gone"] {
            certify(&tx, ids[id], NOW + 300 * DAY, State::Active);
        }
        certify(&tx, ids["soon"], NOW + 28 * DAY, State::Active);
        certify(&tx, ids["over"], NOW - 1, State::Active);
        certify(&tx, ids["wait"], NOW + 365 * DAY, State::Pending);
        for id in ids.values() {
            account::set_password(&tx, *id, "own", false, NOW).unwrap();
        }
        account::set_password(&tx, ids["none"], "initial", true, NOW).unwrap();
        account::set_names(&tx, ids["none"], None, None).unwrap();
        account::suspend(&tx, ids["susp"], NOW).unwrap();
        account::set_failed_count(&tx, ids["lock"], 5).unwrap();
        account::set_failed_count(&tx, ids["good"], 4).unwrap();
        account::delete(&tx, ids["gone"], NOW).unwrap();
    }
    let table: [(Option<Filter>, &[&str]); 8] = [
        (None, &["good", "lock", "none", "over", "soon", "susp", "wait"]),
        (Some(Filter::Locked(5)), &["lock"]),
        (Some(Filter::Suspended), &["susp"]),
        (Some(Filter::Ending(NOW, NOW + 28 * DAY)), &["soon"]),
        (Some(Filter::Ended(NOW)), &["over"]),
        (Some(Filter::WithoutCertificate), &["none"]),
        (Some(Filter::InitialPassword), &["none"]),
        (Some(Filter::Unnamed), &["none"]),
    ];
    for (filter, expected) in table {
        assert_eq!(count(&tx, customer, filter).unwrap() as usize, expected.len(), "{filter:?}");
        for order in [None, Some(Order::UserId), Some(Order::Name), Some(Order::CertificateEnd)] {
            for (descending, limit) in [(false, 1), (true, 2), (false, 50)] {
                let listing = Listing { filter, order, descending, limit, ..listing(customer) };
                let mut found = all(&tx, &listing);
                found.sort();
                assert_eq!(found, expected, "{listing:?}");
            }
        }
    }
    let locked = Listing { filter: Some(Filter::Locked(5)), search: "oc", ..listing(customer) };
    assert_eq!(all(&tx, &locked), ["lock"]);
    assert!(all(&tx, &Listing { search: "good", ..locked }).is_empty());
}

#[test]
fn the_end_of_the_certificate_follows_the_certificates() {
    let (tx, customer) = company();
    let id = add(&tx, customer, "tanaka", None, None);
    let end = || {
        let user = account::get(&tx, id).unwrap();
        assert_eq!(user.certificate_end, certificate::end_of_current(&tx, id).unwrap());
        user.certificate_end
    };
    assert_eq!(end(), None);
    certify(&tx, id, 100, State::Active);
    assert_eq!(end(), Some(100));
    certify(&tx, id, 200, State::Pending);
    assert_eq!(end(), Some(100));
    let next = certificate::of_account(&tx, id).unwrap().swap_remove(0);
    certificate::activate(&tx, &next, 50).unwrap().unwrap();
    assert_eq!(end(), Some(200));
    certificate::revoke_of_account(&tx, id, None, 60).unwrap();
    assert_eq!(end(), None);
}

#[test]
fn those_without_come_last_in_either_direction() {
    let (tx, customer) = company();
    let people = [
        ("aaa", Some("田中")),
        ("bbb", None),
        ("ccc", Some("佐藤 花子")),
        ("ddd", Some("佐藤　花子")),
        ("eee", None),
    ];
    for (id, name) in people {
        add(&tx, customer, id, name, None);
    }
    for limit in [1, 2, 3, 50] {
        let by_name = Listing { order: Some(Order::Name), limit, ..listing(customer) };
        assert_eq!(all(&tx, &by_name), ["ccc", "ddd", "aaa", "bbb", "eee"]);
        let backwards = Listing { descending: true, ..by_name };
        assert_eq!(all(&tx, &backwards), ["aaa", "ddd", "ccc", "bbb", "eee"]);
        let by_id = Listing { descending: true, limit, ..listing(customer) };
        assert_eq!(all(&tx, &by_id), ["eee", "ddd", "ccc", "bbb", "aaa"]);
        // Nobody has a department, and nobody has logged in.
        for order in [Order::Department, Order::LastLogin] {
            let listing = Listing { order: Some(order), limit, ..listing(customer) };
            assert_eq!(all(&tx, &listing), ["aaa", "bbb", "ccc", "ddd", "eee"]);
        }
    }
}

#[test]
fn a_page_goes_on_whatever_happened_to_its_last_user() {
    let (tx, customer) = company();
    for (id, name) in [("aaa", "一"), ("bbb", "二"), ("ccc", "三"), ("ddd", "四")] {
        add(&tx, customer, id, Some(name), None);
    }
    let by_name = Listing { order: Some(Order::Name), limit: 2, ..listing(customer) };
    let first = page(&tx, &by_name).unwrap();
    let last = first.users.last().unwrap();
    account::delete(&tx, last.id, 2).unwrap();
    let rest = page(&tx, &Listing { after: &first.next.unwrap(), ..by_name }).unwrap();
    let shown = first.users.len() + rest.users.len();
    assert_eq!((shown, rest.next), (4, None));
    // What is no place is the beginning, and never another customer's.
    for after in [":", "x:=", "x:=1", "'; DROP TABLE account", "\0:=\u{202e}"] {
        for order in [Order::UserId, Order::Name, Order::CertificateEnd, Order::LastLogin] {
            page(&tx, &Listing { after, order: Some(order), ..listing(customer) }).unwrap();
        }
    }
    assert_eq!(count(&tx, customer, None).unwrap(), 3);
}

#[test]
fn every_order_is_read_from_an_index() {
    // Another database names the steps of a plan otherwise.
    let (tx, customer) = (Tx::in_sqlite(), 1);
    let orders = [
        (Order::UserId, "(customer=?"),
        (Order::Name, "accounts_by_name (customer=? AND name_key"),
        (Order::Department, "accounts_by_department (customer=? AND department_key"),
        (Order::CertificateEnd, "accounts_by_certificate (customer=? AND certificate_end"),
        (Order::LastLogin, "accounts_by_login (customer=? AND last_login_at"),
    ];
    for (order, index) in orders {
        for half in [Half::With, Half::Without] {
            for descending in [false, true] {
                let listing = Listing { descending, ..listing(customer) };
                let after = Place { key: Key::Nothing, user_id: String::from("a") };
                let composed = statement(&listing, order, half, Some(&after), 50);
                let plan = tx.plan(composed.statement());
                assert!(plan.iter().any(|step| step.contains(index)), "{order:?} {plan:?}");
                assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:?}");
            }
        }
    }
    for (filter, index) in [
        (None, "COVERING INDEX"),
        (Some(Filter::Locked(5)), "accounts_tried"),
        (Some(Filter::Suspended), "accounts_suspended"),
        (Some(Filter::Ending(1, 2)), "accounts_by_certificate"),
        (Some(Filter::Ended(1)), "accounts_by_certificate"),
        (Some(Filter::WithoutCertificate), "accounts_by_certificate"),
        (Some(Filter::InitialPassword), "accounts_new"),
        (Some(Filter::Unnamed), "accounts_by_name"),
    ] {
        let counted = Composed::default().sql("SELECT count(*) FROM account WHERE customer = ");
        let counted = counted.value(customer).sql(" AND deleted_at IS NULL");
        let plan = tx.plan(filtered(counted, filter).statement());
        assert!(plan.iter().any(|step| step.contains(index)), "{filter:?} {plan:?}");
        assert!(plan.iter().all(|step| step.contains("COVERING INDEX")), "{filter:?} {plan:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// The same users as when each is looked at, once each, in order, on pages of any size.
    #[test]
    fn lists_whom_it_should(
        people in prop::collection::btree_map(
            "[ab]{3,5}",
            (prop::option::of("[ァあ一 ]{0,2}[ァあ一]"), prop::option::of(0..4_i64)),
            1..12,
        ),
        search in "[あ一 a]{0,2}",
        descending: bool,
        limit in 1..5_u32,
    ) {
        let (tx, customer) = company();
        for (id, (name, end)) in &people {
            let account = add(&tx, customer, id, name.as_deref(), None);
            if let Some(end) = end {
                certify(&tx, account, *end, State::Active);
            }
        }
        let found = |order| {
            let listing = Listing { search: &search, order, descending, limit, ..listing(customer) };
            all(&tx, &listing)
        };
        let text = crate::folding::folded(&search);
        let contains = |id: &str, name: &Option<String>| {
            id.contains(&text)
                || name.as_ref().is_some_and(|name| crate::folding::folded(name).contains(&text))
        };
        let mut expected: Vec<_> =
            people.iter().filter(|(id, (name, _))| contains(id, name)).collect();
        for (order, key) in [
            (Order::UserId, None),
            (Order::Name, Some(0)),
            (Order::CertificateEnd, Some(1)),
        ] {
            expected.sort_by_cached_key(|(id, (name, end))| {
                let key = match key {
                    None => None,
                    Some(0) => name.as_ref().map(|name| crate::folding::folded(name)),
                    Some(_) => end.map(|end| end.to_string()),
                };
                (key, (*id).clone())
            });
            let has = |one: &&(&String, &(Option<String>, Option<i64>))| match key {
                None => true,
                Some(0) => one.1.0.is_some(),
                Some(_) => one.1.1.is_some(),
            };
            let with = expected.iter().filter(has).map(|(id, _)| (*id).clone());
            let with: Vec<_> = if descending { with.rev().collect() } else { with.collect() };
            let without = expected.iter().filter(|one| !has(one)).map(|(id, _)| (*id).clone());
            let ids: Vec<_> = with.into_iter().chain(without).collect();
            prop_assert_eq!(found(Some(order)), ids.clone(), "{:?}", order);
            // The same whichever way the users are found.
            let listing = Listing { search: &search, descending, ..listing(customer) };
            for few in [0, 1, 3, FEW] {
                let users = ordered(&tx, &listing, order, few).unwrap();
                let users: Vec<_> = users.iter().map(|user| user.user_id.to_string()).collect();
                prop_assert_eq!(users, ids.clone(), "{:?} {}", order, few);
            }
        }
    }
}
