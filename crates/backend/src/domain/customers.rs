//! What the provider does to customers (SPEC I).

use warifu_protocol::{AuditEvent as Act, CustomerNumber};
use warifu_store::{
    StoreError, Tx,
    tables::{
        account::{self, NewUser},
        customer,
    },
};

use super::accounts::By;
use crate::audit::{self, Entry};

/// A customer to be registered, with its primary administrator.
#[derive(Clone, Debug)]
pub(crate) struct Registration<'a> {
    pub(crate) number: &'a CustomerNumber,
    pub(crate) name: &'a str,
    pub(crate) administrator: NewUser<'a>,
}

/// A customer's name, if it is one that lists and letters can show: 1 to 100 characters.
pub(crate) fn name(text: &str) -> Option<&str> {
    let name = text.trim();
    let fits = (1..=100).contains(&name.chars().count()) && !name.contains(char::is_control);
    fits.then_some(name)
}

/// The number that a new customer gets: the one that is wished for if nobody has it, else the next.
///
/// # Errors
///
/// The database's; every number is taken.
pub(crate) fn free_number(
    tx: &Tx,
    wished: Option<&CustomerNumber>,
) -> Result<Option<CustomerNumber>, StoreError> {
    match wished {
        Some(number) if customer::find(tx, number)?.is_some() => Ok(None),
        Some(number) => Ok(Some(number.clone())),
        None => customer::next_number(tx).map(Some),
    }
}

/// Registers a customer; false, and nothing is done, if another one has the number.
///
/// # Errors
///
/// The database's.
pub(crate) fn register(tx: &Tx, by: &By<'_>, new: &Registration<'_>) -> Result<bool, StoreError> {
    if customer::find(tx, new.number)?.is_some() {
        return Ok(false);
    }
    let id = customer::insert(tx, new.number, new.name, by.now)?;
    account::insert(tx, id, &new.administrator, by.now)?;
    let entry = Entry {
        customer: Some(new.number.as_str()),
        subject: Some(new.administrator.user_id.as_str()),
        ..Entry::new(Act::CustomerAdded, by.actor, by.now)
    };
    audit::record(tx, &entry)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use warifu_protocol::Timestamp;

    use super::*;
    use crate::audit::Actor;

    fn by(now: Timestamp) -> By<'static> {
        By { actor: Actor::Provider(Some("yamada")), certificate: None, address: None, now }
    }

    #[test]
    fn a_number_is_given_once_and_the_record_names_who_gave_it() {
        let tx = Tx::in_memory();
        let number: CustomerNumber = "10000001".parse().unwrap();
        let user_id = "kanri01".parse().unwrap();
        let new = |name| Registration {
            number: &number,
            name,
            administrator: NewUser {
                user_id: &user_id,
                name: None,
                department: None,
                email: None,
                is_primary: true,
                password_hash: "-",
                permissions: &[],
                subject: name,
            },
        };
        assert!(register(&tx, &by(1), &new("A")).unwrap());
        assert!(!register(&tx, &by(2), &new("B")).unwrap());
        assert_eq!(customer::all(&tx).unwrap()[0].customer_name, "A");
        let rows = warifu_store::tables::audit::after(&tx, 0, 9).unwrap();
        let told: Vec<_> = rows.iter().map(|row| (row.act.as_str(), row.actor.as_str())).collect();
        assert_eq!(told, [("customer-added", "yamada")]);
        assert_eq!(free_number(&tx, Some(&number)).unwrap(), None);
        assert_eq!(free_number(&tx, None).unwrap().unwrap().as_str(), "10000002");
    }

    #[test]
    fn a_name_is_one_that_can_be_shown() {
        assert_eq!(name(" 株式会社サンプル商事 "), Some("株式会社サンプル商事"));
        for bad in ["", "  ", "a\nb", "a\u{1b}[2J", &"あ".repeat(101)] {
            assert_eq!(name(bad), None, "{bad:?}");
        }
    }
}
