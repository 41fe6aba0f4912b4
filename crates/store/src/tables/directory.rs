//! The list of a customer's users as administrators look through it: in a state, in an order, with a
//! text, page by page; and how many users are in each state.
//!
//! A page goes on behind the last user of the one before, by what the list is ordered by: who is renamed
//! meanwhile moves, and nobody else is lost. Users who have nothing to be ordered by come last.

use std::{cmp::Ordering, fmt};

use warifu_protocol::Timestamp;

use super::{
    account::{self, User},
    search,
};
use crate::{StoreError, Tx, composed::Composed, value::Value};

/// Which users are looked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Filter {
    /// Those with so many wrong passwords.
    Locked(u8),
    /// Those who are suspended.
    Suspended,
    /// Those whose certificate ends between these instants.
    Ending(Timestamp, Timestamp),
    /// Those whose certificate has ended before.
    Ended(Timestamp),
    /// Those who have no certificate.
    WithoutCertificate,
    /// Those who have not changed the initial password.
    InitialPassword,
    /// Those whose name nobody has entered.
    Unnamed,
}

/// What the list is ordered by.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Order {
    /// The user's ID.
    UserId,
    /// The name.
    Name,
    /// The department.
    Department,
    /// The end of the certificate.
    CertificateEnd,
    /// The last login.
    LastLogin,
}

/// A page to be read.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'a> {
    /// Whose users.
    pub customer: i64,
    /// What they contain; anything if it is empty.
    pub search: &'a str,
    /// In which state they are.
    pub filter: Option<Filter>,
    /// What they are ordered by; without it by ID, or by where a text is found.
    pub order: Option<Order>,
    /// Whether the greatest comes first.
    pub descending: bool,
    /// The `next` of the page before, or a user ID.
    pub after: &'a str,
    /// Most users.
    pub limit: u32,
}

/// Users, and where the next page begins, if there is one.
#[derive(Clone, Debug)]
pub struct Page {
    /// The users.
    pub users: Vec<User>,
    /// The next [`Listing::after`].
    pub next: Option<String>,
}

/// Reads a page.
///
/// # Errors
///
/// The database's.
pub fn page(tx: &Tx, listing: &Listing<'_>) -> Result<Page, StoreError> {
    let limit = listing.limit as usize;
    let simple = listing.filter.is_none() && listing.order.is_none() && !listing.descending;
    let (mut users, order) = if simple {
        let Listing { customer, search, after, limit, .. } = *listing;
        let after = after.to_lowercase();
        (search::page(tx, customer, search, &after, limit.saturating_add(1))?, Order::UserId)
    } else {
        let order = listing.order.unwrap_or(Order::UserId);
        (ordered(tx, listing, order, FEW)?, order)
    };
    let more = users.len() > limit;
    users.truncate(limit);
    let next = users.last().filter(|_| more).map(|user| Place::of(user, order).to_string());
    Ok(Page { users, next })
}

/// How many users of a customer are in a state, or how many there are.
///
/// # Errors
///
/// The database's.
pub fn count(tx: &Tx, customer: i64, filter: Option<Filter>) -> Result<u32, StoreError> {
    let counted = Composed::default().sql("SELECT count(*) FROM account WHERE customer = ");
    let counted = counted.value(customer).sql(" AND deleted_at IS NULL");
    tx.query_composed(&filtered(counted, filter))?
        .first()
        .ok_or(StoreError::Unreadable("answer: it has no row"))?
        .get(0)
}

fn filtered(statement: Composed, filter: Option<Filter>) -> Composed {
    match filter {
        None => statement,
        Some(Filter::Locked(tries)) => statement
            // Nobody is locked for nothing, which the index knows.
            .sql(" AND failed_count > 0 AND failed_count - unverified_count >= ")
            .value(tries.max(1)),
        Some(Filter::Suspended) => statement.sql(" AND suspended_at IS NOT NULL"),
        Some(Filter::Ending(from, until)) => statement
            .sql(" AND certificate_end >= ")
            .value(from)
            .sql(" AND certificate_end <= ")
            .value(until),
        Some(Filter::Ended(before)) => statement.sql(" AND certificate_end < ").value(before),
        Some(Filter::WithoutCertificate) => statement.sql(" AND certificate_end IS NULL"),
        Some(Filter::InitialPassword) => statement.sql(" AND password_initial = 1"),
        Some(Filter::Unnamed) => statement.sql(" AND name_key IS NULL"),
    }
}

/// Up to so many users are read at once and put into their order here. Where there are more, the list is
/// read in its order, and whom it is about stands near its beginning.
const FEW: u32 = 1000;

/// The users of a listing, in its order, and one more than its limit if there are.
fn ordered(
    tx: &Tx,
    listing: &Listing<'_>,
    order: Order,
    few: u32,
) -> Result<Vec<User>, StoreError> {
    let Some(wanted) = search::Wanted::of(listing.search) else { return Ok(Vec::new()) };
    let most = listing.limit.saturating_add(1) as usize;
    let place = Place::parse(listing.after, order);
    let by_search = wanted.are_at_most(tx, listing.customer, few)?;
    let by_state = match listing.filter {
        Some(filter) => count(tx, listing.customer, Some(filter))? <= few,
        None => false,
    };
    if by_search || by_state {
        return sorted(tx, listing, order, &wanted, by_search, place.as_ref());
    }
    let mut place = place;
    let mut found = Vec::new();
    let mut at_once = listing.limit.saturating_add(1);
    loop {
        let batch = batch(tx, listing, order, place.as_ref(), at_once)?;
        let ended = batch.len() < at_once as usize;
        place = batch.last().map(|user| Place::of(user, order));
        for user in batch.into_iter().filter(|user| wanted.is_in(user)) {
            found.push(user);
            if found.len() == most {
                return Ok(found);
            }
        }
        if ended {
            return Ok(found);
        }
        at_once = FEW;
    }
}

/// The same where there are few of them: found by the search or by the state, and put into order here.
fn sorted(
    tx: &Tx,
    listing: &Listing<'_>,
    order: Order,
    wanted: &search::Wanted,
    by_search: bool,
    after: Option<&Place>,
) -> Result<Vec<User>, StoreError> {
    let mut statement = users_of(listing);
    if by_search {
        statement = wanted.restrict(statement, listing.customer);
    }
    let rows = tx.query_composed(&statement)?;
    let users = rows.iter().map(account::read).collect::<Result<Vec<_>, StoreError>>()?;
    let mut found: Vec<_> = users
        .into_iter()
        .filter(|user| wanted.is_in(user))
        .map(|user| (Place::of(&user, order), user))
        .filter(|(place, _)| {
            after.is_none_or(|after| place.stands(after, listing.descending).is_gt())
        })
        .collect();
    found.sort_by(|(one, _), (other, _)| one.stands(other, listing.descending));
    let most = listing.limit.saturating_add(1) as usize;
    Ok(found.into_iter().take(most).map(|(_, user)| user).collect())
}

/// The users of a customer in the state that is looked for.
fn users_of(listing: &Listing<'_>) -> Composed {
    let statement = Composed::default()
        .sql(account::SELECT)
        .sql("WHERE account.customer = ")
        .value(listing.customer)
        .sql(" AND deleted_at IS NULL");
    filtered(statement, listing.filter)
}

/// The next users who may be wanted, `most` of them if there are so many.
fn batch(
    tx: &Tx,
    listing: &Listing<'_>,
    order: Order,
    after: Option<&Place>,
    most: u32,
) -> Result<Vec<User>, StoreError> {
    let read = |half, after: Option<&Place>, most: u32| {
        let statement = statement(listing, order, half, after, most);
        let rows = tx.query_composed(&statement)?;
        rows.iter().map(account::read).collect::<Result<Vec<_>, StoreError>>()
    };
    if after.is_some_and(|place| matches!(place.key, Key::Nothing)) {
        return read(Half::Without, after, most);
    }
    let mut users = read(Half::With, after, most)?;
    let rest = most.saturating_sub(u32::try_from(users.len()).unwrap_or(u32::MAX));
    if rest > 0 && order != Order::UserId {
        users.extend(read(Half::Without, None, rest)?);
    }
    Ok(users)
}

/// The users who have something to be ordered by, and those who have not.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Half {
    With,
    Without,
}

fn statement(
    listing: &Listing<'_>,
    order: Order,
    half: Half,
    after: Option<&Place>,
    most: u32,
) -> Composed {
    let columns = order.columns();
    let mut statement = users_of(listing);
    let (compare, direction) = if listing.descending { (" < ", " DESC") } else { (" > ", "") };
    statement = match (half, columns) {
        (Half::With, None) => {
            if let Some(place) = after {
                statement = statement.sql(" AND user_id").sql(compare).value(&place.user_id);
            }
            statement.sql(" ORDER BY user_id").sql(direction)
        }
        (Half::With, Some(columns)) => {
            statement = statement.sql(" AND ").sql(columns.key).sql(" IS NOT NULL");
            if let Some(Place { key: Key::Of(key), user_id }) = after {
                statement = statement.sql(" AND ").sql(columns.pair).sql(compare).sql("(");
                statement = statement.value(key.clone()).sql(", ").value(user_id).sql(")");
            }
            let ordered = statement.sql(" ORDER BY ").sql(columns.key).sql(direction);
            ordered.sql(", user_id").sql(direction)
        }
        (Half::Without, columns) => {
            let key = columns.map_or("user_id", |columns| columns.key);
            statement = statement.sql(" AND ").sql(key).sql(" IS NULL");
            if let Some(place) = after {
                statement = statement.sql(" AND user_id > ").value(&place.user_id);
            }
            statement.sql(" ORDER BY user_id")
        }
    };
    statement.sql(" LIMIT ").value(most)
}

/// What an order compares before the user ID.
struct Columns {
    key: &'static str,
    pair: &'static str,
}

impl Order {
    fn columns(self) -> Option<Columns> {
        let (key, pair) = match self {
            Self::UserId => return None,
            Self::Name => ("name_key", "(name_key, user_id)"),
            Self::Department => ("department_key", "(department_key, user_id)"),
            Self::CertificateEnd => ("certificate_end", "(certificate_end, user_id)"),
            Self::LastLogin => ("last_login_at", "(last_login_at, user_id)"),
        };
        Some(Columns { key, pair })
    }

    fn key_of(self, user: &User) -> Key {
        let folded = |text: &String| Value::from(crate::folding::folded(text));
        let key = match self {
            Self::UserId => return Key::UserId,
            Self::Name => user.name.as_ref().map(folded),
            Self::Department => user.department.as_ref().map(folded),
            Self::CertificateEnd => user.certificate_end.map(Value::from),
            Self::LastLogin => user.last_login_at.map(Value::from),
        };
        key.map_or(Key::Nothing, Key::Of)
    }
}

/// Where a user stands in an order. As text it is the ID alone where the order is by ID, as older apps
/// send it; `:` is in no ID.
#[derive(Clone, Debug)]
struct Place {
    key: Key,
    user_id: String,
}

/// What stands before the ID.
#[derive(Clone, Debug)]
enum Key {
    /// The order is by ID.
    UserId,
    /// The user has nothing to be ordered by.
    Nothing,
    /// What the user is ordered by.
    Of(Value),
}

impl Place {
    fn of(user: &User, order: Order) -> Self {
        Self { key: order.key_of(user), user_id: user.user_id.as_str().to_owned() }
    }

    /// Where this place stands to another one in the list.
    fn stands(&self, other: &Self, descending: bool) -> Ordering {
        let turned = |ordering: Ordering| if descending { ordering.reverse() } else { ordering };
        let by_id = self.user_id.cmp(&other.user_id);
        match (&self.key, &other.key) {
            (Key::Nothing, Key::Nothing) => by_id,
            (Key::Nothing, Key::UserId | Key::Of(_)) => Ordering::Greater,
            (Key::UserId | Key::Of(_), Key::Nothing) => Ordering::Less,
            (Key::Of(one), Key::Of(other)) => turned(one.cmp(other).then(by_id)),
            (Key::UserId, Key::UserId | Key::Of(_)) | (Key::Of(_), Key::UserId) => turned(by_id),
        }
    }

    /// Reads a place; none, which is the beginning, where it is none of this order.
    fn parse(text: &str, order: Order) -> Option<Self> {
        // No place has any, and PostgreSQL refuses some of them.
        if text.contains(char::is_control) {
            return None;
        }
        let (user_id, key) = match (order, text.split_once(':')) {
            (Order::UserId, None) if !text.is_empty() => (text, Key::UserId),
            (Order::UserId, _) | (_, None) => return None,
            (_, Some((user_id, ""))) => (user_id, Key::Nothing),
            (Order::Name | Order::Department, Some((user_id, key))) => {
                (user_id, Key::Of(Value::from(key.strip_prefix('=')?)))
            }
            (Order::CertificateEnd | Order::LastLogin, Some((user_id, key))) => {
                (user_id, Key::Of(Value::Int(key.strip_prefix('=')?.parse().ok()?)))
            }
        };
        Some(Self { key, user_id: user_id.to_lowercase() })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.user_id)?;
        match &self.key {
            Key::UserId => Ok(()),
            Key::Of(Value::Text(key)) => write!(f, ":={key}"),
            Key::Of(Value::Int(key)) => write!(f, ":={key}"),
            Key::Nothing | Key::Of(Value::Null | Value::Blob(_)) => f.write_str(":"),
        }
    }
}

#[cfg(test)]
mod tests;
