//! `customer`: the companies. Customers are not removed, and a number is never given twice.

use serde::Serialize;
use warifu_protocol::{CustomerNumber, Timestamp};

use crate::{
    StoreError, Tx,
    value::{Row, params},
};

/// A customer.
#[derive(Clone, Debug, Serialize)]
pub struct Customer {
    /// The row.
    #[serde(skip)]
    pub id: i64,
    /// The customer's number, eight digits.
    pub customer_number: CustomerNumber,
    /// The customer's name.
    pub customer_name: String,
}

/// Adds a customer; the row.
///
/// # Errors
///
/// The database's, also if the number is taken.
pub fn insert(
    tx: &Tx,
    number: &CustomerNumber,
    name: &str,
    now: Timestamp,
) -> Result<i64, StoreError> {
    tx.query_one(
        "INSERT INTO customer (number, name, created_at) VALUES (?1, ?2, ?3) RETURNING id",
        &params![number, name, now],
    )?
    .get(0)
}

/// The customer of that number.
///
/// # Errors
///
/// The database's.
pub fn find(tx: &Tx, number: &CustomerNumber) -> Result<Option<Customer>, StoreError> {
    tx.query_opt("SELECT id, number, name FROM customer WHERE number = ?1", &params![number])?
        .map(|row| read(&row))
        .transpose()
}

/// All customers, by number.
///
/// # Errors
///
/// The database's.
pub fn all(tx: &Tx) -> Result<Vec<Customer>, StoreError> {
    let rows = tx.query("SELECT id, number, name FROM customer ORDER BY number", &[])?;
    rows.iter().map(read).collect()
}

/// The lowest customer number from 10000001 on that nobody has.
///
/// # Errors
///
/// [`StoreError::NoNumberLeft`]; the database's.
pub fn next_number(tx: &Tx) -> Result<CustomerNumber, StoreError> {
    next_number_of(tx, 10_000_001, 99_999_999)
}

fn next_number_of(tx: &Tx, first: i64, last: i64) -> Result<CustomerNumber, StoreError> {
    let free: Option<i64> = tx
        .query_one(
            "SELECT min(below.n) + 1
             FROM (SELECT ?1 - 1 AS n
                   UNION ALL SELECT CAST(number AS BIGINT) FROM customer) AS below
             WHERE below.n BETWEEN ?1 - 1 AND ?2 - 1
               AND NOT EXISTS (SELECT 1 FROM customer WHERE number = CAST(below.n + 1 AS TEXT))",
            &params![first, last],
        )?
        .get(0)?;
    let free = free.ok_or(StoreError::NoNumberLeft)?;
    free.to_string().parse().map_err(|_| StoreError::Unreadable("customer number"))
}

fn read(row: &Row) -> Result<Customer, StoreError> {
    Ok(Customer {
        id: row.get(0)?,
        customer_number: row.parse(1, "customer number")?,
        customer_name: row.get(2)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let tx = Tx::in_memory();
            for number in taken {
                insert(&tx, &number.parse().unwrap(), "-", 1).unwrap();
            }
            assert_eq!(next_number(&tx).unwrap().as_str(), next, "{taken:?}");
        }
    }

    #[test]
    fn the_last_number_is_given_and_then_none() {
        let tx = Tx::in_memory();
        for number in ["10000001", "10000002", "10000003"] {
            let next = next_number_of(&tx, 10_000_001, 10_000_003).unwrap();
            assert_eq!(next.as_str(), number);
            insert(&tx, &next, "-", 1).unwrap();
        }
        assert!(matches!(
            next_number_of(&tx, 10_000_001, 10_000_003),
            Err(StoreError::NoNumberLeft)
        ));
    }
}
