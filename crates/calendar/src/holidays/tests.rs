//! The rules against the list that the Cabinet Office publishes, day by day.
//!
//! `cabinet-office.csv` is its 「国民の祝日・休日」 from 2007 on, as of March 2026, with dates written as in
//! ISO 8601 (https://www8.cao.go.jp/chosei/shukujitsu/gaiyou.html, Public Data License 1.0). A newer list
//! takes its place each February, and `ANNOUNCED_UNTIL` moves on with it.

use std::collections::BTreeMap;

use jiff::civil::date;

use super::*;
use crate::is_business_day;

fn published() -> BTreeMap<Date, &'static str> {
    let lines = include_str!("cabinet-office.csv").lines().skip(1);
    lines
        .map(|line| {
            let (day, name) = line.split_once(',').unwrap();
            (day.parse().unwrap(), name)
        })
        .collect()
}

#[test]
fn every_day_of_the_published_years_is_what_the_cabinet_office_says() {
    let published = published();
    let (first, last) = (published.keys().next().unwrap(), published.keys().last().unwrap());
    assert_eq!((first.year(), last.year()), (2007, ANNOUNCED_UNTIL));
    let mut day = date(2007, 1, 1);
    let mut holidays = 0;
    while day.year() <= ANNOUNCED_UNTIL {
        // It tells apart what the Act does not: a holiday that was moved, or is none in name.
        let said = published.get(&day).map(|name| match *name {
            "休日（祝日扱い）" if day.month() == 5 => "即位の日",
            "休日（祝日扱い）" => "即位礼正殿の儀",
            "体育の日（スポーツの日）" => "体育の日",
            name => name,
        });
        assert_eq!(holiday(day), said, "{day}");
        assert!(said.is_none() || !is_business_day(day), "{day}");
        assert_eq!(source(day.year()), Source::Announced);
        holidays += usize::from(said.is_some());
        day = day.tomorrow().unwrap();
    }
    assert_eq!(holidays, published.len());
}

#[test]
fn a_year_that_is_not_published_yet_follows_the_act_and_one_beyond_has_its_weekends() {
    let table = [
        // As the Act has it: a citizens' holiday in September, a substitute in May, an equinox.
        (date(2032, 9, 21), Some("休日"), Source::Act),
        (date(2033, 3, 21), Some("休日"), Source::Act),
        (date(2030, 5, 6), Some("休日"), Source::Act),
        (date(2092, 3, 19), Some("春分の日"), Source::Act),
        (date(2099, 11, 23), Some("勤労感謝の日"), Source::Act),
        (date(2100, 1, 1), None, Source::Nothing),
        (date(2100, 11, 23), None, Source::Nothing),
        (date(2006, 11, 23), None, Source::Nothing),
        (date(-9999, 1, 1), None, Source::Nothing),
        (date(9999, 12, 31), None, Source::Nothing),
    ];
    for (day, name, from) in table {
        assert_eq!((holiday(day), source(day.year())), (name, from), "{day}");
    }
    // The turn of the year and the weekends are no business days in any year.
    for (day, works) in [
        (date(2100, 1, 1), false),
        (date(2100, 12, 29), false),
        (date(2100, 11, 20), false),
        (date(2100, 11, 23), true),
        (date(2026, 12, 28), true),
        (date(2026, 12, 29), false),
        (date(2027, 1, 3), false),
        (date(2027, 1, 4), true),
    ] {
        assert_eq!(is_business_day(day), works, "{day}");
    }
}
