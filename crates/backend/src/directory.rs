//! Customers, users and what they may do.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::Serialize;
use warifu_protocol::{CustomerNumber, Permission, Timestamp, UserId};

use crate::{config::Config, store::StoreError};

/// A customer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Customer {
    #[serde(skip)]
    pub(crate) id: i64,
    pub(crate) customer_number: CustomerNumber,
    pub(crate) customer_name: String,
}

/// A user with all that a decision about them needs.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) customer: Customer,
    pub(crate) user_id: UserId,
    pub(crate) email: Option<String>,
    pub(crate) is_primary: bool,
    pub(crate) suspended_at: Option<Timestamp>,
    /// The row stays, so that the ID is never another person's in the record.
    pub(crate) deleted_at: Option<Timestamp>,
    /// Tries at login since the last right password, those that are being verified included.
    pub(crate) failed_count: u8,
    /// How many of them have no verdict yet.
    pub(crate) unverified_count: u8,
    pub(crate) may_issue: bool,
    pub(crate) password_hash: String,
    pub(crate) password_initial: bool,
    pub(crate) password_set_at: Timestamp,
    pub(crate) password_generation: i64,
    pub(crate) last_login_at: Option<Timestamp>,
    /// Counts the changes that administrators make.
    pub(crate) version: u32,
}

impl User {
    /// The wrong passwords at login since the last right one (FAQ 3-2).
    pub(crate) fn wrong_passwords(&self) -> u8 {
        self.failed_count.saturating_sub(self.unverified_count)
    }
}

/// The rights that a user holds: the primary administrator every one that there is (FAQ 1-3).
pub(crate) fn held(
    connection: &Connection,
    config: &Config,
    user: &User,
) -> Result<Vec<Permission>, StoreError> {
    let known = config.permissions().map(|permission| permission.name);
    if user.is_primary {
        return Ok(known.collect());
    }
    // What the provider has taken out of the configuration opens nothing any more.
    let known: HashSet<_> = known.collect();
    let stored = permissions(connection, user.id)?;
    Ok(stored.into_iter().filter(|permission| known.contains(permission)).collect())
}

/// A user to be created.
#[derive(Clone, Debug)]
pub(crate) struct NewUser<'a> {
    pub(crate) user_id: &'a UserId,
    pub(crate) email: Option<&'a str>,
    pub(crate) is_primary: bool,
    /// PHC string of the initial password.
    pub(crate) password_hash: &'a str,
    pub(crate) permissions: &'a [Permission],
}

pub(crate) fn add_customer(
    connection: &Connection,
    number: &CustomerNumber,
    name: &str,
    now: Timestamp,
) -> Result<i64, StoreError> {
    connection.execute(
        "INSERT INTO customer (number, name, created_at) VALUES (?1, ?2, ?3)",
        params![number.as_str(), name, now],
    )?;
    Ok(connection.last_insert_rowid())
}

pub(crate) fn add_user(
    connection: &Connection,
    customer: i64,
    new: &NewUser<'_>,
    now: Timestamp,
) -> Result<i64, StoreError> {
    connection.execute(
        "INSERT INTO user (customer, user_id, email, is_primary, may_issue, password_hash,
                           password_initial, password_set_at, password_generation, created_at)
         VALUES (?1, ?2, ?3, ?4, 1, ?5, 1, ?6, 1, ?6)",
        params![customer, new.user_id.as_str(), new.email, new.is_primary, new.password_hash, now],
    )?;
    let id = connection.last_insert_rowid();
    grant(connection, id, new.permissions)?;
    Ok(id)
}

/// Gives a user rights that they do not hold yet.
pub(crate) fn grant(
    connection: &Connection,
    user: i64,
    permissions: &[Permission],
) -> Result<(), StoreError> {
    for permission in permissions {
        connection.execute(
            "INSERT INTO permission (user, permission) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![user, permission.as_str()],
        )?;
    }
    Ok(())
}

/// The lowest customer number from 10000001 on that nobody has. A number is never free again: customers
/// are not removed.
///
/// # Errors
///
/// [`StoreError::NoNumberLeft`]; SQLite's.
pub(crate) fn next_number(connection: &Connection) -> Result<CustomerNumber, StoreError> {
    next_number_of(connection, 10_000_001, 99_999_999)
}

fn next_number_of(
    connection: &Connection,
    first: i64,
    last: i64,
) -> Result<CustomerNumber, StoreError> {
    let free: Option<i64> = connection.query_row(
        "SELECT min(below.n) + 1
         FROM (SELECT ?1 - 1 AS n UNION ALL SELECT CAST(number AS INTEGER) FROM customer) AS below
         WHERE below.n BETWEEN ?1 - 1 AND ?2 - 1
           AND NOT EXISTS (SELECT 1 FROM customer WHERE number = CAST(below.n + 1 AS TEXT))",
        [first, last],
        |row| row.get(0),
    )?;
    let free = free.ok_or(StoreError::NoNumberLeft)?;
    free.to_string().parse().map_err(|_| StoreError::Unreadable("customer number"))
}

/// The customer of that number.
pub(crate) fn customer(
    connection: &Connection,
    number: &CustomerNumber,
) -> Result<Option<Customer>, StoreError> {
    let found = connection
        .prepare_cached("SELECT id, name FROM customer WHERE number = ?1")?
        .query_row([number.as_str()], |row| {
            Ok(Customer {
                id: row.get(0)?,
                customer_number: number.clone(),
                customer_name: row.get(1)?,
            })
        });
    Ok(found.optional()?)
}

pub(crate) fn customers(connection: &Connection) -> Result<Vec<Customer>, StoreError> {
    let mut statement =
        connection.prepare("SELECT id, number, name FROM customer ORDER BY number")?;
    let rows =
        statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?)))?;
    rows.map(|row| {
        let (id, number, customer_name) = row?;
        Ok(Customer { id, customer_number: parse(&number, "customer number")?, customer_name })
    })
    .collect()
}

const SELECT_USER: &str = "
    SELECT user.id, customer.id, customer.number, customer.name, user.user_id, is_primary,
           suspended_at, failed_count, may_issue, password_hash, password_initial,
           password_set_at, password_generation, last_login_at, email, version, deleted_at,
           unverified_count
    FROM user JOIN customer ON customer.id = user.customer ";

/// The user of that ID at that customer.
pub(crate) fn find_user(
    connection: &Connection,
    customer: &CustomerNumber,
    user: &UserId,
) -> Result<Option<User>, StoreError> {
    connection
        .prepare_cached(&format!(
            "{SELECT_USER} WHERE customer.number = ?1 AND user.user_id = ?2
                        AND deleted_at IS NULL"
        ))?
        .query_row([customer.as_str(), user.as_str()], read_user)
        .optional()?
        .transpose()
}

/// The user with that row, who may have been deleted.
pub(crate) fn user(connection: &Connection, id: i64) -> Result<User, StoreError> {
    connection
        .prepare_cached(&format!("{SELECT_USER} WHERE user.id = ?1"))?
        .query_row([id], read_user)?
}

/// All users of a customer, the primary administrator first.
pub(crate) fn users_of(connection: &Connection, customer: i64) -> Result<Vec<User>, StoreError> {
    let mut statement = connection.prepare(&format!(
        "{SELECT_USER} WHERE customer.id = ?1 AND deleted_at IS NULL
         ORDER BY is_primary DESC, user.user_id"
    ))?;
    let rows = statement.query_map([customer], read_user)?;
    rows.map(|row| row?).collect()
}

pub(crate) fn permissions(
    connection: &Connection,
    user: i64,
) -> Result<Vec<Permission>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT permission FROM permission WHERE user = ?1 ORDER BY permission")?;
    let rows = statement.query_map([user], |row| row.get::<_, String>(0))?;
    rows.map(|row| parse(&row?, "permission")).collect()
}

fn read_user(row: &Row<'_>) -> rusqlite::Result<Result<User, StoreError>> {
    let number: String = row.get(2)?;
    let user_id: String = row.get(4)?;
    let (id, customer_id, customer_name) = (row.get(0)?, row.get(1)?, row.get(3)?);
    let parsed = parse(&number, "customer number")
        .and_then(|number| Ok((number, parse(&user_id, "user ID")?)));
    let (customer_number, user_id) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return Ok(Err(error)),
    };
    Ok(Ok(User {
        id,
        customer: Customer { id: customer_id, customer_number, customer_name },
        user_id,
        is_primary: row.get(5)?,
        suspended_at: row.get(6)?,
        failed_count: row.get(7)?,
        may_issue: row.get(8)?,
        password_hash: row.get(9)?,
        password_initial: row.get(10)?,
        password_set_at: row.get(11)?,
        password_generation: row.get(12)?,
        last_login_at: row.get(13)?,
        email: row.get(14)?,
        version: row.get(15)?,
        deleted_at: row.get(16)?,
        unverified_count: row.get(17)?,
    }))
}

fn parse<T: std::str::FromStr>(text: &str, what: &'static str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::Unreadable(what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::memory;

    #[test]
    fn a_new_customer_gets_the_lowest_number_that_is_free() {
        let table: [(&[&str], &str); 7] = [
            (&[], "10000001"),
            (&["10000001", "10000002"], "10000003"),
            (&["99999999"], "10000001"),
            (&["10000001", "99999999", "99999998"], "10000002"),
            (&["00000001", "09999999"], "10000001"),
            (&["10000000"], "10000001"),
            (&["10000002", "10000001", "10000004"], "10000003"),
        ];
        for (taken, next) in table {
            let connection = memory();
            for number in taken {
                add_customer(&connection, &number.parse().unwrap(), "-", 1).unwrap();
            }
            assert_eq!(next_number(&connection).unwrap().as_str(), next, "{taken:?}");
        }
    }

    #[test]
    fn the_last_number_is_given_and_then_none() {
        let connection = memory();
        for number in ["10000001", "10000002", "10000003"] {
            let next = next_number_of(&connection, 10_000_001, 10_000_003).unwrap();
            assert_eq!(next.as_str(), number);
            add_customer(&connection, &next, "-", 1).unwrap();
        }
        let next = next_number_of(&connection, 10_000_001, 10_000_003);
        assert!(matches!(next, Err(StoreError::NoNumberLeft)));
    }
}
