//! The tables, and how an older database becomes today's.

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

/// Each entry takes the schema from the version that is its index to the next.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE customer (
        id         INTEGER PRIMARY KEY,
        number     TEXT NOT NULL UNIQUE,
        name       TEXT NOT NULL,
        created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE user (
        id                  INTEGER PRIMARY KEY,
        customer            INTEGER NOT NULL REFERENCES customer (id),
        user_id             TEXT NOT NULL,
        email               TEXT,
        is_primary          INTEGER NOT NULL, -- the primary administrator (FAQ 1-3)
        suspended_at        INTEGER,
        failed_count        INTEGER NOT NULL DEFAULT 0, -- clears only on a correct password (FAQ 3-2)
        may_issue           INTEGER NOT NULL, -- the right to one issuance, given by creation or reissue
        password_hash       TEXT NOT NULL,    -- PHC string
        password_initial    INTEGER NOT NULL,
        password_set_at     INTEGER NOT NULL,
        password_generation INTEGER NOT NULL, -- counts the changes
        last_login_at       INTEGER,
        created_at          INTEGER NOT NULL,
        UNIQUE (customer, user_id)
    ) STRICT;
    CREATE UNIQUE INDEX one_primary ON user (customer) WHERE is_primary;

    CREATE TABLE password_history (
        user       INTEGER NOT NULL REFERENCES user (id),
        generation INTEGER NOT NULL,
        hash       TEXT NOT NULL,
        PRIMARY KEY (user, generation)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE permission (
        user       INTEGER NOT NULL REFERENCES user (id),
        permission TEXT NOT NULL,
        PRIMARY KEY (user, permission)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE certificate (
        id         INTEGER PRIMARY KEY,
        user       INTEGER NOT NULL REFERENCES user (id),
        serial     BLOB NOT NULL UNIQUE,
        thumbprint TEXT NOT NULL UNIQUE,
        public_key TEXT NOT NULL UNIQUE, -- SHA-256 of the SubjectPublicKeyInfo: one key, one certificate
        der        BLOB NOT NULL,
        not_before INTEGER NOT NULL,
        not_after  INTEGER NOT NULL,
        state      TEXT NOT NULL CHECK (state IN ('active', 'pending', 'superseded', 'revoked')),
        state_at   INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX one_active ON certificate (user) WHERE state = 'active';
    CREATE UNIQUE INDEX one_pending ON certificate (user) WHERE state = 'pending';
    CREATE INDEX revoked ON certificate (state_at) WHERE state = 'revoked';

    CREATE TABLE enrolment_grant (
        token_hash          BLOB PRIMARY KEY,
        user                INTEGER NOT NULL REFERENCES user (id),
        thumbprint          TEXT,    -- of the certificate it is bound to; none on the enrolment listener
        password_generation INTEGER NOT NULL, -- the password that opened it
        change_until        INTEGER, -- the password must be changed by then; none if it need not be
        expires_at          INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX grants_by_expiry ON enrolment_grant (expires_at);

    CREATE TABLE session (
        token_hash   BLOB PRIMARY KEY,
        user         INTEGER NOT NULL REFERENCES user (id),
        thumbprint   TEXT NOT NULL, -- of the certificate that opened it (RFC 8705 §3)
        opened_at    INTEGER NOT NULL,
        last_used_at INTEGER NOT NULL,
        ends_at      INTEGER NOT NULL,
        previous_login_at INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sessions_by_user ON session (user);
    CREATE INDEX sessions_by_end ON session (ends_at);

    CREATE TABLE audit (
        seq         INTEGER PRIMARY KEY,
        at          INTEGER NOT NULL,
        actor       TEXT NOT NULL,
        act         TEXT NOT NULL,
        customer    TEXT,
        subject     TEXT,
        certificate TEXT,
        device      TEXT,
        address     TEXT,
        hash        BLOB NOT NULL -- over this row and the hash of the one before
    ) STRICT;
    CREATE INDEX audit_by_customer ON audit (customer, seq);

    CREATE TABLE audit_head ( -- tells that rows were cut off at the end
        id   INTEGER PRIMARY KEY CHECK (id = 1),
        seq  INTEGER NOT NULL,
        hash BLOB NOT NULL
    ) STRICT;
    INSERT INTO audit_head VALUES (1, 0, zeroblob(32));

    CREATE TABLE crl (
        id     INTEGER PRIMARY KEY CHECK (id = 1),
        number INTEGER NOT NULL
    ) STRICT;
    INSERT INTO crl VALUES (1, 0);
", "
    -- Counts the changes an administrator can make: a change made on another version is refused.
    ALTER TABLE user ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
    -- A deleted user stays, so that the ID is never another person's in the audit record.
    ALTER TABLE user ADD COLUMN deleted_at INTEGER;
    -- Searching reads this index alone.
    CREATE INDEX users_searched ON user (customer, user_id, email, deleted_at) WHERE deleted_at IS NULL;

    ALTER TABLE certificate ADD COLUMN reason TEXT; -- of the revocation (RFC 5280 §5.3.1)
    CREATE INDEX certificates_by_user ON certificate (user, id);
    CREATE INDEX certificates_by_end ON certificate (not_after) WHERE state = 'active';

    CREATE TABLE transfer ( -- the way to a new PC (FAQ 4-1)
        user       INTEGER PRIMARY KEY REFERENCES user (id),
        code_hash  BLOB NOT NULL,
        failures   INTEGER NOT NULL, -- wrong codes since; a few end it
        expires_at INTEGER NOT NULL
    ) STRICT;

    -- What the grant allows beside: the change of a password that the user wishes, which asks for the
    -- current one, or a certificate for a new PC.
    ALTER TABLE enrolment_grant ADD COLUMN purpose TEXT NOT NULL DEFAULT 'issuance'
        CHECK (purpose IN ('issuance', 'transfer', 'login', 'wished-change'));

    CREATE INDEX audit_by_actor ON audit (customer, actor, at, seq);
    CREATE INDEX audit_by_subject ON audit (customer, subject, at, seq);
    CREATE INDEX audit_by_act ON audit (customer, act, at, seq);
    CREATE INDEX audit_by_time ON audit (customer, at, seq);
", "
    -- The nearest of the configured days before the expiry that was warned of by e-mail.
    ALTER TABLE certificate ADD COLUMN warned_days INTEGER;

    CREATE TABLE outbox ( -- letters about certificates that are about to expire
        id          INTEGER PRIMARY KEY,
        certificate INTEGER NOT NULL REFERENCES certificate (id),
        threshold   INTEGER NOT NULL, -- days before the expiry
        recipient   INTEGER NOT NULL REFERENCES user (id),
        expires_at  INTEGER NOT NULL, -- the certificate
        state       TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed',
                                                   'uncertain', 'dropped')),
        state_at    INTEGER NOT NULL,
        queued_at   INTEGER NOT NULL,
        next_at     INTEGER NOT NULL, -- not tried before
        attempts    INTEGER NOT NULL DEFAULT 0,
        answer      TEXT,             -- the mail server's last, or what went wrong
        UNIQUE (certificate, threshold, recipient)
    ) STRICT;
    CREATE INDEX outbox_by_time ON outbox (next_at) WHERE state = 'queued';
    CREATE INDEX outbox_by_end ON outbox (expires_at);
", "
    -- All that a search looks into, in one text, so that a whole directory is read through in moments.
    -- A column of its own, kept by triggers: an index that computes it cannot answer alone.
    ALTER TABLE user ADD COLUMN searched TEXT NOT NULL DEFAULT '';
    UPDATE user SET searched = user_id || char(10) || lower(coalesce(email, ''));
    CREATE TRIGGER user_created AFTER INSERT ON user BEGIN
        UPDATE user SET searched = new.user_id || char(10) || lower(coalesce(new.email, ''))
        WHERE id = new.id;
    END;
    CREATE TRIGGER user_changed AFTER UPDATE OF user_id, email ON user BEGIN
        UPDATE user SET searched = new.user_id || char(10) || lower(coalesce(new.email, ''))
        WHERE id = new.id;
    END;
    DROP INDEX users_searched;
    CREATE INDEX users_searched ON user (customer, user_id, searched, deleted_at)
        WHERE deleted_at IS NULL;
", "
    -- What kind of actor, never to be guessed from the name; none in older rows, whose hashes it would
    -- change.
    ALTER TABLE audit ADD COLUMN actor_kind TEXT;
    ALTER TABLE audit ADD COLUMN reason TEXT;   -- the code of a refusal
    ALTER TABLE audit ADD COLUMN times INTEGER; -- the refusals that the row stands for, if several
", "
    -- Of failed_count: tries that are counted and not judged. Given back if they never are.
    ALTER TABLE user ADD COLUMN unverified_count INTEGER NOT NULL DEFAULT 0;
    -- The code for a new PC that was proved when the grant was opened.
    ALTER TABLE enrolment_grant ADD COLUMN code_hash BLOB;
    CREATE INDEX grants_by_user ON enrolment_grant (user, purpose);
    -- A deleted user keeps no secret.
    UPDATE user SET password_hash = '', email = NULL WHERE deleted_at IS NOT NULL;
    DELETE FROM password_history WHERE user IN
        (SELECT id FROM user WHERE deleted_at IS NOT NULL);
", "
    -- When the mail server began to be given the text: from then on it may have it.
    ALTER TABLE outbox ADD COLUMN handed_at INTEGER;
    -- A program before this one did not say, and its letters may have been taken.
    UPDATE outbox SET handed_at = state_at WHERE state = 'sending';
    DROP INDEX outbox_by_time;
    CREATE INDEX outbox_by_turn ON outbox (next_at, attempts, id) WHERE state = 'queued';
", "
    -- What the revocation list names, and how often that has changed: the list is signed anew then.
    DROP INDEX revoked;
    CREATE INDEX certificates_ended ON certificate (not_after)
        WHERE state IN ('revoked', 'superseded');
    ALTER TABLE crl ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;
"];

/// The schema that this program writes.
pub(super) const VERSION: u32 = MIGRATIONS.len() as u32;

/// The schema of a database.
pub(super) fn version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// The schema of a database that is older than today's; refuses one that is newer.
pub(super) fn outdated(connection: &Connection) -> Result<Option<u32>, StoreError> {
    let found = version(connection)?;
    if found > VERSION {
        return Err(StoreError::Newer { found, known: VERSION });
    }
    Ok((found < VERSION).then_some(found))
}

/// Brings the database to today's schema, or refuses one that is newer.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let Some(found) = outdated(&transaction)? else { return Ok(()) };
    for migration in MIGRATIONS.iter().skip(found as usize) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(())
}

/// Makes the tables of the first schema.
#[cfg(test)]
pub(super) fn first(connection: &Connection) {
    connection.execute_batch(MIGRATIONS.first().copied().unwrap_or_default()).unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
}
