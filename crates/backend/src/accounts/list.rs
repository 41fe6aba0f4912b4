//! The list of users: searched as one types, page by page.
//!
//! Pages go on behind the last ID shown, over an index that covers the question: a page costs the same
//! out of 100 users and out of 100,000. A search may look for any part of an ID or an address, which an
//! index by words could not answer; one that finds nothing reads the whole index.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, params};
use warifu_protocol::{Timestamp, UserPage, UserQuery, UserView};

use super::Administrator;
use crate::{
    Backend,
    certificates::State,
    config::Config,
    directory::{self, User},
    error::Error,
};

/// Users of a page unless the query says otherwise, and at most.
const USUAL: u32 = 50;
const MOST: u32 = 200;

/// A page of the administrator's users.
pub(crate) async fn users(
    backend: &Arc<Backend>,
    by: Administrator,
    query: UserQuery,
) -> Result<UserPage, Error> {
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    let search = query.search.unwrap_or_default().trim().to_lowercase();
    let after = query.after.unwrap_or_default().to_lowercase();
    let shared = Arc::clone(backend);
    backend
        .store
        .read(move |connection| {
            let customer = by.user.customer.id;
            let mut ids = page(connection, customer, &search, &after, limit + 1)?;
            let more = ids.len() > limit as usize;
            ids.truncate(limit as usize);
            let users = ids
                .into_iter()
                .map(|id| by.view(connection, &shared.config, &directory::user(connection, id)?))
                .collect::<Result<Vec<_>, Error>>()?;
            let next = users.last().filter(|_| more).map(|user| user.user_id.clone());
            Ok(UserPage { users, next })
        })
        .await
}

/// The rows of a page, from the index alone: 100,000 users are searched in milliseconds.
fn page(
    connection: &Connection,
    customer: i64,
    search: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<i64>, Error> {
    let mut statement = connection.prepare_cached(PAGE)?;
    let rows = statement.query_map(params![customer, after, search, limit], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// `instr` and not LIKE: nothing in the text means anything but itself.
const PAGE: &str = "
    SELECT id FROM user INDEXED BY users_searched
    WHERE customer = ?1 AND deleted_at IS NULL AND user_id > ?2
      AND (?3 = '' OR instr(searched, ?3) > 0)
    ORDER BY user_id LIMIT ?4";

impl Administrator {
    /// A user as this administrator sees them.
    pub(super) fn view(
        &self,
        connection: &Connection,
        config: &Config,
        user: &User,
    ) -> Result<UserView, Error> {
        let permissions = directory::held(connection, config, user)?;
        let beyond_reach = permissions.iter().any(|permission| !self.held.contains(permission));
        let certificate = certificate(connection, user.id)?;
        let issuable = user.suspended_at.is_none() && user.may_issue;
        Ok(UserView {
            user_id: user.user_id.clone(),
            email: user.email.as_ref().and_then(|email| email.parse().ok()),
            primary: user.is_primary,
            yourself: self.is(user),
            beyond_reach,
            permissions,
            locked: user.wrong_passwords() >= config.password.tries,
            suspended_at: user.suspended_at,
            initial_password: user.password_initial,
            may_issue: issuable,
            certificate_not_after: certificate,
            certificate_expired: certificate.is_some_and(|not_after| self.now > not_after),
            last_login_at: user.last_login_at,
            version: user.version,
        })
    }
}

/// When the user's certificate expires or has expired.
fn certificate(connection: &Connection, user: i64) -> Result<Option<Timestamp>, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT not_after FROM certificate WHERE user = ?1 AND state IN (?2, ?3)
             ORDER BY state, id DESC LIMIT 1",
        )?
        .query_row(params![user, State::Active.as_str(), State::Pending.as_str()], |row| row.get(0))
        .optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::memory;

    #[test]
    fn a_page_is_read_from_the_index_alone() {
        let connection = memory();
        let plan: String = connection
            .query_row(&format!("EXPLAIN QUERY PLAN {PAGE}"), params![1, "", "x", 50], |row| {
                row.get(3)
            })
            .unwrap();
        assert!(plan.contains("COVERING INDEX users_searched"), "{plan}");
    }

    #[test]
    fn what_is_searched_for_is_taken_as_it_stands() {
        let connection = memory();
        connection
            .execute_batch(
                "INSERT INTO customer VALUES (1, '10000001', 'A', 0);
                 INSERT INTO user (customer, user_id, email, is_primary, may_issue, password_hash,
                                   password_initial, password_set_at, password_generation, created_at)
                 VALUES (1, 'a_b', 'X%@example.jp', 0, 1, '', 1, 0, 1, 0),
                        (1, 'acb', NULL, 0, 1, '', 1, 0, 1, 0),
                        (1, 'gone', NULL, 0, 1, '', 1, 0, 1, 0);
                 UPDATE user SET deleted_at = 1 WHERE user_id = 'gone';",
            )
            .unwrap();
        let found =
            |search: &str, after: &str| page(&connection, 1, search, after, 9).unwrap().len();
        assert_eq!(found("", ""), 2);
        assert_eq!(found("a_b", ""), 1);
        assert_eq!(found("x%", ""), 1);
        assert_eq!(found("%", ""), 1);
        assert_eq!(found("gone", ""), 0);
        assert_eq!(found("", "a_b"), 1);
    }
}
