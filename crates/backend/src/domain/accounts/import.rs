//! Many users from one file: all or none, and every line that stands in the way is named.
//!
//! Each new user costs a hash of an initial password, so that an import has a limit and the hashes are
//! made before the change begins: nobody waits for them.

use std::{
    collections::{BTreeSet, HashSet},
    sync::{Arc, PoisonError},
};

use warifu_protocol::{
    CreatedUser, Details, ErrorCode, ImportAnswer, ImportProblem, ImportedUser, UserImport,
};
use warifu_store::{Tx, tables::account};

use super::{Administrator, check_known, initial_password};
use crate::{domain::Backend, error::Error, random};

/// Creates the users of a file, or says what stands in the way.
pub(crate) async fn import(
    backend: &Arc<Backend>,
    by: Administrator,
    import: UserImport,
) -> Result<ImportAnswer, Error> {
    let _one = Importing::begin(backend, by.user.customer.id)?;
    let limit = backend.config.import_max_users;
    if import.users.len() > limit as usize {
        let details = Details { limit: Some(limit), ..Details::default() };
        return Err(Error::with(ErrorCode::ImportTooLarge, details));
    }
    let (shared, reader) = (Arc::clone(backend), by.clone());
    let users = Arc::new(import.users);
    let examined = Arc::clone(&users);
    // A question for each line: on a thread of its own, so that a long file keeps nobody waiting.
    let problems =
        backend.store.read_at_length(move |tx| problems(tx, &shared, &reader, &examined)).await?;
    if import.dry_run || !problems.is_empty() {
        return Ok(ImportAnswer { users: Vec::new(), problems });
    }

    // One after the other, in the last lane: nobody waits for the hashes of a whole file.
    let place = by.place(backend)?;
    let mut created = Vec::with_capacity(users.len());
    let mut hashes = Vec::with_capacity(users.len());
    for ImportedUser { user, .. } in users.iter() {
        let initial = initial_password(&backend.config, user.initial_password.clone())?;
        hashes.push((place.hash(initial.clone()).await?, random::name()?));
        created.push(CreatedUser {
            user_id: user.user_id.clone(),
            name: user.name.clone(),
            department: user.department.clone(),
            initial_password: initial,
        });
    }
    let shared = Arc::clone(backend);
    let problems = backend
        .store
        .write(move |tx| {
            let by = by.again(tx, &shared.config)?;
            // Another administrator may have been faster.
            let problems = self::problems(tx, &shared, &by, &users)?;
            if problems.is_empty() {
                for (ImportedUser { user, .. }, (hash, subject)) in users.iter().zip(&hashes) {
                    by.create(tx, user, hash, subject)?;
                }
            }
            Ok::<_, Error>(problems)
        })
        .await?;
    let users = if problems.is_empty() { created } else { Vec::new() };
    Ok(ImportAnswer { users, problems })
}

/// That a customer imports; one file at a time, so that nobody's files keep others from working.
struct Importing<'a> {
    backend: &'a Backend,
    customer: i64,
}

impl<'a> Importing<'a> {
    fn begin(backend: &'a Backend, customer: i64) -> Result<Self, Error> {
        let mut busy = backend.imports.lock().unwrap_or_else(PoisonError::into_inner);
        if !busy.insert(customer) {
            return Err(Error::refused(ErrorCode::BackendBusy));
        }
        Ok(Self { backend, customer })
    }
}

impl Drop for Importing<'_> {
    fn drop(&mut self) {
        let mut busy = self.backend.imports.lock().unwrap_or_else(PoisonError::into_inner);
        busy.remove(&self.customer);
    }
}

fn problems(
    tx: &Tx,
    backend: &Backend,
    by: &Administrator,
    users: &[ImportedUser],
) -> Result<Vec<ImportProblem>, Error> {
    let customer = by.user.customer.id;
    let mut seen = HashSet::new();
    let mut problems = Vec::new();
    for ImportedUser { row, user } in users {
        let taken = account::row_of(tx, customer, user.user_id.as_str())?.is_some();
        let mut problem = |field: &str, code| {
            problems.push(ImportProblem { row: *row, field: field.to_owned(), code });
        };
        if !seen.insert(&user.user_id) || taken {
            problem("user_id", ErrorCode::UserExists);
        }
        if check_known(&backend.config, &user.permissions).is_err() {
            problem("permissions", ErrorCode::InvalidRequest);
        } else {
            let wanted: BTreeSet<_> = user.permissions.iter().cloned().collect();
            if !wanted.is_subset(&by.held) {
                problem("permissions", ErrorCode::BeyondOwnPermissions);
            }
        }
        if user.initial_password.is_some()
            && initial_password(&backend.config, user.initial_password.clone()).is_err()
        {
            problem("initial_password", ErrorCode::PasswordRejected);
        }
    }
    Ok(problems)
}
