//! The connection profiles of this PC.

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, TransactionBehavior, params};
use warifu_logo::Logo;
use warifu_protocol::{ErrorCode, Policy, Timestamp};

use super::{Database, policy::PolicyRow, to_json};
use crate::{
    Failure,
    model::{
        profile::Profile,
        stored::{StoredLogo, StoredProfile},
    },
};

/// Which profile the IT department's file was, the last time.
const MANAGED: &str = "managed-profile";

impl Database {
    /// Keeps a profile. One of the same identity takes the place of an older one, whose certificates
    /// stay; `trusted` says that it may also name other authorities than before.
    ///
    /// # Errors
    ///
    /// `profile-outdated` if a newer one is here, `profile-differs` if it names none of the
    /// authorities that the one of the same identity does, and is not trusted to.
    pub(crate) fn save_profile(
        &self,
        profile: &Profile,
        trusted: bool,
        now: Timestamp,
    ) -> Result<i64, Failure> {
        let connection = self.lock();
        let transaction = Transaction::new_unchecked(&connection, TransactionBehavior::Immediate)?;
        // Inside: another process may be keeping the same one.
        let known = read_profiles(&transaction)?;
        let content = to_json(&profile.content)?;
        let mut same = known.iter().filter(|stored| stored.profile.is_same(profile));
        let Some(first) = same.next() else {
            transaction.execute(
                "INSERT INTO profile (content, added_at) VALUES (?1, ?2)",
                params![content, now],
            )?;
            let id = transaction.last_insert_rowid();
            transaction.commit()?;
            return Ok(id);
        };
        let others: Vec<&StoredProfile> = same.collect();
        for stored in others.iter().copied().chain([first]) {
            if stored.profile.serial() > profile.serial() {
                return Err(Failure::new(ErrorCode::ProfileOutdated));
            }
            if !trusted && !stored.profile.shares_authority(profile) {
                return Err(Failure::new(ErrorCode::ProfileDiffers));
            }
        }
        transaction
            .execute("UPDATE profile SET content = ?2 WHERE id = ?1", params![first.id, content])?;
        // Version 0.1.0 kept one for each telephone number that there ever was.
        for other in others {
            transaction.execute(
                "UPDATE OR IGNORE identity SET profile_id = ?1 WHERE profile_id = ?2",
                [first.id, other.id],
            )?;
            transaction.execute(
                "DELETE FROM profile WHERE id = ?1
                 AND NOT EXISTS (SELECT 1 FROM identity WHERE profile_id = ?1)",
                [other.id],
            )?;
            // A user who has one under either profile keeps both, under what is the same service.
            transaction.execute(
                "UPDATE profile SET content = ?2 WHERE id = ?1",
                params![other.id, content],
            )?;
        }
        transaction.commit()?;
        Ok(first.id)
    }

    /// Keeps the IT department's profile. One that it sent before, and that nobody has a key for, goes.
    ///
    /// # Errors
    ///
    /// Those of [`Database::save_profile`] for a trusted one.
    pub(crate) fn save_managed_profile(
        &self,
        profile: &Profile,
        now: Timestamp,
    ) -> Result<i64, Failure> {
        let id = self.save_profile(profile, true, now)?;
        let before: Option<i64> = self.setting(MANAGED)?;
        if before == Some(id) {
            return Ok(id);
        }
        if let Some(before) = before {
            match self.remove_profile(before) {
                Ok(_) => {}
                Err(failure) if failure.code == ErrorCode::ProfileMissing => {}
                Err(failure) => return Err(failure),
            }
        }
        self.save_setting(MANAGED, &id)?;
        Ok(id)
    }

    /// Remembers the backend's policy.
    pub(crate) fn save_policy(&self, profile_id: i64, policy: &Policy) -> Result<(), Failure> {
        self.lock().execute(
            "UPDATE profile SET policy = ?2 WHERE id = ?1",
            params![profile_id, to_json(&PolicyRow::from(policy))?],
        )?;
        Ok(())
    }

    /// Remembers a provider's logo.
    pub(crate) fn save_logo(&self, profile_id: i64, logo: &Logo) -> Result<(), Failure> {
        self.lock().execute(
            "UPDATE profile SET logo = ?2, logo_digest = ?3 WHERE id = ?1",
            params![profile_id, logo.data_url(), logo.digest()],
        )?;
        Ok(())
    }

    /// All profiles, oldest first.
    pub(crate) fn profiles(&self) -> Result<Vec<StoredProfile>, Failure> {
        read_profiles(&self.lock())
    }

    /// One profile; `profile-missing` if there is none of this id.
    pub(crate) fn profile(&self, id: i64) -> Result<StoredProfile, Failure> {
        self.lock()
            .query_row(
                &format!("SELECT {PROFILE_COLUMNS} FROM profile WHERE id = ?1"),
                [id],
                profile_row,
            )
            .optional()?
            .ok_or_else(|| Failure::new(ErrorCode::ProfileMissing))?
            .read()
    }
}

const PROFILE_COLUMNS: &str = "id, content, policy, logo, logo_digest";

fn read_profiles(connection: &Connection) -> Result<Vec<StoredProfile>, Failure> {
    let mut statement =
        connection.prepare(&format!("SELECT {PROFILE_COLUMNS} FROM profile ORDER BY id"))?;
    statement.query_map([], profile_row)?.map(|row| row?.read()).collect()
}

/// A profile on disk: its content is the file that the provider wrote.
struct ProfileRow {
    id: i64,
    content: String,
    policy: Option<String>,
    logo: Option<String>,
    logo_digest: Option<String>,
}

fn profile_row(row: &Row<'_>) -> rusqlite::Result<ProfileRow> {
    Ok(ProfileRow {
        id: row.get(0)?,
        content: row.get(1)?,
        policy: row.get(2)?,
        logo: row.get(3)?,
        logo_digest: row.get(4)?,
    })
}

impl ProfileRow {
    fn read(self) -> Result<StoredProfile, Failure> {
        // A policy of another version is no harm: the next connection brings a fresh one.
        let policy = self
            .policy
            .and_then(|json| serde_json::from_str::<PolicyRow>(&json).ok())
            .map(Policy::from);
        let logo = self.logo.zip(self.logo_digest).map(|(url, digest)| StoredLogo { url, digest });
        Ok(StoredProfile { id: self.id, profile: Profile::stored(&self.content)?, policy, logo })
    }
}

#[cfg(test)]
mod tests {
    use warifu_protocol::ConnectionProfile;

    use super::*;
    use crate::model::profile::tests::sample;

    fn parse(content: &ConnectionProfile) -> Profile {
        Profile::parse(&serde_json::to_string(content).unwrap()).unwrap()
    }

    fn with(base: &ConnectionProfile, change: impl FnOnce(&mut ConnectionProfile)) -> Profile {
        let mut content = base.clone();
        change(&mut content);
        parse(&content)
    }

    fn named(id: &str, serial: u64) -> ConnectionProfile {
        ConnectionProfile { id: Some(id.to_owned()), serial: Some(serial), ..sample() }
    }

    fn database(dir: &tempfile::TempDir) -> Database {
        Database::open(&dir.path().join("warifu.sqlite")).unwrap()
    }

    #[test]
    fn a_newer_profile_of_the_same_identity_replaces_the_older_and_never_the_other_way_round() {
        let dir = tempfile::tempdir().unwrap();
        let database = database(&dir);
        let base = named("provider-1", 5);
        let id = database.save_profile(&parse(&base), false, 0).unwrap();
        let newer = with(&base, |profile| {
            profile.serial = Some(6);
            profile.service_url = String::from("https://moved.example.jp");
            profile.service_name = String::from("新しい名前");
        });
        assert_eq!(database.save_profile(&newer, false, 0).unwrap(), id);
        assert_eq!(database.profile(id).unwrap().profile.host(), "moved.example.jp");
        let older = [
            parse(&base),
            with(&base, |profile| profile.serial = None),
            with(&base, |profile| profile.serial = Some(0)),
        ];
        for older in older {
            // Whoever sends it.
            for trusted in [false, true] {
                let refused = database.save_profile(&older, trusted, 0).unwrap_err();
                assert_eq!(refused.code, ErrorCode::ProfileOutdated);
            }
        }
        let profiles = database.profiles().unwrap();
        assert_eq!((profiles.len(), profiles[0].profile.host().as_str()), (1, "moved.example.jp"));
        // Removed, the older one is as good as any.
        database.remove_profile(id).unwrap();
        database.save_profile(&parse(&base), false, 0).unwrap();
    }

    #[test]
    fn a_stranger_cannot_take_an_identity_by_naming_it() {
        let dir = tempfile::tempdir().unwrap();
        let database = database(&dir);
        let base = named("provider-1", 5);
        database.save_profile(&parse(&base), false, 0).unwrap();
        // `sample` makes an authority of its own.
        let stranger = parse(&named("provider-1", 6));
        let refused = database.save_profile(&stranger, false, 0).unwrap_err();
        assert_eq!(refused.code, ErrorCode::ProfileDiffers);
        assert!(database.profiles().unwrap()[0].profile.shares_authority(&parse(&base)));
        database.save_profile(&stranger, true, 0).unwrap();
        assert_eq!(database.profiles().unwrap().len(), 1);
    }

    #[test]
    fn a_profile_of_0_1_0_is_known_by_its_first_authority_and_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let database = database(&dir);
        let base = sample();
        let id = database.save_profile(&parse(&base), false, 0).unwrap();
        let moved = with(&base, |profile| profile.support.phone = String::from("0120-111-111"));
        assert_eq!(database.save_profile(&moved, false, 0).unwrap(), id);
        // From now on the provider's profiles say who they are.
        let said = with(&base, |profile| {
            profile.id = Some(String::from("provider-1"));
            profile.serial = Some(1);
        });
        assert_eq!(database.save_profile(&said, false, 0).unwrap(), id);
        let renamed = with(&said.content, |profile| {
            profile.serial = Some(2);
            profile.service_name = String::from("別の名前");
        });
        assert_eq!(database.save_profile(&renamed, false, 0).unwrap(), id);
        let other = with(&base, |profile| profile.service_name = String::from("別のサービス"));
        assert_ne!(database.save_profile(&other, false, 0).unwrap(), id);
        assert_ne!(database.save_profile(&parse(&sample()), false, 0).unwrap(), id);
        assert_eq!(database.profiles().unwrap().len(), 3);
    }

    #[test]
    fn what_the_it_department_sends_replaces_what_it_sent_before() {
        let dir = tempfile::tempdir().unwrap();
        let database = database(&dir);
        let base = sample();
        for phone in ["1", "2", "3"] {
            let sent = with(&base, |profile| profile.support.phone = phone.to_owned());
            database.save_managed_profile(&sent, 0).unwrap();
        }
        assert_eq!(database.profiles().unwrap().len(), 1);
        // Another provider altogether; of the one before, nobody has a key.
        database.save_managed_profile(&parse(&sample()), 0).unwrap();
        assert_eq!(database.profiles().unwrap().len(), 1);
    }
}
