-- There are letters about an address that was changed, to the one before and to the one since.
CREATE TABLE new_outbox (
    id          INTEGER PRIMARY KEY,
    about       TEXT NOT NULL,    -- what it is about and to whom; of two, the later one takes its place
    threshold   INTEGER NOT NULL, -- days before the expiry; of a list, its day, counted from 1970; else 0
    kind        TEXT NOT NULL CHECK (kind IN ('certificate', 'password', 'list', 'operators', 'address')),
    certificate INTEGER REFERENCES certificate (id),
    owner       INTEGER REFERENCES account (id), -- whose certificate, password or address
    generation  INTEGER,          -- of the password
    recipient   INTEGER REFERENCES account (id), -- none for the provider's operators
    address     TEXT,             -- where to, if that is not the recipient's at the time of sending
    expires_at  INTEGER NOT NULL, -- from then on it is of no use
    state       TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed',
                                               'uncertain', 'dropped')),
    state_at    INTEGER NOT NULL,
    queued_at   INTEGER NOT NULL,
    next_at     INTEGER NOT NULL, -- not tried before
    attempts    INTEGER NOT NULL DEFAULT 0,
    answer      TEXT,             -- the mail server's last, or what went wrong
    handed_at   INTEGER,          -- when the mail server began to be given the text
    changed_at  INTEGER,          -- when the address was changed
    former      TEXT,             -- the address before, if there was one
    latter      TEXT,             -- the address since
    UNIQUE (about, threshold)
) STRICT;
INSERT INTO new_outbox (id, about, threshold, kind, certificate, owner, generation, recipient, address,
                        expires_at, state, state_at, queued_at, next_at, attempts, answer, handed_at)
    SELECT id, about, threshold, kind, certificate, owner, generation, recipient, address,
           expires_at, state, state_at, queued_at, next_at, attempts, answer, handed_at
    FROM outbox;
DROP TABLE outbox;
ALTER TABLE new_outbox RENAME TO outbox;
CREATE INDEX outbox_by_turn ON outbox (next_at, attempts, id) WHERE state = 'queued';
CREATE INDEX outbox_by_end ON outbox (expires_at);
