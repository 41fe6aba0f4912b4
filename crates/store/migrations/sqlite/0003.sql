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
