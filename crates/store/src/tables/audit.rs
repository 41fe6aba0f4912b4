//! `audit`, `audit_chain` and `audit_joint`: the rows of the record, the last one of each chain, and the last
//! one of the only chain that there was before. The rules of the chains are the backend's.

use serde::Serialize;
use warifu_protocol::Timestamp;

use crate::{
    StoreError, Tx,
    value::{Row, params},
};

/// A row of the record.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// Its number in the whole record, which the database gives: within a chain it only grows.
    pub seq: i64,
    /// When, in seconds since 1970.
    pub at: Timestamp,
    /// What kind of actor; none in rows of 0.1.0, which had no such column.
    pub actor_kind: Option<String>,
    /// Who did it.
    pub actor: String,
    /// What was done.
    pub act: String,
    /// The customer's number.
    pub customer: Option<String>,
    /// Whom it was done to.
    pub subject: Option<String>,
    /// The certificate's thumbprint.
    pub certificate: Option<String>,
    /// The PC, as JSON.
    pub device: Option<String>,
    /// The network address.
    pub address: Option<String>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// How often, if the row stands for more than one refusal.
    pub times: Option<u32>,
    /// Over this row and the hash of the one before.
    #[serde(skip)]
    pub hash: Vec<u8>,
    /// Its chain: a customer's number, or empty for the provider's; none up to the joint.
    #[serde(skip)]
    pub chain: Option<String>,
    /// Its place in that chain, from 1.
    #[serde(skip)]
    pub place: Option<i64>,
    /// With it the hash covers the name of a person of the provider's, whom customers are not told.
    #[serde(skip)]
    pub veil: Option<Vec<u8>>,
}

/// The columns of a row, in the order in which they are read.
macro_rules! columns {
    () => {
        "seq, at, actor_kind, actor, act, customer, subject, certificate, device, address, reason,
         times, hash, chain, place, veil"
    };
}

fn read(row: &Row) -> Result<Record, StoreError> {
    Ok(Record {
        seq: row.get(0)?,
        at: row.get(1)?,
        actor_kind: row.get(2)?,
        actor: row.get(3)?,
        act: row.get(4)?,
        customer: row.get(5)?,
        subject: row.get(6)?,
        certificate: row.get(7)?,
        device: row.get(8)?,
        address: row.get(9)?,
        reason: row.get(10)?,
        times: row.get(11)?,
        hash: row.get(12)?,
        chain: row.get(13)?,
        place: row.get(14)?,
        veil: row.get(15)?,
    })
}

/// The last row of a chain.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Head {
    /// A customer's number, or empty for the provider's.
    pub chain: String,
    /// The row's place, or 0 where there is none.
    pub place: i64,
    /// The row's hash; where there is none, that of the joint.
    pub hash: Vec<u8>,
}

/// The number and the hash of the last row of the one chain that there was before; 0 and zeros if it had none.
///
/// # Errors
///
/// The database's.
pub fn joint(tx: &Tx) -> Result<(i64, Vec<u8>), StoreError> {
    let row = tx.query_one("SELECT seq, hash FROM audit_joint", &[])?;
    Ok((row.get(0)?, row.get(1)?))
}

/// When the last row was made.
///
/// # Errors
///
/// The database's.
pub fn last_time(tx: &Tx) -> Result<Option<Timestamp>, StoreError> {
    tx.query_opt("SELECT at FROM audit ORDER BY seq DESC LIMIT 1", &[])?
        .map(|row| row.get(0))
        .transpose()
}

/// How many rows were ever written, without counting them.
///
/// # Errors
///
/// The database's.
pub fn count(tx: &Tx) -> Result<i64, StoreError> {
    let chained = "SELECT CAST(coalesce(sum(place), 0) AS BIGINT) FROM audit_chain";
    Ok(joint(tx)?.0 + tx.query_one(chained, &[])?.get::<i64>(0)?)
}

/// The heads of all chains, by chain.
///
/// # Errors
///
/// The database's.
pub fn heads(tx: &Tx) -> Result<Vec<Head>, StoreError> {
    let rows = tx.query("SELECT chain, place, hash FROM audit_chain ORDER BY chain", &[])?;
    rows.iter()
        .map(|row| Ok(Head { chain: row.get(0)?, place: row.get(1)?, hash: row.get(2)? }))
        .collect()
}

/// The chain of what is about that customer. It is the provider's for nobody in particular, and for a number
/// that nobody has: whoever tries numbers makes no chains.
///
/// # Errors
///
/// The database's.
pub fn chain_of<'a>(tx: &Tx, customer: Option<&'a str>) -> Result<&'a str, StoreError> {
    let Some(number) = customer else { return Ok("") };
    let known = tx.query_opt("SELECT 1 FROM customer WHERE number = ?1", &params![number])?;
    Ok(if known.is_some() { number } else { "" })
}

/// Takes the next place of a chain, and with it the chain: until the transaction ends, nobody else does.
/// The place, and the hash of the row before it.
///
/// # Errors
///
/// The database's.
pub fn take_place(tx: &Tx, chain: &str) -> Result<(i64, Vec<u8>), StoreError> {
    const TAKE: &str =
        "UPDATE audit_chain SET place = place + 1 WHERE chain = ?1 RETURNING place, hash";
    let taken = match tx.query_opt(TAKE, &params![chain])? {
        Some(taken) => taken,
        None => {
            tx.execute(
                "INSERT INTO audit_chain (chain, place, hash) SELECT ?1, 0, hash FROM audit_joint
                 WHERE true ON CONFLICT (chain) DO NOTHING",
                &params![chain],
            )?;
            tx.query_one(TAKE, &params![chain])?
        }
    };
    Ok((taken.get(0)?, taken.get(1)?))
}

/// Adds a row in the place that was taken for it, and makes it the last of its chain. Its number is the
/// database's to give.
///
/// # Errors
///
/// The database's.
pub fn append(tx: &Tx, record: &Record) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO audit (at, actor_kind, actor, act, customer, subject, certificate, device,
                            address, reason, times, hash, chain, place, veil)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        &params![
            record.at,
            record.actor_kind.as_ref(),
            &record.actor,
            &record.act,
            record.customer.as_ref(),
            record.subject.as_ref(),
            record.certificate.as_ref(),
            record.device.as_ref(),
            record.address.as_ref(),
            record.reason.as_ref(),
            record.times,
            record.hash.as_slice(),
            record.chain.as_ref(),
            record.place,
            record.veil.as_deref()
        ],
    )?;
    tx.execute(
        "UPDATE audit_chain SET hash = ?2 WHERE chain = ?1",
        &params![record.chain.as_ref(), record.hash.as_slice()],
    )
    .map(drop)
}

/// Up to `limit` rows after a number, oldest first.
///
/// # Errors
///
/// The database's.
pub fn after(tx: &Tx, seq: i64, limit: u32) -> Result<Vec<Record>, StoreError> {
    let rows = tx.query(
        concat!("SELECT ", columns!(), " FROM audit WHERE seq > ?1 ORDER BY seq LIMIT ?2"),
        &params![seq, limit],
    )?;
    rows.iter().map(read).collect()
}

/// Up to `limit` rows of a chain after a place, in their order.
///
/// # Errors
///
/// The database's.
pub fn of_chain(tx: &Tx, chain: &str, place: i64, limit: u32) -> Result<Vec<Record>, StoreError> {
    tx.query(OF_CHAIN, &params![chain, place, limit])?.iter().map(read).collect()
}

const OF_CHAIN: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM audit WHERE chain = ?1 AND place > ?2 ORDER BY place LIMIT ?3"
);

/// When the last row of that act was made.
///
/// # Errors
///
/// The database's.
pub fn last_time_of(tx: &Tx, act: &str) -> Result<Option<Timestamp>, StoreError> {
    tx.query_opt("SELECT at FROM audit WHERE act = ?1 ORDER BY seq DESC LIMIT 1", &params![act])?
        .map(|row| row.get(0))
        .transpose()
}

/// When the row of that number was made, if it is the customer's.
///
/// # Errors
///
/// The database's.
pub fn time_of(tx: &Tx, customer: &str, seq: i64) -> Result<Option<Timestamp>, StoreError> {
    tx.query_opt("SELECT at FROM audit WHERE seq = ?1 AND customer = ?2", &params![seq, customer])?
        .map(|row| row.get(0))
        .transpose()
}

/// Which rows of a customer are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Filter<'a> {
    /// Who did it or whom it was done to.
    pub person: Option<&'a str>,
    /// What was done.
    pub act: Option<&'a str>,
    /// From this moment on.
    pub since: Timestamp,
    /// Before this one.
    pub until: Timestamp,
    /// Before the row of this moment and number, in the order of the page.
    pub before: (Timestamp, i64),
}

/// Up to `limit` rows of a customer, newest first. Of the same second, and if the clock was set back, the
/// number decides.
///
/// # Errors
///
/// The database's.
pub fn page(
    tx: &Tx,
    customer: &str,
    filter: &Filter<'_>,
    limit: u32,
) -> Result<Vec<Record>, StoreError> {
    let sql = PAGES[usize::from(filter.person.is_some())][usize::from(filter.act.is_some())];
    let mut values = params![
        customer,
        filter.since,
        filter.until,
        filter.before.0,
        filter.before.1,
        limit,
        filter.person.or(filter.act),
        filter.act
    ]
    .to_vec();
    values.truncate(6 + usize::from(filter.person.is_some()) + usize::from(filter.act.is_some()));
    tx.query(sql, &values)?.iter().map(read).collect()
}

/// Up to `limit` rows about one user of a customer, newest first, before the row of that moment and number.
///
/// # Errors
///
/// The database's.
pub fn about(
    tx: &Tx,
    customer: &str,
    subject: &str,
    before: (Timestamp, i64),
    limit: u32,
) -> Result<Vec<Record>, StoreError> {
    let values = params![customer, subject, before.0, before.1, limit];
    tx.query(ABOUT, &values)?.iter().map(read).collect()
}

const ABOUT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM audit WHERE customer = ?1 AND subject = ?2 AND (at, seq) < (?3, ?4)
     ORDER BY at DESC, seq DESC LIMIT ?5"
);

/// The last row about one user of a customer that is of either of two acts.
///
/// # Errors
///
/// The database's.
pub fn last_about(
    tx: &Tx,
    customer: &str,
    subject: &str,
    acts: [&str; 2],
) -> Result<Option<Record>, StoreError> {
    let values = params![customer, subject, acts[0], acts[1]];
    tx.query_opt(LAST_ABOUT, &values)?.as_ref().map(read).transpose()
}

const LAST_ABOUT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM audit WHERE customer = ?1 AND subject = ?2 AND act IN (?3, ?4)
     ORDER BY at DESC, seq DESC LIMIT 1"
);

/// A part of a page: one index for each filter, each in the order of time.
macro_rules! part {
    ($condition:literal) => {
        concat!(
            "SELECT * FROM (SELECT ",
            columns!(),
            " FROM audit WHERE customer = ?1 AND at >= ?2 AND at < ?3 AND (at, seq) < (?4, ?5)",
            $condition,
            " ORDER BY at DESC, seq DESC LIMIT ?6) AS part"
        )
    };
}

/// By person and by act: without, with.
///
/// A person did it, or it was done to them; what somebody did to themselves is there once. What the
/// provider or the backend did is nobody's of that name. Rows of 0.1.0 have no kind of actor: there only
/// what the provider did came from no address.
const PAGES: [[&str; 2]; 2] = [
    [part!(""), part!(" AND act = ?7")],
    [
        concat!(
            part!(
                " AND actor = ?7 AND coalesce(actor_kind, CASE WHEN address IS NULL
                      THEN 'provider' ELSE 'user' END) NOT IN ('provider', 'system')"
            ),
            " UNION ",
            part!(" AND subject = ?7"),
            " ORDER BY at DESC, seq DESC LIMIT ?6"
        ),
        concat!(
            part!(
                " AND actor = ?7 AND coalesce(actor_kind, CASE WHEN address IS NULL
                      THEN 'provider' ELSE 'user' END) NOT IN ('provider', 'system')
                  AND act = ?8"
            ),
            " UNION ",
            part!(" AND subject = ?7 AND act = ?8"),
            " ORDER BY at DESC, seq DESC LIMIT ?6"
        ),
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_has_its_index_in_its_order() {
        let tx = Tx::in_sqlite();
        for sql in PAGES.into_iter().flatten() {
            let plan = tx.plan(sql);
            let looks: Vec<_> = plan.iter().filter(|step| step.contains(" audit")).collect();
            assert!(!looks.is_empty(), "{plan:?}");
            for step in looks {
                assert!(step.starts_with("SEARCH audit USING INDEX"), "{sql}: {plan:?}");
                assert!(step.contains("at>"), "{sql}: {plan:?}");
            }
            // Only what two parts give is put in order.
            assert!(sql.contains("UNION") || !plan.iter().any(|step| step.contains("TEMP B-TREE")));
        }
    }

    #[test]
    fn a_chain_is_read_by_its_index_in_its_order() {
        let plan = Tx::in_sqlite().plan(OF_CHAIN);
        assert!(plan.iter().any(|step| step.contains("audit_by_chain")), "{plan:?}");
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:?}");
    }

    #[test]
    fn what_is_about_one_user_is_found_by_their_index_in_its_order() {
        let tx = Tx::in_sqlite();
        for sql in [ABOUT, LAST_ABOUT] {
            let plan = tx.plan(sql);
            assert!(plan.iter().any(|step| step.contains("audit_by_subject")), "{plan:?}");
            assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:?}");
        }
    }
}
