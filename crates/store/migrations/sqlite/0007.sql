-- When the mail server began to be given the text: from then on it may have it.
ALTER TABLE outbox ADD COLUMN handed_at INTEGER;
-- A program before this one did not say, and its letters may have been taken.
UPDATE outbox SET handed_at = state_at WHERE state = 'sending';
DROP INDEX outbox_by_time;
CREATE INDEX outbox_by_turn ON outbox (next_at, attempts, id) WHERE state = 'queued';
