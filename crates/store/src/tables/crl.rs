//! `crl`: the number of the last revocation list, and how often what it names has changed.

use warifu_protocol::Timestamp;

use crate::{StoreError, Tx, value::params};

/// A number for the next revocation list, which no other one gets (RFC 5280 §5.2.3).
///
/// # Errors
///
/// The database's.
pub fn next_number(tx: &Tx) -> Result<i64, StoreError> {
    tx.query_one("UPDATE crl SET number = number + 1 RETURNING number", &[])?.get(0)
}

/// Says that the last revocation list does not name everything any more.
///
/// # Errors
///
/// The database's.
pub fn note_change(tx: &Tx) -> Result<(), StoreError> {
    tx.execute("UPDATE crl SET changes = changes + 1", &[]).map(drop)
}

/// How often what the revocation list names has changed; the list of an equal number is the same.
///
/// # Errors
///
/// The database's.
pub fn changes(tx: &Tx) -> Result<i64, StoreError> {
    tx.query_one("SELECT changes FROM crl", &[])?.get(0)
}

/// Takes the numbers past every list that was signed after a backup was made: a relying party that saw a
/// higher number would ignore the new list. As many lists as seconds there are not, so that the clock is
/// beyond every number of before, also after a second restore.
///
/// # Errors
///
/// The database's.
pub fn skip_numbers(tx: &Tx, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE crl SET number = CASE WHEN number + 1000000 > ?1 THEN number + 1000000 ELSE ?1 END,
                        changes = changes + 1",
        &params![now],
    )
    .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_list_gets_the_number_of_one_that_was_signed_after_the_backup() {
        let now = 1_795_000_000;
        let (first, second) = (Tx::in_memory(), Tx::in_memory());
        let number = |tx: &Tx| tx.number("SELECT number FROM crl").unwrap();
        skip_numbers(&first, now).unwrap();
        // Lists of the first restore, then a second one of the same backup an hour later.
        first.tamper("UPDATE crl SET number = number + 3000").unwrap();
        skip_numbers(&second, now + 3600).unwrap();
        assert!(number(&second) > number(&first));
        let before = number(&second);
        skip_numbers(&second, now - 86_400).unwrap();
        assert!(number(&second) > before, "the clock was set back");
    }
}
