//! The warnings before an expiry that somebody has been told, and the list of them (お知らせ).

use rusqlite::{OptionalExtension as _, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use warifu_protocol::Timestamp;

use super::{Database, to_json};
use crate::{
    Failure,
    model::{
        identity::DAY,
        stored::{Notice, StoredNotice},
        warning::{Expiring, Left},
    },
};

/// Most notices that are kept.
const KEPT: i64 = 200;

/// [`Notice`] on disk.
#[derive(Debug, Deserialize, Serialize)]
struct NoticeRow {
    identity_id: i64,
    expiring: ExpiringRow,
    service_name: String,
    customer_name: String,
    user_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    holder_name: Option<String>,
    expires_at: i64,
    /// Days and business days that were left.
    left: Option<(u32, u32)>,
}

/// [`Expiring`] on disk.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum ExpiringRow {
    Certificate,
    Password,
}

impl Database {
    /// Remembers that somebody was warned of an expiry, and of what; false if that, or a nearer warning
    /// of it, is known already.
    ///
    /// `subject` names the expiry, `days` the warning: the days from it to the expiry, 0 for the expiry
    /// itself. What was told by a clock that was ahead has not been told.
    pub(crate) fn save_warning(
        &self,
        subject: &str,
        days: u16,
        notice: &Notice,
        now: Timestamp,
    ) -> Result<bool, Failure> {
        let connection = self.lock();
        let transaction = Transaction::new_unchecked(&connection, TransactionBehavior::Immediate)?;
        let ahead = params![subject, now.saturating_add(DAY)];
        transaction.execute("DELETE FROM told WHERE subject = ?1 AND told_at > ?2", ahead)?;
        transaction.execute("DELETE FROM notice WHERE subject = ?1 AND at > ?2", ahead)?;
        let known: Option<i64> = transaction
            .query_row(
                "SELECT days FROM told WHERE subject = ?1 AND days <= ?2 LIMIT 1",
                params![subject, days],
                |row| row.get(0),
            )
            .optional()?;
        if known.is_none() {
            transaction.execute(
                "INSERT INTO told (subject, days, told_at) VALUES (?1, ?2, ?3)",
                params![subject, days, now],
            )?;
            transaction.execute(
                "INSERT INTO notice (subject, at, content) VALUES (?1, ?2, ?3)",
                params![subject, now, to_json(&NoticeRow::from(notice))?],
            )?;
            transaction.execute(
                "DELETE FROM notice WHERE id <= (SELECT max(id) FROM notice) - ?1",
                [KEPT],
            )?;
        }
        transaction.commit()?;
        Ok(known.is_none())
    }

    /// What somebody has been told, newest first. A row that cannot be read is left out.
    pub(crate) fn notices(&self) -> Result<Vec<StoredNotice>, Failure> {
        let connection = self.lock();
        let mut statement =
            connection.prepare("SELECT id, at, is_read, content FROM notice ORDER BY id DESC")?;
        let rows = statement.query_map([], |row| {
            let content: String = row.get(3)?;
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, content))
        })?;
        let mut notices = Vec::new();
        for row in rows {
            let (id, at, is_read, content) = row?;
            match serde_json::from_str::<NoticeRow>(&content) {
                Ok(row) => notices.push(StoredNotice { id, at, is_read, notice: row.into() }),
                Err(error) => tracing::warn!(%error, id, "a notice cannot be read"),
            }
        }
        Ok(notices)
    }

    /// Remembers that the list up to this notice has been read.
    pub(crate) fn save_read(&self, until: i64) -> Result<(), Failure> {
        self.lock().execute("UPDATE notice SET is_read = 1 WHERE id <= ?1", [until])?;
        Ok(())
    }
}

impl From<&Notice> for NoticeRow {
    fn from(notice: &Notice) -> Self {
        let Notice {
            identity_id,
            expiring,
            service_name,
            customer_name,
            user_id,
            holder_name,
            expires_at,
            left,
        } = notice.clone();
        Self {
            identity_id,
            expiring: match expiring {
                Expiring::Certificate => ExpiringRow::Certificate,
                Expiring::Password => ExpiringRow::Password,
            },
            service_name,
            customer_name,
            user_id,
            holder_name: holder_name.map(|name| name.as_str().to_owned()),
            expires_at,
            left: left.map(|left| (left.days, left.business_days)),
        }
    }
}

impl From<NoticeRow> for Notice {
    fn from(row: NoticeRow) -> Self {
        let NoticeRow {
            identity_id,
            expiring,
            service_name,
            customer_name,
            user_id,
            holder_name,
            expires_at,
            left,
        } = row;
        Self {
            identity_id,
            expiring: match expiring {
                ExpiringRow::Certificate => Expiring::Certificate,
                ExpiringRow::Password => Expiring::Password,
            },
            service_name,
            customer_name,
            user_id,
            holder_name: holder_name.and_then(|name| name.parse().ok()),
            expires_at,
            left: left.map(|(days, business_days)| Left { days, business_days }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = 1_781_000_000;

    fn notice(days: u32) -> Notice {
        Notice {
            identity_id: 7,
            expiring: Expiring::Certificate,
            service_name: String::from("サンプル電子債権サービス"),
            customer_name: String::from("株式会社\u{202e}サンプル商事"),
            user_id: String::from("kanri01"),
            holder_name: Some("佐藤 花子".parse().unwrap()),
            expires_at: NOW + 10 * DAY,
            left: Some(Left { days, business_days: days / 2 }),
        }
    }

    fn database() -> (tempfile::TempDir, Database) {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(&dir.path().join("warifu.sqlite")).unwrap();
        (dir, database)
    }

    fn listed(database: &Database) -> Vec<(u32, bool)> {
        let days = |one: StoredNotice| (one.notice.left.map_or(0, |left| left.days), one.is_read);
        database.notices().unwrap().into_iter().map(days).collect()
    }

    #[test]
    fn each_warning_is_told_once_and_stands_in_the_list() {
        let (_dir, database) = database();
        assert!(database.save_warning("a", 14, &notice(14), NOW).unwrap());
        assert!(!database.save_warning("a", 14, &notice(13), NOW + DAY).unwrap());
        // What was farther away is told with it, and of another expiry nothing.
        assert!(!database.save_warning("a", 28, &notice(13), NOW + DAY).unwrap());
        assert!(database.save_warning("b", 28, &notice(28), NOW + DAY).unwrap());
        assert!(database.save_warning("a", 7, &notice(7), NOW + 7 * DAY).unwrap());
        assert_eq!(listed(&database), [(7, false), (28, false), (14, false)]);
        let newest = database.notices().unwrap().remove(0);
        assert_eq!((newest.notice, newest.at), (notice(7), NOW + 7 * DAY));
        database.save_read(newest.id - 1).unwrap();
        assert_eq!(listed(&database), [(7, false), (28, true), (14, true)]);
    }

    #[test]
    fn what_a_clock_told_that_was_a_year_ahead_has_not_been_told() {
        let (_dir, database) = database();
        let ahead = NOW + 365 * DAY;
        assert!(database.save_warning("a", 0, &notice(0), ahead).unwrap());
        assert!(!database.save_warning("a", 0, &notice(0), ahead + 60).unwrap());
        assert!(database.save_warning("a", 28, &notice(28), NOW).unwrap());
        assert_eq!(listed(&database), [(28, false)]);
        // An hour back is the way of clocks, and tells nothing again.
        assert!(!database.save_warning("a", 28, &notice(28), NOW - 3_600).unwrap());
    }

    #[test]
    fn two_programs_at_once_tell_it_once() {
        let (dir, _database) = database();
        let told = std::thread::scope(|scope| {
            let path = dir.path().join("warifu.sqlite");
            let tell = |_| {
                let path = path.clone();
                scope.spawn(move || {
                    let database = Database::open(&path).unwrap();
                    database.save_warning("a", 7, &notice(7), NOW).unwrap()
                })
            };
            let running: Vec<_> = (0..8).map(tell).collect();
            running.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
        });
        assert_eq!(told.into_iter().filter(|told| *told).count(), 1);
    }

    #[test]
    fn the_list_has_an_end_and_a_row_that_cannot_be_read_harms_no_other() {
        let (_dir, database) = database();
        for index in 0..KEPT + 5 {
            assert!(database.save_warning(&index.to_string(), 7, &notice(7), NOW).unwrap());
        }
        assert_eq!(listed(&database).len(), usize::try_from(KEPT).unwrap());
        let damage = "UPDATE notice SET content = '{}' WHERE id = (SELECT max(id) FROM notice)";
        database.lock().execute(damage, []).unwrap();
        assert_eq!(listed(&database).len(), usize::try_from(KEPT).unwrap() - 1);
    }
}
