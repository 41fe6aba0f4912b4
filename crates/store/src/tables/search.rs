//! `search_suffix`: every end of what a search looks into, so that what contains a text is what begins with
//! it here: a range of the key, for texts of any length, and in the order in which pages go on.
//!
//! A user is found once, at the least of the ends that begin with the text. Texts are compared folded
//! (`folding.rs`), so that full width finds half width, and hiragana finds katakana.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::account::{self, User};
use crate::{StoreError, Tx, composed::Composed, folding::folded, value::params};

/// Characters of an end that are kept. What is longer is compared with the whole afterwards.
const MOST: usize = 64;

/// Ends that are read at once where those of a page's length were too few: behind the last user that is found
/// lie the further ends of all of them.
const AT_ONCE: u32 = 500;

/// The ends of some texts, each once.
fn suffixes(texts: &[Option<&str>]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in texts.iter().flatten() {
        let folded = folded(text);
        for (start, _) in folded.char_indices() {
            found.insert(folded[start..].chars().take(MOST).collect());
        }
    }
    found
}

/// Writes what a search finds a user by.
///
/// # Errors
///
/// The database's.
pub(crate) fn set(
    tx: &Tx,
    customer: i64,
    account: i64,
    texts: &[Option<&str>],
) -> Result<(), StoreError> {
    delete(tx, account)?;
    for suffix in suffixes(texts) {
        tx.execute(
            "INSERT INTO search_suffix (customer, suffix, account) VALUES (?1, ?2, ?3)",
            &params![customer, suffix, account],
        )?;
    }
    Ok(())
}

/// Lets no search find a user.
///
/// # Errors
///
/// The database's.
pub(crate) fn delete(tx: &Tx, account: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM search_suffix WHERE account = ?1", &params![account]).map(drop)
}

/// The users of a customer whose ID, name, department or e-mail address contains a text, after the one of that ID, in the
/// order of where it begins.
///
/// # Errors
///
/// The database's.
pub fn page(
    tx: &Tx,
    customer: i64,
    text: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<User>, StoreError> {
    let text = folded(text);
    let start: String = text.chars().take(MOST).collect();
    if start.is_empty() {
        return account::page(tx, customer, after, limit);
    }
    // Nothing that is stored begins with what has nothing after it.
    let Some(end) = next(&start) else { return Ok(Vec::new()) };
    let mut at = match position(tx, customer, after, &start)? {
        Some(position) => position,
        None => (start.clone(), 0),
    };
    let mut found: Vec<User> = Vec::new();
    let mut at_once = limit;
    loop {
        let values = params![customer, at.0.as_str(), at.1, end.as_str(), at_once];
        let rows = tx.query(PAGE, &values)?;
        for row in &rows {
            let (suffix, id): (String, i64) = (row.get(0)?, row.get(1)?);
            let texts = [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
            let texts = texts.map(|text: Option<String>| folded(&text.unwrap_or_default()));
            let contained = texts.iter().any(|whole| whole.contains(&text));
            if contained && least(&texts, &start) == Some(suffix.clone()) {
                found.push(account::get(tx, id)?);
                if found.len() == limit as usize {
                    return Ok(found);
                }
            }
            at = (suffix, id);
        }
        if rows.len() < at_once as usize {
            return Ok(found);
        }
        at_once = AT_ONCE;
    }
}

/// The least of the ends of some folded texts that begin so.
fn least(texts: &[String], start: &str) -> Option<String> {
    let ends = texts.iter().flat_map(|text| {
        text.char_indices().map(|(from, _)| &text[from..]).filter(|end| end.starts_with(start))
    });
    ends.map(|end| end.chars().take(MOST).collect::<String>()).min()
}

const PAGE: &str = "
    SELECT suffix, account, user_id, email, name, department
    FROM search_suffix JOIN account ON account.id = search_suffix.account
    WHERE search_suffix.customer = ?1 AND suffix >= ?2 AND (suffix, account) > (?2, ?3)
      AND suffix < ?4
    ORDER BY suffix, account LIMIT ?5";

/// Where a user stands in what is found.
fn position(
    tx: &Tx,
    customer: i64,
    user_id: &str,
    start: &str,
) -> Result<Option<(String, i64)>, StoreError> {
    let Some(id) = account::row_of(tx, customer, user_id)? else { return Ok(None) };
    let user = account::get(tx, id)?;
    let texts = user.searched().map(|text| folded(text.unwrap_or_default()));
    Ok(least(&texts, start).map(|suffix| (suffix, id)))
}

/// What a search restricts a list to that has an order of its own.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    text: String,
    /// The range of the ends that begin with it; none for the empty text, which everybody contains.
    range: Option<(String, String)>,
}

impl Wanted {
    /// What contains this text; none if nothing can.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = folded(text);
        let start: String = text.chars().take(MOST).collect();
        let range = if start.is_empty() { None } else { Some((start.clone(), next(&start)?)) };
        Some(Self { text, range })
    }

    /// Restricts a statement to the users who may contain the text.
    pub(super) fn restrict(&self, statement: Composed, customer: i64) -> Composed {
        let Some((start, end)) = &self.range else { return statement };
        statement
            .sql(" AND account.id IN (SELECT account FROM search_suffix WHERE customer = ")
            .value(customer)
            .sql(" AND suffix >= ")
            .value(start)
            .sql(" AND suffix < ")
            .value(end)
            .sql(")")
    }

    /// Whether no more than so many ends begin with the text.
    pub(super) fn are_at_most(&self, tx: &Tx, customer: i64, few: u32) -> Result<bool, StoreError> {
        let Some((start, end)) = &self.range else { return Ok(false) };
        let values = params![customer, start, end, few.saturating_add(1)];
        Ok(tx.query(SOME, &values)?.len() <= few as usize)
    }

    /// Whether a user contains it.
    pub(super) fn is_in(&self, user: &User) -> bool {
        user.searched().into_iter().flatten().any(|text| folded(text).contains(&self.text))
    }
}

const SOME: &str = "
    SELECT account FROM search_suffix
    WHERE customer = ?1 AND suffix >= ?2 AND suffix < ?3 LIMIT ?4";

/// The least text after all that begin with this one; none for the empty one.
fn next(text: &str) -> Option<String> {
    let mut rest = text.to_owned();
    while let Some(last) = rest.pop() {
        if let Some(after) = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32) {
            rest.push(after);
            return Some(rest);
        }
    }
    None
}

/// Fills the table, which an older database has not.
///
/// # Errors
///
/// The database's.
pub(crate) fn fill(connection: &Connection) -> Result<(), StoreError> {
    let mut users = connection
        .prepare("SELECT customer, id, user_id, email FROM account WHERE deleted_at IS NULL")?;
    let mut insert = connection
        .prepare("INSERT INTO search_suffix (customer, suffix, account) VALUES (?1, ?2, ?3)")?;
    let mut rows = users.query([])?;
    while let Some(row) = rows.next()? {
        let (customer, id): (i64, i64) = (row.get(0)?, row.get(1)?);
        let (user_id, email): (String, Option<String>) = (row.get(2)?, row.get(3)?);
        for suffix in suffixes(&[Some(&user_id), email.as_deref()]) {
            insert.execute((customer, suffix, id))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tables::{account::NewUser, customer};

    fn directory(users: &[(&str, Option<&str>)]) -> (Tx, i64) {
        let tx = Tx::in_memory();
        let customer = customer::insert(&tx, &"10000001".parse().unwrap(), "-", 1).unwrap();
        let other = customer::insert(&tx, &"10000002".parse().unwrap(), "-", 1).unwrap();
        for (user_id, email) in users {
            let new = NewUser {
                user_id: &user_id.parse().unwrap(),
                name: None,
                department: None,
                email: *email,
                is_primary: false,
                password_hash: "",
                permissions: &[],
                subject: user_id,
            };
            account::insert(&tx, customer, &new, 1).unwrap();
            let subject = format!("another {user_id}");
            account::insert(&tx, other, &NewUser { subject: &subject, ..new }, 1).unwrap();
        }
        (tx, customer)
    }

    /// All pages of a search, by user ID.
    fn found(tx: &Tx, customer: i64, text: &str, limit: u32) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        loop {
            let after = all.last().cloned().unwrap_or_default();
            let page = page(tx, customer, text, &after, limit).unwrap();
            all.extend(page.iter().map(|user| user.user_id.as_str().to_owned()));
            if page.len() < limit as usize {
                all.sort();
                return all;
            }
        }
    }

    #[test]
    fn what_is_searched_for_is_taken_as_it_stands() {
        let (tx, customer) = directory(&[
            ("a_b", Some("X%@example.jp")),
            ("acb", None),
            ("gone", None),
            ("a-very-long-name.of1", Some("a.very.long.address@department.example.co.jp")),
        ]);
        let gone = account::row_of(&tx, customer, "gone").unwrap().unwrap();
        account::delete(&tx, gone, 2).unwrap();
        let table: [(&str, &[&str]); 14] = [
            ("", &["a-very-long-name.of1", "a_b", "acb"]),
            ("a_b", &["a_b"]),
            ("ａ＿Ｂ ", &["a_b"]),
            ("x%", &["a_b"]),
            ("%", &["a_b"]),
            ("c", &["a-very-long-name.of1", "acb"]),
            ("gone", &[]),
            ("nobody", &[]),
            ("example", &["a-very-long-name.of1", "a_b"]),
            ("very.long.address@department", &["a-very-long-name.of1"]),
            ("very.long.address@department.example.org", &[]),
            ("a", &["a-very-long-name.of1", "a_b", "acb"]),
            ("\u{10FFFF}", &[]),
            ("a\u{10FFFF}", &[]),
        ];
        for (text, expected) in table {
            for limit in [1, 2, 50] {
                assert_eq!(found(&tx, customer, text, limit), expected, "{text:?} {limit}");
            }
        }
    }

    #[test]
    fn nobody_is_lost_behind_the_ends_of_others() {
        let (tx, customer) = directory(&[]);
        for number in 0..400 {
            let email = format!("u{number:03}@{}.jp", "a".repeat(70));
            let row = NewUser {
                user_id: &format!("u{number:03}").parse().unwrap(),
                name: None,
                department: None,
                email: Some(&email),
                is_primary: false,
                password_hash: "",
                permissions: &[],
                subject: &email,
            };
            account::insert(&tx, customer, &row, 1).unwrap();
        }
        // The first 64 characters are in seven ends of each user, and the whole in none.
        let text = format!("{}b", "a".repeat(64));
        assert!(page(&tx, customer, &text, "", 50).unwrap().is_empty());
        assert_eq!(found(&tx, customer, &"a".repeat(66), 50).len(), 400);
        // Behind tens of thousands of further ends of those who were found.
        let last = NewUser {
            user_id: &"b-ab".parse().unwrap(),
            name: None,
            department: None,
            email: None,
            is_primary: false,
            password_hash: "",
            permissions: &[],
            subject: "b-ab",
        };
        account::insert(&tx, customer, &last, 1).unwrap();
        let all = found(&tx, customer, "a", 50);
        assert_eq!((all.len(), all[0].as_str()), (401, "b-ab"));
    }

    #[test]
    fn another_address_is_found_and_the_old_one_is_not() {
        let (tx, customer) = directory(&[("tanaka", Some("old@example.jp"))]);
        let user = account::find(&tx, &"10000001".parse().unwrap(), &"tanaka".parse().unwrap());
        account::set_email(&tx, user.unwrap().unwrap().id, Some("new@example.jp")).unwrap();
        assert_eq!(found(&tx, customer, "new@", 9), ["tanaka"]);
        assert!(found(&tx, customer, "old@", 9).is_empty());
    }

    #[test]
    fn a_page_is_read_in_the_order_of_the_key() {
        let plan = Tx::in_sqlite().plan(PAGE);
        assert!(plan[0].contains("SEARCH search_suffix USING PRIMARY KEY (customer=?"), "{plan:?}");
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// The same users as when each is looked at, on pages of any size.
        #[test]
        fn finds_what_contains_the_text(
            users in prop::collection::btree_map("[ab.]{3,12}", prop::option::of("[abc]{1,80}@[ab]"), 1..12),
            text in "[abc.@]{0,20}",
            limit in 1..5_u32,
        ) {
            let valid: Vec<(&str, Option<&str>)> = users
                .iter()
                .filter(|(id, _)| id.parse::<warifu_protocol::UserId>().is_ok())
                .map(|(id, email)| (id.as_str(), email.as_deref()))
                .collect();
            let (tx, customer) = directory(&valid);
            let expected: Vec<_> = valid
                .iter()
                .filter(|(id, email)| {
                    id.contains(&text) || email.is_some_and(|email| email.contains(&text))
                })
                .map(|(id, _)| (*id).to_owned())
                .collect();
            prop_assert_eq!(found(&tx, customer, &text, limit), expected);
        }
    }
}
