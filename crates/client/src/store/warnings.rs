//! The warnings before an expiry that somebody has been told.

use rusqlite::{Transaction, TransactionBehavior, params};
use warifu_protocol::Thumbprint;

use super::Database;
use crate::Failure;

impl Database {
    /// Remembers that somebody was warned of a certificate's expiry; false if that is known already.
    ///
    /// `days` are those of the threshold, 0 for the expiry itself; the thresholds before it count as
    /// told too.
    pub(crate) fn save_warning(
        &self,
        thumbprint: &Thumbprint,
        days: u16,
        passed: &[u16],
    ) -> Result<bool, Failure> {
        let connection = self.lock();
        let transaction = Transaction::new_unchecked(&connection, TransactionBehavior::Immediate)?;
        let insert = |days: u16| {
            transaction.execute(
                "INSERT INTO warning (thumbprint, days) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                params![thumbprint.as_str(), days],
            )
        };
        for earlier in passed {
            insert(*earlier)?;
        }
        let new = insert(days)? > 0;
        transaction.commit()?;
        Ok(new)
    }
}
