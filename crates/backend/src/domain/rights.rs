//! What a user may use of the service (FAQ 1-3).

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
    if user.is_primary {
        return Ok(config.permission_names().collect());
    }
    // What the provider has taken out of the configuration opens nothing any more.
    let stored = permission::of_account(tx, user.id)?;
    Ok(stored.into_iter().filter(|permission| config.knows(permission)).collect())
}
