//! What the tests of letters begin with.

use warifu_protocol::{Permission, Timestamp};
use warifu_store::{
    Tx,
    tables::{
        account::{self, NewUser},
        customer,
        expiry::Audience,
    },
};

use super::plan::{self, Plan};

/// Wednesday, 18 May 2033, 12:33 in Japan, after Golden Week; the certificate is warned of 28, 16, 7, 5
/// and 1 days before.
pub(super) const END: Timestamp = 2_000_000_000;

pub(super) fn usual_plan() -> Plan {
    Plan::sample(&["desk@provider.example"])
}

/// A customer with a primary administrator, a user administrator and `tanaka`, who alone has a
/// certificate, which expires at [`END`].
pub(super) fn world() -> Tx {
    let tx = Tx::in_memory();
    add_customer(&tx, "10000001");
    certificate(&tx, "tanaka", END);
    tx
}

pub(super) fn add_customer(tx: &Tx, number: &str) {
    let number = number.parse().unwrap();
    let customer = customer::insert(tx, &number, "株式会社サンプル商事", 0).unwrap();
    let administration = [Permission::user_administration()];
    let users: [(&str, &[Permission]); 4] =
        [("kanri01", &[]), ("sato", &administration), ("tanaka", &[]), ("suzuki", &[])];
    for (id, permissions) in users {
        add_user(tx, customer, id, permissions);
    }
}

pub(super) fn add_user(tx: &Tx, customer: i64, id: &str, permissions: &[Permission]) {
    let count = tx.number("SELECT count(*) FROM account").unwrap();
    let new = NewUser {
        user_id: &id.parse().unwrap(),
        email: Some(&format!("{id}@example.jp")),
        is_primary: id == "kanri01",
        password_hash: "",
        permissions,
        subject: &format!("{id}-{count}"),
        name: None,
        department: None,
    };
    account::insert(tx, customer, &new, 0).unwrap();
}

pub(super) fn certificate(tx: &Tx, user: &str, end: Timestamp) {
    let count = tx.number("SELECT count(*) FROM certificate").unwrap();
    tx.tamper(&format!(
        "INSERT INTO certificate (account, serial, thumbprint, public_key, der, not_before,
                                  not_after, state, state_at)
         SELECT id, x'{count:016x}', '{count:064x}', '{count:064x}', x'', 0, {end}, 'active', 0
         FROM account WHERE user_id = '{user}' ORDER BY id DESC LIMIT 1"
    ))
    .unwrap();
}

/// The letters as who gets what and how far it is, in the order in which they were made.
pub(super) fn letters(tx: &Tx) -> Vec<String> {
    tx.texts(
        "SELECT coalesce(user_id, address) || CASE kind
                    WHEN 'certificate' THEN ' ' || threshold
                    WHEN 'password' THEN ' password ' || threshold
                    WHEN 'address' THEN ' ' || outbox.address
                    ELSE ' ' || kind END || ' ' || state
         FROM outbox LEFT JOIN account ON account.id = recipient ORDER BY outbox.id",
    )
    .unwrap()
}

pub(super) fn look(tx: &Tx, now: Timestamp) {
    look_by(tx, &usual_plan(), now);
}

/// The same by another plan.
pub(super) fn look_by(tx: &Tx, plan: &Plan, now: Timestamp) {
    while plan::fill(tx, plan, now).unwrap() == plan::BATCH {}
    for audience in [Audience::Administrators, Audience::AdministratorsAgain] {
        let mut after = Some(0);
        while let Some(last) = after {
            after = plan::hand_up(tx, plan, audience, last, now).unwrap();
        }
    }
    plan::hand_up_to_operators(tx, plan, now).unwrap();
}
