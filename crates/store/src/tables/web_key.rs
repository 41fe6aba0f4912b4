//! `web_key`: what signs what services are told. At most one key is the next, and one the active.

use warifu_protocol::Timestamp;

use crate::{
    StoreError, Tx,
    value::{Row, params},
};

/// How far a key is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum State {
    /// Services may know it already; it signs nothing yet.
    Next,
    /// It signs.
    Active,
    /// It signs nothing any more; what it signed is still good for a while.
    Retired,
}

impl State {
    const ALL: [Self; 3] = [Self::Next, Self::Active, Self::Retired];

    /// The state as it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Active => "active",
            Self::Retired => "retired",
        }
    }
}

impl std::str::FromStr for State {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let same = |state: &Self| state.as_str() == text;
        Self::ALL.into_iter().find(same).ok_or(StoreError::Unreadable("key state"))
    }
}

/// A key.
#[derive(Clone, Debug)]
pub struct Key {
    /// Names it (RFC 7638).
    pub kid: String,
    /// How far it is.
    pub state: State,
    /// A point on P-256, uncompressed (SEC 1 §2.3.3).
    pub public_key: Vec<u8>,
    /// PKCS#8 in PEM, encrypted; none once it is retired.
    pub private_key: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it is in its state.
    pub state_at: Timestamp,
}

fn read(row: &Row) -> Result<Key, StoreError> {
    Ok(Key {
        kid: row.get(0)?,
        state: row.parse(1, "key state")?,
        public_key: row.get(2)?,
        private_key: row.get(3)?,
        created_at: row.get(4)?,
        state_at: row.get(5)?,
    })
}

/// Every key that is kept, the oldest first.
///
/// # Errors
///
/// The database's.
pub fn all(tx: &Tx) -> Result<Vec<Key>, StoreError> {
    tx.query(
        "SELECT kid, state, public_key, private_key, created_at, state_at FROM web_key
         ORDER BY created_at, kid",
        &[],
    )?
    .iter()
    .map(read)
    .collect()
}

/// The key in a state that only one can be in.
///
/// # Errors
///
/// The database's.
pub fn in_state(tx: &Tx, state: State) -> Result<Option<Key>, StoreError> {
    tx.query_opt(
        "SELECT kid, state, public_key, private_key, created_at, state_at FROM web_key
         WHERE state = ?1",
        &params![state.as_str()],
    )?
    .map(|row| read(&row))
    .transpose()
}

/// Adds a key, unless the state that it is to be in is taken; whether it was added.
///
/// # Errors
///
/// The database's.
pub fn insert(tx: &Tx, key: &Key) -> Result<bool, StoreError> {
    let added = tx.execute(
        "INSERT INTO web_key (kid, state, public_key, private_key, created_at, state_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
        &params![
            &key.kid,
            key.state.as_str(),
            key.public_key.as_slice(),
            key.private_key.as_ref(),
            key.created_at,
            key.state_at
        ],
    )?;
    Ok(added > 0)
}

/// Has the next key sign.
///
/// # Errors
///
/// The database's, also while another one is active.
pub fn activate_next(tx: &Tx, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE web_key SET state = 'active', state_at = ?1 WHERE state = 'next'",
        &params![now],
    )
    .map(drop)
}

/// Has the key in a state sign nothing any more, and forgets its private half; whether there was one.
///
/// # Errors
///
/// The database's.
pub fn retire(tx: &Tx, state: State, now: Timestamp) -> Result<bool, StoreError> {
    let retired = tx.execute(
        "UPDATE web_key SET state = 'retired', state_at = ?2, private_key = NULL WHERE state = ?1",
        &params![state.as_str(), now],
    )?;
    Ok(retired > 0)
}

/// Forgets a key.
///
/// # Errors
///
/// The database's.
pub fn delete(tx: &Tx, kid: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM web_key WHERE kid = ?1", &params![kid]).map(drop)
}

/// Forgets the keys that were retired before a moment.
///
/// # Errors
///
/// The database's.
pub fn delete_retired(tx: &Tx, before: Timestamp) -> Result<usize, StoreError> {
    tx.execute("DELETE FROM web_key WHERE state = 'retired' AND state_at < ?1", &params![before])
}
