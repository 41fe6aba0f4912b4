//! Pages of one customer's part of the record, newest first.

use std::collections::HashMap;

use warifu_protocol::{
    ActorKind, AuditPage, AuditQuery, AuditRecord, Device, HistoryQuery, PersonName,
};
use warifu_store::{
    StoreError, Tx,
    tables::{
        account,
        audit::{self as rows, Filter, Record},
    },
};

use super::Service;

/// Records of a page unless the query says otherwise, and at most.
const USUAL: u32 = 50;
const MOST: u32 = 200;

/// A page of the customer's records.
///
/// # Errors
///
/// The database's.
pub(crate) fn page(tx: &Tx, customer: &str, query: &AuditQuery) -> Result<AuditPage, StoreError> {
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    let before = match query.before {
        // After a record that there is not, nothing follows.
        Some(seq) => (rows::time_of(tx, customer, seq)?.unwrap_or(i64::MIN), seq),
        None => (i64::MAX, i64::MAX),
    };
    let person = query.person.as_deref().map(|person| person.trim().to_lowercase());
    let filter = Filter {
        person: person.as_deref().filter(|person| !person.is_empty()),
        act: query.event.map(|event| event.as_str()),
        since: query.from.unwrap_or(i64::MIN),
        until: query.to.unwrap_or(i64::MAX),
        before,
    };
    let found = rows::page(tx, customer, &filter, limit + 1)?;
    let more = found.len() > limit as usize;
    let mut names = Names { tx, customer, known: HashMap::new() };
    let records = found.into_iter().take(limit as usize).map(|record| shown(record, &mut names));
    let records = records.collect::<Result<Vec<_>, _>>()?;
    let next = records.last().filter(|_| more).map(|record| record.seq);
    Ok(AuditPage { records, next })
}

/// What the users of a customer are called, each asked for once. It is not in the record, whose rows
/// stay: a name that was entered wrongly is put right everywhere, and goes with its user.
struct Names<'a> {
    tx: &'a Tx,
    customer: &'a str,
    known: HashMap<String, Option<PersonName>>,
}

impl Names<'_> {
    fn of(&mut self, user_id: &str) -> Result<Option<PersonName>, StoreError> {
        if let Some(known) = self.known.get(user_id) {
            return Ok(known.clone());
        }
        let name = account::name_of(self.tx, self.customer, user_id)?;
        let name = name.and_then(|name| name.parse().ok());
        self.known.insert(user_id.to_owned(), name.clone());
        Ok(name)
    }
}

/// A page of the records about one user, as they see them themselves.
///
/// # Errors
///
/// The database's.
pub(crate) fn page_about(
    tx: &Tx,
    customer: &str,
    subject: &str,
    query: &HistoryQuery,
) -> Result<AuditPage, StoreError> {
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    let before = match query.before {
        Some(seq) => (rows::time_of(tx, customer, seq)?.unwrap_or(i64::MIN), seq),
        None => (i64::MAX, i64::MAX),
    };
    let found = rows::about(tx, customer, subject, before, limit + 1)?;
    let more = found.len() > limit as usize;
    let mut names = Names { tx, customer, known: HashMap::new() };
    let records = found.into_iter().take(limit as usize).map(|record| shown(record, &mut names));
    let records = records.collect::<Result<Vec<_>, _>>()?;
    let next = records.last().filter(|_| more).map(|record| record.seq);
    Ok(AuditPage { records, next })
}

/// The name of the PC that a row names.
pub(crate) fn device_of(record: Record) -> Option<String> {
    record.device.as_deref().and_then(meant).filter(|name| !name.is_empty())
}

/// A row as the customer's administrators see it.
fn shown(record: Record, names: &mut Names<'_>) -> Result<AuditRecord, StoreError> {
    let device = record.device.as_deref().and_then(meant);
    // Rows of 0.1.0 have no kind of actor. There only what the provider did came from no address.
    let kind = record.actor_kind.unwrap_or_else(|| {
        let guessed = if record.address.is_none() { ActorKind::Provider } else { ActorKind::User };
        guessed.as_str().to_owned()
    });
    let known = ActorKind::ALL.iter().copied().find(|known| known.as_str() == kind);
    // A kind that is not known is no user's: the record is not what this program wrote.
    let actor_kind = known.unwrap_or(ActorKind::System);
    let actor = match actor_kind {
        // Who it was there is the provider's own affair.
        ActorKind::Provider | ActorKind::System => actor_kind.as_str().to_owned(),
        ActorKind::User | ActorKind::Administrator | ActorKind::Unproved => record.actor,
    };
    let actor_name = match actor_kind {
        ActorKind::User | ActorKind::Administrator => names.of(&actor)?,
        // Who gave a user's ID need not be that user.
        ActorKind::Unproved | ActorKind::Provider | ActorKind::System => None,
    };
    let subject_name = match &record.subject {
        Some(subject) => names.of(subject)?,
        None => None,
    };
    Ok(AuditRecord {
        seq: record.seq,
        at: record.at,
        actor_kind,
        actor,
        actor_name,
        event: record.act,
        subject: record.subject,
        subject_name,
        certificate: record.certificate,
        device: device.filter(|name| !name.is_empty()),
        address: record.address,
        reason: record.reason,
        times: record.times.unwrap_or(1),
    })
}

/// The PC's name, or that of the service.
fn meant(json: &str) -> Option<String> {
    let device = serde_json::from_str::<Device>(json).map(|device| device.name);
    device.or_else(|_| serde_json::from_str::<Service>(json).map(|meant| meant.service)).ok()
}

#[cfg(test)]
mod tests {
    use warifu_protocol::AuditEvent as Act;

    use warifu_store::tables::customer;

    use super::*;
    use crate::audit::{Actor, Entry, record};

    fn recorded() -> Tx {
        let tx = Tx::in_memory();
        let rows = [
            (10, "kanri01", Act::Login, "10000001", Some("kanri01")),
            (20, "kanri01", Act::UserCreated, "10000001", Some("tanaka")),
            (30, "tanaka", Act::Login, "10000001", Some("tanaka")),
            (40, "kanri01", Act::Login, "10000002", Some("kanri01")),
            (50, "", Act::Suspended, "10000001", Some("tanaka")),
        ];
        for (at, actor, act, customer, subject) in rows {
            let id = actor.parse();
            let actor = match &id {
                Ok(id) => Actor::User(id),
                Err(_) => Actor::Provider(Some("kanri01")),
            };
            let entry = Entry { customer: Some(customer), subject, ..Entry::new(act, actor, at) };
            record(&tx, &entry).unwrap();
        }
        tx
    }

    #[test]
    fn filters_combine_and_another_customer_is_never_shown() {
        let tx = recorded();
        let person = |id: &str| Some(id.to_owned());
        let none = AuditQuery::default;
        let table = [
            (none(), vec![5, 3, 2, 1]),
            (AuditQuery { person: person("TANAKA "), ..none() }, vec![5, 3, 2]),
            (AuditQuery { person: person("kanri01"), ..none() }, vec![2, 1]),
            (AuditQuery { person: person("tana"), ..none() }, vec![]),
            (AuditQuery { event: Some(Act::Login), ..none() }, vec![3, 1]),
            (AuditQuery { person: person("tanaka"), event: Some(Act::Login), ..none() }, vec![3]),
            (AuditQuery { from: Some(20), to: Some(50), ..none() }, vec![3, 2]),
            (AuditQuery { to: Some(20), ..none() }, vec![1]),
            (AuditQuery { from: Some(60), ..none() }, vec![]),
            (AuditQuery { before: Some(3), ..none() }, vec![2, 1]),
        ];
        for (query, expected) in table {
            let found = page(&tx, "10000001", &query).unwrap();
            let numbers: Vec<_> = found.records.iter().map(|record| record.seq).collect();
            assert_eq!(numbers, expected, "{query:?}");
        }
    }

    #[test]
    fn nobody_passes_for_the_provider() {
        let tx = Tx::in_memory();
        for name in ["provider", "system", "administrator"] {
            let id = name.parse().unwrap();
            for actor in [Actor::User(&id), Actor::Administrator(&id), Actor::Unproved(&id)] {
                let entry =
                    Entry { customer: Some("10000001"), ..Entry::new(Act::UserCreated, actor, 1) };
                record(&tx, &entry).unwrap();
            }
        }
        let none = AuditQuery::default();
        let records = page(&tx, "10000001", &none).unwrap().records;
        assert_eq!(records.len(), 9);
        for record in records {
            let kind = record.actor_kind;
            assert!(!matches!(kind, ActorKind::Provider | ActorKind::System), "{record:?}");
        }
    }

    #[test]
    fn rows_of_the_first_version_are_told_apart_by_where_they_came_from() {
        let tx = Tx::in_memory();
        let old = "INSERT INTO audit (seq, at, actor, act, customer, address, hash) VALUES ";
        let rows = "(1, 1, 'provider', 'suspended', '10000001', NULL, x''),
                    (2, 2, 'provider', 'login', '10000001', '192.0.2.1', x'')";
        tx.tamper(&format!("{old}{rows}")).unwrap();
        let records = page(&tx, "10000001", &AuditQuery::default()).unwrap().records;
        let kinds: Vec<_> = records.iter().map(|record| record.actor_kind).collect();
        assert_eq!(kinds, [ActorKind::User, ActorKind::Provider]);
    }

    #[test]
    fn nothing_is_left_out_when_the_clock_was_set_back() {
        let tx = Tx::in_memory();
        for at in [100, 50, 110, 60] {
            let id = "kanri01".parse().unwrap();
            let entry = Entry {
                customer: Some("10000001"),
                ..Entry::new(Act::Login, Actor::User(&id), at)
            };
            record(&tx, &entry).unwrap();
        }
        let mut query = AuditQuery { from: Some(50), limit: Some(2), ..AuditQuery::default() };
        let mut times = Vec::new();
        loop {
            let found = page(&tx, "10000001", &query).unwrap();
            times.extend(found.records.iter().map(|record| record.at));
            query.before = found.next;
            if query.before.is_none() {
                break;
            }
        }
        assert_eq!(times, [110, 100, 60, 50]);
    }

    #[test]
    fn a_user_sees_what_is_about_them_and_nothing_else() {
        let tx = recorded();
        let numbers = |query: &HistoryQuery| -> Vec<i64> {
            let page = page_about(&tx, "10000001", "tanaka", query).unwrap();
            page.records.iter().map(|record| record.seq).collect()
        };
        assert_eq!(numbers(&HistoryQuery::default()), [5, 3, 2]);
        let first = HistoryQuery { limit: Some(2), ..HistoryQuery::default() };
        let page = page_about(&tx, "10000001", "tanaka", &first).unwrap();
        assert_eq!((page.records.len(), page.next), (2, Some(3)));
        assert_eq!(numbers(&HistoryQuery { before: page.next, ..first }), [2]);
        // The row of another customer is no place in this one's record.
        assert!(numbers(&HistoryQuery { before: Some(4), ..HistoryQuery::default() }).is_empty());
        // Who it was at the provider is the provider's own affair.
        assert_eq!(page.records[0].actor, "provider");
    }

    #[test]
    fn pages_go_on_where_the_one_before_ended() {
        let tx = recorded();
        let mut query = AuditQuery { limit: Some(3), ..AuditQuery::default() };
        let first = page(&tx, "10000001", &query).unwrap();
        assert_eq!(first.next, Some(2));
        query.before = first.next;
        let last = page(&tx, "10000001", &query).unwrap();
        assert_eq!((last.records.len(), last.next), (1, None));
    }

    #[test]
    fn users_are_named_as_they_are_now_and_nobody_who_proved_nothing() {
        let tx = recorded();
        let customer = customer::insert(&tx, &"10000001".parse().unwrap(), "-", 1).unwrap();
        let name = "田中 太郎".parse().unwrap();
        let new = account::NewUser {
            user_id: &"tanaka".parse().unwrap(),
            name: Some(&name),
            department: None,
            email: None,
            is_primary: false,
            password_hash: "",
            permissions: &[],
            subject: "tanaka",
        };
        let id = account::insert(&tx, customer, &new, 1).unwrap();
        let wrong = "tanaka".parse().unwrap();
        let entry = Entry {
            customer: Some("10000001"),
            ..Entry::new(Act::EnrolmentFailed, Actor::Unproved(&wrong), 60)
        };
        record(&tx, &entry).unwrap();
        let named = || {
            let page = page(&tx, "10000001", &AuditQuery::default()).unwrap();
            let name = |name: Option<PersonName>| name.map(String::from).unwrap_or_default();
            page.records
                .into_iter()
                .map(|record| (record.seq, name(record.actor_name), name(record.subject_name)))
                .filter(|(_, actor, subject)| !actor.is_empty() || !subject.is_empty())
                .collect::<Vec<_>>()
        };
        let (tanaka, nobody) = (String::from("田中 太郎"), String::new());
        let expected = [
            (5, nobody.clone(), tanaka.clone()),
            (3, tanaka.clone(), tanaka.clone()),
            (2, nobody, tanaka),
        ];
        assert_eq!(named(), expected);
        account::delete(&tx, id, 70).unwrap();
        assert_eq!(named(), []);
    }
}
