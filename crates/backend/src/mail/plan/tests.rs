use super::*;
use crate::mail::samples::{
    END, add_customer, add_user, certificate, letters, look, look_by, usual_plan, world,
};

/// Nine in the morning in Japan, so many days before the day of [`END`].
fn morning(days: i64) -> Timestamp {
    opening(day_in_japan(END - days * DAY))
}

/// The letters to the one with the certificate.
fn owners(tx: &Tx) -> Vec<String> {
    let mut letters = letters(tx);
    letters.retain(|letter| letter.starts_with("tanaka"));
    letters
}

fn settle(tx: &Tx) {
    tx.tamper("UPDATE outbox SET state = 'sent' WHERE state = 'queued'").unwrap();
}

#[test]
fn the_owner_is_warned_once_on_each_business_day_of_the_plan() {
    let tx = world();
    tx.tamper("UPDATE account SET email = NULL WHERE user_id <> 'tanaka'").unwrap();
    look(&tx, END - 28 * DAY - 1);
    assert!(owners(&tx).is_empty());
    let mut expected = Vec::new();
    // 14 days before is in Golden Week; three days before, a Sunday, is one with three business days.
    for (days, at) in
        [(28, END - 28 * DAY), (16, morning(16)), (7, morning(7)), (5, morning(5)), (1, morning(1))]
    {
        look(&tx, at - 1);
        assert_eq!(owners(&tx), expected, "{days}");
        for now in [at, at + 60, at + 3_600] {
            look(&tx, now);
        }
        expected.push(format!("tanaka {days} queued"));
        assert_eq!(owners(&tx), expected);
        settle(&tx);
        expected = owners(&tx);
        // A clock that was set back does not warn of what is past.
        look(&tx, END - 28 * DAY);
        assert_eq!(owners(&tx), expected);
    }
    look(&tx, END - 1);
    look(&tx, END);
    assert_eq!(owners(&tx), expected);
}

#[test]
fn at_the_very_last_second_there_is_one_letter_and_a_second_later_none() {
    let tx = world();
    look(&tx, END - 1);
    // Nobody heard before: everybody hears now, outside of office hours too.
    assert_eq!(
        letters(&tx),
        [
            "tanaka 1 queued",
            "kanri01 list queued",
            "sato list queued",
            "desk@provider.example operators queued"
        ]
    );
    let tx = world();
    look(&tx, END);
    assert!(letters(&tx).is_empty());
}

#[test]
fn a_clock_that_is_a_year_ahead_for_a_while_costs_nobody_a_letter() {
    let tx = world();
    let now = END - 30 * DAY;
    look(&tx, now + 365 * DAY);
    assert!(letters(&tx).is_empty());
    look(&tx, END - 28 * DAY);
    assert_eq!(letters(&tx), ["tanaka 28 queued", "kanri01 list queued", "sato list queued"]);
}

#[test]
fn of_several_warnings_missed_the_nearest_counts() {
    let tx = world();
    tx.tamper("UPDATE account SET email = NULL WHERE user_id <> 'tanaka'").unwrap();
    look(&tx, END - 6 * DAY);
    assert_eq!(letters(&tx), ["tanaka 7 queued"]);
    // That one still waits, and is not needed any more.
    look(&tx, END - 2 * DAY);
    assert_eq!(owners(&tx), ["tanaka 7 dropped", "tanaka 5 queued"]);
}

#[test]
fn more_certificates_than_one_change_takes_are_all_taken() {
    let tx = Tx::in_memory();
    add_customer(&tx, "10000001");
    for index in 0..BATCH + 3 {
        let id = format!("user{index}");
        add_user(&tx, 1, &id, &[]);
        certificate(&tx, &id, END + DAY * i64::try_from(index).unwrap() / 50);
    }
    let plan = Plan::sample(&[]);
    assert_eq!(fill(&tx, &plan, END - 5 * DAY).unwrap(), BATCH);
    assert_eq!(fill(&tx, &plan, END - 5 * DAY).unwrap(), 3);
    assert_eq!(fill(&tx, &plan, END - 5 * DAY).unwrap(), 0);
    look_by(&tx, &plan, END - 5 * DAY);
    // One letter with a list, not one about each.
    let letters = letters(&tx);
    let lists = letters.iter().filter(|letter| letter.contains(" list ")).count();
    assert_eq!((letters.len(), lists), (BATCH + 3 + 2, 2));
}

#[test]
fn more_customers_than_one_change_takes_all_get_their_list_once() {
    let tx = Tx::in_memory();
    let customers = BATCH + 3;
    for number in 0..customers {
        add_customer(&tx, &format!("{:08}", 10_000_001 + number));
        certificate(&tx, "tanaka", END);
    }
    let plan = usual_plan();
    let first = hand_up(&tx, &plan, Audience::Administrators, 0, morning(28)).unwrap();
    let lists = |tx: &Tx| letters(tx).iter().filter(|letter| letter.contains(" list ")).count();
    assert_eq!((first.is_some(), lists(&tx)), (true, 2 * BATCH));
    // Who has had it is not taken up again, and keeps nobody else from it.
    for _ in 0..2 {
        look_by(&tx, &plan, morning(28));
        assert_eq!(lists(&tx), 2 * customers);
    }
    // The provider has one letter about all of them.
    for _ in 0..2 {
        look_by(&tx, &plan, morning(5));
    }
    let operators = letters(&tx).iter().filter(|letter| letter.contains("operators")).count();
    assert_eq!(operators, 1);
}

#[test]
fn nobody_is_written_to_about_what_is_out_of_use() {
    let reasons = [
        "UPDATE certificate SET state = 'superseded'",
        "UPDATE certificate SET state = 'revoked'",
        "UPDATE account SET suspended_at = 1 WHERE user_id = 'tanaka'",
        "UPDATE account SET deleted_at = 1 WHERE user_id = 'tanaka'",
    ];
    for reason in reasons {
        let tx = world();
        tx.tamper(reason).unwrap();
        look(&tx, morning(1));
        assert!(letters(&tx).is_empty(), "{reason}");
    }
    // Once let in again, a user is warned of the nearest day.
    let tx = world();
    tx.tamper(reasons[2]).unwrap();
    look(&tx, END - 28 * DAY);
    tx.tamper("UPDATE account SET suspended_at = NULL").unwrap();
    look(&tx, END - 8 * DAY);
    assert_eq!(letters(&tx), ["tanaka 16 queued", "kanri01 list queued", "sato list queued"]);
}

#[test]
fn who_does_not_react_is_handed_up_first_to_the_administrators_and_then_to_the_provider() {
    let tx = world();
    let mut told = Vec::new();
    for days in (1..=29).rev() {
        let before = letters(&tx).len();
        // Night, morning, afternoon: never more than one list a day.
        for now in [morning(days) - 1, morning(days), morning(days) + 5 * 3_600] {
            look(&tx, now);
        }
        let new: Vec<_> = letters(&tx).split_off(before);
        settle(&tx);
        let lists = new.iter().filter(|letter| !letter.starts_with("tanaka"));
        told.extend(lists.map(|letter| format!("{days} {letter}")));
    }
    assert_eq!(
        told,
        [
            "28 kanri01 list queued",
            "28 sato list queued",
            "7 kanri01 list queued",
            "7 sato list queued",
            // Three days before is a Sunday.
            "5 desk@provider.example operators queued",
        ]
    );
}

#[test]
fn a_list_waits_for_the_office_unless_that_is_too_late() {
    // Issued on a Saturday: 28 days before is one too.
    let saturday = END - 4 * DAY;
    let tx = Tx::in_memory();
    add_customer(&tx, "10000001");
    certificate(&tx, "tanaka", saturday);
    look(&tx, saturday - 28 * DAY);
    // The letter of the Friday, a day late, since nothing could be renewed then.
    assert_eq!(letters(&tx), ["tanaka 29 queued"]);
    look(&tx, opening(day_in_japan(saturday - 26 * DAY)) - 1);
    assert_eq!(letters(&tx).len(), 1);
    look(&tx, opening(day_in_japan(saturday - 26 * DAY)));
    assert_eq!(letters(&tx).len(), 3);

    let tx = Tx::in_memory();
    add_customer(&tx, "10000001");
    certificate(&tx, "tanaka", saturday);
    look(&tx, saturday - 3_600);
    assert_eq!(letters(&tx).len(), 4, "{:?}", letters(&tx));
}

#[test]
fn a_second_one_on_the_same_day_stands_in_the_list_of_the_next() {
    let tx = world();
    look(&tx, morning(28));
    settle(&tx);
    // Let in again in the afternoon.
    certificate(&tx, "suzuki", END - DAY);
    look(&tx, morning(28) + 4 * 3_600);
    let lists = |tx: &Tx| letters(tx).iter().filter(|letter| letter.contains("list")).count();
    assert_eq!(lists(&tx), 2);
    look(&tx, morning(27));
    assert_eq!(lists(&tx), 4);
    look(&tx, morning(26));
    assert_eq!(lists(&tx), 4);
}

#[test]
fn a_customer_without_addresses_is_the_providers_care() {
    let tx = world();
    tx.tamper("UPDATE account SET email = NULL").unwrap();
    for days in (1..=28).rev() {
        look(&tx, morning(days));
    }
    assert_eq!(letters(&tx), ["desk@provider.example operators queued"]);
}

#[test]
fn the_own_certificate_of_an_administrator_is_no_news_from_others() {
    let tx = Tx::in_memory();
    add_customer(&tx, "10000001");
    certificate(&tx, "kanri01", END);
    look(&tx, END - 28 * DAY);
    assert_eq!(letters(&tx), ["kanri01 28 queued", "sato list queued"]);
}

#[test]
fn a_password_is_warned_of_like_a_certificate_and_only_its_owner_hears() {
    let tx = world();
    let set = END - 120 * DAY;
    tx.tamper(&format!("UPDATE account SET password_set_at = {set}")).unwrap();
    let end = set + 90 * DAY;
    // An initial password has no end.
    look(&tx, end - DAY);
    assert!(letters(&tx).is_empty());
    tx.tamper("UPDATE account SET password_initial = 0").unwrap();
    look(&tx, end - 10 * DAY - 1);
    assert!(letters(&tx).is_empty());
    for days in (1..=10).rev() {
        look(&tx, end - days * DAY);
        look(&tx, end - days * DAY + 60);
        settle(&tx);
    }
    // Monday, 18 April 2033: ten days before is a Friday; 1 and 3 days before lead to the Friday.
    let sent = letters(&tx);
    assert_eq!(
        sent,
        [
            "tanaka password 10 sent",
            "tanaka password 7 sent",
            "tanaka password 5 sent",
            "tanaka password 3 sent"
        ]
    );
    look(&tx, end);
    look(&tx, end + DAY);
    assert_eq!(letters(&tx), sent);
    // The next password has its own.
    tx.tamper(&format!(
        "UPDATE account SET password_generation = 2, password_set_at = {}",
        END - 95 * DAY
    ))
    .unwrap();
    look(&tx, END - 6 * DAY);
    assert!(letters(&tx).contains(&String::from("tanaka password 1 queued")), "{:?}", letters(&tx));
}

#[test]
fn the_window_of_a_list_reaches_to_the_next_time_that_offices_open() {
    let day = |at: Timestamp| day_in_japan(at).to_string();
    let friday = opening(jiff::civil::date(2026, 5, 1));
    assert_eq!(day(next_opening(friday)), "2026-05-07");
    assert_eq!(day(next_opening(friday - 1)), "2026-05-01");
    assert_eq!(day(window(friday, 7)), "2026-05-13");
    assert_eq!(window(friday, 0), friday);
    assert_eq!(day(next_opening(opening(jiff::civil::date(2026, 12, 28)))), "2027-01-04");
}
