//! Pages of one customer's part of the record, newest first: one index for each filter, each in the
//! order of time. Of the same second, and if the clock was set back, the number decides.

use rusqlite::{Connection, OptionalExtension as _, Row, ToSql, named_params};
use warifu_protocol::{ActorKind, AuditPage, AuditQuery, AuditRecord, Device};

use crate::store::StoreError;

/// Records of a page unless the query says otherwise, and at most.
const USUAL: u32 = 50;
const MOST: u32 = 200;

/// A page of the customer's records.
///
/// # Errors
///
/// SQLite's.
pub(crate) fn page(
    connection: &Connection,
    customer: &str,
    query: &AuditQuery,
) -> Result<AuditPage, StoreError> {
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    let one_more = limit + 1;
    let (since, until) = (query.from.unwrap_or(i64::MIN), query.to.unwrap_or(i64::MAX));
    let (before_at, before) = match query.before {
        Some(seq) => (time_of(connection, customer, seq)?, seq),
        None => (i64::MAX, i64::MAX),
    };
    let person = query.person.as_deref().map(|person| person.trim().to_lowercase());
    let person = person.filter(|person| !person.is_empty());
    let act = query.act.map(|act| act.as_str());
    let sql = statement(person.is_some(), act.is_some());
    let mut parameters: Vec<(&str, &dyn ToSql)> = named_params! {
        ":customer": customer,
        ":before": before,
        ":before_at": before_at,
        ":since": since,
        ":until": until,
        ":limit": one_more,
    }
    .to_vec();
    if let Some(person) = &person {
        parameters.push((":person", person));
    }
    if let Some(act) = &act {
        parameters.push((":act", act));
    }
    let mut prepared = connection.prepare_cached(&sql)?;
    let rows = prepared.query_map(parameters.as_slice(), read)?;
    let mut records = rows.collect::<Result<Vec<_>, _>>()?;
    let more = records.len() > limit as usize;
    records.truncate(limit as usize);
    let next = records.last().filter(|_| more).map(|record| record.seq);
    Ok(AuditPage { records, next })
}

/// When the last record of the page before was made; of one that there is not, nothing follows.
fn time_of(connection: &Connection, customer: &str, seq: i64) -> Result<i64, StoreError> {
    let at = connection
        .prepare_cached("SELECT at FROM audit WHERE seq = ?1 AND customer = ?2")?
        .query_row(rusqlite::params![seq, customer], |row| row.get(0))
        .optional()?;
    Ok(at.unwrap_or(i64::MIN))
}

/// Rows of 0.1.0 have no kind of actor. There only what the provider did came from no address.
const KIND: &str = "coalesce(actor_kind, iif(address IS NULL, 'provider', 'user'))";

const COLUMNS: &str = "seq, at, actor, act, subject, certificate, device, address, reason, times";

fn statement(person: bool, act: bool) -> String {
    let by = |index: &str, condition: &str| {
        let act = if act { "AND act = :act" } else { "" };
        format!(
            "SELECT * FROM (SELECT {COLUMNS}, {KIND} AS kind FROM audit INDEXED BY {index}
             WHERE customer = :customer {condition} {act}
               AND at >= :since AND at < :until AND (at, seq) < (:before_at, :before)
             ORDER BY at DESC, seq DESC LIMIT :limit)"
        )
    };
    if person {
        // Two indexes, one for each part that a person can have; who did it to themselves once.
        format!(
            "{} UNION {} ORDER BY at DESC, seq DESC LIMIT :limit",
            // A user may be called as somebody at the provider is.
            by(
                "audit_by_actor",
                &format!("AND actor = :person AND {KIND} NOT IN ('provider', 'system')")
            ),
            by("audit_by_subject", "AND subject = :person")
        )
    } else if act {
        by("audit_by_act", "")
    } else {
        by("audit_by_time", "")
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<AuditRecord> {
    let device: Option<String> = row.get(6)?;
    let device = device.and_then(|json| serde_json::from_str::<Device>(&json).ok());
    let kind: String = row.get(10)?;
    let known = ActorKind::ALL.iter().copied().find(|known| known.as_str() == kind);
    // A kind that is not known is no user's: the record is not what this program wrote.
    let actor_kind = known.unwrap_or(ActorKind::System);
    let actor = match actor_kind {
        // Who it was there is the provider's own affair.
        ActorKind::Provider | ActorKind::System => actor_kind.as_str().to_owned(),
        ActorKind::User | ActorKind::Administrator | ActorKind::Unproved => row.get(2)?,
    };
    Ok(AuditRecord {
        seq: row.get(0)?,
        at: row.get(1)?,
        actor_kind,
        actor,
        act: row.get(3)?,
        subject: row.get(4)?,
        certificate: row.get(5)?,
        device: device.map(|device| device.name).filter(|name| !name.is_empty()),
        address: row.get(7)?,
        reason: row.get(8)?,
        times: row.get::<_, Option<u32>>(9)?.unwrap_or(1),
    })
}

#[cfg(test)]
mod tests {
    use warifu_protocol::AuditAct as Act;

    use super::*;
    use crate::{
        audit::{Actor, Entry, record},
        store::memory,
    };

    fn recorded() -> Connection {
        let connection = memory();
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
            record(&connection, &entry).unwrap();
        }
        connection
    }

    #[test]
    fn filters_combine_and_another_customer_is_never_shown() {
        let connection = recorded();
        let person = |id: &str| Some(id.to_owned());
        let none = AuditQuery::default;
        let table = [
            (none(), vec![5, 3, 2, 1]),
            (AuditQuery { person: person("TANAKA "), ..none() }, vec![5, 3, 2]),
            (AuditQuery { person: person("kanri01"), ..none() }, vec![2, 1]),
            (AuditQuery { person: person("tana"), ..none() }, vec![]),
            (AuditQuery { act: Some(Act::Login), ..none() }, vec![3, 1]),
            (AuditQuery { person: person("tanaka"), act: Some(Act::Login), ..none() }, vec![3]),
            (AuditQuery { from: Some(20), to: Some(50), ..none() }, vec![3, 2]),
            (AuditQuery { to: Some(20), ..none() }, vec![1]),
            (AuditQuery { from: Some(60), ..none() }, vec![]),
            (AuditQuery { before: Some(3), ..none() }, vec![2, 1]),
        ];
        for (query, expected) in table {
            let found = page(&connection, "10000001", &query).unwrap();
            let numbers: Vec<_> = found.records.iter().map(|record| record.seq).collect();
            assert_eq!(numbers, expected, "{query:?}");
        }
    }

    #[test]
    fn nobody_passes_for_the_provider() {
        let connection = memory();
        for name in ["provider", "system", "administrator"] {
            let id = name.parse().unwrap();
            for actor in [Actor::User(&id), Actor::Administrator(&id), Actor::Unproved(&id)] {
                let entry =
                    Entry { customer: Some("10000001"), ..Entry::new(Act::UserCreated, actor, 1) };
                record(&connection, &entry).unwrap();
            }
        }
        let none = AuditQuery::default();
        let records = page(&connection, "10000001", &none).unwrap().records;
        assert_eq!(records.len(), 9);
        for record in records {
            let kind = record.actor_kind;
            assert!(!matches!(kind, ActorKind::Provider | ActorKind::System), "{record:?}");
        }
    }

    #[test]
    fn rows_of_the_first_version_are_told_apart_by_where_they_came_from() {
        let connection = memory();
        let old = "INSERT INTO audit (seq, at, actor, act, customer, address, hash) VALUES ";
        let rows = "(1, 1, 'provider', 'suspended', '10000001', NULL, x''),
                    (2, 2, 'provider', 'login', '10000001', '192.0.2.1', x'')";
        connection.execute_batch(&format!("{old}{rows}")).unwrap();
        let records = page(&connection, "10000001", &AuditQuery::default()).unwrap().records;
        let kinds: Vec<_> = records.iter().map(|record| record.actor_kind).collect();
        assert_eq!(kinds, [ActorKind::User, ActorKind::Provider]);
    }

    #[test]
    fn nothing_is_left_out_when_the_clock_was_set_back() {
        let connection = memory();
        for at in [100, 50, 110, 60] {
            let id = "kanri01".parse().unwrap();
            let entry = Entry {
                customer: Some("10000001"),
                ..Entry::new(Act::Login, Actor::User(&id), at)
            };
            record(&connection, &entry).unwrap();
        }
        let mut query = AuditQuery { from: Some(50), limit: Some(2), ..AuditQuery::default() };
        let mut times = Vec::new();
        loop {
            let found = page(&connection, "10000001", &query).unwrap();
            times.extend(found.records.iter().map(|record| record.at));
            query.before = found.next;
            if query.before.is_none() {
                break;
            }
        }
        assert_eq!(times, [110, 100, 60, 50]);
    }

    #[test]
    fn pages_go_on_where_the_one_before_ended() {
        let connection = recorded();
        let mut query = AuditQuery { limit: Some(3), ..AuditQuery::default() };
        let first = page(&connection, "10000001", &query).unwrap();
        assert_eq!(first.next, Some(2));
        query.before = first.next;
        let last = page(&connection, "10000001", &query).unwrap();
        assert_eq!((last.records.len(), last.next), (1, None));
    }

    #[test]
    fn every_filter_has_its_index() {
        let connection = memory();
        for (person, act) in [(false, false), (true, false), (false, true), (true, true)] {
            let sql = statement(person, act);
            let mut prepared = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let names = prepared.parameter_count();
            for index in 1..=names {
                prepared.raw_bind_parameter(index, 1).unwrap();
            }
            let mut rows = prepared.raw_query();
            while let Some(row) = rows.next().unwrap() {
                let step: String = row.get(3).unwrap();
                assert!(!step.starts_with("SCAN audit"), "{sql}: {step}");
            }
        }
    }
}
