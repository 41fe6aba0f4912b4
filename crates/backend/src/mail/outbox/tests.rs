use super::*;
use crate::{
    audit::Verdict,
    domain::own::tell_of_change,
    mail::samples::{END, certificate, letters, look, world},
};

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
fn a_letter_that_has_become_needless_is_dropped() {
    let reasons = [
        "UPDATE certificate SET state = 'superseded'",
        "UPDATE certificate SET state = 'revoked'",
        "UPDATE account SET suspended_at = 1 WHERE user_id = 'tanaka'",
        "UPDATE account SET deleted_at = 1 WHERE user_id = 'tanaka'",
    ];
    for reason in reasons {
        let tx = world();
        look(&tx, END - 28 * DAY);
        tx.tamper(reason).unwrap();
        assert!(claim(&tx, END - 28 * DAY).unwrap().is_none(), "{reason}");
        let dropped = ["tanaka 28 dropped", "kanri01 list dropped", "sato list dropped"];
        assert_eq!(letters(&tx), dropped, "{reason}");
    }
    // Expired while the letter waited.
    let tx = world();
    look(&tx, END - 28 * DAY);
    assert!(claim(&tx, END).unwrap().is_none());
    // The password was changed, or is another one.
    let tx = world();
    tx.tamper("UPDATE account SET email = NULL WHERE user_id <> 'tanaka'").unwrap();
    tx.tamper("UPDATE account SET password_initial = 0, password_set_at = 0").unwrap();
    look(&tx, 85 * DAY);
    assert_eq!(letters(&tx), ["tanaka password 5 queued"]);
    tx.tamper("UPDATE account SET password_generation = 2").unwrap();
    assert!(claim(&tx, 85 * DAY).unwrap().is_none());
}

#[test]
fn only_administrators_read_of_others() {
    let tx = world();
    look(&tx, END - 28 * DAY);
    tx.tamper("DELETE FROM permission").unwrap();
    let sent = Outcome::Sent(String::new());
    while attempt(&tx, END - 28 * DAY, &sent).is_some() {}
    assert_eq!(letters(&tx), ["tanaka 28 sent", "kanri01 list sent", "sato list dropped"]);
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
    // The owner's, two lists and the operators'.
    for _ in 0..4 {
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
    assert_eq!(acts(&tx), [(uncertain, Some(String::from("tanaka")))]);
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
    assert_eq!(due.recipient.unwrap().user_id.as_str(), "tanaka");
    assert!(claim(&tx, now + 59).unwrap().is_none());
    assert!(claim(&tx, now + 60).unwrap().is_some());
}

#[test]
fn a_row_that_cannot_be_read_keeps_nobody_waiting() {
    for damage in [
        "UPDATE account SET user_id = 'no user ID' WHERE user_id = 'kanri01'",
        "UPDATE outbox SET state = 'sending' WHERE id = 2;
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
fn two_who_send_at_once_never_have_the_same_letter() {
    let tx = world();
    let now = END - 28 * DAY;
    look(&tx, now);
    let mut claimed = Vec::new();
    while let Some(due) = claim(&tx, now).unwrap() {
        claimed.push(due.id);
        // The other one looks as well, and finds nothing new.
        look(&tx, now);
    }
    claimed.sort_unstable();
    claimed.dedup();
    assert_eq!(claimed.len(), 3);
}

#[test]
fn letters_are_kept_for_ninety_days_after_the_expiry() {
    let tx = world();
    tx.tamper("UPDATE account SET email = NULL WHERE user_id = 'sato'").unwrap();
    certificate(&tx, "suzuki", END);
    look(&tx, END - DAY);
    for outcome in [
        Outcome::Sent(String::new()),
        Outcome::Refused(String::from("550 unknown")),
        Outcome::Uncertain(String::from("gone")),
    ] {
        attempt(&tx, END - DAY, &outcome).unwrap();
    }
    assert_eq!(purge(&tx, END + KEPT).unwrap(), 0);
    // A list is about more than one day.
    let last = END + 30 * DAY;
    assert_eq!(purge(&tx, last + KEPT).unwrap(), 3);
}

fn change(tx: &Tx, at: Timestamp) -> AddressChange {
    let tanaka = tx.number("SELECT id FROM account WHERE user_id = 'tanaka'").unwrap();
    let change = AddressChange {
        at,
        former: Some("tanaka@example.jp".parse().unwrap()),
        latter: "new@example.jp".parse().unwrap(),
    };
    tx.tamper("UPDATE account SET email = 'new@example.jp' WHERE user_id = 'tanaka'").unwrap();
    tell_of_change(tx, (tanaka, 2), &change).unwrap();
    change
}

#[test]
fn both_addresses_hear_of_a_change_whatever_becomes_of_the_user() {
    for since in [
        "UPDATE account SET email = NULL WHERE user_id = 'tanaka'",
        "UPDATE account SET email = 'again@example.jp' WHERE user_id = 'tanaka'",
        "UPDATE account SET suspended_at = 1 WHERE user_id = 'tanaka'",
        "UPDATE account SET deleted_at = 1, email = NULL WHERE user_id = 'tanaka'",
    ] {
        let tx = world();
        let made = change(&tx, 1_000);
        tx.tamper(since).unwrap();
        for to in ["tanaka@example.jp", "new@example.jp"] {
            let due = attempt(&tx, 1_000, &Outcome::Sent(String::new())).unwrap();
            assert_eq!((due.address.as_str(), due.about), (to, About::Address(made.clone())));
            assert_eq!(due.recipient.unwrap().user_id.as_str(), "tanaka");
        }
        let sent = (String::from("address-mail-sent"), Some(String::from("tanaka")));
        assert_eq!(acts(&tx), [sent.clone(), sent], "{since}");
        assert!(claim(&tx, 1_000).unwrap().is_none());
    }
}

#[test]
fn the_address_before_is_written_to_while_the_one_since_takes_nothing() {
    let tx = world();
    change(&tx, 1_000);
    spare(&tx, "new@example.jp", 1_000).unwrap();
    let due = attempt(&tx, 1_000, &Outcome::Refused(String::new())).unwrap();
    assert_eq!(due.address, "tanaka@example.jp");
    assert!(claim(&tx, 1_000).unwrap().is_none());
    assert_eq!(letters(&tx), ["tanaka tanaka@example.jp failed", "tanaka new@example.jp queued"]);
    // A month later it is no news any more.
    assert!(claim(&tx, 1_000 + 30 * DAY).unwrap().is_none());
    assert_eq!(retry(&tx, 1_000 + 30 * DAY).unwrap(), 0);
}
