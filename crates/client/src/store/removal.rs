//! Forgetting a certificate, or a connection profile.

use rusqlite::{OptionalExtension as _, Transaction, TransactionBehavior};
use warifu_protocol::ErrorCode;

use super::{
    Database,
    identities::{IDENTITY_COLUMNS, identity_row},
};
use crate::{
    Failure,
    model::{identity::KeyName, stored::StoredIdentity},
};

impl Database {
    /// Forgets a certificate unless there is a reason not to; gives its keys, which nothing needs any more.
    /// One that is not here is forgotten already.
    pub(crate) fn remove_identity<Reason>(
        &self,
        id: i64,
        kept: impl FnOnce(&StoredIdentity) -> Option<Reason>,
    ) -> Result<Result<Vec<KeyName>, Reason>, Failure> {
        let connection = self.lock();
        // What is looked at must be what is removed, whatever another process does meanwhile.
        let transaction = Transaction::new_unchecked(&connection, TransactionBehavior::Immediate)?;
        let row = transaction
            .query_row(
                &format!("SELECT {IDENTITY_COLUMNS} FROM identity WHERE id = ?1"),
                [id],
                identity_row,
            )
            .optional()?;
        let Some(row) = row else { return Ok(Ok(Vec::new())) };
        let identity = row.read()?;
        if let Some(reason) = kept(&identity) {
            return Ok(Err(reason));
        }
        transaction.execute("DELETE FROM identity WHERE id = ?1", [id])?;
        let counted = self.count_change(&transaction)?;
        transaction.commit()?;
        self.confirm_change(counted);
        Ok(Ok(identity.state.keys().cloned().collect()))
    }

    /// Forgets a profile, and the certificates of it that were withdrawn; gives the number of users
    /// who still have a key, because of whom it was kept.
    ///
    /// # Errors
    ///
    /// `profile-missing` if there is none of this id.
    pub(crate) fn remove_profile(&self, id: i64) -> Result<usize, Failure> {
        let connection = self.lock();
        let transaction = Transaction::new_unchecked(&connection, TransactionBehavior::Immediate)?;
        let mut in_use = 0;
        {
            let mut statement = transaction.prepare(&format!(
                "SELECT {IDENTITY_COLUMNS} FROM identity WHERE profile_id = ?1"
            ))?;
            for row in statement.query_map([id], identity_row)? {
                in_use += usize::from(row?.read()?.state.keys().next().is_some());
            }
        }
        if in_use > 0 {
            return Ok(in_use);
        }
        transaction.execute("DELETE FROM identity WHERE profile_id = ?1", [id])?;
        if transaction.execute("DELETE FROM profile WHERE id = ?1", [id])? == 0 {
            return Err(Failure::new(ErrorCode::ProfileMissing));
        }
        transaction.commit()?;
        Ok(0)
    }
}
