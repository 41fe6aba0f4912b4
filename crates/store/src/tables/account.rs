//! `account`: the users. PostgreSQL reads `user` as a word of its own, so no table has that name.

use warifu_protocol::{CustomerNumber, Department, Permission, PersonName, Timestamp, UserId};

use super::{customer::Customer, permission, search};
use crate::{
    StoreError, Tx,
    folding::folded,
    value::{Row, params},
};

/// A user with all that a decision about them needs.
#[derive(Clone, Debug)]
pub struct User {
    /// The row.
    pub id: i64,
    /// Whose user it is.
    pub customer: Customer,
    /// The user's ID, which the customer never gives to somebody else.
    pub user_id: UserId,
    /// What the user is called (氏名), if somebody has entered it.
    pub name: Option<String>,
    /// The user's department (部署), if somebody has entered it.
    pub department: Option<String>,
    /// Where warnings are sent.
    pub email: Option<String>,
    /// Whether this is the primary administrator (FAQ 1-3).
    pub is_primary: bool,
    /// Since when nothing opens for the user.
    pub suspended_at: Option<Timestamp>,
    /// The row stays, so that the ID is never another person's in the record.
    pub deleted_at: Option<Timestamp>,
    /// Tries at login since the last right password, those that are being verified included.
    pub failed_count: u8,
    /// How many of them have no verdict yet.
    pub unverified_count: u8,
    /// The right to one issuance, given by creation or reissue.
    pub may_issue: bool,
    /// PHC string.
    pub password_hash: String,
    /// Whether the password is to be changed before anything else (FAQ 4-5).
    pub password_initial: bool,
    /// When the password was set.
    pub password_set_at: Timestamp,
    /// Counts the passwords.
    pub password_generation: i64,
    /// When the last login was.
    pub last_login_at: Option<Timestamp>,
    /// Counts the changes that administrators make.
    pub version: u32,
    /// Who the user is to the provider's services.
    pub subject: String,
    /// When the certificate that the user uses, or else the one that waits, expires or has expired.
    pub certificate_end: Option<Timestamp>,
}

impl User {
    /// The wrong passwords at login since the last right one (FAQ 3-2).
    #[must_use]
    pub fn wrong_passwords(&self) -> u8 {
        self.failed_count.saturating_sub(self.unverified_count)
    }

    /// What a search finds the user by.
    pub(super) fn searched(&self) -> [Option<&str>; 4] {
        let Self { user_id, email, name, department, .. } = self;
        [Some(user_id.as_str()), email.as_deref(), name.as_deref(), department.as_deref()]
    }
}

/// A user to be created.
#[derive(Clone, Debug)]
pub struct NewUser<'a> {
    /// The user's ID.
    pub user_id: &'a UserId,
    /// What the user is called (氏名).
    pub name: Option<&'a PersonName>,
    /// The user's department (部署).
    pub department: Option<&'a Department>,
    /// Where warnings are sent.
    pub email: Option<&'a str>,
    /// Whether this is the customer's primary administrator.
    pub is_primary: bool,
    /// PHC string of the initial password.
    pub password_hash: &'a str,
    /// The rights that are granted.
    pub permissions: &'a [Permission],
    /// Who the user is to the provider's services: nobody else's ever.
    pub subject: &'a str,
}

/// A statement that begins with the columns of a user.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT account.id, customer.id, customer.number, customer.name, account.user_id,
                    is_primary, suspended_at, failed_count, may_issue, password_hash,
                    password_initial, password_set_at, password_generation, last_login_at, email,
                    version, deleted_at, unverified_count, subject, account.name, department,
                    certificate_end
             FROM account JOIN customer ON customer.id = account.customer ",
            $rest
        )
    };
}

/// What the statements about users begin with.
pub(super) const SELECT: &str = select!("");

pub(super) fn read(row: &Row) -> Result<User, StoreError> {
    Ok(User {
        id: row.get(0)?,
        customer: Customer {
            id: row.get(1)?,
            customer_number: row.parse(2, "customer number")?,
            customer_name: row.get(3)?,
        },
        user_id: row.parse(4, "user ID")?,
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
        subject: row.get(18)?,
        name: row.get(19)?,
        department: row.get(20)?,
        certificate_end: row.get(21)?,
    })
}

/// Adds a user with the rights that are granted, and with the right to one issuance; the row.
///
/// # Errors
///
/// The database's, also if the customer has, or has had, a user of that ID.
pub fn insert(
    tx: &Tx,
    customer: i64,
    new: &NewUser<'_>,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let id = tx
        .query_one(
            "INSERT INTO account (customer, user_id, email, is_primary, may_issue, password_hash,
                                  password_initial, password_set_at, password_generation,
                                  created_at, subject, name, name_key, department,
                                  department_key)
             VALUES (?1, ?2, ?3, ?4, 1, ?5, 1, ?6, 1, ?6, ?7, ?8, ?9, ?10, ?11) RETURNING id",
            &params![
                customer,
                new.user_id,
                new.email,
                new.is_primary,
                new.password_hash,
                now,
                new.subject,
                new.name,
                new.name.map(|name| folded(name.as_str())),
                new.department,
                new.department.map(|department| folded(department.as_str()))
            ],
        )?
        .get(0)?;
    permission::grant(tx, id, new.permissions)?;
    let (name, department) =
        (new.name.map(PersonName::as_str), new.department.map(Department::as_str));
    search::set(tx, customer, id, &[Some(new.user_id.as_str()), new.email, name, department])?;
    Ok(id)
}

/// The user of that ID at that customer, locked in a change; none that was deleted.
///
/// # Errors
///
/// The database's.
pub fn find(tx: &Tx, customer: &CustomerNumber, user: &UserId) -> Result<Option<User>, StoreError> {
    let found = find_unlocked(tx, customer, user)?;
    match found {
        Some(found) if tx.takes_locks() => {
            lock(tx, found.id)?;
            find_unlocked(tx, customer, user)
        }
        found => Ok(found),
    }
}

fn find_unlocked(
    tx: &Tx,
    customer: &CustomerNumber,
    user: &UserId,
) -> Result<Option<User>, StoreError> {
    tx.query_opt(
        select!("WHERE customer.number = ?1 AND account.user_id = ?2 AND deleted_at IS NULL"),
        &params![customer, user],
    )?
    .map(|row| read(&row))
    .transpose()
}

/// The user with that row, who may have been deleted.
///
/// # Errors
///
/// The database's, also if there is no such row.
pub fn get(tx: &Tx, id: i64) -> Result<User, StoreError> {
    read(&tx.query_one(select!("WHERE account.id = ?1"), &params![id])?)
}

/// Has whatever else decides about a user wait until this transaction is over, where more than one can be
/// at work: what is read after it is what is decided on. A transaction that only reads has its snapshot.
///
/// # Errors
///
/// The database's, also if there is no such row.
pub fn lock(tx: &Tx, id: i64) -> Result<(), StoreError> {
    if !tx.takes_locks() {
        return Ok(());
    }
    tx.query_one("SELECT id FROM account WHERE id = ?1 /*lock*/", &params![id]).map(drop)
}

/// All users of a customer, the primary administrator first.
///
/// # Errors
///
/// The database's.
pub fn of_customer(tx: &Tx, customer: i64) -> Result<Vec<User>, StoreError> {
    let rows = tx.query(
        select!(
            "WHERE customer.id = ?1 AND deleted_at IS NULL
             ORDER BY is_primary DESC, account.user_id"
        ),
        &params![customer],
    )?;
    rows.iter().map(read).collect()
}

/// The users of a customer whose IDs come after one, by ID. A page costs the same out of 100 users and out
/// of 1,000,000.
///
/// # Errors
///
/// The database's.
pub fn page(tx: &Tx, customer: i64, after: &str, limit: u32) -> Result<Vec<User>, StoreError> {
    tx.query(PAGE, &params![customer, after, limit])?.iter().map(read).collect()
}

const PAGE: &str = select!(
    "WHERE account.customer = ?1 AND account.user_id > ?2 AND deleted_at IS NULL
     ORDER BY account.user_id LIMIT ?3"
);

/// The row of a user ID that the customer has, or has had: an ID is never given away again.
///
/// # Errors
///
/// The database's.
pub fn row_of(tx: &Tx, customer: i64, user_id: &str) -> Result<Option<i64>, StoreError> {
    tx.query_opt(
        "SELECT id FROM account WHERE customer = ?1 AND user_id = ?2",
        &params![customer, user_id],
    )?
    .map(|row| row.get(0))
    .transpose()
}

/// Changes the e-mail address of a user.
///
/// # Errors
///
/// The database's.
pub fn set_email(tx: &Tx, id: i64, email: Option<&str>) -> Result<(), StoreError> {
    tx.execute("UPDATE account SET email = ?2 WHERE id = ?1", &params![id, email])?;
    let user = get(tx, id)?;
    search::set(tx, user.customer.id, id, &user.searched())
}

/// Changes what a user and the department are called.
///
/// # Errors
///
/// The database's.
pub fn set_names(
    tx: &Tx,
    id: i64,
    name: Option<&PersonName>,
    department: Option<&Department>,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE account SET name = ?2, name_key = ?3, department = ?4, department_key = ?5
         WHERE id = ?1",
        &params![
            id,
            name,
            name.map(|name| folded(name.as_str())),
            department,
            department.map(|department| folded(department.as_str()))
        ],
    )?;
    let user = get(tx, id)?;
    search::set(tx, user.customer.id, id, &user.searched())
}

/// What the user of that ID is called at the customer of that number; none of one who was deleted.
///
/// # Errors
///
/// The database's.
pub fn name_of(tx: &Tx, customer: &str, user_id: &str) -> Result<Option<String>, StoreError> {
    let row = tx.query_opt(
        "SELECT account.name FROM account JOIN customer ON customer.id = account.customer
         WHERE customer.number = ?1 AND account.user_id = ?2",
        &params![customer, user_id],
    )?;
    row.map_or(Ok(None), |row| row.get(0))
}

/// Counts a change that an administrator made.
///
/// # Errors
///
/// The database's.
pub fn bump_version(tx: &Tx, id: i64) -> Result<(), StoreError> {
    tx.execute("UPDATE account SET version = version + 1 WHERE id = ?1", &params![id]).map(drop)
}

/// Gives the right to one issuance, or takes it (FAQ 2-5).
///
/// # Errors
///
/// The database's.
pub fn set_may_issue(tx: &Tx, id: i64, may_issue: bool) -> Result<(), StoreError> {
    tx.execute("UPDATE account SET may_issue = ?2 WHERE id = ?1", &params![id, may_issue]).map(drop)
}

/// Suspends a user; the day of a suspension that stands already stays.
///
/// # Errors
///
/// The database's.
pub fn suspend(tx: &Tx, id: i64, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE account SET suspended_at = ?2 WHERE id = ?1 AND suspended_at IS NULL",
        &params![id, now],
    )
    .map(drop)
}

/// Ends a suspension.
///
/// # Errors
///
/// The database's.
pub fn resume(tx: &Tx, id: i64) -> Result<(), StoreError> {
    tx.execute("UPDATE account SET suspended_at = NULL WHERE id = ?1", &params![id]).map(drop)
}

/// Marks a user as deleted; what is secret or personal in the row goes.
///
/// # Errors
///
/// The database's.
pub fn delete(tx: &Tx, id: i64, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE account
         SET deleted_at = ?2, may_issue = 0, password_hash = '', email = NULL, name = NULL,
             name_key = NULL, department = NULL, department_key = NULL
         WHERE id = ?1",
        &params![id, now],
    )?;
    search::delete(tx, id)
}

/// Writes down a login.
///
/// # Errors
///
/// The database's.
pub fn set_last_login(tx: &Tx, id: i64, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE account SET last_login_at = ?2 WHERE id = ?1", &params![id, now]).map(drop)
}

/// Sets another password. Tries that are being verified are of the old one, and count no more.
///
/// # Errors
///
/// The database's.
pub fn set_password(
    tx: &Tx,
    id: i64,
    hash: &str,
    initial: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE account
         SET password_hash = ?2, password_initial = ?3, password_set_at = ?4,
             password_generation = password_generation + 1,
             failed_count = CASE WHEN failed_count > unverified_count
                                 THEN failed_count - unverified_count ELSE 0 END,
             unverified_count = 0
         WHERE id = ?1",
        &params![id, hash, initial, now],
    )
    .map(drop)
}

/// Counts a try that is to be verified, if fewer than `most` are counted; whether it was.
///
/// # Errors
///
/// The database's.
pub fn count_attempt(tx: &Tx, id: i64, most: u8, now: Timestamp) -> Result<bool, StoreError> {
    let counted = tx.execute(
        "UPDATE account SET failed_count = failed_count + 1,
                            unverified_count = unverified_count + 1, unverified_at = ?3
         WHERE id = ?1 AND failed_count < ?2",
        &params![id, most, now],
    )?;
    Ok(counted > 0)
}

/// Takes a try back that was counted and never verified, unless the password is another one by now.
///
/// # Errors
///
/// The database's.
pub fn take_attempt_back(tx: &Tx, id: i64, generation: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE account SET failed_count = failed_count - 1,
                            unverified_count = unverified_count - 1
         WHERE id = ?1 AND password_generation = ?2 AND unverified_count > 0",
        &params![id, generation],
    )
    .map(drop)
}

/// Notes that a counted try has its verdict: the tries that are counted, and how many of them have none.
/// None if the password is another one by now.
///
/// # Errors
///
/// The database's.
pub fn judge_attempt(tx: &Tx, id: i64, generation: i64) -> Result<Option<(u8, u8)>, StoreError> {
    tx.query_opt(
        "UPDATE account SET unverified_count = unverified_count - 1
         WHERE id = ?1 AND password_generation = ?2 AND unverified_count > 0
         RETURNING failed_count, unverified_count",
        &params![id, generation],
    )?
    .map(|row| Ok((row.get(0)?, row.get(1)?)))
    .transpose()
}

/// Sets the tries that are counted.
///
/// # Errors
///
/// The database's.
pub fn set_failed_count(tx: &Tx, id: i64, count: u8) -> Result<(), StoreError> {
    tx.execute("UPDATE account SET failed_count = ?2 WHERE id = ?1", &params![id, count]).map(drop)
}

/// Takes a lock away; tries that are being verified stay counted.
///
/// # Errors
///
/// The database's.
pub fn unlock(tx: &Tx, id: i64) -> Result<(), StoreError> {
    tx.execute("UPDATE account SET failed_count = unverified_count WHERE id = ?1", &params![id])
        .map(drop)
}

/// Takes back the tries that were counted and have no verdict, of users whose last one was counted before
/// that moment; of how many.
///
/// # Errors
///
/// The database's.
pub fn forget_unverified(tx: &Tx, before: Timestamp) -> Result<usize, StoreError> {
    tx.execute(
        "UPDATE account
         SET failed_count = CASE WHEN failed_count > unverified_count
                                 THEN failed_count - unverified_count ELSE 0 END,
             unverified_count = 0
         WHERE unverified_count > 0 AND coalesce(unverified_at, 0) < ?1",
        &params![before],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_from_an_index_in_its_order() {
        let plan = Tx::in_sqlite().plan(PAGE);
        assert!(
            plan[0].contains("(customer=? AND user_id>?)")
                || plan[1].contains("(customer=? AND user_id>?)"),
            "{plan:?}"
        );
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:?}");
    }
}
