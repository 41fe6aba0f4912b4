//! The certificates of this PC, one row for each user of a profile.

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, TransactionBehavior, params};
use warifu_protocol::{ErrorCode, PersonName, Protection, Timestamp};

use super::{
    Database,
    state::{ProtectionRow, StateRow},
    to_json,
};
use crate::{
    Failure,
    model::{
        identity::{Action, Event, Refused, State},
        stored::{Owner, StoredIdentity},
    },
};

impl Database {
    /// All identities, last used first.
    pub(crate) fn identities(&self) -> Result<Vec<StoredIdentity>, Failure> {
        let connection = self.lock();
        let mut statement = connection.prepare(&format!(
            "SELECT {IDENTITY_COLUMNS} FROM identity ORDER BY last_used_at DESC NULLS LAST, id"
        ))?;
        let rows = statement.query_map([], identity_row)?;
        rows.map(|row| row?.read()).collect()
    }

    /// One identity; `key-missing` if there is none of this id.
    pub(crate) fn identity(&self, id: i64) -> Result<StoredIdentity, Failure> {
        self.lock()
            .query_row(
                &format!("SELECT {IDENTITY_COLUMNS} FROM identity WHERE id = ?1"),
                [id],
                identity_row,
            )
            .optional()?
            .ok_or_else(|| Failure::new(ErrorCode::KeyMissing))?
            .read()
    }

    /// The identity of a user, if this PC has one.
    pub(crate) fn identity_of(&self, owner: &Owner) -> Result<Option<StoredIdentity>, Failure> {
        identity_of(&self.lock(), owner)
    }

    /// Applies an event to a user's identity and stores the result; `act` runs once that is durable.
    pub(crate) fn apply(
        &self,
        owner: &Owner,
        protection: Protection,
        event: Event,
        act: impl Fn(Action),
    ) -> Result<StoredIdentity, Failure> {
        let connection = self.lock();
        // Another process of the same user waits here.
        let transaction = Transaction::new_unchecked(&connection, TransactionBehavior::Immediate)?;
        let current = identity_of(&transaction, owner)?.map(|stored| stored.state);
        let (state, actions) = State::apply(current, event).map_err(|error| {
            let code = match error {
                Refused::Impossible => ErrorCode::AppFailed,
                Refused::Outdated => ErrorCode::RenewalOutdated,
            };
            Failure::new(code).because(&error)
        })?;
        transaction.execute(
            "INSERT INTO identity
                 (profile_id, customer_number, customer_name, user_id, protection, state,
                  holder_name)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (profile_id, customer_number, user_id) DO UPDATE
             SET customer_name = ?3, protection = ?5, state = ?6, holder_name = ?7",
            params![
                owner.profile_id,
                owner.customer_number.as_str(),
                owner.customer_name,
                owner.user_id.as_str(),
                to_json(&ProtectionRow::from(protection))?,
                to_json(&StateRow::from(&state))?,
                owner.holder_name.as_ref().map(PersonName::as_str),
            ],
        )?;
        let stored = identity_of(&transaction, owner)?;
        let counted = self.count_change(&transaction)?;
        transaction.commit()?;
        self.confirm_change(counted);
        drop(connection);
        actions.into_iter().for_each(act);
        stored.ok_or_else(|| Failure::new(ErrorCode::AppFailed))
    }

    /// Remembers when a user has to change the password.
    pub(crate) fn save_password_expiry(&self, id: i64, at: Timestamp) -> Result<(), Failure> {
        self.lock().execute(
            "UPDATE identity SET password_expires_at = ?2 WHERE id = ?1",
            params![id, at],
        )?;
        Ok(())
    }

    /// Remembers which certificate was used for the last login.
    pub(crate) fn save_last_used(&self, id: i64, now: Timestamp) -> Result<(), Failure> {
        self.lock()
            .execute("UPDATE identity SET last_used_at = ?2 WHERE id = ?1", params![id, now])?;
        Ok(())
    }

    /// Remembers what the holder of a certificate is called, as the backend says.
    pub(crate) fn save_holder_name(
        &self,
        id: i64,
        name: Option<&PersonName>,
    ) -> Result<(), Failure> {
        let name = name.map(PersonName::as_str);
        self.lock()
            .execute("UPDATE identity SET holder_name = ?2 WHERE id = ?1", params![id, name])?;
        Ok(())
    }
}

fn identity_of(connection: &Connection, owner: &Owner) -> Result<Option<StoredIdentity>, Failure> {
    connection
        .query_row(
            &format!(
                "SELECT {IDENTITY_COLUMNS} FROM identity
                 WHERE profile_id = ?1 AND customer_number = ?2 AND user_id = ?3"
            ),
            params![owner.profile_id, owner.customer_number.as_str(), owner.user_id.as_str()],
            identity_row,
        )
        .optional()?
        .map(IdentityRow::read)
        .transpose()
}

pub(super) const IDENTITY_COLUMNS: &str = "id, profile_id, customer_number, customer_name, user_id, \
     protection, state, last_used_at, holder_name, password_expires_at";

pub(super) struct IdentityRow {
    id: i64,
    profile_id: i64,
    customer_number: String,
    customer_name: String,
    user_id: String,
    protection: String,
    state: String,
    last_used_at: Option<Timestamp>,
    holder_name: Option<String>,
    password_expires_at: Option<Timestamp>,
}

pub(super) fn identity_row(row: &Row<'_>) -> rusqlite::Result<IdentityRow> {
    Ok(IdentityRow {
        id: row.get(0)?,
        profile_id: row.get(1)?,
        customer_number: row.get(2)?,
        customer_name: row.get(3)?,
        user_id: row.get(4)?,
        protection: row.get(5)?,
        state: row.get(6)?,
        last_used_at: row.get(7)?,
        holder_name: row.get(8)?,
        password_expires_at: row.get(9)?,
    })
}

impl IdentityRow {
    pub(super) fn read(self) -> Result<StoredIdentity, Failure> {
        let damaged =
            |error: &dyn std::error::Error| Failure::new(ErrorCode::DatabaseDamaged).because(error);
        Ok(StoredIdentity {
            id: self.id,
            profile_id: self.profile_id,
            customer_number: self.customer_number.parse().map_err(|e| damaged(&e))?,
            customer_name: self.customer_name,
            user_id: self.user_id.parse().map_err(|e| damaged(&e))?,
            protection: serde_json::from_str::<ProtectionRow>(&self.protection)
                .map_err(|e| damaged(&e))?
                .into(),
            state: serde_json::from_str::<StateRow>(&self.state).map_err(|e| damaged(&e))?.into(),
            last_used_at: self.last_used_at,
            // Only shown: one that an older version's rules do not know costs nobody a certificate.
            holder_name: self.holder_name.and_then(|name| name.parse().ok()),
            password_expires_at: self.password_expires_at,
        })
    }
}
