-- What the revocation list names, and how often that has changed: the list is signed anew then.
DROP INDEX revoked;
CREATE INDEX certificates_ended ON certificate (not_after)
    WHERE state IN ('revoked', 'superseded');
ALTER TABLE crl ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;
