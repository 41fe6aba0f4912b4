-- Who a user is to the provider's services: 128 random bits, the same for ever and nobody else's.
ALTER TABLE account ADD COLUMN subject TEXT NOT NULL DEFAULT '';
UPDATE account SET subject = lower(hex(randomblob(16)));
CREATE UNIQUE INDEX accounts_by_subject ON account (subject);

CREATE TABLE web_key ( -- what signs what services are told
    kid         TEXT PRIMARY KEY, -- RFC 7638
    state       TEXT NOT NULL CHECK (state IN ('next', 'active', 'retired')),
    public_key  BLOB NOT NULL,    -- a point on P-256, uncompressed (SEC 1 §2.3.3)
    private_key TEXT,             -- PKCS#8 under the authority's passphrase; none once it is retired
    created_at  INTEGER NOT NULL,
    state_at    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_next_web_key ON web_key (state) WHERE state = 'next';
CREATE UNIQUE INDEX one_active_web_key ON web_key (state) WHERE state = 'active';

CREATE TABLE web_epoch ( -- what services proved before it may have been proved already
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    began_at INTEGER NOT NULL
) STRICT;
INSERT INTO web_epoch VALUES (1, 0);

CREATE TABLE web_browser ( -- the logins of browsers
    id           INTEGER PRIMARY KEY,
    cookie_hash  BLOB NOT NULL UNIQUE,
    known_hash   BLOB NOT NULL, -- which browser it is
    account      INTEGER NOT NULL REFERENCES account (id),
    session_hash BLOB NOT NULL, -- the app's session that it came from
    thumbprint   TEXT NOT NULL, -- of the certificate, as it was at the opening; never raised
    assurance    TEXT NOT NULL,
    sid          TEXT NOT NULL UNIQUE, -- what services are told
    auth_time    INTEGER NOT NULL,
    opened_at    INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL,
    ended_at     INTEGER,
    why          TEXT,
    address      TEXT NOT NULL,
    browser      TEXT NOT NULL,
    version      INTEGER
) STRICT;
CREATE INDEX web_browsers_by_account ON web_browser (account) WHERE ended_at IS NULL;
CREATE INDEX web_browsers_by_session ON web_browser (session_hash) WHERE ended_at IS NULL;
CREATE INDEX web_browsers_by_known ON web_browser (known_hash);
CREATE INDEX web_browsers_ended ON web_browser (ended_at);

CREATE TABLE web_known ( -- who has been seen in which browser
    browser_hash BLOB NOT NULL,
    account      INTEGER NOT NULL REFERENCES account (id),
    used_at      INTEGER NOT NULL,
    is_last      INTEGER NOT NULL,
    PRIMARY KEY (browser_hash, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX web_known_by_use ON web_known (used_at);

CREATE TABLE web_handoff ( -- from the app's menu into a browser
    id              TEXT PRIMARY KEY,
    token_hash      BLOB NOT NULL UNIQUE,
    session_hash    BLOB NOT NULL,
    account         INTEGER NOT NULL REFERENCES account (id),
    entry           TEXT NOT NULL,
    address         TEXT NOT NULL, -- the app's
    state           TEXT NOT NULL CHECK (state IN ('issued', 'asked', 'app-asked', 'app-confirmed',
                                                   'opened', 'declined', 'replayed')),
    state_at        INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    page_hash       BLOB,    -- the page that used it first
    operation       BLOB,    -- the piece of work that opened it
    browser         INTEGER REFERENCES web_browser (id),
    visitor_address TEXT,
    visitor_browser TEXT,
    visitor_version INTEGER
) STRICT;
CREATE INDEX web_handoffs_by_end ON web_handoff (expires_at);
CREATE INDEX web_handoffs_by_session ON web_handoff (session_hash);

CREATE TABLE web_code ( -- authorization codes (RFC 6749 §4.1.2)
    code_hash    BLOB PRIMARY KEY,
    browser      INTEGER NOT NULL REFERENCES web_browser (id),
    client       TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    nonce        TEXT,
    challenge    TEXT NOT NULL, -- RFC 7636 §4.2
    auth_time    INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    spent_at     INTEGER,
    operation    BLOB,          -- the piece of work that spent it
    service      INTEGER        -- what it opened
) STRICT, WITHOUT ROWID;
CREATE INDEX web_codes_by_end ON web_code (expires_at);

CREATE TABLE web_service ( -- the logins at services
    id           INTEGER PRIMARY KEY,
    browser      INTEGER NOT NULL REFERENCES web_browser (id),
    client       TEXT NOT NULL,
    auth_time    INTEGER NOT NULL,
    opened_at    INTEGER NOT NULL,
    refresh_hash BLOB NOT NULL UNIQUE,
    ended_at     INTEGER
) STRICT;
CREATE INDEX web_services_by_browser ON web_service (browser);

CREATE TABLE web_access ( -- access tokens
    token_hash BLOB PRIMARY KEY,
    service    INTEGER NOT NULL REFERENCES web_service (id),
    until      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX web_access_by_end ON web_access (until);
CREATE INDEX web_access_by_service ON web_access (service);

CREATE TABLE web_assertion ( -- what services proved themselves with (RFC 7523 §3)
    client     TEXT NOT NULL,
    jti_hash   BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    operation  BLOB NOT NULL,
    PRIMARY KEY (client, jti_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX web_assertions_by_end ON web_assertion (expires_at);

CREATE TABLE web_logout ( -- the outbox: which service is to be told that which login has ended
    id            INTEGER PRIMARY KEY,
    browser       INTEGER NOT NULL REFERENCES web_browser (id),
    client        TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('queued', 'delivered', 'refused', 'undelivered')),
    state_at      INTEGER NOT NULL,
    queued_at     INTEGER NOT NULL,
    next_at       INTEGER NOT NULL, -- not tried before
    until         INTEGER NOT NULL, -- nor after
    claimed_until INTEGER,          -- somebody is trying
    attempts      INTEGER NOT NULL DEFAULT 0,
    refusals      INTEGER NOT NULL DEFAULT 0,
    uncertain     INTEGER NOT NULL DEFAULT 0, -- tries after which nobody knew
    answer        TEXT
) STRICT;
CREATE INDEX web_logouts_by_turn ON web_logout (client, next_at, id) WHERE state = 'queued';
CREATE INDEX web_logouts_by_browser ON web_logout (browser);
