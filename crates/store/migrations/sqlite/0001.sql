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
