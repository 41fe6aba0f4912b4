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
