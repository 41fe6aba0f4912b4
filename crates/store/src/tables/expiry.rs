//! Who is to be written to before a certificate or a password expires, and that they will be: the letters
//! are in [`super::outbox`].

use warifu_protocol::{PersonName, Timestamp, UserId};

use crate::{
    StoreError, Tx,
    value::{Row, Value, params},
};

/// Whether a user looks after the customer's users.
macro_rules! is_administrator {
    ($account:literal) => {
        concat!(
            "(",
            $account,
            ".is_primary = 1 OR EXISTS (
                SELECT 1 FROM permission
                WHERE permission.account = ",
            $account,
            ".id AND permission = 'user-administration'))"
        )
    };
}
pub(super) use is_administrator;

/// Something of a user that comes nearer to its expiry.
#[derive(Clone, Copy, Debug)]
pub struct Nearing {
    /// The certificate, or the number of the password.
    what: i64,
    owner: i64,
    /// When the certificate expires, or when the password was set.
    at: Timestamp,
}

/// The certificates that are used and end between two moments, both included, that were not warned of at
/// `days` before their end or later.
///
/// # Errors
///
/// The database's.
pub fn certificates(
    tx: &Tx,
    (from, until): (Timestamp, Timestamp),
    days: u16,
    limit: usize,
) -> Result<Vec<Nearing>, StoreError> {
    nearing(
        tx,
        "SELECT certificate.id, account.id, not_after
         FROM certificate JOIN account ON account.id = certificate.account
         WHERE state = 'active' AND not_after >= ?1 AND not_after <= ?2
           AND (warned_days IS NULL OR warned_days > ?3)
           AND suspended_at IS NULL AND deleted_at IS NULL
         LIMIT ?4",
        &params![from, until, days, size(limit)],
    )
}

/// The passwords that were set between two moments, both included, and were not warned of at `days` before
/// their end or later. Without a certificate nobody needs one.
///
/// # Errors
///
/// The database's.
pub fn passwords(
    tx: &Tx,
    (from, until): (Timestamp, Timestamp),
    days: u16,
    limit: usize,
) -> Result<Vec<Nearing>, StoreError> {
    nearing(
        tx,
        "SELECT password_generation, account.id, password_set_at FROM account
         WHERE password_initial = 0 AND deleted_at IS NULL AND suspended_at IS NULL
           AND password_set_at >= ?1 AND password_set_at <= ?2
           AND (password_warned_days IS NULL OR password_warned <> password_generation
                OR password_warned_days > ?3)
           AND EXISTS (SELECT 1 FROM certificate
                       WHERE certificate.account = account.id AND state = 'active')
         LIMIT ?4",
        &params![from, until, days, size(limit)],
    )
}

fn nearing(tx: &Tx, sql: &'static str, values: &[Value]) -> Result<Vec<Nearing>, StoreError> {
    let rows = tx.query(sql, values)?;
    rows.iter()
        .map(|row| Ok(Nearing { what: row.get(0)?, owner: row.get(1)?, at: row.get(2)? }))
        .collect()
}

fn size(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Queues the letter about a certificate to its owner, if there is an address. One about it that is
/// farther away and still waits is not needed any more.
///
/// # Errors
///
/// The database's.
pub fn queue_certificate(
    tx: &Tx,
    nearing: &Nearing,
    days: u16,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Nearing { what, owner, at } = *nearing;
    let queued = tx.execute(
        "INSERT INTO outbox (about, threshold, kind, certificate, owner, recipient, expires_at, state,
                             state_at, queued_at, next_at)
         SELECT 'certificate/' || CAST(?1 AS BIGINT) || '/' || id, CAST(?2 AS BIGINT), 'certificate',
                CAST(?1 AS BIGINT), id, id, CAST(?3 AS BIGINT), 'queued', CAST(?4 AS BIGINT),
                CAST(?4 AS BIGINT), CAST(?4 AS BIGINT)
         FROM account WHERE id = ?5 AND email IS NOT NULL
         ON CONFLICT DO NOTHING",
        &params![what, days, at, now, owner],
    )?;
    if queued > 0 {
        drop_farther(tx, &format!("certificate/{what}/{owner}"), days, now)?;
    }
    tx.execute("UPDATE certificate SET warned_days = ?2 WHERE id = ?1", &params![what, days])
        .map(drop)
}

/// The same about a password, which expires at `expires_at`.
///
/// # Errors
///
/// The database's.
pub fn queue_password(
    tx: &Tx,
    nearing: &Nearing,
    days: u16,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Nearing { what, owner, .. } = *nearing;
    let queued = tx.execute(
        "INSERT INTO outbox (about, threshold, kind, owner, generation, recipient, expires_at, state,
                             state_at, queued_at, next_at)
         SELECT 'password/' || id || '/' || CAST(?1 AS BIGINT), CAST(?2 AS BIGINT), 'password', id,
                CAST(?1 AS BIGINT), id, CAST(?3 AS BIGINT), 'queued', CAST(?4 AS BIGINT),
                CAST(?4 AS BIGINT), CAST(?4 AS BIGINT)
         FROM account WHERE id = ?5 AND email IS NOT NULL
         ON CONFLICT DO NOTHING",
        &params![what, days, expires_at, now, owner],
    )?;
    if queued > 0 {
        drop_farther(tx, &format!("password/{owner}/{what}"), days, now)?;
    }
    tx.execute(
        "UPDATE account SET password_warned_days = ?2, password_warned = ?3 WHERE id = ?1",
        &params![owner, days, what],
    )
    .map(drop)
}

fn drop_farther(tx: &Tx, about: &str, days: u16, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE outbox SET state = 'dropped', state_at = ?3
         WHERE about = ?1 AND threshold > ?2 AND state = 'queued'",
        &params![about, days, now],
    )
    .map(drop)
}

/// Who hears that others' certificates expire.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Audience {
    /// Those who look after the customer's users.
    Administrators,
    /// The same again, since nothing has happened.
    AdministratorsAgain,
    /// The provider's operators.
    Operators,
}

impl Audience {
    /// How far up that is, in the column `told`.
    fn level(self) -> i64 {
        match self {
            Self::Administrators => 1,
            Self::AdministratorsAgain => 2,
            Self::Operators => 3,
        }
    }
}

/// The customers with a certificate that is used, ends between two moments, both included, and of which the
/// audience has not heard: by their rows' numbers, those above `after`, at most `limit`.
///
/// # Errors
///
/// The database's.
pub fn untold(
    tx: &Tx,
    audience: Audience,
    (from, until): (Timestamp, Timestamp),
    after: i64,
    limit: usize,
) -> Result<Vec<i64>, StoreError> {
    let rows = tx.query(
        "SELECT DISTINCT customer FROM certificate JOIN account ON account.id = certificate.account
         WHERE state = 'active' AND not_after >= ?1 AND not_after <= ?2 AND told < ?3
           AND suspended_at IS NULL AND deleted_at IS NULL AND customer > ?4
         ORDER BY customer LIMIT ?5",
        &params![from, until, audience.level(), after, size(limit)],
    )?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Queues the list for those who look after a customer's users, to each who has an address and does not
/// have it already on this day (counted from 1970), if somebody else stands in it. Whether the
/// certificates in it can be taken for told: not, if everybody has had a list today.
///
/// # Errors
///
/// The database's.
pub fn queue_lists(
    tx: &Tx,
    customer: i64,
    (from, until): (Timestamp, Timestamp),
    day: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let queued = tx.execute(
        concat!(
            "INSERT INTO outbox (about, threshold, kind, recipient, expires_at, state, state_at,
                                 queued_at, next_at)
             SELECT 'list/' || account.id, CAST(?1 AS BIGINT), 'list', account.id, CAST(?2 AS BIGINT),
                    'queued', CAST(?3 AS BIGINT), CAST(?3 AS BIGINT), CAST(?3 AS BIGINT)
             FROM account
             WHERE customer = ?4 AND email IS NOT NULL
               AND suspended_at IS NULL AND deleted_at IS NULL
               AND ",
            is_administrator!("account"),
            "  AND EXISTS (
                   SELECT 1 FROM certificate JOIN account AS owner ON owner.id = certificate.account
                   WHERE owner.customer = ?4 AND owner.id <> account.id AND state = 'active'
                     AND not_after >= ?5 AND not_after <= ?2
                     AND owner.suspended_at IS NULL AND owner.deleted_at IS NULL)
             ON CONFLICT DO NOTHING",
        ),
        &params![day, until, now, customer, from],
    )?;
    if queued > 0 {
        return Ok(true);
    }
    let had = tx.query_one(
        "SELECT count(*) FROM outbox JOIN account ON account.id = recipient
         WHERE kind = 'list' AND threshold = ?2 AND customer = ?1",
        &params![customer, day],
    )?;
    Ok(had.get::<u32>(0)? == 0)
}

/// Queues the list for the provider, to one of its operators' addresses, unless that has it already on
/// this day; whether it was queued.
///
/// # Errors
///
/// The database's.
pub fn queue_operators(
    tx: &Tx,
    address: &str,
    until: Timestamp,
    day: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let queued = tx.execute(
        "INSERT INTO outbox (about, threshold, kind, address, expires_at, state, state_at, queued_at,
                             next_at)
         VALUES ('operators/' || ?1, ?2, 'operators', ?1, ?3, 'queued', ?4, ?4, ?4)
         ON CONFLICT DO NOTHING",
        &params![address, day, until, now],
    )?;
    Ok(queued > 0)
}

/// Remembers that the audience hears of the certificates that end between two moments, both included: those
/// of one customer or of all.
///
/// # Errors
///
/// The database's.
pub fn set_told(
    tx: &Tx,
    audience: Audience,
    customer: Option<i64>,
    (from, until): (Timestamp, Timestamp),
) -> Result<(), StoreError> {
    macro_rules! told {
        ($whose:literal) => {
            concat!(
                "UPDATE certificate SET told = ?1
                 WHERE state = 'active' AND not_after >= ?2 AND not_after <= ?3 AND told < ?1
                   AND account IN (SELECT id FROM account
                                   WHERE suspended_at IS NULL AND deleted_at IS NULL",
                $whose,
                ")"
            )
        };
    }
    let level = audience.level();
    match customer {
        Some(customer) => {
            tx.execute(told!(" AND customer = ?4"), &params![level, from, until, customer])
        }
        None => tx.execute(told!(""), &params![level, from, until]),
    }
    .map(drop)
}

/// A line of a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listed {
    /// The customer's number.
    pub customer_number: String,
    /// The customer's name.
    pub customer_name: String,
    /// Whose certificate it is.
    pub user_id: UserId,
    /// What they are called, if that was entered.
    pub name: Option<PersonName>,
    /// Whether they can be written to.
    pub has_address: bool,
    /// Whether they are the customer's primary administrator, of whom nobody there can look after.
    pub is_primary: bool,
    /// When it expires.
    pub not_after: Timestamp,
}

/// The certificates in use that end between two moments, both included, the next first: those of one
/// customer or of all, without one user's own. At most `limit`, and how many there are.
///
/// # Errors
///
/// The database's.
pub fn listed(
    tx: &Tx,
    (customer, except): (Option<i64>, Option<i64>),
    (from, until): (Timestamp, Timestamp),
    limit: usize,
) -> Result<(Vec<Listed>, u32), StoreError> {
    macro_rules! found {
        ($columns:literal, $rest:literal) => {
            concat!(
                "SELECT ",
                $columns,
                " FROM certificate JOIN account ON account.id = certificate.account
                       JOIN customer ON customer.id = account.customer
                  WHERE state = 'active' AND not_after >= ?1 AND not_after <= ?2
                    AND suspended_at IS NULL AND deleted_at IS NULL
                    AND (?3 = 0 OR customer.id = ?3) AND account.id <> ?4 ",
                $rest
            )
        };
    }
    let everybody = 0;
    let (customer, except) = (customer.unwrap_or(everybody), except.unwrap_or(everybody));
    let rows = tx.query(
        found!(
            "customer.number, customer.name, user_id, account.name,
             CASE WHEN email IS NOT NULL THEN 1 ELSE 0 END, is_primary, not_after",
            "ORDER BY not_after, customer.number, user_id LIMIT ?5"
        ),
        &params![from, until, customer, except, size(limit)],
    )?;
    let count = tx.query_one(found!("count(*)", ""), &params![from, until, customer, except])?;
    let listed = rows.iter().map(line).collect::<Result<_, _>>()?;
    Ok((listed, count.get(0)?))
}

fn line(row: &Row) -> Result<Listed, StoreError> {
    Ok(Listed {
        customer_number: row.get(0)?,
        customer_name: row.get(1)?,
        user_id: row.parse(2, "user ID")?,
        name: row.get::<Option<String>>(3)?.and_then(|name| name.parse().ok()),
        has_address: row.get(4)?,
        is_primary: row.get(5)?,
        not_after: row.get(6)?,
    })
}
