use warifu_protocol::Permission;
use warifu_store::tables::{
    account::{self, NewUser},
    customer,
};

use super::*;
use crate::audit::Verdict;

const WARNING_DAYS: [u16; 5] = [28, 14, 7, 3, 1];
const END: Timestamp = 2_000_000_000;

/// A customer with a primary administrator, a user administrator and `tanaka`, who alone has a
/// certificate, which expires at [`END`].
fn world() -> Tx {
    let tx = Tx::in_memory();
    let number = "10000001".parse().unwrap();
    let customer = customer::insert(&tx, &number, "株式会社サンプル商事", 0).unwrap();
    let administration = [Permission::user_administration()];
    let users: [(&str, &[Permission]); 4] =
        [("kanri01", &[]), ("sato", &administration), ("tanaka", &[]), ("suzuki", &[])];
    for (id, permissions) in users {
        let new = NewUser {
            user_id: &id.parse().unwrap(),
            name: None,
            department: None,
            email: Some(&format!("{id}@example.jp")),
            is_primary: id == "kanri01",
            password_hash: "",
            permissions,
            subject: id,
        };
        account::insert(&tx, customer, &new, 0).unwrap();
    }
    certificate(&tx, "tanaka", END);
    tx
}

fn certificate(tx: &Tx, user: &str, end: Timestamp) {
    let count = tx.number("SELECT count(*) FROM certificate").unwrap();
    tx.tamper(&format!(
        "INSERT INTO certificate (account, serial, thumbprint, public_key, der, not_before,
                                  not_after, state, state_at)
         SELECT id, x'{count:016x}', '{count:064x}', '{count:064x}', x'', 0, {end}, 'active', 0
         FROM account WHERE user_id = '{user}'"
    ))
    .unwrap();
}

/// The letters as `recipient threshold state`, in the order in which they were made.
fn letters(tx: &Tx) -> Vec<String> {
    tx.texts(
        "SELECT user_id || ' ' || threshold || ' ' || state FROM outbox
         JOIN account ON account.id = recipient ORDER BY outbox.id",
    )
    .unwrap()
}

fn look(tx: &Tx, now: Timestamp) {
    fill(tx, &WARNING_DAYS, now).unwrap();
}

fn acts(tx: &Tx) -> Vec<(String, Option<String>)> {
    let mut records = warifu_store::tables::audit::after(tx, 0, 100).unwrap();
    records.retain(|record| record.customer.as_deref() == Some("10000001"));
    assert!(matches!(audit::verify(tx).unwrap(), Verdict::Whole(_)));
    records.into_iter().map(|record| (record.act, record.subject)).collect()
}

fn attempt(tx: &Tx, now: Timestamp, outcome: &Outcome) -> Option<Due> {
    let due = claim(tx, now).unwrap()?;
    finish(tx, &due, outcome, now).unwrap();
    Some(due)
}

fn temporary() -> Outcome {
    Outcome::Later { why: String::from("450 busy"), blame: Blame::Letter }
}

#[test]
fn each_threshold_warns_the_owner_once_and_the_first_the_administrators_too() {
    let tx = world();
    look(&tx, END - 28 * DAY - 1);
    assert!(letters(&tx).is_empty());
    for now in [END - 28 * DAY, END - 28 * DAY + 60, END - 14 * DAY - 1] {
        look(&tx, now);
        assert_eq!(letters(&tx), ["kanri01 28 queued", "sato 28 queued", "tanaka 28 queued"]);
    }
    while attempt(&tx, END - 20 * DAY, &Outcome::Sent(String::new())).is_some() {}
    for days in [14, 7, 3, 1] {
        look(&tx, END - days * DAY);
        // A clock that was set back does not warn of what is past.
        look(&tx, END - 28 * DAY);
        look(&tx, END - days * DAY + 5);
        assert_eq!(letters(&tx).last().unwrap(), &format!("tanaka {days} queued"));
        attempt(&tx, END - days * DAY, &Outcome::Sent(String::new())).unwrap();
    }
    assert_eq!(letters(&tx).len(), 3 + 4);
    look(&tx, END);
    assert_eq!(letters(&tx).len(), 3 + 4);
}

#[test]
fn of_several_thresholds_crossed_at_once_the_nearest_counts() {
    let tx = world();
    look(&tx, END - 5 * DAY);
    assert_eq!(letters(&tx), ["kanri01 7 queued", "sato 7 queued", "tanaka 7 queued"]);
    // Nobody heard of the seven days yet, so that the owner needs only the three.
    look(&tx, END - 2 * DAY);
    assert_eq!(
        letters(&tx),
        ["kanri01 7 queued", "sato 7 queued", "tanaka 7 dropped", "tanaka 3 queued"]
    );
}

#[test]
fn more_certificates_than_one_change_takes_are_all_taken() {
    let tx = Tx::in_memory();
    let number = "10000001".parse().unwrap();
    let customer = customer::insert(&tx, &number, "株式会社サンプル商事", 0).unwrap();
    for index in 0..BATCH + 3 {
        let id = format!("user{index}");
        let new = NewUser {
            user_id: &id.parse().unwrap(),
            name: None,
            department: None,
            email: Some("someone@example.jp"),
            is_primary: false,
            password_hash: "",
            permissions: &[],
            subject: &id,
        };
        account::insert(&tx, customer, &new, 0).unwrap();
        certificate(&tx, &id, END + DAY * index as i64 / 50);
    }
    assert_eq!(fill(&tx, &WARNING_DAYS, END - 3 * DAY).unwrap(), BATCH);
    assert_eq!(fill(&tx, &WARNING_DAYS, END - 3 * DAY).unwrap(), 3);
    assert_eq!(fill(&tx, &WARNING_DAYS, END - 3 * DAY).unwrap(), 0);
    assert_eq!(letters(&tx).len(), BATCH + 3);
}

#[test]
fn nobody_is_written_to_about_a_certificate_or_user_that_is_out_of_use() {
    let reasons = [
        "UPDATE certificate SET state = 'superseded'",
        "UPDATE certificate SET state = 'revoked'",
        "UPDATE account SET suspended_at = 1 WHERE user_id = 'tanaka'",
        "UPDATE account SET deleted_at = 1 WHERE user_id = 'tanaka'",
    ];
    for reason in reasons {
        let tx = world();
        tx.tamper(reason).unwrap();
        look(&tx, END - DAY);
        assert!(letters(&tx).is_empty(), "{reason}");

        let tx = world();
        look(&tx, END - 28 * DAY);
        tx.tamper(reason).unwrap();
        assert!(claim(&tx, END - 28 * DAY).unwrap().is_none(), "{reason}");
        let dropped = ["kanri01 28 dropped", "sato 28 dropped", "tanaka 28 dropped"];
        assert_eq!(letters(&tx), dropped, "{reason}");
    }
    // Expired while the letter waited.
    let tx = world();
    look(&tx, END - 28 * DAY);
    assert!(claim(&tx, END).unwrap().is_none());
    // Once let in again, a user is warned of the nearest threshold.
    let tx = world();
    tx.tamper(reasons[2]).unwrap();
    look(&tx, END - 28 * DAY);
    tx.tamper("UPDATE account SET suspended_at = NULL").unwrap();
    look(&tx, END - 10 * DAY);
    assert_eq!(letters(&tx), ["kanri01 14 queued", "sato 14 queued", "tanaka 14 queued"]);
}

#[test]
fn only_who_can_be_written_to_is_and_only_administrators_read_of_others() {
    let tx = world();
    tx.tamper(
        "UPDATE account SET email = NULL WHERE user_id = 'tanaka';
             UPDATE account SET suspended_at = 1 WHERE user_id = 'sato'",
    )
    .unwrap();
    look(&tx, END - 28 * DAY);
    assert_eq!(letters(&tx), ["kanri01 28 queued"]);
    let due = claim(&tx, END - 28 * DAY).unwrap().unwrap();
    assert!(!due.owner_is_told);

    let tx = world();
    look(&tx, END - 28 * DAY);
    tx.tamper("DELETE FROM permission").unwrap();
    let sent = Outcome::Sent(String::new());
    while attempt(&tx, END - 28 * DAY, &sent).is_some() {}
    assert_eq!(letters(&tx), ["kanri01 28 sent", "sato 28 dropped", "tanaka 28 sent"]);

    // The own certificate of an administrator: one letter, not two.
    let tx = world();
    certificate(&tx, "sato", END + DAY);
    look(&tx, END - 27 * DAY);
    assert_eq!(letters(&tx).len(), 3 + 2);
}

#[test]
fn temporary_failures_are_tried_again_with_growing_pauses_for_three_days() {
    let tx = world();
    tx.tamper("UPDATE account SET email = NULL WHERE user_id <> 'tanaka'").unwrap();
    let start = END - 28 * DAY;
    look(&tx, start);
    let mut now = start;
    for pause in [60, 120, 240, 480, 960, 1_920, 3_600, 3_600] {
        attempt(&tx, now, &temporary()).unwrap();
        assert!(claim(&tx, now + pause - 1).unwrap().is_none(), "{pause}");
        now += pause;
    }
    let mut attempts = 8;
    while attempt(&tx, now, &temporary()).is_some() {
        attempts += 1;
        now += LONGEST_PAUSE;
    }
    assert_eq!(letters(&tx), ["tanaka 28 failed"]);
    assert!((start + PATIENCE..start + PATIENCE + 2 * LONGEST_PAUSE).contains(&now), "{attempts}");
    let failed = (String::from("expiry-mail-failed"), Some(String::from("tanaka")));
    assert_eq!(acts(&tx), [failed]);

    assert_eq!(retry(&tx, now).unwrap(), 1);
    assert_eq!(letters(&tx), ["tanaka 28 queued"]);
    attempt(&tx, now, &Outcome::Sent(String::from("2.0.0 ok"))).unwrap();
    assert_eq!(letters(&tx), ["tanaka 28 sent"]);
    assert_eq!(acts(&tx).len(), 2);
    assert_eq!(retry(&tx, now).unwrap(), 0);
}

#[test]
fn a_clock_that_was_set_back_does_not_stop_the_letters() {
    let tx = world();
    look(&tx, END - 2 * DAY);
    for _ in 0..3 {
        attempt(&tx, END - 2 * DAY, &temporary()).unwrap();
    }
    assert!(claim(&tx, END - 2 * DAY).unwrap().is_none());
    assert!(claim(&tx, END - 9 * DAY).unwrap().is_some());
}

#[test]
fn what_a_dead_backend_left_is_uncertain_and_never_sent_again() {
    let tx = world();
    look(&tx, END - 28 * DAY);
    let under_way = claim(&tx, END - 28 * DAY).unwrap().unwrap();
    hand_over(&tx, &under_way, END - 28 * DAY).unwrap();
    assert_eq!(recover(&tx, END - 27 * DAY).unwrap(), 1);
    assert_eq!(recover(&tx, END - 27 * DAY).unwrap(), 0);
    let uncertain = String::from("expiry-mail-uncertain");
    let recipient = Some(under_way.recipient.as_str().to_owned());
    assert_eq!(acts(&tx), [(uncertain, recipient)]);
    retry(&tx, END - 27 * DAY).unwrap();
    while let Some(due) = attempt(&tx, END - 27 * DAY, &Outcome::Sent(String::new())) {
        assert_ne!(due.id, under_way.id);
    }
    let status = status(&tx).unwrap();
    assert_eq!((status.sent, status.uncertain, status.queued), (2, 1, 0));
}

#[test]
fn a_letter_not_begun_keeps_its_place_and_a_server_that_fails_puts_all_off() {
    let tx = world();
    let now = END - 28 * DAY;
    look(&tx, now);
    let first = attempt(&tx, now, &Outcome::NotBegun).unwrap();
    assert_eq!(claim(&tx, now).unwrap().unwrap().id, first.id);
    finish(&tx, &first, &temporary(), now).unwrap();
    postpone(&tx, now, 60).unwrap();
    assert!(claim(&tx, now + 59).unwrap().is_none());
    let status = status(&tx).unwrap();
    assert_eq!((status.queued, status.next_at), (3, Some(now + 60)));
    assert_eq!(status.letters.iter().map(|letter| letter.attempts).sum::<u32>(), 1);
    // Those that nothing is known against go first.
    for _ in 0..2 {
        let next = attempt(&tx, now + 60, &Outcome::Sent(String::new())).unwrap();
        assert_ne!(next.id, first.id);
    }
    assert_eq!(claim(&tx, now + 60).unwrap().unwrap().id, first.id);
}

#[test]
fn a_letter_that_was_not_handed_over_is_tried_again_behind_the_others() {
    let tx = world();
    let now = END - 28 * DAY;
    look(&tx, now);
    let left = claim(&tx, now).unwrap().unwrap();
    assert_eq!(recover(&tx, now).unwrap(), 0);
    assert!(acts(&tx).is_empty());
    let mut order = Vec::new();
    while let Some(due) = attempt(&tx, now + 60, &Outcome::Sent(String::new())) {
        order.push(due.id);
    }
    assert_eq!((order.len(), order.last()), (3, Some(&left.id)));
    // Handed over at its second attempt, it is uncertain; a later attempt begins anew.
    for outcome in [temporary(), Outcome::NotBegun] {
        let tx = world();
        look(&tx, now);
        let due = claim(&tx, now).unwrap().unwrap();
        hand_over(&tx, &due, now).unwrap();
        finish(&tx, &due, &outcome, now).unwrap();
        tx.tamper("UPDATE outbox SET state = 'sending'").unwrap();
        assert_eq!(recover(&tx, now).unwrap(), 0, "{outcome:?}");
    }
}

#[test]
fn a_server_that_fails_for_three_days_ends_the_wait_of_letters_that_were_never_tried() {
    let tx = world();
    let start = END - 28 * DAY;
    look(&tx, start);
    let mut now = start;
    while now < start + PATIENCE {
        postpone(&tx, now, LONGEST_PAUSE).unwrap();
        now += LONGEST_PAUSE;
    }
    assert!(letters(&tx).iter().all(|letter| letter.ends_with("queued")));
    postpone(&tx, now, LONGEST_PAUSE).unwrap();
    assert!(letters(&tx).iter().all(|letter| letter.ends_with("failed")));
    assert_eq!(acts(&tx).len(), 3);
}

#[test]
fn the_other_letters_to_an_address_that_breaks_connections_wait_a_minute() {
    let tx = world();
    tx.tamper("UPDATE account SET email = 'one@example.jp' WHERE user_id <> 'tanaka'").unwrap();
    let now = END - 28 * DAY;
    look(&tx, now);
    spare(&tx, "one@example.jp", now).unwrap();
    let due = attempt(&tx, now, &Outcome::Sent(String::new())).unwrap();
    assert_eq!(due.recipient.as_str(), "tanaka");
    assert!(claim(&tx, now + 59).unwrap().is_none());
    assert!(claim(&tx, now + 60).unwrap().is_some());
}

#[test]
fn a_row_that_cannot_be_read_keeps_nobody_waiting() {
    for damage in [
        "UPDATE account SET user_id = 'no user ID' WHERE user_id = 'kanri01'",
        "UPDATE outbox SET state = 'sending' WHERE id = 1;
         UPDATE account SET user_id = 'no user ID' WHERE user_id = 'kanri01'",
    ] {
        let tx = world();
        let now = END - 28 * DAY;
        look(&tx, now);
        tx.tamper(damage).unwrap();
        recover(&tx, now).unwrap();
        while attempt(&tx, now, &Outcome::Sent(String::new())).is_some() {}
        let status = status(&tx).unwrap();
        assert_eq!((status.sent, status.failed, status.queued), (2, 1, 0), "{damage}");
    }
}

#[test]
fn letters_are_kept_for_ninety_days_after_the_expiry() {
    let tx = world();
    look(&tx, END - DAY);
    for outcome in [
        Outcome::Sent(String::new()),
        Outcome::Refused(String::from("550 unknown")),
        Outcome::Uncertain(String::from("gone")),
    ] {
        attempt(&tx, END - DAY, &outcome).unwrap();
    }
    assert_eq!(purge(&tx, END + KEPT).unwrap(), 0);
    assert_eq!(purge(&tx, END + KEPT + 1).unwrap(), 3);
}
