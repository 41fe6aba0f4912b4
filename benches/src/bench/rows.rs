//! Rows that are written into the databases directly: over the network the passwords' hashes alone would
//! take hours. All that knows the tables is here; it fits the schema of today.

use std::path::Path;

use anyhow::Result;
use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};

/// Where the rows of one kind of table begin: beside all that is made over the network.
const FIRST: u32 = 1_000;

/// Opens a database of the backend's: to write into it, while no backend runs.
fn open(database: &Path) -> Result<Connection> {
    let connection = Connection::open(database)?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    Ok(connection)
}

/// Fills the directory of the first customer up to so many users.
pub(crate) fn users(database: &Path, count: u32) -> Result<()> {
    open(database)?.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT OR IGNORE INTO account (id, customer, user_id, email, is_primary, may_issue,
                                        password_hash, password_initial, password_set_at,
                                        password_generation, created_at, subject)
         SELECT ?2 + i, 1, printf('u%07d', i), printf('u%07d@example.jp', i), 0, 1, 'none', 0, ?3, 1,
                ?3, printf('%032x', i)
         FROM n",
        params![count, FIRST, now()],
    )?;
    Ok(())
}

/// Lets searches find all users: by every end of the ID and of the address, of at most 64 characters.
pub(crate) fn search(database: &Path) -> Result<()> {
    open(database)?.execute(
        "WITH RECURSIVE k (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 19)
         INSERT OR IGNORE INTO search_suffix (customer, suffix, account)
         SELECT customer, substr(text, k.i, 64), id FROM (
             SELECT customer, user_id AS text, id FROM account
             UNION ALL SELECT customer, email, id FROM account) AS whole
         JOIN k ON k.i <= length(text)",
        [],
    )?;
    Ok(())
}

/// A certificate of the usual size for each of the first users.
pub(crate) fn certificates(database: &Path, count: u32) -> Result<()> {
    open(database)?.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO certificate (account, serial, thumbprint, public_key, der, not_before, not_after,
                                  state, state_at)
         SELECT ?2 + i, randomblob(16), lower(hex(randomblob(32))), lower(hex(randomblob(32))),
                randomblob(640), ?3, ?3 + 31536000, 'active', ?3
         FROM n",
        params![count, FIRST, now()],
    )?;
    Ok(())
}

/// The right to a certificate for users behind the first ones: the tokens of their grants, which are good
/// for a quarter of an hour.
pub(crate) fn grants(database: &Path, after: u32, count: u32) -> Result<Vec<String>> {
    let mut connection = open(database)?;
    let transaction = connection.transaction()?;
    let tokens: Vec<_> = (1..=count).map(|number| format!("grant-{after}-{number}")).collect();
    {
        let mut grant = transaction.prepare(
            "INSERT INTO enrolment_grant (token_hash, account, password_generation, expires_at, purpose)
             VALUES (?1, ?2, 1, ?3, 'issuance')",
        )?;
        for (number, token) in (1..).zip(&tokens) {
            let hash = Sha256::digest(token.as_bytes()).to_vec();
            grant.execute(params![hash, FIRST + after + number, now() + 15 * 60])?;
        }
    }
    transaction.commit()?;
    Ok(tokens)
}

/// Fills the record up to so many rows behind those that are there. Their hashes are no chain: nobody
/// verifies it here.
pub(crate) fn record(database: &Path, count: u32) -> Result<()> {
    let mut connection = open(database)?;
    let transaction = connection.transaction()?;
    let last: i64 =
        transaction.query_row("SELECT coalesce(max(seq), 0) FROM audit", [], |row| row.get(0))?;
    transaction.execute(
        "WITH RECURSIVE n (i) AS (SELECT ?1 + 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
         INSERT INTO audit (seq, at, actor, actor_kind, act, customer, subject, hash, chain, place)
         SELECT i, 1000000 + i, printf('u%07d', i % 100000), 'user', 'login',
                (SELECT number FROM customer), printf('u%07d', i % 100000), zeroblob(32),
                (SELECT number FROM customer), 1000000000 + i
         FROM n",
        params![last, count],
    )?;
    transaction.commit()?;
    Ok(())
}

/// How one user's password is hashed.
pub(crate) fn password_hash(database: &Path, user_id: &str) -> Result<String> {
    Ok(open(database)?.query_row(
        "SELECT password_hash FROM account WHERE user_id = ?1",
        [user_id],
        |row| row.get(0),
    )?)
}

/// cfssl's database in WAL mode, as its own migrations leave it, with so many certificates.
pub(crate) fn cfssl(database: &Path, stored: u32) -> Result<()> {
    let connection = Connection::open(database)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.execute_batch(
        "CREATE TABLE certificates (
             serial_number blob NOT NULL, authority_key_identifier blob NOT NULL, ca_label blob,
             status blob NOT NULL, reason int, expiry timestamp, revoked_at timestamp,
             pem blob NOT NULL, issued_at timestamp, not_before timestamp, metadata blob, sans blob,
             common_name blob, PRIMARY KEY (serial_number, authority_key_identifier));
         CREATE TABLE ocsp_responses (
             serial_number blob NOT NULL, authority_key_identifier blob NOT NULL,
             body blob NOT NULL, expiry timestamp,
             PRIMARY KEY (serial_number, authority_key_identifier),
             FOREIGN KEY (serial_number, authority_key_identifier)
                 REFERENCES certificates (serial_number, authority_key_identifier));",
    )?;
    connection.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO certificates (serial_number, authority_key_identifier, status, expiry, pem)
         SELECT hex(randomblob(20)), hex(randomblob(20)), 'good', datetime('now', '+1 year'),
                hex(randomblob(310))
         FROM n WHERE ?1 > 0",
        [stored],
    )?;
    Ok(())
}

/// Seconds since 1970.
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.ok().and_then(|since| i64::try_from(since.as_secs()).ok()).unwrap_or_default()
}
