-- Letters are about passwords too, and there are lists for those who look after others.
CREATE TABLE new_outbox (
    id          INTEGER PRIMARY KEY,
    about       TEXT NOT NULL,    -- what it is about and to whom; of two, the later one takes its place
    threshold   INTEGER NOT NULL, -- days before the expiry; of a list, its day, counted from 1970
    kind        TEXT NOT NULL CHECK (kind IN ('certificate', 'password', 'list', 'operators')),
    certificate INTEGER REFERENCES certificate (id),
    owner       INTEGER REFERENCES account (id), -- whose certificate or password
    generation  INTEGER,          -- of the password
    recipient   INTEGER REFERENCES account (id), -- none for the provider's operators
    address     TEXT,             -- theirs
    expires_at  INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed',
                                               'uncertain', 'dropped')),
    state_at    INTEGER NOT NULL,
    queued_at   INTEGER NOT NULL,
    next_at     INTEGER NOT NULL, -- not tried before
    attempts    INTEGER NOT NULL DEFAULT 0,
    answer      TEXT,             -- the mail server's last, or what went wrong
    handed_at   INTEGER,          -- when the mail server began to be given the text
    UNIQUE (about, threshold)
) STRICT;
-- An administrator whose letter about somebody else still waits gets the list instead.
INSERT INTO new_outbox (id, about, threshold, kind, certificate, owner, recipient, expires_at, state,
                        state_at, queued_at, next_at, attempts, answer, handed_at)
    SELECT outbox.id, 'certificate/' || certificate || '/' || recipient, threshold, 'certificate',
           certificate, account, recipient, expires_at,
           CASE WHEN outbox.state = 'queued' AND recipient <> account THEN 'dropped'
                ELSE outbox.state END,
           outbox.state_at, queued_at, next_at, attempts, answer, handed_at
    FROM outbox JOIN certificate ON certificate.id = outbox.certificate;
DROP TABLE outbox;
ALTER TABLE new_outbox RENAME TO outbox;
CREATE INDEX outbox_by_turn ON outbox (next_at, attempts, id) WHERE state = 'queued';
CREATE INDEX outbox_by_end ON outbox (expires_at);

-- How far it was handed up that a certificate expires: 1 those who look after the customer's users, 2 the
-- same again, 3 the provider's operators.
ALTER TABLE certificate ADD COLUMN told INTEGER NOT NULL DEFAULT 0;

-- The nearest of the days before the expiry of a password that was warned of, and of which password.
ALTER TABLE account ADD COLUMN password_warned_days INTEGER;
ALTER TABLE account ADD COLUMN password_warned INTEGER;
CREATE INDEX accounts_by_password ON account (password_set_at)
    WHERE password_initial = 0 AND deleted_at IS NULL;
