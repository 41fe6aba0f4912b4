CREATE TABLE web_request ( -- what a service's page asks for, until somebody approves it in the app
    id               INTEGER PRIMARY KEY,
    link_hash        BLOB NOT NULL UNIQUE, -- of what stands in the link to the app
    flow_hash        BLOB NOT NULL UNIQUE, -- of the cookie of the browser that asked
    confirm_hash     BLOB UNIQUE,          -- of what brings the approval back to it
    client           TEXT NOT NULL,
    redirect_uri     TEXT NOT NULL,
    state            TEXT,                 -- the service's own
    nonce            TEXT,
    challenge        TEXT NOT NULL,
    wants_password   INTEGER NOT NULL,     -- whatever session is open
    requested_at     INTEGER NOT NULL,
    expires_at       INTEGER NOT NULL,
    step             TEXT NOT NULL CHECK (step IN ('waiting', 'viewed', 'approved', 'continued',
                                                   'declined', 'misdirected')),
    step_at          INTEGER NOT NULL,
    network          TEXT NOT NULL,
    address          TEXT NOT NULL,
    browser          TEXT NOT NULL,
    version          INTEGER,
    proof_hash       BLOB,                 -- of a password, for this request
    proof_session    BLOB,
    proved_at        INTEGER,
    account          INTEGER REFERENCES account (id),
    session_hash     BLOB,                 -- the app's session that approved
    auth_time        INTEGER,
    approved_address TEXT,
    operation        BLOB,
    opened           INTEGER REFERENCES web_browser (id)
) STRICT;
CREATE INDEX web_requests_by_end ON web_request (expires_at);
CREATE INDEX web_requests_by_network ON web_request (network) WHERE step = 'waiting';
