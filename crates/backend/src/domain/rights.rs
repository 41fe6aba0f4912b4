//! What a user may use of the service (FAQ 1-3).

use std::collections::HashSet;

use warifu_protocol::Permission;
use warifu_store::{
    StoreError, Tx,
    tables::{account::User, permission},
};

use crate::config::Config;

/// The rights that a user holds: the primary administrator every one that there is (FAQ 1-3).
///
/// # Errors
///
/// The database's.
pub(crate) fn held(tx: &Tx, config: &Config, user: &User) -> Result<Vec<Permission>, StoreError> {
    let known = config.permissions().map(|permission| permission.name);
    if user.is_primary {
        return Ok(known.collect());
    }
    // What the provider has taken out of the configuration opens nothing any more.
    let known: HashSet<_> = known.collect();
    let stored = permission::of_account(tx, user.id)?;
    Ok(stored.into_iter().filter(|permission| known.contains(permission)).collect())
}
